"""Following what is published, through cuts and restarts, callable without a screen."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing
from dataclasses import dataclass
from enum import Enum
from typing import Any

from ror_tui.api_client.client import RorClient
from ror_tui.api_client.errors import Forbidden, NotFound, RorError, Unauthorized
from ror_tui.api_client.evenements import Recu
from ror_tui.api_client.models import DebutFlux, Evenement, FinFlux, MotifFin, Recharger

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
FAILURES_OFFLINE = 3
"""Failed tries in a row after which the link is said to be lost; tries go on."""


class EtatLien(Enum):
    """What is known of the link with the server."""

    CONNECTE = "connecté"
    RECONNEXION = "reconnexion"
    HORS_LIGNE = "hors ligne"


@dataclass(frozen=True, slots=True)
class SessionTerminee:
    """The session is over: somebody must sign in again before anything is told."""


Nouvelle = Evenement | Recharger | EtatLien | SessionTerminee
"""What a follower is told: a publication, « read again », a new state of the link, the end of the session."""


def pauses(first: float = FIRST_PAUSE, longest: float = LONGEST_PAUSE) -> Iterator[float]:
    """Give growing pauses in seconds, each between half and all of its length: clients never come back all at once."""
    length = first
    while True:
        yield length * random.uniform(0.5, 1)  # noqa: S311  # spreads load, hides nothing
        length = min(length * 2, longest)


def _waits_after(received: Recu, waits: Iterator[float]) -> Iterator[float]:
    """Give how to wait after the stream, once it is over: not long when it worked, long when it is one too many."""
    if isinstance(received, FinFlux) and received.motif is MotifFin.REMPLACE:
        return pauses(LONGEST_PAUSE)
    return pauses() if isinstance(received, DebutFlux) else waits


class Suivi:
    """Follows publications for as long as it is iterated; each is given once, in order, whatever happens to the link.

    Args:
        client: A client that is signed in.
    """

    def __init__(self, client: RorClient) -> None:
        self._client = client
        self._etat: EtatLien | None = None
        self._heard = asyncio.Event()
        self._doubt = asyncio.Event()
        self._failures = 0

    def contact(self, reached: bool) -> None:
        """Take note of how an ordinary request went: a success ends a pause, a failure puts the stream to the test."""
        if reached:
            self._heard.set()
        elif self._etat is EtatLien.CONNECTE:
            self._doubt.set()

    async def nouvelles(self) -> AsyncGenerator[Nouvelle, None]:
        """Give what is to be told, until the session ends or the server has nothing of the kind."""
        waits = pauses()
        while True:
            self._doubt.clear()
            try:
                async with aclosing(self._stream()) as received:
                    async for one in received:
                        if isinstance(one, FinFlux) and one.motif is MotifFin.SESSION:
                            yield SessionTerminee()
                            return
                        waits, self._failures = _waits_after(one, waits), 0
                        for told in self._told(one):
                            yield told
            except Unauthorized:
                yield SessionTerminee()
                return
            except (Forbidden, NotFound):
                return
            except RorError:
                self._failures += 1
            for told in self._lost():
                yield told
            await self._pause(next(waits))

    async def _stream(self) -> AsyncGenerator[Recu, None]:
        """Read one stream, and leave it at once when an ordinary request could not reach the server."""
        async with aclosing(self._client.evenements.suivre()) as received:
            while (one := await self._next(received)) is not None:
                yield one

    async def _next(self, received: AsyncIterator[Recu]) -> Recu | None:
        reading = asyncio.ensure_future(anext(received, None))
        doubting = asyncio.ensure_future(self._doubt.wait())
        try:
            await asyncio.wait({reading, doubting}, return_when=asyncio.FIRST_COMPLETED)
            return reading.result() if reading.done() else None
        finally:
            await _dropped(reading, doubting)

    def _told(self, one: Recu) -> Iterator[Nouvelle]:
        if isinstance(one, DebutFlux):
            yield from self._now(EtatLien.CONNECTE)
        elif isinstance(one, Evenement | Recharger):
            yield one

    def _lost(self) -> Iterator[EtatLien]:
        offline = self._failures >= FAILURES_OFFLINE
        yield from self._now(EtatLien.HORS_LIGNE if offline else EtatLien.RECONNEXION)

    def _now(self, etat: EtatLien) -> Iterator[EtatLien]:
        if etat is not self._etat:
            self._etat = etat
            yield etat

    async def _pause(self, seconds: float) -> None:
        self._heard.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._heard.wait()


async def _dropped(*tasks: asyncio.Future[Any]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
