"""One reader's stream of publications, and of what happens in the dossiers it may read, as server-sent events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from itertools import accumulate

from pydantic import BaseModel

from ror_server.domain.rights import Action, refusal
from ror_server.services.feed import PAGE, Feed, Follower
from ror_server.store import feed
from ror_server.store.accounts import Account
from ror_server.store.database import Database, unbroken
from ror_server.store.feed import Position, Publication
from ror_server.store.signaux import Signal
from ror_tui.api_client.models import DebutFlux, FinFlux, MotifFin, Recharger, SignalDossier, SignalLits, TypeEvenement

FURTHEST_BEHIND = 500
"""Publications that a returning reader may have missed; after more, reading its views again costs less."""

SIGNALS = {
    SignalDossier: (TypeEvenement.DOSSIER, Action.LIRE_DOSSIER),
    SignalLits: (TypeEvenement.LITS, Action.LIRE_REPERTOIRE),
}
"""How each signal is told, and to whom: figures are no part of it."""

PIECE = 1 << 16
"""Bytes of publications sent together: a reader takes a burst in at once, and one that takes nothing costs no more."""

BEAT = b":\n\n"


@dataclass(frozen=True)
class Stream:
    """What one session is told of the publications."""

    feed: Feed
    database: Database
    account: Account
    signed: Callable[[], Awaitable[Account | None]]
    """Gives the account of the session as long as it is good."""
    heartbeat: float

    async def chunks(self, since: str | None) -> AsyncGenerator[bytes, None]:
        """Write the stream.

        Args:
            since: Id of the last event that was read; None starts now.
        """
        async with self.feed.follow(self.account.id) as follower:
            position, lost = await unbroken(self._start(since))
            yield encode(TypeEvenement.DEBUT, DebutFlux(battement=self.heartbeat), position)
            if lost:
                yield encode(TypeEvenement.RECHARGER, Recharger(), position)
            async with aclosing(self._go_on(follower, position)) as rest:
                async for chunk in rest:
                    yield chunk
            if follower.fin is not None:
                yield encode(TypeEvenement.FIN, FinFlux(motif=follower.fin))

    async def _start(self, since: str | None) -> tuple[Position, bool]:
        """Tell from where to go on, and whether what was missed cannot be told."""
        async with self.database.read() as tx:
            await self.feed.dossiers.begin(tx)
            end = await feed.last(tx)
            if since is None:
                return end, False
            asked = Position.read(since)
            if asked is None or not await feed.holds(tx, asked) or end.seq - asked.seq > FURTHEST_BEHIND:
                return end, True
            return asked, False

    async def _go_on(self, follower: Follower, position: Position) -> AsyncGenerator[bytes, None]:
        loop = asyncio.get_running_loop()
        next_beat = loop.time() + self.heartbeat
        account, told = self.account, self.feed.dossiers.count
        while True:
            news = self.feed.news  # taken before looking: what comes meanwhile is not slept through
            if follower.fin is not None:
                return
            found = self.feed.after(position.seq)
            missed = await unbroken(self._page(position)) if found is None else found
            if missed:
                together = _fitting(missed)
                position = together[-1].position
                yield b"".join(map(_told, together))
            signals = self.feed.dossiers.after(told)
            told = self.feed.dossiers.count
            if signals is None:
                yield encode(TypeEvenement.RECHARGER, Recharger(), position)
            for chunk in _signalled(account, signals or ()):
                yield chunk
            if loop.time() >= next_beat:
                still = await unbroken(self._still_signed())
                if still is None:
                    follower.fin = MotifFin.SESSION
                    return
                account = still
                yield BEAT
                next_beat = loop.time() + self.heartbeat
            if not missed:
                await self.feed.wait(news, next_beat - loop.time())

    async def _page(self, position: Position) -> Sequence[Publication]:
        async with self.database.read() as tx:
            return await feed.after(tx, position.seq, PAGE)

    async def _still_signed(self) -> Account | None:
        account = await self.signed()
        reads = account is not None and refusal(Action.LIRE_REPERTOIRE, account.grants, None) is None
        return account if reads else None


def _told(publication: Publication) -> bytes:
    """Write a publication, once for all its readers."""
    if publication.written is None:
        publication.written = encode(TypeEvenement.PUBLICATION, publication.evenement, publication.position)
    return publication.written


def _fitting(missed: Sequence[Publication]) -> Sequence[Publication]:
    """Give the first publications that fit into one piece, one at least."""
    sizes = accumulate(len(_told(publication)) for publication in missed)
    return missed[: max(1, sum(size <= PIECE for size in sizes))]


def _signalled(account: Account, signals: Iterable[Signal]) -> Iterable[bytes]:
    """Write the signals that an account may read; they have no id: nothing resumes after them."""
    for one in signals:
        kind, action = SIGNALS[type(one.signal)]
        if refusal(action, account.grants, one.lieu) is None:
            one.written = one.written or encode(kind, one.signal)
            yield one.written


def encode(kind: TypeEvenement, data: BaseModel, position: Position | None = None) -> bytes:
    """Write one event; JSON holds no line end, so its data is one line."""
    where = f"id: {position}\n" if position is not None else ""
    return f"event: {kind}\n{where}data: {data.model_dump_json()}\n\n".encode()
