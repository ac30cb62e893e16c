"""A grid of one-line cells: the rows of a list, with a cursor that goes from column to column."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rich.cells import set_cell_size
from textual.content import Content
from textual.message import Message

from ror_tui.texts import plain
from ror_tui.widgets.frame import fit
from ror_tui.widgets.lines import FOUND, LineList

Cell = Callable[[int, int], tuple[str, str]]
"""Gives the text of a cell and its style, for its row and its column."""


class Grid(LineList):
    """Rows whose first column stays in sight, and as many of the others as there is room for.

    Args:
        cell: Gives each cell; column -1 is the one that stays.
        headers: Titles of the columns.
        first: Cells of the column that stays.
        wide: Cells of each other column.
    """

    @dataclass
    class ColumnMoved(Message):
        """The cursor is on another column."""

        grid: Grid
        column: int

        @property
        def control(self) -> Grid:
            """The grid that sent the message."""
            return self.grid

    def __init__(self, cell: Cell, headers: list[str], *, id: str, first: int = 17, wide: int = 20) -> None:  # noqa: A002  # Textual's name
        super().__init__(self._row, id=id)
        self.cell, self.headers, self.first, self.wide = cell, headers, first, wide
        self.column = 0

    def _shown(self, width: int) -> range:
        """Give the columns that are in sight: a window that holds the one of the cursor."""
        room = max(1, (width - self.first) // (self.wide + 1))
        start = max(0, min(self.column - room // 2, len(self.headers) - room))
        return range(start, min(start + room, len(self.headers)))

    def title(self, width: int) -> Content:
        """Give the line of the headers.

        Args:
            width: Number of cells.
        """
        shown = self._shown(width)
        more = ("‹" if shown.start else " ") + ("›" if shown.stop < len(self.headers) else " ")
        titles = {place: _cut(self.headers[place], self.wide) for place in shown}
        marked = [(f" {text}", "bold" if place == self.column else "") for place, text in titles.items()]
        return Content.assemble(_cut(f"{more} ligne", self.first), *marked)

    def _row(self, index: int, width: int) -> Content:
        text, style = self.cell(index, -1)
        parts: list[tuple[str, str]] = [(_cut(text, self.first), style)]
        for place in self._shown(width):
            text, style = self.cell(index, place)
            here = index == self.cursor and place == self.column
            parts += [(" ", ""), (_cut(text, self.wide), FOUND if here else style)]
        return Content.assemble(*parts)

    def go_to(self, row: int, column: int) -> None:
        """Put the cursor on a cell.

        Args:
            row: Its row.
            column: Its column.
        """
        self.column = max(0, min(column, len(self.headers) - 1))
        self.move_to(row)
        self.post_message(self.ColumnMoved(self, self.column))

    def action_deplier(self) -> None:
        """Go to the next column."""
        self.go_to(self.cursor, self.column + 1)

    def action_replier(self) -> None:
        """Go to the column before."""
        self.go_to(self.cursor, self.column - 1)


def _cut(text: str, width: int) -> str:
    """Give a text in exactly so many cells."""
    return set_cell_size(fit(plain(text), width), width)
