"""What is published, live."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID

from pydantic import Field

from ror_tui.api_client.models.base import Contrat
from ror_tui.api_client.models.words import Kind


class StructureTouchee(Contrat):
    """A structure that a publication changed."""

    id: UUID
    kind: Kind
    nom: str
    op: Literal["create", "update", "move", "delete"]
    parent_id: UUID | None = None
    eg_id: UUID | None = None
    departement: str | None = None


class Evenement(Contrat):
    """A publication, in the order of `seq`; `structures` is cut when there are many (`tronque`): reload then."""

    seq: int
    le: datetime
    acteur: str
    message: str
    structures: list[StructureTouchee]
    tronque: bool = False


class TypeEvenement(StrEnum):
    """`event` of `GET /v1/evenements`."""

    DEBUT = "debut"
    PUBLICATION = "publication"
    DOSSIER = "dossier"
    LITS = "lits"
    RECHARGER = "recharger"
    FIN = "fin"


class DebutFlux(Contrat):
    """First event of a stream; its id is where the stream starts."""

    battement: float = Field(description="Seconds between two heartbeats: silence for much longer is a dead link.")


class Recharger(Contrat):
    """What was missed cannot be told (another database, too long ago): what is shown must be read again."""


class MotifFin(StrEnum):
    """Why the server ends a stream."""

    SESSION = "session"
    ARRET = "arret"
    REMPLACE = "remplace"
    """The account opened too many streams: this was the oldest."""


class FinFlux(Contrat):
    """Last event of a stream."""

    motif: MotifFin
