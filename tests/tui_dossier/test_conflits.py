"""Conflicts by keyboard: read, answered one by one or all the safe ones, announced when they are born."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ror_tui.screens.conflits import ConflitsScreen
from ror_tui.screens.dossier import DossierScreen
from ror_tui.screens.fiche import FicheScreen
from ror_tui.widgets.dialogs import Ask, Confirm, Message
from ror_tui.widgets.picker import Picker
from ror_tui.widgets.tree import VirtualTree
from tests import world
from tests.tui_dossier.conftest import Desk, Open

WHO = "referent.ehpad"


async def contested(region: world.World, **values: tuple[Any, Any]) -> tuple[str, str]:
    """Give a dossier and a unit of which both sides changed these fields: mine, then published."""
    unit = await region.publish("Unité A")
    dossier = await drafted(region, unit, **{champ: mine for champ, (mine, _) in values.items()})
    await region.change(unit, **{champ: theirs for champ, (_, theirs) in values.items()})
    return dossier, unit


async def drafted(region: world.World, unit: str, **values: Any) -> str:
    dossier = str((await region.open_dossier(WHO, world.EHPAD, titre="Le mien", meme_si_ouvert=True))["id"])
    path = f"/dossiers/{dossier}/fiches/{unit}"
    saved = await region.ok(WHO, "PATCH", path, {"valeurs": values}, version=0)
    await region.ok(WHO, "POST", f"{path}/finaliser", version=saved["version"])
    return dossier


async def held(region: world.World, dossier: str, unit: str, champ: str) -> Any:
    return (await region.ok(WHO, "GET", f"/dossiers/{dossier}/fiches/{unit}"))["valeurs"].get(champ)


async def until(desk: Desk, true: Callable[[], bool]) -> None:
    """Wait until something is true; what brings it takes real time."""
    while not true():
        await desk.pilot.pause(0.02)


async def test_a_conflict_shows_both_values_and_who_published_from_where(region: world.World, sit: Open) -> None:
    dossier, _ = await contested(region, age_min=(65, 55))
    async with sit(dossier=dossier) as desk:
        assert "≠ 1 en conflit (!)" in desk.said("#header")
        await desk.press("exclamation_mark")
        assert desk.shows(ConflitsScreen)
        words = desk.words()
        assert "1 conflit avec le Répertoire" in words
        assert "Âge minimum · Unité A" in words
        assert "au départ : 60 ans" in words
        assert "la mienne : 65 ans" in words
        assert "publiée : 55 ans" in words
        assert "SESAN, le" in words
        assert "par le dossier « Mise à jour »" in words


async def test_one_keeps_mine_and_two_takes_what_is_published(region: world.World, sit: Open) -> None:
    dossier, unit = await contested(region, age_min=(65, 55), age_max=(90, 95))
    async with sit(dossier=dossier) as desk:
        await desk.press("exclamation_mark", "1")
        assert "1 conflit avec le Répertoire" in desk.words()
        await desk.press("2")
        assert "Aucun conflit avec le Répertoire" in desk.words()
        await desk.press("escape")
        assert desk.shows(DossierScreen)
        assert "en conflit" not in desk.said("#header")
    assert await held(region, dossier, unit, "age_min") == 65
    assert await held(region, dossier, unit, "age_max") == 95


async def test_three_asks_for_another_value_with_the_field_s_own_editor(region: world.World, sit: Open) -> None:
    dossier, unit = await contested(region, age_min=(65, 55), type_uo=("57", "58"))
    async with sit(dossier=dossier) as desk:
        await desk.press("exclamation_mark", "3")
        assert desk.shows(Picker)
        await desk.press("escape", "right_square_bracket", "3")
        assert desk.shows(Ask)
        await desk.press("backspace", "backspace", "6", "2", "enter")
        assert "1 conflit avec le Répertoire" in desk.words()
    assert await held(region, dossier, unit, "age_min") == 62


async def test_the_brackets_go_round_the_questions(region: world.World, sit: Open) -> None:
    dossier, _ = await contested(region, age_min=(65, 55), age_max=(90, 95))
    async with sit(dossier=dossier) as desk:
        await desk.press("exclamation_mark")
        assert "la mienne : 65 ans" in desk.words()
        await desk.press("right_square_bracket")
        assert "la mienne : 90 ans" in desk.words()
        await desk.press("right_square_bracket")
        assert "la mienne : 65 ans" in desk.words()
        await desk.press("left_square_bracket")
        assert "la mienne : 90 ans" in desk.words()


async def test_all_the_safe_answers_are_read_then_taken(region: world.World, sit: Open) -> None:
    dossier, unit = await contested(region, nom=("Unité  AÉ", "Unité ae"), age_min=(65, 55))
    async with sit(dossier=dossier) as desk:
        await desk.press("exclamation_mark", "s")
        assert desk.shows(Confirm)
        assert "personne n'y perd son travail" in desk.words()
        assert "ne diffèrent que par l'écriture" in desk.words()
        await desk.press("enter")
        assert "1 conflit avec le Répertoire" in desk.words()
    assert await held(region, dossier, unit, "nom") == "Unité ae"


async def test_an_answer_that_cannot_be_given_says_why(region: world.World, sit: Open) -> None:
    unit = await region.publish("Unité A")
    dossier = await drafted(region, unit, age_min=65)
    await region.delete(unit)
    async with sit(dossier=dossier) as desk:
        await desk.press("exclamation_mark")
        assert "a été supprimée du Répertoire" in desk.words()
        await desk.press("3")
        assert desk.shows(Message)
        await desk.press("enter", "1")
        assert "Aucun conflit" in desk.words()


async def test_another_answer_made_of_rows_is_composed_in_the_fiche(region: world.World, sit: Open) -> None:
    mine, theirs = ([{"id": "accueil", "niveau": "1", "nom": name}] for name in ("Accueil", "Secrétariat"))
    dossier, unit = await contested(region, contacts=(mine, theirs))
    async with sit(dossier=dossier) as desk:
        await desk.press("exclamation_mark", "3")
        assert desk.shows(Message)
        assert "se composent dans la fiche" in desk.words()
        await desk.press("enter", "1")
        assert "Aucun conflit" in desk.words()
    assert (await held(region, dossier, unit, "contacts"))[0]["nom"] == "Accueil"


async def test_the_refusal_to_send_leads_to_the_conflicts(region: world.World, sit: Open) -> None:
    dossier, _ = await contested(region, age_min=(65, 55))
    async with sit(dossier=dossier) as desk:
        await desk.press("v")
        assert desk.shows(Confirm)
        assert "1 fiche est en conflit" in desk.words()
        await desk.press("enter")
        assert desk.shows(ConflitsScreen)


async def test_what_was_published_again_meanwhile_is_shown_and_nothing_is_written(
    region: world.World, sit: Open
) -> None:
    dossier, unit = await contested(region, age_min=(65, 55))
    async with sit(dossier=dossier) as desk:
        await desk.press("exclamation_mark")
        await region.change(unit, age_min=50)
        await desk.press("1")
        assert desk.shows(Message)
        assert "entre-temps" in desk.text(), desk.text()
        await desk.press("enter")
        assert "publiée : 50 ans" in desk.words()


async def test_a_fiche_in_conflict_leads_to_its_questions_and_comes_back_settled(
    region: world.World, sit: Open
) -> None:
    dossier, unit = await contested(region, age_min=(65, 55))
    async with sit(dossier=dossier, fiche=unit) as desk:
        assert "≠ en conflit" in desk.said("#fiche-title")
        await desk.press("f3")
        assert desk.shows(Message)
        await desk.press("enter", "ctrl+g", "1", "escape")
        assert desk.shows(FicheScreen)
        assert "≠ en conflit" not in desk.said("#fiche-title")
    assert await held(region, dossier, unit, "age_min") == 65


async def test_a_conflict_is_announced_when_it_is_born_and_the_cursor_stays(region: world.World, sit: Open) -> None:
    unit = await region.publish("Unité A")
    dossier = await drafted(region, unit, age_min=65)
    async with sit(dossier=dossier) as desk:
        assert desk.app.compte is not None
        desk.app.signed_in(desk.app.compte)
        await until(desk, lambda: desk.app.lien is not None and desk.app.lien.name == "CONNECTE")
        await desk.press("down")
        at = desk.app.screen.query_one(VirtualTree).cursor_key
        await region.change(unit, age_min=55)
        await until(desk, lambda: "1 conflit vient de naître" in desk.words())
        assert "Unité A, Âge minimum, par SESAN" in desk.words()
        assert desk.app.screen.query_one(VirtualTree).cursor_key == at
        assert "≠ 1 en conflit (!)" in desk.said("#header")


async def test_the_conflicts_are_readable_in_a_small_window(region: world.World, sit: Open) -> None:
    dossier, _ = await contested(region, age_min=(65, 55))
    async with sit(dossier=dossier, size=(40, 10)) as desk:
        await desk.press("exclamation_mark")
        assert "Âge minimum" in desk.words()
        await desk.press("2")
        assert "Aucun conflit" in desk.words()
