"""Modifying a published fiche from the Répertoire, and the question of répercussion (guide §4c, A NOTER 7)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from textual.widgets import Input

from ror_tui.screens.dossier import DossierScreen
from ror_tui.screens.edition import EditionScreen
from ror_tui.screens.structure import StructureScreen
from ror_tui.widgets.dialogs import Choose, Message
from ror_tui.widgets.form import FormView
from tests import world
from tests.tui_dossier.conftest import Desk, Open
from tests.tui_dossier.test_conflits import drafted

WHO = "referent.ehpad"


async def reading(desk: Desk, unit: str) -> None:
    """Open the published fiche of a unit."""
    desk.app.open_structure(UUID(unit))
    await desk.settle()


async def typed(desk: Desk, champ: str, text: str) -> None:
    """Type a value over what a field holds."""
    desk.app.screen.query_one(FormView).focus_field(champ)
    await desk.settle()
    await desk.press("home", "ctrl+k")
    await desk.write(text)


async def published(region: world.World, unit: str) -> dict[str, Any]:
    return dict((await region.ok(WHO, "GET", f"/structures/{unit}"))["valeurs"])


async def test_a_fiche_is_modified_and_published_with_the_keyboard(region: world.World, sit: Open) -> None:
    unit = await region.publish("Unité A")
    async with sit() as desk:
        await reading(desk, unit)
        await desk.press("e")
        assert desk.shows(EditionScreen)
        assert "support SESAN" in desk.words()
        await typed(desk, "age_min", "62")
        assert "● modifié" in desk.said("#edition-title")
        await desk.press("f2")
        assert desk.shows(StructureScreen)
        assert "62" in desk.words()
    assert (await published(region, unit))["age_min"] == 62


async def test_the_type_is_locked_and_leads_to_a_dossier(region: world.World, sit: Open) -> None:
    unit = await region.publish("Unité A")
    async with sit() as desk:
        await reading(desk, unit)
        await desk.press("e")
        assert "Type d'UO, dans un dossier seulement (Ctrl+D)" in desk.words()
        assert all(place.chemin != ("type_uo",) for place in desk.app.screen.query_one(FormView).places)
        await desk.press("ctrl+d", "enter")
        assert desk.shows(DossierScreen), desk.text()


async def test_leaving_asks_what_to_do_with_what_is_typed(region: world.World, sit: Open) -> None:
    unit = await region.publish("Unité A")
    async with sit() as desk:
        await reading(desk, unit)
        await desk.press("e")
        await typed(desk, "age_min", "62")
        await desk.press("escape")
        assert desk.shows(Choose)
        assert "Saisie non enregistrée" in desk.text()
        await desk.press("escape")
        assert desk.shows(EditionScreen)
        assert desk.app.screen.query_one(FormView).query_one(Input).value == "62"
    assert (await published(region, unit))["age_min"] == 60


async def test_annuler_without_input_changes_nothing(region: world.World, sit: Open) -> None:
    unit = await region.publish("Unité A")
    async with sit() as desk:
        await reading(desk, unit)
        await desk.press("e", "escape")
        assert desk.shows(StructureScreen)


async def test_a_fault_shows_beside_its_field_and_nothing_is_published(region: world.World, sit: Open) -> None:
    unit = await region.publish("Unité A", age_max=90)
    async with sit() as desk:
        await reading(desk, unit)
        await desk.press("e")
        await typed(desk, "age_min", "95")
        await desk.press("f2")
        assert desk.shows(EditionScreen)
        assert "L'âge maximum est inférieur à l'âge minimum" in desk.words()
    assert (await published(region, unit))["age_min"] == 60


async def test_yes_makes_the_dossier_follow(region: world.World, sit: Open) -> None:
    unit = await region.publish("Unité A")
    dossier = await drafted(region, unit, age_min=65)
    async with sit() as desk:
        await reading(desk, unit)
        assert "y remplacera « Âge minimum »" in desk.words()
        await desk.press("e")
        await typed(desk, "age_min", "55")
        await desk.press("f2")
        assert desk.shows(Choose)
        assert "Répercussion du champ : Âge minimum" in desk.text()
        assert "votre modification : 55 ans" in desk.text()
        assert "dans le dossier : 65 ans" in desk.text()
        await desk.press("o")
        assert desk.shows(StructureScreen)
    assert (await published(region, unit))["age_min"] == 55
    fiche = await region.ok(WHO, "GET", f"/dossiers/{dossier}/fiches/{unit}")
    assert fiche["valeurs"]["age_min"] == 55


async def test_no_keeps_the_dossier_s_and_giving_up_publishes_nothing(region: world.World, sit: Open) -> None:
    unit = await region.publish("Unité A")
    dossier = await drafted(region, unit, age_min=65)
    async with sit() as desk:
        await reading(desk, unit)
        await desk.press("e")
        await typed(desk, "age_min", "55")
        await desk.press("f2", "escape")
        assert desk.shows(EditionScreen)
        assert (await published(region, unit))["age_min"] == 60
        await desk.press("f2", "n")
        assert desk.shows(StructureScreen)
    assert (await published(region, unit))["age_min"] == 55
    fiche = await region.ok(WHO, "GET", f"/dossiers/{dossier}/fiches/{unit}")
    assert fiche["valeurs"]["age_min"] == 65


async def test_who_may_not_modify_is_told_why(region: world.World, sit: Open) -> None:
    unit = await region.publish("Unité A")
    async with sit("lecteur") as desk:
        await reading(desk, unit)
        await desk.press("e")
        assert desk.shows(Message)
        assert "il faut un compte" in desk.words()


async def test_somebody_else_published_meanwhile_and_nothing_typed_is_lost(region: world.World, sit: Open) -> None:
    unit = await region.publish("Unité A")
    async with sit() as desk:
        await reading(desk, unit)
        await desk.press("e")
        await typed(desk, "age_min", "62")
        await region.change(unit, age_min=58)
        await desk.press("f2")
        assert desk.shows(Choose)
        assert "la sienne : 58" in desk.text()
        await desk.press("g")
        assert desk.shows(StructureScreen)
    assert (await published(region, unit))["age_min"] == 62
