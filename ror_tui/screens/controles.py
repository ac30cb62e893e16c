"""« Contrôles » : what the controls find in a dossier or an establishment, fiche by fiche (DESIGN §6, DOMAIN §5.2)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static

from ror_tui.api_client.client import RorClient
from ror_tui.api_client.errors import RorError
from ror_tui.api_client.models import Constat, Controles, ControlesFiche, Gravite
from ror_tui.keymap import bindings
from ror_tui.screens import controles_lines as lines
from ror_tui.screens.base import RorScreen
from ror_tui.screens.exporting import export_text
from ror_tui.screens.fiche import FicheScreen
from ror_tui.services import controles as found
from ror_tui.texts import french, plain, plural
from ror_tui.widgets.dialogs import ActionMenu, MenuItem
from ror_tui.widgets.tree import VirtualTree

FILTERS: tuple[tuple[Gravite | None, str], ...] = (
    (None, "tout"),
    (Gravite.ERREUR, "les erreurs seulement"),
    (Gravite.AVERTISSEMENT, "les avertissements seulement"),
)
NOTHING = "Les contrôles n'ont rien trouvé à dire : tout est en ordre."
NOT_READ = "Les contrôles ne sont pas encore lus."
NO_LINE = "Il n'y a pas de ligne sous le curseur."


@dataclass(frozen=True, slots=True)
class Origine:
    """What is controlled: a dossier, or a published establishment."""

    lire: Callable[[RorClient], Awaitable[Controles]]
    dossier_id: UUID | None = None

    @property
    def onglet(self) -> str:
        """The tab and the first crumb."""
        return "Dossiers" if self.dossier_id else "Répertoire"


def du_dossier(dossier_id: UUID) -> Origine:
    """Control a dossier."""
    return Origine(lambda client: found.du_dossier(client, dossier_id), dossier_id)


def de_la_structure(structure_id: UUID) -> Origine:
    """Control the published establishment of a structure."""
    return Origine(lambda client: found.de_l_etablissement(client, structure_id))


class ControlesScreen(RorScreen[None]):
    """The findings grouped by fiche; Entrée opens the fiche on the field.

    Args:
        origine: What is controlled.
    """

    TITLE_FR = "Contrôles"
    CONTEXTS: ClassVar[tuple[str, ...]] = ("controles", "arbre", "branches")
    CSS_PATH = "controles.tcss"
    KEYS_WAIT = frozenset({"controles-read"})
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("controles")]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (16, "-high")]  # noqa: RUF012  # Textual declares it as an instance variable
    AUTO_FOCUS = "#arbre"

    def __init__(self, origine: Origine) -> None:
        super().__init__()
        self.origine = origine
        self.controles: Controles | None = None
        self.gravite: Gravite | None = None

    def compose_body(self) -> ComposeResult:
        """Lay out the sums, the tree, and the line under the cursor in words."""
        yield Static(id="resume")
        yield VirtualTree(id="arbre")
        yield Static(id="detail")

    def on_mount(self) -> None:
        """Read what was found."""
        self.set_status("Contrôle en cours…")
        self.read()

    @property
    def tree_view(self) -> VirtualTree:
        """The tree."""
        return self.query_one(VirtualTree)

    # --- Reading ---

    def action_recharger(self) -> None:
        """Control again."""
        self.read()

    def read_again(self, _answer: None = None) -> None:
        """Control again, after a failure or after a fiche was closed."""
        self.read()

    @work(exclusive=True, group="controles-read", exit_on_error=False)
    async def read(self) -> None:
        """Read what the controls find, and show it."""
        first = self.controles is None
        try:
            self.controles = await self.origine.lire(self.ror.client)
        except RorError as error:
            self.set_status("Les contrôles n'ont pas pu être lus. F5 : réessayer.")
            self.ror.fail(error, retry=self.read_again)
            return
        self.set_crumbs(self.origine.onglet, self.controles.nom, "Contrôles")
        self.show(self.controles, unfold=first)

    def show(self, controles: Controles, *, unfold: bool) -> None:
        """Show what was found.

        Args:
            controles: As the server gives it.
            unfold: Open every fiche.
        """
        self.query_one("#resume", Static).update(Content(plain(found.resume(controles))))
        self.tree_view.set_tree(lines.rows(controles, self.gravite))
        if unfold:
            self.tree_view.expand_all()
        self.show_line()
        self.show_keys()

    def show_keys(self) -> None:
        """Say in the status line what is shown, and what can be done."""
        shown = dict(FILTERS)[self.gravite]
        keys = ["Entrée : ouvrir sur le champ", f"f : {shown}", "e : exporter", "a : Actions"]
        self.set_status(french(" · ".join(keys)))

    @property
    def current(self) -> tuple[ControlesFiche, Constat | None] | None:
        """The fiche of the line under the cursor, and its finding."""
        return lines.at(self.controles, self.tree_view.cursor_key) if self.controles else None

    @on(VirtualTree.Moved)
    def show_line(self) -> None:
        """Say the line under the cursor whole, below the tree."""
        here = self.current
        said = lines.detail(*here) if here else Content(NOTHING if self.controles and not self.gravite else "")
        self.query_one("#detail", Static).update(said)

    # --- Moving ---

    def action_suivante(self) -> None:
        """Go to the next finding."""
        self._go(1)

    def action_precedente(self) -> None:
        """Go to the finding before."""
        self._go(-1)

    def _go(self, step: int) -> None:
        keys = [row.key for _, row in lines.rows(self.controles, self.gravite)] if self.controles else []
        findings = [key for key in keys if "#" in key]
        if not findings:
            self.set_status(NOTHING)
            return
        here = keys.index(self.tree_view.cursor_key) if self.tree_view.cursor_key in keys else -1
        ahead = [key for key in findings[::step] if (keys.index(key) - here) * step > 0]
        target = ahead[0] if ahead else findings[::step][0]
        self.tree_view.reveal(target)
        self.set_status(f"{findings.index(target) + 1}/{len(findings)}")

    # --- Acting ---

    @on(VirtualTree.Opened)
    def action_ouvrir(self) -> None:
        """Open the fiche of the line, on the field of the finding."""
        here = self.current
        if here is None:
            self.set_status(NO_LINE)
            return
        fiche, one = here
        if self.origine.dossier_id is None:
            self.ror.open_structure(fiche.id)
        else:
            champ = one.champ if one else None
            self.app.push_screen(
                FicheScreen(self.origine.dossier_id, fiche.id, champ=champ), lambda _: self.read_again(None)
            )

    def action_filtrer(self) -> None:
        """Show everything, then errors only, then warnings only."""
        kinds = [kind for kind, _ in FILTERS]
        self.gravite = kinds[(kinds.index(self.gravite) + 1) % len(kinds)]
        if self.controles is not None:
            self.show(self.controles, unfold=True)

    @work(group="controles-action", exit_on_error=False)
    async def action_exporter(self) -> None:
        """Write what was found to a file: text, JSON, or a table for spreadsheets."""
        controles = self.controles
        if controles is None:
            self.set_status(NOT_READ)
            return
        done = await export_text(
            self.ror, f"controles {controles.nom}", found.FORMATS, lambda how: found.write(controles, how)
        )
        if done is not None:
            count = controles.erreurs + controles.avertissements
            self.ror.say(french(f"{plural(count, 'constat écrit', 'constats écrits')} dans {done}"))

    def menu_items(self) -> list[MenuItem]:
        """Give the Actions menu: each entry works, or says why it does not."""
        unread = NOT_READ if self.controles is None else None
        empty = unread or (None if self.current else NO_LINE)
        following = dict(FILTERS)[self.gravite]
        return [
            MenuItem("ouvrir", "Ouvrir la fiche sur le champ", "o", empty),
            MenuItem("filtrer", f"Filtrer (affiché : {following})", "f", unread),
            MenuItem("suivante", "Constat suivant", "]", empty),
            MenuItem("precedente", "Constat précédent", "[", empty),
            MenuItem("exporter", "Exporter : texte, JSON ou tableur", "e", unread),
            MenuItem("recharger", "Contrôler de nouveau", "F5"),
        ]

    @work(group="controles-action", exit_on_error=False)
    async def action_actions(self) -> None:
        """Open the Actions menu."""
        chosen = await self.app.push_screen_wait(ActionMenu("Contrôles", self.menu_items()))
        if chosen is not None:
            await self.run_action(chosen)
