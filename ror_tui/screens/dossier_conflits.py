"""The conflicts of a dossier as its own screen tells them: how many, and at once when one is born."""

from __future__ import annotations

from asyncio import gather
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ror_tui.api_client.errors import RorError
from ror_tui.api_client.models import Conflit, Evenement
from ror_tui.screens.conflits import ConflitsScreen
from ror_tui.services import conflits
from ror_tui.services.arbre import Arbre
from ror_tui.texts import french, plain, plural
from ror_tui.widgets.dialogs import Confirm

if TYPE_CHECKING:
    from ror_tui.screens.dossier import DossierScreen

MOST_NAMED = 2


async def open_conflicts(screen: DossierScreen) -> None:
    """Show the conflicts, those of the line under the cursor first, and read the dossier again afterwards."""
    noeud = screen.current
    await screen.app.push_screen(ConflitsScreen(screen.dossier_id, noeud.id if noeud else None), screen.reload)


async def in_the_way(screen: DossierScreen) -> bool:
    """Say that conflicts forbid to send, and show them if wanted; tell whether there are any."""
    count = conflits.in_conflict(screen.arbre)
    if not count:
        return False
    fiches = plural(count, "fiche est en conflit", "fiches sont en conflit")
    text = french(f"{fiches} avec le Répertoire : à régler avant l'envoi. Voir les conflits ?")
    if await screen.app.push_screen_wait(Confirm("Conflits à régler", text, yes="Voir les conflits", no="Plus tard")):
        await open_conflicts(screen)
    return True


def counted(arbre: Arbre | None) -> str:
    """Say how many fiches are in conflict, and the key that shows them; nothing when there are none."""
    count = conflits.in_conflict(arbre)
    return f" · ≠ {count} en conflit (!)" if count else ""


class Born:
    """Announces conflicts when they are born, with the cursor kept.

    Args:
        screen: The dossier.
    """

    def __init__(self, screen: DossierScreen) -> None:
        self._screen = screen
        self._known: set[conflits.Key] = set()
        self._missed: Evenement | None = None
        self._stale = False

    def hear(self, evenement: Evenement | None) -> None:
        """Take note of a publication; read again at once, or when the dossier is back in front.

        Args:
            evenement: What was published; None when something was missed.
        """
        dossier = self._screen.dossier
        if dossier is None:
            return
        if evenement is not None and not evenement.tronque:
            touched = {one.eg_id or one.id for one in evenement.structures}
            if dossier.etablissement.id not in touched:
                return
        self._stale = True
        self.catch_up()

    def catch_up(self) -> None:
        """Read again what was heard of, unless something lies above: then, later."""
        if self._stale and self._screen.in_front and not self._screen.changing.locked():
            self._stale = False
            self._screen.run_worker(self._read(), group="conflits-nes", exclusive=True, exit_on_error=False)

    async def know(self) -> None:
        """Take note of the conflicts that there are, so that the next ones are new."""
        if not conflits.in_conflict(self._screen.arbre):
            self._known = set()
            return
        found = await conflits.lire(self._screen.ror.client, self._screen.dossier_id)
        self._known = {conflits.key(one) for one in found.conflits}

    async def _read(self) -> None:
        screen, before = self._screen, self._known
        try:
            found, _ = await gather(conflits.lire(screen.ror.client, screen.dossier_id), screen.read_quietly())
        except RorError:
            self._stale = True  # the last line says that the link is lost; read once it is back
            return
        new = conflits.nouveaux(before, found)
        if new:
            text = announced(new)
            screen.ror.say(text)
            screen.set_status(text)


def announced(new: Sequence[Conflit]) -> str:
    """Say that conflicts were born: how many, where, by whom, and the key that shows them."""
    born = plural(len(new), "conflit vient de naître", "conflits viennent de naître")
    named = [_named(one) for one in new[:MOST_NAMED]]
    more = f" et {len(new) - MOST_NAMED} de plus" if len(new) > MOST_NAMED else ""
    return french(f"{born} : {' ; '.join(named)}{more} (! pour choisir)")


def _named(conflit: Conflit) -> str:
    par = f", par {plain(conflit.changements[-1].par)}" if conflit.changements else ""
    return f"{plain(conflit.nom)}, {plain(conflit.libelle)}{par}"
