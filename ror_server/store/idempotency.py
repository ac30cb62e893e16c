"""Answers kept by Idempotency-Key, in the transaction of their effect (DESIGN §7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.store.tables import idempotence


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer that was given before. `demande` tells whether it answered the same request."""

    demande: str
    statut: int
    entetes: dict[str, str]
    corps: str


async def claim(tx: AsyncConnection, compte_id: UUID, cle: str, demande: str, at: datetime) -> bool:
    """Take a key for this transaction.

    A concurrent request with the same key waits here until this one commits or rolls back.

    Returns:
        False when the key was answered before.
    """
    insert = postgresql.insert if tx.dialect.name == "postgresql" else sqlite.insert
    row = {"compte_id": compte_id, "cle": cle, "demande": demande, "cree_le": at}
    done = await tx.execute(insert(idempotence).values(row).on_conflict_do_nothing())
    return done.rowcount == 1


async def kept(tx: AsyncConnection, compte_id: UUID, cle: str) -> Kept | None:
    """Give the answer of a key."""
    query = sa.select(idempotence).where(idempotence.c.compte_id == compte_id, idempotence.c.cle == cle)
    row = (await tx.execute(query)).one_or_none()
    return Kept(row.demande, row.statut, dict(row.entetes), row.corps) if row and row.statut else None


async def keep(tx: AsyncConnection, compte_id: UUID, cle: str, answer: Kept) -> None:
    """Write the answer of a key that this transaction took."""
    values = {"statut": answer.statut, "entetes": answer.entetes, "corps": answer.corps}
    where = sa.and_(idempotence.c.compte_id == compte_id, idempotence.c.cle == cle)
    await tx.execute(sa.update(idempotence).where(where).values(values))


async def forget(tx: AsyncConnection, before: datetime) -> None:
    """Drop the answers that are older than anybody retries."""
    await tx.execute(sa.delete(idempotence).where(idempotence.c.cree_le < before))
