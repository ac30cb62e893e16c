"""The append-only log: one commit for each publication, one revision for each structure it changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.store import bulk
from ror_server.store.tables import commits, revisions

_NEWEST = sa.select(commits.c.seq, commits.c.le).order_by(commits.c.seq.desc()).limit(1)


async def next_commit(
    tx: AsyncConnection, *, at: datetime, acteur: str, origine: str, message: str, dossier_id: UUID | None = None
) -> int:
    """Write a commit and give its sequence number, which follows the order in which transactions commit.

    Its moment never comes before that of the commit before it, whatever the clocks of the servers say.

    On PostgreSQL the table is locked until the end of the transaction; SQLite has one writer anyway.
    """
    if tx.dialect.name == "postgresql":
        await tx.exec_driver_sql("LOCK TABLE commits IN SHARE ROW EXCLUSIVE MODE")
    last, before = (await tx.execute(_NEWEST)).one_or_none() or (0, at)
    row = {
        "seq": last + 1,
        "le": max(at, before),
        "acteur": acteur,
        "origine": origine,
        "message": message,
        "dossier_id": dossier_id,
    }
    await tx.execute(sa.insert(commits), row)
    return int(last + 1)


async def add_revisions(tx: AsyncConnection, rows: Sequence[Mapping[str, object]]) -> None:
    """Write revisions: commit_seq, structure_id, op, version, avant, apres."""
    await bulk.insert(tx, revisions, rows)
