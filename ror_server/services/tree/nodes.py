"""Rows as lines of the tree, with their counts and marks: a fixed number of queries for each page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server import nomenclatures
from ror_server.services.tree.asking import DEPARTEMENT, Line, View
from ror_server.store import groups, lines, own, repertoire
from ror_server.store.lines import Row
from ror_tui.api_client.models import Afficher, Discipline, Kind, Noeud, Peuplement

_DESCRIBED = frozenset({Kind.EG, Kind.UO})
"""Kinds that have an état de peuplement (DOMAIN §5.2)."""

SENSITIVE = "Unité sensible"
"""What the tree says of such a unit instead of its type, to everybody: its fiche says more to who may read it."""


@dataclass(frozen=True, slots=True)
class Marks:
    """What the lines of a page say besides their own rows."""

    children: dict[UUID, int]
    dossiers: set[UUID]
    favourites: set[UUID]


async def marks(tx: AsyncConnection, view: View, rows: Sequence[Row]) -> Marks:
    """Read the counts and marks of some rows."""
    ids = [row.id for row in rows]
    entities = [row.id for row in rows if row.kind == Kind.EJ]
    establishments = [row.id for row in rows if row.kind == Kind.EG]
    parents = [row.id for row in rows if row.kind not in {Kind.EJ, Kind.UO}]
    children = await lines.counts(tx, entities, view.establishments) | await lines.counts(tx, parents, view.units)
    opened = await repertoire.with_open_dossier(tx, establishments) if establishments else set()
    return Marks(children, opened, await own.favourites_among(tx, view.account.id, ids) if ids else set())


async def nodes(tx: AsyncConnection, view: View, parent: Line, rows: Sequence[Row]) -> list[Noeud]:
    """Give the lines of some rows that stand below a line (or at the root)."""
    found = await marks(tx, view, rows)
    return [node(row, parent.child(row.id, view.par).key, found) for row in rows]


def node(row: Row, key: str, found: Marks, *, sous: str | None = None) -> Noeud:
    """Give the line of a row."""
    kind = Kind(row.kind)
    return Noeud(
        cle=key,
        kind=kind,
        nom=row.nom,
        id=row.id,
        sous=sous,
        detail=_detail(row),
        discipline=Discipline(row.discipline) if row.discipline and not row.sensible else None,
        finess=row.finess,
        enfants=found.children.get(row.id, 0),
        ferme=row.fermee_le is not None,
        dossier_ouvert=row.id in found.dossiers,
        favori=row.id in found.favourites,
        peuplement=Peuplement(row.peuplement) if kind in _DESCRIBED else None,
    )


def _detail(row: Row) -> str:
    if row.kind == Kind.UO and row.sensible:
        return SENSITIVE
    if row.kind == Kind.UO:
        code = nomenclatures.by_code("JDV_J238").get(row.type_uo or "")
        return code.libelle if code else ""
    place = " ".join(part for part in (row.code_postal, row.ville) if part)
    category = nomenclatures.categorie_eg(row.categorie).libelle if row.categorie else ""
    return " · ".join(part for part in (place, category) if part)


def departement(code: str, count: int) -> Noeud:
    """Give the line of a département."""
    name = nomenclatures.departements().get(code)
    nom = f"{code} – {name}" if name else code
    return Noeud(cle=f"{DEPARTEMENT}:{code}", kind="departement", nom=nom, enfants=count)


async def group_nodes(tx: AsyncConnection, view: View) -> list[Noeud]:
    """Give the lines of the groups that hold something in a view; none in a view whose roots are structures."""
    if view.roots is not None:
        return []
    if view.par is Afficher.DEPARTEMENT:
        return [departement(code, count) for code, count in await groups.departements(tx, view.establishments)]
    rows = await groups.groups(tx, view.par, view.establishments if view.filters else None)
    return [Noeud(cle=row.cle, kind="groupe", nom=row.libelle, enfants=row.nombre) for row in rows]
