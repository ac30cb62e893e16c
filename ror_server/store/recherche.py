"""What the search reads besides its index."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.store.kept import Condition
from ror_server.store.lines import ABOVE, COLUMNS
from ror_server.store.tables import structures

Row = sa.Row[Any]


async def rows(tx: AsyncConnection, ids: Sequence[UUID], kept: Condition) -> list[Row]:
    """Read structures in the order given; those that are not kept are left out."""
    if not ids:
        return []
    query: sa.Select[*tuple[Any, ...]] = sa.select(*COLUMNS, *ABOVE)
    query = query.where(structures.c.id.in_(ids), structures.c.supprimee.is_(False), kept)
    found = {row.id: row for row in (await tx.execute(query)).all()}
    return [found[one] for one in ids if one in found]


async def places(tx: AsyncConnection, ids: Collection[UUID]) -> dict[UUID, Row]:
    """Read where some structures are: rows of `code_postal`, `ville`, `departement`."""
    names = ("id", "code_postal", "ville", "departement")
    query: sa.Select[*tuple[Any, ...]] = sa.select(*(structures.c[name] for name in names))
    return {row.id: row for row in (await tx.execute(query.where(structures.c.id.in_(ids)))).all()} if ids else {}


async def establishments(tx: AsyncConnection, kept: Condition, most: int) -> Sequence[Row]:
    """Give the ids of the establishments that are kept, each with that of its entity; at most so many."""
    query: sa.Select[*tuple[Any, ...]] = sa.select(structures.c.id, structures.c.parent_id)
    return (await tx.execute(query.where(kept).limit(most))).all()


async def departements(tx: AsyncConnection, ids: Collection[UUID]) -> set[str]:
    """Give the départements of some establishments, or of those of some entities."""
    if not ids:
        return set()
    where = sa.or_(structures.c.id.in_(ids), structures.c.parent_id.in_(ids))
    query = sa.select(structures.c.departement).where(where, structures.c.departement.is_not(None))
    return {str(one) for one in (await tx.execute(query.distinct())).scalars()}
