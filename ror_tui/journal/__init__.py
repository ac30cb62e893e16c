"""What is typed and not yet confirmed by the server, kept on this machine through any crash (DESIGN §6)."""

from ror_tui.journal.brouillons import Brouillon, FicheRef, Saisie
from ror_tui.journal.file import JournalError, JournalFile
from ror_tui.journal.keeper import Journal

__all__ = ["Brouillon", "FicheRef", "Journal", "JournalError", "JournalFile", "Saisie"]
