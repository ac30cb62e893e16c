"""A program at the other end of a slow line: 64 kbit/s each way, 100 ms there and back, as over SSH.

What it writes is taken at once, as `sshd` does, and arrives when the line has carried it; nothing can be taken back.
"""

from __future__ import annotations

import os
import select
import time
from collections import deque
from collections.abc import Mapping, Sequence

from benchmarks.terminal import ANSWERS, Terminal

RATE = 64_000 / 8
TRIP = 0.1
PACKET, OVERHEAD = 1400, 80
"""Bytes of the largest packet, and those that SSH and TCP/IP add to each."""


class Direction:
    """One way of the line."""

    def __init__(self) -> None:
        self._free = 0.0
        self._flying: deque[tuple[float, bytes]] = deque()

    def send(self, data: bytes) -> None:
        """Put bytes on the line."""
        for start in range(0, len(data), PACKET):
            packet = data[start : start + PACKET]
            self._free = max(self._free, time.perf_counter()) + (len(packet) + OVERHEAD) / RATE
            self._flying.append((self._free + TRIP / 2, packet))

    @property
    def next(self) -> float:
        """When something arrives; never, if nothing is on its way."""
        return self._flying[0][0] if self._flying else float("inf")

    def arrived(self) -> bytes:
        """Give what has arrived by now."""
        data = b""
        while self._flying and self._flying[0][0] <= time.perf_counter():
            data += self._flying.popleft()[1]
        return data


class SlowTerminal(Terminal):
    """A terminal at this end of the line, and a program at the other."""

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], *, columns: int = 80, rows: int = 24
    ) -> None:
        self._down, self._up = Direction(), Direction()
        super().__init__(command, environment, columns=columns, rows=rows)

    def read(self, seconds: float) -> int:
        """Take in what arrives within a moment, and give the number of bytes."""
        end = time.perf_counter() + seconds
        while (now := time.perf_counter()) < end:
            wait = max(min(end, self._down.next, self._up.next) - now, 0.0)
            if select.select([self._master], [], [], wait)[0]:
                self._down.send(os.read(self._master, 1 << 16))
            if keys := self._up.arrived():
                os.write(self._master, keys)
            if shown := self._down.arrived():
                self.output += shown
                for question, answer in ANSWERS.items():
                    self.send(answer * shown.count(question))
                return len(shown)
        return 0

    def send(self, keys: bytes) -> None:
        """Put keys, or answers, on the line."""
        if keys:
            self._up.send(keys)
