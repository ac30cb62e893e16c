"""What was done to the content of each dossier, to undo and redo it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.domain.dossier import Item
from ror_server.store.tables import gestes

Items = Mapping[UUID, Item | None]
"""Items by structure, None where the dossier holds nothing."""

_ITEMS: TypeAdapter[dict[UUID, Item | None]] = TypeAdapter(dict[UUID, Item | None])


@dataclass(frozen=True, slots=True)
class Geste:
    """One change of a dossier's content, with the items it touched before and after."""

    rang: int
    compte_id: UUID
    acteur: str
    le: datetime
    libelle: str
    avant: Items
    apres: Items
    defait: bool = False
    coupe: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """A geste as it is listed."""

    rang: int
    compte_id: UUID
    acteur: str
    le: datetime
    libelle: str
    defait: bool
    coupe: bool
    fiches: int


def _geste(row: sa.Row[Any]) -> Geste:
    values = {name: getattr(row, name) for name in Geste.__slots__}
    items = {name: _ITEMS.validate_python(values[name]) for name in ("avant", "apres")}
    return Geste(**values | items)


async def add(tx: AsyncConnection, dossier_id: UUID, geste: Geste) -> None:
    """Write a geste; `rang` is given here, in the order of the changes of a dossier that its writer holds locked."""
    last = sa.select(sa.func.coalesce(sa.func.max(gestes.c.rang), 0)).where(gestes.c.dossier_id == dossier_id)
    rang = (await tx.execute(last)).scalar_one() + 1
    values = {name: getattr(geste, name) for name in ("compte_id", "acteur", "le", "libelle")}
    items = {name: _ITEMS.dump_python(dict(getattr(geste, name)), mode="json") for name in ("avant", "apres")}
    await tx.execute(sa.insert(gestes).values({"dossier_id": dossier_id, "rang": rang} | values | items))


async def cut(tx: AsyncConnection, dossier_id: UUID, compte_id: UUID) -> None:
    """Leave what an account undid as it is, for good: it did something else since."""
    query = sa.update(gestes).where(_of(dossier_id, compte_id), gestes.c.defait.is_(True))
    await tx.execute(query.values(coupe=True))


async def labels(tx: AsyncConnection, dossier_id: UUID, compte_id: UUID) -> tuple[str | None, str | None]:
    """Say what an account would undo and redo, without reading the items."""
    mine = sa.select(gestes.c.libelle).where(_of(dossier_id, compte_id))
    undo = mine.where(gestes.c.defait.is_(False)).order_by(gestes.c.rang.desc()).limit(1)
    redo = mine.where(gestes.c.defait.is_(True), gestes.c.coupe.is_(False)).order_by(gestes.c.rang).limit(1)
    return (await tx.execute(undo)).scalar_one_or_none(), (await tx.execute(redo)).scalar_one_or_none()


async def to_undo(tx: AsyncConnection, dossier_id: UUID, compte_id: UUID) -> Geste | None:
    """Give the last geste of an account that stands."""
    query = sa.select(gestes).where(_of(dossier_id, compte_id), gestes.c.defait.is_(False))
    row = (await tx.execute(query.order_by(gestes.c.rang.desc()).limit(1))).one_or_none()
    return _geste(row) if row else None


async def to_redo(tx: AsyncConnection, dossier_id: UUID, compte_id: UUID) -> Geste | None:
    """Give what an account undid last and may do again."""
    undone = sa.and_(gestes.c.defait.is_(True), gestes.c.coupe.is_(False))
    query = sa.select(gestes).where(_of(dossier_id, compte_id), undone)
    row = (await tx.execute(query.order_by(gestes.c.rang).limit(1))).one_or_none()
    return _geste(row) if row else None


async def mark(tx: AsyncConnection, dossier_id: UUID, rang: int, *, defait: bool) -> None:
    """Say whether a geste is undone."""
    query = sa.update(gestes).where(gestes.c.dossier_id == dossier_id, gestes.c.rang == rang)
    await tx.execute(query.values(defait=defait))


async def others(tx: AsyncConnection, dossier_id: UUID, geste: Geste) -> AsyncIterator[Geste]:
    """Give what may have been done to a dossier since a geste, the last first.

    Those are the later gestes that stand, and the earlier ones of somebody else that are undone.
    """
    later = sa.and_(gestes.c.rang > geste.rang, gestes.c.defait.is_(False))
    undone = sa.and_(gestes.c.rang < geste.rang, gestes.c.defait.is_(True), gestes.c.compte_id != geste.compte_id)
    query = sa.select(gestes).where(gestes.c.dossier_id == dossier_id, sa.or_(later, undone))
    for row in await tx.execute(query.order_by(gestes.c.rang.desc())):
        yield _geste(row)


async def page(tx: AsyncConnection, dossier_id: UUID, before: int | None, limit: int) -> list[Listed]:
    """List the gestes of everybody, the last first, without their items.

    Args:
        tx: The transaction.
        dossier_id: The dossier.
        before: Only those of a lower rank.
        limit: How many at most.
    """
    columns = [gestes.c[name] for name in Listed.__slots__ if name != "fiches"]
    query = sa.select(*columns, gestes.c.apres).where(gestes.c.dossier_id == dossier_id)
    if before is not None:
        query = query.where(gestes.c.rang < before)
    rows = (await tx.execute(query.order_by(gestes.c.rang.desc()).limit(limit))).all()
    return [_listed(row) for row in rows]


def _listed(row: sa.Row[*tuple[Any, ...]]) -> Listed:
    values = {name: getattr(row, name) for name in Listed.__slots__ if name != "fiches"}
    return Listed(**values, fiches=len(row.apres))


def _of(dossier_id: UUID, compte_id: UUID) -> sa.ColumnElement[bool]:
    return sa.and_(gestes.c.dossier_id == dossier_id, gestes.c.compte_id == compte_id)
