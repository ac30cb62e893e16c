"""Telling those who watch a dossier that something happened in it; the signal commits with its effect."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.services.pen import Pen
from ror_server.store import signaux
from ror_tui.api_client.models import SignalDossier, SignalLits, TypeSignal

KEPT = timedelta(hours=1)
"""Far longer than any stream is behind: a signal is for those who watch now."""


async def tell(
    tx: AsyncConnection, pen: Pen, dossier_id: UUID, kind: TypeSignal, structure_id: UUID | None = None
) -> None:
    """Tell that something happened in a dossier, or on one of its fiches."""
    signal = SignalDossier(
        dossier_id=dossier_id,
        type=kind,
        structure_id=structure_id,
        compte_id=pen.account.id,
        acteur=pen.account.nom,
        le=pen.now,
    )
    await signaux.add(tx, signal)
    await signaux.forget(tx, pen.now - KEPT)


async def tell_lits(tx: AsyncConnection, pen: Pen, eg_id: UUID) -> None:
    """Tell that the beds of an establishment were typed."""
    signal = SignalLits(eg_id=eg_id, compte_id=pen.account.id, acteur=pen.account.nom, le=pen.now)
    await signaux.add_lits(tx, signal)
    await signaux.forget(tx, pen.now - KEPT)
