"""The list of dossiers, and the one of those that wait for an answer."""

from __future__ import annotations

import pytest

from ror_tui.screens.dossier import DossierScreen
from ror_tui.screens.dossiers import DossiersScreen
from tests import world
from tests.tui_dossier.conftest import Line, Open

WHO = "referent.ehpad"


async def test_no_dossier_says_what_to_do(sit: Open) -> None:
    async with sit() as desk:
        assert "Aucun dossier en cours. Ouvrez le Répertoire (F6)" in desk.words()


async def test_nothing_to_validate_says_so(sit: Open) -> None:
    async with sit("sesan") as desk:
        await desk.press("f8")
        assert "Validation" in desk.said("#crumbs")
        assert "Aucun dossier n'attend votre action." in desk.words()


async def test_a_line_says_state_title_progress_and_who_must_act(region: world.World, sit: Open) -> None:
    dossier = (await region.open_dossier(WHO, world.EHPAD))["id"]
    await region.add(WHO, dossier, world.eg_id(world.EHPAD), count=2)
    async with sit() as desk:
        row = desk.rows()[0]
        for part in ("○ en cours de saisie", "Peuplement de EHPAD", "0/2", "vous"):
            assert part in row
        assert "auteur : REFERENT.EHPAD" in desk.words()
        await desk.press("enter")
        assert desk.shows(DossierScreen)


async def test_finished_dossiers_come_and_go_with_one_key(region: world.World, sit: Open) -> None:
    dossier = (await region.open_dossier(WHO, world.EHPAD))["id"]
    await region.step(WHO, dossier, "abandonner")
    async with sit() as desk:
        assert "Aucun dossier en cours." in desk.words()
        await desk.press("t")
        assert "× abandonné" in desk.rows()[0]
        await desk.press("t")
        assert "Aucun dossier en cours." in desk.words()


async def test_the_list_is_read_again_when_one_comes_back(region: world.World, sit: Open) -> None:
    dossier = (await region.open_dossier(WHO, world.EHPAD))["id"]
    async with sit() as desk:
        await desk.press("enter")
        await region.add(WHO, dossier, world.eg_id(world.EHPAD), count=4)
        await desk.press("escape")
        assert desk.shows(DossiersScreen)
        assert "0/4" in desk.rows()[0]


async def test_the_next_page_comes_when_the_cursor_reaches_the_end(region: world.World, sit: Open) -> None:
    for _ in range(101):
        await region.open_dossier(WHO, world.EHPAD, meme_si_ouvert=True, titre="Autre")
    async with sit() as desk:
        assert len(desk.rows()) == 100
        assert "la suite vient en descendant" in desk.said("#status")
        await desk.press("end")
        assert len(desk.rows()) == 101


async def test_a_cut_line_says_so_and_tries_again(region: world.World, sit: Open, line: Line) -> None:
    await region.open_dossier(WHO, world.EHPAD)
    async with sit(line=line) as desk:
        line.cut = True
        await desk.press("f5")
        assert "Réessayer" in desk.words()
        line.cut = False
        await desk.press("r")
        assert len(desk.rows()) == 1


@pytest.mark.parametrize("size", [(40, 10), (80, 24), (160, 45)])
async def test_hostile_titles_are_drawn_as_they_are(region: world.World, sit: Open, size: tuple[int, int]) -> None:
    await region.open_dossier(WHO, world.EHPAD)
    await region.open_dossier(WHO, world.EHPAD, meme_si_ouvert=True, titre="[/x] [red]\x1b[31m" + "é" * 150)
    async with sit(size=size) as desk:
        text = desk.text()
        assert "[/x] [" in text
        assert "\x1b" not in text
