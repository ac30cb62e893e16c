"""The link with the server, and what others publish, as the screens show them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import pytest
from textual.pilot import Pilot

from ror_server.store.database import Database
from ror_tui.api_client.client import RorClient
from ror_tui.app import RorApp
from ror_tui.settings import Settings
from ror_tui.widgets.frame import StatusLine
from ror_tui.widgets.lines import LineList
from tests import world
from tests.streaming import CutTransport
from tests.tui.conftest import ENDPOINT, Opener, picture, settled, sign_in, until
from tests.world import EHPAD, World, eg_id

BEAT = 0.05


@pytest.fixture
async def region(sqlite_url: str) -> AsyncIterator[World]:
    database = Database(sqlite_url)
    async with world.running(database, heartbeat=BEAT, poll=0.02) as found:
        yield found
    await database.close()


@pytest.fixture
def line(region: World) -> CutTransport:
    return CutTransport(region.http._transport)


@asynccontextmanager
async def seated(
    line: CutTransport, who: str = "lecteur", size: tuple[int, int] = (80, 24)
) -> AsyncIterator[tuple[RorApp, Pilot[int]]]:
    app = RorApp(Settings(), ENDPOINT)
    app.client = RorClient(ENDPOINT, transport=line)
    async with app.run_test(size=size, notifications=True) as pilot:
        await sign_in(app, pilot, who)
        yield app, pilot


async def shown(pilot: Pilot[int], *texts: str) -> None:
    """Wait until the screen shows these texts; what brings them takes real time."""

    async def a_moment() -> None:
        await pilot.pause(0.02)

    await until(
        pilot, lambda: all(text in picture(pilot).replace("\N{NO-BREAK SPACE}", " ") for text in texts), a_moment
    )


async def rename(region: World, unit: str, nom: str) -> None:
    """Publish another name for a unit of the EHPAD, through a whole dossier."""
    who = "referent.ehpad"
    dossier = (await region.open_dossier(who, EHPAD, titre="Renommer"))["id"]
    path = f"/dossiers/{dossier}/fiches/{unit}"
    fiche = await region.ok(who, "GET", path)
    saved = await region.ok(who, "PATCH", path, {"valeurs": {"nom": nom}}, version=fiche["version"])
    await region.ok(who, "POST", f"{path}/finaliser", version=saved["version"])
    await region.step(who, dossier, "envoyer")
    await region.step("sesan", dossier, "valider")


def status(app: RorApp) -> str:
    """Give the status line as a person reads it."""
    return str(app.screen.query_one(StatusLine).content).replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("size", [(80, 24), (160, 45), (40, 15)])
async def test_the_link_stands_at_the_right_end_of_the_status_line(line: CutTransport, size: tuple[int, int]) -> None:
    async with seated(line, size=size) as (app, pilot):
        await settled(app, pilot)
        drawn = [row for row in picture(pilot).splitlines() if "● connecté" in row]
        assert [len(row) for row in drawn] == [size[0] - 1]
        app.screen.query_one(StatusLine).say("Une phrase bien plus longue que tout ce que l'écran peut montrer " * 4)
        await pilot.pause()
        [row] = [row for row in picture(pilot).splitlines() if "● connecté" in row]
        assert row.endswith("…  ● connecté")


async def test_a_lost_link_is_said_leaves_what_was_read_and_comes_back_alone(line: CutTransport) -> None:
    async with seated(line) as (_, pilot):
        await shown(pilot, "● connecté")
        before = [row for row in picture(pilot).splitlines() if "▸ 75" in row]
        line.down = True
        line.cut()
        await shown(pilot, "◌ reconnexion…")
        await shown(pilot, "○ hors ligne")
        assert before
        assert [row for row in picture(pilot).splitlines() if "▸ 75" in row] == before
        line.down = False
        await shown(pilot, "● connecté")


async def test_every_screen_shows_the_link(line: CutTransport) -> None:
    async with seated(line, "referent.ehpad") as (app, pilot):
        for key in ("f7", "f8", "f6"):
            await pilot.press(key)
            await settled(app, pilot)
            await shown(pilot, "● connecté")


async def test_nothing_is_drawn_while_only_signs_of_life_come(region: World, line: CutTransport) -> None:
    async with seated(line) as (app, pilot):
        await settled(app, pilot)
        drawn = []
        app.screen.query_one(StatusLine).render_lines = lambda crop: drawn.append(crop) or []  # type: ignore[method-assign,func-returns-value]
        await line.beats(10)
        await pilot.pause()
        assert drawn == []


async def test_the_end_of_the_session_asks_to_sign_in_again_then_follows_again(
    region: World, line: CutTransport
) -> None:
    async with seated(line) as (_, pilot):
        await shown(pilot, "● connecté")
        region.clock.forward(hours=11)
        await shown(pilot, "Session expirée", "Reconnectez-vous")
        await pilot.press(*"un", "space", *"mot", "space", *"de", "space", *"passe", "space", *"de", "space", *"test")
        await pilot.press("enter")
        await shown(pilot, "● connecté")


async def test_an_open_fiche_says_that_it_was_changed_and_does_not_change(region: World, line: CutTransport) -> None:
    unit = await region.publish("Unité du matin")
    async with seated(line, "referent.ehpad") as (app, pilot):
        app.open_structure(UUID(unit))
        await shown(pilot, "Nom", "Unité du matin")
        await rename(region, unit, "Unité du soir")
        await shown(pilot, "Modifiée à l'instant par SESAN : F5 pour relire.")
        assert "Unité du soir" not in picture(pilot)
        await pilot.press("f5")
        await shown(pilot, "Unité du soir", "mise à jour le")


async def test_an_open_fiche_says_nothing_of_the_others(region: World, line: CutTransport) -> None:
    unit = await region.publish("Unité du matin")
    async with seated(line, "referent.ehpad") as (app, pilot):
        app.open_structure(UUID(unit))
        await shown(pilot, "mise à jour le")
        heard = app.client.evenements.position
        await region.publish("Une autre")
        await until(pilot, lambda: app.client.evenements.position != heard, lambda: pilot.pause(0.02))
        assert "mise à jour le" in status(app)


async def test_a_dossier_that_was_published_leaves_the_list_that_is_open(region: World, line: CutTransport) -> None:
    who = "referent.ehpad"
    first = (await region.open_dossier(who, EHPAD))["id"]
    await region.open_dossier(who, EHPAD, titre="Le second", meme_si_ouvert=True)
    [unit] = await region.add(who, first, eg_id(EHPAD))
    await region.fill(who, first, unit)
    await region.step(who, first, "envoyer")
    async with seated(line, who) as (app, pilot):
        await pilot.press("f7")
        await shown(pilot, "Peuplement", "Le second")
        lines = app.screen.query_one(LineList)
        await pilot.press("home", *(["down"] if "Peuplement" in lines.lines()[0] else []))
        await region.step("sesan", first, "valider")
        await until(pilot, lambda: len(lines.lines()) == 1, lambda: pilot.pause(0.02))
        assert "Le second" in lines.lines()[lines.cursor]


async def test_quitting_does_not_wait_for_the_feed(line: CutTransport) -> None:
    async with seated(line) as (app, pilot):
        line.mute()
        await pilot.press("ctrl+q")
        await until(pilot, lambda: not app.is_running or app._exit)
    assert app.return_code == 0


async def test_the_login_screen_says_nothing_of_a_link(ror: Opener) -> None:
    async with ror() as (app, _):
        assert app.lien is None
        assert "connecté" not in status(app)
