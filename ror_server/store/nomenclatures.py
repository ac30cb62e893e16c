"""Lists of codes that were imported over those that ship with the server, and modèles de saisie."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server import forms, nomenclatures
from ror_server.forms.regles import Regle
from ror_server.store.tables import modeles
from ror_server.store.tables import nomenclatures as table
from ror_tui.api_client.models import Nomenclature


async def put(tx: AsyncConnection, imported: Nomenclature, *, at: datetime) -> None:
    """Write a list in place of the one of that name."""
    await tx.execute(sa.delete(table).where(table.c.nom == imported.nom))
    row = {"nom": imported.nom, "contenu": imported.model_dump(mode="json"), "importee_le": at}
    await tx.execute(sa.insert(table).values(row))


_STAMP = sa.select(sa.func.count(), sa.func.max(table.c.importee_le))


async def put_modele(tx: AsyncConnection, regle: Regle, *, at: datetime) -> None:
    """Write a modèle de saisie in place of the one of that name."""
    await tx.execute(sa.delete(modeles).where(modeles.c.nom == regle.nom))
    row = {"nom": regle.nom, "contenu": regle.model_dump(mode="json"), "importe_le": at}
    await tx.execute(sa.insert(modeles).values(row))


async def modeles_saisie(tx: AsyncConnection) -> dict[str, Regle]:
    """Give the modèles de saisie by name."""
    rows = (await tx.execute(sa.select(modeles.c.contenu).order_by(modeles.c.nom))).scalars()
    return {one.nom: one for one in map(Regle.model_validate, rows)}


async def install(tx: AsyncConnection) -> None:
    """Have this process use the lists and modèles of the database, if it does not already: one small question then."""
    marks = ((table, table.c.importee_le), (modeles, modeles.c.importe_le))
    counts = [
        sa.select(function).select_from(one).scalar_subquery()
        for one, at in marks
        for function in (sa.func.count(), sa.func.max(at))
    ]
    stamp = tuple(map(str, (await tx.execute(sa.select(*counts))).one()))
    if nomenclatures.installed() != stamp:
        rows = (await tx.execute(sa.select(table.c.contenu))).scalars()
        found = [Nomenclature.model_validate(row) for row in rows]
        nomenclatures.install({one.nom: one for one in found}, stamp=stamp)
        forms.install(await modeles_saisie(tx))
