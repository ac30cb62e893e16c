"""Lines of cells: the characters in one string, their looks in another, so that lines are compared at the speed of C.

A character that takes two cells, or several that take one, stands as one character of a private plane in its first
cell; `FOLLOWS` is in the others.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

from rich.cells import get_character_cell_size, split_graphemes
from rich.segment import Segment
from textual.strip import Strip

from ror_tui.frames.looks import Looks

FOLLOWS = "\x00"
PRIVATE = 0x100000
MOST_CLUSTERS, MOST_SEGMENTS = 0xF000, 8192


class NotUnderstoodError(ValueError):
    """A frame holds something else than cells."""


class Row(NamedTuple):
    """A line, or a piece of one; `simple` when every character is one code point in one cell."""

    text: str
    looks: str
    simple: bool = True


class Rows:
    """Makes lines out of what Textual draws.

    Args:
        looks: Where the styles are.
    """

    def __init__(self, looks: Looks) -> None:
        self._looks = looks
        self._clusters: list[str] = []
        self._places: dict[str, str] = {}
        self._segments: dict[Segment, tuple[Row, str]] = {}

    @property
    def full(self) -> bool:
        """Whether it is time to begin again."""
        return len(self._clusters) >= MOST_CLUSTERS

    def shown(self, cell: str) -> str:
        """Give what is to be written for a cell."""
        return self._clusters[ord(cell) - PRIVATE] if ord(cell) >= PRIVATE else cell

    def row(self, strips: Iterable[Strip]) -> Row:
        """Give the cells of strips that stand side by side.

        Raises:
            NotUnderstoodError: There is more in them than cells.
        """
        done: list[Row] = []
        for strip in strips:
            for segment in strip:
                piece, mark = self._segment(segment)
                if mark and done:
                    done[-1] = self._marked(done[-1], mark)
                if piece.text:
                    done.append(piece)
        simple = all(piece.simple for piece in done)
        return Row("".join([piece.text for piece in done]), "".join([piece.looks for piece in done]), simple)

    def _segment(self, segment: Segment) -> tuple[Row, str]:
        if (known := self._segments.get(segment)) is None:
            if segment.control:
                raise NotUnderstoodError("a frame with control codes")
            if len(self._segments) >= MOST_SEGMENTS:
                self._segments.clear()
            known = self._segments[segment] = self._pieces(segment)
        return known

    def _pieces(self, segment: Segment) -> tuple[Row, str]:
        look = self._looks.of(segment.style)
        blank = self._looks.blank(look)
        text, mark = segment.text, ""
        simple = text.isascii() and text.isprintable()
        if not simple:
            text, mark = self._cells(text)
            simple = text.isascii() or all(ord(char) < PRIVATE for char in text)
        looks = look * len(text)
        if blank != look and " " in text:
            looks = "".join([blank if char == " " else look for char in text])
        return Row(text, looks, simple), mark

    def _cells(self, text: str) -> tuple[str, str]:
        """Give one character for each cell, and what goes with the character before."""
        cells: list[str] = []
        mark = ""
        for start, end, width in split_graphemes(text)[0]:
            cluster = "".join([_clean(char) for char in text[start:end] if unicodedata.category(char) != "Cc"])
            if width:
                cells.append(self._cell(cluster, width) + FOLLOWS * (width - 1))
            elif not cells:
                mark += cluster
        return "".join(cells), mark

    def _cell(self, cluster: str, width: int) -> str:
        if len(cluster) == 1 and width == 1 and ord(cluster) < PRIVATE and get_character_cell_size(cluster) == 1:
            return cluster
        if (place := self._places.get(cluster)) is None:
            place = self._places[cluster] = chr(PRIVATE + len(self._clusters))
            self._clusters.append(cluster)
        return place

    def _marked(self, row: Row, mark: str) -> Row:
        """Put a mark that has no width on the last character."""
        head = len(row.text.rstrip(FOLLOWS)) - 1
        cell = self._cell(self.shown(row.text[head]) + mark, 1)
        return Row(row.text[:head] + cell + row.text[head + 1 :], row.looks, simple=False)


def spliced(row: Row, x: int, piece: Row) -> Row:
    """Put a piece on a line; a character that loses one of its cells loses all of them."""
    end = x + len(piece.text)
    before, after = row.text[:x], row.text[end:]
    if piece.text and not row.simple:
        kept = after.lstrip(FOLLOWS)
        after = " " * (len(after) - len(kept)) + kept
        if row.text[x : x + 1] == FOLLOWS:
            head = before.rstrip(FOLLOWS)[:-1]
            before = head + " " * (x - len(head))
    text = before + piece.text + after
    simple = piece.simple and (row.simple or all(ord(char) < PRIVATE for char in text))
    return Row(text, row.looks[:x] + piece.looks + row.looks[end:], simple)


def _clean(char: str) -> str:
    return "\N{REPLACEMENT CHARACTER}" if unicodedata.category(char) == "Cs" else char
