"""Around a dossier: who is there, comments, where it stands."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.routes.context import Answer, OnlyOnce, Server, Signed
from ror_server.services import access, commentaires, presence, suivi
from ror_server.services.pen import Pen
from ror_tui.api_client.models import (
    Commentaires,
    CreationCommentaire,
    Entourage,
    Reglement,
    Signe,
    Suivi,
)

router = APIRouter(prefix="/v1/dossiers/{dossier_id}", tags=["entourage"])


@router.get("/entourage")
async def read_surroundings(dossier_id: UUID, server: Server, signed: Signed) -> Entourage:
    """Tell who is in a dossier, and the comments and refusals on its fiches."""
    async with server.database.read() as tx:
        return await presence.around(tx, dossier_id, signed.account, server.clock())


@router.put("/presence")
async def sign_presence(dossier_id: UUID, body: Signe, server: Server, signed: Signed) -> Entourage:
    """Say where one is in a dossier, and read who else is there."""
    async with server.database.write() as tx:
        found = await presence.sign(tx, dossier_id, body, Pen(signed.account, server.clock()))
    server.feed.wake()
    return found


@router.delete("/presence", status_code=204)
async def leave(dossier_id: UUID, server: Server, signed: Signed) -> Response:
    """Say that one left a dossier."""
    async with server.database.write() as tx:
        await presence.leave(tx, dossier_id, Pen(signed.account, server.clock()))
    server.feed.wake()
    return Response(status_code=204)


@router.get("/suivi")
async def read_progress(dossier_id: UUID, server: Server, signed: Signed) -> Suivi:
    """Say where a dossier is: its steps, who must act, since when, the usual delay, the last word."""
    async with server.database.read() as tx:
        return await suivi.show(tx, await access.dossier(tx, signed.account, dossier_id))


@router.get("/commentaires")
async def read_comments(dossier_id: UUID, server: Server, signed: Signed) -> Commentaires:
    """Give the conversation of a dossier, oldest first."""
    async with server.database.read() as tx:
        return await commentaires.show(tx, await access.dossier(tx, signed.account, dossier_id))


@router.post("/commentaires", status_code=201, response_model=Commentaires)
async def write_comment(dossier_id: UUID, body: CreationCommentaire, once: OnlyOnce) -> Response:
    """Write a message on a fiche, or on the dossier."""

    async def act(tx: AsyncConnection, pen: Pen) -> Answer:
        found = await commentaires.write(tx, dossier_id, body, pen)
        return Answer(await commentaires.show(tx, found), found.dossier.version, 201)

    return await once.run(act)


@router.post("/commentaires/{commentaire_id}/regler", response_model=Commentaires)
async def settle_comment(dossier_id: UUID, commentaire_id: UUID, body: Reglement, once: OnlyOnce) -> Response:
    """Mark a message as settled, or no longer."""

    async def act(tx: AsyncConnection, pen: Pen) -> Answer:
        found = await commentaires.settle(tx, dossier_id, commentaire_id, pen, settled=body.regle)
        return Answer(await commentaires.show(tx, found), found.dossier.version)

    return await once.run(act)
