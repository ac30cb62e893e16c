"""The choice of communes, searched on the server as one types: there are too many to read them all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Input

from ror_tui.api_client.errors import RorError, Unauthorized
from ror_tui.api_client.models import Code
from ror_tui.keymap import bindings
from ror_tui.screens.base import RorModal
from ror_tui.services import repertoire
from ror_tui.services.finding import matches
from ror_tui.texts import NBSP, plain, plural
from ror_tui.widgets.frame import Line
from ror_tui.widgets.lines import LineList, ListKeys
from ror_tui.widgets.picker import FindInput

DEBOUNCE = 0.15
"""Seconds without a key before the server is asked."""
KEYS = f"↑↓ · Espace{NBSP}: cocher · Entrée{NBSP}: valider · Échap{NBSP}: annuler"


class CommunesScreen(ListKeys, RorModal[list[Code] | None]):
    """A text, the communes that answer to it, boxes; gives those that are ticked, None when nothing changes.

    Args:
        current: The communes of the filter now.
    """

    CONTEXTS = ("choix",)
    CSS_PATH = "communes.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("choix")]
    AUTO_FOCUS = "#communes-texte"

    def __init__(self, current: Sequence[Code]) -> None:
        super().__init__()
        self.ticked = {code.code: code for code in current}
        self.shown = list(current)
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """Lay out the text, the communes, the keys."""
        with Vertical(id="communes") as frame:
            frame.border_title = Content("Commune")
            field = FindInput(placeholder="Nom, code postal ou code INSEE", id="communes-texte", compact=True)
            field.cursor_blink = False
            yield field
            found = LineList(self._paint, id="communes-liste")
            found.can_focus = False
            found.add_class("-lit")
            yield found
            yield Line(id="communes-aide", markup=False)

    def on_mount(self) -> None:
        """Show what is ticked, then the first communes."""
        self.show(self.shown)
        self.search()

    @property
    def rows(self) -> LineList:
        """The communes."""
        return self.query_one(LineList)

    @property
    def typed(self) -> str:
        """What is typed, without blanks around."""
        return self.query_one(FindInput).value.strip()

    def _paint(self, index: int, _width: int) -> Content:
        code = self.shown[index]
        text = Content(plain(code.libelle))
        for start, end in matches(plain(code.libelle), self.typed):
            text = text.stylize("$text-accent bold underline", start, end)
        return Content.assemble("[x] " if code.code in self.ticked else "[ ] ", text, (f" {code.code}", "dim"))

    @on(Input.Changed)
    def search_soon(self) -> None:
        """Search once the typing pauses."""
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(DEBOUNCE, self.search)

    @work(exclusive=True, group="communes", exit_on_error=False)
    async def search(self) -> None:
        """Ask for what is typed; an answer that comes after another text was typed is dropped."""
        typed = self.typed
        try:
            found = await repertoire.communes(self.ror.client, typed)
        except RorError as error:
            self.query_one("#communes-aide", Line).say(str(error))
            if isinstance(error, Unauthorized):
                self.ror.fail(error, retry=self.search)
            return
        if typed == self.typed:
            first = [] if typed else list(self.ticked.values())
            self.show([*first, *(code for code in found if code not in first)])

    def show(self, codes: list[Code]) -> None:
        """Show communes, the first one under the cursor.

        Args:
            codes: In the order of the server.
        """
        self.shown = codes
        self.rows.show(len(codes))
        self._count()

    def _count(self) -> None:
        ticks = f"{plural(len(self.ticked), 'cochée', 'cochées')} · " if self.ticked else ""
        none = "" if self.shown or not self.typed else "Aucune commune de ce nom n'a d'établissement. "
        self.query_one("#communes-aide", Line).say(f"{none}{ticks}{KEYS}")

    @on(FindInput.Ticked)
    def action_cocher(self) -> None:
        """Tick or untick the commune under the cursor."""
        if self.shown:
            code = self.shown[self.rows.cursor]
            if self.ticked.pop(code.code, None) is None:
                self.ticked[code.code] = code
            self.rows.refresh()
            self._count()

    @on(Input.Submitted)
    def action_valider(self) -> None:
        """Give what is ticked; when nothing was, the commune under the cursor."""
        chosen = list(self.ticked.values())
        if not chosen and self.typed and self.shown:
            chosen = [self.shown[self.rows.cursor]]
        self.dismiss(chosen)

    def _move(self, action: str) -> None:
        self.query_one(FindInput).browsing = True
        super()._move(action)

    def action_filtre(self) -> None:
        """There is one field only: nothing to move to."""

    def action_annuler(self) -> None:
        """Close without changing anything."""
        self.dismiss(None)
