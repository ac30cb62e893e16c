"""Lines of the Répertoire's tree, page by page in both directions, in the order of their names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
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

At = Literal["first", "after", "from", "before"]
"""Where a page lies: at the top, after a line, from a line on, before a line."""

Params = Mapping[str, object]
Statements = Callable[[At], "sa.Select[*tuple[Any, ...]]"]
"""Gives the query of a page; what it lies beside, and how many lines it has, are parameters of `statement`."""


Extras = Callable[[sa.FromClause], Sequence[sa.ColumnElement[Any]]]
"""More columns about the structures of a page, counts for instance: worked out for its lines only."""


def statement(lines: Lines, extras: Extras, at: At) -> sa.Select[*tuple[Any, ...]]:
    """Write the query of a page: the lines are chosen first, then what else they say is looked at.

    Args:
        lines: Which lines.
        extras: What else each row says.
        at: Where the page lies.

    Returns:
        With the parameters `limite`, and `nom_tri` and `ligne` (the sort keys of a line) unless it lies at the top.
    """
    query: sa.Select[*tuple[Any, ...]] = sa.select(*COLUMNS).select_from(lines.source).where(lines.where)
    keys = sa.bindparam("nom_tri", type_=lines.name.type), sa.bindparam("ligne", type_=lines.id.type)
    order: list[sa.ColumnElement[Any]] = lines.order
    if at == "before":
        query, order = query.where(paging.before(order, keys)), [key.desc() for key in order]
    elif at != "first":
        query = query.where(paging.after(order, keys, inclusive=at == "from"))
    chosen = query.order_by(*order).limit(sa.bindparam("limite", type_=sa.Integer)).subquery("page")
    whole: sa.Select[*tuple[Any, ...]] = sa.select(*chosen.c, *extras(chosen))
    return whole.order_by(chosen.c.nom_tri, chosen.c.id)


async def page(tx: AsyncConnection, statements: Statements, params: Params, window: Window) -> Slice:
    """Give a page of lines.

    Args:
        tx: The transaction.
        statements: The queries of its lines.
        params: The other parameters of these queries.
        window: Which lines.

    Raises:
        BadCursorError: The cursor is not one of ours.
    """
    read = _Reading(tx, statements, params)
    limit = window.limit
    if window.cursor:
        forward, keys = _decode(window.cursor)
        rows = await read.rows("after" if forward else "before", limit + 1, keys)
        if forward:
            return _slice(rows[:limit], more_before=True, more_after=len(rows) > limit)
        return _slice(rows[-limit:], more_before=len(rows) > limit, more_after=True)
    around = await _keys(tx, window.around) if window.around else None
    if around:
        return await _around(read, around, limit)
    rows = await read.rows("first", limit + 1)
    return _slice(rows[:limit], more_before=False, more_after=len(rows) > limit)


@dataclass(frozen=True, slots=True)
class _Reading:
    """Reads the rows of pages."""

    tx: AsyncConnection
    statements: Statements
    params: Params

    async def rows(self, at: At, limit: int, keys: Keys | None = None) -> Sequence[Row]:
        beside = {"nom_tri": keys[0], "ligne": keys[1]} if keys else {}
        return (await self.tx.execute(self.statements(at), {**self.params, **beside, "limite": limit})).all()


async def _around(read: _Reading, keys: Keys, limit: int) -> Slice:
    above = limit // 2
    before = await read.rows("before", above + 1, keys)
    after = await read.rows("from", limit - above + 1, keys)
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
