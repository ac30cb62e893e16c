"""The HTTP application: routes, failures, request ids, the contract."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from typing import Any
from uuid import uuid4

from fastapi import APIRouter, FastAPI
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ror_server.routes import (
    conflits,
    contenu,
    controles,
    dossiers,
    entourage,
    errors,
    evenements,
    fiches,
    forms,
    gestes,
    historique,
    lits,
    offres,
    own,
    repertoire,
    service,
    tableau,
)
from ror_server.routes.context import Ror
from ror_server.search import SearchIndex, default_file
from ror_server.settings import ServerSettings
from ror_server.store.database import Database
from ror_tui.api_client.models import Probleme

DESCRIPTION = "Dossiers collaboratifs, Répertoire, formulaires et validation du ROR. Erreurs : RFC 9457, en français."
REFUSALS = (400, 401, 403, 404, 409, 410, 412, 422, 428, 429, 503)

MODULES = (
    service,
    repertoire,
    offres,
    own,
    forms,
    dossiers,
    entourage,
    fiches,
    contenu,
    controles,
    conflits,
    gestes,
    historique,
    lits,
    tableau,
    evenements,
)
"""Those that hold routes, in the order of the contract."""

_REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


def now() -> datetime:
    """Give the present instant."""
    return datetime.now(UTC)


def create_app(
    database: Database, settings: ServerSettings, *, clock: Callable[[], datetime] = now, ready: bool = True
) -> FastAPI:
    """Build the application.

    Args:
        database: Migrated already.
        settings: Settings of this server.
        clock: Where the time comes from.
        ready: False while the first data is being loaded: only `GET /v1/etat` answers then.
    """
    app = FastAPI(
        title="ROR",
        version=version("ror-tui"),
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        openapi_url="/v1/openapi.json",
    )
    index = SearchIndex(database, default_file(database.engine.url))
    app.state.ror = Ror(database, settings, clock, version("ror-tui"), index, pret=ready)
    app.router.routes.extend(_routes())
    errors.install(app)
    app.add_middleware(_RequestId)
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=5)
    return app


@cache
def _routes() -> list[BaseRoute]:
    """Give all routes: FastAPI reads their signatures once for each process, not for each application."""
    gathered = APIRouter(
        responses={status: _documented() for status in REFUSALS},
        generate_unique_id_function=lambda route: route.name,
    )
    for module in MODULES:
        gathered.include_router(module.router)
    return gathered.routes


def contract() -> str:
    """Give the OpenAPI document of this server, as it is committed."""
    app = create_app(Database("sqlite://"), ServerSettings(database="sqlite://"))
    return json.dumps(app.openapi(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _documented() -> dict[str, Any]:
    return {"model": Probleme, "content": {errors.MEDIA_TYPE: {}}, "description": "Refus (RFC 9457)"}


class _RequestId:
    """Gives each request an id: the client's own when it is decent. Passes each piece of an answer as it comes."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        request_id = given if _REQUEST_ID.fullmatch(given) else str(uuid4())
        scope.setdefault("state", {})["request_id"] = request_id

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["X-Request-ID"] = request_id
            await send(message)

        await self._app(scope, receive, send_with_id)
