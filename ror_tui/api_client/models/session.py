"""Service, session, account."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field, SecretStr

from ror_tui.api_client.models.base import Contrat, Demande
from ror_tui.api_client.models.words import Portee, Role


class CompteDemonstration(Contrat):
    """An account shown on the login screen, in demonstration only."""

    identifiant: str
    mot_de_passe: str
    libelle: str


class Chargement(Contrat):
    """Progress of the first load of the demonstration region."""

    fait: int
    total: int
    message: str


class EtatService(Contrat):
    """Answer of `GET /v1/etat`, the only route open to all: it tells a ROR server from anything else."""

    service: Literal["ror"] = "ror"
    version: str
    api: int = 1
    pret: bool
    chargement: Chargement | None = None
    demonstration: list[CompteDemonstration] = Field(default_factory=list)
    erreur: str | None = Field(default=None, description="Why the server cannot become ready, in French.")


class DemandeSession(Demande):
    """Body of `POST /v1/session`."""

    identifiant: str = Field(min_length=1, max_length=200)
    mot_de_passe: SecretStr = Field(max_length=1000)


class Droit(Contrat):
    """One grant of an account."""

    role: Role
    portee: Portee
    cible: str | None = None
    libelle: str


class Compte(Contrat):
    """The account that is signed in."""

    id: UUID
    identifiant: str
    nom: str
    droits: list[Droit]


class Session(Contrat):
    """Answer of `POST /v1/session`; `jeton` is shown once and stored hashed."""

    jeton: SecretStr
    expire_le: datetime
    compte: Compte
    position: str | None = Field(default=None, description="Where the live feed stood: `depuis` of its first reading.")


class SessionEcrite(Contrat):
    """What the server writes for a new session: the one place where the token crosses the wire in clear."""

    jeton: str
    expire_le: datetime
    compte: Compte
    position: str = Field(description="Where the live feed stood: `depuis` of its first reading.")
