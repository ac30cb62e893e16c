"""The conversation on a dossier or on one of its fiches: read, write, settle."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import ClassVar
from uuid import UUID

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static

from ror_tui.api_client.errors import RorError
from ror_tui.api_client.models import Commentaire, Commentaires, SignalDossier, TypeSignal
from ror_tui.keymap import bindings
from ror_tui.screens.base import RorScreen
from ror_tui.services import entourage
from ror_tui.texts import french, moment, plain, plural
from ror_tui.widgets.dialogs import ActionMenu, Ask, MenuItem
from ror_tui.widgets.lines import LineList

NOTHING = "Aucun commentaire. n pour en écrire un : l'auteur et ceux qui valident le liront."


class CommentairesScreen(RorScreen[UUID | None]):
    """The messages, oldest first; gives the fiche that one wants to go to, None otherwise.

    Args:
        dossier_id: The dossier.
        fiche_id: The fiche to begin with, None for the whole dossier.
        nom: Name of the fiche.
    """

    TITLE_FR = "Commentaires"
    TAB = "dossiers"
    CONTEXTS: ClassVar[tuple[str, ...]] = ("commentaires", "arbre")
    CSS_PATH = "commentaires.tcss"
    KEYS_WAIT = frozenset({"commentaires-read"})
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("commentaires")]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (16, "-high")]  # noqa: RUF012  # Textual declares it as an instance variable
    AUTO_FOCUS = "#messages"

    def __init__(self, dossier_id: UUID, fiche_id: UUID | None = None, nom: str = "") -> None:
        super().__init__()
        self.dossier_id, self.fiche_id, self.nom = dossier_id, fiche_id, nom
        self.only_here = fiche_id is not None
        self.all: list[Commentaire] = []

    def compose_body(self) -> ComposeResult:
        """Lay out the list, and below it the whole of the message under the cursor."""
        yield LineList(self._paint, id="messages")
        yield Static(id="empty")
        yield Static(id="detail")

    def on_mount(self) -> None:
        """Read the conversation."""
        self.set_crumbs("Dossiers", *([self.nom] if self.nom else []), "Commentaires")
        self.read()

    def read_again(self) -> None:
        """Read once more, after a failure."""
        self.read()

    def action_recharger(self) -> None:
        """Read again."""
        self.read()

    def hear_dossier(self, signal: SignalDossier) -> None:
        """Read again when somebody writes."""
        if signal.dossier_id == self.dossier_id and signal.type is TypeSignal.COMMENTAIRE:
            self.read()

    @work(exclusive=True, group="commentaires-read", exit_on_error=False)
    async def read(self) -> None:
        """Read the conversation, and show it."""
        try:
            found = await entourage.commentaires(self.ror.client, self.dossier_id)
        except RorError as error:
            self.ror.fail(error, retry=self.read_again)
            return
        first = not self.all
        self.take(found, at_end=first)

    def take(self, found: Commentaires, *, at_end: bool = False) -> None:
        """Show a conversation, with the cursor kept, or on the last message."""
        here = None if at_end else self.current
        self.all = found.elements
        self.show(here.id if here else None)

    # --- Lines ---

    @property
    def shown(self) -> list[Commentaire]:
        """The messages of the fiche, or all of them."""
        return [one for one in self.all if not self.only_here or one.structure_id == self.fiche_id]

    @property
    def current(self) -> Commentaire | None:
        """The message under the cursor."""
        place, shown = self.query_one(LineList).cursor, self.shown
        return shown[place] if 0 <= place < len(shown) else None

    def show(self, here: UUID | None) -> None:
        """Show the messages, with the cursor on one, or on the last."""
        shown = self.shown
        place = next((index for index, one in enumerate(shown) if one.id == here), len(shown) - 1)
        self.query_one(LineList).show(len(shown), max(place, 0))
        empty = self.query_one("#empty", Static)
        empty.display = not shown
        empty.update(Content(french(NOTHING)))
        self.query_one("#detail").display = self.query_one("#messages").display = bool(shown)
        open_ones = sum(one.regle_le is None for one in shown)
        where = "sur cette fiche" if self.only_here else "sur tout le dossier"
        self.set_status(
            french(f"{plural(len(shown), 'commentaire', 'commentaires')} {where}, {open_ones} à régler · a : Actions")
        )

    def _paint(self, index: int, width: int) -> Content:  # noqa: ARG002  # the list cuts the line
        one = self.shown[index]
        glyph, color = ("●", "$text-success") if one.regle_le else ("○", "$text-warning")
        where = f" {plain(one.fiche)} ·" if one.fiche and not self.only_here else ""
        return Content.assemble(
            (f"{glyph} ", color),
            (f"{moment(one.le)} ", "$text-muted"),
            (plain(one.auteur), "bold"),
            french(f" :{where} {plain(one.texte)}"),
        )

    @on(LineList.Moved)
    def show_detail(self) -> None:
        """Show the message under the cursor whole."""
        one = self.current
        if one is None:
            return
        where = f" · {plain(one.fiche)}" if one.fiche else " · tout le dossier"
        settled = f" · réglé par {plain(one.regle_par)}" if one.regle_par else " · à régler"
        head = Content.styled(french(f"{plain(one.auteur)}, {moment(one.le)}{where}{settled}"), "bold")
        self.query_one("#detail", Static).update(Content("\n").join([head, Content(french(plain(one.texte)))]))

    # --- Actions ---

    async def change(self, job: Callable[[], Awaitable[Commentaires]], *, at_end: bool = False) -> None:
        """Do a change on the server, and show the conversation after."""
        try:
            self.take(await job(), at_end=at_end)
        except RorError as error:
            self.ror.fail(error, retry=self.read_again)

    @work(group="commentaires-action", exit_on_error=False)
    async def action_ecrire(self) -> None:
        """Write a message."""
        await self._write()

    async def _write(self) -> None:
        fiche = self.fiche_id if self.only_here else None
        about = f"sur « {self.nom} »" if fiche else "sur tout le dossier"
        label = french(f"Votre commentaire {about} :")
        texte = await self.app.push_screen_wait(Ask("Commenter", label, multiline=True, maximum=2000, ok="Envoyer"))
        if texte is not None:
            client, dossier_id = self.ror.client, self.dossier_id
            await self.change(lambda: entourage.commenter(client, dossier_id, fiche, texte), at_end=True)

    @work(group="commentaires-action", exit_on_error=False)
    async def action_regler(self) -> None:
        """Mark the message as settled, or no longer."""
        await self._settle()

    async def _settle(self) -> None:
        one = self.current
        if one is not None:
            client, regle = self.ror.client, one.regle_le is None
            await self.change(lambda: entourage.regler(client, self.dossier_id, one.id, regle=regle))

    def action_tous(self) -> None:
        """Show the messages of the whole dossier, or those of the fiche only."""
        if self.fiche_id is not None:
            here = self.current
            self.only_here = not self.only_here
            self.show(here.id if here else None)

    @on(LineList.Chosen)
    def action_ouvrir(self) -> None:
        """Go to the fiche of the message."""
        one = self.current
        if one is not None and one.structure_id is not None:
            self.dismiss(one.structure_id)

    @work(group="commentaires-action", exit_on_error=False)
    async def action_actions(self) -> None:
        """Open the Actions menu."""
        one = self.current
        none = None if one else "Il n'y a pas de commentaire ici."
        whole = None if one and one.structure_id else "Ce commentaire porte sur tout le dossier."
        items = [
            MenuItem("ecrire", "Écrire un commentaire", "n"),
            MenuItem("regler", "Marquer comme réglé, ou à régler", "r", none),
            MenuItem("ouvrir", "Aller à la fiche", "o", none or whole),
            MenuItem("tous", "Tout le dossier, ou cette fiche", "t", None if self.fiche_id else "Tout est affiché."),
        ]
        match await self.app.push_screen_wait(ActionMenu("Commentaires", items)):
            case "ecrire":
                await self._write()
            case "regler":
                await self._settle()
            case "ouvrir":
                self.action_ouvrir()
            case "tous":
                self.action_tous()
