"""The Répertoire's tree and its search, page by page."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.domain.disciplines import ALL
from ror_server.domain.workflow import CLOSED
from ror_server.store import paging
from ror_server.store.tables import dossiers, structures
from ror_tui.api_client.models import Kind

Row = sa.Row[Any]

_KIND_ORDER = sa.case(
    {Kind.EG: 0, Kind.EJ: 1, Kind.POLE: 2, Kind.SERVICE: 3, Kind.UF: 4}, value=structures.c.kind, else_=5
)


@dataclass(frozen=True, slots=True)
class Slice:
    """A page of rows in order, and the cursor of the next page."""

    rows: Sequence[Row]
    next: str | None


def _shown(bits: int) -> sa.ColumnElement[bool]:
    """Keep what holds a ticked discipline; a pôle without units holds none and stays."""
    alive = structures.c.supprimee.is_(False)
    if bits == ALL:
        return alive
    return sa.and_(alive, sa.or_(structures.c.disciplines.op("&")(bits) != 0, structures.c.disciplines == 0))


async def departements(tx: AsyncConnection, bits: int) -> list[tuple[str, int]]:
    """Count the establishments of each département."""
    query = (
        sa.select(structures.c.departement, sa.func.count())
        .where(structures.c.kind == Kind.EG, structures.c.departement.is_not(None), _shown(bits))
        .group_by(structures.c.departement)
        .order_by(structures.c.departement)
    )
    return [(row[0], row[1]) for row in (await tx.execute(query)).all()]


async def of_departement(tx: AsyncConnection, code: str, bits: int, cursor: str | None, limit: int) -> Slice:
    """List the establishments of a département by name."""
    return await _page(tx, sa.and_(structures.c.kind == Kind.EG, structures.c.departement == code), bits, cursor, limit)


async def legal_entities(tx: AsyncConnection, bits: int, cursor: str | None, limit: int) -> Slice:
    """List the legal entities by name."""
    return await _page(tx, structures.c.kind == Kind.EJ, bits, cursor, limit)


async def children(tx: AsyncConnection, parent_id: UUID, bits: int, cursor: str | None, limit: int) -> Slice:
    """List what stands directly below a structure."""
    return await _page(tx, structures.c.parent_id == parent_id, bits, cursor, limit)


async def _page(tx: AsyncConnection, where: sa.ColumnElement[bool], bits: int, cursor: str | None, limit: int) -> Slice:
    query = sa.select(structures).where(where, _shown(bits)).order_by(structures.c.nom_tri, structures.c.id)
    if cursor:
        query = query.where(paging.after([structures.c.nom_tri, structures.c.id], paging.decode(cursor, 2)))
    rows = (await tx.execute(query.limit(limit + 1))).all()
    more = paging.encode(rows[limit - 1].nom_tri, str(rows[limit - 1].id)) if len(rows) > limit else None
    return Slice(rows[:limit], more)


async def child_counts(tx: AsyncConnection, parents: Collection[UUID], bits: int) -> dict[UUID, int]:
    """Count what would be shown directly below each of these structures."""
    query = (
        sa.select(structures.c.parent_id, sa.func.count())
        .where(structures.c.parent_id.in_(parents), _shown(bits))
        .group_by(structures.c.parent_id)
    )
    return {row[0]: row[1] for row in (await tx.execute(query)).all()}


async def with_open_dossier(tx: AsyncConnection, egs: Collection[UUID]) -> set[UUID]:
    """Tell which of these establishments have an open dossier."""
    query = sa.select(dossiers.c.eg_id).where(dossiers.c.eg_id.in_(egs), dossiers.c.etat.not_in(CLOSED))
    return set((await tx.execute(query)).scalars())


async def find(tx: AsyncConnection, words: Sequence[str], bits: int, limit: int) -> Sequence[Row]:
    """Find the structures that hold every word, whatever the order: by name before by place, establishments first.

    Args:
        tx: The transaction.
        words: Folded words.
        bits: Disciplines to keep.
        limit: At most so many rows.
    """
    conditions = [structures.c.recherche.contains(word) for word in words]
    by_name = sa.case((sa.and_(*(structures.c.nom_tri.contains(word) for word in words)), 0), else_=1)
    query = sa.select(structures).where(_shown(bits), *conditions)
    order = (by_name, _KIND_ORDER, structures.c.nom_tri, structures.c.id)
    return (await tx.execute(query.order_by(*order).limit(limit))).all()
