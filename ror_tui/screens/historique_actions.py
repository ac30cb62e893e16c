"""What is done from the history: look at the past, take a publication back; each entry works or says why not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from ror_tui.api_client.errors import RorError
from ror_tui.api_client.models import PublicationLue, RevisionLue
from ror_tui.screens.base import RorScreen
from ror_tui.screens.historique_lines import when
from ror_tui.services import historique
from ror_tui.texts import french, plain, plural
from ror_tui.widgets.dialogs import Ask, Confirm, MenuItem, Message

if TYPE_CHECKING:
    from ror_tui.screens.historique import HistoriqueScreen

NO_LINE = "Il n'y a pas de publication sous le curseur."
NO_STRUCTURE = "Ouvrez l'historique d'une structure : une date passée se demande sur une fiche ou un établissement."
SAID = 6
"""Sentences shown before a publication is taken back; the others are counted."""


class AskDate(Ask):
    """A past date to type, jj/mm/aaaa."""

    def fault(self, answer: str) -> str:
        """Say in French why a date is refused, or nothing."""
        try:
            historique.jour(answer, datetime.now().astimezone().date())
        except historique.BadDateError as error:
            return str(error)
        return ""


def menu_items(screen: HistoriqueScreen) -> list[MenuItem]:
    """Give the whole menu, for the publication under the cursor."""
    one = screen.current
    nothing = NO_LINE if one is None else None
    no_structure = NO_STRUCTURE if screen.structure_id is None else None
    with_below = screen.scope is not None and screen.alone
    alone = "La structure avec tout ce qui est dessous" if with_below else "La structure seule, sans ce qui est dessous"
    scope = "La structure" if screen.scope is None else "Tout le Répertoire"
    return [
        MenuItem("ouvrir", "Tout ce que la publication a fait", "o", nothing),
        MenuItem("alors", "La structure juste après cette publication", "v", nothing or no_structure),
        MenuItem("au", "La structure à une date…", "d", no_structure),
        MenuItem("annuler", "Annuler la publication dans un nouveau dossier", "z", nothing or _no_revert(one)),
        MenuItem("seule", alone, "s", no_structure),
        MenuItem("tout", scope, "t", no_structure),
        MenuItem("recharger", "Recharger", "F5"),
    ]


def _no_revert(one: PublicationLue | None) -> str | None:
    return french(one.annulation_refus) if one and one.annulation_refus else None


def show_then(screen: HistoriqueScreen) -> None:
    """Show the structure of the history as it was just after the publication under the cursor."""
    if screen.current is None or screen.structure_id is None:
        screen.set_status(french(NO_STRUCTURE if screen.current else NO_LINE))
        return
    open_past(screen, screen.structure_id, screen.current.le)


def open_past(screen: RorScreen[None], structure_id: UUID, le: datetime) -> None:
    """Open a structure as it was at a moment."""
    from ror_tui.screens.passe import PasseScreen  # noqa: PLC0415  # each opens the other

    screen.app.push_screen(PasseScreen(structure_id, le))


async def ask_date(screen: RorScreen[None], structure_id: UUID | None) -> None:
    """Ask for a date, and show a structure as it was at the end of that day."""
    if structure_id is None:
        screen.set_status(french(NO_STRUCTURE))
        return
    label = french("Montrer la structure telle qu'elle était à la fin du (jj/mm/aaaa) :")
    typed = await screen.app.push_screen_wait(AskDate("Au…", label, ok="Montrer"))
    if typed is not None:
        now = datetime.now(UTC)
        asked = historique.jour(typed, now.astimezone().date())
        open_past(screen, structure_id, historique.borne(asked, now))


async def revert(screen: RorScreen[None], one: PublicationLue) -> None:
    """Say what taking a publication back will do, then open the dossier that does it.

    Args:
        screen: Where to ask.
        one: The publication.
    """
    if one.annulation_refus:
        await screen.app.push_screen_wait(Message("Action impossible", french(one.annulation_refus)))
        return
    question = Confirm("Annuler une publication", _question(one), yes="Ouvrir le dossier", no="Ne rien faire")
    if not await screen.app.push_screen_wait(question):
        return
    try:
        dossier_id = await historique.annuler(screen.ror.client, one.seq)
    except RorError as error:
        screen.ror.fail(error)
        return
    screen.ror.open_dossier(dossier_id)


def _question(one: PublicationLue) -> str:
    lines = [f"– {_undone(revision)}" for revision in one.revisions[:SAID]]
    left = one.total - len(lines)
    more = [f"… et {plural(left, 'autre structure', 'autres structures')}."] if left > 0 else []
    said = f"La publication n° {one.seq} du {when(one.le)}, de {one.acteur}, sera annulée dans un nouveau dossier :"
    rules = "Il suivra les mêmes étapes que les autres. Ce qui a changé depuis sera demandé, jamais écrasé."
    return french("\n".join([said, *lines, *more, "", rules]))


def _undone(one: RevisionLue) -> str:
    """Say what the inverse of a revision does."""
    name = f"« {plain(one.nom)} »"
    if one.op == "create":
        return f"{name} sera à supprimer"
    if one.op == "delete":
        return f"{name} reviendra, comme avant sa suppression"
    back = [f"reviendra sous « {plain(one.depuis)} »"] if one.depuis else []
    fields = _labels([ecart.libelle for ecart in one.ecarts])
    return f"{name} : {' ; '.join([*back, *fields]) or 'reviendra comme avant'}"


def _labels(labels: Sequence[str]) -> list[str]:
    return [f"comme avant : {', '.join(labels)}"] if labels else []
