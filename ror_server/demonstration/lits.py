"""Beds of the hospital of the demonstration: most of this morning, some of the day before, a few never typed."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.demonstration.accounts import LITS
from ror_server.demonstration.plan import QUATRE_RIVIERES, SEED
from ror_server.domain.identifiers import structure_id
from ror_server.store import lits, structures
from ror_tui.api_client.models import Capacite, Kind, SaisieLits, StatutCapacite

NEVER = 6
"""One unit in so many has no figure yet."""
LATE = 4
"""One in so many was typed the day before."""


async def write_beds(connection: AsyncConnection, at: datetime) -> None:
    """Write the figures of the units that have none yet.

    Args:
        connection: A transaction that writes.
        at: The instant of the load.
    """
    eg = structure_id(Kind.EG, QUATRE_RIVIERES.finess)
    published = await structures.subtree(connection, eg)
    units = sorted((one.id for one in published.values() if one.kind is Kind.UO), key=str)
    known = await lits.told(connection, units)
    drawn = Random(SEED)  # noqa: S311  # a drawing, not a secret
    rows = [_row(unit, rank, at, drawn) for rank, unit in enumerate(units) if rank % NEVER]
    if missing := [row for row in rows if row["structure_id"] not in known]:
        await lits.put(connection, missing)


def _row(unit: UUID, rank: int, at: datetime, drawn: Random) -> dict[str, object]:
    return {
        "structure_id": unit,
        "version": 1,
        "le": at - (timedelta(hours=30) if rank % LATE == 1 else timedelta(hours=1)),
        "compte_id": LITS.id,
        "par": LITS.nom,
        "source": SaisieLits(unites=[]).source,
        "avant": [],
        "apres": [one.model_dump(mode="json") for one in _figures(drawn)],
    }


def _figures(drawn: Random) -> list[Capacite]:
    installed = drawn.randint(6, 30)
    closed = drawn.choice((0, 0, 0, 2))
    taken = drawn.randint(installed // 2, installed - closed)
    counts = {
        StatutCapacite.INSTALLE: installed,
        StatutCapacite.DISPONIBLE: installed - closed - taken,
        StatutCapacite.OCCUPE: taken,
    }
    closing = [Capacite(statut=StatutCapacite.FERME, fermeture="02", nombre=closed)] if closed else []
    return [Capacite(statut=statut, nombre=nombre) for statut, nombre in counts.items()] + closing
