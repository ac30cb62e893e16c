"""The cursor of SQLite that makes one trip for a statement: rows beyond the first ones, streams, faults."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, OperationalError

from ror_server.store import sqlite
from ror_server.store.database import Database

COUNT = sqlite.AT_ONCE * 2 + 7
NUMBERS = sa.text(
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :last) SELECT i FROM n ORDER BY i"
)


@pytest.fixture
async def base(sqlite_url: str) -> AsyncIterator[Database]:
    """Open a SQLite database."""
    database = Database(sqlite_url)
    yield database
    await database.close()


@pytest.mark.parametrize("last", [1, sqlite.AT_ONCE - 1, sqlite.AT_ONCE, sqlite.AT_ONCE + 1, COUNT])
async def test_all_rows_are_read_however_many(base: Database, last: int) -> None:
    async with base.read() as tx:
        assert list((await tx.execute(NUMBERS, {"last": last})).scalars()) == [*range(1, last + 1)]


@pytest.mark.parametrize("step", [1000, sqlite.AT_ONCE, sqlite.AT_ONCE + 500])
async def test_a_stream_gives_every_row_once_in_order(base: Database, step: int) -> None:
    query = NUMBERS.execution_options(yield_per=step)
    async with base.read() as tx, tx.stream(query, {"last": COUNT}) as rows:
        read = [row.i async for page in rows.partitions() for row in page]
    assert read == [*range(1, COUNT + 1)]


async def test_a_stream_that_is_left_lets_its_cursor_go(base: Database) -> None:
    async with base.write() as tx:
        await tx.execute(sa.text("CREATE TABLE essai (i INTEGER PRIMARY KEY)"))
        async with tx.stream(NUMBERS.execution_options(yield_per=10), {"last": COUNT}) as rows:
            assert (await rows.scalars().fetchmany(2)) == [1, 2]
        await tx.execute(sa.text("DROP TABLE essai"))  # SQLite refuses it beside a statement that still runs


async def test_what_is_written_is_counted(base: Database) -> None:
    async with base.write() as tx:
        await tx.execute(sa.text("CREATE TABLE essai (i INTEGER PRIMARY KEY)"))
        await tx.execute(sa.text("INSERT INTO essai VALUES (:i)"), [{"i": number} for number in range(5)])
        changed = await tx.execute(sa.text("UPDATE essai SET i = i + 10 WHERE i > 2"))
        added = await tx.execute(sa.text("INSERT INTO essai VALUES (99)"))
    assert (changed.rowcount, added.lastrowid) == (2, 99)


async def test_a_fault_is_told_and_the_connection_goes_on(base: Database) -> None:
    async with base.read() as tx:
        with pytest.raises(OperationalError, match="no such table"):
            await tx.execute(sa.text("SELECT 1 FROM rien"))
        assert (await tx.execute(sa.text("SELECT 1"))).scalar_one() == 1
    async with base.write() as tx:
        await tx.execute(sa.text("CREATE TABLE essai (i INTEGER PRIMARY KEY)"))
        await tx.execute(sa.text("INSERT INTO essai VALUES (1)"))
        with pytest.raises(IntegrityError) as caught:
            await tx.execute(sa.text("INSERT INTO essai VALUES (1)"))
    assert isinstance(caught.value.orig, sqlite3.IntegrityError)
