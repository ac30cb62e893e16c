"""The conversation on a dossier and its fiches: the author's, the levels', and those who write with them."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.domain.words import clean
from ror_server.domain.workflow import CLOSED, ETAT_LABELS
from ror_server.problems import ConflictError, InvalidError, NotFoundError
from ror_server.services import access, signals
from ror_server.services.fiches import require_node
from ror_server.services.pen import Pen
from ror_server.services.workspace import Workspace
from ror_server.store import commentaires
from ror_server.store.commentaires import Comment
from ror_tui.api_client.models import Commentaire, Commentaires, CreationCommentaire, TypeSignal


async def show(tx: AsyncConnection, found: Workspace) -> Commentaires:
    """Give the whole conversation of a dossier, oldest first."""
    return Commentaires(elements=[_shown(found, one) for one in await commentaires.of_dossier(tx, found.dossier.id)])


def _shown(found: Workspace, one: Comment) -> Commentaire:
    return Commentaire(
        id=one.id,
        structure_id=one.structure_id,
        fiche=_fiche(found, one.structure_id),
        auteur=one.auteur,
        le=one.le,
        texte=one.texte,
        regle_le=one.regle_le,
        regle_par=one.regle_par,
    )


def _fiche(found: Workspace, node: UUID | None) -> str | None:
    if node is None:
        return None
    return found.name(node) if node in found.parents else "fiche qui n'est plus dans le dossier"


async def write(tx: AsyncConnection, dossier_id: UUID, body: CreationCommentaire, pen: Pen) -> Workspace:
    """Write a message on a fiche, or on the dossier.

    Raises:
        ConflictError: The dossier is closed, or the id is taken.
        InvalidError: The message is blank.
    """
    found = await access.dossier(tx, pen.account, dossier_id, lock=True)
    _require_open(found)
    texte = clean(body.texte)
    if not texte:
        raise InvalidError("Écrivez votre commentaire : il est vide.")
    if body.structure_id is not None:
        require_node(found, body.structure_id)
    if await commentaires.one(tx, body.id):
        raise ConflictError("Ce commentaire existe déjà.", kind="identifiant-pris")
    account = pen.account
    message = Comment(body.id, dossier_id, body.structure_id, account.id, account.nom, pen.now, texte)
    await commentaires.add(tx, message)
    await signals.tell(tx, pen, dossier_id, TypeSignal.COMMENTAIRE, body.structure_id)
    return found


async def settle(tx: AsyncConnection, dossier_id: UUID, comment_id: UUID, pen: Pen, *, settled: bool) -> Workspace:
    """Mark a message as settled, or no longer.

    Raises:
        NotFoundError: It is not in this dossier.
        ConflictError: The dossier is closed.
    """
    found = await access.dossier(tx, pen.account, dossier_id, lock=True)
    _require_open(found)
    message = await commentaires.one(tx, comment_id)
    if message is None or message.dossier_id != dossier_id:
        raise NotFoundError("Ce commentaire n'existe pas dans ce dossier.")
    at, by = (pen.now, pen.account.nom) if settled else (None, None)
    await commentaires.settle(tx, comment_id, at=at, by=by)
    await signals.tell(tx, pen, dossier_id, TypeSignal.COMMENTAIRE, message.structure_id)
    return found


def _require_open(found: Workspace) -> None:
    etat = found.dossier.etat
    if etat in CLOSED:
        raise ConflictError(f"Ce dossier est {ETAT_LABELS[etat]} : ses commentaires ne changent plus.")
