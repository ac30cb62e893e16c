"""What is written to the terminal: an emulator shows the same, cell and style, as a whole frame of Textual's."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.color import ColorSystem
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

from ror_tui.frames.rows import NotUnderstoodError
from ror_tui.frames.screen import Screen
from ror_tui.frames.terminals import of
from tests.emulator import Emulator

HALF, HEIGHT = 14, 9
STYLES = [
    Style(),
    Style.parse("bold #ff0000 on #001122"),
    Style.parse("#ff0000 on #001122"),
    Style.parse("on #001122"),
    Style.parse("underline #00ff00 on #001122"),
    Style.parse("reverse dim"),
    Style.parse("reverse #223344 on #001122"),
    Style.parse("reverse red on #001122"),
    Style.parse("bold dim italic"),
    Style(link="https://ror.exemple.fr/a;b", color="cyan"),
]
TERMS = ("xterm-256color", "screen", "linux", "vt100", "xterm-kitty")
WORDS = [
    "Tilleuls",
    "a",
    "é",
    " ",
    "   ",
    "          ",
    "■",
    "│",
    "日本",
    "e\u0301",
    "👩\u200d🚀",
    "\U00100000",
    "n°",
    "❤\ufe0f",
]


def half(chance: Random) -> Strip:
    """Give a line of a widget."""
    texts = ["".join(chance.choices(WORDS, k=chance.randint(0, 8))) for _ in range(chance.randint(1, 4))]
    return Strip([Segment(text, chance.choice(STYLES)) for text in texts]).adjust_cell_length(HALF, STYLES[0])


def screen(chance: Random) -> list[Strip]:
    """Give two widgets side by side: two halves for each line."""
    return [half(chance) for _ in range(2 * HEIGHT)]


@dataclass(frozen=True)
class Change:
    """Some halves are drawn again; the left side, or both, may have scrolled before that."""

    halves: list[tuple[int, Strip]]
    scrolled: int = 0
    top: int = 0
    both: bool = False
    whole: bool = False
    held: bool = False
    """The line is busy: the frame is not written."""


def change(chance: Random) -> Change:
    """Give something that happens."""
    return Change(
        [(chance.randrange(2 * HEIGHT), half(chance)) for _ in range(chance.randint(0, 3))],
        scrolled=chance.choice([0, 0, 1, -1, 2, -3]),
        top=chance.randint(0, 3),
        both=chance.random() < 0.5,
        whole=chance.random() < 0.2,
        held=chance.random() < 0.3,
    )


@dataclass
class Shown:
    """A screen of Textual's, ours, and the terminal that ours is written to."""

    halves: list[Strip]
    term: str = TERMS[0]
    system: ColorSystem = ColorSystem.TRUECOLOR
    written: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        known = of({"TERM": self.term})
        assert known
        self.terminal = known
        self.ours = Screen(self.terminal, self.system)
        self.emulator = Emulator(2 * HALF, HEIGHT, fills=self.terminal.fills)
        self.ours.take(self.whole())
        self.write()

    def whole(self) -> LayoutUpdate:
        """Give all of it."""
        lines = [self.halves[place : place + 2] for place in range(0, 2 * HEIGHT, 2)]
        return LayoutUpdate([*lines], Region(0, 0, 2 * HALF, HEIGHT))

    def partial(self, changed: set[int]) -> ChopsUpdate:
        """Give the frame that says which halves changed."""
        chops = [{0: self.halves[place], HALF: self.halves[place + 1]} for place in range(0, 2 * HEIGHT, 2)]
        spans = [(place // 2, place % 2 * HALF, place % 2 * HALF + HALF) for place in sorted(changed)]
        return ChopsUpdate(chops, spans, [[HALF, 2 * HALF]] * HEIGHT)

    def change(self, change: Change) -> None:
        """Draw a change."""
        before = list(self.halves)
        for side in (0, 1) if change.both else (0,):
            column = self.halves[2 * change.top + side :: 2]
            steps = change.scrolled
            self.halves[2 * change.top + side :: 2] = [*column[steps:], *column[:steps]]
        for place, half in change.halves:
            self.halves[place] = half
        changed = {place for place, (old, new) in enumerate(zip(before, self.halves, strict=True)) if old != new}
        self.ours.take(self.whole() if change.whole or not changed else self.partial(changed))
        if not change.held:
            self.write()

    def write(self) -> None:
        """Write to the terminal."""
        self.written.append(self.ours.painted((3, 2)))
        self.emulator.feed(self.written[-1])

    def expected(self) -> list[list[Any]]:
        """Give what the terminal would show if Textual wrote all of it."""
        console = Console(file=io.StringIO(), color_system="truecolor", force_terminal=True)
        console._color_system = self.system
        stock = Emulator(2 * HALF, HEIGHT)
        for y, line in enumerate(self.whole().strips):
            for x, strip in zip((0, HALF), line, strict=True):
                fresh = Strip(list(strip))
                stock.feed(f"\x1b[{y + 1};{x + 1}H" + fresh.render(console))
        return stock.shown()


@pytest.mark.parametrize("term", TERMS)
@given(seed=st.integers(0, 1 << 32))
def test_the_terminal_shows_what_textual_drew(term: str, seed: int) -> None:
    chance = Random(seed)
    shown = Shown(screen(chance), term)
    assert shown.emulator.shown() == shown.expected()
    for one in (change(chance) for _ in range(6)):
        shown.change(one)
        if not one.held:
            assert shown.emulator.shown() == shown.expected()
            assert (shown.emulator.x, shown.emulator.y) == (3, 2)
    shown.write()
    assert shown.emulator.shown() == shown.expected()
    assert shown.ours.painted((3, 2)) == ""


def named(name: str) -> list[Strip]:
    """Give a screen with numbered lines."""
    return [Strip([Segment(f"{name} {place // 2}".ljust(HALF), STYLES[1])]) for place in range(2 * HEIGHT)]


def test_what_did_not_change_is_not_written() -> None:
    shown = Shown(named("Tilleuls"))
    shown.halves[3] = Strip([Segment("Tilleuls 7".ljust(HALF), STYLES[1])])
    shown.ours.take(shown.partial({2, 3}))
    shown.write()
    assert shown.written[-1] == "\x1b[2;24H7\x1b[3;4H"


@pytest.mark.parametrize(
    ("term", "moves"),
    [("xterm", "\x1b[2;9r\x1b[S\x1b[r"), ("linux", "\x1b[2;9r\x1b[9H\x1bD\x1b[r")],
    ids=["SU", "index"],
)
def test_lines_that_moved_are_moved_by_the_terminal(term: str, moves: str) -> None:
    lines = [Strip([Segment(f"{place * 7919 * 9973:>13} ", STYLES[1 + place % 3])]) for place in range(2 * HEIGHT)]
    shown = Shown(lines, term)
    shown.halves[2:] = [*shown.halves[4:], *named("la suite")[:2]]
    shown.ours.take(shown.whole())
    shown.write()
    assert moves in shown.written[-1]
    assert shown.emulator.shown() == shown.expected()
    assert len(shown.written[-1]) < len(shown.written[0]) / 3


def test_control_characters_never_reach_the_terminal() -> None:
    hostile = Strip([Segment("a\x1b[2Jb\x07\x9bc\u0301")]).adjust_cell_length(HALF)
    shown = Shown([hostile, *named("x")[1:]])
    shown.write()
    assert "\x1b[2Jb" not in "".join(shown.written).replace("\x1b[H\x1b[2J", "")
    assert not {"\x07", "\x9b"} & set("".join(shown.written))
    assert shown.emulator.text().startswith("a[2Jbc\u0301")


def test_what_is_not_made_of_cells_is_refused() -> None:
    shown = Shown(named("x"))
    with pytest.raises(NotUnderstoodError):
        shown.ours.take(LayoutUpdate([[Strip([Segment("x" * HALF)])]], Region(0, 0, HALF, HEIGHT)))
    with pytest.raises(NotUnderstoodError):
        Screen(shown.terminal, ColorSystem.TRUECOLOR).take(shown.partial({1}))


def test_a_terminal_that_says_nothing_known_is_left_to_textual() -> None:
    assert [of({"TERM": term}) for term in ("dumb", "", "unknown", "ansi")] == [None] * 4
    assert of({"TERM": "xterm-256color", "STY": "1.x"}) == of({"TERM": "screen"})
