"""Beds and places of the units of a structure."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.routes.context import LARGEST, Answer, OnlyOnce, Server, Signed
from ror_server.services import lits
from ror_server.services.pen import Pen
from ror_tui.api_client.models import LitsPasses, Page, ReleveLits, SaisieLits

router = APIRouter(prefix="/v1/structures/{structure_id}/lits", tags=["lits"])


@router.get("")
async def read_beds(structure_id: UUID, server: Server, signed: Signed) -> ReleveLits:
    """Give the beds and places of a structure and all below it."""
    async with server.database.read() as tx:
        return await lits.show(tx, signed.account, structure_id, server.clock())


@router.put("", response_model=ReleveLits)
async def type_beds(structure_id: UUID, body: SaisieLits, once: OnlyOnce) -> Response:
    """Write the beds and places of units, all or none.

    Each unit says the version that was typed over, as many may be typed at once; 412 gives those that moved (`lits`).
    """

    async def act(tx: AsyncConnection, pen: Pen) -> Answer:
        found = await lits.put(tx, structure_id, body, pen)
        return Answer(found, max((one.version for one in found.unites), default=0))

    return await once.run(act)


@router.get("/historique")
async def read_beds_history(
    structure_id: UUID,
    server: Server,
    signed: Signed,
    avant: Annotated[int | None, Query(ge=1, le=LARGEST, description="`suivant` of another page.")] = None,
    limite: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Page[LitsPasses]:
    """Give who typed what and when, the newest first."""
    async with server.database.read() as tx:
        return await lits.history(tx, signed.account, structure_id, avant, limite)
