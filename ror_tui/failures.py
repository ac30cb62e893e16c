"""How each error of the client is shown: one table, read by `RorApp.fail`."""
# ruff: noqa: PLC0415 - dialogs and login are imported when they are shown

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from ror_tui.api_client import errors

if TYPE_CHECKING:
    from ror_tui.api_client.errors import RorError
    from ror_tui.app import RorApp


class Way(Enum):
    """A toast for what passes, a message for what must be read, a question when trying again helps, a new login."""

    TOAST = "toast"
    MESSAGE = "message"
    RETRY = "retry"
    LOGIN = "login"


@dataclass(frozen=True, slots=True)
class Presentation:
    """How an error is shown, under which title."""

    way: Way
    title: str


DEFAULT = Presentation(Way.MESSAGE, "Erreur")

TABLE: dict[type[RorError], Presentation] = {
    errors.Unauthorized: Presentation(Way.LOGIN, "Session expirée"),
    errors.ServiceUnreachable: Presentation(Way.RETRY, "Le ROR ne répond pas"),
    errors.ServiceSlow: Presentation(Way.RETRY, "Le ROR met trop de temps à répondre"),
    errors.ServerNotReady: Presentation(Way.RETRY, "Le ROR n'est pas encore prêt"),
    errors.ServerError: Presentation(Way.RETRY, "Erreur du serveur"),
    errors.TooManyRequests: Presentation(Way.RETRY, "Trop de demandes"),
    errors.UnexpectedAnswer: Presentation(Way.MESSAGE, "Réponse inattendue"),
    errors.BadAddress: Presentation(Way.MESSAGE, "Adresse du ROR"),
    errors.NotAServer: Presentation(Way.MESSAGE, "Ce n'est pas un serveur ROR"),
    errors.Forbidden: Presentation(Way.MESSAGE, "Action non autorisée"),
    errors.NotFound: Presentation(Way.MESSAGE, "Introuvable"),
    errors.Gone: Presentation(Way.MESSAGE, "Supprimé entre-temps"),
    errors.Conflict: Presentation(Way.MESSAGE, "Action impossible"),
    errors.Stale: Presentation(Way.RETRY, "Modifié entre-temps"),
    errors.Invalid: Presentation(Way.MESSAGE, "Saisie refusée"),
    errors.PreconditionRequired: Presentation(Way.MESSAGE, "Demande incomplète"),
}


def presentation(error: RorError) -> Presentation:
    """Find how an error is shown, by its class or the nearest class it inherits from.

    Args:
        error: What the client raised.
    """
    return next((TABLE[cls] for cls in type(error).__mro__ if cls in TABLE), DEFAULT)


def sentence(error: RorError) -> str:
    """Give the sentence of an error, with the reference to quote to the support when there is one.

    Args:
        error: What the client raised.
    """
    return f"{error}\n\n{error.reference}" if error.reference else str(error)


def show(app: RorApp, error: RorError, retry: Callable[[], object] | None) -> None:
    """Show an error above the current screen, which stays as it is.

    Args:
        app: The application.
        error: What the client raised.
        retry: What to do again once the cause is gone.
    """
    from ror_tui.widgets.dialogs import Confirm, Message

    if app.demo is not None and isinstance(error, errors.ServiceUnreachable):
        app.demo.start()  # the demonstration owns its server: by the next try it is back
    shown = presentation(error)
    if shown.way is Way.LOGIN and app.compte is not None:
        _login_again(app, retry)
    elif shown.way is Way.RETRY and retry is not None:
        question = Confirm(shown.title, sentence(error), yes="Réessayer", no="Plus tard")
        app.push_screen(question, lambda again: _retry_if(again, retry))
    elif shown.way is Way.TOAST:
        app.notify(str(error), title=shown.title, severity="error", markup=False)
    else:
        app.push_screen(Message(shown.title, sentence(error)))


def _login_again(app: RorApp, retry: Callable[[], object] | None) -> None:
    from ror_tui.screens.connexion import ReconnexionScreen

    if isinstance(app.screen, ReconnexionScreen):
        return

    app.push_screen(ReconnexionScreen(), lambda connected: _retry_if(connected, retry))


def _retry_if(wanted: bool | None, retry: Callable[[], object] | None) -> None:
    if wanted and retry is not None:
        retry()
