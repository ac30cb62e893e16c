"""What was done to the content of a dossier: list it, undo it, redo it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.routes.context import Answer, Expected, OnlyOnce, Server, Signed
from ror_server.services import access, dossiers, gestes
from ror_server.services.workspace import Workspace
from ror_server.services.writing import Pen
from ror_server.store.gestes import Geste
from ror_tui.api_client.models import ActionDossier, GesteFait, Gestes

router = APIRouter(prefix="/v1/dossiers/{dossier_id}", tags=["gestes"])

Turn = Callable[[AsyncConnection, Workspace, Pen], Awaitable[tuple[Geste, Workspace]]]


@router.get("/gestes")
async def list_gestes(
    dossier_id: UUID, server: Server, signed: Signed, avant: Annotated[int | None, Query(ge=1)] = None
) -> Gestes:
    """List what was done to a dossier, the last first."""
    async with server.database.read() as tx:
        found = await access.dossier(tx, signed.account, dossier_id)
        return await gestes.listing(tx, signed.account, found, avant)


@router.post("/annuler", response_model=GesteFait)
async def undo(dossier_id: UUID, expected: Expected, once: OnlyOnce) -> Response:
    """Undo the last geste of the account that stands."""
    return await _turned(dossier_id, expected, once, gestes.undo)


@router.post("/refaire", response_model=GesteFait)
async def redo(dossier_id: UUID, expected: Expected, once: OnlyOnce) -> Response:
    """Do again what the account undid last."""
    return await _turned(dossier_id, expected, once, gestes.redo)


async def _turned(dossier_id: UUID, expected: int, once: OnlyOnce, turn: Turn) -> Response:
    async def act(tx: AsyncConnection, pen: Pen) -> Answer:
        found = await access.dossier(tx, pen.account, dossier_id, lock=True)
        access.require_action(found, pen.account, ActionDossier.MODIFIER, expected=expected)
        geste, after = await turn(tx, found, pen)
        done = GesteFait(geste=gestes.said(geste, pen.account), arbre=dossiers.tree(after))
        return Answer(done, after.dossier.version)

    return await once.run(act)
