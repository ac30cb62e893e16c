"""What the filters of the Répertoire keep, as conditions on an establishment; every list and every count asks here."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from ror_server.domain import disciplines
from ror_server.domain.rights import Action, Grant
from ror_server.domain.words import fold
from ror_server.domain.workflow import CLOSED
from ror_server.store.dossiers import within
from ror_server.store.tables import dossiers, of_kind, structures
from ror_tui.api_client.models import Filtres, Kind

Condition = sa.ColumnElement[bool]

FREQUENT = frozenset({"disciplines", "peuplement"})
"""Filters that keep so much that a page of entities is soon full, one looked at after the other."""


def mask(filtres: Filtres) -> int:
    """Give the bit set of the ticks; all of them when nothing is filtered."""
    return disciplines.ALL if filtres.disciplines is None else disciplines.mask(filtres.disciplines)


def filters(filtres: Filtres, grants: Iterable[Grant], eg: sa.FromClause = structures) -> dict[str, Condition]:
    """Give the condition of each filter that is on.

    Args:
        filtres: The filters of the view.
        grants: What the account holds, for « à moi ».
        eg: Where the establishments are read.

    Returns:
        By name of the field of `Filtres`.
    """
    bits = mask(filtres)
    found: dict[str, Condition] = {}
    if bits != disciplines.ALL:
        found["disciplines"] = eg.c.disciplines.op("&")(bits) != 0
    if filtres.communes:
        found["communes"] = eg.c.commune.in_(filtres.communes)
    if filtres.categories:
        found["categories"] = eg.c.categorie.in_(filtres.categories)
    if filtres.peuplement:
        found["peuplement"] = eg.c.peuplement.in_(filtres.peuplement)
    if filtres.dossier_ouvert:
        found["dossier_ouvert"] = eg.c.id.in_(sa.select(dossiers.c.eg_id).where(dossiers.c.etat.not_in(CLOSED)))
    if filtres.a_moi:
        found |= _mine(grants, eg)
    if filtres.texte.strip():
        found["texte"] = _holds_words(filtres.texte, eg)
    return found


def _mine(grants: Iterable[Grant], eg: sa.FromClause) -> dict[str, Condition]:
    """Keep what the account may describe; one that may describe the whole region filters nothing."""
    condition = within(grants, Action.ECRIRE_DOSSIER, eg)
    return {} if isinstance(condition, sa.True_) else {"a_moi": condition}


def _holds_words(texte: str, eg: sa.FromClause) -> Condition:
    """Keep what holds every word; a text without any letter or digit finds nothing."""
    words = fold(texte).split()
    return sa.and_(*(eg.c.recherche.contains(word) for word in words)) if words else sa.false()


def published(table: sa.FromClause, kind: Kind) -> Condition:
    """Keep what is of a kind and not deleted."""
    return sa.and_(of_kind(table.c.kind, kind), table.c.supprimee.is_(False))


def establishments(filtres: Filtres, grants: Iterable[Grant], eg: sa.FromClause = structures) -> Condition:
    """Keep the establishments that all filters keep."""
    return sa.and_(published(eg, Kind.EG), *filters(filtres, grants, eg).values())


def entities(filtres: Filtres, grants: Iterable[Grant], ej: sa.FromClause = structures) -> Condition:
    """Keep the legal entities above an establishment that is kept; without a filter, all of them."""
    alive = published(ej, Kind.EJ)
    eg = structures.alias("eg")
    conditions = filters(filtres, grants, eg)
    if not conditions:
        return alive
    kept = sa.and_(published(eg, Kind.EG), *conditions.values())
    if conditions.keys() - FREQUENT:
        return sa.and_(alive, ej.c.id.in_(sa.select(eg.c.parent_id).where(kept)))
    below = sa.exists().where(eg.c.parent_id == ej.c.id, kept)
    return sa.and_(
        alive, ej.c.disciplines.op("&")(mask(filtres)) != 0 if "disciplines" in conditions else sa.true(), below
    )


def units(filtres: Filtres, unit: sa.FromClause = structures) -> Condition:
    """Keep what stands below an establishment: what holds a ticked discipline, or no unit at all yet."""
    alive = unit.c.supprimee.is_(False)
    bits = mask(filtres)
    if bits == disciplines.ALL:
        return alive
    return sa.and_(alive, sa.or_(unit.c.disciplines.op("&")(bits) != 0, unit.c.disciplines == 0))
