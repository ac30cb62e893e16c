"""A Répertoire for the tests of the search: each change of it is a publication, as the real ones are."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa

from ror_server.domain.disciplines import discipline_bit
from ror_server.domain.words import fold
from ror_server.search import Found, Keep, Near, SearchIndex
from ror_server.store.commits import add_revisions, next_commit
from ror_server.store.database import Database
from ror_server.store.tables import structures
from ror_tui.api_client.models import Kind, Plage

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class Directory:
    """Writes structures and finds them."""

    def __init__(self, database: Database, file: Path) -> None:
        self.database = database
        self.file = file
        self.index = SearchIndex(database, file)
        self._others: list[SearchIndex] = []
        self._names: dict[UUID, str] = {}

    async def close(self) -> None:
        """Let the files go."""
        for one in (self.index, *self._others):
            await one.close()

    def another(self) -> SearchIndex:
        """Give a second index on the same file, as another worker or the next start of the server has."""
        self._others.append(SearchIndex(self.database, self.file))
        return self._others[-1]

    # --- Writing ---

    async def eg(self, nom: str, ville: str = "", **more: Any) -> UUID:
        """Publish an establishment."""
        return (await self.egs([(nom, ville, more)]))[0]

    async def egs(self, given: Iterable[tuple[str, str, dict[str, Any]]]) -> list[UUID]:
        """Publish several establishments at once."""
        rows = [self._row(Kind.EG, nom, {"ville": ville} | more) for nom, ville, more in given]
        return await self._publish(rows)

    async def ej(self, nom: str, **more: Any) -> UUID:
        """Publish a legal entity."""
        return (await self._publish([self._row(Kind.EJ, nom, more)]))[0]

    async def unit(self, nom: str, eg: UUID, kind: Kind = Kind.UO, **more: Any) -> UUID:
        """Publish what stands below an establishment."""
        return (await self._publish([self._row(kind, nom, {"eg_id": eg, "parent_id": eg} | more)]))[0]

    def _row(self, kind: Kind, nom: str, more: dict[str, Any]) -> dict[str, Any]:
        row = {"id": uuid4(), "kind": kind, "nom": nom, "nom_tri": fold(nom), "valeurs": {}, **more}
        row["disciplines"] = discipline_bit(more.get("discipline"))
        self._names[row["id"]] = nom
        return row | {"maj_le": AT, "maj_par": "essai"}

    async def _publish(self, rows: list[dict[str, Any]]) -> list[UUID]:
        async with self.database.write() as tx:
            commit = await next_commit(tx, at=AT, acteur="essai", origine="import", message="essai")
            for row in rows:
                await tx.execute(sa.insert(structures).values(row))
            await add_revisions(tx, [_revision(commit, row["id"], "create", 1) for row in rows])
        return [row["id"] for row in rows]

    async def change(self, structure_id: UUID, op: str = "update", **values: Any) -> None:
        """Publish a change of a structure."""
        if "nom" in values:
            values["nom_tri"] = fold(values["nom"])
            self._names[structure_id] = values["nom"]
        async with self.database.write() as tx:
            commit = await next_commit(tx, at=AT, acteur="essai", origine="dossier", message="essai")
            await tx.execute(sa.update(structures).where(structures.c.id == structure_id).values(values))
            await add_revisions(tx, [_revision(commit, structure_id, op, 2)])

    async def delete(self, structure_id: UUID) -> None:
        """Publish a deletion."""
        await self.change(structure_id, "delete", supprimee=True)

    # --- Finding ---

    async def ready(self, index: SearchIndex | None = None) -> None:
        """Wait for an index to be exact."""
        async with self.database.read() as tx:
            await (index or self.index).catch_up(tx)

    async def found(
        self, text: str, *, keep: Keep | None = None, near: Near | None = None, index: SearchIndex | None = None
    ) -> list[str]:
        """Give the names of what is found, best first."""
        return [self._names[one] for one in (await self.search(text, keep=keep, near=near, index=index)).ids]

    async def search(
        self, text: str, *, keep: Keep | None = None, near: Near | None = None, index: SearchIndex | None = None
    ) -> Found:
        """Search in an exact index."""
        await self.ready(index)
        return await (index or self.index).find(text, keep, near)

    async def marked(self, text: str, shown: str) -> str:
        """Show in brackets what of a text answers."""
        return brackets(shown, (await self.search(text)).marks(shown))


def brackets(shown: str, runs: Iterable[Plage]) -> str:
    """Show runs of a text in brackets."""
    for start, end in sorted(runs, reverse=True):
        shown = f"{shown[:start]}[{shown[start:end]}]{shown[end:]}"
    return shown


def _revision(commit: int, structure_id: UUID, op: str, version: int) -> dict[str, object]:
    return {
        "commit_seq": commit,
        "structure_id": structure_id,
        "op": op,
        "version": version,
        "avant": None,
        "apres": None,
    }
