"""The état de peuplement follows the published fiches, in the transaction that changes them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server import nomenclatures
from ror_server.domain.peuplement import Etablissement, addressed, of_establishment, of_unit
from ror_server.store.tables import structures
from ror_tui.api_client.models import Kind, Peuplement

Row = sa.Row[Any]

STEP = 200
"""Establishments whose units are held in memory at once."""

LOOKED_AT = frozenset({"categorie", "adresse", "ville", "code_postal"})
"""Columns of an establishment that its units' states depend on."""


async def follow(tx: AsyncConnection, eg_ids: Collection[UUID]) -> None:
    """Bring some establishments and their units up to date with their fiches.

    Args:
        tx: The transaction that changed them.
        eg_ids: Establishments, deleted ones too.
    """
    waiting = iter(eg_ids)
    while step := list(islice(waiting, STEP)):
        columns = (structures.c[name] for name in ("id", *sorted(LOOKED_AT), "peuplement"))
        query: sa.Select[*tuple[Any, ...]] = sa.select(*columns).where(structures.c.id.in_(step))
        await _step(tx, (await tx.execute(query)).all())


async def rebuild(tx: AsyncConnection) -> None:
    """Bring every establishment up to date, some hundreds at a time: their ids alone are held all at once."""
    query = sa.select(structures.c.id).where(structures.c.kind == Kind.EG)
    await follow(tx, (await tx.execute(query)).scalars().all())


async def _step(tx: AsyncConnection, establishments: Sequence[Row]) -> None:
    names = ("id", "kind", "eg_id", "valeurs", "peuplement")
    below: sa.Select[*tuple[Any, ...]] = sa.select(*(structures.c[name] for name in names)).where(
        structures.c.eg_id.in_([row.id for row in establishments]), structures.c.supprimee.is_(False)
    )
    units: dict[UUID, list[Row]] = {}
    for row in (await tx.execute(below)).all():
        if row.kind == Kind.UO:
            units.setdefault(row.eg_id, []).append(row)
    changed = [pair for row in establishments for pair in _changed(row, units.get(row.id, []))]
    if changed:
        where = structures.c.id == sa.bindparam("structure")
        statement = sa.update(structures).where(where).values(peuplement=sa.bindparam("etat"))
        await tx.execute(statement, [{"structure": one, "etat": etat.value} for one, etat in changed])


def _changed(row: Row, units: Sequence[Row]) -> Iterator[tuple[UUID, Peuplement]]:
    """Give what differs from what is written, of an establishment and its units."""
    eg = of_row(row)
    codes = nomenclatures.all_codes()
    found = {unit.id: of_unit(unit.valeurs, eg, codes) for unit in units}
    yield from ((unit.id, found[unit.id]) for unit in units if found[unit.id] != unit.peuplement)
    whole = of_establishment(found.values())
    if whole != row.peuplement:
        yield row.id, whole


def of_row(row: Row) -> Etablissement:
    """Give what the criteria look at of an establishment."""
    return Etablissement(row.categorie, addressed(row.adresse, row.ville, row.code_postal))
