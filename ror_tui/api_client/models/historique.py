"""The history of the Répertoire: what was published, by whom, through what; the past; the ordered change feed."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from ror_tui.api_client.models.base import Contrat, Demande, Valeur
from ror_tui.api_client.models.differences import EcartChamp
from ror_tui.api_client.models.lien import Lien
from ror_tui.api_client.models.repertoire import Structure
from ror_tui.api_client.models.words import Discipline, Kind

Operation = Literal["create", "update", "move", "delete"]


class RevisionLue(Contrat):
    """What one publication did to one structure, as far as the reader may see it."""

    structure_id: UUID
    kind: Kind
    nom: str
    op: Operation
    version: int = Field(description="After.")
    ecarts: list[EcartChamp] = Field(default_factory=list)
    depuis: str | None = Field(default=None, description="Name of the parent before a move.")
    vers: str | None = Field(default=None, description="Name of the parent after a move, or of a creation.")
    phrase: str
    reserve: str | None = Field(default=None, description="Why something is not shown (docs/decisions/0010).")


class PublicationLue(Contrat):
    """One publication: who, when, through what, and what it did."""

    seq: int
    le: datetime
    acteur: str
    origine: str = Field(description="dossier, direct, import or demonstration.")
    par: str = Field(
        description="Through what, in French: « dossier « … » », « import FINESS », « modification directe »."
    )
    dossier_id: UUID | None = Field(default=None, description="For those who may read the dossier.")
    resume: str = Field(description="What it did, counted.")
    revisions: list[RevisionLue]
    total: int = Field(description="Structures that it touched here; `revisions` shows the first ones.")
    annulee: bool = Field(default=False, description="A dossier has since taken it back.")
    annulation_refus: str | None = Field(default=None, description="Why the account cannot take it back, in French.")


class NoeudAu(Contrat):
    """A line of the tree of an establishment at a past moment."""

    id: UUID
    parent_id: UUID | None
    kind: Kind
    nom: str
    detail: str = ""
    discipline: Discipline | None = None
    depuis: Literal["identique", "modifie", "deplace", "supprime"] = Field(description="What became of it since.")


class PasseAu(Contrat):
    """What was published at a past moment."""

    demande: datetime = Field(description="The moment that was asked.")
    seq: int = Field(description="Last publication at that moment.")
    le: datetime | None = Field(default=None, description="When the last publication of that moment was made.")


class StructureAu(PasseAu):
    """A structure as it was published."""

    structure: Structure
    depuis: Literal["identique", "modifie", "deplace", "supprime"]


class ArbreAu(PasseAu):
    """An establishment and all below it, as they were published; parents before children."""

    etablissement: Lien
    noeuds: list[NoeudAu]


class Annulation(Demande):
    """Body of `POST /v1/historique/{seq}/annuler`: opens the dossier that takes a publication back."""

    id: UUID


class LigneFlux(Contrat):
    """One structure in the ordered change feed; `etat` is all that is published of it then, null once it is gone."""

    seq: int
    le: datetime
    acteur: str
    origine: str
    structure_id: UUID
    kind: Kind
    op: Operation
    version: int
    eg_id: UUID | None = None
    etat: dict[str, Valeur] | None
    reserve: str | None = None


class PageFlux(Contrat):
    """A page of the feed, in the order of the publications."""

    elements: list[LigneFlux]
    curseur: str = Field(description="Where to go on; give it back as `depuis`, also when the page is empty.")
    fin: bool = Field(description="There is nothing more for now.")
