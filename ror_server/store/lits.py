"""Reading and writing the beds and places of units."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.store.tables import capacites, releves_lits, structures, unites_lits
from ror_tui.api_client.models import Capacite, Kind, Lien, LitsPasses, StatutCapacite

STEP = 500
"""Ids in one query."""
OPTIONAL = ("genre", "fermeture", "supplementaire", "crise")


@dataclass(frozen=True, slots=True)
class Told:
    """What a unit has, and who typed it when; version 0 when nobody did."""

    version: int = 0
    le: datetime | None = None
    par: str | None = None
    source: str | None = None
    capacites: list[Capacite] = field(default_factory=list)


NOTHING = Told()


async def told(tx: AsyncConnection, units: Collection[UUID]) -> dict[UUID, Told]:
    """Give what these units have, those of which something was typed."""
    ids, found = list(units), dict[UUID, Told]()
    for start in range(0, len(ids), STEP):
        some = ids[start : start + STEP]
        figures = await _figures(tx, some)
        rows = (await tx.execute(sa.select(unites_lits).where(unites_lits.c.structure_id.in_(some)))).all()
        for row in rows:
            found[row.structure_id] = Told(row.version, row.le, row.par, row.source, figures[row.structure_id])
    return found


async def installed(tx: AsyncConnection, eg_id: UUID) -> dict[UUID, int]:
    """Give the beds and places installed of the units of an establishment, of those where some were typed."""
    query = (
        sa.select(capacites.c.structure_id, sa.func.sum(capacites.c.nombre))
        .join(structures, structures.c.id == capacites.c.structure_id)
        .where(structures.c.eg_id == eg_id, capacites.c.statut == StatutCapacite.INSTALLE.value)
        .group_by(capacites.c.structure_id)
    )
    return {unit: int(total) for unit, total in (await tx.execute(query)).all()}


async def _figures(tx: AsyncConnection, units: Sequence[UUID]) -> Mapping[UUID, list[Capacite]]:
    query = sa.select(capacites).where(capacites.c.structure_id.in_(units)).order_by(*capacites.primary_key.columns)
    found: dict[UUID, list[Capacite]] = defaultdict(list)
    for row in (await tx.execute(query)).all():
        named = dict(row._mapping)  # noqa: SLF001  # the public name of SQLAlchemy's rows
        unit = named.pop("structure_id")
        found[unit].append(Capacite.model_validate(named | {part: named[part] or None for part in OPTIONAL}))
    return found


async def put(tx: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write the figures of units instead of those that are there, and keep what was typed.

    Args:
        tx: A transaction that holds their establishment locked.
        rows: One for each unit, as `releves_lits` has them.
    """
    units = [row["structure_id"] for row in rows]
    await tx.execute(sa.delete(capacites).where(capacites.c.structure_id.in_(units)))
    await tx.execute(sa.delete(unites_lits).where(unites_lits.c.structure_id.in_(units)))
    kept = ("structure_id", "version", "le", "par", "source")
    await tx.execute(sa.insert(unites_lits), [{name: row[name] for name in kept} for row in rows])
    figures = [_row(row["structure_id"], one) for row in rows for one in row["apres"]]
    if figures:
        await tx.execute(sa.insert(capacites), figures)
    await tx.execute(sa.insert(releves_lits), list(rows))


def _row(unit: UUID, one: Mapping[str, Any]) -> dict[str, Any]:
    return {"structure_id": unit, **one} | {part: one[part] or "" for part in OPTIONAL}


async def history(tx: AsyncConnection, units: Collection[UUID], before: int | None, limit: int) -> list[LitsPasses]:
    """Give what was typed of some units, the newest first.

    Args:
        tx: A transaction that reads.
        units: The units.
        before: Only what has a smaller number.
        limit: How many.
    """
    query = (
        sa.select(releves_lits, structures.c.nom, structures.c.kind)
        .join(structures, structures.c.id == releves_lits.c.structure_id)
        .where(releves_lits.c.structure_id.in_(units))
        .order_by(releves_lits.c.id.desc())
        .limit(limit)
    )
    rows = (await tx.execute(query if before is None else query.where(releves_lits.c.id < before))).all()
    return [_past(row) for row in rows]


def _past(row: sa.Row[Any]) -> LitsPasses:
    return LitsPasses(
        id=row.id,
        unite=Lien(id=row.structure_id, kind=Kind(row.kind), nom=row.nom),
        version=row.version,
        le=row.le,
        par=row.par,
        source=row.source,
        avant=[Capacite.model_validate(one) for one in row.avant],
        apres=[Capacite.model_validate(one) for one in row.apres],
    )
