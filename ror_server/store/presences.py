"""Who is in a dossier now, and on which fiche."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.store.own import upsert
from ror_server.store.tables import comptes, presences


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody is in a dossier."""

    structure_id: UUID | None
    ecrit: bool


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody who is in a dossier."""

    compte_id: UUID
    nom: str
    place: Place


async def present(tx: AsyncConnection, dossier_id: UUID, since: datetime) -> list[Present]:
    """Give who said to be there since a moment, by name."""
    query = (
        sa.select(presences, comptes.c.nom)
        .join(comptes, comptes.c.id == presences.c.compte_id)
        .where(presences.c.dossier_id == dossier_id, presences.c.vu_le >= since)
        .order_by(comptes.c.nom, comptes.c.id)
    )
    rows = (await tx.execute(query)).all()
    return [Present(row.compte_id, row.nom, Place(row.structure_id, row.ecrit)) for row in rows]


async def put(tx: AsyncConnection, dossier_id: UUID, compte_id: UUID, place: Place, *, at: datetime) -> None:
    """Write that somebody is there."""
    where = {"structure_id": place.structure_id, "ecrit": place.ecrit, "vu_le": at}
    row = {"dossier_id": dossier_id, "compte_id": compte_id} | where
    await tx.execute(upsert(tx, presences, replaced=tuple(where), **row))


async def leave(tx: AsyncConnection, dossier_id: UUID, compte_id: UUID) -> bool:
    """Forget that somebody was there.

    Returns:
        Whether they were.
    """
    mine = (presences.c.dossier_id == dossier_id, presences.c.compte_id == compte_id)
    return (await tx.execute(sa.delete(presences).where(*mine))).rowcount > 0


async def forget(tx: AsyncConnection, before: datetime) -> None:
    """Forget those who have said nothing since a moment, in any dossier."""
    await tx.execute(sa.delete(presences).where(presences.c.vu_le < before))
