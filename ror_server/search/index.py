"""The index: exact for what a transaction sees, shared by the workers of a machine through one file."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock, local
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.search import storage
from ror_server.search.building import build, update
from ror_server.search.changes import changed_since, last_publication
from ror_server.search.finding import Search
from ror_server.search.query import Found, Keep, Near, Query
from ror_server.search.spelling import Vocabulary
from ror_server.search.storage import State
from ror_server.store.database import Database
from ror_tui.api_client.models import Chargement

_log = logging.getLogger(__name__)

PATIENCE = 2.0
"""Seconds that a reader waits for an index that is being brought up to date, before it is told to come back."""
EVERY = 2.0
"""Seconds between two looks at the log of the publications, in the background."""
MANY_WORDS = 1000
WRITING = "Construction de l'index de recherche"

Result = TypeVar("Result")


class IndexUnavailableError(Exception):
    """The index cannot be used now; the message is a French sentence."""

    code = "index"


class SearchIndex:
    """Finds structures by what is typed.

    Args:
        database: What is indexed.
        file: Shared by all the workers of the machine; made when it is not there.
    """

    def __init__(self, database: Database, file: Path) -> None:
        self.file = file
        self.progress: Chargement | None = None
        self._database = database
        self._seen: State | None = None
        self._vocabulary = Vocabulary()
        self._last_word = 0
        self._fault = ""
        self._running: asyncio.Task[None] | None = None
        self._readers = ThreadPoolExecutor(2, "recherche")
        self._writer = ThreadPoolExecutor(1, "recherche-ecriture")
        self._mine = local()
        self._opened: list[sqlite3.Connection] = []
        self._opening = Lock()

    async def close(self) -> None:
        """Let the file go; what was being written is given up, the file stays as it was."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.wait([self._running])
        for threads in (self._readers, self._writer):
            threads.shutdown(wait=True, cancel_futures=True)
        self._close_all()

    # --- Being exact ---

    async def follow(self) -> None:
        """Keep the index up to date, so that nobody waits for it; a fault is told to those who search."""
        while True:
            try:
                async with self._database.read() as tx:
                    last = await last_publication(tx)
                if last != self._seen:
                    await asyncio.wait([self._catching_up()])
            except (SQLAlchemyError, OSError) as error:
                _log.warning("the log of the publications could not be read: %s", error)
            await asyncio.sleep(EVERY)

    async def build(self) -> None:
        """Bring the index up to date, however long it takes.

        Raises:
            IndexUnavailableError: Its file cannot be written.
        """
        await self._catching_up()

    async def catch_up(self, tx: AsyncConnection) -> None:
        """Bring the index to what a transaction sees; costs one small query when it is there already.

        Raises:
            IndexUnavailableError: It is being built, or its file cannot be written.
        """
        last = await last_publication(tx)
        while last != self._seen:
            running = self._catching_up()
            done, _ = await asyncio.wait([running], timeout=PATIENCE)
            if not done:
                raise IndexUnavailableError(self._waiting())
            running.result()
            last = await last_publication(tx)

    def _waiting(self) -> str:
        now = self.progress
        far = f" ({100 * now.fait // max(now.total, 1)} %)" if now else ""
        return f"L'index de recherche se construit{far} : réessayez dans un instant."

    def _catching_up(self) -> asyncio.Task[None]:
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._bring())
            self._running.add_done_callback(lambda done: done.cancelled() or done.exception())
        return self._running

    async def _bring(self) -> None:
        try:
            async with self._database.read() as tx:
                await self._mend(tx, await last_publication(tx))
        except (sqlite3.Error, OSError) as error:
            raise IndexUnavailableError(self._refused(getattr(error, "strerror", None) or str(error))) from error
        else:
            self._fault = ""
        finally:
            self.progress = None

    async def _mend(self, tx: AsyncConnection, last: State) -> None:
        """Bring the file to the last publication; a damaged one is made again."""
        try:
            await self._write(tx, last)
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError as error:
            _log.warning("the search index is damaged and is built again: %s", error)
            await self._in_writer(self._throw_away)
            await self._write(tx, last)
        self._seen = last

    async def _write(self, tx: AsyncConnection, last: State) -> None:
        if await self._in_writer(lambda: storage.held(self._connection())) != last:
            await self._write_changes(tx, last)
        await self._in_writer(lambda: self._learn(self._connection()))

    async def _write_changes(self, tx: AsyncConnection, last: State) -> None:
        """Write what changed, alone: another worker may have done it while this one waited for its turn."""
        end = storage.rollback
        held = await self._in_writer(lambda: storage.begin(self._connection()))
        try:
            changed = await changed_since(tx, held, last)
            if changed is None:
                await build(tx, self._do, self._tell)
            elif changed:
                await update(tx, self._do, changed)
            await self._do(lambda db: storage.set_state(db, last))
            end = storage.commit
        finally:
            await self._in_writer(lambda: end(self._connection()))

    def _refused(self, cause: str) -> str:
        """Say that the file cannot be written; the log says it once."""
        if cause != self._fault:
            _log.warning("the search index %s could not be written: %s", self.file, cause)
        self._fault = cause
        refusal = f"L'index de recherche ne peut pas être écrit ({cause})"
        return f"{refusal} : prévenez l'administrateur du serveur, le journal dit quel fichier."

    def _tell(self, done: int, total: int) -> None:
        self.progress = Chargement(fait=done, total=total, message=WRITING)

    # --- The file ---

    async def _do(self, act: Callable[[sqlite3.Connection], Result]) -> Result:
        return await self._in_writer(lambda: act(self._connection()))

    async def _in_writer(self, act: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._writer, act)

    def _connection(self) -> sqlite3.Connection:
        """Give the connection of this thread; another one once the file was thrown away."""
        with self._opening:
            if getattr(self._mine, "db", None) not in self._opened:
                self._mine.db = storage.connect(self.file)
                self._opened.append(self._mine.db)
        db: sqlite3.Connection = self._mine.db
        return db

    def _close_all(self) -> None:
        with self._opening:
            for db in self._opened:
                db.close()
            self._opened.clear()

    def _throw_away(self) -> None:
        self._close_all()
        storage.remove(self.file)
        self._vocabulary, self._last_word = Vocabulary(), 0

    def _learn(self, db: sqlite3.Connection) -> None:
        """Read the words that the vocabulary does not know yet."""
        last = int(db.execute("SELECT coalesce(max(rowid), 0) FROM mots").fetchone()[0])
        if last < self._last_word or last - self._last_word > MANY_WORDS:
            self._vocabulary = Vocabulary(row[0] for row in db.execute("SELECT mot FROM mots"))
        else:
            for row in db.execute("SELECT mot FROM mots WHERE rowid > ?", (self._last_word,)):
                self._vocabulary.add(row[0])
        self._last_word = last

    # --- Finding ---

    async def find(self, text: str, keep: Keep | None = None, near: Near | None = None, limit: int = 50) -> Found:
        """Find the structures that answer to every word, best first.

        Args:
            text: As it is typed: words in any order, beginnings, numbers, one mistake in a word.
            keep: Filters.
            near: What comes first among equals.
            limit: At most so many.

        Raises:
            IndexUnavailableError: The file is damaged; it is being built again.
        """
        query = Query.of(text)
        if not query.words:
            return Found([], query.marks)

        def search() -> Found:
            return Search(self._connection(), self._vocabulary, query, keep or Keep(), near or Near()).best(limit)

        try:
            return await asyncio.get_running_loop().run_in_executor(self._readers, search)
        except sqlite3.DatabaseError as error:
            _log.warning("the search index cannot be read and is built again: %s", error)
            await self._in_writer(self._throw_away)
            self._seen = None
            raise IndexUnavailableError(self._waiting()) from error
