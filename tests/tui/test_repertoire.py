"""The Répertoire, the fiche, the search: what a user sees, over the real server."""

from __future__ import annotations

from uuid import UUID, uuid4

import httpx
from textual.pilot import Pilot
from textual.widgets import Input, Static

from ror_tui.app import RorApp
from ror_tui.screens.dossier import DossierScreen
from ror_tui.screens.recherche import RechercheScreen
from ror_tui.screens.repertoire import RepertoireScreen
from ror_tui.screens.structure import StructureScreen
from ror_tui.widgets.dialogs import Ask, Choose, Confirm, Message
from ror_tui.widgets.frame import Crumbs, Line, Notice, StatusLine
from ror_tui.widgets.lines import LineList
from ror_tui.widgets.tree import VirtualTree
from tests import world
from tests.tui.conftest import Opener, picture, settled, shown, typed, until


def tree(app: RorApp) -> list[str]:
    """Give the lines of the tree, without the blanks between their parts."""
    return [" ".join(line.split()) for line in app.screen.query_one(VirtualTree).lines()]


def offers(app: RorApp) -> str:
    return app.screen.query_one("#offres", Line).text


async def tick_mss(app: RorApp, pilot: Pilot[int]) -> None:
    await pilot.press("t", "down", "space", "enter")
    await settled(app, pilot)


async def open_paris(app: RorApp, pilot: Pilot[int]) -> None:
    """Tick MSS and open the second département, with the cursor on its first establishment."""
    await tick_mss(app, pilot)
    await pilot.press("down", "right")
    await settled(app, pilot)
    await pilot.press("down")


async def test_mss_is_unticked_at_first_and_ticking_it_shows_its_establishments(ror: Opener) -> None:
    async with ror("referent.ehpad") as (app, pilot):
        assert offers(app).endswith("MCO, PSY, SLD, SMA, SSR, VIL")
        assert tree(app) == ["▸ 75 – Paris 1"]
        await tick_mss(app, pilot)
        assert offers(app).endswith("MCO, MSS, PSY, SLD, SMA, SSR, VIL")
        assert tree(app) == ["▸ 13 – Bouches-du-Rhône 1", "▸ 75 – Paris 3"]


async def test_nothing_ticked_shows_nothing_and_says_what_to_do(ror: Opener) -> None:
    async with ror("referent.ehpad") as (app, pilot):
        untick_all_but_mss = ["space", "down", *["down", "space"] * 5]
        await pilot.press("t", *untick_all_but_mss, "enter")
        await settled(app, pilot)
        assert offers(app).endswith("aucune")
        assert "la touche t coche les structures" in picture(pilot)


async def test_a_departement_opens_on_its_establishments_with_their_place(ror: Opener) -> None:
    async with ror("referent.ehpad") as (app, pilot):
        await open_paris(app, pilot)
        assert tree(app)[2].startswith("■ EHPAD Les Tilleuls 75013 PARIS")
        assert tree(app)[3].startswith("■ Hôpital Saint-Œuvre")
        assert tree(app)[3].endswith("MCO")
        await until(pilot, lambda: f"FINESS {world.EHPAD}" in app.screen.query_one(StatusLine).text)


async def test_the_tree_by_entite_juridique(ror: Opener) -> None:
    async with ror("referent.ehpad") as (app, pilot):
        await tick_mss(app, pilot)
        await pilot.press("p", "e")
        await settled(app, pilot)
        assert app.screen.query_one(Crumbs).text == "Répertoire › par Entité Juridique"
        assert tree(app) == ["▸ ◆ Association Essai Entité juridique 3", "▸ ◆ Fondation du Sud Entité juridique 1"]


async def test_reloading_keeps_the_place(ror: Opener) -> None:
    async with ror("referent.ehpad") as (app, pilot):
        await open_paris(app, pilot)
        before = tree(app)
        here = app.screen.query_one(VirtualTree).cursor_key
        await pilot.press("f5")
        await settled(app, pilot)
        assert tree(app) == before
        assert app.screen.query_one(VirtualTree).cursor_key == here


async def test_a_server_that_goes_away_leaves_a_line_to_retry_on(ror: Opener, region: world.World) -> None:
    async with ror("referent.ehpad") as (app, pilot):
        http = app.client._http
        kept, http._client._transport = http._client._transport, httpx.MockTransport(gone)
        await pilot.press("right")
        await settled(app, pilot)
        assert tree(app)[1].startswith("⚠")
        http._client._transport = kept
        await pilot.press("down", "enter")
        await settled(app, pilot)
        assert tree(app)[1].startswith("■ Hôpital Saint-Œuvre")


async def test_a_reload_without_a_server_asks_to_try_again_and_keeps_the_lines(ror: Opener) -> None:
    async with ror("referent.ehpad") as (app, pilot):
        before = tree(app)
        http = app.client._http
        kept, http._client._transport = http._client._transport, httpx.MockTransport(gone)
        await pilot.press("f5")
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        http._client._transport = kept
        await pilot.press("enter")
        await settled(app, pilot)
        assert tree(app) == before


def gone(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("refused", request=request)


async def test_a_fiche_shows_what_is_locked_and_how_to_reach_the_support(ror: Opener) -> None:
    async with ror("referent.ehpad") as (app, pilot):
        await open_paris(app, pilot)
        await pilot.press("enter")
        await settled(app, pilot)
        assert isinstance(app.screen, StructureScreen)
        assert app.screen.query_one(Crumbs).text == "Répertoire › Association Essai › EHPAD Les Tilleuls"
        text = fiche_text(app)
        assert f"⊘ Numéro FINESS {world.EHPAD}" in text
        assert "⊘ Adresse 1 rue de l'Essai 75013 PARIS" in text
        assert "contacter le support SESAN" in text
        assert "ror.support@sesan.fr" in text
        assert not app.screen.query_one(Notice).display
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, RepertoireScreen))


def fiche_text(app: RorApp) -> str:
    return " ".join(str(app.screen.query_one("#structure-fiche", Static).content).split())


async def test_a_published_unit_shows_its_codes_with_their_labels(ror: Opener, region: world.World) -> None:
    unit = await publish_a_unit(region)
    async with ror("lecteur") as (app, pilot):
        app.open_structure(unit)
        await settled(app, pilot)
        text = fiche_text(app)
        assert "(56)" in text
        assert "code inconnu" not in text
        assert "Âge minimum 60 ans" in text
        assert "Unité opérationnelle" in text


async def publish_a_unit(region: world.World) -> UUID:
    """Describe the EHPAD with one unit and have SESAN validate it; give the unit's id."""
    dossier = await region.open_dossier("referent.ehpad", world.EHPAD)
    units = await region.add("referent.ehpad", dossier["id"], world.eg_id(world.EHPAD))
    await region.fill("referent.ehpad", dossier["id"], units[0])
    for node in (await region.nodes("referent.ehpad", dossier["id"])).values():
        if node["etat"] not in {"finalisee", "inchangee"}:
            await region.fill("referent.ehpad", dossier["id"], node["id"])
    await region.step("referent.ehpad", dossier["id"], "envoyer")
    await region.step("sesan", dossier["id"], "valider")
    found = await region.ok("lecteur", "GET", "/repertoire", sous=str(world.eg_id(world.EHPAD)))
    return UUID(found["elements"][0]["cle"])


async def test_the_first_description_opens_its_dossier_without_a_question(ror: Opener) -> None:
    async with ror("referent.ehpad") as (app, pilot):
        await open_paris(app, pilot)
        await pilot.press("c")
        await until(pilot, lambda: isinstance(app.screen, DossierScreen))
        await settled(app, pilot)
        assert "Peuplement de EHPAD Les Tilleuls" in picture(pilot)
        await pilot.press("escape")
        await settled(app, pilot)
        assert "dossier ouvert" in tree(app)[2]


async def test_a_dossier_in_progress_is_offered_before_another_one(ror: Opener, region: world.World) -> None:
    opened = await region.open_dossier("referent.ehpad", world.EHPAD)
    async with ror("referent.ehpad") as (app, pilot):
        await open_paris(app, pilot)
        await pilot.press("c")
        await until(pilot, lambda: isinstance(app.screen, Choose))
        await shown(pilot, "Peuplement de EHPAD Les Tilleuls")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, DossierScreen))
        assert isinstance(app.screen, DossierScreen)
        assert str(app.screen.dossier_id) == opened["id"]


async def test_a_described_establishment_asks_for_the_title(ror: Opener, region: world.World) -> None:
    await publish_a_unit(region)
    async with ror("referent.ehpad") as (app, pilot):
        await open_paris(app, pilot)
        await pilot.press("c")
        await until(pilot, lambda: isinstance(app.screen, Ask))
        await shown(pilot, "Mise à jour de EHPAD Les Tilleuls")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, DossierScreen))


async def test_a_fiche_in_an_open_dossier_has_the_yellow_banner(ror: Opener, region: world.World) -> None:
    await region.open_dossier("referent.ehpad", world.EHPAD)
    async with ror("referent.ehpad") as (app, pilot):
        app.open_structure(world.eg_id(world.EHPAD))
        await settled(app, pilot)
        assert app.screen.query_one(Notice).display
        assert "Cette fiche fait partie d'un dossier collaboratif." in picture(pilot)


async def test_a_reader_is_told_why_no_dossier_can_be_opened(ror: Opener) -> None:
    async with ror("lecteur") as (app, pilot):
        await open_paris(app, pilot)
        await pilot.press("c")
        await until(pilot, lambda: isinstance(app.screen, Message))
        await pilot.press("enter")
        await settled(app, pilot)
        assert isinstance(app.screen, RepertoireScreen)


async def test_the_actions_of_a_departement_say_why_they_cannot_be_used(ror: Opener) -> None:
    async with ror("referent.ehpad") as (app, pilot):
        await pilot.press("a", "c")
        await pilot.pause()
        assert "s'ouvre sur un établissement" in picture(pilot)
        await pilot.press("escape", "c")
        assert "s'ouvre sur un établissement" in app.screen.query_one(StatusLine).text


async def test_searching_needs_no_accent_and_no_order_and_shows_the_hit_in_the_tree(ror: Opener) -> None:
    async with ror("referent.ehpad") as (app, pilot):
        await pilot.press("ctrl+f", *typed("paris oeuvre"))
        await until(pilot, lambda: hits(app) == ["■ Hôpital Saint-Œuvre  75013 PARIS · Centre hospitalier (CH)"])
        assert app.focused is app.screen.query_one(Input)
        await pilot.press("enter")
        hospital = str(world.eg_id(world.HOPITAL))
        await until(pilot, lambda: isinstance(app.screen, RepertoireScreen) and app.screen.tree.cursor_key == hospital)


def hits(app: RorApp) -> list[str]:
    return app.screen.query_one(LineList).lines() if isinstance(app.screen, RechercheScreen) else []


async def test_down_moves_among_the_hits_while_the_text_keeps_the_focus(ror: Opener) -> None:
    async with ror("referent.ehpad") as (app, pilot):
        await pilot.press("ctrl+f", *typed("ehpad"))
        await until(pilot, lambda: len(hits(app)) == 2)
        await pilot.press("down")
        await pilot.pause()
        assert app.screen.query_one(LineList).cursor == 1
        assert app.focused is app.screen.query_one(Input)
        await pilot.press("x", "x")
        await until(pilot, lambda: hits(app) == [])
        assert "Aucun résultat" in picture(pilot)


async def test_the_ticks_limit_the_search_only_when_asked(ror: Opener) -> None:
    async with ror("referent.ehpad") as (app, pilot):
        await pilot.press("ctrl+f", *typed("tilleuls"))
        await until(pilot, lambda: len(hits(app)) == 1)
        await pilot.press("f4")
        await until(pilot, lambda: hits(app) == [])
        assert "Offres affichées" in picture(pilot)
        await pilot.press("f4")
        await until(pilot, lambda: len(hits(app)) == 1)


async def test_ctrl_d_describes_the_hit(ror: Opener) -> None:
    async with ror("referent.ehpad") as (app, pilot):
        await pilot.press("ctrl+f", *typed("tilleuls"))
        await until(pilot, lambda: len(hits(app)) == 1)
        await pilot.press("ctrl+d")
        await until(pilot, lambda: isinstance(app.screen, DossierScreen))


async def test_escape_closes_the_search_and_leaves_the_screen_below(ror: Opener) -> None:
    async with ror("referent.ehpad") as (app, pilot):
        below = app.screen
        await pilot.press("ctrl+f", "a", "escape")
        await until(pilot, lambda: app.screen is below)


async def test_a_structure_that_does_not_exist_says_so(ror: Opener) -> None:
    async with ror("referent.ehpad") as (app, pilot):
        app.open_structure(uuid4())
        await until(pilot, lambda: isinstance(app.screen, Message))


async def test_the_screens_hold_at_forty_columns_and_come_back(ror: Opener) -> None:
    async with ror("referent.ehpad") as (app, pilot):
        await open_paris(app, pilot)
        await pilot.resize_terminal(40, 10)
        await pilot.pause()
        assert any("EHPAD Les Tilleuls" in line for line in tree(app))
        assert all(len(line) <= 40 for line in picture(pilot).splitlines())
        await pilot.press("enter")
        await settled(app, pilot)
        assert "EHPAD Les Tilleuls" in picture(pilot)
        await pilot.resize_terminal(80, 24)
        await pilot.press("escape")
        await settled(app, pilot)
        assert tree(app)[2].startswith("■ EHPAD Les Tilleuls 75013 PARIS")
