"""Asking the terminal what it can do, in its own language: each question ends with one that every terminal answers."""

from __future__ import annotations

import os
import re
import select
import termios
import tty
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic

PATIENCE = 1.5
"""Seconds to wait for an answer: more than any line that can be worked over takes."""
GLYPHS = "○◐●≠×▸▾★◂…✓é"
"""What the screens draw with (`marks.py`), each meant to take one cell."""

_STATUS = b"\x1b[c"
_STATUS_ANSWER = re.compile(rb"\x1b\[\?[\d;]*c")


@dataclass(frozen=True, slots=True)
class Terminal:
    """What a terminal answered; None where it said nothing."""

    name: str | None
    answers: bool
    round_trip: float | None
    """Seconds."""
    synchronised: bool | None
    kitty_keys: bool | None
    wide: tuple[str, ...]
    """Glyphs that do not take one cell."""
    size: tuple[int, int]


class Line:
    """The line to the terminal, in raw mode.

    Args:
        descriptor: Of a terminal.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def ask(self, question: bytes) -> tuple[bytes, float] | None:
        """Ask something, and give what came before the answer to the status question, with the time it took.

        Args:
            question: An escape sequence, which a terminal that does not know it ignores.

        Returns:
            None when nothing came in time.
        """
        started = monotonic()
        os.write(self._descriptor, question + _STATUS)
        received = b""
        while (left := started + PATIENCE - monotonic()) > 0:
            if not select.select([self._descriptor], [], [], left)[0]:
                break
            received += os.read(self._descriptor, 4096)
            if found := _STATUS_ANSWER.search(received):
                return received[: found.start()], monotonic() - started
        return None


@contextmanager
def raw(descriptor: int) -> Iterator[Line]:
    """Put a terminal in raw mode while it is asked, and back whatever happens."""
    before = termios.tcgetattr(descriptor)
    try:
        tty.setraw(descriptor, termios.TCSANOW)
        yield Line(descriptor)
    finally:
        termios.tcsetattr(descriptor, termios.TCSAFLUSH, before)


def examine(descriptor: int) -> Terminal:
    """Ask a terminal all that matters to ror-tui; less than two seconds when it answers nothing.

    Args:
        descriptor: Of a terminal.
    """
    size = os.get_terminal_size(descriptor)
    with raw(descriptor) as line:
        first = line.ask(b"")
        if first is None:
            return Terminal(None, False, None, None, None, (), (size.columns, size.lines))
        name = line.ask(b"\x1b[>0q")
        mode = line.ask(b"\x1b[?2026$p")
        keys = line.ask(b"\x1b[?u")
        wide = tuple(glyph for glyph in GLYPHS if _width(line, glyph) not in {1, None})
    return Terminal(
        name=_name(name),
        answers=True,
        round_trip=first[1],
        synchronised=_synchronised(mode),
        kitty_keys=bool(keys and re.search(rb"\x1b\[\?\d+u", keys[0])),
        wide=wide,
        size=(size.columns, size.lines),
    )


def _width(line: Line, glyph: str) -> int | None:
    """Draw a glyph at the start of the line, ask where the cursor is, and wipe it away."""
    answer = line.ask(b"\r" + glyph.encode() + b"\x1b[6n\r\x1b[K")
    found = re.search(rb"\x1b\[\d+;(\d+)R", answer[0]) if answer else None
    return int(found[1]) - 1 if found else None


def _name(answer: tuple[bytes, float] | None) -> str | None:
    found = re.search(rb"\x1bP>\|(.*?)\x1b\\", answer[0], re.DOTALL) if answer else None
    if not found:
        return None
    text = found[1].decode("utf-8", "replace")
    return "".join(char if char.isprintable() else " " for char in text)[:60]


def _synchronised(answer: tuple[bytes, float] | None) -> bool:
    found = re.search(rb"\x1b\[\?2026;(\d)\$y", answer[0]) if answer else None
    return bool(found and found[1] in {b"1", b"2"})


def multiplexer(environ: Mapping[str, str]) -> str | None:
    """Name what stands between ror-tui and the terminal: `tmux`, `screen`, or nothing."""
    if environ.get("TMUX"):
        return "tmux"
    return "screen" if environ.get("STY") else None
