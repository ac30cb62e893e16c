"""Published structures: reading one, its ancestors, its subtree; writing what an integration decided."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.domain.dossier import Published
from ror_server.domain.rights import Place
from ror_server.store import bulk
from ror_server.store.tables import structures
from ror_tui.api_client.models import Kind, Lien, Peuplement

Row = sa.Row[Any]

_PUBLISHED: Sequence[sa.ColumnElement[Any]] = [
    structures.c[name] for name in ("id", "kind", "parent_id", "nom", "valeurs", "version")
]
_STEP = (structures.c.id, structures.c.kind, structures.c.nom, structures.c.parent_id)


def _walk_up() -> sa.Select[*tuple[Any, ...]]:
    """Read some structures (`ids`) and all that is above them; each row once, which also ends a walk in a circle."""
    ids: sa.BindParameter[Any] = sa.bindparam("ids", expanding=True)
    first = sa.select(*_STEP).where(structures.c.id.in_(ids)).cte("up", recursive=True)
    return sa.select(first.union(sa.select(*_STEP).where(structures.c.id == first.c.parent_id)))


_UP = _walk_up()


_ROW = sa.select(structures).where(structures.c.id == sa.bindparam("structure"))
_ROW_LOCKED = _ROW.with_for_update()


async def structure(tx: AsyncConnection, structure_id: UUID, *, lock: bool = False) -> Row | None:
    """Load a row, also of a deleted structure (`supprimee`)."""
    return (await tx.execute(_ROW_LOCKED if lock else _ROW, {"structure": structure_id})).one_or_none()


_KIND = sa.select(structures.c.kind).where(structures.c.id == sa.bindparam("structure"))


async def kind(tx: AsyncConnection, structure_id: UUID) -> Kind | None:
    """Give the kind of a structure, None when it never existed."""
    found = (await tx.execute(_KIND, {"structure": structure_id})).scalar_one_or_none()
    return Kind(found) if found else None


async def several(tx: AsyncConnection, structure_ids: Collection[UUID]) -> dict[UUID, Row]:
    """Load the rows of several structures, by id."""
    query = sa.select(structures).where(structures.c.id.in_(structure_ids))
    return {row.id: row for row in (await tx.execute(query)).all()}


async def ancestors(tx: AsyncConnection, structure_ids: Collection[UUID]) -> dict[UUID, list[Lien]]:
    """Give the path from the root down to the parent, for several structures at once, in one query.

    Returns:
        By structure id; the structure itself is not in its path.
    """
    if not structure_ids:
        return {}
    rows = (await tx.execute(_UP, {"ids": list(set(structure_ids))})).all()
    found = {row.id: (Lien(id=row.id, kind=Kind(row.kind), nom=row.nom), row.parent_id) for row in rows}
    return {structure_id: _path(structure_id, found) for structure_id in structure_ids if structure_id in found}


def _path(structure_id: UUID, found: Mapping[UUID, tuple[Lien, UUID | None]]) -> list[Lien]:
    path: list[Lien] = []
    parent = found[structure_id][1]
    while parent is not None and parent in found:
        link, parent = found[parent]
        path.insert(0, link)
    return path


async def place(tx: AsyncConnection, row: Row) -> Place:
    """Tell where a structure stands, for the rights: itself, its ancestors, its département."""
    path = (await ancestors(tx, [row.id])).get(row.id, [])
    departement = row.departement
    if departement is None and row.eg_id is not None:
        query = sa.select(structures.c.departement).where(structures.c.id == row.eg_id)
        departement = (await tx.execute(query)).scalar_one_or_none()
    return Place(frozenset({row.id, *(link.id for link in path)}), departement)


async def eg_places(tx: AsyncConnection, eg_ids: Collection[UUID]) -> dict[UUID, Place]:
    """Tell where several establishments stand, in one query: their parent is the EJ, and nothing is above it."""
    query = sa.select(structures.c.id, structures.c.parent_id, structures.c.departement)
    rows = (await tx.execute(query.where(structures.c.id.in_(eg_ids)))).all()
    return {row.id: Place(frozenset({row.id, row.parent_id} - {None}), row.departement) for row in rows}


@dataclass(frozen=True, slots=True)
class NatureEg:
    """What the forms of an establishment depend on."""

    discipline: str | None
    categorie: str | None


async def eg_natures(tx: AsyncConnection, eg_ids: Collection[UUID]) -> dict[UUID, NatureEg]:
    """Give what the forms of several establishments depend on, in one query."""
    query = sa.select(structures.c.id, structures.c.discipline, structures.c.categorie)
    rows = (await tx.execute(query.where(structures.c.id.in_(eg_ids)))).all()
    return {row.id: NatureEg(row.discipline, row.categorie) for row in rows}


_IN_EG = sa.or_(structures.c.id == sa.bindparam("eg"), structures.c.eg_id == sa.bindparam("eg"))
_SUBTREE = (
    sa.select(*_PUBLISHED)
    .where(_IN_EG, structures.c.supprimee.is_(False))
    .order_by(structures.c.nom_tri, structures.c.id)
)


async def subtree(tx: AsyncConnection, eg_id: UUID) -> dict[UUID, Published]:
    """Give an establishment and all that is published below, parents before children, brothers by name."""
    rows = (await tx.execute(_SUBTREE, {"eg": eg_id})).all()
    return _from_the_root({row[0]: _published(row) for row in rows}, eg_id)


def _from_the_root(rows: Mapping[UUID, Published], root: UUID) -> dict[UUID, Published]:
    children: dict[UUID | None, list[UUID]] = {}
    for row in rows.values():
        children.setdefault(row.parent_id, []).append(row.id)
    order = [root] if root in rows else []
    for node in order:
        order.extend(children.get(node, ()))
    return {node: rows[node] for node in order}


async def published(tx: AsyncConnection, structure_ids: Collection[UUID]) -> dict[UUID, Published]:
    """Give the published structures among these ids."""
    if not structure_ids:
        return {}
    query = sa.select(*_PUBLISHED).where(structures.c.id.in_(structure_ids), structures.c.supprimee.is_(False))
    return {row[0]: _published(row) for row in (await tx.execute(query)).all()}


async def deleted(tx: AsyncConnection, structure_ids: Collection[UUID]) -> dict[UUID, Published]:
    """Give what the Répertoire held of deleted structures among these ids."""
    if not structure_ids:
        return {}
    query = sa.select(*_PUBLISHED).where(structures.c.id.in_(structure_ids), structures.c.supprimee.is_(True))
    return {row[0]: _published(row) for row in (await tx.execute(query)).all()}


def _published(row: Row) -> Published:
    structure_id, kind, parent_id, nom, valeurs, version = tuple(row)
    valeurs["nom"] = nom
    return Published(structure_id, Kind(kind), parent_id, nom, valeurs, version)


async def known_ids(tx: AsyncConnection, structure_ids: Collection[UUID]) -> set[UUID]:
    """Tell which of these ids are taken, deleted structures included."""
    query = sa.select(structures.c.id).where(structures.c.id.in_(structure_ids))
    return set((await tx.execute(query)).scalars())


async def insert(tx: AsyncConnection, rows: Sequence[Mapping[str, object]]) -> None:
    """Write new structures, parents first."""
    await bulk.insert(tx, structures, rows)


async def update(tx: AsyncConnection, structure_id: UUID, values: Mapping[str, object]) -> None:
    """Change a structure; its version goes up by one."""
    query = sa.update(structures).where(structures.c.id == structure_id)
    await tx.execute(query.values(version=structures.c.version + 1, **values))


async def update_all(tx: AsyncConnection, changes: Iterable[tuple[UUID, Mapping[str, object]]]) -> None:
    """Change several structures, those whose same columns change with one statement; their versions go up by one."""
    alike: dict[tuple[str, ...], list[dict[str, object]]] = {}
    for structure_id, values in changes:
        alike.setdefault(tuple(values), []).append({"id": structure_id, **values})
    for rows in alike.values():
        await bulk.update(tx, structures, "id", rows, count="version")


@dataclass(frozen=True, slots=True)
class Derived:
    """The columns of a structure that follow from its fiche and from those below."""

    disciplines: int
    peuplement: Peuplement


_DERIVED = sa.select(structures.c.id, structures.c.disciplines, structures.c.peuplement, structures.c.supprimee).where(
    _IN_EG
)


async def derived(tx: AsyncConnection, eg_id: UUID) -> tuple[dict[UUID, Derived], set[UUID]]:
    """Give what is written of an establishment and of all that is published below, and what was deleted of it."""
    rows = (await tx.execute(_DERIVED, {"eg": eg_id})).all()
    written = {row.id: Derived(row.disciplines, Peuplement(row.peuplement)) for row in rows if not row.supprimee}
    return written, {row.id for row in rows if row.supprimee}


async def put_derived(tx: AsyncConnection, changed: Mapping[UUID, Derived]) -> None:
    """Write columns that follow from the fiches; no version goes up."""
    rows = [
        {"id": node, "disciplines": one.disciplines, "peuplement": one.peuplement.value}
        for node, one in changed.items()
    ]
    await bulk.update(tx, structures, "id", rows)


async def refresh_disciplines(tx: AsyncConnection, structure_id: UUID | None, own: Iterable[tuple[UUID, int]]) -> None:
    """Write the bit sets that changed below an establishment, then bring its own EJ up to date.

    Args:
        tx: The transaction.
        structure_id: The EJ, None when the establishment has none.
        own: New bit sets by structure.
    """
    wanted = dict(own)
    now = sa.select(structures.c.id, structures.c.disciplines).where(structures.c.id.in_(wanted))
    moved = [row.id for row in (await tx.execute(now)).all() if row.disciplines != wanted[row.id]]
    await bulk.update(tx, structures, "id", [{"id": node, "disciplines": wanted[node]} for node in moved])
    if structure_id is not None:
        await gather_disciplines(tx, structure_id)


_OF_ESTABLISHMENTS = sa.select(structures.c.disciplines).where(
    structures.c.parent_id == sa.bindparam("ej"), structures.c.supprimee.is_(False)
)


async def gather_disciplines(tx: AsyncConnection, ej_id: UUID) -> None:
    """Bring the bit set of an EJ up to date with those of its establishments."""
    total = 0
    for bits in (await tx.execute(_OF_ESTABLISHMENTS, {"ej": ej_id})).scalars():
        total |= bits
    await bulk.update(tx, structures, "id", [{"id": ej_id, "disciplines": total}])


async def count_units(tx: AsyncConnection, row: Row) -> int:
    """Count the published unités opérationnelles of an establishment, or of all those of an EJ."""
    egs = sa.select(structures.c.id).where(structures.c.parent_id == row.id, structures.c.kind == Kind.EG)
    below = structures.c.eg_id.in_(egs) if row.kind == Kind.EJ else structures.c.eg_id == row.id
    query = sa.select(sa.func.count()).where(below, structures.c.kind == Kind.UO, structures.c.supprimee.is_(False))
    return (await tx.execute(query)).scalar_one()
