"""What the journal holds: for each fiche, the fields that were typed and not yet saved."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from ror_tui.api_client.models import Valeur, Valeurs

LITS = "lits"
"""In place of a dossier: the beds and places of a structure."""


@dataclass(frozen=True, slots=True)
class FicheRef:
    """A fiche, as one account of one server sees it; `dossier` is empty for the published fiche itself."""

    serveur: str
    compte: str
    dossier: str
    fiche: str


@dataclass(frozen=True, slots=True)
class Saisie:
    """A field that was typed: what it holds, and what the server held when it was read.

    Args:
        champ: Id of the field.
        valeur: What was typed; None when the field was emptied.
        base: What the server held.
        version: Version of the fiche that was read.
        le: When it was typed, by the clock of this machine: shown, never compared.
        rang: Its rank among all that was ever typed here: it gives the order, whatever the clock does.
    """

    champ: str
    valeur: Valeur
    base: Valeur
    version: int
    le: datetime
    rang: int = 0


@dataclass(frozen=True, slots=True)
class Brouillon:
    """All that was typed in a fiche and not saved.

    Args:
        ref: The fiche.
        titre: Its name.
        saisies: The fields.
        le: When something was last typed in it, or asked for.
    """

    ref: FicheRef
    titre: str
    saisies: tuple[Saisie, ...]
    le: datetime

    @property
    def valeurs(self) -> Valeurs:
        """What was typed, by field."""
        return {saisie.champ: saisie.valeur for saisie in self.saisies}


def last(saisies: Iterable[Saisie]) -> Saisie:
    """Give what was typed last; there is one at least."""
    return max(saisies, key=lambda saisie: (saisie.rang, saisie.le))
