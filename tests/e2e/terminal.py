"""A real terminal for the tests: a pty of a fixed size, and an emulator that shows what a person would see."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Self

import pexpect

from tests.emulator import PyteScreen, PyteStream

PATIENCE = 45.0

KEYS = {
    "Enter": "\r",
    "Escape": "\x1b",
    "Tab": "\t",
    "Space": " ",
    "Up": "\x1b[A",
    "Down": "\x1b[B",
    "Right": "\x1b[C",
    "Left": "\x1b[D",
    "End": "\x1b[F",
    "PageDown": "\x1b[6~",
    "PageUp": "\x1b[5~",
    "Backspace": "\x7f",
    "F1": "\x1bOP",
    "F2": "\x1bOQ",
    "F3": "\x1bOR",
    "F4": "\x1bOS",
    "F5": "\x1b[15~",
    "F6": "\x1b[17~",
    "F7": "\x1b[18~",
    "F8": "\x1b[19~",
    "Ctrl+F": "\x06",
    "Ctrl+Q": "\x11",
    "Ctrl+U": "\x15",
}


class ScreenTimeoutError(AssertionError):
    """What was awaited never came; the message shows the screen."""


class Terminal:
    """A program in a terminal."""

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], *, columns: int = 80, rows: int = 24
    ) -> None:
        self.screen = PyteScreen(columns, rows)
        self._stream = PyteStream(self.screen)
        self.child = pexpect.spawn(command[0], list(command[1:]), env=dict(environment), dimensions=(rows, columns))
        self.raw = b""

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the program, whatever it does."""
        self.child.close(force=True)

    @property
    def lines(self) -> list[str]:
        """What is on the screen, line by line; no-break spaces read as plain ones."""
        return [line.replace("\N{NO-BREAK SPACE}", " ").rstrip() for line in self.screen.display]

    @property
    def text(self) -> str:
        """What is on the screen."""
        return "\n".join(self.lines)

    def read(self, seconds: float = 0.05) -> bool:
        """Take in what the program has written within a moment.

        Returns:
            False once the program has ended.
        """
        try:
            chunk = self.child.read_nonblocking(65536, timeout=seconds)
        except pexpect.TIMEOUT:
            return True
        except pexpect.EOF:
            return False
        self.raw += chunk
        self._stream.feed(chunk)
        return True

    def quiet(self) -> bytes:
        """Take in all that the program has written up to now, and give it."""
        before = len(self.raw)
        seen = -1
        while seen != len(self.raw):
            seen = len(self.raw)
            self.read()
        return self.raw[before:]

    def until(self, holds: Callable[[str], bool], what: str) -> str:
        """Wait until the screen is as it should be.

        Raises:
            ScreenTimeoutError: It never is.
        """
        deadline = time.monotonic() + PATIENCE
        alive = True
        while not holds(self.text):
            if not alive or time.monotonic() > deadline:
                message = f"never seen: {what}\n{self.text}"
                raise ScreenTimeoutError(message)
            alive = self.read()
        return self.text

    def see(self, *texts: str) -> str:
        """Wait until all these texts are on the screen at once."""
        return self.until(lambda shown: all(one in shown for one in texts), repr(texts))

    def no_more(self, text: str) -> str:
        """Wait until a text has left the screen."""
        return self.until(lambda shown: text not in shown, f"without {text!r}")

    def line_with(self, text: str) -> str:
        """Give the first line that holds a text."""
        self.see(text)
        return next(line for line in self.lines if text in line)

    def press(self, *keys: str) -> None:
        """Press keys, by name or as characters."""
        for key in keys:
            self.child.send(KEYS.get(key, key))

    def type(self, text: str) -> None:
        """Type a text."""
        self.child.send(text)

    def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size."""
        self.screen.resize(rows, columns)
        self.child.setwinsize(rows, columns)

    def end(self) -> int:
        """Wait until the program has ended, and give its exit status."""
        deadline = time.monotonic() + PATIENCE
        while self.read():
            if time.monotonic() > deadline:
                message = f"still running\n{self.text}"
                raise ScreenTimeoutError(message)
        self.child.wait()
        return int(self.child.exitstatus if self.child.exitstatus is not None else -(self.child.signalstatus or 0))


def environment(**more: str) -> dict[str, str]:
    """Give what a session over SSH has: little."""
    kept = {
        name: value for name, value in os.environ.items() if name.startswith("XDG_") or name in {"PATH", "HOME", "TZ"}
    }
    return kept | {"TERM": "xterm-256color", "LANG": "C.UTF-8"} | more
