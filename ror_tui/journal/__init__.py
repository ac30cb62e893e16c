"""What is typed and not yet confirmed by the server, kept on this machine through any crash (DESIGN §6)."""

from ror_tui.journal.attente import Attente
from ror_tui.journal.brouillons import LITS, Brouillon, FicheRef, Saisie, last
from ror_tui.journal.file import JournalError, JournalFile
from ror_tui.journal.keeper import Changes, Journal
from ror_tui.journal.opening import opened

__all__ = [
    "LITS",
    "Attente",
    "Brouillon",
    "Changes",
    "FicheRef",
    "Journal",
    "JournalError",
    "JournalFile",
    "Saisie",
    "last",
    "opened",
]
