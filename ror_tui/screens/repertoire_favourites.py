"""Favourites, from the Répertoire (guide §3a: « Ajouter aux favoris »)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ror_tui.api_client.models import Noeud
from ror_tui.screens.repertoire_rows import tree_row
from ror_tui.services import compte
from ror_tui.texts import french, plural

if TYPE_CHECKING:
    from ror_tui.screens.repertoire import RepertoireScreen

NOT_A_STRUCTURE = "Seule une structure s'ajoute aux favoris, pas un groupe."


async def toggle(screen: RepertoireScreen) -> None:
    """Add the ticked lines, or else the one under the cursor, to the favourites; take them away when all are there."""
    chosen = [noeud for noeud in screen.chosen() if noeud.id is not None]
    if not chosen:
        screen.set_status(NOT_A_STRUCTURE)
        return
    favori = not all(noeud.favori for noeud in chosen)
    changed = [noeud for noeud in chosen if noeud.favori != favori]
    await compte.mark(screen.ror.client, [noeud.id for noeud in changed if noeud.id], favori=favori)
    for noeud in changed:
        show(screen, noeud.model_copy(update={"favori": favori}))
    screen.ror.say(said(changed, favori=favori))


def show(screen: RepertoireScreen, noeud: Noeud) -> None:
    """Show a line again, with what is known of it now.

    Args:
        screen: The Répertoire.
        noeud: The line.
    """
    screen.tree.update_row(tree_row(noeud, screen.vue.filtres.texte))


def said(changed: list[Noeud], *, favori: bool) -> str:
    """Say what was added or taken away.

    Args:
        changed: The structures, one at least.
        favori: Whether they are favourites now.
    """
    what = f"« {changed[0].nom} »" if len(changed) == 1 else plural(len(changed), "structure", "structures")
    return french(f"{what} : {'ajouté aux favoris' if favori else 'retiré des favoris (f : remettre)'}")
