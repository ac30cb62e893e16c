"""A virtual tree: only the lines on the screen are drawn, children are asked for when they are wanted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from rich.segment import Segment
from rich.style import Style
from textual.binding import BindingType
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from ror_tui.keymap import bindings
from ror_tui.texts import plain
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
    COMPONENT_CLASSES: ClassVar[set[str]] = {"tree--cursor", "tree--dim", *(f"tree--{color}" for color in COLORS)}
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("arbre")]

    @dataclass
    class ChildrenWanted(Message):
        """The children of a row (None: the roots) were asked for, from a cursor on."""

        tree: VirtualTree
        key: str | None
        cursor: str | None

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
        self._empty = plain(empty)

    # --- Content ---

    def set_roots(self, rows: Sequence[TreeRow], more: str | None = None) -> None:
        """Give the roots; what was open stays open, and its children are asked for again.

        Args:
            rows: The roots, in order.
            more: Cursor of the next page, if any.
        """
        self._fill(self._top, rows, more)

    def set_children(self, key: str, rows: Sequence[TreeRow], more: str | None = None) -> None:
        """Give the children of a row, in place of those it had.

        Args:
            key: The row; one that is gone meanwhile is ignored.
            rows: Its children, in order.
            more: Cursor of the next page, if any.
        """
        if node := self._by_key.get(key):
            self._fill(node, rows, more)

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

    def _fill(self, owner: Node, rows: Sequence[TreeRow], more: str | None) -> None:
        before = {child.row.key: child for child in owner.children or ()}
        owner.keep = max(owner.keep, len(before))
        owner.children = [self._node(row, owner, before.pop(row.key, None)) for row in rows]
        for gone in before.values():
            self._forget(gone)
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
        node.children, node.more, node.error, node.expanded = None, None, None, False

    def _forget(self, node: Node) -> None:
        for child in node.children or ():
            self._forget(child)
        if self._by_key.get(node.row.key) is node:
            del self._by_key[node.row.key]

    def _ask(self, owner: Node, what: Literal["all", "page"]) -> None:
        owner.asked, owner.error = what, None
        key = None if owner is self._top else owner.row.key
        self.post_message(self.ChildrenWanted(self, key, owner.more if what == "page" else None))

    # --- Lines ---

    def _splice(self, owner: Node) -> None:
        """Write again the lines below a row, and keep the cursor on what it was on."""
        here = self._flat[self._at] if self._flat else None
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
        self._changed()

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

    def _changed(self) -> None:
        self._at = max(0, min(self._at, len(self._flat) - 1))
        self.virtual_size = Size(self.scrollable_content_region.width, len(self._flat))
        self.refresh()
        self._show_cursor()
        self._tell()
        self.call_after_refresh(self._ask_pages_in_sight)

    def _ask_pages_in_sight(self) -> None:
        top = self.scroll_offset.y
        for line in self._flat[top : top + self.size.height]:
            if isinstance(line, Extra) and line.owner.state == "more":
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
        inside = place >= 0 and any(line is self._flat[self._at] for line in node.below())
        node.expanded = False
        if inside:
            self._at = place
        self._splice(node)

    def toggle(self, key: str) -> None:
        """Open a closed row, close an open one."""
        (self.collapse if self._by_key[key].expanded else self.expand)(key)

    def expand_all(self) -> None:
        """Open every loaded row that has children."""
        here = self.cursor_key
        for node in self._by_key.values():
            node.expanded = node.expanded or bool(node.children)
        self._flat = list(self._top.below())
        if here is not None:
            self._follow(here, 0)
        self._changed()

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

    def action_ouvrir(self) -> None:
        """Open what the cursor is on; on an error or on « … suite », ask again."""
        line = self._flat[self._at] if self._flat else None
        if isinstance(line, Node):
            self.post_message(self.Opened(self, line.row.key))
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
        return lay_out(line.row, level=line.level, arrow=arrow, width=width)

    def _part_style(self, line: Node | Extra, part: Part, number: int) -> Style:
        if isinstance(line, Extra):
            style = self._style("error" if line.owner.state == "error" else "dim")
        elif part.role in {"glyph", "state"} and line.row.color in COLORS:
            style = self._style(line.row.color)
        elif part.role in {"detail", "state", "margin"}:
            style = self._style("dim")
        else:
            style = self.rich_style + Style(bold=line.row.bold)
        return style + self.get_component_rich_style("tree--cursor") if number == self._at else style

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"tree--{name}")
