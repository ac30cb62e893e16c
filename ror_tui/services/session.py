"""Signing in and out."""

from __future__ import annotations

import logging

from pydantic import SecretStr

from ror_tui.api_client.client import RorClient
from ror_tui.api_client.errors import RorError
from ror_tui.api_client.models import Compte, EtatService

_log = logging.getLogger(__name__)


async def etat(client: RorClient) -> EtatService:
    """Ask the server what it is and whether it is ready.

    Raises:
        RorError: Down, slow, not a ROR: each its own class and sentence.
    """
    return await client.session.etat()


async def connecter(client: RorClient, identifiant: str, mot_de_passe: SecretStr) -> Compte:
    """Sign in, and give the account.

    Raises:
        Unauthorized: Wrong identifiant or password.
        TooManyRequests: After too many failures.
    """
    session = await client.session.ouvrir(identifiant.strip(), mot_de_passe)
    if client.evenements.position is None:  # signing in again goes on from where the live feed was
        client.evenements.position = session.position
    return session.compte


async def deconnecter(client: RorClient) -> None:
    """Sign out: the client forgets its session, whether or not the server could be told."""
    client.evenements.position = None
    try:
        await client.session.fermer()
    except RorError as error:
        _log.warning("signed out without the server: %s, request %s", type(error).__name__, error.request_id)
