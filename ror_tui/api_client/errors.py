"""What can go wrong between the client and a server: one class per way to show it, one French sentence each."""
# ruff: noqa: N818 - the classes bear the names of the statuses and situations they stand for

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from ror_tui.texts import french

if TYPE_CHECKING:
    from ror_tui.api_client.models import Probleme

SENTENCE_MAX = 1000


def printable(text: str) -> str:
    """Take out of a server's text what could act on a terminal: control and direction-changing characters.

    Args:
        text: Any text; line ends are kept, and the whole is cut at `SENTENCE_MAX` characters.
    """
    kept = "".join(char for char in text if char == "\n" or unicodedata.category(char)[0] != "C")
    return kept if len(kept) <= SENTENCE_MAX else kept[: SENTENCE_MAX - 1] + "…"


class RorError(Exception):
    """Base of all failures of the client; `str()` is a sentence that a référent can read.

    Args:
        message: The French sentence.
        request_id: Identifier of the request, to quote to the support.
        transient: Whether the same request may well succeed a moment later.
    """

    def __init__(self, message: str, request_id: str | None = None, *, transient: bool = False) -> None:
        super().__init__(french(printable(message)))
        self.request_id = request_id
        self.transient = transient

    @property
    def reference(self) -> str:
        """What to quote to the support, in French; empty when no request was made."""
        return french(f"Référence pour le support : {self.request_id}") if self.request_id else ""


class BadAddress(RorError):
    """The address of the server cannot be used; nothing was sent."""


class ServiceUnreachable(RorError):
    """Nothing answers at this address, or the connection was cut."""


class ServiceSlow(RorError):
    """The server took the request and did not answer in time."""


class NotAServer(RorError):
    """Something answers, and it is not a ROR server."""


class UnexpectedAnswer(RorError):
    """A ROR server answered outside the contract: another version, or an answer that was damaged on the way."""


class StatusError(RorError):
    """The server refused; `probleme` says why.

    Args:
        probleme: The body of the answer.
        request_id: Identifier of the request.
        retry_after: Seconds to wait, when the server named a delay.
        transient: Whether the same request may well succeed a moment later.
    """

    def __init__(
        self,
        probleme: Probleme,
        request_id: str | None = None,
        *,
        retry_after: float | None = None,
        transient: bool = False,
    ) -> None:
        super().__init__(probleme.detail or probleme.title, request_id, transient=transient)
        self.probleme = probleme
        self.retry_after = retry_after


class Unauthorized(StatusError):
    """401: wrong password, or a session that is over."""


class Forbidden(StatusError):
    """403: the account has no right for this here."""


class NotFound(StatusError):
    """404: no such thing, or not for this account."""


class Conflict(StatusError):
    """409: the present state forbids the action."""


class Gone(StatusError):
    """410: it existed, and was deleted."""


class Stale(StatusError):
    """412: somebody changed it since it was read; `probleme` says who, when and to what."""


class Invalid(StatusError):
    """422: `probleme.errors` names the faults, by JSON pointer."""


class PreconditionRequired(StatusError):
    """428: a change was sent without the version it applies to."""


class TooManyRequests(StatusError):
    """429: too many tries; `probleme.attente` is the number of seconds to wait."""


class ServerError(StatusError):
    """5xx: the server failed."""


class ServerNotReady(ServerError):
    """503: the server is still getting ready."""


BY_STATUS: dict[int, type[StatusError]] = {
    401: Unauthorized,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    410: Gone,
    412: Stale,
    422: Invalid,
    428: PreconditionRequired,
    429: TooManyRequests,
    503: ServerNotReady,
}


def class_for(status: int) -> type[StatusError]:
    """Give the class of a refusal by its HTTP status."""
    return BY_STATUS.get(status, ServerError if status >= 500 else StatusError)
