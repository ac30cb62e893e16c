"""A week of opening hours typed on one line: « lun-ven 8-12 14-18, sam 9h-12h, dim 24h »."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from ror_tui.api_client.models import Ligne, codes_de
from ror_tui.services.finding import fold
from ror_tui.services.saisie.etat import renommer
from ror_tui.services.saisie.frappe import DAYS, lire_heure
from ror_tui.texts import french

DAYS_FIELD, WHOLE_DAY, OPENING, CLOSING = "jours", "toute_la_journee", "ouverture", "fermeture"
FIELDS = frozenset({DAYS_FIELD, WHOLE_DAY, OPENING, CLOSING})
ALWAYS = frozenset({"24h", "24h24", "24h/24", "24/24"})
_RANGE = re.compile(r"([\dh:]+)-([\dh:]+)")


class SemaineError(ValueError):
    """A part of the line is not understood; the sentence says which."""


def lire_semaine(texte: str) -> list[Ligne]:
    """Read a week: parts apart by commas, each some days then some hours; without days, the whole week.

    Args:
        texte: What is typed.

    Returns:
        A row for each range of hours, with all its days.

    Raises:
        SemaineError: A day or an hour is not understood.
    """
    return [row for part in re.split(r"[,;\n]", texte) if part.strip() for row in _part(part.split())]


def _part(words: Sequence[str]) -> list[Ligne]:
    hours = next((place for place, word in enumerate(words) if word[0].isdigit()), len(words))
    days = sorted({day for word in words[:hours] for day in _days(word)}) or [str(day) for day in range(1, 8)]
    if hours == len(words):
        raise SemaineError(french(f"Quelles heures pour « {' '.join(words)} » ? Par exemple : lun-ven 8-12 14-18."))
    return [_row(days, word) for word in words[hours:]]


def _row(days: Sequence[str], word: str) -> Ligne:
    if word.lower() in ALWAYS:
        return renommer({DAYS_FIELD: list(days), WHOLE_DAY: True})
    found = _RANGE.fullmatch(word.lower())
    opening, closing = (lire_heure(found[1]), lire_heure(found[2])) if found else (None, None)
    if opening is None or closing is None:
        raise SemaineError(french(f"« {word} » n'est pas une plage d'heures : 8-12, 8h30-18h, ou 24h."))
    return renommer({DAYS_FIELD: list(days), WHOLE_DAY: False, OPENING: opening, CLOSING: closing})


def _days(word: str) -> list[str]:
    first, _, last = word.partition("-")
    start, end = _day(first), _day(last or first)
    return [str(day) for day in range(start, end + 1)]


def _day(word: str) -> int:
    typed = fold(word)
    found = [number for number, day in enumerate(DAYS, 1) if typed and day.startswith(typed)]
    if len(found) != 1:
        raise SemaineError(french(f"« {word} » n'est pas un jour : lun, mar, mer, jeu, ven, sam, dim."))
    return found[0]


def horaires_du(lignes: Sequence[Ligne], jour: str) -> str:
    """Say the hours of a day: « 08:00-12:00, 14:00-18:00 »; nothing when it has none.

    Args:
        lignes: The rows of opening hours.
        jour: « 1 » for Monday.
    """
    return ", ".join(_plage(row) for row in lignes if jour in codes_de(row.get(DAYS_FIELD)))


def _plage(row: Ligne) -> str:
    if row.get(WHOLE_DAY):
        return "24 h"
    return f"{row.get(OPENING) or '…'}-{row.get(CLOSING) or '…'}"


def copier_jour(lignes: Sequence[Ligne], de: str, vers: Collection[str]) -> list[Ligne]:
    """Give the rows with other days open at the hours of one; the hours that they had are gone.

    Args:
        lignes: The rows of opening hours, each with its days.
        de: The day that is copied, « 1 » for Monday.
        vers: The days that become like it.
    """
    others = {*vers} - {de}
    found: list[Ligne] = []
    for row in lignes:
        before = codes_de(row.get(DAYS_FIELD))
        days = [one for one in before if one not in others]
        if de in before:
            days = sorted({*days, *others})
        if days or not before:
            found.append(row if days == before else {**row, DAYS_FIELD: days})
    return found
