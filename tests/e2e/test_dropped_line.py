"""The line drops, freezes, the machine sleeps: what is typed is kept, the terminal is given back, the program ends."""

from __future__ import annotations

import asyncio
import os
import pty
import signal
import subprocess
import sys
import termios
import time
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from pydantic import SecretStr

from ror_tui import paths, retour
from ror_tui.api_client.client import RorClient
from ror_tui.api_client.models import Kind
from ror_tui.retour import Retour
from ror_tui.services import dossier as dossiers
from ror_tui.services import repertoire, session
from ror_tui.slow_line import SLOW
from tests.e2e.modes import attributes, left_on
from tests.e2e.place import PASSWORD, Place, terminal
from tests.e2e.terminal import Terminal, environment
from tests.e2e.test_kept_input import kept
from tests.processes import ROOT

WHO = "ref.ehpad"
AT_ONCE = 10.0
"""Seconds in which the program must be gone on the slowest machine; the figure of the issue is in `make bench`."""
TYPED = "Unité des Essais"
SHELL = {2004}
"""What bash itself asks of the terminal while one types a command."""


@pytest.fixture(scope="module")
def fiche(shared_place: Place) -> Retour:
    """Open a dossier with one unit: where each test begins."""
    return asyncio.run(_one_unit(shared_place))


async def _one_unit(place: Place) -> Retour:
    async with RorClient(place.server.endpoint) as client:
        compte = await session.connecter(client, WHO, SecretStr(PASSWORD))
        found = await repertoire.chercher(client, place.ehpad.nom, None)
        eg: UUID = next(one.noeud.id for one in found.elements if one.noeud.id and one.noeud.kind is Kind.EG)
        dossier = await repertoire.decrire(client, eg, meme_si_ouvert=True, titre=str(uuid4()))
        _, ids = await dossiers.creer(client, dossier.id, Kind.UO, eg, 1)
        return Retour(serveur=client.endpoint, compte=compte.id, mode="dossiers", dossier=dossier.id, fiche=ids[0])


def go_on_from(where: Retour) -> None:
    """Have the next sign-in begin there, as after a line that dropped."""
    (paths.state_dir() / retour.FILE).write_text(where.model_dump_json())


def in_the_fiche(screen: Terminal) -> None:
    """Sign in, and be in the fiche again."""
    screen.see("Bienvenue sur l'application ROR", "serveur")
    screen.press(*WHO, "Tab", *PASSWORD, "Enter")
    screen.see("Unité opérationnelle en création", "Nom")


def client_of(place: Place) -> Terminal:
    """Start the client in a terminal."""
    words = [sys.executable, "-m", "ror_tui", "--serveur", place.server.endpoint]
    return Terminal(words, environment(PYTHONPATH=str(ROOT)))


def gone(pid: int, within: float = AT_ONCE) -> bool:
    """Tell whether a child of ours ends in time; its status is left to who started it."""
    deadline = time.monotonic() + within
    while os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is None:
        if time.monotonic() > deadline:
            return False
        os.sched_yield()
    return True


def busy(pid: int) -> float:
    """Give the seconds of processor that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def typed_until(place: Place, fiche: Retour, number: signal.Signals) -> None:
    """Type in the fiche until a signal comes: the terminal is given back, and what was typed is kept."""
    go_on_from(fiche)
    with client_of(place) as screen:
        before = attributes(screen)
        in_the_fiche(screen)
        screen.type(TYPED)
        screen.see(TYPED)
        assert left_on(screen.raw) >= {0, 25, 1049, 2004}
        os.kill(screen.child.pid, number)
        assert screen.end() == 128 + number
        assert left_on(screen.raw) == set()
        assert attributes(screen) == before
    assert kept() == TYPED


def test_sigterm_gives_the_terminal_back_and_keeps_what_is_typed(shared_place: Place, fiche: Retour) -> None:
    typed_until(shared_place, fiche, signal.SIGTERM)


def test_after_sighup_one_comes_back_to_the_fiche_and_to_what_was_typed(shared_place: Place, fiche: Retour) -> None:
    typed_until(shared_place, fiche, signal.SIGHUP)
    with client_of(shared_place) as screen:
        in_the_fiche(screen)
        screen.see("Saisie non enregistrée", f"[x] Nom : {TYPED}")


def test_a_frozen_line_keeps_what_is_typed_costs_nothing_and_can_be_ended(shared_place: Place, fiche: Retour) -> None:
    go_on_from(fiche)
    with client_of(shared_place) as screen:
        before = attributes(screen)
        in_the_fiche(screen)
        screen.type(TYPED)
        screen.until(lambda _: kept() == TYPED, "the name in the journal")
        for _ in range(40):
            screen.press("F1", "Escape")  # nobody reads what this draws
        at_rest = settled_cpu(screen.child.pid)
        assert blocked_in_write(screen.child.pid)
        assert settled_cpu(screen.child.pid) - at_rest < 0.5
        os.kill(screen.child.pid, signal.SIGTERM)
        assert gone(screen.child.pid)
        assert screen.end() == 128 + signal.SIGTERM
        assert left_on(screen.raw) == set()
        assert attributes(screen) == before
    assert kept() == TYPED


def blocked_in_write(pid: int) -> bool:
    """Tell whether a thread of a process waits for the terminal to take what it draws."""
    waits = [(one / "wchan").read_text() for one in Path(f"/proc/{pid}/task").iterdir()]
    return not any(waits) or "wait_woken" in waits  # the kernel may not say


def settled_cpu(pid: int) -> float:
    """Wait until a process has used no processor for a second, and give what it has used by then."""
    deadline = time.monotonic() + AT_ONCE * 6
    used, since = busy(pid), time.monotonic()
    while time.monotonic() - since < 1.0:
        assert time.monotonic() < deadline, "never at rest"
        os.sched_yield()
        if busy(pid) > used + 0.02:
            used, since = busy(pid), time.monotonic()
    return used


@pytest.mark.parametrize("before", [(), ("sh", "-c", "trap '' HUP; exec \"$@\"", "sh")], ids=["none", "ignored"])
def test_a_terminal_that_is_gone_ends_the_program_although_no_signal_does(before: tuple[str, ...]) -> None:
    ours, theirs = pty.openpty()
    words = [*before, sys.executable, "-m", "ror_tui", "--serveur", "http://127.0.0.1:9"]
    child = subprocess.Popen(
        words, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True, env=environment(PYTHONPATH=str(ROOT))
    )
    os.close(theirs)
    drawn = b""
    while b"Bienvenue" not in drawn:
        drawn += os.read(ours, 65536)
    os.close(ours)
    assert child.wait(AT_ONCE) == 128 + signal.SIGHUP


def test_ctrl_z_gives_the_terminal_back_and_fg_draws_all_again() -> None:
    with Terminal(["bash", "--norc", "--noprofile", "-i"], environment(PYTHONPATH=str(ROOT), PS1="invite> ")) as screen:
        screen.see("invite>")
        before = attributes(screen)
        screen.type(f"{sys.executable} -m ror_tui --serveur http://127.0.0.1:9\r")
        screen.see("Bienvenue sur l'application ROR")
        screen.type("camille")
        screen.see("camille")
        for _ in range(2):
            seen = len(screen.raw)
            screen.press("\x1a")
            screen.until(lambda _, seen=seen: b"Stopped" in screen.raw[seen:], "the word of the shell")  # type: ignore[misc]
            screen.type("echo $((6*7))\r")
            screen.see("42")
            assert left_on(screen.raw) <= SHELL
            assert attributes(screen) == before
            screen.screen.reset()
            screen.type("fg\r")
            screen.see("Bienvenue sur l'application ROR", "camille", "Mot de passe", "F1 Aide")
        screen.screen.reset()
        screen.press("Ctrl+Q")
        screen.see("invite>")
        assert left_on(screen.raw) <= SHELL
        assert attributes(screen) == before


def test_a_machine_that_slept_draws_all_again_and_still_gives_the_terminal_back() -> None:
    words = [sys.executable, "-m", "ror_tui", "--serveur", "http://127.0.0.1:9"]
    with Terminal(words, environment(PYTHONPATH=str(ROOT))) as screen:
        before = attributes(screen)
        screen.see("Bienvenue sur l'application ROR")
        screen.type("camille")
        screen.see("camille")
        os.kill(screen.child.pid, signal.SIGSTOP)
        os.waitid(os.P_PID, screen.child.pid, os.WSTOPPED | os.WNOWAIT)
        screen.quiet()
        screen.screen.reset()
        os.kill(screen.child.pid, signal.SIGCONT)
        screen.see("Bienvenue sur l'application ROR", "camille", "Mot de passe")
        assert not int(str(attributes(screen)[0])) & termios.IXON  # Ctrl+S and Ctrl+Q are keys like others
        screen.press("\x13")
        screen.type("s")
        screen.see("camilles")
        screen.press("Ctrl+Q")
        assert screen.end() == 0
        assert left_on(screen.raw) == set()
        assert attributes(screen) == before


def test_leaving_by_oneself_leaves_no_way_back(shared_place: Place, fiche: Retour) -> None:
    go_on_from(fiche)
    with client_of(shared_place) as screen:
        in_the_fiche(screen)
        screen.press("Ctrl+Q")
        assert screen.end() == 0
    assert not (paths.state_dir() / retour.FILE).exists()


def test_the_line_drops_in_the_repertoire_and_one_comes_back_to_the_structure(shared_place: Place) -> None:
    with terminal(shared_place, WHO) as screen:
        screen.press("Ctrl+F")
        screen.see("Recherche dans tout le Répertoire")
        screen.type(shared_place.ehpad.nom)
        screen.see("· Établissement ·")
        screen.press("\x0f")
        screen.see("FINESS", "Échap Retour")
        screen.child.ptyproc.fileobj.close()
        assert gone(screen.child.pid)
    with client_of(shared_place) as screen:
        screen.see("Bienvenue sur l'application ROR", "serveur")
        screen.press(*WHO, "Tab", *PASSWORD, "Enter")
        screen.see(shared_place.ehpad.nom, "FINESS", "Échap Retour")


def test_a_slow_line_is_told_what_helps() -> None:
    words = [sys.executable, "-m", "ror_tui", "--serveur", "http://127.0.0.1:9"]
    with Terminal(words, environment(PYTHONPATH=str(ROOT))) as screen:
        answered = 0

        def told(text: str) -> bool:
            nonlocal answered
            asked = screen.raw.count(b"\x1b[6n")
            if asked == answered:
                screen.type("x")  # another frame, which ends with another question
            else:
                arrives = time.monotonic() + SLOW * 2  # what a line of that round trip does to an answer
                while time.monotonic() < arrives:
                    screen.read()
                screen.type("\x1b[1;1R" * (asked - answered))
                answered = asked
            return "La ligne est lente" in text and "ssh -C" in text

        screen.see("Identifiant")
        screen.until(told, "the advice")
