"""Reading the log of publications: where it stands, and what came after a position."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.store.tables import commits, revisions, structures
from ror_tui.api_client.models import Evenement, Kind, StructureTouchee

MOST_STRUCTURES = 200
"""More than this in one publication, and the reader had better read its view again."""

_COMMIT: Sequence[sa.ColumnElement[Any]] = [
    commits.c.seq, commits.c.le, commits.c.acteur, commits.c.origine, commits.c.message, commits.c.dossier_id,
]  # fmt: skip
_TOUCHED: Sequence[sa.ColumnElement[Any]] = [
    revisions.c.op,
    revisions.c.avant,
    structures.c.id,
    structures.c.kind,
    structures.c.nom,
    structures.c.parent_id,
    structures.c.eg_id,
    structures.c.departement,
]
_DOSSIER_MESSAGE = "Dossier collaboratif intégré"
"""In place of the dossier's title, which is only for those who may read the dossier."""


@dataclass(frozen=True, slots=True)
class Position:
    """A place in the log of one database.

    The fingerprint is the commit's own: in another database, or in one put back from a copy, the same number carries
    another one, so that a reader never resumes in a log that is not the one it was reading.
    """

    seq: int = 0
    empreinte: str = ""

    def __str__(self) -> str:
        """Write it as an event id."""
        return f"{self.seq}-{self.empreinte}" if self.seq else "0"

    @classmethod
    def read(cls, text: str) -> Position | None:
        """Read an event id, or give None when it is none of ours."""
        seq, _, empreinte = text.partition("-")
        if not (seq.isascii() and seq.isdigit() and len(seq) < 19):
            return None
        return cls(int(seq), empreinte) if int(seq) else cls()


@dataclass(slots=True)
class Publication:
    """A publication as it is told: names and places, which the Répertoire shows to all (docs/decisions/0010)."""

    position: Position
    evenement: Evenement
    written: bytes | None = None
    """As it goes to the readers, once it has been written for one of them."""


async def last(tx: AsyncConnection) -> Position:
    """Give the end of the log."""
    row = (await tx.execute(sa.select(*_COMMIT).order_by(commits.c.seq.desc()).limit(1))).one_or_none()
    return _position(row) if row else Position()


async def holds(tx: AsyncConnection, position: Position) -> bool:
    """Tell whether a position belongs to this log."""
    if position.seq == 0:
        return True
    row = (await tx.execute(sa.select(*_COMMIT).where(commits.c.seq == position.seq))).one_or_none()
    return row is not None and _position(row) == position


async def position(tx: AsyncConnection, seq: int) -> Position:
    """Give the position of a publication of this log."""
    row = (await tx.execute(sa.select(*_COMMIT).where(commits.c.seq == seq))).one_or_none()
    return _position(row) if row else Position()


async def after(tx: AsyncConnection, seq: int, limit: int) -> list[Publication]:
    """Give the first publications after a number, in order."""
    query = sa.select(*_COMMIT).where(commits.c.seq > seq).order_by(commits.c.seq).limit(limit)
    rows = (await tx.execute(query)).all()
    touched = {row.seq: await _touched(tx, row.seq) for row in rows}
    where = await _departements(tx, (one for found in touched.values() for one in found))
    return [_publication(row, touched[row.seq], where) for row in rows]


async def _touched(tx: AsyncConnection, seq: int) -> Sequence[sa.Row[Any]]:
    query = (
        sa.select(*_TOUCHED)
        .join(structures, structures.c.id == revisions.c.structure_id)
        .where(revisions.c.commit_seq == seq)
        .order_by(revisions.c.structure_id)
        .limit(MOST_STRUCTURES + 1)
    )
    return (await tx.execute(query)).all()


async def _departements(tx: AsyncConnection, rows: Iterable[sa.Row[Any]]) -> dict[UUID | None, str | None]:
    """Give the département of the establishments above these rows."""
    wanted = {row.eg_id for row in rows if row.departement is None and row.eg_id is not None}
    found: dict[UUID | None, str | None] = defaultdict(lambda: None)
    if wanted:
        query = sa.select(structures.c.id, structures.c.departement).where(structures.c.id.in_(wanted))
        found.update((row.id, row.departement) for row in (await tx.execute(query)).all())
    return found


def _publication(row: sa.Row[Any], touched: Sequence[sa.Row[Any]], where: dict[UUID | None, str | None]) -> Publication:
    kept = touched[:MOST_STRUCTURES]
    event = Evenement(
        seq=row.seq,
        le=row.le,
        acteur=row.acteur,
        message=row.message if row.dossier_id is None else _DOSSIER_MESSAGE,
        structures=[_structure(one, where) for one in kept],
        tronque=len(touched) > len(kept),
    )
    return Publication(_position(row), event)


def _structure(row: sa.Row[Any], where: dict[UUID | None, str | None]) -> StructureTouchee:
    moved = row.op == "update" and "parent_id" in (row.avant or {})
    return StructureTouchee(
        id=row.id,
        kind=Kind(row.kind),
        nom=row.nom,
        op="move" if moved else row.op,
        parent_id=row.parent_id,
        eg_id=row.eg_id,
        departement=row.departement or where[row.eg_id],
    )


def _position(row: sa.Row[Any]) -> Position:
    at = row.le.astimezone(UTC).isoformat(timespec="microseconds")
    content = "\n".join((str(row.seq), at, row.acteur, row.origine, row.message, str(row.dossier_id)))
    return Position(row.seq, hashlib.sha256(content.encode()).hexdigest()[:12])
