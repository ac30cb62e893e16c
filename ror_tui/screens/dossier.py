"""A dossier collaboratif: its tree, its Actions menu, its way through validation (guide §3c to §3e)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import ClassVar
from uuid import UUID

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.events import Paste, ScreenResume
from textual.widgets import Static

from ror_tui.api_client.errors import RorError, Stale
from ror_tui.api_client.models import (
    ActionFaite,
    Dossier,
    Evenement,
    Kind,
    NoeudDossier,
    SignalDossier,
    TypeSignal,
)
from ror_tui.keymap import bindings
from ror_tui.screens import (
    dossier_conflits,
    dossier_flow,
    dossier_gabarit,
    dossier_gestes,
    dossier_lines,
    dossier_rows,
    dossier_selection,
    dossier_tableau,
)
from ror_tui.screens.base import RorScreen
from ror_tui.screens.dossier_menu import menu_items
from ror_tui.screens.dossier_vie import Vie
from ror_tui.screens.fiche import FicheScreen
from ror_tui.screens.suivi import SuiviScreen
from ror_tui.services import dossier as dossiers
from ror_tui.services.arbre import Arbre
from ror_tui.services.lien import EtatLien
from ror_tui.texts import french
from ror_tui.widgets.dialogs import ActionMenu, Message
from ror_tui.widgets.tree import VirtualTree

ENTRIES: dict[str, Callable[[DossierScreen], Awaitable[None]]] = {
    "creer": dossier_lines.choose_and_create,
    "dupliquer": dossier_selection.duplicate,
    "deplacer": dossier_selection.move,
    "renommer": dossier_lines.rename,
    "supprimer": dossier_selection.delete,
    "retablir": dossier_selection.restore,
    "finaliser": dossier_selection.finalise,
    "type": dossier_selection.change_type,
    "annuler": dossier_gestes.undo,
    "refaire": dossier_gestes.redo,
    "gestes": dossier_gestes.listing,
    "conflits": dossier_conflits.open_conflicts,
    "tableau": dossier_tableau.choose,
    "modele": dossier_gabarit.take,
    "controles": dossier_flow.controls,
    "differences": dossier_flow.read,
    "avancer": dossier_flow.advance,
    "envoyer": dossier_flow.send,
    "valider": dossier_flow.validate,
    "refuser": dossier_flow.refuse,
    "retirer": dossier_flow.withdraw,
    "abandonner": dossier_flow.abandon,
    "reprendre": dossier_flow.resume,
    "trier": dossier_flow.sort,
    "commentaires": dossier_flow.comments,
}
"""What each entry of the Actions menu does, by its id."""


def _entry(entry: str) -> Callable[[DossierScreen], None]:
    """Give the action of a key that does an entry of the Actions menu."""

    def action(screen: DossierScreen) -> None:
        screen.act(entry)

    return action


class DossierScreen(RorScreen[None]):
    """The tree of a dossier and everything that can be done with it."""

    TITLE_FR = "Dossier"
    TAB = "dossiers"
    CONTEXTS: ClassVar[tuple[str, ...]] = ("dossier", "arbre", "branches")
    CSS_PATH = "dossier.tcss"
    KEYS_WAIT = frozenset({"dossier-read", "dossier-action"})
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("dossier")]
    AUTO_FOCUS = "#tree"

    def __init__(self, dossier_id: UUID) -> None:
        super().__init__()
        self.dossier_id = dossier_id
        self.dossier: Dossier | None = None
        self.arbre: Arbre | None = None
        self.changing = asyncio.Lock()
        self.vie = Vie(self, dossier_id, shown=self.show_vie, changed=self.read_others)
        self.born = dossier_conflits.Born(self)

    def compose_body(self) -> ComposeResult:
        """Lay out the header and the tree."""
        yield Static(id="header")
        yield VirtualTree(id="tree")

    @property
    def tree_view(self) -> VirtualTree:
        """The tree."""
        return self.query_one(VirtualTree)

    # --- Reading ---

    def on_mount(self) -> None:
        """Read the dossier, and be seen in it."""
        self.read()
        self.vie.start()

    @on(ScreenResume)
    def come_back(self) -> None:
        """Say that one is here again, and read what others changed meanwhile."""
        self.vie.beat()
        self.vie.catch_up()

    def on_unmount(self) -> None:
        """Say that one goes away."""
        self.vie.leave()

    def hear_dossier(self, signal: SignalDossier) -> None:
        """Follow what others do in this dossier."""
        self.vie.hear(signal)

    def link_changed(self, lien: EtatLien | None) -> None:
        """Read again what may have been missed while the link was lost."""
        self.vie.link(lien)

    async def read_others(self, signal: SignalDossier | None) -> None:
        """Read the dossier again after somebody else changed it, with the cursor kept.

        Args:
            signal: Who, and what; None when that was not heard.
        """
        own = signal is not None and self.vie.mine(signal)
        if not self.changing.locked() and not (own and await self._is_shown()):  # else the change itself reads it
            await self._read()
        if not own and signal is not None and signal.type is TypeSignal.ETAPE and self.dossier is not None:
            self.ror.say(french(f"{signal.acteur} : dossier {self.dossier.etat_libelle}."))

    async def _is_shown(self) -> bool:
        """Tell whether the dossier is still what the screen shows."""
        now = await dossiers.lire(self.ror.client, self.dossier_id)
        return self.dossier is not None and now.version == self.dossier.version

    def around(self, noeud_id: UUID) -> tuple[str, ...]:
        """Give the marks of a line: who is there, comments; the establishment has those of the whole dossier too."""
        return tuple(tag for place in self._places(noeud_id) for tag in self.vie.tags(place))

    def _places(self, noeud_id: UUID) -> tuple[UUID | None, ...]:
        whole = self.dossier is not None and noeud_id == self.dossier.etablissement.id
        return (None, noeud_id) if whole else (noeud_id,)

    def show_vie(self) -> None:
        """Show who is on each fiche, and its comments."""
        if self.arbre is not None:
            for _, row in dossier_rows.rows(self.arbre, self.around):
                self.tree_view.update_row(row)
            self.show_line()

    def reload(self, _answer: None = None) -> None:
        """Read the dossier again: a fiche that was closed may have gone green."""
        self.read()

    def action_recharger(self) -> None:
        """Read the dossier again."""
        self.read()

    @work(exclusive=True, group="dossier-read", exit_on_error=False)
    async def read(self) -> None:
        """Read the dossier and its tree, and show them."""
        try:
            await self._read()
        except RorError as error:
            self.set_status(str(error))
            self.ror.fail(error, retry=self.reload)

    async def _read(self) -> None:
        client = self.ror.client
        dossier, arbre = await asyncio.gather(
            dossiers.lire(client, self.dossier_id), dossiers.arbre(client, self.dossier_id)
        )
        first = self.arbre is None
        self.dossier, self.arbre = dossier, Arbre(arbre)
        self.tree_view.set_tree(dossier_rows.rows(self.arbre, self.around))
        if first:
            self._open_at_first(self.arbre)
        await self.born.know()
        self.show_header(dossier)

    async def read_quietly(self) -> None:
        """Read the dossier again, with the cursor kept."""
        await self._read()

    def hear(self, evenement: Evenement | None) -> None:
        """Announce the conflicts that a publication brings."""
        self.born.hear(evenement)

    def on_screen_resume(self) -> None:
        """Read what was published while something lay above."""
        self.born.catch_up()

    def _open_at_first(self, arbre: Arbre) -> None:
        for noeud in arbre.reading:
            if noeud.kind in {Kind.EJ, Kind.EG}:
                self.tree_view.expand(str(noeud.id))

    def show_header(self, dossier: Dossier) -> None:
        """Say the state of the dossier, who must act, since when, and how much is green."""
        header = dossier_rows.header(dossier, dossier_conflits.counted(self.arbre))
        self.query_one("#header", Static).update(header)
        self.set_crumbs("Dossiers", dossier.titre)
        motif = f"Refusé : {dossier.motif}" if dossier.motif and not dossier.bandeau else None
        self.set_banner(dossier.bandeau or (french(motif) if motif else None))
        self.show_line()

    @on(VirtualTree.Moved)
    def show_line(self) -> None:
        """Say in the status line what the line under the cursor is."""
        noeud = self.current
        if noeud is None:
            return
        around = " · ".join(filter(None, (self.vie.words(one) for one in self._places(noeud.id))))
        line = dossier_rows.status(noeud, len(self.arbre.below(noeud.id)) if self.arbre else 0)
        self.set_status(f"{around} · {line}" if around else line)

    @property
    def current(self) -> NoeudDossier | None:
        """The line under the cursor."""
        key = self.tree_view.cursor_key
        return self.arbre.by_id.get(UUID(key)) if key and self.arbre else None

    @property
    def ticked(self) -> list[NoeudDossier]:
        """The lines that are ticked, in the order in which they are read."""
        ticks = self.tree_view.ticked
        return [noeud for noeud in self.arbre.reading if str(noeud.id) in ticks] if self.arbre else []

    @property
    def selection(self) -> list[NoeudDossier]:
        """What an action is done to: the ticked lines, else the one under the cursor."""
        return self.ticked or ([self.current] if self.current else [])

    def here(self) -> tuple[Dossier, Arbre, NoeudDossier] | None:
        """The line under the cursor with its dossier, once they are read and nothing is being changed."""
        dossier, noeud = self.free(), self.current
        return (dossier, self.arbre, noeud) if dossier and self.arbre and noeud else None

    def free(self) -> Dossier | None:
        """The dossier, once it is read and nothing is being changed."""
        if self.changing.locked():
            self.ror.say("Une modification est en cours d'enregistrement.")
            return None
        return self.dossier

    # --- Changing: never exclusive, a request that left is not cancelled by the next key ---

    async def change(
        self,
        job: Callable[[], Awaitable[object]],
        done: str | Callable[[], str],
        *,
        reveal: Callable[[], UUID | None] | None = None,
    ) -> None:
        """Do a change on the server, one at a time, then read the dossier again with the cursor kept.

        Args:
            job: The change.
            done: What to say when the server confirmed it; nothing says nothing.
            reveal: Gives the line to go to afterwards.
        """
        async with self.changing:
            try:
                await job()
                await self._read()
            except Stale as error:
                await self._read_after(error)
                return
            except RorError as error:
                self.ror.fail(error, retry=self.reload)
                return
        if reveal is not None and (key := reveal()) is not None:
            self.tree_view.reveal(str(key))
        if said := done if isinstance(done, str) else done():
            self.ror.say(said)

    async def show_done(self, done: ActionFaite) -> None:
        """Read the dossier again after an action that another screen did, and go to what it made.

        Args:
            done: What was done.
        """
        self.tree_view.tick(())
        fiches = iter(done.fiches)
        said = french(f"{done.libelle} (u : annuler)")
        await self.change(self._nothing, said, reveal=lambda: next(fiches, None))

    @staticmethod
    async def _nothing() -> None:
        """The change was done already."""

    async def _read_after(self, error: Stale) -> None:
        try:
            await self._read()
        except RorError as failure:
            self.ror.fail(failure, retry=self.reload)
            return
        text = f"{error}\n\nLe dossier vient d'être relu : vérifiez, puis recommencez. Rien n'a été changé."
        await self.app.push_screen_wait(Message("Modifié entre-temps", french(text)))

    async def refused(self, reason: str | None) -> bool:
        """Say why an action cannot be done, if so."""
        if reason:
            await self.app.push_screen_wait(Message("Action impossible", reason))
        return bool(reason)

    # --- Moving and opening ---

    @on(VirtualTree.Opened)
    def action_ouvrir(self) -> None:
        """Open the fiche under the cursor."""
        if self.current is not None:
            self.open_fiche(self.current.id)

    def open_fiche(self, fiche_id: UUID) -> None:
        """Open a fiche of the dossier, and read the dossier again when it closes.

        Args:
            fiche_id: The fiche.
        """
        self.app.push_screen(FicheScreen(self.dossier_id, fiche_id), self._go_on)

    def _go_on(self, following: UUID | None) -> None:
        """Open the fiche that was asked for at the end of another, and read the dossier again."""
        self.reload()
        if following is not None:
            self.tree_view.reveal(str(following))
            self.open_fiche(following)

    def action_suivante(self) -> None:
        """Go to the next fiche that is not green."""
        here = self.current
        following = self.arbre.next_to_do(here.id if here else None) if self.arbre else None
        if following is None:
            self.set_status("Toutes les fiches sont finalisées : v pour envoyer en validation.")
        else:
            self.tree_view.reveal(str(following.id))

    # --- Actions: one entry of the menu each ---

    @work(group="dossier-action", exit_on_error=False)
    async def act(self, entry: str) -> None:
        """Do an entry of the Actions menu: ask what must be asked, act, read again.

        Args:
            entry: Its id.
        """
        await self.run_entry(entry)

    async def run_entry(self, entry: str) -> None:
        """Do an entry of the Actions menu, in the worker that runs now."""
        if entry.startswith("creer-"):
            await dossier_lines.create(self, Kind(entry.removeprefix("creer-")))
        elif entry in ENTRIES:
            await ENTRIES[entry](self)
        elif entry == "ouvrir":
            self.action_ouvrir()
        else:
            self.action_etat()

    @work(group="dossier-action", exit_on_error=False)
    async def action_actions(self) -> None:
        """Open the Actions menu of the line."""
        if here := self.here():
            menu = ActionMenu(f"Actions – {here[2].nom}", menu_items(*here, self.ticked))
            chosen = await self.app.push_screen_wait(menu)
            if chosen is not None:
                await self.run_entry(chosen)

    @work(group="dossier-action", exit_on_error=False)
    async def on_paste(self, event: Paste) -> None:
        """Take what is pasted on the tree for a table of units."""
        await dossier_tableau.open_table(self, dossier_tableau.PASTED, event.text.encode())

    action_dupliquer = _entry("dupliquer")
    action_deplacer = _entry("deplacer")
    action_renommer = _entry("renommer")
    action_supprimer = _entry("supprimer")
    action_retablir = _entry("retablir")
    action_finaliser = _entry("finaliser")
    action_type = _entry("type")
    action_annuler = _entry("annuler")
    action_refaire = _entry("refaire")
    action_modele = _entry("modele")
    action_tableau = _entry("tableau")
    action_gestes = _entry("gestes")
    action_creer = _entry("creer")
    action_differences = _entry("differences")
    action_envoyer = _entry("avancer")
    action_refuser = _entry("refuser")
    action_retirer = _entry("retirer")
    action_abandonner = _entry("abandonner")
    action_reprendre = _entry("reprendre")
    action_trier = _entry("trier")
    action_commentaires = _entry("commentaires")
    action_controles = _entry("controles")
    action_conflits = _entry("conflits")

    def action_etat(self) -> None:
        """Show where the dossier is: who must act, since when, and all that happened."""
        if self.dossier is not None:
            self.app.push_screen(SuiviScreen(self.dossier_id))
