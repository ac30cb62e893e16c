"""The frame of every dialog: a title, a body that scrolls, buttons that answer to a letter, Escape to cancel."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.events import Key
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Button, Static

from ror_tui.keymap import bindings
from ror_tui.texts import plain

Result = TypeVar("Result")


def lines(text: str) -> Content:
    """Give a text from elsewhere as content to draw: no markup, no control character but the end of a line."""
    return Content("\n".join(plain(line) for line in text.splitlines()))


def _height(part: Widget) -> int:
    given = part.styles.height
    return int(given.value) if given is not None and given.is_cells else part.outer_size.height


SCROLLING = ("menu", "ticks", "dialog-body")
"""Ids of the parts that scroll, in a dialog too high for its screen; a multi-line answer shrinks instead."""


class Dialog(ModalScreen[Result]):
    """Base of every dialog: a frame with its title, a body that scrolls, a row of buttons, Escape to cancel."""

    DEFAULT_CSS = """
    Dialog {
        align: center middle;
        background: $background 60%;
        & > #dialog {
            width: 66; max-width: 100%; height: auto; max-height: 100%;
            border: round $primary; border-title-color: $text; border-title-style: bold;
            background: $surface; padding: 0 1;
        }
        #dialog-body { height: auto; }
        #dialog-body > Static { height: auto; }
        #dialog-error { color: $text-error; height: auto; display: none; }
        #dialog-error.-shown { display: block; }
        #dialog-buttons { height: 1; align-horizontal: right; }
        #dialog-buttons.-stacked { layout: vertical; height: auto; align-horizontal: left; }
        #dialog-buttons Button { margin: 0 0 0 1; width: auto; min-width: 0; }
        #dialog-buttons Button:focus { text-style: bold reverse; }
        OptionList { height: auto; background: $surface; text-wrap: nowrap; text-overflow: ellipsis; }
        TextArea { height: 6; max-height: 40vh; border: none; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("dialogue")]
    AUTO_FOCUS = ""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.title_fr = title
        self.letters: dict[str, str] = {}

    def compose(self) -> ComposeResult:
        """Lay out the frame around what the dialog asks."""
        with Vertical(id="dialog") as frame:
            frame.border_title = Content(plain(self.title_fr))
            yield from self.compose_body()

    def compose_body(self) -> ComposeResult:
        """Lay out what the dialog asks; each dialog gives its own."""
        yield from ()

    def text(self, text: str) -> VerticalScroll:
        """Give a block of plain text that scrolls when it is longer than the screen."""
        return VerticalScroll(Static(lines(text), id="dialog-text"), id="dialog-body", can_focus=False)

    def buttons(self, *choices: tuple[str, str]) -> Horizontal:
        """Give the row of buttons; each answers to a letter of its label, which is underlined.

        Args:
            choices: Pairs of id and label.
        """
        return Horizontal(
            *(Button(self._label(choice, label), id=f"choice-{choice}", compact=True) for choice, label in choices),
            id="dialog-buttons",
        )

    def _label(self, choice: str, label: str) -> Content:
        place = next((i for i, char in enumerate(label) if char.isalpha() and char.lower() not in self.letters), None)
        if place is None:
            return Content(plain(label))
        self.letters[label[place].lower()] = choice
        return Content(plain(label)).stylize("underline", place, place + 1)

    def chosen(self, choice: str) -> None:
        """Take the choice of that id; each dialog gives its own."""

    def show_error(self, message: str) -> None:
        """Show in the dialog what must be corrected."""
        self.query_one("#dialog-error", Static).update(lines(message))
        self.query_one("#dialog-error").set_class(bool(message), "-shown")
        self.call_after_refresh(self.fit)

    def on_resize(self) -> None:
        """Keep every answer on the screen, whatever its size."""
        self.call_after_refresh(self.fit)

    def fit(self) -> None:
        """Let the part that can scroll take what the rest leaves; stack the buttons that do not fit side by side."""
        frame = self.query_one("#dialog")
        for row in self.query("#dialog-buttons"):
            widths = [button.outer_size.width + 1 for button in row.query(Button)]
            row.set_class(sum(widths) > frame.content_size.width, "-stacked")
            row.styles.height = len(widths) if row.has_class("-stacked") else 1
        scrolling = next((child for child in frame.children if child.id in SCROLLING), None)
        if scrolling is not None:
            rest = sum(_height(child) for child in frame.children if child.display and child is not scrolling)
            scrolling.styles.max_height = max(1, self.size.height - 2 - rest)

    @on(Button.Pressed)
    def choose_pressed(self, event: Button.Pressed) -> None:
        """Take the button's choice."""
        event.stop()
        self.chosen((event.button.id or "").removeprefix("choice-"))

    def on_key(self, event: Key) -> None:
        """Take the choice of a letter, when no text field has taken it first."""
        letter = event.character or ""
        choice = self.letters.get(letter) or self.letters.get(letter.lower())
        if choice is not None:
            event.stop()
            self.chosen(choice)

    def action_annuler(self) -> None:
        """Close without doing anything."""
        self.dismiss(None)

    def action_precedent(self) -> None:
        """Move to the answer before."""
        self.focus_previous()

    def action_suivant(self) -> None:
        """Move to the next answer."""
        self.focus_next()

    def action_valider(self) -> None:
        """Take what was typed; only text dialogs do something with it."""

    def key_pageup(self) -> None:
        """Scroll a long text up."""
        for body in self.query("#dialog-body").results(VerticalScroll):
            body.scroll_page_up(animate=False)

    def key_pagedown(self) -> None:
        """Scroll a long text down."""
        for body in self.query("#dialog-body").results(VerticalScroll):
            body.scroll_page_down(animate=False)
