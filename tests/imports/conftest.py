"""Running an import over a fresh database and looking at what it wrote."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from ror_server.imports.finess import Outcome, import_finess
from ror_server.imports.report import Remark, Report, Severity
from ror_server.store.database import Database
from ror_server.store.tables import structures
from tests.imports import files

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class KeptReport(Report):
    """A report that keeps everything it was told."""

    def __init__(self) -> None:
        super().__init__()
        self.all: list[Remark] = []

    def add(self, remark: Remark) -> None:
        """Keep a remark."""
        super().add(remark)
        self.all.append(remark)

    def of(self, severity: Severity) -> list[Remark]:
        """Give the remarks of a severity."""
        return [remark for remark in self.all if remark.severity is severity]


@dataclass
class Bench:
    """A database with a folder for files."""

    database: Database
    folder: Path
    report: KeptReport = field(default_factory=KeptReport)

    async def load(
        self,
        lines: Iterable[str] = files.REGION,
        published: str = "2026-01-05",
        *,
        force: bool = False,
        progress: Callable[[str, int, int], None] = lambda _message, _done, _total: None,
    ) -> Outcome:
        """Import lines as a file of that date."""
        return await self.load_file(
            files.write(self.folder / "stock.csv", lines, published), force=force, progress=progress
        )

    async def load_file(
        self,
        path: Path,
        *,
        force: bool = False,
        progress: Callable[[str, int, int], None] = lambda _message, _done, _total: None,
    ) -> Outcome:
        """Import a file; `report` then holds what was said of it."""
        self.report = KeptReport()
        return await import_finess(self.database, path, self.report, at=AT, progress=progress, force=force)

    async def rows(self, kind: str = "eg") -> dict[str, sa.RowMapping]:
        """Give the structures of a kind by FINESS."""
        query = sa.select(structures).where(structures.c.kind == kind).order_by(structures.c.finess)
        async with self.database.read() as connection:
            return {str(row["finess"]): row for row in (await connection.execute(query)).mappings()}

    async def dump(self) -> dict[str, list[Any]]:
        """Give every row of every table, but for the communes that ship with the server."""
        found: dict[str, list[Any]] = {}
        async with self.database.read() as connection:
            for table in (table for table in structures.metadata.sorted_tables if table.name != "communes"):
                rows = (await connection.execute(sa.select(table))).all()
                found[table.name] = sorted((tuple(row) for row in rows), key=str)
        return found

    async def indexes(self) -> set[str | None]:
        """Give the names of the indexes of the structures."""
        async with self.database.read() as connection:
            return await connection.run_sync(
                lambda sync: {index["name"] for index in sa.inspect(sync).get_indexes("structures")}
            )

    async def execute(self, statement: sa.Executable) -> None:
        """Change something by hand, as another part of the server would."""
        async with self.database.write() as connection:
            await connection.execute(statement)


@pytest.fixture
def bench(database: Database, tmp_path: Path) -> Bench:
    """Give a fresh database of each kind and a folder."""
    return Bench(database, tmp_path)
