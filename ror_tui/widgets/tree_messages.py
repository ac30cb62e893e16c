"""What a tree tells its screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from ror_tui.widgets.tree import VirtualTree

NAMESPACE = "virtual_tree"


@dataclass
class TreeMessage(Message):
    """A message of a tree."""

    tree: VirtualTree

    @property
    def control(self) -> VirtualTree:
        """The tree."""
        return self.tree


@dataclass
class ChildrenWanted(TreeMessage, namespace=NAMESPACE):
    """Children of a row (None: roots) were asked for.

    Without a cursor, `set_children` (or `set_roots`) takes the answer; with one, `add_page`, or `add_page_before`
    when `before` is true. `around` names the last child that is there when it is not known what cursor follows it:
    `add_page` takes the page that holds it.
    """

    key: str | None
    cursor: str | None
    before: bool = False
    around: str | None = None


@dataclass
class BranchWanted(TreeMessage, namespace=NAMESPACE):
    """All that is below a row (None: the whole tree) was asked for: `set_branch` takes it, page after page."""

    key: str | None


@dataclass
class BranchCancelled(TreeMessage, namespace=NAMESPACE):
    """What `BranchWanted` asked for is wanted no more."""

    key: str | None


@dataclass
class Ticked(TreeMessage, namespace=NAMESPACE):
    """Rows were ticked or unticked: `tree.ticked` holds them."""


@dataclass
class Opened(TreeMessage, namespace=NAMESPACE):
    """Enter was pressed on a row."""

    key: str


@dataclass
class Moved(TreeMessage, namespace=NAMESPACE):
    """The cursor came to another row."""

    key: str

    def can_replace(self, message: Message) -> bool:
        """Only the last of a burst counts."""
        return isinstance(message, Moved) and message.tree is self.tree
