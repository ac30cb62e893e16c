"""FINESS, SIREN and SIRET: form and key (DOMAIN §3)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from uuid import UUID, uuid5

from stdnum import luhn
from stdnum.exceptions import ValidationError
from stdnum.fr import siren as stdnum_siren
from stdnum.fr import siret as stdnum_siret

_FINESS = re.compile(r"[0-9][0-9A-Z][0-9]{7}")
_CABINET = re.compile(r"[0-9A-Z]{9,15}")
NAMESPACE = UUID("5b0c0d1e-52a6-5b8e-9d67-0c5a6f0a7a11")
"""Seed of the ids that are made out of a FINESS number."""


def finess_fault(number: str) -> str | None:
    """Say in French what is wrong with a FINESS number, or None.

    The key is Luhn over the nine characters; for Corsica A reads 1 and B reads 2 (DOMAIN §3, checked on every number
    of the 2021 extract).
    """
    if not _FINESS.fullmatch(number):
        return "un numéro FINESS a 9 caractères : deux pour le département, puis 7 chiffres"
    digits = number.replace("A", "1", 1).replace("B", "2", 1)
    if not digits.isdigit():
        return "un numéro FINESS n'a de lettre que A ou B, en deuxième place (Corse)"
    return None if luhn.is_valid(digits) else "la clé du numéro FINESS est fausse"


def siren_fault(number: str) -> str | None:
    """Say in French what is wrong with a SIREN, or None."""
    return _stdnum_fault(stdnum_siren.validate, number, "SIREN", 9)


def siret_fault(number: str) -> str | None:
    """Say in French what is wrong with a SIRET, or None; La Poste's own key is accepted (DOMAIN §3)."""
    return _stdnum_fault(stdnum_siret.validate, number, "SIRET", 14)


def id_nat_struct_fault(number: str) -> str | None:
    """Say in French what is wrong with an idNatStruct, or None: one digit for its type, then the number (DOMAIN §3).

    The numbers of cabinets (types 0, ADELI, and 4, RPPS) have no published key: only their form is looked at.
    """
    kind, rest = number[:1], number[1:]
    if kind in _STRUCTURES:
        return _STRUCTURES[kind](rest)
    if kind in {"0", "4"}:
        return None if _CABINET.fullmatch(rest) else "un numéro de cabinet est fait de chiffres et de capitales"
    return "un identifiant national commence par 0 (ADELI), 1 (FINESS), 2 (SIREN), 3 (SIRET) ou 4 (RPPS)"


def _stdnum_fault(validate: object, number: str, name: str, length: int) -> str | None:
    if not (number.isascii() and number.isdigit() and len(number) == length):
        return f"un {name} a {length} chiffres"
    try:
        validate(number)  # type: ignore[operator]  # stdnum is not typed
    except ValidationError:
        return f"la clé du {name} est fausse"
    return None


_STRUCTURES: Mapping[str, Callable[[str], str | None]] = {"1": finess_fault, "2": siren_fault, "3": siret_fault}


def finess_key(eight: str) -> str:
    """Give the full FINESS number for its first eight characters.

    Args:
        eight: Département (two characters) then six digits.
    """
    digits = eight.replace("A", "1", 1).replace("B", "2", 1)
    return eight + luhn.calc_check_digit(digits)


def structure_id(kind: str, finess: str) -> UUID:
    """Give the id of a structure known by its FINESS: the same number always gives the same id, on every server."""
    return uuid5(NAMESPACE, f"{kind}:{finess}")
