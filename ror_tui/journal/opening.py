"""Opening the journal of this person on this machine."""

from __future__ import annotations

from collections.abc import Callable

from ror_tui import paths
from ror_tui.journal.file import JournalError, JournalFile
from ror_tui.journal.keeper import Journal

FILE = "saisies.db"


def opened(*, keep: bool, told: Callable[[str | None], None]) -> Journal:
    """Open the journal; where it cannot be, say so at once and go on without.

    Args:
        keep: Whether anything may be kept on this machine.
        told: Called with a French sentence when the journal cannot keep, and with None once it can again.
    """
    if not keep:
        return Journal(None)
    try:
        file = JournalFile(paths.data_dir() / FILE)
    except (JournalError, paths.UnsafePathError) as error:
        told(f"{error} Ce que vous tapez n'est gardé qu'une fois enregistré.")
        return Journal(None)
    if file.set_aside is not None:
        told(f"Le journal des saisies était illisible : il est mis de côté dans {file.set_aside}.")
    return Journal(file, told=told)
