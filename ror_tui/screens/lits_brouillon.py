"""What is typed of beds and not saved: kept on this machine, found again at the next opening."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from ror_tui.api_client.models import Valeurs
from ror_tui.journal import LITS, Brouillon, FicheRef
from ror_tui.screens.brouillon import CHOICES, earlier, leave
from ror_tui.services.lits import Lits
from ror_tui.texts import french, moment, plural
from ror_tui.widgets.dialogs import Choose

if TYPE_CHECKING:
    from ror_tui.screens.lits import LitsScreen

TITLE = "Saisie de lits non enregistrée"


class LitsDraft:
    """The journal of one screen of beds.

    Args:
        screen: The screen.
        structure_id: The structure whose beds are typed.
    """

    def __init__(self, screen: LitsScreen, structure_id: UUID) -> None:
        self.screen, self._structure = screen, str(structure_id)
        self._offered = False

    @property
    def ref(self) -> FicheRef:
        """The beds, for the journal."""
        compte = self.screen.ror.compte
        return FicheRef(self.screen.ror.endpoint, str(compte.id) if compte else "", LITS, self._structure)

    @property
    def titre(self) -> str:
        """What the list of what was not saved says of it."""
        lits = self.screen.lits
        return f"Lits de {lits.releve.structure.nom}" if lits else "Lits"

    def note(self, lits: Lits) -> None:
        """Keep what is typed by now."""
        self.screen.ror.journal.note(self.ref, self.titre, 0, lits.brouillon())

    def confirm(self, sent: Valeurs, lits: Lits) -> None:
        """Forget what the server took; what was typed since stays."""
        self.screen.ror.journal.confirm(self.ref, self.titre, 0, sent, lits.brouillon())

    def waits(self, lits: Lits) -> bool:
        """Tell whether all that is typed is on its way already, and waits for the link."""
        return self.screen.ror.journal.awaits(self.ref, lits.tapes())

    async def offer(self, lits: Lits) -> None:
        """Offer, at the first opening, what was typed in an earlier one."""
        if self._offered:
            return
        self._offered = True
        found = await earlier(self.screen, self.ref)
        if found is None:
            return
        count = plural(len(found.saisies), "chiffre tapé", "chiffres tapés")
        text = french(f"{count} le {moment(found.le)}, jamais enregistrés. Ce qui a changé depuis sera à décider.")
        self.screen.app.push_screen(Choose(TITLE, text, CHOICES), partial(self._decide, found, lits))

    def _decide(self, found: Brouillon, lits: Lits, answer: str | None) -> None:
        journal = self.screen.ror.journal
        if answer == "reprendre":
            journal.adopt(found)
            self.screen.taken_up(lits.reprendre(found.saisies))
        elif answer == "abandonner":
            journal.adopt(found)
            self.note(lits)
        else:
            self.screen.set_status(french(f"La saisie du {moment(found.le)} reste gardée sur ce poste."))

    async def leave(self) -> str | None:
        """Ask what becomes of what is typed: `enregistrer`, `quitter`, or None to stay."""
        return await leave(self.screen, self.ref, TITLE)
