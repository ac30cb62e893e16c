"""What is typed in a fiche outlives its screen: kept on this machine, offered again field by field."""

from __future__ import annotations

from uuid import UUID

import pytest

from ror_tui import paths
from ror_tui.journal import JournalFile
from ror_tui.journal.opening import FILE
from ror_tui.screens.brouillon import BrouillonDialog
from ror_tui.screens.dossier import DossierScreen
from ror_tui.screens.fiche import FicheScreen
from ror_tui.widgets.dialogs import Choose
from ror_tui.widgets.form import FormView
from tests import world
from tests.tui_dossier.conftest import Desk, Line, Open

WHO = "referent.ehpad"


@pytest.fixture
async def unit(region: world.World) -> tuple[str, str]:
    """Open a dossier with one new unit; give both ids."""
    dossier = (await region.open_dossier(WHO, world.EHPAD))["id"]
    return dossier, (await region.add(WHO, dossier, world.eg_id(world.EHPAD)))[0]


def form(desk: Desk) -> FormView:
    return desk.app.screen.query_one(FormView)


async def type_ages(desk: Desk) -> None:
    form(desk).focus_field("age_min")
    await desk.write("60")
    form(desk).focus_field("age_max")
    await desk.write("99")


async def reopen(desk: Desk, unit: tuple[str, str]) -> None:
    assert isinstance(desk.app.screen, DossierScreen)
    desk.app.screen.open_fiche(UUID(unit[1]))
    await desk.settle()


async def keep_and_reopen(desk: Desk, unit: tuple[str, str]) -> None:
    await desk.press("escape", "g")
    await reopen(desk, unit)


def on_disk() -> dict[str, object]:
    """Give what a program that starts now would find."""
    file = JournalFile(paths.data_dir() / FILE)
    connection = file._connection
    found = dict(connection.execute("SELECT champ, valeur FROM saisies").fetchall())
    file.close()
    return found


async def test_a_draft_that_was_kept_comes_back_whole(unit: tuple[str, str], sit: Open) -> None:
    async with sit(dossier=unit[0], fiche=unit[1]) as desk:
        await type_ages(desk)
        await keep_and_reopen(desk, unit)
        assert desk.shows(BrouillonDialog)
        assert "jamais enregistrée. Espace : cocher." in desk.words()
        assert "votre saisie : 60" in desk.text()
        assert "sur le serveur : vide" in desk.text()
        await desk.press("enter")
        values = form(desk).to_values()
        assert (values["age_min"], values["age_max"]) == (60, 99)
        assert "● modifié" in desk.said("#fiche-title")


async def test_what_is_typed_survives_a_client_that_vanishes(unit: tuple[str, str], sit: Open) -> None:
    async with sit(dossier=unit[0], fiche=unit[1]) as desk:
        await type_ages(desk)
        await desk.app.journal.keep_now()
        assert on_disk() == {"age_min": "60", "age_max": "99"}
    async with sit(dossier=unit[0], fiche=unit[1]) as desk:
        assert desk.shows(BrouillonDialog)


async def test_a_field_that_is_left_is_forgotten_and_the_other_is_taken(unit: tuple[str, str], sit: Open) -> None:
    async with sit(dossier=unit[0], fiche=unit[1]) as desk:
        await type_ages(desk)
        await keep_and_reopen(desk, unit)
        await desk.press("space", "enter")
        values = form(desk).to_values()
        assert (values.get("age_min"), values["age_max"]) == (None, 99)
        await desk.app.journal.keep_now()
        assert on_disk() == {"age_max": "99"}


async def test_a_draft_can_wait(unit: tuple[str, str], sit: Open) -> None:
    async with sit(dossier=unit[0], fiche=unit[1]) as desk:
        await type_ages(desk)
        await keep_and_reopen(desk, unit)
        await desk.press("p")
        assert desk.shows(FicheScreen)
        assert form(desk).to_values().get("age_min") is None
        assert "reste gardée" in desk.text()
        await desk.press("escape")
        await reopen(desk, unit)
        assert desk.shows(BrouillonDialog)


async def test_a_draft_given_up_never_comes_back(unit: tuple[str, str], sit: Open) -> None:
    async with sit(dossier=unit[0], fiche=unit[1]) as desk:
        await type_ages(desk)
        await keep_and_reopen(desk, unit)
        await desk.press("a", "escape")
        await reopen(desk, unit)
        assert desk.shows(FicheScreen)
        await desk.app.journal.keep_now()
        assert on_disk() == {}


async def test_input_given_up_on_leaving_is_forgotten(unit: tuple[str, str], sit: Open) -> None:
    async with sit(dossier=unit[0], fiche=unit[1]) as desk:
        await type_ages(desk)
        await desk.app.journal.keep_now()
        await desk.press("escape", "a")
        assert desk.shows(DossierScreen)
        assert on_disk() == {}


async def test_what_the_server_took_is_forgotten(unit: tuple[str, str], sit: Open) -> None:
    async with sit(dossier=unit[0], fiche=unit[1]) as desk:
        await type_ages(desk)
        await desk.app.journal.keep_now()
        await desk.press("f2")
        await desk.app.journal.keep_now()
        assert on_disk() == {}


async def test_what_a_cut_line_kept_from_the_server_is_kept_here(unit: tuple[str, str], sit: Open, line: Line) -> None:
    async with sit(dossier=unit[0], fiche=unit[1], line=line) as desk:
        await type_ages(desk)
        line.cut = True
        await desk.press("f2")
        await desk.app.journal.keep_now()
        assert on_disk() == {"age_min": "60", "age_max": "99"}


async def test_a_draft_says_what_changed_on_the_server_since(
    region: world.World, unit: tuple[str, str], sit: Open
) -> None:
    async with sit(dossier=unit[0], fiche=unit[1]) as desk:
        await type_ages(desk)
        await desk.press("escape", "g")
        await region.fill(WHO, *unit, age_min=18, age_max=99)
        await reopen(desk, unit)
        assert "votre saisie : 60" in desk.text()
        assert "sur le serveur (a changé depuis) : 18" in desk.text()
        assert "Âge maximum : 99" not in desk.text()


async def test_nothing_is_kept_where_that_was_asked(
    unit: tuple[str, str], sit: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with sit(dossier=unit[0], fiche=unit[1], journal=False) as desk:
        await type_ages(desk)
        await desk.press("escape")
        assert desk.shows(Choose)
        assert "rien n'est gardé sur ce poste" in desk.words()
        assert "Garder le brouillon" not in desk.words()
        await desk.press("a")
    assert not (paths.data_dir() / FILE).exists()


async def test_a_disk_that_refuses_is_told_and_leaving_waits(unit: tuple[str, str], sit: Open) -> None:
    async with sit(dossier=unit[0], fiche=unit[1]) as desk:
        await desk.app.journal.keep_now()
        file = desk.app.journal._file
        assert file is not None
        file._connection.execute("PRAGMA query_only = ON")
        await type_ages(desk)
        await desk.press("escape", "g")
        assert desk.shows(FicheScreen)
        assert "Votre saisie n'est pas gardée sur ce poste : le fichier du journal ne peut pas être écrit." in (
            desk.words()
        )
        file._connection.execute("PRAGMA query_only = OFF")
        await desk.press("escape", "g")
        assert desk.shows(DossierScreen)


async def test_what_waits_is_listed_and_opened_where_it_belongs(unit: tuple[str, str], sit: Open) -> None:
    async with sit(dossier=unit[0], fiche=unit[1]) as desk:
        await type_ages(desk)
        await desk.press("escape", "g", "escape", "f12")
        assert "Nouvelle unité opérationnelle · 2 champs" in desk.text()
        await desk.press("enter", "enter")
        assert desk.shows(BrouillonDialog)
        await desk.press("enter", "escape", "g")
        assert desk.shows(DossierScreen)


async def test_what_waits_can_be_given_up_from_the_list(unit: tuple[str, str], sit: Open) -> None:
    async with sit(dossier=unit[0], fiche=unit[1]) as desk:
        await type_ages(desk)
        await desk.press("escape", "g", "escape", "f12", "enter", "a", "f12")
        assert "Rien n'attend sur ce poste" in desk.words()


async def test_what_waits_is_told_at_login(unit: tuple[str, str], sit: Open) -> None:
    async with sit(dossier=unit[0], fiche=unit[1]) as desk:
        await type_ages(desk)
        await desk.press("escape", "g", "escape")
        assert desk.app.compte is not None
        desk.app.signed_in(desk.app.compte)
        await desk.settle()
        assert any("1 fiche a une saisie jamais enregistrée" in said.message for said in desk.app._notifications)
