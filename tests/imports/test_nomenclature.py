"""`ror-server import nomenclature`: FHIR and CSV, nothing of a file that is wrong, retired codes stay readable."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from ror_server import nomenclatures
from ror_server.cli import main
from ror_server.imports.nomenclature import parse
from ror_server.imports.source import RefusedFileError
from ror_server.store import nomenclatures as stored
from ror_server.store import peuplement, structures
from ror_server.store.database import Database
from ror_tui.api_client.models import Kind
from tests import world
from tests.offers import contact

AT = datetime(2026, 11, 24, tzinfo=UTC)
CSV = "code;libelle;retire\n01;Hébergement;\n02;Ambulatoire;oui\n"
CODE_SYSTEM: dict[str, Any] = {
    "resourceType": "CodeSystem",
    "name": "TRE_R213_ModePriseEnCharge",
    "title": "Mode",
    "version": "20260101",
    "publisher": "ANS",
    "concept": [
        {"code": "1", "display": "Un", "concept": [{"code": "11", "display": "Un un"}]},
        {"code": "2", "display": "Deux", "property": [{"code": "status", "valueCode": "deprecated"}]},
        {"code": "3", "display": "Trois", "property": [{"code": "inactive", "valueBoolean": True}]},
        {"code": "4", "display": "Quatre", "property": [{"code": "retirementDate", "valueDateTime": "2025-12-31"}]},
        {"code": "5", "display": "Cinq", "property": [{"code": "retirementDate", "valueDateTime": "2027-12-31"}]},
    ],
}
VALUE_SET: dict[str, Any] = {
    "resourceType": "ValueSet",
    "url": "https://mos.esante.gouv.fr/NOS/JDV_J19-ModePriseEnCharge-ROR/FHIR/JDV-J19-ModePriseEnCharge-ROR",
    "compose": {"include": [{"system": "s", "concept": [{"code": "01", "display": "Un"}]}]},
}


@pytest.fixture(autouse=True)
async def shipped_lists_again() -> AsyncIterator[None]:
    """Forget what a test imported: the lists of a server are those of its process."""
    yield
    nomenclatures.install({}, stamp=())


def test_a_code_system_is_read_with_its_tree_and_its_retired_codes() -> None:
    found = parse(json.dumps(CODE_SYSTEM), "x.json", None, at=AT)
    assert found.nom == "TRE_R213"
    assert {code.code: code.retire for code in found.codes} == {
        "1": False, "11": False, "2": True, "3": True, "4": True, "5": False,
    }  # fmt: skip


def test_a_value_set_is_read_composed_or_expanded() -> None:
    assert [code.code for code in parse(json.dumps(VALUE_SET), "x", None, at=AT).codes] == ["01"]
    expanded = VALUE_SET | {"expansion": {"contains": [{"code": "02", "display": "Deux", "inactive": True}]}}
    [code] = parse(json.dumps(expanded), "x", None, at=AT).codes
    assert (code.code, code.retire) == ("02", True)


def test_a_csv_is_read_with_the_name_of_its_file() -> None:
    found = parse(CSV, "JDV_J19-20260330.csv", None, at=AT)
    assert (found.nom, found.version) == ("JDV_J19", "20260330")
    assert [(code.code, code.libelle, code.retire) for code in found.codes] == [
        ("01", "Hébergement", False),
        ("02", "Ambulatoire", True),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "ni du FHIR"),
        ("a;b\n1;2\n", "ni du FHIR"),
        ("{", "n'est pas une ressource FHIR lisible"),
        ('{"resourceType": "Patient"}', "c'est un Patient"),
        ('{"resourceType": "CodeSystem", "name": "TRE_R1", "concept": [{"display": "x"}]}', "concept/0/code"),
        ('{"resourceType": "CodeSystem", "name": "TRE_R1"}', "0 codes"),
        ("code;libelle\n01;a\n01;b\n", "Le code 01 y est deux fois"),
        ("code;libelle\n01;a\n;b\n02\n", "ligne 3 : il manque le code.*\n.*ligne 4"),
    ],
)
def test_a_file_that_is_wrong_is_refused_whole(text: str, said: str) -> None:
    with pytest.raises(RefusedFileError, match=f"(?s){said}"):
        parse(text, "JDV_J19.csv", None, at=AT)


def test_a_list_without_a_name_asks_for_one() -> None:
    with pytest.raises(RefusedFileError, match="--nom JDV_J16"):
        parse(CSV, "liste.csv", None, at=AT)
    assert parse(CSV, "liste.csv", "jdv-j19", at=AT).nom == "JDV_J19"


def test_hostile_labels_are_made_harmless() -> None:
    [code] = parse('code;libelle\n01;"[/b] \x1b[31m\n' + "x" * 10_000 + '"\n', "JDV_J19.csv", None, at=AT).codes
    assert "\x1b" not in code.libelle
    assert "\n" not in code.libelle


def test_the_command_says_what_changed_and_a_second_time_that_nothing_did(
    sqlite_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "JDV_J225.csv"
    file.write_text("code;libelle\n1;Téléphone fixe\n99;Pigeon\n")
    assert main(["import", "nomenclature", str(file), "--database", sqlite_url]) == 0
    said = capsys.readouterr().out
    assert "1 ajoutés : 99" in said
    assert "retirés : 2" in said
    assert main(["import", "nomenclature", str(file), "--database", sqlite_url]) == 0
    assert "rien n'a changé" in capsys.readouterr().out
    file.write_text("rien")
    assert main(["import", "nomenclature", str(file), "--database", sqlite_url]) == 2
    assert "ni du FHIR" in capsys.readouterr().err


async def test_a_running_server_serves_the_list_that_was_imported(database: Database) -> None:
    async with world.running(database) as region:
        before = await region.call("referent.ehpad", "GET", "/nomenclatures/JDV_J19")
        async with database.write() as tx:
            await stored.put(tx, parse(CSV, "JDV_J19-20270101.csv", None, at=AT), at=AT)
        after = await region.call("referent.ehpad", "GET", "/nomenclatures/JDV_J19")
        assert before.headers["etag"] != after.headers["etag"]
        assert [code["code"] for code in after.json()["codes"]] == ["01", "02"]


async def test_a_code_that_an_import_retired_is_flagged_where_it_is_stored(database: Database) -> None:
    who = "referent.ehpad"
    async with world.running(database) as region:
        dossier = (await region.open_dossier(who, world.EHPAD))["id"]
        [unit] = await region.add(who, dossier, world.eg_id(world.EHPAD))
        await region.fill(who, dossier, unit)
        mode = (await region.ok(who, "GET", f"/dossiers/{dossier}/fiches/{unit}"))["valeurs"]["mode_prise_en_charge"]
        async with database.write() as tx:
            listed = parse(f"code;libelle;retire\n{mode};Mode;oui\n", "JDV_J19-20270101.csv", None, at=AT)
            await stored.put(tx, listed, at=AT)
        fiche = await region.ok(who, "GET", f"/dossiers/{dossier}/fiches/{unit}")
        found = [one["code"] for one in fiche["constats"] if one["champ"] == "mode_prise_en_charge"]
        assert found == ["code_retire", "CP4"], "no code in use is left for the criterion of the mode"
        assert fiche["etat"] == "en_conflit", "the list changed under the fiche: another code is asked for"


def test_a_unit_whose_only_mode_is_retired_is_no_longer_described(sqlite_url: str, tmp_path: Path) -> None:
    file = tmp_path / "JDV_J19.csv"
    states = []
    asyncio.run(_publish_a_unit(sqlite_url))
    for retired in ("", "oui"):
        file.write_text(f"code;libelle;retire\n46;Mode;{retired}\n")
        assert main(["import", "nomenclature", str(file), "--database", sqlite_url]) == 0
        states.append(asyncio.run(_peuplement(sqlite_url)))
    assert states == ["finalise", "en_cours"]


async def _publish_a_unit(url: str) -> None:
    database = Database(url)
    valeurs = {
        "age_min": 60, "mode_prise_en_charge": "46", "activites": ["293"], **contact("1"),
    }  # fmt: skip
    row = {"id": uuid4(), "kind": Kind.UO, "parent_id": world.eg_id(world.EHPAD), "eg_id": world.eg_id(world.EHPAD)}
    written = {"nom": "Unité", "nom_tri": "unite", "valeurs": valeurs, "version": 1, "maj_le": AT, "maj_par": "essai"}
    async with database.write() as tx:
        await world.populate(tx)
        await structures.insert(tx, [row | written])
        await peuplement.follow(tx, [world.eg_id(world.EHPAD)])
    await database.close()


async def _peuplement(url: str) -> str:
    database = Database(url)
    async with database.read() as tx:
        row = await structures.structure(tx, world.eg_id(world.EHPAD))
    await database.close()
    assert row is not None
    return str(row.peuplement)
