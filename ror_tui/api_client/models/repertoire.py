"""The Répertoire: views, filters, lines of its tree, hits of the search, published structures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from ror_tui.api_client.models.base import Contrat, Demande, Valeurs
from ror_tui.api_client.models.conflits import ReponseRepercussion
from ror_tui.api_client.models.formulaires import Code
from ror_tui.api_client.models.lien import Lien
from ror_tui.api_client.models.lits import DisponibiliteLits
from ror_tui.api_client.models.words import Afficher, Circuit, Discipline, EtatDossier, Kind, Peuplement


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


class ModificationStructure(Demande):
    """Body of `PATCH /v1/structures/{id}`: omitted means untouched, null means erased.

    Without the answers it needs, the server refuses with the questions (`Probleme.questions`).
    """

    valeurs: Valeurs
    repercussions: list[ReponseRepercussion] = Field(default_factory=list, max_length=1000)


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
    categorie_eg: str | None = Field(default=None, description="Category of its establishment: its form depends on it.")
    adresse: Adresse | None = None
    telephone: str | None = None
    ouverte_le: date | None = None
    fermee_le: date | None = None
    maj_le: datetime
    maj_par: str
    unites: int = Field(default=0, description="Number of published unités opérationnelles below.")
    dossiers: list[RefDossier] = Field(default_factory=list)
    modification_refus: str | None = Field(default=None, description="Why the account cannot modify this fiche here.")
    bandeau: str | None = Field(default=None, description="The yellow banner of the guide, when there is one.")
    dossier_refus: str | None = Field(default=None, description="Why the account cannot open a dossier here.")
    reserve: str | None = Field(default=None, description="Why some of it is hidden from this reader, in French.")
    lits: DisponibiliteLits | None = Field(default=None, description="Its beds and places, or those of all below.")
