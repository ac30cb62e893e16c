"""Saves that wait for the link outlive the client: sent once each when the server is back, in order, nothing twice."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
import pytest

from ror_server.domain.identifiers import structure_id
from ror_tui import paths
from ror_tui.api_client.models import Kind
from ror_tui.journal.opening import FILE
from tests.conftest import SOAK
from tests.e2e.place import PASSWORD, Place, terminal
from tests.e2e.terminal import Terminal
from tests.e2e.test_kept_input import GRACE, HOME, LETTERS, WHO, kept


@dataclass
class Person:
    """The same référent, through the API alone."""

    http: httpx.Client

    def ask(self, method: str, path: str, body: object = None, *, version: int | None = None) -> Any:
        """Send a request that must work, and give what it answers."""
        headers = {"Idempotency-Key": str(uuid4())} | ({"If-Match": f'"{version}"'} if version is not None else {})
        answer = self.http.request(method, f"/v1{path}", json=body, headers=headers)
        assert answer.is_success, answer.text
        return answer.json()


@dataclass
class Fiche:
    """A fiche of a dossier, as the server holds it."""

    place: Place
    path: str

    def __call__(self) -> tuple[str, int]:
        """Give its name and its version."""
        with self.place.server.http() as http:
            found = _signed_in(http).ask("GET", self.path)
        return found["valeurs"].get("nom") or "", found["version"]

    def rename(self, nom: str) -> None:
        """Give it another name, as somebody else would."""
        _, version = self()
        with self.place.server.http() as http:
            _signed_in(http).ask("PATCH", self.path, {"valeurs": {"nom": nom}}, version=version)


def _signed_in(http: httpx.Client) -> Person:
    session = http.post("/v1/session", json={"identifiant": WHO, "mot_de_passe": PASSWORD}).json()
    http.headers["Authorization"] = f"Bearer {session['jeton']}"
    return Person(http)


def two_fiches(place: Place) -> tuple[Fiche, Fiche]:
    """Open a dossier with two units, Alpha and Beta."""
    eg, dossier, ids = str(structure_id(Kind.EG, place.ehpad.finess)), str(uuid4()), [str(uuid4()), str(uuid4())]
    with place.server.http() as http:
        person = _signed_in(http)
        person.ask("POST", "/dossiers", {"id": dossier, "structure_id": eg})
        person.ask("POST", f"/dossiers/{dossier}/fiches", {"kind": "uo", "parent_id": eg, "ids": ids})
    alpha, beta = (Fiche(place, f"/dossiers/{dossier}/fiches/{one}") for one in ids)
    alpha.rename("Alpha")
    beta.rename("Beta")
    return alpha, beta


def in_the_fiche(screen: Terminal, rank: int) -> None:
    """Open a fiche by its rank in the dossier."""
    screen.press("F7")
    screen.see("Peuplement de")
    screen.press("Enter")
    screen.see("Alpha", "Beta", "inchangée")
    screen.press(*["Down"] * rank, "Enter")
    screen.see("Unité opérationnelle en création")


def waiting() -> list[str]:
    """Give the names of the saves that a client that starts now would send, in order."""
    with closing(sqlite3.connect(paths.data_dir() / FILE)) as file:
        return [titre for (titre,) in file.execute("SELECT titre FROM attente ORDER BY rang")]


def test_saves_that_waited_when_the_clients_were_killed_are_sent_once_each(place: Place) -> None:
    alpha, beta = two_fiches(place)
    versions = alpha()[1], beta()[1]
    with terminal(place, WHO) as first, terminal(place, WHO) as second:
        in_the_fiche(first, 1)
        in_the_fiche(second, 2)
        place.server.kill()
        for screen, nom in ((first, "Alpha bis"), (second, "Beta bis")):
            screen.press("End", "Ctrl+U")
            screen.type(nom)
            screen.see("● modifié", nom)
            screen.press("F2")
            screen.see("en attente (1)")
            screen.until(lambda _: kept() != "", "what was typed in the journal")
        first.until(lambda _: waiting() == ["Alpha", "Beta"], "both saves in the journal")
        os.kill(first.child.pid, signal.SIGKILL)
        os.kill(second.child.pid, signal.SIGKILL)
    place.server.start()
    beta.rename("Beta d'un autre")
    with terminal(place, WHO) as screen:
        screen.until(lambda _: waiting() == [], "an empty queue")
        assert alpha() == ("Alpha bis", versions[0] + 1)
        assert beta() == ("Beta d'un autre", versions[1] + 1)
        in_the_fiche(screen, 2)
        screen.see("Saisie non enregistrée", "votre saisie : Beta bis", "sur le serveur (a changé depuis)")
        screen.press("Enter")
        screen.see("● modifié", "Beta bis")
        screen.press("F2")
        screen.until(lambda _: kept() == "", "an empty journal")
    assert beta() == ("Beta bis", versions[1] + 2)


@pytest.mark.soak
@pytest.mark.skipif(not SOAK, reason="a long proof: `make soak` runs it")
def test_whenever_the_client_is_killed_the_save_that_waits_is_made_once(place: Place) -> None:
    alpha, _ = two_fiches(place)
    pace = random.Random(7)
    for _ in range(max(1, SOAK // 4)):
        _, before = alpha()
        with terminal(place, WHO, arrived="F1 Aide") as screen:
            _in_alpha(screen, draft=kept() not in {"", alpha()[0]})
            screen.press("End", "Ctrl+U")
            place.server.kill()
            saved = "".join(pace.choices(LETTERS, k=pace.randint(3, 9)))
            screen.type(saved)
            screen.see("● modifié", saved)
            screen.press("F2")
            screen.see("en attente (1)")
            more = _type_more(screen, saved, pace)
            back = pace.random() < 0.5
            if back:
                place.server.start()
                screen.read(pace.random() * 3)  # the link comes back, and the save may be on its way
            os.kill(screen.child.pid, signal.SIGKILL)
        if not back:
            place.server.start()
        with terminal(place, WHO, arrived="F1 Aide") as screen:
            screen.until(lambda _: waiting() == [], "an empty queue")
            os.kill(screen.child.pid, signal.SIGKILL)
        assert alpha() == (saved, before + 1)
        assert more == "" or kept().startswith(saved + more)


def _in_alpha(screen: Terminal, *, draft: bool) -> None:
    if "Offres affichées" in screen.until(lambda text: any(one in text for one in HOME), "its first screen"):
        screen.press("F7")
        screen.see("Peuplement de")
        screen.press("Enter")
        screen.see("Beta", "inchangée")
        screen.press("Down", "Enter")
    if draft:
        screen.see("Saisie non enregistrée")
        screen.press("Enter")
    screen.see("Unité opérationnelle en création")


def _type_more(screen: Terminal, saved: str, pace: random.Random) -> str:
    """Type some letters after the save; give those that must survive."""
    typed = ""
    shown = [time.monotonic()]
    for letter in pace.choices(LETTERS, k=pace.randint(0, 5)):
        screen.type(letter)
        typed += letter
        screen.see(saved + typed)
        shown.append(time.monotonic())
        screen.read(pace.random() / 4)
    screen.read(pace.random())
    ended = time.monotonic()
    return "".join(letter for letter, at in zip(typed, shown[1:], strict=True) if ended - at > GRACE)
