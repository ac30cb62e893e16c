"""A long menu that one searches as one types; a line that cannot be used stays in place and says why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from ror_tui.keymap import bindings
from ror_tui.services.finding import fold
from ror_tui.texts import NBSP, french, plain
from ror_tui.widgets.lines import LineList, ListKeys


@dataclass(frozen=True, slots=True)
class FindItem:
    """A line of the menu.

    Args:
        id: What is given when it is chosen.
        label: What it is called.
        detail: What is said of it below the list.
        level: Depth, shown while nothing is typed.
        refusal: Why it cannot be chosen.
    """

    id: str
    label: str
    detail: str = ""
    level: int = 0
    refusal: str | None = None


class FindMenu(ListKeys, ModalScreen[str | None]):
    """Choose one line; gives its id, None on Escape.

    Args:
        title: Title of the frame.
        items: Its lines.
    """

    DEFAULT_CSS = """
    FindMenu {
        align: center middle; background: $background 60%;
        #find-menu {
            width: 90; max-width: 100%; height: 100%; max-height: 30; padding: 0 1; background: $surface;
            border: round $primary; border-title-color: $text; border-title-style: bold; border-subtitle-color: $text;
        }
        #find { background: $boost; }
        #reason { height: auto; max-height: 2; }
        #hint { height: 1; color: $text-muted; text-wrap: nowrap; text-overflow: ellipsis; }
    }
    FindMenu.-short #hint { display: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("choix")]
    AUTO_FOCUS = "#find"

    def __init__(self, title: str, items: Sequence[FindItem]) -> None:
        super().__init__()
        self.title_fr, self.items = title, items
        self._folded = [f" {fold(item.label)} {fold(item.detail)}" for item in items]
        self.shown: list[FindItem] = []

    def compose(self) -> ComposeResult:
        """Lay out the search, the lines, what is said of the one under the cursor, the keys."""
        with Vertical(id="find-menu") as frame:
            frame.border_title = Content(plain(self.title_fr))
            field = Input(placeholder="Tapez pour chercher", id="find", compact=True, max_length=100)
            field.cursor_blink = False
            yield field
            lines = LineList(self._paint, id="lines")
            lines.can_focus = False
            lines.add_class("-lit")
            yield lines
            yield Static("", id="reason")
            yield Static(Content(f"↑↓ · Entrée{NBSP}: choisir · Échap{NBSP}: annuler"), id="hint")

    @property
    def rows(self) -> LineList:
        """The lines."""
        return self.query_one(LineList)

    def on_mount(self) -> None:
        """Show every line."""
        self.search()

    def on_resize(self) -> None:
        """Give the line of help to the list when the screen is low."""
        self.set_class(self.size.height < 16, "-short")

    @on(Input.Changed)
    def search(self) -> None:
        """Show the lines that hold every word typed, with the cursor on the first that can be chosen."""
        words = fold(self.query_one(Input).value).split()
        self.shown = [
            item
            for item, text in zip(self.items, self._folded, strict=True)
            if all(f" {word}" in text for word in words)
        ]
        first = next((place for place, item in enumerate(self.shown) if item.refusal is None), 0)
        self.rows.show(len(self.shown), first)
        usable = sum(item.refusal is None for item in self.shown)
        self.query_one("#find-menu").border_subtitle = Content(f"{usable} sur {len(self.items)}")
        if not self.shown:
            self.query_one("#reason", Static).update(Content(french("Aucune ligne ne répond : effacez du texte.")))

    def _paint(self, index: int, _width: int) -> Content:
        item = self.shown[index]
        indent = "  " * item.level if not self.query_one(Input).value.strip() else ""
        mark = "× " if item.refusal else "  "
        return Content.assemble(f"{indent}{mark}", (plain(item.label), "dim" if item.refusal else ""))

    @on(LineList.Moved)
    def tell(self, event: LineList.Moved) -> None:
        """Say what the line under the cursor is, or why it cannot be chosen."""
        if event.index < len(self.shown):
            item = self.shown[event.index]
            color = "$text-error" if item.refusal else "$text-muted"
            self.query_one("#reason", Static).update(Content.styled(plain(item.refusal or item.detail), color))

    @on(Input.Submitted)
    def action_valider(self) -> None:
        """Give the line under the cursor, when it can be chosen."""
        if self.shown and self.shown[self.rows.cursor].refusal is None:
            self.dismiss(self.shown[self.rows.cursor].id)

    def action_annuler(self) -> None:
        """Close without choosing."""
        self.dismiss(None)
