"""One action on one fiche or on several: one request, one transaction, one geste."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from pydantic import Field

from ror_tui.api_client.models.base import Contrat, Demande
from ror_tui.api_client.models.dossiers import ArbreDossier


class ActionFiches(StrEnum):
    """What can be done to several fiches at once."""

    DUPLIQUER = "dupliquer"
    DEPLACER = "deplacer"
    SUPPRIMER = "supprimer"
    RETABLIR = "retablir"
    FINALISER = "finaliser"
    TYPE_UO = "type_uo"


class FicheVisee(Demande):
    """A fiche, in the version that was read."""

    id: UUID
    version: int = Field(ge=0)


class ActionGroupee(Demande):
    """Body of `POST …/actions`: all the fiches, or none when one of them cannot."""

    action: ActionFiches
    fiches: list[FicheVisee] = Field(min_length=1, max_length=1000)
    parent_id: UUID | None = Field(default=None, description="Where to move to.")
    fois: int = Field(default=1, ge=1, le=50, description="Copies of each.")
    avec_enfants: bool = Field(default=True, description="Copy also what stands below.")
    type_uo: str | None = Field(default=None, max_length=20, description="Code of the type d'UO to give.")
    renommer: bool = Field(
        default=False, description="Give also the default name of the type, where the name was not typed by hand."
    )


class ActionFaite(Contrat):
    """What an action did, and the tree after."""

    libelle: str
    fiches: list[UUID] = Field(description="Where to look: the fiches acted on, or their copies.")
    arbre: ArbreDossier


class FichesVisees(Demande):
    """Body of `POST …/consequences`."""

    fiches: list[UUID] = Field(min_length=1, max_length=1000)


class Consequences(Contrat):
    """What deleting some fiches would do, said before it is done."""

    fiches: int = Field(description="How many are deleted in all, with what stands below.")
    dessous: int = Field(description="How many of them stand below those that were chosen.")
    perdues: list[str] = Field(description="Names of the new fiches, which leave the dossier with what was typed.")
    marquees: int = Field(description="Published ones, which stay in the Répertoire until the dossier is validated.")
    favoris: int = Field(description="Accounts that have one of them among their favourites.")
    dossiers: list[str] = Field(description="Other open dossiers that change one of them.")
    confirmer: str | None = Field(description="Name to type before so many fiches are deleted, None for a few.")
