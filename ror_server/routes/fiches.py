"""The fiches of a dossier."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from uuid import UUID

from fastapi import APIRouter, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.routes.context import Answer, Expected, OnlyOnce, Server, Signed, etag
from ror_server.services import access, actions, champs_reserves, dossiers, fiches
from ror_server.services.workspace import Workspace
from ror_server.services.writing import Pen
from ror_tui.api_client.models import (
    ArbreDossier,
    CreationFiches,
    Deplacement,
    Duplication,
    Fiche,
    Modele,
    ModificationFiche,
)

router = APIRouter(prefix="/v1/dossiers/{dossier_id}/fiches", tags=["fiches"])

Change = Callable[[AsyncConnection, Workspace, Pen], Awaitable[Workspace]]


@router.post("", status_code=201, response_model=ArbreDossier)
async def create_fiches(dossier_id: UUID, body: CreationFiches, once: OnlyOnce) -> Response:
    """Create structures under a parent."""

    async def act(tx: AsyncConnection, pen: Pen) -> Answer:
        found = await access.editable(tx, pen.account, dossier_id)
        return _tree(await actions.add(tx, found, body, pen), status=201)

    return await once.run(act)


@router.get("/{fiche_id}")
async def read_fiche(dossier_id: UUID, fiche_id: UUID, server: Server, signed: Signed, response: Response) -> Fiche:
    """Give a fiche as the dossier shows it."""
    async with server.database.read() as tx:
        found = await access.dossier(tx, signed.account, dossier_id)
        fiche = fiches.show(found, signed.account, fiche_id)
    response.headers.update(etag(fiche.version))
    return fiche


@router.get("/{fiche_id}/modele")
async def read_fiche_form(dossier_id: UUID, fiche_id: UUID, server: Server, signed: Signed) -> Modele:
    """Give the form of a fiche."""
    async with server.database.read() as tx:
        found = await access.dossier(tx, signed.account, dossier_id)
        fiches.require_node(found, fiche_id)
        return champs_reserves.locked(found.form(fiche_id), signed.account, found.place)


@router.patch("/{fiche_id}")
async def save_fiche(
    dossier_id: UUID,
    fiche_id: UUID,
    body: ModificationFiche,
    *,
    expected: Expected,
    server: Server,
    signed: Signed,
    response: Response,
) -> Fiche:
    """Save answers: omitted means untouched, null means erased."""
    async with server.database.write() as tx:
        found = await access.editable(tx, signed.account, dossier_id)
        fiches.require_node(found, fiche_id)
        fiches.require_version(found, fiche_id, expected)
        pen = Pen(signed.account, server.clock())
        after = await fiches.save(tx, found, fiche_id, body.valeurs, pen, seen=body.vues)
        fiche = fiches.show(after, signed.account, fiche_id)
    server.feed.wake()
    response.headers.update(etag(fiche.version))
    return fiche


@router.delete("/{fiche_id}")
async def delete_fiche(
    dossier_id: UUID, fiche_id: UUID, *, expected: Expected, server: Server, signed: Signed, response: Response
) -> ArbreDossier:
    """Delete a fiche and all below it."""
    async with server.database.write() as tx:
        found = await access.editable(tx, signed.account, dossier_id)
        fiches.require_node(found, fiche_id)
        fiches.require_version(found, fiche_id, expected)
        after = await actions.delete(tx, found, fiche_id, Pen(signed.account, server.clock()))
        arbre = dossiers.tree(after)
    server.feed.wake()
    response.headers.update(etag(arbre.version))
    return arbre


@router.post("/{fiche_id}/retablir", response_model=ArbreDossier)
async def restore_fiche(dossier_id: UUID, fiche_id: UUID, expected: Expected, once: OnlyOnce) -> Response:
    """Take back a deletion."""

    async def restoring(tx: AsyncConnection, found: Workspace, pen: Pen) -> Workspace:
        return await actions.restore(tx, found, fiche_id, pen)

    return await _change(dossier_id, fiche_id, expected, once, restoring)


@router.post("/{fiche_id}/dupliquer", status_code=201, response_model=ArbreDossier)
async def duplicate_fiche(
    dossier_id: UUID, fiche_id: UUID, body: Duplication, expected: Expected, once: OnlyOnce
) -> Response:
    """Copy a fiche several times, with or without what stands below."""

    async def duplicating(tx: AsyncConnection, found: Workspace, pen: Pen) -> Workspace:
        return await actions.duplicate(tx, found, fiche_id, body, pen)

    return await _change(dossier_id, fiche_id, expected, once, duplicating, status=201)


@router.post("/{fiche_id}/deplacer", response_model=ArbreDossier)
async def move_fiche(
    dossier_id: UUID, fiche_id: UUID, body: Deplacement, expected: Expected, once: OnlyOnce
) -> Response:
    """Move a fiche, and all below it, under another parent."""

    async def moving(tx: AsyncConnection, found: Workspace, pen: Pen) -> Workspace:
        return await actions.move(tx, found, fiche_id, body.parent_id, pen)

    return await _change(dossier_id, fiche_id, expected, once, moving)


@router.post("/{fiche_id}/finaliser", response_model=Fiche)
async def finalise_fiche(dossier_id: UUID, fiche_id: UUID, expected: Expected, once: OnlyOnce) -> Response:
    """Mark a saved fiche green, when the controls find no error."""

    async def act(tx: AsyncConnection, pen: Pen) -> Answer:
        found = await access.editable(tx, pen.account, dossier_id)
        fiches.require_node(found, fiche_id)
        fiches.require_version(found, fiche_id, expected)
        fiche = fiches.show(await fiches.finalise(tx, found, fiche_id, pen), pen.account, fiche_id)
        return Answer(fiche, fiche.version)

    return await once.run(act)


async def _change(
    dossier_id: UUID, fiche_id: UUID, expected: int, once: OnlyOnce, change: Change, *, status: int = 200
) -> Response:
    async def act(tx: AsyncConnection, pen: Pen) -> Answer:
        found = await access.editable(tx, pen.account, dossier_id)
        fiches.require_node(found, fiche_id)
        fiches.require_version(found, fiche_id, expected)
        return _tree(await change(tx, found, pen), status=status)

    return await once.run(act)


def _tree(found: Workspace, *, status: int) -> Answer:
    return Answer(dossiers.tree(found), found.dossier.version, status)
