"""What an account keeps for itself: favourites, saved views, its place in the Répertoire."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.store.kept import Condition
from ror_server.store.lines import Lines
from ror_server.store.tables import favoris, places, structures, vues

Row = sa.Row[Any]


def favourite_lines(compte_id: object, kept: Condition) -> Lines:
    """Give the favourites of an account that are kept."""
    source = favoris.join(structures, structures.c.id == favoris.c.structure_id)
    return Lines(sa.and_(favoris.c.compte_id == compte_id, kept), source)


async def favourites_among(tx: AsyncConnection, compte_id: UUID, structure_ids: Collection[UUID]) -> set[UUID]:
    """Tell which of these structures are favourites of an account."""
    query = sa.select(favoris.c.structure_id).where(
        favoris.c.compte_id == compte_id, favoris.c.structure_id.in_(structure_ids)
    )
    return set((await tx.execute(query)).scalars())


async def accounts_liking(tx: AsyncConnection, structure_ids: Collection[UUID]) -> int:
    """Count the accounts that have one of these structures among their favourites."""
    query = sa.select(sa.func.count(sa.distinct(favoris.c.compte_id))).where(favoris.c.structure_id.in_(structure_ids))
    return (await tx.execute(query)).scalar_one()


_FAVOURITES = sa.select(favoris.c.structure_id).where(favoris.c.compte_id == sa.bindparam("compte"))


async def favourites(tx: AsyncConnection, compte_id: UUID) -> set[UUID]:
    """Give all favourites of an account."""
    return set((await tx.execute(_FAVOURITES, {"compte": compte_id})).scalars())


async def add_favourite(tx: AsyncConnection, compte_id: UUID, structure_id: UUID, at: datetime) -> None:
    """Add a favourite; one that is there already stays as it is."""
    await tx.execute(upsert(tx, favoris, compte_id=compte_id, structure_id=structure_id, ajoute_le=at))


async def remove_favourite(tx: AsyncConnection, compte_id: UUID, structure_id: UUID) -> None:
    """Remove a favourite, if it is one."""
    await tx.execute(sa.delete(favoris).where(favoris.c.compte_id == compte_id, favoris.c.structure_id == structure_id))


async def views(tx: AsyncConnection, compte_id: UUID) -> Sequence[Row]:
    """Give the saved views of an account: rows of `nom`, `contenu`."""
    query: sa.Select[*tuple[Any, ...]] = sa.select(vues.c.nom, vues.c.contenu).where(vues.c.compte_id == compte_id)
    return (await tx.execute(query)).all()


async def save_view(
    tx: AsyncConnection, compte_id: UUID, nom: str, contenu: Mapping[str, object], at: datetime
) -> None:
    """Write a view, instead of the one of the same name."""
    await tx.execute(
        upsert(tx, vues, ["contenu", "modifiee_le"], compte_id=compte_id, nom=nom, contenu=contenu, modifiee_le=at)
    )


async def forget_view(tx: AsyncConnection, compte_id: UUID, nom: str) -> None:
    """Remove a view, if there is one of this name."""
    await tx.execute(sa.delete(vues).where(vues.c.compte_id == compte_id, vues.c.nom == nom))


async def place(tx: AsyncConnection, compte_id: UUID) -> Mapping[str, object] | None:
    """Give where an account left the Répertoire."""
    query = sa.select(places.c.contenu).where(places.c.compte_id == compte_id)
    return (await tx.execute(query)).scalar_one_or_none()


async def save_place(tx: AsyncConnection, compte_id: UUID, contenu: Mapping[str, object], at: datetime) -> None:
    """Write where an account is, instead of where it was."""
    await tx.execute(upsert(tx, places, ["contenu", "le"], compte_id=compte_id, contenu=contenu, le=at))


def upsert(tx: AsyncConnection, table: sa.Table, replaced: Sequence[str] = (), **values: object) -> sa.Executable:
    """Insert a row; when its key is taken, replace these columns, or leave it as it is."""
    insert = postgresql.insert if tx.dialect.name == "postgresql" else sqlite.insert
    statement = insert(table).values(values)
    if not replaced:
        return statement.on_conflict_do_nothing()
    key = [column.name for column in table.primary_key]
    return statement.on_conflict_do_update(index_elements=key, set_={name: values[name] for name in replaced})
