"""Every failure leaves as `application/problem+json`, in French, with the request's id (RFC 9457)."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from ror_server.problems import PREFIX, RefusalError
from ror_tui.api_client.models import ErreurChamp, Probleme

MEDIA_TYPE = "application/problem+json"

_log = logging.getLogger(__name__)

_SENTENCES = {
    HTTPStatus.NOT_FOUND: (
        "adresse",
        "Cette adresse n'existe pas sur ce serveur : le client est peut-être plus récent.",
    ),
    HTTPStatus.METHOD_NOT_ALLOWED: ("methode", "Cette adresse ne se lit ou ne s'écrit pas ainsi."),
}

_REASONS = {
    "missing": "Ce champ manque.",
    "extra_forbidden": "Ce champ n'est pas attendu.",
    "uuid_parsing": "Un identifiant (UUID) est attendu.",
    "string_too_short": "Ce texte est trop court.",
    "string_too_long": "Ce texte est trop long.",
    "too_long": "Cette liste est trop longue.",
    "too_short": "Cette liste est vide.",
    "json_invalid": "Le corps de la demande n'est pas du JSON.",
}


def install(app: FastAPI) -> None:
    """Hang the handlers on the application."""
    app.add_exception_handler(RefusalError, _refused)
    app.add_exception_handler(RequestValidationError, _unreadable)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _crashed)


def _answer(request: Request, probleme: Probleme, headers: dict[str, str]) -> Response:
    known = probleme.model_copy(
        update={"instance": request.url.path, "requete": getattr(request.state, "request_id", None)}
    )
    return Response(known.model_dump_json(exclude_none=True), probleme.status, headers, media_type=MEDIA_TYPE)


async def _refused(request: Request, error: Exception) -> Response:
    if not isinstance(error, RefusalError):
        raise error
    return _answer(request, error.probleme(), error.headers)


async def _unreadable(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    errors = [_fault(one) for one in error.errors()]
    detail = (
        f"Cette demande n'est pas comprise : {errors[0].pointer} – {errors[0].message}" if errors else "Demande vide."
    )
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    probleme = Probleme(
        type=PREFIX + "demande", title="Demande à corriger", status=status, detail=detail, errors=errors
    )
    return _answer(request, probleme, {})


def _fault(found: dict[str, Any]) -> ErreurChamp:
    where = [str(part) for part in found["loc"] if part != "body"]
    message = _REASONS.get(found["type"], "Cette valeur n'est pas acceptée.")
    return ErreurChamp(pointer="/" + "/".join(where), code=found["type"], message=message)


async def _http(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    kind, detail = _SENTENCES.get(HTTPStatus(error.status_code), ("http", "Cette demande n'est pas acceptée."))
    title = HTTPStatus(error.status_code).phrase
    probleme = Probleme(type=PREFIX + kind, title=title, status=error.status_code, detail=detail)
    return _answer(request, probleme, dict(error.headers or {}))


async def _crashed(request: Request, error: Exception) -> Response:
    _log.error("request %s failed", getattr(request.state, "request_id", "?"), exc_info=error)
    detail = "Le serveur a rencontré une panne : rien n'a été enregistré. Réessayez, puis prévenez le support."
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    return _answer(request, Probleme(type=PREFIX + "panne", title="Panne du serveur", status=status, detail=detail), {})
