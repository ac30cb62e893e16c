"""A Répertoire of national size: the real FINESS extract, and generated units below its establishments.

`python -m benchmarks.national --size 1000000 [--database URL] [--names FILE]`; without `--database` it is a SQLite file
in the cache of the benchmarks (ROR_BENCH_CACHE, by default a folder of the temporary directory), made once.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.demonstration.loading import GROUPS
from ror_server.demonstration.plan import Entity, Establishment
from ror_server.demonstration.profiles import Profile, profiles
from ror_server.demonstration.region import COLUMNS, Row, establishment_rows
from ror_server.domain.rights import Grant
from ror_server.imports import regroupement
from ror_server.imports.bulk import BulkInsert, moment
from ror_server.imports.finess import import_finess
from ror_server.imports.report import Report
from ror_server.services.sessions import hash_password
from ror_server.store import accounts, offres, peuplement
from ror_server.store.commits import next_commit
from ror_server.store.database import Database
from ror_server.store.migrate import migrate
from ror_server.store.tables import structures
from ror_tui.api_client.models import Circuit, Discipline, Kind, Portee, Role

ROOT = Path(__file__).resolve().parent.parent
FINESS = ROOT.parent / "shared" / "data" / "finess" / "etalab-cs1100502-stock-20210108.csv.xz"
CACHE = Path(os.environ.get("ROR_BENCH_CACHE") or Path(tempfile.gettempdir()) / "ror-bench")
VERSION = 2
"""Of what is generated: another one is made again."""

REAL = 95_000
"""The size that stands for the real extract alone: 94,839 establishments and the entities that they name."""
SIZES = (REAL, 500_000, 1_000_000)
AT = datetime(2026, 11, 1, 6, 0, tzinfo=UTC)
ACTEUR = "banc"
LOGIN = "banc"
PASSWORD = "banc-d-essai"
"""An account that reads everything, and describes département 75."""

STEP = 500
"""Establishments whose units are written together."""
ROWS_PER_UNIT = {True: 2.0, False: 1.0}
"""Rows that a unit brings, with its pôle, service and UF, where there are some."""
SPARE = 1.2
"""The generation is aimed above the size, then cut: what a hospital holds is drawn, not computed."""

_EG = ("id", "parent_id", "finess", "nom", "categorie", "circuit", "discipline", "departement", "code_postal", "ville")


def prepared(size: int) -> Path:
    """Give the SQLite file of a size, made when the cache does not have it.

    Args:
        size: Structures in all; `REAL` for the extract alone.
    """
    file = CACHE / f"national-{VERSION}-{size}.db"
    if file.is_file():
        return file
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        made = Path(folder) / file.name
        if size > REAL:
            shutil.copyfile(prepared(REAL), made)
        asyncio.run(build(str(made), size))
        made.replace(file)
    return file


async def build(url: str, size: int) -> None:
    """Bring a database to a size: what it has already is kept.

    Args:
        url: Of a database that is empty, or that holds the extract alone.
        size: Structures in all.
    """
    database = Database(url)
    try:
        await migrate(database)
        async with database.read() as tx:
            empty = await count(tx) == 0
        if empty:
            await import_finess(database, FINESS, Report(), at=AT, progress=lambda *_: None)
            await _add_account(database)
        if size > REAL:
            await _add_units(database, size)
            await _complete(database)
        if database.is_sqlite:
            async with database.engine.connect() as connection:
                await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        await database.close()


async def count(tx: AsyncConnection) -> int:
    """Count the structures."""
    return int((await tx.execute(sa.select(sa.func.count()).select_from(structures))).scalar_one())


async def _add_account(database: Database) -> None:
    async with database.write() as tx:
        account = uuid4()
        hashed = hash_password(PASSWORD)
        await accounts.add_account(
            tx, compte_id=account, identifiant=LOGIN, nom="Banc d'essai", mot_de_passe=hashed, at=AT
        )
        for grant in (Grant(Role.LECTEUR, Portee.REGION, None), Grant(Role.REFERENT, Portee.DEPARTEMENT, "75")):
            await accounts.add_grant(tx, account, grant)


async def _add_units(database: Database, size: int) -> None:
    """Write units below the establishments until the size is reached, the indexes last."""
    async with database.write() as tx:
        await next_commit(tx, at=AT, acteur=ACTEUR, origine="demonstration", message="Unités générées")
        missing = size - await count(tx)
        indexes = sorted(structures.indexes, key=str)
        for index in indexes:
            await tx.run_sync(index.drop)
        bits = await _write_units(tx, await _establishments(tx, missing), missing)
        for index in indexes:
            await tx.run_sync(index.create)
        await _write_bits(tx, bits)


async def _complete(database: Database) -> None:
    """Write what follows from the units: offers, états de peuplement, groups."""
    lists = [regroupement.OFFICIAL.read_text(encoding="utf-8"), GROUPS.read_text(encoding="utf-8")]
    async with database.write() as tx:
        if not database.is_sqlite:
            await tx.exec_driver_sql("ANALYZE structures")
        await offres.rebuild(tx)
        await peuplement.rebuild(tx)
        for genre, text in zip(regroupement.GENRES, (lists[0], lists[1], lists[1]), strict=True):
            await regroupement.replace(tx, genre, regroupement.parse(text))


async def _establishments(tx: AsyncConnection, missing: int) -> list[tuple[Establishment, sa.Row[tuple[str, ...]]]]:
    query = sa.select(*(structures.c[name] for name in _EG)).where(structures.c.kind == Kind.EG)
    rows = (await tx.execute(query.order_by(structures.c.finess))).all()
    drawn = [_profile(row.categorie, row.circuit, row.discipline) for row in rows]
    wanted = sum(sum(one.units) / 2 * ROWS_PER_UNIT[bool(one.poles)] for one in drawn)
    factor = missing * SPARE / wanted
    return [(_establishment(row, one, factor), row) for row, one in zip(rows, drawn, strict=True)]


def _profile(category: str, circuit: str, discipline: str) -> Profile:
    known = {one.code: one for one in profiles() if one.types or one.poles}
    usual = {Circuit.SANITAIRE.value: "109", Circuit.HANDICAP.value: "255"}
    found = known.get(category) or known[usual.get(circuit, "124")]
    return replace(found, discipline=Discipline(discipline))


def _establishment(row: sa.Row[tuple[str, ...]], profile: Profile, factor: float) -> Establishment:
    units = max(1, round(sum(profile.units) / 2 * factor))
    entity = Entity("", "", "", row.departement)
    return Establishment(
        row.finess, profile, row.nom, row.departement, row.ville or "", row.code_postal or "", entity, "", units
    )


async def _write_units(
    tx: AsyncConnection, egs: Sequence[tuple[Establishment, sa.Row[tuple[str, ...]]]], missing: int
) -> Counter[str]:
    """Write the units, and give the disciplines of what stands above them."""
    insert = BulkInsert(tx, structures, (*COLUMNS, "maj_le", "maj_par"))
    signed = (moment(AT, tx.dialect), ACTEUR)
    bits: Counter[str] = Counter()
    for start in range(0, len(egs), STEP):
        rows: list[Row] = []
        for establishment, eg in egs[start : start + STEP]:
            own, *below = establishment_rows(establishment)
            bits[str(eg.id)] |= own.disciplines
            bits[str(eg.parent_id)] |= own.disciplines
            rows += below
        await insert.write([row + signed for row in rows[:missing]])
        missing -= min(missing, len(rows))
        if not missing:
            return bits
    raise RuntimeError(f"{missing} units are missing: SPARE is too small")


async def _write_bits(tx: AsyncConnection, bits: Counter[str]) -> None:
    union = structures.c.disciplines.op("|")(sa.bindparam("bits"))
    statement = sa.update(structures).where(structures.c.id == sa.bindparam("above")).values(disciplines=union)
    await tx.execute(statement, [{"above": above, "bits": found} for above, found in bits.items()])


# --- The same names, one on a line, for programs that read lines ---


def lines(url: str) -> Iterator[str]:
    """Give one line of text for each structure: its name, then what tells where it is, its numbers.

    Args:
        url: Of a database that `build` made.
    """
    yield from asyncio.run(_lines(url))


async def _lines(url: str) -> list[str]:
    eg = structures.alias("eg")
    place = [sa.func.coalesce(structures.c[name], eg.c[name]) for name in ("code_postal", "ville")]
    numbers = [structures.c[name] for name in ("finess", "siret")]
    query = sa.select(structures.c.nom, eg.c.nom, *place, *numbers).outerjoin(eg, eg.c.id == structures.c.eg_id)
    database = Database(url)
    try:
        async with database.read() as tx:
            return [" ".join(part for part in row if part) for row in await tx.execute(query)]
    finally:
        await database.close()


def names(size: int) -> Path:
    """Give the text file of a size, made when the cache does not have it."""
    file = CACHE / f"national-{VERSION}-{size}.txt"
    if not file.is_file():
        made = file.with_suffix(".part")
        made.write_text("".join(f"{line}\n" for line in lines(str(prepared(size)))), encoding="utf-8")
        made.replace(file)
    return file


def main() -> None:
    """Make what is asked, and say where it is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=REAL, help=f"structures in all; {REAL}: the extract alone")
    parser.add_argument("--database", metavar="URL", help="an empty database to fill, instead of the cache's file")
    parser.add_argument("--names", type=Path, metavar="FILE", help="also write one line of text for each structure")
    arguments = parser.parse_args()
    if arguments.database:
        asyncio.run(build(arguments.database, arguments.size))
    url = arguments.database or str(prepared(arguments.size))
    if arguments.names:
        arguments.names.write_text("".join(f"{line}\n" for line in lines(url)), encoding="utf-8")
    print(url)


if __name__ == "__main__":
    main()
