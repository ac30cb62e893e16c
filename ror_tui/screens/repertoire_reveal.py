"""Going to a structure in the Répertoire: the lines above it are opened, around it, however long the lists are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from ror_tui.api_client.errors import RorError
from ror_tui.api_client.models import Chemin, VueRepertoire
from ror_tui.screens.repertoire_load import Wanted, show
from ror_tui.services import repertoire
from ror_tui.services import vue as vues
from ror_tui.texts import french
from ror_tui.widgets.dialogs import Confirm

if TYPE_CHECKING:
    from ror_tui.screens.repertoire import RepertoireScreen

TITLE = "Montrer dans le Répertoire"


async def reveal(screen: RepertoireScreen, structure_id: UUID) -> None:
    """Put the cursor on a structure; when the view hides it, say why and offer to show it all the same.

    Args:
        screen: The Répertoire.
        structure_id: The structure.
    """
    try:
        chemin = await repertoire.chemin(screen.ror.client, screen.vue, structure_id)
        if chemin.cles:
            screen.history.leave(screen.here())
            await open_path(screen, chemin.cles)
        else:
            await _offer(screen, structure_id, chemin.raison or "Cette vue ne montre pas cette structure.")
    except RorError as error:
        screen.ror.fail(error, retry=lambda: screen.show_structure(structure_id))


async def _offer(screen: RepertoireScreen, structure_id: UUID, reason: str) -> None:
    text = french(f"{reason}\n\nLa montrer quand même ? La vue s'élargit ; la touche < revient à celle d'avant.")
    if not await screen.app.push_screen_wait(Confirm(TITLE, text, yes="Oui, montrer", no="Non")):
        return
    wider = await _wider(screen, structure_id)
    if wider is None:
        screen.set_status("Aucune vue ne montre cette structure.")
        return
    here = screen.here()
    if await screen.switch(wider[0]):
        screen.history.leave(here)
        await open_path(screen, wider[1].cles)


async def _wider(screen: RepertoireScreen, structure_id: UUID) -> tuple[VueRepertoire, Chemin] | None:
    """Find the nearest view that shows a structure, and its path there."""
    for vue in vues.wider(screen.vue):
        chemin = await repertoire.chemin(screen.ror.client, vue, structure_id)
        if chemin.cles:
            return vue, chemin
    return None


async def open_path(screen: RepertoireScreen, cles: Sequence[str]) -> None:
    """Load what is missing of a path, level by level, and put the cursor on its last line.

    Args:
        screen: The Répertoire.
        cles: Keys from the root down.

    Raises:
        RorError: When a level cannot be read.
    """
    parent: str | None = None
    for cle in cles:
        if not screen.holds(cle, parent):
            screen.workers.cancel_group(screen, f"enfants {parent}")
            page = await repertoire.enfants(screen.ror.client, screen.vue, parent, autour=cle)
            show(screen, Wanted(parent), page)
        parent = cle
    screen.tree.reveal(cles[-1])
