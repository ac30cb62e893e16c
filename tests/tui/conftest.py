"""The application over the real server, in one process; only the network between them is left out."""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress

import pytest
from textual.events import Paste
from textual.pilot import Pilot
from textual.worker import WorkerCancelled

from ror_server.store.database import Database
from ror_tui.api_client.client import RorClient
from ror_tui.app import RorApp
from ror_tui.settings import Settings
from tests import world
from tests.streaming import CutTransport

Session = tuple[RorApp, Pilot[int]]
Opener = Callable[..., AbstractAsyncContextManager[Session]]
ENDPOINT = "http://127.0.0.1:1"
DEADLINE = 30.0
"""Seconds after which what a test waits for counts as never coming."""


@pytest.fixture
async def region(sqlite_url: str) -> AsyncIterator[world.World]:
    """Run the server over the small region."""
    database = Database(sqlite_url)
    async with world.running(database) as found:
        yield found
    await database.close()


@pytest.fixture
async def live_region(sqlite_url: str) -> AsyncIterator[world.World]:
    """Run the server over the small region, with a quick live feed."""
    database = Database(sqlite_url)
    async with world.running(database, heartbeat=0.05, poll=0.02) as found:
        yield found
    await database.close()


@pytest.fixture
def line(live_region: world.World) -> CutTransport:
    """Give a line to that server, to be cut."""
    return CutTransport(live_region.http._transport)


@pytest.fixture
def ror(region: world.World) -> Opener:
    """Open the application on its login screen, or signed in as an account of the small region."""

    @asynccontextmanager
    async def opened(who: str | None = None, *, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Session]:
        app = RorApp(Settings(), ENDPOINT)
        app.client = RorClient(ENDPOINT, transport=region.http._transport)
        async with app.run_test(size=size, notifications=True) as pilot:
            if who is not None:
                await sign_in(app, pilot, who)
            yield app, pilot

    return opened


async def sign_in(app: RorApp, pilot: Pilot[int], who: str, password: str = world.PASSWORD) -> None:
    """Paste an account and its password, and wait for the Répertoire."""
    for text in (who, password):
        app.post_message(Paste(text))
        await pilot.pause()
        await pilot.press("enter")
    await until(pilot, lambda: app.compte is not None and app.current_mode == "repertoire" and app.lien is not None)
    await settled(app, pilot)


def typed(text: str) -> list[str]:
    """Give the keys that type a text."""
    names = {" ": "space", ".": "full_stop", "-": "minus", "'": "apostrophe"}
    return [names.get(char, char) for char in text]


async def settled(app: RorApp, pilot: Pilot[int]) -> None:
    """Wait until no worker runs, but the one that follows what is published, and nothing is left to draw."""
    await until(pilot, lambda: not app.keys_are_waiting)
    await pilot.pause()
    while working := [worker for worker in app.workers if worker.group != "direct"]:
        with suppress(WorkerCancelled):  # another one took its place
            await app.workers.wait_for_complete(working)
        await pilot.pause()


async def until(
    pilot: Pilot[int], true: Callable[[], bool], after: Callable[[], Awaitable[None]] | None = None
) -> None:
    """Wait until something is true, turn after turn of the event loop, and what made it true is drawn."""
    deadline = time.monotonic() + DEADLINE
    while not true():
        if time.monotonic() > deadline:
            raise AssertionError(f"never true, the screen shows:\n{picture(pilot)}")
        await (after() if after else pilot.pause())
    await pilot.pause()


async def shown(pilot: Pilot[int], *texts: str) -> None:
    """Wait until the screen shows these texts, whatever their blanks and the frames between them."""
    await until(pilot, lambda: all(text in words(pilot) for text in texts))


def words(pilot: Pilot[int]) -> str:
    """Give what the screen says, without its frames and ends of lines."""
    return " ".join(re.sub(r"[│╭╮╰╯─]", " ", picture(pilot).replace("\N{NO-BREAK SPACE}", " ")).split())


def picture(pilot: Pilot[int]) -> str:
    """Give the screen as text, line by line."""
    app = pilot.app
    strips = app.screen._compositor.render_strips(app.size)
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)
