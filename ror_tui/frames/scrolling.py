"""Lines that moved up or down, found by pieces of their text: what is beside a list need not have moved with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from ror_tui.frames.rows import Row

PIECE = 8
FEW = 3
"""Fewer changed lines than this are not worth looking at, nor a move that fewer pieces tell."""


class Scroll(NamedTuple):
    """Whole lines, `top` and `bottom` included, that go up by so many (down when it is negative)."""

    top: int
    bottom: int
    lines: int


def find(shown: Sequence[Row], wanted: Sequence[Row], changed: Sequence[int]) -> Scroll | None:
    """Give the move that most of the changed lines tell, if there is one.

    Args:
        shown: What is on the terminal.
        wanted: What is to be there.
        changed: The lines that are not the same, in order.
    """
    if len(changed) < FEW:
        return None
    places = _places(shown, range(changed[0], changed[-1] + 1))
    votes: Counter[int] = Counter()
    rows: dict[int, set[int]] = {}
    for y in changed:
        for start, piece in _pieces(wanted[y].text):
            source = places.get((start, piece))
            if source is not None and source != y:
                votes[source - y] += 1
                rows.setdefault(source - y, set()).update((source, y))
    if not votes:
        return None
    lines, count = votes.most_common(1)[0]
    return Scroll(min(rows[lines]), max(rows[lines]), lines) if count >= FEW else None


def applied(scroll: Scroll, shown: Sequence[Row], blank: Row) -> list[Row]:
    """Give what is on the terminal after a move."""
    top, bottom, lines = scroll
    band = list(shown[top : bottom + 1])
    empty = [blank] * min(abs(lines), len(band))
    band = [*band[lines:], *empty] if lines > 0 else [*empty, *band[:lines]]
    return [*shown[:top], *band, *shown[bottom + 1 :]]


def _places(shown: Sequence[Row], lines: range) -> dict[tuple[int, str], int | None]:
    """Give the line of each piece, None for one that is there twice."""
    places: dict[tuple[int, str], int | None] = {}
    for y in lines:
        for place in _pieces(shown[y].text):
            places[place] = None if place in places else y
    return places


def _pieces(text: str) -> list[tuple[int, str]]:
    starts = range(0, len(text), PIECE)
    return [(start, piece) for start in starts if len(set(piece := text[start : start + PIECE])) >= FEW]
