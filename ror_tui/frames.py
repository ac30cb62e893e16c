"""Only the cells that change are written: over a slow line, a key costs what it changes and no more.

Textual writes whole spans of lines again. Here a partial frame is compared, cell by cell, with what was written last.
A whole frame (a screen that opens, another size) is written as it is. So is a span that holds a character that is not
one cell wide: terminals do not agree on those, and a line written from its beginning hides it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias, cast

from rich.cells import get_character_cell_size
from rich.console import Console, RenderableType
from rich.control import Control
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.app import App, ReturnType
from textual.screen import Screen
from textual.strip import Strip

Cell: TypeAlias = tuple[str, Style | None]

UNKNOWN: Cell = ("", None)
NARROW_GAP, WIDE_GAP = 3, 40
"""So many unchanged cells between two changed ones are written again, rather than moving; the second in one style."""


class Frames:
    """What the terminal shows, line by line."""

    def __init__(self) -> None:
        self._lines: dict[int, list[Cell]] = {}

    def forget(self) -> None:
        """Take nothing of what is on the terminal for granted."""
        self._lines.clear()

    def whole(self, update: LayoutUpdate, console: Console) -> str:
        """Give what writes a whole frame.

        Args:
            update: The frame.
            console: For its colours.
        """
        self.forget()
        written = [list(strips) for strips in update.strips]
        update.strips = [*written]
        for y, strips in enumerate(written, update.region.y):
            x = update.region.x
            for strip in strips:
                self._note(y, x, _cells(strip))
                x += strip.cell_length
        return update.render_segments(console)

    def changes(self, update: ChopsUpdate, console: Console) -> str:
        """Give what writes the cells of a partial frame that are not what they were.

        Args:
            update: The frame.
            console: For its colours.
        """
        written: list[str] = []
        for y, start, end in update.spans:
            for right, (left, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=True):
                if strip is None or left >= end or right <= start:
                    continue
                first = max(left, start)
                cells = _cells(strip.crop(first - left, min(right, end) - left))
                if UNKNOWN in cells or UNKNOWN in self._lines.get(y, [])[first : first + len(cells)]:
                    written += [Control.move_to(left, y).segment.text, strip.render(console)]
                    self._note(y, left, _cells(strip))
                else:
                    written += self._changes(y, first, cells, console)
        return "".join(written)

    def _changes(self, y: int, x: int, cells: list[Cell], console: Console) -> Iterator[str]:
        old = self._lines.get(y, [])
        before = [*old[x : x + len(cells)], *[UNKNOWN] * (x + len(cells) - max(len(old), x))]
        for start, end in _runs(before, cells):
            yield Control.move_to(x + start, y).segment.text
            yield from _written(cells[start:end], console)
        self._note(y, x, cells)

    def _note(self, y: int, x: int, cells: list[Cell]) -> None:
        line = self._lines.setdefault(y, [])
        line.extend([UNKNOWN] * (x - len(line)))
        line[x : x + len(cells)] = cells


def _cells(strip: Strip) -> list[Cell]:
    """Give the cells of a strip; all of them are unknown when a character is not one cell wide."""
    cells: list[Cell] = []
    for text, style, _ in strip:
        if not text.isascii() and any(get_character_cell_size(char) != 1 for char in text):
            return [UNKNOWN] * strip.cell_length
        cells.extend([(char, style) for char in text])
    return cells


def _runs(before: list[Cell], after: list[Cell]) -> Iterator[tuple[int, int]]:
    """Give the runs of cells to write, each from its first to before its last."""
    if before == after:
        return
    start = end = -1
    for place, (old, new) in enumerate(zip(before, after, strict=True)):
        if old == new:
            continue
        if end >= 0 and not _joined(after, end, place):
            yield start, end
            start = -1
        start, end = (place if start < 0 else start), place + 1
    yield start, end


def _joined(cells: list[Cell], end: int, place: int) -> bool:
    gap = place - end
    return gap <= NARROW_GAP or (gap <= WIDE_GAP and len({style for _, style in cells[end - 1 : place + 1]}) == 1)


def _written(cells: Iterable[Cell], console: Console) -> Iterator[str]:
    text, style = "", None
    for char, look in (*cells, UNKNOWN):
        if text and (look is not style or not char):
            yield Strip([Segment(text, style)]).render(console)
            text = ""
        text, style = text + char, look


class _Frame(CompositorUpdate):
    """A frame of Textual's, written by `Frames`."""

    def __init__(self, frames: Frames, update: ChopsUpdate | LayoutUpdate) -> None:
        self.frames = frames
        self.update = update

    def render_segments(self, console: Console) -> str:
        """Give what goes to the terminal."""
        if isinstance(self.update, ChopsUpdate):
            return self.frames.changes(self.update, console)
        return self.frames.whole(self.update, console)


class FrugalApp(App[ReturnType]):
    """An application that writes only the cells that change."""

    def __init__(self, *, ansi_color: bool | None = None) -> None:
        super().__init__(ansi_color=ansi_color)
        self.frames = Frames()

    def on_mount(self) -> None:
        """Write all again after another program had the terminal."""
        self.app_resume_signal.subscribe(self, lambda _app: self.frames.forget())

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        if isinstance(renderable, ChopsUpdate | LayoutUpdate):
            renderable = cast("RenderableType", _Frame(self.frames, renderable))
        super()._display(screen, renderable)
