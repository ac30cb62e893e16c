"""What lives around a dossier: people, comments, where it stands; callable without a screen."""

from __future__ import annotations

import logging
from collections.abc import Collection
from uuid import UUID, uuid4

from ror_tui.api_client.client import RorClient
from ror_tui.api_client.errors import RorError
from ror_tui.api_client.models import Commentaires, CreationCommentaire, Entourage, Reglement, Signe, Suivi

_log = logging.getLogger(__name__)


async def lire(client: RorClient, dossier_id: UUID) -> Entourage:
    """Read who is in a dossier, and the comments and refusals on its fiches."""
    return await client.entourage.lire(dossier_id)


async def signaler(client: RorClient, dossier_id: UUID, fiche_id: UUID | None, *, ecrit: bool) -> Entourage:
    """Say where one is in a dossier, and read who else is there.

    Args:
        client: Signed in.
        dossier_id: The dossier.
        fiche_id: The fiche that is open, None for the tree.
        ecrit: Whether something is typed in it that is not saved.
    """
    return await client.entourage.signaler(dossier_id, Signe(structure_id=fiche_id, ecrit=ecrit))


async def partir(client: RorClient, presences: set[UUID], dossiers: Collection[UUID]) -> None:
    """Say that one left some dossiers; what cannot be told, the server forgets by itself.

    Args:
        client: Signed in.
        presences: The dossiers where one said to be: those that were left go out of it.
        dossiers: Those that are left.
    """
    for dossier_id in presences & set(dossiers):
        try:
            await client.entourage.quitter(dossier_id)
        except RorError as error:
            _log.info("left a dossier without telling: %s", type(error).__name__)
        presences.discard(dossier_id)


async def suivi(client: RorClient, dossier_id: UUID) -> Suivi:
    """Read « Où en est mon dossier »."""
    return await client.entourage.suivi(dossier_id)


async def commentaires(client: RorClient, dossier_id: UUID) -> Commentaires:
    """Read the conversation of a dossier, oldest first."""
    return await client.entourage.commentaires(dossier_id)


async def commenter(client: RorClient, dossier_id: UUID, fiche_id: UUID | None, texte: str) -> Commentaires:
    """Write a message on a fiche, or on the dossier; its length is judged by the server."""
    message = CreationCommentaire.model_construct(id=uuid4(), structure_id=fiche_id, texte=texte)
    return await client.entourage.commenter(dossier_id, message)


async def regler(client: RorClient, dossier_id: UUID, commentaire_id: UUID, *, regle: bool) -> Commentaires:
    """Mark a message as settled, or no longer."""
    return await client.entourage.regler(dossier_id, commentaire_id, Reglement(regle=regle))
