"""The login screen on each terminal that a référent may have: it draws with what that terminal has, and takes keys."""

from __future__ import annotations

import re
import sys
from itertools import pairwise

import pytest

from tests.e2e.terminal import Terminal, environment
from tests.processes import ROOT

NOWHERE = "http://127.0.0.1:9"
_SGR = re.compile(rb"\x1b\[([\d;]*)m")


def colours(raw: bytes) -> set[str]:
    """Give the kinds of colours that were written: `exact`, `256`, `16`."""
    kinds = set()
    for codes in _SGR.findall(raw):
        numbers = codes.split(b";")
        if any(pair in ([b"38", b"2"], [b"48", b"2"]) for pair in zip_pairs(numbers)):
            kinds.add("exact")
        elif any(pair in ([b"38", b"5"], [b"48", b"5"]) for pair in zip_pairs(numbers)):
            kinds.add("256")
        elif any(re.fullmatch(rb"(?:3|4|9|10)[0-7]", number) for number in numbers):
            kinds.add("16")
    return kinds


def zip_pairs(numbers: list[bytes]) -> list[list[bytes]]:
    """Give each number with the one that follows."""
    return [list(pair) for pair in pairwise(numbers)]


@pytest.mark.parametrize(
    ("variables", "options", "expected"),
    [
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, (), {"exact"}),
        ({"TERM": "xterm-256color"}, (), {"256"}),
        ({"TERM": "tmux-256color", "TMUX": "x"}, (), {"256"}),
        ({"TERM": "xterm"}, (), {"16"}),
        ({"TERM": "screen"}, (), {"16"}),
        ({"TERM": "linux"}, (), {"16"}),
        ({"TERM": "vt100"}, ("--ascii",), set()),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor", "NO_COLOR": "1"}, (), set()),
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, ("--couleurs", "256", "--theme", "contraste"), {"256"}),
    ],
    ids=["truecolor", "256", "tmux", "xterm", "screen", "linux", "vt100", "NO_COLOR", "chosen"],
)
def test_each_terminal_is_drawn_with_what_it_has(
    variables: dict[str, str], options: tuple[str, ...], expected: set[str]
) -> None:
    command = [sys.executable, "-m", "ror_tui", "--serveur", NOWHERE, *options]
    with Terminal(command, environment(PYTHONPATH=str(ROOT)) | variables) as screen:
        screen.see("Bienvenue sur l'application ROR")
        screen.type("camille")
        screen.see("camille")
        screen.press("Ctrl+Q")
        assert screen.end() == 0
        kinds = colours(screen.raw)
        assert kinds <= expected | ({"16"} if expected else set())
        assert expected <= kinds
        assert b"?1000h" not in screen.raw  # the mouse is off unless it is asked for


@pytest.mark.parametrize(("options", "most"), [((), 120), (("--sans-economie",), None)], ids=["cells", "stock"])
def test_a_key_writes_the_cells_that_it_changes(options: tuple[str, ...], most: int | None) -> None:
    command = [sys.executable, "-m", "ror_tui", "--serveur", NOWHERE, *options]
    with Terminal(command, environment(PYTHONPATH=str(ROOT))) as screen:
        screen.see("Bienvenue sur l'application ROR", "ne répond pas")
        screen.quiet()
        before = len(screen.raw)
        screen.type("c")
        screen.until(lambda text: "Identifiant" in text and "c" in text.split("Identifiant")[1][:40], "the letter")
        written = len(screen.raw) - before
        assert written <= most if most else written > 120
        screen.press("Ctrl+Q")
        assert screen.end() == 0
