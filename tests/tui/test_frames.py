"""What is written to the terminal: an emulator shows the same as if every frame were written whole."""

from __future__ import annotations

import io

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

from ror_tui.frames import Frames

HALF, HEIGHT = 12, 4
STYLES = [Style(), Style.parse("bold #ff0000 on #001122"), Style.parse("#ff0000 on #001122")]
CONSOLE = Console(file=io.StringIO(), color_system="truecolor", force_terminal=True)
COLORLESS = Console(file=io.StringIO(), color_system=None, force_terminal=True)

texts = st.lists(st.sampled_from(["a", "b", "é", " ", "■", "日", "e\u0301"]), max_size=16).map("".join)
runs = st.lists(st.tuples(texts, st.sampled_from(STYLES)), min_size=1, max_size=4)
halves = st.builds(lambda parts: Strip([Segment(*part) for part in parts]).adjust_cell_length(HALF, STYLES[0]), runs)
screens = st.lists(halves, min_size=2 * HEIGHT, max_size=2 * HEIGHT)
"""Two widgets side by side: two halves for each line."""
changes = st.lists(st.tuples(st.integers(0, 2 * HEIGHT - 1), halves), min_size=1, max_size=3)


def whole(screen: list[Strip]) -> LayoutUpdate:
    lines = [screen[place : place + 2] for place in range(0, 2 * HEIGHT, 2)]
    return LayoutUpdate([*lines], Region(0, 0, 2 * HALF, HEIGHT))


def partial(screen: list[Strip], changed: set[int]) -> ChopsUpdate:
    """Give the frame that says which halves changed."""
    chops = [{0: screen[place], HALF: screen[place + 1]} for place in range(0, 2 * HEIGHT, 2)]
    spans = [(place // 2, place % 2 * HALF, place % 2 * HALF + HALF) for place in sorted(changed)]
    return ChopsUpdate(chops, spans, [[HALF, 2 * HALF]] * HEIGHT)


def cells(written: list[str]) -> list[object]:
    """Give what a terminal shows: every cell with its colours."""
    screen = pyte.Screen(2 * HALF + 1, HEIGHT)
    stream = pyte.Stream(screen)
    for text in written:
        stream.feed(text)
    return [[screen.buffer[y][x] for x in range(2 * HALF)] for y in range(HEIGHT)]


@pytest.mark.parametrize("console", [CONSOLE, COLORLESS], ids=["truecolor", "colorless"])
@given(first=screens, frames=st.lists(changes, max_size=5))
def test_the_terminal_shows_what_it_would_without_us(
    console: Console, first: list[Strip], frames: list[list[tuple[int, Strip]]]
) -> None:
    frugal = Frames()
    screen, ours = list(first), [frugal.whole(whole(first), console)]
    for changed in frames:
        for place, half in changed:
            screen[place] = half
        ours.append(frugal.changes(partial(screen, {place for place, _ in changed}), console))
    assert cells(ours) == cells([whole(screen).render_segments(console)])


def named(name: str) -> list[Strip]:
    """Give a screen that says the same everywhere."""
    return [Strip([Segment(name.ljust(HALF), STYLES[1])])] * 2 * HEIGHT


def test_what_did_not_change_is_not_written() -> None:
    frames = Frames()
    frames.whole(whole(named("Tilleuls")), CONSOLE)
    assert frames.changes(partial(named("Tilleuls"), {2, 3}), CONSOLE) == ""
    written = frames.changes(partial(named("Tilleuls 2"), {3}), CONSOLE)
    assert written.startswith("\x1b[2;22H")
    assert "Tilleuls" not in written


def test_all_is_written_again_after_another_program_had_the_terminal() -> None:
    frames = Frames()
    frames.whole(whole(named("Tilleuls")), CONSOLE)
    frames.forget()
    assert "Tilleuls" in frames.changes(partial(named("Tilleuls"), {2}), CONSOLE)
