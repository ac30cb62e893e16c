"""The content of a dossier as a whole."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.problems import StaleError
from ror_server.routes.context import Answer, Expected, OnlyOnce, Server, Signed, etag
from ror_server.services import access, contenu
from ror_server.services.writing import Pen
from ror_tui.api_client.models import ContenuDossier, LotDossier

router = APIRouter(prefix="/v1/dossiers/{dossier_id}/contenu", tags=["dossiers"])


@router.get("")
async def read_content(dossier_id: UUID, server: Server, signed: Signed, response: Response) -> ContenuDossier:
    """Give every fiche of a dossier with its values."""
    async with server.database.read() as tx:
        found = await access.dossier(tx, signed.account, dossier_id)
        response.headers.update(etag(found.dossier.version))
        return contenu.show(found)


@router.post("", response_model=ContenuDossier)
async def change_content(dossier_id: UUID, body: LotDossier, expected: Expected, once: OnlyOnce) -> Response:
    """Make a set of changes: all or nothing, and undone as one action."""

    async def act(tx: AsyncConnection, pen: Pen) -> Answer:
        found = await access.editable(tx, pen.account, dossier_id)
        if found.dossier.version != expected:
            text = "Ce dossier a changé entre-temps : relisez-le avant de pousser."
            raise StaleError(text, version=found.dossier.version)
        after = await contenu.apply(tx, found, body, pen)
        return Answer(contenu.show(after), after.dossier.version)

    return await once.run(act)
