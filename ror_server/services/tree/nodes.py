"""Rows as lines of the tree, with their counts and marks: the whole of a page is one query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server import nomenclatures
from ror_server.domain.workflow import CLOSED
from ror_server.services.tree.asking import DEPARTEMENT, Line, Place, View
from ror_server.store import groups
from ror_server.store.lines import Row
from ror_server.store.tables import dossiers, favoris, structures
from ror_tui.api_client.models import Afficher, Discipline, Kind, Noeud, Peuplement

_DESCRIBED = frozenset({Kind.EG, Kind.UO})
"""Kinds that have an état de peuplement (DOMAIN §5.2)."""

SENSITIVE = "Unité sensible"
"""What the tree says of such a unit instead of its type, to everybody: its fiche says more to who may read it."""


@dataclass(frozen=True, slots=True)
class Marks:
    """What a line says besides its own row."""

    children: int
    dossier: bool
    favourite: bool


def extras(view: View, place: Place, compte: object, rows: sa.FromClause) -> list[sa.ColumnElement[Any]]:
    """Give the counts and marks of a page's rows, as columns of its one query.

    Args:
        view: The view.
        place: Where they stand; legal entities are lines at the root only.
        compte: The id of the account, a value or a parameter.
        rows: The page.
    """
    opened = sa.exists().where(dossiers.c.eg_id == rows.c.id, dossiers.c.etat.not_in(CLOSED))
    mine = sa.exists().where(favoris.c.compte_id == compte, favoris.c.structure_id == rows.c.id)
    counted = _entities_children(view, rows) if place is Place.ROOTS else _children(view, rows)
    return [counted.label("enfants"), opened.label("dossier_ouvert"), mine.label("favori")]


def _children(view: View, rows: sa.FromClause) -> sa.ColumnElement[int]:
    below = structures.alias("below")
    query = sa.select(sa.func.count()).where(below.c.parent_id == rows.c.id, view.shown_units(below))
    return sa.case((rows.c.kind == Kind.UO, 0), else_=query.scalar_subquery())


def _entities_children(view: View, rows: sa.FromClause) -> sa.ColumnElement[int]:
    """Count the establishments of entities; a favourite may also be anything else."""
    eg = structures.alias("managed")
    query = sa.select(sa.func.count()).where(eg.c.parent_id == rows.c.id, view.shown_establishments(eg))
    if view.par is not Afficher.FAVORIS:
        return query.scalar_subquery()
    return sa.case((rows.c.kind == Kind.EJ, query.scalar_subquery()), else_=_children(view, rows))


def nodes(view: View, parent: Line, rows: Sequence[Row]) -> list[Noeud]:
    """Give the lines of the rows of a page that stand below a line (or at the root)."""
    return [
        node(row, parent.child(row.id, view.par).key, Marks(row.enfants, bool(row.dossier_ouvert), bool(row.favori)))
        for row in rows
    ]


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
        enfants=found.children,
        ferme=row.fermee_le is not None,
        dossier_ouvert=found.dossier,
        favori=found.favourite,
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
