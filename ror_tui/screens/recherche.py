"""Finding a structure, from anywhere (Ctrl+F): results as one types, the cursor never leaves the text."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Input

from ror_tui.api_client.errors import RorError, Unauthorized
from ror_tui.api_client.models import Kind, Resultat
from ror_tui.keymap import bindings
from ror_tui.marks import KIND, KIND_GLYPH
from ror_tui.screens.base import RorModal
from ror_tui.services import repertoire
from ror_tui.services import vue as vues
from ror_tui.texts import NBSP, plain, plural
from ror_tui.widgets.frame import KeyBar, Line
from ror_tui.widgets.lines import LineList

DEBOUNCE = 0.15
"""Seconds without a key before the server is asked."""
PROMPT = "Nom, commune ou numéro FINESS, dans n'importe quel ordre"


def path(resultat: Resultat) -> str:
    """Say where a structure is: « établissement › pôle » for a unit, its EJ for an establishment.

    Args:
        resultat: A hit.
    """
    below_eg = len(resultat.chemin) > 1
    return " › ".join(lien.nom for lien in resultat.chemin if not (below_eg and lien.kind is Kind.EJ))


def result_line(resultat: Resultat) -> Content:
    """Write a hit on one line: glyph, name, then what tells it from its namesakes.

    Args:
        resultat: A hit.
    """
    noeud = resultat.noeud
    glyph = KIND_GLYPH[noeud.kind].glyph if isinstance(noeud.kind, Kind) else " "
    state = "fermé" if noeud.ferme else "dossier ouvert" if noeud.dossier_ouvert else ""
    inside = noeud.kind not in {"departement", Kind.EJ, Kind.EG}
    place = path(resultat) if inside else noeud.detail
    rest = " · ".join(part for part in (state, place) if part)
    return Content.assemble((f"{glyph} ", "$text-accent"), plain(noeud.nom), (f"  {plain(rest)}", "dim"))


class RechercheScreen(RorModal[tuple[str, UUID]]):
    """An overlay with a text and its results; gives what to do and on which structure."""

    CONTEXTS = ("recherche",)
    CSS_PATH = "recherche.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("recherche")]
    AUTO_FOCUS = "#recherche-texte"

    def __init__(self) -> None:
        super().__init__()
        self.results: list[Resultat] = []
        self.filtered = False
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """Lay out the text, the results, and the path of the one under the cursor."""
        with Vertical(id="recherche"):
            field = Input(placeholder=PROMPT, id="recherche-texte", compact=True, max_length=200)
            field.cursor_blink = False
            yield field
            yield Line(id="recherche-filtre", markup=False)
            results = LineList(lambda index, _width: result_line(self.results[index]), id="recherche-resultats")
            results.can_focus = False
            results.add_class("-lit")
            yield results
            yield Line(id="recherche-chemin", markup=False)
            yield KeyBar(id="recherche-touches")

    def on_mount(self) -> None:
        """Say whether the ticks count."""
        self.show_filter()

    @property
    def hits(self) -> LineList:
        """The results."""
        return self.query_one(LineList)

    @property
    def typed(self) -> str:
        """What is typed, without blanks around."""
        return self.query_one(Input).value.strip()

    def show_filter(self) -> None:
        """Say where one searches."""
        vue = self.ror.vue
        where = vues.offres(vue) if self.filtered and vue else "Recherche dans tout le Répertoire"
        self.query_one("#recherche-filtre", Line).say(where)

    # --- Searching ---

    @on(Input.Changed)
    def search_soon(self) -> None:
        """Search once the typing pauses."""
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(DEBOUNCE, self.search)

    @work(exclusive=True, group="recherche", exit_on_error=False)
    async def search(self) -> None:
        """Ask for what is typed; an answer that comes after another text was typed is dropped."""
        typed, vue = self.typed, self.ror.vue if self.filtered else None
        try:
            page = await repertoire.chercher(self.ror.client, typed, vue)
        except RorError as error:
            self.query_one("#recherche-chemin", Line).say(str(error))
            if isinstance(error, Unauthorized):
                self.ror.fail(error, retry=self.search)
            return
        if typed == self.typed:
            self.show(page.elements)

    def show(self, results: list[Resultat]) -> None:
        """Show the hits, the best one under the cursor.

        Args:
            results: In the order of the server.
        """
        self.results = results
        self.hits.show(len(results))
        if not results:
            nothing = f"Aucun résultat pour «{NBSP}{self.typed}{NBSP}»." if self.typed else ""
            hint = " F4 : chercher partout." if self.filtered and self.typed else ""
            self.query_one("#recherche-chemin", Line).say(nothing + hint)

    @on(LineList.Moved)
    def show_path(self, event: LineList.Moved) -> None:
        """Show where the hit under the cursor is."""
        if event.index >= len(self.results):
            return
        hit = self.results[event.index]
        kind = KIND[hit.noeud.kind] if isinstance(hit.noeud.kind, Kind) else ""
        finess = f"FINESS {hit.noeud.finess}" if hit.noeud.finess else ""
        count = plural(len(self.results), "résultat", "résultats")
        self.query_one("#recherche-chemin", Line).say(" · ".join(p for p in (count, kind, finess, path(hit)) if p))

    def action_filtres(self) -> None:
        """Keep to the structures that are ticked in the Répertoire, or search everywhere."""
        self.filtered = not self.filtered and self.ror.vue is not None
        self.show_filter()
        self.search()

    # --- The hit under the cursor ---

    def action_bas(self) -> None:
        """Go to the next hit."""
        self.hits.action_bas()

    def action_haut(self) -> None:
        """Go to the hit before."""
        self.hits.action_haut()

    def action_page_bas(self) -> None:
        """Go one page down."""
        self.hits.action_page_bas()

    def action_page_haut(self) -> None:
        """Go one page up."""
        self.hits.action_page_haut()

    def action_ouvrir(self) -> None:
        """Open the fiche of the hit."""
        self._choose("ouvrir")

    def action_dossier(self) -> None:
        """Open a dossier collaboratif on the hit."""
        self._choose("dossier")

    def _choose(self, what: str) -> None:
        if self.results:
            self.dismiss((what, UUID(self.results[self.hits.cursor].noeud.cle)))

    def action_fermer(self) -> None:
        """Close the search."""
        self.dismiss(None)
