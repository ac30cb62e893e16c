"""Two référents, the Direction and a validator on one hospital, each in a real terminal of 80×24, by keyboard.

A conflict is born while one of them looks; a part is refused, the rest published; the follow-up is mended, published.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from ror_server.app import create_app
from ror_server.settings import ServerSettings
from ror_server.store.database import Database
from tests.e2e.terminal import Terminal, environment
from tests.processes import ROOT, ServerProcess, server_process
from tests.streaming import StreamingTransport
from tests.world import HOPITAL, PASSWORD, Clock, World, eg_id, populate

UNITS = ("Unité Alpha", "Unité Bêta")
TITLE = "Mise à jour de Hôpital Saint-Œuvre"


@pytest.fixture
def server(sqlite_url: str) -> Iterator[ServerProcess]:
    asyncio.run(_publish_units(sqlite_url))
    with server_process(sqlite_url) as process:
        process.start()
        yield process


async def _publish_units(url: str) -> None:
    """Put two units of the hospital into the Répertoire."""
    database = Database(url)
    async with database.write() as tx:
        await populate(tx)
    app = create_app(database, ServerSettings(database=url))
    async with httpx.AsyncClient(transport=StreamingTransport(app), base_url="http://ror") as http:
        region = World(database, Clock(), http, app.state.ror)
        dossier = (await region.open_dossier("referent.hopital", HOPITAL))["id"]
        for nom, unit in zip(
            UNITS, await region.add("referent.hopital", dossier, eg_id(HOPITAL), count=2), strict=True
        ):
            await region.fill("referent.hopital", dossier, unit, nom=nom)
        for who, action in (("referent.hopital", "envoyer"), ("direction", "envoyer"), ("sesan", "valider")):
            await region.step(who, dossier, action)
    await app.state.ror.recherche.close()
    await database.close()


@contextmanager
def desk(server: ServerProcess, who: str) -> Iterator[Terminal]:
    """Sit down in front of a terminal, and leave it in order."""
    command = [sys.executable, "-m", "ror_tui", "--serveur", server.endpoint]
    with Terminal(command, environment(PYTHONPATH=str(ROOT))) as screen:
        screen.see("Bienvenue sur l'application ROR", "serveur")
        screen.type(who)
        screen.press("Tab")
        screen.type(PASSWORD)
        screen.press("Enter")
        screen.see("Offres affichées", who.upper()[:8], "● connecté")
        yield screen
        screen.press("Ctrl+Q")
        assert screen.end() == 0


def _open_dossier(screen: Terminal, title: str, *, another: bool) -> None:
    """Open a dossier on the hospital, beside the one that is open there already."""
    screen.press("Ctrl+F")
    screen.see("Recherche dans tout le Répertoire")
    screen.type("oeuvre")
    screen.see("Hôpital Saint-Œuvre")
    screen.press("Enter")
    screen.see("Établissement · Hôpital Saint-Œuvre")
    screen.press("c")
    if another:
        screen.see("est déjà ouvert", "Créer un autre dossier")
        screen.press("Right", "Enter")
    screen.see("Titre")
    screen.press("Ctrl+U")
    screen.type(title)
    screen.press("Enter")
    screen.see("Dossiers ›", title, *UNITS)


def _change_age(screen: Terminal, rank: int, unit: str, age: int) -> None:
    """Open the fiche of a unit of the dossier, change its minimum age, and finalise it."""
    screen.press(*["Up"] * 4, *["Down"] * (rank + 1))
    screen.see("Unité opérationnelle")  # a refusal stands before it and may cut what follows
    screen.press("Enter")
    screen.see(f"› {unit}", "Type d'UO *")
    screen.press("Down", "Down", "Down", "Ctrl+U")
    screen.type(str(age))
    screen.press("F3")
    screen.see("● finalisée", f"{age}")
    screen.press("Escape")
    screen.see("Dossiers ›", "finalisées ·")


def _send(screen: Terminal, said: str) -> None:
    screen.press("v")
    screen.see("› Différences")
    screen.press("v")
    screen.see(said)


def _pass_on(server: ServerProcess, who: str, title: str, said: str) -> None:
    """Find a dossier among those that wait, read it, and take it a step further."""
    with desk(server, who) as screen:
        _open_waiting(screen, title)
        _send(screen, said)


def _open_waiting(screen: Terminal, title: str) -> None:
    screen.press("F8")
    screen.see(title)
    screen.press("Enter")
    screen.see("Dossiers ›", title, "attend")


def _values(server: ServerProcess) -> dict[str, Any]:
    """Give the age from which each published unit of the hospital takes people."""
    with server.http() as http:
        token = http.post("/v1/session", json={"identifiant": "lecteur", "mot_de_passe": PASSWORD}).json()["jeton"]
        headers = {"Authorization": f"Bearer {token}"}
        params = {"sous": str(eg_id(HOPITAL))}
        nodes = http.get("/v1/repertoire", params=params, headers=headers).json()["elements"]
        found = [http.get(f"/v1/structures/{node['id']}", headers=headers).json() for node in nodes]
    return {one["nom"]: one["valeurs"]["age_min"] for one in found}


def test_a_conflict_a_partial_refusal_a_follow_up_and_an_integration(server: ServerProcess) -> None:
    with desk(server, "referent.hopital") as alix:
        _open_dossier(alix, "Dossier d'Alix", another=False)
        _change_age(alix, 0, "Unité Alpha", 65)
        _change_age(alix, 1, "Unité Bêta", 70)

        with desk(server, "referent.ej") as noe:
            _open_dossier(noe, "Dossier de Noé", another=True)
            _change_age(noe, 0, "Unité Alpha", 62)
            _send(noe, "attend la Direction")
        _pass_on(server, "direction", "Dossier de Noé", "attend SESAN")
        _pass_on(server, "sesan", "Dossier de Noé", "intégré au Répertoire")
        assert _values(server) == {"Unité Alpha": 62, "Unité Bêta": 60}

        alix.see("≠", "en conflit")  # it comes by itself
        alix.press("!")
        alix.see("› Conflits", "Unité Alpha", "65", "62", "60", "SESAN")
        alix.press("1")
        alix.press("Escape")
        alix.see("Dossier d'Alix", "2/2")
        _send(alix, "attend la Direction")

    _pass_on(server, "direction", "Dossier d'Alix", "attend SESAN")

    with desk(server, "sesan") as sesan:
        _open_waiting(sesan, "Dossier d'Alix")
        sesan.press("D")
        sesan.see("acceptée", "Unité Bêta")
        sesan.press("Down", "Space")
        sesan.see("Motif")
        sesan.type("Trop tard pour 70 ans.")
        sesan.press("F2")
        sesan.see("refusée", "Suite de Dossier d'Alix")
        sesan.press("v")
        sesan.see("1 fiche sera publiée")
        sesan.press("o")
        sesan.see("intégré au Répertoire")
    assert _values(server) == {"Unité Alpha": 65, "Unité Bêta": 60}

    with desk(server, "referent.hopital") as alix:
        alix.press("F7")
        alix.see("Suite de Dossier d'Alix")
        alix.press("Enter")
        alix.see("Suite de Dossier d'Alix", "⊗ Unité Bêta", "Trop tard pour 70 ans.")
        _change_age(alix, 1, "Unité Bêta", 68)
        _send(alix, "attend la Direction")
    _pass_on(server, "direction", "Suite de Dossier d'Alix", "attend SESAN")
    _pass_on(server, "sesan", "Suite de Dossier d'Alix", "intégré au Répertoire")
    assert _values(server) == {"Unité Alpha": 65, "Unité Bêta": 68}
