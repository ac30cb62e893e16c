"""The part of a tree that is in sight: its lines are drawn, its cursor is followed, its missing pages are asked for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from textwrap import wrap
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.cache import LRUCache
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from ror_tui.texts import plain
from ror_tui.widgets import tree_paint as paint
from ror_tui.widgets.frame import fit
from ror_tui.widgets.tree_line import Part
from ror_tui.widgets.tree_model import TreeModel

KEPT_STRIPS = 256


class TreeView(ScrollView, can_focus=True):
    """A window on the lines of a `TreeModel`."""

    DEFAULT_CSS = """
    TreeView {
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

    def __init__(self, *, id: str | None = None, empty: str = "") -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self._model = TreeModel()
        self._empty = plain(empty)
        self._ticked: set[str] = set()
        self._typed: str | None = None
        self._found = True
        self._strips: LRUCache[tuple[int, bool, int], Strip] = LRUCache(KEPT_STRIPS)
        self._drawn: dict[int, Strip] = {}

    def _tell(self) -> None:
        """Tell the screen what is asked for, and where the cursor is."""
        raise NotImplementedError

    # --- Following what changes ---

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Change the tree, then draw what changed; the line under the cursor stays where it is on the screen."""
        key, on_screen = self.cursor_key, self._model.at - self.scroll_offset.y
        yield
        self._strips.clear()
        self._measure()
        if key == self.cursor_key and 0 <= on_screen < self.size.height:
            self._scroll(self._model.at - on_screen)
        self._show_cursor()
        self._repaint()
        self._tell()
        self.call_after_refresh(self._ask_in_sight)

    def _measure(self) -> None:
        self.virtual_size = Size(self.scrollable_content_region.width, len(self._model.lines))

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
        self._measure()
        self._show_cursor()
        self.refresh()
        self.call_after_refresh(self._ask_in_sight)

    # --- The cursor ---

    @property
    def cursor_key(self) -> str | None:
        """Key of the row under the cursor, None on a line that is not a row."""
        return self._model.cursor_key

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
