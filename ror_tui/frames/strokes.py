"""What is to be written, look by look: in a list of three looks a line, going back to one costs more than a move."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ror_tui.frames.looks import Looks
from ror_tui.frames.rows import Row

SAME = re.compile(r"(.)\1*", re.DOTALL)
NEAR = 4
"""Unchanged cells that cost no more to write again than to pass over."""


class Stroke(NamedTuple):
    """Cells of a line that one look draws, the last not included; to the end of the line when they are erased."""

    y: int
    start: int
    end: int
    erased: bool = False


def cut(looks: Looks, row: Row, start: int, end: int) -> Iterator[tuple[str, bool, int, int]]:
    """Cut cells of a line into pieces that one look can draw.

    Args:
        looks: Where the styles are.
        row: The line.
        start: The first cell.
        end: The cell after the last.

    Yields:
        The look, whether there are only blanks, the first cell, the cell after the last.
    """
    kept: tuple[str, bool, int] | None = None
    for found in SAME.finditer(row.looks, start, end):
        look, blank = found[0][0], row.text[found.start() : found.end()].strip(" ") == ""
        if kept is None:
            kept = look, blank, found.start()
        elif blank and look in {kept[0], looks.blank(kept[0])}:
            continue
        elif not blank and kept[1] and looks.blank(look) == kept[0]:
            kept = look, False, kept[2]
        elif look != kept[0]:
            yield *kept, found.start()
            kept = look, blank, found.start()
        else:
            kept = look, kept[1] and blank, kept[2]
    if kept:
        yield *kept, end


class Strokes:
    """Strokes, by look.

    Args:
        looks: Where the styles are.
    """

    def __init__(self, looks: Looks) -> None:
        self._looks = looks
        self._drawn: dict[str, list[Stroke]] = {}
        self._blank: dict[str, list[Stroke]] = {}

    def add(self, row: Row, y: int, runs: Iterable[tuple[int, int]]) -> None:
        """Take the cells of a line that changed.

        Args:
            row: The line.
            y: Where it is.
            runs: The first of them, and the cell after the last.
        """
        for start, end in runs:
            for look, blank, first, after in cut(self._looks, row, start, end):
                kept = (self._blank if blank else self._drawn).setdefault(look, [])
                if kept and self._joins(row, kept[-1], look, y, first):
                    kept[-1] = kept[-1]._replace(end=after)
                else:
                    kept.append(Stroke(y, first, after))

    def erase(self, y: int, start: int, end: int, look: str) -> None:
        """Take the end of a line, which is blank."""
        self._blank.setdefault(look, []).append(Stroke(y, start, end, erased=True))

    def _joins(self, row: Row, stroke: Stroke, look: str, y: int, start: int) -> bool:
        if stroke.y != y or start - stroke.end > NEAR:
            return False
        return set(row.looks[stroke.end : start]) <= {look, self._looks.blank(look)}

    def ordered(self, worn: str | None) -> Iterator[tuple[str, list[Stroke]]]:
        """Give each look with what it draws, the nearest first; blanks go with any look that draws them.

        Args:
            worn: The look that is worn.
        """
        for blank, strokes in self._blank.items():
            hosts = (
                look for look in self._drawn if self._looks.blank(look) == blank and not self._looks.exchanged(look)
            )
            host = next(hosts, blank)
            self._drawn[host] = sorted([*self._drawn.get(host, ()), *strokes])
        while self._drawn:
            worn = min(self._drawn, key=lambda look: len(self._looks.way(worn, look)))
            yield worn, self._drawn.pop(worn)
