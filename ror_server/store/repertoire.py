"""The search of the Répertoire, and which establishments have an open dossier."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.domain.disciplines import ALL
from ror_server.domain.workflow import CLOSED
from ror_server.store.lines import COLUMNS
from ror_server.store.tables import dossiers, structures
from ror_tui.api_client.models import Kind

Row = sa.Row[Any]

_KIND_ORDER = sa.case(
    {Kind.EG: 0, Kind.EJ: 1, Kind.POLE: 2, Kind.SERVICE: 3, Kind.UF: 4}, value=structures.c.kind, else_=5
)


def _shown(bits: int) -> sa.ColumnElement[bool]:
    """Keep what holds a ticked discipline; a pôle without units holds none and stays."""
    alive = structures.c.supprimee.is_(False)
    if bits == ALL:
        return alive
    return sa.and_(alive, sa.or_(structures.c.disciplines.op("&")(bits) != 0, structures.c.disciplines == 0))


async def with_open_dossier(tx: AsyncConnection, egs: Collection[UUID]) -> set[UUID]:
    """Tell which of these establishments have an open dossier."""
    query = sa.select(dossiers.c.eg_id).where(dossiers.c.eg_id.in_(egs), dossiers.c.etat.not_in(CLOSED))
    return set((await tx.execute(query)).scalars())


async def find(tx: AsyncConnection, words: Sequence[str], bits: int, limit: int) -> Sequence[Row]:
    """Find the structures that hold every word, whatever the order: by name before by place, establishments first.

    Args:
        tx: The transaction.
        words: Folded words.
        bits: Disciplines to keep.
        limit: At most so many rows.
    """
    conditions = [structures.c.recherche.contains(word) for word in words]
    by_name = sa.case((sa.and_(*(structures.c.nom_tri.contains(word) for word in words)), 0), else_=1)
    query: sa.Select[*tuple[Any, ...]] = sa.select(*COLUMNS, structures.c.departement).where(_shown(bits), *conditions)
    order = (by_name, _KIND_ORDER, structures.c.nom_tri, structures.c.id)
    return (await tx.execute(query.order_by(*order).limit(limit))).all()
