"""The Répertoire: tree, search, published structures."""

from __future__ import annotations

from time import perf_counter
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel

from ror_server.domain.rights import Action
from ror_server.routes.context import Expected, Reading, Server, Signed, etag
from ror_server.routes.filtres import Filtered
from ror_server.services import access, edition, recherche, repertoire
from ror_server.services.pen import Pen
from ror_server.services.tree import choices
from ror_server.services.tree.asking import View
from ror_server.services.tree.branch import branch
from ror_server.services.tree.pages import around, page
from ror_server.services.tree.path import path
from ror_server.store.lines import Window
from ror_tui.api_client.models import (
    Afficher,
    Chemin,
    Code,
    Modele,
    ModificationStructure,
    Page,
    PageArbre,
    Resultat,
    Structure,
)

router = APIRouter(prefix="/v1", tags=["repertoire"])

SCREENFUL = 50
"""Lines of a page when nothing is said: what the greatest screens show at once."""

Limit = Annotated[int, Query(ge=1, le=500, description="Elements in a page.")]
Cursor = Annotated[str | None, Query(max_length=8000, description="`precedent` or `suivant` of another page.")]
Key = Annotated[str | None, Query(max_length=200, description="`cle` of the line above; absent for the roots.")]


@router.get("/repertoire", response_model=PageArbre)
async def read_tree(
    reading: Reading,
    filtres: Filtered,
    *,
    par: Afficher = Afficher.DEPARTEMENT,
    sous: Key = None,
    curseur: Cursor = None,
    limite: Limit = SCREENFUL,
    autour: Annotated[
        str | None, Query(max_length=200, description="`cle` of a line: give the page that holds it.")
    ] = None,
) -> Response:
    """Give a page of the lines below a line.

    `autour` gives the page around a line; a line that is not there (any more) gives its neighbours.
    """
    started = perf_counter()
    async with reading.read() as (tx, account):
        access.require(account, Action.LIRE_REPERTOIRE)
        view = View(par, filtres, account)
        found = await page(tx, view, sous, Window(curseur, limite, around(autour)))
    return _written(found, started)


@router.get("/repertoire/branche", response_model=PageArbre)
async def read_branch(
    reading: Reading,
    filtres: Filtered,
    *,
    par: Afficher = Afficher.DEPARTEMENT,
    sous: Key = None,
    curseur: Cursor = None,
    limite: Annotated[int, Query(ge=1, le=5000, description="Elements in a page.")] = 1000,
) -> Response:
    """Give a page of all lines below a line, or of the whole view: depth first, `sous` names the line above."""
    started = perf_counter()
    async with reading.read() as (tx, account):
        access.require(account, Action.LIRE_REPERTOIRE)
        found = await branch(tx, View(par, filtres, account), sous, curseur, limite)
    return _written(found, started)


def _written(found: BaseModel, started: float, what: str = "arbre") -> Response:
    """Write a page without checking it again: it was built here."""
    body = found.model_dump_json()
    spent = f"{what};dur={(perf_counter() - started) * 1000:.2f}"
    return Response(body, media_type="application/json", headers={"Server-Timing": spent})


@router.get("/repertoire/chemin")
async def read_path(
    structure: UUID, server: Server, signed: Signed, filtres: Filtered, par: Afficher = Afficher.DEPARTEMENT
) -> Chemin:
    """Tell where a structure stands in a view, or why the view does not show it."""
    async with server.database.read() as tx:
        row = await access.structure(tx, signed.account, structure)
        return await path(tx, View(par, filtres, signed.account), row)


@router.get("/communes")
async def read_communes(
    server: Server, signed: Signed, q: Annotated[str, Query(max_length=100, description="Words of the name.")] = ""
) -> Page[Code]:
    """Find the communes that hold establishments, by name or INSEE code."""
    async with server.database.read() as tx:
        access.require(signed.account, Action.LIRE_REPERTOIRE)
        return Page(elements=await choices.communes(tx, q))


@router.get("/categories")
async def read_categories(server: Server, signed: Signed) -> list[Code]:
    """Give the categories of establishment that are in use, by label."""
    async with server.database.read() as tx:
        access.require(signed.account, Action.LIRE_REPERTOIRE)
        return await choices.categories(tx)


@router.get("/recherche", response_model=Page[Resultat])
async def find(
    reading: Reading,
    q: Annotated[str, Query(max_length=200, description="Words in any order, with or without accents, or a number.")],
    filtres: Filtered,
    limite: Annotated[int, Query(ge=1, le=100)] = 50,
) -> Response:
    """Find structures by name, place or number."""
    started = perf_counter()
    async with reading.read() as (tx, account):
        access.require(account, Action.LIRE_REPERTOIRE)
        view = View(Afficher.DEPARTEMENT, filtres, account)
        found = await recherche.find(tx, reading.server.recherche, view, q, limite)
    return _written(found, started, "recherche")


@router.get("/structures/{structure_id}")
async def read_structure(structure_id: UUID, server: Server, signed: Signed, response: Response) -> Structure:
    """Give a published structure with its fiche."""
    async with server.database.read() as tx:
        found = await repertoire.show(tx, signed.account, structure_id, server.clock())
    response.headers.update(etag(found.version))
    return found


@router.patch("/structures/{structure_id}")
async def edit_structure(
    structure_id: UUID,
    body: ModificationStructure,
    *,
    expected: Expected,
    server: Server,
    signed: Signed,
    response: Response,
) -> Structure:
    """Publish new values of a fiche at once; a first call without answers gives the questions of répercussion."""
    async with server.database.write() as tx:
        await edition.edit(tx, structure_id, body, Pen(signed.account, server.clock()), expected=expected)
        found = await repertoire.show(tx, signed.account, structure_id, server.clock())
    server.feed.wake()
    response.headers.update(etag(found.version))
    return found


@router.get("/structures/{structure_id}/modele")
async def read_structure_form(structure_id: UUID, server: Server, signed: Signed) -> Modele:
    """Give the form of a published structure."""
    async with server.database.read() as tx:
        return await repertoire.form(tx, signed.account, structure_id)
