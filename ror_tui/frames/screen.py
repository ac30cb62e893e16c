"""What is on the terminal and what is to be there, from one frame of Textual's to the next."""

from __future__ import annotations

from rich.color import ColorSystem
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.strip import Strip

from ror_tui.frames.brush import Brush
from ror_tui.frames.looks import Looks
from ror_tui.frames.painter import Painter
from ror_tui.frames.rows import NotUnderstoodError, Row, Rows, spliced
from ror_tui.frames.terminals import Terminal


class Screen:
    """The cells of a terminal.

    Args:
        terminal: What it understands.
        system: The colours that are written.
    """

    def __init__(self, terminal: Terminal, system: ColorSystem) -> None:
        self._terminal = terminal
        self._system = system
        self.wanted: list[Row] = []
        """What is to be there; empty before the first whole frame."""
        self._shown: list[Row] | None = None
        self._brush: Brush | None = None
        self._begin()

    @property
    def size(self) -> tuple[int, int]:
        """Columns and lines of the last frame."""
        return (len(self.wanted[0].text), len(self.wanted)) if self.wanted else (0, 0)

    def _begin(self) -> None:
        self._looks = Looks(self._terminal, self._system)
        self._rows = Rows(self._looks)
        self._painter = Painter(self._terminal, self._looks, self._rows)
        self.forget()

    def forget(self) -> None:
        """Take nothing of what is on the terminal for granted."""
        self._shown = None

    def lose(self) -> None:
        """Take nothing for granted until the next whole frame."""
        self.wanted = []
        self._begin()

    def take(self, update: CompositorUpdate) -> None:
        """Take a frame in, without writing it.

        Raises:
            NotUnderstoodError: It is not made of cells, or it changes what is not known.
        """
        if isinstance(update, LayoutUpdate):
            self._take_whole(update)
        elif isinstance(update, ChopsUpdate) and self.wanted:
            self._take_changes(update)
        else:
            raise NotUnderstoodError("a frame of another kind")

    def _take_whole(self, update: LayoutUpdate) -> None:
        if self._looks.full or self._rows.full:
            self._begin()
        drawn = [list(strips) for strips in update.strips]
        update.strips = [*drawn]  # read once: whoever writes it instead reads it again
        rows = [self._rows.row(strips) for strips in drawn]
        width, height = update.region.size
        if update.region.offset != (0, 0) or len(rows) != height or any(len(row.text) != width for row in rows):
            raise NotUnderstoodError("a frame that is not the whole screen")
        if not (width and height):
            raise NotUnderstoodError("a frame of nothing")
        if self.size != (width, height):
            self.forget()
        self.wanted = rows

    def _take_changes(self, update: ChopsUpdate) -> None:
        width = len(self.wanted[0].text)
        for y, start, end in update.spans:
            if y >= len(self.wanted):
                raise NotUnderstoodError("a line below the last")
            row = self.wanted[y]
            for right, (left, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=True):
                if strip is not None and left < end and right > start:
                    row = spliced(row, left, self._rows.row([_cut(strip, min(right, end) - left)]))
            if len(row.text) != width:
                raise NotUnderstoodError("a line that is not as long as the others")
            self.wanted[y] = row

    def painted(self, cursor: tuple[int, int] | None) -> str:
        """Give what brings the terminal to the last frame, the empty text when it is there already.

        Args:
            cursor: Where the cursor, which is hidden, is to be: column and line; None for anywhere.
        """
        if self._shown is None or self._brush is None:
            unsure = Brush(self._terminal, self._looks, len(self.wanted[0].text))
            brush = self._painter.afresh(unsure, self.wanted)
        else:
            brush = self._painter.painted(self._brush, self._shown, self.wanted)
        if cursor is not None:
            brush.to(*cursor)
        self._brush = brush.fork()
        self._shown = list(self.wanted)
        return "".join(brush.text)


def _cut(strip: Strip, width: int) -> Strip:
    return strip if strip.cell_length <= width else strip.crop(0, width)
