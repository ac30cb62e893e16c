"""A tree as anyone would write it first: objects, lists, everything walked through each time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ror_tui.widgets.tree_line import TreeRow

Line = tuple[int, str]
"""Level, and the key of a row or what a line says."""


@dataclass(eq=False)
class Node:
    key: str | None
    row: TreeRow
    parent: Node | None
    children: list[Node] = field(default_factory=list)
    loaded: bool = False
    expanded: bool = False
    more: str | None = None
    before: str | None = None
    error: str | None = None
    asked: str = "no"
    keep: int = 0

    @property
    def openable(self) -> bool:
        return bool(self.children) if self.loaded else self.row.children > 0

    @property
    def tail(self) -> str | None:
        if self.error is not None:
            return f"⚠ {self.error} Entrée pour réessayer"
        if self.asked == "page" or (self.asked == "all" and not self.loaded):
            return "chargement…"
        return "… suite" if self.more else None if self.more is None else "… suite non lue. Entrée pour la lire"

    def inside(self) -> Iterator[Node]:
        for child in self.children:
            yield child
            yield from child.inside()


class NaiveTree:
    """What is shown, and where the cursor must be."""

    def __init__(self) -> None:
        self.top = Node(None, TreeRow("", ""), None, expanded=True)

    def find(self, key: str | None) -> Node | None:
        return self.top if key is None else next((node for node in self.top.inside() if node.key == key), None)

    def lines(self, node: Node | None = None, level: int = 0) -> list[Line]:
        node = node or self.top
        if not node.expanded:
            return []
        shown: list[Line] = []
        if node.before is not None:
            shown.append((level, "chargement…" if node.asked == "before" else "… avant"))
        for child in node.children:
            shown.append((level, f"{child.key} {child.row.label}"))
            shown += self.lines(child, level + 1)
        return [*shown, (level, node.tail)] if node.tail is not None else shown

    def nearest_shown(self, key: str) -> str | None:
        """Give the key of a row, or of the row above it that is shown; None when there is none."""
        node = shown = self.find(key)
        while node is not None and node.parent is not None:
            shown = shown if node.parent.expanded else node.parent
            node = node.parent
        return shown.key if shown is not None else None

    # --- What changes it ---

    def fill(self, owner: str | None, rows: Sequence[TreeRow], more: str | None, before: str | None) -> None:
        node = self.find(owner)
        assert node is not None
        node.keep = max(node.keep, len(node.children))
        once = {row.key: row for row in rows}.values()
        node.children = [child for row in once if (child := self._child(node, row)) is not None]
        node.loaded, node.more, node.before, node.asked, node.error = True, more, before, "no", None
        self._ask_up_to_kept(node)

    @staticmethod
    def _ask_up_to_kept(node: Node) -> None:
        if node.more is not None and len(node.children) < node.keep:
            node.asked = "page"
        else:
            node.keep = 0

    def _child(self, node: Node, row: TreeRow) -> Node | None:
        known = self.find(row.key)
        if known is None or known.parent is not node:
            return self._new(node, row)
        known.row = row
        if known.expanded and row.children:
            known.asked, known.error = "all", None
        else:
            self._empty(known)
        return known

    def _new(self, node: Node, row: TreeRow) -> Node | None:
        known = self.find(row.key)
        if known is not None and (known is node or node in known.inside()):
            return None
        if known is not None and known.parent is not None:
            known.parent.children.remove(known)
        return Node(row.key, row, node)

    @staticmethod
    def _empty(node: Node) -> None:
        node.children, node.loaded, node.expanded = [], False, False
        node.more = node.before = node.error = None
        node.asked, node.keep = "no", 0

    def add_page(self, owner: str | None, rows: Sequence[TreeRow], more: str | None) -> None:
        node = self.find(owner)
        assert node is not None
        node.children += self._fresh(node, rows)
        node.loaded, node.more, node.asked, node.error = True, more, "no", None
        self._ask_up_to_kept(node)

    def add_page_before(self, owner: str | None, rows: Sequence[TreeRow], before: str | None) -> None:
        node = self.find(owner)
        assert node is not None
        fresh = self._fresh(node, rows)
        node.children = [*fresh, *node.children]
        node.loaded, node.before, node.asked, node.error = True, before, "no", None

    def _fresh(self, node: Node, rows: Sequence[TreeRow]) -> list[Node]:
        fresh: list[Node] = []
        for row in rows:
            known = next((child for child in [*node.children, *fresh] if child.key == row.key), None)
            if known is not None:
                known.row = row
            elif (child := self._new(node, row)) is not None:
                fresh.append(child)
        return fresh

    def update(self, row: TreeRow) -> None:
        if (node := self.find(row.key)) is not None:
            node.row = row

    def insert(self, parent: str | None, row: TreeRow, before: str | None) -> None:
        node = self.find(parent)
        if node is None or not node.loaded:
            return
        known = self.find(row.key)
        if known is not None and known.parent is node:
            known.row = row
        elif (child := self._new(node, row)) is not None:
            keys = [brother.key for brother in node.children]
            node.children.insert(keys.index(before) if before in keys else len(keys), child)

    def remove(self, key: str) -> None:
        node = self.find(key)
        if node is not None and node.parent is not None:
            node.parent.children.remove(node)

    def fail(self, owner: str | None, message: str) -> None:
        node = self.find(owner)
        assert node is not None
        node.error, node.asked = message, "no"

    def expand(self, key: str) -> None:
        node = self.find(key)
        if node is not None and not node.expanded and node.openable:
            node.expanded = True
            if not node.loaded:
                node.asked, node.error = "all", None

    def collapse(self, key: str) -> None:
        if (node := self.find(key)) is not None:
            node.expanded = False

    def collapse_all(self) -> None:
        for node in self.top.inside():
            node.expanded = False

    def reveal(self, key: str) -> None:
        node = self.find(key)
        while node is not None and (node := node.parent) is not None:
            node.expanded = True

    def expand_all(self, key: str | None) -> bool:
        """Open what is loaded, and tell whether that is all there is."""
        node = self.find(key)
        assert node is not None
        whole = True
        for each in (node, *node.inside()):
            if each.children:
                each.expanded = True
                whole = whole and each.more is None and each.before is None
            elif each.openable:
                whole = False
        node.error = node.error if whole else None
        return whole

    def begin_branch(self, key: str | None) -> None:
        node = self.find(key)
        assert node is not None
        self._empty(node)
        node.loaded = node.expanded = True

    def add_to_branch(self, parent: str | None, row: TreeRow) -> None:
        node = self.find(parent)
        if node is not None and self.find(row.key) is None:
            node.children.append(Node(row.key, row, node, loaded=row.children > 0, expanded=row.children > 0))
