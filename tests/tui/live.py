"""Somebody in front of the client, on a line that can be cut, while others publish."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from textual.pilot import Pilot

from ror_tui.api_client.client import RorClient
from ror_tui.app import RorApp
from ror_tui.settings import Settings
from ror_tui.widgets.frame import StatusLine
from ror_tui.widgets.tree import VirtualTree
from tests.streaming import CutTransport
from tests.tui.conftest import ENDPOINT, sign_in, until

Seat = tuple[RorApp, Pilot[int]]


@asynccontextmanager
async def seated(line: CutTransport, who: str = "lecteur", size: tuple[int, int] = (80, 24)) -> AsyncIterator[Seat]:
    app = RorApp(Settings(), ENDPOINT)
    app.client = RorClient(ENDPOINT, transport=line)
    async with app.run_test(size=size, notifications=True) as pilot:
        await sign_in(app, pilot, who)
        yield app, pilot


async def becomes(pilot: Pilot[int], true: Callable[[], bool]) -> None:
    """Wait until something is true; what brings it takes real time."""

    async def a_moment() -> None:
        await pilot.pause(0.02)

    await until(pilot, true, a_moment)


def status(app: RorApp) -> str:
    """Give the status line as a person reads it."""
    return str(app.screen.query_one(StatusLine).content).replace("\N{NO-BREAK SPACE}", " ")


def lines(app: RorApp) -> list[str]:
    """Give the lines of the tree, without the blanks between their parts."""
    return [" ".join(line.split()) for line in app.screen.query_one(VirtualTree).lines()]


def names(app: RorApp) -> list[str]:
    """Give the lines of the tree without what stands after two blanks: names, with their marks."""
    return [line.strip().split("  ")[0].strip() for line in app.screen.query_one(VirtualTree).lines()]
