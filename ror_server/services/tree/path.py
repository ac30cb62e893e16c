"""Where a structure stands in a view, or why it does not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.services.tree.asking import DEPARTEMENT, Line, View
from ror_server.store import groups, kept, own, structures
from ror_server.store.structures import Row
from ror_server.store.tables import structures as table
from ror_tui.api_client.models import Afficher, Chemin, Kind

FILTERS: Mapping[str, str] = {
    "disciplines": "« Afficher les structures »",
    "communes": "« Commune »",
    "categories": "« Catégorie d'établissement »",
    "peuplement": "« État de peuplement »",
    "dossier_ouvert": "« Dossier ouvert »",
    "a_moi": "« Les miens seulement »",
    "texte": "du texte",
}
"""How a sentence names each filter."""

_LISTS: Mapping[Afficher, tuple[str, str]] = {
    Afficher.CATEGORIE_BESOINS: ("catégorie de besoins", "Aucune liste de catégories de besoins"),
    Afficher.TERRITOIRE: ("territoire de santé", "Aucune liste de territoires de santé"),
    Afficher.FILIERE: ("filière", "Aucune liste de filières"),
}


async def path(tx: AsyncConnection, view: View, row: Row) -> Chemin:
    """Give the keys from the root of a view down to a structure.

    Args:
        tx: The transaction.
        view: The view.
        row: A structure that is not deleted.

    Returns:
        The keys, or the reason why the view does not show the structure.
    """
    above = (await structures.ancestors(tx, [row.id])).get(row.id, [])
    ids = [*(link.id for link in above), row.id]
    reason = await _hidden(tx, view, row, ids)
    if reason:
        return Chemin(cles=[], raison=reason)
    return await _keys(tx, view, row, ids)


async def _keys(tx: AsyncConnection, view: View, row: Row, ids: Sequence[UUID]) -> Chemin:
    if view.par is Afficher.ENTITE_JURIDIQUE:
        return Chemin(cles=[str(one) for one in ids])
    if view.par is Afficher.FAVORIS:
        return await _below_favourite(tx, view, ids)
    if row.kind == Kind.EJ:
        text = "Cette vue range des établissements : affichez par entité juridique pour voir celle-ci."
        return Chemin(cles=[], raison=text)
    eg = row if row.kind == Kind.EG else await structures.structure(tx, row.eg_id)
    below = [one for one in ids if eg is not None and one != eg.parent_id]
    if view.par is Afficher.DEPARTEMENT:
        return _below_departement(eg.departement if eg is not None else None, below)
    group = await groups.group_of(tx, view.par, below[0])
    if group is None:
        return Chemin(cles=[], raison=await _no_group(tx, view.par))
    return Chemin(cles=[group, *(Line(group, one).key for one in below)])


def _below_departement(code: str | None, below: Sequence[UUID]) -> Chemin:
    if code is None:
        return Chemin(cles=[], raison="Le département de cet établissement n'est pas connu.")
    return Chemin(cles=[f"{DEPARTEMENT}:{code}", *map(str, below)])


async def _no_group(tx: AsyncConnection, par: Afficher) -> str:
    name, missing = _LISTS[par]
    if await groups.has_list(tx, par):
        return f"Cet établissement n'est dans aucun groupe de cette vue (par {name})."
    return f"{missing} n'a été importée sur ce serveur."


async def _below_favourite(tx: AsyncConnection, view: View, ids: Sequence[UUID]) -> Chemin:
    """Stand at the structure's own line when it is a favourite, else below the nearest favourite above it."""
    found = await own.favourites_among(tx, view.account.id, ids)
    top = next((rank for rank in range(len(ids) - 1, -1, -1) if ids[rank] in found), None)
    if top is None:
        return Chemin(cles=[], raison="Cette structure n'est pas dans vos favoris.")
    favourite = str(ids[top])
    return Chemin(cles=[favourite, *(Line(favourite, one).key for one in ids[top + 1 :])])


async def _hidden(tx: AsyncConnection, view: View, row: Row, ids: Sequence[UUID]) -> str | None:
    """Say which filters hide a structure, in French, or None."""
    if row.kind == Kind.EJ:
        query = sa.select(table.c.id).where(table.c.id == row.id, view.entities)
        shown = (await tx.execute(query)).first() is not None
        return None if shown else "Vos filtres ne gardent aucun établissement de cette entité juridique."
    hiding = await _hiding(tx, view, row.eg_id or row.id)
    if hiding:
        names = " et ".join(FILTERS[name] for name in hiding)
        word = "Le filtre" if len(hiding) == 1 else "Les filtres"
        return f"{word} {names} {'cache' if len(hiding) == 1 else 'cachent'} cet établissement."
    below = ids[[*ids].index(row.eg_id) + 1 :] if row.eg_id in ids else []
    query = sa.select(sa.func.count()).select_from(table).where(table.c.id.in_(below), view.units)
    if below and (await tx.execute(query)).scalar_one() < len(below):
        return f"Le filtre {FILTERS['disciplines']} cache cette structure : sa discipline n'est pas cochée."
    return None


async def _hiding(tx: AsyncConnection, view: View, eg_id: UUID) -> list[str]:
    conditions = kept.filters(view.filtres, view.account.grants)
    if not conditions:
        return []
    columns = [sa.case((condition, 1), else_=0) for condition in conditions.values()]
    found = (await tx.execute(sa.select(*columns).where(table.c.id == eg_id))).one()
    return [name for name, holds in zip(conditions, found, strict=True) if not holds]
