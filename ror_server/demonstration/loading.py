"""Loading of the demonstration region: one transaction, done once."""

from __future__ import annotations

import asyncio
import gc
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib.resources import files
from itertools import islice

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.demonstration.accounts import ACCOUNTS
from ror_server.demonstration.lits import write_beds
from ror_server.demonstration.plan import Plan, commune_code, plan
from ror_server.demonstration.profiles import invented_places
from ror_server.demonstration.region import COLUMNS, Row, entity_row, establishment_rows
from ror_server.domain.distance import point
from ror_server.imports import regroupement
from ror_server.imports.bulk import BulkInsert, indexes_built_last, moment
from ror_server.store import accounts, communes, members
from ror_server.store.commits import next_commit
from ror_server.store.database import Database
from ror_server.store.offres import CODE_COLUMNS, OFFER_COLUMNS, code_rows, offer_row
from ror_server.store.tables import offre_codes, offres, reperes, structures
from ror_tui.api_client.models import Kind

VERSION = 3
"""1: the region; 2: with its groups; 3: with beds, and who types them."""
WITH_GROUPS = 2
MARKER = "demonstration"
GROUPS = files(__package__) / "data" / "regroupements.csv"
ORIGINE = "demonstration"
ACTEUR = "Démonstration"
STEP = 20
"""Establishments generated between two pauses: some 20 ms, so that a server goes on answering."""

Progress = Callable[[int, int, str], None]


async def load(
    database: Database, progress: Progress, clock: Callable[[], datetime], *, hash_password: Callable[[str], str]
) -> None:
    """Load the region and its accounts, unless they are there already; a load that is cut leaves nothing.

    Args:
        database: Migrated.
        progress: Told how many establishments are written, out of how many, and what is going on.
        clock: Gives the instant of the load.
        hash_password: Makes the hash of a password.
    """
    loaded = await _loaded_version(database)
    if loaded is not None:
        if loaded < VERSION:
            hashes = await _hashes(hash_password)
            await _complete(database, loaded, hashes, clock())
        return
    progress(0, 1, "Préparation de la région de démonstration")
    region = await asyncio.to_thread(plan)
    hashes = await _hashes(hash_password)
    async with database.write() as connection:
        if await _marker(connection) is not None:
            return
        at = clock()
        await next_commit(connection, at=at, acteur=ACTEUR, origine=ORIGINE, message="Région de démonstration")
        with _no_collection():
            await _write_region(connection, region, at, progress)
        await _write_groups(connection)
        await _write_accounts(connection, hashes, at)
        await write_beds(connection, at)
        await connection.execute(sa.insert(reperes).values(cle=MARKER, valeur={"version": VERSION}))
        progress(len(region.establishments), len(region.establishments), "Enregistrement")


@contextmanager
def _no_collection() -> Iterator[None]:
    """Leave the search for cycles aside: the rows hold none, and looking through them takes a quarter of the load."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


async def _loaded_version(database: Database) -> int | None:
    async with database.read() as connection:
        return await _marker(connection)


async def _marker(connection: AsyncConnection) -> int | None:
    """Give the version of the demonstration that is there, or None."""
    query = sa.select(reperes.c.valeur).where(reperes.c.cle == MARKER)
    found = (await connection.execute(query)).scalar_one_or_none()
    return None if found is None else int(found["version"])


async def _hashes(hash_password: Callable[[str], str]) -> list[str]:
    return [await asyncio.to_thread(hash_password, one.mot_de_passe) for one in ACCOUNTS]


async def _complete(database: Database, loaded: int, hashes: list[str], at: datetime) -> None:
    """Add what an older demonstration lacks; what was typed in it stays as it is."""
    async with database.write() as connection:
        if loaded < WITH_GROUPS:
            await _write_groups(connection)
        await _write_accounts(connection, hashes, at)
        await write_beds(connection, at)
        valeur = {"version": VERSION}
        await connection.execute(sa.update(reperes).where(reperes.c.cle == MARKER).values(valeur=valeur))


async def _write_groups(connection: AsyncConnection) -> None:
    """Write the lists of the demonstration, but for the genres of which there is a list already."""
    groups = regroupement.parse(GROUPS.read_text(encoding="utf-8"))
    for genre in regroupement.GENRES:
        if not await members.stored(connection, genre):
            await regroupement.replace(connection, genre, groups)


async def _write_region(connection: AsyncConnection, region: Plan, at: datetime, progress: Progress) -> None:
    insert = BulkInsert(connection, structures, (*COLUMNS, "maj_le", "maj_par"))
    signed = (moment(at, connection.dialect), ACTEUR)
    total = len(region.establishments)
    searched = _Offers(connection)
    places = [(commune_code(code_postal), point(*where)) for code_postal, *where in invented_places()]
    await communes.put(connection, places, ACTEUR)
    async with indexes_built_last(connection, [structures, offres, offre_codes]):
        await insert.write([entity_row(entity) + signed for entity in region.entities])
        bits: dict[str, int] = {}
        waiting = iter(region.establishments)
        done = 0
        while step := list(islice(waiting, STEP)):
            rows = [row for one in step for row in establishment_rows(one)]
            _gather(rows, bits)
            await insert.write([row + signed for row in rows])
            await searched.write(rows)
            done += len(step)
            progress(done, total, "Chargement de la région de démonstration")
        progress(total, total, "Construction des index")
    await _write_bits(connection, bits)


class _Offers:
    """What the Recherche looks at, written beside the units."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._offers = BulkInsert(connection, offres, OFFER_COLUMNS)
        self._codes = BulkInsert(connection, offre_codes, CODE_COLUMNS)

    async def write(self, rows: list[Row]) -> None:
        units = [(row.id, row.eg_id, row.nom_tri, json.loads(row.valeurs)) for row in rows if row.kind == Kind.UO]
        await self._offers.write([offer_row(*unit) for unit in units])
        await self._codes.write([one for unit_id, _, _, valeurs in units for one in code_rows(unit_id, valeurs)])


def _gather(rows: list[Row], bits: dict[str, int]) -> None:
    for row in rows:
        if row.finess and row.parent_id:
            bits[row.parent_id] = bits.get(row.parent_id, 0) | row.disciplines


async def _write_bits(connection: AsyncConnection, bits: dict[str, int]) -> None:
    where = structures.c.id == sa.bindparam("entity")
    statement = sa.update(structures).where(where).values(disciplines=sa.bindparam("bits"))
    await connection.execute(statement, [{"entity": entity, "bits": found} for entity, found in bits.items()])


async def _write_accounts(connection: AsyncConnection, hashes: list[str], at: datetime) -> None:
    for one, hashed in zip(ACCOUNTS, hashes, strict=True):
        written = await accounts.add_account(
            connection, compte_id=one.id, identifiant=one.identifiant, nom=one.nom, mot_de_passe=hashed, at=at
        )
        for grant in one.grants if written else ():
            await accounts.add_grant(connection, one.id, grant)
