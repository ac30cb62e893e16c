"""The index: exact for what a transaction sees, shared by the workers of a machine through one file."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock, local
from typing import Literal, TypeVar

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.search import apart, storage
from ror_server.search.building import build, holds_at_least, update
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
APART_FROM = 20_000
"""Structures: fewer take less memory than another process does, and less time than it needs to start."""
WRITING = "Construction de l'index de recherche"

Result = TypeVar("Result")


Left = Literal["nothing", "more", "all"]
"""What is left to do: nothing; what another worker wrote meanwhile must be looked at; all must be built, apart."""


class IndexUnavailableError(Exception):
    """The index cannot be used now; the message is a French sentence.

    Args:
        sentence: For who searches.
        cause: What the system says, for who administers.
    """

    code = "index"

    def __init__(self, sentence: str, cause: str = "") -> None:
        super().__init__(sentence)
        self.cause = cause


class SearchIndex:
    """Finds structures by what is typed.

    Args:
        database: What is indexed.
        file: Shared by all the workers of the machine; made when it is not there.
        apart_from: Structures from which the whole is built by another process, whose memory is then given back; None
            for never.
        tell: Told how many structures are written, out of how many, while the whole is built.
    """

    def __init__(
        self, database: Database, file: Path, *, apart_from: int | None = APART_FROM, tell: apart.Tell | None = None
    ) -> None:
        self.file = file
        self.progress: Chargement | None = None
        self._database = database
        self._apart_from = apart_from
        self.told = tell
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
                    await asyncio.wait([self.catching_up()])
            except (SQLAlchemyError, OSError) as error:
                _log.warning("the log of the publications could not be read: %s", error)
            await asyncio.sleep(EVERY)

    async def build(self) -> None:
        """Bring the index up to date, however long it takes.

        Raises:
            IndexUnavailableError: Its file cannot be written.
        """
        await self.catching_up()

    async def catch_up(self, tx: AsyncConnection) -> None:
        """Bring the index to what a transaction sees; costs one small query when it is there already.

        Raises:
            IndexUnavailableError: It is being built, or its file cannot be written.
        """
        last = await last_publication(tx)
        for _ in range(2):  # the first one may have begun before this transaction; the index may then be ahead of it
            if last == self._seen:
                return
            running = self.catching_up()
            done, _ = await asyncio.wait([running], timeout=PATIENCE)
            if not done:
                raise IndexUnavailableError(self._waiting())
            running.result()

    def _waiting(self) -> str:
        now = self.progress
        far = f" ({100 * now.fait // max(now.total, 1)} %)" if now else ""
        return f"L'index de recherche se construit{far} : réessayez dans un instant."

    def catching_up(self) -> asyncio.Task[None]:
        """Begin to bring the index up to date, unless it is being brought."""
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._bring())
            self._running.add_done_callback(lambda done: done.cancelled() or done.exception())
        return self._running

    async def _bring(self) -> None:
        try:
            while (left := await self._mend()) != "nothing":
                if left == "all":
                    await apart.build(self._database, self.file, self._tell)
        except (sqlite3.Error, OSError) as error:
            cause = getattr(error, "strerror", None) or str(error)
            raise IndexUnavailableError(self._refused(cause), cause) from error
        else:
            self._fault = ""
        finally:
            self.progress = None

    async def _mend(self) -> Left:
        """Bring the file to the last publication; a damaged one is made again."""
        try:
            return await self._write()
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError as error:
            _log.warning("the search index is damaged and is built again: %s", error)
            await self._in_writer(self._throw_away)
            return await self._write()

    async def _write(self) -> Left:
        known = await self._do(storage.held)
        async with self._database.read() as tx:
            last = await last_publication(tx)
            left = "nothing" if known == last else await self._write_changes(tx, known, last)
        if left == "nothing":
            await self._do(self._learn)
            self._seen = last
        return left

    async def _write_changes(self, tx: AsyncConnection, known: State | None, last: State) -> Left:
        """Write what changed, alone: another worker may have done it while this one waited for its turn."""
        end = storage.rollback
        held = await self._do(storage.begin)
        try:
            if held is not None and held != known and held[0] > last[0]:
                return "more"  # this transaction is older than what was written meanwhile
            changed = await changed_since(tx, held, last)
            if changed is None and self._apart_from is not None and await holds_at_least(tx, self._apart_from):
                return "all"
            if changed is None:
                await build(tx, self._do, self._tell)
            elif changed:
                await update(tx, self._do, changed)
            await self._do(lambda db: storage.set_state(db, last))
            end = storage.commit
        finally:
            await self._do(end)
        return "nothing"

    def _refused(self, cause: str) -> str:
        """Say that the file cannot be written; the log says it once."""
        if cause != self._fault:
            _log.warning("the search index %s could not be written: %s", self.file, cause)
        self._fault = cause
        refusal = f"L'index de recherche ne peut pas être écrit ({cause})"
        return f"{refusal} : prévenez l'administrateur du serveur, le journal dit quel fichier."

    def _tell(self, done: int, total: int) -> None:
        self.progress = Chargement(fait=done, total=total, message=WRITING)
        if self.told is not None:
            self.told(done, total)

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
