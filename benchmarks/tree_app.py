"""A tree alone in a terminal, ours or Textual's, for the benchmarks: `tree_app.py ours|stock ROWS`.

F5 builds it, « * » opens all of it; one row in six holds the five others.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import ClassVar
from uuid import UUID

from rich.text import Text
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Tree
from textual.widgets.tree import TreeNode

from ror_tui.frames import FrugalApp
from ror_tui.widgets.tree import TreeRow, VirtualTree

BRANCH = 6
PAGE = 6000


def label(number: int) -> str:
    """Give the name of a row, as long as real ones are."""
    return f"Établissement d'essai {number}" if number % BRANCH == 0 else f"Unité de médecine {number}"


def pages(rows: int) -> Iterator[list[tuple[str | None, TreeRow]]]:
    """Give the rows depth first, page by page."""
    for start in range(0, rows, PAGE):
        page: list[tuple[str | None, TreeRow]] = []
        for number in range(start, min(start + PAGE, rows)):
            first = number - number % BRANCH
            below = 0 if number != first else min(BRANCH, rows - first) - 1
            row = TreeRow(key(number), label(number), "75013 PARIS", "•", color="primary", children=below)
            page.append((None if number == first else key(first), row))
        yield page


def key(number: int) -> str:
    """Give the key of a row."""
    return str(UUID(int=(number + 1) * 0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835 % (1 << 128)))


class Ours(FrugalApp[None]):
    """Our tree."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("f5", "build"), Binding("asterisk", "open", priority=True)]

    def __init__(self, rows: int) -> None:
        super().__init__()
        self.rows = rows

    def compose(self) -> ComposeResult:
        """Show it."""
        yield VirtualTree(empty="prêt")

    def action_build(self) -> None:
        """Load every row, closed."""
        tree = self.query_one(VirtualTree)
        tree.set_roots([TreeRow("x", "x", children=1)])
        tree.expand_all()
        last = (self.rows - 1) // PAGE
        for number, page in enumerate(pages(self.rows)):
            tree.set_branch(None, page, done=number == last)
        tree.collapse_all()

    def action_open(self) -> None:
        """Open all."""
        self.query_one(VirtualTree).expand_all()


class Stock(App[None]):
    """Textual's tree."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("f5", "build"), Binding("asterisk", "open", priority=True)]

    def __init__(self, rows: int) -> None:
        super().__init__()
        self.rows = rows

    def compose(self) -> ComposeResult:
        """Show it."""
        tree: Tree[str] = Tree("prêt")
        tree.root.expand()
        yield tree

    def action_build(self) -> None:
        """Load every row, closed."""
        tree: Tree[str] = self.query_one(Tree)
        above: TreeNode[str] = tree.root
        for number in range(self.rows):
            name = Text(label(number))
            if number % BRANCH == 0:
                above = tree.root.add(name, key(number))
            else:
                above.add_leaf(name, key(number))

    def action_open(self) -> None:
        """Open all."""
        self.query_one(Tree).root.expand_all()


if __name__ == "__main__":
    kind, count = sys.argv[1], int(sys.argv[2])
    (Ours if kind == "ours" else Stock)(count).run(mouse=False)
