"""The dossiers collaboratifs: those that are open, or those that wait for this account (« Validation »)."""

from __future__ import annotations

from typing import ClassVar, Literal
from uuid import UUID

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.events import ScreenResume
from textual.widgets import Static

from ror_tui.api_client.dossiers import OrdreDossiers
from ror_tui.api_client.errors import RorError
from ror_tui.api_client.models import DossierResume, Evenement, SignalDossier, TypeSignal
from ror_tui.keymap import bindings
from ror_tui.marks import DOSSIER, awaited
from ror_tui.screens.base import RorScreen
from ror_tui.services import dossier as dossiers
from ror_tui.services.lien import EtatLien
from ror_tui.texts import french, moment, plain, plural
from ror_tui.widgets.frame import fit
from ror_tui.widgets.lines import LineList

WIDE = 110
"""From this width on, the establishment and the author have their own columns."""
NARROW = 70
"""Below this width, the state is its mark alone and who must act is said under the list."""
PROGRESS, WAITS, SINCE = 6, 12, 12

EMPTY = {
    "ouverts": "Aucun dossier en cours. Ouvrez le Répertoire (F6), placez-vous sur un établissement et tapez « c » "
    "pour le décrire dans un dossier collaboratif. « t » montre aussi les dossiers terminés.",
    "tous": "Aucun dossier. Ouvrez le Répertoire (F6), placez-vous sur un établissement et tapez « c ».",
    "a_traiter": "Aucun dossier n'attend votre action. F5 pour relire, F7 pour voir les dossiers en cours.",
}


class DossiersScreen(RorScreen[None]):
    """A list of dossiers: state, title, progress, who must act and since when."""

    TITLE_FR = "Dossiers"
    CONTEXTS: ClassVar[tuple[str, ...]] = ("dossiers", "arbre")
    CSS_PATH = "dossiers.tcss"
    KEYS_WAIT = frozenset({"dossiers-read"})
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("dossiers")]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (16, "-high")]  # noqa: RUF012  # Textual declares it as an instance variable
    AUTO_FOCUS = "#dossiers"

    def __init__(self, vue: Literal["ouverts", "a_traiter"] = "ouverts") -> None:
        super().__init__()
        self.vue: Literal["ouverts", "tous", "a_traiter"] = vue
        self.dossiers: list[DossierResume] = []
        self.suivant: str | None = None
        self.ordre: OrdreDossiers = "recent"
        self.stale = False
        """Something happened that the list does not show yet."""
        self._reading_again = False

    def compose_body(self) -> ComposeResult:
        """Lay out the columns, the list, and the selected dossier in words."""
        yield Static(id="columns")
        yield LineList(self._paint, id="dossiers")
        yield Static(id="empty")
        yield Static(id="detail")

    def on_mount(self) -> None:
        """Name the screen."""
        self.set_crumbs("Validation" if self.vue == "a_traiter" else "Dossiers")

    @on(ScreenResume)
    def reload(self) -> None:
        """Read the list each time the screen comes back in front: states move elsewhere."""
        self.read(None)

    def action_recharger(self) -> None:
        """Read the list again."""
        self.read(None)

    def hear(self, evenement: Evenement | None) -> None:  # noqa: ARG002  # any publication may end a dossier
        """Read what is shown again: a publication ends a dossier."""
        self.stale = True
        self._read_again_in_front()

    def hear_dossier(self, signal: SignalDossier) -> None:
        """Read again what is shown when a dossier changes state, or when one of the list changes."""
        listed = any(dossier.id == signal.dossier_id for dossier in self.dossiers)
        if signal.type is TypeSignal.ETAPE or (listed and signal.type is TypeSignal.CONTENU):
            self.stale = True
            self._read_again_in_front()

    def link_changed(self, lien: EtatLien | None) -> None:
        """Read again what could not be read, or heard, while the link was lost."""
        if lien is EtatLien.CONNECTE:
            self._read_again_in_front()
        elif lien is not None:
            self.stale = True

    def _read_again_in_front(self) -> None:
        if self.stale and self.in_front and not self._reading_again:
            self.read_again()

    @work(group="dossiers-read", exit_on_error=False)
    async def read_again(self) -> None:
        """Read as many dossiers as are shown, without moving the cursor; a failure waits for the link to come back.

        What happens while it reads is read once more after: a burst of news asks the server one thing at a time.
        """
        self._reading_again = True
        try:
            while self.stale and self.is_attached:
                self.stale = False
                await self._read_shown()
        except RorError:
            self.stale = True
        finally:
            self._reading_again = False

    async def _read_shown(self) -> None:
        count = len(self.dossiers)
        fresh, self.suivant = await dossiers.lister_au_moins(self.ror.client, self.vue, count, self.ordre)
        if fresh != self.dossiers:
            here = self.current
            self.dossiers = fresh
            self.show_list(here.id if here else None)

    def action_ordre(self) -> None:
        """Put the oldest first, or the latest."""
        self.ordre = "recent" if self.ordre == "ancien" else "ancien"
        self.read(None)

    def action_tous(self) -> None:
        """Show the finished dossiers too, or only the open ones."""
        if self.vue != "a_traiter":
            self.vue = "ouverts" if self.vue == "tous" else "tous"
            self.read(None)

    @work(exclusive=True, group="dossiers-read", exit_on_error=False)
    async def read(self, curseur: str | None) -> None:
        """Read a page of the list.

        Args:
            curseur: Cursor of the page, None for the first.
        """
        try:
            page = await dossiers.lister(self.ror.client, self.vue, curseur, self.ordre)
        except RorError as error:
            self.set_status(str(error))
            self.ror.fail(error, retry=self.reload)
            return
        here = self.current
        self.stale = False
        self.dossiers = [*(self.dossiers if curseur else []), *page.elements]
        self.suivant = page.suivant
        self.show_list(here.id if here else None)

    def show_list(self, here: UUID | None) -> None:
        """Show the list, with the cursor on the dossier it was on."""
        place = next((index for index, dossier in enumerate(self.dossiers) if dossier.id == here), 0)
        lines = self.query_one(LineList)
        lines.show(len(self.dossiers), place)
        empty = self.query_one("#empty", Static)
        empty.display = not self.dossiers
        empty.update(Content(french(EMPTY[self.vue])))
        for part in ("#detail", "#dossiers"):
            self.query_one(part).display = bool(self.dossiers)
        more = ", la suite vient en descendant" if self.suivant else ""
        shown = {"ouverts": "en cours", "tous": "en tout", "a_traiter": "à traiter"}[self.vue]
        first = ", le plus ancien d'abord" if self.ordre == "ancien" else ""
        self.set_status(f"{plural(len(self.dossiers), 'dossier', 'dossiers')} {shown}{first}{more}")
        self._show_columns()

    def on_resize(self) -> None:
        """Lay the columns out again."""
        self._show_columns()

    # --- Lines ---

    def _columns(self, width: int) -> tuple[int, int, int]:
        state = 28 if width >= WIDE else 21 if width >= NARROW else 2
        wide = 28 if width >= WIDE else 0
        rest = PROGRESS + SINCE + (WAITS if width >= NARROW else 0)
        return state, max(10, width - state - rest - 2 * wide), wide

    def _show_columns(self) -> None:
        width = self.query_one(LineList).scrollable_content_region.width
        state, title, wide = self._columns(width)
        names = [("  État", state), ("Titre", title), ("Établissement", wide), ("Auteur", wide), ("Fait", PROGRESS)]
        names += [("Attend", WAITS if width >= NARROW else 0), ("Depuis", SINCE)]
        self.query_one("#columns", Static).update(Content("".join(_cell(name, cells) for name, cells in names)))

    def _paint(self, index: int, width: int) -> Content:
        dossier = self.dossiers[index]
        state, title, wide = self._columns(width)
        mark = DOSSIER[dossier.etat]
        color = f"${mark.color}" if mark.color.startswith("text") else f"$text-{mark.color}"
        waits = "vous" if dossier.a_traiter else dossier.attend
        return Content.assemble(
            (_cell(f"{mark.glyph} {dossier.etat_libelle}" if state > 2 else mark.glyph, state), color),
            (_cell(dossier.titre, title), "bold"),
            _cell(dossier.etablissement.nom, wide),
            _cell(dossier.auteur, wide),
            _cell(f"{dossier.progres.finalisees}/{dossier.progres.total}", PROGRESS),
            (_cell(waits, WAITS if width >= NARROW else 0), "bold" if dossier.a_traiter else ""),
            (_cell(moment(dossier.depuis), SINCE), "$text-muted"),
        )

    @property
    def current(self) -> DossierResume | None:
        """The dossier under the cursor."""
        index = self.query_one(LineList).cursor
        return self.dossiers[index] if 0 <= index < len(self.dossiers) else None

    @on(LineList.Moved)
    def show_detail(self, event: LineList.Moved) -> None:
        """Show the dossier under the cursor in words, with the reason of a refusal; at the end, ask for more."""
        dossier = self.current
        if dossier is None:
            return
        words = (
            f"{dossier.etablissement.nom} · {dossier.etat_libelle} · auteur : {dossier.auteur} · "
            f"{awaited(dossier)} depuis le {moment(dossier.depuis)}"
        )
        motif = f"\nRefusé : {plain(dossier.motif)}" if dossier.motif else ""
        to_do = f"\n{plain(dossier.raison)}" if dossier.raison and self.vue == "a_traiter" else ""
        detail = Content.assemble(
            french(plain(words)), (french(to_do), "$text-primary"), (french(motif), "$text-error")
        )
        self.query_one("#detail", Static).update(detail)
        if self.suivant and event.index >= len(self.dossiers) - 1:
            self.read(self.suivant)

    @on(LineList.Chosen)
    def action_ouvrir(self) -> None:
        """Open the dossier under the cursor."""
        dossier = self.current
        if dossier is not None:
            self.ror.open_dossier(dossier.id)


def _cell(text: str, cells: int) -> str:
    if not cells:
        return ""
    cut = fit(plain(text), cells - 1)
    return cut + " " * (cells - Content(cut).cell_length)
