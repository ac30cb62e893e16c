"""A virtual tree: only the lines on the screen are drawn, children are asked for when they are wanted.

tree = VirtualTree()
tree.set_roots([TreeRow("75", "Paris", children=2)])

@on(VirtualTree.ChildrenWanted)
def load(self, event):
    event.tree.set_children(event.key, [TreeRow("h", "Hôpital"), TreeRow("e", "EHPAD")])
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Literal

from rich.segment import Segment
from rich.style import Style
from textual.binding import BindingType
from textual.events import Key
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from ror_tui.keymap import bindings
from ror_tui.texts import bare, plain, plural
from ror_tui.widgets.frame import fit
from ror_tui.widgets.tree_line import Part, TreeRow, lay_out
from ror_tui.widgets.tree_nodes import Extra, Node

__all__ = ["TreeRow", "VirtualTree"]

COLORS = ("success", "warning", "error", "primary", "accent", "text-muted")


class VirtualTree(ScrollView, can_focus=True):
    """A tree of any size: the cost of a key does not depend on how many rows are open.

    Rows are named by key; the cursor and what is open are kept by key when the tree is loaded again.
    """

    DEFAULT_CSS = """
    VirtualTree {
        height: 1fr; background: $background; overflow-x: hidden; overflow-y: auto; scrollbar-size-vertical: 1;
        & > .tree--cursor { background: $surface-lighten-2; text-style: bold; }
        &:focus > .tree--cursor {
            color: $block-cursor-foreground; background: $block-cursor-background; text-style: bold;
        }
        & > .tree--match { color: $text-accent; text-style: bold underline; }
        & > .tree--dim { color: $text-muted; }
        & > .tree--success { color: $text-success; }
        & > .tree--warning { color: $text-warning; }
        & > .tree--error { color: $text-error; }
        & > .tree--primary { color: $text-primary; }
        & > .tree--accent { color: $text-accent; }
        & > .tree--text-muted { color: $text-muted; }
        &:ansi > .tree--cursor { text-style: underline; }
        &:ansi:focus > .tree--cursor { color: ansi_default; background: ansi_default; text-style: bold reverse; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "tree--cursor",
        "tree--dim",
        "tree--match",
        *(f"tree--{color}" for color in COLORS),
    }
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("arbre", "branches")]

    @dataclass
    class ChildrenWanted(Message):
        """The children of a row (None: the roots) were asked for, from a cursor on."""

        tree: VirtualTree
        key: str | None
        cursor: str | None
        before: bool = False
        """The page stands before the children that are there: `add_page_before` takes it."""

        @property
        def control(self) -> VirtualTree:
            """The tree."""
            return self.tree

    @dataclass
    class BranchWanted(Message):
        """All that is below a row (None: the whole tree) was asked for: `set_branch` takes it, page after page."""

        tree: VirtualTree
        key: str | None

        @property
        def control(self) -> VirtualTree:
            """The tree."""
            return self.tree

    @dataclass
    class BranchCancelled(Message):
        """What `BranchWanted` asked for is wanted no more."""

        tree: VirtualTree
        key: str | None

        @property
        def control(self) -> VirtualTree:
            """The tree."""
            return self.tree

    @dataclass
    class Ticked(Message):
        """Rows were ticked or unticked: `tree.ticked` holds them."""

        tree: VirtualTree

        @property
        def control(self) -> VirtualTree:
            """The tree."""
            return self.tree

    @dataclass
    class Opened(Message):
        """Enter was pressed on a row."""

        tree: VirtualTree
        key: str

        @property
        def control(self) -> VirtualTree:
            """The tree."""
            return self.tree

    @dataclass
    class Moved(Message):
        """The cursor came to another row."""

        tree: VirtualTree
        key: str

        @property
        def control(self) -> VirtualTree:
            """The tree."""
            return self.tree

        def can_replace(self, message: Message) -> bool:
            """Only the last of a burst counts."""
            return isinstance(message, VirtualTree.Moved) and message.tree is self.tree

    def __init__(self, *, id: str | None = None, empty: str = "") -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self._top = Node(TreeRow("", ""), None)
        self._top.expanded = True
        self._by_key: dict[str, Node] = {}
        self._flat: list[Node | Extra] = []
        self._at = 0
        self._wanted: str | None = None
        self._told: str | None = None
        self._branches: dict[str | None, int] = {}
        self._ticked: set[str] = set()
        self._typed: str | None = None
        self._empty = plain(empty)

    # --- Content ---

    def set_roots(self, rows: Sequence[TreeRow], more: str | None = None, before: str | None = None) -> None:
        """Give the roots; what was open stays open, and its children are asked for again.

        Args:
            rows: The roots, in order.
            more: Cursor of the next page, if any.
            before: Cursor of the page before, if any.
        """
        self._fill(self._top, rows, more, before)

    def set_children(
        self, key: str, rows: Sequence[TreeRow], more: str | None = None, before: str | None = None
    ) -> None:
        """Give the children of a row, in place of those it had.

        Args:
            key: The row; one that is gone meanwhile is ignored.
            rows: Its children, in order.
            more: Cursor of the next page, if any.
            before: Cursor of the page before, if any.
        """
        if node := self._by_key.get(key):
            self._fill(node, rows, more, before)

    def add_page(self, key: str | None, rows: Sequence[TreeRow], more: str | None) -> None:
        """Add a page of children after those that are there.

        Args:
            key: The row, or None for the roots.
            rows: The next children, in order.
            more: Cursor of the page after, if any.
        """
        owner = self._owner(key)
        if owner is None:
            return
        known = {child.row.key for child in owner.children or ()}
        fresh = [self._node(row, owner, None) for row in rows if row.key not in known]
        owner.children = [*(owner.children or ()), *fresh]
        self._filled(owner, more)

    def add_page_before(self, key: str | None, rows: Sequence[TreeRow], before: str | None) -> None:
        """Add a page of children before those that are there.

        Args:
            key: The row, or None for the roots.
            rows: The children that come before, in order.
            before: Cursor of the page before these, if any.
        """
        owner = self._owner(key)
        if owner is None:
            return
        known = {child.row.key for child in owner.children or ()}
        fresh = [self._node(row, owner, None) for row in rows if row.key not in known]
        owner.children = [*fresh, *(owner.children or ())]
        owner.before, owner.asked, owner.error = before, "no", None
        self._splice(owner)

    def set_branch(self, key: str | None, rows: Sequence[tuple[str | None, TreeRow]], *, done: bool) -> bool:
        """Give a page of all that is below a row, in place of what was there; every row of it is open.

        Args:
            key: The row that `BranchWanted` named, None for the whole tree.
            rows: Key of the parent (None for a root) and row; depth first, after those of the page before.
            done: This is the last page.

        Returns:
            Whether the next page is wanted; False when it was cancelled, or when the row is gone.
        """
        owner = self._owner(key)
        if owner is None or key not in self._branches:
            return False
        if self._branches[key] == 0:
            self._empty_out(owner)
            owner.children, owner.expanded, owner.asked = [], True, "no"
        self._branches[key] += len(rows)
        for parent_key, row in rows:
            parent = self._owner(parent_key)
            if parent is not None and row.key not in self._by_key:
                node = self._node(row, parent, None)
                node.expanded = row.children > 0
                parent.children = [*(parent.children or ()), node]
        if done:
            del self._branches[key]
        self._splice(owner)
        return not done

    def update_row(self, row: TreeRow) -> None:
        """Say something else on a line; one whose key is not loaded is ignored.

        Args:
            row: Its key, and what it says from now on.
        """
        if node := self._by_key.get(row.key):
            node.row = row
            self.refresh()

    def insert_row(self, parent_key: str | None, row: TreeRow, before: str | None = None) -> None:
        """Add a row where it belongs; a parent that is not loaded yet is left to load it.

        Args:
            parent_key: The row above, None for a root.
            row: The new row; one that is loaded already is only updated.
            before: Key of the brother it comes before; None puts it last.
        """
        parent = self._owner(parent_key)
        if row.key in self._by_key:
            self.update_row(row)
        elif parent is not None and parent.children is not None:
            keys = [child.row.key for child in parent.children]
            place = keys.index(before) if before in keys else len(keys)
            parent.children = [*parent.children[:place], self._node(row, parent, None), *parent.children[place:]]
            self._splice(parent)

    def remove_row(self, key: str) -> None:
        """Take a row and all that is below it away; the cursor goes to what took its place.

        Args:
            key: The row; one that is not loaded is ignored.
        """
        node = self._by_key.get(key)
        if node is None or node.parent is None:
            return
        node.parent.children = [child for child in node.parent.children or () if child is not node]
        self._forget(node)
        self._splice(node.parent)

    def set_tree(self, rows: Sequence[tuple[str | None, TreeRow]]) -> None:
        """Give the whole tree at once; the cursor and what is open are kept by key.

        Args:
            rows: Key of the parent (None for a root) and row, parents before children.
        """
        opened = {key for key, node in self._by_key.items() if node.expanded}
        self._by_key = {}
        below: dict[Node, list[Node]] = {self._top: []}
        for parent_key, row in rows:
            parent = self._owner(parent_key) or self._top
            node = Node(row, parent)
            node.children = below[node] = []
            node.expanded = row.key in opened
            self._by_key[row.key] = node
            below[parent].append(node)
        self._top.children = below[self._top]
        self._filled(self._top, None)

    def set_error(self, key: str | None, message: str) -> None:
        """Say below a row that its children could not be loaded; Enter on that line asks again.

        Args:
            key: The row, or None for the roots.
            message: One French sentence.
        """
        if owner := self._owner(key):
            owner.error, owner.asked = plain(message), "no"
            self._splice(owner)

    def _owner(self, key: str | None) -> Node | None:
        return self._top if key is None else self._by_key.get(key)

    def _node(self, row: TreeRow, parent: Node, old: Node | None) -> Node:
        if old is None or old.parent is not parent:
            old = Node(row, parent)
        elif old.expanded and row.children:
            self._ask(old, "all")
        else:
            self._empty_out(old)
        old.row = row
        self._by_key[row.key] = old
        return old

    def _fill(self, owner: Node, rows: Sequence[TreeRow], more: str | None, begin: str | None) -> None:
        before = {child.row.key: child for child in owner.children or ()}
        owner.keep = max(owner.keep, len(before))
        owner.children = [self._node(row, owner, before.pop(row.key, None)) for row in rows]
        for gone in before.values():
            self._forget(gone)
        owner.before = begin
        self._filled(owner, more)

    def _filled(self, owner: Node, more: str | None) -> None:
        owner.more, owner.asked, owner.error = more, "no", None
        if more is not None and len(owner.children or ()) < owner.keep:
            self._ask(owner, "page")
        else:
            owner.keep = 0
        self._splice(owner)

    def _empty_out(self, node: Node) -> None:
        for child in node.children or ():
            self._forget(child)
        node.children, node.more, node.before, node.error, node.expanded = None, None, None, None, False

    def _forget(self, node: Node) -> None:
        for child in node.children or ():
            self._forget(child)
        if self._by_key.get(node.row.key) is node:
            del self._by_key[node.row.key]

    def _ask(self, owner: Node, what: Literal["all", "page", "before"]) -> None:
        owner.asked, owner.error = what, None
        key = None if owner is self._top else owner.row.key
        cursor = {"all": None, "page": owner.more, "before": owner.before}[what]
        self.post_message(self.ChildrenWanted(self, key, cursor, before=what == "before"))

    # --- Lines ---

    def _splice(self, owner: Node) -> None:
        """Write again the lines below a row, and keep the cursor on what it was on."""
        here = self._flat[self._at] if self._flat else None
        on_screen = self._at - self.scroll_offset.y
        start = self._place(owner) + 1
        if start == 0 and owner is not self._top:
            return
        end = start
        while end < len(self._flat) and self._flat[end].level > owner.level:
            end += 1
        fresh = list(owner.below())
        self._flat[start:end] = fresh
        if start <= self._at < end and isinstance(here, Node):
            self._follow(here.row.key, min(self._at, start + len(fresh) - 1))
        elif here is not None and self._at >= end:
            self._at += len(fresh) - (end - start)
        if self._wanted is not None and self._wanted in self._by_key:
            self._follow(self._wanted, self._at)
        self._changed(on_screen)

    def _place(self, node: Node) -> int:
        """Line of a row, -1 when it is the root or hidden."""
        above = node.parent
        while above is not None:
            if not above.expanded:
                return -1
            above = above.parent
        return next((place for place, line in enumerate(self._flat) if line is node), -1)

    def _follow(self, key: str, otherwise: int) -> None:
        """Put the cursor on a row, else on the nearest row above it that is shown, else on a line."""
        node = self._by_key.get(key)
        self._wanted = None if node else key
        place = -1
        while place < 0 and node is not None and node is not self._top:
            place = self._place(node)
            node = node.parent
        self._at = place if place >= 0 else otherwise

    def _changed(self, on_screen: int | None = None) -> None:
        self._at = max(0, min(self._at, len(self._flat) - 1))
        self.virtual_size = Size(self.scrollable_content_region.width, len(self._flat))
        if on_screen is not None and 0 <= on_screen < self.size.height:
            self.scroll_to(y=self._at - on_screen, animate=False, immediate=True)
        self.refresh()
        self._show_cursor()
        self._tell()
        self.call_after_refresh(self._ask_pages_in_sight)

    def _ask_pages_in_sight(self) -> None:
        top = self.scroll_offset.y
        for line in self._flat[top : top + self.size.height]:
            if isinstance(line, Extra) and line.head and line.owner.asked == "no":
                self._ask(line.owner, "before")
                self.refresh()
            elif isinstance(line, Extra) and not line.head and line.owner.state == "more" and line.owner.asked == "no":
                self._ask(line.owner, "page")
                self.refresh()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Ask for the pages that came in sight."""
        super().watch_scroll_y(old_value, new_value)
        self._ask_pages_in_sight()

    def on_resize(self) -> None:
        """Keep the cursor in sight at the new size."""
        self.virtual_size = Size(self.scrollable_content_region.width, len(self._flat))
        self._show_cursor()
        self.call_after_refresh(self._ask_pages_in_sight)

    # --- Cursor ---

    @property
    def cursor_key(self) -> str | None:
        """Key of the row under the cursor, None on a line that is not a row."""
        line = self._flat[self._at] if self._flat else None
        return line.row.key if isinstance(line, Node) else None

    def row(self, key: str) -> TreeRow:
        """Give a loaded row.

        Args:
            key: Its key.

        Raises:
            KeyError: When no such row is loaded.
        """
        return self._by_key[key].row

    def parent_key(self, key: str) -> str | None:
        """Give the key of a loaded row's parent, None for a root."""
        parent = self._by_key[key].parent
        return None if parent is None or parent is self._top else parent.row.key

    def opened_keys(self) -> frozenset[str]:
        """Give the keys of the rows that are open."""
        return frozenset(key for key, node in self._by_key.items() if node.expanded)

    @property
    def ticked(self) -> frozenset[str]:
        """Keys of the rows that are ticked."""
        return frozenset(self._ticked)

    def tick(self, keys: Iterable[str]) -> None:
        """Tick these rows and no other.

        Args:
            keys: The rows, loaded or not.
        """
        self._ticked = set(keys)
        self.refresh()

    def reveal(self, key: str) -> None:
        """Put the cursor on a row, opening what hides it; one that is not loaded yet is waited for.

        Args:
            key: The row.
        """
        node = self._by_key.get(key)
        above = node.parent if node else None
        while above is not None and above is not self._top:
            if not above.expanded:
                above.expanded = True
            above = above.parent
        self._flat = list(self._top.below())
        self._follow(key, self._at)
        self._changed()

    def expand(self, key: str) -> None:  # type: ignore[override]  # a flag of Widget that a tree has no use for
        """Open a row, asking for its children when they are not loaded."""
        node = self._by_key[key]
        if node.expanded or not node.openable:
            return
        node.expanded = True
        if node.children is None:
            self._ask(node, "all")
        self._splice(node)

    def collapse(self, key: str) -> None:
        """Close a row; the cursor goes to it when it was below."""
        node = self._by_key[key]
        place = self._place(node)
        if not node.expanded:
            return
        self.cancel_branch(key)
        inside = place >= 0 and any(line is self._flat[self._at] for line in node.below())
        node.expanded = False
        if inside:
            self._at = place
        self._splice(node)

    def toggle(self, key: str) -> None:
        """Open a closed row, close an open one."""
        (self.collapse if self._by_key[key].expanded else self.expand)(key)

    def expand_all(self, key: str | None = None) -> None:
        """Open all that is below a row; what is not loaded yet is asked for with `BranchWanted`.

        Args:
            key: The row, None for the whole tree.
        """
        owner = self._owner(key)
        if owner is None:
            return
        here, whole = self.cursor_key, True
        for node in owner.with_below():
            node.expanded = node.expanded or node.openable
            whole = whole and not (node.openable and (node.children is None or node.more is not None))
        self._flat = list(self._top.below())
        if here is not None:
            self._follow(here, 0)
        if not whole:
            self._branches[key] = 0
            self.post_message(self.BranchWanted(self, key))
        self._changed()

    def collapse_all(self) -> None:
        """Close every row; the cursor goes to the root that held it."""
        here = self._flat[self._at] if self._flat else None
        node = here.owner if isinstance(here, Extra) else here
        while node is not None and node.level > 0:
            node = node.parent
        for each in self._by_key.values():
            each.expanded = False
        self._flat = list(self._top.below())
        if node is not None and node is not self._top:
            self._follow(node.row.key, 0)
        self._changed()

    def cancel_branch(self, key: str | None) -> None:
        """Want no more of what `BranchWanted` asked for; what came stays.

        Args:
            key: The row that it named.
        """
        if self._branches.pop(key, None) is not None:
            self.post_message(self.BranchCancelled(self, key))
            self.refresh()

    def _move(self, line: int) -> None:
        line = max(0, min(line, len(self._flat) - 1))
        if line == self._at or not self._flat:
            return
        self.refresh_line(self._at)
        self._at, self._wanted = line, None
        self.refresh_line(line)
        self._show_cursor()
        self._tell()

    def _show_cursor(self) -> None:
        top, height = self.scroll_offset.y, max(self.size.height, 1)
        if self._at < top:
            self.scroll_to(y=self._at, animate=False, immediate=True)
        elif self._at >= top + height:
            self.scroll_to(y=self._at - height + 1, animate=False, immediate=True)

    def _tell(self) -> None:
        key = self.cursor_key
        if key is not None and key != self._told:
            self._told = key
            self.post_message(self.Moved(self, key))

    # --- Keys ---

    def action_bas(self) -> None:
        """Go to the next line."""
        self._move(self._at + 1)

    def action_haut(self) -> None:
        """Go to the previous line."""
        self._move(self._at - 1)

    def action_page_bas(self) -> None:
        """Go one page down."""
        self._move(self._at + max(self.size.height - 1, 1))

    def action_page_haut(self) -> None:
        """Go one page up."""
        self._move(self._at - max(self.size.height - 1, 1))

    def action_debut(self) -> None:
        """Go to the first line."""
        self._move(0)

    def action_fin(self) -> None:
        """Go to the last line."""
        self._move(len(self._flat) - 1)

    def action_deplier(self) -> None:
        """Open the row, or go to its first child."""
        line = self._flat[self._at] if self._flat else None
        if isinstance(line, Node) and line.openable:
            if line.expanded:
                self._move(self._at + 1)
            else:
                self.expand(line.row.key)

    def action_replier(self) -> None:
        """Close the row, or go to its parent."""
        line = self._flat[self._at] if self._flat else None
        if isinstance(line, Node) and line.expanded and line.openable:
            self.collapse(line.row.key)
        elif line is not None:
            owner = line.parent if isinstance(line, Node) else line.owner
            if owner is not None and owner is not self._top:
                self._move(self._place(owner))

    def action_tout_deplier(self) -> None:
        """Open all that is below the row."""
        if (key := self.cursor_key) is not None and self._by_key[key].openable:
            self.expand_all(key)

    def action_tout_replier(self) -> None:
        """Close every row."""
        self.collapse_all()

    def action_parent(self) -> None:
        """Go to the row above this one."""
        line = self._flat[self._at] if self._flat else None
        owner = line.owner if isinstance(line, Extra) else line.parent if line else None
        if owner is not None and owner is not self._top:
            self._move(self._place(owner))

    def action_voisin_suivant(self) -> None:
        """Go to the next row of this level, under the same parent."""
        self._go_to_brother(1)

    def action_voisin_precedent(self) -> None:
        """Go to the previous row of this level, under the same parent."""
        self._go_to_brother(-1)

    def _go_to_brother(self, step: int) -> None:
        if not self._flat:
            return
        level, place = self._flat[self._at].level, self._at + step
        while 0 <= place < len(self._flat) and self._flat[place].level > level:
            place += step
        if 0 <= place < len(self._flat) and self._flat[place].level == level:
            self._move(place)

    def action_cocher(self) -> None:
        """Tick or untick the row, and go to the next line."""
        if (key := self.cursor_key) is not None:
            self._ticked ^= {key}
            self.refresh()
            self.post_message(self.Ticked(self))
            self._move(self._at + 1)

    def action_sauter(self) -> None:
        """Take the letters that follow as the beginning of the label to go to."""
        self._typed = ""

    def action_arreter(self) -> None:
        """Stop opening all, stop going to what is typed."""
        self._typed = None
        for key in list(self._branches):
            self.cancel_branch(key)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002  # Textual's signature
        """Leave Escape to the screen when there is nothing to stop."""
        return action != "arreter" or self._typed is not None or bool(self._branches)

    def on_key(self, event: Key) -> None:
        """Take the letters typed after « ' »; any other key ends them and has its own effect."""
        if self._typed is None or event.key == "escape":
            return
        if not event.is_printable or event.character is None:
            self._typed = None
            return
        event.stop()
        event.prevent_default()
        self._typed += event.character
        self._go_to_label(bare(self._typed))

    def _go_to_label(self, start: str) -> None:
        places = [*range(self._at, len(self._flat)), *range(self._at)]
        for place in places:
            line = self._flat[place]
            if isinstance(line, Node) and bare(line.row.label).startswith(start):
                self._move(place)
                return

    def action_ouvrir(self) -> None:
        """Open what the cursor is on; on an error or on « … suite », ask again."""
        line = self._flat[self._at] if self._flat else None
        if isinstance(line, Node):
            self.post_message(self.Opened(self, line.row.key))
        elif line is not None and line.head:
            self._ask(line.owner, "before")
            self._splice(line.owner)
        elif line is not None and line.owner.state != "wait":
            self._ask(line.owner, "all" if line.owner.children is None or line.owner.more is None else "page")
            self._splice(line.owner)

    # --- Painting ---

    def lines(self) -> list[str]:
        """Give the lines in sight as text."""
        top = self.scroll_offset.y
        return [
            "".join(part.text for part in self._parts(line)).rstrip()
            for line in self._flat[top : top + self.size.height]
        ]

    def render_line(self, y: int) -> Strip:
        """Draw one line of the screen."""
        width = self.scrollable_content_region.width
        number = y + self.scroll_offset.y
        if number >= len(self._flat):
            text = f" {self._empty}" if y == 0 and not self._flat else ""
            return Strip([Segment(fit(text, width), self._style("dim"))]).extend_cell_length(width, self.rich_style)
        line = self._flat[number]
        segments = [Segment(part.text, self._part_style(line, part, number)) for part in self._parts(line) if part.text]
        return Strip(segments, width)

    def _parts(self, line: Node | Extra) -> list[Part]:
        width = self.scrollable_content_region.width
        if isinstance(line, Extra):
            return lay_out(TreeRow("", line.text), level=line.level, arrow=" ", width=width)
        arrow = ("▾" if line.expanded else "▸") if line.openable else " "
        tick = ("☑" if line.row.key in self._ticked else "☐") if self._ticked else ""
        return lay_out(self._progress(line.row), level=line.level, arrow=arrow, width=width, tick=tick)

    def _progress(self, row: TreeRow) -> TreeRow:
        """Say on a row how much of its branch came."""
        if row.key not in self._branches:
            return row
        return replace(row, detail=f"{plural(self._branches[row.key], 'ligne lue', 'lignes lues')}, Échap pour arrêter")

    def _part_style(self, line: Node | Extra, part: Part, number: int) -> Style:
        if isinstance(line, Extra):
            style = self._style("error" if line.owner.state == "error" else "dim")
        elif part.role in {"glyph", "state"} and line.row.color in COLORS:
            style = self._style(line.row.color)
        elif part.role in {"match", "mark"}:
            style = self._style("match")
        elif part.role in {"detail", "state", "margin"}:
            style = self._style("dim")
        else:
            style = self.rich_style + Style(bold=line.row.bold)
        return style + self.get_component_rich_style("tree--cursor") if number == self._at else style

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"tree--{name}")
