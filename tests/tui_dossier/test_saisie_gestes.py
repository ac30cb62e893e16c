"""What spares keys in a fiche: sections, menu, a week in one line, a day copied, a field put in other fiches."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ror_tui.api_client.models import lignes_de
from ror_tui.screens.fiche import FicheScreen
from ror_tui.screens.recherche import RechercheScreen
from ror_tui.widgets.dialogs import ActionMenu, Ask, Choose, Message, Ticks
from ror_tui.widgets.find_menu import FindMenu
from ror_tui.widgets.picker import Picker
from tests import world
from tests.tui_dossier.conftest import Desk, Open
from tests.tui_dossier.test_fiche import form, new_unit, stored

WHO = "referent.ehpad"


async def until(desk: Desk, holds: Callable[[], bool]) -> None:
    """Wait for a state."""
    while not holds():
        await desk.pilot.pause(0.01)


async def front(desk: Desk, kind: type[Any]) -> None:
    """Wait for a screen, drawn."""
    await until(desk, lambda: desk.shows(kind))
    await desk.pilot.pause()


async def units(region: world.World, count: int, **values: Any) -> tuple[str, list[str]]:
    """Open a dossier with complete units; give its id and theirs."""
    dossier = (await region.open_dossier(WHO, world.EHPAD, meme_si_ouvert=True))["id"]
    ids = await region.add(WHO, dossier, world.eg_id(world.EHPAD), count=count)
    for number, one in enumerate(ids, 1):
        await region.fill(WHO, dossier, one, nom=f"Unité {number}", **values)
    return dossier, ids


async def test_the_sections_say_what_is_left_in_each_and_lead_there(region: world.World, sit: Open) -> None:
    dossier, fiche = await new_unit(region)
    async with sit(dossier=dossier, fiche=fiche) as desk:
        await desk.press("ctrl+t")
        await front(desk, ActionMenu)
        text = desk.words()
        assert "○ Informations générales – " in text
        assert "champs à compléter" in text
        assert "✓ " in text
        await desk.press("2")
        await front(desk, FicheScreen)
        second = form(desk).sections()[1][0]
        assert form(desk).chemin == (second.champs[0].id,)


async def test_the_menu_of_the_fiche_keeps_what_cannot_be_done_and_says_why(region: world.World, sit: Open) -> None:
    dossier, fiche = await new_unit(region)
    async with sit(dossier=dossier, fiche=fiche, size=(100, 40)) as desk:
        form(desk).focus_field("discipline")
        await desk.press("ctrl+l")
        await front(desk, ActionMenu)
        items = {item.id: item.disabled_reason for item in desk.app.screen.items}  # type: ignore[attr-defined]  # an ActionMenu
        assert items["copier_jour"] == "Placez-vous sur une ligne d'horaires dont un jour est coché."
        assert items["texte"] == "Placez-vous sur un texte de plusieurs lignes."
        assert items["recopier"] is None
        assert items["reprendre"] is None
        await desk.press("escape")
        await front(desk, FicheScreen)


@pytest.mark.parametrize("size", [(80, 24), (40, 10)])
async def test_a_week_is_typed_in_one_line_and_a_day_is_copied_to_others(
    region: world.World, sit: Open, size: tuple[int, int]
) -> None:
    dossier, [fiche] = await units(region, 1)
    async with sit(dossier=dossier, fiche=fiche, size=size) as desk:
        form(desk).focus_field("horaires")
        await desk.press("h")
        await front(desk, Ask)
        await desk.press(*"lun 8-12 14-18, sam 9-12", "enter")
        await until(desk, lambda: desk.shows(FicheScreen) and form(desk).to_values().get("horaires") is not None)
        first = lignes_de(form(desk).to_values()["horaires"])[0]
        form(desk).focus_path(("horaires", str(first["id"])))
        await desk.press("j")
        await front(desk, Ticks)
        assert "Copier le lundi (08:00-12:00, 14:" in desk.words()
        assert "samedi : 09:00-12:00" in desk.words()
        await desk.press(*["down"] * 5, "space", "enter")  # Sunday stays closed
        await front(desk, FicheScreen)
        rows = lignes_de(form(desk).to_values()["horaires"])
        assert [(row["jours"], row["ouverture"], row["fermeture"]) for row in rows] == [
            (["1", "2", "3", "4", "5"], "08:00", "12:00"),
            (["1", "2", "3", "4", "5"], "14:00", "18:00"),
            (["6"], "09:00", "12:00"),
        ]
        await desk.press("u")
        assert [row["jours"] for row in lignes_de(form(desk).to_values()["horaires"])] == [["1"], ["1"], ["6"]]


async def test_a_field_is_put_in_the_fiches_that_are_ticked_with_its_unit(region: world.World, sit: Open) -> None:
    dossier, ids = await units(region, 3)
    async with sit(dossier=dossier, fiche=ids[0]) as desk:
        form(desk).focus_field("age_min")
        await desk.press(*["backspace"] * 2, *"18m", "alt+down")
        await front(desk, Ticks)
        assert "Recopier « Âge minimum » : 18 mois" in desk.words()
        await desk.press("down", "space", "enter")
        await front(desk, FicheScreen)
        await until(desk, lambda: "recopié dans 1 fiche." in desk.words())
        taken, left = [(await stored(region, dossier, one))["valeurs"] for one in ids[1:]]
        assert (taken["age_min"], taken["age_min_unite"]) == (18, "mo")
        assert left["age_min"] == 60


async def test_a_fiche_that_cannot_take_a_field_is_named_with_the_reason(region: world.World, sit: Open) -> None:
    dossier, ids = await units(region, 3)
    await region.ok(
        WHO,
        "DELETE",
        f"/dossiers/{dossier}/fiches/{ids[2]}",
        version=(await stored(region, dossier, ids[2]))["version"],
    )
    async with sit(dossier=dossier, fiche=ids[0]) as desk:
        form(desk).focus_field("age_min")
        await desk.press("backspace", "alt+down")
        await front(desk, Ticks)
        seen = await stored(region, dossier, ids[1])
        await region.ok(WHO, "DELETE", f"/dossiers/{dossier}/fiches/{ids[1]}", version=seen["version"])
        await desk.press("enter")
        await front(desk, Message)
        assert "« Unité 2 » :" in desk.words()
        await desk.press("enter")
        await front(desk, FicheScreen)


@pytest.mark.parametrize("where", ["ici", "dossier", "repertoire"])
async def test_sections_are_taken_from_this_dossier_another_one_or_the_directory(
    region: world.World, sit: Open, where: str
) -> None:
    await region.publish("Unité publiée", age_min=71)
    await units(region, 1, age_min=71)
    dossier, _ = await units(region, 1, age_min=71)
    fiche = (await region.add(WHO, dossier, world.eg_id(world.EHPAD)))[0]
    async with sit(dossier=dossier, fiche=fiche) as desk:
        await desk.pilot.press("ctrl+l")
        await front(desk, ActionMenu)
        await desk.press("r")
        await front(desk, Choose)
        await desk.pilot.press(*["right"] * ["ici", "dossier", "repertoire"].index(where), "enter")
        if where == "repertoire":
            await front(desk, RechercheScreen)
            await desk.pilot.press(*"publiée")
            await until(desk, lambda: any("Unité publiée" in line for line in desk.rows()))
            await desk.pilot.press("enter")
        for _ in range({"ici": 1, "dossier": 2, "repertoire": 0}[where]):
            await front(desk, FindMenu)
            await desk.pilot.press("enter")
            await desk.pilot.pause()
        await front(desk, Ticks)
        await desk.press("enter")
        await front(desk, FicheScreen)
        values = form(desk).to_values()
        assert values["age_min"] == 71
        assert values.get("type_uo") is None
        await desk.press("alt+u")
        assert form(desk).to_values().get("age_min") is None


async def test_several_codes_are_ticked_in_the_list_of_a_fiche(region: world.World, sit: Open) -> None:
    dossier, [fiche] = await units(region, 1)
    async with sit(dossier=dossier, fiche=fiche) as desk:
        form(desk).focus_field("activites")
        await desk.press("enter")
        await front(desk, Picker)
        await desk.press(*"geria", "down", "space", "enter")
        await front(desk, FicheScreen)
        activities = form(desk).to_values()["activites"]
        assert isinstance(activities, list)
        assert len(activities) == 2
        assert "293" in activities


async def test_undoing_leaves_a_locked_field_and_what_somebody_else_saved(region: world.World, sit: Open) -> None:
    dossier, [fiche] = await units(region, 1)
    async with sit(dossier=dossier, fiche=fiche) as desk:
        view = form(desk)
        view.focus_field("age_max")
        await desk.press(*"99")
        values = await stored(region, dossier, fiche)
        path = f"/dossiers/{dossier}/fiches/{fiche}"
        await region.ok(WHO, "PATCH", path, {"valeurs": {"age_min": 61}}, version=values["version"])
        assert isinstance(desk.app.screen, FicheScreen)
        await desk.app.screen.take_others(None)
        await until(desk, lambda: view.to_values()["age_min"] == 61)
        await desk.press("alt+u")
        assert (view.to_values()["age_min"], view.to_values().get("age_max")) == (61, None)
