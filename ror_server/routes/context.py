"""What every route needs: the database, the clock, the account that asks, preconditions, idempotency."""

from __future__ import annotations

import hashlib
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Header, Request, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.problems import InvalidError, NotReadyError, PreconditionRequiredError, RefusalError, UnauthorizedError
from ror_server.search import SearchIndex
from ror_server.services.feed import Feed
from ror_server.services.sessions import token_hash
from ror_server.services.writing import Pen
from ror_server.settings import ServerSettings
from ror_server.store import accounts, idempotency
from ror_server.store.accounts import Account
from ror_server.store.database import Database
from ror_server.store.idempotency import Kept
from ror_tui.api_client.models import Chargement, CompteDemonstration

LARGEST = 2**63 - 1
"""The largest number that both databases hold."""


@dataclass
class Ror:
    """The running server."""

    database: Database
    settings: ServerSettings
    clock: Callable[[], datetime]
    version: str
    recherche: SearchIndex
    pret: bool = True
    chargement: Chargement | None = None
    erreur: str | None = None
    demonstration: list[CompteDemonstration] = field(default_factory=list)
    feed: Feed = field(init=False)

    def __post_init__(self) -> None:
        self.feed = Feed(self.database, period=self.settings.poll, most=self.settings.streams)


async def ror(request: Request) -> Ror:
    """Give the running server, whatever its state; not async, it would cost each request a turn in another thread."""
    found: Ror = request.app.state.ror
    return found


Running = Annotated[Ror, Depends(ror)]


async def ready(running: Running) -> Ror:
    """Give the running server once it can answer.

    Raises:
        NotReadyError: While it loads its first data.
    """
    if not running.pret:
        raise NotReadyError(running.erreur or "Le serveur charge ses données : réessayez dans un instant.")
    return running


Server = Annotated[Ror, Depends(ready)]

_BEARER = HTTPBearer(auto_error=False, description="The token that POST /v1/session gave.")


@dataclass(frozen=True, slots=True)
class Caller:
    """The account that asks, and the hash of its token."""

    account: Account
    jeton_hash: str


async def bearer_hash(bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]) -> str:
    """Give the hash of the token.

    Raises:
        UnauthorizedError: There is none.
    """
    if bearer is None:
        raise UnauthorizedError("Connectez-vous : cette demande n'a pas de session.", kind="session_absente")
    return token_hash(bearer.credentials)


TokenHash = Annotated[str, Depends(bearer_hash)]


async def _account(server: Ror, tx: AsyncConnection, jeton_hash: str) -> Account:
    account = await accounts.session_account(tx, jeton_hash, server.clock())
    if account is None:
        raise UnauthorizedError("Votre session est terminée : reconnectez-vous, votre saisie est gardée à l'écran.")
    return account


async def caller(server: Server, jeton_hash: TokenHash) -> Caller:
    """Recognise the session.

    Raises:
        UnauthorizedError: No token, or a session that is over.
    """
    async with server.database.read() as tx:
        return Caller(await _account(server, tx, jeton_hash), jeton_hash)


Signed = Annotated[Caller, Depends(caller)]


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads for the account of a session on the connection that recognises it, for what is asked at each key."""

    server: Ror
    jeton_hash: str

    @asynccontextmanager
    async def read(self) -> AsyncIterator[tuple[AsyncConnection, Account]]:
        """Give the connection and the account.

        Raises:
            UnauthorizedError: The session is over.
        """
        async with self.server.database.glance() as tx:
            yield tx, await _account(self.server, tx, self.jeton_hash)


async def reader(server: Server, jeton_hash: TokenHash) -> Reader:
    """Prepare to read for the account of a session."""
    return Reader(server, jeton_hash)


Reading = Annotated[Reader, Depends(reader)]

_ETAG = re.compile(r'"(\d{1,9})"')


def if_match(header: Annotated[str | None, Header(alias="If-Match")] = None) -> int:
    """Read the version that a change expects.

    Raises:
        PreconditionRequiredError: It is missing.
        InvalidError: It is not a strong ETag of ours.
    """
    if header is None:
        raise PreconditionRequiredError("Cette modification doit dire sur quelle version elle porte (If-Match).")
    found = _ETAG.fullmatch(header.strip())
    if not found:
        raise InvalidError('If-Match attend une version entre guillemets, par exemple "17".')
    return int(found[1])


Expected = Annotated[int, Depends(if_match)]


def etag(version: int) -> dict[str, str]:
    """Give the ETag header of a version."""
    return {"ETag": f'"{version}"'}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a use case answers."""

    body: BaseModel
    version: int
    status: int = 200

    def kept(self, demande: str) -> Kept:
        """Give the answer as it is stored and replayed."""
        return Kept(demande, self.status, etag(self.version), self.body.model_dump_json())


def respond(kept: Kept, *, replayed: bool = False) -> Response:
    """Turn a stored answer into HTTP."""
    headers = kept.entetes | ({"Idempotency-Replayed": "true"} if replayed else {})
    return Response(kept.corps, kept.statut, headers, media_type="application/json")


class IdempotencyKeyError(RefusalError):
    """A POST that acts came without a usable Idempotency-Key."""

    kind, title = "idempotence", "Idempotency-Key attendue"


@dataclass(frozen=True, slots=True)
class Once:
    """Runs an effect at most once for each Idempotency-Key, and gives the same answer again."""

    server: Ror
    account: Account
    key: str
    demande: str

    async def run(self, act: Callable[[AsyncConnection, Pen], Awaitable[Answer]]) -> Response:
        """Act and keep the answer, in one transaction; or replay the answer that is kept.

        Raises:
            InvalidError: The key served for another request.
        """
        now = self.server.clock()
        answer = kept = None
        async with self.server.database.write() as tx:
            if await idempotency.claim(tx, self.account.id, self.key, self.demande, now):
                answer = (await act(tx, Pen(self.account, now))).kept(self.demande)
                await idempotency.keep(tx, self.account.id, self.key, answer)
                await idempotency.forget(tx, now - self.server.settings.idempotency)
            else:
                kept = await idempotency.kept(tx, self.account.id, self.key)
        if answer is not None:
            self.server.feed.wake()
            return respond(answer)
        if kept is None or kept.demande != self.demande:
            text = "Cette clé d'idempotence a déjà servi pour une autre demande."
            raise InvalidError(text, kind="idempotence")
        return respond(kept, replayed=True)


async def once(
    request: Request,
    server: Server,
    signed: Signed,
    key: Annotated[str | None, Header(alias="Idempotency-Key", max_length=100)] = None,
) -> Once:
    """Prepare an effect that must happen once.

    Raises:
        IdempotencyKeyError: The header is missing or is not a UUID.
    """
    try:
        clean = str(UUID(key or ""))
    except ValueError as error:
        raise IdempotencyKeyError("Cette demande doit porter une Idempotency-Key (un UUID).") from error
    parts = [request.method, request.url.path, request.headers.get("if-match", "")]
    digest = hashlib.sha256("\n".join(parts).encode() + b"\n" + await request.body()).hexdigest()
    return Once(server, signed.account, clean, digest)


OnlyOnce = Annotated[Once, Depends(once)]
