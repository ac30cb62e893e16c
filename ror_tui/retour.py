"""Where one was when the line dropped, kept on this machine: the next sign-in goes there again, once."""
# ruff: noqa: PLC0415 - screens are imported when one is open

from __future__ import annotations

import json
import logging
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, ValidationError

from ror_tui import paths
from ror_tui.api_client.models import Place

if TYPE_CHECKING:
    from textual.screen import Screen

    from ror_tui.app import RorApp

FILE = "retour.json"
_log = logging.getLogger(__name__)


class Retour(BaseModel):
    """A place in the application, for one account of one server; ids only, nothing that was typed."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    serveur: str
    compte: UUID
    mode: str
    dossier: UUID | None = None
    fiche: UUID | None = None
    structure: UUID | None = None
    place: Place | None = None


def keep(app: RorApp) -> None:
    """Keep where one is, unless nothing may be kept on this machine; a convenience, whose failure is only logged.

    Args:
        app: The application, signed in or not.
    """
    try:
        if app.settings.journal and (here := _here(app)):
            _write(paths.state_dir() / FILE, here.model_dump_json())
    except (OSError, RuntimeError, paths.UnsafePathError) as error:  # RuntimeError: the tree moved while it was read
        _log.warning("the way back was not kept: %s", type(error).__name__)


def take(serveur: str, compte: UUID) -> Retour | None:
    """Give where an account was when the line dropped, and forget it; None when it left by itself.

    Args:
        serveur: The address of the server.
        compte: The account.
    """
    try:
        file = paths.state_dir() / FILE
        found = Retour.model_validate(json.loads(file.read_text(encoding="utf-8")))
        if found.serveur != serveur or found.compte != compte:
            return None
        file.unlink()
    except FileNotFoundError:
        return None
    except (OSError, ValueError, ValidationError, paths.UnsafePathError) as error:
        _log.warning("the way back could not be read: %s", type(error).__name__)
        return None
    return found


def _write(file: Path, text: str) -> None:
    draft = file.with_name(f"{FILE}.{os.getpid()}")
    with suppress(FileNotFoundError):
        draft.unlink()
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as written:
        written.write(text)
    draft.replace(file)


def _here(app: RorApp) -> Retour | None:
    if app.compte is None:
        return None
    ids: dict[str, Any] = {}
    for screen in app.screen_stack:
        ids |= _opened(screen)
    return Retour(serveur=app.endpoint, compte=app.compte.id, mode=app.current_mode, place=_place(app), **ids)


def _opened(screen: Screen[Any]) -> dict[str, UUID]:
    from ror_tui.screens.dossier import DossierScreen
    from ror_tui.screens.fiche import FicheScreen
    from ror_tui.screens.structure import StructureScreen

    if isinstance(screen, DossierScreen):
        return {"dossier": screen.dossier_id}
    if isinstance(screen, FicheScreen):
        return {"dossier": screen.dossier_id, "fiche": screen.fiche_id}
    return {"structure": screen.structure_id} if isinstance(screen, StructureScreen) else {}


def _place(app: RorApp) -> Place | None:
    from ror_tui.screens.repertoire import RepertoireScreen

    stack: list[Screen[Any]] = app._screen_stacks.get("repertoire", [])  # noqa: SLF001 - Textual has no other way
    screens = [screen for screen in stack if isinstance(screen, RepertoireScreen) and screen.shown]
    return screens[0].here() if screens else None


async def come_back(app: RorApp, retour: Retour) -> None:
    """Go where one was.

    Args:
        app: The application, signed in.
        retour: As it was kept.
    """
    from ror_tui.services import compte

    if retour.place is not None:
        await compte.garder_place(app.client, retour.place)
    await app.switch_mode(retour.mode if retour.mode in app.MODES else "repertoire")
    if retour.structure is not None:
        app.open_structure(retour.structure)
    if retour.dossier is not None and retour.fiche is not None:
        app.open_fiche(retour.dossier, retour.fiche)
    elif retour.dossier is not None:
        app.open_dossier(retour.dossier)
    app.say("Vous revoilà où vous en étiez.")
