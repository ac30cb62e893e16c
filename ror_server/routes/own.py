"""What an account keeps for itself: favourites, saved views, its place.

These writes need no If-Match: only the account itself makes them, each one replaces or removes a whole thing, doing one
twice changes nothing more, and the last one wins.
"""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response

from ror_server.domain.rights import Action
from ror_server.routes.context import Server, Signed
from ror_server.services import access, own
from ror_tui.api_client.models import EnregistrementPlace, EnregistrementVue, Noeud, Page, Place, VueNommee

router = APIRouter(prefix="/v1", tags=["a moi"])

Name = Annotated[str, Path(min_length=1, max_length=100)]


@router.get("/favoris")
async def read_favourites(
    server: Server,
    signed: Signed,
    *,
    curseur: Annotated[str | None, Query(max_length=8000)] = None,
    limite: Annotated[int, Query(ge=1, le=500)] = 500,
) -> Page[Noeud]:
    """Give the favourites of the account by name, whatever the filters are."""
    async with server.database.read() as tx:
        access.require(signed.account, Action.LIRE_REPERTOIRE)
        return await own.favourites(tx, signed.account, curseur, limite)


@router.put("/favoris/{structure_id}", status_code=204)
async def add_favourite(structure_id: UUID, server: Server, signed: Signed) -> Response:
    """Add a structure to the favourites of the account; the last one wins."""
    async with server.database.write() as tx:
        await own.add_favourite(tx, signed.account, structure_id, server.clock())
    return Response(status_code=204)


@router.delete("/favoris/{structure_id}", status_code=204)
async def remove_favourite(structure_id: UUID, server: Server, signed: Signed) -> Response:
    """Remove a structure from the favourites of the account; the last one wins."""
    async with server.database.write() as tx:
        await own.remove_favourite(tx, signed.account, structure_id)
    return Response(status_code=204)


@router.get("/vues")
async def read_views(server: Server, signed: Signed) -> list[VueNommee]:
    """Give the saved views of the account by name."""
    async with server.database.read() as tx:
        return await own.views(tx, signed.account)


@router.put("/vues/{nom:path}", status_code=204)
async def save_view(nom: Name, body: EnregistrementVue, server: Server, signed: Signed) -> Response:
    """Save a view, instead of the one of the same name; the last one wins."""
    async with server.database.write() as tx:
        await own.save_view(tx, signed.account, nom, body, server.clock())
    return Response(status_code=204)


@router.delete("/vues/{nom:path}", status_code=204)
async def forget_view(nom: Name, server: Server, signed: Signed) -> Response:
    """Remove a saved view; the last one wins."""
    async with server.database.write() as tx:
        await own.forget_view(tx, signed.account, nom)
    return Response(status_code=204)


@router.get("/moi/place", responses={204: {"description": "The account never left one."}}, response_model=Place)
async def read_place(server: Server, signed: Signed) -> Place | Response:
    """Tell where the account left the Répertoire."""
    async with server.database.read() as tx:
        found = await own.place(tx, signed.account)
    return found or Response(status_code=204)


@router.put("/moi/place", status_code=204)
async def save_place(body: EnregistrementPlace, server: Server, signed: Signed) -> Response:
    """Keep where the account is in the Répertoire; the last one wins."""
    async with server.database.write() as tx:
        await own.save_place(tx, signed.account, body, server.clock())
    return Response(status_code=204)
