"""Following what is published and what happens in the dossiers: one reader for each process, for all its streams."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import AsyncIterator
from uuid import UUID

import sqlalchemy as sa

from ror_server.services.dossier_signals import DossierSignals
from ror_server.store import feed
from ror_server.store.database import Database, unbroken
from ror_server.store.feed import Publication
from ror_tui.api_client.models import MotifFin

RECENT = 256
"""Publications kept in memory; a stream that is further behind reads the database."""
PAGE = 64

_log = logging.getLogger(__name__)


class Follower:
    """One open stream; `fin` says why it must end."""

    __slots__ = ("fin",)

    def __init__(self) -> None:
        self.fin: MotifFin | None = None


class Feed:
    """What is published, by this process or any other, while somebody follows.

    Streams hold no queue: each knows its position, waits for news and takes what came after, so that a slow one costs
    nothing.

    Args:
        database: Where the log is.
        period: Seconds between two looks at it, for what other processes publish.
        most: Streams that one account may hold; the oldest ends when there is one more.
    """

    def __init__(self, database: Database, *, period: float, most: int) -> None:
        self.closed = asyncio.Event()
        self.dossiers = DossierSignals()
        self._database = database
        self._period = period
        self._most = most
        self._recent: deque[Publication] = deque(maxlen=RECENT)
        self._head: int | None = None
        self.news = asyncio.Event()
        self._woken = asyncio.Event()
        self._followers: dict[UUID, list[Follower]] = {}
        self._reader: asyncio.Task[None] | None = None
        self._failing = False

    @property
    def followers(self) -> int:
        """How many streams are open."""
        return sum(map(len, self._followers.values()))

    def wake(self) -> None:
        """Look at the log now: this process has just written."""
        self._woken.set()

    def close(self) -> None:
        """End every stream: the server stops."""
        self.closed.set()
        for followers in self._followers.values():
            for follower in followers:
                follower.fin = MotifFin.ARRET
        self._tell()

    @contextlib.asynccontextmanager
    async def follow(self, account_id: UUID) -> AsyncIterator[Follower]:
        """Count a stream in, and read the log as long as there is one."""
        follower = Follower()
        held = self._followers.setdefault(account_id, [])
        held.append(follower)
        if self.closed.is_set():
            follower.fin = MotifFin.ARRET
        elif len(held) > self._most:
            held[0].fin = MotifFin.REMPLACE
            self._tell()
        if self._reader is None:
            self._reader = asyncio.create_task(self._read_for_ever())
        try:
            yield follower
        finally:
            held.remove(follower)
            if not held and self._followers.get(account_id) is held:
                del self._followers[account_id]
            if not self._followers:
                await self._rest()

    async def _rest(self) -> None:
        reader, self._reader, self._head = self._reader, None, None
        self._recent.clear()
        self.dossiers.rest()
        if reader is not None:
            reader.cancel()
            await asyncio.wait([reader])

    async def wait(self, news: asyncio.Event, seconds: float) -> None:
        """Wait for the `news` that was taken before the last look, at most some seconds."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await news.wait()

    def after(self, seq: int) -> list[Publication] | None:
        """Give what came after a number, or None when the database must be asked."""
        if self._head is None or seq >= self._head:
            return []
        if not self._recent or self._recent[0].position.seq > seq + 1:
            return None
        return [one for one in self._recent if one.position.seq > seq]

    def _tell(self) -> None:
        self.news.set()
        self.news = asyncio.Event()

    async def _read_for_ever(self) -> None:
        while True:
            try:
                await self._read()
            except (sa.exc.SQLAlchemyError, OSError) as error:
                if not self._failing:
                    _log.warning("the log cannot be read: %s", type(error).__name__)
                self._failing = True
            else:
                self._failing = False
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._period):
                    await self._woken.wait()
            self._woken.clear()

    async def _read(self) -> None:
        found, signals = await unbroken(self._next())
        self._recent.extend(found)
        if found:
            self._head = found[-1].position.seq
        if found or signals:
            self._tell()
        if len(found) == PAGE:
            self._woken.set()

    async def _next(self) -> tuple[list[Publication], int]:
        async with self._database.read() as tx:
            head = self._head  # the last stream may be gone, and it with it, before the log is read
            if head is None:
                self._head = head = (await feed.last(tx)).seq
                self._tell()
            signals = await self.dossiers.read(tx, asyncio.get_running_loop().time())
            return await feed.after(tx, head, PAGE), signals
