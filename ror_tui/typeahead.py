"""Keys typed ahead: none is lost, none reaches the wrong screen.

Over a slow line several keys arrive in one packet, and Textual gives them all to the widget that has the focus at that
instant. Here each key waits until the one before it has had its effect: dialog opened, screen closed, fiche read.
"""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.app import App, ReturnType
from textual.dom import DOMNode
from textual.message_pump import MessagePump

if TYPE_CHECKING:
    from textual.screen import Screen

LONGEST_WAIT_SECONDS = 20.0
"""A key waits no longer than this for what the one before it asked of the server."""
POLL_SECONDS = 0.01


class TypeAheadApp(App[ReturnType]):
    """An application that handles one key at a time."""

    AT_ONCE: ClassVar[frozenset[str]] = frozenset({"escape", "ctrl+q", "ctrl+c", "f10"})
    """Keys that give up what is waited for: they pass at once, and what was typed ahead is forgotten."""
    KEYS_WAIT: ClassVar[frozenset[str]] = frozenset()
    """Groups of the application's workers that keep the next key waiting."""

    def __init__(self, *, ansi_color: bool | None = None) -> None:
        super().__init__(ansi_color=ansi_color)
        self._typed: deque[events.Key] = deque()
        self._typing: asyncio.Task[None] | None = None

    @property
    def keys_are_waiting(self) -> bool:
        """Tell whether a key has not had its whole effect yet."""
        return self._typing is not None and not self._typing.done()

    async def on_event(self, event: events.Event) -> None:
        """Queue the keys behind the one that is being handled; anything else passes."""
        if not isinstance(event, events.Key) or event.is_forwarded:
            await super().on_event(event)
        elif not self.keys_are_waiting or (event.key in self.AT_ONCE and self._busy()):
            self._typed.clear()
            await super().on_event(event)
            if not self.keys_are_waiting:
                self._typing = asyncio.create_task(self._deliver())
        else:
            if event.key in self.AT_ONCE:
                self._typed.clear()
            self._typed.append(event)

    async def _deliver(self) -> None:
        while True:
            await self._effect()
            if not self._typed or not self.is_running:
                return
            await super().on_event(self._typed.popleft())

    async def _effect(self) -> None:
        """Wait until the last key has gone through every widget, and the screen it led to takes keys."""
        deadline = monotonic() + LONGEST_WAIT_SECONDS
        shown: Screen[Any] | None = None
        while self.is_running and monotonic() < deadline:
            await self._handled_by(self.focused or self.screen)
            if self.screen is shown and not self._busy():
                return
            if self.screen is shown:
                await asyncio.sleep(POLL_SECONDS)
            shown = self.screen

    async def _handled_by(self, target: DOMNode) -> None:
        for pump in (*target.ancestors_with_self, self):
            await _emptied(pump)

    def _busy(self) -> bool:
        here: frozenset[str] = getattr(self.screen, "KEYS_WAIT", frozenset())
        waits: dict[DOMNode, frozenset[str]] = {self.screen: here}
        if not self.screen.is_modal:
            waits[self] = self.KEYS_WAIT
        return any(not one.is_finished and one.group in waits.get(one.node, frozenset()) for one in self.workers)


async def _emptied(pump: MessagePump) -> None:
    """Wait until a widget has handled all that it was sent up to now."""
    done = asyncio.Event()
    if pump.is_running and pump.call_later(done.set):
        with suppress(TimeoutError):
            await asyncio.wait_for(done.wait(), LONGEST_WAIT_SECONDS)
