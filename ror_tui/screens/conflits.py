"""The conflicts of a dossier: what it says, what was published, by whom, when and from where; one key answers."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import ClassVar
from uuid import UUID

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from ror_tui.api_client.errors import Conflict, RorError, Stale
from ror_tui.api_client.models import (
    ActionDossier,
    Choix,
    Conflit,
    Conflits,
    Dossier,
    Evenement,
    ReponseConflit,
)
from ror_tui.keymap import bindings
from ror_tui.screens import conflits_value
from ror_tui.screens.base import RorScreen
from ror_tui.screens.conflits_text import detail, line, safe_list, summary
from ror_tui.services import conflits as services
from ror_tui.services import dossier as dossiers
from ror_tui.services.arbre import possibility
from ror_tui.texts import french, plural
from ror_tui.widgets.dialogs import Confirm, Message
from ror_tui.widgets.lines import LineList

KEYS = "1 : la mienne · 2 : la publiée · 3 : autre · ] : suivant · s : les sûrs · Échap : dossier"


class ConflitsScreen(RorScreen[None]):
    """All that a dossier and the Répertoire disagree on, one question at a time.

    Args:
        dossier_id: The dossier.
        fiche_id: The fiche whose conflicts come first, if any.
    """

    TITLE_FR = "Conflits"
    TAB = "dossiers"
    CONTEXTS: ClassVar[tuple[str, ...]] = ("conflits", "arbre")
    CSS_PATH = "conflits.tcss"
    KEYS_WAIT = frozenset({"conflits-read", "conflits-action"})
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("conflits")]
    AUTO_FOCUS = "#liste"

    def __init__(self, dossier_id: UUID, fiche_id: UUID | None = None) -> None:
        super().__init__()
        self.dossier_id, self.fiche_id = dossier_id, fiche_id
        self.dossier: Dossier | None = None
        self.conflits: Conflits | None = None

    def compose_body(self) -> ComposeResult:
        """Lay out the count, the list, and the question under the cursor."""
        yield Static(id="resume")
        yield LineList(self._paint, id="liste")
        with VerticalScroll(id="detail", can_focus=False):
            yield Static(id="question")

    @property
    def liste(self) -> LineList:
        """The list of the questions."""
        return self.query_one(LineList)

    @property
    def current(self) -> Conflit | None:
        """The question under the cursor."""
        asked = self.conflits.conflits if self.conflits else []
        return asked[self.liste.cursor] if asked else None

    # --- Reading ---

    def on_mount(self) -> None:
        """Read the conflicts."""
        self.set_crumbs("Dossiers", "Conflits")
        self.read()

    def action_recharger(self) -> None:
        """Read them again."""
        self.read()

    def hear(self, evenement: Evenement | None) -> None:
        """Read them again when the establishment was touched: what was published may have moved again."""
        eg = self.dossier.etablissement.id if self.dossier else None
        if evenement is None or any(eg in {one.id, one.eg_id} for one in evenement.structures) or evenement.tronque:
            self.read()

    @work(exclusive=True, group="conflits-read", exit_on_error=False)
    async def read(self) -> None:
        """Read the dossier and its conflicts, and show them with the cursor kept."""
        try:
            await self._read()
        except RorError as error:
            self.ror.fail(error, retry=self.action_recharger)

    async def _read(self) -> None:
        client = self.ror.client
        dossier, conflits = await asyncio.gather(
            dossiers.lire(client, self.dossier_id), services.lire(client, self.dossier_id)
        )
        self.dossier = dossier
        self.set_crumbs("Dossiers", dossier.titre, "Conflits")
        self.set_banner(self.locked)
        self.show(conflits)

    @property
    def locked(self) -> str | None:
        """Why nothing can be answered here, or None."""
        possible = possibility(self.dossier, ActionDossier.MODIFIER) if self.dossier else None
        return possible.raison if possible and not possible.possible else None

    def show(self, conflits: Conflits) -> None:
        """Show the questions, with the cursor where it was, or on those of the fiche at first."""
        before, first = self.current, self.conflits is None
        self.conflits = conflits
        asked = conflits.conflits
        kept = services.key(before) if before else None
        at = next((i for i, one in enumerate(asked) if services.key(one) == kept), None)
        if first:
            at = next((i for i, one in enumerate(asked) if one.structure_id == self.fiche_id), None)
        self.liste.styles.height = max(len(asked), 1)
        self.liste.show(len(asked), self.liste.cursor if at is None else at)
        self.query_one("#resume", Static).update(summary(conflits))
        self.show_question()

    def _paint(self, index: int, width: int) -> Content:
        return line(self.conflits.conflits[index], width) if self.conflits else Content("")

    @on(LineList.Moved)
    def show_question(self) -> None:
        """Show the question under the cursor, with what can be answered."""
        conflit, question = self.current, self.query_one("#question", Static)
        if conflit is None:
            done = detail(self.conflits) if self.conflits else Content("")
            question.update(done)
            self.set_status("Aucun conflit. Échap : revenir au dossier.")
            return
        question.update(detail(self.conflits, conflit))
        self.query_one("#detail", VerticalScroll).scroll_home(animate=False)
        self.set_status(french(KEYS))

    # --- Answering ---

    @work(group="conflits-action", exit_on_error=False)
    async def answer(self, choix: Choix) -> None:
        """Answer the question under the cursor, at once.

        Args:
            choix: Mine, published, or another value, which is then asked.
        """
        conflit = self.current
        if conflit is None:
            return
        reason = self.locked or services.possible(conflit, choix)
        if reason:
            await self.app.push_screen_wait(Message("Réponse impossible", french(reason)))
            return
        reponse = services.reponse(conflit, choix)
        if choix is Choix.AUTRE:
            other = await self._other(conflit)
            if other is None:
                return
            reponse = other
        words = f"{conflit.nom}, {conflit.libelle.lower()} : {services.libelle(conflit, choix).lower()}"
        await self.send([reponse], words)

    async def _other(self, conflit: Conflit) -> ReponseConflit | None:
        try:
            return await conflits_value.ask(self, conflit)
        except RorError as error:
            self.ror.fail(error)
            return None

    async def send(self, reponses: Sequence[ReponseConflit], done: str) -> None:
        """Send answers; what moved meanwhile is shown again, and nothing was written.

        Args:
            reponses: The answers.
            done: What to say when the server took them.
        """
        if self.conflits is None:
            return
        try:
            self.show(await services.repondre(self.ror.client, self.conflits, reponses))
        except (Stale, Conflict) as error:
            await self._moved(error)
        except RorError as error:
            self.ror.fail(error, retry=self.action_recharger)
        else:
            self.ror.say(french(f"{done}. u, dans le dossier, pour annuler."))

    async def _moved(self, error: Stale | Conflict) -> None:
        try:
            await self._read()
        except RorError as failure:
            self.ror.fail(failure, retry=self.action_recharger)
            return
        text = f"{error}\n\nLa liste vient d'être relue. Rien n'a été changé."
        await self.app.push_screen_wait(Message("Modifié entre-temps", french(text)))

    def action_mienne(self) -> None:
        """Keep what the dossier says."""
        self.answer(Choix.MIENNE)

    def action_publiee(self) -> None:
        """Take what is published."""
        self.answer(Choix.PUBLIEE)

    def action_autre(self) -> None:
        """Give another answer."""
        self.answer(Choix.AUTRE)

    @on(LineList.Chosen)
    def action_ouvrir_fiche(self) -> None:
        """Open the fiche in question."""
        from ror_tui.screens.fiche import FicheScreen  # noqa: PLC0415 - the fiche opens this screen too

        if self.current is not None:
            self.app.push_screen(FicheScreen(self.dossier_id, self.current.structure_id), lambda _: self._back(None))

    def _back(self, _answer: None = None) -> None:
        self.read()

    @work(group="conflits-action", exit_on_error=False)
    async def action_sures(self) -> None:
        """Answer all that can be answered without losing anybody's work, after saying what that is."""
        if self.conflits is None:
            return
        answers = services.sures(self.conflits)
        if self.locked or not answers:
            reason = self.locked or "Aucun de ces conflits n'a de réponse sûre : chacun demande votre choix."
            await self.app.push_screen_wait(Message("Réponses sûres", french(reason)))
            return
        question = Confirm("Réponses sûres", safe_list(self.conflits), yes="Les prendre toutes")
        if await self.app.push_screen_wait(question):
            await self.send(answers, plural(len(answers), "conflit réglé", "conflits réglés"))

    # --- Moving ---

    def _step(self, by: int) -> None:
        if self.liste.count:
            self.liste.move_to((self.liste.cursor + by) % self.liste.count)

    def action_suivant(self) -> None:
        """Go to the next question."""
        self._step(1)

    def action_precedent(self) -> None:
        """Go to the question before."""
        self._step(-1)
