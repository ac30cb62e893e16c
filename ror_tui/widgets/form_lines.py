"""The lines of a form, painted where they are seen: a form of two hundred fields opens as fast as one of ten."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.content import Content
from textual.events import Click, Key, Resize
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip
from textual.style import Style
from textual.visual import Visual

from ror_tui.widgets.form_paint import LABEL, Line
from ror_tui.widgets.steady import SteadyView

MARGIN = 1


class FormLines(SteadyView, can_focus=True, inherit_bindings=False):
    """What a form shows. It holds no value: it is given lines, and says which keys it was given.

    Args:
        takes: Tells whether a key means something for the place that has the cursor.
    """

    DEFAULT_CSS = """
    FormLines {
        height: 1fr; overflow-x: hidden; overflow-y: auto; scrollbar-size-vertical: 1;
        & > .form-lines--cursor { background: $block-cursor-blurred-background; text-style: bold; }
        &:focus > .form-lines--cursor { background: $block-cursor-background; color: $block-cursor-foreground; }
        &:ansi:focus > .form-lines--cursor { text-style: reverse; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"form-lines--cursor"}

    @dataclass
    class Pressed(Message):
        """A key was pressed on the line that has the cursor, and nothing else took it."""

        key: str
        character: str | None

    @dataclass
    class Clicked(Message):
        """A place was clicked."""

        place: int

    def __init__(self, takes: Callable[[Key], bool]) -> None:
        super().__init__(id="form-lines")
        self.takes = takes
        self.lines: Sequence[Line] = ()
        self.cursor = -1
        self._strips: dict[tuple[Line, int, bool, bool], Strip] = {}

    def show(self, lines: Sequence[Line], cursor: int) -> None:
        """Show lines.

        Args:
            lines: From the top.
            cursor: The place that has the cursor, -1 for none.
        """
        before, former = self.lines, self.cursor
        self.lines, self.cursor = lines, cursor
        if len(before) != len(lines):
            self.virtual_size = Size(self.size.width, len(lines))
            self.refresh()
            return
        for index, (old, new) in enumerate(zip(before, lines, strict=True)):
            if old != new or (new.place in {former, cursor} and former != cursor):
                self.refresh_line(index)

    def rows_of(self, place: int) -> range:
        """Give the lines of a place."""
        rows = [index for index, line in enumerate(self.lines) if line.place == place]
        return range(rows[0], rows[-1] + 1) if rows else range(0)

    def bring(self, place: int) -> None:
        """Bring a place into view, whole when it can be."""
        rows = self.rows_of(place)
        if rows:
            self.scroll_to_region(Region(0, rows.start, 1, len(rows)), animate=False, force=True)

    def text(self) -> list[str]:
        """Give every line as text."""
        return [
            f"{' ' * line.indent}{line.label.plain.rstrip() if line.label else ''} {line.value.plain}".rstrip()
            for line in self.lines
        ]

    def notify_style_update(self) -> None:
        """Draw again in other colours."""
        self._strips.clear()
        super().notify_style_update()

    def on_resize(self, event: Resize) -> None:
        """Fit the width."""
        self.virtual_size = Size(event.size.width, len(self.lines))

    def render_line(self, y: int) -> Strip:
        """Paint a line."""
        index, width = y + self.scroll_offset.y, self.scrollable_content_region.width
        if index >= len(self.lines) or width <= 2 * MARGIN:
            return Strip.blank(width, self.visual_style.rich_style)
        line = self.lines[index]
        lit = line.place == self.cursor and self._first(index)
        key = (line, width, lit, self.has_focus)
        if key not in self._strips:
            if len(self._strips) > 2000:
                self._strips.clear()
            self._strips[key] = self._paint(line, width, lit=lit)
        return self._strips[key]

    def _first(self, index: int) -> bool:
        return index == 0 or self.lines[index - 1].place != self.lines[index].place

    def _paint(self, line: Line, width: int, *, lit: bool) -> Strip:
        plain, cursor = self.visual_style, self.get_visual_style("form-lines--cursor")
        style = cursor if lit and self.has_focus else plain
        left = min(MARGIN + line.indent, width)
        margin = Strip.blank(left, plain.rich_style)
        if line.label is None:
            return Strip.join([margin, *self._cell(line.value, width - left, style)])
        label = line.label.stylize("bold") if lit else line.label
        column = max(LABEL - line.indent, 12)
        value = self._cell(line.value, max(width - left - column, 1), style)
        return Strip.join([margin, *self._cell(label, column, plain), *value])

    def _cell(self, content: Content, width: int, style: Style) -> Sequence[Strip]:
        if not content.plain:
            return [Strip.blank(width, style.rich_style)]
        cut = content.truncate(width, ellipsis=True, pad=True)
        return Visual.to_strips(self, cut, width, 1, style, apply_selection=False)[:1] if width > 0 else []

    def on_key(self, event: Key) -> None:
        """Give the keys that mean something for a field to who holds it."""
        if self.takes(event):
            event.stop()
            self.post_message(self.Pressed(event.key, event.character))

    def on_click(self, event: Click) -> None:
        """Say which place was clicked."""
        index = event.y + self.scroll_offset.y
        if index < len(self.lines) and self.lines[index].place >= 0:
            self.post_message(self.Clicked(self.lines[index].place))
