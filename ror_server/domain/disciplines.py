"""Disciplines as a bit set, so that a tree can be filtered by the units it holds."""

from __future__ import annotations

from collections.abc import Iterable

from ror_tui.api_client.models import Discipline

ALL = (1 << len(Discipline)) - 1
_BITS = {discipline: 1 << rank for rank, discipline in enumerate(Discipline)}


def discipline_bit(discipline: Discipline | str | None) -> int:
    """Give the bit of a discipline, 0 for none; the order is that of the enumeration."""
    return _BITS[Discipline(discipline)] if discipline else 0


def mask(disciplines: Iterable[Discipline]) -> int:
    """Give the bit set of several disciplines."""
    return sum({discipline_bit(discipline) for discipline in disciplines})
