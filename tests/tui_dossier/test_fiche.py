"""The fiche of a dossier: typing, saving, finalising, and everything that may go wrong meanwhile."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx
import pytest
from textual.widgets import Input

from ror_tui.screens.dossier import DossierScreen
from ror_tui.screens.fiche import FicheScreen
from ror_tui.texts import clock
from ror_tui.widgets.dialogs import Choose, Confirm
from ror_tui.widgets.form import FormView
from tests import world
from tests.tui_dossier.conftest import Desk, Line, Open

WHO = "referent.ehpad"


async def new_unit(region: world.World) -> tuple[str, str]:
    """Open a dossier with one new unit; give both ids."""
    dossier = (await region.open_dossier(WHO, world.EHPAD))["id"]
    return dossier, (await region.add(WHO, dossier, world.eg_id(world.EHPAD)))[0]


async def stored(region: world.World, dossier: str, fiche: str) -> dict[str, Any]:
    """Give what the server holds."""
    return dict(await region.ok(WHO, "GET", f"/dossiers/{dossier}/fiches/{fiche}"))


def form(desk: Desk) -> FormView:
    return desk.app.screen.query_one(FormView)


def field(desk: Desk) -> str:
    """Give the id of the field that has the focus."""
    return "/".join(form(desk).chemin or ())


def wrong(desk: Desk) -> set[str]:
    """Give the paths of the fields under which something is said."""
    saisie = form(desk).saisie
    return set(saisie.constats_de()) if saisie else set()


async def until(desk: Desk, holds: Callable[[], bool]) -> None:
    """Wait for what a pause of typing brings."""
    while not holds():
        await desk.pilot.pause(0.01)


async def choose_type(desk: Desk, typed: str = "56") -> None:
    form(desk).focus_field("type_uo")
    await desk.press("enter")
    await desk.write(typed)
    await desk.press("enter")


async def fill(desk: Desk) -> None:
    """Fill every required field by keyboard."""
    await choose_type(desk)
    form(desk).focus_field("age_min")
    await desk.write("60")
    form(desk).focus_field("mode_prise_en_charge")
    await desk.press("enter")
    await desk.write("46")
    await desk.press("enter")
    form(desk).focus_field("activites")
    await desk.press("enter")
    await desk.write("293")
    await desk.press("enter")


async def test_a_unit_filled_by_keyboard_is_saved_and_goes_green(region: world.World, sit: Open) -> None:
    dossier, fiche = await new_unit(region)
    async with sit(dossier=dossier, fiche=fiche) as desk:
        await fill(desk)
        assert "● modifié" in desk.said("#fiche-title")
        await desk.press("f3")
        assert "● finalisée" in desk.said("#fiche-title")
        assert "modifié" not in desk.said("#fiche-title")
        kept = await stored(region, dossier, fiche)
        assert kept["etat"] == "finalisee"
        assert kept["valeurs"]["age_min"] == 60
        assert kept["valeurs"]["activites"] == ["293"]
        assert kept["valeurs"]["unite_sensible"] is False
        await desk.press("escape")
        assert desk.shows(DossierScreen)
        assert any("finalisée" in line and line.lstrip().startswith("●") for line in desk.tree())


async def test_the_fields_of_the_type_appear_with_it_and_the_name_is_proposed(region: world.World, sit: Open) -> None:
    dossier, fiche = await new_unit(region)
    async with sit(dossier=dossier, fiche=fiche) as desk:
        assert "Mode de prise en charge" not in desk.text()
        await choose_type(desk)
        assert "Mode de prise en charge *" in desk.text()
        assert str(form(desk).to_values()["nom"]).startswith("Unité ")
        first = form(desk).to_values()["nom"]
        await choose_type(desk, "21")
        assert form(desk).to_values()["nom"] != first


async def test_a_typed_name_is_never_replaced(region: world.World, sit: Open) -> None:
    dossier, fiche = await new_unit(region)
    async with sit(dossier=dossier, fiche=fiche) as desk:
        form(desk).focus_field("nom")
        await desk.write("Unité des Lilas")
        await choose_type(desk)
        assert form(desk).to_values()["nom"] == "Unité des Lilas"


async def test_what_was_typed_in_a_field_that_vanishes_comes_back_with_it(region: world.World, sit: Open) -> None:
    dossier, fiche = await new_unit(region)
    async with sit(dossier=dossier, fiche=fiche) as desk:
        await fill(desk)
        form(desk).focus_field("type_uo")
        await desk.press("delete")
        assert "Mode de prise en charge" not in desk.text()
        await choose_type(desk)
        assert "Entrée pour choisir" not in desk.text().split("Activités opérationnelles")[1].splitlines()[0]


async def test_finalising_an_incomplete_fiche_shows_the_errors_and_goes_to_the_first(
    region: world.World, sit: Open
) -> None:
    dossier, fiche = await new_unit(region)
    async with sit(dossier=dossier, fiche=fiche) as desk:
        assert "est obligatoire" not in desk.text()
        await desk.press("f3")
        assert "« Nom » est obligatoire" in desk.text()
        assert "◐ incomplète" in desk.said("#fiche-title")
        assert field(desk) == "nom"
        await desk.press("f4")
        assert field(desk) == "type_uo"
        await desk.press("f4", "f4")
        assert field(desk) == "nom"
        await desk.write("U")
        assert "« Nom » est obligatoire" not in desk.text()


async def test_arrows_tab_and_enter_go_from_field_to_field(region: world.World, sit: Open) -> None:
    dossier, fiche = await new_unit(region)
    async with sit(dossier=dossier, fiche=fiche) as desk:
        seen = []
        for key in ("down", "tab", "up", "shift+tab", "enter"):
            await desk.press(key)
            seen.append(field(desk).removeprefix(""))
        assert seen == ["discipline", "type_uo", "discipline", "nom", "discipline"]
        assert "types d'UO proposés" in desk.said("#status")


async def test_only_digits_go_in_a_number(region: world.World, sit: Open) -> None:
    dossier, fiche = await new_unit(region)
    async with sit(dossier=dossier, fiche=fiche) as desk:
        form(desk).focus_field("age_min")
        await desk.write("6-!0")
        assert form(desk).to_values()["age_min"] == 60


async def test_yes_and_no_answer_to_their_letters(region: world.World, sit: Open) -> None:
    dossier, fiche = await new_unit(region)
    async with sit(dossier=dossier, fiche=fiche) as desk:
        await choose_type(desk)
        form(desk).focus_field("unite_sensible")
        seen = []
        for key in ("o", "n", "space"):
            await desk.press(key)
            seen.append(form(desk).to_values()["unite_sensible"])
        assert seen == [True, False, True]


async def test_a_fiche_just_opened_is_not_modified(region: world.World, sit: Open) -> None:
    dossier, fiche = await new_unit(region)
    async with sit(dossier=dossier, fiche=fiche) as desk:
        assert "modifié" not in desk.said("#fiche-title")
        await desk.press("escape")
        assert desk.shows(DossierScreen)


@pytest.mark.parametrize(
    ("key", "stays", "saved"),
    [("r", True, None), ("g", False, None), ("a", False, None), ("e", False, "Z"), ("escape", True, None)],
)
async def test_leaving_with_unsaved_input_asks(
    region: world.World, sit: Open, key: str, stays: bool, saved: str | None
) -> None:
    dossier, fiche = await new_unit(region)
    async with sit(dossier=dossier, fiche=fiche) as desk:
        await desk.write("Z")
        await desk.press("escape")
        assert desk.shows(Choose)
        assert "n'est pas enregistrée au ROR" in desk.words()
        await desk.press(key)
        assert desk.shows(FicheScreen) is stays
        if stays:
            assert form(desk).to_values()["nom"] == "Z"
    assert (await stored(region, dossier, fiche))["valeurs"].get("nom") == saved


async def someone_else_saves(region: world.World, dossier: str, fiche: str, **values: Any) -> None:
    path = f"/dossiers/{dossier}/fiches/{fiche}"
    version = (await region.ok("referent.ej", "GET", path))["version"]
    await region.ok("referent.ej", "PATCH", path, {"valeurs": values}, version=version)


@pytest.mark.parametrize(
    ("key", "age", "other"),
    [("g", 70, "Le nom de l'autre"), ("p", 65, "Le nom de l'autre"), ("r", 65, "Le nom de l'autre")],
)
async def test_a_fiche_saved_by_somebody_else_asks_what_to_keep(
    region: world.World, sit: Open, key: str, age: int, other: str
) -> None:
    dossier, fiche = await new_unit(region)
    async with sit(dossier=dossier, fiche=fiche) as desk:
        form(desk).focus_field("age_min")
        await desk.write("70")
        await someone_else_saves(region, dossier, fiche, age_min=65, nom=other)
        await desk.press("f2")
        assert desk.shows(Choose)
        text = desk.words()
        assert f"REFERENT.EJ a enregistré cette fiche à {clock(world.START)}" in text
        assert "votre saisie : 70" in text
        assert "la sienne : 65" in text
        await desk.press(key)
        kept = (await stored(region, dossier, fiche))["valeurs"]
        assert (kept["age_min"], kept["nom"]) == (age, other)
        assert form(desk).to_values()["age_min"] == (65 if key == "p" else 70)
        assert ("modifié" in desk.said("#fiche-title")) is (key == "r")


async def test_a_cut_line_keeps_the_input_and_the_same_key_saves_it(region: world.World, sit: Open, line: Line) -> None:
    dossier, fiche = await new_unit(region)
    async with sit(dossier=dossier, fiche=fiche, line=line) as desk:
        await desk.write("Unité")
        line.cut = True
        await desk.press("f2")
        assert form(desk).to_values()["nom"] == "Unité"
        assert "Enregistrement en attente (1)" in desk.said("#status")
        line.cut = False
        await desk.press("f2")
        assert "modifié" not in desk.said("#fiche-title")
    assert (await stored(region, dossier, fiche))["valeurs"]["nom"] == "Unité"


async def test_a_cut_line_at_opening_offers_to_try_again(region: world.World, sit: Open, line: Line) -> None:
    dossier, _ = await new_unit(region)
    async with sit(dossier=dossier, line=line) as desk:
        await desk.press("right", "down")
        line.cut = True
        await desk.press("enter")
        assert desk.shows(Confirm)
        line.cut = False
        await desk.press("r")
        assert "Nom *" in desk.text()


async def test_a_session_that_is_over_loses_nothing(region: world.World, sit: Open) -> None:
    dossier, fiche = await new_unit(region)
    async with sit(dossier=dossier, fiche=fiche) as desk:
        await desk.write("Unité")
        region.clock.forward(days=30)
        await desk.press("f2")
        assert not desk.shows(FicheScreen)
        await desk.press("escape")
        assert desk.shows(FicheScreen)
        assert form(desk).to_values()["nom"] == "Unité"


async def test_a_fault_of_the_server_stands_beside_its_field(region: world.World, sit: Open) -> None:
    dossier, fiche = await new_unit(region)
    async with sit(dossier=dossier, fiche=fiche) as desk:
        form(desk).fill({"age_min": 5_000_000})
        await desk.press("f2")
        assert "Ce nombre est trop grand." in desk.text()
        assert field(desk) == "age_min"
        assert "modifié" in desk.said("#fiche-title")


async def test_what_is_typed_while_the_save_is_on_its_way_stays(region: world.World, sit: Open) -> None:
    dossier, fiche = await new_unit(region)
    async with sit(dossier=dossier, fiche=fiche) as desk:
        await desk.write("A")
        view = form(desk)
        sent = view.to_values()
        await desk.write("B")
        view.accept({"nom": "A"}, sent, [], None)
        assert view.to_values()["nom"] == "AB"
        assert view.changes()["nom"] == "AB"


async def test_a_fiche_of_a_dossier_that_was_sent_is_read_only(region: world.World, sit: Open) -> None:
    dossier, fiche = await new_unit(region)
    await region.fill(WHO, dossier, fiche)
    await region.step(WHO, dossier, "envoyer")
    async with sit(dossier=dossier, fiche=fiche) as desk:
        assert "retirez-le de la validation" in desk.text()
        assert not form(desk).query_one(Input).display
        await desk.write("Z")
        await desk.press("f2")
        assert form(desk).changes() == {}


async def test_the_published_value_is_shown_where_it_differs(region: world.World, sit: Open) -> None:
    dossier, fiche = await new_unit(region)
    await region.fill(WHO, dossier, fiche)
    await region.step(WHO, dossier, "envoyer")
    await region.step("sesan", dossier, "valider")
    again = (await region.open_dossier(WHO, world.EHPAD))["id"]
    async with sit(dossier=again, fiche=fiche) as desk:
        assert "publié" not in desk.text()
        form(desk).focus_field("age_min")
        await desk.press("end", "backspace", "5")
        assert "publié : 60" in desk.text()


HOSTILE = "[/x] [red]rouge \x1b[31m\t " + "é" * 230


@pytest.mark.parametrize("size", [(40, 10), (80, 24), (160, 45)])
async def test_a_hostile_name_is_drawn_as_it_is(region: world.World, sit: Open, size: tuple[int, int]) -> None:
    dossier, fiche = await new_unit(region)
    await someone_else_saves(region, dossier, fiche, nom=HOSTILE)
    async with sit(dossier=dossier, fiche=fiche, size=size) as desk:
        await desk.press("f3", "down")
        text = desk.text()
        assert "[/x] [red]rouge" in text
        assert "\x1b" not in text
        assert form(desk).changes() == {}


async def test_a_fiche_that_is_gone_says_so(region: world.World, sit: Open) -> None:
    dossier, _ = await new_unit(region)
    async with sit(dossier=dossier, fiche=str(uuid4())) as desk:
        assert "n'est pas dans ce dossier" in desk.words()


class Late(Line):
    """A line that keeps the answers to the controls until it is told to let them go."""

    def __init__(self, server: httpx.AsyncBaseTransport) -> None:
        super().__init__(server)
        self.open = asyncio.Event()
        self.judged: list[dict[str, Any]] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Carry a request; that of the controls waits."""
        if request.url.path.endswith("/controles"):
            self.judged.append(json.loads(request.content)["valeurs"])
            await self.open.wait()
        return await super().handle_async_request(request)


async def test_the_server_judges_what_is_typed_at_each_pause_and_never_an_older_text(
    region: world.World, sit: Open
) -> None:
    dossier, fiche = await new_unit(region)
    line = Late(region.http._transport)
    async with sit(dossier=dossier, fiche=fiche, line=line) as desk:
        form(desk).focus_field("age_min")
        await desk.pilot.press(*"60")
        form(desk).focus_field("age_max")
        await desk.pilot.press(*"10")
        await until(desk, lambda: bool(line.judged) and line.judged[-1].get("age_max") == 10)
        await desk.pilot.press("0")
        assert form(desk).to_values()["age_max"] == 100
        line.open.set()
        await until(desk, lambda: line.judged[-1].get("age_max") == 100)
        await desk.settle()
        assert not wrong(desk)
        await desk.pilot.press("backspace")
        await until(desk, lambda: "age_max" in wrong(desk))
        assert field(desk) == "age_max"
        assert "× " in "\n".join(form(desk).lines.text())
        assert (await stored(region, dossier, fiche))["valeurs"].get("age_max") is None
        line.cut = True
        count = len(line.judged)
        await desk.pilot.press("0")
        await until(desk, lambda: len(line.judged) > count)
        await desk.settle()
        assert form(desk).to_values()["age_max"] == 100
        assert desk.shows(FicheScreen)
