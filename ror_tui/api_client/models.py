"""The wire contract: the only definition of what crosses HTTP, used by the client and by the server.

Domain nouns are the guide's French words without accents; DESIGN §3 and §7 give the rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Generic, Literal, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, SecretStr

Element = TypeVar("Element")

Valeur = bool | int | str | list[str] | None
"""The value of one field of a fiche; codes are strings, never numbers (DOMAIN §9)."""

Valeurs = dict[str, Valeur]


class Contrat(BaseModel):
    """Base of every answer: unknown fields are ignored, so that an older client survives a newer server."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Demande(BaseModel):
    """Base of every request body: unknown fields are refused, so that a typing mistake is never lost in silence."""

    model_config = ConfigDict(extra="forbid", frozen=True)


# --- Words ---


class Kind(StrEnum):
    """Levels of the tree (DOMAIN §2.1)."""

    EJ = "ej"
    EG = "eg"
    POLE = "pole"
    SERVICE = "service"
    UF = "uf"
    UO = "uo"


class Discipline(StrEnum):
    """The seven ticks of « Afficher les structures » (guide §3a)."""

    MCO = "MCO"
    MSS = "MSS"
    PSY = "PSY"
    SLD = "SLD"
    SMA = "SMA"
    SSR = "SSR"
    VIL = "VIL"


class Circuit(StrEnum):
    """Which validation levels a dossier goes through (guide §3e)."""

    SANITAIRE = "sanitaire"
    MEDICO_SOCIAL = "medico_social"
    HANDICAP = "handicap"


class Role(StrEnum):
    """What a grant allows on its subtree (DESIGN §4)."""

    REFERENT = "referent"
    DIRECTION = "direction"
    VALIDATEUR = "validateur"
    TUTELLE = "tutelle"
    GESTIONNAIRE_LITS = "gestionnaire_lits"
    LECTEUR = "lecteur"
    ADMINISTRATEUR = "administrateur"


class Portee(StrEnum):
    """Extent of a grant."""

    REGION = "region"
    DEPARTEMENT = "departement"
    STRUCTURE = "structure"


class EtatDossier(StrEnum):
    """States of a dossier (DESIGN §5)."""

    BROUILLON = "brouillon"
    A_VALIDER_DIRECTION = "a_valider_direction"
    A_VALIDER = "a_valider"
    A_CORRIGER = "a_corriger"
    INTEGRE = "integre"
    ABANDONNE = "abandonne"


class EtatFiche(StrEnum):
    """States of a fiche inside a dossier (DESIGN §5)."""

    A_COMPLETER = "a_completer"
    INCOMPLETE = "incomplete"
    A_FINALISER = "a_finaliser"
    FINALISEE = "finalisee"
    EN_CONFLIT = "en_conflit"
    A_SUPPRIMER = "a_supprimer"
    INCHANGEE = "inchangee"


class Changement(StrEnum):
    """What a dossier does to a structure."""

    NOUVEAU = "nouveau"
    MODIFIE = "modifie"
    DEPLACE = "deplace"
    SUPPRIME = "supprime"


class ActionDossier(StrEnum):
    """Actions on a whole dossier; the server says for each whether it is possible, and if not why."""

    MODIFIER = "modifier"
    ENVOYER = "envoyer"
    VALIDER = "valider"
    REFUSER = "refuser"
    RETIRER = "retirer"
    ABANDONNER = "abandonner"


class Afficher(StrEnum):
    """« Afficher par » of the Répertoire (guide §3a)."""

    ENTITE_JURIDIQUE = "entite_juridique"
    DEPARTEMENT = "departement"
    CATEGORIE_BESOINS = "categorie_besoins"
    TERRITOIRE = "territoire"
    FILIERE = "filiere"
    FAVORIS = "favoris"


class Peuplement(StrEnum):
    """How far an establishment, or one unit, is described (DOMAIN §5.2)."""

    A_FAIRE = "a_faire"
    EN_COURS = "en_cours"
    FINALISE = "finalise"


# --- Service, session, account ---


class CompteDemonstration(Contrat):
    """An account shown on the login screen, in demonstration only."""

    identifiant: str
    mot_de_passe: str
    libelle: str


class Chargement(Contrat):
    """Progress of the first load of the demonstration region."""

    fait: int
    total: int
    message: str


class EtatService(Contrat):
    """Answer of `GET /v1/etat`, the only route open to all: it tells a ROR server from anything else."""

    service: Literal["ror"] = "ror"
    version: str
    api: int = 1
    pret: bool
    chargement: Chargement | None = None
    demonstration: list[CompteDemonstration] = Field(default_factory=list)
    erreur: str | None = Field(default=None, description="Why the server cannot become ready, in French.")


class DemandeSession(Demande):
    """Body of `POST /v1/session`."""

    identifiant: str = Field(min_length=1, max_length=200)
    mot_de_passe: SecretStr = Field(max_length=1000)


class Droit(Contrat):
    """One grant of an account."""

    role: Role
    portee: Portee
    cible: str | None = None
    libelle: str


class Compte(Contrat):
    """The account that is signed in."""

    id: UUID
    identifiant: str
    nom: str
    droits: list[Droit]


class Session(Contrat):
    """Answer of `POST /v1/session`; `jeton` is shown once and stored hashed."""

    jeton: SecretStr
    expire_le: datetime
    compte: Compte
    position: str | None = Field(default=None, description="Where the live feed stood: `depuis` of its first reading.")


class SessionEcrite(Contrat):
    """What the server writes for a new session: the one place where the token crosses the wire in clear."""

    jeton: str
    expire_le: datetime
    compte: Compte
    position: str = Field(description="Where the live feed stood: `depuis` of its first reading.")


# --- Répertoire ---


class Page(Contrat, Generic[Element]):
    """One page of a keyset walk; `suivant` is the opaque cursor of the next one."""

    elements: list[Element]
    suivant: str | None = None
    total: int | None = None


class Filtres(Contrat):
    """What the Répertoire keeps, besides « Afficher par »; every filter that is given must hold."""

    disciplines: list[Discipline] | None = Field(default=None, description="The ticks; None filters nothing.")
    communes: list[str] = Field(default_factory=list, description="INSEE codes.")
    categories: list[str] = Field(default_factory=list, description="Codes of categories of establishment.")
    peuplement: list[Peuplement] = Field(default_factory=list)
    dossier_ouvert: bool = Field(default=False, description="Only establishments with an open dossier.")
    a_moi: bool = Field(default=False, description="Only what the account may describe.")
    texte: str = Field(default="", max_length=200, description="Words of the name, place or number, in any order.")

    def query(self) -> dict[str, str]:
        """Write the filters as a query string: lists with commas, what filters nothing is left out."""
        lists: dict[str, Sequence[str]] = {
            "communes": self.communes,
            "categories": self.categories,
            "peuplement": self.peuplement,
        }
        given = {name: ",".join(codes) for name, codes in lists.items() if codes}
        if self.disciplines is not None:
            given["disciplines"] = ",".join(self.disciplines)
        given |= {name: "true" for name in ("dossier_ouvert", "a_moi") if getattr(self, name)}
        return given | ({"texte": self.texte} if self.texte else {})


class VueRepertoire(Contrat):
    """A view of the Répertoire: what it is made by, and what it keeps."""

    par: Afficher = Afficher.DEPARTEMENT
    filtres: Filtres = Field(default_factory=Filtres)


class VueNommee(VueRepertoire):
    """A view that an account saved by name."""

    nom: str


class EnregistrementVue(Demande):
    """Body of `PUT /v1/vues/{nom}`."""

    par: Afficher
    filtres: Filtres


class Place(Contrat):
    """Where an account was in the Répertoire when it left it: read and written whole, the last one wins."""

    vue: VueRepertoire
    ouvertes: list[str] = Field(default_factory=list, max_length=500, description="Keys of the open lines.")
    ligne: str | None = Field(default=None, max_length=200, description="Key of the line under the cursor.")


class EnregistrementPlace(Demande):
    """Body of `PUT /v1/moi/place`."""

    vue: VueRepertoire
    ouvertes: list[str] = Field(default_factory=list, max_length=500)
    ligne: str | None = Field(default=None, max_length=200)


class Noeud(Contrat):
    """A line of the Répertoire's tree.

    `cle` is unique in a view: `dep:75` for a département, `ter:113`, `bes:03` or `fil:02` for a group, the structure's
    id for a structure, and `bes:03/<id>` for a structure below a group that others may share.
    """

    cle: str
    kind: Kind | Literal["departement", "groupe"]
    nom: str
    id: UUID | None = Field(default=None, description="The structure; None for a département or a group.")
    sous: str | None = Field(default=None, description="Key of the line above, in the answer of `…/branche`.")
    detail: str = ""
    discipline: Discipline | None = None
    finess: str | None = None
    enfants: int = 0
    ferme: bool = False
    dossier_ouvert: bool = False
    favori: bool = False
    peuplement: Peuplement | None = None


class PageArbre(Contrat):
    """Some of the lines below a line; `precedent` and `suivant` are the opaque cursors of what stands around."""

    elements: list[Noeud]
    precedent: str | None = None
    suivant: str | None = None


class Chemin(Contrat):
    """Where a structure stands in a view: the keys from the root down to its own line."""

    cles: list[str] = Field(description="Empty when the view does not show the structure.")
    raison: str | None = Field(default=None, description="Why the view does not show it, in French.")


class Lien(Contrat):
    """A structure named in passing: an ancestor, the establishment of a dossier."""

    id: UUID
    kind: Kind
    nom: str


Plage = tuple[int, int]
"""A run of characters: first one, and the one after the last."""


class Resultat(Contrat):
    """A hit of the search, with its path from the EJ down to its parent; what stands below it is not counted."""

    noeud: Noeud
    chemin: list[Lien]
    departement: str | None = None
    lieu: str = Field(default="", description="Post code and town, of the establishment for a unit.")
    plages: list[Plage] = Field(default_factory=list, description="What matched in `noeud.nom`.")
    plages_detail: list[Plage] = Field(default_factory=list, description="What matched in `noeud.detail`.")


# --- What is published, live ---


class StructureTouchee(Contrat):
    """A structure that a publication changed."""

    id: UUID
    kind: Kind
    nom: str
    op: Literal["create", "update", "move", "delete"]
    parent_id: UUID | None = None
    eg_id: UUID | None = None
    departement: str | None = None


class Evenement(Contrat):
    """A publication, in the order of `seq`; `structures` is cut when there are many (`tronque`): reload then."""

    seq: int
    le: datetime
    acteur: str
    message: str
    structures: list[StructureTouchee]
    tronque: bool = False


class TypeEvenement(StrEnum):
    """`event` of `GET /v1/evenements`."""

    DEBUT = "debut"
    PUBLICATION = "publication"
    RECHARGER = "recharger"
    FIN = "fin"


class DebutFlux(Contrat):
    """First event of a stream; its id is where the stream starts."""

    battement: float = Field(description="Seconds between two heartbeats: silence for much longer is a dead link.")


class Recharger(Contrat):
    """What was missed cannot be told (another database, too long ago): what is shown must be read again."""


class MotifFin(StrEnum):
    """Why the server ends a stream."""

    SESSION = "session"
    ARRET = "arret"
    REMPLACE = "remplace"
    """The account opened too many streams: this was the oldest."""


class FinFlux(Contrat):
    """Last event of a stream."""

    motif: MotifFin


# --- Recherche: offers and people ---


class CriteresOffres(Contrat):
    """What an offer must be; every criterion that is given must hold, one code of a list is enough."""

    types: list[str] = Field(default_factory=list, description="JDV_J238.")
    activites: list[str] = Field(default_factory=list, description="JDV_J17.")
    modes: list[str] = Field(default_factory=list, description="JDV_J19.")
    disciplines: list[Discipline] = Field(default_factory=list)
    publics: list[str] = Field(default_factory=list, description="JDV_J29.")
    competences: list[str] = Field(default_factory=list, description="JDV_J33.")
    professions: list[str] = Field(default_factory=list, description="JDV_J186.")
    departements: list[str] = Field(default_factory=list)
    communes: list[str] = Field(default_factory=list, description="INSEE codes.")
    distance: int | None = Field(default=None, ge=1, le=200, description="Kilometres around the one commune given.")
    age: int | None = Field(default=None, ge=0, le=130, description="An age, in years, that the offer accepts.")
    texte: str = Field(default="", max_length=200, description="Words of the names, place or labels, in any order.")

    def query(self) -> dict[str, str]:
        """Write the criteria as a query string: lists with commas, what asks nothing is left out."""
        given = {name: value for name, value in self.model_dump(mode="json").items() if value not in (None, "", [])}
        return {name: ",".join(value) if isinstance(value, list) else str(value) for name, value in given.items()}


class Offre(Contrat):
    """A published unit as the Recherche lists it; a field that the reader may not see is empty."""

    id: UUID
    nom: str
    type_uo: Code | None = None
    mode: Code | None = None
    activites: list[Code] = Field(default_factory=list)
    publics: list[Code] = Field(default_factory=list)
    competences: list[Code] = Field(default_factory=list)
    professions: list[Code] = Field(default_factory=list)
    discipline: Discipline | None = None
    age_min: int | None = None
    age_max: int | None = None
    etablissement: Lien
    finess: str | None = None
    commune: str = ""
    departement: str | None = None
    contact: str = Field(default="", description="Empty when there is none, or when the reader may not see it.")
    distance: float | None = Field(default=None, description="Kilometres from the commune of the criteria.")
    reserve: str | None = Field(default=None, description="Why some of it is hidden from this reader, in French.")


class Professionnel(Contrat):
    """A contact of a unit, or a situation opérationnelle (DOMAIN §4.6)."""

    nom: str
    fonction: Code | None = None
    profession: Code | None = None
    coordonnee: str = ""
    canal: Code | None = None
    unite: Lien
    etablissement: Lien
    commune: str = ""


class Code(Contrat):
    """A code with its label; `retire` codes stay readable and are never offered."""

    code: str
    libelle: str
    filtres: dict[str, list[str]] = Field(default_factory=dict)
    retire: bool = False


class Adresse(Contrat):
    """Postal address, as FINESS gives it; locked for référents (guide A NOTER 7)."""

    lignes: list[str] = Field(default_factory=list)
    code_postal: str | None = None
    ville: str | None = None
    commune: str | None = Field(default=None, description="INSEE code of the commune.")


class RefDossier(Contrat):
    """An open dossier on a structure."""

    id: UUID
    titre: str
    etat: EtatDossier
    auteur: str


class Structure(Contrat):
    """A published structure with the values of its fiche. Its version is also the strong ETag of the answer."""

    id: UUID
    kind: Kind
    nom: str
    version: int
    chemin: list[Lien]
    valeurs: Valeurs
    raison_sociale: str | None = Field(default=None, description="Legal name, locked (guide A NOTER 7).")
    discipline: Discipline | None = None
    domaine: str | None = None
    circuit: Circuit
    finess: str | None = None
    siren: str | None = None
    siret: str | None = None
    categorie: Code | None = None
    adresse: Adresse | None = None
    telephone: str | None = None
    ouverte_le: date | None = None
    fermee_le: date | None = None
    maj_le: datetime
    maj_par: str
    unites: int = Field(default=0, description="Number of published unités opérationnelles below.")
    dossiers: list[RefDossier] = Field(default_factory=list)
    dossier_refus: str | None = Field(default=None, description="Why the account cannot open a dossier here.")
    reserve: str | None = Field(default=None, description="Why some of it is hidden from this reader, in French.")


# --- Forms ---


class Condition(Contrat):
    """A condition on another field, evaluated the same way by client and server."""

    champ: str
    est: Literal["renseigne", "parmi"]
    valeurs: list[str] = Field(default_factory=list)

    def vraie(self, valeurs: Valeurs) -> bool:
        """Tell whether the condition holds for these values.

        Args:
            valeurs: The answers of the fiche, by field id.
        """
        valeur = valeurs.get(self.champ)
        if self.est == "renseigne":
            return not vide(valeur)
        given = valeur if isinstance(valeur, list) else [str(valeur)]
        return any(code in self.valeurs for code in given)


class TypeChamp(StrEnum):
    """How a field is typed in."""

    TEXTE = "texte"
    ENTIER = "entier"
    BOOLEEN = "booleen"
    CODE = "code"
    CODES = "codes"


class Filtre(Contrat):
    """A filter before a long list: `cle` names an entry of `Code.filtres`, `champ` the field it follows, if any."""

    cle: str
    libelle: str
    champ: str | None = None


class Champ(Contrat):
    """A field of a form, as data."""

    id: str
    libelle: str
    type: TypeChamp
    obligatoire: bool = False
    nomenclature: str | None = None
    filtres: list[Filtre] = Field(default_factory=list)
    visible_si: list[Condition] = Field(default_factory=list)
    obligatoire_si: list[Condition] = Field(default_factory=list)
    minimum: int | None = None
    maximum: int | None = None
    longueur_max: int | None = None
    unite: str | None = None
    aide: str = ""
    defaut: Valeur = None

    def visible(self, valeurs: Valeurs) -> bool:
        """Tell whether the field is shown for these values."""
        return all(condition.vraie(valeurs) for condition in self.visible_si)

    def exige(self, valeurs: Valeurs) -> bool:
        """Tell whether the field must be filled for these values."""
        if not self.visible(valeurs):
            return False
        conditional = bool(self.obligatoire_si) and all(condition.vraie(valeurs) for condition in self.obligatoire_si)
        return self.obligatoire or conditional


class Section(Contrat):
    """A titled group of fields."""

    id: str
    titre: str
    champs: list[Champ]


class Modele(Contrat):
    """The form of a kind of structure, served by `GET /v1/modeles/{kind}`."""

    kind: Kind
    titre: str
    version: str
    sections: list[Section]

    def champs(self) -> list[Champ]:
        """Give every field of the form, in the order of the screen."""
        return [champ for section in self.sections for champ in section.champs]

    def champ(self, champ_id: str) -> Champ | None:
        """Give the field of that id, or None."""
        return next((champ for champ in self.champs() if champ.id == champ_id), None)


class Nomenclature(Contrat):
    """A value set of the ROR, in our compact format."""

    nom: str
    titre: str
    version: str
    source: str
    filtres: dict[str, list[Code]] = Field(default_factory=dict)
    codes: list[Code]


class Gravite(StrEnum):
    """An error keeps a fiche from being finalised, a warning does not."""

    ERREUR = "erreur"
    AVERTISSEMENT = "avertissement"


class Constat(Contrat):
    """What a control found: a stable rule code, a field, a French sentence that says what to do."""

    code: str
    champ: str | None
    gravite: Gravite
    message: str


# --- Dossier collaboratif ---


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


class Dossier(DossierResume):
    """A dossier with what can be done with it; `version` is its strong ETag."""

    possibilites: list[Possibilite]
    parents: dict[Kind, list[Kind]] = Field(
        description="For each kind of parent, the kinds that may be created under it."
    )
    parents_raison: str | None = Field(description="Why some kinds are not offered.")
    evenements: list[EvenementDossier]
    bandeau: str | None = Field(default=None, description="The yellow banner of the guide, when there is one.")


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


class Refus(Demande):
    """Body of `…/refuser`; a refusal always says why."""

    motif: str = Field(min_length=3, max_length=2000)


class Phrase(Contrat):
    """One sentence of the difference between a dossier and the Répertoire."""

    structure_id: UUID
    changement: Changement
    texte: str


class Differences(Contrat):
    """The whole difference in French sentences, read before sending and before validating."""

    resume: str
    phrases: list[Phrase]


# --- Errors ---


class ErreurChamp(Contrat):
    """One fault of a request, by JSON pointer."""

    pointer: str
    code: str
    message: str


class Probleme(Contrat):
    """RFC 9457 `application/problem+json`; `type` is stable, `detail` is a French sentence that says what to do."""

    type: str
    title: str
    status: int
    detail: str
    instance: str | None = None
    requete: str | None = Field(default=None, description="Request id, to quote to the support.")
    errors: list[ErreurChamp] = Field(default_factory=list)
    etag: str | None = Field(default=None, description="Current ETag, on a stale write.")
    modifie_par: str | None = None
    modifie_le: datetime | None = None
    valeurs: Valeurs | None = Field(default=None, description="Current values of the fiche, on a stale write.")
    dossier_id: UUID | None = None
    attente: int | None = Field(default=None, description="Seconds to wait before a new try.")


def vide(valeur: Valeur) -> bool:
    """Tell whether a field counts as not filled: null, blank text, or an empty list (registries §4.1)."""
    if valeur is None:
        return True
    if isinstance(valeur, str):
        return not valeur.strip()
    return isinstance(valeur, list) and not valeur
