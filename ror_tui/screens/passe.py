"""A fiche as it was published at a past moment: read only, under a banner that says so."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from ror_tui.api_client.errors import RorError
from ror_tui.api_client.models import Kind
from ror_tui.keymap import bindings
from ror_tui.marks import KIND
from ror_tui.screens import historique_actions, structure_text
from ror_tui.screens.base import RorScreen
from ror_tui.screens.historique_lines import when
from ror_tui.services import historique
from ror_tui.services.historique import FichePassee
from ror_tui.texts import french

SINCE = {
    "identique": "Elle n'a pas changé depuis.",
    "modifie": "Elle a changé depuis.",
    "deplace": "Elle a été déplacée depuis.",
    "supprime": "Elle a été supprimée depuis.",
}


def banner(le: datetime, since: str) -> str:
    """Say that what is shown is the past."""
    return french(f"Telle que publiée le {when(le)} : ceci est le passé, rien ne s'y modifie. {since}")


class PasseScreen(RorScreen[None]):
    """The fiche of a structure at a past moment.

    Args:
        structure_id: The structure.
        le: The moment.
    """

    TITLE_FR = "Passé"
    TAB = "repertoire"
    CONTEXTS: ClassVar[tuple[str, ...]] = ("passe",)
    KEYS_WAIT = frozenset({"passe-read"})
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("passe")]
    DEFAULT_CSS = """
    PasseScreen #passe-texte { padding: 0 1; scrollbar-size-vertical: 1; }
    PasseScreen #passe-texte > Static { height: auto; }
    """

    def __init__(self, structure_id: UUID, le: datetime) -> None:
        super().__init__()
        self.structure_id, self.le = structure_id, le
        self.fiche: FichePassee | None = None

    def compose_body(self) -> ComposeResult:
        """Lay out the text, which scrolls."""
        with VerticalScroll(id="passe-texte"):
            yield Static(id="passe-fiche", markup=False)

    def on_mount(self) -> None:
        """Read the fiche."""
        self.set_crumbs("Répertoire", f"Au {when(self.le)}")
        self.read()

    def action_recharger(self) -> None:
        """Read again."""
        self.read()

    @work(exclusive=True, group="passe-read", exit_on_error=False)
    async def read(self) -> None:
        """Read the fiche of then and show it."""
        self.set_status("Lecture du passé…")
        try:
            self.fiche = await historique.fiche_au(self.ror.client, self.structure_id, self.le)
        except RorError as error:
            self.set_status(french(str(error)))
            self.ror.fail(error, retry=self.action_recharger)
            return
        structure = self.fiche.structure
        self.set_crumbs("Répertoire", f"Au {when(self.le)}", *(up.nom for up in structure.chemin), structure.nom)
        self.set_banner(banner(self.le, SINCE[self.fiche.passe.depuis]))
        self.set_status(
            french(f"{KIND[structure.kind]} · publication n° {self.fiche.passe.seq} · d : autre date · t : arbre")
        )
        self.write()

    def write(self) -> None:
        """Write the fiche for the width of the screen."""
        if self.fiche is not None:
            found = self.fiche
            text = structure_text.write(found.structure, found.modele, found.nomenclatures, self.size.width - 3)
            self.query_one("#passe-fiche", Static).update(text)

    def on_resize(self) -> None:
        """Wrap the values again."""
        self.write()

    @work(group="passe-action", exit_on_error=False)
    async def action_au(self) -> None:
        """Ask for another date."""
        await historique_actions.ask_date(self, self.structure_id)

    def action_arbre(self) -> None:
        """Show the tree of the establishment at the same moment."""
        if self.fiche is not None and self.fiche.structure.kind is Kind.EJ:
            self.set_status(french("L'arbre d'une date passée se demande sur un établissement."))
            return
        from ror_tui.screens.passe_arbre import PasseArbreScreen  # noqa: PLC0415  # each opens the other

        self.app.push_screen(PasseArbreScreen(self.structure_id, self.le))

    def action_fiche(self) -> None:
        """Open the fiche of today."""
        self.ror.open_structure(self.structure_id)
