"""Refusals, as RFC 9457 tells them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import Field

from ror_tui.api_client.models.base import Contrat, Valeurs
from ror_tui.api_client.models.conflits import Conflit, QuestionRepercussion
from ror_tui.api_client.models.lits import UniteLits


class ErreurChamp(Contrat):
    """One fault of a request, by JSON pointer."""

    pointer: str
    code: str
    message: str


class Probleme(Contrat):
    """RFC 9457 `application/problem+json`; `type` is stable, `detail` is a French sentence that says what to do."""

    type: str
    title: str
    status: int
    detail: str
    instance: str | None = None
    requete: str | None = Field(default=None, description="Request id, to quote to the support.")
    errors: list[ErreurChamp] = Field(default_factory=list)
    etag: str | None = Field(default=None, description="Current ETag, on a stale write.")
    modifie_par: str | None = None
    modifie_le: datetime | None = None
    valeurs: Valeurs | None = Field(default=None, description="Current values of the fiche, on a stale write.")
    dossier_id: UUID | None = None
    conflits: list[Conflit] = Field(default_factory=list, description="What stands in the way, to be settled first.")
    questions: list[QuestionRepercussion] = Field(
        default_factory=list, description="« Voulez-vous répercuter votre modification… ? », to be answered."
    )
    lits: list[UniteLits] = Field(
        default_factory=list, description="Units whose beds somebody else typed meanwhile, as they are now."
    )
    attente: int | None = Field(default=None, description="Seconds to wait before a new try.")
