"""Forms and nomenclatures: data that changes with a version of the server, kept by clients under its ETag."""

from __future__ import annotations

import hashlib
from typing import Annotated

from fastapi import APIRouter, Header, Query, Response
from pydantic import BaseModel

from ror_server import forms, nomenclatures
from ror_server.problems import NotFoundError
from ror_server.routes.context import Server, Signed
from ror_server.store import nomenclatures as stored
from ror_tui.api_client.models import Discipline, Kind, Modele, Nomenclature

router = APIRouter(prefix="/v1", tags=["modeles"])

CodeEg = Annotated[str | None, Query(max_length=10, description="Category of the establishment (JDV_J55).")]
IfNoneMatch = Annotated[str | None, Header(alias="If-None-Match")]


@router.get("/modeles/{kind}", response_model=Modele)
async def read_form(
    kind: Kind,
    _signed: Signed,
    discipline: Discipline | None = None,
    categorie_eg: CodeEg = None,
    seen: IfNoneMatch = None,
) -> Response:
    """Give the form of a kind of structure, in an establishment of a category."""
    return _cached(forms.modele(kind, discipline, categorie_eg), seen)


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
