"""The values of a fiche in French: labels of codes, dates, amounts, the rows of a group in one line each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ror_tui.api_client.models import Champ, Code, Nomenclature, TypeChamp, Valeur, Valeurs, codes_de, vide
from ror_tui.api_client.models.base import Ligne, lignes_de
from ror_tui.services.saisie.frappe import FORMATS
from ror_tui.texts import plain, plural

CODED = frozenset({TypeChamp.CODE, TypeChamp.CODES})


class Libelles:
    """The value sets of a form, each indexed once.

    Args:
        nomenclatures: Value sets by name.
    """

    def __init__(self, nomenclatures: Mapping[str, Nomenclature]) -> None:
        self.nomenclatures = nomenclatures
        self.communes: dict[str, str] = {}
        """Names of communes by code: those that are known, there are too many for a value set."""
        self._codes: dict[str, Mapping[str, Code]] = {}

    def codes(self, champ: Champ) -> Mapping[str, Code]:
        """Give the codes of the field's value set; none when it has none."""
        name = champ.nomenclature or ""
        if name not in self._codes:
            found = self.nomenclatures.get(name)
            self._codes[name] = {code.code: code for code in found.codes} if found else {}
        return self._codes[name]

    def court(self, champ: Champ, code: str) -> str:
        """Give the label of a code, without the code."""
        known = self.codes(champ).get(code)
        return known.libelle if known else code

    def commune(self, code: str) -> str:
        """Give the name of a commune and its code; the code alone while its name is not known."""
        return f"{self.communes[code]} ({code})" if code in self.communes else code

    def long(self, champ: Champ, code: str) -> str:
        """Give a code with its label; an unknown or retired one is flagged, never hidden."""
        known = self.codes(champ).get(code)
        if known is None:
            return f"{code} (code inconnu)"
        return f"{known.libelle} ({code})" + (" – n'est plus proposé" if known.retire else "")


def dire(champ: Champ, valeur: Valeur, libelles: Libelles) -> str:
    """Say a value on one line, as it stands beside another one.

    Args:
        champ: The field.
        valeur: A value of that field.
        libelles: Labels of the codes.
    """
    if vide(valeur):
        return "vide"
    if champ.type is TypeChamp.GROUPE:
        rows = lignes_de(valeur)
        return f"{plural(len(rows), 'ligne', 'lignes')} : {' ; '.join(resumer(champ, row, libelles) for row in rows)}"
    return " ".join(plain(", ".join(textes(champ, valeur, libelles))).split("\n"))


def mesures(champs: Iterable[Champ]) -> Mapping[str, Champ]:
    """Give, by the id of each field that holds a unit, the field whose unit it is: both stand on one line."""
    return {champ.champ_unite: champ for champ in champs if champ.champ_unite}


def dire_parmi(champ: Champ, valeurs: Valeurs, champs: Sequence[Champ], libelles: Libelles) -> str:
    """Say the value of a field with its unit: « 6 mois ».

    Args:
        champ: The field.
        valeurs: The answers.
        champs: The fields of the same level, one of which may hold the unit.
        libelles: Labels of the codes.
    """
    said = dire(champ, valeurs.get(champ.id), libelles)
    unit = "" if vide(valeurs.get(champ.id)) else unite(champ, valeurs, champs, libelles)
    return f"{said} {unit}" if unit else said


def unite(champ: Champ, valeurs: Valeurs, champs: Iterable[Champ], libelles: Libelles) -> str:
    """Give the unit of a field: the one that is told beside it, or its own.

    Args:
        champ: The field.
        valeurs: The answers.
        champs: The fields of the same level.
        libelles: Labels of the codes.
    """
    told = codes_de(valeurs.get(champ.champ_unite)) if champ.champ_unite else []
    holder = next((one for one in champs if told and one.id == champ.champ_unite), None)
    return libelles.court(holder, told[0]).lower() if holder else (champ.unite or "").lower()


def textes(champ: Champ, valeur: Valeur, libelles: Libelles) -> Sequence[str]:
    """Give what a field that is not a group holds, a line for each code.

    Args:
        champ: The field.
        valeur: Its value, not empty.
        libelles: Labels of the codes.
    """
    if isinstance(valeur, bool):
        return ["oui" if valeur else "non"]
    if champ.type in CODED:
        return [f"{libelles.court(champ, code)} ({code})" for code in codes_de(valeur) or [str(valeur)]]
    if champ.type is TypeChamp.COMMUNE:
        return [libelles.commune(str(valeur))]
    known = FORMATS.get(champ.type)
    said = known.dire(str(valeur)) if known else str(valeur)
    return [f"{said} €" if champ.type is TypeChamp.MONTANT and known and said != "" else said]


def resumer(champ: Champ, ligne: Ligne, libelles: Libelles) -> str:
    """Say a row of a group on one line: the fields that name it, or the first ones that are filled.

    Args:
        champ: The group.
        ligne: The row.
        libelles: Labels of the codes.
    """
    named = [one for one in champ.champs if one.id in champ.resume] or champ.champs
    parts = [_part(one, ligne, libelles) for one in named if not vide(ligne.get(one.id))]
    return plain(" · ".join(parts)) or "à remplir"


def _part(champ: Champ, ligne: Ligne, libelles: Libelles) -> str:
    valeur = ligne.get(champ.id)
    if champ.type is TypeChamp.GROUPE:
        return ", ".join(resumer(champ, row, libelles) for row in lignes_de(valeur))
    if isinstance(valeur, bool):
        return champ.libelle if valeur else f"{champ.libelle} : non"
    if champ.type in CODED:
        return ", ".join(libelles.court(champ, code) for code in codes_de(valeur))
    if champ.type is TypeChamp.COMMUNE:
        return libelles.commune(str(valeur))
    known = FORMATS.get(champ.type)
    return known.dire(str(valeur)) if known else str(valeur)
