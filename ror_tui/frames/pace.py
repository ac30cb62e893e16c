"""How much may be on its way to the terminal: what was sent cannot be taken back, so a slow line gets little at once.

Each frame ends with a question (the place of the cursor), which the terminal answers when it has drawn it. One that
never answers is not held back: only its own buffer does that.
"""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

QUESTION = "\x1b[6n"
PACKET = 80
"""Bytes that the line adds to what is written at once, over SSH."""
LEAST, FIRST, MOST = 1000, 4096, 1 << 18
"""Bytes that may be on their way: at the least, before anything is known, at the most."""
SMALL = 400
"""Bytes after which the terminal is asked."""
SHORT, LONG = 0.08, 0.2
"""Seconds of waiting in the line: less and more is tried, more and it is too much."""
SILENCE = 3.0
"""A terminal that answered nothing for so many seconds does not answer."""


class Sent(NamedTuple):
    """A frame on its way."""

    at: float
    size: int


class Pace:
    """What is on its way, and what the answers tell of the line."""

    def __init__(self) -> None:
        self.window = FIRST
        self.answers: bool | None = None
        """Whether the terminal answers, None before that is known."""
        self._flying: deque[Sent] = deque()
        self.fastest = float("inf")
        """Seconds of the shortest answer."""
        self._unasked = 0

    def asks(self, size: int) -> bool:
        """Tell whether a frame is to end with the question: small ones share one.

        Args:
            size: Its bytes.
        """
        return self.answers is not False and self._unasked + size >= SMALL

    def free(self, now: float) -> bool:
        """Tell whether another frame may go.

        Args:
            now: Seconds, on the clock of the other moments.
        """
        if self._flying and now - self._flying[-1].at >= SILENCE:
            self.answers = bool(self.answers)
            self._flying.clear()
        return not self.answers or sum(one.size for one in self._flying) < self.window

    def patience(self, now: float) -> float:
        """Give the seconds after which to try again without any answer."""
        return max(self._flying[-1].at + SILENCE - now, 0.0) if self._flying else 0.0

    def sent(self, size: int, now: float, *, asked: bool = True) -> None:
        """Take note of a frame, the question with it or not."""
        self._unasked += size + PACKET
        if asked:
            self._flying.append(Sent(now, self._unasked))
            self._unasked = 0

    def answered(self, now: float) -> None:
        """Take note of an answer."""
        if not self._flying:
            return
        self.answers = True
        full = sum(one.size for one in self._flying) * 2 >= self.window
        taken = now - self._flying.popleft().at
        self.fastest = min(self.fastest, taken)
        waited = taken - self.fastest
        if waited > LONG:
            self.window = max(self.window // 2, LEAST)
        elif waited < SHORT and full:
            self.window = min(self.window * 2, MOST)
