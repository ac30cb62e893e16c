"""The tree of an establishment as it was published at a past moment: read only, under a banner that says so."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType

from ror_tui.api_client.errors import RorError
from ror_tui.api_client.models import ArbreAu, NoeudAu
from ror_tui.keymap import bindings
from ror_tui.marks import KIND_GLYPH, KIND_SHORT
from ror_tui.screens import historique_actions
from ror_tui.screens.base import RorScreen
from ror_tui.screens.historique_lines import when
from ror_tui.screens.passe import banner
from ror_tui.services import historique
from ror_tui.texts import french, plural
from ror_tui.widgets.tree import TreeRow, VirtualTree

WORDS = {"identique": "", "modifie": "modifié depuis", "deplace": "déplacé depuis", "supprime": "supprimé depuis"}
UNCHANGED = "Rien n'a changé depuis."
COLORS = {"identique": "text-muted", "modifie": "warning", "deplace": "primary", "supprime": "error"}


class PasseArbreScreen(RorScreen[None]):
    """The tree of an establishment at a past moment.

    Args:
        structure_id: The establishment, or a structure below it: the cursor goes there.
        le: The moment.
    """

    TITLE_FR = "Passé"
    TAB = "repertoire"
    CONTEXTS: ClassVar[tuple[str, ...]] = ("passe_arbre", "arbre", "branches")
    KEYS_WAIT = frozenset({"passe-read"})
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("passe_arbre")]
    AUTO_FOCUS = "#arbre"

    def __init__(self, structure_id: UUID, le: datetime) -> None:
        super().__init__()
        self.structure_id, self.le = structure_id, le
        self.arbre: ArbreAu | None = None

    def compose_body(self) -> ComposeResult:
        """Lay out the tree."""
        yield VirtualTree(id="arbre")

    def on_mount(self) -> None:
        """Read the tree."""
        self.set_crumbs("Répertoire", f"Au {when(self.le)}")
        self.read()

    def action_recharger(self) -> None:
        """Read again."""
        self.read()

    @work(exclusive=True, group="passe-read", exit_on_error=False)
    async def read(self) -> None:
        """Read the tree of then and show it."""
        self.set_status("Lecture du passé…")
        try:
            self.arbre = await historique.arbre_au(self.ror.client, self.structure_id, self.le)
        except RorError as error:
            self.set_status(french(str(error)))
            self.ror.fail(error, retry=self.action_recharger)
            return
        self.show(self.arbre)

    def show(self, arbre: ArbreAu) -> None:
        """Show a tree."""
        tree = self.query_one(VirtualTree)
        tree.set_tree([(str(one.parent_id) if one.parent_id else None, _row(one)) for one in arbre.noeuds])
        tree.expand_all()
        if any(one.id == self.structure_id for one in arbre.noeuds):
            tree.reveal(str(self.structure_id))
        changed = sum(one.depuis != "identique" for one in arbre.noeuds)
        self.set_crumbs("Répertoire", f"Au {when(self.le)}", arbre.etablissement.nom)
        since = f"{plural(changed, 'structure a', 'structures ont')} changé depuis." if changed else UNCHANGED
        self.set_banner(banner(self.le, since))
        self.set_status(
            f"{plural(len(arbre.noeuds), 'structure', 'structures')} · Entrée : la fiche d'alors · d : autre date"
        )

    @on(VirtualTree.Opened)
    def action_ouvrir(self) -> None:
        """Open the fiche of then."""
        if key := self.query_one(VirtualTree).cursor_key:
            historique_actions.open_past(self, UUID(key), self.le)

    @work(group="passe-action", exit_on_error=False)
    async def action_au(self) -> None:
        """Ask for another date."""
        await historique_actions.ask_date(self, self.structure_id)


def _row(one: NoeudAu) -> TreeRow:
    return TreeRow(
        key=str(one.id),
        label=one.nom,
        detail=one.detail or KIND_SHORT[one.kind],
        glyph=KIND_GLYPH[one.kind].glyph,
        word=WORDS[one.depuis],
        color=COLORS[one.depuis],
    )
