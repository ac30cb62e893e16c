"""What is written so far, and where that leaves the cursor and its look."""

from __future__ import annotations

from typing import Self

from ror_tui.frames.looks import Looks
from ror_tui.frames.moves import move
from ror_tui.frames.terminals import Terminal


class Brush:
    """Writes, and knows where it is.

    Args:
        terminal: What it understands.
        looks: Where the styles are.
        width: Of the screen, in cells.
    """

    __slots__ = ("_looks", "_terminal", "_width", "look", "size", "text", "x", "y")

    def __init__(self, terminal: Terminal, looks: Looks, width: int) -> None:
        self._terminal = terminal
        self._looks = looks
        self._width = width
        self.text: list[str] = []
        self.size = 0
        """Bytes that were written."""
        self.x: int | None = None
        self.y: int | None = None
        self.look: str | None = None

    def fork(self) -> Self:
        """Give another that begins where this one is, with nothing written."""
        other = type(self)(self._terminal, self._looks, self._width)
        other.x, other.y, other.look = self.x, self.y, self.look
        return other

    def write(self, text: str) -> None:
        """Write a sequence that moves nothing that is kept here."""
        if text:
            self.text.append(text)
            self.size += len(text) if text.isascii() else len(text.encode())

    def put(self, text: str) -> None:
        """Write characters, each of one cell."""
        self.write(text)
        if self.x is not None:
            self.x += len(text)
            if self.x >= self._width:
                self.x = None  # on the last cell or after it: terminals differ

    def put_unsure(self, text: str) -> None:
        """Write a character of which terminals do not agree how many cells it takes."""
        self.write(text)
        self.x = None

    def to(self, x: int, y: int) -> None:
        """Go to a cell."""
        if (x, y) != (self.x, self.y):
            self.write(self.way(x, y))
            self.x, self.y = x, y

    def way(self, x: int, y: int) -> str:
        """Give the shortest way to a cell."""
        return move(self._terminal, (self.x, self.y), x, y)

    def wear(self, look: str) -> None:
        """Take a look."""
        if look != self.look:
            self.write(self._looks.way(self.look, look))
            self.look = look
