"""Units as a table: what is exported is read back the same, cells are checked, all is made in one step."""

from __future__ import annotations

import base64
import io
from typing import Any

import httpx
import pytest
import xlsxwriter

from tests.world import COMPLETE, EHPAD, HOPITAL, World, eg_id

WHO = "referent.ehpad"


async def opened(region: World, who: str = WHO, finess: str = EHPAD) -> str:
    body = await region.open_dossier(who, finess, titre="Mise à jour", meme_si_ouvert=True)
    return str(body["id"])


async def grid(region: World, dossier: str, content: bytes, nom: str = "unites.csv") -> Any:
    body = {"nom": nom, "contenu": base64.b64encode(content).decode()}
    answer = await region.call(WHO, "POST", f"/dossiers/{dossier}/tableau/lecture", body)
    assert answer.status_code == 200, answer.text
    return answer.json() | {"parent_id": str(eg_id(EHPAD))}


async def checked(region: World, dossier: str, table: Any, who: str = WHO) -> Any:
    return await region.ok(who, "POST", f"/dossiers/{dossier}/tableau/controle", table)


async def make(region: World, dossier: str, table: Any, who: str = WHO) -> httpx.Response:
    version = (await region.ok(who, "GET", f"/dossiers/{dossier}"))["version"]
    return await region.call(who, "POST", f"/dossiers/{dossier}/tableau", table, version=version)


async def exported(region: World, dossier: str, how: str) -> bytes:
    answer = await region.call(WHO, "GET", f"/dossiers/{dossier}/tableau.{how}")
    assert answer.status_code == 200, answer.text
    return answer.content


def effects(told: Any) -> list[str]:
    return [line["effet"] for line in told["lignes"]]


def blocking(told: Any) -> list[tuple[int, int, str]]:
    return [
        (row, fault["colonne"], fault["message"])
        for row, line in enumerate(told["lignes"])
        for fault in line["constats"]
        if fault["bloquant"]
    ]


HOSTILE = ["=1+1", "+33 1 02", "'=2", "''-3", "@x", '"guillemets" ; et | tubes', "[red]rouge[/]", "é" * 255, "-"]


@pytest.mark.parametrize("how", ["csv", "xlsx"])
async def test_what_is_exported_is_read_back_the_same(region: World, how: str) -> None:
    published = await region.publish("Unité publiée", publics=["01", "02"])
    dossier = await opened(region)
    for nom in HOSTILE:
        [unit] = await region.add(WHO, dossier, eg_id(EHPAD))
        await region.fill(WHO, dossier, unit, nom=nom, commentaire=nom, age_max=99)
    await region.add(WHO, dossier, eg_id(EHPAD))
    table = await grid(region, dossier, await exported(region, dossier, how), f"unites.{how}")
    assert table["entetes"][:3] == ["Identifiant", "Rattachement", "Nom"]
    told = await checked(region, dossier, table)
    assert blocking(told) == []
    assert effects(told) == ["inchangee"] * (len(HOSTILE) + 2)
    refused = await make(region, dossier, table)
    assert (refused.status_code, "ne change rien" in refused.json()["detail"]) == (409, True)

    column = table["entetes"].index("Âge maximum")
    row = next(row for row in table["lignes"] if row[0] == published)
    row[column] = "12 ans"
    assert effects(await checked(region, dossier, table)).count("modifiee") == 1
    done = (await make(region, dossier, table)).json()
    assert done["libelle"] == "Tableau : 1 unité modifiée"
    fiche = await region.ok(WHO, "GET", f"/dossiers/{dossier}/fiches/{published}")
    assert fiche["valeurs"]["age_max"] == 12
    assert [one["code"] for one in fiche["constats"] if one["gravite"] == "erreur"] == ["age_incoherent"]


async def test_a_paste_from_a_spreadsheet_becomes_units_in_one_step(region: World) -> None:
    dossier = await opened(region)
    text = (
        "nom\tType d'UO\tage_min\tUnité sensible\tActivités opérationnelles\tInconnue\n"
        "Unité A\t56\t60\tnon\t293\tx\n"
        "\tService d'Accompagnement, Service d'Education Spécialisée de Soins à Domicile (SESSAD)\t3\toui\t\t\n"
        "\n"
    )
    table = await grid(region, dossier, text.encode())
    told = await checked(region, dossier, table)
    assert [one["champ"] for one in told["colonnes"]] == [
        "nom", "type_uo", "age_min", "unite_sensible", "activites", None
    ]  # fmt: skip
    assert "n'est pas lue" in told["colonnes"][5]["raison"]
    assert blocking(told) == []
    assert effects(told) == ["nouvelle", "nouvelle"]
    assert told["lignes"][1]["nom"].startswith("Unité ")
    done = await make(region, dossier, table)
    assert done.status_code == 200, done.text
    assert done.json()["libelle"] == "Tableau : 2 unités créées"
    first, second = [await region.ok(WHO, "GET", f"/dossiers/{dossier}/fiches/{one}") for one in done.json()["fiches"]]
    expected = {"nom": "Unité A", "type_uo": "56", "age_min": 60, "unite_sensible": False, "activites": ["293"]}
    assert {one: first["valeurs"][one] for one in expected} == expected
    assert (first["valeurs"]["discipline"], first["etat"]) == ("MSS", "incomplete")
    assert (second["valeurs"]["unite_sensible"], second["valeurs"]["age_min"]) == (True, 3)
    version = (await region.ok(WHO, "GET", f"/dossiers/{dossier}"))["version"]
    await region.ok(WHO, "POST", f"/dossiers/{dossier}/annuler", version=version)
    assert len(await region.nodes(WHO, dossier)) == 1


async def test_each_cell_that_says_nothing_is_named_and_nothing_is_made(region: World) -> None:
    dossier = await opened(region)
    table = {
        "parent_id": str(eg_id(EHPAD)),
        "entetes": ["Nom", "Âge minimum", "Type d'UO", "Unité sensible", "Identifiant"],
        "lignes": [
            ["é" * 10_000, "soixante", "Inexistant \x1b[31m", "peut-être", "pas-un-id"],
            ["Unité", "60", "56", "", "00000000-0000-4000-8000-000000000001"],
            ["Unité", "999999999", "56", "", str(eg_id(EHPAD))],
        ],
    }
    told = await checked(region, dossier, table)
    assert effects(told) == ["refusee"] * 3
    assert {(row, column) for row, column, _ in blocking(told)} == {
        (0, 0), (0, 1), (0, 2), (0, 3), (0, 4), (1, 4), (2, 1), (2, 4)
    }  # fmt: skip
    assert "« Âge minimum » attend un nombre entier." in {text for _, _, text in blocking(told)}
    refused = await make(region, dossier, table)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"].startswith("/lignes/0/")
    assert len(await region.nodes(WHO, dossier)) == 1


async def test_rows_say_where_they_go_and_a_row_does_not_move_a_unit(region: World) -> None:
    who = "referent.hopital"
    dossier = await opened(region, who, HOPITAL)
    pole, service = (
        *(await region.add(who, dossier, eg_id(HOPITAL), "pole")),
        *(await region.add(who, dossier, eg_id(HOPITAL), "service")),
    )
    await region.fill(who, dossier, pole, nom="Pôle A")
    await region.fill(who, dossier, service, nom="Pédiatrie")
    [unit] = await region.add(who, dossier, pole)
    table = {
        "parent_id": service,
        "entetes": ["Identifiant", "Rattachement", "Nom"],
        "lignes": [
            ["", "pole a", "Dans le pôle"],
            ["", "", "Dans le service"],
            ["", "Nulle part", "X"],
            [unit, "Pédiatrie", "Y"],
        ],
    }
    told = await checked(region, dossier, table, who)
    assert [(row, column) for row, column, _ in blocking(told)] == [(2, 1), (3, 1)]
    assert "« m » la déplace" in blocking(told)[1][2]
    table["lignes"] = table["lignes"][:2]
    done = (await make(region, dossier, table, who)).json()
    nodes = {one["id"]: one["parent_id"] for one in done["arbre"]["noeuds"]}
    assert [nodes[one] for one in done["fiches"]] == [pole, service]


async def test_limits_are_said(region: World) -> None:
    dossier = await opened(region)
    table: dict[str, Any] = {"parent_id": str(eg_id(EHPAD)), "entetes": ["Nom"], "lignes": [["X"]] * 1001}
    refused = await region.call(WHO, "POST", f"/dossiers/{dossier}/tableau/controle", table)
    assert "1000 lignes : il en a 1001" in refused.json()["detail"]
    table |= {"entetes": ["Nom"] * 61, "lignes": [["X"]]}
    refused = await region.call(WHO, "POST", f"/dossiers/{dossier}/tableau/controle", table)
    assert "60 colonnes" in refused.json()["detail"]
    table |= {"entetes": ["Prénom"], "lignes": [["X"]]}
    refused = await region.call(WHO, "POST", f"/dossiers/{dossier}/tableau/controle", table)
    assert "Aucun en-tête n'est reconnu" in refused.json()["detail"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04 pas un classeur", "Ce classeur ne se lit pas"),
        (b"\x00\x01\x02", "ni un classeur XLSX ni un texte CSV"),
        (b"Nom", "une ligne d'en-t"),
        (b"x" * 3_000_001, "trop grand"),
        (b'Nom;B\n"' + b"x" * 200_000 + b'"', "une cellule est trop longue"),
    ],
)
async def test_a_file_that_is_no_table_says_what_to_do(region: World, content: bytes, said: str) -> None:
    dossier = await opened(region)
    body = {"nom": "x", "contenu": base64.b64encode(content).decode()}
    refused = await region.call(WHO, "POST", f"/dossiers/{dossier}/tableau/lecture", body)
    assert (refused.status_code, said in refused.json()["detail"]) == (422, True), refused.text


async def test_files_of_every_make_are_read(region: World) -> None:
    dossier = await opened(region)
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["Nom", "Âge minimum", "Unité sensible"])
    sheet.write_row(1, 0, ["Unité Œuvre", 60.0, True])
    sheet.write_formula(2, 0, '=CONCAT("a","b")', None, "ab")
    book.close()
    made = await grid(region, dossier, content.getvalue())
    assert made["lignes"] == [["Unité Œuvre", "60", "oui"], ["ab", "", ""]]
    for text in ("Nom;Âge minimum\r\nUnité Œuvre;60\r\n", "Nom,Âge minimum\nUnité Œuvre,60\n"):
        for encoding in ("utf-8-sig", "utf-8", "cp1252"):
            read = await grid(region, dossier, text.encode(encoding))
            assert (read["entetes"], read["lignes"]) == (["Nom", "Âge minimum"], [["Unité Œuvre", "60"]])


async def test_a_csv_of_hostile_names_runs_nothing_in_a_spreadsheet(region: World) -> None:
    dossier = await opened(region)
    [unit] = await region.add(WHO, dossier, eg_id(EHPAD))
    await region.fill(WHO, dossier, unit, **(COMPLETE | {"nom": '=HYPERLINK("http://x")'}))
    text = (await exported(region, dossier, "csv")).decode("utf-8-sig")
    assert ";\"'=HYPERLINK(" in text
    assert ";=HYPERLINK" not in text
