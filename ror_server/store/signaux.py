"""What happens in the dossiers, for those who watch now: written with its effect, read in turn by every process."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.domain.rights import Place
from ror_server.store.tables import dossiers, signaux, structures
from ror_tui.api_client.models import SignalDossier, SignalLits, TypeEvenement, TypeSignal


@dataclass(slots=True)
class Signal:
    """A signal, with its place: of a dossier, only those who may read the dossier there are told."""

    numero: int
    lieu: Place
    signal: SignalDossier | SignalLits
    written: bytes | None = None
    """As it goes to the readers, once it has been written for one of them."""


_EG = sa.func.coalesce(dossiers.c.eg_id, signaux.c.structure_id)
"""The establishment that a signal is about."""


async def add(tx: AsyncConnection, signal: SignalDossier) -> None:
    """Write a signal of a dossier."""
    await tx.execute(sa.insert(signaux), signal.model_dump())


async def add_lits(tx: AsyncConnection, signal: SignalLits) -> None:
    """Write that beds were typed."""
    row = {"type": TypeEvenement.LITS, "structure_id": signal.eg_id, "compte_id": signal.compte_id}
    await tx.execute(sa.insert(signaux).values(**row, acteur=signal.acteur, le=signal.le))


async def last(tx: AsyncConnection) -> int:
    """Give the number of the last signal."""
    return int((await tx.execute(sa.select(sa.func.coalesce(sa.func.max(signaux.c.id), 0)))).scalar_one())


async def after(tx: AsyncConnection, numero: int, missing: Collection[int], limit: int) -> list[Signal]:
    """Give the signals after a number, and those that were missing before it.

    On PostgreSQL a number is taken before its transaction commits: a later one may show first, and the reader asks
    again for those it passed over.
    """
    query = (
        sa.select(signaux, _EG.label("eg_id"), structures.c.parent_id, structures.c.departement)
        .outerjoin(dossiers, dossiers.c.id == signaux.c.dossier_id)
        .join(structures, structures.c.id == _EG)
        .where(sa.or_(signaux.c.id > numero, signaux.c.id.in_(missing)) if missing else signaux.c.id > numero)
        .order_by(signaux.c.id)
        .limit(limit)
    )
    return [_signal(row) for row in (await tx.execute(query)).all()]


def _signal(row: sa.Row[tuple[object, ...]]) -> Signal:
    above = {row.eg_id, row.parent_id} - {None}
    return Signal(row.id, Place(frozenset(above), row.departement), _told(row))


def _told(row: sa.Row[tuple[object, ...]]) -> SignalDossier | SignalLits:
    if row.dossier_id is None:
        return SignalLits(eg_id=row.structure_id, compte_id=row.compte_id, acteur=row.acteur, le=row.le)
    return SignalDossier(
        dossier_id=row.dossier_id,
        type=TypeSignal(row.type),
        structure_id=row.structure_id,
        compte_id=row.compte_id,
        acteur=row.acteur,
        le=row.le,
    )


_OLD = sa.delete(signaux).where(signaux.c.le < sa.bindparam("before"))


async def forget(tx: AsyncConnection, before: datetime) -> None:
    """Forget what happened before a moment."""
    await tx.execute(_OLD, {"before": before})
