"""The filters of the Répertoire (F4): commune, catégorie, peuplement, open dossier, mine only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content

from ror_tui.api_client.models import Champ, Code, Filtres, Nomenclature, Peuplement, TypeChamp
from ror_tui.keymap import bindings
from ror_tui.marks import PEUPLEMENT
from ror_tui.screens.base import RorModal
from ror_tui.screens.communes import CommunesScreen
from ror_tui.services import repertoire
from ror_tui.texts import NBSP, plain
from ror_tui.widgets.frame import KeyBar
from ror_tui.widgets.lines import LineList, ListKeys
from ror_tui.widgets.picker import Picker

COMMUNES, CATEGORIES = "communes", "categories"
ROWS = (COMMUNES, CATEGORIES, *(one.value for one in Peuplement), "dossier_ouvert", "a_moi")
LABELS = {
    COMMUNES: "Commune",
    CATEGORIES: "Catégorie d'établissement",
    "dossier_ouvert": "Dossier collaboratif ouvert",
    "a_moi": "Les miens seulement, que je peux décrire",
}


class FiltresScreen(ListKeys, RorModal[Filtres | None]):
    """One line per filter; gives the filters to apply, None when nothing changes.

    Args:
        filtres: Those that are on.
        labels: Labels of the codes of communes and categories; those that are chosen here are added to it.
    """

    CONTEXTS = ("filtres",)
    CSS_PATH = "filtres.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("filtres")]
    KEYS_WAIT = frozenset({"choix"})

    def __init__(self, filtres: Filtres, labels: dict[str, str]) -> None:
        super().__init__()
        self.filtres, self.labels = filtres, labels

    def compose(self) -> ComposeResult:
        """Lay out the lines and the keys."""
        with Vertical(id="filtres") as frame:
            frame.border_title = Content("Filtres du Répertoire")
            rows = LineList(self._paint, id="filtres-lignes")
            rows.can_focus = False
            rows.add_class("-lit")
            yield rows
            yield KeyBar(id="filtres-touches")

    def on_mount(self) -> None:
        """Show every line."""
        self.rows.show(len(ROWS))

    @property
    def rows(self) -> LineList:
        """The lines."""
        return self.query_one(LineList)

    @property
    def row(self) -> str:
        """The line under the cursor."""
        return ROWS[self.rows.cursor]

    def _paint(self, index: int, _width: int) -> Content:
        return row_content(ROWS[index], self.filtres, self.labels)

    def _set(self, filtres: Filtres) -> None:
        self.filtres = filtres
        self.rows.refresh()

    def action_changer(self) -> None:
        """Tick the line, or open the list of its codes."""
        if self.row in {COMMUNES, CATEGORIES}:
            self.choose()
        else:
            self._set(toggled(self.filtres, self.row))

    @work(exclusive=True, group="choix", exit_on_error=False)
    async def choose(self) -> None:
        """Choose communes or categories in their list."""
        row = self.row
        chosen = await (self._communes() if row == COMMUNES else self._categories())
        if chosen is not None:
            self._set(self.filtres.model_copy(update={row: chosen}))

    async def _communes(self) -> list[str] | None:
        here = [Code(code=code, libelle=self.labels.get(code, code)) for code in self.filtres.communes]
        chosen = await self.app.push_screen_wait(CommunesScreen(here))
        if chosen is None:
            return None
        self.labels |= {code.code: code.libelle for code in chosen}
        return [code.code for code in chosen]

    async def _categories(self) -> list[str] | None:
        codes = await repertoire.categories(self.ror.client)
        self.labels |= {code.code: code.libelle for code in codes}
        champ = Champ(id=CATEGORIES, libelle=LABELS[CATEGORIES], type=TypeChamp.CODES)
        liste = Nomenclature(nom=CATEGORIES, titre=LABELS[CATEGORIES], version="", source="", codes=codes)
        return await self.app.push_screen_wait(Picker(champ, liste, self.filtres.categories, {}))

    def action_vider(self) -> None:
        """Empty the line."""
        if self.row in {COMMUNES, CATEGORIES}:
            self._set(self.filtres.model_copy(update={self.row: []}))
        elif ticked(self.filtres, self.row):
            self._set(toggled(self.filtres, self.row))

    def action_tout_vider(self) -> None:
        """Empty every line; the ticks and the text stay."""
        self._set(Filtres(disciplines=self.filtres.disciplines, texte=self.filtres.texte))

    def action_appliquer(self) -> None:
        """Give the filters."""
        self.dismiss(self.filtres)

    def action_fermer(self) -> None:
        """Close without changing anything."""
        self.dismiss(None)


def ticked(filtres: Filtres, row: str) -> bool:
    """Tell whether a line with a box is ticked."""
    if row in {*Peuplement}:
        return row in filtres.peuplement
    return bool(getattr(filtres, row))


def toggled(filtres: Filtres, row: str) -> Filtres:
    """Give the filters with one box changed.

    Args:
        filtres: Before.
        row: A line of `ROWS` that has a box.
    """
    if row not in {*Peuplement}:
        return filtres.model_copy(update={row: not ticked(filtres, row)})
    kept = [one for one in Peuplement if (one in filtres.peuplement) != (one == row)]
    return filtres.model_copy(update={"peuplement": kept})


def row_content(row: str, filtres: Filtres, labels: Mapping[str, str]) -> Content:
    """Write a line of the dialog.

    Args:
        row: A line of `ROWS`.
        filtres: What is on.
        labels: Labels of the codes.
    """
    if row in {COMMUNES, CATEGORIES}:
        chosen = ", ".join(labels.get(code, code) for code in getattr(filtres, row)) or "toutes"
        return Content.assemble(f"    {LABELS[row]}{NBSP}: ", (plain(chosen), "bold"), " ▾")
    box = f"[{'x' if ticked(filtres, row) else ' '}] "
    if row not in {*Peuplement}:
        return Content.assemble(box, LABELS[row])
    mark = PEUPLEMENT[Peuplement(row)]
    return Content.assemble(box, f"Peuplement{NBSP}: ", (f"{mark.glyph} {mark.word}", f"$text-{mark.color}"))
