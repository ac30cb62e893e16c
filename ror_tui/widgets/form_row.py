"""One field of a form with its label, its published value and what the controls say of it."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from ror_tui.api_client.models import Champ, Constat, Gravite
from ror_tui.texts import NBSP, plain
from ror_tui.widgets.fields import Editor


class FieldRow(Vertical):
    """A field: its label and editor on one line, then the published value when it differs, then its findings."""

    def __init__(self, champ: Champ, field: Editor) -> None:
        super().__init__(id=f"row-{champ.id}", classes="field-row")
        self.champ, self.editor = champ, field

    def compose(self) -> ComposeResult:
        """Lay out the row."""
        with Horizontal(classes="field-line"):
            yield Static(classes="field-label", id=f"label-{self.champ.id}")
            yield self.editor
            if self.champ.unite:
                yield Static(Content(plain(self.champ.unite)), classes="field-unit")
        yield Static(classes="field-published", id=f"published-{self.champ.id}")
        yield Static(classes="field-errors", id=f"errors-{self.champ.id}")

    def label(self, *, required: bool) -> None:
        """Show the label, with its mark when the field must be filled."""
        star = (" *", "$text-error bold") if required else ("", "")
        self.query_one(".field-label", Static).update(Content.assemble(plain(self.champ.libelle), star))

    def published(self, text: str | None) -> None:
        """Show the published value, or nothing."""
        line = self.query_one(".field-published", Static)
        line.display = text is not None
        line.update(Content(f"publié{NBSP}: {plain(text or '')}"))

    def findings(self, constats: Sequence[Constat]) -> None:
        """Show what the controls say of the field."""
        line = self.query_one(".field-errors", Static)
        line.display = bool(constats)
        line.update(Content("\n").join(map(finding, constats)))


def finding(constat: Constat) -> Content:
    """Give a finding as a line: a mark, its sentence, the colour of its weight."""
    error = constat.gravite is Gravite.ERREUR
    return Content.styled(
        f"{'×' if error else '!'} {plain(constat.message)}", "$text-error" if error else "$text-warning"
    )
