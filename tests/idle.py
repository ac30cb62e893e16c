"""When the application under test has done what a key asked: nothing is left to do at once, twice in a row."""

from __future__ import annotations

import asyncio
from typing import Any

from textual import app, pilot

MOMENT = 0.01
"""Seconds between two looks: two of them are longer than a frame, which widgets wait for before they are drawn."""
LOOKS = 2
MOST = 0.25
"""Seconds after which a loop that always has something to do counts as idle: a test that needs more waits for it."""


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


def install() -> None:
    """Let every pilot wait so."""
    for module in (app, pilot):
        vars(module)["wait_for_idle"] = wait_for_idle
