"""Keys of FINESS, SIREN and SIRET, fast enough for a national file: a quick yes, the domain's own answer for a no."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha1

from ror_server.domain import identifiers
from ror_server.domain.identifiers import NAMESPACE

Check = Callable[[str], str | None]

_SEED = NAMESPACE.bytes
_VARIANT = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}
_DOUBLE = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


def _sums(pattern: str) -> dict[str, int]:
    """Give Luhn's sum of every group of digits, `d` standing for a doubled one: a look-up also proves the digits."""
    found = {"": 0}
    for place in pattern:
        weights = _DOUBLE if place == "d" else range(10)
        found = {head + str(digit): total + weights[digit] for head, total in found.items() for digit in range(10)}
    return found


_PLAIN_ENDS, _DOUBLED_ENDS, _LAST_TWO = _sums("pdp"), _sums("dpd"), _sums("dp")


def nine_digits(number: str) -> bool:
    """Tell whether a text is nine digits whose Luhn key is right."""
    try:
        total = _PLAIN_ENDS[number[:3]] + _DOUBLED_ENDS[number[3:6]] + _PLAIN_ENDS[number[6:]]
    except KeyError:
        return False
    return total % 10 == 0


def _fourteen_digits(number: str) -> bool:
    try:
        total = _DOUBLED_ENDS[number[:3]] + _PLAIN_ENDS[number[3:6]] + _DOUBLED_ENDS[number[6:9]]
        total += _PLAIN_ENDS[number[9:12]] + _LAST_TWO[number[12:]]
    except KeyError:
        return False
    return total % 10 == 0


def finess(number: str) -> str | None:
    """Same answer as `identifiers.finess_fault`, ten times faster for a good number."""
    return None if nine_digits(number) else identifiers.finess_fault(number)


def siren(number: str) -> str | None:
    """Same answer as `identifiers.siren_fault`."""
    return None if nine_digits(number) else identifiers.siren_fault(number)


def siret(number: str) -> str | None:
    """Same answer as `identifiers.siret_fault`; La Poste has its own key, which only the domain knows."""
    if number.startswith("356000000") or not (_fourteen_digits(number) and nine_digits(number[:9])):
        return identifiers.siret_fault(number)
    return None


def structure_id(kind: str, finess: str) -> str:
    """Same id as `identifiers.structure_id`, as text: a UUID of version 5 without the object around it."""
    digest = sha1(_SEED + f"{kind}:{finess}".encode(), usedforsecurity=False).hexdigest()
    variant = _VARIANT[digest[16]]
    return f"{digest[:8]}-{digest[8:12]}-5{digest[13:16]}-{variant}{digest[17:20]}-{digest[20:32]}"
