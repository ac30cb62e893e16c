"""The Répertoire (guide §3a): the tree of structures, loaded as it is opened, with the seven ticks."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType

from ror_tui.api_client.errors import RorError, Unauthorized
from ror_tui.api_client.models import Afficher, Discipline, Kind, Noeud, VueRepertoire
from ror_tui.keymap import bindings
from ror_tui.marks import DISCIPLINES, KIND, KIND_GLYPH
from ror_tui.screens.base import RorScreen
from ror_tui.services import repertoire
from ror_tui.services import vue as vues
from ror_tui.texts import french
from ror_tui.widgets.dialogs import ActionMenu, Choose, MenuItem, Ticks
from ror_tui.widgets.frame import Line
from ror_tui.widgets.tree import TreeRow, VirtualTree

CHOICES = (Afficher.DEPARTEMENT, Afficher.ENTITE_JURIDIQUE)
NOTHING = "Aucune structure à afficher : cochez des structures (touche t)."
ON_ESTABLISHMENT = "Un dossier collaboratif s'ouvre sur un établissement."


def tree_row(noeud: Noeud) -> TreeRow:
    """Write a line of the Répertoire as a row of the tree.

    Args:
        noeud: What the server says of it.
    """
    if not isinstance(noeud.kind, Kind):
        return TreeRow(noeud.cle, noeud.nom, children=noeud.enfants, bold=True)
    mark = KIND_GLYPH[noeud.kind]
    word, color = ("fermé", "error") if noeud.ferme else ("", mark.color)
    if noeud.dossier_ouvert and not noeud.ferme:
        word, color = "dossier ouvert", "warning"
    tags = (noeud.discipline.value,) if noeud.discipline and noeud.kind is Kind.EG else ()
    detail = noeud.detail or KIND[noeud.kind]
    return TreeRow(noeud.cle, noeud.nom, detail, mark.glyph, word, color, tags, noeud.enfants)


class RepertoireScreen(RorScreen[None]):
    """The tree of all published structures."""

    TITLE_FR = "Répertoire"
    CONTEXTS = ("repertoire", "arbre", "branches")
    TAB = "repertoire"
    CSS_PATH = "repertoire.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("repertoire")]

    def __init__(self) -> None:
        super().__init__()
        self.vue = vues.at_first()
        self.nodes: dict[str, Noeud] = {}

    def compose_body(self) -> ComposeResult:
        """Lay out the line of the filters and the tree."""
        yield Line(id="offres", markup=False)
        yield VirtualTree(id="repertoire-arbre", empty=french(NOTHING))

    def on_mount(self) -> None:
        """Load the roots."""
        self.show_view(self.vue)

    def on_screen_resume(self) -> None:
        """Load again what a dossier may have changed meanwhile."""
        if self.ror.repertoire_moved:
            self.ror.repertoire_moved = False
            self.action_recharger()

    @property
    def tree(self) -> VirtualTree:  # type: ignore[override]  # Widget.tree is a debugging aid of Textual
        """The tree."""
        return self.query_one(VirtualTree)

    def show_view(self, vue: VueRepertoire) -> None:
        """Show other ticks, or the structures by something else.

        Args:
            vue: What to show from now on.
        """
        self.vue = self.ror.vue = vue
        self.set_crumbs("Répertoire", f"par {vues.AFFICHER[vue.par]}")
        self.query_one("#offres", Line).say(vues.offres(vue))
        self.action_recharger()

    # --- Loading ---

    def action_recharger(self) -> None:
        """Load again from the server, keeping the cursor and what is open."""
        self.load(None, None)

    def load(self, key: str | None, cursor: str | None) -> None:
        """Load a page of the children of a line.

        Args:
            key: The line, None for the roots.
            cursor: Cursor of the page, None for the first one.
        """
        self.run_worker(self._load(key, cursor), group=f"enfants {key}", exclusive=True, exit_on_error=False)

    async def _load(self, key: str | None, cursor: str | None) -> None:
        vue = self.vue
        try:
            page = await repertoire.enfants(self.ror.client, vue, key, cursor)
        except RorError as error:
            self._not_loaded(error, key, cursor)
            return
        if vue is not self.vue:
            return
        self.nodes |= {noeud.cle: noeud for noeud in page.elements}
        rows = [tree_row(noeud) for noeud in page.elements]
        if cursor is not None:
            self.tree.add_page(key, rows, page.suivant)
        elif key is not None:
            self.tree.set_children(key, rows, page.suivant)
        else:
            self.tree.set_roots(rows, page.suivant)

    def _not_loaded(self, error: RorError, key: str | None, cursor: str | None) -> None:
        """Say it where the lines would be; when they are there already, or it is a matter of login, say it above."""
        stale = key is None and cursor is None and bool(self.tree.lines())
        if not stale:
            self.tree.set_error(key, str(error))
        if stale or isinstance(error, Unauthorized):
            self.ror.fail(error, retry=lambda: self.load(key, cursor))

    @on(VirtualTree.ChildrenWanted)
    def load_children(self, event: VirtualTree.ChildrenWanted) -> None:
        """Load what the tree asks for."""
        self.load(event.key, event.cursor)

    # --- The line under the cursor ---

    @on(VirtualTree.Moved)
    def show_line(self, event: VirtualTree.Moved) -> None:
        """Say in the status line what the tree had to cut."""
        noeud = self.nodes[event.key]
        parts = [noeud.nom] if not isinstance(noeud.kind, Kind) else [KIND[noeud.kind], noeud.nom, noeud.detail]
        finess = f"FINESS {noeud.finess}" if noeud.finess else ""
        self.set_status(" · ".join(part for part in (finess, *parts) if part))

    @property
    def line(self) -> Noeud | None:
        """The line under the cursor."""
        key = self.tree.cursor_key
        return self.nodes[key] if key is not None else None

    @on(VirtualTree.Opened)
    def open_line(self, event: VirtualTree.Opened) -> None:
        """Open the fiche of a structure; a département opens its list."""
        if not isinstance(self.nodes[event.key].kind, Kind):
            self.tree.toggle(event.key)
        else:
            self.ror.open_structure(UUID(event.key))

    def action_dossier(self) -> None:
        """Describe the establishment in a dossier collaboratif."""
        noeud = self.line
        if noeud is None:
            return
        if refusal := _no_dossier(noeud):
            self.set_status(refusal)
        else:
            self.ror.describe(UUID(noeud.cle))

    def action_actions(self) -> None:
        """Show the Actions menu of the line."""
        noeud = self.line
        if noeud is not None:
            self.app.push_screen(ActionMenu(f"Actions — {noeud.nom}", _menu(noeud)), self._act)

    def _act(self, choice: str | None) -> None:
        noeud = self.line
        if noeud is None or choice is None:
            return
        if choice == "ouvrir":
            self.ror.open_structure(UUID(noeud.cle))
        elif choice == "dossier":
            self.action_dossier()
        else:
            self.tree.toggle(noeud.cle)

    # --- What is shown ---

    def action_structures(self) -> None:
        """Tick the structures to show (guide §3a, step 1)."""
        boxes = [(one.value, f"{one.value} — {name}") for one, name in DISCIPLINES.items()]
        self.app.push_screen(Ticks("Afficher les structures", boxes, vues.ticks(self.vue)), self._tick)

    def _tick(self, ticked: frozenset[str] | None) -> None:
        if ticked is not None:
            self.show_view(vues.tick(self.vue, [Discipline(one) for one in ticked]))

    def action_afficher(self) -> None:
        """Choose what the tree is made by (guide §3a, step 2)."""
        choices = [(par.value, vues.AFFICHER[par]) for par in CHOICES]
        question = Choose("Afficher par", "Afficher les structures par :", choices, focused=self.vue.par.value)
        self.app.push_screen(question, self._show_by)

    def _show_by(self, par: str | None) -> None:
        if par is not None and par != self.vue.par:
            self.show_view(vues.show_by(self.vue, Afficher(par)))


def _no_dossier(noeud: Noeud) -> str | None:
    if noeud.kind in {"departement", Kind.EJ}:
        return ON_ESTABLISHMENT
    return "Cette structure est fermée." if noeud.ferme else None


def _menu(noeud: Noeud) -> list[MenuItem]:
    no_fiche = "Un département n'a pas de fiche." if noeud.kind == "departement" else None
    return [
        MenuItem("ouvrir", "Ouvrir la fiche", "o", no_fiche),
        MenuItem("dossier", "Créer un dossier collaboratif", "c", _no_dossier(noeud)),
        MenuItem("deplier", "Déplier ou replier", "d", None if noeud.enfants else "Il n'y a rien en dessous."),
    ]
