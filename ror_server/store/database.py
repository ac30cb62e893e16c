"""The database: one engine, SQLite or PostgreSQL by URL, transactions for reading and for writing."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from ror_server.store import sqlite

Result = TypeVar("Result")

SQLITE_WAIT_SECONDS = 30
"""How long a writer waits for another one: a national import holds the only writer for some seconds."""


MAPPED_BYTES = 2_147_418_112
"""The part of a SQLite file that is read in place, the most that it maps: connections share it, nothing is copied."""
PRAGMAS = (
    "journal_mode=WAL",
    "foreign_keys=ON",
    "synchronous=FULL",
    "temp_store=MEMORY",
    "cache_size=-32000",
    f"mmap_size={MAPPED_BYTES}",
)
"""Settings of each connection to SQLite."""
IN_MEMORY = "sqlite+aiosqlite://"
"""One connection, which is the database."""
POOL = {"pool_size": 10, "max_overflow": 5, "pool_use_lifo": True}
"""Ten connections stay open, the last one used first: its statements are prepared, its pages are read."""
POSTGRESQL = {"max_parallel_workers_per_gather": "0", "jit": "off"}
"""Settings of each connection to PostgreSQL: a page costs less than starting more processes for it, or compiling it."""


class BadDatabaseUrlError(ValueError):
    """The URL names neither SQLite nor PostgreSQL, or a SQLite file in a folder that does not exist."""

    code = "base_inconnue"


def async_url(url: str) -> str:
    """Give SQLAlchemy's URL for what an administrator types.

    Args:
        url: `postgresql://…`, `sqlite:///path`, or a bare path to a SQLite file.

    Raises:
        BadDatabaseUrlError: For any other scheme, or a folder that does not exist.
    """
    scheme, separator, rest = url.partition("://")
    if not separator:
        file = Path(url).expanduser().absolute()
        if not file.parent.is_dir():
            raise BadDatabaseUrlError(f"Le dossier {file.parent} n'existe pas : créez-le, ou donnez un autre chemin.")
        return f"sqlite+aiosqlite:///{file}"
    drivers = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}
    if scheme.partition("+")[0] not in drivers:
        message = f"Base « {scheme} » inconnue : donnez postgresql://… ou le chemin d'un fichier SQLite."
        raise BadDatabaseUrlError(message)
    return f"{drivers[scheme.partition('+')[0]]}://{rest}"


async def unbroken(reading: Coroutine[Any, Any, Result]) -> Result:
    """Let a reading end even when its task is cancelled meanwhile: cut in the middle, it would cost its connection."""
    task = asyncio.create_task(reading)
    try:
        return await asyncio.shield(task)
    finally:
        if not task.done():
            await asyncio.wait([task])


class Database:
    """Connections to one database.

    Writers on SQLite begin with BEGIN IMMEDIATE: a transaction that reads then writes would else lose the updates of
    another one (docs/decisions/0003).
    """

    def __init__(self, url: str) -> None:
        target = async_url(url)
        options: dict[str, Any] = {"json_deserializer": _decode, **({} if target == IN_MEMORY else POOL)}
        if target.startswith("sqlite"):
            options["connect_args"] = {"timeout": SQLITE_WAIT_SECONDS, "async_creator_fn": sqlite.connect}
        else:
            options["connect_args"] = {"server_settings": POSTGRESQL}
        self.engine: AsyncEngine = create_async_engine(target, **options)
        if self.is_sqlite:
            sa.event.listen(self.engine.sync_engine, "connect", _prepare_sqlite)
            sa.event.listen(self.engine.sync_engine, "begin", _begin_sqlite)
        self._glancing = self.engine if self.is_sqlite else self.engine.execution_options(isolation_level="AUTOCOMMIT")

    @property
    def is_sqlite(self) -> bool:
        """Tell SQLite from PostgreSQL."""
        return self.engine.dialect.name == "sqlite"

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction that only reads."""
        async with self.engine.connect() as connection:
            yield connection

    @asynccontextmanager
    async def glance(self) -> AsyncIterator[AsyncConnection]:
        """Read in as few trips as can be, for what is asked at each key.

        On PostgreSQL each statement of `read` sees its own moment (READ COMMITTED): without a transaction around them
        they see the same, and two trips of five are spared.
        """
        async with self._glancing.connect() as connection:
            yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction that commits at the end, or leaves nothing behind when an exception goes through."""
        async with self.engine.connect() as connection:
            await connection.execution_options(ror_write=True)
            async with connection.begin():
                yield connection

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()


_read_json = json.JSONDecoder().raw_decode


def _decode(text: str) -> Any:  # noqa: ANN401  # whatever was written
    """Read JSON that the database holds: one whole value, which nothing follows."""
    return _read_json(text)[0]


def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401  # a DBAPI connection has no common type
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get("ror_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
