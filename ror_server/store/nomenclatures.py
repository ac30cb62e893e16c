"""Lists of codes that were imported over those that ship with the server."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server import nomenclatures
from ror_server.store.tables import nomenclatures as table
from ror_tui.api_client.models import Nomenclature


async def put(tx: AsyncConnection, imported: Nomenclature, *, at: datetime) -> None:
    """Write a list in place of the one of that name."""
    await tx.execute(sa.delete(table).where(table.c.nom == imported.nom))
    row = {"nom": imported.nom, "contenu": imported.model_dump(mode="json"), "importee_le": at}
    await tx.execute(sa.insert(table).values(row))


_STAMP = sa.select(sa.func.count(), sa.func.max(table.c.importee_le))


async def install(tx: AsyncConnection) -> None:
    """Have this process use the lists of the database, if it does not already: one small question when it does."""
    stamp = (await tx.execute(_STAMP)).one()
    if nomenclatures.installed() != tuple(map(str, stamp)):
        rows = (await tx.execute(sa.select(table.c.contenu))).scalars()
        found = [Nomenclature.model_validate(row) for row in rows]
        nomenclatures.install({one.nom: one for one in found}, stamp=tuple(map(str, stamp)))
