"""Saving the grid of beds: what must be told first, what others typed meanwhile, what waits for the link."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ror_tui.api_client.errors import Invalid, RorError, Stale
from ror_tui.journal import Attente
from ror_tui.screens import attente
from ror_tui.services import lits as service
from ror_tui.services.lits import STATUTS, Lits
from ror_tui.texts import french, plain, plural

if TYPE_CHECKING:
    from ror_tui.screens.lits import LitsScreen

POINTER = re.compile(r"/unites/(\d+)/capacites/(\d+)")


async def save(screen: LitsScreen) -> bool:
    """Save what changed, once nothing is left to decide.

    Returns:
        Whether the server holds all that is typed.
    """
    lits = screen.lits
    if lits is None or not lits.modifies():
        screen.ror.say("Rien à enregistrer : aucun chiffre n'a changé.")
        return True
    while (cell := lits.untyped()) is not None:
        screen.grid.go_to(screen.rows.index(cell[0]), STATUTS.index(cell[1]))
        if not await screen.chosen_type(*cell):
            screen.set_status("Non enregistré : choisissez un type (t), ou videz la cellule.")
            return False
    return False if _must_decide(screen, lits) else await _save(screen, lits)


async def _save(screen: LitsScreen, lits: Lits) -> bool:
    screen.set_status("Enregistrement…")
    sent = lits.tapes()
    try:
        count = await service.enregistrer_parmi(screen.ror.client, screen.structure_id, lits)
    except Stale as error:
        screen.show()
        if not _must_decide(screen, lits):
            screen.ror.fail(error)
        return False
    except Invalid as error:
        _show_fault(screen, lits, error)
        return False
    except RorError as error:
        _wait_or_fail(screen, lits, error)
        return False
    screen.draft.confirm(sent, lits)
    screen.ror.repertoire_moved = True
    screen.ror.say(french(f"{plural(count, 'unité enregistrée', 'unités enregistrées')} : lits à jour."))
    if screen.is_attached:
        screen.show()
    return True


def _must_decide(screen: LitsScreen, lits: Lits) -> bool:
    ecarts = lits.ecarts()
    if ecarts and screen.is_attached:
        screen.action_suivant()
        cells = plural(ecarts, "cellule a été saisie", "cellules ont été saisies")
        screen.set_status(french(f"{cells} aussi par un autre : m le mien, s le sien, ] suivante, puis F2."))
    return ecarts > 0


def _wait_or_fail(screen: LitsScreen, lits: Lits, error: RorError) -> None:
    draft, envoi = screen.draft, lits.saisie().model_dump(mode="json")
    base = {champ: held for champ, (_, held) in lits.brouillon().items()}
    waiting = Attente(draft.ref, draft.titre, lits.tapes(), envoi, datetime.now(UTC), base=base)
    if not attente.queue(screen, error, waiting):
        screen.ror.fail(error, retry=screen.action_enregistrer)
        screen.set_status("Non enregistré : votre saisie reste ici, F2 pour réessayer.")


def _show_fault(screen: LitsScreen, lits: Lits, error: Invalid) -> None:
    """Go to the cell of the first fault."""
    fault = error.probleme.errors[0] if error.probleme.errors else None
    place = POINTER.match(fault.pointer) if fault else None
    cell = lits.cell_at(int(place[1]), int(place[2])) if place else None
    if fault is None or cell is None or cell[0] not in screen.rows:
        screen.ror.fail(error)
        return
    screen.grid.go_to(screen.rows.index(cell[0]), STATUTS.index(cell[1]))
    screen.set_status(french(plain(fault.message)))
