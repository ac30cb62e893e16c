"""A tree with a filter typed in place: the tree keeps the focus, so that nothing is drawn twice."""

from __future__ import annotations

from dataclasses import dataclass

from textual.events import Key, Paste
from textual.message import Message

from ror_tui.widgets.tree import VirtualTree

LONGEST = 200


class FilteredTree(VirtualTree):
    """A tree that takes the letters of a filter while it is asked to; arrows still move the cursor."""

    @dataclass
    class Typed(Message):
        """The text of the filter changed."""

        tree: FilteredTree
        text: str

        @property
        def control(self) -> FilteredTree:
            """The tree."""
            return self.tree

    @dataclass
    class TypingEnded(Message):
        """Enter keeps the filter, Escape clears it."""

        tree: FilteredTree
        kept: bool

        @property
        def control(self) -> FilteredTree:
            """The tree."""
            return self.tree

    typing: str | None = None
    """What is typed, None when keys have their usual effect."""

    def start_typing(self, text: str) -> None:
        """Take the keys that follow as the text of the filter.

        Args:
            text: Where it starts from.
        """
        self._become(text)

    def _become(self, text: str) -> None:
        self.typing = text[:LONGEST]
        self.post_message(self.Typed(self, self.typing))

    def _end(self, *, kept: bool) -> None:
        self.typing = None
        self.post_message(self.TypingEnded(self, kept))

    def on_key(self, event: Key) -> None:
        """Take the letters; what is no letter keeps its effect."""
        if self.typing is None:
            return
        if event.key in {"enter", "escape"}:
            self._end(kept=event.key == "enter")
        elif event.key == "backspace":
            self._become(self.typing[:-1])
        elif event.key == "ctrl+u":
            self._become("")
        elif event.is_printable and event.character:
            self._become(self.typing + event.character)
        else:
            return
        event.stop()
        event.prevent_default()

    def on_paste(self, event: Paste) -> None:
        """Take the first line of what is pasted."""
        if self.typing is not None:
            event.stop()
            self._become(self.typing + next(iter(event.text.splitlines()), ""))
