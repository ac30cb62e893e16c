"""What the levels answered to a dossier, each bound to the content it answered to, and how long they took."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.store.dossiers import DossierRow
from ror_server.store.tables import approbations, comptes, dossiers
from ror_tui.api_client.models import Circuit, EtatDossier

ACCORD, REFUS = "accord", "refus"
RECENT = 200
"""Answers of a level on which its usual delay rests."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The last word of a level."""

    contenu: str
    verdict: str
    le: datetime
    par: str


async def add(
    tx: AsyncConnection,
    row: DossierRow,
    *,
    compte_id: UUID,
    contenu: str,
    verdict: str,
    at: datetime,
    motif: str | None = None,
) -> None:
    """Write what a level answered, with the hash of the content it answered to."""
    values = {"dossier_id": row.id, "etat": row.etat, "compte_id": compte_id, "contenu": contenu, "verdict": verdict}
    await tx.execute(sa.insert(approbations), values | {"le": at, "motif": motif, "depuis": row.depuis})


async def last_words(tx: AsyncConnection, dossier_id: UUID) -> dict[EtatDossier, Answer]:
    """Give the last word of each level that answered."""
    query = (
        sa.select(approbations.c.etat, approbations.c.contenu, approbations.c.verdict, approbations.c.le, comptes.c.nom)
        .join(comptes, comptes.c.id == approbations.c.compte_id)
        .where(approbations.c.dossier_id == dossier_id)
        .order_by(approbations.c.id)
    )
    rows = (await tx.execute(query)).all()
    return {EtatDossier(row.etat): Answer(row.contenu, row.verdict, row.le, row.nom) for row in rows}


async def delays(tx: AsyncConnection, circuit: Circuit, etat: EtatDossier) -> list[float]:
    """Give how many seconds a level took for its last answers, whatever it answered."""
    query = (
        sa.select(approbations.c.depuis, approbations.c.le)
        .join(dossiers, dossiers.c.id == approbations.c.dossier_id)
        .where(approbations.c.etat == etat, dossiers.c.circuit == circuit, approbations.c.depuis.is_not(None))
        .order_by(approbations.c.id.desc())
        .limit(RECENT)
    )
    return [(row.le - row.depuis).total_seconds() for row in (await tx.execute(query)).all()]
