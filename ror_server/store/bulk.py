"""Many rows with one statement, compiled once: SQLAlchemy's own work on each row would cost more than writing it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

Values = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A statement as the driver takes it."""

    sql: str
    names: tuple[str, ...]
    """The value that goes to each place."""
    writers: tuple[Callable[[Any], Any] | None, ...]
    """How the values of each place are written for the driver; None as they are."""

    def rows(self, rows: Sequence[Values]) -> list[tuple[Any, ...]]:
        """Give the rows as the driver takes them: place by place, which is quicker than row by row."""
        places = (map(itemgetter(name), rows) for name in self.names)
        written = (
            values if writer is None else map(writer, values)
            for values, writer in zip(places, self.writers, strict=True)
        )
        return list(zip(*written, strict=True))


async def insert(tx: AsyncConnection, table: sa.Table, rows: Sequence[Values]) -> None:
    """Write new rows, all with the same columns."""
    if rows:
        await _run(tx, _insert(tx.dialect, table, tuple(rows[0])), rows)


async def update(tx: AsyncConnection, table: sa.Table, key: str, rows: Sequence[Values], *, count: str = "") -> None:
    """Change rows, each by its key, all in the same columns.

    Args:
        tx: The transaction.
        table: Where.
        key: Name of the column that tells the rows apart.
        rows: The key and the columns that change.
        count: A column that goes up by one.
    """
    if rows:
        await _run(tx, _update(tx.dialect, table, key, tuple(rows[0]), count), rows)


async def delete(tx: AsyncConnection, table: sa.Table, key: str, values: Sequence[object]) -> None:
    """Forget rows, by the value of one column."""
    if values:
        await _run(tx, _delete(tx.dialect, table, key), [{key: value} for value in values])


async def _run(tx: AsyncConnection, prepared: _Prepared, rows: Sequence[Values]) -> None:
    await tx.exec_driver_sql(prepared.sql, prepared.rows(rows))


@lru_cache(maxsize=128)
def _insert(dialect: sa.Dialect, table: sa.Table, names: tuple[str, ...]) -> _Prepared:
    return _prepared(dialect, sa.insert(table).values({name: _value(table, name) for name in names}))


@lru_cache(maxsize=128)
def _update(dialect: sa.Dialect, table: sa.Table, key: str, names: tuple[str, ...], count: str) -> _Prepared:
    values: dict[str, sa.ColumnElement[Any]] = {name: _value(table, name) for name in names if name != key}
    if count:
        values[count] = table.c[count] + sa.literal_column("1")
    return _prepared(dialect, sa.update(table).where(table.c[key] == _value(table, key)).values(values))


@lru_cache(maxsize=128)
def _delete(dialect: sa.Dialect, table: sa.Table, key: str) -> _Prepared:
    return _prepared(dialect, sa.delete(table).where(table.c[key] == _value(table, key)))


def _value(table: sa.Table, name: str) -> sa.BindParameter[Any]:
    return sa.bindparam(f"v_{name}", type_=table.c[name].type)  # the bare names are reserved for the columns


def _prepared(dialect: sa.Dialect, statement: sa.sql.ClauseElement) -> _Prepared:
    compiled = statement.compile(dialect=dialect)
    places = compiled.positiontup or ()  # type: ignore[attr-defined]  # a statement's, which the base does not have
    types = [compiled.binds[place].type for place in places]  # type: ignore[attr-defined]  # the same
    writers = tuple(one.dialect_impl(dialect).bind_processor(dialect) for one in types)
    return _Prepared(str(compiled), tuple(place.removeprefix("v_") for place in places), writers)
