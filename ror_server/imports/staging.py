"""The lines of a file, laid beside the Répertoire in a temporary table, and what they would change in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.imports.bulk import BATCH, BulkInsert
from ror_server.imports.plan import COMPARED
from ror_server.imports.rows import STAGED, Staged
from ror_server.store.tables import structures
from ror_tui.api_client.models import Kind

_COPIED = tuple(name for name in STAGED if name != "ligne")

arrivals = sa.Table(
    "import_finess",
    sa.MetaData(),
    sa.Column("ligne", sa.Integer),
    *(sa.Column(name, structures.c[name].type) for name in _COPIED),
    prefixes=["TEMPORARY"],
)

raison_sociale = structures.c.valeurs["raison_sociale"].as_string()


class Staging:
    """The temporary table of one import; nothing of the Répertoire is touched while it fills."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._insert = BulkInsert(connection, arrivals, STAGED)

    async def open(self) -> None:
        """Make the table, or empty the one that a former import of the same process left."""
        await self._connection.run_sync(arrivals.drop, checkfirst=True)
        await self._connection.run_sync(arrivals.create)

    async def close(self) -> None:
        """Drop the table; it may be done twice."""
        await self._connection.run_sync(arrivals.drop, checkfirst=True)

    async def add(self, rows: Iterable[Staged]) -> None:
        """Take lines that were read."""
        waiting = iter(rows)
        while batch := list(islice(waiting, BATCH)):
            await self._insert.write(batch)

    async def count_new(self) -> dict[Kind, int]:
        """Count the structures that the Répertoire does not have yet."""
        query = sa.select(arrivals.c.kind, sa.func.count()).where(~_known()).group_by(arrivals.c.kind)
        return {Kind(kind): count for kind, count in (await self._connection.execute(query)).all()}

    async def keep_new(self) -> None:
        """Forget the lines of structures that the Répertoire has: what is left is to be published."""
        await self._connection.execute(sa.delete(arrivals).where(_known()))

    async def new(self) -> Sequence[sa.RowMapping]:
        """Give line number, FINESS and name of what is left, but for the EJ known by their number only."""
        query = sa.select(arrivals.c.ligne, arrivals.c.finess, arrivals.c.nom).where(arrivals.c.ligne.is_not(None))
        return (await self._connection.execute(query.order_by(arrivals.c.ligne))).mappings().all()

    async def different(self) -> Sequence[sa.RowMapping]:
        """Give the known structures that a line contradicts: `avant_…` as published, `apres_…` as in the file."""
        file_name = sa.or_(raison_sociale.is_distinct_from(arrivals.c.nom), structures.c.fermee_le.is_not(None))
        moved = [structures.c[name].is_distinct_from(arrivals.c[name]) for name in COMPARED]
        query = (
            sa.select(
                structures.c.id,
                structures.c.version,
                structures.c.kind,
                structures.c.finess,
                structures.c.valeurs,
                arrivals.c.ligne,
                *(structures.c[name].label(f"avant_{name}") for name in (*COMPARED, "nom", "fermee_le")),
                *(arrivals.c[name].label(f"apres_{name}") for name in (*COMPARED, "nom")),
            )
            .join(structures, structures.c.id == arrivals.c.id)
            .where(arrivals.c.ligne.is_not(None), sa.or_(file_name, *moved))
            .order_by(arrivals.c.ligne)
        )
        return (await self._connection.execute(query)).mappings().all()

    async def gone(self) -> Sequence[sa.RowMapping]:
        """Give the open establishments that came from FINESS and that the file does not name."""
        await self._connection.execute(sa.text("CREATE INDEX ix_import_finess_id ON import_finess (id)"))
        query = (
            sa.select(structures.c.id, structures.c.version, structures.c.finess, structures.c.nom)
            .outerjoin(arrivals, arrivals.c.id == structures.c.id)
            .where(
                arrivals.c.id.is_(None),
                structures.c.kind == Kind.EG,
                structures.c.fermee_le.is_(None),
                structures.c.supprimee.is_(False),
                raison_sociale.is_not(None),
            )
            .order_by(structures.c.finess)
        )
        return (await self._connection.execute(query)).mappings().all()

    async def add_revisions(self, revisions: sa.Table, commit: int) -> None:
        """Write the revision of each structure left."""
        apres = self._json("finess", arrivals.c.finess, "nom", arrivals.c.nom)
        row = sa.select(sa.literal(commit), arrivals.c.id, sa.literal("create"), sa.literal(1), apres)
        columns = ["commit_seq", "structure_id", "op", "version", "apres"]
        await self._connection.execute(sa.insert(revisions).from_select(columns, row))

    async def publish(self, kind: Kind, constants: dict[str, object]) -> None:
        """Write the structures left, of one kind, into the Répertoire.

        Args:
            kind: EJ first, then EG.
            constants: Columns that have one value for the whole import.
        """
        by_number = arrivals.c.ligne.is_(None)
        named = self._json("raison_sociale", arrivals.c.nom)
        valeurs = sa.case((by_number, self._json()), else_=named) if kind is Kind.EJ else named
        values = [sa.literal(value, structures.c[name].type) for name, value in constants.items()]
        row = sa.select(*(arrivals.c[name] for name in _COPIED), valeurs, *values)
        columns = [*_COPIED, "valeurs", *constants]
        statement = sa.insert(structures).from_select(columns, row.where(arrivals.c.kind == kind))
        await self._connection.execute(statement)

    def _json(self, *pairs: object) -> sa.ColumnElement[Any]:
        name = "jsonb_build_object" if self._connection.dialect.name == "postgresql" else "json_object"
        arguments = [sa.literal_column(f"'{part}'") if isinstance(part, str) else part for part in pairs]
        function: sa.ColumnElement[Any] = getattr(sa.func, name)(*arguments, type_=structures.c.valeurs.type)
        return function


def _known() -> sa.ColumnElement[bool]:
    return sa.exists().where(structures.c.id == arrivals.c.id)
