"""All that stands below a line, depth first, page by page: what « tout déplier » reads."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.services.tree.asking import Line, View, read_key
from ror_server.services.tree.nodes import Marks, group_nodes, node
from ror_server.services.tree.pages import lines_below, unknown_cursor
from ror_server.store import lines, own, paging, repertoire
from ror_server.store.lines import Lines, Row
from ror_server.store.paging import BadCursorError
from ror_server.store.tables import structures
from ror_tui.api_client.models import Kind, Noeud, PageArbre

STEP = 200
"""Lines read at once, with all that is below them."""

Trail = tuple[tuple[str, str], ...]
"""Sort keys of a line and of those above it: depth first is the order of these tuples."""


@dataclass(frozen=True, slots=True)
class Position:
    """Where the page before stopped."""

    group: str = ""
    trail: Trail = ()

    def encode(self) -> str:
        """Make a cursor."""
        return paging.encode(self.group, json.dumps(self.trail, separators=(",", ":")))


async def branch(tx: AsyncConnection, view: View, sous: str | None, cursor: str | None, limit: int) -> PageArbre:
    """Give a page of all lines below a line, or of the whole view; parents come before their children.

    Raises:
        NotFoundError: The line does not exist.
        InvalidError: The cursor is not one of ours.
    """
    elements: list[Noeud] = []
    last = Position()
    async for found, position in _walk(tx, view, sous, _read(cursor) if cursor else Position()):
        if len(elements) == limit:
            return PageArbre(elements=elements, suivant=last.encode())
        elements.append(found)
        last = position
    return PageArbre(elements=elements)


async def _walk(
    tx: AsyncConnection, view: View, sous: str | None, start: Position
) -> AsyncIterator[tuple[Noeud, Position]]:
    parent = read_key(sous) if sous else Line()
    tops = await lines_below(tx, view, parent) if sous else view.roots
    if tops is not None:
        async for found in _below(tx, view, parent, tops, start):
            yield found
        return
    groups = await group_nodes(tx, view)
    if start.group and start.group not in {group.cle for group in groups}:
        raise unknown_cursor()
    waiting = bool(start.group)
    for group in groups:
        if not waiting:
            yield group, Position(group.cle)
        elif group.cle != start.group:
            continue
        inside = start if waiting else Position(group.cle)
        waiting = False
        line = Line(group.cle)
        async for found in _below(tx, view, line, view.below(line, None), inside):
            yield found


async def _below(
    tx: AsyncConnection, view: View, parent: Line, tops: Lines, start: Position
) -> AsyncIterator[tuple[Noeud, Position]]:
    """Walk lines and all below them, from after a position."""
    keys = (start.trail[0][0], UUID(start.trail[0][1])) if start.trail else None
    while True:
        rows = await lines.start_at(tx, tops, keys, STEP)
        forest = await _forest(tx, view, rows)
        for top in rows:
            for row, line, sous, trail in _depth_first(forest, top, parent, view):
                if trail > start.trail:
                    yield node(row, line.key, forest.marks(row), sous=sous), Position(start.group, trail)
        if len(rows) < STEP:
            return
        keys = (rows[-1].nom_tri, rows[-1].id)
        start = Position(start.group, max(start.trail, ((rows[-1].nom_tri, str(rows[-1].id)), _END)))


_END = ("\U0010ffff", "")
"""After all that can stand below a line."""


@dataclass(frozen=True, slots=True)
class _Forest:
    """Rows below some rows, by parent, with what their lines say."""

    children: Mapping[UUID, Sequence[Row]]
    dossiers: frozenset[UUID]
    favourites: frozenset[UUID]

    def marks(self, row: Row) -> Marks:
        """Give what the line of a row says besides it."""
        children = len(self.children.get(row.id, ()))
        return Marks(children, row.id in self.dossiers, row.id in self.favourites)


async def _forest(tx: AsyncConnection, view: View, tops: Sequence[Row]) -> _Forest:
    entities = [row.id for row in tops if row.kind == Kind.EJ]
    managed = await _rows(tx, structures.c.parent_id.in_(entities), view.establishments) if entities else []
    establishments = {row.id for row in (*tops, *managed) if row.kind == Kind.EG}
    above = establishments | {row.eg_id for row in tops if row.eg_id and row.kind != Kind.UO}
    units = await _rows(tx, structures.c.eg_id.in_(above), view.units) if above else []
    children: dict[UUID, list[Row]] = {}
    for row in (*managed, *units):
        children.setdefault(row.parent_id, []).append(row)
    opened = await repertoire.with_open_dossier(tx, establishments) if establishments else set()
    return _Forest(children, frozenset(opened), frozenset(await own.favourites(tx, view.account.id)))


async def _rows(tx: AsyncConnection, *conditions: sa.ColumnElement[bool]) -> Sequence[Row]:
    query: sa.Select[*tuple[Any, ...]] = sa.select(*lines.COLUMNS, *lines.ABOVE).where(*conditions)
    return (await tx.execute(query.order_by(structures.c.nom_tri, structures.c.id))).all()


def _depth_first(forest: _Forest, top: Row, parent: Line, view: View) -> Iterator[tuple[Row, Line, str | None, Trail]]:
    stack: list[tuple[Row, Line, Trail]] = [(top, parent, ())]
    while stack:
        row, above, trail = stack.pop()
        line, here = above.child(row.id, view.par), (*trail, (row.nom_tri, str(row.id)))
        yield row, line, above.key or None, here
        stack.extend((child, line, here) for child in reversed(forest.children.get(row.id, ())))


def _read(cursor: str) -> Position:
    try:
        group, text = paging.decode(cursor, 2)
        trail = tuple((str(name), str(UUID(one))) for name, one in json.loads(text))
    except (BadCursorError, ValueError, TypeError, AttributeError) as error:
        raise unknown_cursor() from error
    if any("\0" in name for name, _ in trail):
        raise unknown_cursor()
    return Position(group, trail)
