"""Writing the index: all of it, or some structures again. Documents are made and written off the event loop."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, Protocol, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.search import storage
from ror_server.search.bands import first_of_kind
from ror_server.search.changes import with_ancestors
from ror_server.search.documents import Context, Document, columns, document, vocabulary
from ror_server.search.spelling import spread
from ror_server.store.tables import structures
from ror_tui.api_client.models import Kind

STEP = 2000
"""Structures in one step of a build."""
PARENTS_FIRST = (Kind.EJ, Kind.EG, Kind.POLE, Kind.SERVICE, Kind.UF, Kind.UO)

Result = TypeVar("Result")
Row = sa.Row[*tuple[Any, ...]]


class Do(Protocol):
    """Runs an act on the file, in the writer's thread."""

    def __call__(self, act: Callable[[sqlite3.Connection], Result], /) -> Awaitable[Result]:
        """Run it."""


async def build(tx: AsyncConnection, do: Do, tell: Callable[[int, int], None]) -> None:
    """Write all that a transaction sees.

    Args:
        tx: Of the Répertoire.
        do: Runs an act on the file, where a transaction is open.
        tell: Told how many structures are written, out of how many.
    """
    counted = sa.select(sa.func.count()).where(structures.c.supprimee.is_(False))
    total = int((await tx.execute(counted)).scalar_one())
    await do(storage.empty)
    book = _Book()
    done = 0
    for kind in PARENTS_FIRST:
        async with tx.stream(_of_kind(kind)) as rows:
            async for page in rows.partitions(STEP):
                tell(done, total)
                written = await asyncio.to_thread(book.documents, page, keep=kind is not Kind.UO)
                await do(_insertion(first_of_kind(kind) + done, written))
                done += len(written)
    tell(done, total)
    await do(lambda db: storage.finish(db, book.words))
    spread.cache_clear()  # it would hold pages of a memory that is free again


async def holds_at_least(tx: AsyncConnection, count: int) -> bool:
    """Tell whether there are so many structures, deleted ones included."""
    return (await tx.execute(sa.select(structures.c.id).offset(count - 1).limit(1))).first() is not None


async def update(tx: AsyncConnection, do: Do, ids: set[UUID]) -> None:
    """Write some structures again.

    Args:
        tx: Of the Répertoire.
        do: Runs an act on the file, where a transaction is open.
        ids: What changed, deleted structures included.
    """
    query = sa.select(*columns(), structures.c.supprimee).where(structures.c.id.in_(await with_ancestors(tx, ids)))
    rows = sorted((await tx.execute(query)).all(), key=lambda row: PARENTS_FIRST.index(row.kind))
    written = _Book().documents(rows, keep=True)
    kept = [one for row, one in zip(rows, written, strict=True) if row.id in ids and not row.supprimee]
    await do(lambda db: storage.replace(db, [str(one) for one in ids], kept))


class _Book:
    """What is known of the structures written so far: words, and what each gives to those below it."""

    def __init__(self) -> None:
        self.words: set[str] = set()
        self._contexts: dict[UUID, Context] = {}

    def documents(self, rows: Iterable[Row], *, keep: bool) -> list[Document]:
        written = []
        for row in rows:
            one, context = document(row, self._contexts)
            written.append(one)
            if keep:
                self._contexts[row.id] = context
        self.words |= vocabulary(written)
        return written


def _of_kind(kind: Kind) -> sa.Select[Any]:
    """Select what is published of a kind, in the order in which it should be found: open first, then by name."""
    where = (structures.c.kind == kind, structures.c.supprimee.is_(False))
    order = (structures.c.fermee_le.is_not(None), structures.c.nom_tri, structures.c.id)
    return sa.select(*columns()).where(*where).order_by(*order).execution_options(yield_per=STEP)


def _insertion(first: int, written: Sequence[Document]) -> Callable[[sqlite3.Connection], None]:
    return lambda db: storage.insert(db, first, written)
