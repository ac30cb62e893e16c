"""The Répertoire: tree, search, published structures."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from ror_server.domain.rights import Action
from ror_server.routes.context import Server, Signed, etag
from ror_server.services import access, repertoire
from ror_tui.api_client.models import Afficher, Modele, Page, PageArbre, Resultat, Structure

router = APIRouter(prefix="/v1", tags=["repertoire"])

Limit = Annotated[int, Query(ge=1, le=500, description="Elements in a page.")]
Cursor = Annotated[str | None, Query(max_length=1000, description="`suivant` of the page before.")]
Ticked = Annotated[
    str | None, Query(max_length=100, description="Ticked disciplines, separated by commas; all when absent.")
]


@router.get("/repertoire")
async def read_tree(
    server: Server,
    signed: Signed,
    *,
    par: Afficher = Afficher.DEPARTEMENT,
    sous: Annotated[str | None, Query(max_length=60, description="`cle` of the parent; absent for the roots.")] = None,
    disciplines: Ticked = None,
    curseur: Cursor = None,
    limite: Limit = 100,
) -> PageArbre:
    """Give a page of the lines below a line."""
    bits = repertoire.bits(disciplines)
    async with server.database.read() as tx:
        access.require(signed.account, Action.LIRE_REPERTOIRE)
        return await repertoire.below(tx, par, sous, bits, repertoire.Window(curseur, limite))


@router.get("/recherche")
async def find(
    server: Server,
    signed: Signed,
    q: Annotated[str, Query(max_length=200, description="Words in any order, with or without accents, or a number.")],
    disciplines: Ticked = None,
    limite: Annotated[int, Query(ge=1, le=100)] = 50,
) -> Page[Resultat]:
    """Find structures by name, place or number."""
    async with server.database.read() as tx:
        access.require(signed.account, Action.LIRE_REPERTOIRE)
        return await repertoire.find(tx, q, repertoire.bits(disciplines), limite)


@router.get("/structures/{structure_id}")
async def read_structure(structure_id: UUID, server: Server, signed: Signed, response: Response) -> Structure:
    """Give a published structure with its fiche."""
    async with server.database.read() as tx:
        found = await repertoire.show(tx, signed.account, structure_id)
    response.headers.update(etag(found.version))
    return found


@router.get("/structures/{structure_id}/modele")
async def read_structure_form(structure_id: UUID, server: Server, signed: Signed) -> Modele:
    """Give the form of a published structure."""
    async with server.database.read() as tx:
        return await repertoire.form(tx, signed.account, structure_id)
