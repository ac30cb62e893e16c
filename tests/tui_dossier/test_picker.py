"""Choosing in the real nomenclatures: 307 types, 548 activités."""

from __future__ import annotations

from typing import Any

import pytest
from textual.app import App

from ror_server.nomenclatures import nomenclature
from ror_tui.api_client.models import Champ, Code, Filtre, Nomenclature, TypeChamp, Valeurs
from ror_tui.texts import NBSP
from ror_tui.widgets.lines import LineList
from ror_tui.widgets.picker import Picker

TYPE = Champ(
    id="type_uo",
    libelle="Type d'UO",
    type=TypeChamp.CODE,
    nomenclature="JDV_J238",
    filtres=[
        Filtre(cle="discipline", libelle="1 - Filtrez les types d'UO par discipline", champ="discipline"),
        Filtre(cle="specialite", libelle="2 - Filtrez les types d'UO par spécialité / catégorie de besoins"),
    ],
)
ACTIVITIES = Champ(id="activites", libelle="Activités", type=TypeChamp.CODES, nomenclature="JDV_J17")
NOTHING = object()


class Stage(App[None]):
    """An application that only shows a picker."""


class Choice:
    """A picker on the screen, and what it answers."""

    def __init__(self, champ: Champ, codes: Nomenclature, current: list[str], valeurs: Valeurs) -> None:
        self.picker = Picker(champ, codes, current, valeurs)
        self.answer: object = NOTHING

    def _take(self, codes: list[str] | None) -> None:
        self.answer = codes

    async def press(self, *keys: str, size: tuple[int, int] = (80, 24)) -> str:
        """Press keys; give the last screen as text."""
        app = Stage()
        async with app.run_test(size=size) as pilot:
            await app.push_screen(self.picker, self._take)
            await pilot.pause()
            for key in keys:
                await pilot.press(key)
            await pilot.pause()
            strips = app.screen._compositor.render_strips()
            if app.screen is self.picker:
                self.rows = self.picker.query_one(LineList).lines()
            return "\n".join("".join(segment.text for segment in strip) for strip in strips).replace(NBSP, " ")


def types(current: list[str] | None = None, **valeurs: Any) -> Choice:
    return Choice(TYPE, nomenclature("JDV_J238"), current or [], valeurs)


def activities(*current: str) -> Choice:
    return Choice(ACTIVITIES, nomenclature("JDV_J17"), list(current), {})


async def test_the_list_starts_from_the_discipline_of_the_fiche() -> None:
    choice = types(discipline="MSS")
    text = await choice.press()
    assert "1 - Filtrez les types d'UO par discipline : MSS" in text
    assert "118 sur 307" in text
    assert all(code.filtres.get("discipline", ["MSS"]).count("MSS") for code in choice.picker.shown)


async def test_all_types_are_offered_when_no_discipline_is_chosen() -> None:
    text = await types().press()
    assert "307 sur 307" in text


async def test_typing_finds_without_accents_in_any_order_and_enter_takes_it() -> None:
    choice = types(discipline="MSS")
    await choice.press(*"dependantes hebergement sans", "enter")
    assert choice.answer == ["21"]


async def test_a_type_is_found_by_its_code() -> None:
    choice = types()
    await choice.press(*"56", "enter")
    assert choice.answer == ["56"]


async def test_a_filter_is_changed_from_the_keyboard_and_can_be_taken_off() -> None:
    choice = types(discipline="MSS")
    text = await choice.press("tab", "enter", "home", "enter")
    assert "discipline : toutes" in text
    assert "307 sur 307" in text


async def test_the_second_filter_narrows_the_list() -> None:
    choice = types(discipline="MSS")
    text = await choice.press("shift+tab", "enter", "down", "down", "enter")
    assert ": Personnes en situation de handicap ▾" in text
    assert all("02" in code.filtres.get("specialite", ["02"]) for code in choice.picker.shown)


async def test_space_types_a_blank_while_one_types_and_ticks_after_a_move() -> None:
    choice = activities()
    text = await choice.press(*"medecine ger", "down", "up", "space")
    assert "medecine ger" in text
    assert "1 coché" in text
    assert choice.rows[0].startswith("[x] ")


async def test_space_ticks_at_once_when_nothing_is_typed() -> None:
    choice = activities()
    await choice.press("space", "down", "f4", "enter")
    assert choice.answer == [code.code for code in nomenclature("JDV_J17").codes[:2]]


async def test_ticks_made_under_another_search_are_kept() -> None:
    choice = activities("003")
    await choice.press(*"allergologie", "f4", *["backspace"] * 12, "enter")
    assert choice.answer == ["003", "005"]


async def test_the_last_tick_can_be_taken_off() -> None:
    choice = activities("003")
    await choice.press("space", "enter")
    assert choice.answer == []


async def test_leaving_after_a_tick_asks() -> None:
    choice = activities("003")
    text = await choice.press("down", "space", "escape")
    assert "Vous avez changé des coches." in text
    assert choice.answer is NOTHING


async def test_leaving_without_a_change_closes() -> None:
    choice = activities("003")
    await choice.press("escape")
    assert choice.answer is None


async def test_a_search_that_finds_nothing_says_so_and_enter_does_nothing() -> None:
    choice = types()
    text = await choice.press(*"zzzz", "enter")
    assert "0 sur 307" in text
    assert choice.answer is NOTHING


HOSTILE = Nomenclature(
    nom="X",
    titre="X",
    version="1",
    source="essai",
    codes=[
        Code(code="1", libelle="[/x] [red]rouge\x1b[31m" + "é" * 300),
        Code(code="2", libelle="Ancien", retire=True),
        Code(code="3", libelle="Ancien aussi", retire=True),
    ],
)


async def test_a_retired_code_is_never_offered_and_stays_visible_when_the_fiche_holds_it() -> None:
    choice = Choice(ACTIVITIES, HOSTILE, ["2", "99"], {})
    text = await choice.press()
    assert [row.split("(")[0].strip() for row in choice.rows[:2]] == ["[x] Ancien", "[x] code inconnu"]
    assert "n'est plus proposé" in choice.rows[0]
    assert "Ancien aussi" not in text
    assert "1 sur 1" in text


@pytest.mark.parametrize("size", [(40, 10), (80, 24), (160, 45)])
async def test_hostile_labels_are_drawn_as_they_are_at_any_size(size: tuple[int, int]) -> None:
    text = await Choice(ACTIVITIES, HOSTILE, ["99"], {}).press("down", size=size)
    assert "[/x] [red]rouge" in text
    assert "\x1b" not in text


async def test_the_smallest_screen_still_shows_the_search_and_the_list() -> None:
    text = await types(discipline="MSS").press(*"alz", size=(40, 10))
    assert "alz" in text
    assert "ESA" in text
