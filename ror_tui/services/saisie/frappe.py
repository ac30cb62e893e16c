"""What is typed in a field and the value it stands for: dates, hours, amounts, phones, addresses.

What cannot be understood is kept as it was typed, with the sentence that says what is awaited: nothing is lost.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ror_tui.api_client.models import ATTENDUS, FORMES, Champ, Code, TypeChamp, Valeur, vide
from ror_tui.services.finding import fold

MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_ISO = re.compile(r"\d{4}-\d\d-\d\d")
_INTEGER = re.compile(r"-?\d{1,18}")


def lire_date(texte: str, jour: date) -> str | None:
    """Read a day: « 24112026 », « 24/11/26 », « 24/11 », « +3 » or « auj »; ISO too.

    Args:
        texte: What is typed.
        jour: Today.
    """
    typed = texte.strip()
    if _ISO.fullmatch(typed):
        return _day(typed[8:], typed[5:7], typed[:4])
    if re.fullmatch(r"[+-]\d{1,4}", typed):
        return (jour + timedelta(days=int(typed))).isoformat()
    if typed and "aujourd'hui".startswith(typed.lower()):
        return jour.isoformat()
    parts = re.fullmatch(r"(\d\d?)[/. -](\d\d?)(?:[/. -](\d{4}|\d\d))?", typed) or re.fullmatch(
        r"(\d\d)(\d\d)(\d{4}|\d\d)?", typed
    )
    return _day(parts[1], parts[2], parts[3] or str(jour.year)) if parts else None


def _day(day: str, month: str, year: str) -> str | None:
    try:
        return date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day)).isoformat()
    except ValueError:
        return None


def lire_heure(texte: str) -> str | None:
    """Read an hour: « 8 », « 830 », « 8h30 », « 08:30 »."""
    typed = texte.strip().replace(".", ":")
    return FORMES[TypeChamp.HEURE](f"0{typed}" if re.fullmatch(r"\d{3}", typed) else typed)


def dire_date(valeur: str) -> str:
    """Write a day as it is typed again: « 24/11/2026 »."""
    return f"{valeur[8:]}/{valeur[5:7]}/{valeur[:4]}" if _ISO.fullmatch(valeur) else valeur


def dire_jour(valeur: str) -> str:
    """Say a day in full: « mardi 24 novembre 2026 »; anything else as it is."""
    try:
        day = date.fromisoformat(valeur)
    except ValueError:
        return valeur
    first = "1er" if day.day == 1 else str(day.day)
    return f"{DAYS[day.weekday()]} {first} {MONTHS[day.month - 1]} {day.year}"


def dire_telephone(valeur: str) -> str:
    """Group a number as it is read: « 01 23 45 67 89 »."""
    if re.fullmatch(r"\d{10}", valeur):
        return " ".join(valeur[place : place + 2] for place in range(0, 10, 2))
    if re.fullmatch(r"\+33\d{9}", valeur):
        return f"+33 {valeur[3]} " + " ".join(valeur[place : place + 2] for place in range(4, 12, 2))
    return valeur


def _as_it_is(valeur: str) -> str:
    return valeur


def _amount(valeur: str) -> str:
    return valeur.replace(".", ",")


@dataclass(frozen=True, slots=True)
class Format:
    """How a type of field is read, written to be typed again, and said."""

    lire: Callable[[str, date], str | None]
    ecrire: Callable[[str], str] = _as_it_is
    dire: Callable[[str], str] = _as_it_is


FORMATS = {
    TypeChamp.DATE: Format(lire_date, dire_date, dire_jour),
    TypeChamp.HEURE: Format(lambda text, _: lire_heure(text)),
    TypeChamp.MONTANT: Format(lambda text, _: FORMES[TypeChamp.MONTANT](text), _amount, _amount),
    TypeChamp.TELEPHONE: Format(lambda text, _: FORMES[TypeChamp.TELEPHONE](text), dire_telephone, dire_telephone),
    TypeChamp.COURRIEL: Format(lambda text, _: FORMES[TypeChamp.COURRIEL](text)),
    TypeChamp.MSS: Format(lambda text, _: FORMES[TypeChamp.MSS](text)),
}


def lire(champ: Champ, texte: str, jour: date) -> Valeur:
    """Give the value that a text stands for; the text itself while it is not understood, None when empty.

    Args:
        champ: The field.
        texte: What is typed.
        jour: Today.
    """
    if not texte.strip():
        return None
    if champ.type is TypeChamp.ENTIER:
        return int(texte) if _INTEGER.fullmatch(texte.strip()) else texte
    known = FORMATS.get(champ.type)
    return (known.lire(texte, jour) if known else None) or texte


def ecrire(champ: Champ, valeur: Valeur) -> str:
    """Give the text to type over.

    Args:
        champ: The field.
        valeur: Its value.
    """
    if valeur is None:
        return ""
    known = FORMATS.get(champ.type)
    return known.ecrire(str(valeur)) if known else str(valeur)


def faute(champ: Champ, valeur: Valeur) -> str | None:
    """Say what is awaited when a value is not of the shape of its type, or is out of bounds; None when it is right.

    Args:
        champ: The field.
        valeur: Its value.
    """
    if vide(valeur) or isinstance(valeur, (bool, list)):
        return None
    if champ.type is TypeChamp.ENTIER:
        return _bounds(champ, valeur)
    known = FORMES.get(champ.type)
    if known is not None and known(str(valeur)) != valeur:
        return ATTENDUS[champ.type]
    if champ.longueur_max and len(str(valeur)) > champ.longueur_max:
        return f"{champ.longueur_max} caractères au plus, il y en a {len(str(valeur))}."
    return None


def _bounds(champ: Champ, valeur: Valeur) -> str | None:
    if not isinstance(valeur, int):
        return "Un nombre entier."
    if champ.minimum is not None and valeur < champ.minimum:
        return f"{champ.minimum} au moins."
    if champ.maximum is not None and valeur > champ.maximum:
        return f"{champ.maximum} au plus."
    return None


def lire_mesure(texte: str, unites: Sequence[Code]) -> tuple[str, str | None]:
    """Take apart a number and its unit, typed together: « 18m » gives « 18 » and the code of « mois ».

    What is no measure stays as it is typed: the control of the field says what it awaits.

    Args:
        texte: What is typed.
        unites: The units there are.
    """
    typed = re.fullmatch(r"\s*(\d+)\s*([^\W\d]+)\s*", texte)
    if typed is None:
        return texte.strip(), None
    word = fold(typed[2])
    found = next((one.code for one in unites if fold(one.libelle).startswith(word) or fold(one.code) == word), None)
    return (typed[1], found) if found else (texte.strip(), None)
