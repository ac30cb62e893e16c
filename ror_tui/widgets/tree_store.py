"""The rows of a tree and how they hang together, in arrays of numbers: some twenty bytes for a row beside its texts."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from ror_tui.widgets.tree_index import KeyIndex
from ror_tui.widgets.tree_line import TreeRow
from ror_tui.widgets.tree_pages import Pages

TOP = 0
"""Number of the row above the roots, which is never drawn; as a child it stands for « none »."""
EXPANDED, LOADED, HAS_CHILDREN, WHOLE = 1, 2, 4, 8
"""Flags of a row: open; its children were given; it says that it has some; all that is below was given at once."""

_CLOSED = bytes(flags & ~EXPANDED for flags in range(256))


@dataclass(slots=True)
class Pending:
    """What is left to say of the children of a row; most rows have nothing of it."""

    more: str | None = None
    """Cursor of the page after; empty when the children must be asked for again from the first."""
    before: str | None = None
    error: str | None = None
    asked: Literal["no", "all", "page", "before"] = "no"
    keep: int = 0
    """How many children there were when they were asked for again."""


NOTHING_PENDING = Pending()


class Store:
    """Rows by number: 0 is above the roots, the others come as they are added."""

    def __init__(self) -> None:
        self.pages = Pages()
        self.index = KeyIndex(self.pages.key)
        self.parent = array("i", [TOP])
        self.next = array("i", [TOP])  # brothers in a ring: the last one is followed by the first
        self.last = array("i", [TOP])
        self.flags = bytearray([EXPANDED])
        self.pending: dict[int, Pending] = {}
        self._free = array("i")

    # --- Reading ---

    def find(self, key: str) -> int:
        """Give the number of the row that has a key, 0 when it is not loaded."""
        return self.index.find(key)

    def children(self, slot: int) -> Iterator[int]:
        """Walk through the children of a row, in order."""
        last = child = self.last[slot]
        while child != TOP:
            child = self.next[child]
            yield child
            if child == last:
                return

    def below(self, slot: int) -> Iterator[int]:
        """Walk through all that is loaded below a row, in no order that matters."""
        waiting = [slot]
        while waiting:
            for child in self.children(waiting.pop()):
                yield child
                if self.last[child] != TOP:
                    waiting.append(child)

    def openable(self, slot: int) -> bool:
        """Tell whether there is something below a row, loaded or not."""
        return self.last[slot] != TOP if self.flags[slot] & LOADED else bool(self.flags[slot] & HAS_CHILDREN)

    def level(self, slot: int) -> int:
        """Give the depth of a row: 0 for a root, -1 for the top."""
        level = -1
        while slot != TOP:
            slot, level = self.parent[slot], level + 1
        return level

    def hidden(self, slot: int) -> bool:
        """Tell whether something above a row is closed."""
        while slot != TOP:
            slot = self.parent[slot]
            if not self.flags[slot] & EXPANDED:
                return True
        return False

    def within(self, slot: int, above: int) -> bool:
        """Tell whether a row is another one, or below it."""
        while slot not in (above, TOP):
            slot = self.parent[slot]
        return slot == above

    def whole(self, slot: int) -> bool:
        """Tell whether a row came with its whole branch, or with that of a row above."""
        while not self.flags[slot] & WHOLE and slot != TOP:
            slot = self.parent[slot]
        return bool(self.flags[slot] & WHOLE)

    def state(self, slot: int) -> Literal["error", "wait", "more"] | None:
        """Give what the line after the children says: what failed, what is awaited, what is left to ask."""
        pending = self.pending.get(slot)
        if pending is None:
            return None
        if pending.error is not None:
            return "error"
        if pending.asked == "page" or (pending.asked == "all" and not self.flags[slot] & LOADED):
            return "wait"
        return "more" if pending.more is not None else None

    def expanded(self) -> Iterator[int]:
        """Walk through the rows that are open."""
        for slot in self.below(TOP):
            if self.flags[slot] & EXPANDED:
                yield slot

    # --- Writing ---

    def note(self, slot: int) -> Pending:
        """Give what is pending of a row, to change it."""
        return self.pending.setdefault(slot, Pending())

    def settle(self, slot: int) -> None:
        """Keep nothing pending of a row when nothing is."""
        if self.pending.get(slot) == NOTHING_PENDING:
            del self.pending[slot]

    def write(self, slot: int, row: TreeRow) -> None:
        """Say something else on a row.

        Args:
            slot: Its number.
            row: What it says from now on, under the same key.
        """
        self.pages[slot] = row
        self.flags[slot] = self.flags[slot] & ~HAS_CHILDREN | (HAS_CHILDREN if row.children > 0 else 0)

    def new(self, row: TreeRow, parent: int) -> int:
        """Make a row; it is among its brothers once it is linked.

        Args:
            row: What it says; no row has its key yet.
            parent: The row above.
        """
        if self._free:
            slot = self._free.pop()
        else:
            slot = len(self.flags)
            self.parent.append(TOP)
            self.next.append(TOP)
            self.last.append(TOP)
            self.flags.append(0)
        self.parent[slot] = parent
        self.write(slot, row)
        self.index.add(row.key, slot)
        return slot

    def link(self, slot: int, after: int) -> None:
        """Put a row among its brothers.

        Args:
            slot: The row.
            after: The brother that it follows, 0 to be the first.
        """
        parent = self.parent[slot]
        last = self.last[parent]
        if last == TOP:
            self.next[slot] = self.last[parent] = slot
            return
        place = after or last
        self.next[slot], self.next[place] = self.next[place], slot
        if after == last:
            self.last[parent] = slot

    def unlink(self, slot: int) -> None:
        """Take a row out of its brothers."""
        parent = self.parent[slot]
        previous = self.previous(slot) or self.last[parent]
        self.next[previous] = self.next[slot]
        if self.last[parent] == slot:
            self.last[parent] = TOP if previous == slot else previous

    def previous(self, slot: int) -> int:
        """Give the brother before a row, 0 for the first one."""
        before = TOP
        for child in self.children(self.parent[slot]):
            if child == slot:
                return before
            before = child
        return TOP

    def order(self, parent: int, children: Sequence[int]) -> None:
        """Give a row these children, in this order.

        Args:
            parent: The row.
            children: All its children.
        """
        self.last[parent] = children[-1] if children else TOP
        for child, follower in zip(children, [*children[1:], *children[:1]], strict=True):
            self.next[child] = follower

    def forget(self, slots: Iterable[int]) -> None:
        """Let go of rows that are linked nowhere, with all that is below them."""
        for slot in slots:
            for each in (*self.below(slot), slot):
                self.index.remove(each)
                self.last[each] = TOP
                self.flags[each] = 0
                self.pending.pop(each, None)
                self._free.append(each)

    def empty(self, slot: int) -> None:
        """Let go of all that is below a row, which is closed and not loaded from now on."""
        children = list(self.children(slot))
        self.last[slot] = TOP
        self.forget(children)
        self.flags[slot] &= ~(LOADED | EXPANDED | WHOLE)
        self.pending.pop(slot, None)

    def close_all(self) -> None:
        """Close every row."""
        self.flags = bytearray(self.flags.translate(_CLOSED))
        self.flags[TOP] |= EXPANDED
