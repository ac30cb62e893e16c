"""Copying what names a structure: its numbers, its name, its path."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ror_tui.api_client.models import Noeud
from ror_tui.services import repertoire
from ror_tui.texts import french, plain, plural
from ror_tui.widgets.dialogs import ActionMenu, MenuItem
from ror_tui.widgets.show_text import ShowText

if TYPE_CHECKING:
    from ror_tui.screens.repertoire import RepertoireScreen

NOTHING_COPIED = french("Rien n'a été copié : la touche y copie.")


async def copy(screen: RepertoireScreen) -> None:
    """Ask what to copy of the line, or of the ticked lines, and copy it."""
    noeud = screen.line
    if noeud is None:
        return
    what = await screen.app.push_screen_wait(ActionMenu("Copier", menu_items(screen, noeud)))
    if what is None:
        return
    text = await _text(screen, noeud, what)
    if text:
        send(screen, text)
    else:
        screen.set_status("Cette structure n'a pas de SIRET.")


def menu_items(screen: RepertoireScreen, noeud: Noeud) -> list[MenuItem]:
    """Give what can be copied of a line.

    Args:
        screen: The Répertoire, with its ticked lines.
        noeud: The line.
    """
    ticked = _finess(screen)
    count = plural(len(ticked), "ligne cochée", "lignes cochées")
    no_structure = None if noeud.id else "Un groupe n'a ni numéro ni fiche."
    no_finess = no_structure or (None if noeud.finess else "Cette structure n'a pas de numéro FINESS.")
    return [
        MenuItem("finess", french(f"Numéro FINESS : {noeud.finess or '—'}"), "f", no_finess),
        MenuItem("siret", "SIRET, lu sur la fiche", "s", no_structure),
        MenuItem("id", french(f"Identifiant : {noeud.id or '—'}"), "i", no_structure),
        MenuItem("nom", french(f"Nom : {noeud.nom}"), "n"),
        MenuItem("chemin", "Chemin, de la racine à la ligne", "c"),
        MenuItem(
            "coches", f"FINESS de {count}", "t", None if ticked else "Aucune ligne cochée n'a de FINESS (Espace)."
        ),
    ]


def _finess(screen: RepertoireScreen) -> list[str]:
    return [noeud.finess for noeud in screen.ticked() if noeud.finess]


async def _text(screen: RepertoireScreen, noeud: Noeud, what: str) -> str:
    if what == "siret":
        structure = await repertoire.structure(screen.ror.client, noeud.id) if noeud.id else None
        return structure.siret or "" if structure else ""
    texts = {
        "finess": noeud.finess or "",
        "id": str(noeud.id or ""),
        "nom": plain(noeud.nom),
        "chemin": plain(" › ".join([*screen.path(), noeud.nom])),
        "coches": "\n".join(_finess(screen)),
    }
    return texts[what]


def send(screen: RepertoireScreen, text: str) -> None:
    """Put a text in the clipboard of the terminal, and say how to take it by hand where that does not work.

    Args:
        screen: The Répertoire.
        text: What to copy.
    """
    screen.copied = text
    screen.app.copy_to_clipboard(text)
    first, *more = text.splitlines()
    what = plural(len(more) + 1, "ligne", "lignes") if more else f"« {first[:60]} »"
    screen.ror.say(french(f"Copié : {what}. Rien à coller ? Touche Y."))


async def by_hand(screen: RepertoireScreen) -> None:
    """Show what was copied, selected, to be taken by hand."""
    if screen.copied:
        await screen.app.push_screen_wait(ShowText("Copier à la main", screen.copied))
    else:
        screen.set_status(NOTHING_COPIED)
