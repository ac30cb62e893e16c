"""Approvals: each level's, bound to the content it approved; an edit after it voids it and says so (DESIGN §5)."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.domain.workflow import Level, current_level, levels_before
from ror_server.problems import ConflictError
from ror_server.services import signals, workspace
from ror_server.services.pen import Pen
from ror_server.services.workspace import Workspace
from ror_server.store import accords, dossiers
from ror_server.store.accords import ACCORD, Answer
from ror_tui.api_client.models import EtatDossier, TypeSignal


async def answer(tx: AsyncConnection, found: Workspace, pen: Pen, verdict: str, motif: str | None = None) -> None:
    """Write what the level at which a dossier waits answers to its present content."""
    who = pen.account.id
    await accords.add(tx, found.dossier, compte_id=who, contenu=found.content, verdict=verdict, at=pen.now, motif=motif)


async def standing(tx: AsyncConnection, found: Workspace) -> frozenset[EtatDossier]:
    """Give the levels that approved this very content."""
    return frozenset(level.etat for level, word in await _approvals(tx, found) if word.contenu == found.content)


async def voided(tx: AsyncConnection, found: Workspace) -> list[tuple[Level, Answer]]:
    """Give the levels that approved another content than the present one, with their approval."""
    return [(level, word) for level, word in await _approvals(tx, found) if word.contenu != found.content]


async def require_earlier(tx: AsyncConnection, found: Workspace) -> None:
    """Refuse to go on when a level before the present one did not approve this very content.

    Raises:
        ConflictError: Naming the level.
    """
    approved = await standing(tx, found)
    for level in levels_before(found.dossier.circuit, found.dossier.etat):
        if level.etat not in approved:
            raise ConflictError(f"Le contenu a changé depuis l'accord de {level.attend} : son accord est à redemander.")


async def after_edit(tx: AsyncConnection, before: Workspace, after: Workspace, pen: Pen) -> Workspace:
    """Say in the history which approvals an edit voids; a dossier that waits further on goes back to that level.

    Args:
        tx: The transaction of the edit.
        before: The dossier before.
        after: The dossier after.
        pen: Who edited.

    Returns:
        The dossier after.
    """
    row = after.dossier
    if not levels_before(row.circuit, row.etat) or before.content == after.content:
        return after
    void = [level for level, word in await _approvals(tx, after) if word.contenu == before.content]
    for level in void:
        await _say(tx, row.id, pen, level)
    if not void or current_level(row.circuit, row.etat) is None:
        return after
    row = await dossiers.touch(tx, row, etat=void[0].etat, depuis=pen.now)
    back = f"Le dossier attend de nouveau {void[0].attend}"
    await dossiers.add_event(tx, row.id, at=pen.now, acteur=pen.account.nom, texte=back)
    await signals.tell(tx, pen, row.id, TypeSignal.ETAPE)
    return await workspace.load(tx, row)


async def _say(tx: AsyncConnection, dossier_id: UUID, pen: Pen, level: Level) -> None:
    text = f"Modification du contenu : l'accord de {level.attend} ne vaut plus"
    await dossiers.add_event(tx, dossier_id, at=pen.now, acteur=pen.account.nom, texte=text)


async def _approvals(tx: AsyncConnection, found: Workspace) -> list[tuple[Level, Answer]]:
    """Give the levels before the present one whose last word was an approval."""
    levels = levels_before(found.dossier.circuit, found.dossier.etat)
    words = await accords.last_words(tx, found.dossier.id) if levels else {}
    return [(one, words[one.etat]) for one in levels if one.etat in words and words[one.etat].verdict == ACCORD]
