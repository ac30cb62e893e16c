"""The grid in which beds are typed: a cursor on a cell, digits typed straight into it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from textual.content import Content
from textual.events import Key
from textual.message import Message
from textual.strip import Strip
from textual.visual import Visual

from ror_tui.widgets.lines import LineList

PaintCell = Callable[[int, int, tuple[bool, int]], Content]
"""Gives the content of a row, for its index, the width, and whether the cursor is on it and in which column."""


class LitsGrid(LineList):
    """Rows of cells; rows without cells are passed over by the cursor.

    Args:
        paint: Gives each row.
        columns: How many columns of cells.
        typable: Tells whether a row has cells.
    """

    @dataclass
    class Typed(Message):
        """A digit was typed in the cell of the cursor; `suite` when it follows another one of the same number."""

        grid: LitsGrid
        digit: str
        suite: bool

        @property
        def control(self) -> LitsGrid:
            """The grid that sent the message."""
            return self.grid

    @dataclass
    class Erased(Message):
        """The last digit, or the whole cell, is to be erased."""

        grid: LitsGrid
        whole: bool

        @property
        def control(self) -> LitsGrid:
            """The grid that sent the message."""
            return self.grid

    @dataclass
    class Left(Message):
        """The cursor left a cell in which something was typed."""

        grid: LitsGrid
        row: int
        column: int

        @property
        def control(self) -> LitsGrid:
            """The grid that sent the message."""
            return self.grid

    def __init__(self, paint: PaintCell, columns: int, typable: Callable[[int], bool], *, id: str) -> None:  # noqa: A002  # Textual's name
        super().__init__(self._row, id=id)
        self.paint_cell, self.columns, self.typable = paint, columns, typable
        self.column = 0
        self.typing = False

    def _row(self, index: int, width: int) -> Content:
        return self.paint_cell(index, width, (index == self.cursor and self.has_focus, self.column))

    def render_line(self, y: int) -> Strip:
        """Paint a row: the cell of the cursor stands out, not the whole row."""
        index, width = y + self.scroll_offset.y, self.scrollable_content_region.width
        if index >= self.count or not width:
            return Strip.blank(width, self.visual_style.rich_style)
        content = self._row(index, width).truncate(width, ellipsis=True, pad=True)
        return Visual.to_strips(self, content, width, 1, self.visual_style, apply_selection=False)[0]

    def move_to(self, index: int) -> None:
        """Move the cursor to a row that has cells, as near as there is below, else above."""
        wanted = max(0, min(index, self.count - 1))
        down, up = range(wanted, self.count), range(wanted - 1, -1, -1)
        order = (down, up) if index >= self.cursor else (range(wanted, -1, -1), range(wanted + 1, self.count))
        found = next((row for rows in order for row in rows if self.typable(row)), wanted)
        self._leave(found, self.column)
        super().move_to(found)

    def go_to(self, row: int, column: int) -> None:
        """Put the cursor on a cell."""
        column = max(0, min(column, self.columns - 1))
        self._leave(row, column)
        self.column = column
        self.move_to(row)

    def _leave(self, row: int, column: int) -> None:
        if self.typing and (row, column) != (self.cursor, self.column):
            self.typing = False
            self.post_message(self.Left(self, self.cursor, self.column))

    def on_key(self, event: Key) -> None:
        """Take digits and what erases them, before the keys of the tabs do."""
        if event.character is not None and event.character.isascii() and event.character.isdigit():
            self.post_message(self.Typed(self, event.character, self.typing))
            self.typing = True
        elif event.key in {"backspace", "delete"}:
            self.post_message(self.Erased(self, event.key == "delete"))
            self.typing = event.key == "backspace" and self.typing
        else:
            return
        event.stop()
        event.prevent_default()

    def step(self, by: int) -> None:
        """Go to the next cell, or the one before, over the ends of the lines."""
        place = self.column + by
        if 0 <= place < self.columns:
            self.go_to(self.cursor, place)
            return
        row = next((one for one in self._rows_from(by) if self.typable(one)), None)
        if row is not None:
            self.go_to(row, 0 if by > 0 else self.columns - 1)

    def _rows_from(self, by: int) -> range:
        return range(self.cursor + 1, self.count) if by > 0 else range(self.cursor - 1, -1, -1)

    def action_ouvrir(self) -> None:
        """Enter goes on to the same column of the next line."""
        self.action_bas()

    def action_deplier(self) -> None:
        """Go to the next column."""
        self.go_to(self.cursor, self.column + 1)

    def action_replier(self) -> None:
        """Go to the column before."""
        self.go_to(self.cursor, self.column - 1)
