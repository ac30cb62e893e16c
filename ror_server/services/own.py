"""Favourites, saved views and place of an account: nobody else reads or writes them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.domain.rights import Action
from ror_server.domain.words import clean, fold
from ror_server.problems import ConflictError, InvalidError
from ror_server.services import access
from ror_server.services.tree.asking import View
from ror_server.services.tree.pages import page
from ror_server.store import own
from ror_server.store.accounts import Account
from ror_server.store.lines import Window
from ror_tui.api_client.models import (
    Afficher,
    EnregistrementPlace,
    EnregistrementVue,
    Filtres,
    Noeud,
    Page,
    Place,
    VueNommee,
)

MOST_VIEWS = 100


async def favourites(tx: AsyncConnection, account: Account, cursor: str | None, limit: int) -> Page[Noeud]:
    """Give the favourites by name; a structure that was deleted is none any more."""
    found = await page(tx, View(Afficher.FAVORIS, Filtres(), account), None, Window(cursor, limit))
    return Page(elements=found.elements, suivant=found.suivant)


async def add_favourite(tx: AsyncConnection, account: Account, structure_id: UUID, at: datetime) -> None:
    """Add a published structure.

    Raises:
        NotFoundError: It never existed.
        GoneError: It was deleted.
    """
    row = await access.structure(tx, account, structure_id)
    await own.add_favourite(tx, account.id, row.id, at)


async def remove_favourite(tx: AsyncConnection, account: Account, structure_id: UUID) -> None:
    """Remove a structure, whether it is a favourite or not."""
    access.require(account, Action.LIRE_REPERTOIRE)
    await own.remove_favourite(tx, account.id, structure_id)


async def views(tx: AsyncConnection, account: Account) -> list[VueNommee]:
    """Give the saved views by name."""
    access.require(account, Action.LIRE_REPERTOIRE)
    found = [VueNommee.model_validate({**row.contenu, "nom": row.nom}) for row in await own.views(tx, account.id)]
    return sorted(found, key=lambda view: (fold(view.nom), view.nom))


async def save_view(tx: AsyncConnection, account: Account, nom: str, body: EnregistrementVue, at: datetime) -> None:
    """Save a view under its cleaned name.

    Raises:
        InvalidError: Nothing is left of the name, or the view holds what no text holds.
        ConflictError: There are too many views.
    """
    access.require(account, Action.LIRE_REPERTOIRE)
    cleaned = clean(nom)
    if not cleaned:
        raise InvalidError("Donnez un nom à cette vue.")
    known = {row.nom for row in await own.views(tx, account.id)}
    if cleaned not in known and len(known) >= MOST_VIEWS:
        raise ConflictError(f"Vous avez déjà {MOST_VIEWS} vues : supprimez-en une avant d'en enregistrer une autre.")
    await own.save_view(tx, account.id, cleaned, _content(body), at)


async def forget_view(tx: AsyncConnection, account: Account, nom: str) -> None:
    """Remove a view, whether there is one of this name or not."""
    access.require(account, Action.LIRE_REPERTOIRE)
    await own.forget_view(tx, account.id, clean(nom))


async def place(tx: AsyncConnection, account: Account) -> Place | None:
    """Give where the account left the Répertoire."""
    access.require(account, Action.LIRE_REPERTOIRE)
    found = await own.place(tx, account.id)
    return Place.model_validate(found) if found is not None else None


async def save_place(tx: AsyncConnection, account: Account, body: EnregistrementPlace, at: datetime) -> None:
    """Keep where the account is.

    Raises:
        InvalidError: The place holds what no text holds.
    """
    access.require(account, Action.LIRE_REPERTOIRE)
    await own.save_place(tx, account.id, _content(body), at)


def _content(body: BaseModel) -> dict[str, object]:
    if "\\u0000" in body.model_dump_json():
        raise InvalidError("Cette demande contient un caractère nul, qu'aucun texte ne contient.")
    return body.model_dump(mode="json")
