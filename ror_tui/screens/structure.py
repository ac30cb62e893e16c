"""A published fiche: every value, what is locked, the dossiers that are open on it."""

from __future__ import annotations

import asyncio
from typing import ClassVar
from uuid import UUID

from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from ror_tui.api_client.errors import NotFound, RorError
from ror_tui.api_client.models import Evenement, Modele, Nomenclature, SignalLits, Structure
from ror_tui.keymap import bindings
from ror_tui.marks import KIND
from ror_tui.screens import historique_actions, repertoire_menu, structure_text
from ror_tui.screens.base import RorScreen
from ror_tui.screens.edition import EditionScreen
from ror_tui.screens.historique import HistoriqueScreen
from ror_tui.screens.lits import LitsScreen
from ror_tui.services import compte, fiche, repertoire
from ror_tui.texts import french, moment, plain
from ror_tui.widgets.dialogs import Message


class StructureScreen(RorScreen[None]):
    """The fiche of a structure, as it is published.

    Args:
        structure_id: The structure.
    """

    TITLE_FR = "Répertoire"
    CONTEXTS = ("structure",)
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("structure")]
    DEFAULT_CSS = """
    StructureScreen #structure-texte { padding: 0 1; scrollbar-size-vertical: 1; }
    StructureScreen #structure-texte > Static { height: auto; }
    """

    def __init__(self, structure_id: UUID) -> None:
        super().__init__()
        self.structure_id = structure_id
        self._fiche: tuple[Structure, Modele | None, dict[str, Nomenclature]] | None = None

    def compose_body(self) -> ComposeResult:
        """Lay out the text, which scrolls."""
        with VerticalScroll(id="structure-texte"):
            yield Static(id="structure-fiche", markup=False)

    def on_mount(self) -> None:
        """Load the fiche."""
        self.set_status("Chargement de la fiche…")
        self.load()

    def on_screen_resume(self) -> None:
        """Load again what a dossier may have changed meanwhile."""
        if self.ror.repertoire_moved:
            self.load()

    @work(exclusive=True, group="structure", exit_on_error=False)
    async def load(self) -> None:
        """Load the structure, its form and the nomenclatures of its codes."""
        try:
            structure = await repertoire.structure(self.ror.client, self.structure_id)
            modele = await self._form()
            nomenclatures = await self._nomenclatures(structure, modele)
        except RorError as error:
            self.set_status("La fiche n'a pas pu être lue. F5 : réessayer.")
            self.ror.fail(error, retry=self.load)
        else:
            self.show(structure, modele, nomenclatures)

    async def _form(self) -> Modele | None:
        try:
            return await repertoire.modele_structure(self.ror.client, self.structure_id)
        except NotFound:
            return None

    async def _nomenclatures(self, structure: Structure, modele: Modele | None) -> dict[str, Nomenclature]:
        champs = modele.champs() if modele else []
        wanted = sorted(fiche.nomenclatures_de(champ for champ in champs if champ.id in structure.valeurs))
        read = await asyncio.gather(*(fiche.nomenclature(self.ror.client, name) for name in wanted))
        return dict(zip(wanted, read, strict=True))

    def show(self, structure: Structure, modele: Modele | None, nomenclatures: dict[str, Nomenclature]) -> None:
        """Show a fiche.

        Args:
            structure: The structure.
            modele: Its form, None when this kind has none.
            nomenclatures: Those of its codes, by name.
        """
        self.set_crumbs("Répertoire", *(up.nom for up in structure.chemin), structure.nom)
        self.set_banner(french(structure.bandeau) if structure.bandeau else None)
        self._fiche = (structure, modele, nomenclatures)
        self.write()
        refusal = structure.dossier_refus
        self.set_status(refusal or f"{KIND[structure.kind]} · mise à jour le {moment(structure.maj_le)}")

    def hear(self, evenement: Evenement | None) -> None:
        """Say that the fiche was changed; it never changes under the eyes.

        Args:
            evenement: What was published; None when something was missed.
        """
        if evenement is None:
            self.set_status("Des publications ont pu être manquées. F5 : relire.")
            return
        op = next((one.op for one in evenement.structures if one.id == self.structure_id), None)
        if op is not None:
            done = "Supprimée du Répertoire" if op == "delete" else "Modifiée"
            self.set_status(french(f"{done} à l'instant par {evenement.acteur} : F5 pour relire."))
        elif evenement.tronque:
            self.set_status(french(f"{evenement.message} : cette fiche a pu changer. F5 pour relire."))

    def write(self) -> None:
        """Write the fiche for the width of the screen."""
        if self._fiche is not None:
            text = structure_text.write(*self._fiche, self.size.width - 3)
            self.query_one("#structure-fiche", Static).update(text)

    def on_resize(self) -> None:
        """Wrap the values again."""
        self.write()

    def action_recharger(self) -> None:
        """Load again from the server."""
        self.load()

    @work(exclusive=True, group="favori", exit_on_error=False)
    async def action_favori(self) -> None:
        """Add the structure to the favourites, or take it away (guide §3a)."""
        favori = not await compte.is_favori(self.ror.client, self.structure_id)
        await compte.mark(self.ror.client, [self.structure_id], favori=favori)
        self.ror.repertoire_moved = True
        self.ror.say("Ajouté aux favoris." if favori else french("Retiré des favoris (f : remettre)."))

    def action_historique(self) -> None:
        """Show who changed what, and when."""
        nom = self._fiche[0].nom if self._fiche else ""
        self.app.push_screen(HistoriqueScreen(self.structure_id, nom))

    @work(group="structure-au", exit_on_error=False)
    async def action_au(self) -> None:
        """Show the fiche as it was at a date."""
        await historique_actions.ask_date(self, self.structure_id)

    def action_modifier(self) -> None:
        """Modify the published fiche (guide §4c), or say why it cannot be."""
        if self._fiche is None:
            return
        structure = self._fiche[0]
        if structure.modification_refus:
            self.app.push_screen(Message("Modification impossible", french(structure.modification_refus)))
        else:
            self.app.push_screen(EditionScreen(structure), self._modified)

    def _modified(self, _published: bool | None = None) -> None:
        self.load()

    def hear_lits(self, signal: SignalLits) -> None:
        """Say that beds were typed; they never change under the eyes."""
        structure = self._fiche[0] if self._fiche else None
        if structure is not None and signal.eg_id in {structure.id, *(up.id for up in structure.chemin)}:
            self.set_status(french(f"Lits saisis à l'instant par {plain(signal.acteur)} : F5 pour relire."))

    def action_lits(self) -> None:
        """Open the beds and places, or say why there are none."""
        if self._fiche is not None and self._fiche[0].lits is None:
            self.app.push_screen(Message("Lits et places", repertoire_menu.LITS_ON_AN_EG))
        else:
            self.app.push_screen(LitsScreen(self.structure_id), self._modified)

    def action_controles(self) -> None:
        """Open what the controls find in the establishment."""
        self.ror.open_controles(self.structure_id)

    def action_dossier(self) -> None:
        """Open a dossier collaboratif on the establishment."""
        self.ror.describe(self.structure_id)
