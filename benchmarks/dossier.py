"""A dossier of 200 fiches: its difference and its integration, against the bare SQL writes of the same rows.

The dossier creates, modifies, moves and deletes units of a hospital of 250 structures, in a Répertoire of 95,000 and of
a million structures. Each round integrates another such dossier, that its validator has just read, from the lock to the
commit; then the very statements that it wrote go, through a bare connection, to a second copy of the file, which holds
the same, from BEGIN to COMMIT with the same settings. The ratios are of the processor's time, all threads: it depends
less on who else uses the machine. A second ratio leaves the two commits out, which cost the same on either side.

`python -m benchmarks.dossier [--sizes 95000,1000000] [--rounds N]`
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from benchmarks import national
from ror_server.domain.dossier import Item, Op
from ror_server.domain.rights import Grant
from ror_server.domain.words import fold
from ror_server.services import access, differences, workflow
from ror_server.services import dossiers as shown
from ror_server.services.pen import Pen
from ror_server.store import accounts, dossiers, offres, peuplement, structures
from ror_server.store.accounts import Account
from ror_server.store.database import PRAGMAS, Database
from ror_server.store.dossiers import DossierRow, StoredItem
from ror_server.store.migrate import migrate
from ror_tui.api_client.models import ActionDossier, Circuit, EtatDossier, Kind, Portee, Role, Valeurs

AT = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)
CREATED, UPDATED, MOVED, DELETED = 80, 80, 20, 20
PUBLISHED = 250
GOAL_RATIO = 4.0
GOAL_GROWTH = 1.2
VALUES: Valeurs = {
    "discipline": "MCO",
    "type_uo": "56",
    "age_min": 18,
    "age_max": 99,
    "mode_prise_en_charge": "46",
    "activites": ["293"],
    "unite_sensible": False,
    "commentaire": "Standard",
}


@dataclass
class Watch:
    """Seconds of each round, by the clock and of the processor."""

    clock: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Measure one round."""
        clock, processor = time.perf_counter(), time.process_time()
        yield
        self.processor.append(time.process_time() - processor)
        self.clock.append(time.perf_counter() - clock)

    def cell(self) -> str:
        """Give the medians in milliseconds, the processor's first."""
        return f"{1000 * median(self.processor):6.1f} / {1000 * median(self.clock):6.1f} ms"


@dataclass
class Times:
    """What is measured."""

    difference: Watch = field(default_factory=Watch)
    integration: Watch = field(default_factory=Watch)
    bare: Watch = field(default_factory=Watch)
    statements: Watch = field(default_factory=Watch)
    """The integration without its commit."""
    bare_statements: Watch = field(default_factory=Watch)


@dataclass(frozen=True)
class Case:
    """A dossier that waits for its last approval, and who gives it."""

    dossier_id: UUID
    account: Account


async def prepare(database: Database, rank: int = 0) -> Case:
    """Write a hospital, and a dossier of 200 green fiches on it.

    Args:
        database: Where.
        rank: Tells the hospitals apart, and what is typed in their fiches.
    """
    async with database.write() as tx:
        people = ((f"banc.a.{rank}", Role.REFERENT), (f"banc.v.{rank}", Role.VALIDATEUR))
        ids = [await _account(tx, name, role) for name, role in people]
        eg, pole = uuid4(), uuid4()
        units = [uuid4() for _ in range(PUBLISHED - 2)]
        rows = [_row(eg, Kind.EG, None, eg, "Hôpital du banc"), _row(pole, Kind.POLE, eg, eg, "Pôle du banc")]
        rows += [_row(unit, Kind.UO, eg, eg, f"Unité {rank}") for rank, unit in enumerate(units)]
        await structures.insert(tx, rows)
        await offres.follow(tx, units)
        await peuplement.follow(tx, [eg])
        row = DossierRow(
            id=uuid4(),
            eg_id=eg,
            eg_nom="Hôpital du banc",
            titre="Dossier du banc",
            circuit=Circuit.MEDICO_SOCIAL,
            etat=EtatDossier.A_VALIDER,
            depuis=AT,
            auteur_id=ids[0],
            auteur="banc.a",
            cree_le=AT,
            motif=None,
            version=1,
        )
        await dossiers.add(tx, row)
        await dossiers.put_items(tx, row.id, [StoredItem(item, AT, "banc.a") for item in _items(eg, pole, units, rank)])
        validator = await accounts.account(tx, ids[1])
    if validator is None:
        raise RuntimeError("the account was not written")
    return Case(row.id, validator)


async def _account(tx: AsyncConnection, name: str, role: Role) -> UUID:
    account_id = uuid4()
    await accounts.add_account(tx, compte_id=account_id, identifiant=name, nom=name, mot_de_passe="x", at=AT)
    await accounts.add_grant(tx, account_id, Grant(role, Portee.REGION, None))
    return account_id


def _row(node: UUID, kind: Kind, parent: UUID | None, eg: UUID, nom: str) -> dict[str, object]:
    own = {"id": node, "kind": kind, "parent_id": parent, "nom": nom, "nom_tri": fold(nom), "recherche": fold(nom)}
    values = VALUES if kind is Kind.UO else {}
    more = {"eg_id": None if kind is Kind.EG else eg, "discipline": "MCO", "disciplines": 1, "valeurs": values}
    place = {"circuit": "medico_social", "departement": "75", "categorie": "355"} if kind is Kind.EG else {}
    empty = {"circuit": None, "departement": None, "categorie": None}
    return empty | own | more | place | {"version": 1, "maj_le": AT, "maj_par": "banc"}


def _items(eg: UUID, pole: UUID, units: Sequence[UUID], hospital: int) -> Iterator[Item]:
    new = Item(id=eg, kind=Kind.UO, op=Op.CREATE, parent_next=eg, saved=True, finalised=True)
    for rank in range(CREATED):
        yield replace(new, id=uuid4(), next=VALUES | {"nom": f"Unité neuve {hospital} {rank}"}, ordre=rank)
    touched = iter(units)
    here = Item(id=eg, kind=Kind.UO, op=Op.UPDATE, parent_base=eg, parent_next=eg, base_version=1)
    base: Valeurs = {"age_min": 18, "commentaire": "Standard"}
    for rank in range(UPDATED):
        following: Valeurs = {"age_min": 15, "commentaire": f"Alix {hospital} {rank}"}
        yield replace(here, id=next(touched), base=base, next=following, saved=True, finalised=True)
    for _ in range(DELETED):
        yield replace(here, id=next(touched), op=Op.DELETE)
    for _ in range(MOVED):
        yield replace(here, id=next(touched), parent_next=pole)


@asynccontextmanager
async def opened(size: int) -> AsyncIterator[tuple[Database, Path]]:
    """Give a copy of the Répertoire of a size, and a second one that is the same."""
    national.CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=national.CACHE) as folder:
        file = Path(shutil.copyfile(national.prepared(size), Path(folder) / "ror.db"))
        database = Database(str(file))
        await migrate(database)
        await database.close()
        other = Path(shutil.copyfile(file, Path(folder) / "autre.db"))
        yield database, other
        await database.close()


async def measure(size: int, rounds: int) -> Times:
    """Measure at a size; the first round is not counted."""
    times = Times()
    async with opened(size) as (database, other):
        bare = _connected(other)
        for rank in range(rounds + 1):
            with _recorded(database) as prepared:
                case = await prepare(database, rank)
            _replay(bare, prepared, Watch(), Watch())
            gc.collect()
            gc.freeze()  # as the server does
            watches = times if rank else Times()
            await _read(database, case, watches.difference)
            with _recorded(database) as sent:
                await _integrate(database, case, watches)
            _replay(bare, sent, watches.bare, watches.bare_statements)
        bare.close()
    return times


async def _read(database: Database, case: Case, watch: Watch) -> None:
    """Read the tree and the difference, as one who is about to validate."""
    async with database.read() as tx:
        shown.tree(await access.dossier(tx, case.account, case.dossier_id))
    async with database.read() as tx:
        with watch.running():
            differences.differences(await access.dossier(tx, case.account, case.dossier_id))


async def _integrate(database: Database, case: Case, times: Times) -> None:
    """Do all that « valider » does, from the lock to the commit."""
    async with database.engine.connect() as tx:
        await tx.execution_options(ror_write=True)
        with times.integration.running():
            async with tx.begin():
                with times.statements.running():
                    pen = Pen(case.account, AT)
                    found = await workflow.acting(tx, case.dossier_id, 1, ActionDossier.VALIDER, pen)
                    await workflow.validate(tx, found, pen)


Sent = list[tuple[str, list[Any]]]
"""Statements with their rows."""


@contextmanager
def _recorded(database: Database) -> Iterator[Sent]:
    """Note every statement that writes, those of one kind in a row together, as one who writes SQL by hand would."""
    sent: Sent = []

    def note(*seen: Any, **_: object) -> None:  # noqa: ANN401  # SQLAlchemy names them by their places
        _, _, statement, parameters, _, many = seen
        if statement.split(None, 1)[0] in {"INSERT", "UPDATE", "DELETE"}:
            rows = list(parameters) if many else [parameters]
            if sent and sent[-1][0] == statement:
                sent[-1][1].extend(rows)
            else:
                sent.append((statement, rows))

    engine = database.engine.sync_engine
    sa.event.listen(engine, "before_cursor_execute", note)
    yield sent
    sa.event.remove(engine, "before_cursor_execute", note)


def _connected(file: Path) -> sqlite3.Connection:
    """Open a file with the settings of the server."""
    connection = sqlite3.connect(file, isolation_level=None)
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _replay(connection: sqlite3.Connection, sent: Sent, whole: Watch, statements: Watch) -> None:
    with whole.running():
        connection.execute("BEGIN IMMEDIATE")
        with statements.running():
            for statement, rows in sent:
                connection.executemany(statement, rows)
        connection.execute("COMMIT")


def _ratio(one: Watch, other: Watch) -> float:
    return median(one.processor) / median(other.processor)


def main() -> int:
    """Print the table.

    Returns:
        0 when the goals are held.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default=f"{national.REAL},1000000", help="structures in all, with commas")
    parser.add_argument("--rounds", type=int, default=15)
    arguments = parser.parse_args()
    if not national.FINESS.is_file():
        print(f"dossier: {national.FINESS} is not there, nothing measured")
        return 0
    found = {int(size): asyncio.run(measure(int(size), arguments.rounds)) for size in arguments.sizes.split(",")}
    good = True
    print("| structures | difference          | integration         | bare writes         | ratio  | without commits |")
    print("|------------|---------------------|---------------------|---------------------|--------|-----------------|")
    for size, times in found.items():
        ratio = _ratio(times.integration, times.bare)
        good &= ratio <= GOAL_RATIO
        cells = " | ".join(one.cell() for one in (times.difference, times.integration, times.bare))
        bare = _ratio(times.statements, times.bare_statements)
        print(f"| {size:10,} | {cells} | {ratio:4.2f} x | {bare:13.2f} x |")
    print(f"ratio: goal <= {GOAL_RATIO}, of the processor's time (the second number of a cell is by the clock)")
    small, big = found[min(found)], found[max(found)]
    for name in ("difference", "integration"):
        growth = _ratio(getattr(big, name), getattr(small, name))
        good &= growth <= GOAL_GROWTH
        print(f"{name}: {growth:.2f} x from {min(found):,} to {max(found):,} structures (goal <= {GOAL_GROWTH})")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
