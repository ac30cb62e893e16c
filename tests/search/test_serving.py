"""The real server builds the index by itself: nobody's first key waits for it."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from pathlib import Path

import httpx

from ror_server.search import storage
from ror_server.store.database import Database
from tests.processes import PATIENCE, server_process
from tests.search.directory import Directory


def held(file: Path) -> int:
    """Give how many structures an index holds, 0 when it is not there yet."""
    if not file.is_file():
        return 0
    with contextlib.closing(sqlite3.connect(file)) as db, contextlib.suppress(sqlite3.OperationalError):
        return int(db.execute("SELECT count(*) FROM docs").fetchone()[0])
    return 0


async def test_the_server_indexes_at_its_start_and_follows_what_others_publish(sqlite_url: str, tmp_path: Path) -> None:
    database = Database(sqlite_url)
    directory = Directory(database, tmp_path / "autre.recherche")
    await directory.eg("EHPAD DES LILAS")
    file = Path(f"{sqlite_url}.recherche-{storage.VERSION}")
    with server_process(sqlite_url) as server:
        server.start()
        with server.http() as http:
            until_held(http, file, 1)
            await directory.eg("EHPAD DES GLYCINES")
            until_held(http, file, 2)
    await directory.close()
    await database.close()


def until_held(http: httpx.Client, file: Path, count: int) -> None:
    """Ask the server how it is until its index holds so many structures; nothing is ever searched."""
    deadline = time.monotonic() + PATIENCE
    while held(file) != count:
        assert http.get("/v1/etat").json()["pret"]
        assert time.monotonic() < deadline
