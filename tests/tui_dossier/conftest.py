"""The real client over the real server, in one process, on SQLite; only the network between them is left out."""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
import pytest
import stamina
from pydantic import SecretStr
from textual.pilot import Pilot
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from ror_server.store.database import Database
from ror_tui.api_client.client import RorClient
from ror_tui.api_client.models import Compte
from ror_tui.app import RorApp
from ror_tui.screens.differences import DifferencesScreen
from ror_tui.screens.dossier import DossierScreen
from ror_tui.screens.tableau import TableauScreen
from ror_tui.screens.tri import TriScreen
from ror_tui.services import session
from ror_tui.settings import Settings
from ror_tui.texts import NBSP
from ror_tui.widgets.lines import LineList
from ror_tui.widgets.tree import VirtualTree
from tests import world

Size = tuple[int, int]
PATIENCE = 60.0

WAITING = (ModalScreen, DifferencesScreen, TriScreen, TableauScreen)
"""Screens that a worker waits for."""


@dataclass
class Desk:
    """Somebody in front of the client."""

    app: RorApp
    pilot: Pilot[int]

    async def press(self, *keys: str) -> None:
        """Press keys, then wait until the client has nothing more to do."""
        for key in keys:
            await self.pilot.press(key)
            await self.settle()

    async def write(self, text: str) -> None:
        """Type a text."""
        await self.pilot.press(*text)
        await self.settle()

    async def settle(self) -> None:
        """Wait for the workers that do not themselves wait for an answer of the person."""
        await self.pilot.pause()
        while self.app.keys_are_waiting:
            await self.pilot.pause(0.01)
        while any(not worker.is_finished and not self._asks(worker.group) for worker in self.app.workers):
            await self.pilot.pause(0.01)
        await self.pilot.pause()

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait until something is true, turn after turn of the event loop, and what made it true is drawn."""
        deadline = time.monotonic() + PATIENCE
        while not true():
            assert time.monotonic() < deadline, f"never true, the screen shows:\n{self.text()}"
            await self.pilot.pause()
        await self.pilot.pause()

    def _asks(self, group: str) -> bool:
        asks = any(isinstance(one, WAITING) for one in self.app.screen_stack) and "read" not in group
        return asks or group == "direct"

    def text(self) -> str:
        """Give the screen as text."""
        strips = self.app.screen._compositor.render_strips()
        lines = ("".join(segment.text for segment in strip).rstrip() for strip in strips)
        return "\n".join(lines).replace(NBSP, " ")

    def words(self) -> str:
        """Give what the screen says, without its frames and ends of lines."""
        return re.sub(r"[│╭╮╰╯─▌▁-▇\s]+", " ", self.text())

    def shows(self, screen: type[Screen[Any]]) -> bool:
        """Tell whether the screen in front is of that kind."""
        return isinstance(self.app.screen, screen)

    def tree(self) -> list[str]:
        """Give the lines of the tree."""
        return self.app.screen.query_one(VirtualTree).lines()

    def rows(self) -> list[str]:
        """Give the lines of the list."""
        return self.app.screen.query_one(LineList).lines()

    def said(self, selector: str) -> str:
        """Give the text of a line of the screen."""
        return str(self.app.screen.query_one(selector, Static).content)


Open = Callable[..., AbstractAsyncContextManager[Desk]]


@pytest.fixture
async def region(sqlite_url: str) -> AsyncIterator[world.World]:
    """Run the server over the small region."""
    database = Database(sqlite_url)
    async with world.running(database) as found:
        yield found
    await database.close()


class Line(httpx.AsyncBaseTransport):
    """The line to the server, which can be cut."""

    def __init__(self, server: httpx.AsyncBaseTransport) -> None:
        self.server, self.cut, self.deaf = server, False, False
        self.sent: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Carry a request, unless the line is cut; a deaf one loses the answer on its way back."""
        self.sent.append(f"{request.method} {request.url.path}")
        if self.cut:
            raise httpx.ConnectError("coupé", request=request)
        answer = await self.server.handle_async_request(request)
        if self.deaf:
            await answer.aclose()
            raise httpx.ReadError("coupé", request=request)
        return answer


@pytest.fixture
def line(region: world.World) -> Line:
    """Give a line to the server, to be cut."""
    return Line(region.http._transport)


@pytest.fixture(autouse=True)
def _no_pauses() -> Iterator[None]:
    with stamina.set_testing(True, attempts=1):
        yield


async def connect(region: world.World, who: str, line: Line | None = None) -> tuple[RorClient, Compte]:
    """Sign somebody in, through the server itself."""
    client = RorClient("http://127.0.0.1", transport=line or region.http._transport)
    return client, await session.connecter(client, who, SecretStr(world.PASSWORD))


@pytest.fixture
def sit(region: world.World) -> Open:
    """Give what seats somebody in front of the client, signed in, on the Répertoire."""

    @asynccontextmanager
    async def seat(
        who: str = "referent.ehpad",
        size: Size = (80, 24),
        dossier: str | None = None,
        fiche: str | None = None,
        line: Line | None = None,
        *,
        journal: bool = True,
    ) -> AsyncIterator[Desk]:
        client, compte = await connect(region, who, line)
        app = RorApp(Settings(journal=journal), "http://127.0.0.1")
        app.client, app.compte = client, compte
        async with app.run_test(size=size, notifications=True) as pilot:
            desk = Desk(app, pilot)
            await app.switch_mode("dossiers")
            await desk.settle()
            if dossier is not None:
                app.open_dossier(UUID(dossier))
                await desk.settle()
            if dossier is not None and fiche is not None:
                assert isinstance(app.screen, DossierScreen)
                app.screen.open_fiche(UUID(fiche))
                await desk.settle()
            yield desk

    return seat
