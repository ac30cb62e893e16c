"""Rows of the index lie by kind, in the order in which hits are shown: what comes first is found first."""

from __future__ import annotations

from ror_tui.api_client.models import Kind

KINDS = (Kind.EG, Kind.EJ, Kind.POLE, Kind.SERVICE, Kind.UF, Kind.UO)
"""In the order in which hits are shown."""

BAND = 1 << 40
"""Rows that a kind may have."""


def first_of_kind(kind: Kind) -> int:
    """Give the first row of a kind."""
    return KINDS.index(kind) * BAND


def end_of_kind(row: int) -> int:
    """Give the row after the last one of the kind that a row is of."""
    return (row // BAND + 1) * BAND
