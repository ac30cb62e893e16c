"""What changed in the Répertoire since the index was written, read from the log of the publications."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.search.storage import State
from ror_server.store.tables import commits, revisions, structures
from ror_tui.api_client.models import Kind

REBUILD_FROM = 5000
"""More structures than this to index again: the whole is built again, which is quicker and tidier."""

_LAST = sa.select(commits.c.seq, commits.c.le).order_by(commits.c.seq.desc()).limit(1)


async def last_publication(tx: AsyncConnection) -> State:
    """Give the last publication that a transaction sees."""
    row = (await tx.execute(_LAST)).first()
    return (int(row.seq), row.le.isoformat()) if row else (0, "")


async def changed_since(tx: AsyncConnection, held: State | None, last: State) -> set[UUID] | None:
    """Give the structures to index again.

    Args:
        tx: Sees up to `last`.
        held: What the index holds, None for nothing.
        last: The last publication.

    Returns:
        None when everything must be: no index, another database, a load that wrote no revision, an import.
    """
    if held == last:
        return set()
    if held is None or held[0] > last[0] or not await _is_ours(tx, held):
        return None
    since = sa.and_(commits.c.seq > held[0], commits.c.seq <= last[0])
    loaded = sa.select(commits.c.seq).where(since, commits.c.origine == "demonstration")
    if (await tx.execute(loaded)).first() is not None:
        return None
    touched = sa.select(revisions.c.structure_id).join(commits, commits.c.seq == revisions.c.commit_seq).where(since)
    ids = set((await tx.execute(touched.limit(REBUILD_FROM + 1))).scalars())
    if len(ids) > REBUILD_FROM:
        return None
    spread = ids | await _carrying(tx, ids)
    return None if len(spread) > REBUILD_FROM else spread


async def _is_ours(tx: AsyncConnection, held: State) -> bool:
    """Tell whether the publication that the index knows as its last is one of this database."""
    if not held[0]:
        return True
    found = (await tx.execute(sa.select(commits.c.le).where(commits.c.seq == held[0]))).scalar_one_or_none()
    return found is not None and found.isoformat() == held[1]


async def _carrying(tx: AsyncConnection, ids: Collection[UUID]) -> set[UUID]:
    """Give what carries words of these structures: all that stands in an establishment, the establishments of an EJ."""
    if not ids:
        return set()
    query = sa.select(structures.c.id, structures.c.kind, structures.c.eg_id).where(structures.c.id.in_(ids))
    rows = (await tx.execute(query)).all()
    ejs = {row.id for row in rows if row.kind == Kind.EJ}
    egs = {row.id if row.kind == Kind.EG else row.eg_id for row in rows if row.kind not in {Kind.EJ, Kind.UO}}
    units = {row.eg_id for row in rows if row.kind == Kind.UO}
    below = sa.or_(structures.c.eg_id.in_(egs), structures.c.parent_id.in_(ejs))
    found = (await tx.execute(sa.select(structures.c.id).where(below))).scalars()
    return {*found, *egs, *units} - {None}


async def with_ancestors(tx: AsyncConnection, ids: Collection[UUID]) -> set[UUID]:
    """Give these structures with all that stands above them."""
    found = set(ids)
    wanted = set(ids)
    while wanted:
        query = sa.select(structures.c.parent_id, structures.c.eg_id).where(structures.c.id.in_(wanted))
        above = {one for row in (await tx.execute(query)).all() for one in row if one is not None}
        wanted = above - found
        found |= wanted
    return found
