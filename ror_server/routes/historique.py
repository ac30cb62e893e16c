"""The history of the Répertoire, its past, and taking a publication back."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.problems import InvalidError
from ror_server.routes.context import LARGEST, Answer, OnlyOnce, Server, Signed
from ror_server.routes.repertoire import Cursor
from ror_server.services import annulation, au, dossiers, flux, historique
from ror_server.services.pen import Pen
from ror_server.store import historique as log
from ror_server.store.paging import BadCursorError
from ror_tui.api_client.models import (
    Annulation,
    ArbreAu,
    Dossier,
    Page,
    PageFlux,
    PublicationLue,
    StructureAu,
)

router = APIRouter(prefix="/v1", tags=["historique"])

Number = Annotated[int, Path(ge=1, le=LARGEST, description="Number of a publication.")]
Few = Annotated[int, Query(ge=1, le=100, description="Publications in a page.")]
Moment = Annotated[datetime, Query(description="A moment with its time zone, for example 2026-11-24T23:59:59+01:00.")]


@router.get("/historique")
async def read_history(
    server: Server,
    signed: Signed,
    *,
    structure: UUID | None = None,
    dessous: Annotated[bool, Query(description="Whether what stands below the structure counts.")] = True,
    curseur: Cursor = None,
    limite: Few = 50,
) -> Page[PublicationLue]:
    """Give the publications, the newest first: of a structure, with all below or alone, or of everything."""
    try:
        async with server.database.read() as tx:
            await log.snapshot(tx)
            return await historique.listing(tx, signed.account, structure, curseur, limite, dessous=dessous)
    except BadCursorError as error:
        raise InvalidError("La suite de cet historique n'est plus connue : relisez-le.", kind="curseur") from error


@router.get("/historique/{seq}")
async def read_publication(seq: Number, server: Server, signed: Signed) -> PublicationLue:
    """Give one publication with all that it did."""
    async with server.database.read() as tx:
        await log.snapshot(tx)
        return await historique.one(tx, signed.account, seq)


@router.post("/historique/{seq}/annuler", status_code=201, response_model=Dossier)
async def revert(seq: Number, body: Annulation, once: OnlyOnce) -> Response:
    """Open a dossier that takes a publication back, to be sent and validated like any other."""

    async def act(tx: AsyncConnection, pen: Pen) -> Answer:
        found = await annulation.revert(tx, pen, seq, body.id)
        return Answer(await dossiers.show(tx, pen.account, found), found.dossier.version, 201)

    return await once.run(act)


@router.get("/structures/{structure_id}/au")
async def read_structure_then(structure_id: UUID, le: Moment, server: Server, signed: Signed) -> StructureAu:
    """Give a structure as it was published at a moment."""
    async with server.database.read() as tx:
        await log.snapshot(tx)
        return await au.structure(tx, signed.account, structure_id, aware(le), server.clock())


@router.get("/structures/{structure_id}/arbre-au")
async def read_tree_then(structure_id: UUID, le: Moment, server: Server, signed: Signed) -> ArbreAu:
    """Give the tree of the establishment of a structure as it was published at a moment."""
    async with server.database.read() as tx:
        await log.snapshot(tx)
        return await au.tree(tx, signed.account, structure_id, aware(le), server.clock())


@router.get("/flux")
async def read_feed(
    server: Server,
    signed: Signed,
    *,
    depuis: Annotated[str | None, Query(max_length=400, description="`curseur` of the page before.")] = None,
    limite: Annotated[int, Query(ge=1, le=500, description="Structures in a page.")] = 100,
) -> PageFlux:
    """Give what was published after a cursor, in the order of the publications, each structure whole."""
    async with server.database.read() as tx:
        await log.snapshot(tx)
        return await flux.page(tx, signed.account, depuis, limite)


def aware(moment: datetime) -> datetime:
    """Refuse a moment without its time zone.

    Raises:
        InvalidError: It has none.
    """
    if moment.tzinfo is None:
        raise InvalidError("La date doit dire son fuseau horaire, par exemple 2026-11-24T23:59:59+01:00.")
    return moment
