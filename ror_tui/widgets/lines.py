"""A list of one-line rows with a cursor, painted only where it is seen: as fast for 1,305 rows as for ten."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content, Span
from textual.events import Resize
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip
from textual.style import Style
from textual.visual import Visual

from ror_tui.keymap import bindings
from ror_tui.widgets.steady import SteadyView

FOUND = "underline"
"""Style of the runs that answer to a search; the only one that the line under the cursor keeps."""

MOST_STRIPS = 1000
"""Rows that are kept painted."""

Paint = Callable[[int, int], Content]
"""Gives the content of a row, for its index and the width there is."""


class LineList(SteadyView, can_focus=True):
    """Rows that a function paints, a cursor, the keys of trees to move it."""

    DEFAULT_CSS = """
    LineList {
        height: 1fr; overflow-x: hidden; overflow-y: auto; scrollbar-size-vertical: 1;
        & > .line-list--cursor {
            background: $block-cursor-blurred-background; color: $block-cursor-blurred-foreground; text-style: bold;
        }
        &:focus > .line-list--cursor, &.-lit > .line-list--cursor {
            background: $block-cursor-background; color: $block-cursor-foreground; text-style: bold;
        }
        &:ansi > .line-list--cursor { text-style: underline; }
        &:ansi:focus > .line-list--cursor, &:ansi.-lit > .line-list--cursor { text-style: reverse; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"line-list--cursor"}
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("arbre")]

    @dataclass
    class Moved(Message):
        """The cursor is on another row."""

        line_list: LineList
        index: int

        @property
        def control(self) -> LineList:
            """The list that sent the message."""
            return self.line_list

    @dataclass
    class Chosen(Message):
        """Enter was pressed on a row."""

        line_list: LineList
        index: int

        @property
        def control(self) -> LineList:
            """The list that sent the message."""
            return self.line_list

    def __init__(self, paint: Paint, *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self.paint = paint
        self.count = 0
        self.cursor = 0
        self._strips: dict[tuple[str, tuple[Span, ...], int, Style], Strip] = {}

    def show(self, count: int, cursor: int = 0) -> None:
        """Show so many rows.

        Args:
            count: Number of rows.
            cursor: Row of the cursor.
        """
        self.count = count
        self.virtual_size = Size(self.scrollable_content_region.width, count)
        self.move_to(cursor)
        self.refresh()

    def move_to(self, index: int) -> None:
        """Move the cursor to a row, as near as there is, and bring it into view."""
        self.cursor = max(0, min(index, self.count - 1))
        if self.count:
            self.scroll_to_region(Region(0, self.cursor, 1, 1), animate=False, force=True)
            self.post_message(self.Moved(self, self.cursor))
        self.refresh()

    def lines(self) -> list[str]:
        """Give every row as text, for tests."""
        return [self.paint(index, self.scrollable_content_region.width).plain.rstrip() for index in range(self.count)]

    def on_resize(self, event: Resize) -> None:
        """Keep the cursor in view."""
        self.virtual_size = Size(event.size.width, self.count)
        if self.count:
            self.scroll_to_region(Region(0, self.cursor, 1, 1), animate=False, force=True)

    def render_line(self, y: int) -> Strip:
        """Paint a row: its content, cut with « … »."""
        index, width = y + self.scroll_offset.y, self.scrollable_content_region.width
        at_cursor = index == self.cursor
        style = self.get_visual_style("line-list--cursor") if at_cursor else self.visual_style
        if index >= self.count or not width:
            return Strip.blank(width, self.visual_style.rich_style)
        content = self.paint(index, width)
        if at_cursor:
            content = Content(content.plain, [span for span in content.spans if span.style == FOUND])
        key = (content.plain, tuple(content.spans), width, style)  # contents of the same text are equal for Textual
        if key not in self._strips:
            if len(self._strips) >= MOST_STRIPS:
                self._strips.clear()
            cut = content.truncate(width, ellipsis=True, pad=True)
            self._strips[key] = Visual.to_strips(self, cut, width, 1, style, apply_selection=False)[0]
        return self._strips[key]

    def notify_style_update(self) -> None:
        """Paint again in other colours."""
        self._strips.clear()
        super().notify_style_update()

    def action_bas(self) -> None:
        """Go to the next row."""
        self.move_to(self.cursor + 1)

    def action_haut(self) -> None:
        """Go to the row before."""
        self.move_to(self.cursor - 1)

    def action_page_bas(self) -> None:
        """Go one page down."""
        self.move_to(self.cursor + max(1, self.size.height - 1))

    def action_page_haut(self) -> None:
        """Go one page up."""
        self.move_to(self.cursor - max(1, self.size.height - 1))

    def action_debut(self) -> None:
        """Go to the first row."""
        self.move_to(0)

    def action_fin(self) -> None:
        """Go to the last row."""
        self.move_to(self.count - 1)

    def action_ouvrir(self) -> None:
        """Choose the row under the cursor."""
        if self.count:
            self.post_message(self.Chosen(self, self.cursor))

    def action_deplier(self) -> None:
        """Open the row: there is nothing to unfold here."""
        self.action_ouvrir()

    def action_replier(self) -> None:
        """There is nothing to fold here."""


class ListKeys:
    """The keys of a list while a text field, or the screen itself, keeps the focus; a part of a screen."""

    @property
    def rows(self) -> LineList:
        """The list that the keys move in."""
        raise NotImplementedError

    def _move(self, action: str) -> None:
        getattr(self.rows, f"action_{action}")()

    def action_bas(self) -> None:
        """Go to the next row."""
        self._move("bas")

    def action_haut(self) -> None:
        """Go to the row before."""
        self._move("haut")

    def action_page_bas(self) -> None:
        """Go one page down."""
        self._move("page_bas")

    def action_page_haut(self) -> None:
        """Go one page up."""
        self._move("page_haut")
