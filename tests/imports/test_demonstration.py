"""The demonstration region: the same one each time, right in every code, loaded once or not at all."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from ror_server import demonstration, nomenclatures
from ror_server.demonstration.plan import JARDIN, QUATRE_RIVIERES, TILLEULS, Plan, of_town, plan
from ror_server.demonstration.profiles import profiles
from ror_server.demonstration.region import Row, establishment_rows
from ror_server.domain.controls import controls, has_errors
from ror_server.domain.disciplines import discipline_bit
from ror_server.domain.identifiers import finess_fault, siren_fault, siret_fault, structure_id
from ror_server.domain.tree import placement_fault
from ror_server.domain.valeurs import normalise
from ror_server.domain.words import fold
from ror_server.forms import modele, shipped
from ror_server.store import lits
from ror_server.store import structures as store
from ror_server.store.database import Database
from ror_server.store.tables import commits, comptes, droits, reperes, structures
from ror_tui.api_client.models import Discipline, Kind, Role, avertissements
from tests.conftest import SOAK

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
STRIDE = 7
"""One unit in seven is controlled; all of them in `make soak`."""
MODELLED = {code for one in shipped().values() for code in one.types}
"""Types that a published modèle de saisie narrows: the activities of the demonstration may be others."""


@pytest.fixture(scope="module")
def region() -> Plan:
    """Draw the region once."""
    return plan()


@pytest.fixture(scope="module")
def rows(region: Plan) -> dict[str, list[Row]]:
    """Generate the rows of every establishment once, by FINESS."""
    return {one.finess: establishment_rows(one) for one in region.establishments}


def _units(rows: dict[str, list[Row]]) -> Iterator[Row]:
    return (row for subtree in rows.values() for row in subtree if row.kind == "uo")


def test_the_region_is_the_same_at_each_drawing(region: Plan, rows: dict[str, list[Row]]) -> None:
    again = plan()

    assert again == region
    assert all(establishment_rows(one) == rows[one.finess] for one in again.establishments[:400])


def test_its_size_is_that_of_a_region(region: Plan, rows: dict[str, list[Row]]) -> None:
    described = sum(len(subtree) > 1 for subtree in rows.values())
    by_category = Counter(one.profile.code for one in region.establishments)

    assert 13_900 <= len(region.establishments) <= 14_100
    assert 57_000 <= sum(1 for _ in _units(rows)) <= 63_000
    assert 0.65 <= described / len(rows) <= 0.75
    assert {one.departement for one in region.establishments} == {"75", "77", "78", "91", "92", "93", "94", "95"}
    assert [code for code, _ in by_category.most_common(2)] == ["620", "500"]
    assert len({one.profile.discipline for one in region.establishments}) == 7


def test_every_number_has_a_right_key_and_is_given_once(region: Plan) -> None:
    numbers = [one.finess for one in region.establishments] + [one.finess for one in region.entities]
    sirets = [one.siret for one in region.establishments]

    assert len(set(numbers)) == len(numbers)
    assert len(set(sirets)) == len(sirets)
    assert {finess_fault(number) for number in numbers} == {None}
    assert {siret_fault(number) for number in sirets} == {None}
    assert {siren_fault(one.siren) for one in region.entities} == {None}
    assert all(one.siret.startswith(one.entity.siren) for one in region.establishments)


def test_no_number_can_be_a_real_one(region: Plan) -> None:
    assert {number[2] for number in (one.finess for one in region.establishments)} == {"9"}
    assert {one.siren[0] for one in region.entities} == {"0"}


def test_every_unit_passes_the_controls_and_is_kept_as_a_client_would_send_it(rows: dict[str, list[Row]]) -> None:
    codes, placed = nomenclatures.all_codes(), [(subtree[0], row) for subtree in rows.values() for row in subtree]
    units = [(eg, row) for eg, row in placed if row.kind == "uo"]
    for eg, row in units[:: 1 if SOAK else STRIDE]:
        form = modele(Kind.UO, Discipline(str(eg.discipline)), eg.categorie)
        values = json.loads(row.valeurs) | {"nom": row.nom}
        clean, faults = normalise(form, values)
        assert (clean, faults) == (values, [])
        found = [one.code for one in controls(form, values, codes) if one.code != "CP4"]  # what is left to populate
        assert set(found) <= ({"code_hors_offre"} if values["type_uo"] in MODELLED else set()), row


def test_every_unit_has_a_type_of_its_discipline(rows: dict[str, list[Row]]) -> None:
    types = nomenclatures.by_code("JDV_J238")
    for row in _units(rows):
        allowed = types[json.loads(row.valeurs)["type_uo"]].filtres.get("discipline")
        assert not allowed or row.discipline in allowed


def test_the_tree_respects_the_levels_and_the_disciplines_go_up(region: Plan, rows: dict[str, list[Row]]) -> None:
    for one in region.establishments:
        head, *below = rows[one.finess]
        known = {head.id: head}
        for row in below:
            assert row.parent_id is not None
            parent = known[row.parent_id]
            known[row.id] = row
            assert placement_fault(one.profile.circuit, Kind(parent.kind), Kind(row.kind)) is None
            assert row.eg_id == head.id
            assert parent.disciplines & row.disciplines == row.disciplines
        assert len(known) == len(below) + 1
        assert head.disciplines & discipline_bit(one.profile.discipline)


def test_no_two_units_under_one_parent_have_the_same_name(rows: dict[str, list[Row]]) -> None:
    names = Counter((row.parent_id, row.nom) for row in _units(rows))

    assert max(names.values()) == 1


def test_the_search_text_is_the_folded_name_place_and_number(rows: dict[str, list[Row]]) -> None:
    for subtree in list(rows.values())[:300]:
        head = subtree[0]
        assert head.recherche == fold(f"{head.nom} {head.ville} {head.code_postal} {head.finess} {head.siret}")
        for row in subtree[1:]:
            assert row.recherche == fold(f"{row.nom} {head.ville} {head.code_postal}")


def test_what_the_accounts_are_about_is_there(region: Plan, rows: dict[str, list[Row]]) -> None:
    by_finess = {one.finess: one for one in region.establishments}

    assert [by_finess[fixed.finess].nom for fixed in (TILLEULS, QUATRE_RIVIERES, JARDIN)] == [
        "EHPAD Les Tilleuls",
        "Centre hospitalier des Quatre Rivières",
        "MAS Le Jardin des Sources",
    ]
    assert (len(rows[TILLEULS.finess]), len(rows[JARDIN.finess])) == (1, 1)
    assert {row.kind for row in rows[QUATRE_RIVIERES.finess]} == {"eg", "pole", "service", "uf", "uo"}
    assert {grant.role for one in demonstration.ACCOUNTS for grant in one.grants} == {
        Role.REFERENT,
        Role.DIRECTION,
        Role.VALIDATEUR,
        Role.TUTELLE,
        Role.LECTEUR,
        Role.ADMINISTRATEUR,
        Role.GESTIONNAIRE_LITS,
    }
    assert [one.identifiant for one in demonstration.ACCOUNTS if not one.grants] == ["nouveau"]


def test_every_profile_can_be_described_or_is_meant_not_to_be() -> None:
    for profile in profiles():
        assert profile.described_percent == 0 or profile.types or profile.poles


@pytest.mark.parametrize(
    ("ville", "said"),
    [("Ambreville", "d'Ambreville"), ("Le Raincé", "du Raincé"), ("Les Ulmes", "des Ulmes"), ("Paris", "de Paris")],
)
def test_towns_are_named_as_french_does(ville: str, said: str) -> None:
    assert of_town(ville) == said


async def load(database: Database, progress: Callable[[int, int, str], None] = lambda *_: None) -> None:
    """Load the region with a hash that costs nothing."""
    await demonstration.load(database, progress, lambda: AT, hash_password=lambda password: f"hash of {password}")


async def _counts(database: Database) -> dict[str, int]:
    async with database.read() as connection:
        return {
            table.name: (await connection.execute(sa.select(sa.func.count()).select_from(table))).scalar_one()
            for table in (structures, comptes, droits, commits, reperes)
        }


async def test_a_load_writes_the_region_once(database: Database, region: Plan, rows: dict[str, list[Row]]) -> None:
    told: list[tuple[int, int, str]] = []
    await load(database, lambda *step: told.append(step))

    total = len(region.entities) + sum(len(subtree) for subtree in rows.values())
    counts = await _counts(database)
    assert counts == {"structures": total, "comptes": 10, "droits": 9, "commits": 1, "reperes": 1}
    assert told[-1] == (len(region.establishments), len(region.establishments), "Enregistrement")
    assert len(told) > 100
    await _check_tilleuls(database)
    await _check_entities(database)
    await _check_beds(database)
    told.clear()
    await load(database, lambda *step: told.append(step))
    assert told == []
    assert await _counts(database) == counts


async def _check_beds(database: Database) -> None:
    """Most units of the hospital have beds that add up, of today or of the day before; a few were never typed."""
    async with database.read() as connection:
        found = await store.subtree(connection, structure_id("eg", QUATRE_RIVIERES.finess))
        units = [one.id for one in found.values() if one.kind is Kind.UO]
        told = await lits.told(connection, units)
    assert len(units) * 2 / 3 < len(told) < len(units)
    assert {one.par for one in told.values()} == {"Sam Fontvielle"}
    assert len({one.le for one in told.values()}) == 2
    assert [avertissements(one.capacites) for one in told.values()] == [[]] * len(told)


async def _check_tilleuls(database: Database) -> None:
    async with database.read() as connection:
        query = sa.select(structures).where(structures.c.id == structure_id("eg", TILLEULS.finess))
        found = (await connection.execute(query)).one()
        account = (
            await connection.execute(sa.select(comptes).where(comptes.c.identifiant == "referent.tilleuls"))
        ).one()
    assert (found.nom, found.circuit, found.version, found.maj_le) == ("EHPAD Les Tilleuls", "medico_social", 1, AT)
    assert (found.valeurs, len(found.adresse)) == ({}, 1)
    assert account.mot_de_passe == "hash of demonstration"


async def _check_entities(database: Database) -> None:
    """The disciplines of an entity are those of all its establishments."""
    async with database.read() as connection:
        eg = structures.alias("eg")
        query = (
            sa.select(structures.c.id, structures.c.disciplines, eg.c.disciplines)
            .join(eg, eg.c.parent_id == structures.c.id)
            .where(structures.c.kind == "ej")
        )
        expected: dict[object, int] = {}
        found: dict[object, int] = {}
        for entity, bits, below in (await connection.execute(query)).all():
            expected[entity] = expected.get(entity, 0) | below
            found[entity] = bits
    assert found == expected


@pytest.mark.parametrize("message", ["Chargement", "Enregistrement"])
async def test_a_load_that_is_cut_leaves_nothing(database: Database, message: str) -> None:
    def cut(_done: int, _total: int, text: str) -> None:
        if text.startswith(message):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await load(database, cut)
    assert set((await _counts(database)).values()) == {0}


def test_units_have_no_error_even_without_their_contact(rows: dict[str, list[Row]]) -> None:
    form, codes = modele(Kind.UO), nomenclatures.all_codes()
    unit = next(row for row in _units(rows) if "contacts" not in row.valeurs)

    assert not has_errors(controls(form, json.loads(unit.valeurs) | {"nom": unit.nom}, codes))
