"""Reading the log of publications backwards: pages of commits, the revisions of structures, the state of now."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.domain.passe import Revision, State
from ror_server.domain.workflow import CLOSED
from ror_server.store.structures import Row
from ror_server.store.tables import commits, dossiers, revisions, structures
from ror_tui.api_client.models import EtatDossier, Kind

STEP = 500
"""Ids in one query."""

OFFICIAL = (
    "raison_sociale",
    "finess",
    "siren",
    "siret",
    "categorie",
    "domaine",
    "circuit",
    "discipline",
    "departement",
    "commune",
    "code_postal",
    "ville",
    "adresse",
    "telephone",
    "ouverte_le",
    "fermee_le",
)
"""Columns of an EJ or EG that only FINESS writes."""


@dataclass(frozen=True, slots=True)
class Commit:
    """A publication."""

    seq: int
    le: datetime
    acteur: str
    origine: str
    message: str
    dossier_id: UUID | None


async def snapshot(tx: AsyncConnection) -> None:
    """Have everything that this transaction reads be of one moment; it must come first."""
    if tx.dialect.name == "postgresql":
        await tx.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")


@dataclass(frozen=True, slots=True)
class Scope:
    """A structure whose history is read, deleted or not, alone or with all that stands below it."""

    row: Row
    dessous: bool = True


def _commit(row: sa.Row[Any]) -> Commit:
    return Commit(row.seq, row.le, row.acteur, row.origine, row.message, row.dossier_id)


async def commit(tx: AsyncConnection, seq: int) -> Commit | None:
    """Give a publication."""
    row = (await tx.execute(sa.select(commits).where(commits.c.seq == seq))).one_or_none()
    return _commit(row) if row else None


async def of_dossier(tx: AsyncConnection, dossier_id: UUID) -> int | None:
    """Give the number of the publication of a dossier."""
    query = sa.select(commits.c.seq).where(commits.c.dossier_id == dossier_id).order_by(commits.c.seq.desc())
    found: int | None = (await tx.execute(query.limit(1))).scalar_one_or_none()
    return found


async def commits_by_seq(tx: AsyncConnection, seqs: Collection[int]) -> dict[int, Commit]:
    """Give several publications by their number."""
    rows = (await tx.execute(sa.select(commits).where(commits.c.seq.in_(seqs)))).all()
    return {row.seq: _commit(row) for row in rows}


async def first(tx: AsyncConnection) -> Commit | None:
    """Give the first publication."""
    row = (await tx.execute(sa.select(commits).order_by(commits.c.seq).limit(1))).one_or_none()
    return _commit(row) if row else None


async def last_at(tx: AsyncConnection, moment: datetime) -> Commit | None:
    """Give the last publication at a moment."""
    query = sa.select(commits).where(commits.c.le <= moment).order_by(commits.c.seq.desc()).limit(1)
    row = (await tx.execute(query)).one_or_none()
    return _commit(row) if row else None


async def last_of(tx: AsyncConnection, structure_id: UUID, seq: int) -> Commit | None:
    """Give the last publication that touched a structure, up to a number."""
    query = sa.select(commits).join(revisions, revisions.c.commit_seq == commits.c.seq)
    query = query.where(revisions.c.structure_id == structure_id, commits.c.seq <= seq)
    row = (await tx.execute(query.order_by(commits.c.seq.desc()).limit(1))).one_or_none()
    return _commit(row) if row else None


async def page(tx: AsyncConnection, scope: Scope | None, under: int | None, limit: int) -> list[Commit]:
    """Give publications, the newest first.

    Args:
        tx: The transaction.
        scope: Only those that touched this; None for all.
        under: Only those before this number.
        limit: At most how many.
    """
    query = sa.select(commits).order_by(commits.c.seq.desc()).limit(limit)
    if under is not None:
        query = query.where(commits.c.seq < under)
    if scope is not None:
        touched = sa.select(revisions.c.commit_seq).where(revisions.c.structure_id.in_(_ids_of(scope)))
        query = query.where(commits.c.seq.in_(touched))
    return [_commit(row) for row in (await tx.execute(query)).all()]


def _ids_of(scope: Scope) -> sa.Select[tuple[UUID]] | list[UUID]:
    row, table = scope.row, structures.c
    if not scope.dessous or row.kind == Kind.UO:
        return [row.id]
    if row.kind == Kind.EG:
        return sa.select(table.id).where(sa.or_(table.id == row.id, table.eg_id == row.id))
    if row.kind == Kind.EJ:
        egs = sa.select(table.id).where(table.parent_id == row.id)
        return sa.select(table.id).where(sa.or_(table.id == row.id, table.parent_id == row.id, table.eg_id.in_(egs)))
    below = sa.select(table.id).where(table.id == row.id).cte("dessous", recursive=True)
    below = below.union(sa.select(table.id).join(below, table.parent_id == below.c.id))
    return sa.select(below.c.id)


async def touched(tx: AsyncConnection, seq: int, scope: Scope | None, limit: int) -> tuple[list[UUID], int]:
    """Give some structures that a publication touched, and how many there are."""
    where = [revisions.c.commit_seq == seq]
    if scope is not None:
        where.append(revisions.c.structure_id.in_(_ids_of(scope)))
    query = sa.select(revisions.c.structure_id).where(*where).order_by(revisions.c.structure_id).limit(limit)
    ids = list((await tx.execute(query)).scalars())
    total = len(ids)
    if total == limit:
        total = (await tx.execute(sa.select(sa.func.count()).select_from(revisions).where(*where))).scalar_one()
    return ids, total


async def counts(tx: AsyncConnection, seq: int, scope: Scope | None) -> list[tuple[str, Kind, int]]:
    """Count what a publication did: operation, kind, how many."""
    moved = revisions.c.avant["parent_id"].as_string().is_not(None)
    op = sa.case((sa.and_(revisions.c.op == "update", moved), "move"), else_=revisions.c.op).label("op")
    query = sa.select(op, structures.c.kind, sa.func.count()).join(
        structures, structures.c.id == revisions.c.structure_id
    )
    query = query.where(revisions.c.commit_seq == seq).group_by(op, structures.c.kind)
    if scope is not None:
        query = query.where(revisions.c.structure_id.in_(_ids_of(scope)))
    return [(found, Kind(kind), count) for found, kind, count in (await tx.execute(query)).all()]


async def later(tx: AsyncConnection, ids: Collection[UUID], since: int) -> dict[UUID, list[Revision]]:
    """Give the revisions of structures from a publication on, the newest first.

    Args:
        tx: The transaction.
        ids: The structures.
        since: The first number that counts.
    """
    found: dict[UUID, list[Revision]] = {one: [] for one in ids}
    for step in _steps(ids):
        where = sa.and_(revisions.c.structure_id.in_(step), revisions.c.commit_seq >= since)
        query = sa.select(revisions).where(where).order_by(revisions.c.commit_seq.desc())
        for row in (await tx.execute(query)).all():
            found[row.structure_id].append(revision(row))
    return found


def revision(row: sa.Row[Any]) -> Revision:
    """Read a row of the log."""
    return Revision(row.commit_seq, row.structure_id, row.op, row.version, dict(row.avant or {}), dict(row.apres or {}))


async def rows(tx: AsyncConnection, ids: Collection[UUID]) -> dict[UUID, Row]:
    """Give the rows of structures, deleted ones too."""
    found: dict[UUID, Row] = {}
    for step in _steps(ids):
        query = sa.select(structures).where(structures.c.id.in_(step))
        found |= {row.id: row for row in (await tx.execute(query)).all()}
    return found


async def establishment(tx: AsyncConnection, eg_id: UUID) -> dict[UUID, Row]:
    """Give an establishment and all that ever stood below it, by name."""
    query = sa.select(structures).where(sa.or_(structures.c.id == eg_id, structures.c.eg_id == eg_id))
    return {row.id: row for row in (await tx.execute(query.order_by(structures.c.nom_tri, structures.c.id))).all()}


def state(row: Row) -> State:
    """Give what is published of a structure now."""
    values: dict[str, object] = dict(row.valeurs) | {"nom": row.nom}
    if row.parent_id is not None:
        values["parent_id"] = str(row.parent_id)
    if row.kind in {Kind.EJ, Kind.EG}:
        values |= {name: getattr(row, name) for name in OFFICIAL if getattr(row, name) is not None}
    return State(present=not row.supprimee, version=row.version, values=values)


async def reverted(tx: AsyncConnection, seqs: Collection[int]) -> dict[int, UUID]:
    """Tell which of these publications an integrated dossier took back."""
    query = sa.select(dossiers.c.annule_seq, dossiers.c.id).where(
        dossiers.c.annule_seq.in_(seqs), dossiers.c.etat == EtatDossier.INTEGRE
    )
    return {row.annule_seq: row.id for row in (await tx.execute(query)).all()}


async def reverting(tx: AsyncConnection, seq: int) -> UUID | None:
    """Give an open dossier that takes a publication back."""
    query = sa.select(dossiers.c.id).where(dossiers.c.annule_seq == seq, dossiers.c.etat.not_in(CLOSED))
    return (await tx.execute(query.limit(1))).scalar_one_or_none()


def _steps(ids: Iterable[UUID]) -> Iterable[Sequence[UUID]]:
    waiting = iter(ids)
    while step := list(islice(waiting, STEP)):
        yield step
