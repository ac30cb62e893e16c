"""What an account keeps on the server: its favourites, its saved views, its place in the Répertoire."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection
from uuid import UUID

from ror_tui.api_client.client import RorClient
from ror_tui.api_client.errors import Gone, NotFound, RorError
from ror_tui.api_client.models import Place, VueNommee, VueRepertoire

_log = logging.getLogger(__name__)

LEAVING_SECONDS = 1.0
"""Quitting waits no longer than this for the place to be kept."""


async def mark(client: RorClient, structures: Collection[UUID], *, favori: bool) -> None:
    """Add structures to the favourites, or take them away (guide §3a).

    Args:
        client: Signed in.
        structures: Of any kind.
        favori: Whether they are favourites from now on.
    """
    for structure_id in structures:
        await (client.favoris.ajouter if favori else client.favoris.retirer)(structure_id)


async def is_favori(client: RorClient, structure_id: UUID) -> bool:
    """Tell whether a structure is among the favourites."""
    page = await client.favoris.lire()
    while page.suivant is not None and all(noeud.id != structure_id for noeud in page.elements):
        page = await client.favoris.lire(page.suivant)
    return any(noeud.id == structure_id for noeud in page.elements)


async def vues(client: RorClient) -> list[VueNommee]:
    """Read the saved views."""
    return await client.vues.lire()


async def garder(client: RorClient, nom: str, vue: VueRepertoire) -> None:
    """Save a view under a name, in place of the one that has it."""
    await client.vues.enregistrer(nom, vue)


async def oublier(client: RorClient, nom: str) -> None:
    """Delete a saved view; one that is gone already is no matter."""
    try:
        await client.vues.supprimer(nom)
    except (NotFound, Gone):
        _log.info("a saved view was deleted already")


async def place(client: RorClient) -> Place | None:
    """Read where the account was when it left; None when it never came, or when the server is too old to know.

    Args:
        client: Signed in.
    """
    try:
        return await client.place.lire()
    except NotFound:
        return None


async def garder_place(client: RorClient, here: Place) -> bool:
    """Keep where the account is: a convenience, whose failure nobody waits for.

    Args:
        client: Signed in.
        here: Where it is.

    Returns:
        Whether the server has it.
    """
    try:
        await client.place.enregistrer(here)
    except RorError as error:
        _log.warning("the place was not kept: %s", type(error).__name__)
        return False
    return True


async def leave_place(client: RorClient, here: Place) -> None:
    """Keep the place on the way out, without holding the user.

    Args:
        client: Signed in.
        here: Where the account is.
    """
    try:
        await asyncio.wait_for(garder_place(client, here), LEAVING_SECONDS)
    except TimeoutError:
        _log.warning("the place was not kept in time")
