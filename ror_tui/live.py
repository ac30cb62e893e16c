"""The live feed in the application: what is published goes to the screens, the state of the link to their last line."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING

from textual.widgets import Input, TextArea

from ror_tui.api_client.errors import RorError
from ror_tui.api_client.models import Evenement, Recharger, SignalDossier, SignalLits, TypeSignal
from ror_tui.screens.connexion import ReconnexionScreen
from ror_tui.services import dossier as dossiers
from ror_tui.services.evenements import Suivi
from ror_tui.services.lien import EtatLien

if TYPE_CHECKING:
    from ror_tui.app import RorApp


async def follow(app: RorApp) -> None:
    """Follow what is published until the session is over; the application's worker ends it at logout.

    Args:
        app: The application, signed in.
    """
    suivi = Suivi(app.client)
    app.client.on_contact(suivi.contact)
    async with aclosing(suivi.nouvelles()) as news:
        async for one in news:
            match one:
                case Evenement():
                    app.published.publish(one)
                case SignalDossier():
                    app.signalled.publish(one)
                    if one.type is TypeSignal.ETAPE:
                        _count(app)
                case SignalLits():
                    app.lits_typed.publish(one)
                case Recharger():
                    app.published.publish(None)
                    _count(app)
                case EtatLien():
                    app.lien = one
                    if one is EtatLien.CONNECTE:
                        _count(app)
                        app.send_waiting()
                    if one is EtatLien.SESSION_EXPIREE:
                        _sign_in_again(app)


def _count(app: RorApp) -> None:
    """Count again what waits for this account, for the title of its tab."""
    app.run_worker(_read_count(app), group="direct", exit_on_error=False)


async def _read_count(app: RorApp) -> None:
    try:
        app.a_traiter = await dossiers.compter_a_traiter(app.client)
    except RorError:
        return  # the last line says what the link is; it is counted again once it is back


def _sign_in_again(app: RorApp) -> None:
    """Ask for a new login, but not under the fingers of somebody who types: the next request will ask."""
    if not app.screen.is_modal and not isinstance(app.focused, Input | TextArea):
        app.push_screen(ReconnexionScreen())
