"""A program in a real pty for the benchmarks: what it writes is counted, its questions are answered, keys are timed.

with Terminal(["fzf"], environment()) as terminal:
    terminal.until("100000/100000")
    seconds, written = terminal.press("\\x1b[B")
"""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from tests.emulator import PyteScreen, PyteStream

ANSWERS = {
    b"\x1b[?2026$p": b"\x1b[?2026;2$y",  # synchronised output is there
    b"\x1b[6n": b"\x1b[1;1R",  # the cursor is at home: fzf waits a second for this
    b"\x1b[c": b"\x1b[?62;22c",
}
"""What a terminal says to the questions of programs."""
QUIET = 0.08
"""A burst is over when nothing came for so many seconds."""
PATIENCE = 120.0

DOWN, UP, PAGE_DOWN, HOME, END, RIGHT = "\x1b[B", "\x1b[A", "\x1b[6~", "\x1b[H", "\x1b[F", "\x1b[C"


class Burst(NamedTuple):
    """What followed a key: seconds until the last byte, and how many bytes there were."""

    seconds: float
    written: int


class NeverSeenError(AssertionError):
    """What was awaited was never written; the message shows the screen."""


def environment(**more: str) -> dict[str, str]:
    """Give what a session with a truecolor terminal has, and nothing of this one.

    Args:
        more: Variables to add.
    """
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return kept | {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"} | more


class Terminal:
    """A program in a pty.

    Args:
        command: What to start.
        environment: Its whole environment.
        columns: Width.
        rows: Height.
    """

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], *, columns: int = 80, rows: int = 24
    ) -> None:
        self.size = columns, rows
        self.output = b""
        self.started = time.perf_counter()
        self.pid, self._master = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            os.execvpe(command[0], list(command), dict(environment))

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the program, whatever it does."""
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self._master)

    def read(self, seconds: float) -> int:
        """Take in what is written within a moment, and give the number of bytes."""
        if not select.select([self._master], [], [], max(seconds, 0.0))[0]:
            return 0
        try:
            chunk = os.read(self._master, 1 << 20)
        except OSError:  # the program has ended: its side of the pty is closed
            return 0
        self.output += chunk
        for question, answer in ANSWERS.items():
            self.send(answer * chunk.count(question))
        return len(chunk)

    def send(self, keys: bytes) -> None:
        """Send keys, or answers."""
        os.write(self._master, keys)

    def until(self, text: str, since: int = 0) -> float:
        """Wait until a text is written, and give the seconds since the start.

        Args:
            text: Written in one piece, in one style.
            since: Length of the output from which it is looked for.

        Raises:
            NeverSeenError: It never was.
        """
        sought = text.encode()
        while sought not in self.output[since:]:
            written = self.read(PATIENCE)
            if not written:
                message = f"never seen: {text!r}\n{self.picture()}"
                raise NeverSeenError(message)
        return time.perf_counter() - self.started

    def settle(self, quiet: float = QUIET) -> Burst:
        """Wait until nothing is written any more, and tell when the last byte came, from now."""
        start = last = time.perf_counter()
        total = 0
        while count := self.read(quiet):
            last, total = time.perf_counter(), total + count
        return Burst(last - start, total)

    def press(self, keys: str, quiet: float = QUIET) -> Burst:
        """Send keys at once, and measure what follows.

        Args:
            keys: As the terminal sends them.
            quiet: Seconds of silence that end the burst.
        """
        self.send(keys.encode())
        return self.settle(quiet)

    def press_until(self, keys: str, text: str) -> float:
        """Send keys and give the seconds until a text is written."""
        start, since = time.perf_counter(), len(self.output)
        self.send(keys.encode())
        self.until(text, since)
        return time.perf_counter() - start

    def written_within(self, seconds: float) -> int:
        """Count the bytes of a while without keys."""
        end, total = time.perf_counter() + seconds, 0
        while (left := end - time.perf_counter()) > 0:
            total += self.read(left)
        return total

    def picture(self) -> str:
        """Give the screen as a person sees it."""
        screen = PyteScreen(*self.size)
        PyteStream(screen).feed(self.output)
        return "\n".join(line.replace("\N{NO-BREAK SPACE}", " ").rstrip() for line in screen.display)

    def memory(self) -> int:
        """Give the bytes that the program alone holds in memory."""
        for line in Path(f"/proc/{self.pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith(("Private_Dirty:",)):
                return int(line.split()[1]) * 1024
        message = "this kernel does not tell"
        raise RuntimeError(message)
