"""Import of a FINESS stock: read all, compare, then write what changed, in one transaction (docs/decisions/0006)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.imports import plan
from ror_server.imports.bulk import is_empty
from ror_server.imports.plan import Effect
from ror_server.imports.report import Remark, Report, Severity
from ror_server.imports.rows import LineReader
from ror_server.imports.source import Header, RefusedFileError, Source, open_source
from ror_server.imports.staging import Staging
from ror_server.imports.writing import Writer
from ror_server.store import members
from ror_server.store.database import Database
from ror_server.store.tables import reperes, structures
from ror_tui.api_client.models import Kind

CLOSING_ALWAYS_ALLOWED = 100
CLOSING_SHARE = 10
"""A newer stock that would close more than one establishment in ten is rather a cut file: refused without --forcer."""

REJECTED_ALWAYS_ALLOWED = 20

Progress = Callable[[str, int, int], None]
"""Called often with what is being done, how much, out of how much; may raise to stop everything."""


@dataclass(slots=True)
class Outcome:
    """What an import did."""

    header: Header
    lues: int = 0
    rejetees: int = 0
    nouveaux: dict[Kind, int] = field(default_factory=dict)
    effets: Counter[Effect] = field(default_factory=Counter)
    changees: int = 0

    @property
    def changed(self) -> bool:
        """Tell whether anything of the Répertoire was written."""
        return bool(sum(self.nouveaux.values()) or self.changees)


async def import_finess(
    database: Database, path: Path, report: Report, *, at: datetime, progress: Progress, force: bool = False
) -> Outcome:
    """Bring the Répertoire to the state of a FINESS stock.

    Args:
        database: Migrated.
        path: `etalab-cs1100502` (establishments) or `etalab-cs1100501` (legal entities).
        report: Takes every rejected line, warning and change.
        at: Instant of the import.
        progress: Told of what goes on; what it raises rolls everything back.
        force: Accept a file older than the last one, or one that closes very many establishments.

    Raises:
        RefusedFileError: When the whole file is refused; nothing was written.
    """
    with open_source(path) as source:
        async with database.write() as connection:
            last = await _last_import(connection, source.header)
            _check_age(source.header, last, force=force)
            staging = Staging(connection)
            await staging.open()
            outcome = Outcome(source.header)
            reader = await _read(source, staging, outcome, report, progress)
            await _lock(connection)
            progress("Comparaison avec le Répertoire", 0, 1)
            run = _Comparison(connection, staging, outcome, report)
            await run.against_repertoire(reader, close=not (last and source.header.published < last), force=force)
            if outcome.changed:
                await run.write(Writer(connection, at, progress), list_new=last is not None)
            await _remember(connection, source.header, last)
            await staging.close()
            progress("Enregistrement", 1, 1)
        return outcome


class _Comparison:
    """What the staged file changes in the Répertoire, then the writing of it."""

    def __init__(self, connection: AsyncConnection, staging: Staging, outcome: Outcome, report: Report) -> None:
        self._connection = connection
        self._staging = staging
        self._outcome = outcome
        self._report = report
        self._changes: list[plan.Change] = []

    async def against_repertoire(self, reader: LineReader, *, close: bool, force: bool) -> None:
        """Find what is new, what differs and what is gone."""
        outcome = self._outcome
        outcome.nouveaux = await self._staging.count_new()
        outcome.effets[Effect.AJOUTE] = outcome.nouveaux.get(outcome.header.layout.kind, 0)
        if await is_empty(self._connection, structures):
            return
        found = [plan.change(row) for row in await self._staging.different()]
        self._changes = [change for change in found if change.columns]
        if close and outcome.header.layout.kind is Kind.EG:
            self._changes += await self._closings(reader.refused_numbers, force=force)
        outcome.changees = len(self._changes)
        outcome.effets.update(effect for change in self._changes for effect in change.kinds())

    async def write(self, writer: Writer, *, list_new: bool) -> None:
        """Write all of it: one commit, one revision for each structure."""
        header = self._outcome.header
        await self._staging.keep_new()
        if list_new:
            for row in await self._staging.new():
                self._report.add(Remark(Severity.CHANGEMENT, row["ligne"], row["finess"], "nom", row["nom"], "ajouté"))
        for change in self._changes:
            for _, champ, texte in change.effects:
                self._report.add(Remark(Severity.CHANGEMENT, change.ligne, change.finess, champ, change.nom, texte))
        first = await is_empty(self._connection, structures)
        await writer.commit(f"Import {header.layout.fichier} du {header.published.isoformat()}")
        await writer.publish(self._staging)
        await writer.update(self._changes)
        if not first:
            await writer.refresh_disciplines(self._changes)
        await members.rebuild(self._connection)

    async def _closings(self, kept: set[str], *, force: bool) -> list[plan.Change]:
        published = self._outcome.header.published
        gone = [plan.closing(row, published) for row in await self._staging.gone() if row["finess"] not in kept]
        query = sa.select(sa.func.count()).where(structures.c.kind == Kind.EG, structures.c.fermee_le.is_(None))
        total = (await self._connection.execute(query)).scalar_one()
        if len(gone) > max(CLOSING_ALWAYS_ALLOWED, total // CLOSING_SHARE) and not force:
            raise RefusedFileError(
                f"Ce fichier fermerait {len(gone)} établissements sur {total} : il est sans doute incomplet. "
                "Rien n'a été importé. S'il est juste, recommencez avec --forcer."
            )
        return gone


async def _read(source: Source, staging: Staging, outcome: Outcome, report: Report, progress: Progress) -> LineReader:
    reader = LineReader(source.header.layout, report.add)
    ligne = 1
    for batch in source.batches():
        lines = enumerate(batch, ligne + 1)
        read = [reader.read(number, text) for number, text in lines if text is None or text.rstrip()]
        ligne += len(batch)
        kept = [row for row in read if row is not None]
        outcome.lues += len(kept)
        outcome.rejetees += len(read) - len(kept)
        await staging.add(kept)
        progress("Lecture du fichier", source.position, source.size)
    if outcome.rejetees > outcome.lues and (not outcome.lues or outcome.rejetees > REJECTED_ALWAYS_ALLOWED):
        raise RefusedFileError(
            f"Ce fichier n'est pas un stock FINESS correct : {outcome.lues} lignes justes sur "
            f"{outcome.lues + outcome.rejetees}. Rien n'a été importé."
        )
    await staging.add_entities(reader.entities())
    return reader


async def _lock(connection: AsyncConnection) -> None:
    """Keep publications out between comparison and writing; SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        await connection.exec_driver_sql("LOCK TABLE commits IN SHARE ROW EXCLUSIVE MODE")


def _key(header: Header) -> str:
    return f"import-{header.layout.fichier}"


async def _last_import(connection: AsyncConnection, header: Header) -> date | None:
    query = sa.select(reperes.c.valeur).where(reperes.c.cle == _key(header))
    found = (await connection.execute(query)).scalar_one_or_none()
    return date.fromisoformat(found["date"]) if found else None


def _check_age(header: Header, last: date | None, *, force: bool) -> None:
    if last and header.published < last and not force:
        raise RefusedFileError(
            f"Ce fichier date du {header.published:%d/%m/%Y}, le dernier importé du {last:%d/%m/%Y} : "
            "il ferait revenir le Répertoire en arrière. S'il le faut vraiment, recommencez avec --forcer."
        )


async def _remember(connection: AsyncConnection, header: Header, last: date | None) -> None:
    valeur = {"date": header.published.isoformat()}
    if last is None:
        await connection.execute(sa.insert(reperes).values(cle=_key(header), valeur=valeur))
    elif last != header.published:
        await connection.execute(sa.update(reperes).where(reperes.c.cle == _key(header)).values(valeur=valeur))
