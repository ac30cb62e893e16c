"""How the program ends when it does not choose to: signals, a terminal that goes away, an output that is stuck.

A thread of its own decides, so that it does whatever the event loop is blocked on.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import termios
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from time import monotonic
from types import FrameType
from typing import Any, Protocol

SIGNALS = (signal.SIGTERM, signal.SIGHUP)
PATIENCE = 0.4
"""Seconds that an ending is left alone; then what waits to be drawn is thrown away, for it may be what is stuck."""
LIMIT = 1.0
"""Seconds after which the program is ended whatever it is doing."""
TICK = 0.02
RESTORE = 0.2
"""Seconds that giving the terminal back may take."""
GONE = select.POLLHUP | select.POLLERR
RESET = b"".join(
    (
        b"\x18\x1b\\",  # out of a sequence that was cut
        b"\x1b[?2026l\x1b[r\x1b[0m",
        b"\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?1016l",
        b"\x1b[?2004l\x1b[?1004l\x1b[?2048l\x1b[?7h",
        b"\x1b[<u",  # each screen has its own keyboard mode: before leaving the alternate one
        b"\x1b[?1049l\x1b[?25h",
    )
)
"""What takes back all that Textual asks of a terminal."""


class Program(Protocol):
    """What is guarded."""

    def keep_typed(self) -> None:
        """Put what is typed on the disk; called from any thread."""

    def end_soon(self, status: int) -> None:
        """End by the usual way, with this exit status; called from any thread."""


class Tty:
    """The terminal as it was before the program drew on it."""

    def __init__(self) -> None:
        streams = (sys.__stderr__, sys.__stdin__)
        self.descriptors = [one.fileno() for one in streams if one is not None and one.isatty()]
        self._attributes = {one: termios.tcgetattr(one) for one in self.descriptors}

    def discard(self) -> None:
        """Throw away what waits to be drawn."""
        for descriptor in self.descriptors:
            with suppress(termios.error):
                termios.tcflush(descriptor, termios.TCOFLUSH)

    def let_go(self) -> None:
        """Stand apart from a terminal that is gone: what is still said at the end has nowhere to go."""
        poll = select.poll()
        for descriptor in self.descriptors:
            poll.register(descriptor, 0)
        if any(event & GONE for _, event in poll.poll(0)):
            nowhere = os.open(os.devnull, os.O_RDWR)
            for descriptor in (0, 1, 2):
                os.dup2(nowhere, descriptor)

    def restore(self, until: float) -> None:
        """Give the terminal back as it was, without ever waiting for it longer than that.

        Args:
            until: On the monotonic clock.
        """
        for descriptor, attributes in self._attributes.items():
            with suppress(termios.error):
                termios.tcsetattr(descriptor, termios.TCSANOW, attributes)
        for descriptor in self.descriptors[:1]:
            with suppress(OSError):
                self._write(descriptor, until)

    def _write(self, descriptor: int, until: float) -> None:
        os.set_blocking(descriptor, False)
        left = RESET
        try:
            while left and monotonic() < until:
                with suppress(BlockingIOError):
                    left = left[os.write(descriptor, left) :]
                    continue
                self.discard()
                left = RESET
                select.select([], [], [], TICK)
        finally:
            os.set_blocking(descriptor, True)


class Guard:
    """Ends a program on SIGTERM, on SIGHUP, and when its terminal is gone although no signal said so.

    Args:
        program: The program.
    """

    def __init__(self, program: Program) -> None:
        self._program = program
        self._tty = Tty()
        self._wake, self._waker = os.pipe()
        self._done = threading.Event()
        self._ending = self._forced = False
        self._before: dict[signal.Signals, Any] = {}

    def start(self) -> None:
        """Begin to watch."""
        self._before = {number: signal.signal(number, self._heard) for number in SIGNALS}
        threading.Thread(target=self._watch, name="ror-guard", daemon=True).start()

    def _heard(self, number: int, _frame: FrameType | None) -> None:
        os.write(self._waker, bytes([number]))

    def finish(self, *, failed: bool) -> None:
        """Take note that the program ended; one that was asked to still has the limit to be gone.

        Args:
            failed: Whether it left the terminal as it stood.
        """
        self._done.set()
        if failed or self._forced:
            self._tty.restore(monotonic() + RESTORE)
        if self._ending:
            self._tty.let_go()
        else:
            for number, handler in self._before.items():
                signal.signal(number, handler)
            os.write(self._waker, b"\0")

    def _watch(self) -> None:
        number = self._next()
        if not number:
            return
        self._ending = True
        deadline = monotonic() + LIMIT
        keeper = threading.Thread(target=self._program.keep_typed, name="ror-keeper", daemon=True)
        keeper.start()
        self._program.end_soon(128 + number)
        if not self._done.wait(PATIENCE):
            self._forced = True
            while not self._done.wait(TICK) and monotonic() < deadline:
                self._tty.discard()
        keeper.join(max(0.0, deadline - monotonic()))
        if self._done.is_set():  # the interpreter is on its way out, and takes this thread with it
            threading.Event().wait(max(0.0, deadline - monotonic()))
        else:
            self._tty.restore(deadline + RESTORE)
        os._exit(128 + number)

    def _next(self) -> int:
        """Wait for a signal, or for the end of the terminal; gives the number, 0 when the program ended by itself."""
        poll = select.poll()
        poll.register(self._wake, select.POLLIN)
        for descriptor in self._tty.descriptors:
            poll.register(descriptor, 0)
        while True:
            for descriptor, event in poll.poll():
                if descriptor == self._wake:
                    return os.read(self._wake, 1)[0]
                if event & GONE:
                    return signal.SIGHUP
                poll.unregister(descriptor)


@contextmanager
def guarded(program: Program) -> Iterator[None]:
    """Guard a program while it runs.

    Args:
        program: The program.
    """
    guard = Guard(program)
    guard.start()
    try:
        yield
    except BaseException:
        guard.finish(failed=True)
        raise
    guard.finish(failed=False)
