"""The filter typed in place (`/`): on the status line, asked for once the typing pauses, cleared or kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ror_tui.api_client.models import Kind
from ror_tui.texts import NBSP, plain

if TYPE_CHECKING:
    from ror_tui.screens.repertoire import RepertoireScreen

DEBOUNCE = 0.15
"""Seconds without a key before the server is asked."""
FEW_GROUPS, FEW_LINES = 8, 60
"""Groups are opened by themselves when so few answer to the text."""


def start(screen: RepertoireScreen) -> None:
    """Take the keys that follow as the text of the filter.

    Args:
        screen: The Répertoire.
    """
    screen.before_typing = screen.here()
    screen.tree.start_typing(screen.vue.filtres.texte)


def typed(screen: RepertoireScreen, text: str) -> None:
    """Show what is typed, and filter by it once the typing pauses.

    Args:
        screen: The Répertoire.
        text: The whole text.
    """
    screen.set_status(f"Filtrer{NBSP}: {plain(text)}▏  Entrée{NBSP}: garder · Échap{NBSP}: effacer")
    if screen.typing_timer is not None:
        screen.typing_timer.stop()
    screen.typing_timer = screen.set_timer(DEBOUNCE, lambda: screen.filter_by(text))


def ended(screen: RepertoireScreen, *, kept: bool) -> None:
    """Keep the filter, or clear it; the keys have their usual effect again.

    Args:
        screen: The Répertoire.
        kept: Keep it.
    """
    if screen.typing_timer is not None:
        screen.typing_timer.stop()
    if kept and screen.before_typing is not None and screen.last_typed != screen.before_typing.vue.filtres.texte:
        screen.history.leave(screen.before_typing)
    screen.filter_by(screen.last_typed if kept else "")
    screen.rest_soon()


def open_few(screen: RepertoireScreen) -> None:
    """Open the groups by themselves when few lines answer to the text, close those again when there is none.

    Args:
        screen: The Répertoire, with its roots just shown.
    """
    above = screen.above(screen.tree.cursor_key)
    if not screen.vue.filtres.texte:
        for key in screen.opened_by_text - set(above):
            if screen.holds(key):
                screen.tree.collapse(key)
        screen.opened_by_text = set()
        return
    groups = [noeud for noeud in screen.roots if not isinstance(noeud.kind, Kind)]
    if 0 < len(groups) <= FEW_GROUPS and sum(noeud.enfants for noeud in groups) <= FEW_LINES:
        closed = {noeud.cle for noeud in groups} - set(screen.tree.walk_opened())
        screen.opened_by_text |= closed
        screen.open_again(closed)
