"""Walking the log in the order of its commits: one mark for each structure of each publication."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.store.tables import commits, revisions, structures

LOADED = "demonstration"
"""Origin of a load that wrote no revision: its structures are those that no revision creates."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in the feed: a publication, and the last structure of it that was told; None for all of them."""

    seq: int
    structure_id: UUID | None


async def after(tx: AsyncConnection, mark: Mark, limit: int) -> list[Mark]:
    """Give the next places after one, each with its structure.

    Args:
        tx: A snapshot: commits are numbered in the order in which they became visible.
        mark: Where the reader is.
        limit: At most how many.
    """
    loads = await _loads(tx, mark)
    found: list[Mark] = []
    here = mark
    for seq in loads:
        found += await _revisions(tx, here, limit - len(found), before=seq)
        found += await _loaded(tx, seq, here, limit - len(found))
        if len(found) >= limit:
            return found
        here = Mark(seq, None)
    return found + await _revisions(tx, here, limit - len(found))


async def _loads(tx: AsyncConnection, mark: Mark) -> list[int]:
    from_here = commits.c.seq >= mark.seq if mark.structure_id else commits.c.seq > mark.seq
    query = sa.select(commits.c.seq).where(commits.c.origine == LOADED, from_here).order_by(commits.c.seq)
    return list((await tx.execute(query)).scalars())


async def _revisions(tx: AsyncConnection, mark: Mark, limit: int, *, before: int | None = None) -> list[Mark]:
    if limit <= 0:
        return []
    seq, structure_id = revisions.c.commit_seq, revisions.c.structure_id
    later = seq > mark.seq
    if mark.structure_id is not None:
        later = sa.or_(later, sa.and_(seq == mark.seq, structure_id > mark.structure_id))
    query = sa.select(seq, structure_id).where(later)
    if before is not None:
        query = query.where(seq < before)
    rows = (await tx.execute(query.order_by(seq, structure_id).limit(limit))).all()
    return [Mark(row.commit_seq, row.structure_id) for row in rows]


async def _loaded(tx: AsyncConnection, seq: int, mark: Mark, limit: int) -> list[Mark]:
    """Give the structures of a load, which no revision creates."""
    if limit <= 0:
        return []
    created = sa.exists().where(
        revisions.c.structure_id == structures.c.id, revisions.c.op == "create", revisions.c.version == 1
    )
    query = sa.select(structures.c.id).where(~created).order_by(structures.c.id).limit(limit)
    if mark.seq == seq and mark.structure_id is not None:
        query = query.where(structures.c.id > mark.structure_id)
    return [Mark(seq, structure_id) for structure_id in (await tx.execute(query)).scalars()]
