"""The history by keyboard: who did what, a fiche and a tree at a date, taking a publication back."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from textual.widgets import Input

from ror_server.domain.identifiers import structure_id
from ror_tui.api_client.models import Kind
from ror_tui.screens.dossier import DossierScreen
from ror_tui.screens.historique import HistoriqueScreen
from ror_tui.screens.passe import PasseScreen
from ror_tui.screens.passe_arbre import PasseArbreScreen
from ror_tui.screens.publication import PublicationScreen
from ror_tui.widgets.dialogs import ActionMenu, Confirm, Message
from tests import world
from tests.tui_dossier.conftest import Desk, Open

EG = world.eg_id(world.EHPAD)


async def changed_unit(region: world.World) -> str:
    """Publish a unit a month ago, and another age for it since."""
    region.clock.at -= timedelta(days=30)
    unit = await region.publish("Unité A")
    region.clock.at += timedelta(days=30)
    region.tokens.clear()
    await region.change(unit, age_min=65)
    return unit


async def history(desk: Desk, structure: str | UUID, nom: str = "Unité A") -> None:
    desk.app.push_screen(HistoriqueScreen(UUID(str(structure)), nom))
    await desk.settle()


async def test_the_history_says_who_when_and_each_field(region: world.World, sit: Open) -> None:
    unit = await changed_unit(region)
    async with sit() as desk:
        await history(desk, unit)
        first, last = desk.rows()
        assert first.startswith("23/11/2026 10:00 SESAN")
        assert "Âge minimum" in first
        assert "créée" in last
        assert "N° 2" in desk.words()
        assert "dossier « Mise à jour »" in desk.words()
        await desk.press("enter")
        assert desk.shows(PublicationScreen)
        assert any("60 ans → 65 ans" in line for line in desk.tree())


async def test_the_fiche_is_opened_with_its_history_one_key_away(region: world.World, sit: Open) -> None:
    unit = await changed_unit(region)
    async with sit() as desk:
        desk.app.open_structure(UUID(unit))
        await desk.settle()
        await desk.press("h")
        assert desk.shows(HistoriqueScreen)
        assert len(desk.rows()) == 2
        await desk.press("t")
        assert "Tout le Répertoire" in desk.text()


async def test_one_key_gives_the_structure_alone_or_with_all_that_stands_below(region: world.World, sit: Open) -> None:
    await region.publish("Unité A")
    async with sit() as desk:
        await history(desk, structure_id(Kind.EJ, world.EJ), "Association Essai")
        assert len(desk.rows()) == 1
        await desk.press("s")
        assert "(elle seule)" in desk.text()
        assert "Rien n'a encore été publié ici" in desk.words()
        await desk.press("t", "s")
        assert "(elle seule)" in desk.text()
        await desk.press("s")
        assert len(desk.rows()) == 1


async def test_a_line_of_the_history_shows_the_fiche_of_then(region: world.World, sit: Open) -> None:
    unit = await changed_unit(region)
    async with sit() as desk:
        await history(desk, unit)
        await desk.press("down", "v")
        assert desk.shows(PasseScreen)
        assert "ceci est le passé" in desk.words()
        assert "Elle a changé depuis" in desk.words()
        await desk.press("t")
        assert desk.shows(PasseArbreScreen)
        assert any("Unité A" in line and "modifié depuis" in line for line in desk.tree())
        await desk.press("enter")
        assert desk.shows(PasseScreen)


async def test_a_date_is_asked_and_a_bad_one_said_in_words(region: world.World, sit: Open) -> None:
    unit = await changed_unit(region)
    async with sit() as desk:
        await history(desk, unit)
        for typed, said in (
            ("31/02/2026", "n'existe pas"),
            ("demain", "jj/mm/aaaa"),
            ("01/01/2199", "à venir"),
        ):
            await desk.press("d")
            desk.app.screen.query_one(Input).value = typed
            await desk.press("enter")
            assert said in desk.words()
            await desk.press("escape")
        await desk.press("d")
        desk.app.screen.query_one(Input).value = "01/11/2026"
        await desk.press("enter")
        assert desk.shows(PasseScreen)
        assert "01/11/2026 23:59" in desk.words()
        await desk.press("d")
        desk.app.screen.query_one(Input).value = "01/01/2020"
        await desk.press("enter")
        assert desk.shows(Message)
        assert "n'existait pas encore" in desk.words()


async def test_a_publication_is_taken_back_in_a_dossier_after_it_was_said_what_it_does(
    region: world.World, sit: Open
) -> None:
    unit = await changed_unit(region)
    async with sit() as desk:
        await history(desk, unit)
        await desk.press("z")
        assert desk.shows(Confirm)
        assert "« Unité A » : comme avant : Âge minimum" in desk.words()
        await desk.press("o")
        assert desk.shows(DossierScreen)
        assert "Annulation de la publication n° 2" in desk.text()
        await desk.press("i")
        assert "65 ans → 60 ans" in desk.words()


async def test_who_may_not_take_back_reads_why_in_the_menu(region: world.World, sit: Open) -> None:
    unit = await changed_unit(region)
    async with sit("lecteur") as desk:
        await history(desk, unit)
        await desk.press("a", "z")
        assert desk.shows(ActionMenu)
        assert "Votre compte ne peut pas le faire" in desk.words()


async def test_a_place_without_history_says_so(region: world.World, sit: Open) -> None:
    async with sit() as desk:
        await history(desk, EG, "EHPAD Les Tilleuls")
        assert "Rien n'a encore été publié ici" in desk.words()


@pytest.mark.parametrize("size", [(40, 10), (80, 24), (160, 45)])
async def test_the_history_is_read_at_every_size(region: world.World, sit: Open, size: tuple[int, int]) -> None:
    unit = await changed_unit(region)
    async with sit(size=size) as desk:
        await history(desk, unit)
        assert "23/11/2026" in desk.text()
        await desk.press("v")
        assert "passé" in desk.words()
