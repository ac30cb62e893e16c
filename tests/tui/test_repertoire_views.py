"""Every view and filter of the Répertoire, and what is kept by account, over the real server."""

from __future__ import annotations

import httpx
import pytest
from textual.pilot import Pilot

from ror_tui.api_client.models import Afficher, Peuplement
from ror_tui.app import RorApp
from ror_tui.screens.communes import CommunesScreen
from ror_tui.screens.filtres import FiltresScreen
from ror_tui.screens.repertoire import RepertoireScreen
from ror_tui.screens.vues import VuesScreen
from ror_tui.widgets.dialogs import Ask, Confirm, Message
from ror_tui.widgets.frame import Crumbs, Line, StatusLine
from ror_tui.widgets.lines import LineList
from ror_tui.widgets.picker import Picker
from tests import world
from tests.tui import country
from tests.tui.conftest import Opener, picture, settled, typed, until, words
from tests.tui.test_repertoire import gone, offers, open_paris, tick_mss, tree


async def press(app: RorApp, pilot: Pilot[int], *keys: str) -> None:
    await pilot.press(*keys)
    await settled(app, pilot)


async def test_the_six_views_have_a_letter_each(ror: Opener, region: world.World) -> None:
    await country.add_group(region, "territoire", "ter:113", "GHT Paris", world.eg_id(world.HOPITAL))
    async with ror("referent.ehpad") as (app, pilot):
        for letter, name, lines in (
            ("t", "Territoire de Santé", ["▸ GHT Paris 1"]),
            ("c", "Catégorie de Besoins", []),
            ("f", "Filière", []),
            ("v", "Favoris", []),
            ("e", "Entité Juridique", ["▸ ◆ Association Essai Entité juridique 1"]),
            ("d", "Département Français", ["▸ 75 – Paris 1"]),
        ):
            await press(app, pilot, "p", letter)
            assert app.screen.query_one(Crumbs).text == f"Répertoire › par {name}"
            assert [line for line in tree(app) if line and "ucun" not in line and line[0] in "▸▾"] == lines


async def test_a_view_without_a_list_says_who_loads_it(ror: Opener) -> None:
    async with ror("referent.ehpad") as (app, pilot):
        await press(app, pilot, "p", "f")
        assert "Aucune filière : l'administrateur de la région les charge" in words(pilot)


async def test_an_empty_view_says_nothing_of_the_line_that_was_left(ror: Opener) -> None:
    async with ror("referent.hopital") as (app, pilot):
        await open_paris(app, pilot)
        await press(app, pilot, "down")
        await until(pilot, lambda: "Hôpital" in app.screen.query_one(StatusLine).text)
        await press(app, pilot, "p", "v")
        await until(pilot, lambda: not app.screen.query_one(StatusLine).text)
        assert app.screen.query_one(Crumbs).text == "Répertoire › par Favoris"


async def test_what_another_screen_says_stays_until_the_cursor_moves(ror: Opener) -> None:
    async with ror("referent.hopital") as (app, pilot):
        screen = app.screen
        assert isinstance(screen, RepertoireScreen)
        screen.rest_soon()
        screen.set_status("Session expirée")
        screen.rested()
        assert screen.query_one(StatusLine).text == "Session expirée"
        await open_paris(app, pilot)
        await until(pilot, lambda: "EHPAD" in screen.query_one(StatusLine).text)


async def test_the_structures_of_a_group_open_below_it(ror: Opener, region: world.World) -> None:
    await country.add_group(region, "filiere", "fil:02", "Gériatrie", world.eg_id(world.HOPITAL))
    async with ror("referent.hopital") as (app, pilot):
        await press(app, pilot, "p", "f")
        await press(app, pilot, "right", "down", "enter")
        assert "Hôpital Saint-Œuvre" in app.screen.query_one(Crumbs).text


async def test_a_favourite_is_marked_listed_and_taken_away(ror: Opener) -> None:
    async with ror("referent.ehpad") as (app, pilot):
        await open_paris(app, pilot)
        await press(app, pilot, "f")
        assert "★" in tree(app)[2]
        await press(app, pilot, "p", "v")
        assert len(tree(app)) == 1
        assert tree(app)[0].startswith("■ EHPAD Les Tilleuls")
        await press(app, pilot, "f")
        assert "★" not in tree(app)[0]
        await press(app, pilot, "f5")
        assert "Aucun favori" in words(pilot)


async def test_an_entity_and_a_departement_as_favourites(ror: Opener) -> None:
    async with ror("referent.ehpad") as (app, pilot):
        await pilot.press("f")
        await settled(app, pilot)
        assert "Seule une structure s'ajoute aux favoris" in app.screen.query_one(StatusLine).text
        await press(app, pilot, "p", "e")
        await press(app, pilot, "f")
        assert "★" in tree(app)[0]


async def test_ticked_lines_become_favourites_together(ror: Opener) -> None:
    async with ror("referent.ehpad") as (app, pilot):
        await open_paris(app, pilot)
        await press(app, pilot, "space", "space", "f")
        assert ["★" in line for line in tree(app)] == [False, False, True, True, False]


async def test_the_actions_menu_adds_to_the_favourites(ror: Opener) -> None:
    async with ror("referent.ehpad") as (app, pilot):
        await open_paris(app, pilot)
        await pilot.press("a")
        await pilot.pause()
        assert "Ajouter aux favoris" in picture(pilot)
        await press(app, pilot, "f")
        assert "★" in tree(app)[2]
        await pilot.press("a")
        await pilot.pause()
        assert "Retirer des favoris" in picture(pilot)


async def test_the_fiche_adds_to_the_favourites_too(ror: Opener) -> None:
    async with ror("referent.ehpad") as (app, pilot):
        await open_paris(app, pilot)
        for there in (True, False):
            for key in ("enter", "f", "escape"):
                await press(app, pilot, key)
            assert ("★" in tree(app)[2]) is there


async def test_the_filters_combine_are_said_and_go_at_one_key(ror: Opener, region: world.World) -> None:
    await country.change(region, world.eg_id(world.MAS), peuplement=Peuplement.EN_COURS)
    await region.open_dossier("referent.ehpad", world.EHPAD)
    async with ror("referent.ehpad") as (app, pilot):
        await tick_mss(app, pilot)
        await pilot.press("f4")
        await until(pilot, lambda: isinstance(app.screen, FiltresScreen))
        await press(app, pilot, "down", "down", "down", "space", "enter")
        assert offers(app).endswith("VIL · peuplement en cours")
        assert tree(app) == ["▸ 75 – Paris 1"]
        await press(app, pilot, "right")
        assert tree(app)[1].startswith("■ MAS du Parc")
        assert "◐ en cours" in tree(app)[1]
        await press(app, pilot, "f4", *["down"] * 5, "space", "enter")
        assert offers(app).endswith("peuplement en cours · dossier ouvert")
        assert "0 les enlève" in words(pilot)
        await press(app, pilot, "0")
        assert offers(app).endswith("VIL")
        assert tree(app)[:2] == ["▸ 13 – Bouches-du-Rhône 1", "▸ 75 – Paris 3"]


async def test_mine_only_keeps_what_the_account_may_describe(ror: Opener) -> None:
    async with ror("referent.ehpad") as (app, pilot):
        await tick_mss(app, pilot)
        await press(app, pilot, "f4", *["down"] * 6, "space", "enter")
        assert offers(app).endswith("les miens seulement")
        assert tree(app) == ["▸ 75 – Paris 1"]


async def test_a_commune_is_found_on_the_server_as_one_types(ror: Opener, region: world.World) -> None:
    await country.change(region, world.eg_id(world.AILLEURS), commune="13055")
    await country.change(region, world.eg_id(world.EHPAD), commune="75113")
    async with ror("referent.ehpad") as (app, pilot):
        await tick_mss(app, pilot)
        await pilot.press("f4", "space")
        await until(pilot, lambda: isinstance(app.screen, CommunesScreen))
        await pilot.press(*typed("mars"))
        await until(pilot, lambda: app.screen.query_one(LineList).lines() == ["[ ] MARSEILLE (13) 13055"])
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, FiltresScreen))
        await press(app, pilot, "enter")
        assert offers(app).endswith("commune MARSEILLE (13)")
        assert tree(app) == ["▸ 13 – Bouches-du-Rhône 1"]


async def test_several_communes_are_ticked_and_emptied(ror: Opener, region: world.World) -> None:
    await country.change(region, world.eg_id(world.AILLEURS), commune="13055")
    await country.change(region, world.eg_id(world.EHPAD), commune="75113")
    async with ror("referent.ehpad") as (app, pilot):
        await pilot.press("f4", "space")
        await until(pilot, lambda: isinstance(app.screen, CommunesScreen))
        await until(pilot, lambda: len(app.screen.query_one(LineList).lines()) == 2)
        await pilot.press("space", "down", "space", "enter")
        await until(pilot, lambda: isinstance(app.screen, FiltresScreen))
        await until(pilot, lambda: "Commune : MARSEILLE (13), PARIS (75)" in words(pilot))
        await pilot.press("x")
        await until(pilot, lambda: "Commune : toutes" in words(pilot))


async def test_a_category_is_chosen_in_the_list_of_those_in_use(ror: Opener) -> None:
    async with ror("referent.ehpad") as (app, pilot):
        await tick_mss(app, pilot)
        await pilot.press("f4", "down", "space")
        await until(pilot, lambda: isinstance(app.screen, Picker))
        await pilot.press(*typed("maison d'acc"), "enter")
        await until(pilot, lambda: isinstance(app.screen, FiltresScreen))
        await press(app, pilot, "enter")
        assert "catégorie Maison d'accueil spécialisée (MAS)" in offers(app)
        assert tree(app) == ["▸ 75 – Paris 1"]


async def test_escape_changes_no_filter(ror: Opener) -> None:
    async with ror("referent.ehpad") as (app, pilot):
        before = offers(app)
        await press(app, pilot, "f4", "down", "down", "space", "escape")
        assert offers(app) == before


async def test_all_that_is_shown_can_be_read_in_full(ror: Opener) -> None:
    async with ror("referent.ehpad", size=(40, 10)) as (app, pilot):
        assert "…" in picture(pilot).splitlines()[2]
        await pilot.press("i")
        await until(pilot, lambda: isinstance(app.screen, Message))
        text = app.screen.message.replace("\N{NO-BREAK SPACE}", " ")  # type: ignore[attr-defined]
        assert "Offres affichées : MCO, PSY, SLD, SMA, SSR, VIL (t)" in text
        assert "Filtres : aucun (F4)" in text


async def name_view(app: RorApp, pilot: Pilot[int], name: str) -> None:
    await pilot.press("V")
    await until(pilot, lambda: isinstance(app.screen, VuesScreen))
    await pilot.press("n")
    await until(pilot, lambda: isinstance(app.screen, Ask))
    await pilot.press(*typed(name), "enter")


async def save_view(app: RorApp, pilot: Pilot[int], name: str) -> None:
    await name_view(app, pilot, name)
    await until(pilot, lambda: isinstance(app.screen, VuesScreen) and any(vue.nom == name for vue in app.screen.saved))


async def test_a_view_is_saved_opened_again_and_deleted(ror: Opener) -> None:
    async with ror("referent.ehpad") as (app, pilot):
        await tick_mss(app, pilot)
        await press(app, pilot, "f4", "down", "down", "space", "enter")
        narrowed = offers(app)
        await save_view(app, pilot, "a faire")
        assert app.screen.query_one(LineList).lines()[0].startswith("a faire  par Département Français")
        await press(app, pilot, "escape", "0")
        assert offers(app) != narrowed
        await press(app, pilot, "V", "enter")
        assert offers(app) == narrowed
        await pilot.press("V", "x")
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        await pilot.press("o")
        await until(pilot, lambda: "Aucune vue enregistrée" in words(pilot))


async def test_saving_under_a_name_that_exists_asks(ror: Opener) -> None:
    async with ror("referent.ehpad") as (app, pilot):
        await save_view(app, pilot, "la mienne")
        await press(app, pilot, "escape")
        await name_view(app, pilot, "la mienne")
        await until(pilot, lambda: isinstance(app.screen, Confirm) and "La remplacer ?" in words(pilot))


async def test_a_view_of_another_account_is_not_seen(ror: Opener) -> None:
    async with ror("referent.ehpad") as (app, pilot):
        await save_view(app, pilot, "la mienne")
    async with ror("lecteur") as (app, pilot):
        await pilot.press("V")
        await until(pilot, lambda: "Aucune vue enregistrée" in words(pilot))


async def test_opening_all_that_is_below_a_line(ror: Opener, region: world.World) -> None:
    await country.add_clinics(region, 30)
    async with ror("referent.ehpad", size=(80, 60)) as (app, pilot):
        await press(app, pilot, "p", "e")
        await press(app, pilot, "asterisk")
        assert len([line for line in tree(app) if "Clinique" in line]) == 30


async def test_a_view_that_cannot_be_read_leaves_the_one_on_the_screen_and_its_name(ror: Opener) -> None:
    async with ror("referent.ehpad") as (app, pilot):
        before, said = tree(app), offers(app)
        http = app.client._http
        kept, http._client._transport = http._client._transport, httpx.MockTransport(gone)
        await pilot.press("p", "e")
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        http._client._transport = kept
        await pilot.press("n")
        await settled(app, pilot)
        assert (tree(app), offers(app)) == (before, said)
        assert app.vue is not None
        assert app.vue.par is Afficher.DEPARTEMENT


@pytest.mark.parametrize("name", ["[/red]", "\x1b[31mrouge\x07", "a\u202eb", "漢字" * 40, "x" * 300])
async def test_a_hostile_name_is_only_text(ror: Opener, region: world.World, name: str) -> None:
    await country.change(region, world.eg_id(world.HOPITAL), nom=name)
    await country.add_group(region, "filiere", "fil:02", name, world.eg_id(world.HOPITAL))
    async with ror("referent.hopital", size=(40, 10)) as (app, pilot):
        await press(app, pilot, "right", "down", "f", "a", "escape")
        await press(app, pilot, "p", "f")
        await press(app, pilot, "right", "down")
        assert "\x1b" not in picture(pilot)
        assert all(len(line) <= 40 for line in picture(pilot).splitlines())
        assert "Filière" in app.screen.query_one("#crumbs", Line).text
