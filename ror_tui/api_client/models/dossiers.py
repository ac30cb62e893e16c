"""The dossier collaboratif: its way, its tree, its fiches, its differences."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import Field

from ror_tui.api_client.models.base import Contrat, Demande, Valeurs
from ror_tui.api_client.models.controles import Completude
from ror_tui.api_client.models.formulaires import Constat
from ror_tui.api_client.models.lien import Lien
from ror_tui.api_client.models.validation import FicheRefusee, LienDossier
from ror_tui.api_client.models.words import ActionDossier, Changement, Circuit, EtatDossier, EtatFiche, Kind, Peuplement


class Progres(Contrat):
    """« 7/9 »: fiches finalised out of fiches to finalise."""

    finalisees: int
    total: int


class Possibilite(Contrat):
    """Whether an action can be done now by this account; `raison` is the French sentence when it cannot."""

    action: ActionDossier
    possible: bool
    raison: str | None = None
    libelle: str


class EvenementDossier(Contrat):
    """One line of a dossier's history."""

    le: datetime
    acteur: str
    texte: str
    motif: str | None = None


class DossierResume(Contrat):
    """A line of the Dossiers screen."""

    id: UUID
    titre: str
    etablissement: Lien
    circuit: Circuit
    etat: EtatDossier
    etat_libelle: str
    attend: str = Field(description="Who must act now, in French: « vous », « la Direction », « SESAN »…")
    depuis: datetime
    auteur: str
    version: int
    progres: Progres
    a_traiter: bool = Field(description="The account that asked is the one that must act.")
    motif: str | None = None
    raison: str | None = Field(default=None, description="What is to be done with it, for the one who must act.")


class Dossier(DossierResume):
    """A dossier with what can be done with it; `version` is its strong ETag."""

    possibilites: list[Possibilite]
    parents: dict[Kind, list[Kind]] = Field(
        description="For each kind of parent, the kinds that may be created under it."
    )
    parents_raison: str | None = Field(description="Why some kinds are not offered.")
    evenements: list[EvenementDossier]
    bandeau: str | None = Field(default=None, description="The yellow banner of the guide, when there is one.")
    geste_a_annuler: str | None = Field(default=None, description="What the account that asked did last: `annuler`.")
    geste_a_refaire: str | None = Field(default=None, description="What it undid last: `refaire`.")
    suite_de: LienDossier | None = Field(default=None, description="The dossier whose refused part this one takes up.")
    suites: list[LienDossier] = Field(default_factory=list, description="Dossiers that take up what was refused here.")


class NoeudDossier(Contrat):
    """A line of a dossier's tree: published structures and changes together."""

    id: UUID
    parent_id: UUID | None
    kind: Kind
    nom: str
    detail: str = ""
    etat: EtatFiche
    changements: list[Changement] = Field(default_factory=list)
    version: int = Field(description="Version of the fiche in the dossier, 0 when the dossier does not touch it.")
    progres: Progres
    deplace_de: str | None = Field(default=None, description="Name of the parent that a moved structure leaves.")
    completude: Completude | None = Field(default=None, description="How far the fiche is filled.")
    peuplement: Peuplement | None = Field(default=None, description="Of a unit or the establishment, as it would be.")


class ArbreDossier(Contrat):
    """The whole tree of a dossier: parents before children, brothers in order."""

    dossier_id: UUID
    version: int
    noeuds: list[NoeudDossier]


class Fiche(Contrat):
    """A fiche inside a dossier; `version` is its strong ETag (0: not touched yet by the dossier)."""

    id: UUID
    dossier_id: UUID
    kind: Kind
    nom: str
    version: int
    etat: EtatFiche
    etat_libelle: str
    chemin: list[Lien]
    categorie_eg: str | None
    valeurs: Valeurs
    publiees: Valeurs | None = Field(description="Published values, None when the structure is new.")
    constats: list[Constat]
    modifiable: bool
    raison: str | None = Field(default=None, description="Why the fiche cannot be modified, in French.")
    modifiee_le: datetime | None = None
    modifiee_par: str | None = None
    bandeau: str | None = None
    refus: FicheRefusee | None = Field(default=None, description="The refusal that stands, when there is one.")
    completude: Completude | None = Field(default=None, description="How far the fiche is filled.")
    peuplement: Peuplement | None = Field(default=None, description="Of a unit, as it would be published.")


class CreationDossier(Demande):
    """Body of `POST /v1/dossiers`. The client mints `id`; `titre` is ignored for a first description."""

    id: UUID
    structure_id: UUID
    titre: str | None = Field(default=None, max_length=200)
    meme_si_ouvert: bool = False


class CreationFiches(Demande):
    """Body of `POST /v1/dossiers/{id}/fiches`: one new structure per id (« Nombre de fiches à créer ? »)."""

    kind: Kind
    parent_id: UUID
    ids: list[UUID] = Field(min_length=1, max_length=100)


class Duplication(Demande):
    """Body of `…/fiches/{fiche}/dupliquer`: `fois` copies, with or without the structures below."""

    fois: int = Field(default=1, ge=1, le=50)
    avec_enfants: bool = True


class Deplacement(Demande):
    """Body of `…/fiches/{fiche}/deplacer`."""

    parent_id: UUID


class ModificationFiche(Demande):
    """Body of `PATCH …/fiches/{fiche}`: omitted means untouched, null means erased."""

    valeurs: Valeurs
    vues: Valeurs | None = Field(
        default=None,
        description="The published values of these fields that the author saw, which the answers answer to; without "
        "them, the present ones.",
    )
