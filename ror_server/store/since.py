"""What was published of some structures since a version that somebody read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.domain.conflicts import Change
from ror_server.store.tables import commits, dossiers, revisions

_LAST = sa.select(sa.func.coalesce(sa.func.max(commits.c.seq), 0))


async def last(tx: AsyncConnection) -> int:
    """Give the number of the last publication, 0 when there is none."""
    return int((await tx.execute(_LAST)).scalar_one())


async def changes(tx: AsyncConnection, wanted: Mapping[UUID, int]) -> dict[UUID, list[Change]]:
    """Give what was published of each structure after a version, in order.

    Args:
        tx: The transaction.
        wanted: By structure, the version that was read.
    """
    if not wanted:
        return {}
    query = (
        sa.select(revisions, commits.c.le, commits.c.acteur, commits.c.origine, dossiers.c.titre)
        .join(commits, commits.c.seq == revisions.c.commit_seq)
        .outerjoin(dossiers, dossiers.c.id == commits.c.dossier_id)
        .where(revisions.c.structure_id.in_(wanted))
        .order_by(revisions.c.commit_seq)
    )
    found: dict[UUID, list[Change]] = {}
    for row in (await tx.execute(query)).all():
        if row.version > wanted[row.structure_id]:
            found.setdefault(row.structure_id, []).append(_change(row))
    return found


def _change(row: sa.Row[Any]) -> Change:
    return Change(
        structure_id=row.structure_id,
        seq=row.commit_seq,
        version=row.version,
        op=row.op,
        before=row.avant or {},
        after=row.apres or {},
        le=row.le,
        acteur=row.acteur,
        origine=row.origine,
        titre=row.titre,
    )
