"""Following what is published, through cuts and restarts, callable without a screen."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing

from ror_tui.api_client.client import RorClient
from ror_tui.api_client.errors import Forbidden, NotFound, RorError, Unauthorized
from ror_tui.api_client.evenements import Recu
from ror_tui.api_client.models import DebutFlux, Evenement, FinFlux, MotifFin, Recharger, SignalDossier, SignalLits
from ror_tui.services.lien import EtatLien

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
FAILURES_OFFLINE = 3
"""Failed tries in a row after which the link is said to be lost; tries go on."""

Nouvelle = Evenement | SignalDossier | SignalLits | Recharger | EtatLien
"""What a follower is told: a publication, what happens in a dossier, « read again », a new state of the link."""


def pauses(first: float = FIRST_PAUSE, longest: float = LONGEST_PAUSE) -> Iterator[float]:
    """Give growing pauses in seconds, each between half and all of its length: clients never come back all at once."""
    length = first
    while True:
        yield length * random.uniform(0.5, 1)  # noqa: S311  # spreads load, hides nothing
        length = min(length * 2, longest)


class Suivi:
    """Follows publications for as long as it is iterated; each is given once, in order, whatever happens to the link.

    Args:
        client: A client that is signed in.
        pauses: Gives the pauses between two tries.
    """

    def __init__(self, client: RorClient, pauses: Callable[[], Iterator[float]] = pauses) -> None:
        self._client = client
        self._pauses = pauses
        self._waits = pauses()
        self._etat: EtatLien | None = None
        self._failures = 0
        self._heard = asyncio.Event()
        self._doubt = asyncio.Event()

    def contact(self, reached: bool) -> None:
        """Take note of how an ordinary request went: a success ends a pause, a failure puts the stream to the test."""
        if reached:
            self._heard.set()
        elif self._etat is EtatLien.CONNECTE:
            self._doubt.set()

    async def nouvelles(self) -> AsyncGenerator[Nouvelle, None]:
        """Give what is to be told, until the session is over or the server has nothing of the kind to tell."""
        over = False
        while not over:
            try:
                async with aclosing(self._stream()) as received:
                    async for one in received:
                        for told in self._told(one):
                            yield told
            except (Forbidden, NotFound):
                return
            except RorError as error:
                self._failures += 1
                over = isinstance(error, Unauthorized)
            else:
                over = self._etat is EtatLien.SESSION_EXPIREE
            for told in self._now(EtatLien.SESSION_EXPIREE if over else self._lost()):
                yield told
            if not over:
                await self._pause(next(self._waits))

    def _stream(self) -> AsyncGenerator[Recu, None]:
        """Read one stream, and leave it at once when an ordinary request could not reach the server."""
        self._doubt.clear()
        return self._client.evenements.suivre(self._doubt)

    def _told(self, one: Recu) -> Iterator[Nouvelle]:
        match one:
            case DebutFlux():
                self._waits, self._failures = self._pauses(), 0
                yield from self._now(EtatLien.CONNECTE)
            case FinFlux(motif=MotifFin.SESSION):
                yield from self._now(EtatLien.SESSION_EXPIREE)
            case FinFlux(motif=MotifFin.REMPLACE):
                self._waits = pauses(LONGEST_PAUSE)  # one of too many: coming back at once would push another out
            case Evenement() | SignalDossier() | SignalLits() | Recharger():
                yield one

    def _lost(self) -> EtatLien:
        return EtatLien.HORS_LIGNE if self._failures >= FAILURES_OFFLINE else EtatLien.RECONNEXION

    def _now(self, etat: EtatLien) -> Iterator[EtatLien]:
        if etat is not self._etat:
            self._etat = etat
            yield etat

    async def _pause(self, seconds: float) -> None:
        self._heard.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._heard.wait()
