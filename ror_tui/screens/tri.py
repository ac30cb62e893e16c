"""Deciding fiche by fiche: what is refused and why, what follows it, what would be published (DESIGN §5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal
from uuid import UUID

from textual import on, work
from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static

from ror_tui.api_client.errors import RorError
from ror_tui.api_client.models import ActionDossier, Dossier, FichePartagee, NoeudDossier, Partage
from ror_tui.keymap import bindings
from ror_tui.marks import CHANGEMENT, KIND_SHORT
from ror_tui.screens.base import RorScreen
from ror_tui.services import dossier as dossiers
from ror_tui.services.arbre import possibility
from ror_tui.texts import french, plain, plural
from ror_tui.widgets.dialogs import ActionMenu, Ask, Confirm, MenuItem
from ror_tui.widgets.lines import LineList


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided: publish the part that stands, or send the whole back; with the reasons by fiche."""

    what: Literal["partie", "retour"]
    refused: Mapping[UUID, str]


async def ask_reason(app: App[Any], nom: str, value: str = "") -> str | None:
    """Ask why a fiche is refused; a refusal always says it."""
    label = french(f"Motif du refus de « {plain(nom)} », que l'auteur lira :")
    dialog = Ask("Refuser une fiche", label, value=value, multiline=True, minimum=3, maximum=2000, ok="Refuser")
    motif: str | None = await app.push_screen_wait(dialog)
    return motif


class TriScreen(RorScreen[Decision | None]):
    """The fiches that a dossier changes, each accepted, refused, or following one that is refused.

    Args:
        dossier: Its rights decide.
        noeuds: The fiches that it changes, in the order of the tree.
        refused: Reasons that were given already, by fiche.
    """

    TITLE_FR = "Décision fiche par fiche"
    TAB = "dossiers"
    CONTEXTS: ClassVar[tuple[str, ...]] = ("tri", "arbre")
    CSS_PATH = "tri.tcss"
    KEYS_WAIT = frozenset({"tri-read"})
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("tri")]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (16, "-high")]  # noqa: RUF012  # Textual declares it as an instance variable
    AUTO_FOCUS = "#fiches"

    def __init__(self, dossier: Dossier, noeuds: list[NoeudDossier], refused: Mapping[UUID, str]) -> None:
        super().__init__()
        self.dossier, self.noeuds, self.refused = dossier, noeuds, dict(refused)
        self.partage: Partage | None = None
        self.back: dict[UUID, FichePartagee] = {}

    def compose_body(self) -> ComposeResult:
        """Lay out the counts, the fiches, and the reason of the one under the cursor."""
        yield Static(id="resume")
        yield LineList(self._paint, id="fiches")
        yield Static(id="detail")

    def on_mount(self) -> None:
        """Show the fiches, and read what follows those that are refused already."""
        self.set_crumbs("Dossiers", self.dossier.titre, "Décision")
        self.query_one(LineList).show(len(self.noeuds))
        self.read()

    def read_again(self) -> None:
        """Read once more, after a failure."""
        self.read()

    @work(exclusive=True, group="tri-read", exit_on_error=False)
    async def read(self) -> None:
        """Read what would be published, and what follows."""
        try:
            self.partage = await dossiers.partage(self.ror.client, self.dossier.id, self.refused)
        except RorError as error:
            self.ror.fail(error, retry=self.read_again)
            return
        self.back = {one.structure_id: one for one in self.partage.suite}
        self.query_one("#resume", Static).update(Content(french(self.summary(self.partage))))
        lines = self.query_one(LineList)
        lines.show(len(self.noeuds), lines.cursor)
        self.set_status(
            french("Espace : refuser ou accepter · v : accepter le reste · K : tout renvoyer · a : Actions")
        )

    def summary(self, partage: Partage) -> str:
        """Count what is published, refused, and what follows."""
        refused = sum(one.refusee for one in partage.suite)
        follows = len(partage.suite) - refused
        parts = [
            plural(partage.retenues, "fiche acceptée", "fiches acceptées"),
            plural(refused, "refusée", "refusées"),
            *([f"{plural(follows, 'suit', 'suivent')}"] if follows else []),
        ]
        to = f" → « {plain(partage.titre_suite)} »" if partage.suite else ""
        return " · ".join(parts) + to

    # --- Lines ---

    @property
    def current(self) -> NoeudDossier:
        """The fiche under the cursor."""
        return self.noeuds[self.query_one(LineList).cursor]

    def _paint(self, index: int, width: int) -> Content:  # noqa: ARG002  # the list cuts the line
        noeud = self.noeuds[index]
        back = self.back.get(noeud.id)
        if back is None:
            state, color, why = "✓ acceptée", "$text-success", ""
        else:
            state, color = ("⊗ refusée", "$text-error") if back.refusee else ("→ suit", "$text-warning")
            why = f" – {plain(back.raison)}"
        changes = ", ".join(CHANGEMENT[one] for one in noeud.changements)
        return Content.assemble(
            (f"{state:<11}", color),
            (plain(noeud.nom), "bold"),
            (f" {KIND_SHORT[noeud.kind]} · {changes}", "$text-muted"),
            french(why),
        )

    @on(LineList.Moved)
    def show_detail(self) -> None:
        """Say whole why the fiche under the cursor goes back."""
        back = self.back.get(self.current.id)
        reason = f"{'Refusée' if back.refusee else 'Suit'} : {plain(back.raison)}" if back else "Acceptée."
        self.query_one("#detail", Static).update(Content(french(reason)))

    # --- Deciding ---

    @work(group="tri-action", exit_on_error=False)
    async def action_refuser(self) -> None:
        """Refuse the fiche under the cursor with a reason, or accept it again."""
        await self._refuse()

    @on(LineList.Chosen)
    def action_ouvrir(self) -> None:
        """Enter refuses or accepts too."""
        self.action_refuser()

    async def _refuse(self) -> None:
        noeud = self.current
        if noeud.id in self.refused:
            del self.refused[noeud.id]
        else:
            motif = await ask_reason(self.app, noeud.nom)
            if motif is None:
                return
            self.refused[noeud.id] = motif
        self.read()

    def accept_refusal(self) -> str | None:
        """Say why the rest cannot be accepted, or None."""
        possible = possibility(self.dossier, ActionDossier.VALIDER_PARTIE)
        if not possible.possible:
            return possible.raison or "Cette action n'est pas possible."
        return self.partage.impossible if self.partage else "Lecture en cours."

    def return_refusal(self) -> str | None:
        """Say why the dossier cannot be sent back, or None."""
        possible = possibility(self.dossier, ActionDossier.REFUSER)
        if not possible.possible:
            return possible.raison or "Cette action n'est pas possible."
        return None if self.refused else "Refusez d'abord une fiche au moins, avec son motif."

    @work(group="tri-action", exit_on_error=False)
    async def action_accepter(self) -> None:
        """Publish what is accepted; the rest goes back in a follow-up dossier."""
        await self._accept()

    async def _accept(self) -> None:
        reason, partage = self.accept_refusal(), self.partage
        if reason or partage is None:
            self.set_status(french(reason or ""))
            return
        lines = [
            f"{plural(partage.retenues, 'fiche sera publiée', 'fiches seront publiées')} dans le Répertoire.",
            f"Dans « {plain(partage.titre_suite)} », à corriger par l'auteur :",
            *(f"  {plain(one.nom)} : {plain(one.raison)}" for one in partage.suite),
        ]
        dialog = Confirm("Accepter une partie", french("\n".join(lines)), yes="Oui, publier")
        if await self.app.push_screen_wait(dialog):
            self.dismiss(Decision("partie", self.refused))

    def action_renvoyer(self) -> None:
        """Send the whole dossier back to its author, with the reasons by fiche."""
        reason = self.return_refusal()
        if reason:
            self.set_status(french(reason))
        else:
            self.dismiss(Decision("retour", self.refused))

    @work(group="tri-action", exit_on_error=False)
    async def action_actions(self) -> None:
        """Open the Actions menu."""
        again = self.current.id in self.refused
        items = [
            MenuItem("refuser", "Accepter de nouveau la fiche" if again else "Refuser la fiche avec un motif", "r"),
            MenuItem("accepter", "Accepter le reste et le publier", "v", self.accept_refusal()),
            MenuItem("renvoyer", "Tout renvoyer à l'auteur, avec les motifs", "k", self.return_refusal()),
        ]
        match await self.app.push_screen_wait(ActionMenu("Décision", items)):
            case "refuser":
                await self._refuse()
            case "accepter":
                await self._accept()
            case "renvoyer":
                self.action_renvoyer()
