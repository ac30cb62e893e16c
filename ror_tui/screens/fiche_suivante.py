"""From one fiche of a dossier to the next one that is not green, without going back to the tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ror_tui.services import fiche as fiches
from ror_tui.texts import french

if TYPE_CHECKING:
    from ror_tui.screens.fiche import FicheScreen

ALL_GREEN = french("Toutes les fiches sont finalisées : Échap, puis v pour envoyer en validation.")


async def go_on(screen: FicheScreen) -> None:
    """Open the fiche that was offered; else offer the next one that is not green.

    Args:
        screen: The fiche that is open.

    Raises:
        RorError: The dossier could not be read.
    """
    if screen.offered is not None:
        following = screen.offered
        if await screen.put_away():
            screen.follow_with(following)
        return
    found = await fiches.suivante(screen.ror.client, screen.dossier_id, screen.fiche_id)
    green = screen.fiche is not None and screen.fiche.etat not in fiches.A_FAIRE
    if found is None or found.id == screen.fiche_id:
        screen.set_status(ALL_GREEN if green else french("Aucun champ à remplir ni à corriger : F3 pour finaliser."))
        return
    screen.offered = found.id
    said = "Fiche finalisée." if green else "Aucun champ à remplir ni à corriger : F3 pour finaliser."
    screen.set_status(french(f"{said} F4 : ouvrir « {found.nom} »."))
