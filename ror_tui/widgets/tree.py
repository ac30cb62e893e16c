"""A virtual tree: of a million rows, those on the screen are drawn, and children are asked for when they are wanted.

    class Places(App):
        def compose(self):
            yield VirtualTree()

        def on_mount(self):
            self.query_one(VirtualTree).set_roots([TreeRow("75", "Paris", children=2)])

        @on(VirtualTree.ChildrenWanted)
        def load(self, event):
            event.tree.set_children(event.key, [TreeRow("h", "Hôpital"), TreeRow("e", "EHPAD", "75013")])

Rows are named by key. What is open, what is ticked and where the cursor is are kept by key when rows are given again;
the line under the cursor does not move on the screen when others come or go above it. The texts may be anything:
nothing in them is markup, and control characters are drawn as blanks. A level is one byte: 254 levels are shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from textual.message import Message

from ror_tui.widgets import tree_messages as messages
from ror_tui.widgets import tree_paint as paint
from ror_tui.widgets.tree_content import TreeContent
from ror_tui.widgets.tree_keys import TreeKeys
from ror_tui.widgets.tree_line import TreeRow
from ror_tui.widgets.tree_model import Ask
from ror_tui.widgets.tree_store import EXPANDED, LOADED, TOP

__all__ = ["TreeRow", "VirtualTree"]


class VirtualTree(TreeKeys, TreeContent):
    """A tree of any size: the cost of a key does not depend on how many rows are open."""

    ChildrenWanted: TypeAlias = messages.ChildrenWanted
    BranchWanted: TypeAlias = messages.BranchWanted
    BranchCancelled: TypeAlias = messages.BranchCancelled
    Ticked: TypeAlias = messages.Ticked
    Opened: TypeAlias = messages.Opened
    Moved: TypeAlias = messages.Moved

    _told: str | None = None
    """Key of the row where the cursor was said to be."""

    # --- Reading ---

    def row(self, key: str) -> TreeRow:
        """Give a loaded row.

        Args:
            key: Its key.

        Raises:
            KeyError: When no such row is loaded.
        """
        return self._model.row(self._model.loaded(key))

    def holds(self, key: str) -> bool:
        """Tell whether a row is loaded.

        Args:
            key: Its key.
        """
        return bool(self._model.slot(key))

    def parent_key(self, key: str) -> str | None:
        """Give the key of a loaded row's parent, None for a root."""
        return self._model.key(self._model.store.parent[self._model.loaded(key)])

    def children_keys(self, key: str | None) -> list[str] | None:
        """Give the keys of the loaded children of a row, in order.

        Args:
            key: The row, None for the roots.

        Returns:
            None when the row is not there, or when its children were never loaded.
        """
        slot, store = self._model.slot(key), self._model.store
        if slot is None or not store.flags[slot] & LOADED:
            return None
        return [store.pages.key(child) for child in store.children(slot)]

    def opened_keys(self) -> frozenset[str]:
        """Give the keys of the rows that are open."""
        return frozenset(self.walk_opened())

    def walk_opened(self) -> Iterator[str]:
        """Walk through the keys of the rows that are open, without reading them all."""
        return (self._model.store.pages.key(slot) for slot in self._model.store.expanded())

    @property
    def ticked(self) -> frozenset[str]:
        """Keys of the rows that are ticked."""
        return frozenset(self._ticked)

    @property
    def cursor_is_cut(self) -> bool:
        """Whether the line under the cursor says less than its row, for want of room."""
        line = self._model.line
        return line > 0 and paint.is_cut(self._model.row(line), self._parts(self._model.at))

    # --- Changing what is open, ticked, under the cursor ---

    def tick(self, keys: Iterable[str]) -> None:
        """Tick these rows and no other.

        Args:
            keys: The rows, loaded or not.
        """
        with self._changing():
            self._ticked = set(keys)

    def reveal(self, key: str) -> None:
        """Put the cursor on a row, opening what hides it; one that is not loaded yet is waited for.

        Args:
            key: The row.
        """
        with self._changing():
            self._model.reveal(key)
            self._measure()
            self._show_cursor(context=self.size.height // 3)

    def expand(self, key: str) -> None:  # type: ignore[override]  # a flag of Widget that a tree has no use for
        """Open a row, asking for its children when they are not loaded."""
        with self._changing():
            self._model.expand(self._model.loaded(key))

    def collapse(self, key: str) -> None:
        """Close a row; the cursor goes to it when it was below."""
        with self._changing():
            self._model.collapse(self._model.loaded(key))

    def toggle(self, key: str) -> None:
        """Open a closed row, close an open one."""
        opened = self._model.store.flags[self._model.loaded(key)] & EXPANDED
        (self.collapse if opened else self.expand)(key)

    def expand_all(self, key: str | None = None) -> None:
        """Open all that is below a row; what is not loaded yet is asked for with `BranchWanted`.

        Args:
            key: The row, None for the whole tree.
        """
        with self._changing():
            self._model.expand_all(TOP if key is None else self._model.loaded(key))

    def collapse_all(self) -> None:
        """Close every row; the cursor goes to the root that held it."""
        with self._changing():
            self._model.collapse_all()

    def cancel_branch(self, key: str | None) -> None:
        """Want no more of what `BranchWanted` asked for; what came stays.

        Args:
            key: The row that it named.
        """
        with self._changing():
            self._model.cancel(key)

    # --- Telling the screen ---

    def _tell(self) -> None:
        """Post what is asked for, and where the cursor is."""
        for ask in self._model.asks:
            self.post_message(self._message(ask))
        self._model.asks.clear()
        key = self.cursor_key
        if key is not None and key != self._told:
            self._told = key
            self.post_message(self.Moved(self, key))

    def _message(self, ask: Ask) -> Message:
        if ask.what == "branch":
            return self.BranchWanted(self, ask.key)
        if ask.what == "cancelled":
            return self.BranchCancelled(self, ask.key)
        return self.ChildrenWanted(self, ask.key, ask.cursor, before=ask.what == "before", around=ask.around)

    def action_cocher(self) -> None:
        """Tick or untick the row, and go to the next line."""
        if (key := self.cursor_key) is not None:
            self.tick(self._ticked ^ {key})
            self.post_message(self.Ticked(self))
            self._go_to(self._model.at + 1)

    def action_ouvrir(self) -> None:
        """Open what the cursor is on; on an error or on « … suite », ask again."""
        line = self._model.line
        if line > 0:
            self.post_message(self.Opened(self, self._model.store.pages.key(line)))
        elif line < 0:
            with self._changing():
                self._model.ask_again(line)
