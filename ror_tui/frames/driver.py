"""Textual's own driver, which also tells when the terminal was taken away, given back, or answered."""

from __future__ import annotations

from threading import Condition
from time import monotonic
from typing import Protocol, cast

from textual.drivers.linux_driver import LinuxDriver
from textual.events import CursorPosition
from textual.message import Message
from textual.scrollbar import ScrollBar

from ror_tui.frames.pace import QUESTION
from ror_tui.frames.scroll_bar import WholeCells

LAST_ANSWERS = 0.5
"""Seconds to wait for answers before the terminal goes to another program, which would take them for keys."""
PLAIN = "\x1b[m"


class Told(Protocol):
    """An application that wants to know."""

    frugal: bool

    def terminal_answered(self, now: float) -> None:
        """Take note that the terminal answered."""

    def terminal_lent(self, *, lent: bool) -> None:
        """Take note that another program has the terminal, or no longer has it."""


class FrugalDriver(LinuxDriver):
    """Tells the application about its terminal."""

    _asked = 0
    _answered = 0
    _answer: Condition | None = None

    @property
    def _told(self) -> Told:
        return cast("Told", self._app)

    @property
    def is_blocked(self) -> bool:
        """Whether what was written before is still waiting here."""
        writer = self._writer_thread
        return writer is not None and writer._queue.qsize() > 0  # noqa: SLF001 - Textual, which is pinned, tells it nowhere else

    def write_frame(self, text: str) -> None:
        """Write a frame.

        Args:
            text: The frame, in one piece.
        """
        self._asked += text.endswith(QUESTION)
        self.write(text)

    def process_message(self, message: Message) -> None:
        """Keep the answers; all the rest is for the application. In the thread that reads the keys."""
        if not isinstance(message, CursorPosition):
            super().process_message(message)
            return
        with self._waiting:
            self._answered += 1
            self._waiting.notify_all()
        self._loop.call_soon_threadsafe(self._told.terminal_answered, monotonic())

    @property
    def _waiting(self) -> Condition:
        self._answer = self._answer or Condition()
        return self._answer

    def start_application_mode(self) -> None:
        """Begin, or begin again."""
        if self._told.frugal:
            ScrollBar.renderer = WholeCells
        super().start_application_mode()  # type: ignore[no-untyped-call]  # Textual wrote no type there
        self._loop.call_soon_threadsafe(lambda: self._told.terminal_lent(lent=False))

    def stop_application_mode(self) -> None:
        """Leave the terminal as it was, and no answer on its way."""
        self._told.terminal_lent(lent=True)
        with self._waiting:
            if self._answered:
                self._waiting.wait_for(lambda: self._answered >= self._asked, LAST_ANSWERS)
        self._asked = self._answered
        self.write(PLAIN)
        super().stop_application_mode()
