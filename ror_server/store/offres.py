"""Offers follow the fiches of the published units, in the transaction that changes them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Generic, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.domain.offres import Searched, codes, searched
from ror_server.domain.words import fold
from ror_server.store import bulk
from ror_server.store.tables import offre_codes, offres, structures
from ror_tui.api_client.models import Kind, Valeurs

STEP = 500
"""Units held in memory at once."""

OFFER_COLUMNS = ("structure_id", "eg_id", "nom_tri", *Searched._fields)
CODE_COLUMNS = ("champ", "code", "structure_id")

Element = TypeVar("Element")
_eg = structures.alias("eg")


@dataclass(frozen=True, slots=True)
class Unit:
    """A published unit, as far as its offer is concerned."""

    id: UUID
    eg_id: UUID
    nom: str
    valeurs: Valeurs

    @property
    def offer(self) -> tuple[object, ...]:
        """The row of its offer."""
        return offer_row(self.id, self.eg_id, fold(self.nom), self.valeurs)

    @property
    def codes(self) -> list[tuple[object, ...]]:
        """The rows of its codes."""
        return code_rows(self.id, self.valeurs)


def offer_row(structure_id: object, eg_id: object, nom_tri: str, valeurs: Valeurs) -> tuple[object, ...]:
    """Give the row of an offer, in the order of `OFFER_COLUMNS`."""
    return (structure_id, eg_id, nom_tri, *searched(valeurs))


def code_rows(structure_id: object, valeurs: Valeurs) -> list[tuple[object, ...]]:
    """Give the rows of the codes of an offer, in the order of `CODE_COLUMNS`."""
    return [(champ, code, structure_id) for champ, code in codes(valeurs)]


async def follow(tx: AsyncConnection, unit_ids: Collection[UUID]) -> None:
    """Bring the offers of some units up to date with their fiches.

    Args:
        tx: The transaction that changed the units.
        unit_ids: Units, deleted ones too; other kinds of structure are passed over.
    """
    for step in _steps(unit_ids):
        await _forget(tx, offres.c.structure_id.in_(step))
        await _write(tx, (await tx.execute(_units().where(structures.c.id.in_(step)))).all())


async def change(tx: AsyncConnection, units: Iterable[tuple[Unit | None, Unit | None]]) -> None:
    """Bring the offers of some units of open establishments up to date, without reading any of them.

    Args:
        tx: The transaction that changed the units.
        units: Each before and after; None where it was, or is, not published. Only what differs is written.
    """
    gone, new, changed = _differences(units)
    await bulk.delete(tx, offre_codes, "structure_id", gone.codes)
    await bulk.delete(tx, offres, "structure_id", gone.offers)
    await bulk.insert(tx, offres, _named(OFFER_COLUMNS, new.offers))
    await bulk.update(tx, offres, "structure_id", _named(OFFER_COLUMNS, changed))
    await bulk.insert(tx, offre_codes, _named(CODE_COLUMNS, new.codes))


@dataclass(frozen=True, slots=True)
class _Lines(Generic[Element]):
    """Lines of offers and of their codes."""

    offers: list[Element] = field(default_factory=list)
    codes: list[Element] = field(default_factory=list)


def _differences(
    units: Iterable[tuple[Unit | None, Unit | None]],
) -> tuple[_Lines[UUID], _Lines[tuple[object, ...]], list[tuple[object, ...]]]:
    """Give the units whose lines go, the lines that come, and the lines of offers that change."""
    gone: _Lines[UUID] = _Lines()
    new: _Lines[tuple[object, ...]] = _Lines()
    changed: list[tuple[object, ...]] = []
    for before, after in units:
        had, has = before.codes if before else [], after.codes if after else []
        if before and had != has:
            gone.codes.append(before.id)
        if had != has:
            new.codes.extend(has)
        if before and after is None:
            gone.offers.append(before.id)
        elif after and before is None:
            new.offers.append(after.offer)
        elif before and after and before.offer != after.offer:
            changed.append(after.offer)
    return gone, new, changed


async def follow_establishments(tx: AsyncConnection, eg_ids: Collection[UUID]) -> None:
    """Bring up to date the offers of establishments that closed or opened again.

    Args:
        tx: The transaction that changed the establishments.
        eg_ids: The establishments.
    """
    for step in _steps(eg_ids):
        await _forget(tx, offres.c.eg_id.in_(step))
        await _walk(tx, structures.c.eg_id.in_(step))


async def rebuild(tx: AsyncConnection) -> None:
    """Make every offer anew, some hundreds of establishments at a time: their ids alone are held all at once."""
    await tx.execute(sa.delete(offre_codes))
    await tx.execute(sa.delete(offres))
    establishments = (await tx.execute(sa.select(structures.c.id).where(structures.c.kind == Kind.EG))).scalars().all()
    for step in _steps(establishments):
        await _walk(tx, structures.c.eg_id.in_(step))


def _units() -> sa.Select[Any]:
    columns = (structures.c.id, structures.c.eg_id, structures.c.nom_tri, structures.c.valeurs)
    # not the bare column: SQLite would walk all units by its index rather than those of a few establishments
    published = (structures.c.kind.concat("") == Kind.UO, structures.c.supprimee.is_(False))
    opened = (_eg.c.supprimee.is_(False), _eg.c.fermee_le.is_(None))
    return sa.select(*columns).join(_eg, _eg.c.id == structures.c.eg_id).where(*published, *opened)


async def _walk(tx: AsyncConnection, where: sa.ColumnElement[bool]) -> None:
    query = _units().where(where).order_by(structures.c.id).limit(STEP)
    rows = (await tx.execute(query)).all()
    while rows:
        await _write(tx, rows)
        rows = (await tx.execute(query.where(structures.c.id > rows[-1].id))).all()


async def _write(tx: AsyncConnection, rows: Sequence[sa.Row[Any]]) -> None:
    offers = [offer_row(row.id, row.eg_id, row.nom_tri, row.valeurs) for row in rows]
    await bulk.insert(tx, offres, _named(OFFER_COLUMNS, offers))
    found = [one for row in rows for one in code_rows(row.id, row.valeurs)]
    await bulk.insert(tx, offre_codes, _named(CODE_COLUMNS, found))


def _named(names: Sequence[str], rows: Iterable[Sequence[object]]) -> list[dict[str, object]]:
    return [dict(zip(names, row, strict=True)) for row in rows]


async def _forget(tx: AsyncConnection, where: sa.ColumnElement[bool]) -> None:
    gone = sa.select(offres.c.structure_id).where(where)
    await tx.execute(sa.delete(offre_codes).where(offre_codes.c.structure_id.in_(gone)))
    await tx.execute(sa.delete(offres).where(where))


def _steps(elements: Collection[Element]) -> Iterator[list[Element]]:
    waiting = iter(elements)
    while step := list(islice(waiting, STEP)):
        yield step
