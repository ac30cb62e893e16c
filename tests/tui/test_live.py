"""The link with the server, and what others publish, as the screens show them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual.pilot import Pilot

from ror_server.store.database import Database
from ror_tui.api_client.client import RorClient
from ror_tui.app import RorApp
from ror_tui.settings import Settings
from ror_tui.widgets.frame import StatusLine
from tests import world
from tests.streaming import CutTransport
from tests.tui.conftest import ENDPOINT, Opener, picture, settled, sign_in, until
from tests.world import World

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
