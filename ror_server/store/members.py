"""Which establishments belong to each group: follows from the criteria, in the transaction that changes either."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.domain.regroupements import Group
from ror_server.store.kept import published
from ror_server.store.tables import (
    membres,
    of_kind,
    offre_codes,
    offres,
    regroupement_criteres,
    regroupements,
    structures,
)
from ror_tui.api_client.models import Afficher, Kind

OF_ESTABLISHMENT = ("departement", "commune", "categorie", "finess")
"""Criteria on a column of the establishment; `finess` is also looked for on its legal entity."""

OF_OFFER = {"type_uo": "type_uo", "mode": "mode", "discipline": "discipline"}
"""Criteria on a unit of the establishment: column of its offer."""

OF_CODES = {"activite": "activites", "public": "publics", "competence": "competences", "profession": "professions"}
"""Criteria on a unit of the establishment: field of its offer that holds several codes."""

STEP = 500

_criteria = regroupement_criteres
_ej = structures.alias("ej")
_MEMBER = (_criteria.c.cle, structures.c.nom_tri, structures.c.id)
_ALIVE = published(structures, Kind.EG)


async def stored(tx: AsyncConnection, genre: Afficher) -> list[Group]:
    """Give the groups of a genre, in order."""
    rows = (
        await tx.execute(sa.select(regroupements).where(regroupements.c.genre == genre).order_by(regroupements.c.ordre))
    ).all()
    found = {row.cle: Group(row.cle, genre, row.libelle) for row in rows}
    for row in (await tx.execute(sa.select(_criteria).where(_criteria.c.cle.in_(_keys(genre))))).all():
        found[row.cle].criteria.add((row.critere, row.valeur))
    return list(found.values())


async def put(tx: AsyncConnection, genre: Afficher, groups: Sequence[Group]) -> None:
    """Write the groups of a genre instead of those that are there, with their members."""
    for table in (membres, _criteria):
        await tx.execute(sa.delete(table).where(table.c.cle.in_(_keys(genre))))
    await tx.execute(sa.delete(regroupements).where(regroupements.c.genre == genre))
    rows = [
        {"cle": group.key, "genre": genre, "libelle": group.libelle, "ordre": rank} for rank, group in enumerate(groups)
    ]
    criteria = [
        {"cle": group.key, "critere": critere, "valeur": valeur}
        for group in groups
        for critere, valeur in sorted(group.criteria)
    ]
    if rows:
        await tx.execute(sa.insert(regroupements), rows)
    if criteria:
        await tx.execute(sa.insert(_criteria), criteria)
    await _insert(tx, _criteria.c.cle.in_(_keys(genre)))


async def follow(tx: AsyncConnection, eg_ids: Collection[UUID]) -> None:
    """Bring the groups of some establishments up to date.

    Args:
        tx: The transaction that changed them, or units of theirs; their offers are up to date already.
        eg_ids: Establishments, deleted ones too.
    """
    for step in _steps(eg_ids if await _has_criteria(tx) else ()):
        await tx.execute(sa.delete(membres).where(membres.c.eg_id.in_(step)))
        await _insert(tx, sa.true(), step)


async def rebuild(tx: AsyncConnection) -> None:
    """Bring the groups of every establishment up to date, inside the database."""
    if await _has_criteria(tx):
        await tx.execute(sa.delete(membres))
        await _insert(tx, sa.true())


async def count(tx: AsyncConnection, genre: Afficher) -> int:
    """Count the establishments that some group of a genre holds."""
    query = sa.select(sa.func.count(sa.distinct(membres.c.eg_id))).where(membres.c.cle.in_(_keys(genre)))
    return (await tx.execute(query)).scalar_one()


_ANY = sa.select(_criteria.c.cle).limit(1)


async def _has_criteria(tx: AsyncConnection) -> bool:
    return (await tx.execute(_ANY)).first() is not None


def _keys(genre: Afficher) -> sa.Select[tuple[str]]:
    return sa.select(regroupements.c.cle).where(regroupements.c.genre == genre)


async def _insert(tx: AsyncConnection, wanted: sa.ColumnElement[bool], eg_ids: Sequence[UUID] | None = None) -> None:
    found = sa.union(*_by_column(wanted, eg_ids), *_by_unit(wanted, eg_ids)).subquery()
    await tx.execute(sa.insert(membres).from_select(["cle", "nom_tri", "eg_id"], sa.select(found)))


def _by_column(wanted: sa.ColumnElement[bool], eg_ids: Sequence[UUID] | None) -> Iterator[sa.Select[Any]]:
    """Select the members that the criteria on an establishment, or its legal entity, give."""
    some = sa.true() if eg_ids is None else structures.c.id.in_(eg_ids)
    for name in OF_ESTABLISHMENT:
        holds = sa.and_(_criteria.c.critere == name, structures.c[name] == _criteria.c.valeur)
        yield sa.select(*_MEMBER).select_from(_criteria).join(structures, holds).where(_ALIVE, wanted, some)
    entity = sa.and_(_criteria.c.critere == "finess", of_kind(_ej.c.kind, Kind.EJ), _ej.c.finess == _criteria.c.valeur)
    managed = (
        sa.select(*_MEMBER)
        .select_from(_criteria)
        .join(_ej, entity)
        .join(structures, structures.c.parent_id == _ej.c.id)
    )
    yield managed.where(_ALIVE, wanted, some)


def _by_unit(wanted: sa.ColumnElement[bool], eg_ids: Sequence[UUID] | None) -> Iterator[sa.Select[Any]]:
    """Select the members that the criteria on units give: each establishment once, however many units hold."""
    some = sa.true() if eg_ids is None else offres.c.eg_id.in_(eg_ids)
    pairs = sa.select(_criteria.c.cle, offres.c.eg_id).distinct().where(wanted, some)
    for name, column in OF_OFFER.items():
        holds = sa.and_(_criteria.c.critere == name, offres.c[column] == _criteria.c.valeur)
        yield _members(pairs.join(offres, holds))
    for name, champ in OF_CODES.items():
        code = sa.and_(offre_codes.c.champ == champ, offre_codes.c.code == _criteria.c.valeur)
        held = pairs.join(offre_codes, sa.and_(_criteria.c.critere == name, code))
        yield _members(held.join(offres, offres.c.structure_id == offre_codes.c.structure_id))


def _members(pairs: sa.Select[Any]) -> sa.Select[Any]:
    found = pairs.subquery()
    joined = sa.select(found.c.cle, structures.c.nom_tri, structures.c.id)
    return joined.join(structures, structures.c.id == found.c.eg_id).where(_ALIVE)


def _steps(eg_ids: Collection[UUID]) -> Iterator[list[UUID]]:
    waiting = iter(eg_ids)
    while step := list(islice(waiting, STEP)):
        yield step
