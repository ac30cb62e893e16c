"""Sending, validating, refusing, withdrawing, abandoning, taking up again (guide §3e, DESIGN §5)."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.domain.rights import LAST_APPROVAL
from ror_server.domain.words import clean
from ror_server.domain.workflow import awaited, current_level, state_after_sending
from ror_server.problems import ConflictError, InvalidError
from ror_server.services import access, accords, integration, refus, signals, workspace
from ror_server.services.pen import Pen
from ror_server.services.workspace import Workspace
from ror_server.store import dossiers, structures
from ror_server.store.accords import ACCORD, REFUS
from ror_tui.api_client.models import ActionDossier, EtatDossier, Refus, TypeSignal


async def acting(tx: AsyncConnection, dossier_id: UUID, expected: int, action: ActionDossier, pen: Pen) -> Workspace:
    """Load and lock a dossier for an action on the whole of it.

    Raises:
        StaleError: It changed since it was read.
        ForbiddenError: The account may not.
        ConflictError: State or content forbid it.
    """
    row = await dossiers.dossier(tx, dossier_id, lock=True)
    eg = await structures.structure(tx, row.eg_id, lock=True) if row and action in LAST_APPROVAL else None
    found = await access.content(tx, pen.account, row, eg)
    access.require_action(found, pen.account, action, expected=expected)
    return found


async def send(tx: AsyncConnection, found: Workspace, pen: Pen) -> Workspace:
    """Send on to the next level; a level that sends on (the Direction) thereby approves the content."""
    row = found.dossier
    if current_level(row.circuit, row.etat):
        await accords.answer(tx, found, pen, ACCORD)
    etat = state_after_sending(row.circuit, row.etat, await accords.standing(tx, found))
    text = f"Envoi en validation : le dossier attend {awaited(row.circuit, etat)}"
    return await pass_on(tx, found, pen, etat, text)


async def validate(tx: AsyncConnection, found: Workspace, pen: Pen) -> Workspace:
    """Approve at the last level and publish, all in this transaction.

    Raises:
        ConflictError: An earlier level did not approve this very content.
    """
    await accords.require_earlier(tx, found)
    await accords.answer(tx, found, pen, ACCORD)
    seq = await integration.integrate(tx, found, pen)
    return await pass_on(
        tx, found, pen, EtatDossier.INTEGRE, f"Validé et publié dans le Répertoire (publication n° {seq})"
    )


async def refuse(tx: AsyncConnection, found: Workspace, pen: Pen, body: Refus) -> Workspace:
    """Send back to the author, the whole or fiche by fiche, with the reasons.

    Raises:
        InvalidError: No reason, or a fiche that the dossier does not change.
    """
    refused = refus.read(found, body.fiches)
    reason = clean(body.motif or "") or refus.summary(found, refused)
    if not reason:
        raise InvalidError("Donnez un motif : l'auteur doit savoir quoi corriger.")
    await accords.answer(tx, found, pen, REFUS, reason)
    await refus.write(tx, found, pen, refused)
    after = await pass_on(tx, found, pen, EtatDossier.A_CORRIGER, "Refus", motif=reason)
    return await workspace.load(tx, after.dossier)


async def withdraw(tx: AsyncConnection, found: Workspace, pen: Pen) -> Workspace:
    """Take a sent dossier back, to go on writing."""
    return await pass_on(tx, found, pen, EtatDossier.BROUILLON, "Retrait de la validation")


async def abandon(tx: AsyncConnection, found: Workspace, pen: Pen) -> Workspace:
    """Give a dossier up: it stays readable, and changes nothing."""
    return await pass_on(tx, found, pen, EtatDossier.ABANDONNE, "Abandon du dossier")


async def resume(tx: AsyncConnection, found: Workspace, pen: Pen) -> Workspace:
    """Take up a dossier that was abandoned.

    Raises:
        ConflictError: Its establishment is closed.
    """
    if found.eg.fermee_le:
        raise ConflictError(
            f"« {found.eg.nom} » est fermé depuis le {found.eg.fermee_le} : on ne peut plus le décrire."
        )
    return await pass_on(tx, found, pen, EtatDossier.BROUILLON, "Reprise du dossier abandonné")


async def pass_on(
    tx: AsyncConnection,
    found: Workspace,
    pen: Pen,
    etat: EtatDossier,
    texte: str,
    *,
    motif: str | None = None,
) -> Workspace:
    """Bring a dossier to another state, with its line of history, and tell those who watch it.

    Args:
        tx: The transaction of the action.
        found: The dossier before, with the items that it has from now on.
        pen: Who acts.
        etat: The state after.
        texte: The line of history.
        motif: The reason of a refusal.
    """
    row = await dossiers.touch(tx, found.dossier, etat=etat, depuis=pen.now, motif=motif)
    await dossiers.add_event(tx, row.id, at=pen.now, acteur=pen.account.nom, texte=texte, motif=motif)
    await signals.tell(tx, pen, row.id, TypeSignal.ETAPE)
    return replace(found, dossier=row)
