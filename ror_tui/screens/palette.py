"""The palette (Ctrl+P): every command that works on the current screen, by its French name."""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.dom import DOMNode
from textual.screen import Screen
from textual.widgets import Input

from ror_tui import keymap
from ror_tui.screens.base import RorModal
from ror_tui.services.finding import fold
from ror_tui.widgets.frame import Line
from ror_tui.widgets.lines import LineList, ListKeys


class Command(NamedTuple):
    """An action, and the part of the application that does it."""

    action: keymap.Action
    node: DOMNode


def commands(screen: Screen[Any]) -> list[Command]:
    """Give the actions of the registry that work now on a screen, each once; those of every screen come last.

    Args:
        screen: The screen one comes from.
    """
    active = {one.binding.id: one.node for one in screen.active_bindings.values() if one.enabled}
    own = {action.id: screen for action in keymap.of(*getattr(screen, "CONTEXTS", ())) if _can(screen, action)}
    nodes = own | active
    actions = [action for action in keymap.ACTIONS if action.id in nodes and action.id != "app.palette"]
    actions.sort(key=lambda action: action.context == "app")
    return [Command(action, nodes[action.id]) for action in actions]


def _can(screen: Screen[Any], action: keymap.Action) -> bool:
    """Tell whether the screen itself can do it, although the widget with the focus takes the key."""
    return hasattr(screen, f"action_{action.action}") and screen.check_action(action.action, ()) is True


class PaletteScreen(ListKeys, RorModal[Command]):
    """A list of commands to find by name; gives the one to run.

    Args:
        behind: The screen whose commands are offered.
    """

    CSS_PATH = "palette.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            one
            for one in keymap.bindings("recherche")
            if getattr(one, "action", "") not in {"filtres", "dossier", "fiche", "favori"}
        ),
    ]
    AUTO_FOCUS = "#palette-texte"

    def __init__(self, behind: Screen[Any]) -> None:
        super().__init__()
        self.commands = commands(behind)
        self.found = self.commands

    def compose(self) -> ComposeResult:
        """Lay out the text, the commands, and the stable id of the one under the cursor."""
        with Vertical(id="palette"):
            field = Input(placeholder="Chercher une commande", id="palette-texte", compact=True)
            field.cursor_blink = False
            yield field
            names = LineList(self._paint, id="palette-commandes")
            names.can_focus = False
            names.add_class("-lit")
            yield names
            yield Line(id="palette-aide", markup=False)

    def on_mount(self) -> None:
        """Show every command."""
        self.rows.show(len(self.found))

    @property
    def rows(self) -> LineList:
        """The commands."""
        return self.query_one(LineList)

    def _paint(self, index: int, _width: int) -> Content:
        action, _ = self.found[index]
        key = keymap.key_name(action.keys.split(",")[0])
        return Content.assemble((f" {key:<9}", "bold $text-accent"), action.tooltip)

    @on(Input.Changed)
    def find(self, event: Input.Changed) -> None:
        """Keep the commands that hold every word typed."""
        words = fold(event.value).split()
        self.found = [one for one in self.commands if _holds(one[0], words)]
        self.rows.show(len(self.found))
        if not self.found:
            self.query_one("#palette-aide", Line).say("Aucune commande de ce nom ici.")

    @on(LineList.Moved)
    def show_id(self, event: LineList.Moved) -> None:
        """Show the stable id of the command."""
        if event.index < len(self.found):
            action, _ = self.found[event.index]
            self.query_one("#palette-aide", Line).say(f"{keymap.CONTEXTS[action.context]} · {action.id}")

    def action_ouvrir(self) -> None:
        """Run the command under the cursor."""
        if self.found:
            self.dismiss(self.found[self.rows.cursor])

    def action_fermer(self) -> None:
        """Close without doing anything."""
        self.dismiss(None)


def _holds(action: keymap.Action, words: list[str]) -> bool:
    text = f" {fold(action.label)} {fold(action.tooltip)} {fold(action.id)}"
    return all(f" {word}" in text for word in words)
