"""A table of units by keyboard: pasted or read, mended in place, made in one step, exported and read back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.events import Paste
from textual.widgets import Input

from ror_tui.screens.dossier import DossierScreen
from ror_tui.screens.tableau import TableauScreen
from ror_tui.widgets.dialogs import Ask, Confirm, Message
from ror_tui.widgets.grid import Grid
from ror_tui.widgets.picker import Picker
from tests import world
from tests.tui_dossier.conftest import Desk, Open

WHO = "referent.ehpad"
TEXT = "Nom\tType d'UO\tÂge minimum\tNote\nUnité A\t56\tsoixante\tx\nUnité B\tInconnu\t3\t\n"


async def ehpad(region: world.World) -> str:
    opened = await region.open_dossier(WHO, world.EHPAD, titre="Mise à jour", meme_si_ouvert=True)
    return str(opened["id"])


async def paste(desk: Desk, text: str) -> None:
    desk.app.screen.post_message(Paste(text))
    await desk.settle()


def grid(desk: Desk) -> list[str]:
    return desk.app.screen.query_one(Grid).lines()


async def retype(desk: Desk, text: str) -> None:
    desk.app.screen.query_one(Input).value = ""
    await desk.write(text)
    await desk.press("enter")


async def test_a_paste_on_the_tree_is_checked_mended_and_made_in_one_step(region: world.World, sit: Open) -> None:
    dossier = await ehpad(region)
    async with sit(dossier=dossier) as desk:
        await paste(desk, TEXT)
        assert desk.shows(TableauScreen)
        assert "2 lignes à corriger · 1 colonne non lue" in desk.said("#resume").replace("\xa0", " ")
        assert "attend un nombre entier" in desk.said("#cellule")
        await desk.press("f2")
        assert desk.shows(Message)
        await desk.press("enter", "right_square_bracket")
        await desk.press("enter")
        assert desk.shows(Ask)
        await retype(desk, "60")
        assert "+ nouvelle" in grid(desk)[0]
        await desk.press("right_square_bracket", "enter")
        assert desk.shows(Picker)
        await desk.press(*"57", "enter")
        assert "2 unités nouvelles" in desk.said("#resume").replace("\xa0", " ")
        await desk.press("f2")
        assert desk.shows(DossierScreen)
        assert [("Unité A" in line, "Unité B" in line) for line in desk.tree()[1:]] == [(True, False), (False, True)]
        await desk.press("u")
        assert len(desk.tree()) == 1
    assert len(await region.nodes(WHO, dossier)) == 1


async def test_a_row_can_be_left_out_and_a_table_is_not_thrown_away_unasked(region: world.World, sit: Open) -> None:
    dossier = await ehpad(region)
    async with sit(dossier=dossier) as desk:
        await paste(desk, TEXT)
        await desk.press("x")
        assert len(grid(desk)) == 1
        await desk.press("escape")
        assert desk.shows(Confirm)
        await desk.press("n")
        assert desk.shows(TableauScreen)
        await desk.press("escape", "o")
        assert desk.shows(DossierScreen)
    assert len(await region.nodes(WHO, dossier)) == 1


@pytest.mark.parametrize("how", ["csv", "xlsx"])
async def test_an_export_is_edited_and_read_back(region: world.World, sit: Open, tmp_path: Path, how: str) -> None:
    await region.publish("Unité publiée")
    dossier = await ehpad(region)
    target = tmp_path / f"unites.{how}"
    async with sit(dossier=dossier) as desk:
        await desk.press("p", "e" if how == "csv" else "x")
        assert desk.shows(Ask)
        await retype(desk, str(target))
        assert target.stat().st_size > 100
        await desk.press("p", "l")
        await retype(desk, str(target))
        assert desk.shows(TableauScreen)
        assert "1 inchangée" in desk.said("#resume").replace("\xa0", " ")
        await desk.press("f2")
        assert "Ce tableau ne change rien." in desk.words()
        await desk.press("enter", "home", "right", "right", "enter")
        await retype(desk, "Unité renommée")
        await desk.press("f2")
        assert desk.shows(DossierScreen), desk.text()
        assert any("Unité renommée" in line for line in desk.tree())


async def test_a_file_that_cannot_be_read_says_why(region: world.World, sit: Open, tmp_path: Path) -> None:
    dossier = await ehpad(region)
    async with sit(dossier=dossier) as desk:
        await desk.press("p", "l")
        await retype(desk, str(tmp_path / "rien.csv"))
        assert desk.shows(Message)
        assert "n'a pas pu être lu" in desk.words()
        await desk.press("enter", "p", "l")
        (tmp_path / "faux.xlsx").write_bytes(b"PK\x03\x04")
        await retype(desk, str(tmp_path / "faux.xlsx"))
        assert "Ce classeur ne se lit pas" in desk.words()


async def test_a_dossier_that_changed_meanwhile_has_the_table_checked_again(region: world.World, sit: Open) -> None:
    dossier = await ehpad(region)
    async with sit(dossier=dossier) as desk:
        await paste(desk, "Nom\nUnité A\n")
        await region.add("referent.ej", dossier, world.eg_id(world.EHPAD))
        await desk.press("f2")
        assert "contrôlé de nouveau" in desk.words()
        await desk.press("enter", "f2")
        assert desk.shows(DossierScreen)
        assert len(desk.tree()) == 3


@pytest.mark.parametrize("size", [(40, 10), (80, 24), (160, 45)])
async def test_hostile_cells_are_drawn_as_they_are(region: world.World, sit: Open, size: Any) -> None:
    dossier = await ehpad(region)
    async with sit(dossier=dossier, size=size) as desk:
        await paste(desk, f"Nom\tÂge minimum\n[red]\x1b[31m=1+1\t{'9' * 10_000}\n")
        assert desk.shows(TableauScreen)
        await desk.press("right", "left", "enter")
        assert "\x1b" not in desk.text()
        await desk.press("escape")
        assert "[red]" in desk.text()


async def test_a_sent_dossier_takes_no_table(region: world.World, sit: Open) -> None:
    dossier = await ehpad(region)
    [unit] = await region.add(WHO, dossier, world.eg_id(world.EHPAD))
    await region.fill(WHO, dossier, unit)
    await region.step(WHO, dossier, "envoyer")
    async with sit(dossier=dossier) as desk:
        await paste(desk, TEXT)
        assert desk.shows(Message)
        assert "retirez-le de la validation" in desk.words()
