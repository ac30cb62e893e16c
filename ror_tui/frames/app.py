"""An application that writes only the cells that change, and no faster than the line takes them."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING, Any

from rich.color import ColorSystem
from rich.console import RenderableType
from textual import events
from textual._compositor import ChopsUpdate, CompositorUpdate
from textual.app import App, ReturnType
from textual.driver import Driver
from textual.screen import Screen as TextualScreen

from ror_tui.frames import terminals
from ror_tui.frames.pace import QUESTION, Pace
from ror_tui.frames.rows import NotUnderstoodError
from ror_tui.frames.screen import Screen

if TYPE_CHECKING:
    from ror_tui.frames.driver import FrugalDriver

TOGETHER = 1200
"""A frame of fewer bytes reaches the terminal in one piece: the terminal need not be told to wait for its end."""
TURNS = 12
"""Turns of the event loop that a message takes, at the most, from the widget that a key went to to the screen."""
BEGIN, END = "\x1b[?2026h", "\x1b[?2026l"


class FrugalApp(App[ReturnType]):
    """An application over a slow line."""

    frugal = True
    """The switch: without it, all is as in Textual."""

    def __init__(self, *, ansi_color: bool | None = None) -> None:
        super().__init__(ansi_color=ansi_color)
        self._terminal = terminals.of(os.environ)
        self._cells: Screen | None = None
        self._pace = Pace()
        self._soon = False
        """Whether a frame is about to be written."""
        self._lent = False
        self._begun = False
        """Whether the terminal was given, and its driver has not told its size since."""
        self._again: asyncio.TimerHandle | None = None

    def get_driver_class(self) -> type[Driver]:
        """Give Textual's driver, or ours in the place of the one for a Unix terminal."""
        chosen = super().get_driver_class()
        if chosen.__name__ != "LinuxDriver":
            return chosen
        from ror_tui.frames.driver import FrugalDriver  # noqa: PLC0415 - only where there is a Unix terminal

        return FrugalDriver

    def _display(self, screen: TextualScreen[Any], renderable: RenderableType | None) -> None:
        if self._frugal_driver is None or renderable is None or self._batch_count:
            super()._display(screen, renderable)
            return
        try:
            self._take(screen, renderable)
        except NotUnderstoodError:
            self._in_stock_manner(screen, renderable)
        else:
            self._write_soon()
            self.post_display_hook()

    def _write_soon(self) -> None:
        """Write once the messages that are on their way have arrived: what they change belongs to the same frame."""
        if not self._soon:
            self._soon = True
            asyncio.get_running_loop().call_soon(self._turn, TURNS)

    def _turn(self, left: int) -> None:
        if left:
            asyncio.get_running_loop().call_soon(self._turn, left - 1)
            return
        self._guarded(self._draw_rest)
        self._soon = False
        self._guarded(self._write)

    def _draw_rest(self) -> None:
        """Draw what became dirty since the frame, which Textual would draw in the next sixtieth of a second."""
        if self._frugal_driver and self._screen_stack:
            screen = self.screen
            if screen._dirty_widgets and not screen._layout_required:  # noqa: SLF001 - Textual tells it nowhere else
                screen._on_timer_update()  # noqa: SLF001 - as its own timer would

    @property
    def _frugal_driver(self) -> FrugalDriver | None:
        """The driver, when frames can be written to it: the terminal is known, and the switch is on."""
        from ror_tui.frames.driver import FrugalDriver  # noqa: PLC0415 - only where there is a Unix terminal

        driver = self._driver
        usable = self.frugal and self._terminal and self._running and not self._closed
        return driver if usable and isinstance(driver, FrugalDriver) else None

    def _take(self, screen: TextualScreen[Any], renderable: RenderableType) -> None:
        update: object = (
            renderable  # to mypy, those of Textual cannot be what they are: both classes of rich and its own
        )
        if not isinstance(update, CompositorUpdate):
            raise NotUnderstoodError("a frame that is not made of cells")
        if self._cells is None and self._terminal:
            system = self.console._color_system  # noqa: SLF001 - as Textual's own strips are rendered
            self._cells = Screen(self._terminal, system or ColorSystem.TRUECOLOR)
        if self._cells and not self._cells.wanted and isinstance(update, ChopsUpdate):
            update = screen._compositor.render_full_update()  # noqa: SLF001 - Textual offers no other way to all of it
        if self._cells:
            self._cells.take(update)

    def _in_stock_manner(self, screen: TextualScreen[Any], renderable: RenderableType) -> None:
        """Leave a frame to Textual; over what may not be its last one, it must be a whole one."""
        known = self._cells is not None and self._cells.wanted
        if self._cells:
            self._cells.lose()
        super()._display(screen, renderable)
        if known:
            screen.refresh()

    def _guarded(self, action: Callable[[], None]) -> None:
        try:
            action()
        except Exception as error:  # noqa: BLE001 - it ends the application, as an error in a frame of Textual's does
            self._handle_exception(error)

    def _write(self) -> None:
        """Write what changed since the last frame that was written, now or when the line is free."""
        driver, now = self._frugal_driver, monotonic()
        if driver is None or self._lent or self._cells is None or not self._cells.wanted:
            return
        if not self._pace.free(now) or driver.is_blocked:
            self._try_again(max(self._pace.patience(now), 1 / 30))
            return
        frame = self._cells.painted(self._cursor())
        if not frame:
            return
        if self._sync_available and len(frame) > TOGETHER:
            frame = f"{BEGIN}{frame}{END}"
        if asked := self._pace.asks(len(frame)):
            frame += QUESTION
        self._pace.sent(len(frame.encode()), now, asked=asked)
        driver.write_frame(frame)

    def _cursor(self) -> tuple[int, int] | None:
        """Give where the cursor, which is hidden, is to be: where one types, for input methods; None for anywhere."""
        if getattr(self.focused, "cursor_screen_offset", None) is None:
            return None
        return self.screen.outer_size.clamp_offset(self.cursor_position)

    def _try_again(self, seconds: float) -> None:
        if self._again is None:
            self._again = asyncio.get_running_loop().call_later(seconds, self._tried_again)

    def _tried_again(self) -> None:
        if self._again:
            self._again.cancel()
            self._again = None
            self._guarded(self._write)

    @property
    def round_trip(self) -> float:
        """The shortest time, in seconds, that the terminal took to answer; infinite before it did."""
        return self._pace.fastest

    def terminal_answered(self, now: float) -> None:
        """Write what was held back, if the line is free again.

        Args:
            now: When the answer came.
        """
        self._pace.answered(now)
        self._tried_again()

    def terminal_lent(self, *, lent: bool) -> None:
        """Write nothing while another program has the terminal, and all of it afterwards.

        Args:
            lent: Whether another program has it.
        """
        self._lent = lent
        self._begun = not lent
        self._pace = Pace()
        if self._cells:
            self._cells.forget()
        if not lent:
            self._guarded(self._write)

    def on_resize(self, event: events.Resize) -> None:
        """Write all of the screen: a terminal that changes its size moves what is on it."""
        if not self._cells:
            return
        begun, self._begun = self._begun, False
        if begun and self._cells.size == event.size:
            return  # its driver tells the size of a terminal that was just given
        self._cells.forget()
        if self._cells.size == event.size:
            self._guarded(self._write)
