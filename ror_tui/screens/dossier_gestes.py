"""Undoing and redoing in a dossier, and the list of all that was done to its content."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from ror_tui.api_client.client import RorClient
from ror_tui.api_client.errors import RorError
from ror_tui.api_client.models import Dossier, Geste, GesteFait, Gestes
from ror_tui.services import actions
from ror_tui.services.possible import redo_refusal, undo_refusal
from ror_tui.texts import french, moment
from ror_tui.widgets.dialogs import Message

if TYPE_CHECKING:
    from ror_tui.screens.dossier import DossierScreen

Turn = Callable[[RorClient, Dossier], Awaitable[GesteFait]]


async def undo(screen: DossierScreen) -> None:
    """Undo the last geste of this account."""
    dossier = screen.free()
    if dossier is not None and not await screen.refused(undo_refusal(dossier)):
        await _turn(screen, dossier, actions.annuler, "Annulé")


async def redo(screen: DossierScreen) -> None:
    """Do again what this account undid last."""
    dossier = screen.free()
    if dossier is not None and not await screen.refused(redo_refusal(dossier)):
        await _turn(screen, dossier, actions.refaire, "Refait")


async def _turn(screen: DossierScreen, dossier: Dossier, turn: Turn, done: str) -> None:
    turned: list[GesteFait] = []

    async def job() -> None:
        turned.append(await turn(screen.ror.client, dossier))

    await screen.change(job, lambda: french(f"{done} : {turned[0].geste.libelle}"))


async def listing(screen: DossierScreen) -> None:
    """Show what was done to the content of the dossier, the last first."""
    try:
        found = await actions.gestes(screen.ror.client, screen.dossier_id)
    except RorError as error:
        screen.ror.fail(error, retry=screen.reload)
        return
    await screen.app.push_screen_wait(Message("Gestes du dossier", said(found)))


def said(found: Gestes) -> str:
    """Say what was done, one line each.

    Args:
        found: A page of gestes, the last first.
    """
    if not found.gestes:
        return french("Rien n'a encore été fait dans ce dossier.")
    start = [
        f"u annulera : {found.a_annuler.libelle}" if found.a_annuler else "u : rien à annuler de votre part",
        *([f"U refera : {found.a_refaire.libelle}"] if found.a_refaire else []),
        "",
    ]
    more = ["…"] if found.suivant else []
    return french("\n".join([*start, *map(_line, found.gestes), *more]))


def _line(geste: Geste) -> str:
    state = "annulé" if geste.defait else ""
    who = "vous" if geste.mien else geste.acteur
    return f"{'×' if geste.defait else '•'} {moment(geste.le)}  {who} : {geste.libelle}{f' ({state})' if state else ''}"
