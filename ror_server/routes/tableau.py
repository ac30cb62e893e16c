"""The units of a dossier as a table."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.exports import classeur, table
from ror_server.imports.tableau import UnreadableTableError, read
from ror_server.problems import InvalidError
from ror_server.routes.context import Answer, Expected, OnlyOnce, Server, Signed
from ror_server.services import access, dossiers, tableau
from ror_server.services.writing import Pen
from ror_tui.api_client.models import (
    LARGEST_FILE,
    ActionDossier,
    ActionFaite,
    FichierTableau,
    Grille,
    SaisieTableau,
    TableauControle,
)

router = APIRouter(prefix="/v1/dossiers/{dossier_id}", tags=["tableau"])

Below = Annotated[UUID | None, Query(description="Only the units below this structure.")]


def _file(media_type: str) -> dict[int | str, dict[str, Any]]:
    return {200: {"content": {media_type.partition(";")[0]: {}}, "description": "The units, one row each."}}


@router.get("/tableau.csv", response_class=Response, responses=_file(table.MEDIA_TYPE))
async def export_csv(dossier_id: UUID, server: Server, signed: Signed, sous: Below = None) -> Response:
    """Give the units as a table for spreadsheets, which `POST …/tableau` reads back."""
    headers, rows = await _exported(dossier_id, server, signed, sous)
    return Response(table.whole(headers, rows), media_type=table.MEDIA_TYPE)


@router.get("/tableau.xlsx", response_class=Response, responses=_file(classeur.MEDIA_TYPE))
async def export_workbook(dossier_id: UUID, server: Server, signed: Signed, sous: Below = None) -> Response:
    """Give the units as a workbook, which `POST …/tableau` reads back."""
    headers, rows = await _exported(dossier_id, server, signed, sous)
    return Response(classeur.workbook("Unités", headers, rows), media_type=classeur.MEDIA_TYPE)


async def _exported(
    dossier_id: UUID, server: Server, signed: Signed, below: UUID | None
) -> tuple[list[str], list[list[str]]]:
    async with server.database.read() as tx:
        found = await access.dossier(tx, signed.account, dossier_id)
        return tableau.export(found, below or found.dossier.eg_id)


@router.post("/tableau/lecture")
async def read_table(dossier_id: UUID, body: FichierTableau, server: Server, signed: Signed) -> Grille:
    """Read a file or a paste as texts; nothing is done."""
    async with server.database.read() as tx:
        await access.dossier(tx, signed.account, dossier_id)
    try:
        content = base64.b64decode(body.contenu, validate=True)
    except binascii.Error as error:
        raise InvalidError("Le contenu du fichier n'est pas en base 64.") from error
    if len(content) > LARGEST_FILE:
        raise InvalidError(f"Ce fichier est trop grand : {LARGEST_FILE // 1_000_000} Mo au plus.")
    try:
        rows = read(content)
    except UnreadableTableError as error:
        raise InvalidError(str(error), kind="tableau") from error
    if len(rows) < 2:
        raise InvalidError("Il faut une ligne d'en-têtes, puis une ligne par unité.", kind="tableau")
    return Grille(entetes=[cell.strip() for cell in rows[0]], lignes=rows[1:])


@router.post("/tableau/controle")
async def check_table(dossier_id: UUID, body: SaisieTableau, server: Server, signed: Signed) -> TableauControle:
    """Tell what each row would do and what the controls find; nothing is done."""
    async with server.database.read() as tx:
        return tableau.check(await access.dossier(tx, signed.account, dossier_id), body)


@router.post("/tableau", response_model=ActionFaite)
async def make_table(dossier_id: UUID, body: SaisieTableau, expected: Expected, once: OnlyOnce) -> Response:
    """Create and modify the units of a table: all or none, undone in one step."""

    async def act(tx: AsyncConnection, pen: Pen) -> Answer:
        found = await access.dossier(tx, pen.account, dossier_id, lock=True)
        access.require_action(found, pen.account, ActionDossier.MODIFIER, expected=expected)
        change, after = await tableau.make(tx, found, body, pen)
        done = ActionFaite(libelle=change.libelle, fiches=list(change.shown), arbre=dossiers.tree(after))
        return Answer(done, after.dossier.version)

    return await once.run(act)
