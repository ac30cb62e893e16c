"""What pushing a file would do, as it is told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from ror_tui.api_client.models import LotDossier
from ror_tui.texts import plain


class Geste(StrEnum):
    """What is done to a structure."""

    RETABLIR = "retablir"
    CREER = "creer"
    MODIFIER = "modifier"
    DEPLACER = "deplacer"
    SUPPRIMER = "supprimer"
    FINALISER = "finaliser"


SIGNS = {
    Geste.RETABLIR: "<",
    Geste.CREER: "+",
    Geste.MODIFIER: "~",
    Geste.DEPLACER: ">",
    Geste.SUPPRIMER: "-",
    Geste.FINALISER: "*",
}


@dataclass(frozen=True, slots=True)
class Ligne:
    """One thing that pushing would do, in French."""

    geste: Geste
    id: UUID
    texte: str
    details: Sequence[str] = ()

    def lines(self) -> Iterator[str]:
        """Give it as it is printed."""
        yield plain(f"{SIGNS[self.geste]} {self.texte}")
        for detail in self.details:
            yield plain(f"    {detail}")


@dataclass(frozen=True, slots=True)
class Conflit:
    """An entry that the author and somebody else both changed."""

    id: UUID
    ligne: int
    texte: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What pushing would do, what keeps it from being done, and what the file is behind with."""

    lot: LotDossier
    lignes: Sequence[Ligne] = ()
    conflits: Sequence[Conflit] = ()
    retards: Sequence[str] = ()

    @property
    def empty(self) -> bool:
        """Tell whether there is nothing to push."""
        return not self.lignes
