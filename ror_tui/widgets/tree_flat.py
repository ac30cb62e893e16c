"""The lines that a tree shows, one after the other: numbers of rows and their levels, five bytes for each line."""

from __future__ import annotations

import re
from array import array
from functools import lru_cache

from ror_tui.widgets.tree_store import EXPANDED, TOP, Store

DEEPEST = 254
"""Level below which nothing is shown: a level is one byte."""


def tail(slot: int) -> int:
    """Name the line after the children of a row: what is awaited, what failed, what is left."""
    return -2 * slot - 1


def head(slot: int) -> int:
    """Name the line before the children of a row: there is a page above."""
    return -2 * slot - 2


def owner(line: int) -> int:
    """Give the row whose children a line speaks of, when it is not a row itself."""
    return (-line - 1) // 2


def is_head(line: int) -> bool:
    """Tell whether a line stands before the children."""
    return line < 0 and line % 2 == 0


@lru_cache(maxsize=DEEPEST)
def _up_to(level: int) -> re.Pattern[bytes]:
    return re.compile(b"[\\x00-" + re.escape(bytes([level])) + b"]")


class Lines:
    """Lines with their levels."""

    def __init__(self) -> None:
        self.rows = array("i")
        self.levels = bytearray()

    def __len__(self) -> int:
        return len(self.rows)

    def append(self, line: int, level: int) -> None:
        """Add a line at the end."""
        self.rows.append(line)
        self.levels.append(level)

    def replace(self, start: int, end: int, lines: Lines) -> None:
        """Put lines in place of those from `start` to before `end`."""
        self.rows[start:end] = lines.rows
        self.levels[start:end] = lines.levels

    def place(self, line: int, near: int) -> int:
        """Give where a line stands, -1 when it is not shown.

        Args:
            line: The line.
            near: Where it may well be.
        """
        if 0 <= near < len(self.rows) and self.rows[near] == line:
            return near
        size = self.rows.itemsize
        sought, numbers = array("i", [line]).tobytes(), self.rows.tobytes()
        place = numbers.find(sought)
        while place % size and place > 0:
            place = numbers.find(sought, place + 1)
        return place // size if place >= 0 else -1

    def end(self, place: int) -> int:
        """Give where the lines below a line end: the next one that is not deeper.

        Args:
            place: The line; -1 for the top, whose lines are all.
        """
        found = _up_to(self.levels[place]).search(self.levels, place + 1) if place >= 0 else None
        return found.start() if found else len(self.rows)

    def above(self, place: int) -> int:
        """Give where the parent of a line stands, -1 for a root."""
        level = self.levels[place]
        return self.levels.rfind(level - 1, 0, place) if level else -1

    def brother(self, place: int, step: int) -> int:
        """Give where the next row of the same parent stands, or the previous one; -1 when there is none.

        Args:
            place: The line.
            step: 1 or -1.
        """
        level = self.levels[place]
        found = self.end(place) if step > 0 else self.levels.rfind(level, self.above(place) + 1, place)
        if not 0 <= found < len(self.rows) or self.levels[found] != level or self.rows[found] < 0:
            return -1
        return found


def lines_below(store: Store, slot: int, level: int) -> Lines:
    """Give every line shown below a row.

    Args:
        store: The rows.
        slot: The row; a closed one has no line below.
        level: Its level.
    """
    lines = Lines()
    if not store.flags[slot] & EXPANDED:
        return lines
    rows, levels = lines.rows.append, lines.levels.append
    following, last, parent, flags, pending = store.next, store.last, store.parent, store.flags, store.pending
    opened = [slot]
    depth = min(level + 1, DEEPEST)
    child = _enter(store, slot, depth, lines)
    while True:
        while child:
            rows(child)
            levels(depth)
            if flags[child] & EXPANDED and (last[child] or child in pending) and depth < DEEPEST:
                opened.append(child)
                depth += 1
                child = _enter(store, child, depth, lines)
            else:
                child = 0 if child == last[parent[child]] else following[child]
        done = opened.pop()
        if done in pending and store.state(done) is not None:
            lines.append(tail(done), depth)
        if not opened:
            return lines
        depth -= 1
        child = 0 if done == last[opened[-1]] else following[done]


def _enter(store: Store, slot: int, depth: int, lines: Lines) -> int:
    """Give the first child of an open row, after the line that says what comes before it."""
    if slot in store.pending and store.pending[slot].before is not None:
        lines.append(head(slot), depth)
    last = store.last[slot]
    return store.next[last] if last != TOP else 0
