"""Fiches that a level refused, each with its reason; a refusal stands until what it refused changes."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.store.tables import refus


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refusal, bound to the content of the fiche."""

    structure_id: UUID
    compte_id: UUID
    par: str
    le: datetime
    motif: str
    contenu: str


_OF_DOSSIERS = sa.select(refus).where(refus.c.dossier_id.in_(sa.bindparam("dossiers", expanding=True)))


async def load(tx: AsyncConnection, dossier_ids: Collection[UUID]) -> dict[UUID, dict[UUID, Refusal]]:
    """Load the refusals of several dossiers: by dossier, then by structure."""
    found: dict[UUID, dict[UUID, Refusal]] = {dossier_id: {} for dossier_id in dossier_ids}
    for row in (await tx.execute(_OF_DOSSIERS, {"dossiers": list(dossier_ids)})).all():
        values = {name: getattr(row, name) for name in Refusal.__slots__}
        found[row.dossier_id][row.structure_id] = Refusal(**values)
    return found


async def put(tx: AsyncConnection, dossier_id: UUID, refusals: Iterable[Refusal]) -> None:
    """Write refusals; a new one of a fiche takes the place of the one before."""
    rows = [{"dossier_id": dossier_id} | {name: getattr(one, name) for name in Refusal.__slots__} for one in refusals]
    if not rows:
        return
    ids = [row["structure_id"] for row in rows]
    await tx.execute(sa.delete(refus).where(refus.c.dossier_id == dossier_id, refus.c.structure_id.in_(ids)))
    await tx.execute(sa.insert(refus), rows)
