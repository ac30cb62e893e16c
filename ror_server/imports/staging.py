"""The lines of a file, laid beside the Répertoire in a temporary table, and what they would change in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.domain.words import fold
from ror_server.imports.bulk import BulkInsert
from ror_server.imports.plan import COMPARED
from ror_server.imports.rows import ENTITY_STAGED, STAGED, Staged, bare_name
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

entities = sa.Table(
    "import_finess_ej",
    sa.MetaData(),
    *(sa.Column(name, structures.c[name].type) for name in ENTITY_STAGED),
    prefixes=["TEMPORARY"],
)
"""EJ that the lines name by their number only."""

raison_sociale = structures.c.raison_sociale


class Staging:
    """The temporary tables of one import; nothing of the Répertoire is touched while they fill."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._insert = BulkInsert(connection, arrivals, STAGED)
        self._insert_entities = BulkInsert(connection, entities, ENTITY_STAGED)

    async def open(self) -> None:
        """Make the tables, instead of those that a former import may have left on this connection."""
        await self.close()
        for table in (arrivals, entities):
            await self._connection.run_sync(table.create)

    async def close(self) -> None:
        """Drop the tables; it may be done twice."""
        for table in (arrivals, entities):
            await self._connection.run_sync(table.drop, checkfirst=True)

    async def add(self, rows: Sequence[Staged]) -> None:
        """Take lines that were read."""
        await self._insert.write(rows)

    async def add_entities(self, rows: Sequence[Staged]) -> None:
        """Take the EJ that the lines name."""
        await self._insert_entities.write(rows)

    async def count_new(self) -> dict[Kind, int]:
        """Count the structures that the Répertoire does not have yet."""
        lines = sa.select(arrivals.c.kind, sa.func.count()).where(~_known(arrivals)).group_by(arrivals.c.kind)
        numbers = sa.select(sa.func.count()).select_from(entities).where(~_known(entities))
        found = {Kind(kind): count for kind, count in (await self._connection.execute(lines)).all()}
        named = (await self._connection.execute(numbers)).scalar_one()
        return {**found, Kind.EJ: named} if named else found

    async def keep_new(self) -> None:
        """Forget the structures that the Répertoire has: what is left is to be published."""
        for table in (arrivals, entities):
            await self._connection.execute(sa.delete(table).where(_known(table)))

    async def new(self) -> Sequence[sa.RowMapping]:
        """Give line number, FINESS and name of the lines left."""
        query = sa.select(arrivals.c.ligne, arrivals.c.finess, arrivals.c.nom).order_by(arrivals.c.ligne)
        return (await self._connection.execute(query)).mappings().all()

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
                raison_sociale,
                arrivals.c.ligne,
                *(structures.c[name].label(f"avant_{name}") for name in (*COMPARED, "nom", "fermee_le")),
                *(arrivals.c[name].label(f"apres_{name}") for name in (*COMPARED, "nom")),
            )
            .join(structures, structures.c.id == arrivals.c.id)
            .where(sa.or_(file_name, *moved))
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
        columns = ["commit_seq", "structure_id", "op", "version", "apres"]
        for table, nom in ((entities, _BARE_NAME), (arrivals, arrivals.c.nom)):
            apres = self._json("finess", table.c.finess, "nom", nom)
            row = sa.select(sa.literal(commit), table.c.id, sa.literal("create"), sa.literal(1), apres)
            await self._connection.execute(sa.insert(revisions).from_select(columns, row))

    async def publish_entities(self, constants: Mapping[str, object]) -> None:
        """Write the EJ left that are known by their number only.

        Args:
            constants: Columns that have one value for the whole import.
        """
        folded = sa.literal(_BARE_FOLDED) + sa.func.lower(entities.c.finess)
        values: dict[str, sa.ColumnElement[Any]] = {
            "id": entities.c.id,
            "kind": sa.literal(Kind.EJ.value),
            "nom": _BARE_NAME,
            "nom_tri": folded,
            "recherche": folded,
            "finess": entities.c.finess,
            "disciplines": entities.c.disciplines,
            "valeurs": self._json(),
        }
        await self._publish(values, constants)

    async def publish_lines(self, constants: Mapping[str, object]) -> None:
        """Write the lines left."""
        values: dict[str, sa.ColumnElement[Any]] = {name: arrivals.c[name] for name in _COPIED}
        await self._publish(values | {"raison_sociale": arrivals.c.nom, "valeurs": self._json()}, constants)

    async def _publish(self, values: Mapping[str, sa.ColumnElement[Any]], constants: Mapping[str, object]) -> None:
        fixed = [sa.literal(value, structures.c[name].type) for name, value in constants.items()]
        row = sa.select(*values.values(), *fixed)
        await self._connection.execute(sa.insert(structures).from_select([*values, *constants], row))

    def _json(self, *pairs: str | sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
        """Build a JSON object inside the database, of column names and columns by turns."""
        name = "jsonb_build_object" if self._connection.dialect.name == "postgresql" else "json_object"
        arguments = [sa.literal_column(f"'{part}'") if isinstance(part, str) else part for part in pairs]
        function: sa.ColumnElement[Any] = getattr(sa.func, name)(*arguments, type_=structures.c.valeurs.type)
        return function


_BARE_NAME = sa.literal(bare_name("")) + entities.c.finess
_BARE_FOLDED = fold(bare_name("")) + " "


def _known(table: sa.Table) -> sa.ColumnElement[bool]:
    return sa.exists().where(structures.c.id == table.c.id)
