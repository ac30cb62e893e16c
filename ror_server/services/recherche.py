"""Ctrl+F: what the index finds, as the reader's view keeps it and as the tree shows it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.problems import NotReadyError
from ror_server.search import Found, IndexUnavailableError, Keep, Near, SearchIndex
from ror_server.services.tree.asking import View
from ror_server.services.tree.nodes import Marks, node
from ror_server.store import own, recherche, structures
from ror_server.store.accounts import Account
from ror_server.store.kept import mask
from ror_server.store.recherche import Row
from ror_tui.api_client.models import Filtres, Lien, Page, Portee, Resultat

MOST_EGS = 2000
"""Above, an establishment that is kept is met soon enough among those that answer."""
SPARE = 2
"""The index knows most filters; what it does not know is dropped afterwards, out of twice as many."""


class IndexNotReadyError(NotReadyError):
    """The search index is being built, or cannot be written."""

    kind, title = "index", "Recherche en préparation"


async def find(tx: AsyncConnection, index: SearchIndex, view: View, text: str, limit: int) -> Page[Resultat]:
    """Find structures by name, place or number, best first.

    Args:
        tx: The transaction: what it sees is what is found.
        index: Brought up to date first.
        view: The reader, and the filters to keep to.
        text: What is typed.
        limit: At most so many.

    Raises:
        IndexNotReadyError: With the sentence of the index.
    """
    asked = limit if view.filtres == Filtres() else limit * SPARE
    try:
        await index.catch_up(tx)
        favourites = await own.favourites(tx, view.account.id)
        found = await index.find(text, await _keep(tx, view), await _near(tx, view.account, favourites), asked)
    except IndexUnavailableError as error:
        raise IndexNotReadyError(str(error)) from error
    kept = None if view.filtres == Filtres() else view.any_kind
    rows = (await recherche.rows(tx, found.ids, kept))[:limit]
    paths = await structures.ancestors(tx, [row.id for row in rows])
    return Page(elements=[_hit(found, row, paths[row.id], row.id in favourites) for row in rows])


def _hit(found: Found, row: Row, chemin: list[Lien], favourite: bool) -> Resultat:
    noeud = node(row, str(row.id), Marks(0, bool(row.dossier_ouvert), favourite))
    return Resultat(
        noeud=noeud,
        chemin=chemin,
        departement=row.lieu_departement,
        lieu=" ".join(part for part in (row.lieu_code_postal, row.lieu_ville) if part),
        plages=found.marks(noeud.nom),
        plages_detail=found.marks(noeud.detail),
    )


async def _keep(tx: AsyncConnection, view: View) -> Keep:
    filtres = view.filtres
    return Keep(
        disciplines=mask(filtres),
        communes=frozenset(filtres.communes),
        categories=frozenset(filtres.categories),
        peuplement=frozenset(filtres.peuplement),
        egs=await _establishments(tx, view),
    )


async def _establishments(tx: AsyncConnection, view: View) -> frozenset[UUID] | None:
    """Give what is kept by the filters that the index does not know, with the entities above; None for all or many."""
    unknown = {name: getattr(view.filtres, name) for name in ("dossier_ouvert", "a_moi", "texte")}
    if not any(unknown.values()):
        return None
    kept = View(view.par, Filtres(**unknown), view.account).establishments
    found = await recherche.establishments(tx, kept, MOST_EGS + 1)
    return None if len(found) > MOST_EGS else frozenset(one for pair in found for one in pair if one)


async def _near(tx: AsyncConnection, account: Account, favourites: Collection[UUID]) -> Near:
    """Tell what comes first for an account: its favourites and its own structures, then its territory."""
    own_ids = [UUID(one) for one in _targets(account, Portee.STRUCTURE)]
    departements = {*_targets(account, Portee.DEPARTEMENT), *await recherche.departements(tx, own_ids)}
    return Near(frozenset(departements), frozenset({*favourites, *own_ids}))


def _targets(account: Account, portee: Portee) -> Sequence[str]:
    return [grant.cible for grant in account.grants if grant.portee is portee and grant.cible]
