"""A tour of the screens in a hurry: after every frame, the terminal shows what Textual's own writing would show.

Two terminals say so: ours, which refuses what not all of them understand, and pyte's.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, cast

import pytest
from pyte import graphics
from rich.color import ColorSystem
from rich.console import RenderableType
from textual._compositor import CompositorUpdate, LayoutUpdate
from textual.screen import Screen

import ror_tui
from ror_tui.api_client.client import RorClient
from ror_tui.app import RorApp
from ror_tui.frames.pace import QUESTION
from ror_tui.settings import Settings
from tests import world
from tests.conftest import SOAK
from tests.emulator import Cell, Emulator, PyteScreen, PyteStream
from tests.tui.conftest import ENDPOINT, settled, sign_in

if TYPE_CHECKING:
    from ror_tui.frames.driver import FrugalDriver

SIZES = [(80, 24), (100, 30), (40, 10), (132, 43)]
SCREENS = ["f5", "f6", "f7", "f8", "f1", "ctrl+f", "ctrl+p", "a", "enter", "space"]
MOVES = [*["down", "up", "pagedown", "pageup", "home", "end", "right", "left"] * 2, "tab", "h", "o", "p", "backspace"]
HOSTILE = ["[/", "日本語 e\u0301", "👩\u200d🚀 ❤\ufe0f", "\u202eabc", "n° 1 — « é »", "x" * 300]
WIDE = 0x2E80
"""From here on, characters are wide, or are not in every terminal's tables."""
STYLES = str(Path(ror_tui.__file__).parent / "screens" / "base.tcss")
STEPS = max(10, SOAK * 5)
"""Screens that are opened in a tour."""
WHO = [("referent.hopital", "xterm-256color"), ("sesan", "screen")]
MORE = [("sesan", "linux"), ("referent.hopital", "vt100"), ("sesan", "xterm-kitty"), ("referent.hopital", "tmux")]


class Link:
    """In the place of the driver: a line that is busy at times, and answers."""

    def __init__(self, app: Watched, chance: Random) -> None:
        self._app, self._chance = app, chance
        self._asked = 0

    @property
    def is_blocked(self) -> bool:
        """Whether it is busy."""
        return not self._app.calm and self._chance.random() < 0.3

    def write_frame(self, text: str) -> None:
        """Show a frame."""
        self._app.ours.feed(text)
        self._app.pyte.feed(text)
        self._app.written += 1
        if self._app.whole:
            self._app.same()
        if text.endswith(QUESTION):
            self._asked += 1
            self._app.call_later(self._app.terminal_answered, float(self._asked))


class Pyte:
    """The terminal of pyte, of which nobody knows what it shows at first."""

    def __init__(self, columns: int, lines: int) -> None:
        self.screen = PyteScreen(columns, lines)
        self._stream = PyteStream(self.screen)
        self.feed("\x1b[?7l" + "".join(f"\x1b[{y + 1}H" + "x" * columns for y in range(lines)))

    def feed(self, text: str) -> None:
        """Show a frame."""
        self._stream.feed(text.encode())

    def line(self, y: int) -> list[tuple[str, str, str]]:
        """Give the characters of a line, the colour of each that is not blank, and the colour below it."""
        cells = [self.screen.buffer[y][x] for x in range(self.screen.columns)]
        cells = [one._replace(bg=one.bg.replace("bfight", "bright")) for one in cells]  # so pyte writes one of them
        turned = [(one.data, one.bg, one.fg) if one.reverse else (one.data, one.fg, one.bg) for one in cells]
        return [(data, "" if data == " " else above, below) for data, above, below in turned]


def _simply(row: list[Cell]) -> list[tuple[str, str, str]] | None:
    """Give the same of a line of ours, None when terminals do not agree on the width of what it holds."""
    if any(len(cell.text) != 1 or ord(cell.text) >= WIDE or cell.link for cell in row):
        return None
    colours = [(_named(cell.color), _named(cell.background)) for cell in row]
    turned = [
        (under, over) if 7 in cell.attributes else (over, under)
        for cell, (over, under) in zip(row, colours, strict=True)
    ]
    return [
        (cell.text, "" if cell.text == " " else above, below) for cell, (above, below) in zip(row, turned, strict=True)
    ]


def _named(color: str) -> str:
    """Give a colour as pyte says it."""
    kind, *parts = [int(part) for part in color.split(";") if part] or [39]
    if parts:
        return str(graphics.FG_BG_256[parts[0]]) if kind == 5 else "".join(f"{part:02x}" for part in parts)
    return (graphics.FG | graphics.BG | graphics.FG_AIXTERM | graphics.BG_AIXTERM)[kind].replace("bfight", "bright")


class Watched(RorApp):
    """The application, and two terminals: one that it writes to, and one that Textual would have written to."""

    CSS_PATH = STYLES

    def __init__(self, chance: Random) -> None:
        super().__init__(Settings(), ENDPOINT)
        self.console._color_system = ColorSystem.EIGHT_BIT  # rich keeps the codes of a style as first written
        self.chance = chance
        self.link = Link(self, chance)
        self.calm = False
        self.written = self.frames = 0
        self.fills = self._terminal is None or self._terminal.fills
        self.ours, self.stock, self.pyte = Emulator(80, 24, fills=self.fills), Emulator(80, 24), Pyte(80, 24)
        self.whole = False
        """Whether Textual drew all of the screen once."""

    @property
    def _frugal_driver(self) -> FrugalDriver | None:
        return cast("FrugalDriver", self.link) if self._running else None

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        update: object = renderable
        if isinstance(update, LayoutUpdate) and (self.stock.columns, self.stock.lines) != update.region.size:
            with _torn(self.chance) as junk:
                self.ours, self.stock = junk(*update.region.size), junk(*update.region.size)
            self.ours.fills = self.fills
            self.pyte = Pyte(*update.region.size)
        super()._display(screen, renderable)
        if isinstance(update, CompositorUpdate) and not self._batch_count and self._running:
            self.stock.feed(update.render_segments(self.console))
            self.whole = self.whole or isinstance(update, LayoutUpdate)
            self.frames += 1

    def same(self) -> None:
        """Compare the two terminals."""
        assert self.ours.shown() == self.stock.shown(), f"{self.ours.text()}\n---\n{self.stock.text()}"
        for y, row in enumerate(self.stock.shown()):
            if (line := _simply(row)) is not None:
                assert self.pyte.line(y) == line


@contextmanager
def _torn(chance: Random) -> Iterator[Any]:
    """Give terminals that just changed their size: nobody knows what is on them."""

    def made(columns: int, lines: int) -> Emulator:
        emulator = Emulator(columns, lines)
        emulator.rows = [[Cell(chance.choice("xyz")) for _ in range(columns)] for _ in range(lines)]
        return emulator

    yield made


@pytest.mark.soak
@pytest.mark.parametrize(("who", "term"), WHO + (MORE if SOAK else []))
async def test_the_terminal_shows_what_textual_shows_all_along_a_tour(
    region: world.World, who: str, term: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", term)
    chance = Random(who + term)
    app = Watched(chance)
    app.client = RorClient(ENDPOINT, transport=region.http._transport)
    async with app.run_test(size=SIZES[0], notifications=True) as pilot:
        await sign_in(app, pilot, who)
        for step in range(STEPS):
            await pilot.press(SCREENS[step % len(SCREENS)] if step < len(SCREENS) else chance.choice(SCREENS))
            await pilot.press(*chance.choices(MOVES, k=4))
            if chance.random() < 0.3:
                await pilot.resize_terminal(*chance.choice(SIZES))
            for text in chance.sample(HOSTILE, k=chance.choice([0, 0, 1, 3])):
                app.say(text)
            await pilot.press("escape")
            await settled(app, pilot)
        app.calm = True
        app.terminal_answered(0.0)
        app._write()
        app.same()
        assert app.frames > STEPS
        assert app.written > app.frames / 8
