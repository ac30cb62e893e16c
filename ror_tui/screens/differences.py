"""Everything a dossier changes, in French sentences: read before sending, and before validating (DESIGN §5)."""

from __future__ import annotations

from typing import ClassVar, Literal
from uuid import UUID

from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from ror_tui.api_client.errors import RorError
from ror_tui.api_client.models import Changement, Differences, Phrase
from ror_tui.keymap import bindings
from ror_tui.marks import CHANGEMENT
from ror_tui.screens.base import RorScreen
from ror_tui.services import dossier as dossiers
from ror_tui.texts import NBSP, french, plain

MARKS = {
    Changement.NOUVEAU: ("+", "$text-success"),
    Changement.MODIFIE: ("~", "$text-warning"),
    Changement.DEPLACE: ("→", "$text-primary"),
    Changement.SUPPRIME: ("×", "$text-error"),
}

Answer = Literal["confirmer", "refuser"]


class DifferencesScreen(RorScreen[Answer | None]):
    """The difference of a dossier with the Répertoire; gives what was answered, None when it was only read.

    Args:
        dossier_id: The dossier.
        titre: Its title.
        confirm: What `v` does, in words; None when there is nothing to confirm.
        refuse: Whether `k` refuses.
    """

    TITLE_FR = "Différences"
    TAB = "dossiers"
    CONTEXTS: ClassVar[tuple[str, ...]] = ("differences",)
    CSS_PATH = "differences.tcss"
    KEYS_WAIT = frozenset({"differences-read"})
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("differences")]
    AUTO_FOCUS = "#phrases"

    def __init__(self, dossier_id: UUID, titre: str, *, confirm: str | None = None, refuse: bool = False) -> None:
        super().__init__()
        self.dossier_id, self.titre, self.confirm, self.refuse = dossier_id, titre, confirm, refuse
        self.differences: Differences | None = None

    def compose_body(self) -> ComposeResult:
        """Lay out the summary and the sentences."""
        yield Static(id="resume")
        with VerticalScroll(id="phrases"):
            yield Static(id="text")

    def on_mount(self) -> None:
        """Read the difference."""
        self.set_crumbs("Dossiers", self.titre, "Différences")
        self.read()

    @work(exclusive=True, group="differences-read", exit_on_error=False)
    async def read(self) -> None:
        """Read the difference and show it."""
        try:
            self.differences = await dossiers.differences(self.ror.client, self.dossier_id)
        except RorError as error:
            self.ror.fail(error, retry=self.read_again)
            return
        self.query_one("#resume", Static).update(Content(french(plain(self.differences.resume))))
        self.query_one("#text", Static).update(Content("\n").join(map(sentence, self.differences.phrases)))
        keys = [f"v : {self.confirm}"] if self.confirm else []
        keys += ["k : refuser avec un motif"] if self.refuse else []
        self.set_status(french(" · ".join([*keys, "Échap : revenir sans rien faire"])))
        self.refresh_bindings()

    def read_again(self) -> None:
        """Read once more, after a failure."""
        self.read()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002  # Textual's signature
        """Offer to confirm only once everything has been shown."""
        if action == "confirmer":
            return self.confirm is not None and self.differences is not None
        return self.refuse and self.differences is not None if action == "refuser" else True

    def action_confirmer(self) -> None:
        """Do what is asked, now that it was read."""
        self.dismiss("confirmer")

    def action_refuser(self) -> None:
        """Refuse the dossier."""
        self.dismiss("refuser")


def sentence(phrase: Phrase) -> Content:
    """Give a sentence with the mark and the word of its change."""
    glyph, color = MARKS[phrase.changement]
    word = CHANGEMENT[phrase.changement]
    return Content.assemble((f"{glyph} {word}{NBSP}: ", color), french(plain(phrase.texte)))
