"""Widgets whose place does not depend on what they hold: a key paints their lines, and lays nothing out again.

Textual lays the whole screen out again whenever the size of a content changes, even where that moves nothing.
"""

from __future__ import annotations

from textual.geometry import Size
from textual.reactive import Reactive
from textual.scroll_view import ScrollView
from textual.widgets import Input


class SteadyInput(Input):
    """A text field of a given width and height."""

    virtual_size: Reactive[Size] = Reactive(Size(0, 0))


class SteadyView(ScrollView):
    """Lines that scroll: a layout follows only when the scroll bar comes or goes, or when they give the height."""

    virtual_size: Reactive[Size] = Reactive(Size(0, 0))

    def watch_virtual_size(self, size: Size) -> None:
        """Fit the scroll bar."""
        self._scroll_update(size)
        if self.styles.auto_dimensions:
            self.refresh(layout=True)
