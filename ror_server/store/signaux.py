"""What happens in the dossiers, for those who watch now: written with its effect, read in turn by every process."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.domain.rights import Place
from ror_server.store.tables import dossiers, signaux, structures
from ror_tui.api_client.models import SignalDossier, TypeSignal


@dataclass(slots=True)
class Signal:
    """A signal, with the place of its dossier: only those who may read the dossier there are told."""

    numero: int
    lieu: Place
    signal: SignalDossier
    written: bytes | None = None
    """As it goes to the readers, once it has been written for one of them."""


async def add(tx: AsyncConnection, signal: SignalDossier) -> None:
    """Write a signal."""
    await tx.execute(sa.insert(signaux).values(signal.model_dump()))


async def last(tx: AsyncConnection) -> int:
    """Give the number of the last signal."""
    return int((await tx.execute(sa.select(sa.func.coalesce(sa.func.max(signaux.c.id), 0)))).scalar_one())


async def after(tx: AsyncConnection, numero: int, missing: Collection[int], limit: int) -> list[Signal]:
    """Give the signals after a number, and those that were missing before it.

    On PostgreSQL a number is taken before its transaction commits: a later one may show first, and the reader asks
    again for those it passed over.
    """
    query = (
        sa.select(signaux, dossiers.c.eg_id, structures.c.parent_id, structures.c.departement)
        .join(dossiers, dossiers.c.id == signaux.c.dossier_id)
        .join(structures, structures.c.id == dossiers.c.eg_id)
        .where(sa.or_(signaux.c.id > numero, signaux.c.id.in_(missing)) if missing else signaux.c.id > numero)
        .order_by(signaux.c.id)
        .limit(limit)
    )
    return [_signal(row) for row in (await tx.execute(query)).all()]


def _signal(row: sa.Row[tuple[object, ...]]) -> Signal:
    above = {row.eg_id, row.parent_id} - {None}
    told = SignalDossier(
        dossier_id=row.dossier_id,
        type=TypeSignal(row.type),
        structure_id=row.structure_id,
        compte_id=row.compte_id,
        acteur=row.acteur,
        le=row.le,
    )
    return Signal(row.id, Place(frozenset(above), row.departement), told)


async def forget(tx: AsyncConnection, before: datetime) -> None:
    """Forget what happened before a moment."""
    await tx.execute(sa.delete(signaux).where(signaux.c.le < before))
