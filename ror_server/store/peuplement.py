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
        await _step(tx, (await tx.execute(_establishments().where(structures.c.id.in_(step)))).all())


async def rebuild(tx: AsyncConnection) -> None:
    """Bring every establishment up to date, some hundreds at a time."""
    query = _establishments().order_by(structures.c.id).limit(STEP)
    rows = (await tx.execute(query)).all()
    while rows:
        await _step(tx, rows)
        rows = (await tx.execute(query.where(structures.c.id > rows[-1].id))).all()


def _establishments() -> sa.Select[*tuple[Any, ...]]:
    names = ("id", "categorie", "adresse", "ville", "code_postal", "peuplement")
    query: sa.Select[*tuple[Any, ...]] = sa.select(*(structures.c[name] for name in names))
    return query.where(structures.c.kind == Kind.EG)


async def _step(tx: AsyncConnection, establishments: Sequence[Row]) -> None:
    columns = (structures.c.id, structures.c.eg_id, structures.c.valeurs, structures.c.peuplement)
    query: sa.Select[*tuple[Any, ...]] = sa.select(*columns).where(
        structures.c.eg_id.in_([row.id for row in establishments]),
        structures.c.kind == Kind.UO,
        structures.c.supprimee.is_(False),
    )
    units: dict[UUID, list[Row]] = {}
    for unit in (await tx.execute(query)).all():
        units.setdefault(unit.eg_id, []).append(unit)
    changed = [pair for row in establishments for pair in _changed(row, units.get(row.id, []))]
    if changed:
        where = structures.c.id == sa.bindparam("structure")
        statement = sa.update(structures).where(where).values(peuplement=sa.bindparam("etat"))
        await tx.execute(statement, [{"structure": one, "etat": etat.value} for one, etat in changed])


def _changed(row: Row, units: Sequence[Row]) -> Iterator[tuple[UUID, Peuplement]]:
    """Give what differs from what is written, of an establishment and its units."""
    eg = Etablissement(row.categorie, addressed(row.adresse, row.ville, row.code_postal))
    codes = nomenclatures.all_codes()
    found = {unit.id: of_unit(unit.valeurs, eg, codes) for unit in units}
    yield from ((unit.id, found[unit.id]) for unit in units if found[unit.id] != unit.peuplement)
    whole = of_establishment(found.values())
    if whole != row.peuplement:
        yield row.id, whole
