"""A table of units before it is made: each cell checked by the server, mended in place, then one action."""

from __future__ import annotations

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Static

from ror_tui.api_client.errors import Invalid, RorError, Stale
from ror_tui.api_client.models import ActionFaite, Champ, EffetLigne
from ror_tui.keymap import bindings
from ror_tui.screens import tableau_lines
from ror_tui.screens.base import RorScreen
from ror_tui.services import fiche as fiches
from ror_tui.services import tableau as tables
from ror_tui.services.tableau import Tableau
from ror_tui.texts import french, plain
from ror_tui.widgets.dialogs import Ask, Confirm, Message
from ror_tui.widgets.grid import Grid
from ror_tui.widgets.picker import Picker


class TableauScreen(RorScreen[ActionFaite | None]):
    """The preview of a table; gives what was made, None when it was given up.

    Args:
        tableau: The table, checked once.
        titre: Title of the dossier.
    """

    TITLE_FR = "Tableau"
    TAB = "dossiers"
    CONTEXTS: ClassVar[tuple[str, ...]] = ("tableau", "arbre")
    CSS_PATH = "tableau.tcss"
    KEYS_WAIT = frozenset({"tableau-mend", "tableau-make"})
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("tableau")]
    AUTO_FOCUS = "#grille"

    def __init__(self, tableau: Tableau, titre: str) -> None:
        super().__init__()
        self.tableau, self.titre = tableau, titre

    def compose_body(self) -> ComposeResult:
        """Lay out the summary, the headers, the cells, and what is said of the one under the cursor."""
        yield Static(id="resume")
        yield Static(id="titres")
        headers = [tableau_lines.title(self.tableau, place) for place in range(len(self.tableau.controle.colonnes))]
        yield Grid(lambda row, column: tableau_lines.cell(self.tableau, row, column), headers, id="grille")
        yield Static(id="cellule")

    @property
    def grid(self) -> Grid:
        """The cells."""
        return self.query_one(Grid)

    def on_mount(self) -> None:
        """Show the table, with the cursor on the first cell to mend."""
        self.set_crumbs("Dossiers", self.titre, "Tableau")
        self.show()
        self.grid.go_to(*(self.tableau.next_to_mend(-1, -1) or (0, 0)))

    def show(self) -> None:
        """Show the table as the server sees it."""
        self.query_one("#resume", Static).update(tableau_lines.summary(self.tableau))
        self.grid.show(len(self.tableau.lignes), self.grid.cursor)
        self.show_cell()

    @on(Grid.Moved)
    @on(Grid.ColumnMoved)
    def show_cell(self) -> None:
        """Say the whole of the cell under the cursor, and what was found in it."""
        self.query_one("#titres", Static).update(self.grid.title(max(self.size.width - 3, 20)))
        self.grid.refresh()
        if self.tableau.lignes:
            row = min(self.grid.cursor, len(self.tableau.lignes) - 1)
            self.query_one("#cellule", Static).update(tableau_lines.detail(self.tableau, row, self.grid.column))
            self.set_status(tableau_lines.row_status(self.tableau, row))

    def on_resize(self) -> None:
        """Give the headers the new width."""
        self.show_cell()

    # --- Mending ---

    @on(Grid.Chosen)
    def action_corriger(self) -> None:
        """Mend the cell under the cursor."""
        self.mend(self.grid.cursor, self.grid.column)

    @work(group="tableau-mend", exit_on_error=False)
    async def mend(self, row: int, column: int) -> None:
        """Ask for another text of a cell, and have its row checked."""
        if not self.tableau.lignes:
            return
        text = await self._asked(row, column)
        if text is None:
            return
        try:
            await tables.corriger(self.ror.client, self.tableau, row, column, text)
        except RorError as error:
            self.ror.fail(error)
            return
        self.show()

    async def _asked(self, row: int, column: int) -> str | None:
        champ = tableau_lines.champ(self.tableau, column)
        now = self.tableau.lignes[row].cellules[column]
        if champ is not None and champ.nomenclature is not None:
            return await self._picked(champ, now)
        label = tableau_lines.question(self.tableau, row, column)
        title = self.tableau.controle.colonnes[column].entete
        return await self.app.push_screen_wait(Ask(title, label, value=plain(now), required=False, ok="Corriger"))

    async def _picked(self, champ: Champ, now: str) -> str | None:
        name = champ.nomenclature or ""
        try:
            known = self.tableau.nomenclatures.setdefault(name, await fiches.nomenclature(self.ror.client, name))
        except RorError as error:
            self.ror.fail(error)
            return None
        codes = await self.app.push_screen_wait(Picker(champ, known, tableau_lines.codes(known, now), {}))
        return None if codes is None else tableau_lines.written(known, codes)

    def action_suivante(self) -> None:
        """Go to the next cell to mend."""
        cell = self.tableau.next_to_mend(self.grid.cursor, self.grid.column)
        if cell is None:
            self.set_status("Aucune cellule à corriger : F2 pour créer les unités.")
        else:
            self.grid.go_to(*cell)

    def action_enlever(self) -> None:
        """Take the row under the cursor out of the table."""
        if self.tableau.lignes:
            tables.enlever(self.tableau, self.grid.cursor)
            self.show()

    # --- Making ---

    @work(group="tableau-make", exit_on_error=False)
    async def action_appliquer(self) -> None:
        """Create and modify the units of the table, in one action."""
        refused = tableau_lines.refusal(self.tableau)
        if refused:
            await self.app.push_screen_wait(Message("Action impossible", refused))
            self.action_suivante()
            return
        try:
            done = await tables.appliquer(self.ror.client, self.tableau)
        except Stale as error:
            await self._check_again(str(error))
        except Invalid as error:
            await self._check_again(str(error))
        except RorError as error:
            self.ror.fail(error, retry=self.action_appliquer)
        else:
            self.dismiss(done)

    async def _check_again(self, why: str) -> None:
        try:
            await tables.relire(self.ror.client, self.tableau)
        except RorError as error:
            self.ror.fail(error)
            return
        self.show()
        text = f"{why}\n\nLe tableau vient d'être contrôlé de nouveau : vérifiez-le, puis recommencez."
        await self.app.push_screen_wait(Message("Rien n'a été fait", french(text)))

    async def may_leave(self) -> bool:
        """Ask before a table is thrown away."""
        useful = self.tableau.count(EffetLigne.INCHANGEE) < len(self.tableau.lignes)
        text = french("Fermer ce tableau sans rien créer ? Les corrections faites ici seront perdues.")
        return not useful or await self.app.push_screen_wait(Confirm("Tableau", text, yes="Fermer", danger=True))
