"""The live feed in a real terminal, against a real server that is killed and comes back."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from ror_server.app import create_app
from ror_server.settings import ServerSettings
from ror_server.store.database import Database
from ror_tui.screens.repertoire_live import MARK
from tests.e2e.terminal import Terminal, environment
from tests.processes import ROOT, ServerProcess, server_process
from tests.streaming import StreamingTransport
from tests.world import PASSWORD, Clock, World, populate

BEATS = 15


async def _publish(url: str, nom: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
    """Publish a unit of the EHPAD: through a server, or as another worker on the same database."""
    database = Database(url)
    app = create_app(database, ServerSettings(database=url))
    through = transport or StreamingTransport(app)
    async with httpx.AsyncClient(transport=through, base_url="http://ror", timeout=30) as http:
        await World(database, Clock(), http, app.state.ror).publish(nom)
    await app.state.ror.recherche.close()
    await database.close()


async def _populate(url: str) -> None:
    database = Database(url)
    async with database.write() as tx:
        await populate(tx)
    await database.close()


@pytest.fixture
def server(sqlite_url: str) -> Iterator[ServerProcess]:
    asyncio.run(_populate(sqlite_url))
    asyncio.run(_publish(sqlite_url, "Unité du matin"))
    with server_process(sqlite_url) as process:
        process.options = ("--heartbeat", "0.2")
        process.start()
        yield process


@contextmanager
def looking_at_the_ehpad(server: ServerProcess) -> Iterator[Terminal]:
    command = [sys.executable, "-m", "ror_tui", "--serveur", server.endpoint]
    with Terminal(command, environment(PYTHONPATH=str(ROOT))) as screen:
        screen.see("Bienvenue sur l'application ROR", "serveur")
        screen.type("lecteur")
        screen.press("Tab")
        screen.type(PASSWORD)
        screen.press("Enter")
        screen.see("Offres affichées", "LECTEUR", "● connecté")
        screen.press("t", "Down", "Space", "Enter")
        screen.see("MCO, MSS", "13 – Bouches-du-Rhône")
        screen.press("Down", "Right")
        screen.see("EHPAD Les Tilleuls")
        screen.press("Down", "Right")
        screen.see("Unité du matin")
        screen.press("Down")
        screen.see("Unité opérationnelle · Unité du matin")
        yield screen
        screen.press("Ctrl+Q")
        assert screen.end() == 0


def _cursor(screen: Terminal) -> tuple[int, int]:
    """Give the line that is drawn in the colours of the cursor, by its background."""
    row = next(index for index, line in enumerate(screen.lines) if "Unité du matin" in line)
    colors = [screen.screen.buffer[index][10].bg for index in range(len(screen.lines))]
    return row, colors.index(colors[row])


def test_what_somebody_validates_appears_without_a_key_and_the_cursor_stays(server: ServerProcess) -> None:
    with looking_at_the_ehpad(server) as screen:
        row, highlighted = _cursor(screen)
        assert row == highlighted
        through = httpx.AsyncHTTPTransport(uds=str(server.socket))
        asyncio.run(_publish(server.database, "Unité du soir", through))
        screen.see(f"Unité du soir {MARK}")
        assert _cursor(screen) == (row, highlighted)


def test_a_killed_server_is_said_what_was_read_stays_and_what_was_missed_comes_once(server: ServerProcess) -> None:
    with looking_at_the_ehpad(server) as screen:
        server.kill()
        screen.see("◌ reconnexion…")
        screen.see("EHPAD Les Tilleuls", "Unité du matin")
        screen.press("Up")
        screen.see("Établissement · EHPAD Les Tilleuls")
        screen.press("Left")
        screen.no_more("• Unité du matin")
        screen.press("Right", "Down")
        screen.see("Unité opérationnelle · Unité du matin")
        asyncio.run(_publish(server.database, "Unité manquée"))
        assert "Unité manquée" not in screen.text
        server.start()
        screen.see("● connecté", f"Unité manquée {MARK}")
        assert screen.text.count("Unité manquée") == 1


def test_nothing_is_written_while_only_signs_of_life_come(server: ServerProcess) -> None:
    with looking_at_the_ehpad(server) as screen, server.http() as http:
        token = http.post("/v1/session", json={"identifiant": "lecteur", "mot_de_passe": PASSWORD}).json()["jeton"]
        headers = {"Authorization": f"Bearer {token}"}
        with http.stream("GET", "/v1/evenements", headers=headers) as witness:
            beats = (chunk for chunk in witness.iter_raw() if chunk == b":\n\n")
            next(beats)
            while screen.quiet() != b"":
                next(beats)
            for _ in range(BEATS):
                next(beats)
            assert screen.quiet() == b""
