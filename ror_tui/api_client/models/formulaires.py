"""Forms, nomenclatures and what the controls find."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Field

from ror_tui.api_client.models.base import Contrat, Ligne, Valeur, Valeurs, codes_de, vide
from ror_tui.api_client.models.words import Gravite, Kind, Role


class Code(Contrat):
    """A code with its label; `retire` codes stay readable and are never offered."""

    code: str
    libelle: str
    filtres: dict[str, list[str]] = Field(default_factory=dict)
    retire: bool = False


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
        if isinstance(valeur, str) and valeur:
            return valeur in self.valeurs
        return any(code in self.valeurs for code in codes_de(valeur) or [str(valeur)])


class Clause(Condition):
    """A condition, or with `non` its contrary."""

    non: bool = False

    def tenue(self, valeurs: Valeurs) -> bool:
        """Tell whether what it asks holds for these values."""
        return self.vraie(valeurs) != self.non


class Affichage(Contrat):
    """When a field is shown, as a modèle de saisie says it: it speaks when every condition of `si` holds."""

    si: list[Condition] = Field(default_factory=list)
    clauses: list[Clause]
    une_suffit: bool = Field(default=False, description="One clause is enough; else all must hold.")

    def montre(self, valeurs: Valeurs) -> bool:
        """Tell whether it lets the field be shown for these values."""
        if not all(condition.vraie(valeurs) for condition in self.si):
            return True
        return (any if self.une_suffit else all)(clause.tenue(valeurs) for clause in self.clauses)


class TypeChamp(StrEnum):
    """How a field is typed in, and the shape of its value."""

    TEXTE = "texte"
    TEXTE_LONG = "texte_long"
    """Several lines."""
    ENTIER = "entier"
    MONTANT = "montant"
    """Euros as a decimal string, « 12.50 »."""
    BOOLEEN = "booleen"
    CODE = "code"
    CODES = "codes"
    DATE = "date"
    """« 2026-11-24 »."""
    HEURE = "heure"
    """« 08:30 »."""
    TELEPHONE = "telephone"
    COURRIEL = "courriel"
    MSS = "mss"
    """An address of the Messagerie Sécurisée de Santé."""
    COMMUNE = "commune"
    """A code of the Code officiel géographique, found by name."""
    GROUPE = "groupe"
    """Repeating rows of the fields of `Champ.champs`."""


class Restriction(Contrat):
    """Codes that are offered when every condition holds; without any restriction that holds, the whole list is."""

    si: list[Condition] = Field(default_factory=list)
    codes: list[str]


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
    affichages: list[Affichage] = Field(default_factory=list, description="What modèles de saisie add to `visible_si`.")
    minimum: int | None = None
    maximum: int | None = None
    longueur_max: int | None = None
    unite: str | None = None
    aide: str = ""
    defaut: Valeur = None
    lieu: bool = Field(default=False, description="Belongs to the place: a template leaves it to fill.")
    champs: list[Champ] = Field(default_factory=list, description="The fields of a row, for a repeating group.")
    resume: list[str] = Field(default_factory=list, description="The fields of a row that name it in one line.")
    lignes_max: int | None = None
    champ_unite: str | None = Field(default=None, description="The field, of the same level, that holds its unit.")
    restrictions: list[Restriction] = Field(default_factory=list)
    niveau: str | None = Field(default=None, description="Confidentiality of the field itself: a code of JDV_J222.")
    modifiable_par: list[Role] | None = Field(default=None, description="Who may edit it; None: who edits the fiche.")
    verrou: str | None = Field(default=None, description="Why nobody may edit it here, and who does, in French.")

    def visible(self, valeurs: Valeurs) -> bool:
        """Tell whether the field is shown for these values."""
        for condition in self.visible_si:
            if not condition.vraie(valeurs):
                return False
        return not self.affichages or all(one.montre(valeurs) for one in self.affichages)

    def exige(self, valeurs: Valeurs) -> bool:
        """Tell whether the field must be filled for these values."""
        if not (self.obligatoire or self.obligatoire_si) or not self.visible(valeurs):
            return False
        conditional = bool(self.obligatoire_si) and all(condition.vraie(valeurs) for condition in self.obligatoire_si)
        return self.obligatoire or conditional

    def offerts(self, valeurs: Valeurs) -> frozenset[str] | None:
        """Give the codes that may be chosen for these values; None when the whole list may.

        Args:
            valeurs: The answers of the fiche; in a row of a group, see `contexte`.
        """
        held = self.offres(valeurs)
        return frozenset(code for offered in held for code in offered) if held else None

    def offres(self, valeurs: Valeurs) -> list[list[str]]:
        """Give the lists of codes of the restrictions that hold; none when the whole list is offered."""
        return [one.codes for one in self.restrictions if all(condition.vraie(valeurs) for condition in one.si)]


def contexte(valeurs: Valeurs, ligne: Ligne) -> Valeurs:
    """Give the values among which the conditions of a field of a row are judged: its row's before the fiche's."""
    return {**valeurs, **ligne}


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


class Constat(Contrat):
    """What a control found: a stable rule code, a field, a French sentence that says what to do.

    `champ` of a field of a row is the path to it: « contacts/4f1a/telecoms/09bc/valeur », rows by their `LIGNE_ID`.
    """

    code: str
    champ: str | None
    gravite: Gravite
    message: str
