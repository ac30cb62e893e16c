"""Refusals: one class per HTTP status of the contract, each a French sentence that says what to do (RFC 9457)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus
from typing import ClassVar
from uuid import UUID

from ror_tui.api_client.models import Conflit, ErreurChamp, Probleme, QuestionRepercussion, UniteLits, Valeurs

PREFIX = "urn:ror:probleme:"


class RefusalError(Exception):
    """Base of all refusals. Nothing has been written when one is raised."""

    status: ClassVar[HTTPStatus] = HTTPStatus.BAD_REQUEST
    kind: str = "demande"
    title: str = "Demande refusée"

    def __init__(self, detail: str, *, kind: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.kind = kind or type(self).kind
        self.headers: dict[str, str] = {}

    def probleme(self) -> Probleme:
        """Give the body of the answer."""
        return Probleme(type=PREFIX + self.kind, title=self.title, status=self.status, detail=self.detail)


class UnauthorizedError(RefusalError):
    """No session, or one that is over."""

    status = HTTPStatus.UNAUTHORIZED
    kind, title = "session", "Session absente ou expirée"

    def __init__(self, detail: str, *, kind: str | None = None) -> None:
        super().__init__(detail, kind=kind)
        self.headers = {"WWW-Authenticate": "Bearer"}


class ForbiddenError(RefusalError):
    """The account holds no right for this here."""

    status = HTTPStatus.FORBIDDEN
    kind, title = "droit", "Droit insuffisant"


class NotFoundError(RefusalError):
    """No such thing, or not for this account."""

    status = HTTPStatus.NOT_FOUND
    kind, title = "introuvable", "Introuvable"


class ConflictError(RefusalError):
    """The present state forbids the action."""

    status = HTTPStatus.CONFLICT
    kind, title = "etat", "Action impossible dans cet état"

    def __init__(
        self,
        detail: str,
        *,
        kind: str | None = None,
        dossier_id: UUID | None = None,
        conflits: Sequence[Conflit] = (),
        questions: Sequence[QuestionRepercussion] = (),
    ) -> None:
        super().__init__(detail, kind=kind)
        self.dossier_id, self.conflits, self.questions = dossier_id, list(conflits), list(questions)

    def probleme(self) -> Probleme:
        """Add what stands in the way: a dossier, conflicts to settle, questions to answer."""
        asked = {"conflits": self.conflits, "questions": self.questions}
        return super().probleme().model_copy(update={"dossier_id": self.dossier_id, **asked})


class GoneError(RefusalError):
    """It existed, and was deleted."""

    status = HTTPStatus.GONE
    kind, title = "supprime", "Supprimé depuis"


class StaleError(RefusalError):
    """Somebody changed it since it was read."""

    status = HTTPStatus.PRECONDITION_FAILED
    kind, title = "version", "Modifié entre-temps"

    def __init__(
        self,
        detail: str,
        *,
        version: int,
        by: str | None = None,
        at: datetime | None = None,
        valeurs: Valeurs | None = None,
        conflits: Sequence[Conflit] = (),
        lits: Sequence[UniteLits] = (),
    ) -> None:
        super().__init__(detail)
        self.version, self.by, self.at, self.valeurs, self.conflits = version, by, at, valeurs, list(conflits)
        self.lits = list(lits)
        self.headers = {"ETag": f'"{version}"'}

    def probleme(self) -> Probleme:
        """Add what moved and who moved it."""
        moved = {"etag": f'"{self.version}"', "modifie_par": self.by, "modifie_le": self.at, "valeurs": self.valeurs}
        return super().probleme().model_copy(update={**moved, "conflits": self.conflits, "lits": self.lits})


class InvalidError(RefusalError):
    """What was sent does not hold."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    kind, title = "invalide", "Saisie à corriger"

    def __init__(self, detail: str, errors: list[ErreurChamp] | None = None, *, kind: str | None = None) -> None:
        super().__init__(detail, kind=kind)
        self.errors = errors or []

    def probleme(self) -> Probleme:
        """Add the faults, by pointer."""
        return super().probleme().model_copy(update={"errors": self.errors})


class PreconditionRequiredError(RefusalError):
    """A change came without If-Match."""

    status = HTTPStatus.PRECONDITION_REQUIRED
    kind, title = "precondition", "Version attendue"


class TooManyRequestsError(RefusalError):
    """Too many failed logins."""

    status = HTTPStatus.TOO_MANY_REQUESTS
    kind, title = "trop_d_essais", "Trop d'essais"

    def __init__(self, detail: str, *, seconds: int) -> None:
        super().__init__(detail)
        self.seconds = seconds
        self.headers = {"Retry-After": str(seconds)}

    def probleme(self) -> Probleme:
        """Add how long to wait."""
        return super().probleme().model_copy(update={"attente": self.seconds})


class NotReadyError(RefusalError):
    """The server is still loading its first data."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    kind, title = "chargement", "Serveur en préparation"

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.headers = {"Retry-After": "1"}
