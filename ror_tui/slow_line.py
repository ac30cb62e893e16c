"""What is advised when the line is slow: said once on this machine."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING

from ror_tui import paths, themes
from ror_tui.texts import french

if TYPE_CHECKING:
    from ror_tui.app import RorApp

SLOW = 0.15
"""Seconds of round trip from which the line is called slow: a key is felt."""
ENOUGH = 5
"""Answers of the terminal after which the shortest round trip is known."""
FILE = "ligne-lente"
ADVICE = "Connectez-vous avec ssh -C, et essayez le thème ansi (ror-tui --theme ansi)."
_log = logging.getLogger(__name__)


def advise(app: RorApp, round_trip: float) -> None:
    """Say what makes a slow line bearable, the first time that it is.

    Args:
        app: The application.
        round_trip: Seconds between a question to the terminal and its answer, at the shortest.
    """
    if round_trip >= SLOW and app.settings.theme not in themes.ANSI and _first_time():
        measured = f"La ligne est lente : {round_trip * 1000:.0f} ms par aller-retour."
        app.notify(french(f"{measured} {ADVICE}"), markup=False, timeout=20)


def _first_time() -> bool:
    try:
        os.close(os.open(paths.state_dir() / FILE, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW, 0o600))
    except FileExistsError:
        return False
    except (OSError, paths.UnsafePathError) as error:
        _log.warning("that the line is slow cannot be remembered: %s", type(error).__name__)
    return True
