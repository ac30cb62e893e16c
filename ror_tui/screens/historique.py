"""The history: who published what, when and through what; of a structure, or of the whole Répertoire."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static

from ror_tui.api_client.errors import RorError
from ror_tui.api_client.models import Evenement, PublicationLue
from ror_tui.keymap import bindings
from ror_tui.screens import historique_actions, historique_lines
from ror_tui.screens.base import RorScreen
from ror_tui.screens.historique_actions import menu_items
from ror_tui.services import historique
from ror_tui.texts import french, plain, plural
from ror_tui.widgets.dialogs import ActionMenu
from ror_tui.widgets.lines import LineList

EMPTY = "Rien n'a encore été publié ici : tout est comme au chargement du Répertoire."
WHOLE = "Tout le Répertoire"
ALONE = "elle seule"


class HistoriqueScreen(RorScreen[None]):
    """A list of publications, the newest first, and the one under the cursor in words.

    Args:
        structure_id: Of which structure, at first with all below it; None for the whole Répertoire.
        nom: Its name.
    """

    TITLE_FR = "Historique"
    TAB = "repertoire"
    CONTEXTS: ClassVar[tuple[str, ...]] = ("historique", "arbre")
    CSS_PATH = "historique.tcss"
    KEYS_WAIT = frozenset({"historique-read"})
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("historique")]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (16, "-high")]  # noqa: RUF012  # Textual declares it as an instance variable
    AUTO_FOCUS = "#publications"

    def __init__(self, structure_id: UUID | None, nom: str) -> None:
        super().__init__()
        self.structure_id, self.nom = structure_id, nom
        self.scope = structure_id
        self.alone = False
        self.publications: list[PublicationLue] = []
        self.suivant: str | None = None
        self.reading = False

    def compose_body(self) -> ComposeResult:
        """Lay out the list, and the publication under the cursor in words."""
        yield LineList(self._paint, id="publications")
        yield Static(Content(french(EMPTY)), id="empty")
        yield Static(id="detail")

    def on_mount(self) -> None:
        """Read the first page."""
        self.action_recharger()

    # --- Reading ---

    def action_recharger(self) -> None:
        """Read again from the newest."""
        alone = f" ({ALONE})" if self.scope and self.alone else ""
        self.set_crumbs("Répertoire", f"{self.nom}{alone}" if self.scope else WHOLE, "Historique")
        self.read(None)

    @work(exclusive=True, group="historique-read", exit_on_error=False)
    async def read(self, curseur: str | None) -> None:
        """Read a page.

        Args:
            curseur: Cursor of the page, None for the first.
        """
        self.reading = True
        try:
            page = await historique.lister(self.ror.client, self.scope, curseur, dessous=not self.alone)
        except RorError as error:
            self.set_status("L'historique n'a pas pu être lu. F5 : réessayer.")
            self.ror.fail(error, retry=lambda: self.read(curseur))
            return
        finally:
            self.reading = False
        self.publications = [*(self.publications if curseur else []), *page.elements]
        self.suivant = page.suivant
        self.show_list(self.rows.cursor if curseur else 0)

    def show_list(self, cursor: int) -> None:
        """Show what was read.

        Args:
            cursor: Line of the cursor.
        """
        self.rows.show(len(self.publications), cursor)
        for part in ("#publications", "#detail"):
            self.query_one(part).display = bool(self.publications)
        self.query_one("#empty").display = not self.publications
        more = ", la suite vient en descendant" if self.suivant else ""
        self.set_status(f"{plural(len(self.publications), 'publication', 'publications')}{more} · a : Actions")

    def hear(self, evenement: Evenement | None) -> None:
        """Say that something was published since; the list does not move under the eyes."""
        if evenement is None or self._concerns(evenement):
            self.set_status(french("Une publication vient d'avoir lieu : F5 pour relire."))

    def _concerns(self, evenement: Evenement) -> bool:
        return self.scope is None or any(self.scope in {one.id, one.eg_id} for one in evenement.structures)

    # --- Lines ---

    @property
    def rows(self) -> LineList:
        """The list."""
        return self.query_one(LineList)

    @property
    def current(self) -> PublicationLue | None:
        """The publication under the cursor."""
        return self.publications[self.rows.cursor] if 0 <= self.rows.cursor < len(self.publications) else None

    def _paint(self, index: int, width: int) -> Content:
        return historique_lines.row(self.publications[index], width)

    @on(LineList.Moved)
    def show_detail(self, event: LineList.Moved) -> None:
        """Say the publication under the cursor in words; at the end of what is read, ask for more."""
        if self.current is not None:
            self.query_one("#detail", Static).update(historique_lines.detail(self.current))
        if self.suivant and event.index >= len(self.publications) - 1 and not self.reading:
            self.read(self.suivant)

    # --- Actions ---

    @on(LineList.Chosen)
    def action_ouvrir(self) -> None:
        """Open the publication: all that it did, field by field."""
        if self.current is not None:
            from ror_tui.screens.publication import PublicationScreen  # noqa: PLC0415  # each opens the other

            self.app.push_screen(PublicationScreen(self.current.seq))

    def action_tout(self) -> None:
        """Show the whole Répertoire, or the structure again."""
        if self.structure_id is not None:
            self.scope = None if self.scope else self.structure_id
            self.action_recharger()

    def action_seule(self) -> None:
        """Show the history of the structure alone, or with all that stands below it."""
        if self.structure_id is None:
            self.set_status(french(historique_actions.NO_STRUCTURE))
            return
        self.alone = self.scope is None or not self.alone
        self.scope = self.structure_id
        self.action_recharger()

    def action_alors(self) -> None:
        """Show the structure as it was just after this publication."""
        historique_actions.show_then(self)

    @work(group="historique-action", exit_on_error=False)
    async def action_au(self) -> None:
        """Ask for a date, and show the structure as it was."""
        await historique_actions.ask_date(self, self.structure_id)

    @work(group="historique-action", exit_on_error=False)
    async def action_annuler(self) -> None:
        """Take the publication back, in a new dossier."""
        if self.current is not None:
            await historique_actions.revert(self, self.current)

    @work(group="historique-action", exit_on_error=False)
    async def action_actions(self) -> None:
        """Open the Actions menu of the publication."""
        title = f"Publication n° {self.current.seq}" if self.current else "Historique"
        chosen = await self.app.push_screen_wait(ActionMenu(plain(title), menu_items(self)))
        if chosen is not None:
            await self.run_action(chosen)
