"""The one module that imports httpx: sends a request, maps every failure to one exception, retries what is safe."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from time import monotonic
from typing import TypeVar
from uuid import uuid4

import httpx
import stamina
from pydantic import BaseModel, SecretStr, ValidationError

from ror_tui import __version__
from ror_tui.api_client import errors
from ror_tui.api_client.address import Address
from ror_tui.api_client.models import Probleme

Answer = TypeVar("Answer", bound=BaseModel)
Transport = httpx.AsyncBaseTransport

EVENT_STREAM = "text/event-stream"
CONNECT_SECONDS = 3.0
READ_SECONDS = 20.0
KEEPALIVE_SECONDS = 4.0
"""Less than the servers' usual 5 s, so that a request never leaves on a connection that is being closed."""

ATTEMPTS = 3
LAST_START_SECONDS = 6.0
"""No new attempt starts later than this: with the connection's own 3 s, a dead server is known in some 8 s."""
RETRY_AFTER_MAX = 5.0

_RETRY = stamina.AsyncRetryingCaller(attempts=ATTEMPTS, timeout=None, wait_initial=0.2, wait_max=1.5, wait_jitter=0.3)
_log = logging.getLogger(__name__)
_log.addHandler(logging.NullHandler())


@dataclass(frozen=True, slots=True)
class Call:
    """A request of the contract. `key` is its Idempotency-Key, the same on each attempt."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = field(default=None, repr=False)
    if_match: int | None = None
    if_none_match: str | None = None
    key: str | None = None
    open_to_all: bool = False
    timeout: float = READ_SECONDS
    accept: str | None = None
    last_event: str | None = None

    @property
    def repeatable(self) -> bool:
        """Tell whether sending it twice does no more than sending it once."""
        return self.method in {"GET", "PUT"} or self.key is not None or (self.method == "DELETE" and not self.if_match)

    def headers(self, request_id: str) -> dict[str, str]:
        """Give the headers of one attempt, without the token."""
        given = {
            "X-Request-ID": request_id,
            "Idempotency-Key": self.key,
            "If-Match": None if self.if_match is None else f'"{self.if_match}"',
            "If-None-Match": self.if_none_match,
            "Content-Type": None if self.body is None else "application/json",
            "Accept": self.accept,
            "Last-Event-ID": self.last_event,
            # a stream that is compressed on the way would come by blocks
            "Accept-Encoding": "identity" if self.accept == EVENT_STREAM else None,
        }
        return {name: value for name, value in given.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Reply:
    """A successful answer, not read yet."""

    status: int
    etag: str | None
    request_id: str
    content: bytes = field(repr=False)

    def read(self, answer: type[Answer]) -> Answer:
        """Read the body as a model of the contract.

        Raises:
            UnexpectedAnswer: When it does not fit; what was received is neither shown nor logged.
        """
        try:
            return answer.model_validate_json(self.content)
        except ValidationError as error:
            faults = [f"{'.'.join(map(str, fault['loc']))}: {fault['type']}" for fault in error.errors()[:5]]
        _log.warning("answer outside the contract: %s %s, request %s", answer.__name__, faults, self.request_id)
        raise outside_contract(self.request_id)


class _Bearer(httpx.Auth):
    """Puts the token on a request at the last moment, so that nothing else ever holds it in clear."""

    def __init__(self, token: SecretStr) -> None:
        self._token = token

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        request.headers["Authorization"] = f"Bearer {self._token.get_secret_value()}"
        yield request


class Http:
    """One connection pool to one server, kept for the life of the client, with the token of the session.

    Args:
        address: Where the server is.
        transport: Replaces the network in tests.

    Raises:
        BadAddress: When no URL can be made of the address.
    """

    def __init__(self, address: Address, transport: Transport | None = None) -> None:
        self.address = address
        self._token: SecretStr | None = None
        self.on_contact: Callable[[bool], None] | None = None
        """Told after each request whether the server could be reached."""
        try:
            self._client = httpx.AsyncClient(
                base_url=address.base_url,
                transport=transport or _unix_transport(address),
                verify=True if address.encrypted else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
                timeout=httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS),
                limits=_LIMITS,
                trust_env=not address.local,
                follow_redirects=False,
                headers={
                    "Accept": "application/json, application/problem+json",
                    "Accept-Language": "fr",
                    "User-Agent": f"ror-tui/{__version__}",
                },
            )
        except (httpx.InvalidURL, ValueError) as error:
            raise errors.BadAddress(f"L'adresse du serveur n'est pas utilisable : {address.shown}") from error
        except ImportError as error:
            raise errors.BadAddress(
                "Le proxy SOCKS nommé par vos variables d'environnement n'est pas accepté : donnez un proxy HTTP."
            ) from error

    @property
    def authenticated(self) -> bool:
        """Tell whether a token is held."""
        return self._token is not None

    def keep_token(self, token: SecretStr) -> None:
        """Sign every later request with this token."""
        self._token = token

    def forget_token(self) -> None:
        """Sign no further request."""
        self._token = None

    async def close(self) -> None:
        """Forget the token and close the connections."""
        self.forget_token()
        await self._client.aclose()

    async def get(self, answer: type[Answer], path: str, query: Mapping[str, str] | None = None) -> Answer:
        """Read a resource."""
        return (await self.send(Call("GET", path, query or {}))).read(answer)

    async def post(
        self, answer: type[Answer], path: str, body: BaseModel | None = None, *, if_match: int | None = None
    ) -> Answer:
        """Act, once and only once, whatever is lost on the way: the Idempotency-Key is minted here."""
        call = Call("POST", path, body=json_body(body), if_match=if_match, key=str(uuid4()))
        return (await self.send(call)).read(answer)

    async def patch(self, answer: type[Answer], path: str, body: BaseModel, *, if_match: int) -> Answer:
        """Change a resource at a known version; never repeated by itself."""
        return (await self.send(Call("PATCH", path, body=json_body(body), if_match=if_match))).read(answer)

    async def delete(self, answer: type[Answer], path: str, *, if_match: int) -> Answer:
        """Delete a resource at a known version; never repeated by itself."""
        return (await self.send(Call("DELETE", path, if_match=if_match))).read(answer)

    async def send(self, call: Call) -> Reply:
        """Send a request, up to three times when that is safe.

        Args:
            call: What to send.

        Raises:
            RorError: The failure of the last attempt.
        """
        if not call.repeatable:
            return await self._attempt(call)
        started = monotonic()

        def decide(error: Exception) -> bool | float:
            delay = retry_delay(error)
            return delay if monotonic() - started + delay <= LAST_START_SECONDS else False

        return await _RETRY(decide, self._attempt, call)

    async def _attempt(self, call: Call) -> Reply:
        request_id = str(uuid4())
        request = self._request(call, request_id, httpx.Timeout(call.timeout, connect=CONNECT_SECONDS))
        try:
            response = await self._client.send(request, auth=self._auth(call))
        except httpx.HTTPError as error:
            failure = self._network_failure(error, call, request_id)
        else:
            self._tell(reached=True)
            return self._checked(response, request_id)
        self._tell(reached=False)
        raise failure

    @asynccontextmanager
    async def stream(self, call: Call) -> AsyncGenerator[AsyncGenerator[bytes, None], None]:
        """Open an answer that lasts, and give its bytes as they come, however long they take.

        Args:
            call: What to send; its `accept` is the only kind of answer that is taken.

        Raises:
            RorError: It was refused or could not be opened; the bytes' own iterator raises when it is cut.
        """
        request_id = str(uuid4())
        response = await self._open(call, request_id)
        try:
            if response.headers.get("Content-Type", "").partition(";")[0] != call.accept:
                await response.aread()
                self._checked(response, request_id)
                raise self._not_a_server(request_id)
            async with aclosing(self._bytes(response, call, request_id)) as chunks:
                yield chunks
        finally:
            await response.aclose()

    async def _open(self, call: Call, request_id: str) -> httpx.Response:
        request = self._request(call, request_id, httpx.Timeout(call.timeout, connect=CONNECT_SECONDS, read=None))
        try:
            async with asyncio.timeout(call.timeout):
                return await self._client.send(request, auth=self._auth(call), stream=True)
        except httpx.HTTPError as error:
            failure = self._network_failure(error, call, request_id)
        except TimeoutError:
            failure = self._network_failure(httpx.ReadTimeout("no answer"), call, request_id)
        raise failure

    async def _bytes(self, response: httpx.Response, call: Call, request_id: str) -> AsyncGenerator[bytes, None]:
        try:
            async for chunk in response.aiter_bytes():
                yield chunk
        except httpx.HTTPError as error:
            failure = self._network_failure(error, call, request_id)
        else:
            return
        raise failure

    def _request(self, call: Call, request_id: str, timeout: httpx.Timeout) -> httpx.Request:
        return self._client.build_request(
            call.method,
            call.path,
            params=dict(call.query) or None,
            content=call.body,
            headers=call.headers(request_id),
            timeout=timeout,
        )

    def _auth(self, call: Call) -> _Bearer | None:
        return None if call.open_to_all or self._token is None else _Bearer(self._token)

    def _tell(self, *, reached: bool) -> None:
        if self.on_contact is not None:
            self.on_contact(reached)

    def _network_failure(self, error: httpx.HTTPError, call: Call, request_id: str) -> errors.RorError:
        _log.warning("%s %s failed: %s, request %s", call.method, call.path, type(error).__name__, request_id)
        shown = self.address.shown
        unsure = (
            ""
            if call.repeatable or call.open_to_all
            else " On ne sait pas si votre demande a été faite : rechargez avant de la refaire."
        )
        match error:
            case httpx.ConnectError() if _about_tls(error):
                text = (
                    f"La connexion chiffrée avec {shown} a échoué : son certificat n'est pas reconnu, ou ce serveur ne "
                    "parle pas https. Vérifiez l'adresse, puis contactez le support."
                )
                return errors.ServiceUnreachable(text, request_id)
            case httpx.ConnectError() | httpx.ConnectTimeout() | httpx.ProxyError():
                text = (
                    f"Le serveur du ROR ne répond pas à cette adresse : {shown}. Vérifiez l'adresse et votre réseau, "
                    "puis réessayez."
                )
                return errors.ServiceUnreachable(text, request_id, transient=True)
            case httpx.TimeoutException():
                text = f"Le serveur du ROR met trop de temps à répondre. Réessayez dans un moment.{unsure}"
                return errors.ServiceSlow(text, request_id, transient=True)
            case httpx.RemoteProtocolError() if not _cut(error):
                return self._not_a_server(request_id)
            case httpx.DecodingError():
                text = "La réponse du serveur du ROR est arrivée abîmée. Réessayez, puis contactez le support."
                return errors.UnexpectedAnswer(text + unsure, request_id)
            case _:
                text = f"La connexion avec le serveur du ROR a été coupée avant sa réponse.{unsure or ' Réessayez.'}"
                return errors.ServiceUnreachable(text, request_id, transient=True)

    def _checked(self, response: httpx.Response, request_id: str) -> Reply:
        request_id = errors.printable(response.headers.get("X-Request-ID", request_id))[:100]
        is_json = "json" in response.headers.get("Content-Type", "")
        if response.status_code in {204, 304} or (response.is_success and is_json):
            return Reply(response.status_code, response.headers.get("ETag"), request_id, response.content)
        if response.is_redirect:
            raise errors.NotAServer(
                f"{self.address.shown} renvoie vers une autre adresse. Donnez l'adresse du serveur lui-même, "
                "en https:// si elle ne l'est pas.",
                request_id,
            )
        if response.is_error:
            raise self._refusal(response, request_id)
        raise self._not_a_server(request_id)

    def _refusal(self, response: httpx.Response, request_id: str) -> errors.RorError:
        status = response.status_code
        probleme = _probleme(response)
        if probleme is not None:
            found = errors.class_for(status)
            transient = status in {502, 503, 504}
            return found(probleme, request_id, retry_after=_retry_after(response), transient=transient)
        if status in {502, 503, 504}:
            text = f"Le serveur du ROR est momentanément indisponible (réponse {status}). Réessayez dans un moment."
            return errors.ServiceUnreachable(text, request_id, transient=True)
        if status >= 500:
            text = "Le serveur du ROR a rencontré une erreur. Réessayez, puis contactez le support."
            return errors.ServerError(
                Probleme(type="about:blank", title="Erreur du serveur", status=status, detail=text), request_id
            )
        return self._not_a_server(request_id)

    def _not_a_server(self, request_id: str) -> errors.NotAServer:
        return errors.NotAServer(
            f"{self.address.shown} répond, mais ce n'est pas un serveur ROR. Vérifiez l'adresse.", request_id
        )


_LIMITS = httpx.Limits(max_connections=10, max_keepalive_connections=4, keepalive_expiry=KEEPALIVE_SECONDS)


def outside_contract(request_id: str | None = None) -> errors.UnexpectedAnswer:
    """Give the error for an answer that does not fit the contract."""
    return errors.UnexpectedAnswer(
        "La réponse du serveur du ROR n'est pas celle attendue : sa version ne va sans doute pas avec celle de "
        f"ror-tui ({__version__}). Mettez ror-tui à jour, ou contactez le support.",
        request_id,
    )


def json_body(body: BaseModel | None) -> bytes | None:
    """Write a request body as JSON."""
    return None if body is None else body.model_dump_json().encode()


def retry_delay(error: Exception) -> bool | float:
    """Say whether a failed attempt is worth another one, and after how many seconds when the server named a delay.

    Args:
        error: The failure.

    Returns:
        False to give up, True for the usual pause, or a number of seconds.
    """
    if isinstance(error, errors.StatusError) and error.retry_after is not None:
        worth = error.transient or isinstance(error, errors.TooManyRequests)
        return error.retry_after if worth and error.retry_after <= RETRY_AFTER_MAX else False
    return isinstance(error, errors.RorError) and error.transient


def _unix_transport(address: Address) -> Transport | None:
    if address.socket is None:
        return None
    return httpx.AsyncHTTPTransport(uds=address.socket, verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), limits=_LIMITS)


def _probleme(response: httpx.Response) -> Probleme | None:
    if "json" not in response.headers.get("Content-Type", ""):
        return None
    try:
        return Probleme.model_validate_json(response.content)
    except ValidationError:
        return None


def _retry_after(response: httpx.Response) -> float | None:
    value = response.headers.get("Retry-After", "")
    return float(value) if value.isascii() and value.isdigit() else None


def _about_tls(error: BaseException) -> bool:
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLError):
            return True
        seen = seen.__cause__ or seen.__context__
    return False


def _cut(error: httpx.RemoteProtocolError) -> bool:
    text = str(error)
    return text.startswith(("Server disconnected", "peer closed connection"))
