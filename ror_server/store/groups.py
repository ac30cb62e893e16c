"""Lines that hold establishments: départements, and the groups of the regional lists."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.store.kept import Condition, published
from ror_server.store.lines import Lines
from ror_server.store.tables import membres, regroupements, structures
from ror_tui.api_client.models import Kind

Row = sa.Row[Any]

_MEMBERS = membres.join(structures, structures.c.id == membres.c.eg_id)


def of_departement(code: object, kept: Condition) -> Lines:
    """Give the establishments of a département."""
    return Lines(sa.and_(structures.c.departement == code, kept))


def of_group(cle: object, kept: Condition) -> Lines:
    """Give the establishments of a group."""
    return Lines(sa.and_(membres.c.cle == cle, kept), _MEMBERS, membres.c.nom_tri, membres.c.eg_id)


async def departements(tx: AsyncConnection, kept: Condition) -> list[tuple[str, int]]:
    """Count the establishments that are kept in each département; one without any is left out."""
    query = sa.select(structures.c.departement, sa.func.count()).where(structures.c.departement.is_not(None), kept)
    query = query.group_by(structures.c.departement).order_by(structures.c.departement)
    return [(row[0], row[1]) for row in (await tx.execute(query)).all()]


async def groups(tx: AsyncConnection, genre: str, kept: Condition | None) -> Sequence[Row]:
    """Count the establishments that are kept in each group of a genre; one without any is left out.

    Args:
        tx: The transaction.
        genre: Which groups.
        kept: What keeps an establishment, None for all: a member is never deleted.

    Returns:
        Rows of `cle`, `libelle`, `nombre`, in the order of the list.
    """
    of_genre = sa.select(regroupements.c.cle).where(regroupements.c.genre == genre)
    counted = sa.select(membres.c.cle, sa.func.count().label("nombre")).where(membres.c.cle.in_(of_genre))
    if kept is not None:
        counted = counted.where(membres.c.eg_id.in_(sa.select(structures.c.id).where(kept)))
    found = counted.group_by(membres.c.cle).subquery()
    query: sa.Select[*tuple[Any, ...]] = sa.select(regroupements.c.cle, regroupements.c.libelle, found.c.nombre)
    query = query.join(found, found.c.cle == regroupements.c.cle)
    return (await tx.execute(query.order_by(regroupements.c.ordre, regroupements.c.cle))).all()


async def group_of(tx: AsyncConnection, genre: str, eg_id: UUID) -> str | None:
    """Give the first group of a genre that holds an establishment."""
    query = sa.select(regroupements.c.cle).join(membres, membres.c.cle == regroupements.c.cle)
    query = query.where(regroupements.c.genre == genre, membres.c.eg_id == eg_id)
    ordered = query.order_by(regroupements.c.ordre, regroupements.c.cle)
    return (await tx.execute(ordered.limit(1))).scalar_one_or_none()


async def has_list(tx: AsyncConnection, genre: str) -> bool:
    """Tell whether a list of this genre was imported."""
    query = sa.select(regroupements.c.cle).where(regroupements.c.genre == genre).limit(1)
    return (await tx.execute(query)).first() is not None


async def communes(tx: AsyncConnection, words: Collection[str]) -> Sequence[Row]:
    """Count the establishments by commune and name of the town, where one of them holds every word.

    Returns:
        Rows of `commune`, `ville`, `departement`, `nombre`.
    """
    return await _communes(tx, *(structures.c.recherche.contains(word) for word in words))


async def communes_by_number(tx: AsyncConnection, number: str) -> Sequence[Row]:
    """Count likewise the establishments of a commune, by its INSEE code, or of a post code."""
    return await _communes(tx, sa.or_(structures.c.commune == number.upper(), structures.c.code_postal == number))


async def _communes(tx: AsyncConnection, *conditions: Condition) -> Sequence[Row]:
    keys = (structures.c.commune, structures.c.ville, structures.c.departement)
    query: sa.Select[*tuple[Any, ...]] = sa.select(*keys, sa.func.count().label("nombre")).where(
        published(structures, Kind.EG), structures.c.commune.is_not(None), *conditions
    )
    return (await tx.execute(query.group_by(*keys))).all()


async def categories(tx: AsyncConnection) -> Sequence[str]:
    """Give the codes of the categories that an establishment has."""
    query = sa.select(structures.c.categorie).distinct()
    query = query.where(published(structures, Kind.EG), structures.c.categorie.is_not(None))
    return (await tx.execute(query)).scalars().all()
