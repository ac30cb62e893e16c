"""Forms and nomenclatures: data that changes with a version of the server, kept by clients under its ETag."""

from __future__ import annotations

import hashlib
from typing import Annotated

from fastapi import APIRouter, Header, Response
from pydantic import BaseModel

from ror_server import forms, nomenclatures
from ror_server.problems import NotFoundError
from ror_server.routes.context import Server, Signed
from ror_server.store import nomenclatures as stored
from ror_tui.api_client.models import Discipline, Kind, Modele, Nomenclature

router = APIRouter(prefix="/v1", tags=["modeles"])

IfNoneMatch = Annotated[str | None, Header(alias="If-None-Match")]


@router.get("/modeles/{kind}", response_model=Modele)
async def read_form(
    kind: Kind, _signed: Signed, discipline: Discipline | None = None, seen: IfNoneMatch = None
) -> Response:
    """Give the form of a kind of structure."""
    try:
        return _cached(forms.modele(kind, discipline), seen)
    except KeyError as error:
        raise NotFoundError("Il n'y a pas de formulaire pour ce type de structure.") from error


@router.get("/nomenclatures/{nom}", response_model=Nomenclature)
async def read_nomenclature(nom: str, server: Server, _signed: Signed, seen: IfNoneMatch = None) -> Response:
    """Give a value set."""
    async with server.database.read() as tx:
        await stored.install(tx)
    try:
        return _cached(nomenclatures.nomenclature(nom), seen)
    except KeyError as error:
        raise NotFoundError("Cette nomenclature n'existe pas.") from error


def _cached(model: BaseModel, seen: str | None) -> Response:
    body = model.model_dump_json()
    tag = f'"{hashlib.sha256(body.encode()).hexdigest()[:16]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if seen == tag:
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type="application/json")
