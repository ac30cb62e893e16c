"""When the application under test has done what a key asked: nothing is left to do at once, nor to draw."""

from __future__ import annotations

import asyncio
from typing import Any

from textual import app, pilot
from textual.message_pump import MessagePump
from textual.screen import Screen

MOMENT = 0.01
"""Seconds between two looks: two of them are longer than a frame, which widgets wait for before they are drawn."""
LOOKS = 2
MOST = 0.25
"""Seconds after which a loop that always has something to do counts as idle: a test that needs more waits for it."""
ROUNDS = 50
"""Drawings after which an application that always draws again counts as drawn."""


async def wait_for_idle(min_sleep: float = 0.0, max_sleep: float = MOST) -> None:
    """Wait until the event loop has nothing to do.

    Textual's own looks at the processor time of the whole process, for 20 ms at least, and waits a second when it is
    never low: a server that runs beside the application, with its threads and its timers, always spends some.

    Args:
        min_sleep: Seconds to wait at least.
        max_sleep: Seconds to wait at most.
    """
    loop: Any = asyncio.get_running_loop()
    started = loop.time()
    looks = 0
    while (looks < LOOKS or loop.time() - started < min_sleep) and loop.time() - started < min(max_sleep, MOST):
        await asyncio.sleep(MOMENT)
        await asyncio.sleep(0)
        looks = 0 if loop._ready else looks + 1


_pause = pilot.Pilot.pause


async def pause(self: pilot.Pilot[Any], delay: float | None = None) -> None:
    """Pause as Textual does, then go on until every message was taken and all is laid out and drawn.

    On a slow machine, the time that Textual gives to a frame ends before the frame.

    Args:
        self: The pilot.
        delay: Seconds to wait, or None to wait until there is nothing to do.
    """
    await _pause(self, delay)
    for _ in range(ROUNDS):
        if _is_drawn(self.app):
            return
        await self._wait_for_screen()
        self.app.screen._on_timer_update()


def _is_drawn(running: app.App[Any]) -> bool:
    stack = running._screen_stacks[running._current_mode] if running._running else []
    return not stack or not (_is_dirty(stack[-1]) or any(map(_has_mail, [running, *stack[-1].walk_children()])))


def _is_dirty(screen: Screen[Any]) -> bool:
    waiting = (screen._layout_required, screen._scroll_required, screen._repaint_required, screen._recompose_required)
    return any(waiting) or bool(screen._dirty_widgets or screen._callbacks) or _has_mail(screen)


def _has_mail(pump: MessagePump) -> bool:
    return bool(pump._next_callbacks) or not pump._message_queue.empty()


def install() -> None:
    """Let every pilot wait so."""
    for module in (app, pilot):
        vars(module)["wait_for_idle"] = wait_for_idle
    vars(pilot)["Pilot"].pause = pause
