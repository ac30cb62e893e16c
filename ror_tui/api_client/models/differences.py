"""What a dossier, or a publication, changes: field by field, as a tree, and in French sentences."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import Field

from ror_tui.api_client.models.base import Contrat, Valeur
from ror_tui.api_client.models.words import Changement, EtatFiche, Kind


class EcartChamp(Contrat):
    """One field before and after: as it is kept, and as it is read, « libellé (code) »."""

    champ: str
    libelle: str
    avant: Valeur = None
    apres: Valeur = None
    avant_texte: str = Field(description="Empty when the field was.")
    apres_texte: str = Field(description="Empty when the field becomes so.")
    ajouts: list[str] = Field(default_factory=list, description="Of a list: what comes in.")
    retraits: list[str] = Field(default_factory=list, description="Of a list: what goes out.")
    phrase: str


class ValeurRemplacee(Contrat):
    """A published value, set by a direct edit or since the dossier touched the field, that the dossier will replace."""

    structure_id: UUID
    nom: str
    champ: str
    libelle: str
    publie: str = Field(description="What is published now, as it is read.")
    dossier: str = Field(description="What will stand in its place.")
    par: str | None = Field(default=None, description="Who published it.")
    le: datetime | None = None
    phrase: str


class NoeudDifference(Contrat):
    """A structure of the difference; one without any change only leads to those below it."""

    id: UUID
    parent_id: UUID | None
    kind: Kind
    nom: str
    etat: EtatFiche
    changements: list[Changement] = Field(default_factory=list)
    ecarts: list[EcartChamp] = Field(default_factory=list)
    depuis: str | None = Field(default=None, description="Of a moved structure: the name of its parent before.")
    vers: str | None = Field(default=None, description="Of a moved structure: the name of its parent after.")
    remplacements: list[ValeurRemplacee] = Field(default_factory=list)


class Phrase(Contrat):
    """One sentence of the difference between a dossier and the Répertoire."""

    structure_id: UUID
    changement: Changement
    texte: str


class Differences(Contrat):
    """The whole difference, read before sending and before validating: counted, as a tree, and in French sentences."""

    resume: str
    phrases: list[Phrase]
    dossier_id: UUID | None = None
    titre: str = ""
    etablissement: str = ""
    version: int = Field(default=0, description="Of the dossier, when this was worked out.")
    groupes: list[str] = Field(default_factory=list, description="The parts of `resume`, one by one.")
    noeuds: list[NoeudDifference] = Field(
        default_factory=list, description="What changes and what leads there; parents before children."
    )
