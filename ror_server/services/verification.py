"""Checking that the log of publications leads to what is published, structure by structure."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from ror_server.domain.passe import faults as log_faults
from ror_server.store import historique
from ror_server.store.database import Database
from ror_server.store.tables import structures

PAGE = 2000
MOST = 100
"""Faults told one by one."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Where the log and what is published disagree."""

    structure_id: UUID
    nom: str
    texte: str

    def __str__(self) -> str:
        """Say it on one line."""
        return f"{self.structure_id} « {self.nom} » : {self.texte}"


async def faults(database: Database) -> AsyncIterator[Fault]:
    """Walk every structure back through its revisions, in one snapshot, and give what does not agree."""
    async with database.read() as tx:
        await historique.snapshot(tx)
        last: UUID | None = None
        while True:
            query = sa.select(structures.c.id).order_by(structures.c.id).limit(PAGE)
            ids = list((await tx.execute(query if last is None else query.where(structures.c.id > last))).scalars())
            if not ids:
                return
            rows, later = await historique.rows(tx, ids), await historique.later(tx, ids, 0)
            for one in ids:
                for text in log_faults(historique.state(rows[one]), later[one]):
                    yield Fault(one, rows[one].nom, text)
            last = ids[-1]


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found; of many faults only the first ones are kept."""

    structures: int
    publications: int
    count: int
    first: list[Fault]

    def lines(self) -> list[str]:
        """Say it in French."""
        told = [str(fault) for fault in self.first]
        looked = f"{self.structures} structures, {self.publications} publications"
        if not self.count:
            return [f"{looked} : l'historique mène exactement à ce qui est publié."]
        return [*told, f"{looked} : {self.count} écart(s) entre l'historique et ce qui est publié."]


async def report(url: str) -> Report:
    """Check a whole database.

    Args:
        url: The database, migrated already.

    Raises:
        BadDatabaseUrlError: It cannot be one.
    """
    database = Database(url)
    try:
        found = [fault async for fault in faults(database)]
        total, publications = await counted(database)
    finally:
        await database.close()
    return Report(total, publications, len(found), found[:MOST])


async def counted(database: Database) -> tuple[int, int]:
    """Count the structures and the publications."""
    async with database.read() as tx:
        total = (await tx.execute(sa.select(sa.func.count()).select_from(structures))).scalar_one()
        end = await historique.page(tx, None, None, 1)
        return total, end[0].seq if end else 0
