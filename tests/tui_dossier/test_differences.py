"""Reading what a dossier changes, by keyboard: tree, sentences, one fiche after the other, export."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from textual.widgets import Input

from ror_tui.screens.differences import DifferencesScreen
from ror_tui.screens.fiche import FicheScreen
from ror_tui.texts import NBSP
from ror_tui.widgets.dialogs import ActionMenu, Ask, Choose, Confirm
from tests import world
from tests.tui_dossier.conftest import Desk, Open

WHO = "referent.ehpad"


async def two_units(region: world.World) -> str:
    dossier = str((await region.open_dossier(WHO, world.EHPAD))["id"])
    for nom, unit in zip(
        ("Unité A", "=Unité B"), await region.add(WHO, dossier, world.eg_id(world.EHPAD), count=2), strict=True
    ):
        await region.fill(WHO, dossier, unit, nom=nom)
    return dossier


async def test_each_structure_says_what_happens_to_it_with_its_fields_below(region: world.World, sit: Open) -> None:
    async with sit(dossier=await two_units(region)) as desk:
        await desk.press("i")
        assert desk.said("#resume") == "2 unités opérationnelles créées"
        tree = [line.replace(NBSP, " ").strip() for line in desk.tree()]
        assert tree[0].startswith("▾ · EHPAD Les Tilleuls")
        assert tree[1].startswith("▾ + Unité A")
        assert tree[1].endswith("nouveau")
        assert any(line.startswith("Âge minimum : (vide) → 60 ans") for line in tree)
        assert "Unité A" in desk.said("#detail")
        await desk.press("down")
        assert "Nom : (vide) → Unité A" in desk.words()


async def test_one_goes_from_a_change_to_the_next_and_round(region: world.World, sit: Open) -> None:
    async with sit(dossier=await two_units(region)) as desk:
        await desk.press("i", "right_square_bracket")
        assert desk.said("#status") == "2/2 · =Unité B"
        await desk.press("right_square_bracket")
        assert desk.said("#status") == "1/2 · Unité A"
        await desk.press("left_square_bracket")
        assert desk.said("#status") == "2/2 · =Unité B"
        await desk.press("enter")
        assert desk.shows(FicheScreen)


async def test_the_sentences_take_the_place_of_the_tree(region: world.World, sit: Open) -> None:
    async with sit(dossier=await two_units(region)) as desk:
        await desk.press("i", "p")
        assert "+ nouveau : Unité opérationnelle « Unité A » créée sous « EHPAD Les Tilleuls »" in desk.words()
        await desk.press("p")
        assert desk.said("#detail").startswith("Unité A")


async def test_the_menu_keeps_what_cannot_be_done_and_says_why(region: world.World, sit: Open) -> None:
    async with sit(dossier=await two_units(region)) as desk:
        await desk.press("i", "a", "r")
        assert desk.shows(ActionMenu)
        assert "rien n'est à refuser" in desk.words()


async def _export(desk: Desk, tmp_path: Path, form: str) -> Path:
    await desk.press("e")
    assert desk.shows(Choose)
    await desk.press(form)
    assert desk.shows(Ask)
    field = desk.app.screen.query_one(Input)
    assert Path(field.value).name.startswith("differences-peuplement-de-ehpad-les-tilleuls.")
    file = tmp_path / Path(field.value).name
    field.value = str(file)
    await desk.press("enter")
    return file


async def test_the_difference_is_exported_as_text_json_and_table(
    region: world.World, sit: Open, tmp_path: Path
) -> None:
    async with sit(dossier=await two_units(region)) as desk:
        await desk.press("i")
        text = await _export(desk, tmp_path, "t")
        whole = await _export(desk, tmp_path, "j")
        table = await _export(desk, tmp_path, "c")
        assert desk.shows(DifferencesScreen)
    assert "  + Unité A – nouveau\n      Nom\N{NO-BREAK SPACE}: (vide) → Unité A" in text.read_text()
    assert [one["nom"] for one in json.loads(whole.read_text())["noeuds"]] == [
        "EHPAD Les Tilleuls",
        "Unité A",
        "=Unité B",
    ]
    rows = list(csv.DictReader(table.read_text("utf-8-sig").splitlines(), delimiter=";"))
    assert {row["Structure"] for row in rows} == {"Unité A", "'=Unité B"}
    assert any((row["Champ"], row["Après"]) == ("Âge minimum", "60 ans") for row in rows)


async def test_an_export_never_writes_over_a_file_without_asking(
    region: world.World, sit: Open, tmp_path: Path
) -> None:
    async with sit(dossier=await two_units(region)) as desk:
        await desk.press("i")
        file = await _export(desk, tmp_path, "t")
        file.write_text("gardé")
        await _export(desk, tmp_path, "t")
        assert desk.shows(Confirm)
        await desk.press("enter")
        assert file.read_text() == "gardé"


@pytest.mark.parametrize("size", [(40, 10), (80, 24), (160, 45)])
async def test_the_difference_is_read_at_every_size(region: world.World, sit: Open, size: tuple[int, int]) -> None:
    async with sit(dossier=await two_units(region), size=size) as desk:
        await desk.press("i")
        assert "Unité A" in desk.text()
        await desk.press("p")
        assert "créée sous" in desk.words()
