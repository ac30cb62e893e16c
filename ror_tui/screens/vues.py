"""The views that an account saved by name (V): open, save, delete."""

from __future__ import annotations

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content

from ror_tui.api_client.errors import RorError
from ror_tui.api_client.models import VueNommee, VueRepertoire
from ror_tui.keymap import bindings
from ror_tui.screens.base import RorModal
from ror_tui.services import compte
from ror_tui.services import vue as vues
from ror_tui.texts import french, plain
from ror_tui.widgets.dialogs import Ask, Confirm
from ror_tui.widgets.frame import KeyBar, Line
from ror_tui.widgets.lines import LineList, ListKeys

NONE = french("Aucune vue enregistrée : n enregistre celle qui est affichée.")
LONGEST_NAME = 100


class VuesScreen(ListKeys, RorModal[VueRepertoire | None]):
    """A list of views; gives the one to show.

    Args:
        vue: The view that is shown now.
        labels: Labels of the codes of communes and categories, by code.
    """

    CONTEXTS = ("vues",)
    CSS_PATH = "vues.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("vues")]
    KEYS_WAIT = frozenset({"vues"})

    def __init__(self, vue: VueRepertoire, labels: dict[str, str]) -> None:
        super().__init__()
        self.vue, self.labels = vue, labels
        self.saved: list[VueNommee] = []

    def compose(self) -> ComposeResult:
        """Lay out the views, what the one under the cursor shows, the keys."""
        with Vertical(id="vues") as frame:
            frame.border_title = Content("Vues enregistrées")
            rows = LineList(self._paint, id="vues-liste")
            rows.can_focus = False
            rows.add_class("-lit")
            yield rows
            yield Line(id="vues-detail", markup=False)
            yield KeyBar(id="vues-touches")

    def on_mount(self) -> None:
        """Read the views."""
        self.read()

    @property
    def rows(self) -> LineList:
        """The views."""
        return self.query_one(LineList)

    @property
    def current(self) -> VueNommee | None:
        """The view under the cursor."""
        return self.saved[self.rows.cursor] if self.saved else None

    def _paint(self, index: int, _width: int) -> Content:
        vue = self.saved[index]
        return Content.assemble((plain(vue.nom), "bold"), (f"  {plain(vues.describe(vue, self.labels))}", "dim"))

    @work(exclusive=True, group="vues", exit_on_error=False)
    async def read(self) -> None:
        """Read the views and show them."""
        await self._read()

    async def _read(self) -> None:
        try:
            self.saved = await compte.vues(self.ror.client)
        except RorError as error:
            self.query_one("#vues-detail", Line).say(str(error))
            self.ror.fail(error, retry=self.read)
            return
        self.rows.show(len(self.saved))
        if not self.saved:
            self.query_one("#vues-detail", Line).say(NONE)

    @on(LineList.Moved)
    def show_detail(self) -> None:
        """Say what the view under the cursor shows."""
        if self.current is not None:
            self.query_one("#vues-detail", Line).say(vues.describe(self.current, self.labels))

    def action_ouvrir(self) -> None:
        """Give the view under the cursor."""
        if self.current is not None:
            self.dismiss(VueRepertoire(par=self.current.par, filtres=self.current.filtres))

    @work(exclusive=True, group="vues", exit_on_error=False)
    async def action_enregistrer(self) -> None:
        """Save the view that is shown, under a name."""
        title = french(f"Enregistrer la vue affichée :\n{vues.describe(self.vue, self.labels)}")
        nom = await self.app.push_screen_wait(Ask("Enregistrer la vue", title, maximum=LONGEST_NAME))
        if nom is None or not await self._may_replace(nom):
            return
        await compte.garder(self.ror.client, nom, self.vue)
        self.ror.say(french(f"Vue enregistrée : « {nom} »"))
        await self._read()

    async def _may_replace(self, nom: str) -> bool:
        if all(vue.nom != nom for vue in self.saved):
            return True
        text = french(f"Une vue s'appelle déjà « {nom} ». La remplacer ?")
        return await self.app.push_screen_wait(Confirm("Enregistrer la vue", text, yes="Oui, remplacer"))

    @work(exclusive=True, group="vues", exit_on_error=False)
    async def action_supprimer(self) -> None:
        """Delete the view under the cursor."""
        vue = self.current
        if vue is None:
            return
        text = french(f"Supprimer la vue « {vue.nom} » ?")
        if await self.app.push_screen_wait(Confirm("Supprimer", text, yes="Oui, supprimer", danger=True)):
            await compte.oublier(self.ror.client, vue.nom)
            await self._read()

    def action_fermer(self) -> None:
        """Close without doing anything."""
        self.dismiss(None)
