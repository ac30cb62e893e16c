"""What tells the figures of beds and places from each other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from ror_tui.api_client.models import (
    AUCUNE,
    COURANT,
    Capacite,
    CapaciteSaisie,
    NatureCapacite,
    StatutCapacite,
)

STATUTS = tuple(StatutCapacite)


@dataclass(frozen=True, slots=True, order=True)
class Sorte:
    """What a line counts: beds or places, when, for whom."""

    nature: str = NatureCapacite.LIT.value
    temporalite: str = COURANT
    affectation: str = AUCUNE
    genre: str = ""
    crise: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Chiffre:
    """All that tells a figure of a unit from the others: the sort of its line, its status, and the type of its status.

    `type` is a type of closing (J191) or of supplementary bed (J192), by the status.
    """

    sorte: Sorte
    statut: StatutCapacite
    type: str = ""

    def capacite(self, nombre: int) -> CapaciteSaisie:
        """Give the figure as the server takes it."""
        closed = self.statut is StatutCapacite.FERME
        return CapaciteSaisie(
            nature=NatureCapacite(self.sorte.nature),
            statut=self.statut,
            temporalite=self.sorte.temporalite,
            affectation=self.sorte.affectation,
            genre=self.sorte.genre or None,
            crise=self.sorte.crise or None,
            fermeture=self.type or None if closed else None,
            supplementaire=None if closed else self.type or None,
            nombre=nombre,
        )

    def write(self) -> str:
        """Write it as the name of a field of the journal."""
        one = self.sorte
        return f"{one.nature}/{one.temporalite}/{one.affectation}/{one.genre}/{one.crise}/{self.statut}/{self.type}"

    @classmethod
    def read(cls, text: str) -> Chiffre:
        """Read what `write` wrote."""
        *sorte, statut, kind = text.split("/")
        return cls(Sorte(*sorte), StatutCapacite(statut), kind)


Chiffres = dict[Chiffre, int]


def chiffres(capacites: Iterable[Capacite | CapaciteSaisie]) -> Chiffres:
    """Give the figures of a unit by what tells them apart."""
    return {
        Chiffre(
            Sorte(one.nature, one.temporalite, one.affectation, one.genre or "", one.crise or ""),
            one.statut,
            one.fermeture or one.supplementaire or "",
        ): one.nombre
        for one in capacites
    }


@dataclass(frozen=True, slots=True)
class Ecart:
    """A figure that two people typed: what was there, and what the other one wrote; None for no figure."""

    base: int | None
    autre: int | None
    par: str
    le: datetime | None
