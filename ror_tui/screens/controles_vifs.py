"""What the server finds in what is being typed, asked at each pause of typing and shown beside the fields."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from textual.timer import Timer

from ror_tui.api_client.errors import RorError
from ror_tui.api_client.models import Constat, EtatFiche, Fiche, Structure, Valeurs
from ror_tui.services import controles

if TYPE_CHECKING:
    from ror_tui.screens.saisie import FormScreen

_log = logging.getLogger(__name__)

PAUSE = 0.4
"""Seconds without a key before the server is asked."""
GROUP = "controles-vifs"


class LiveControls:
    """Asks the server to judge what is typed; without an answer, what is known on this machine stays shown.

    Args:
        screen: The screen that shows the form.
        fiche: Gives the fiche as it was read, None before it is.
    """

    def __init__(self, screen: FormScreen[Any], fiche: Callable[[], Fiche | Structure | None]) -> None:
        self._screen, self._fiche = screen, fiche
        self._timer: Timer | None = None

    def soon(self) -> None:
        """Ask once the typing pauses; what was asked before is dropped."""
        self._screen.workers.cancel_group(self._screen, GROUP)
        if self._timer is not None:
            self._timer.stop()
        self._timer = self._screen.set_timer(PAUSE, self.ask)

    def ask(self) -> None:
        """Ask now; no key waits for the answer."""
        self._screen.run_worker(self._judge(), group=GROUP, exclusive=True, exit_on_error=False)

    async def _judge(self) -> None:
        form, fiche = self._screen.form, self._fiche()
        if fiche is None or self._screen.is_writing():
            return
        typed, changes = form.to_values(), form.changes()
        try:
            found = await controles.de_la_saisie(self._screen.ror.client, fiche, changes)
        except RorError as error:
            _log.info("What is typed was not judged: %s", error)
            return
        if form.to_values() == typed and self._fiche() is fiche and not self._screen.is_writing():
            form.judge(worth_showing(fiche, changes, found.constats))


def worth_showing(fiche: Fiche | Structure, changes: Valeurs, constats: list[Constat]) -> list[Constat]:
    """Leave out, before the first save, the required fields that nobody touched: their stars say it.

    Args:
        fiche: As it was read.
        changes: What is typed and not saved.
        constats: What the controls found.
    """
    if isinstance(fiche, Fiche) and fiche.etat is not EtatFiche.A_COMPLETER:
        return constats
    return [one for one in constats if one.code != "obligatoire" or (one.champ or "").split("/")[0] in changes]
