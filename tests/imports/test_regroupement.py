"""`ror-server import regroupement`: all of a file or nothing; members follow whatever changes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from ror_server import demonstration, nomenclatures
from ror_server.cli import main
from ror_server.demonstration import loading
from ror_server.domain.identifiers import structure_id
from ror_server.imports import regroupement, whole
from ror_server.store import members, offres, structures
from ror_server.store.database import Database
from ror_server.store.tables import membres, regroupements, reperes
from ror_server.store.tables import structures as table
from ror_tui.api_client.models import Afficher, Kind
from tests.imports import files
from tests.imports.conftest import AT, Bench
from tests.world import AILLEURS, EHPAD, EJ, EJ_AILLEURS, HOPITAL, MAS, START, World, eg_id, running

HEADER = "genre;code;libelle;critere;valeur\n"
FILIERES = HEADER + "filiere;01;Gériatrie;categorie;500\nfiliere;02;AVC;type_uo;161\nfiliere;02;AVC;activite;293\n"


@pytest.fixture
async def region(database: Database) -> AsyncIterator[World]:
    """Run the application over the small region."""
    async with running(database) as found:
        yield found


@pytest.fixture
def liste(tmp_path: Path) -> Path:
    path = tmp_path / "filieres.csv"
    path.write_text(FILIERES, encoding="utf-8")
    return path


def _run(url: str, *arguments: str) -> int:
    return main(["import", "regroupement", *arguments, "--database", url])


def test_a_list_is_imported_once_replaced_and_told(
    database_url: str, liste: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(database_url, str(liste)) == 0
    assert capsys.readouterr().out == "Filières : 2 groupes réunissent 0 établissement.\n"
    assert _run(database_url, str(liste)) == 0
    assert capsys.readouterr().out == "Filières : rien n'a changé, cette liste était déjà là.\n"
    liste.write_text(
        HEADER + "filiere;03;Néonatalogie;type_uo;289\nterritoire;113;Paris;departement;75\n", encoding="utf-8-sig"
    )
    assert _run(database_url, str(liste)) == 0
    assert capsys.readouterr().out.splitlines() == [
        "Territoires de santé : 1 groupe réunit 0 établissement.",
        "Filières : 1 groupe réunit 0 établissement.",
    ]
    assert _keys(database_url) == ["fil:03", "ter:113"]


def _keys(url: str) -> list[str]:
    async def read() -> list[str]:
        database = Database(url)
        async with database.read() as tx:
            found = (await tx.execute(sa.select(regroupements.c.cle).order_by(regroupements.c.cle))).scalars().all()
        await database.close()
        return list(found)

    return asyncio.run(read())


def test_a_file_with_a_bad_line_changes_nothing_and_says_which(
    database_url: str, liste: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _run(database_url, str(liste))
    capsys.readouterr()
    liste.write_text(HEADER + "filiere;09;Neuve;type_uo;289\nfiliere;1;A;type_uo;x\n", encoding="utf-8")
    assert _run(database_url, str(liste)) == 2
    assert capsys.readouterr().err.splitlines() == [
        "Cette liste est refusée, rien n'a été importé :",
        "  ligne 3, valeur : « x » n'est pas un code connu de « type_uo ».",
    ]
    assert _keys(database_url) == ["fil:01", "fil:02"]


def test_the_command_asks_for_one_thing_and_says_what_it_cannot_read(
    sqlite_url: str, tmp_path: Path, liste: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(sqlite_url) == 2
    assert _run(sqlite_url, str(liste), "--officiel") == 2
    assert _run(sqlite_url, str(tmp_path / "absent.csv")) == 2
    assert "ne se lit pas" in capsys.readouterr().err


def test_a_file_of_a_spreadsheet_in_cp1252_is_read(sqlite_url: str, liste: Path) -> None:
    liste.write_bytes(FILIERES.encode("cp1252"))
    assert [one.libelle for one in regroupement.parse(whole.text(liste))] == ["Gériatrie", "AVC"]


def test_the_official_territories_are_those_of_the_nomenclature(
    sqlite_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(sqlite_url, "--officiel") == 0
    assert "Territoires de santé : 70 groupes réunissent" in capsys.readouterr().out
    labels = nomenclatures.by_code("JDV_J249")
    groups = regroupement.parse(whole.decoded(regroupement.OFFICIAL.read_bytes()))
    assert {one.key: one.libelle for one in groups} == {
        one.key: labels[one.key.removeprefix("ter:")].libelle for one in groups
    }
    linked = [valeur for one in groups for _, valeur in one.criteria]
    assert len(set(linked)) == len(linked)


# --- Members ---


async def _load(database: Database, text: str) -> None:
    groups = regroupement.parse(HEADER + text)
    async with database.write() as tx:
        for genre in {group.genre for group in groups}:
            await members.put(tx, genre, [one for one in groups if one.genre is genre])


async def _members(database: Database) -> dict[str, set[UUID]]:
    found: dict[str, set[UUID]] = {}
    async with database.read() as tx:
        rows = (await tx.execute(sa.select(membres, table.c.nom_tri.label("present")).join(table))).all()
    for row in rows:
        assert row.nom_tri == row.present
        found.setdefault(row.cle, set()).add(row.eg_id)
    return found


async def _unit(database: Database, finess: str, **valeurs: Any) -> None:
    unit = uuid4()
    row = {
        "id": unit, "kind": Kind.UO, "parent_id": eg_id(finess), "eg_id": eg_id(finess), "nom": "U", "nom_tri": "u",
        "version": 1, "valeurs": valeurs, "maj_le": START, "maj_par": "essai",
    }  # fmt: skip
    async with database.write() as tx:
        await structures.insert(tx, [row])
        await offres.follow(tx, [unit])


@pytest.mark.parametrize(
    ("critere", "valeur", "held"),
    [
        ("departement", "75", [EHPAD, HOPITAL, MAS]),
        ("commune", "75113", [MAS]),
        ("categorie", "355", [HOPITAL]),
        ("finess", HOPITAL, [HOPITAL]),
        ("finess", EJ, [EHPAD, HOPITAL, MAS]),
        ("finess", EJ_AILLEURS, [AILLEURS]),
        ("type_uo", "161", [HOPITAL]),
        ("mode", "46", [EHPAD]),
        ("discipline", "MSS", [EHPAD]),
        ("activite", "293", [EHPAD, HOPITAL]),
        ("public", "07", [HOPITAL]),
        ("competence", "59", [HOPITAL]),
        ("profession", "G15-10", [EHPAD]),
    ],
)
async def test_a_criterion_gathers_the_establishments_that_hold_it(
    region: World, critere: str, valeur: str, held: list[str]
) -> None:
    async with region.database.write() as tx:
        await tx.execute(sa.update(table).where(table.c.finess == MAS).values(commune="75113"))
    for _ in range(2):
        await _unit(region.database, HOPITAL, type_uo="161", activites=["293"], publics=["07"], competences=["59"])
    await _unit(
        region.database, EHPAD, discipline="MSS", mode_prise_en_charge="46", activites=["293"], professions=["G15-10"]
    )
    await _load(region.database, f"filiere;a;A;{critere};{valeur}\nfiliere;b;B;type_uo;289\n")
    wanted = {eg_id(one) for one in held}
    assert await _members(region.database) == {"fil:a": wanted}
    async with region.database.write() as tx:
        await members.rebuild(tx)
    assert await _members(region.database) == {"fil:a": wanted}
    async with region.database.write() as tx:
        await members.follow(tx, [eg_id(one) for one in (EHPAD, HOPITAL, MAS, AILLEURS)])
    assert await _members(region.database) == {"fil:a": wanted}


async def test_a_publication_moves_its_establishment_from_group_to_group(region: World) -> None:
    await _load(region.database, "filiere;a;A;type_uo;56\nfiliere;b;B;categorie;355\n")
    assert set(await _members(region.database)) == {"fil:b"}
    dossier = (await region.open_dossier("referent.ehpad", EHPAD))["id"]
    [unit] = await region.add("referent.ehpad", dossier, eg_id(EHPAD))
    await region.fill("referent.ehpad", dossier, unit)
    await region.step("referent.ehpad", dossier, "envoyer")
    await region.step("sesan", dossier, "valider")
    assert (await _members(region.database))["fil:a"] == {eg_id(EHPAD)}
    view = await region.ok("lecteur", "GET", "/repertoire", par="filiere")
    below = await region.ok("lecteur", "GET", "/repertoire", par="filiere", sous="fil:a")
    assert [(one["cle"], one["kind"], one["nom"], one["enfants"]) for one in view["elements"]] == [
        ("fil:a", "groupe", "A", 1),
        ("fil:b", "groupe", "B", 1),
    ]
    assert [(one["cle"], one["enfants"]) for one in below["elements"]] == [(f"fil:a/{eg_id(EHPAD)}", 1)]


async def test_an_import_of_finess_brings_the_groups_up_to_date(bench: Bench) -> None:
    await _load(bench.database, "filiere;a;A;categorie;500\nterritoire;b;B;departement;01\n")
    assert await _members(bench.database) == {}
    await bench.load()
    before = await _members(bench.database)
    ehpad = structure_id("eg", files.EHPAD)
    assert ehpad in before["fil:a"]
    assert ehpad in before["ter:b"]
    await bench.load([line.replace(";500;", ";354;") for line in files.REGION], "2026-02-05", force=True)
    after = await _members(bench.database)
    assert "fil:a" not in after
    assert after["ter:b"] == before["ter:b"]


# --- Demonstration ---


async def test_an_older_demonstration_gains_the_lists_and_keeps_what_was_typed(region: World) -> None:
    async with region.database.write() as tx:
        await tx.execute(sa.insert(reperes).values(cle=loading.MARKER, valeur={"version": 1}))
    mine = "filiere;x;La mienne;categorie;500\n"
    await _load(region.database, mine)
    dossier = (await region.open_dossier("referent.ehpad", EHPAD))["id"]
    for _ in range(2):
        await demonstration.load(region.database, lambda *_: None, lambda: AT, hash_password=str)
    async with region.database.read() as tx:
        marker = (await tx.execute(sa.select(reperes.c.valeur).where(reperes.c.cle == loading.MARKER))).scalar_one()
        counts = {genre: len(await members.stored(tx, genre)) for genre in regroupement.GENRES}
    assert marker == {"version": loading.VERSION}
    assert counts == {Afficher.TERRITOIRE: 8, Afficher.CATEGORIE_BESOINS: 16, Afficher.FILIERE: 1}
    assert (await region.ok("referent.ehpad", "GET", f"/dossiers/{dossier}"))["id"] == dossier
    assert (await _members(region.database))["ter:113"] == {eg_id(one) for one in (EHPAD, HOPITAL, MAS)}


def test_every_list_of_the_demonstration_names_what_its_region_holds() -> None:
    groups = regroupement.parse(loading.GROUPS.read_text(encoding="utf-8"))
    assert {group.genre for group in groups} == set(regroupement.GENRES)
    assert all(group.criteria for group in groups)
    assert {"fil:01", "bes:01", "ter:113"} <= {group.key for group in groups}
