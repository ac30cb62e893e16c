"""Typed values brought to the one form in which they are kept and compared, the rows of groups included (DESIGN §6)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import uuid4

from ror_server.domain.words import clean
from ror_tui.api_client.models import (
    ATTENDUS,
    CANAUX,
    FORMES,
    LIGNE_ID,
    Champ,
    ErreurChamp,
    Ligne,
    Modele,
    TypeChamp,
    Valeur,
    Valeurs,
    codes_de,
    lignes_de,
    vide,
)

INTEGER_LIMIT = 1_000_000
MOST_ROWS = 200
"""Rows of a group whose form sets no limit."""
MOST_CODES = 2_000
TEXT_MAX, LONG_TEXT_MAX, CODE_MAX = 1_000, 10_000, 100

_ROW_ID = re.compile(r"[0-9A-Za-z_-]{1,64}")
_COMMUNE = re.compile(r"\d{5}|2[ABab]\d{3}")
_STRICT = frozenset({TypeChamp.DATE, TypeChamp.HEURE, TypeChamp.MONTANT})
"""Types whose value is always of the canonical form; what is written to reach somebody is kept as it is typed."""


class ValeurError(Exception):
    """A value that its field cannot hold; the message is a French sentence."""


@dataclass
class _Reading:
    """Values being read, at one level of the form; `path` stands before their ids in a pointer."""

    path: str = "/valeurs"
    faults: list[ErreurChamp] = field(default_factory=list)

    def below(self, part: str) -> _Reading:
        return _Reading(f"{self.path}/{part}", self.faults)

    def refuse(self, part: str, code: str, message: str) -> None:
        self.faults.append(ErreurChamp(pointer=f"{self.path}/{part}", code=code, message=message))

    def values(self, champs: Sequence[Champ], valeurs: Valeurs) -> Valeurs:
        known = {champ.id: champ for champ in champs}
        kept: Valeurs = {}
        for champ_id, valeur in valeurs.items():
            champ = known.get(champ_id)
            if champ is None:
                self.refuse(champ_id, "type", "Ce champ n'existe pas dans ce formulaire.")
            elif champ.verrou:
                self.refuse(champ_id, "verrou", f"« {champ.libelle} » ne se modifie pas ici. {champ.verrou}")
            else:
                self._one(champ, valeur, kept)
        return kept

    def _one(self, champ: Champ, valeur: Valeur, kept: Valeurs) -> None:
        before = len(self.faults)
        try:
            clean_value = self._group(champ, valeur) if champ.type is TypeChamp.GROUPE else _clean(champ, valeur)
        except ValeurError as error:
            self.refuse(champ.id, "type", str(error))
            return
        if len(self.faults) == before:
            kept[champ.id] = clean_value

    def _group(self, champ: Champ, valeur: Valeur) -> Valeur:
        if vide(valeur):
            return None
        if not isinstance(valeur, list) or not all(isinstance(row, dict) for row in valeur):
            raise ValeurError("Ce champ attend des lignes.")
        most = champ.lignes_max or MOST_ROWS
        if len(valeur) > most:
            raise ValeurError(f"« {champ.libelle} » ne peut pas dépasser {most} lignes : il y en a {len(valeur)}.")
        return self.below(champ.id).rows(champ, [row for row in valeur if isinstance(row, dict)])

    def rows(self, champ: Champ, rows: Sequence[Ligne]) -> Valeur:
        kept: list[Ligne] = []
        seen: set[str] = set()
        for rank, row in enumerate(rows):
            row_id = row.get(LIGNE_ID)
            if not isinstance(row_id, str) or not _ROW_ID.fullmatch(row_id):
                self.refuse(str(rank), "ligne", "Cette ligne n'a pas d'identifiant : supprimez-la et saisissez-la.")
            elif row_id in seen:
                self.refuse(row_id, "ligne", "Deux lignes ont le même identifiant : supprimez l'une des deux.")
            else:
                seen.add(row_id)
                kept += self._row(champ, row_id, row)
        return kept or None

    def _row(self, champ: Champ, row_id: str, row: Ligne) -> list[Ligne]:
        """Give the row, or nothing when nothing is told in it."""
        told = {key: valeur for key, valeur in row.items() if key != LIGNE_ID}
        read = self.below(row_id).values(champ.champs, told)
        _of_channel(read)
        filled: Ligne = {one.id: read[one.id] for one in champ.champs if not vide(read.get(one.id))}
        return [{LIGNE_ID: row_id, **filled}] if filled else []


def normalise(modele: Modele, valeurs: Valeurs) -> tuple[Valeurs, list[ErreurChamp]]:
    """Bring typed values to the form in which they are kept and compared.

    Args:
        modele: The form.
        valeurs: Values by field id, as received.

    Returns:
        The clean values and the faults of type, by pointer (« /valeurs/contacts/4f1a/nom »). Texts are trimmed, empty
        is null, codes have no order and no double, dates, hours and amounts are canonical; a row keeps the id that
        who added it gave it, the order of rows is kept, and a row that says nothing is none. Reading its own
        answer changes nothing.
    """
    reading = _Reading()
    kept = reading.values(modele.champs(), valeurs)
    return kept, reading.faults


def copied(champs: Sequence[Champ], valeurs: Valeurs) -> Valeurs:
    """Give the values that another structure takes over: not what belongs to the place, and rows with ids of their own.

    Args:
        champs: The fields.
        valeurs: What is copied, by field id; what none of the fields holds is left out.
    """
    found = {champ.id: _copy(champ, valeurs[champ.id]) for champ in champs if champ.id in valeurs and not champ.lieu}
    return {champ: valeur for champ, valeur in found.items() if not vide(valeur)}


def _copy(champ: Champ, valeur: Valeur) -> Valeur:
    if champ.type is not TypeChamp.GROUPE:
        return valeur
    rows = [copied(champ.champs, row) for row in lignes_de(valeur)]
    return [{LIGNE_ID: str(uuid4()), **row} for row in rows if row]


def _clean(champ: Champ, valeur: Valeur) -> Valeur:
    return None if vide(valeur) else _READERS.get(champ.type, _text)(champ, valeur)


def _text(champ: Champ, valeur: Valeur) -> Valeur:
    found = clean(_string(valeur, "un texte"))
    _require_length(found, champ.longueur_max or TEXT_MAX)
    return found or None


def _long_text(champ: Champ, valeur: Valeur) -> Valeur:
    lines = [clean(line) for line in _string(valeur, "un texte").splitlines()]
    found = "\n".join(lines).strip("\n")
    _require_length(found, champ.longueur_max or LONG_TEXT_MAX)
    return found or None


def _integer(_champ: Champ, valeur: Valeur) -> Valeur:
    if not isinstance(valeur, int) or isinstance(valeur, bool):
        raise ValeurError("Ce champ attend un nombre entier.")
    if abs(valeur) > INTEGER_LIMIT:
        raise ValeurError("Ce nombre est trop grand.")
    return valeur


def _boolean(_champ: Champ, valeur: Valeur) -> Valeur:
    if not isinstance(valeur, bool):
        raise ValeurError("Ce champ attend oui ou non.")
    return valeur


def _code(_champ: Champ, valeur: Valeur) -> Valeur:
    found = clean(_string(valeur, "un code"))
    _require_length(found, CODE_MAX)
    return found or None


def _codes(_champ: Champ, valeur: Valeur) -> Valeur:
    if not isinstance(valeur, list) or len(codes_de(valeur)) != len([code for code in valeur if code != ""]):
        raise ValeurError("Ce champ attend une liste de codes.")
    found = sorted({clean(code) for code in codes_de(valeur)} - {""})
    if len(found) > MOST_CODES:
        raise ValeurError(f"Ce champ ne peut pas tenir plus de {MOST_CODES} codes.")
    for code in found:
        _require_length(code, CODE_MAX)
    return list(found) or None


def _formed(champ: Champ, valeur: Valeur) -> Valeur:
    text = clean(_string(valeur, "un texte"))
    _require_length(text, champ.longueur_max or TEXT_MAX)
    found = FORMES[champ.type](text)
    if text and found is None and champ.type in _STRICT:
        raise ValeurError(ATTENDUS[champ.type])
    return found or text or None


def _commune(_champ: Champ, valeur: Valeur) -> Valeur:
    found = clean(_string(valeur, "le code d'une commune"))
    if found and not _COMMUNE.fullmatch(found):
        raise ValeurError("Ce code de commune n'en est pas un : choisissez-la par son nom.")
    return found.upper() or None


_READERS: Mapping[TypeChamp, Callable[[Champ, Valeur], Valeur]] = {
    TypeChamp.TEXTE_LONG: _long_text,
    TypeChamp.ENTIER: _integer,
    TypeChamp.BOOLEEN: _boolean,
    TypeChamp.CODE: _code,
    TypeChamp.CODES: _codes,
    TypeChamp.COMMUNE: _commune,
    **dict.fromkeys(FORMES, _formed),
}


def _of_channel(row: Ligne) -> None:
    """Write a coordinate in the form of its channel (JDV_J225); a half-typed one is kept, the controls tell it."""
    canal, valeur = row.get("canal"), row.get("valeur")
    kind = CANAUX.get(canal) if isinstance(canal, str) else None
    if kind is not None and isinstance(valeur, str):
        row["valeur"] = FORMES[kind](valeur) or valeur


def _string(valeur: Valeur, name: str) -> str:
    if not isinstance(valeur, str):
        raise ValeurError(f"Ce champ attend {name}.")
    return valeur


def _require_length(text: str, most: int) -> None:
    if len(text) > most:
        raise ValeurError(f"Ce texte dépasse {most} caractères.")
