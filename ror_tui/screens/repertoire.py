"""The Répertoire (guide §3a): the tree of structures, in every view, loaded as it is opened."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import ClassVar
from uuid import UUID

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.timer import Timer

from ror_tui.api_client.errors import RorError, Unauthorized
from ror_tui.api_client.models import Evenement, Noeud, PageArbre, Place, VueRepertoire
from ror_tui.keymap import bindings
from ror_tui.screens import (
    historique_actions,
    repertoire_copy,
    repertoire_favourites,
    repertoire_filter,
    repertoire_load,
    repertoire_menu,
    repertoire_place,
    repertoire_reveal,
    repertoire_views,
)
from ror_tui.screens.base import RorScreen
from ror_tui.screens.historique import HistoriqueScreen
from ror_tui.screens.repertoire_live import Live
from ror_tui.screens.repertoire_load import Wanted
from ror_tui.screens.repertoire_rows import noeud_of, status, tree_row
from ror_tui.services import repertoire
from ror_tui.services import vue as vues
from ror_tui.services.history import History
from ror_tui.services.lien import EtatLien
from ror_tui.widgets.dialogs import ActionMenu
from ror_tui.widgets.filtered_tree import FilteredTree
from ror_tui.widgets.frame import Line
from ror_tui.widgets.tree import TreeRow, VirtualTree

REST = 0.3
"""Seconds that the cursor stays on a line before the crumbs and the status line follow it: keys cost no more bytes."""

KEEP = 2.0
"""Seconds that one stays at a place before the server keeps it."""

READING = "Lecture du Répertoire…"
"""What an empty tree says until its first lines are read."""

Job = Callable[["RepertoireScreen"], Awaitable[None]]


class RepertoireScreen(RorScreen[None]):
    """The tree of all published structures."""

    TITLE_FR = "Répertoire"
    CONTEXTS = ("repertoire", "arbre", "branches")
    TAB = "repertoire"
    CSS_PATH = "repertoire.tcss"
    KEYS_WAIT = frozenset({"vue", "action"})
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("repertoire")]

    def __init__(self) -> None:
        super().__init__()
        self.vue = vues.at_first()
        self.labels: dict[str, str] = {}
        self.shown = False
        self.history = History()
        self.kept: Place | None = None
        self.copied = ""
        self.to_open: set[str] = set()
        self.roots: list[Noeud] = []
        self.opened_by_text: set[str] = set()
        self.last_typed = ""
        self.before_typing: Place | None = None
        self.typing_timer: Timer | None = None
        self.asked: VueRepertoire | None = None
        """The view that was asked for last, shown or still being read."""
        self._rest: Timer | None = None
        self.live = Live(self)
        self._answered = False
        self._keep: Timer | None = None

    def compose_body(self) -> ComposeResult:
        """Lay out the line of the filters and the tree."""
        yield Line(id="offres", markup=False)
        yield FilteredTree(id="repertoire-arbre")

    def on_mount(self) -> None:
        """Come back to where the account was."""
        self.ror.leave_repertoire = lambda: repertoire_place.leave(self)
        self.say_view()
        self.act(repertoire_place.come_back)

    def on_screen_resume(self) -> None:
        """Load again what a dossier may have changed meanwhile."""
        if self.ror.repertoire_moved:
            self.ror.repertoire_moved = False
            self.action_recharger()
        self.live.catch_up()

    def hear(self, evenement: Evenement | None) -> None:
        """Bring in what somebody published."""
        self.live.hear(evenement)

    def link_changed(self, lien: EtatLien | None) -> None:  # noqa: ARG002  # it reads the state itself
        """Bring in what was missed while the link was lost."""
        self.live.catch_up()

    @property
    def tree(self) -> FilteredTree:  # type: ignore[override]  # Widget.tree is a debugging aid of Textual
        """The tree."""
        return self.query_one(FilteredTree)

    # --- The view ---

    def go_to_view(self, vue: VueRepertoire) -> None:
        """Show another view; going back leads to this one.

        Args:
            vue: What to show from now on.
        """
        self.history.leave(self.here())
        self.change_view(vue)

    @work(exclusive=True, group="vue", exit_on_error=False)
    async def change_view(self, vue: VueRepertoire) -> None:
        """Show another view.

        Args:
            vue: What to show from now on.
        """
        await self.switch(vue)

    async def switch(self, vue: VueRepertoire, *, aloud: bool = True) -> bool:
        """Read the roots of a view, then show it: until then the one on the screen stays, and is named as it is.

        Args:
            vue: What to show.
            aloud: Ask to try again when it cannot be read; otherwise only say so, while one types.

        Returns:
            Whether it is shown.
        """
        self.asked = vue
        try:
            around = self.on_path(None) if vue.par is self.vue.par else None
            page = await repertoire.enfants(self.ror.client, vue, None, autour=around)
        except RorError as error:
            if not self.tree.lines():
                self.tree.set_error(None, str(error))
            if aloud or isinstance(error, Unauthorized):
                self.ror.fail(error, retry=lambda: self.change_view(vue))
            else:
                self.set_status(str(error))
            return False
        if self.asked is not vue:
            return False
        self.take_view(vue, page)
        return True

    @work(exclusive=True, group="texte", exit_on_error=False)
    async def filter_by(self, texte: str) -> None:
        """Filter the view by a text, while keys go on being typed.

        Args:
            texte: Words of the name, place or number.
        """
        vue = vues.type_in(self.vue, texte)
        if vue != self.vue and await self.switch(vue, aloud=False):
            repertoire_filter.open_few(self)

    def take_view(self, vue: VueRepertoire, page: PageArbre) -> None:
        """Show a view whose roots are read.

        Args:
            vue: The view.
            page: A page of its roots.
        """
        self.vue = self.ror.vue = vue
        repertoire_load.show(self, Wanted(), page)
        self.say_view()
        self.rest_soon()
        self.keep_soon()

    def say_view(self) -> None:
        """Say what is shown: « Offres affichées : … », and what an empty tree means."""
        self.query_one("#offres", Line).say(vues.offres(self.vue, self.labels))
        self.tree.set_empty(vues.empty_reason(self.vue) if self.shown else READING)
        self.say_path()
        if vues.unnamed(self.vue, self.labels):
            self.name_codes()

    @work(exclusive=True, group="libelles", exit_on_error=False)
    async def name_codes(self) -> None:
        """Read the labels of the communes and categories that filter the view."""
        self.labels |= await repertoire.labels(self.ror.client, self.vue, self.labels)
        self.query_one("#offres", Line).say(vues.offres(self.vue, self.labels))

    def rows(self, noeuds: list[Noeud]) -> list[TreeRow]:
        """Write what the server says of some lines as rows of the tree.

        Args:
            noeuds: In the order of the server.
        """
        return [tree_row(noeud, self.vue.filtres.texte) for noeud in noeuds]

    # --- Places ---

    def here(self) -> Place:
        """Give the place one is at."""
        return repertoire_place.here(self)

    def holds(self, key: str, parent: str | None = "") -> bool:
        """Tell whether a line is loaded.

        Args:
            key: The line.
            parent: The line it must be below, None for a root; any when it is not given.
        """
        try:
            return self.tree.parent_key(key) == parent or parent == ""  # None names the root
        except KeyError:
            return False

    def above(self, key: str | None) -> list[str]:
        """Give the keys of the lines above one, from the root down."""
        keys: list[str] = []
        while key is not None and (key := self.tree.parent_key(key)) is not None:
            keys.insert(0, key)
        return keys

    def on_path(self, parent: str | None) -> str | None:
        """Give the line just below another one that leads to the cursor, or that the cursor is on.

        Args:
            parent: The line above, None for the roots.
        """
        key = self.tree.cursor_key
        path = [None, *self.above(key), key]
        following = path.index(parent) + 1 if parent in path else len(path)
        return path[following] if following < len(path) else None

    def open_again(self, keys: Iterable[str]) -> None:
        """Open the lines that are loaded among some.

        Args:
            keys: Their keys.
        """
        for key in [key for key in keys if self.holds(key)]:
            self.to_open.discard(key)
            self.tree.expand(key)

    def show_structure(self, structure_id: UUID) -> None:
        """Reveal a structure, whatever is open.

        Args:
            structure_id: The structure.
        """
        self.act(lambda screen: repertoire_reveal.reveal(screen, structure_id))

    def keep_soon(self) -> None:
        """Keep the place on the server, once one stays at it."""
        if self._keep is not None:
            self._keep.stop()
        self._keep = self.set_timer(KEEP, self.keep)

    @work(exclusive=True, group="place", exit_on_error=False)
    async def keep(self) -> None:
        """Keep the place on the server."""
        await repertoire_place.keep(self)

    # --- Loading ---

    def action_recharger(self) -> None:
        """Load again from the server, keeping the cursor and what is open."""
        self.live.forget_marks()
        repertoire_load.load(self, Wanted())

    @on(VirtualTree.ChildrenWanted)
    def load_children(self, event: VirtualTree.ChildrenWanted) -> None:
        """Load what the tree asks for."""
        repertoire_load.load(self, Wanted(event.key, event.cursor, event.before, event.around))

    @on(VirtualTree.BranchWanted)
    def load_branch(self, event: VirtualTree.BranchWanted) -> None:
        """Load all that is below a line."""
        repertoire_load.load_branch(self, event.key)

    @on(VirtualTree.BranchCancelled)
    def stop_branch(self, event: VirtualTree.BranchCancelled) -> None:
        """Ask for no more of a branch."""
        repertoire_load.stop_branch(self, event.key)

    # --- The line under the cursor ---

    @on(VirtualTree.Moved)
    def follow(self, event: VirtualTree.Moved) -> None:
        """Say where the cursor is: with a first move (on a slow line, a second frame is a second wait), and at rest."""
        self.live.visit(event.key)
        first = self._rest is None and self.is_current
        self.rest_soon()
        if first:
            self.say_line()

    def rest_soon(self) -> None:
        """Wait for the cursor to rest; what was answered is no more about this line."""
        self._answered = False
        if self._rest is not None:
            self._rest.stop()
        self._rest = self.set_timer(REST, self.rested)

    def rested(self) -> None:
        """Say where the cursor rests, and keep it."""
        self._rest = None
        self.say_line()
        self.keep_soon()

    def say_line(self) -> None:
        """Say the path of the line under the cursor, and in the status line what the tree had to cut."""
        self.say_path()
        if self.tree.typing is None and not self._answered:
            super().set_status(status(self.line) if self.line is not None else "")

    def set_status(self, text: str) -> None:
        """Say something in the status line, until the cursor moves.

        Args:
            text: Plain text.
        """
        self._answered = True
        super().set_status(text)

    def path(self) -> list[str]:
        """Give the names of the lines above the one under the cursor, from the root down."""
        return [self.tree.row(key).label for key in self.above(self.tree.cursor_key)]

    def say_path(self) -> None:
        """Say where the cursor is: the view, then the lines above."""
        self.set_crumbs("Répertoire", f"par {vues.AFFICHER[self.vue.par]}", *self.path())

    @property
    def line(self) -> Noeud | None:
        """The line under the cursor."""
        key = self.tree.cursor_key
        return noeud_of(self.tree.row(key)) if key is not None else None

    def ticked(self) -> list[Noeud]:
        """Give the ticked lines that are loaded, in no order."""
        return [noeud_of(self.tree.row(key)) for key in self.tree.ticked if self.holds(key)]

    def chosen(self) -> list[Noeud]:
        """Give the ticked lines, or else the one under the cursor."""
        return self.ticked() or ([self.line] if self.line is not None else [])

    @on(VirtualTree.Opened)
    def open_line(self, event: VirtualTree.Opened) -> None:
        """Open the fiche of a structure; a group opens its list."""
        structure_id = noeud_of(self.tree.row(event.key)).id
        if structure_id is None:
            self.tree.toggle(event.key)
        else:
            self.ror.open_structure(structure_id)

    def action_ouvrir_fiche(self) -> None:
        """Open the fiche of the structure under the cursor."""
        if self.line is not None and self.line.id is not None:
            self.ror.open_structure(self.line.id)

    def action_dossier(self) -> None:
        """Describe the establishment in a dossier collaboratif."""
        noeud = self.line
        if noeud is None:
            return
        if refusal := repertoire_menu.no_dossier(noeud):
            self.set_status(refusal)
        elif noeud.id is not None:
            self.ror.describe(noeud.id)

    def action_lits(self) -> None:
        """Open the beds and places of the line."""
        noeud = self.line
        if refusal := repertoire_menu.no_lits(noeud):
            self.set_status(refusal)
        elif noeud is not None and noeud.id is not None:
            self.ror.open_lits(noeud.id)

    def action_controles(self) -> None:
        """Open what the controls find in the establishment of the line."""
        noeud = self.line
        if refusal := repertoire_menu.no_controles(noeud):
            self.set_status(refusal)
        elif noeud is not None and noeud.id is not None:
            self.ror.open_controles(noeud.id)

    def action_historique(self) -> None:
        """Show the history of the structure, or of the whole Répertoire on a line that is none."""
        noeud = self.line
        self.app.push_screen(HistoriqueScreen(noeud.id if noeud else None, noeud.nom if noeud else ""))

    def action_au(self) -> None:
        """Show the structure as it was at a date."""
        noeud = self.line
        if refusal := repertoire_menu.no_fiche(noeud):
            self.set_status(refusal)
        elif noeud is not None:
            self.act(lambda screen: historique_actions.ask_date(screen, noeud.id))

    # --- Actions ---

    @work(group="action", exit_on_error=False)
    async def act(self, job: Job) -> None:
        """Do what a key asks for: ask what must be asked, act, show.

        Args:
            job: What to do with this screen.
        """
        await job(self)

    def action_actions(self) -> None:
        """Show the Actions menu of the line."""
        noeud = self.line
        name = noeud.nom if noeud else "Répertoire"
        self.app.push_screen(ActionMenu(f"Actions — {name}", repertoire_menu.menu_items(self)), self._act)

    def _act(self, choice: str | None) -> None:
        if choice is not None:
            repertoire_menu.ENTRIES[choice](self)

    def action_structures(self) -> None:
        """Tick the structures to show (guide §3a, step 1)."""
        self.act(repertoire_views.tick)

    def action_afficher(self) -> None:
        """Choose what the tree is made by (guide §3a, step 2)."""
        self.act(repertoire_views.show_by)

    def action_filtres(self) -> None:
        """Filter by commune, category, peuplement and more."""
        self.act(repertoire_views.narrow)

    def action_sans_filtre(self) -> None:
        """Take every filter off; the ticks stay."""
        if vues.filtered(self.vue):
            self.go_to_view(vues.without_filters(self.vue))
        else:
            self.set_status("Aucun filtre à enlever.")

    def action_vues(self) -> None:
        """Open, save or delete a view by name."""
        self.act(repertoire_views.saved)

    def action_offres(self) -> None:
        """Say all that is shown, in full."""
        self.act(repertoire_views.explain)

    def action_favori(self) -> None:
        """Add to the favourites, or take away (guide §3a)."""
        self.act(repertoire_favourites.toggle)

    def action_precedent(self) -> None:
        """Go back to the view or the place before."""
        self.act(repertoire_place.back)

    def action_suivant(self) -> None:
        """Go to the view or the place that going back left."""
        self.act(repertoire_place.forward)

    def action_copier(self) -> None:
        """Copy a number, the name or the path of the line."""
        self.act(repertoire_copy.copy)

    def action_montrer(self) -> None:
        """Show what was copied, to be taken by hand."""
        self.act(repertoire_copy.by_hand)

    # --- The filter typed in place ---

    def action_filtrer(self) -> None:
        """Filter the tree by a text, in place."""
        repertoire_filter.start(self)

    @on(FilteredTree.Typed)
    def show_typed(self, event: FilteredTree.Typed) -> None:
        """Show what is typed, and filter by it once the typing pauses."""
        self.last_typed = event.text
        repertoire_filter.typed(self, event.text)

    @on(FilteredTree.TypingEnded)
    def end_typing(self, event: FilteredTree.TypingEnded) -> None:
        """Keep the filter, or clear it."""
        repertoire_filter.ended(self, kept=event.kept)
