"""The base of every full screen: frame, crumbs, status, and what happens when a worker fails."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar, cast

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen, Screen
from textual.worker import Worker, WorkerState

from ror_tui.widgets.frame import Banner, Crumbs, KeyBar, Notice, StatusLine

if TYPE_CHECKING:
    from ror_tui.api_client.models import Evenement, SignalDossier, SignalLits
    from ror_tui.app import RorApp
    from ror_tui.services.attente import Envoi
    from ror_tui.services.lien import EtatLien

Result = TypeVar("Result")


class RorScreen(Screen[Result], Generic[Result]):
    """A full screen: banner, crumbs, yellow notice, body, status line, keys."""

    TITLE_FR: ClassVar[str] = "ROR"
    CONTEXTS: ClassVar[tuple[str, ...]] = ()
    """Contexts of the key registry that this screen answers to, for the help."""
    TAB: ClassVar[str] = ""
    """Tab of the banner that is lit; empty keeps the one of the current mode."""

    KEYS_WAIT: ClassVar[frozenset[str]] = frozenset()
    """Groups of this screen's workers that keep keys typed ahead waiting: what they are for is not there yet."""

    @property
    def ror(self) -> RorApp:
        """The application, with its own type."""
        return cast("RorApp", self.app)

    @property
    def in_front(self) -> bool:
        """Tell whether nothing lies above this screen, not even a dialog."""
        return self.app.screen is self

    def compose(self) -> ComposeResult:
        """Lay the frame around the body."""
        account = self.ror.compte.nom if self.ror.compte else ""
        yield Banner(account, self.TAB or self.ror.current_mode, id="banner")
        yield Crumbs((self.TITLE_FR,), id="crumbs")
        yield Notice(id="notice")
        with Vertical(id="body"):
            yield from self.compose_body()
        yield StatusLine(id="status")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Follow the link with the server, and what is published."""
        self.watch(self.ror, "lien", self._show_link)
        self.watch(self.ror, "a_traiter", self._show_waiting)
        self.watch(self.ror, "en_attente", self._show_unsent)
        self.ror.published.subscribe(self, self.hear)
        self.ror.signalled.subscribe(self, self.hear_dossier)
        self.ror.lits_typed.subscribe(self, self.hear_lits)
        self.ror.saved_later.subscribe(self, self.hear_saved)

    def _show_waiting(self, count: int | None) -> None:
        self.query_one(Banner).waiting = count or 0

    def _show_unsent(self, count: int) -> None:
        self.query_one(StatusLine).show_unsent(count)

    def _show_link(self, lien: EtatLien | None) -> None:
        self.query_one(StatusLine).show_link(lien)
        self.link_changed(lien)

    def link_changed(self, lien: EtatLien | None) -> None:
        """Take note of the link with the server; to override.

        Args:
            lien: What is known of it from now on.
        """

    def hear(self, evenement: Evenement | None) -> None:
        """Take note of a publication; to override.

        Args:
            evenement: What was published; None when what is shown must be read again.
        """

    def hear_dossier(self, signal: SignalDossier) -> None:
        """Take note of what happened in a dossier; to override.

        Args:
            signal: Which dossier, what, and who.
        """

    def hear_lits(self, signal: SignalLits) -> None:
        """Take note that beds were typed; to override.

        Args:
            signal: In which establishment, and by whom.
        """

    def hear_saved(self, envoi: Envoi) -> None:
        """Take note that a save that waited for the link was made; to override.

        Args:
            envoi: What was sent, and what the server holds now.
        """

    def compose_body(self) -> ComposeResult:
        """Give the widgets between the crumbs and the status line; to override."""
        yield from ()

    def set_crumbs(self, *names: str) -> None:
        """Show where one is.

        Args:
            names: From the tab down to what is open.
        """
        self.query_one(Crumbs).show(names)

    def set_status(self, text: str) -> None:
        """Show one line of plain text above the keys.

        Args:
            text: Plain text.
        """
        self.query_one(StatusLine).say(text)

    def set_banner(self, text: str | None) -> None:
        """Show the guide's yellow banner under the crumbs, or hide it.

        Args:
            text: Plain text, or None to hide.
        """
        self.query_one(Notice).show(text)

    async def may_leave(self) -> bool:
        """Tell whether the screen may close; a screen with unsaved input asks here."""
        return True

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Show what a worker of this screen could not handle itself."""
        if event.state is WorkerState.ERROR:
            self.ror.worker_failed(event.worker)


class RorModal(ModalScreen[Result], Generic[Result]):
    """An overlay that runs workers: their failures are shown in the same way as a full screen's."""

    CONTEXTS: ClassVar[tuple[str, ...]] = ()

    @property
    def ror(self) -> RorApp:
        """The application, with its own type."""
        return cast("RorApp", self.app)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Show what a worker of this overlay could not handle itself."""
        if event.state is WorkerState.ERROR:
            self.ror.worker_failed(event.worker)
