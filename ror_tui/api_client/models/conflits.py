"""What the merge of a dossier with the Répertoire must ask, and the answers (DESIGN §5)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pydantic import Field

from ror_tui.api_client.models.base import Contrat, Demande, Valeur
from ror_tui.api_client.models.words import Kind


class NatureConflit(StrEnum):
    """What the dossier and the Répertoire disagree on."""

    VALEUR = "valeur"
    ELEMENTS = "elements"
    CODE = "code"
    COHERENCE = "coherence"
    MASQUE = "masque"
    """A field that one side filled, and that shows no more once both are put together."""
    NOM = "nom"
    PARENT = "parent"
    DEPLACEMENT = "deplacement"
    SUPPRIMEE = "supprimee"
    SUPPRESSION = "suppression"


class Choix(StrEnum):
    """An answer: what the dossier says, what is published, or something else."""

    MIENNE = "mienne"
    PUBLIEE = "publiee"
    AUTRE = "autre"


class ChoixConflit(Contrat):
    """An answer that can be given; one that cannot stays, and says why."""

    choix: Choix
    libelle: str
    raison: str | None = None


class ChangementPublie(Contrat):
    """What was published since the dossier was written: who, when, from where, and what in French."""

    seq: int
    le: datetime
    par: str
    origine: str = Field(description="In French: « dans le Répertoire », « par le dossier … », « par l'import … ».")
    texte: str


class Conflit(Contrat):
    """A question that only a person can answer. It is computed each time, never stored.

    `empreinte` changes when what was published moves again, or the dossier does: an answer names the one it answers.
    """

    structure_id: UUID
    kind: Kind
    nom: str
    nature: NatureConflit
    champ: str | None = Field(
        default=None, description="The field; None when the structure itself, or its place, is in question."
    )
    libelle: str
    question: str
    base: Valeur = None
    mienne: Valeur = None
    publiee: Valeur = None
    base_texte: str
    mienne_texte: str
    publiee_texte: str
    changements: list[ChangementPublie]
    choix: list[ChoixConflit]
    sur: Choix | None = Field(default=None, description="The answer by which nobody's work is lost, when there is one.")
    sur_raison: str | None = None
    empreinte: str


class DejaFait(Contrat):
    """A change of the dossier that somebody else has published meanwhile: it has nothing left to do."""

    structure_id: UUID
    nom: str
    texte: str


class Conflits(Contrat):
    """All that a dossier and the Répertoire disagree on; `version` is the dossier's, its strong ETag."""

    dossier_id: UUID
    version: int
    conflits: list[Conflit]
    deja_faits: list[DejaFait] = Field(default_factory=list)


class ReponseConflit(Demande):
    """The answer to one conflict; `valeur` goes with « autre » (the id of the parent when a place is in question)."""

    structure_id: UUID
    nature: NatureConflit
    champ: str | None = None
    empreinte: str
    choix: Choix
    valeur: Valeur = None


class Resolution(Demande):
    """Body of `POST …/conflits/resoudre`: all the answers are taken, or none."""

    reponses: list[ReponseConflit] = Field(min_length=1, max_length=5000)


class QuestionRepercussion(Contrat):
    """« Voulez-vous répercuter votre modification dans le dossier collaboratif ? », for one field of one dossier."""

    dossier_id: UUID
    dossier_titre: str
    dossier_auteur: str
    champ: str
    libelle: str
    directe_texte: str
    dossier_texte: str
    version: int = Field(description="Of the fiche in the dossier: the answer holds for this one only.")


class ReponseRepercussion(Demande):
    """Oui: the dossier follows. Non: the dossier wins, and says before it is sent what it will replace."""

    dossier_id: UUID
    champ: str
    version: int
    repercuter: bool
