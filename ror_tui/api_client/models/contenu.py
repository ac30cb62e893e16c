"""The whole content of a dossier at once, and a set of changes made to it at once: what the command line works with."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import Field

from ror_tui.api_client.models.base import Contrat, Demande, Valeurs
from ror_tui.api_client.models.lien import Lien
from ror_tui.api_client.models.words import Changement, Discipline, EtatDossier, EtatFiche, Kind

MOST = 5000
"""Structures in one dossier, and in one set of changes."""


class FicheContenu(Contrat):
    """A fiche as the dossier shows it, with where it stands."""

    id: UUID
    parent_id: UUID | None
    kind: Kind
    nom: str
    version: int = Field(description="Version of the fiche in the dossier, 0 when the dossier does not touch it.")
    etat: EtatFiche
    changements: list[Changement] = Field(default_factory=list)
    finalisee: bool = False
    valeurs: Valeurs
    modifiee_le: datetime | None = None
    modifiee_par: str | None = None


class ContenuDossier(Contrat):
    """All the fiches of a dossier; `version` is its strong ETag."""

    dossier_id: UUID
    titre: str
    etablissement: Lien
    discipline: Discipline | None = Field(default=None, description="Of the establishment: its forms depend on it.")
    categorie_eg: str | None = Field(default=None, description="Category of the establishment: so do they.")
    etat: EtatDossier
    etat_libelle: str
    version: int
    empreinte: str = Field(description="Of this content and of the Répertoire below it; a set of changes names it.")
    fiches: list[FicheContenu] = Field(description="Parents before children.")


class NouvelleFiche(Demande):
    """A structure to create; the client mints its id."""

    id: UUID
    kind: Kind
    parent_id: UUID
    valeurs: Valeurs = Field(default_factory=dict)


class FicheChangee(Demande):
    """A fiche to change: values as in `PATCH`, and another parent when it moves."""

    id: UUID
    valeurs: Valeurs = Field(default_factory=dict)
    parent_id: UUID | None = None


class LotDossier(Demande):
    """Body of `POST /v1/dossiers/{id}/contenu`: made as a whole or not at all, and undone as one action.

    Structures are restored, created, changed and moved, then deleted, then finalised; only the tree that results is
    judged.
    """

    empreinte: str = Field(max_length=64, description="Of the content that the changes were worked out from.")
    retablies: list[UUID] = Field(default_factory=list, max_length=MOST)
    creees: list[NouvelleFiche] = Field(default_factory=list, max_length=MOST)
    changees: list[FicheChangee] = Field(default_factory=list, max_length=MOST)
    supprimees: list[UUID] = Field(default_factory=list, max_length=MOST)
    finalisees: list[UUID] = Field(default_factory=list, max_length=MOST)
    essai: bool = Field(default=False, description="Only tell what the content would be; nothing is written.")
