"""The Recherche, a tab of its own: offers or professionals by any criteria, page by page, and their export."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar
from uuid import UUID

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.events import Resize
from textual.widgets import Static
from textual.worker import Worker

from ror_tui import paths
from ror_tui.api_client.errors import RorError
from ror_tui.api_client.models import CriteresOffres, Offre, Professionnel
from ror_tui.keymap import bindings
from ror_tui.screens import offres_criteres, offres_lines
from ror_tui.screens.base import RorScreen
from ror_tui.services import export, offres
from ror_tui.services.offres import Quoi
from ror_tui.texts import french, plain, plural
from ror_tui.widgets.dialogs import Ask, Confirm, Message
from ror_tui.widgets.lines import LineList

NAMES: dict[Quoi, tuple[str, str]] = {
    "offres": ("offre", "offres"),
    "professionnels": ("professionnel", "professionnels"),
}
NO_CRITERION = "Aucun critère : c pour en choisir, / pour chercher un texte."
EMPTY = "Rien ne répond à tous ces critères. « c » en change un, « x » les ôte tous."
AHEAD = 20
"""Lines before the end of what is read from which the next page is asked."""


class OffresScreen(RorScreen[None]):
    """A line of criteria, what answers to them, and the line under the cursor in words."""

    TITLE_FR = "Recherche"
    CONTEXTS: ClassVar[tuple[str, ...]] = ("offres", "arbre")
    CSS_PATH = "offres.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("offres")]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (16, "-high")]  # noqa: RUF012  # Textual declares it as an instance variable
    AUTO_FOCUS = "#offres"

    def __init__(self) -> None:
        super().__init__()
        self.quoi: Quoi = "offres"
        self.criteres = CriteresOffres()
        self.labels: dict[tuple[str, str], str] = {}
        self.found: list[Offre | Professionnel] = []
        self.suivant: str | None = None
        self.total: int | None = None
        self.reading: Worker[None] | None = None
        self.exporting: Worker[None] | None = None

    def compose_body(self) -> ComposeResult:
        """Lay out the criteria, the columns, the list, and the selected line in words."""
        yield Static(id="criteres")
        yield Static(id="columns")
        yield LineList(self._paint, id="offres")
        yield Static(Content(french(EMPTY)), id="empty")
        yield Static(id="detail")

    def on_mount(self) -> None:
        """Show everything at first: no criterion keeps all."""
        self.search()

    # --- Reading ---

    def search(self) -> None:
        """Read the first page of what is asked; what is on the screen stays until it comes."""
        self._show_criteria()
        self.reading = self.read(None)

    @work(exclusive=True, group="offres-read", exit_on_error=False)
    async def read(self, curseur: str | None) -> None:
        """Read a page.

        Args:
            curseur: Cursor of the page, None for the first.
        """
        self.set_status("Recherche en cours… Échap : arrêter.")
        try:
            page = await offres.chercher(self.ror.client, self.quoi, self.criteres, curseur)
        except RorError as error:
            self._show_count()
            self.ror.fail(error, retry=lambda: self.read(curseur))
            return
        self.found = [*(self.found if curseur else []), *page.elements]
        self.suivant = page.suivant
        self.total = self.total if curseur else page.total
        self.show_list(self.rows.cursor if curseur else 0)

    @property
    def rows(self) -> LineList:
        """The list."""
        return self.query_one(LineList)

    @property
    def current(self) -> Offre | Professionnel | None:
        """What is under the cursor."""
        return self.found[self.rows.cursor] if 0 <= self.rows.cursor < len(self.found) else None

    @property
    def unit(self) -> UUID | None:
        """The unit of the line under the cursor."""
        found = self.current
        return None if found is None else found.id if isinstance(found, Offre) else found.unite.id

    def show_list(self, cursor: int) -> None:
        """Show what was read.

        Args:
            cursor: Line of the cursor.
        """
        self.rows.show(len(self.found), cursor)
        for part in ("#offres", "#columns", "#detail"):
            self.query_one(part).display = bool(self.found)
        self.query_one("#empty").display = not self.found
        self._show_columns()
        self._show_count()

    def _show_criteria(self) -> None:
        self.set_crumbs("Recherche", "Offres" if self.quoi == "offres" else "Professionnels et contacts")
        told = offres.sentence(self.criteres, self.labels)
        self.query_one("#criteres", Static).update(Content(plain(told or french(NO_CRITERION))))

    def _show_count(self) -> None:
        if self.total is None:
            self.set_status("La recherche n'a pas abouti. F5 : réessayer.")
            return
        more = f", {len(self.found)} lues" if self.suivant else ""
        self.set_status(f"{plural(self.total, *NAMES[self.quoi])}{more}")

    def _show_columns(self) -> None:
        if self.found:
            width = self.rows.scrollable_content_region.width
            self.query_one("#columns", Static).update(offres_lines.headers(self.found[0], width))

    def _paint(self, index: int, width: int) -> Content:
        return offres_lines.row(self.found[index], width)

    def on_resize(self, _event: Resize) -> None:
        """Lay the columns out again."""
        self._show_columns()

    @on(LineList.Moved)
    def show_detail(self, event: LineList.Moved) -> None:
        """Say the line under the cursor in words; near the end of what is read, ask for more."""
        if self.current is not None:
            self.query_one("#detail", Static).update(offres_lines.detail(self.current))
        if self.suivant and event.index >= len(self.found) - AHEAD and not self._is_reading:
            self.reading = self.read(self.suivant)

    @property
    def _is_reading(self) -> bool:
        return self.reading is not None and not self.reading.is_finished

    # --- Criteria ---

    def action_criteres(self) -> None:
        """Choose a criterion and its value."""
        self.ask_criterion(None)

    def action_texte(self) -> None:
        """Search a text."""
        self.ask_criterion("texte")

    @work(exclusive=True, group="offres-ask", exit_on_error=False)
    async def ask_criterion(self, nom: str | None) -> None:
        """Ask for a criterion, then search.

        Args:
            nom: Which one, None to choose it in the menu.
        """
        chosen = nom or await self.ror.push_screen_wait(offres_criteres.menu(self.criteres, self.labels))
        if chosen is None:
            return
        try:
            answer = await offres_criteres.ask(self.ror, chosen, self.criteres, self.labels)
        except RorError as error:
            self.ror.fail(error, retry=lambda: self.ask_criterion(chosen))
            return
        if answer is not None:
            self.criteres, told = answer
            self.labels |= told
            self.search()

    def action_effacer(self) -> None:
        """Take every criterion off."""
        self.criteres = CriteresOffres()
        self.search()

    def action_quoi(self) -> None:
        """List offers, or the professionals of the same offers."""
        self.quoi = "professionnels" if self.quoi == "offres" else "offres"
        self.search()

    def action_recharger(self) -> None:
        """Read again from the server."""
        self.search()

    # --- The line under the cursor ---

    @on(LineList.Chosen)
    def action_ouvrir(self) -> None:
        """Open the fiche of the unit."""
        if self.unit is not None:
            self.ror.open_structure(self.unit)

    def action_voir(self) -> None:
        """Show the unit in the Répertoire."""
        if self.unit is not None:
            self.ror.show_in_repertoire(self.unit)

    # --- Export ---

    def action_exporter(self) -> None:
        """Write all that is found to a file."""
        if self.exporting is not None and not self.exporting.is_finished:
            self.ror.say(french("Un export est déjà en cours : Échap l'arrête."))
        else:
            self.exporting = self.export()

    @work(group="offres-export", exit_on_error=False)
    async def export(self) -> None:
        """Ask where, then write, saying how far it is; nothing is left of an export that is stopped."""
        proposed = paths.documents_dir() / f"{self.quoi}.csv"
        answer = await self.ror.push_screen_wait(
            Ask("Exporter pour un tableur", "Fichier CSV à écrire", value=str(proposed), ok="Exporter")
        )
        if answer is None:
            return
        fichier = export.place(answer)
        try:
            lines = await self._write(fichier)
        except export.ExportError as error:
            await self.ror.push_screen_wait(Message("Export", str(error)))
        except RorError as error:
            self.ror.fail(error, retry=self.action_exporter)
        else:
            if lines is not None:
                self.ror.say(french(f"{plural(lines, 'ligne écrite', 'lignes écrites')} dans {fichier}"))
        finally:
            self._show_count()

    async def _write(self, fichier: Path) -> int | None:
        quoi, criteres, client = self.quoi, self.criteres, self.ror.client
        try:
            return await export.exporter(client, quoi, criteres, fichier, self._tell_export)
        except export.ExportExistsError as error:
            question = Confirm("Export", f"{error} Le remplacer ?", yes="Remplacer", no="Garder", danger=True)
            if not await self.ror.push_screen_wait(question):
                return None
            return await export.exporter(client, quoi, criteres, fichier, self._tell_export, remplacer=True)

    def _tell_export(self, lines: int) -> None:
        self.set_status(french(f"Export en cours : {plural(lines, 'ligne', 'lignes')}. Échap : arrêter."))

    def action_arreter(self) -> None:
        """Stop what runs: the export first, else the search; what is on the screen stays."""
        for worker, said in ((self.exporting, "Export arrêté : aucun fichier n'est laissé."), (self.reading, "")):
            if worker is not None and not worker.is_finished:
                worker.cancel()
                self._show_count()
                if said:
                    self.ror.say(french(said))
                return
