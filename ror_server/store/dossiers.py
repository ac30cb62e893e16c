"""Dossiers, their items, their history and their approvals."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.domain.dossier import Item, Op
from ror_server.domain.rights import ROLES, Action, Grant
from ror_server.domain.workflow import CLOSED
from ror_server.store import bulk, paging
from ror_server.store.tables import comptes, dossiers, evenements, items, structures
from ror_tui.api_client.models import Circuit, EtatDossier, EvenementDossier, Kind, Portee


@dataclass(frozen=True, slots=True)
class DossierRow:
    """A dossier with what is always shown beside it."""

    id: UUID
    eg_id: UUID
    eg_nom: str
    titre: str
    circuit: Circuit
    etat: EtatDossier
    depuis: datetime
    auteur_id: UUID
    auteur: str
    cree_le: datetime
    motif: str | None
    version: int
    suite_de: UUID | None = None
    annule_seq: int | None = None


@dataclass(frozen=True, slots=True)
class StoredItem:
    """An item, with who wrote it last."""

    item: Item
    modifie_le: datetime
    modifie_par: str


_QUERY: sa.Select[Any] = (
    sa.select(dossiers, structures.c.nom.label("eg_nom"), comptes.c.nom.label("auteur"))
    .join(structures, structures.c.id == dossiers.c.eg_id)
    .join(comptes, comptes.c.id == dossiers.c.auteur_id)
)
_ONE = _QUERY.where(dossiers.c.id == sa.bindparam("dossier"))
_ONE_LOCKED = _ONE.with_for_update(of=dossiers)


_CONTENT = (
    "version",
    "parent_base",
    "parent_next",
    "base_version",
    "base",
    "next",
    "saved",
    "finalised",
    "ordre",
    "remplace",
)
"""Columns of an item that bear the names of its attributes, in their order."""


def _dossier(row: sa.Row[Any]) -> DossierRow:
    values = {name: getattr(row, name) for name in DossierRow.__slots__}
    return DossierRow(**values | {"circuit": Circuit(row.circuit), "etat": EtatDossier(row.etat)})


async def dossier(tx: AsyncConnection, dossier_id: UUID, *, lock: bool = False) -> DossierRow | None:
    """Load a dossier; `lock` keeps every other writer of it waiting until the transaction ends."""
    row = (await tx.execute(_ONE_LOCKED if lock else _ONE, {"dossier": dossier_id})).one_or_none()
    return _dossier(row) if row else None


async def open_on(tx: AsyncConnection, eg_id: UUID) -> list[DossierRow]:
    """Give the open dossiers of an establishment, oldest first."""
    query = _QUERY.where(dossiers.c.eg_id == eg_id, dossiers.c.etat.not_in(CLOSED))
    return [_dossier(row) for row in (await tx.execute(query.order_by(dossiers.c.cree_le, dossiers.c.id))).all()]


async def follow_ups(tx: AsyncConnection, dossier_id: UUID) -> list[DossierRow]:
    """Give the dossiers that take up what was refused in one, oldest first."""
    query = _QUERY.where(dossiers.c.suite_de == dossier_id)
    return [_dossier(row) for row in (await tx.execute(query.order_by(dossiers.c.cree_le, dossiers.c.id))).all()]


async def count(tx: AsyncConnection, where: Collection[sa.ColumnElement[bool]]) -> int:
    """Count dossiers."""
    query = sa.select(sa.func.count()).select_from(dossiers)
    query = query.join(structures, structures.c.id == dossiers.c.eg_id).where(*where)
    return int((await tx.execute(query)).scalar_one())


async def page(
    tx: AsyncConnection,
    where: Collection[sa.ColumnElement[bool]],
    cursor: str | None,
    limit: int,
    *,
    oldest_first: bool = False,
) -> tuple[list[DossierRow], str | None]:
    """List dossiers, the one that changed state last first, or last.

    Returns:
        The rows, and the cursor of the next page.
    """
    order = (dossiers.c.depuis, dossiers.c.id) if oldest_first else (dossiers.c.depuis.desc(), dossiers.c.id.desc())
    query = _QUERY.where(*where).order_by(*order)
    if cursor:
        moment, last = paging.decode(cursor, 2)
        keys = sa.tuple_(
            sa.literal(_moment(moment), dossiers.c.depuis.type), sa.literal(UUID(last), dossiers.c.id.type)
        )
        here = sa.tuple_(dossiers.c.depuis, dossiers.c.id)
        query = query.where(here > keys if oldest_first else here < keys)
    rows = [_dossier(row) for row in (await tx.execute(query.limit(limit + 1))).all()]
    more = paging.encode(rows[limit - 1].depuis.isoformat(), str(rows[limit - 1].id)) if len(rows) > limit else None
    return rows[:limit], more


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise paging.BadCursorError(text) from error


def is_open() -> sa.ColumnElement[bool]:
    """Keep the dossiers that can still change."""
    return dossiers.c.etat.not_in(CLOSED)


def waiting(etats: Collection[EtatDossier]) -> sa.ColumnElement[bool]:
    """Keep the dossiers in these states."""
    return dossiers.c.etat.in_(etats)


def of_circuit(circuits: Collection[Circuit]) -> sa.ColumnElement[bool]:
    """Keep the dossiers of these circuits."""
    return dossiers.c.circuit.in_(circuits)


def written_by(compte_id: UUID) -> sa.ColumnElement[bool]:
    """Keep the dossiers of an author."""
    return dossiers.c.auteur_id == compte_id


def within(grants: Iterable[Grant], action: Action, eg: sa.FromClause = structures) -> sa.ColumnElement[bool]:
    """Keep the establishments that lie where one of these grants allows the action.

    This is `rights.covers` in SQL, for lists; `tests/server/test_rights.py` holds the two together.
    """
    good = [grant for grant in grants if grant.role in ROLES[action]]
    if any(grant.portee is Portee.REGION for grant in good):
        return sa.true()
    ids = [UUID(grant.cible) for grant in good if grant.portee is Portee.STRUCTURE and grant.cible]
    departements = [grant.cible for grant in good if grant.portee is Portee.DEPARTEMENT]
    return sa.or_(eg.c.id.in_(ids), eg.c.parent_id.in_(ids), eg.c.departement.in_(departements))


async def add(tx: AsyncConnection, row: DossierRow) -> None:
    """Write a new dossier."""
    values = {name: getattr(row, name) for name in DossierRow.__slots__ if name not in {"eg_nom", "auteur"}}
    await tx.execute(sa.insert(dossiers).values(values))


async def touch(tx: AsyncConnection, row: DossierRow, **values: object) -> DossierRow:
    """Change a dossier; its version goes up by one.

    Returns:
        The dossier after.
    """
    version = row.version + 1
    await bulk.update(tx, dossiers, "id", [{"id": row.id, "version": version, **values}])
    return replace(row, version=version, **values)  # type: ignore[arg-type]  # columns and attributes share their names


async def load_items(tx: AsyncConnection, dossier_ids: Collection[UUID]) -> dict[UUID, dict[UUID, StoredItem]]:
    """Load the items of several dossiers: by dossier, then by structure, in the order in which they were made."""
    found: dict[UUID, dict[UUID, StoredItem]] = {dossier_id: {} for dossier_id in dossier_ids}
    for dossier_id, moment, author, *said in (await tx.execute(_ITEMS, {"dossiers": list(dossier_ids)})).all():
        item = _item(said)
        found[dossier_id][item.id] = StoredItem(item, moment, author)
    return found


async def items_on(tx: AsyncConnection, structure_id: UUID, dossier_ids: Collection[UUID]) -> dict[UUID, Item]:
    """Give what several dossiers hold on one structure, by dossier."""
    query = _ITEMS.where(items.c.structure_id == structure_id)
    return {row[0]: _item(row[3:]) for row in (await tx.execute(query, {"dossiers": list(dossier_ids)})).all()}


_SAID = ("structure_id", "kind", "op", *_CONTENT, "vu_seq")
"""Columns of an item, in the order of its attributes."""
_ITEMS = (
    sa.select(*(items.c[name] for name in ("dossier_id", "modifie_le", "modifie_par", *_SAID)))
    .where(items.c.dossier_id.in_(sa.bindparam("dossiers", expanding=True)))
    .order_by(items.c.ordre, items.c.structure_id)
)


def _item(said: Sequence[Any]) -> Item:
    structure_id, kind, op, *rest = said
    return Item(structure_id, Kind(kind), Op(op), *rest)


async def put_items(tx: AsyncConnection, dossier_id: UUID, stored: Iterable[StoredItem]) -> None:
    """Write items, new or not."""
    rows = [_row(dossier_id, one) for one in stored]
    if not rows:
        return
    ids = [row["structure_id"] for row in rows]
    await tx.execute(sa.delete(items).where(items.c.dossier_id == dossier_id, items.c.structure_id.in_(ids)))
    await bulk.insert(tx, items, rows)


def _row(dossier_id: UUID, stored: StoredItem) -> dict[str, object]:
    item = stored.item
    values = {name: getattr(item, name) for name in ("kind", "op", *_CONTENT)}
    written = {"vu_seq": item.seen_seq, "modifie_le": stored.modifie_le, "modifie_par": stored.modifie_par}
    return {"dossier_id": dossier_id, "structure_id": item.id} | values | written


async def drop_items(tx: AsyncConnection, dossier_id: UUID, structure_ids: Collection[UUID]) -> None:
    """Forget items: the dossier no longer touches these structures."""
    await tx.execute(sa.delete(items).where(items.c.dossier_id == dossier_id, items.c.structure_id.in_(structure_ids)))


async def others_touching(tx: AsyncConnection, dossier_id: UUID, structure_ids: Collection[UUID]) -> list[str]:
    """Give the titles of the other open dossiers that hold one of these structures."""
    query = (
        sa.select(dossiers.c.titre)
        .distinct()
        .join(items, items.c.dossier_id == dossiers.c.id)
        .where(dossiers.c.id != dossier_id, is_open(), items.c.structure_id.in_(structure_ids))
    )
    return list((await tx.execute(query.order_by(dossiers.c.titre))).scalars())


async def item_elsewhere(tx: AsyncConnection, structure_ids: Collection[UUID]) -> set[UUID]:
    """Tell which of these ids some dossier creates already."""
    query = sa.select(items.c.structure_id).where(items.c.structure_id.in_(structure_ids), items.c.op == Op.CREATE)
    return set((await tx.execute(query)).scalars())


async def add_event(
    tx: AsyncConnection, dossier_id: UUID, *, at: datetime, acteur: str, texte: str, motif: str | None = None
) -> None:
    """Write one line of a dossier's history."""
    row = {"dossier_id": dossier_id, "le": at, "acteur": acteur, "texte": texte, "motif": motif}
    await tx.execute(sa.insert(evenements), row)


async def events(tx: AsyncConnection, dossier_id: UUID) -> list[EvenementDossier]:
    """Give the history of a dossier, newest first."""
    query = sa.select(evenements).where(evenements.c.dossier_id == dossier_id).order_by(evenements.c.id.desc())
    return [
        EvenementDossier(le=row.le, acteur=row.acteur, texte=row.texte, motif=row.motif)
        for row in (await tx.execute(query)).all()
    ]
