"""A tree without its screen: what is open, where the cursor is, what must be asked for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal, NamedTuple

from ror_tui.widgets.tree_flat import Lines, head, is_head, lines_below, owner, tail
from ror_tui.widgets.tree_line import TreeRow
from ror_tui.widgets.tree_store import EXPANDED, LOADED, NOTHING_PENDING, TOP, WHOLE, Store


class Ask(NamedTuple):
    """Something the tree wants: children (all of them, a page, the page before), a branch, or a branch no more."""

    what: Literal["all", "page", "before", "branch", "cancelled"]
    key: str | None
    cursor: str | None = None
    around: str | None = None
    """Key of the child after which the page begins, when there is no cursor for it."""


class Branch:
    """A branch that is being loaded: how much of it came, and the rows from its root to the last one that came."""

    def __init__(self) -> None:
        self.count = 0
        self.spine: list[tuple[str | None, int]] = []


class TreeModel:
    """The rows, the lines that are shown, and the cursor on one of them."""

    def __init__(self) -> None:
        self.store = Store()
        self.lines = Lines()
        self.at = 0
        self.wanted: str | None = None
        """Key of the row that the cursor goes to as soon as it is loaded."""
        self.asks: list[Ask] = []
        self.branches: dict[str | None, Branch] = {}
        """The branches that are wanted; the first is being loaded, the others wait for their turn."""
        self._lost = False
        self._keeping = False

    # --- Reading ---

    def slot(self, key: str | None) -> int | None:
        """Give the number of a row, 0 for the top, None when it is not loaded."""
        return TOP if key is None else self.store.find(key) or None

    def loaded(self, key: str) -> int:
        """Give the number of a row that must be loaded.

        Raises:
            KeyError: When it is not.
        """
        slot = self.store.find(key)
        if not slot:
            raise KeyError(key)
        return slot

    def key(self, slot: int) -> str | None:
        """Give the key of a row, None for the top."""
        return None if slot == TOP else self.store.pages.key(slot)

    @property
    def line(self) -> int:
        """The line under the cursor: the number of a row, a negative one for any other line, 0 when there is none."""
        return self.lines.rows[self.at] if self.lines else 0

    @property
    def cursor_key(self) -> str | None:
        """Key of the row under the cursor, None on a line that is not a row."""
        return self.store.pages.key(self.line) if self.line > 0 else None

    def text(self, line: int) -> str:
        """Give what a line that is not a row says."""
        slot = owner(line)
        pending = self.store.pending.get(slot, NOTHING_PENDING)
        if is_head(line):
            return "chargement…" if pending.asked == "before" else "… avant"
        state = self.store.state(slot)
        if state == "error":
            return f"⚠ {pending.error} Entrée pour réessayer"
        left = "… suite" if pending.more else "… suite non lue. Entrée pour la lire"
        return "chargement…" if state == "wait" else left

    # --- Lines ---

    def place(self, slot: int, near: int = -1) -> int:
        """Give the line of a row, -1 for the top and for what is hidden."""
        return -1 if slot == TOP or self.store.hidden(slot) else self.lines.place(slot, near)

    @contextmanager
    def keeping_cursor(self) -> Iterator[None]:
        """Change the rows; then the cursor is where it was, by key, or as near as there is."""
        if self._keeping:
            yield
            return
        key, self._lost, self._keeping = self.cursor_key, False, True
        try:
            yield
        finally:
            self._keeping = False
        if self._lost and key is not None:
            self._follow(key)
        elif self.wanted is not None and self.store.find(self.wanted):
            self._follow(self.wanted)
        self.at = max(0, min(self.at, len(self.lines) - 1))

    def splice(self, slot: int) -> None:
        """Write again the lines below a row."""
        place = self.place(slot, self.at)
        if place < 0 and slot != TOP:
            return
        level = self.lines.levels[place] if slot else -1
        self.put(place + 1, self.lines.end(place), lines_below(self.store, slot, level))

    def put(self, start: int, end: int, lines: Lines) -> None:
        """Put lines in place of those from `start` to before `end`; the cursor stays on the line it was on."""
        first = not self.lines
        self.lines.replace(start, end, lines)
        if first:
            self.at = 0
        elif self.at >= end:
            self.at += len(lines) - (end - start)
        elif self.at >= start:
            self.at = max(0, min(self.at, start + len(lines) - 1))
            self._lost = True

    def put_head(self, slot: int, fresh: Lines) -> None:
        """Write again the line before the children of a row, with the children that come first.

        Args:
            slot: The row.
            fresh: Lines to add before its children.
        """
        place = self.place(slot, self.at)
        if not self.store.flags[slot] & EXPANDED or (place < 0 and slot != TOP):
            return
        start, lines = place + 1, Lines()
        if self.store.pending.get(slot, NOTHING_PENDING).before is not None:
            lines.append(head(slot), self.lines.levels[place] + 1 if slot else 0)
        lines.replace(len(lines), len(lines), fresh)
        had_head = start < len(self.lines) and self.lines.rows[start] == head(slot)
        from_above = had_head and self.at == start
        self.put(start, start + had_head, lines)
        if from_above and lines:
            self.at = start + len(lines) - 1  # it was going up: the next row is the last of those that came

    def put_tail(self, slot: int, fresh: Lines | None = None) -> None:
        """Write again the line after the children of a row, with the children that come last.

        Args:
            slot: The row.
            fresh: Lines to add after its children.
        """
        place = self.place(slot, self.at)
        if not self.store.flags[slot] & EXPANDED or (place < 0 and slot != TOP):
            return
        end = self.lines.end(place)
        start = end - 1 if end and self.lines.rows[end - 1] == tail(slot) else end
        lines = fresh or Lines()
        if self.store.state(slot) is not None:
            lines.append(tail(slot), self.lines.levels[place] + 1 if slot else 0)
        self.put(start, end, lines)

    def _follow(self, key: str) -> None:
        """Put the cursor on a row, else on the nearest row above it that is shown; one that is not loaded is wanted."""
        slot = self.store.find(key)
        self.wanted = None if slot else key
        while slot != TOP:
            place = self.place(slot, self.at)
            if place >= 0:
                self.at = place
                return
            slot = self.store.parent[slot]

    # --- Opening ---

    def ask(self, slot: int, what: Literal["all", "page", "before"]) -> None:
        """Want children of a row."""
        pending = self.store.note(slot)
        pending.asked, pending.error = what, None
        cursor = {"all": None, "page": pending.more or None, "before": pending.before}[what]
        after = self.store.last[slot] if what == "page" and cursor is None else TOP
        self.asks.append(Ask(what, self.key(slot), cursor, self.key(after)))

    def ask_again(self, line: int) -> None:
        """Want what a line that is not a row stands for: what failed, or what is left."""
        slot = owner(line)
        if is_head(line):
            self.ask(slot, "before")
        elif self.store.state(slot) != "wait":
            paged = self.store.flags[slot] & LOADED and self.store.note(slot).more is not None
            self.ask(slot, "page" if paged else "all")
        with self.keeping_cursor():
            self.put_tail(slot)

    def ask_in_sight(self, start: int, end: int) -> bool:
        """Want the pages whose lines are between two places, and tell whether there was one."""
        asked = len(self.asks)
        for line in self.lines.rows[start:end]:
            pending = self.store.pending[owner(line)] if line < 0 else NOTHING_PENDING
            left = pending.before if is_head(line) else pending.more
            if left and pending.asked == "no" and pending.error is None:
                self.ask_again(line)
        return len(self.asks) > asked

    def expand(self, slot: int) -> None:
        """Open a row, asking for its children when they are not loaded."""
        if self.store.flags[slot] & EXPANDED or not self.store.openable(slot):
            return
        self.store.flags[slot] |= EXPANDED
        if not self.store.flags[slot] & LOADED:
            self.ask(slot, "all")
        with self.keeping_cursor():
            self.splice(slot)

    def collapse(self, slot: int) -> None:
        """Close a row; the cursor goes to it when it was below."""
        if slot != TOP and self.store.flags[slot] & EXPANDED:
            self.cancel(self.key(slot))
            with self.keeping_cursor():
                self.store.flags[slot] &= ~EXPANDED
                self.splice(slot)

    def collapse_all(self) -> None:
        """Close every row; the cursor goes to the root that held it."""
        slot = owner(self.line) if self.line < 0 else self.line
        while slot != TOP and self.store.parent[slot] != TOP:
            slot = self.store.parent[slot]
        self.cancel_all()
        self.store.close_all()
        with self.keeping_cursor():
            self.splice(TOP)
        self.at = max(self.place(slot, self.at), 0)

    def reveal(self, key: str) -> None:
        """Put the cursor on a row, opening what hides it; one that is not loaded yet is waited for."""
        slot = self.store.find(key)
        closed, above = TOP, self.store.parent[slot]
        while above != TOP:
            if not self.store.flags[above] & EXPANDED:
                self.store.flags[above] |= EXPANDED
                closed = above
            above = self.store.parent[above]
        if closed != TOP:
            self.splice(closed)
        self._follow(key)

    def expand_all(self, slot: int) -> None:
        """Open all that is below a row; when a part of it is not loaded, the whole branch is asked for."""
        store, whole = self.store, True
        for each in (slot, *store.below(slot)):
            if store.last[each] != TOP:
                store.flags[each] |= EXPANDED
                pending = store.pending.get(each, NOTHING_PENDING)
                whole = whole and pending.more is None and pending.before is None
            elif store.openable(each):
                whole = False
        if not whole:
            self.want_branch(slot)
        with self.keeping_cursor():
            self.splice(slot)

    def want_branch(self, slot: int) -> None:
        """Ask for all that is below a row, once the branches asked for before are there."""
        key = self.key(slot)
        self.store.note(slot).error = None
        self.store.settle(slot)
        if key not in self.branches:
            self.branches[key] = Branch()
            if len(self.branches) == 1:
                self.asks.append(Ask("branch", key))

    def cancel(self, key: str | None) -> None:
        """Want a branch no more; of what came, what may not be whole can be asked for again.

        Args:
            key: Its root.
        """
        branch = self.branches.get(key)
        if branch is None:
            return
        self.finish(key)
        self.asks.append(Ask("cancelled", key))
        with self.keeping_cursor():
            for _, slot in self.spine(branch):
                if self.store.last[slot] == TOP and slot != TOP:
                    self.store.empty(slot)
                else:
                    self.store.note(slot).more = ""
                    self.put_tail(slot)

    def cancel_within(self, slot: int, *, but: str | None = None) -> None:
        """Want no branch whose root is a row or below it.

        Args:
            slot: The row.
            but: Key of a root that stays wanted.
        """
        for key in reversed(list(self.branches)):
            if key not in (None, but) and self.store.within(self.store.find(key), slot):
                self.cancel(key)

    def spine(self, branch: Branch) -> list[tuple[str | None, int]]:
        """Give the rows from the root of a branch down to the last one that came, up to what went away since."""
        for place, (key, slot) in enumerate(branch.spine):
            if self.slot(key) != slot or (place and self.store.parent[slot] != branch.spine[place - 1][1]):
                del branch.spine[place:]
                break
        return branch.spine

    def cancel_all(self) -> None:
        """Want no branch any more."""
        for key in reversed(list(self.branches)):
            self.cancel(key)

    def finish(self, key: str | None) -> None:
        """Stop loading a branch, and begin the next one."""
        first = next(iter(self.branches)) == key
        del self.branches[key]
        if first and self.branches:
            self.asks.append(Ask("branch", next(iter(self.branches))))

    def row(self, slot: int) -> TreeRow:
        """Give what a row says."""
        return self.store.pages[slot]

    def stale(self, slot: int) -> None:
        """Ask again for what was shown below a row that was read again."""
        if self.store.flags[slot] & WHOLE:
            self.want_branch(slot)
        else:
            self.ask(slot, "all")
