"""What both screens of a fiche share: the form, its help, its draft, its faults, its long texts, how one leaves it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

from textual import on, work
from textual.worker import Worker

from ror_tui.api_client.errors import Invalid, RorError
from ror_tui.api_client.models import Champ, Code, Constat, Gravite, Modele, Nomenclature
from ror_tui.journal import Attente
from ror_tui.screens import attente, saisie_menu
from ror_tui.screens.base import RorScreen
from ror_tui.screens.brouillon import Draft
from ror_tui.screens.communes import CommunesScreen
from ror_tui.services import fiche as fiches
from ror_tui.services import repertoire, verrous
from ror_tui.texts import french
from ror_tui.widgets.form import FormView
from ror_tui.widgets.form_rows import Noted

Result = TypeVar("Result")

_log = logging.getLogger(__name__)

MOST_COMMUNES = 50
"""Communes whose names are read at the opening, one request for each."""
MODIFIED = "● modifié"
KEPT = "Non enregistré : votre saisie reste ici."
NO_COPY = "On recopie dans d'autres fiches depuis un dossier seulement."
AGAIN = "Non enregistré : votre saisie reste ici, F2 pour réessayer."


class FormScreen(RorScreen[Result]):
    """A screen that fills a form. Each says what it reads, how it saves, and what its title is."""

    draft: Draft
    writing: Worker[Any] | None = None
    modele: Modele | None = None
    nomenclatures: Mapping[str, Nomenclature] = {}

    @property
    def form(self) -> FormView:
        """The form."""
        return self.query_one(FormView)

    async def sets(self, modele: Modele) -> dict[str, Nomenclature]:
        """Read the value sets that a form names, in its groups too."""
        names = sorted(fiches.nomenclatures_de(modele.champs()))
        read = await asyncio.gather(*(fiches.nomenclature(self.ror.client, name) for name in names))
        return dict(zip(names, read, strict=True))

    def locked(self, champ: Champ) -> str | None:
        """Say why a field cannot be modified here, None when it can."""
        return verrous.raison(champ, self.ror.compte)

    def is_writing(self) -> bool:
        """Tell whether a save is on its way."""
        return self.writing is not None and not self.writing.is_finished

    def run_save(self, job: Callable[[], Awaitable[Any]], group: str) -> None:
        """Run a save on the application, so that it ends even if this screen closes; one at a time.

        Args:
            job: What to do.
            group: Group of the worker.
        """
        if not self.is_writing():
            self.writing = self.app.run_worker(job(), group=group, exit_on_error=False)

    async def save(self) -> bool:
        """Save what is typed; gives whether the server holds all of it."""
        raise NotImplementedError

    # --- What the form says ---

    @on(FormView.FieldFocused)
    def show_help(self, event: FormView.FieldFocused) -> None:
        """Show the help of the field that has the cursor, or why it is locked."""
        self.set_status(french(event.locked or event.champ.aide or event.champ.libelle))

    @on(Noted)
    def show_note(self, event: Noted) -> None:
        """Say what the form says."""
        self.set_status(event.text)

    @on(FormView.CommuneWanted)
    def choose_commune(self, event: FormView.CommuneWanted) -> None:
        """Find a commune by its name."""

        def take(codes: list[Code] | None) -> None:
            chosen = (codes or [])[:1]
            self.form.name_communes({one.code: one.libelle for one in chosen})
            self.form.choose(event.chemin, [one.code for one in chosen])

        self.app.push_screen(CommunesScreen([]), take)

    @work(exclusive=True, group="communes-noms", exit_on_error=False)
    async def name_communes(self) -> None:
        """Say the communes of the fiche by their names; by their codes alone when these cannot be read."""
        try:
            wanted = sorted(self.form.communes())[:MOST_COMMUNES]
            self.form.name_communes(await repertoire.noms_des_communes(self.ror.client, wanted))
        except RorError as error:
            _log.info("The names of the communes were not read: %s", error)

    @on(FormView.TextWanted)
    @work(group="texte", exit_on_error=False)
    async def open_text(self, event: FormView.TextWanted) -> None:
        """Open a long text in $EDITOR, or in a window when there is none."""
        await saisie_menu.open_text(self, event.chemin)

    @on(FormView.UnfinishedWanted)
    def go_to_unfinished(self, event: FormView.UnfinishedWanted) -> None:
        """Go to the next thing to fill, or the one before."""
        if self.form.focus_unfinished(event.by) is None:
            self.nothing_left()

    def nothing_left(self) -> None:
        """Say that nothing is left to fill; to override."""

    def action_suivant(self) -> None:
        """Go to the next field to fill or to mend."""
        self.form.action_manquant_suivant()

    def action_choisir(self) -> None:
        """Open the list of the field: the field itself answers to Space."""

    @on(FormView.Wanted)
    @work(group="saisie-menu", exit_on_error=False)
    async def open_overlay(self, event: FormView.Wanted) -> None:
        """Open the sections, the Actions menu, the week, or another fiche to take from."""
        try:
            await saisie_menu.OVERLAYS[event.name](self)
        except RorError as error:
            self.ror.fail(error)

    async def take_from(self) -> None:
        """Take from another fiche; to override."""
        raise NotImplementedError

    async def copy_down(self) -> None:
        """Put the field of the cursor in other fiches; to override where there are some."""
        self.set_status(self.no_copy_down() or "")

    def no_copy_down(self) -> str | None:
        """Say why the field of the cursor cannot be put in other fiches, None when it can."""
        return NO_COPY

    # --- Faults and leaving ---

    def refuse(self, error: Invalid) -> bool:
        """Show the faults that the server found beside their fields, and go to the first."""
        faults = [
            Constat(code=fault.code, champ=_champ(fault.pointer), gravite=Gravite.ERREUR, message=fault.message)
            for fault in error.probleme.errors
        ]
        if not faults:
            self.ror.fail(error)
            return False
        self.form.show(faults)
        self.form.focus_first_error()
        self.set_status(str(error))
        return False

    def failed(self, error: RorError, retry: Callable[[], None]) -> bool:
        """Say that a save waits for the link; that it failed, and offer to try again, when it cannot wait."""
        if not attente.queue(self, error, self.pending()):
            self.ror.fail(error, retry=retry)
            self.set_status(AGAIN)
        return False

    def waits(self) -> bool:
        """Tell whether all that is typed is on its way already, and waits for the link."""
        return self.ror.journal.awaits(self.draft.ref, self.form.changes())

    def pending(self) -> Attente | None:
        """Give what is typed as a save that can wait for the link; None when it cannot."""
        return None

    async def may_leave(self) -> bool:
        """Ask what to do with input that is not saved."""
        if self.is_writing() and self.writing is not None:
            await self.writing.wait()
        if self.modele is None or not self.form.modified or self.waits():
            return True
        answer = await self.draft.leave()
        return await self.save() if answer == "enregistrer" else answer is not None


def _champ(pointer: str) -> str | None:
    return pointer.removeprefix("/valeurs/") if pointer.startswith("/valeurs/") else None
