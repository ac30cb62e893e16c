"""A text shown selected, to be copied by hand where the terminal has no clipboard."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widgets import TextArea

from ror_tui.texts import plain
from ror_tui.widgets.dialog_frame import Dialog


class ShowText(Dialog[None]):
    """A text to select with the mouse or to copy from the screen; Enter or Escape closes.

    Args:
        title: Title of the frame.
        text: Any text; what could not be drawn is shown as blanks.
    """

    def __init__(self, title: str, text: str) -> None:
        super().__init__(title)
        self.shown = "\n".join(plain(line) for line in text.splitlines())

    def compose_body(self) -> ComposeResult:
        """Lay out the text and its one button."""
        yield TextArea(self.shown, id="show-text", read_only=True, compact=True, show_cursor=False)
        yield self.buttons(("fermer", "Fermer"))

    def on_mount(self) -> None:
        """Select the whole text; let Enter close."""
        self.query_one(TextArea).select_all()
        self.set_focus(self.query_one("#choice-fermer"))

    def chosen(self, choice: str) -> None:  # noqa: ARG002  # there is one button
        """Close."""
        self.dismiss(None)
