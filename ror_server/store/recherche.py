"""What the search reads besides its index."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.domain.workflow import CLOSED
from ror_server.store.kept import Condition
from ror_server.store.lines import COLUMNS
from ror_server.store.tables import dossiers, structures

Row = sa.Row[Any]


def _hits() -> sa.Select[*tuple[Any, ...]]:
    """Read some structures (`ids`), where they are (as their establishment says) and whether a dossier is open."""
    town = structures.alias("town")
    opened = sa.exists().where(dossiers.c.eg_id == structures.c.id, dossiers.c.etat.not_in(CLOSED))
    where = (town.c[name].label(f"lieu_{name}") for name in ("code_postal", "ville", "departement"))
    source = structures.join(town, town.c.id == sa.func.coalesce(structures.c.eg_id, structures.c.id))
    query: sa.Select[*tuple[Any, ...]] = sa.select(*COLUMNS, *where, opened.label("dossier_ouvert"))
    ids = structures.c.id.in_(sa.bindparam("ids", expanding=True))
    return query.select_from(source).where(ids, structures.c.supprimee.is_(False))


_HITS = _hits()


async def rows(tx: AsyncConnection, ids: Sequence[UUID], kept: Condition | None) -> list[Row]:
    """Read structures in the order given, with their town and `dossier_ouvert`.

    Args:
        tx: The transaction.
        ids: Which ones.
        kept: What keeps one, None to keep all.
    """
    if not ids:
        return []
    query = _HITS if kept is None else _HITS.where(kept)
    found = {row.id: row for row in (await tx.execute(query, {"ids": list(ids)})).all()}
    return [found[one] for one in ids if one in found]


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
