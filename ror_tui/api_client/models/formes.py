"""The one written form of a date, an hour, an amount, a number, an address: the same for who types and who keeps."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date

from ror_tui.api_client.models.formulaires import TypeChamp

MONTANT_MAX_CHIFFRES = 7
END_OF_DAY = "24:00"
LAST_MINUTE = 59

CANAUX: Mapping[str, TypeChamp] = {
    "1": TypeChamp.TELEPHONE,
    "2": TypeChamp.TELEPHONE,
    "3": TypeChamp.COURRIEL,
    "6": TypeChamp.TELEPHONE,
    "8": TypeChamp.TELEPHONE,
    "9": TypeChamp.COURRIEL,
}
"""What is written for a channel (JDV_J225); for the other channels, any text."""

_BLANKS = re.compile(r"[\s\u00a0\u202f]+")
_FRENCH_DAY = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4})")
_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_HOUR = re.compile(r"(\d{1,2})(?:[hH:](\d{2})?)?|(\d{2})(\d{2})")
_AMOUNT = re.compile(r"(\d+)(?:[.,](\d{1,2}))?")
_PHONE = re.compile(r"\+\d{8,15}|0\d{9}|\d{2,6}")
_PHONE_MARKS = re.compile(r"[\s.\-()\u00a0\u202f]")
_MAIL = re.compile(r"[^@\s]+@[^@\s.]+(?:\.[^@\s.]+)+")


def date_de(texte: str) -> str | None:
    """Read a day, « 24/11/2026 » or « 2026-11-24 », as « 2026-11-24 »; None when it is no day."""
    bare = texte.strip()
    if found := _ISO_DAY.fullmatch(bare):
        year, month, day = found.groups()
    elif found := _FRENCH_DAY.fullmatch(bare):
        day, month, year = found.groups()
    else:
        return None
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None


def heure_de(texte: str) -> str | None:
    """Read an hour, « 8h30 », « 8 h » or « 0830 », as « 08:30 »; « 24:00 » ends the day; None when it is none."""
    found = _HOUR.fullmatch(_BLANKS.sub("", texte))
    if found is None:
        return None
    hour, minute = int(found[1] or found[3]), int(found[2] or found[4] or 0)
    read = f"{hour:02}:{minute:02}"
    return read if minute <= LAST_MINUTE and read <= END_OF_DAY else None


def montant_de(texte: str) -> str | None:
    """Read euros, « 1 234,5 € » as « 1234.50 »; None when it is no amount, or a negative one."""
    bare = _BLANKS.sub("", texte).removesuffix("€").removesuffix("EUR")
    found = _AMOUNT.fullmatch(bare)
    if found is None:
        return None
    euros = found[1].lstrip("0") or "0"
    return f"{euros}.{(found[2] or '').ljust(2, '0')}" if len(euros) <= MONTANT_MAX_CHIFFRES else None


def telephone_de(texte: str) -> str | None:
    """Read a phone number, « 01 99 00 12 34 », « +33 1… » or a short one, without its marks; None when it is none."""
    bare = _PHONE_MARKS.sub("", texte.replace("(0)", ""))
    bare = f"+{bare[2:]}" if bare.startswith("00") else bare
    if bare.startswith("+33"):
        bare = f"0{bare[3:].removeprefix('0')}"
    return bare if _PHONE.fullmatch(bare) else None


def courriel_de(texte: str) -> str | None:
    """Read an e-mail address, its domain in small letters; None when it is none."""
    bare = texte.strip()
    if not _MAIL.fullmatch(bare):
        return None
    local, _, domain = bare.rpartition("@")
    return f"{local}@{domain.lower()}"


FORMES: Mapping[TypeChamp, Callable[[str], str | None]] = {
    TypeChamp.DATE: date_de,
    TypeChamp.HEURE: heure_de,
    TypeChamp.MONTANT: montant_de,
    TypeChamp.TELEPHONE: telephone_de,
    TypeChamp.COURRIEL: courriel_de,
    TypeChamp.MSS: courriel_de,
}
"""The canonical form of what is typed in a field, by its type."""

ATTENDUS: Mapping[TypeChamp, str] = {
    TypeChamp.DATE: "Cette date n'existe pas : jour/mois/année, par exemple 24/11/2026.",
    TypeChamp.HEURE: "Cette heure n'existe pas : de 00:00 à 24:00, par exemple 8h30.",
    TypeChamp.MONTANT: "Ce montant n'est pas complet : des euros et des centimes, par exemple 62,50.",
    TypeChamp.TELEPHONE: "Ce numéro n'est pas complet : dix chiffres, ou + et l'indicatif du pays.",
    TypeChamp.COURRIEL: "Cette adresse électronique n'est pas complète : nom@domaine.fr.",
    TypeChamp.MSS: "Cette adresse MSSanté n'est pas complète : nom@domaine.mssante.fr.",
}
"""What a text that has no canonical form is told."""
