"""One publication: all that it did, structure by structure, field by field."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static

from ror_tui.api_client.errors import RorError
from ror_tui.api_client.models import PublicationLue, RevisionLue
from ror_tui.keymap import bindings
from ror_tui.marks import KIND_SHORT
from ror_tui.screens import historique_actions
from ror_tui.screens.base import RorScreen
from ror_tui.screens.historique_lines import REVERTED, when
from ror_tui.services import historique
from ror_tui.texts import french, plain, plural
from ror_tui.widgets.tree import TreeRow, VirtualTree

SIGNS = {"create": ("+", "nouveau", "success"), "update": ("~", "modifié", "warning"),
         "move": ("→", "déplacé", "primary"), "delete": ("×", "supprimé", "error")}  # fmt: skip


class PublicationScreen(RorScreen[None]):
    """The tree of what a publication did.

    Args:
        seq: Its number.
    """

    TITLE_FR = "Publication"
    TAB = "repertoire"
    CONTEXTS: ClassVar[tuple[str, ...]] = ("publication", "arbre", "branches")
    CSS_PATH = "publication.tcss"
    KEYS_WAIT = frozenset({"publication-read"})
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("publication")]
    AUTO_FOCUS = "#arbre"

    def __init__(self, seq: int) -> None:
        super().__init__()
        self.seq = seq
        self.publication: PublicationLue | None = None

    def compose_body(self) -> ComposeResult:
        """Lay out who and when, the tree, and the line under the cursor whole."""
        yield Static(id="tete")
        yield VirtualTree(id="arbre")
        yield Static(id="detail")

    def on_mount(self) -> None:
        """Read the publication."""
        self.set_crumbs("Répertoire", "Historique", f"Publication n° {self.seq}")
        self.read()

    def action_recharger(self) -> None:
        """Read again."""
        self.read()

    @work(exclusive=True, group="publication-read", exit_on_error=False)
    async def read(self) -> None:
        """Read the publication and show it."""
        try:
            self.publication = await historique.lire(self.ror.client, self.seq)
        except RorError as error:
            self.ror.fail(error, retry=self.action_recharger)
            return
        self.show(self.publication)

    def show(self, one: PublicationLue) -> None:
        """Show a publication."""
        gone = f" · {REVERTED} depuis" if one.annulee else ""
        self.query_one("#tete", Static).update(
            Content(french(plain(f"{when(one.le)} · {one.acteur} · {one.par}{gone}")))
        )
        tree = self.query_one(VirtualTree)
        tree.set_tree([row for revision in one.revisions for row in _rows(revision)])
        if len(one.revisions) == 1:
            tree.expand_all()
        shown = len(one.revisions)
        cut = f", les {shown} premières sont montrées" if one.total > shown else ""
        self.set_status(
            f"{plural(one.total, 'structure', 'structures')}{cut} · v : alors · o : aujourd'hui · z : annuler"
        )

    @property
    def current(self) -> RevisionLue | None:
        """The revision of the line under the cursor."""
        key = self.query_one(VirtualTree).cursor_key
        revisions = self.publication.revisions if self.publication else []
        return next((one for one in revisions if key and key.startswith(str(one.structure_id))), None)

    @on(VirtualTree.Moved)
    def show_line(self) -> None:
        """Say the revision under the cursor whole."""
        if self.current is not None:
            reserve = f" ({self.current.reserve})" if self.current.reserve else ""
            self.query_one("#detail", Static).update(Content(french(plain(self.current.phrase + reserve))))

    @on(VirtualTree.Opened)
    def action_alors(self) -> None:
        """Show the structure as it was just after."""
        if self.current is not None and self.publication is not None:
            historique_actions.open_past(self, self.current.structure_id, self.publication.le)

    def action_fiche(self) -> None:
        """Open the fiche of today."""
        if self.current is not None:
            self.ror.open_structure(self.current.structure_id)

    @work(group="publication-action", exit_on_error=False)
    async def action_annuler(self) -> None:
        """Take the publication back, in a new dossier."""
        if self.publication is not None:
            await historique_actions.revert(self, self.publication)


def _rows(one: RevisionLue) -> list[tuple[str | None, TreeRow]]:
    glyph, word, color = SIGNS[one.op]
    key = _key(one.structure_id)
    detail = f"← {one.depuis}" if one.depuis else KIND_SHORT[one.kind]
    head = TreeRow(key=key, label=one.nom, detail=detail, glyph=glyph, word=word, color=color, bold=True)
    fields = [(key, TreeRow(key=f"{key}#{field.champ}", label=french(field.phrase))) for field in one.ecarts]
    return [(None, head), *fields]


def _key(structure_id: UUID) -> str:
    return str(structure_id)
