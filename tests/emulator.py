"""A terminal for the proofs: it knows the few sequences that a program here may write, and refuses any other.

What real terminals do not agree on is left out or refused: text that wraps, a background on lines that scroll in.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

import pyte
from rich.cells import cell_len

TOKEN = re.compile(
    r"\x1b\[([?>]?)([\d;]*)([A-Za-z@`])|\x1b\]8;([^\x1b]*)\x1b\\|\x1b([DM])|([\r\b\n])|([^\x00-\x1f\x7f-\x9f])"
)
SHOWN_ON_A_BLANK = {4, 7, 9, 21, 51, 52, 53}
OFF = {22: {1, 2}, 23: {3}, 24: {4, 21}, 25: {5, 6}, 27: {7}, 28: {8}, 29: {9}, 54: {51, 52}, 55: {53}}


class Cell(NamedTuple):
    """What one cell shows; the text is empty where the character before goes on."""

    text: str = " "
    attributes: frozenset[int] = frozenset()
    color: str = ""
    background: str = ""
    link: str = ""

    @property
    def seen(self) -> Cell:
        """Leave out of a blank what does not show; one whose colours are exchanged shows the first as the second."""
        if self == Cell(" ", frozenset({7}), self.color, self.background) and self.color:
            return Cell(background=self.color if ";" in self.color else str(int(self.color) + 10))
        if self.text != " " or self.link or self.attributes & SHOWN_ON_A_BLANK:
            return self
        return Cell(background=self.background)


class Emulator:
    """A terminal without automatic wrapping.

    Args:
        columns: Width.
        lines: Height.
        fills: Whether what is erased takes the current background.
    """

    def __init__(self, columns: int, lines: int, *, fills: bool = True) -> None:
        self.columns, self.lines, self.fills = columns, lines, fills
        self.x = self.y = 0
        self.pen = Cell()
        self.rows = [[Cell()] * columns for _ in range(lines)]
        self.margins = 0, lines - 1
        self._last: tuple[int, int] | None = None

    def feed(self, written: str) -> None:
        """Take in what a program wrote.

        Raises:
            AssertionError: It wrote what no terminal promises to understand.
        """
        place = 0
        while place < len(written):
            found = TOKEN.match(written, place)
            assert found, f"not understood: {written[place : place + 20]!r}"
            place = found.end()
            mark, numbers, letter, link, index, control, char = found.groups()
            if char:
                self._print(char)
            elif letter:
                self._sequence(mark, numbers, letter)
            elif link is not None:
                self.pen = self.pen._replace(link=link if link != ";" else "")
            elif index:
                self._index(1 if index == "D" else -1)
            else:
                self._control(control)

    def shown(self) -> list[list[Cell]]:
        """Give what a person sees."""
        return [[cell.seen for cell in row] for row in self.rows]

    def text(self) -> str:
        """Give the characters."""
        return "\n".join("".join(cell.text for cell in row) for row in self.rows)

    def _print(self, char: str) -> None:
        joins = self._last is not None and (
            not cell_len(char) or self.rows[self._last[1]][self._last[0]].text[-1:] == "\u200d"
        )
        if joins and self._last:
            x, y = self._last
            cell = self.rows[y][x]
            if cell_len(cell.text + char) > cell_len(cell.text):
                self._set(x, y, cell.text, 2)
                self.x += 1
            self.rows[y][x] = cell._replace(text=cell.text + char)
            return
        width = cell_len(char)
        if not width:
            return
        x = min(self.x, self.columns - width)
        self._set(x, self.y, char, width)
        self._last = x, self.y
        self.x = x + width  # the column after the last one stands for « not sure »

    def _free(self, start: int, end: int, y: int) -> None:
        """Make blank the characters that lose a cell: a wide one that loses a half loses the other."""
        row = self.rows[y]
        while start > 0 and row[start].text == "":
            start -= 1
        while end < self.columns and row[end].text == "":
            end += 1
        row[start:end] = [cell._replace(text=" ") for cell in row[start:end]]

    def _set(self, x: int, y: int, text: str, width: int = 1) -> None:
        """Put a character."""
        self._free(x, x + width, y)
        self.rows[y][x : x + width] = [self.pen._replace(text=one) for one in (text, *[""] * (width - 1))]

    def _control(self, control: str) -> None:
        self._last = None
        if control == "\r":
            self.x = 0
        elif control == "\b":
            self._sure()
            self.x -= 1
            assert self.x >= 0
        else:  # only a driver of tty that adds a return writes this
            self.x = 0
            self._index(1)

    def _sure(self) -> None:
        assert self.x < self.columns, "after the last column, terminals do not agree where the cursor is"

    def _sequence(self, mark: str, numbers: str, letter: str) -> None:
        if mark or letter == "n":  # modes, questions
            return
        values = [int(number or 0) for number in numbers.split(";")]
        if letter == "m":
            self._pen(values)
            return
        self._last = None
        self._known[letter](self, *values)

    def _to(self, line: int = 1, column: int = 1) -> None:
        self.y, self.x = max(line, 1) - 1, max(column, 1) - 1
        assert self.y < self.lines
        self._sure()

    def _vertical(self, steps: int) -> None:
        self.y += steps
        assert 0 <= self.y < self.lines

    def _horizontal(self, steps: int) -> None:
        self._sure()
        self.x += steps
        assert 0 <= self.x < self.columns

    def _column(self, column: int) -> None:
        self.x = max(column, 1) - 1

    def _line(self, line: int) -> None:
        self.y = max(line, 1) - 1

    def _erase(self, start: int, end: int, y: int) -> None:
        """Erase from a column to before another."""
        self._free(start, end, y)
        empty = Cell(background=self.pen.background if self.fills else "")
        self.rows[y][start:end] = [empty] * (end - start)

    def _erase_line(self, kind: int) -> None:
        assert kind == 0
        self._sure()
        self._erase(self.x, self.columns, self.y)

    def _erase_some(self, count: int) -> None:
        self._sure()
        assert self.x + count <= self.columns
        self._erase(self.x, self.x + count, self.y)

    def _erase_screen(self, kind: int) -> None:
        assert kind == 2
        for y in range(self.lines):
            self._erase(0, self.columns, y)

    def _set_margins(self, top: int = 0, bottom: int = 0) -> None:
        self.margins = max(top, 1) - 1, (bottom or self.lines) - 1
        assert 0 <= self.margins[0] < self.margins[1] < self.lines
        self.x = self.y = 0

    def _scroll(self, steps: int) -> None:
        assert not self.pen.background, "terminals do not agree on the background of the lines that come in"
        top, bottom = self.margins
        empty = [[Cell()] * self.columns for _ in range(min(abs(steps), bottom - top + 1))]
        band = self.rows[top : bottom + 1]
        self.rows[top : bottom + 1] = [*band[steps:], *empty] if steps > 0 else [*empty, *band[:steps]]

    def _index(self, step: int) -> None:
        self._last = None
        if self.y == self.margins[step > 0]:
            self._scroll(step)
        else:
            self._vertical(step)

    def _pen(self, values: list[int]) -> None:
        codes = iter(values)
        for code in codes:
            attributes = self.pen.attributes
            if code == 0:
                self.pen = Cell(link=self.pen.link)
            elif code in OFF:
                self.pen = self.pen._replace(attributes=attributes - OFF[code])
            elif code in {38, 48}:
                kind = next(codes)
                color = f"{kind};" + ";".join(str(next(codes)) for _ in range(3 if kind == 2 else 1))
                self.pen = self.pen._replace(color=color) if code == 38 else self.pen._replace(background=color)
            elif code == 39 or 30 <= code <= 37 or 90 <= code <= 97:
                self.pen = self.pen._replace(color="" if code == 39 else str(code))
            elif code == 49 or 40 <= code <= 47 or 100 <= code <= 107:
                self.pen = self.pen._replace(background="" if code == 49 else str(code))
            else:
                assert code in {*range(1, 10), 21, 51, 52, 53}, code
                self.pen = self.pen._replace(attributes=attributes | {code})

    _known: dict[str, Callable[..., None]] = {  # noqa: RUF012 - a table, read only
        "H": _to,
        "A": lambda self, steps: self._vertical(-(steps or 1)),
        "B": lambda self, steps: self._vertical(steps or 1),
        "C": lambda self, steps: self._horizontal(steps or 1),
        "D": lambda self, steps: self._horizontal(-(steps or 1)),
        "G": _column,
        "d": _line,
        "J": _erase_screen,
        "K": _erase_line,
        "X": _erase_some,
        "r": _set_margins,
        "S": lambda self, steps: self._scroll(steps or 1),
        "T": lambda self, steps: self._scroll(-(steps or 1)),
    }


class PyteScreen(pyte.Screen):
    """The screen of pyte, which scrolls a region as terminals of today do."""

    def scroll_up(self, lines: int = 1) -> None:
        """Move the lines of the region up (SU)."""
        self._scroll(lines, (self.margins or pyte.screens.Margins(0, self.lines - 1)).bottom, self.index)

    def scroll_down(self, lines: int = 1) -> None:
        """Move the lines of the region down (SD)."""
        self._scroll(lines, (self.margins or pyte.screens.Margins(0, self.lines - 1)).top, self.reverse_index)

    def _scroll(self, lines: int, edge: int, step: Callable[[], None]) -> None:
        before, self.cursor.y = self.cursor.y, edge
        for _ in range(lines or 1):
            step()
        self.cursor.y = before


class PyteStream(pyte.ByteStream):
    """Feeds a `PyteScreen`."""

    csi = pyte.ByteStream.csi | {"S": "scroll_up", "T": "scroll_down"}
    events = pyte.ByteStream.events | {"scroll_up", "scroll_down"}
