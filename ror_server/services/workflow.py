"""Sending, validating, refusing, withdrawing, abandoning (guide §3e, DESIGN §5)."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.domain.dossier import content_hash
from ror_server.domain.words import clean
from ror_server.domain.workflow import LEVELS, awaited, current_level, state_after_sending
from ror_server.problems import ConflictError, InvalidError
from ror_server.services import access, integration, workspace
from ror_server.services.workspace import Workspace
from ror_server.services.writing import Pen
from ror_server.store import dossiers, structures
from ror_tui.api_client.models import ActionDossier, EtatDossier


async def acting(tx: AsyncConnection, dossier_id: UUID, expected: int, action: ActionDossier, pen: Pen) -> Workspace:
    """Load and lock a dossier for an action on the whole of it.

    Raises:
        StaleError: It changed since it was read.
        ForbiddenError: The account may not.
        ConflictError: State or content forbid it.
    """
    row = await dossiers.dossier(tx, dossier_id, lock=True)
    if row and action is ActionDossier.VALIDER:
        await structures.structure(tx, row.eg_id, lock=True)
    found = await access.dossier(tx, pen.account, dossier_id)
    access.require_action(found, pen.account, action, expected=expected)
    return found


async def send(tx: AsyncConnection, found: Workspace, pen: Pen) -> Workspace:
    """Send on to the next level; a level that sends on (the Direction) thereby approves the content."""
    row = found.dossier
    if current_level(row.circuit, row.etat):
        await _answer(tx, found, pen, "accord")
    etat = state_after_sending(row.circuit, row.etat)
    text = f"Envoi en validation : le dossier attend {awaited(row.circuit, etat)}"
    return await _pass_on(tx, found, pen, etat, text)


async def validate(tx: AsyncConnection, found: Workspace, pen: Pen) -> Workspace:
    """Approve at the last level and publish, all in this transaction.

    Raises:
        ConflictError: An earlier level did not approve this very content.
    """
    await _require_earlier_approvals(tx, found)
    await _answer(tx, found, pen, "accord")
    seq = await integration.integrate(tx, found, pen)
    return await _pass_on(
        tx, found, pen, EtatDossier.INTEGRE, f"Validé et publié dans le Répertoire (publication n° {seq})"
    )


async def refuse(tx: AsyncConnection, found: Workspace, pen: Pen, motif: str) -> Workspace:
    """Send back to the author, with a reason.

    Raises:
        InvalidError: The reason is blank.
    """
    reason = clean(motif)
    if not reason:
        raise InvalidError("Donnez un motif : l'auteur doit savoir quoi corriger.")
    await _answer(tx, found, pen, "refus", reason)
    return await _pass_on(tx, found, pen, EtatDossier.A_CORRIGER, "Refus", motif=reason)


async def withdraw(tx: AsyncConnection, found: Workspace, pen: Pen) -> Workspace:
    """Take a sent dossier back, to go on writing."""
    return await _pass_on(tx, found, pen, EtatDossier.BROUILLON, "Retrait de la validation")


async def abandon(tx: AsyncConnection, found: Workspace, pen: Pen) -> Workspace:
    """Give a dossier up: it stays readable, and changes nothing."""
    return await _pass_on(tx, found, pen, EtatDossier.ABANDONNE, "Abandon du dossier")


async def _require_earlier_approvals(tx: AsyncConnection, found: Workspace) -> None:
    row, content = found.dossier, content_hash(found.items.values())
    for level in LEVELS[row.circuit]:
        if level.etat is row.etat:
            return
        if await dossiers.last_approval(tx, row.id, level.etat) != content:
            raise ConflictError(f"Le contenu a changé depuis l'accord de {level.attend} : son accord est à redemander.")


async def _answer(tx: AsyncConnection, found: Workspace, pen: Pen, verdict: str, motif: str | None = None) -> None:
    await dossiers.approve(
        tx,
        found.dossier,
        compte_id=pen.account.id,
        contenu=content_hash(found.items.values()),
        verdict=verdict,
        at=pen.now,
        motif=motif,
    )


async def _pass_on(
    tx: AsyncConnection, found: Workspace, pen: Pen, etat: EtatDossier, texte: str, *, motif: str | None = None
) -> Workspace:
    row = await dossiers.touch(tx, found.dossier, etat=etat, depuis=pen.now, motif=motif)
    await dossiers.add_event(tx, row.id, at=pen.now, acteur=pen.account.nom, texte=texte, motif=motif)
    return await workspace.load(tx, row)
