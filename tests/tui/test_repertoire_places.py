"""Going to a structure, back and forward, coming back at the next login, filtering in place, copying."""

from __future__ import annotations

import asyncio
import base64
from typing import Any
from uuid import uuid4

import httpx
import pytest
from textual.pilot import Pilot
from textual.widgets import TextArea

from ror_server.store.tables import structures as table
from ror_tui import clipboard
from ror_tui.api_client.client import RorClient
from ror_tui.app import RorApp
from ror_tui.screens.repertoire import RepertoireScreen
from ror_tui.services import vue as vues
from ror_tui.widgets.dialogs import Confirm, Message, Ticks
from ror_tui.widgets.filtered_tree import FilteredTree
from ror_tui.widgets.frame import Crumbs, StatusLine
from ror_tui.widgets.show_text import ShowText
from tests import world
from tests.tui import country
from tests.tui.conftest import ENDPOINT, Opener, picture, settled, shown, typed, until
from tests.tui.test_repertoire import gone, offers, open_paris, publish_a_unit, tick_mss, tree
from tests.tui.test_repertoire_views import press

LONG = 350
"""Clinics in one département: four pages."""


def cursor(app: RorApp) -> str | None:
    found = app.screen.query(FilteredTree)
    return found.first().cursor_key if found else None


def cursor_line(app: RorApp) -> str:
    key = cursor(app)
    return app.screen.query_one(FilteredTree).row(key).label if key else ""


async def show(app: RorApp, pilot: Pilot[int], number: int) -> None:
    app.show_in_repertoire(country.clinic_id(number))
    await until(pilot, lambda: cursor(app) == str(country.clinic_id(number)))
    await settled(app, pilot)


async def test_a_structure_far_down_a_long_list_is_revealed_among_its_neighbours(
    ror: Opener, region: world.World
) -> None:
    await country.add_clinics(region, LONG)
    async with ror("referent.ehpad") as (app, pilot):
        await show(app, pilot, 222)
        names = [line.split()[2] for line in tree(app) if "Clinique" in line]
        assert {"0219", "0220", "0221", "0222", "0223", "0224", "0225"} <= set(names)
        await until(pilot, lambda: app.screen.query_one(Crumbs).text.endswith("› 75 – Paris"))
        await press(app, pilot, *["up"] * 50)
        await press(app, pilot, *["up"] * 10)
        assert cursor_line(app) == "Clinique 0162"


async def test_a_structure_is_revealed_from_another_tab_and_from_a_fiche(ror: Opener, region: world.World) -> None:
    await country.add_clinics(region, LONG)
    async with ror("referent.ehpad") as (app, pilot):
        await pilot.press("f7")
        await until(pilot, lambda: app.current_mode == "dossiers")
        await settled(app, pilot)
        await show(app, pilot, 310)
        app.open_structure(country.clinic_id(310))
        await settled(app, pilot)
        app.show_in_repertoire(country.clinic_id(5))
        await until(pilot, lambda: isinstance(app.screen, RepertoireScreen))
        await until(pilot, lambda: cursor(app) == str(country.clinic_id(5)))


async def test_reloading_keeps_the_place_in_a_long_list(ror: Opener, region: world.World) -> None:
    await country.add_clinics(region, LONG)
    async with ror("referent.ehpad") as (app, pilot):
        await show(app, pilot, 222)
        await press(app, pilot, "f5")
        assert cursor_line(app) == "Clinique 0222"
        assert any("Clinique 0221" in line for line in tree(app))


async def test_a_hidden_structure_says_which_filter_hides_it_and_is_shown_all_the_same(ror: Opener) -> None:
    async with ror("referent.ehpad") as (app, pilot):
        before = offers(app)
        app.show_in_repertoire(world.eg_id(world.EHPAD))
        await shown(pilot, "Afficher les structures")
        await press(app, pilot, "enter")
        assert cursor_line(app) == "EHPAD Les Tilleuls"
        assert "MSS" in offers(app)
        await press(app, pilot, "less_than_sign")
        assert offers(app) == before


async def test_refusing_to_widen_changes_nothing(ror: Opener) -> None:
    async with ror("referent.ehpad") as (app, pilot):
        before = (offers(app), tree(app))
        app.show_in_repertoire(world.eg_id(world.EHPAD))
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        await press(app, pilot, "escape")
        assert (offers(app), tree(app)) == before


async def test_an_entity_is_shown_by_entity(ror: Opener) -> None:
    async with ror("referent.ehpad") as (app, pilot):
        app.show_in_repertoire(country.entity_id())
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        await press(app, pilot, "enter")
        assert app.screen.query_one(Crumbs).text == "Répertoire › par Entité Juridique"
        assert cursor_line(app) == "Association Essai"


async def test_revealing_what_does_not_exist_says_so(ror: Opener) -> None:
    async with ror("referent.ehpad") as (app, pilot):
        app.show_in_repertoire(uuid4())
        await until(pilot, lambda: isinstance(app.screen, Message))


async def test_back_and_forward_go_through_views_and_places(ror: Opener, region: world.World) -> None:
    await country.add_clinics(region, LONG)
    async with ror("referent.ehpad") as (app, pilot):
        await show(app, pilot, 20)
        await show(app, pilot, 333)
        await press(app, pilot, "p", "e")
        assert "par Entité" in app.screen.query_one(Crumbs).text
        await press(app, pilot, "less_than_sign")
        assert cursor_line(app) == "Clinique 0333"
        await press(app, pilot, "alt+left")
        assert cursor_line(app) == "Clinique 0020"
        await press(app, pilot, "greater_than_sign")
        assert cursor_line(app) == "Clinique 0333"
        await press(app, pilot, "alt+right")
        assert "par Entité" in app.screen.query_one(Crumbs).text
        await press(app, pilot, "greater_than_sign")
        assert "rien après" in app.screen.query_one(StatusLine).text


async def quit_ror(app: RorApp, pilot: Pilot[int]) -> None:
    await pilot.press("ctrl+q")
    await until(pilot, lambda: app.return_value == 0)


async def test_the_view_the_open_lines_and_the_cursor_come_back_at_the_next_login(
    ror: Opener, region: world.World
) -> None:
    await country.add_clinics(region, LONG)
    async with ror("referent.ehpad") as (app, pilot):
        await tick_mss(app, pilot)
        await press(app, pilot, "home", "right")
        await show(app, pilot, 222)
        before = offers(app)
        await quit_ror(app, pilot)
    async with ror("referent.ehpad") as (app, pilot):
        await until(pilot, lambda: cursor_line(app) == "Clinique 0222")
        await settled(app, pilot)
        assert offers(app) == before
        await press(app, pilot, "home")
        assert tree(app)[0].startswith("▾ 13")
        assert tree(app)[1].startswith("■ EHPAD des Calanques")
    async with ror("lecteur") as (app, _):
        assert cursor_line(app) == "75 – Paris"


async def test_a_place_is_kept_without_quitting(ror: Opener, region: world.World) -> None:
    async with ror("referent.ehpad") as (app, pilot):
        await press(app, pilot, "p", "e")
        screen = app.screen
        assert isinstance(screen, RepertoireScreen)
        screen.keep()
        await settled(app, pilot)
    place = await region.ok("referent.ehpad", "GET", "/moi/place")
    assert place["vue"]["par"] == "entite_juridique"


async def test_a_structure_gone_meanwhile_leaves_the_cursor_on_what_was_above(ror: Opener, region: world.World) -> None:
    await country.add_clinics(region, 3)
    async with ror("referent.ehpad") as (app, pilot):
        await show(app, pilot, 2)
        await quit_ror(app, pilot)
    async with region.database.write() as tx:
        await tx.execute(table.delete().where(table.c.id == country.clinic_id(2)))
    async with ror("referent.ehpad") as (app, pilot):
        await until(pilot, lambda: cursor_line(app) == "75 – Paris")
        await settled(app, pilot)
        assert any("Clinique 0001" in line for line in tree(app))


async def test_quitting_does_not_wait_for_a_server_that_is_gone(ror: Opener) -> None:
    async with ror("referent.ehpad") as (app, pilot):
        await press(app, pilot, "right", "down")
        app.client._http._client._transport = httpx.MockTransport(gone)
        await quit_ror(app, pilot)


async def test_a_server_without_places_starts_at_the_first_view(
    ror: Opener, region: world.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = region.http._transport
    handle = real.handle_async_request

    async def older(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/v1/moi/place":
            return httpx.Response(404, json={"type": "x", "title": "x", "status": 404, "detail": "Introuvable."})
        return await handle(request)

    monkeypatch.setattr(real, "handle_async_request", older)
    async with ror("referent.ehpad") as (app, pilot):
        assert tree(app) == ["▸ 75 – Paris 1"]
        await quit_ror(app, pilot)


async def test_the_tree_is_filtered_in_place_and_its_matches_show(ror: Opener, region: world.World) -> None:
    await country.add_clinics(region, LONG)
    async with ror("referent.ehpad") as (app, pilot):
        focused = app.focused
        await pilot.press("slash", *typed("clin 0222"))
        assert app.focused is focused
        assert "clin 0222" in app.screen.query_one(StatusLine).text
        await until(pilot, lambda: len(tree(app)) == 2 and "Clinique 0222" in tree(app)[1])
        row = app.screen.query_one(FilteredTree).row(str(country.clinic_id(222)))
        assert [row.label[start:end] for start, end in row.ranges] == ["Clin", "0222"]
        await pilot.press("down", "enter")
        await settled(app, pilot)
        assert "texte « clin 0222 »" in offers(app).replace("\N{NO-BREAK SPACE}", " ")
        assert cursor_line(app) == "Clinique 0222"
        await press(app, pilot, "0")
        assert "texte" not in offers(app)
        assert cursor_line(app) == "Clinique 0222"


async def test_escape_clears_the_filter_and_keys_act_again(ror: Opener) -> None:
    async with ror("referent.ehpad") as (app, pilot):
        before = tree(app)
        await pilot.press("slash", *typed("zzzqf"))
        await until(pilot, lambda: "0 les enlève" in picture(pilot).replace("\N{NO-BREAK SPACE}", " "))
        await pilot.press("escape")
        await until(pilot, lambda: tree(app) == before)
        await settled(app, pilot)
        await pilot.press("t")
        await until(pilot, lambda: app.screen.is_modal)


async def test_what_is_typed_is_corrected_and_pasted(ror: Opener) -> None:
    async with ror("referent.hopital") as (app, pilot):
        await pilot.press("slash", *typed("sintx"), "backspace", "ctrl+u", *typed("oeuvre"))
        await until(pilot, lambda: app.vue == vues.type_in(vues.at_first(), "oeuvre"))
        await until(pilot, lambda: any("Hôpital Saint-Œuvre" in line for line in tree(app)))
        await pilot.press("enter")


def test_osc_52_carries_base64_only_and_goes_through_tmux() -> None:
    text = "\x1b]0;pirate\x07 é"
    code = base64.b64encode(text.encode()).decode()
    assert clipboard.sequence(text, {}) == f"\x1b]52;c;{code}\x07"
    inside = clipboard.sequence(text, {"TMUX": "essai"})
    assert inside == f"\x1b]52;c;{code}\x07\x1bPtmux;\x1b\x1b]52;c;{code}\x07\x1b\\"
    assert clipboard.sequence(text, {"STY": "1.pts"}) == f"\x1bP\x1b]52;c;{code}\x07\x1b\\"
    assert clipboard.sequence("x" * 100_000, {}) == ""


@pytest.mark.parametrize(
    ("letter", "copied"),
    [
        ("f", world.HOPITAL),
        ("i", str(world.eg_id(world.HOPITAL))),
        ("n", "Hôpital Saint-Œuvre"),
        ("c", "75 – Paris › Hôpital Saint-Œuvre"),
    ],
)
async def test_a_number_a_name_or_the_path_is_copied(ror: Opener, letter: str, copied: str) -> None:
    async with ror("referent.hopital") as (app, pilot):
        await press(app, pilot, "right")
        await press(app, pilot, "down", "y", letter)
        assert app.clipboard == copied


async def test_a_siret_is_read_on_the_fiche(ror: Opener, region: world.World) -> None:
    async with ror("referent.hopital") as (app, pilot):
        await press(app, pilot, "right")
        await press(app, pilot, "down", "y", "s")
        assert "pas de SIRET" in app.screen.query_one(StatusLine).text
        await country.change(region, world.eg_id(world.HOPITAL), siret="26750045200011")
        await press(app, pilot, "y", "s")
        assert app.clipboard == "26750045200011"


async def test_the_finess_of_the_ticked_lines_are_copied_and_shown_to_be_taken_by_hand(ror: Opener) -> None:
    async with ror("referent.ehpad") as (app, pilot):
        await pilot.press("Y")
        await settled(app, pilot)
        assert "Rien n'a été copié" in app.screen.query_one(StatusLine).text
        await open_paris(app, pilot)
        await press(app, pilot, "space", "space", "y", "t")
        assert set(app.clipboard.splitlines()) == {world.EHPAD, world.HOPITAL}
        await pilot.press("Y")
        await until(pilot, lambda: isinstance(app.screen, ShowText))
        assert app.screen.query_one(TextArea).selected_text == app.clipboard
        await press(app, pilot, "enter")


async def test_what_was_read_stays_readable_without_the_server(ror: Opener) -> None:
    async with ror("referent.ehpad") as (app, pilot):
        await open_paris(app, pilot)
        before = tree(app)
        app.client._http._client._transport = httpx.MockTransport(gone)
        await pilot.press("down", "up", "slash", *typed("par"))
        await until(pilot, lambda: "ne répond pas" in app.screen.query_one(StatusLine).text)
        assert isinstance(app.screen, RepertoireScreen)
        assert tree(app) == before
        await pilot.press("escape", "i")
        await until(pilot, lambda: isinstance(app.screen, Message))


async def test_moving_in_the_tree_changes_the_crumbs_only_with_the_parent(ror: Opener) -> None:
    async with ror("referent.ehpad") as (app, pilot):
        await open_paris(app, pilot)
        await until(pilot, lambda: app.screen.query_one(Crumbs).text.endswith("› 75 – Paris"))
        await press(app, pilot, "home")
        await until(pilot, lambda: app.screen.query_one(Crumbs).text.endswith("Français"))


async def test_a_unit_is_revealed_below_its_establishment(ror: Opener, region: world.World) -> None:
    unit = await publish_a_unit(region)
    async with ror("referent.ehpad") as (app, pilot):
        await open_paris(app, pilot)
        app.show_in_repertoire(unit)
        await until(pilot, lambda: cursor(app) == str(unit))
        await settled(app, pilot)
        assert "Unité d'hébergement" in cursor_line(app)


class SlowPlace(httpx.AsyncBaseTransport):
    """The network: it keeps back where the account was; the server behind is the real one."""

    def __init__(self, server: httpx.AsyncBaseTransport) -> None:
        self.server = server
        self.asked, self.free = asyncio.Event(), asyncio.Event()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Carry a request, that of the place once it is free."""
        if request.url.path == "/v1/moi/place" and request.method == "GET":
            self.asked.set()
            await self.free.wait()
        return await self.server.handle_async_request(request)


async def test_a_view_chosen_before_the_last_place_is_known_stays(ror: Opener, region: world.World) -> None:
    place: dict[str, Any] = {
        "vue": {"par": "departement", "filtres": {"disciplines": ["MCO"]}},
        "ouvertes": [],
        "ligne": None,
    }
    await region.ok("referent.ehpad", "PUT", "/moi/place", place)
    async with ror() as (app, pilot):
        link = SlowPlace(region.http._transport)
        app.client = RorClient(ENDPOINT, transport=link)
        await pilot.press(*typed("referent.ehpad"), "enter", *typed(world.PASSWORD), "enter")
        await until(pilot, link.asked.is_set)
        await pilot.press("t")
        await until(pilot, lambda: isinstance(app.screen, Ticks))
        await pilot.press("down", "space", "enter")
        await until(pilot, lambda: "MSS" in offers(app))
        link.free.set()
        await settled(app, pilot)
        assert "MCO, MSS" in offers(app)
