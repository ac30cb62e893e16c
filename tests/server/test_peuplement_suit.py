"""The état de peuplement is always what follows from the published fiches, whatever happened to them."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from alembic import command

from ror_server.domain.identifiers import structure_id
from ror_server.store import migrate, peuplement, structures
from ror_server.store.database import Database
from ror_server.store.tables import structures as table
from ror_tui.api_client.models import Kind
from tests import offers, world
from tests.conftest import SOAK
from tests.imports import files
from tests.imports.conftest import Bench
from tests.world import EHPAD, START, World, eg_id

WHO = "referent.ehpad"
CONTACT = offers.contact("1")
WHOLE: dict[str, Any] = {"age_min": 60, "mode_prise_en_charge": "46", "activites": ["293"], **CONTACT}


async def stored(database: Database) -> dict[UUID, str]:
    """Give what is written of each establishment and unit that is not deleted."""
    query = sa.select(table.c.id, table.c.peuplement).where(
        table.c.kind.in_(["eg", "uo"]), table.c.supprimee.is_(False)
    )
    async with database.read() as tx:
        return {row.id: row.peuplement for row in (await tx.execute(query)).all()}


async def expected(database: Database) -> dict[UUID, str]:
    """Work it out from the published structures alone."""
    async with database.read() as tx:
        rows = {row.id: row for row in (await tx.execute(sa.select(table))).all() if not row.supprimee}
    found: dict[UUID, str] = {}
    for row in (row for row in rows.values() if row.kind == "uo"):
        eg, fiche = rows[row.eg_id], row.valeurs
        own = [fiche.get("age_min") is not None, bool(fiche.get("mode_prise_en_charge")), bool(fiche.get("activites"))]
        own.append(bool(fiche.get("contacts")))
        if eg.categorie in {"209", "354", "460"}:
            own.append(bool(fiche.get("type_uo")))
        placed = bool(eg.adresse and eg.ville and eg.code_postal)
        found[row.id] = "finalise" if all(own) and placed else "en_cours" if any(own) else "a_faire"
    for row in (row for row in rows.values() if row.kind == "eg"):
        units = {found[one.id] for one in rows.values() if one.eg_id == row.id and one.kind == "uo"}
        found[row.id] = "finalise" if units == {"finalise"} else "en_cours" if units - {"a_faire"} else "a_faire"
    return found


async def _publish(region: World, random: Random, alive: list[str]) -> None:
    dossier = (await region.open_dossier(WHO, EHPAD, titre="Essai", meme_si_ouvert=True))["id"]
    made = await region.add(WHO, dossier, eg_id(EHPAD), count=random.randint(1, 2))
    for unit in (*made, *random.sample(alive, min(1, len(alive)))):
        contact = CONTACT if random.random() < 0.8 else dict.fromkeys(CONTACT)
        nom = f"Unité {random.randrange(10_000)}"
        await region.fill(WHO, dossier, unit, nom=nom, **contact)
    if len(alive) > 2:
        path = f"/dossiers/{dossier}/fiches/{alive.pop(0)}"
        await region.ok(WHO, "DELETE", path, version=(await region.ok(WHO, "GET", path))["version"])
    await region.step(WHO, dossier, "envoyer")
    await region.step("sesan", dossier, "valider")
    alive += made


async def test_it_is_that_of_the_fiches_after_any_run_of_publications(region: World) -> None:
    random, alive, seen = Random(SOAK + 3), list[str](), set[str]()
    for _ in range(7 + SOAK // 10):
        await _publish(region, random, alive)
        found = await stored(region.database)
        assert found == await expected(region.database)
        seen.add(found[eg_id(EHPAD)])
    assert seen == {"en_cours", "finalise"}


async def _unit_of(database: Database, eg: UUID, **valeurs: Any) -> UUID:
    unit = uuid4()
    row = {
        "id": unit, "kind": Kind.UO, "parent_id": eg, "eg_id": eg, "nom": "Unité", "nom_tri": "unite", "version": 1,
        "valeurs": valeurs, "maj_le": START, "maj_par": "essai",
    }  # fmt: skip
    async with database.write() as tx:
        await structures.insert(tx, [row])
    return unit


async def test_an_import_that_moves_or_turns_an_establishment_into_another_category_moves_it(
    database: Database, tmp_path: Path
) -> None:
    bench = Bench(database, tmp_path)
    await bench.load()
    eg = structure_id("eg", files.EHPAD)
    await _unit_of(database, eg, **WHOLE)
    async with database.write() as tx:
        await peuplement.follow(tx, [eg])
    before = (await stored(database))[eg]
    other = [line.replace(";500;", ";354;") for line in files.REGION]
    assert other != list(files.REGION)
    await bench.load(other, "2026-02-05", force=True)
    assert (before, (await stored(database))[eg]) == ("finalise", "en_cours")
    assert await stored(database) == await expected(database)


async def test_a_database_of_an_older_version_gets_it_once(tmp_path: Path) -> None:
    database = Database(str(tmp_path / "ancienne.db"))

    def old(connection: sa.Connection) -> None:
        config = migrate._config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")

    async with database.write() as tx:
        await tx.run_sync(old)
        await world.populate(tx)
    await _unit_of(database, eg_id(EHPAD), **WHOLE)
    await _unit_of(database, eg_id(world.HOPITAL), age_min=3)
    await migrate.migrate(database)
    found = await stored(database)
    assert found == await expected(database)
    assert [found[eg_id(one)] for one in (EHPAD, world.HOPITAL, world.MAS)] == ["finalise", "en_cours", "a_faire"]
    await database.close()


@pytest.mark.parametrize("step", [1, 2, 7])
async def test_working_it_all_out_anew_never_depends_on_the_size_of_a_step(
    region: World, step: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for finess in (EHPAD, EHPAD, world.MAS):
        await _unit_of(region.database, eg_id(finess), **WHOLE)
    monkeypatch.setattr(peuplement, "STEP", step)
    async with region.database.write() as tx:
        await peuplement.rebuild(tx)
    found = await stored(region.database)
    assert sorted(found.values()) == ["a_faire"] * 2 + ["finalise"] * 5
    assert found == await expected(region.database)
