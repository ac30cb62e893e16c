"""Lines of the Répertoire's tree, page by page in both directions, in the order of their names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.store import paging
from ror_server.store.kept import Condition
from ror_server.store.tables import structures

Row = sa.Row[Any]

_SHOWN = ("id", "kind", "nom", "nom_tri", "finess", "discipline", "categorie", "code_postal")
COLUMNS: tuple[sa.ColumnElement[Any], ...] = (
    *(structures.c[name] for name in _SHOWN),
    structures.c.ville,
    structures.c.fermee_le,
    structures.c.peuplement,
    structures.c.valeurs["type_uo"].as_string().label("type_uo"),
    structures.c.valeurs["unite_sensible"].as_boolean().label("sensible"),
)
"""What a line shows; the answers of a fiche stay in the database."""
ABOVE = (structures.c.parent_id, structures.c.eg_id)
"""Where a line stands, for those that put lines below each other."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Some lines in order: where they are read, which ones, and what they are ordered by."""

    where: Condition
    source: sa.FromClause = structures
    name: sa.ColumnElement[str] = structures.c.nom_tri
    id: sa.ColumnElement[UUID] = structures.c.id

    @property
    def order(self) -> list[sa.ColumnElement[Any]]:
        """The sort keys: no two lines have the same."""
        return [self.name, self.id]


@dataclass(frozen=True, slots=True)
class Window:
    """Which page is asked: the one a cursor names, the one that holds a structure, or else the first one."""

    cursor: str | None = None
    limit: int = 100
    around: UUID | None = None


@dataclass(frozen=True, slots=True)
class Slice:
    """A page of rows in order, and the cursors of what stands before and after."""

    rows: Sequence[Row]
    previous: str | None = None
    next: str | None = None


Keys = tuple[str, UUID]
"""The sort keys of a line."""


Extras = Callable[[sa.FromClause], Sequence[sa.ColumnElement[Any]]]
"""More columns about the structures of a page, counts for instance: worked out for its lines only."""


async def page(tx: AsyncConnection, lines: Lines, window: Window, extras: Extras) -> Slice:
    """Give a page of lines.

    Args:
        tx: The transaction.
        lines: Which lines.
        window: Which of them.
        extras: What else each row says.

    Raises:
        BadCursorError: The cursor is not one of ours.
    """
    if window.cursor:
        forward, keys = _decode(window.cursor)
        if forward:
            rows = await _after(tx, lines, keys, window.limit + 1, extras)
            return _slice(rows[: window.limit], more_before=True, more_after=len(rows) > window.limit)
        rows = await _before(tx, lines, keys, window.limit + 1, extras)
        return _slice(rows[-window.limit :], more_before=len(rows) > window.limit, more_after=True)
    around = await _keys(tx, window.around) if window.around else None
    if around:
        return await _around(tx, lines, around, window.limit, extras)
    rows = await _after(tx, lines, None, window.limit + 1, extras)
    return _slice(rows[: window.limit], more_before=False, more_after=len(rows) > window.limit)


async def _around(tx: AsyncConnection, lines: Lines, keys: Keys, limit: int, extras: Extras) -> Slice:
    above = limit // 2
    before = await _before(tx, lines, keys, above + 1, extras)
    after = await _after(tx, lines, keys, limit - above + 1, extras, inclusive=True)
    rows = [*before[-above:], *after[: limit - above]] if above else after[:limit]
    return _slice(rows, more_before=len(before) > above, more_after=len(after) > limit - above)


async def start_at(tx: AsyncConnection, lines: Lines, keys: Keys | None, limit: int) -> Sequence[Row]:
    """Give the lines from these sort keys on, their own line first if it is still there."""
    query: sa.Select[*tuple[Any, ...]] = sa.select(*COLUMNS, *ABOVE).select_from(lines.source).where(lines.where)
    if keys:
        query = query.where(paging.after(lines.order, keys, inclusive=True))
    return (await tx.execute(query.order_by(*lines.order).limit(limit))).all()


async def _keys(tx: AsyncConnection, structure_id: UUID) -> Keys | None:
    """Give the sort keys of a structure, also when it is no line here (any more): its neighbours are."""
    query = sa.select(structures.c.nom_tri).where(structures.c.id == structure_id)
    name = (await tx.execute(query)).scalar_one_or_none()
    return None if name is None else (name, structure_id)


async def _after(
    tx: AsyncConnection, lines: Lines, keys: Keys | None, limit: int, extras: Extras, *, inclusive: bool = False
) -> Sequence[Row]:
    query = _select(lines).order_by(*lines.order).limit(limit)
    if keys:
        query = query.where(paging.after(lines.order, keys, inclusive=inclusive))
    return await _rows(tx, query, extras)


async def _before(tx: AsyncConnection, lines: Lines, keys: Keys, limit: int, extras: Extras) -> Sequence[Row]:
    query = _select(lines).where(paging.before(lines.order, keys))
    return await _rows(tx, query.order_by(*(key.desc() for key in lines.order)).limit(limit), extras)


async def _rows(tx: AsyncConnection, query: sa.Select[*tuple[Any, ...]], extras: Extras) -> Sequence[Row]:
    """Choose the lines first, then look at what else they say."""
    chosen = query.subquery("page")
    whole: sa.Select[*tuple[Any, ...]] = sa.select(*chosen.c, *extras(chosen))
    return (await tx.execute(whole.order_by(chosen.c.nom_tri, chosen.c.id))).all()


def _select(lines: Lines) -> sa.Select[*tuple[Any, ...]]:
    query: sa.Select[*tuple[Any, ...]] = sa.select(*COLUMNS)
    return query.select_from(lines.source).where(lines.where)


def _slice(rows: Sequence[Row], *, more_before: bool, more_after: bool) -> Slice:
    if not rows:
        return Slice(rows)
    previous = _encode("<", rows[0]) if more_before else None
    return Slice(rows, previous, _encode(">", rows[-1]) if more_after else None)


def _encode(direction: str, row: Row) -> str:
    return paging.encode(direction, row.nom_tri, str(row.id))


def _decode(cursor: str) -> tuple[bool, Keys]:
    direction, name, structure_id = paging.decode(cursor, 3)
    try:
        keys = name, UUID(structure_id)
    except ValueError as error:
        raise paging.BadCursorError(cursor) from error
    if direction not in {"<", ">"} or "\0" in name:
        raise paging.BadCursorError(cursor)
    return direction == ">", keys
