"""SQLite in one trip: a statement is executed, its rows are read and its cursor is closed in one go of the thread.

Through aiosqlite's own cursor each of these is a message to the connection's thread and back: a page of the tree would
take more time to be asked for than to be found.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, Self, TypeVar

import aiosqlite

AT_ONCE = 2000
"""Rows that come with the execution; the others are fetched, by so many, when they are asked for."""

Rows = list[Any]
Result = TypeVar("Result")


class OneTripConnection(aiosqlite.Connection):
    """A connection whose cursors make one trip for a statement."""

    def cursor(self) -> OneTripCursor:  # type: ignore[override]  # SQLAlchemy asks for no more than this one has
        """Give a cursor, which costs no trip."""
        return OneTripCursor(self)

    async def run(self, sql: str, parameters: Sequence[Any], *, many: bool) -> tuple[sqlite3.Cursor, Rows]:
        """Execute a statement.

        Args:
            sql: The statement.
            parameters: Its parameters, or a sequence of them.
            many: Whether the statement is executed for each element of `parameters`.

        Returns:
            The cursor, closed when there is no more row, and its first rows.
        """
        return await self.trip(partial(self._run, sql, parameters, many=many))

    def _run(self, sql: str, parameters: Sequence[Any], *, many: bool) -> tuple[sqlite3.Cursor, Rows]:
        cursor = self._conn.cursor()
        (cursor.executemany if many else cursor.execute)(sql, parameters)
        rows = cursor.fetchmany(AT_ONCE) if cursor.description else []
        if len(rows) < AT_ONCE:
            cursor.close()
        return cursor, rows

    async def trip(self, act: Callable[[], Result]) -> Result:
        """Do something in the thread of the connection."""
        found: Result = await self._execute(act)  # type: ignore[no-untyped-call]  # aiosqlite does not say
        return found


class OneTripCursor:
    """What SQLAlchemy needs of a cursor.

    Args:
        connection: Its connection.
    """

    arraysize = 1

    def __init__(self, connection: OneTripConnection) -> None:
        self._connection = connection
        self._cursor: sqlite3.Cursor | None = None
        self._rows: Rows = []
        self._more = False

    async def __aenter__(self) -> Self:
        """Begin."""
        return self

    @property
    def description(self) -> Any:  # noqa: ANN401  # as the DBAPI gives it
        """The columns, None when the statement gives no row."""
        return self._cursor.description if self._cursor else None

    @property
    def rowcount(self) -> int:
        """How many rows were changed."""
        return self._cursor.rowcount if self._cursor else -1

    @property
    def lastrowid(self) -> int | None:
        """The row that was inserted last."""
        return self._cursor.lastrowid if self._cursor else None

    async def execute(self, sql: str, parameters: Sequence[Any] = ()) -> Self:
        """Execute a statement."""
        return await self._run(sql, parameters, many=False)

    async def executemany(self, sql: str, parameters: Iterable[Sequence[Any]]) -> Self:
        """Execute a statement for each sequence of parameters."""
        return await self._run(sql, list(parameters), many=True)

    async def _run(self, sql: str, parameters: Sequence[Any], *, many: bool) -> Self:
        self._cursor, self._rows = await self._connection.run(sql, parameters, many=many)
        self._more = len(self._rows) == AT_ONCE
        return self

    async def fetchone(self) -> Any:  # noqa: ANN401  # as the DBAPI gives it
        """Give the next row, None after the last one."""
        rows = await self.fetchmany(1)
        return rows[0] if rows else None

    async def fetchmany(self, size: int | None = None) -> Rows:
        """Give the next rows."""
        count = size or self.arraysize
        if len(self._rows) < count:
            await self._fetch(max(AT_ONCE, count))
        rows, self._rows = self._rows[:count], self._rows[count:]
        return rows

    async def fetchall(self) -> Rows:
        """Give all rows that are left."""
        await self._fetch(None)
        rows, self._rows = self._rows, []
        return rows

    async def _fetch(self, count: int | None) -> None:
        if self._more and self._cursor is not None:
            fetch = self._cursor.fetchall if count is None else partial(self._cursor.fetchmany, count)
            more = await self._connection.trip(fetch)
            self._more = count is not None and len(more) == count
            self._rows = [*self._rows, *more]

    async def close(self) -> None:
        """Let the rows go that nobody asked for."""
        self._rows = []
        if self._more and self._cursor is not None:
            self._more = False
            await self._connection.trip(self._cursor.close)


def connect(database: str, **options: Any) -> OneTripConnection:  # noqa: ANN401  # those of sqlite3.connect
    """Prepare a connection, to be awaited; its thread ends with the process, also when nobody closed it.

    Args:
        database: Path or URI of the file.
        options: As `sqlite3.connect` takes them.
    """
    connection = OneTripConnection(lambda: sqlite3.connect(database, **options), AT_ONCE)
    connection._thread.daemon = True  # noqa: SLF001  # as SQLAlchemy does
    return connection
