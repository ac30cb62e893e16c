"""What is published, as it is published."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator

from pydantic import ValidationError

from ror_tui.api_client import errors, sse
from ror_tui.api_client._http import EVENT_STREAM, READ_SECONDS, Call, Http, outside_contract
from ror_tui.api_client.models import DebutFlux, Evenement, FinFlux, Recharger, SignalDossier, SignalLits, TypeEvenement

SILENT_BEATS = 2.6
"""Heartbeats that may be missed before the link counts as dead: some 40 s with the server's usual 15 s."""
SHORTEST_SILENCE = 5.0

Recu = DebutFlux | Evenement | SignalDossier | SignalLits | Recharger | FinFlux
"""What a stream tells, in its order."""

_MODELS: dict[str, type[Recu]] = {
    TypeEvenement.DEBUT: DebutFlux,
    TypeEvenement.PUBLICATION: Evenement,
    TypeEvenement.DOSSIER: SignalDossier,
    TypeEvenement.LITS: SignalLits,
    TypeEvenement.RECHARGER: Recharger,
    TypeEvenement.FIN: FinFlux,
}
_log = logging.getLogger(__name__)


class EvenementsResource:
    """`/v1/evenements`. `position` is where the next stream starts: after the last event that was handed out."""

    def __init__(self, http: Http) -> None:
        self._http = http
        self.position: str | None = None

    async def suivre(self, doubt: asyncio.Event | None = None) -> AsyncGenerator[Recu, None]:
        """Read one stream to its end.

        An event counts as read once the next one is asked for: whoever stops in the middle gets it again. Events that
        came together are given in one go: nothing else runs between them.

        Args:
            doubt: Ends the reading once it is set, when nothing comes.

        Raises:
            RorError: The stream could not be opened, was cut, fell silent, or is not one of a ROR server.
        """
        call = Call("GET", "/v1/evenements", accept=EVENT_STREAM, last_event=self.position)
        parser, silence = sse.Parser(), READ_SECONDS
        async with self._http.stream(call) as chunks:
            while chunk := await _next(chunks, silence, doubt or asyncio.Event()):
                for message in _messages(parser, chunk):
                    received = _read(message)
                    if isinstance(received, DebutFlux):
                        silence = max(received.battement * SILENT_BEATS, SHORTEST_SILENCE)
                    if received is not None:
                        yield received
                    self.position = message.id or self.position


async def _next(chunks: AsyncIterator[bytes], silence: float, doubt: asyncio.Event) -> bytes | None:
    """Wait for some bytes; None at the end, or when there is a doubt first."""
    reading, doubting = asyncio.create_task(_some(chunks, silence)), asyncio.create_task(doubt.wait())
    try:
        await asyncio.wait({reading, doubting}, return_when=asyncio.FIRST_COMPLETED)
        return reading.result() if reading.done() else None
    finally:
        reading.cancel()
        doubting.cancel()
        await asyncio.wait({reading, doubting})


async def _some(chunks: AsyncIterator[bytes], silence: float) -> bytes | None:
    """Wait for some bytes, heartbeats included: a link that died without a word is known by its silence."""
    try:
        async with asyncio.timeout(silence):
            return await anext(chunks, None)
    except TimeoutError as error:
        raise errors.ServiceSlow("Le serveur du ROR ne donne plus signe de vie.", transient=True) from error


def _messages(parser: sse.Parser, chunk: bytes) -> list[sse.Message]:
    try:
        return parser.feed(chunk)
    except sse.EventTooLongError as error:
        raise outside_contract() from error


def _read(message: sse.Message) -> Recu | None:
    """Read one event as a model of the contract; one of a newer server, of which nothing is known, is left out."""
    model = _MODELS.get(message.event)
    try:
        return None if model is None else model.model_validate_json(message.data)
    except ValidationError as error:
        _log.warning("event outside the contract: %s, %d faults", message.event, error.error_count())
        raise outside_contract() from error
