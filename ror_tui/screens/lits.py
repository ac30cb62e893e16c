"""« Lits et places » : the figures of a whole establishment, typed straight into a grid (DOMAIN §7)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any, ClassVar
from uuid import UUID

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static
from textual.worker import Worker

from ror_tui.api_client.errors import RorError
from ror_tui.api_client.models import Nomenclature, ReleveLits, SaisieLits, SignalLits, StatutCapacite
from ror_tui.keymap import bindings
from ror_tui.screens import lits_choix, lits_decision, lits_enregistrement, lits_historique, lits_lines
from ror_tui.screens.base import RorScreen
from ror_tui.screens.lits_brouillon import LitsDraft
from ror_tui.screens.lits_lines import Row
from ror_tui.services import fiche
from ror_tui.services import lits as service
from ror_tui.services.attente import Envoi
from ror_tui.services.lits import STATUTS, Ligne, Lits
from ror_tui.services.lits.dire import LISTS, Labels, labels, type_list
from ror_tui.texts import french, plain, plural
from ror_tui.widgets.dialogs import ActionMenu, Message
from ror_tui.widgets.lits_grid import LitsGrid

SHORT = 16


class LitsScreen(RorScreen[None]):
    """The beds and places of a structure and all below it.

    Args:
        structure_id: An establishment, a pôle, a service, a UF or a unit.
    """

    TITLE_FR = "Lits et places"
    TAB = "repertoire"
    CONTEXTS: ClassVar[tuple[str, ...]] = ("lits", "arbre")
    CSS_PATH = "lits.tcss"
    KEYS_WAIT = frozenset({"lits-read"})
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("lits")]
    AUTO_FOCUS = "#lits-grille"

    def __init__(self, structure_id: UUID) -> None:
        super().__init__()
        self.structure_id = structure_id
        self.lits: Lits | None = None
        self.nomenclatures: dict[str, Nomenclature] = {}
        self.known: Labels = {}
        self.rows: list[Row] = []
        self.writing: Worker[Any] | None = None
        self.draft = LitsDraft(self, structure_id)

    def compose_body(self) -> ComposeResult:
        """Lay out the heads, the grid, the totals, and what is said of the cell under the cursor."""
        yield Static(id="lits-titres")
        yield LitsGrid(self._paint, len(STATUTS), self._typable, id="lits-grille")
        yield Static(id="lits-totaux")
        yield Static(id="lits-cellule")

    @property
    def grid(self) -> LitsGrid:
        """The grid."""
        return self.query_one(LitsGrid)

    @property
    def here(self) -> tuple[Ligne, StatutCapacite] | None:
        """The cell under the cursor."""
        row = self.rows[self.grid.cursor] if self.grid.cursor < len(self.rows) else ()
        return (row, STATUTS[self.grid.column]) if isinstance(row, Ligne) else None

    # --- Reading ---

    def on_mount(self) -> None:
        """Read the figures."""
        self.set_status("Lecture des lits…")
        self.load()

    @work(exclusive=True, group="lits-read", exit_on_error=False)
    async def load(self) -> None:
        """Read the figures; what is typed stays, and follows what others wrote."""
        try:
            await self._read()
        except RorError as error:
            self.set_status("Les lits n'ont pas pu être lus. F5 : réessayer.")
            self.ror.fail(error, retry=self.load)

    async def _read(self) -> None:
        if not self.nomenclatures:
            read = await asyncio.gather(*(fiche.nomenclature(self.ror.client, name) for name in LISTS))
            self.nomenclatures = dict(zip(LISTS, read, strict=True))
            self.known = labels(self.nomenclatures)
        found = await service.ouvrir(self.ror.client, self.structure_id)
        if self.lits is None:
            self.lits = found
        else:
            self.lits.remplacer(found.releve)
        self.set_crumbs("Répertoire", *self._path(found), "Lits et places")
        self.set_banner(french(found.releve.refus) if found.releve.refus else None)
        self.show()
        await self.draft.offer(self.lits)

    def _path(self, lits: Lits) -> list[str]:
        eg, structure = lits.releve.eg, lits.releve.structure
        return [eg.nom] if eg.id == structure.id else [eg.nom, structure.nom]

    def action_recharger(self) -> None:
        """Read again from the server; what is typed stays."""
        self.load()

    def hear_lits(self, signal: SignalLits) -> None:
        """Take in what somebody types at this moment in the same establishment."""
        if self.lits is not None and signal.eg_id == self.lits.releve.eg.id and not self.saving:
            self.follow(signal.acteur)

    @work(exclusive=True, group="lits-read", exit_on_error=False)
    async def follow(self, acteur: str) -> None:
        """Read again what somebody has just typed."""
        try:
            found = await service.ouvrir(self.ror.client, self.structure_id)
        except RorError:
            return  # the last line says what the link is; it is read again once it is back
        if self.lits is None:
            return
        before = {one.id: one.version for one in self.lits.releve.unites}
        ecarts = self.lits.remplacer(found.releve)
        self.show()
        if any(before.get(one.id) != one.version for one in found.releve.unites):
            waiting = f" {plural(ecarts, 'cellule est', 'cellules sont')} à décider (]) ." if ecarts else ""
            self.set_status(french(f"{plain(acteur)} vient de saisir des lits : ils sont repris ici.{waiting}"))

    # --- Showing ---

    def _paint(self, index: int, width: int, at: tuple[bool, int]) -> Content:
        row = self.rows[index]
        if self.lits is None or not isinstance(row, Ligne):
            return lits_lines.heading(row if isinstance(row, tuple) else ())
        return lits_lines.line(self.lits, row, self.known, width, at)

    def _typable(self, index: int) -> bool:
        return index < len(self.rows) and isinstance(self.rows[index], Ligne)

    def show(self, ligne: Ligne | None = None) -> None:
        """Show the figures as they are by now.

        Args:
            ligne: Where to put the cursor; None to leave it where it is.
        """
        if self.lits is None:
            return
        here = ligne or (self.here[0] if self.here else None)
        self.rows = lits_lines.rows(self.lits)
        at = self.rows.index(here) if here in self.rows else self.grid.cursor
        self.grid.show(len(self.rows), at)
        self.show_cell()

    @on(LitsGrid.Moved)
    def show_cell(self) -> None:
        """Say the whole of the cell under the cursor, and add the columns up."""
        if self.lits is None:
            return
        width = max(self.size.width - 3, 20)
        self.query_one("#lits-titres", Static).update(lits_lines.heads(width, self.grid.column))
        self.query_one("#lits-totaux", Static).update(lits_lines.totals(self.lits, width))
        self.grid.refresh()
        if self.here is not None:
            ligne, statut = self.here
            self.query_one("#lits-cellule", Static).update(lits_lines.detail(self.lits, ligne, statut, self.known))
            self.set_status(lits_lines.unit_status(self.lits, ligne.unite, self.known))

    def on_resize(self) -> None:
        """Give the columns the new width."""
        self.set_class(self.size.height < SHORT, "-short")
        self.show_cell()

    # --- Typing ---

    @on(LitsGrid.Typed)
    def type_digit(self, event: LitsGrid.Typed) -> None:
        """Write a digit in the cell, at once."""
        if self.lits is None or self.here is None or self._refused():
            return
        ligne, statut = self.here
        before = self.lits.nombre(ligne, statut) if event.suite else None
        self.lits.taper(ligne, statut, int(f"{before or ''}{event.digit}"), suite=event.suite)
        self.typed()

    @on(LitsGrid.Erased)
    def erase(self, event: LitsGrid.Erased) -> None:
        """Take the last digit away, or the whole number."""
        if self.lits is None or self.here is None or self._refused():
            return
        ligne, statut = self.here
        left = "" if event.whole else str(self.lits.nombre(ligne, statut) or "")[:-1]
        self.lits.taper(ligne, statut, int(left) if left else None)
        self.typed()

    def _refused(self) -> bool:
        """Say why the cell under the cursor cannot be typed, if so."""
        if self.lits is None or self.here is None:
            return True
        refus = self.lits.refus(*self.here)
        if refus:
            self.grid.typing = False
            self.set_status(french(plain(refus)))
        return refus is not None

    def typed(self) -> None:
        """Keep and show what has just changed."""
        if self.lits is not None:
            self.draft.note(self.lits)
            self.show()

    @on(LitsGrid.Left)
    def ask_type(self, event: LitsGrid.Left) -> None:
        """Ask the type of closed or supplementary beds, once: the next cells say the same."""
        row = self.rows[event.row] if event.row < len(self.rows) else ()
        if self.lits is None or not isinstance(row, Ligne):
            return
        statut = STATUTS[event.column]
        chiffre = self.lits.chiffre(row, statut)
        if chiffre is not None and self.lits.asks_type(statut) and not chiffre.type:
            self.choose_type(row, statut)

    def action_type(self) -> None:
        """Choose the type of the cell."""
        if self.lits is None or self.here is None or self._refused():
            return
        ligne, statut = self.here
        if not self.lits.asks_type(statut):
            self.set_status(lits_choix.NO_TYPE)
        elif self.lits.chiffre(ligne, statut) is None:
            self.set_status("Tapez d'abord le nombre, puis son type.")
        else:
            self.choose_type(ligne, statut)

    @work(group="lits-type", exit_on_error=False)
    async def choose_type(self, ligne: Ligne, statut: StatutCapacite) -> None:
        """Ask the type of a cell."""
        await self.chosen_type(ligne, statut)

    async def chosen_type(self, ligne: Ligne, statut: StatutCapacite) -> bool:
        """Ask the type of a cell; tells whether it has one."""
        chiffre = self.lits.chiffre(ligne, statut) if self.lits else None
        if self.lits is None or chiffre is None:
            return False
        known = self.nomenclatures[type_list(statut)]
        codes = await self.app.push_screen_wait(lits_choix.type_picker(known, chiffre.type))
        if not codes:
            return bool(chiffre.type)
        self.lits.change_type(ligne, statut, codes[0])
        self.typed()
        return True

    @work(group="lits-type", exit_on_error=False)
    async def action_ligne(self) -> None:
        """Add a line to the unit: places, a gender, a forecast, another type of closing."""
        if self.lits is None or self.here is None:
            return
        unite = self.here[0].unite
        saisi = self.lits.saisis[unite].unite
        if refus := saisi.reserve or saisi.refus:
            self.set_status(french(plain(refus)))
            return
        offered = lits_choix.sorts(self.lits.regles, self.known)
        codes = await self.app.push_screen_wait(lits_choix.sort_picker(offered))
        if codes:
            self.show(self.lits.ajouter(unite, offered[int(codes[0]) - 1][1]))

    def action_reconduire(self) -> None:
        """Confirm the figures of the unit as they are."""
        if self.here is not None and not self._unit_refused(self.here[0].unite):
            self._confirm([self.here[0].unite])

    def _unit_refused(self, unite: UUID) -> bool:
        one = self.lits.saisis[unite].unite if self.lits else None
        refus = (one.reserve or one.refus) if one else None
        if refus:
            self.set_status(french(plain(refus)))
        return refus is not None

    def action_reconduire_tout(self) -> None:
        """Confirm the figures of all units as they are."""
        if self.lits is not None:
            self._confirm(list(self.lits.saisis))

    def _confirm(self, unites: Iterable[UUID]) -> None:
        if self.lits is None:
            return
        count = self.lits.confirmer(unites)
        if not count:
            self.set_status(french(self.lits.releve.refus or "Aucun chiffre n'a encore été saisi : tapez-les d'abord."))
            return
        self.typed()
        said = plural(count, "unité reconduite", "unités reconduites")
        self.set_status(french(f"{said} : F2 enregistre les mêmes chiffres à la date d'aujourd'hui."))

    def action_annuler(self) -> None:
        """Take the last step back."""
        self._turned(self.lits.annuler() if self.lits else None, "Il n'y a rien à annuler.")

    def action_refaire(self) -> None:
        """Do again what was taken back."""
        self._turned(self.lits.refaire() if self.lits else None, "Il n'y a rien à refaire.")

    def _turned(self, unite: UUID | None, nothing: str) -> None:
        self.grid.typing = False
        if unite is None:
            self.set_status(nothing)
        else:
            self.typed()

    # --- Moving ---

    def action_case_suivante(self) -> None:
        """Go to the next cell."""
        self.grid.step(1)

    def action_case_precedente(self) -> None:
        """Go to the cell before."""
        self.grid.step(-1)

    def action_suivant(self) -> None:
        """Go to the next cell to decide, else the next unit to check or to bring up to date."""
        self._go(1)

    def action_precedent(self) -> None:
        """Go to the one before."""
        self._go(-1)

    def _go(self, by: int) -> None:
        cells = lits_decision.to_see(self.lits, self.rows) if self.lits else []
        if not cells:
            self.set_status("Tout est à jour : aucune cellule à décider ni à vérifier.")
            return
        self.grid.go_to(*lits_decision.next_to((self.grid.cursor, self.grid.column), cells, by))

    # --- Deciding between two figures ---

    def action_mien(self) -> None:
        """Keep what was typed here in the cell."""
        self._decide(mien=True)

    def action_sien(self) -> None:
        """Take what the other one wrote in the cell."""
        self._decide(mien=False)

    def _decide(self, *, mien: bool) -> None:
        if self.lits is None or self.here is None:
            return
        if self.lits.ecart(*self.here) is None:
            self.set_status(lits_choix.NO_CONFLICT)
            return
        self.lits.decider(*self.here, mien=mien)
        self.typed()
        if self.lits.ecarts():
            self.action_suivant()

    def action_miens(self) -> None:
        """Keep all that was typed here."""
        self._decide_all(mien=True)

    def action_siens(self) -> None:
        """Take all that the others wrote."""
        self._decide_all(mien=False)

    def _decide_all(self, *, mien: bool) -> None:
        if self.lits is not None:
            lits_decision.decide_all(self.lits, self.rows, mien=mien)
            self.typed()

    # --- Saving and leaving ---

    @property
    def saving(self) -> bool:
        """Tell whether a save is on its way."""
        return self.writing is not None and not self.writing.is_finished

    def action_enregistrer(self) -> None:
        """Save what changed; it ends even if this screen closes, one at a time."""
        if self.lits is not None and not self.saving:
            self.grid.typing = False
            group = f"lits-save-{self.structure_id}"
            job = lits_enregistrement.save(self)
            self.writing = self.app.run_worker(job, group=group, exit_on_error=False)

    def taken_up(self, lost: int) -> None:
        """Show what the journal kept once it is typed again.

        Args:
            lost: Fields of units that are gone, or that the account may not type any more.
        """
        self.typed()
        gone = plural(lost, "chiffre d'une unité disparue", "chiffres d'unités disparues")
        note = f" {gone} : laissé de côté." if lost else ""
        self.set_status(french(f"Votre saisie est reprise : F2 pour enregistrer.{note}"))

    def hear_saved(self, envoi: Envoi) -> None:
        """Show what was saved once the link was back."""
        sent = envoi.attente
        if sent.ref == self.draft.ref and isinstance(envoi.pris, ReleveLits) and self.lits is not None:
            self.lits.enregistres(SaisieLits.model_validate(sent.envoi), envoi.pris)
            self.draft.confirm(sent.valeurs, self.lits)
            self.show()

    async def may_leave(self) -> bool:
        """Ask what to do with what is typed and not saved."""
        if self.writing is not None and self.saving:
            await self.writing.wait()
        if self.lits is None or not self.lits.modifies() or self.draft.waits(self.lits):
            return True
        answer = await self.draft.leave()
        return await lits_enregistrement.save(self) if answer == "enregistrer" else answer is not None

    # --- The rest ---

    @work(group="lits-menu", exit_on_error=False)
    async def action_actions(self) -> None:
        """Show the Actions menu."""
        chosen = await self.app.push_screen_wait(ActionMenu("Lits et places", lits_choix.menu_items(self)))
        if chosen is not None:
            await self.run_action(chosen)

    @work(group="lits-menu", exit_on_error=False)
    async def action_historique(self) -> None:
        """Show who typed what and when, of the unit under the cursor or of all."""
        unite = self.here[0].unite if self.here else self.structure_id
        try:
            text = await lits_historique.told(self.ror.client, unite, self.known)
        except RorError as error:
            self.ror.fail(error)
            return
        await self.app.push_screen_wait(Message("Historique des lits", text))
