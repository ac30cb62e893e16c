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

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from textwrap import wrap
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.binding import BindingType
from textual.cache import LRUCache
from textual.events import Key
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from ror_tui.keymap import bindings
from ror_tui.texts import bare, plain
from ror_tui.widgets import tree_filling as filling
from ror_tui.widgets import tree_paint as paint
from ror_tui.widgets.frame import fit
from ror_tui.widgets.tree_line import Part, TreeRow
from ror_tui.widgets.tree_model import Ask, TreeModel
from ror_tui.widgets.tree_store import EXPANDED, LOADED, TOP

__all__ = ["TreeRow", "VirtualTree"]

ROWS_READ_AT_A_TIME = 2000
"""How many labels are compared with what is typed before other keys have their turn."""
KEPT_STRIPS = 256


class VirtualTree(ScrollView, can_focus=True):
    """A tree of any size: the cost of a key does not depend on how many rows are open."""

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
        *(f"tree--{color}" for color in paint.COLORS),
    }
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("arbre", "branches")]

    @dataclass
    class ChildrenWanted(Message):
        """Children of a row (None: roots) were asked for.

        Without a cursor, `set_children` (or `set_roots`) takes the answer; with one, `add_page`, or `add_page_before`
        when `before` is true. `around` names the last child that is there when it is not known what cursor follows it:
        `add_page` takes the page that holds it.
        """

        tree: VirtualTree
        key: str | None
        cursor: str | None
        before: bool = False
        around: str | None = None

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
        self._model = TreeModel()
        self._empty = plain(empty)
        self._ticked: set[str] = set()
        self._told: str | None = None
        self._typed: str | None = None
        self._found = True
        self._strips: LRUCache[tuple[int, bool, int], Strip] = LRUCache(KEPT_STRIPS)
        self._drawn: dict[int, Strip] = {}

    # --- Content ---

    def set_roots(self, rows: Sequence[TreeRow], more: str | None = None, before: str | None = None) -> None:
        """Give the roots; what was open stays open, and its children are asked for again.

        Args:
            rows: The roots, in order.
            more: Cursor of the next page, if any.
            before: Cursor of the page before, if any.
        """
        with self._changing():
            filling.fill(self._model, TOP, rows, more, before)

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
        with self._changing():
            if slot := self._model.slot(key):
                filling.fill(self._model, slot, rows, more, before)

    def add_page(self, key: str | None, rows: Sequence[TreeRow], more: str | None) -> None:
        """Add a page of children after those that are there.

        Args:
            key: The row, or None for the roots.
            rows: The next children, in order.
            more: Cursor of the page after, if any.
        """
        with self._changing():
            if (slot := self._model.slot(key)) is not None:
                filling.add_page(self._model, slot, rows, more)

    def add_page_before(self, key: str | None, rows: Sequence[TreeRow], before: str | None) -> None:
        """Add a page of children before those that are there.

        Args:
            key: The row, or None for the roots.
            rows: The children that come before, in order.
            before: Cursor of the page before these, if any.
        """
        with self._changing():
            if (slot := self._model.slot(key)) is not None:
                filling.add_page_before(self._model, slot, rows, before)

    def set_branch(self, key: str | None, rows: Sequence[tuple[str | None, TreeRow]], *, done: bool) -> bool:
        """Give a page of all that is below a row, in place of what was there; every row of it is open.

        Args:
            key: The row that `BranchWanted` named, None for the whole tree.
            rows: Key of the parent (None for a root) and row; depth first, after those of the page before.
            done: This is the last page.

        Returns:
            Whether the next page is wanted; False when it was cancelled, or when the row is gone.
        """
        with self._changing():
            return filling.set_branch(self._model, key, rows, done=done)

    def set_tree(self, rows: Sequence[tuple[str | None, TreeRow]]) -> None:
        """Give the whole tree at once; the cursor and what is open are kept by key.

        Args:
            rows: Key of the parent (None for a root) and row, parents before children.
        """
        with self._changing():
            filling.set_tree(self._model, rows)

    def set_error(self, key: str | None, message: str) -> None:
        """Say below a row that its children could not be loaded; Enter on that line asks again.

        Args:
            key: The row, or None for the roots.
            message: One French sentence.
        """
        with self._changing():
            if (slot := self._model.slot(key)) is not None:
                filling.set_error(self._model, slot, plain(message))

    def update_row(self, row: TreeRow) -> None:
        """Say something else on a line; one whose key is not loaded is ignored.

        Args:
            row: Its key, and what it says from now on.
        """
        with self._changing():
            if slot := self._model.slot(row.key):
                self._model.store.write(slot, row)

    def insert_row(self, parent_key: str | None, row: TreeRow, before: str | None = None) -> None:
        """Add a row where it belongs; a parent that is not loaded yet is left to load it.

        Args:
            parent_key: The row above, None for a root.
            row: The new row; one that is there already is only updated.
            before: Key of the brother it comes before; None puts it last.
        """
        with self._changing():
            parent = self._model.slot(parent_key)
            if parent is not None and self._model.store.flags[parent] & LOADED:
                filling.insert(self._model, parent, row, before)

    def remove_row(self, key: str) -> None:
        """Take a row and all that is below it away; the cursor goes to what took its place.

        Args:
            key: The row; one that is not loaded is ignored.
        """
        with self._changing():
            if slot := self._model.slot(key):
                filling.remove(self._model, slot)

    def set_empty(self, text: str) -> None:
        """Say what the tree shows when it has no row.

        Args:
            text: One French sentence.
        """
        if plain(text) != self._empty:
            self._empty = plain(text)
            self._repaint()

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Change the tree, then draw what changed; the line under the cursor stays where it is on the screen."""
        key, on_screen = self.cursor_key, self._model.at - self.scroll_offset.y
        yield
        self._strips.clear()
        self.virtual_size = Size(self.scrollable_content_region.width, len(self._model.lines))
        if key == self.cursor_key and 0 <= on_screen < self.size.height:
            self._scroll(self._model.at - on_screen)
        self._show_cursor()
        self._repaint()
        self._tell()
        self.call_after_refresh(self._ask_in_sight)

    # --- Cursor and rows ---

    @property
    def cursor_key(self) -> str | None:
        """Key of the row under the cursor, None on a line that is not a row."""
        return self._model.cursor_key

    @property
    def cursor_is_cut(self) -> bool:
        """Whether the line under the cursor says less than its row, for want of room."""
        line = self._model.line
        return line > 0 and paint.is_cut(self._model.row(line), self._parts(self._model.at))

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
            self.virtual_size = Size(self.scrollable_content_region.width, len(self._model.lines))
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

    def _go_to(self, place: int) -> None:
        place = max(0, min(place, len(self._model.lines) - 1))
        if self._model.lines and place != self._model.at:
            self._model.at, self._model.wanted = place, None
            self._show_cursor()
            self._repaint()
            self._tell()

    def _show_cursor(self, context: int = 0) -> None:
        """Scroll as little as it takes to show the cursor.

        Args:
            context: How many lines to show above it, when it was not in sight.
        """
        top, height, at = self.scroll_offset.y, max(self.size.height, 1), self._model.at
        if not top <= at < top + height:
            self._scroll(at - context if context or at < top else at - height + 1)

    def _scroll(self, top: int) -> None:
        self.scroll_to(y=max(top, 0), animate=False, immediate=True, force=True)

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

    def _ask_in_sight(self) -> None:
        top = self.scroll_offset.y
        if self._model.ask_in_sight(top, top + self.size.height):
            self._strips.clear()
            self._repaint()
            self._tell()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Ask for the pages that came in sight."""
        super().watch_scroll_y(old_value, new_value)
        self._ask_in_sight()

    def on_resize(self) -> None:
        """Keep the cursor in sight at the new size."""
        self._strips.clear()
        self.virtual_size = Size(self.scrollable_content_region.width, len(self._model.lines))
        self._show_cursor()
        self.refresh()
        self.call_after_refresh(self._ask_in_sight)

    # --- Keys ---

    def action_bas(self) -> None:
        """Go to the next line."""
        self._go_to(self._model.at + 1)

    def action_haut(self) -> None:
        """Go to the previous line."""
        self._go_to(self._model.at - 1)

    def action_page_bas(self) -> None:
        """Go one page down."""
        self._go_to(self._model.at + max(self.size.height - 1, 1))

    def action_page_haut(self) -> None:
        """Go one page up."""
        self._go_to(self._model.at - max(self.size.height - 1, 1))

    def action_debut(self) -> None:
        """Go to the first line."""
        self._go_to(0)

    def action_fin(self) -> None:
        """Go to the last line."""
        self._go_to(len(self._model.lines) - 1)

    def action_deplier(self) -> None:
        """Open the row, or go to its first child."""
        line = self._model.line
        if line > 0 and self._model.store.openable(line):
            if self._model.store.flags[line] & EXPANDED:
                self._go_to(self._model.at + 1)
            else:
                with self._changing():
                    self._model.expand(line)

    def action_replier(self) -> None:
        """Close the row, or go to its parent."""
        line = self._model.line
        if line > 0 and self._model.store.flags[line] & EXPANDED and self._model.store.openable(line):
            with self._changing():
                self._model.collapse(line)
        else:
            self.action_parent()

    def action_tout_deplier(self) -> None:
        """Open all that is below the row."""
        line = self._model.line
        if line > 0 and self._model.store.openable(line):
            with self._changing():
                self._model.expand_all(line)

    def action_tout_replier(self) -> None:
        """Close every row."""
        self.collapse_all()

    def action_parent(self) -> None:
        """Go to the row above this one."""
        place = self._model.lines.above(self._model.at) if self._model.lines else -1
        if place >= 0:
            self._go_to(place)

    def action_voisin_suivant(self) -> None:
        """Go to the next row of this level, under the same parent."""
        self._go_to_brother(1)

    def action_voisin_precedent(self) -> None:
        """Go to the previous row of this level, under the same parent."""
        self._go_to_brother(-1)

    def _go_to_brother(self, step: int) -> None:
        place = self._model.lines.brother(self._model.at, step) if self._model.lines else -1
        if place >= 0:
            self._go_to(place)

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

    # --- Going to what is typed ---

    def action_sauter(self) -> None:
        """Take the letters that follow as the beginning of the label to go to."""
        self._type("")

    def action_arreter(self) -> None:
        """Stop going to what is typed, else stop opening all."""
        if self._typed is not None:
            self._type(None)
        else:
            with self._changing():
                self._model.cancel_all()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002  # Textual's signature
        """Leave Escape to the screen when there is nothing to stop."""
        return action != "arreter" or self._typed is not None or bool(self._model.branches)

    def on_key(self, event: Key) -> None:
        """Take the letters typed after « ' »; any other key ends them and has its own effect."""
        if self._typed is None or event.key == "escape":
            return
        if event.key == "backspace" and self._typed:
            self._type(self._typed[:-1])
        elif event.is_printable and event.character is not None:
            self._type(self._typed + event.character)
        else:
            self._type(None)
            return
        event.stop()
        event.prevent_default()

    def on_blur(self) -> None:
        """Forget what was typed."""
        self._type(None)

    def _type(self, text: str | None) -> None:
        if text != self._typed:
            self._typed, self._found = text, True
            self._strips.clear()
            self._repaint()
            self._seek(text, 0)

    def _seek(self, typed: str | None, seen: int) -> None:
        """Compare some labels with what is typed, from the cursor on and round; the rest after other keys."""
        if not typed or typed != self._typed or not self._model.lines:
            return
        rows, at, start = self._model.lines.rows, self._model.at, bare(typed)
        for step in range(seen, min(seen + ROWS_READ_AT_A_TIME, len(rows))):
            line = rows[(at + step) % len(rows)]
            if line > 0 and bare(self._model.store.pages.label(line)[: 2 * len(start)]).startswith(start):
                self._strips.clear()
                self._repaint()
                self._go_to((at + step) % len(rows))
                return
        if seen + ROWS_READ_AT_A_TIME < len(rows):
            self.call_later(self._seek, typed, seen + ROWS_READ_AT_A_TIME)
        else:
            self._found = False
            self._strips.clear()
            self._repaint()

    # --- Painting ---

    def lines(self) -> list[str]:
        """Give the lines in sight as text."""
        top = self.scroll_offset.y
        places = range(top, min(top + self.size.height, len(self._model.lines)))
        return ["".join(part.text for part in self._parts(place)).rstrip() for place in places]

    def render_line(self, y: int) -> Strip:
        """Draw one line of the screen."""
        strip = self._drawn[y] = self._strip(y)
        return strip

    def notify_style_update(self) -> None:
        """Draw with the new colours."""
        super().notify_style_update()
        self._strips.clear()

    def _strip(self, y: int) -> Strip:
        place, width = y + self.scroll_offset.y, self.scrollable_content_region.width
        if place >= len(self._model.lines):
            said = wrap(self._empty, max(width - 2, 1)) if not self._model.lines else []
            text = f" {said[y]}" if y < len(said) else ""
            return Strip([Segment(fit(text, width), self._style("dim"))]).extend_cell_length(width, self.rich_style)
        at_cursor = place == self._model.at
        line = self._model.lines.rows[place]
        kept = self._strips.get((line, at_cursor, width))
        if kept is None:
            kept = paint.strip(self._model, place, self._parts(place), self._style, at_cursor=at_cursor)
            self._strips[(line, at_cursor, width)] = kept
        return kept

    def _parts(self, place: int) -> list[Part]:
        typed = self._typed is not None and place == self._model.at
        note = paint.seeking(self._typed or "", found=self._found) if typed else ""
        width = self.scrollable_content_region.width
        return paint.parts(self._model, place, width, ticked=self._ticked, note=note)

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"tree--{name}") if name else self.rich_style

    def _repaint(self) -> None:
        """Draw again the cells that are not what they were: a few bytes for a key, over a slow line."""
        for y in range(self.size.height):
            before, after = self._drawn.get(y), self._strip(y)
            if before is None:
                self.refresh_line(y + self.scroll_offset.y)
            elif before is not after and (cells := paint.changed(before, after, y)):
                self.refresh(cells)
