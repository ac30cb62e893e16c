"""What the Recherche looks at is always what follows from the published fiches, whatever happened to them."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from alembic import command

from ror_server.domain.identifiers import structure_id
from ror_server.domain.words import fold
from ror_server.store import migrate, offres, structures
from ror_server.store.database import Database
from ror_server.store.tables import communes, offre_codes
from ror_server.store.tables import offres as table
from ror_server.store.tables import structures as structures_table
from ror_tui.api_client.models import Kind
from tests import world
from tests.conftest import SOAK
from tests.imports import files
from tests.imports.conftest import Bench
from tests.offers import contact
from tests.world import EHPAD, START, World, eg_id

WHO = "referent.ehpad"
Snapshot = tuple[dict[UUID, tuple[Any, ...]], set[tuple[str, str, UUID]]]


async def stored(database: Database) -> Snapshot:
    """Give the offers and their codes as they are written."""
    async with database.read() as tx:
        rows = (await tx.execute(sa.select(table))).all()
        codes = (await tx.execute(sa.select(offre_codes))).all()
    return {row.structure_id: tuple(row)[1:] for row in rows}, {tuple(row) for row in codes}


async def expected(database: Database) -> Snapshot:
    """Work out from the published structures alone what should be written."""
    async with database.read() as tx:
        rows = {row.id: row for row in (await tx.execute(sa.select(structures_table))).all()}
    units = [row for row in rows.values() if row.kind == "uo" and not row.supprimee and not rows[row.eg_id].fermee_le]
    fiches = {row.id: dict(row.valeurs) for row in units}
    wanted = {}
    for row in units:
        fiche = fiches[row.id]
        [told] = fiche.get("contacts") or [{}]
        contact = bool(told.get("telecoms") or told.get("nom"))
        wanted[row.id] = (
            row.eg_id,
            fold(row.nom),
            fiche.get("type_uo"),
            fiche.get("mode_prise_en_charge"),
            fiche.get("discipline"),
            fiche.get("age_min", 0),
            fiche.get("age_max") or 999,
            bool(fiche.get("unite_sensible")),
            int(told.get("niveau") or 3) if contact else 0,
            told.get("fonction"),
            fold(told.get("nom") or ""),
            len(fiche.get("professions") or ()),
        )
    several = ("activites", "publics", "competences", "professions")
    codes = {
        (champ, code, unit) for unit, fiche in fiches.items() for champ in several for code in fiche.get(champ) or ()
    }
    return wanted, codes


def _answers(random: Random) -> dict[str, Any]:
    nom = random.choice([None, "Éloïse Zèbre"])
    number = f"01990000{random.randrange(10, 99)}" if random.random() < 0.6 else None
    told = contact(random.choice("123"), valeur=number, nom=nom) if nom or number else {"contacts": None}
    return {
        "nom": f"Unité d'essai {random.randrange(1000)}",
        "age_max": random.choice([None, 80, 99]),
        "unite_sensible": random.random() < 0.3,
        "activites": random.sample(["293", "312", "313"], random.randint(1, 3)),
        "publics": random.sample(["01", "03", "07"], random.randint(0, 2)),
        "professions": random.sample(["G15-10", "G15-60"], random.randint(0, 2)),
    } | told


async def _publish_something(region: World, random: Random, alive: list[str]) -> None:
    """Change the Répertoire through one dossier: units made, rewritten, deleted."""
    dossier = (await region.open_dossier(WHO, EHPAD, titre="Essai", meme_si_ouvert=True))["id"]
    made = await region.add(WHO, dossier, eg_id(EHPAD), count=random.randint(1, 3))
    for unit in made:
        await region.fill(WHO, dossier, unit, **_answers(random))
    if alive:
        await region.fill(WHO, dossier, random.choice(alive), **_answers(random))
    if len(alive) > 3:
        gone = alive.pop(0)
        path = f"/dossiers/{dossier}/fiches/{gone}"
        version = (await region.ok(WHO, "GET", path))["version"]
        await region.ok(WHO, "DELETE", path, version=version)
    await region.step(WHO, dossier, "envoyer")
    await region.step("sesan", dossier, "valider")
    alive += made


async def test_offers_are_those_of_the_fiches_after_any_run_of_publications(region: World) -> None:
    random, alive = Random(SOAK), list[str]()
    for _ in range(6 + SOAK // 10):
        await _publish_something(region, random, alive)
        assert await stored(region.database) == await expected(region.database)
    offers, codes = await stored(region.database)
    assert len(offers) == len(alive)
    assert codes


async def _unit_of(database: Database, eg: UUID, **valeurs: Any) -> UUID:
    unit = uuid4()
    row = {
        "id": unit, "kind": Kind.UO, "parent_id": eg, "eg_id": eg, "nom": "Unité", "nom_tri": "unite", "version": 1,
        "valeurs": {"type_uo": "56", "activites": ["293"], **valeurs}, "maj_le": START, "maj_par": "essai",
    }  # fmt: skip
    async with database.write() as tx:
        await structures.insert(tx, [row])
    return unit


async def test_an_establishment_that_closes_takes_its_offers_away_and_brings_them_back(
    database: Database, tmp_path: Path
) -> None:
    bench = Bench(database, tmp_path)
    await bench.load()
    closing = structure_id("eg", files.EHPAD)
    unit = await _unit_of(bench.database, closing)
    async with bench.database.write() as tx:
        await offres.follow(tx, [unit])
    assert unit in (await stored(bench.database))[0]

    await bench.load([files.eg(nofinesset=files.CH, categetab="355")], "2026-03-05")
    assert await stored(bench.database) == ({}, set())
    await bench.load(published="2026-04-05")
    assert unit in (await stored(bench.database))[0]
    assert await stored(bench.database) == await expected(bench.database)


async def test_a_database_of_an_older_version_gets_its_offers_once(tmp_path: Path) -> None:
    database = Database(str(tmp_path / "ancienne.db"))

    def old(connection: sa.Connection) -> None:
        config = migrate._config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")

    async with database.write() as tx:
        await tx.run_sync(old)
        await world.populate(tx)
    for _ in range(3):
        await _unit_of(database, eg_id(EHPAD), contact_nom="Zoé")
    await migrate.migrate(database)
    assert len((await stored(database))[0]) == 3
    assert await stored(database) == await expected(database)
    async with database.read() as tx:
        assert (await tx.execute(sa.select(sa.func.count()).select_from(communes))).scalar_one() > 14_000
    await database.close()


@pytest.mark.parametrize("step", [1, 2, 7])
async def test_making_them_all_anew_never_depends_on_the_size_of_a_step(
    region: World, step: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    units = [await _unit_of(region.database, eg_id(EHPAD), publics=["07"]) for _ in range(5)]
    monkeypatch.setattr(offres, "STEP", step)
    async with region.database.write() as tx:
        await offres.rebuild(tx)
    offers, codes = await stored(region.database)
    assert (set(offers), len(codes)) == (set(units), 10)
    assert await stored(region.database) == await expected(region.database)
