"""Actions on several fiches of a dossier at once; what was done to it: list it, undo it, redo it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.routes.context import LARGEST, Answer, Expected, OnlyOnce, Server, Signed
from ror_server.services import access, consequences, dossiers, gabarit, gestes, groupe
from ror_server.services.workspace import Workspace
from ror_server.services.writing import Pen
from ror_server.store.gestes import Geste
from ror_tui.api_client.models import (
    ActionDossier,
    ActionFaite,
    ActionGroupee,
    Consequences,
    DemandeGabarit,
    FichesVisees,
    GesteFait,
    Gestes,
)

router = APIRouter(prefix="/v1/dossiers/{dossier_id}", tags=["gestes"])

Turn = Callable[[AsyncConnection, Workspace, Pen], Awaitable[tuple[Geste, Workspace]]]


@router.post("/actions", response_model=ActionFaite)
async def act_on_fiches(dossier_id: UUID, body: ActionGroupee, once: OnlyOnce) -> Response:
    """Do one action on several fiches: all or none, undone in one step; each fiche names its version."""

    async def act(tx: AsyncConnection, pen: Pen) -> Answer:
        found = await access.editable(tx, pen.account, dossier_id)
        change, after = await groupe.act(tx, found, body, pen)
        done = ActionFaite(libelle=change.libelle, fiches=list(change.shown), arbre=dossiers.tree(after))
        return Answer(done, after.dossier.version)

    return await once.run(act)


@router.post("/gabarit", status_code=201, response_model=ActionFaite)
async def take_template(dossier_id: UUID, body: DemandeGabarit, once: OnlyOnce) -> Response:
    """Create fiches after a unit or an establishment, names and what belongs to its place left to fill."""

    async def act(tx: AsyncConnection, pen: Pen) -> Answer:
        found = await access.editable(tx, pen.account, dossier_id)
        change, after = await gabarit.take(tx, found, body, pen)
        done = ActionFaite(libelle=change.libelle, fiches=list(change.shown), arbre=dossiers.tree(after))
        return Answer(done, after.dossier.version, 201)

    return await once.run(act)


@router.post("/consequences")
async def tell_consequences(dossier_id: UUID, body: FichesVisees, server: Server, signed: Signed) -> Consequences:
    """Say what deleting some fiches would do; nothing is done."""
    async with server.database.read() as tx:
        found = await access.dossier(tx, signed.account, dossier_id)
        return await consequences.of_deletion(tx, found, body.fiches)


@router.get("/gestes")
async def list_gestes(
    dossier_id: UUID, server: Server, signed: Signed, avant: Annotated[int | None, Query(ge=1, le=LARGEST)] = None
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
