"""Writing many rows at once: tuples handed to the driver as they are, indexes built after the rows."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from operator import itemgetter

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.store.tables import Moment

BATCH = 2000
"""Rows in one call of the driver: some 30 ms of work, so that a server goes on answering between two."""


class BulkInsert:
    """An INSERT prepared once, fed with tuples.

    SQLAlchemy's processing of each value costs more than the insertion itself, so the values must be what both drivers
    take: text for ids and for JSON, `moment()` for instants.
    """

    def __init__(self, connection: AsyncConnection, table: sa.Table, columns: Sequence[str]) -> None:
        statement = sa.insert(table).values({name: sa.bindparam(name) for name in columns})
        compiled = statement.compile(dialect=connection.dialect)
        order = [columns.index(name) for name in compiled.positiontup or columns]
        self._in_order = order == list(range(len(columns)))
        self._reorder = itemgetter(*order)
        self._sql = str(compiled)
        self._connection = connection

    async def write(self, rows: Sequence[tuple[object, ...]]) -> None:
        """Insert the rows; each follows the columns given at the start."""
        for start in range(0, len(rows), BATCH):
            batch = rows[start : start + BATCH]
            ordered = batch if self._in_order else [self._reorder(row) for row in batch]
            await self._connection.exec_driver_sql(self._sql, list(ordered))


def moment(at: datetime, dialect: sa.Dialect) -> object:
    """Give an instant as the driver takes it."""
    return Moment().bind_processor(dialect)(at)


@asynccontextmanager
async def indexes_built_last(connection: AsyncConnection, tables: Sequence[sa.Table]) -> AsyncIterator[None]:
    """Leave the indexes of empty tables aside while rows come in: building them sorted, at the end, is far cheaper.

    It is part of the transaction: a rollback brings them back.
    """
    empty = [await is_empty(connection, table) for table in tables]
    dropped = [index for table in tables for index in sorted(table.indexes, key=str)] if all(empty) else []
    for index in dropped:
        await connection.run_sync(index.drop)
    yield
    for index in dropped:
        await connection.run_sync(index.create)


async def is_empty(connection: AsyncConnection, table: sa.Table) -> bool:
    """Tell whether a table has no row."""
    return (await connection.execute(sa.select(sa.literal(1)).select_from(table).limit(1))).first() is None
