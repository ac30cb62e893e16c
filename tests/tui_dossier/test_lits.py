"""Beds and places by keyboard: a whole establishment typed in a grid, saved at once, nothing lost."""

from __future__ import annotations

from uuid import UUID

import pytest

from ror_server.domain.identifiers import structure_id
from ror_tui.api_client.models import Kind
from ror_tui.screens.lits import LitsScreen
from ror_tui.screens.structure import StructureScreen
from ror_tui.widgets.dialogs import Choose, Message
from ror_tui.widgets.lits_grid import LitsGrid
from ror_tui.widgets.picker import Picker
from tests import world
from tests.tui_dossier.conftest import Desk, Open, Size

WHO = "lits"
EG = world.eg_id(world.EHPAD)
PATH = f"/structures/{EG}/lits"


async def beds(desk: Desk) -> None:
    desk.app.open_lits(EG)
    await desk.settle()
    assert desk.shows(LitsScreen)


def grid(desk: Desk) -> list[str]:
    return [" ".join(line.split()) for line in desk.app.screen.query_one(LitsGrid).lines()]


async def figures(region: world.World) -> dict[str, dict[str, int]]:
    units = (await region.ok(WHO, "GET", PATH))["unites"]
    return {unit["nom"]: {one["statut"]: one["nombre"] for one in unit["capacites"]} for unit in units}


async def put(region: world.World, unit: str, version: int, who: str = "referent.ehpad", **numbers: int) -> None:
    capacites = [{"statut": statut[1:], "nombre": nombre} for statut, nombre in numbers.items()]
    await region.ok(who, "PUT", PATH, {"unites": [{"id": unit, "version": version, "capacites": capacites}]})


async def test_digits_go_straight_into_the_cells_and_one_key_saves_them_all(region: world.World, sit: Open) -> None:
    await region.publish("Unité A")
    await region.publish("Unité B")
    async with sit(WHO) as desk:
        await beds(desk)
        assert grid(desk) == ["○ Unité A _ _ _ _ _ _ jamais", "○ Unité B _ _ _ _ _ _ jamais"]
        await desk.press(*"20", "tab", *"3", "tab", *"17", "enter", *"9", "shift+tab", "shift+tab", *"12")
        assert grid(desk) == ["● Unité A 20 3 17 _ _ _ jamais", "● Unité B 12 _ 9 _ _ _ jamais"]
        assert "Total lits 32 3 26" in desk.words()
        assert "2 unités à enregistrer (F2)" in desk.words()
        await desk.press("f2")
        assert grid(desk)[0] == "Unité A 20 3 17 _ _ _ à l'instant"
        assert "LITS · saisie manuelle" in desk.words()
    assert await figures(region) == {"Unité A": {"01": 20, "02": 3, "03": 17}, "Unité B": {"01": 12, "03": 9}}


async def test_a_slip_is_undone_and_a_number_that_does_not_add_up_is_said(region: world.World, sit: Open) -> None:
    await region.publish("Unité A")
    async with sit(WHO) as desk:
        await beds(desk)
        await desk.press(*"20", "right", *"25")
        assert "! Disponibles et occupés : 25 lits" in desk.words()
        await desk.press("u")
        assert grid(desk)[0].startswith("● Unité A 20 _")
        await desk.press("U", "backspace", "right", "left", "delete")
        assert grid(desk)[0].startswith("● Unité A 20 _")
        await desk.press("u", "u", "u", "u")
        assert grid(desk)[0].startswith("○ Unité A _ _")
        await desk.press("u")
        assert "rien à annuler" in desk.words()


async def test_closed_beds_ask_their_type_once(region: world.World, sit: Open) -> None:
    await region.publish("Unité A")
    await region.publish("Unité B")
    async with sit(WHO) as desk:
        await beds(desk)
        await desk.press("right", "right", "right", "right", *"2", "enter")
        assert desk.shows(Picker)
        await desk.press(*"non", "enter")
        assert desk.shows(LitsScreen)
        await desk.press(*"1", "f2")
        assert desk.shows(LitsScreen)
    units = (await region.ok(WHO, "GET", PATH))["unites"]
    assert [unit["capacites"][0]["fermeture"] for unit in units] == ["02", "02"]


async def test_yesterday_s_figures_are_confirmed_in_two_keys(region: world.World, sit: Open) -> None:
    unit = await region.publish("Unité A")
    await put(region, unit, 0, s01=20)
    region.clock.forward(hours=73)
    region.tokens.clear()
    async with sit(WHO) as desk:
        await beds(desk)
        assert grid(desk) == ["○ Unité A 20 _ _ _ _ _ il y a 3 j"]
        assert "plus de 24 h · REFERENT.EHPAD" in desk.words()
        await desk.press("R", "f2")
        assert grid(desk) == ["Unité A 20 _ _ _ _ _ à l'instant"]
        await desk.press("H")
        assert "LITS · saisie manuelle · Unité A : confirmés" in desk.words()
        assert "lits installés – → 20" in desk.words()
        await desk.press("enter")


async def test_what_another_one_typed_meanwhile_is_taken_in_and_shared_cells_are_decided(
    region: world.World, sit: Open
) -> None:
    unit = await region.publish("Unité A")
    await put(region, unit, 0, s01=20, s02=3)
    async with sit(WHO) as desk:
        await beds(desk)
        await desk.press("right", *"5", "right", *"8")
        await put(region, unit, 1, s01=21, s02=4)
        await desk.press("f2")
        await desk.settle()
        assert grid(desk)[0].startswith("≠ Unité A 21 ≠5 8")
        assert "vous : 5 · REFERENT.EHPAD" in desk.words()
        assert (await figures(region))["Unité A"] == {"01": 21, "02": 4}
        await desk.press("s")
        assert grid(desk)[0].startswith("● Unité A 21 4 8")
        await desk.press("u", "f2")
    assert (await figures(region))["Unité A"] == {"01": 21, "02": 5, "03": 8}


async def test_what_nobody_disputes_is_saved_without_a_question(region: world.World, sit: Open) -> None:
    unit = await region.publish("Unité A")
    await put(region, unit, 0, s01=20, s02=3)
    async with sit(WHO) as desk:
        await beds(desk)
        await desk.press("right", "right", *"8")
        await put(region, unit, 1, s01=21, s02=4)
        await desk.press("f2")
    assert (await figures(region))["Unité A"] == {"01": 21, "02": 4, "03": 8}


async def test_a_line_of_places_or_of_a_forecast_is_added_to_a_unit(region: world.World, sit: Open) -> None:
    await region.publish("Unité A")
    async with sit(WHO) as desk:
        await beds(desk)
        await desk.press("n", *"places", "enter", *"6")
        assert grid(desk) == ["● Unité A · Lits _ _ _ _ _ _ jamais", "● Places 6 _ _ _ _ · jamais"]
        await desk.press("n", *"prev 24", "enter")
        assert grid(desk)[1] == "● Lits · prév. 24 h · _ · · · · jamais"
        await desk.press(*"4")
        assert "Une prévision ne se dit que des disponibles" in desk.words()
        await desk.press("right", *"4", "f2")
    units = (await region.ok(WHO, "GET", PATH))["unites"]
    assert {(one["nature"], one["temporalite"], one["nombre"]) for one in units[0]["capacites"]} == {
        ("02", "01", 6),
        ("01", "03", 4),
    }


async def test_escape_asks_and_what_is_typed_is_there_at_the_next_opening(region: world.World, sit: Open) -> None:
    unit = await region.publish("Unité A")
    await put(region, unit, 0, s01=20, s02=3)
    async with sit(WHO) as desk:
        await beds(desk)
        await desk.press(*"22", "right", *"5")
        await desk.press("escape")
        assert desk.shows(Choose)
        await desk.press("g")
        assert not desk.shows(LitsScreen)
    await put(region, unit, 1, s01=21, s02=3)
    async with sit(WHO) as desk:
        await desk.press("f12", "a", "o")
        await desk.settle()
        assert "2 chiffres tapés" in desk.words()
        await desk.press("r")
        assert grid(desk)[0].startswith("≠ Unité A ≠22 5")
        await desk.press("m", "f2")
        await desk.press("f12")
        assert "tout ce que vous avez tapé est enregistré" in desk.words()
        await desk.press("enter")
    assert (await figures(region))["Unité A"] == {"01": 22, "02": 5}


async def test_somebody_without_the_right_reads_and_is_told_why(region: world.World, sit: Open) -> None:
    unit = await region.publish("Unité A")
    await region.publish("Unité B", unite_sensible=True)
    await put(region, unit, 0, s01=20)
    async with sit("lecteur") as desk:
        await beds(desk)
        assert "il faut un compte" in desk.words()
        await desk.press(*"4")
        assert grid(desk)[0].startswith("Unité A 20")
        assert grid(desk)[1].startswith("○ Unité B (réservé) ·")
        await desk.press("a")
        assert "Enregistrer ce qui a changé" in desk.words()
        await desk.press("escape", "escape")
        assert not desk.shows(LitsScreen)


async def test_the_fiche_shows_the_beds_and_one_key_opens_them(region: world.World, sit: Open) -> None:
    unit = await region.publish("Unité A")
    await put(region, unit, 0, s01=20, s02=3)
    async with sit(WHO, size=(80, 60)) as desk:
        desk.app.open_structure(UUID(unit))
        await desk.settle()
        assert desk.shows(StructureScreen)
        assert "Lits et places" in desk.words()
        assert "20 installés, 3 disponibles" in desk.words()
        await desk.press("L")
        assert desk.shows(LitsScreen)
        await desk.press("right", *"4", "f2", "escape")
        assert "20 installés, 4 disponibles" in desk.words()
        desk.app.open_structure(structure_id(Kind.EJ, world.EJ))
        await desk.settle()
        await desk.press("L")
        assert desk.shows(Message)
        assert "choisissez un établissement" in desk.words()
        await desk.press("enter")


@pytest.mark.parametrize("size", [(40, 10), (80, 24), (160, 45)])
async def test_the_grid_works_at_every_size(region: world.World, sit: Open, size: Size) -> None:
    for rank in range(12):
        await region.publish(f"[red]Unité {rank:02}")
    async with sit(WHO, size=size) as desk:
        await beds(desk)
        await desk.press("end", *"123", "right", *"45")
        said = desk.text()
        assert "[red]Unit" in said
        assert "123" in said
        assert "45" in said
        assert "Total" in said
