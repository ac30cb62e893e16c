"""The index file itself: an SQLite database with a full-text table, written in one transaction each time."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

import sqlalchemy as sa
from platformdirs import user_cache_path

from ror_server.search.bands import BAND
from ror_server.search.documents import Document, vocabulary

VERSION = 3
"""Of what the file holds: another version is built again."""
WAIT_SECONDS = 300
"""How long a worker waits for another one that builds."""

SCHEMA = """
CREATE TABLE etat (version INTEGER NOT NULL, seq INTEGER NOT NULL, le TEXT NOT NULL);
CREATE TABLE docs (
 rowid INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind INTEGER NOT NULL, closed INTEGER NOT NULL, key TEXT NOT NULL,
 n TEXT NOT NULL, l TEXT NOT NULL, f TEXT NOT NULL, departement TEXT, eg TEXT NOT NULL);
CREATE TABLE mots (mot TEXT NOT NULL UNIQUE);
CREATE VIRTUAL TABLE noms USING fts5(mots, {lists});
CREATE VIRTUAL TABLE tout USING fts5(mots, {lists});
""".format(lists="content='', detail='none', columnsize=0, prefix='1 2 3 4 5', tokenize='ascii tokenchars _'")
"""Two full texts, of the names alone and of all words: a filter by column would walk through the lists of the latter.

Each holds the tags of the filters too; nothing but which structures hold a word is kept.
"""
TEXTS = ("noms", "tout")
_TABLES = (*TEXTS, "docs", "mots", "etat")
_PRAGMAS = ("journal_mode=WAL", "synchronous=NORMAL", "cache_size=-4000", "temp_store=MEMORY")

State = tuple[int, str]
"""Sequence number and instant of the last publication that the file holds."""


def default_file(url: sa.URL) -> Path:
    """Give where the index of a database lives: beside a SQLite file, in the user's cache for PostgreSQL.

    Args:
        url: Of the database; nothing of it can be read in the name.

    Returns:
        A name of this version's own: during an upgrade, an older server that still runs keeps its file.
    """
    suffix = f".recherche-{VERSION}"
    if url.get_backend_name() == "sqlite" and url.database:
        return Path(f"{url.database}{suffix}")
    digest = hashlib.sha256(url.render_as_string().encode()).hexdigest()
    return user_cache_path("ror-server") / f"{digest[:16]}{suffix}"


def connect(file: Path) -> sqlite3.Connection:
    """Open the file, making it when it is not there."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    db = sqlite3.connect(file, timeout=WAIT_SECONDS, isolation_level=None, check_same_thread=False)
    for pragma in _PRAGMAS:
        db.execute(f"PRAGMA {pragma}")
    return db


def remove(file: Path) -> None:
    """Delete the file and what SQLite keeps beside it."""
    for suffix in ("", "-wal", "-shm"):
        file.with_name(file.name + suffix).unlink(missing_ok=True)


def held(db: sqlite3.Connection) -> State | None:
    """Tell what the file holds: None when it must be built."""
    if db.execute("SELECT 1 FROM sqlite_master WHERE name = 'etat'").fetchone() is None:
        return None
    row = db.execute("SELECT * FROM etat").fetchone()
    return (row[1], row[2]) if row and row[0] == VERSION else None


def begin(db: sqlite3.Connection) -> State | None:
    """Take the only writer's place, and tell what the file holds."""
    db.execute("BEGIN IMMEDIATE")
    return held(db)


def commit(db: sqlite3.Connection) -> None:
    """Keep what was written since `begin`."""
    db.execute("COMMIT")


def rollback(db: sqlite3.Connection) -> None:
    """Leave the file as it was at `begin`; SQLite may have done so by itself, when the disk was full."""
    if db.in_transaction:
        db.execute("ROLLBACK")


def set_state(db: sqlite3.Connection, last: State) -> None:
    """Write what the file holds from now on."""
    db.execute("DELETE FROM etat")
    db.execute("INSERT INTO etat VALUES (?, ?, ?)", (VERSION, *last))


def empty(db: sqlite3.Connection) -> None:
    """Begin again from nothing."""
    for table in _TABLES:
        db.execute(f"DROP TABLE IF EXISTS {table}")
    for statement in SCHEMA.split(";\n"):
        db.execute(statement)


def insert(db: sqlite3.Connection, first: int, written: Sequence[Document]) -> None:
    """Write documents in consecutive rows."""
    rows = [(first + index, *one) for index, one in enumerate(written)]
    db.executemany("INSERT INTO docs VALUES (?,?,?,?,?,?,?,?,?,?)", rows)
    _write(db, [(rowid, one.n, one.l, one.f) for rowid, one in enumerate(written, first)])


def _write(db: sqlite3.Connection, texts: Iterable[tuple[int, str, str, str]]) -> None:
    for table, rows in _texts(texts).items():
        db.executemany(f"INSERT INTO {table}(rowid, mots) VALUES (?, ?)", rows)  # noqa: S608  # a name of ours


def _erase(db: sqlite3.Connection, texts: Iterable[tuple[int, str, str, str]]) -> None:
    """Take structures out of the lists: these want to be told what was written."""
    for table, rows in _texts(texts).items():
        db.executemany(f"INSERT INTO {table}({table}, rowid, mots) VALUES ('delete', ?, ?)", rows)  # noqa: S608


def _texts(texts: Iterable[tuple[int, str, str, str]]) -> dict[str, list[tuple[int, str]]]:
    """Give what each full text holds of some rows of `rowid`, `n`, `l`, `f`."""
    found = [((row, f"{names} {tags}"), (row, f"{names} {others} {tags}")) for row, names, others, tags in texts]
    return dict(zip(TEXTS, (list(rows) for rows in zip(*found, strict=True)), strict=False))


def finish(db: sqlite3.Connection, words: Collection[str]) -> None:
    """Write the words, and put the lists in one piece."""
    db.execute("CREATE INDEX docs_key ON docs (kind, key) WHERE kind < 2")
    db.executemany("INSERT INTO mots VALUES (?)", [(word,) for word in sorted(words)])
    for table in TEXTS:
        db.execute(f"INSERT INTO {table}({table}) VALUES ('optimize')")  # noqa: S608  # a name of ours


def replace(db: sqlite3.Connection, ids: Sequence[str], written: Sequence[Document]) -> None:
    """Write some structures again; one of `ids` that is not in `written` is gone.

    Args:
        db: In a transaction.
        ids: Of what changed.
        written: What stands there now.
    """
    rowids: dict[str, int] = {}
    for one in ids:
        row = db.execute("SELECT rowid, n, l, f FROM docs WHERE id = ?", (one,)).fetchone()
        if row is not None:
            rowids[one] = row[0]
            _erase(db, [row])
            db.execute("DELETE FROM docs WHERE rowid = ?", (row[0],))
    for entry in written:
        insert(db, rowids[entry.id] if entry.id in rowids else _free_row(db, entry.kind), [entry])
    db.executemany("INSERT OR IGNORE INTO mots VALUES (?)", [(word,) for word in sorted(vocabulary(written))])


def _free_row(db: sqlite3.Connection, kind: int) -> int:
    low, high = kind * BAND, (kind + 1) * BAND
    last = db.execute("SELECT max(rowid) FROM docs WHERE rowid >= ? AND rowid < ?", (low, high)).fetchone()[0]
    return low if last is None else int(last) + 1
