"""Pages and counts of offers and professionals, in one order: by name, or the nearest first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.domain.confidentialite import SEES_SENSITIVE
from ror_server.store import communes, paging
from ror_server.store.offer_queries import Asked, holds
from ror_server.store.tables import communes as places
from ror_server.store.tables import offre_codes, offres, structures

MANY = 3000
"""From so many results on, walking to a page of them costs less than gathering and sorting them all."""

GATHER, WALK = "g", "w"

Row = sa.Row[Any]
Columns = Mapping[str, sa.ColumnElement[Any]]


@dataclass(frozen=True, slots=True)
class Slice:
    """A page of keys in order, the cursor of the next page, and the number of all, with the first page only.

    Rows have `structure_id`, `profession` for professionals (empty for the contact), and `carre`, the square of the
    straight line to the centre, when a distance is asked.
    """

    rows: Sequence[Row]
    next: str | None
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """Which page is asked; `nearest` False keeps the order of the names even when a distance is asked."""

    cursor: str | None
    limit: int
    nearest: bool = True
    counted: bool = True


Parts = Callable[[Asked, bool], list[sa.Select[Any]]]
"""Gives the queries whose rows make a list, to be walked or not."""


async def page(tx: AsyncConnection, asked: Asked, window: Window) -> Slice:
    """Give a page of offers.

    Raises:
        BadCursorError: The cursor is not one of ours.
    """
    way = _way(asked, window, await count(tx, asked) if _counts_first(asked, window) else None)
    return await _cut(tx, asked, _offers, window, way)


async def people(tx: AsyncConnection, asked: Asked, window: Window) -> Slice:
    """Give a page of professionals: contacts of units, and professions that units have.

    Raises:
        BadCursorError: The cursor is not one of ours.
    """
    way = _way(asked, window, await count_people(tx, asked) if _counts_first(asked, window) else None)
    return await _cut(tx, asked, _people, window, way)


@dataclass(frozen=True, slots=True)
class _Way:
    """How a page is had: by walking or by gathering, from after which keys, and whether it counts as it gathers."""

    walk: bool
    keys: Sequence[str] = ()
    total: int | None = None
    counting: bool = False


def _by_distance(asked: Asked, window: Window) -> bool:
    return asked.centre is not None and window.nearest


def _scans(asked: Asked, window: Window) -> bool:
    """Tell whether everything is looked at anyway, to find a text: it is then counted on the way."""
    return bool(asked.words) and not _by_distance(asked, window)


def _counts_first(asked: Asked, window: Window) -> bool:
    return window.cursor is None and window.counted and not _scans(asked, window)


def _way(asked: Asked, window: Window, total: int | None) -> _Way:
    """Choose how to have a page; the way is chosen once, with the first page, and then stands in the cursor."""
    if window.cursor is not None:
        way, *keys = paging.decode(window.cursor)
        if way not in {GATHER, WALK}:
            raise paging.BadCursorError(window.cursor)
        return _Way(way == WALK, keys)
    if _scans(asked, window) and window.counted:
        return _Way(walk=False, counting=True)
    many = total is None or total >= MANY
    return _Way(walk=many and not _by_distance(asked, window), total=total)


def _offers(asked: Asked, walk: bool) -> list[sa.Select[Any]]:  # the shape of `Parts`
    return [_select(asked, _columns(asked)).where(asked.visible, *asked.offers(walk=walk))]


def _people(asked: Asked, walk: bool) -> list[sa.Select[Any]]:  # the shape of `Parts`
    columns = _columns(asked)
    nothing = sa.cast(sa.literal(""), sa.Text)
    contacts = _select(asked, columns | {"profession": nothing}).where(asked.visible, *asked.contacts(walk=walk))
    listed = _select(asked, columns | {"profession": offre_codes.c.code})
    listed = listed.join(offre_codes, offre_codes.c.structure_id == offres.c.structure_id)
    listed = listed.where(asked.visible, *asked.professions(walk=walk))
    return [listed] if asked.criteres.professions else [contacts, listed]


def _columns(asked: Asked) -> dict[str, sa.ColumnElement[Any]]:
    """What is selected of an offer, in the order of the list."""
    named: dict[str, sa.ColumnElement[Any]] = {"nom_tri": offres.c.nom_tri, "structure_id": offres.c.structure_id}
    return named if asked.centre is None else {"carre": communes.squared(asked.centre)} | named


def _select(asked: Asked, columns: Columns) -> sa.Select[Any]:
    found = sa.select(*(column.label(name) for name, column in columns.items())).select_from(offres)
    if asked.centre is None:
        return found
    eg = structures.alias("lieu")
    return found.join(eg, eg.c.id == offres.c.eg_id).join(places, places.c.code == eg.c.commune)


async def _cut(tx: AsyncConnection, asked: Asked, parts: Parts, window: Window, way: _Way) -> Slice:
    """Take a page out of each part, which is thus followed in the order of an index, then out of all.

    By distance, the rings around the centre come one after the other, and as few as a page needs.
    """
    names = [column.name for column in parts(asked, way.walk)[0].selected_columns]
    names = [name for name in names if name != "carre" or window.nearest]
    keys = _read(way.keys, names) if way.keys else None
    rows: list[Row] = []
    total = 0
    for ring in _rings(asked, window):
        found: list[Row] = []
        for part in parts(ring, way.walk):
            query = _page_of(part, names, keys, window.limit + 1, counting=way.counting)
            taken = (await tx.execute(query)).all()
            total += taken[0].nombre if way.counting and taken else 0
            found += taken
        rows += sorted(found, key=lambda row: tuple(getattr(row, name) for name in names))
        if len(rows) > window.limit:
            break
    counted = total if way.counting else way.total
    if len(rows) <= window.limit:
        return Slice(rows, None, counted)
    walk = way.walk or total >= MANY
    last = rows[window.limit - 1]
    following = paging.encode(WALK if walk else GATHER, *(_written(getattr(last, name)) for name in names))
    return Slice(rows[: window.limit], following, counted)


def _rings(asked: Asked, window: Window) -> list[Asked]:
    if asked.criteres.distance is None or not _by_distance(asked, window):
        return [asked]
    return [replace(asked, ring=ring) for ring in communes.rings(asked.criteres.distance)]


def _page_of(
    part: sa.Select[Any], names: Sequence[str], keys: Sequence[object] | None, limit: int, *, counting: bool
) -> sa.Select[Any]:
    selected = {column.name: column for column in part.selected_columns}
    order = [_bare(selected[name]) for name in names]
    if keys is not None:
        part = part.where(paging.after(order, keys))
    if counting:
        part = part.add_columns(sa.func.count().over().label("nombre"))
    return part.order_by(*order).limit(limit)


def _bare(column: Any) -> sa.ColumnElement[Any]:  # noqa: ANN401  # a label has no public type of its element
    found: sa.ColumnElement[Any] = column.element if isinstance(column, sa.Label) else column
    return found


_KEYS: Mapping[str, Callable[[str], object]] = {"carre": float, "structure_id": UUID}


def _read(cursor: Sequence[str], names: Sequence[str]) -> list[object]:
    try:
        return [_KEYS.get(name, str)(key) for name, key in zip(names, cursor, strict=True)]
    except ValueError as error:
        raise paging.BadCursorError(" ".join(cursor)) from error


def _written(value: object) -> str:
    return repr(value) if isinstance(value, float) else str(value)


# --- Counts ---


async def count(tx: AsyncConnection, asked: Asked) -> int:
    """Count the offers.

    All of them are counted in an index first; the sensitive ones that are hidden, which are few, are then taken away.
    """
    query = sa.select(sa.func.count()).select_from(offres)
    total: int = (await tx.execute(query.where(*asked.offers()))).scalar_one()
    elsewhere = sa.not_(holds(asked.grants, SEES_SENSITIVE))
    hidden = query.where(offres.c.sensible.is_(True), elsewhere, *asked.offers(walk=True))
    return total - int((await tx.execute(hidden)).scalar_one())


async def count_people(tx: AsyncConnection, asked: Asked) -> int:
    """Count the professionals; without words nor a profession, those of an offer are counted beside it already."""
    if asked.words or asked.criteres.professions:
        numbers = [sa.select(sa.func.count()).select_from(part.subquery()) for part in _people(asked, False)]
        return sum([(await tx.execute(number)).scalar_one() for number in numbers])
    contact = sa.case((asked.contact_visible, 1), else_=0)
    total = sa.func.coalesce(sa.func.sum(offres.c.nb_professions + contact), 0)
    query = sa.select(total).select_from(offres).where(asked.visible, *asked.conditions(walk=False))
    return int((await tx.execute(query)).scalar_one())
