"""What a virtual tree is made of: rows with their children, and the lines that are not rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from ror_tui.widgets.tree_line import TreeRow


class Node:
    """A row with its place in the tree; `children` is None until they are loaded."""

    __slots__ = ("asked", "before", "children", "error", "expanded", "keep", "level", "more", "parent", "row")

    def __init__(self, row: TreeRow, parent: Node | None) -> None:
        self.row = row
        self.parent = parent
        self.level: int = parent.level + 1 if parent else -1
        self.children: list[Node] | None = None
        self.more: str | None = None
        self.before: str | None = None
        self.expanded = False
        self.asked: Literal["no", "all", "page", "before"] = "no"
        self.error: str | None = None
        self.keep = 0

    @property
    def openable(self) -> bool:
        """Tell whether there is something below, loaded or not."""
        return bool(self.children) if self.children is not None else self.row.children > 0

    @property
    def state(self) -> Literal["error", "wait", "more"] | None:
        """What the line after the children says: what failed, what is awaited, what is left to ask."""
        if self.error is not None:
            return "error"
        if self.asked == "page" or (self.asked == "all" and self.children is None):
            return "wait"
        return "more" if self.more is not None else None

    def with_below(self) -> Iterator[Node]:
        """This row and every loaded row below it."""
        yield self
        for child in self.children or ():
            yield from child.with_below()

    def below(self) -> Iterator[Node | Extra]:
        """Every line shown below this one."""
        if not self.expanded:
            return
        if self.before is not None:
            yield Extra(self, head=True)
        for child in self.children or ():
            yield child
            yield from child.below()
        if self.state is not None:
            yield Extra(self)


class Extra:
    """A line that is not a row."""

    __slots__ = ("head", "level", "owner")

    def __init__(self, owner: Node, *, head: bool = False) -> None:
        self.owner = owner
        self.head = head
        self.level = owner.level + 1

    @property
    def text(self) -> str:
        """What the line says."""
        if self.head:
            return "chargement…" if self.owner.asked == "before" else "… avant"
        if self.owner.state == "error":
            return f"⚠ {self.owner.error} Entrée pour réessayer"
        return "chargement…" if self.owner.state == "wait" else "… suite"
