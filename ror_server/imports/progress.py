"""The progress of a command on the terminal."""

from __future__ import annotations

from time import monotonic
from typing import TextIO

LINE_EVERY_SECONDS = 5.0
REFRESH_SECONDS = 0.1
BAR = 24


class ProgressLine:
    """One line that moves on a terminal, a line now and then elsewhere; raises when Ctrl+C was pressed."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._moving = stream.isatty()
        self._message = ""
        self._shown_at = 0.0
        self.interrupted = False

    def show(self, message: str, done: int, total: int) -> None:
        """Show where the work is.

        Raises:
            KeyboardInterrupt: When the user asked to stop: the work then rolls back.
        """
        if self.interrupted:
            raise KeyboardInterrupt
        now = monotonic()
        wait = REFRESH_SECONDS if self._moving else LINE_EVERY_SECONDS
        if message == self._message and now - self._shown_at < wait:
            return
        self._message, self._shown_at = message, now
        self._write(message, min(1.0, done / total) if total else 1.0)

    def clear(self) -> None:
        """Take the moving line away."""
        if self._moving:
            self._stream.write("\r\x1b[K")
            self._stream.flush()

    def _write(self, message: str, share: float) -> None:
        if self._moving:
            full = round(share * BAR)
            self._stream.write(f"\r\x1b[K{message} [{'#' * full}{'.' * (BAR - full)}] {share:4.0%}")
        else:
            self._stream.write(f"{message} : {share:.0%}\n")
        self._stream.flush()
