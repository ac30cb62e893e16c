"""What a dossier and the Répertoire disagree on, and the answers."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.routes.context import Answer, Expected, OnlyOnce, Server, Signed, etag
from ror_server.services import access, conflits
from ror_server.services.questions import questions
from ror_server.services.writing import Pen
from ror_tui.api_client.models import ActionDossier, Conflits, Resolution

router = APIRouter(prefix="/v1/dossiers/{dossier_id}/conflits", tags=["conflits"])


@router.get("")
async def read_conflicts(dossier_id: UUID, server: Server, signed: Signed, response: Response) -> Conflits:
    """Give all that must be answered before the dossier can be sent, what it will replace, what is done already."""
    async with server.database.read() as tx:
        found = await access.dossier(tx, signed.account, dossier_id)
    response.headers.update(etag(found.dossier.version))
    return questions(found)


@router.post("/resoudre", response_model=Conflits)
async def resolve_conflicts(dossier_id: UUID, body: Resolution, expected: Expected, once: OnlyOnce) -> Response:
    """Answer some conflicts: all the answers are taken, or none."""

    async def act(tx: AsyncConnection, pen: Pen) -> Answer:
        found = await access.dossier(tx, pen.account, dossier_id, lock=True)
        access.require_action(found, pen.account, ActionDossier.MODIFIER, expected=expected)
        after = questions(await conflits.answer(tx, found, body.reponses, pen))
        return Answer(after, after.version)

    return await once.run(act)
