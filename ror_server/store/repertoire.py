"""Which establishments have an open dossier."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.domain.workflow import CLOSED
from ror_server.store.tables import dossiers

Row = sa.Row[Any]


async def with_open_dossier(tx: AsyncConnection, egs: Collection[UUID]) -> set[UUID]:
    """Tell which of these establishments have an open dossier."""
    query = sa.select(dossiers.c.eg_id).where(dossiers.c.eg_id.in_(egs), dossiers.c.etat.not_in(CLOSED))
    return set((await tx.execute(query)).scalars())
