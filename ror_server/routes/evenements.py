"""The live feed: what is published appears at once to those who read."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Query, Response

from ror_server.domain.rights import Action
from ror_server.routes.context import Server, Signed
from ror_server.routes.event_stream import EventStream
from ror_server.services import access
from ror_server.services.stream import Stream
from ror_server.store import accounts
from ror_server.store.accounts import Account

router = APIRouter(prefix="/v1", tags=["evenements"])

_EXAMPLE = (
    'event: publication\nid: 17-5d41402abc4b\ndata: {"seq":17,"le":"2026-11-24T09:00:00Z","acteur":"SESAN",…}\n\n'
)
_ANSWER = {
    "description": (
        "Server-sent events: `debut` (DebutFlux), `publication` (Evenement), `dossier` (SignalDossier, to those who "
        "may read the dossier; told once, never resumed), `lits` (SignalLits, likewise), `recharger` "
        "(Recharger), `fin` (FinFlux), and a comment line at each heartbeat. `id` is opaque: its number is `seq`."
    ),
    "content": {"text/event-stream": {"schema": {"type": "string"}, "example": _EXAMPLE}},
}

Since = Annotated[str | None, Header(max_length=60, description="Id of the last event that was read.")]


@router.get("/evenements", response_class=Response, responses={200: _ANSWER})
async def follow(
    server: Server,
    signed: Signed,
    last_event_id: Since = None,
    depuis: Annotated[str | None, Query(max_length=60, description="The same, for a first reading.")] = None,
) -> Response:
    """Tell publications as they come, after an event or from now on."""
    access.require(signed.account, Action.LIRE_REPERTOIRE)

    async def still_signed() -> Account | None:
        async with server.database.read() as tx:
            return await accounts.session_account(tx, signed.jeton_hash, server.clock())

    stream = Stream(server.feed, server.database, signed.account, still_signed, server.settings.heartbeat)
    return EventStream(stream.chunks(last_event_id or depuis), server.feed.closed, server.settings.patience)
