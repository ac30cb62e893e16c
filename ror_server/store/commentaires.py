"""What people write to each other on a fiche, or on a dossier."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.store.tables import commentaires


@dataclass(frozen=True, slots=True)
class Comment:
    """One message."""

    id: UUID
    dossier_id: UUID
    structure_id: UUID | None
    compte_id: UUID
    auteur: str
    le: datetime
    texte: str
    regle_le: datetime | None = None
    regle_par: str | None = None


async def of_dossier(tx: AsyncConnection, dossier_id: UUID) -> list[Comment]:
    """Give the messages of a dossier, oldest first."""
    query = sa.select(commentaires).where(commentaires.c.dossier_id == dossier_id)
    rows = (await tx.execute(query.order_by(commentaires.c.le, commentaires.c.id))).all()
    return [Comment(**row._mapping) for row in rows]  # noqa: SLF001  # SQLAlchemy's public name


async def one(tx: AsyncConnection, comment_id: UUID) -> Comment | None:
    """Give a message."""
    row = (await tx.execute(sa.select(commentaires).where(commentaires.c.id == comment_id))).one_or_none()
    return Comment(**row._mapping) if row else None  # noqa: SLF001  # SQLAlchemy's public name


async def open_counts(tx: AsyncConnection, dossier_id: UUID) -> dict[UUID | None, int]:
    """Count the messages that are not settled, by fiche; those on the whole dossier under None."""
    query = (
        sa.select(commentaires.c.structure_id, sa.func.count().label("nombre"))
        .where(commentaires.c.dossier_id == dossier_id, commentaires.c.regle_le.is_(None))
        .group_by(commentaires.c.structure_id)
    )
    return {row.structure_id: row.nombre for row in (await tx.execute(query)).all()}


async def add(tx: AsyncConnection, comment: Comment) -> None:
    """Write a message."""
    await tx.execute(sa.insert(commentaires).values({name: getattr(comment, name) for name in Comment.__slots__}))


async def settle(tx: AsyncConnection, comment_id: UUID, *, at: datetime | None, by: str | None) -> None:
    """Mark a message as settled, or no longer."""
    await tx.execute(sa.update(commentaires).where(commentaires.c.id == comment_id).values(regle_le=at, regle_par=by))


async def hand_over(tx: AsyncConnection, dossier_id: UUID, to: UUID, structure_ids: Collection[UUID]) -> None:
    """Let the messages on some fiches follow them into another dossier."""
    mine = (commentaires.c.dossier_id == dossier_id, commentaires.c.structure_id.in_(structure_ids))
    await tx.execute(sa.update(commentaires).where(*mine).values(dossier_id=to))
