"""Forms, nomenclatures and what the controls find."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Field

from ror_tui.api_client.models.base import Contrat, Valeur, Valeurs, vide
from ror_tui.api_client.models.words import Gravite, Kind


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
    lieu: bool = Field(default=False, description="Belongs to the place: a template leaves it to fill.")

    def visible(self, valeurs: Valeurs) -> bool:
        """Tell whether the field is shown for these values."""
        return not self.visible_si or all(condition.vraie(valeurs) for condition in self.visible_si)

    def exige(self, valeurs: Valeurs) -> bool:
        """Tell whether the field must be filled for these values."""
        if not (self.obligatoire or self.obligatoire_si) or not self.visible(valeurs):
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


class Constat(Contrat):
    """What a control found: a stable rule code, a field, a French sentence that says what to do."""

    code: str
    champ: str | None
    gravite: Gravite
    message: str
