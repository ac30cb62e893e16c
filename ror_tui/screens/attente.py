"""Saves that wait for the link: said as such, sent when it is back, shown with what was never saved (F12)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ror_tui.api_client.errors import RorError
from ror_tui.journal import Attente
from ror_tui.services import attente as service
from ror_tui.texts import french, plain, plural
from ror_tui.widgets.dialogs import Confirm

if TYPE_CHECKING:
    from ror_tui.app import RorApp
    from ror_tui.screens.base import RorScreen

MEMORY = "gardé en mémoire seulement : ne quittez pas ror-tui"


def queue(screen: RorScreen[Any], error: RorError, one: Attente | None) -> bool:
    """Put a save that met no server in the queue; tells whether it was.

    Args:
        screen: Where it was asked for.
        error: Why it failed.
        one: What is to be sent, None when nothing can wait.
    """
    app = screen.ror
    if one is None or not isinstance(error, service.WAITS):
        return False
    if app.demo is not None:
        app.demo.start()  # the demonstration owns its server: it comes back, and takes what waits
    app.journal.wait_for_link(one)
    app.en_attente = len(app.journal.waiting)
    screen.set_status(french(said(app)))
    return True


def said(app: RorApp) -> str:
    """Say how many saves wait, and where they are kept."""
    count = len(app.journal.waiting)
    kept = "envoyé dès que la liaison revient" if app.journal.keeps else MEMORY
    return f"Enregistrement en attente ({count}) : {kept}."


async def send(app: RorApp) -> None:
    """Send what waits, and say how it went."""
    if app.compte is None:
        return
    await app.journal.read_waiting(app.endpoint, str(app.compte.id))
    app.en_attente = len(app.journal.waiting)
    taken = 0
    async for one in service.envoyer(app.client, app.journal):
        app.en_attente = len(app.journal.waiting)
        if one.pris is None:
            _refused(app, one)
            continue
        taken += 1
        app.saved_later.publish(one)
    if taken:
        app.repertoire_moved = True
        sent = plural(taken, "enregistrement en attente a été envoyé", "enregistrements en attente ont été envoyés")
        app.say(french(f"{sent}."))


def _refused(app: RorApp, one: service.Envoi) -> None:
    why = plain(str(one.refus))
    text = (
        f"« {plain(one.attente.titre)} » n'a pas été enregistrée : {why} Votre saisie est gardée : F12 pour comparer."
    )
    app.notify(french(text), markup=False, severity="warning", timeout=12)


async def may_quit(app: RorApp) -> bool:
    """Ask before saves that wait in memory alone are lost."""
    if app.compte is None or app.journal.keeps or not app.journal.waiting:
        return True
    count = plural(len(app.journal.waiting), "enregistrement attend", "enregistrements attendent")
    text = french(f"{count} la liaison, {MEMORY}. Quitter et les perdre ?")
    return await app.push_screen_wait(Confirm("Quitter", text, yes="Quitter", danger=True))
