"""What happens in the dossiers, as this process learns of it: each signal once, also those of other processes."""

from __future__ import annotations

from collections import deque

from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.store import signaux
from ror_server.store.signaux import Signal

RECENT = 512
"""Signals kept in memory: a stream that is further behind is told to read again."""
PAGE = 64
GAP_SECONDS = 60.0
"""How long a number that was passed over is asked for again: no transaction of ours lasts longer."""
MOST_GAPS = 500


class DossierSignals:
    """Signals in the order in which they are found; a stream knows how many it was given."""

    def __init__(self) -> None:
        self.count = 0
        self._recent: deque[Signal] = deque(maxlen=RECENT)
        self._head: int | None = None
        self._gaps: dict[int, float] = {}

    def rest(self) -> None:
        """Stop looking: nobody follows."""
        self._head = None
        self._gaps.clear()

    async def begin(self, tx: AsyncConnection) -> None:
        """Start from here, unless somebody follows already."""
        if self._head is None:
            self._head = await signaux.last(tx)

    async def read(self, tx: AsyncConnection, now: float) -> int:
        """Take in what is new.

        Args:
            tx: A transaction that reads.
            now: Seconds of a clock that only goes forward.

        Returns:
            How many signals were found.
        """
        await self.begin(tx)
        head = self._head or 0
        self._gaps = {numero: until for numero, until in self._gaps.items() if until > now}
        found = await signaux.after(tx, head, self._gaps, PAGE)
        numbers = {one.numero for one in found}
        self._head = max(numbers | {head})
        passed = set(range(head + 1, self._head)) - numbers
        self._gaps |= dict.fromkeys(sorted(passed)[-MOST_GAPS:], now + GAP_SECONDS)
        for numero in numbers:
            self._gaps.pop(numero, None)
        self._recent.extend(found)
        self.count += len(found)
        return len(found)

    def after(self, count: int) -> list[Signal] | None:
        """Give what was found after so many signals, or None when some of it is no longer kept."""
        behind = self.count - count
        if behind > len(self._recent):
            return None
        return list(self._recent)[len(self._recent) - behind :] if behind else []
