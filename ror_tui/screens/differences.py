"""Everything a dossier changes, as a tree and in sentences: read before sending, and before validating (DESIGN §5)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import ClassVar, Literal
from uuid import UUID

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from ror_tui.api_client.errors import RorError
from ror_tui.api_client.models import Differences, NoeudDifference
from ror_tui.keymap import bindings
from ror_tui.screens import differences_lines as lines
from ror_tui.screens.base import RorScreen
from ror_tui.screens.differences_menu import menu_items
from ror_tui.screens.exporting import export_text
from ror_tui.services import differences as written
from ror_tui.services import dossier as dossiers
from ror_tui.texts import french, plain, plural
from ror_tui.widgets.dialogs import ActionMenu
from ror_tui.widgets.tree import VirtualTree

Answer = Literal["confirmer", "refuser"]
RefuseOne = Callable[["DifferencesScreen", NoeudDifference], Awaitable[None]]
"""Refuses one fiche: asks for the reason, and tells the server."""
OpenOne = Callable[[UUID], None]
"""Opens a fiche of the dossier."""

NO_REFUSAL = "Ce dossier n'attend pas votre avis : rien n'est à refuser."
EMPTY = "Ce dossier ne change rien encore."


class DifferencesScreen(RorScreen[Answer | None]):
    """The difference of a dossier with the Répertoire; gives what was answered, None when it was only read.

    Args:
        dossier_id: The dossier.
        titre: Its title.
        confirm: What `v` does, in words; None when there is nothing to confirm.
        refuse: Whether `K` refuses the whole dossier.
        refuse_one: What refuses the fiche under the cursor; None when nothing may be refused.
        open_one: What opens the fiche under the cursor.
        warnings: What to think of before it is confirmed.
    """

    TITLE_FR = "Différences"
    TAB = "dossiers"
    CONTEXTS: ClassVar[tuple[str, ...]] = ("differences", "arbre", "branches")
    CSS_PATH = "differences.tcss"
    KEYS_WAIT = frozenset({"differences-read"})
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("differences")]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (16, "-high")]  # noqa: RUF012  # Textual declares it as an instance variable
    AUTO_FOCUS = "#arbre"

    def __init__(
        self,
        dossier_id: UUID,
        titre: str,
        *,
        confirm: str | None = None,
        refuse: bool = False,
        refuse_one: RefuseOne | None = None,
        open_one: OpenOne | None = None,
        warnings: str | None = None,
    ) -> None:
        super().__init__()
        self.dossier_id, self.titre, self.confirm, self.refuse = dossier_id, titre, confirm, refuse
        self.refuse_one, self.open_one, self.warnings = refuse_one, open_one, warnings
        self.differences: Differences | None = None

    def compose_body(self) -> ComposeResult:
        """Lay out the counts, the tree or the sentences, and the line under the cursor in words."""
        yield Static(id="resume")
        yield VirtualTree(id="arbre", empty=EMPTY)
        with VerticalScroll(id="phrases"):
            yield Static(id="text")
        yield Static(id="detail")

    def on_mount(self) -> None:
        """Read the difference."""
        self.set_crumbs("Dossiers", self.titre, "Différences")
        self.read()

    @property
    def tree_view(self) -> VirtualTree:
        """The tree."""
        return self.query_one(VirtualTree)

    # --- Reading ---

    @work(exclusive=True, group="differences-read", exit_on_error=False)
    async def read(self) -> None:
        """Read the difference and show it; what was open stays so."""
        first = self.differences is None
        try:
            self.differences = await dossiers.differences(self.ror.client, self.dossier_id)
        except RorError as error:
            self.ror.fail(error, retry=self.read_again)
            return
        self.show(self.differences, first=first)

    def read_again(self) -> None:
        """Read once more, after a failure or a refusal."""
        self.read()

    def show(self, differences: Differences, *, first: bool) -> None:
        """Show a difference.

        Args:
            differences: As the server gives it.
            first: Unfold all of it, and go to the first change.
        """
        self.query_one("#resume", Static).update(Content(french(plain(differences.resume))))
        self.query_one("#text", Static).update(lines.sentences(differences))
        self.tree_view.set_tree(lines.rows(differences))
        if first:
            self.tree_view.expand_all()
            self.action_suivante()
        self.set_banner(self.warnings)
        self.show_keys()
        self.refresh_bindings()

    def show_keys(self) -> None:
        """Say in the status line what can be done here."""
        keys = [f"v : {self.confirm}"] if self.confirm else []
        keys += ["r : refuser la fiche"] if self.refuse_one else []
        keys += ["K : refuser avec un motif"] if self.refuse else []
        self.set_status(french(" · ".join([*keys, "a : Actions", "Échap : revenir sans rien faire"])))

    @property
    def current(self) -> NoeudDifference | None:
        """The structure of the line under the cursor."""
        key = self.tree_view.cursor_key
        noeuds = self.differences.noeuds if self.differences else []
        return next((one for one in noeuds if key and key.startswith(str(one.id))), None)

    @on(VirtualTree.Moved)
    def show_line(self) -> None:
        """Say the line under the cursor whole, below the tree."""
        noeud = self.current
        if noeud is not None:
            self.query_one("#detail", Static).update(lines.detail(noeud, self.tree_view.cursor_key or ""))

    # --- Moving ---

    def action_suivante(self) -> None:
        """Go to the next structure that changes."""
        self._go(1)

    def action_precedente(self) -> None:
        """Go to the structure before that changes."""
        self._go(-1)

    def _go(self, step: int) -> None:
        noeuds = self.differences.noeuds if self.differences else []
        changed = [place for place, one in enumerate(noeuds) if one.changements]
        if not changed:
            return
        here = next((place for place, one in enumerate(noeuds) if one is self.current), -1)
        ahead = [place for place in changed[::step] if (place - here) * step > 0]
        target = ahead[0] if ahead else changed[::step][0]
        self.tree_view.reveal(str(noeuds[target].id))
        self.set_status(french(f"{changed.index(target) + 1}/{len(changed)} · {noeuds[target].nom}"))

    def action_phrases(self) -> None:
        """Show the sentences in place of the tree, or the tree again."""
        sentences = self.has_class("-phrases")
        self.set_class(not sentences, "-phrases")
        self.query_one("#arbre" if sentences else "#phrases").focus()

    @on(VirtualTree.Opened)
    def action_ouvrir(self) -> None:
        """Open the fiche of the line in the dossier."""
        if self.current is not None and self.open_one is not None:
            self.open_one(self.current.id)

    # --- Answering ---

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002  # Textual's signature
        """Offer to answer only once everything has been shown."""
        if action == "confirmer":
            return self.confirm is not None and self.differences is not None
        return self.refuse and self.differences is not None if action == "refuser" else True

    def action_confirmer(self) -> None:
        """Do what is asked, now that it was read."""
        self.dismiss("confirmer")

    def action_refuser(self) -> None:
        """Refuse the dossier."""
        self.dismiss("refuser")

    @work(group="differences-action", exit_on_error=False)
    async def action_refuser_fiche(self) -> None:
        """Refuse the fiche under the cursor, with a reason."""
        reason = self.refusal_of_one()
        if reason or self.refuse_one is None or self.current is None:
            self.set_status(french(reason or NO_REFUSAL))
            return
        await self.refuse_one(self, self.current)

    def refusal_of_one(self) -> str | None:
        """Say why the fiche under the cursor cannot be refused, or None."""
        if self.refuse_one is None:
            return NO_REFUSAL
        return None if self.current and self.current.changements else "Le dossier ne change pas cette structure."

    @work(group="differences-action", exit_on_error=False)
    async def action_actions(self) -> None:
        """Open the Actions menu."""
        chosen = await self.app.push_screen_wait(ActionMenu("Différences", menu_items(self)))
        if chosen is not None:
            await self.run_action(chosen)

    @work(group="differences-action", exit_on_error=False)
    async def action_exporter(self) -> None:
        """Write the difference to a file: text, JSON, or a table for spreadsheets."""
        differences = self.differences
        if differences is not None:
            name = f"differences {differences.titre}"
            done = await export_text(self.ror, name, written.FORMATS, lambda how: written.write(differences, how))
            if done is not None:
                changed = sum(bool(one.changements) for one in differences.noeuds)
                self.ror.say(french(f"{plural(changed, 'fiche écrite', 'fiches écrites')} dans {done}"))
