"""What is typed in a real terminal outlives the end of the client, whatever ends it."""

from __future__ import annotations

import os
import random
import signal
import time

import pytest

from ror_tui import paths
from ror_tui.journal import JournalFile
from ror_tui.journal.opening import FILE
from tests.conftest import SOAK
from tests.e2e.place import Place, open_dossier, terminal
from tests.e2e.terminal import Terminal

WHO = "ref.ehpad"
LETTERS = "abcdefghijklmnopqrstuvwxyz"
GRACE = 0.5
"""Seconds after which a key that the screen shows must survive anything."""


def kept() -> str:
    """Give the name that a client that starts now would offer again."""
    file = JournalFile(paths.data_dir() / FILE)
    found = [saisie.valeur for one in file.listing(*_account(file)) for saisie in one.saisies if saisie.champ == "nom"]
    file.close()
    return str(found[0]) if found else ""


def _account(file: JournalFile) -> tuple[str, str]:
    row = file._connection.execute("SELECT serveur, compte FROM saisies LIMIT 1").fetchone()
    return (row[0], row[1]) if row else ("", "")


def in_a_new_fiche(screen: Terminal, place: Place) -> None:
    """Open a dossier with one unit, and its fiche."""
    screen.press("t", "Down", "Space", "Enter")
    screen.see("Offres affichées : MCO, MSS")
    open_dossier(screen, place.ehpad)
    screen.press("n")
    screen.see("Nombre de fiches à créer ?")
    screen.press("Enter")
    screen.see("nouveau", "à compléter")
    screen.press("Enter")
    screen.see("Unité opérationnelle en création")


def back_in_the_fiche(screen: Terminal) -> None:
    """Open the fiche again, where the draft waits."""
    screen.press("F7")
    screen.see("Peuplement de")
    screen.press("Enter")
    screen.see("à compléter")
    screen.press("Down", "Enter")
    screen.see("Saisie non enregistrée")


def test_a_client_that_is_killed_offers_again_what_was_typed(place: Place) -> None:
    with terminal(place, WHO) as screen:
        in_a_new_fiche(screen, place)
        screen.type("Unité des Essais")
        screen.until(lambda _: kept() == "Unité des Essais", "the name in the journal")
        os.kill(screen.child.pid, signal.SIGKILL)
    with terminal(place, WHO) as screen:
        back_in_the_fiche(screen)
        screen.see("[x] Nom : Unité des Essais")
        screen.press("Enter")
        screen.see("● modifié", "Unité des Essais")
        screen.press("F2")
        screen.see("Fiche enregistrée")
        screen.until(lambda _: kept() == "", "an empty journal")


@pytest.mark.soak
@pytest.mark.skipif(not SOAK, reason="a timed proof: `make soak` runs it")
def test_whenever_it_is_killed_only_the_last_moment_can_be_missing(place: Place) -> None:
    pace = random.Random(5)
    with terminal(place, WHO) as screen:
        in_a_new_fiche(screen, place)
        screen.press("Z")
        screen.until(lambda _: kept() == "Z", "the first letter in the journal")
    for _ in range(SOAK):
        with terminal(place, WHO) as screen:
            back_in_the_fiche(screen)
            screen.press("Enter")
            screen.see("● modifié")
            screen.press("End", "Ctrl+U")
            typed = _type_until_killed(screen, pace)
        safe = "".join(letter for letter, shown in typed if shown < time.monotonic() - GRACE)
        assert kept().startswith(safe)


def _type_until_killed(screen: Terminal, pace: random.Random) -> list[tuple[str, float]]:
    typed: list[tuple[str, float]] = []
    for _ in range(pace.randint(3, 12)):
        letter = pace.choice(LETTERS)
        screen.type(letter)
        screen.see("".join(one for one, _ in typed) + letter)
        typed.append((letter, time.monotonic()))
        screen.read(pace.random() / 4)
    screen.read(pace.random())
    ended = time.monotonic()
    os.kill(screen.child.pid, signal.SIGKILL)
    return [(letter, shown - ended + time.monotonic()) for letter, shown in typed]
