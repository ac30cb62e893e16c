"""The conversation around a dossier: refusals, comments, who is there, where it stands."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pydantic import Field

from ror_tui.api_client.models.base import Contrat, Demande
from ror_tui.api_client.models.words import Changement, EtatDossier, Kind


class RefusFiche(Demande):
    """A fiche that a level refuses, with the reason that its author reads."""

    structure_id: UUID
    motif: str = Field(min_length=3, max_length=2000)


class Refus(Demande):
    """Body of `…/refuser`: the whole, or fiche by fiche; a refusal always says why."""

    motif: str | None = Field(default=None, min_length=3, max_length=2000, description="Needed without `fiches`.")
    fiches: list[RefusFiche] = Field(default_factory=list, max_length=5000)


class Tri(Demande):
    """Body of `…/partage` and `…/valider-partie`: the fiches that are refused; the rest is accepted."""

    fiches: list[RefusFiche] = Field(default_factory=list, max_length=5000)


class FicheRefusee(Contrat):
    """A refusal that stands: the fiche did not change since."""

    motif: str
    par: str
    le: datetime


class LienDossier(Contrat):
    """Another dossier, by its title."""

    id: UUID
    titre: str


class FichePartagee(Contrat):
    """A fiche that is not published with the rest."""

    structure_id: UUID
    kind: Kind
    nom: str
    changements: list[Changement]
    refusee: bool = Field(description="Refused itself; else it follows another one.")
    raison: str = Field(description="The reason of the refusal, or why it cannot be published alone, in French.")


class Partage(Contrat):
    """What would be published, and what would go back to the author in a follow-up dossier."""

    retenues: int = Field(description="Fiches that are published.")
    suite: list[FichePartagee]
    titre_suite: str
    impossible: str | None = Field(default=None, description="Why it cannot be done, in French.")


class Presence(Contrat):
    """Somebody who is in a dossier now."""

    compte_id: UUID
    nom: str
    structure_id: UUID | None = Field(default=None, description="The fiche that is open, null for the tree.")
    ecrit: bool = Field(default=False, description="Something is typed in it that is not saved.")


class Signe(Demande):
    """Body of `PUT …/presence`: where one is; to say again before `duree` seconds are over."""

    structure_id: UUID | None = None
    ecrit: bool = False


class Entourage(Contrat):
    """What lives around the fiches of a dossier."""

    presents: list[Presence] = Field(description="The others: not the account that asks.")
    commentaires: dict[UUID, int] = Field(description="Comments that are not settled, by fiche.")
    generaux: int = Field(description="Comments on the whole dossier that are not settled.")
    refus: dict[UUID, FicheRefusee] = Field(description="Refusals that stand, by fiche.")
    duree: float = Field(description="Seconds after which one who says nothing is no longer there.")


class Commentaire(Contrat):
    """One message on a fiche, or on the dossier."""

    id: UUID
    structure_id: UUID | None = None
    fiche: str | None = Field(default=None, description="Name of the fiche as the dossier shows it.")
    auteur: str
    le: datetime
    texte: str
    regle_le: datetime | None = None
    regle_par: str | None = None


class Commentaires(Contrat):
    """The conversation of a dossier, oldest first."""

    elements: list[Commentaire]


class CreationCommentaire(Demande):
    """Body of `POST …/commentaires`. The client mints `id`."""

    id: UUID
    structure_id: UUID | None = None
    texte: str = Field(min_length=1, max_length=2000)


class Reglement(Demande):
    """Body of `…/commentaires/{id}/regler`."""

    regle: bool = True


class EtapeEtat(StrEnum):
    """Where a step of the way stands."""

    FAITE = "faite"
    ICI = "ici"
    A_VENIR = "a_venir"


class Etape(Contrat):
    """A step of a dossier's way."""

    libelle: str
    etat: EtapeEtat
    qui: list[str] = Field(description="Who does it, names when known.")
    le: datetime | None = Field(default=None, description="When it was done, or since when it waits.")
    par: str | None = None
    delai: float | None = Field(default=None, description="Usual delay in seconds: the median of past dossiers.")
    delai_sur: int = Field(default=0, description="How many past dossiers the delay rests on.")


class DernierMot(Contrat):
    """The last reason or comment that somebody wrote."""

    auteur: str
    le: datetime
    texte: str
    fiche: str | None = None


class Suivi(Contrat):
    """« Où en est mon dossier »."""

    dossier_id: UUID
    etat: EtatDossier
    etapes: list[Etape]
    dernier_mot: DernierMot | None = None
    suite_de: LienDossier | None = None
    suites: list[LienDossier] = Field(default_factory=list)


class TypeSignal(StrEnum):
    """What happened in a dossier."""

    CONTENU = "contenu"
    ETAPE = "etape"
    COMMENTAIRE = "commentaire"
    PRESENCE = "presence"


class SignalDossier(Contrat):
    """Something happened in a dossier: read again what is shown of it. Told once, never resumed."""

    dossier_id: UUID
    type: TypeSignal
    structure_id: UUID | None = None
    compte_id: UUID
    acteur: str
    le: datetime
