"""What is typed in a real terminal outlives the end of the client, whatever ends it."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing

import pytest

from ror_tui import paths
from ror_tui.journal import JournalFile
from ror_tui.journal.opening import FILE
from tests.conftest import SOAK
from tests.e2e.place import Place, open_dossier, terminal
from tests.e2e.terminal import Terminal

WHO = "ref.ehpad"
LETTERS = "abcdefghijklmnopqrstuvwxyz"
HOME = ("Offres affichées", "Saisie non enregistrée")
"""Where a client starts: on the Répertoire, or where the one before was when its line dropped."""
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


End = Callable[[Place, Terminal], None]


def killed(place: Place, screen: Terminal) -> None:
    """Kill the client, as `kill -9` does."""
    os.kill(screen.child.pid, signal.SIGKILL)


def hung_up(place: Place, screen: Terminal) -> None:
    """Hang up, as the end of a session over SSH does."""
    os.kill(screen.child.pid, signal.SIGHUP)
    screen.end()


def pty_closed(place: Place, screen: Terminal) -> None:
    """Close the terminal itself."""
    screen.child.ptyproc.fileobj.close()
    screen.child.ptyproc.closed = screen.child.closed = True
    os.waitpid(screen.child.pid, 0)
    screen.child.terminated = screen.child.ptyproc.terminated = True


def without_server(place: Place, screen: Terminal) -> None:
    """Kill the client while its server answers no more."""
    place.server.kill()
    os.kill(screen.child.pid, signal.SIGKILL)
    place.server.start()


def session_over(place: Place, screen: Terminal) -> None:
    """Kill the client once a save was refused with 401."""
    with closing(sqlite3.connect(place.server.database)) as database, database:
        database.execute("UPDATE sessions SET revoquee_le = creee_le")
    screen.press("F2")
    screen.see("Session expirée")
    os.kill(screen.child.pid, signal.SIGKILL)


ENDS: list[tuple[End, int]] = [
    (killed, SOAK),
    (hung_up, SOAK // 4),
    (pty_closed, SOAK // 4),
    (without_server, SOAK // 4),
    (session_over, SOAK // 4),
]


@pytest.mark.soak
@pytest.mark.skipif(not SOAK, reason="a timed proof: `make soak` runs it")
@pytest.mark.parametrize(("end", "times"), ENDS, ids=[end.__name__ for end, _ in ENDS])
def test_whatever_ends_it_only_the_last_moment_can_be_missing(
    place: Place, end: End, times: int, record_property: Callable[[str, object], None]
) -> None:
    pace = random.Random(5)
    missing = Counter[int]()
    with terminal(place, WHO) as screen:
        in_a_new_fiche(screen, place)
        screen.press("Z")
        screen.until(lambda _: kept() == "Z", "the first letter in the journal")
        end(place, screen)
    for _ in range(max(1, times)):
        with terminal(place, WHO, arrived="F1 Aide") as screen:
            if "Offres affichées" in screen.until(lambda text: any(one in text for one in HOME), "its first screen"):
                back_in_the_fiche(screen)
            screen.press("Enter")
            screen.see("● modifié")
            screen.press("End", "Ctrl+U")
            typed, safe = _type_for_a_while(screen, pace)
            end(place, screen)
        found = kept()
        assert found.startswith(safe), f"{found!r} of {typed!r}, {safe!r} was older than {GRACE} s"
        missing[len(typed) - len(found)] += 1
    record_property(f"letters missing after {end.__name__}", dict(sorted(missing.items())))


def _type_for_a_while(screen: Terminal, pace: random.Random) -> tuple[str, str]:
    """Type letters at a random pace; give them, and those of them that were shown long enough ago."""
    typed: list[tuple[str, float]] = []
    for _ in range(pace.randint(3, 12)):
        letter = pace.choice(LETTERS)
        screen.type(letter)
        screen.see("".join(one for one, _ in typed) + letter)
        typed.append((letter, time.monotonic()))
        screen.read(pace.random() / 4)
    screen.read(pace.random())
    ended = time.monotonic()
    safe = [letter for letter, shown in typed if ended - shown > GRACE]
    return "".join(letter for letter, _ in typed), "".join(safe)
