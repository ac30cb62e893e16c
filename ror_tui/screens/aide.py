"""Help (F1): the keys of the screen one comes from, what the marks mean, how to reach the support."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from ror_tui import keymap, marks
from ror_tui.screens.base import RorModal
from ror_tui.texts import NBSP, SUPPORT

Part = tuple[str, str]


def keys_of(context: str) -> Iterable[Part]:
    """Write the keys of a context.

    Args:
        context: A name of `keymap.CONTEXTS`.
    """
    actions = keymap.of(context)
    if not actions:
        return
    yield (f"{keymap.CONTEXTS[context]}\n", "bold $text-accent")
    for action in actions:
        keys = "  ".join(keymap.key_name(key) for key in action.keys.split(","))
        yield (f"  {keys:<15} ", "bold")
        yield (f"{action.tooltip}\n", "")
    yield ("\n", "")


def meanings() -> Iterable[Part]:
    """Write what the marks of the trees mean."""
    yield ("Marques des fiches d'un dossier\n", "bold $text-accent")
    for mark in marks.FICHE.values():
        yield (f"  {mark.glyph} {mark.word}\n", f"${_text_color(mark.color)}")
    yield ("\nMarques du Répertoire\n", "bold $text-accent")
    for kind, mark in marks.KIND_GLYPH.items():
        yield (f"  {mark.glyph} {marks.KIND[kind]}\n", "")
    for state in marks.PEUPLEMENT.values():
        yield (f"  {state.glyph} peuplement {state.word}\n", f"${_text_color(state.color)}")
    yield (f"  {marks.FAVORI.glyph} {marks.FAVORI.word}\n", "")
    yield ("\n", "")


def _text_color(name: str) -> str:
    return name if name.startswith("text") else f"text-{name}"


def support() -> Iterable[Part]:
    """Write how to reach the support, in the guide's words."""
    yield ("Support SESAN\n", "bold $text-accent")
    for way, contact in SUPPORT:
        yield (f"  {way}{NBSP}: {contact}\n", "")


class AideScreen(RorModal[None]):
    """The help of a screen.

    Args:
        behind: The screen whose keys are explained.
    """

    CSS_PATH = "aide.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1,q,enter", "fermer", "Fermer", id="aide.fermer"),
        Binding("down,j", "bas", show=False),
        Binding("up,k", "haut", show=False),
    ]
    AUTO_FOCUS = "#aide-texte"

    def __init__(self, behind: Screen[Any]) -> None:
        super().__init__()
        self.contexts = (*getattr(behind, "CONTEXTS", ()), "app")

    def compose(self) -> ComposeResult:
        """Lay out the text, which scrolls."""
        keys = [part for context in self.contexts for part in keys_of(context)]
        with VerticalScroll(id="aide-texte") as frame:
            frame.border_title = Content("Aide")
            frame.border_subtitle = Content(f"Échap{NBSP}: fermer · ↑ ↓ PgSuiv{NBSP}: lire la suite")
            yield Static(Content.assemble(*keys, *meanings(), *support()), id="aide-contenu")

    def action_fermer(self) -> None:
        """Close the help."""
        self.dismiss(None)

    def action_bas(self) -> None:
        """Read on."""
        self.query_one("#aide-texte").scroll_down(animate=False)

    def action_haut(self) -> None:
        """Read back."""
        self.query_one("#aide-texte").scroll_up(animate=False)
