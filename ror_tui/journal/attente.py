"""Saves that met no server: what is to be sent, in order, once the link is back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from ror_tui.api_client.models import Valeurs, egales
from ror_tui.journal.brouillons import FicheRef

_BESIDE = frozenset({"version", "finaliser"})
"""What stands beside the body in `envoi`."""


@dataclass(frozen=True, slots=True)
class Attente:
    """A save that waits; there is one at most for each fiche, which says all that is to be saved of it.

    Args:
        ref: The fiche.
        titre: Its name.
        valeurs: What the journal forgets once the server has taken it, by field.
        envoi: The request, with the version that was typed over; `finaliser` when the fiche is to be finalised.
        le: When it was asked for, by the clock of this machine: shown, never compared.
        cle: Idempotency-Key, the same at each try.
        base: What the server held of the same fields; None when that is not known.
    """

    ref: FicheRef
    titre: str
    valeurs: Valeurs
    envoi: dict[str, Any]
    le: datetime
    cle: str = field(default_factory=lambda: str(uuid4()))
    base: Valeurs | None = None

    @property
    def finalise(self) -> bool:
        """Tell whether the fiche is to be finalised too."""
        return bool(self.envoi.get("finaliser"))

    @property
    def demande(self) -> dict[str, Any]:
        """The body of the request."""
        return {name: value for name, value in self.envoi.items() if name not in _BESIDE}

    @property
    def version(self) -> int:
        """The version that was typed over."""
        return int(self.envoi.get("version", 0))

    def disputed(self, theirs: Valeurs) -> list[str]:
        """Give the fields that somebody else changed otherwise since they were read, all when that is not known.

        Args:
            theirs: What the server holds now.
        """
        return [
            champ
            for champ, valeur in self.valeurs.items()
            if not egales(theirs.get(champ), valeur)
            if self.base is None or not egales(theirs.get(champ), self.base.get(champ))
        ]


def queued(waiting: list[Attente], one: Attente) -> list[Attente]:
    """Put a save in the queue, in place of the one of the same fiche if there is one."""
    rank = next((place for place, other in enumerate(waiting) if other.ref == one.ref), len(waiting))
    return [*waiting[:rank], one, *waiting[rank + 1 :]]
