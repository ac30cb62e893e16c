"""Finding a structure, from anywhere (Ctrl+F): results as one types, the cursor never leaves the text."""

from __future__ import annotations

from dataclasses import dataclass, field
from time import monotonic
from typing import ClassVar
from uuid import UUID

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.timer import Timer
from textual.widgets import Input

from ror_tui.api_client.errors import RorError, Unauthorized
from ror_tui.api_client.models import Kind, Resultat
from ror_tui.keymap import bindings
from ror_tui.marks import KIND
from ror_tui.screens.base import RorModal
from ror_tui.screens.recherche_lines import path, result_line
from ror_tui.services import compte, repertoire
from ror_tui.services import vue as vues
from ror_tui.services.lien import EtatLien
from ror_tui.texts import NBSP, plural
from ror_tui.widgets.frame import KeyBar, Line
from ror_tui.widgets.lines import LineList, ListKeys

FAST = 0.06
"""Seconds of an answer that nobody waits for: each key asks at once."""
LONGEST_PAUSE = 0.2
LATE = 0.15
"""Seconds after which one is told that an answer is awaited."""
PROMPT = "Nom, commune ou numéro FINESS, dans n'importe quel ordre"


def pause(answered_in: float) -> float:
    """Tell how long to wait for another key before asking: not at all on a fast link.

    Args:
        answered_in: Seconds that the last answer took.
    """
    return 0.0 if answered_in < FAST else min(answered_in / 2, LONGEST_PAUSE)


@dataclass
class Memory:
    """A search, kept for when it is opened again."""

    typed: str = ""
    results: list[Resultat] = field(default_factory=list)
    cursor: int = 0
    filtered: bool = False
    answered_in: float = 0.0


class RechercheScreen(ListKeys, RorModal[tuple[str, UUID]]):
    """An overlay with a text and its results; gives what to do and on which structure.

    Args:
        memory: The search to begin from; it follows what is done here.
    """

    CONTEXTS = ("recherche",)
    CSS_PATH = "recherche.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("recherche")]
    AUTO_FOCUS = "#recherche-texte"

    def __init__(self, memory: Memory) -> None:
        super().__init__()
        self.memory = memory
        self._asked: Timer | None = None
        self._late: Timer | None = None
        self._failed = False

    def compose(self) -> ComposeResult:
        """Lay out the text, the results, and the path of the one under the cursor."""
        with Vertical(id="recherche"):
            field = Input(self.memory.typed, placeholder=PROMPT, id="recherche-texte", compact=True, max_length=200)
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
        """Show the search that one comes back to, and bring it up to date."""
        self.show_filter()
        self.rows.show(len(self.results), self.memory.cursor)
        self.watch(self.ror, "lien", self._search_again, init=False)

    def _search_again(self, lien: EtatLien | None) -> None:
        """Ask again, once the link is back, for what could not be found without it."""
        if self._failed and lien is EtatLien.CONNECTE:
            self.search()

    @property
    def results(self) -> list[Resultat]:
        """What was found."""
        return self.memory.results

    @property
    def rows(self) -> LineList:
        """The lines of what was found."""
        return self.query_one(LineList)

    @property
    def typed(self) -> str:
        """What is typed, without blanks around."""
        return self.query_one(Input).value.strip()

    def show_filter(self, *, waiting: bool = False) -> None:
        """Say where one searches.

        Args:
            waiting: Whether an answer is late.
        """
        vue = self.ror.vue
        where = vues.offres(vue) if self.memory.filtered and vue else "Recherche dans tout le Répertoire"
        self.query_one("#recherche-filtre", Line).say(f"recherche… · {where}" if waiting else where)

    # --- Searching ---

    @on(Input.Changed)
    def search_soon(self) -> None:
        """Search at once on a fast link, else once the typing pauses."""
        self.memory.typed = self.query_one(Input).value
        self._stop(self._asked)
        wait = pause(self.memory.answered_in)
        self._asked = self.set_timer(wait, self.search) if wait else None
        if not wait:
            self.search()

    @work(exclusive=True, group="recherche", exit_on_error=False)
    async def search(self) -> None:
        """Ask for what is typed; the next search cancels this one, so that an older answer never comes after."""
        self._stop(self._late)
        self._late = self.set_timer(LATE, lambda: self.show_filter(waiting=True))
        started = monotonic()
        try:
            page = await repertoire.chercher(
                self.ror.client, self.typed, self.ror.vue if self.memory.filtered else None
            )
        except RorError as error:
            self._tell(error)
            return
        finally:
            self._stop(self._late)
        self._failed = False
        self.memory.answered_in = monotonic() - started
        self.show_filter()
        self.show(page.elements)

    def _tell(self, error: RorError) -> None:
        """Say an error under what was found before, which stays."""
        self._failed = True
        self.show_filter()
        self.query_one("#recherche-chemin", Line).say(str(error))
        if isinstance(error, Unauthorized):
            self.ror.fail(error, retry=self.search)

    @staticmethod
    def _stop(timer: Timer | None) -> None:
        if timer is not None:
            timer.stop()

    def show(self, results: list[Resultat]) -> None:
        """Show the hits, the best one under the cursor, or the one that was there when they are the same.

        Args:
            results: In the order of the server.
        """
        same = [one.noeud.cle for one in results] == [one.noeud.cle for one in self.results]
        self.memory.results = results
        self.rows.show(len(results), self.rows.cursor if same else 0)
        if not results:
            nothing = f"Aucun résultat pour «{NBSP}{self.typed}{NBSP}»." if self.typed else ""
            hint = " F4 : chercher partout." if self.memory.filtered and self.typed else ""
            self.query_one("#recherche-chemin", Line).say(nothing + hint)

    @on(LineList.Moved)
    def show_path(self, event: LineList.Moved) -> None:
        """Show where the hit under the cursor is."""
        self.memory.cursor = event.index
        if event.index < len(self.results):
            self._show_path(self.results[event.index])

    def _show_path(self, hit: Resultat) -> None:
        kind = KIND[hit.noeud.kind] if isinstance(hit.noeud.kind, Kind) else ""
        finess = f"FINESS {hit.noeud.finess}" if hit.noeud.finess else ""
        count = plural(len(self.results), "résultat", "résultats")
        said = (count, kind, finess, hit.lieu, path(hit))
        self.query_one("#recherche-chemin", Line).say(" · ".join(part for part in said if part))

    def action_filtres(self) -> None:
        """Keep to what the Répertoire shows, or search everywhere."""
        self.memory.filtered = not self.memory.filtered and self.ror.vue is not None
        self.show_filter()
        self.search()

    # --- The hit under the cursor ---

    def action_ouvrir(self) -> None:
        """Show the hit in the tree of the Répertoire."""
        self._choose("montrer")

    def action_fiche(self) -> None:
        """Open the fiche of the hit."""
        self._choose("ouvrir")

    def action_dossier(self) -> None:
        """Open a dossier collaboratif on the hit."""
        self._choose("dossier")

    def _choose(self, what: str) -> None:
        if self.results:
            self.dismiss((what, UUID(self.results[self.rows.cursor].noeud.cle)))

    @work(exclusive=True, group="favori", exit_on_error=False)
    async def action_favori(self) -> None:
        """Make the hit a favourite, or none any more."""
        if not self.results:
            return
        hit = self.results[self.rows.cursor]
        favori = not hit.noeud.favori
        await compte.mark(self.ror.client, [UUID(hit.noeud.cle)], favori=favori)
        changed = hit.model_copy(update={"noeud": hit.noeud.model_copy(update={"favori": favori})})
        self.memory.results = [changed if one is hit else one for one in self.results]
        self.rows.refresh()

    def action_fermer(self) -> None:
        """Close the search."""
        self.dismiss(None)
