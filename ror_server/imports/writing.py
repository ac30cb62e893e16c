"""Writing of an import: one commit, its revisions, the structures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.domain.disciplines import discipline_bit
from ror_server.imports.bulk import indexes_built_last
from ror_server.imports.plan import Change
from ror_server.imports.staging import Staging
from ror_server.store import offres, peuplement
from ror_server.store.commits import add_revisions, next_commit
from ror_server.store.tables import revisions, structures
from ror_tui.api_client.models import Discipline, Kind

ACTEUR = "FINESS"
STEP = 200


class Writer:
    """Writes into the Répertoire inside the transaction of the import."""

    def __init__(self, connection: AsyncConnection, at: datetime, progress: Callable[[str, int, int], None]) -> None:
        self._connection = connection
        self._at = at
        self._progress = progress
        self._commit = 0

    async def commit(self, message: str) -> None:
        """Write the commit row that everything else refers to."""
        self._commit = await next_commit(
            self._connection, at=self._at, acteur=ACTEUR, origine="import", message=message
        )

    async def publish(self, staging: Staging) -> None:
        """Write the structures that the Répertoire did not have, and their revisions; the staging is then closed."""
        constants: dict[str, object] = {"maj_le": self._at, "maj_par": ACTEUR}
        async with indexes_built_last(self._connection, [structures, revisions]):
            self._progress("Écriture de l'historique", 0, 4)
            await staging.add_revisions(revisions, self._commit)
            self._progress("Écriture des entités juridiques", 1, 4)
            await staging.publish_entities(constants)
            self._progress("Écriture des structures", 2, 4)
            await staging.publish_lines(constants)
            await staging.close()
            self._progress("Construction des index", 3, 4)

    async def update(self, changes: Sequence[Change]) -> None:
        """Change the published structures, each with its revision."""
        for start in range(0, len(changes), STEP):
            step = changes[start : start + STEP]
            for change in step:
                columns = {**change.columns, "version": change.version + 1, "maj_le": self._at, "maj_par": ACTEUR}
                where = structures.c.id == change.structure_id
                await self._connection.execute(sa.update(structures).where(where).values(columns))
            await add_revisions(self._connection, [self._revision(change) for change in step])
            turned = [change.structure_id for change in step if "fermee_le" in change.columns]
            await offres.follow_establishments(self._connection, turned)
            moved = [change.structure_id for change in step if change.columns.keys() & peuplement.LOOKED_AT]
            await peuplement.follow(self._connection, moved)
            self._progress("Mise à jour des structures", start + len(step), len(changes))

    async def refresh_disciplines(self, changes: Sequence[Change]) -> None:
        """Bring the bit sets up to date: of the establishments that changed group, then of every EJ that differs."""
        below = structures.alias("below")
        alive = below.c.supprimee.is_(False)
        of_units = _bits(below).where(below.c.eg_id == structures.c.id, alive).scalar_subquery()
        own = sa.case({item.value: discipline_bit(item) for item in Discipline}, value=structures.c.discipline, else_=0)
        regrouped: list[UUID] = [change.structure_id for change in changes if "discipline" in change.columns]
        for start in range(0, len(regrouped), STEP):
            chosen = structures.c.id.in_(regrouped[start : start + STEP])
            bits = own.op("|")(of_units)
            await self._connection.execute(sa.update(structures).where(chosen).values(disciplines=bits))
        of_egs = _bits(below).where(below.c.parent_id == structures.c.id, alive).scalar_subquery()
        outdated = sa.and_(structures.c.kind == Kind.EJ, structures.c.disciplines != of_egs)
        await self._connection.execute(sa.update(structures).where(outdated).values(disciplines=of_egs))

    def _revision(self, change: Change) -> Mapping[str, Any]:
        return {
            "commit_seq": self._commit,
            "structure_id": change.structure_id,
            "op": "update",
            "version": change.version + 1,
            "avant": {name: _plain(value) for name, value in change.avant.items()},
            "apres": {name: _plain(change.columns[name]) for name in change.avant},
        }


def _bits(below: sa.FromClause) -> sa.Select[tuple[int]]:
    """Give the union of bit sets, without an aggregate that only one of the two databases has."""
    each = [sa.func.max(below.c.disciplines.op("&")(discipline_bit(item))) for item in Discipline]
    total: sa.ColumnElement[int] = sa.func.coalesce(sum(each[1:], start=each[0]), 0)
    return sa.select(total)


def _plain(value: object) -> object:
    return str(value) if isinstance(value, UUID) else value
