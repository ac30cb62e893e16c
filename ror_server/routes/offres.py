"""The Recherche: offers and professionals, page by page or as a table."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse
from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.domain.rights import Action
from ror_server.exports import table
from ror_server.exports.offres import OFFRES, PROFESSIONNELS
from ror_server.routes.context import Caller, Ror, Server, Signed
from ror_server.routes.criteres import Asked
from ror_server.services import access, offres
from ror_server.store import offer_queries
from ror_server.store.accounts import Account
from ror_tui.api_client.models import CriteresOffres, Offre, Page, Professionnel

router = APIRouter(prefix="/v1", tags=["offres"])

Limit = Annotated[int, Query(ge=1, le=500, description="Elements in a page.")]
Cursor = Annotated[str | None, Query(max_length=8000, description="`suivant` of the page before.")]

Element = TypeVar("Element")
Every = Callable[[AsyncConnection, Account, offer_queries.Asked], AsyncIterator[Element]]


@router.get("/offres")
async def read_offers(
    server: Server, signed: Signed, asked: Asked, curseur: Cursor = None, limite: Limit = 100
) -> Page[Offre]:
    """Give a page of offers, by name, or the nearest first when a distance is asked; `total` comes with the first."""
    access.require(signed.account, Action.LIRE_REPERTOIRE)
    async with server.database.read() as tx:
        found = await offres.ask(tx, signed.account, asked)
        return await offres.find(tx, signed.account, found, curseur, limite)


@router.get("/professionnels")
async def read_professionals(
    server: Server, signed: Signed, asked: Asked, curseur: Cursor = None, limite: Limit = 100
) -> Page[Professionnel]:
    """Give a page of professionals: the contacts of units, and the professions that units have."""
    access.require(signed.account, Action.LIRE_REPERTOIRE)
    async with server.database.read() as tx:
        found = await offres.ask(tx, signed.account, asked)
        return await offres.people(tx, signed.account, found, curseur, limite)


_CSV: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/csv": {}}, "description": "UTF-8 with its mark, semicolons, headers in French."}
}


@router.get("/offres.csv", response_class=StreamingResponse, responses=_CSV)
async def export_offers(server: Server, signed: Signed, asked: Asked) -> StreamingResponse:
    """Give every offer that is found, as a table."""
    found = await _understood(server, signed, asked)
    return _table("offres.csv", _lines(server, signed, found, OFFRES, offres.every_offer))


@router.get("/professionnels.csv", response_class=StreamingResponse, responses=_CSV)
async def export_professionals(server: Server, signed: Signed, asked: Asked) -> StreamingResponse:
    """Give every professional that is found, as a table."""
    found = await _understood(server, signed, asked)
    return _table("professionnels.csv", _lines(server, signed, found, PROFESSIONNELS, offres.every_professional))


async def _understood(server: Ror, signed: Caller, asked: CriteresOffres) -> offer_queries.Asked:
    """Refuse what must be before the first byte leaves."""
    access.require(signed.account, Action.LIRE_REPERTOIRE)
    async with server.database.read() as tx:
        return await offres.ask(tx, signed.account, asked)


async def _lines(
    server: Ror, signed: Caller, found: offer_queries.Asked, columns: table.Columns[Element], every: Every[Element]
) -> AsyncIterator[str]:
    async with server.database.read() as tx:
        async for line in table.lines(columns, every(tx, signed.account, found)):
            yield line


def _table(name: str, lines: AsyncIterator[str]) -> StreamingResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(lines, headers=headers, media_type=table.MEDIA_TYPE)
