"""Keys that arrive in one packet, as over a slow line: each has its effect where it was meant."""

from __future__ import annotations

from textual import events

from ror_tui.screens.dossier import DossierScreen
from ror_tui.screens.fiche import FicheScreen
from tests import world
from tests.tui_dossier.conftest import Desk, Open

WHO = "referent.ehpad"


def burst(desk: Desk, *keys: str) -> None:
    """Give all the keys at once, as the terminal does."""
    for key in keys:
        desk.app.post_message(events.Key(key, key if len(key) == 1 else None))


async def test_a_whole_unit_created_and_named_in_one_packet(region: world.World, sit: Open) -> None:
    dossier = (await region.open_dossier(WHO, world.EHPAD))["id"]
    async with sit(dossier=dossier) as desk:
        burst(desk, "n", "2", "enter", "enter", "U", "n", "i", "t", "f2")
        await desk.settle()
        assert desk.shows(FicheScreen)
        noms = [node["nom"] for node in (await region.nodes(WHO, dossier)).values()]
        assert noms == ["EHPAD Les Tilleuls", "Unit", "Nouvelle unité opérationnelle"]


async def test_a_list_of_choices_opened_filtered_and_closed_in_one_packet(region: world.World, sit: Open) -> None:
    dossier = (await region.open_dossier(WHO, world.EHPAD))["id"]
    [fiche] = await region.add(WHO, dossier, world.eg_id(world.EHPAD))
    async with sit(dossier=dossier, fiche=fiche) as desk:
        burst(desk, "down", "down", "enter", *"dependantes sans", "enter", "6", "0", "f2")
        await desk.settle()
        saved = await region.ok(WHO, "GET", f"/dossiers/{dossier}/fiches/{fiche}")
        assert (saved["valeurs"]["type_uo"], saved["valeurs"]["age_min"]) == ("21", 60)


async def test_escape_gives_up_what_was_typed_ahead(region: world.World, sit: Open) -> None:
    dossier = (await region.open_dossier(WHO, world.EHPAD))["id"]
    async with sit(dossier=dossier) as desk:
        burst(desk, "n", "2", "escape")
        await desk.settle()
        await desk.press("escape")
        assert not desk.shows(FicheScreen)
        assert len(await region.nodes(WHO, dossier)) == 1
        assert desk.shows(DossierScreen) or desk.app.current_mode == "dossiers"
