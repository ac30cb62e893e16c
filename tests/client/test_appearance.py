"""What is drawn follows from the terminal and the settings, before Textual is imported."""

from __future__ import annotations

import pytest

from ror_tui.appearance import apply, choose
from ror_tui.settings import Settings


@pytest.mark.parametrize(
    ("environ", "couleurs", "theme"),
    [
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, "vraies", "sombre"),
        ({"TERM": "xterm-256color"}, "256", "sombre"),
        ({"TERM": "tmux-256color"}, "256", "sombre"),
        ({"TERM": "xterm"}, "16", "ansi"),
        ({"TERM": "screen"}, "16", "ansi"),
        ({"TERM": "linux"}, "16", "ansi"),
        ({"TERM": "vt100"}, "non", "ansi"),
        ({"TERM": "dumb"}, "non", "ansi"),
        ({}, "non", "ansi"),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor", "NO_COLOR": "1"}, "non", "ansi"),
    ],
)
def test_colours_and_theme_follow_the_terminal(environ: dict[str, str], couleurs: str, theme: str) -> None:
    drawn = choose(Settings(), environ)
    assert (drawn.couleurs, drawn.theme) == (couleurs, theme)
    assert drawn.environ["NO_COLOR"] == ("1" if couleurs == "non" else None)


@pytest.mark.parametrize(("couleurs", "system"), [("16", "standard"), ("256", "256"), ("vraies", "truecolor")])
def test_what_the_person_chose_wins(couleurs: str, system: str) -> None:
    drawn = choose(Settings(couleurs=couleurs), {"TERM": "dumb", "NO_COLOR": "1"})
    assert (drawn.couleurs, drawn.environ["TEXTUAL_COLOR_SYSTEM"]) == (couleurs, system)
    environ = {"TERM": "dumb", "NO_COLOR": ""}
    apply(drawn, environ)
    assert "NO_COLOR" not in environ


def test_a_light_theme_stays_light_with_sixteen_colours() -> None:
    assert choose(Settings(theme="clair"), {"TERM": "linux"}).theme == "ansi-clair"


def test_the_plain_keyboard_is_asked_of_textual() -> None:
    assert "TEXTUAL_DISABLE_KITTY_KEY" not in choose(Settings(), {"TERM": "xterm"}).environ
    assert choose(Settings(clavier="simple"), {"TERM": "xterm"}).environ["TEXTUAL_DISABLE_KITTY_KEY"] == "1"


def test_why_is_said() -> None:
    assert choose(Settings(), {"TERM": "linux"}).reasons == (
        "couleurs : 16 (TERM=linux)",
        "thème : ansi, les couleurs du terminal, au lieu de sombre qui serait écrasé",
    )
