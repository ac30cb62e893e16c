"""The application: screens, themes, keys, global actions; nothing else."""
# ruff: noqa: PLC0415 - the first frame is drawn before the other screens, pydantic and httpx are imported

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, cast
from uuid import UUID

from textual import work
from textual.binding import Binding, BindingType
from textual.driver import Driver
from textual.filter import LineFilter
from textual.reactive import var
from textual.screen import Screen
from textual.signal import Signal
from textual.worker import Worker, WorkerState

from ror_tui import clipboard, crash, keymap, slow_line, themes
from ror_tui.ascii_filter import AsciiFilter
from ror_tui.frames import FrugalApp
from ror_tui.nearest_filter import NearestFilter
from ror_tui.screens.base import RorScreen
from ror_tui.stylesheet import KeptStylesheet
from ror_tui.texts import french, plain
from ror_tui.typeahead import TypeAheadApp

if TYPE_CHECKING:
    from ror_tui.api_client.client import RorClient
    from ror_tui.api_client.errors import RorError
    from ror_tui.api_client.models import Compte, Evenement, SignalDossier, SignalLits, VueRepertoire
    from ror_tui.demo import DemoServer
    from ror_tui.journal import Journal
    from ror_tui.retour import Retour
    from ror_tui.screens.palette import Command
    from ror_tui.screens.recherche import Memory
    from ror_tui.services.attente import Envoi
    from ror_tui.services.lien import EtatLien
    from ror_tui.settings import Settings

FAREWELL = 0.5
"""Seconds that the end waits for the others to be told that one is gone."""


def _connexion() -> Screen[Any]:
    from ror_tui.screens.connexion import ConnexionScreen

    return ConnexionScreen()


def _offres() -> Screen[Any]:
    from ror_tui.screens.offres import OffresScreen

    return OffresScreen()


def _repertoire() -> Screen[Any]:
    from ror_tui.screens.repertoire import RepertoireScreen

    return RepertoireScreen()


def _dossiers() -> Screen[Any]:
    from ror_tui.screens.dossiers import DossiersScreen

    return DossiersScreen("ouverts")


def _validation() -> Screen[Any]:
    from ror_tui.screens.dossiers import DossiersScreen

    return DossiersScreen("a_traiter")


class RorApp(FrugalApp[int], TypeAheadApp[int], inherit_bindings=False):
    """The ROR in a terminal."""

    TITLE = "ROR"
    CSS_PATH = "screens/base.tcss"
    ENABLE_COMMAND_PALETTE = False  # Textual's speaks English: ours is `action_command_palette`
    BINDINGS: ClassVar[list[BindingType]] = [
        *keymap.bindings("app"),
        Binding("ctrl+c", "help_quit", show=False, id="app.interrompre"),
    ]
    KEYS_WAIT = frozenset({"dossier", "navigation"})
    DEFAULT_MODE = "connexion"
    MODES: ClassVar[dict[str, str | Callable[[], Screen[Any]]]] = {
        "connexion": _connexion,
        "offres": _offres,
        "repertoire": _repertoire,
        "dossiers": _dossiers,
        "validation": _validation,
    }

    client: RorClient
    lien: var[EtatLien | None] = var(None)
    """What is known of the link with the server, None before anything is."""

    en_attente: var[int] = var(0)
    """How many saves wait for the link."""

    a_traiter: var[int | None] = var(None)
    """How many dossiers wait for this account, None before that is known."""

    def __init__(self, settings: Settings, endpoint: str, demo: DemoServer | None = None) -> None:
        super().__init__(ansi_color=True if settings.theme in themes.ANSI else None)
        self.settings = settings
        self.frugal = settings.economie
        self.endpoint = endpoint
        self.demo = demo
        self.compte: Compte | None = None
        self.published: Signal[Evenement | None] = Signal(self, "published")
        self.signalled: Signal[SignalDossier] = Signal(self, "signalled")
        self.saved_later: Signal[Envoi] = Signal(self, "saved_later")
        self.lits_typed: Signal[SignalLits] = Signal(self, "lits_typed")
        self.vue: VueRepertoire | None = None
        self.recherche: Memory | None = None
        self.repertoire_moved = False
        self.last_word: str | None = None
        """What must still be said once the screen is gone."""
        self.leave_repertoire: Callable[[], Awaitable[None]] | None = None
        self.presences: set[UUID] = set()
        """Dossiers where this account said to be."""
        self._asking = False
        self._answers = 0
        self.register_theme(themes.SOMBRE)
        self.register_theme(themes.CLAIR)
        self.register_theme(themes.CONTRASTE)
        self.theme = themes.NAMES.get(settings.theme, themes.SOMBRE.name)
        self.stylesheet = KeptStylesheet(variables=self.get_css_variables())

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Draw with what the terminal has: 256 colours, no graphic characters."""
        filters = super().get_line_filters()
        if self.settings.couleurs == "256":
            filters = [*filters, NearestFilter()]
        return [*filters, AsciiFilter()] if self.settings.ascii else filters

    def get_driver_class(self) -> type[Driver]:
        """Drive the terminal so that it can be stopped and continued at any moment."""
        from ror_tui.driver import RorDriver

        return RorDriver

    def on_load(self) -> None:
        """End on a fault of the event loop as on any other."""
        asyncio.get_running_loop().set_exception_handler(self._loop_failed)

    def on_mount(self) -> None:
        """Draw whole after a stop."""
        self.app_resume_signal.subscribe(self, lambda _app: self.refresh(layout=True))

    def _loop_failed(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        # a socket that is read may answer in the very turn in which its reader is cancelled (anyio): nothing is wrong
        if isinstance(error, Exception) and not isinstance(error, asyncio.InvalidStateError) and "handle" in context:
            self._handle_exception(error)
        else:
            loop.default_exception_handler(context)

    def terminal_answered(self, now: float) -> None:
        """Advise what makes a slow line bearable, once it is known to be slow.

        Args:
            now: When the answer came.
        """
        super().terminal_answered(now)
        self._answers += 1
        if self._answers == slow_line.ENOUGH:
            slow_line.advise(self, self.round_trip)

    def end_soon(self, status: int) -> None:
        """End with an exit status; called from any thread, when the system asks.

        Args:
            status: The exit status.
        """
        if self._loop is not None:
            with suppress(RuntimeError):  # it is closed: the end is near already
                self._loop.call_soon_threadsafe(self._interrupted, status)

    def _interrupted(self, status: int) -> None:
        self.keep_typed()
        self.exit(return_code=status)

    async def on_unmount(self) -> None:
        """Leave nothing behind: the journal, the connections."""
        await self._close_journal()
        if hasattr(self, "client"):
            await self._leave_dossiers()
            await self.client.close()

    async def _leave_dossiers(self) -> None:
        """Tell the others that one is gone, without making the end wait for a line that is slow or lost."""
        from ror_tui.services import entourage

        if self.presences:
            with suppress(TimeoutError):
                async with asyncio.timeout(FAREWELL):
                    await entourage.partir(self.client, self.presences, self.presences)

    # --- What the screens ask for ---

    def connection(self) -> RorClient:
        """Give the client, made at its first use: after the first frame.

        Raises:
            BadAddress: When the endpoint cannot be used.
        """
        from ror_tui.api_client.client import RorClient

        if not hasattr(self, "client"):
            self.client = RorClient(self.endpoint, clear_text=self.settings.http_en_clair)
        return self.client

    @cached_property
    def journal(self) -> Journal:
        """What is typed and not saved, kept on this machine; opened at its first use."""
        from ror_tui.journal import opened

        return opened(keep=self.settings.journal, told=self.journal_said)

    def journal_said(self, sentence: str | None) -> None:
        """Say that what is typed is not kept on this machine, or that it is again.

        Args:
            sentence: Why not, in French; None when it is again.
        """
        text = sentence or "Votre saisie est de nouveau gardée sur ce poste."
        self.notify(plain(french(text)), markup=False, severity="warning" if sentence else "information", timeout=8)

    def keep_typed(self) -> None:
        """Put what is typed, and where one is, on the disk now: the program is about to end."""
        from ror_tui import retour
        from ror_tui.journal import JournalError

        if "journal" in self.__dict__:
            try:
                self.journal.flush()
            except JournalError as error:
                self.last_word = str(error)
        retour.keep(self)

    async def _close_journal(self) -> None:
        from ror_tui.journal import JournalError

        if "journal" in self.__dict__:
            try:
                await self.journal.close()
            except JournalError as error:
                self.last_word = str(error)

    def say(self, text: str) -> None:
        """Say in passing that something worked.

        Args:
            text: Plain text.
        """
        self.notify(plain(text), markup=False, timeout=4)

    def fail(self, error: RorError, *, retry: Callable[[], object] | None = None) -> None:
        """Show an error: the one place that decides how.

        Args:
            error: What the client raised.
            retry: What to do again once the cause is gone.
        """
        from ror_tui.failures import show

        show(self, error, retry)

    def worker_failed(self, worker: Worker[Any]) -> None:
        """Show the error that ended a worker; one that is not the ROR's is a fault of ours and ends the application.

        Args:
            worker: A worker in the state ERROR.
        """
        from ror_tui.api_client.errors import RorError

        if isinstance(worker.error, RorError):
            self.fail(worker.error)
        elif isinstance(worker.error, Exception):
            self._handle_exception(worker.error)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Show what a worker of the application itself could not handle."""
        if event.state is WorkerState.ERROR:
            self.worker_failed(event.worker)

    def connected(self, compte: Compte) -> None:
        """Go on from the login screen to the Répertoire, or to where one was when the line dropped.

        Args:
            compte: The account that is signed in.
        """
        from ror_tui import retour

        self.signed_in(compte)
        if place := retour.take(self.endpoint, compte.id):
            self.come_back(place)
        else:
            self.switch_mode("repertoire")

    @work(exclusive=True, group="navigation", exit_on_error=False)
    async def come_back(self, place: Retour) -> None:
        """Go on where one was when the line dropped.

        Args:
            place: Where that was.
        """
        from ror_tui import retour

        await retour.come_back(self, place)

    def signed_in(self, compte: Compte) -> None:
        """Go on as an account, and follow what others publish.

        Args:
            compte: The account that is signed in, for the first time or again.
        """
        if self.compte is None or self.compte.id != compte.id:
            self.recherche = None
        self.compte = compte
        self.follow()
        self.tell_drafts()

    @work(exclusive=True, group="direct", exit_on_error=False)
    async def follow(self) -> None:
        """Follow what others publish; `published` tells it to the screens, None when they must read again."""
        from ror_tui.live import follow

        await follow(self)

    @work(exclusive=True, group="attente", exit_on_error=False)
    async def send_waiting(self) -> None:
        """Send the saves that waited for the link, in order."""
        from ror_tui.journal import JournalError
        from ror_tui.screens import attente

        try:
            await attente.send(self)
        except JournalError as error:
            self.journal_said(str(error))

    @work(exclusive=True, group="brouillons", exit_on_error=False)
    async def tell_drafts(self) -> None:
        """Say that something typed earlier waits on this machine, if so."""
        from ror_tui.screens import brouillons

        await brouillons.tell(self)

    @work(exclusive=True, group="brouillons", exit_on_error=False)
    async def action_brouillons(self) -> None:
        """Show what was typed on this machine and never saved."""
        from ror_tui.screens import brouillons

        await brouillons.choose(self)

    def open_dossier(self, dossier_id: UUID) -> None:
        """Open a dossier above the current screen.

        Args:
            dossier_id: The dossier.
        """
        from ror_tui.screens.dossier import DossierScreen

        self.repertoire_moved = True
        self.push_screen(DossierScreen(dossier_id))

    def open_fiche(self, dossier_id: UUID, fiche_id: UUID) -> None:
        """Open a fiche of a dossier above the dossier.

        Args:
            dossier_id: The dossier.
            fiche_id: The fiche.
        """
        from ror_tui.screens.dossier import DossierScreen

        self.open_dossier(dossier_id)
        if isinstance(self.screen, DossierScreen):
            self.screen.open_fiche(fiche_id)

    def open_structure(self, structure_id: UUID) -> None:
        """Open the published fiche of a structure above the current screen.

        Args:
            structure_id: The structure.
        """
        from ror_tui.screens.structure import StructureScreen

        self.push_screen(StructureScreen(structure_id))

    def open_lits(self, structure_id: UUID) -> None:
        """Open the beds and places of a structure above the current screen.

        Args:
            structure_id: An establishment, or a structure below one.
        """
        from ror_tui.screens.lits import LitsScreen

        self.push_screen(LitsScreen(structure_id))

    def open_controles(self, structure_id: UUID) -> None:
        """Open what the controls find in the establishment of a structure.

        Args:
            structure_id: An establishment, or a structure below one.
        """
        from ror_tui.screens.controles import ControlesScreen, de_la_structure

        self.push_screen(ControlesScreen(de_la_structure(structure_id)))

    @work(exclusive=True, group="dossier", exit_on_error=False)
    async def describe(self, structure_id: UUID) -> None:
        """Open a dossier collaboratif on an establishment, asking what must be asked.

        Args:
            structure_id: The establishment, or a structure below it.
        """
        from ror_tui.api_client.errors import RorError
        from ror_tui.screens.describe import open_or_create

        try:
            if dossier_id := await open_or_create(self, structure_id):
                self.open_dossier(dossier_id)
        except RorError as error:
            self.fail(error, retry=lambda: self.describe(structure_id))

    # --- Keys that work everywhere ---

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002  # Textual's signature
        """Before login, only help and quitting; above an overlay, no navigation; one question at a time."""
        if action in {"offres", "repertoire", "dossiers", "validation", "rechercher", "brouillons"}:
            return self.compte is not None and not self.screen.is_modal
        if action == "quitter":
            return not self._asking
        if action == "retour":
            return len(self.screen_stack) > 1 and not self.screen.is_modal
        return True

    async def action_offres(self) -> None:
        """Go to the Recherche."""
        self.go_to("offres")

    async def action_repertoire(self) -> None:
        """Go to the Répertoire."""
        self.go_to("repertoire")

    async def action_dossiers(self) -> None:
        """Go to the dossiers collaboratifs."""
        self.go_to("dossiers")

    async def action_validation(self) -> None:
        """Go to the dossiers that wait for this account."""
        self.go_to("validation")

    @work(exclusive=True, group="navigation", exit_on_error=False)
    async def go_to(self, mode: str) -> None:
        """Close what is open above the current tab, then show another tab.

        Args:
            mode: A key of `MODES`.
        """
        await self._go_to(mode)

    async def _go_to(self, mode: str) -> bool:
        while len(self.screen_stack) > 1:
            if not await self._may_leave(self.screen):
                return False
            await self.pop_screen()
        self.repertoire_moved = self.repertoire_moved or self.current_mode != mode
        await self.switch_mode(mode)
        return True

    @work(exclusive=True, group="navigation", exit_on_error=False)
    async def show_in_repertoire(self, structure_id: UUID) -> None:
        """Go to the Répertoire and put the cursor on a structure.

        Args:
            structure_id: The structure.
        """
        from ror_tui.screens.repertoire import RepertoireScreen

        if await self._go_to("repertoire") and isinstance(self.screen, RepertoireScreen):
            self.screen.show_structure(structure_id)

    @work(exclusive=True, group="navigation", exit_on_error=False)
    async def action_retour(self) -> None:
        """Close the current screen, if it agrees."""
        if len(self.screen_stack) > 1 and await self._may_leave(self.screen):
            self.screen.dismiss(None)

    async def action_rechercher(self) -> None:
        """Open the search above the current screen."""
        from ror_tui.screens import recherche

        self.recherche = self.recherche or recherche.Memory()
        await self.push_screen(recherche.RechercheScreen(self.recherche), self._found)

    def _found(self, choice: tuple[str, UUID] | None) -> None:
        if choice is not None:
            action, structure_id = choice
            shows: Callable[[UUID], object] = self.show_in_repertoire
            ways = {"dossier": self.describe, "montrer": shows, "ouvrir": self.open_structure}
            ways[action](structure_id)

    async def action_aide(self) -> None:
        """Show the keys of the current screen."""
        from ror_tui.screens.aide import AideScreen

        await self.push_screen(AideScreen(self.screen))

    def action_command_palette(self) -> None:
        """Show every command of the current screen, by its French name."""
        from ror_tui.screens.palette import PaletteScreen

        if not self.screen.is_modal:
            self.push_screen(PaletteScreen(self.screen), self._run_command)

    def _run_command(self, command: Command | None) -> None:
        if command is not None:
            self.call_later(self.run_action, command.action.action, command.node)

    @work(exclusive=True, group="navigation", exit_on_error=False)
    async def action_quitter(self) -> None:
        """Quit, once every open screen agrees."""
        for screen in reversed(self.screen_stack):
            if not await self._may_leave(screen):
                return
        from ror_tui.screens import attente

        if not await attente.may_quit(self):
            return
        if self.leave_repertoire is not None:
            await self.leave_repertoire()
        self.exit(0)

    def copy_to_clipboard(self, text: str) -> None:
        """Copy through the terminal, also from inside tmux.

        Args:
            text: Any text.
        """
        self._clipboard = text
        if self._driver is not None:
            self._driver.write(clipboard.sequence(text, os.environ))

    async def _may_leave(self, screen: Screen[Any]) -> bool:
        self._asking = True
        try:
            return await screen.may_leave() if isinstance(screen, RorScreen) else True
        finally:
            self._asking = False

    async def action_quit(self) -> None:
        """Textual's own way out asks too."""
        self.action_quitter()

    async def action_suspendre(self) -> None:
        """Give the terminal back to the shell; `fg` comes back here."""
        self.keep_typed()
        self.action_suspend_process()

    def action_help_quit(self) -> None:
        """Say how to quit, on Ctrl+C."""
        self.say("Pour quitter : Ctrl+Q.")

    def _handle_exception(self, error: Exception) -> None:
        if self._exception is not None:
            return
        self.keep_typed()
        self._return_code = crash.STATUS
        self._exception = error
        event: asyncio.Event = cast("Any", self)._exception_event  # noqa: SLF001 - mypy cannot read its type on `self`
        event.set()
        self.last_word = "\n".join(filter(None, (self.last_word, crash.told(error))))
        self.panic()
