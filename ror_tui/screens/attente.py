"""Saves that wait for the link: said as such, sent when it is back, shown with what was never saved (F12)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ror_tui.api_client.errors import RorError
from ror_tui.journal import Attente
from ror_tui.services import attente as service
from ror_tui.services.lien import EtatLien
from ror_tui.texts import french, plain, plural
from ror_tui.widgets.dialogs import Confirm

if TYPE_CHECKING:
    from ror_tui.app import RorApp
    from ror_tui.screens.base import RorScreen

MEMORY = "gardé en mémoire seulement : ne quittez pas ror-tui"
AGAIN = 10.0
"""Seconds until a save that a server failed is sent again while the link itself was never lost."""


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
    screen.set_status(french(said(app, "Finalisation" if one.finalise else "Enregistrement")))
    _try_again(app)
    return True


def said(app: RorApp, what: str) -> str:
    """Say how many saves wait, and where they are kept."""
    count = len(app.journal.waiting)
    kept = "envoi dès que la liaison revient" if app.journal.keeps else MEMORY
    return f"{what} en attente ({count}) : {kept}."


def _try_again(app: RorApp) -> None:
    """Send again in a while when nothing else will: the link is up, only the server failed."""
    if app.lien is EtatLien.CONNECTE and app.journal.waiting:
        app.set_timer(AGAIN, app.send_waiting)


async def send(app: RorApp) -> None:
    """Send what waits, and say how it went."""
    if app.compte is None:
        return
    await app.journal.read_waiting(app.endpoint, str(app.compte.id))
    app.en_attente = len(app.journal.waiting)
    taken = 0
    async for one in service.envoyer(app.client, app.journal):
        app.en_attente = len(app.journal.waiting)
        if one.refus is not None:
            _refused(app, one)
        if one.pris is not None:
            taken += 1
            app.saved_later.publish(one)
    if taken:
        app.repertoire_moved = True
        sent = plural(taken, "enregistrement en attente a été envoyé", "enregistrements en attente ont été envoyés")
        app.say(french(f"{sent}."))
    _try_again(app)


def _refused(app: RorApp, one: service.Envoi) -> None:
    name, why = plain(one.attente.titre), plain(str(one.refus))
    if one.pris is not None:
        text = f"« {name} » est enregistrée, mais pas finalisée : {why}"
    elif not one.attente.valeurs and one.attente.finalise:
        text = f"« {name} » n'a pas été finalisée : {why}"
    else:
        text = f"« {name} » n'a pas été enregistrée : {why} Votre saisie est gardée : F12 pour comparer."
    app.notify(french(text), markup=False, severity="warning", timeout=12)


async def may_quit(app: RorApp) -> bool:
    """Ask before saves that wait in memory alone are lost."""
    if app.compte is None or app.journal.keeps or not app.journal.waiting:
        return True
    count = plural(len(app.journal.waiting), "enregistrement attend", "enregistrements attendent")
    text = french(f"{count} la liaison, {MEMORY}. Quitter et les perdre ?")
    return await app.push_screen_wait(Confirm("Quitter", text, yes="Quitter", danger=True))
