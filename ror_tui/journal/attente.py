"""Saves that met no server: what is to be sent, in order, once the link is back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from ror_tui.api_client.models import Valeurs
from ror_tui.journal.brouillons import FicheRef


@dataclass(frozen=True, slots=True)
class Attente:
    """A save that waits; there is one at most for each fiche, which says all that is to be saved of it.

    Args:
        ref: The fiche.
        titre: Its name.
        valeurs: What the journal forgets once the server has taken it, by field.
        envoi: The request, with the version that was typed over.
        le: When it was asked for, by the clock of this machine: it gives the order.
        cle: Idempotency-Key, the same at each try.
    """

    ref: FicheRef
    titre: str
    valeurs: Valeurs
    envoi: dict[str, Any]
    le: datetime
    cle: str = field(default_factory=lambda: str(uuid4()))


def queued(waiting: list[Attente], one: Attente) -> list[Attente]:
    """Put a save in the queue, in place of the one of the same fiche if there is one."""
    rank = next((place for place, other in enumerate(waiting) if other.ref == one.ref), len(waiting))
    return [*waiting[:rank], one, *waiting[rank + 1 :]]
