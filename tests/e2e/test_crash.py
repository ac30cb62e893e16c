"""A fault of ours, wherever it is: a French sentence, whom to call, a report without secrets, a terminal given back."""

from __future__ import annotations

import stat
import subprocess
import sys

import pytest

from ror_tui import paths
from tests.e2e.modes import attributes, left_on
from tests.e2e.terminal import Terminal, environment
from tests.processes import ROOT

SECRETS = ("hunter2", "camille", "jeton-42", "exemple.fr")
BOOM = """
import sys
from ror_tui import appearance
from ror_tui.screens.connexion import ConnexionScreen
from ror_tui.widgets.login import LoginForm
from ror_tui.cli import main

def explode(*args, **named):
    password = "hunter2"
    raise LookupError(f"camille {password} https://exemple.fr/?jeton=jeton-42")

async def explode_later(*args):
    explode()

def explode_in_loop(self):
    import asyncio
    asyncio.get_running_loop().call_soon(explode)
"""
PLACES = {
    "handler": "LoginForm.on_input_changed = explode",
    "worker": "ConnexionScreen._look = explode_later",
    "compose": "ConnexionScreen.compose_body = explode",
    "event loop": "ConnexionScreen.on_mount = explode_in_loop",
    "before the application": "appearance.choose = explode",
}
START = "\nsys.exit(main(['--serveur', 'http://127.0.0.1:9']))\n"


@pytest.mark.parametrize("place", PLACES)
def test_a_fault_says_so_in_french_and_gives_the_terminal_back(place: str) -> None:
    words = [sys.executable, "-c", BOOM + PLACES[place] + START]
    with Terminal(words, environment(PYTHONPATH=str(ROOT))) as screen:
        before = attributes(screen)
        if place == "handler":
            screen.see("Identifiant")
            screen.type("camille")
        assert screen.end() == 1
        assert left_on(screen.raw) == set()
        assert attributes(screen) == before
        said = screen.raw[screen.raw.rfind(b"\x1b[") + 1 :].decode()
    (report,) = paths.state_dir().glob("plantage-*.txt")
    assert "ror-tui s'est arrêté sur une erreur interne (LookupError)." in said
    assert "Support SESAN\N{NO-BREAK SPACE}: 01 83 76 30 31" in said
    assert str(report) in said
    assert stat.S_IMODE(report.stat().st_mode) == 0o600
    text = report.read_text()
    assert "in explode" in text
    assert "LookupError" in text
    assert not [secret for secret in SECRETS if secret in text + said]


def test_a_command_without_a_screen_says_a_fault_in_the_same_way() -> None:
    broken = "import ror_tui.config_command as c; c.show = explode\n"
    code = BOOM + broken + "sys.exit(main(['config']))"
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment(PYTHONPATH=str(ROOT)), capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "erreur interne (LookupError)" in done.stderr
    assert not [secret for secret in SECRETS if secret in done.stderr]


IN_PASSING = """
import asyncio, sys
from ror_tui.screens.connexion import ConnexionScreen
from ror_tui.cli import main

def answered_too_late(self):
    future = asyncio.get_running_loop().create_future()
    future.cancel()
    asyncio.get_running_loop().call_soon(future.set_result, None)

ConnexionScreen.on_screen_resume = answered_too_late
"""


def test_a_socket_that_answers_as_its_reader_leaves_ends_nothing() -> None:
    with Terminal([sys.executable, "-c", IN_PASSING + START], environment(PYTHONPATH=str(ROOT))) as screen:
        screen.see("Identifiant")
        screen.press("Ctrl+Q")
        assert screen.end() == 0
    assert list(paths.state_dir().glob("plantage-*.txt")) == []
