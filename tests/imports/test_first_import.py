"""What an import writes the first time, and what it says of bad lines."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from ror_server.domain.disciplines import mask
from ror_server.domain.identifiers import finess_key, structure_id
from ror_server.imports.report import Severity
from ror_server.store.tables import commits, revisions
from ror_tui.api_client.models import Discipline, Kind
from tests.imports import files
from tests.imports.conftest import Bench
from tests.imports.files import CH, CORSE, EHPAD, EJ_A, EJ_B, MAS, REUNION


async def test_an_establishment_is_published_with_all_that_finess_says(bench: Bench) -> None:
    outcome = await bench.load()

    assert (outcome.lues, outcome.rejetees, outcome.nouveaux) == (3, 0, {Kind.EG: 3, Kind.EJ: 2})
    found = (await bench.rows())[EHPAD]
    assert found["id"] == structure_id("eg", EHPAD)
    assert found["parent_id"] == structure_id("ej", EJ_A)
    assert (found["nom"], found["nom_tri"]) == ("EHPAD LES TILLEULS", "ehpad les tilleuls")
    assert found["recherche"] == f"ehpad les tilleuls amberieu en bugey 01500 {EHPAD} {files.GOOD_SIRET}"
    assert found["adresse"] == ["12 BIS R DE L'ÉGLISE", "BP 15"]
    assert (found["code_postal"], found["ville"]) == ("01500", "AMBÉRIEU EN BUGEY")
    assert (found["departement"], found["commune"]) == ("01", "01004")
    assert (found["categorie"], found["circuit"], found["discipline"]) == ("500", "medico_social", "MSS")
    assert (found["siret"], found["telephone"]) == (files.GOOD_SIRET, "0474000000")
    assert (found["ouverte_le"], found["fermee_le"], found["version"]) == ("1990-05-17", None, 1)
    assert (found["raison_sociale"], found["valeurs"]) == ("EHPAD LES TILLEULS", {})


async def test_an_entity_known_by_its_number_gets_a_name_and_the_disciplines_of_what_it_runs(bench: Bench) -> None:
    await bench.load()

    entities = await bench.rows("ej")
    assert entities[EJ_A]["nom"] == f"Entité juridique {EJ_A}"
    assert entities[EJ_A]["nom_tri"] == f"entite juridique {EJ_A}"
    assert entities[EJ_A]["disciplines"] == mask([Discipline.MSS, Discipline.MCO])
    assert entities[EJ_B]["disciplines"] == mask([Discipline.MSS])


async def test_an_import_is_one_commit_with_one_revision_for_each_structure(bench: Bench) -> None:
    before = await bench.indexes()
    await bench.load()

    async with bench.database.read() as connection:
        (commit,) = (await connection.execute(sa.select(commits))).all()
        history = (await connection.execute(sa.select(revisions))).all()
    assert (commit.seq, commit.origine, commit.message) == (1, "import", "Import etalab-cs1100502 du 2026-01-05")
    assert {(row.commit_seq, row.op, row.version) for row in history} == {(1, "create", 1)}
    assert {row.apres["finess"] for row in history} == {EHPAD, CH, MAS, EJ_A, EJ_B}
    assert await bench.indexes() == before


async def test_overseas_and_corsican_numbers_get_their_insee_codes(bench: Bench) -> None:
    corsica = files.eg(nofinesset=CORSE, departement="2A", commune="004", ligneacheminement="20000 AJACCIO")
    reunion = files.eg(nofinesset=REUNION, departement="9D", commune="411", ligneacheminement="97400 ST DENIS")
    await bench.load([corsica, reunion])

    found = await bench.rows()
    assert (found[CORSE]["departement"], found[CORSE]["commune"]) == ("2A", "2A004")
    assert (found[REUNION]["departement"], found[REUNION]["commune"]) == ("974", "97411")
    assert CORSE.lower() in found[CORSE]["recherche"].split()


BAD = finess_key("01000009")[:8] + str((int(finess_key("01000009")[8]) + 1) % 10)

BAD_LINES = {
    "a wrong key": (files.eg(nofinesset=BAD), "nofinesset", "la clé du numéro FINESS est fausse"),
    "a short number": (files.eg(nofinesset="0100"), "nofinesset", "9 caractères"),
    "a wrong key of the entity": (files.eg(nofinessej=BAD), "nofinessej", "la clé du numéro FINESS est fausse"),
    "no entity": (files.eg(nofinessej=""), "nofinessej", "9 caractères"),
    "no name": (files.eg(rs=" "), "rs", "la raison sociale est vide"),
    "an unknown département": (files.eg(departement="99"), "departement", "ce département n'existe pas"),
    "a bad opening date": (files.eg(dateouv="2020-02-30"), "dateouv", "ce n'est pas une date"),
    "a French date": (files.eg(datemaj="01/02/2020"), "datemaj", "ce n'est pas une date"),
    "a bad category": (files.eg(categetab="5OO"), "categetab", "3 chiffres"),
    "a column too many": (files.eg() + ";", "ligne", "33 colonnes au lieu de 32"),
    "too few columns": ("structureet;010000000", "ligne", "2 colonnes au lieu de 32"),
    "another section": (files.eg(section="geolocalisation"), "section", "une ligne commence par « structureet »"),
    "a number seen before": (files.eg(nofinesset=CH), "nofinesset", "ce numéro est déjà à la ligne 2"),
}


@pytest.mark.parametrize(("line", "champ", "texte"), BAD_LINES.values(), ids=BAD_LINES)
async def test_a_bad_line_is_rejected_with_its_number_and_field_and_the_rest_goes_on(
    bench: Bench, line: str, champ: str, texte: str
) -> None:
    outcome = await bench.load([files.REGION[1], line, files.REGION[2]])

    (remark,) = bench.report.of(Severity.REJET)
    assert (remark.ligne, remark.champ) == (3, champ)
    assert texte in remark.texte
    assert (outcome.lues, outcome.rejetees) == (2, 1)
    assert set(await bench.rows()) == {CH, MAS}


KEPT_LINES = {
    "a wrong siret": ({"siret": "26010004500013"}, "siret", {"siret": None}),
    "a short siret": ({"siret": "260100045"}, "siret", {"siret": None}),
    "a short phone": ({"telephone": "474000000"}, "telephone", {"telephone": None}),
    "a strange commune": ({"commune": "AB"}, "commune", {"commune": None}),
    "no post code": (
        {"ligneacheminement": "AMBÉRIEU"},
        "ligneacheminement",
        {"code_postal": None, "ville": "AMBÉRIEU"},
    ),
    "an unknown category": ({"categetab": "999"}, "categetab", {"categorie": "999", "discipline": "MSS"}),
    "a long name": ({"rslongue": "A" * 61}, "rs", {"nom": "A" * 61}),
    "a very long name": ({"rslongue": "É" * 300}, "rs", {"nom": "É" * 255}),
}


@pytest.mark.parametrize(("fields", "champ", "kept"), KEPT_LINES.values(), ids=KEPT_LINES)
async def test_a_doubtful_value_is_listed_and_the_establishment_is_kept(
    bench: Bench, fields: dict[str, str], champ: str, kept: dict[str, str | None]
) -> None:
    await bench.load([files.eg(**fields)])

    (remark,) = bench.report.of(Severity.AVERTISSEMENT)
    assert (remark.ligne, remark.numero, remark.champ) == (2, EHPAD, champ)
    found = (await bench.rows())[EHPAD]
    assert {name: found[name] for name in kept} == kept


async def test_the_la_poste_siret_is_accepted(bench: Bench) -> None:
    await bench.load([files.eg(siret="35600000000001")])

    assert (await bench.rows())[EHPAD]["siret"] == "35600000000001"


HOSTILE = {
    "[/": "[/",
    "[red]ROUGE[/red]": "[red]ROUGE[/red]",
    "\x1b[31mROUGE\x1b[0m": "[31mROUGE [0m",
    "UN\tDEUX": "UN DEUX",
    "RENVERSÉ \u202eSENS": "RENVERSÉ SENS",
    "NUL\x00ICI": "NUL ICI",
    'DIT "LE GRAND"': 'DIT "LE GRAND"',
    "E\u0301COLE": "ÉCOLE",
    "=1+1": "=1+1",
}


@pytest.mark.parametrize(("name", "kept"), HOSTILE.items(), ids=range(len(HOSTILE)))
async def test_a_hostile_name_is_kept_as_harmless_text(bench: Bench, name: str, kept: str) -> None:
    await bench.load([files.eg(rs=name)])

    assert (await bench.rows())[EHPAD]["nom"] == kept


async def test_names_of_entities_come_from_their_own_file_and_stay(bench: Bench) -> None:
    await bench.load()
    named = files.write(bench.folder / "ej.csv", [files.ej(rslongue="ASSOCIATION DU BOIS JOLI")], "2026-01-05")
    outcome = await bench.load_file(named)

    assert (outcome.nouveaux, outcome.changees) == ({}, 1)
    found = (await bench.rows("ej"))[EJ_A]
    assert (found["nom"], found["siren"], found["ville"]) == (
        "ASSOCIATION DU BOIS JOLI",
        "260100045",
        "AMBÉRIEU EN BUGEY",
    )
    assert found["disciplines"] == mask([Discipline.MSS, Discipline.MCO])
    assert found["recherche"] == f"association du bois joli amberieu en bugey 01500 {EJ_A} 260100045"
    again = await bench.load(published="2026-02-05")
    assert not again.changed
    assert (await bench.rows("ej"))[EJ_A]["nom"] == "ASSOCIATION DU BOIS JOLI"


async def test_entities_may_be_imported_before_their_establishments(bench: Bench) -> None:
    await bench.load_file(files.write(bench.folder / "ej.csv", [files.ej()]))
    assert (await bench.rows("ej"))[EJ_A]["disciplines"] == 0
    await bench.load()

    found = (await bench.rows("ej"))[EJ_A]
    assert (found["nom"], found["disciplines"]) == ("ASSOCIATION DU BOIS", mask([Discipline.MSS, Discipline.MCO]))
