"""Dossiers as a whole: open, list, read, send, validate, refuse, withdraw, abandon."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.problems import InvalidError
from ror_server.routes.context import Answer, Expected, OnlyOnce, Server, Signed, etag
from ror_server.routes.repertoire import Cursor, Limit
from ror_server.services import access, differences_publiees, dossiers, partage, refus, workflow
from ror_server.services.workspace import Workspace
from ror_server.services.writing import Pen
from ror_server.store import historique
from ror_server.store.paging import BadCursorError
from ror_tui.api_client.models import (
    ActionDossier,
    ArbreDossier,
    CreationDossier,
    Differences,
    Dossier,
    DossierResume,
    Page,
    Partage,
    Refus,
    Tri,
)

router = APIRouter(prefix="/v1/dossiers", tags=["dossiers"])

Step = Callable[[AsyncConnection, Workspace, Pen], Awaitable[Workspace]]


@router.get("")
async def list_dossiers(
    server: Server,
    signed: Signed,
    *,
    vue: Annotated[dossiers.Vue, Query()] = dossiers.Vue.OUVERTS,
    curseur: Cursor = None,
    limite: Limit = 100,
    ordre: Annotated[dossiers.Ordre, Query()] = dossiers.Ordre.RECENT,
    total: Annotated[bool, Query()] = False,
) -> Page[DossierResume]:
    """List the dossiers that the account may read."""
    try:
        async with server.database.read() as tx:
            return await dossiers.listing(tx, signed.account, vue, curseur, limite, ordre=ordre, total=total)
    except BadCursorError as error:
        raise InvalidError("La suite de cette liste n'est plus connue : rechargez-la.", kind="curseur") from error


@router.post("", status_code=201, response_model=Dossier)
async def create_dossier(body: CreationDossier, once: OnlyOnce) -> Response:
    """Open a dossier on an establishment."""

    async def act(tx: AsyncConnection, pen: Pen) -> Answer:
        found = await dossiers.create(tx, pen.account, body, pen.now)
        return await _whole(tx, pen, found, status=201)

    return await once.run(act)


@router.get("/{dossier_id}")
async def read_dossier(dossier_id: UUID, server: Server, signed: Signed, response: Response) -> Dossier:
    """Give a dossier with what the account can do with it."""
    async with server.database.read() as tx:
        found = await access.dossier(tx, signed.account, dossier_id)
        response.headers.update(etag(found.dossier.version))
        return await dossiers.show(tx, signed.account, found)


@router.get("/{dossier_id}/arbre")
async def read_dossier_tree(dossier_id: UUID, server: Server, signed: Signed) -> ArbreDossier:
    """Give the whole tree of a dossier."""
    async with server.database.read() as tx:
        return dossiers.tree(await access.dossier(tx, signed.account, dossier_id))


@router.get("/{dossier_id}/differences")
async def read_differences(dossier_id: UUID, server: Server, signed: Signed) -> Differences:
    """Say in French sentences all that a dossier changes."""
    async with server.database.read() as tx:
        await historique.snapshot(tx)
        found = await access.dossier(tx, signed.account, dossier_id)
        return await differences_publiees.of(tx, signed.account, found)


@router.post("/{dossier_id}/envoyer", response_model=Dossier)
async def send(dossier_id: UUID, expected: Expected, once: OnlyOnce) -> Response:
    """Send for validation; the Direction of a sanitaire establishment sends a second time."""
    return await _step(dossier_id, expected, once, ActionDossier.ENVOYER, workflow.send)


@router.post("/{dossier_id}/valider", response_model=Dossier)
async def validate(dossier_id: UUID, expected: Expected, once: OnlyOnce) -> Response:
    """Approve and publish into the Répertoire."""
    return await _step(dossier_id, expected, once, ActionDossier.VALIDER, workflow.validate)


@router.post("/{dossier_id}/refuser", response_model=Dossier)
async def refuse(dossier_id: UUID, body: Refus, expected: Expected, once: OnlyOnce) -> Response:
    """Send back to the author with a reason."""

    async def refusing(tx: AsyncConnection, found: Workspace, pen: Pen) -> Workspace:
        return await workflow.refuse(tx, found, pen, body)

    return await _step(dossier_id, expected, once, ActionDossier.REFUSER, refusing)


@router.post("/{dossier_id}/partage")
async def read_division(dossier_id: UUID, body: Tri, server: Server, signed: Signed) -> Partage:
    """Say what would be published without these fiches, what would follow them, and why. Changes nothing."""
    async with server.database.read() as tx:
        found = await access.dossier(tx, signed.account, dossier_id)
        return partage.show(found, partage.divide(found, refus.read(found, body.fiches)))


@router.post("/{dossier_id}/valider-partie", response_model=Dossier)
async def validate_part(dossier_id: UUID, body: Tri, expected: Expected, once: OnlyOnce) -> Response:
    """Publish what can stand without the refused fiches; the rest goes back in a follow-up dossier."""

    async def accepting(tx: AsyncConnection, found: Workspace, pen: Pen) -> Workspace:
        return await partage.accept_part(tx, found, pen, refus.read(found, body.fiches))

    return await _step(dossier_id, expected, once, ActionDossier.VALIDER_PARTIE, accepting)


@router.post("/{dossier_id}/retirer", response_model=Dossier)
async def withdraw(dossier_id: UUID, expected: Expected, once: OnlyOnce) -> Response:
    """Take a sent dossier back, to go on writing."""
    return await _step(dossier_id, expected, once, ActionDossier.RETIRER, workflow.withdraw)


@router.post("/{dossier_id}/abandonner", response_model=Dossier)
async def abandon(dossier_id: UUID, expected: Expected, once: OnlyOnce) -> Response:
    """Give a dossier up."""
    return await _step(dossier_id, expected, once, ActionDossier.ABANDONNER, workflow.abandon)


@router.post("/{dossier_id}/reprendre", response_model=Dossier)
async def resume(dossier_id: UUID, expected: Expected, once: OnlyOnce) -> Response:
    """Take up a dossier that was abandoned."""
    return await _step(dossier_id, expected, once, ActionDossier.REPRENDRE, workflow.resume)


async def _step(dossier_id: UUID, expected: int, once: OnlyOnce, action: ActionDossier, step: Step) -> Response:
    async def act(tx: AsyncConnection, pen: Pen) -> Answer:
        found = await workflow.acting(tx, dossier_id, expected, action, pen)
        return await _whole(tx, pen, await step(tx, found, pen))

    return await once.run(act)


async def _whole(tx: AsyncConnection, pen: Pen, found: Workspace, *, status: int = 200) -> Answer:
    return Answer(await dossiers.show(tx, pen.account, found), found.dossier.version, status)
