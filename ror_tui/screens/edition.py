"""A published fiche in modification (guide §4c): « Modifier » publishes at once, « Annuler » leaves it as it was."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static

from ror_tui.api_client.errors import Conflict, Invalid, RorError, Stale
from ror_tui.api_client.models import (
    Evenement,
    Modele,
    Probleme,
    ReponseRepercussion,
    Structure,
    Valeurs,
)
from ror_tui.journal import Attente
from ror_tui.keymap import bindings
from ror_tui.marks import KIND
from ror_tui.screens import repercussion, saisie_reprendre
from ror_tui.screens.brouillon import Draft, Held
from ror_tui.screens.controles_vifs import LiveControls
from ror_tui.screens.saisie import KEPT, MODIFIED, FormScreen
from ror_tui.services import edition
from ror_tui.services.attente import Envoi
from ror_tui.services.saisie import Libelles, dire
from ror_tui.texts import french, plain
from ror_tui.widgets.form import FormView
from ror_tui.widgets.stale import stale_question

LOCKED = "⊘ Adresse, FINESS, SIRET, raison sociale : support SESAN, 01 83 76 30 31"
TYPE_LOCKED = "dans un dossier seulement (Ctrl+D)"


class EditionScreen(FormScreen[bool]):
    """The form of a published fiche; gives whether something was published.

    Args:
        structure: The fiche, as it was read.
    """

    TITLE_FR = "Modification"
    CONTEXTS: ClassVar[tuple[str, ...]] = ("edition", "formulaire", "choix")
    CSS_PATH = "edition.tcss"
    KEYS_WAIT = frozenset({"edition-read"})
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("edition")]

    def __init__(self, structure: Structure) -> None:
        super().__init__()
        self.structure = structure
        self.whole: Modele | None = None
        self.draft = Draft(self, "", str(structure.id))
        self.live = LiveControls(self, lambda: self.structure)

    def compose_body(self) -> ComposeResult:
        """Lay out the title and the form."""
        yield Static(id="edition-title")
        yield FormView(id="form")

    # --- Reading ---

    def on_mount(self) -> None:
        """Read the fiche again: it is what is typed over."""
        self.read()

    @work(exclusive=True, group="edition-read", exit_on_error=False)
    async def read(self) -> None:
        """Read the fiche, its form and the value sets that it names; show them."""
        self.set_status("Lecture de la fiche…")
        try:
            await self._read()
        except RorError as error:
            self.ror.fail(error, retry=self.read_again)

    def read_again(self) -> None:
        """Read once more, after a failure."""
        self.read()

    async def _read(self) -> None:
        self.structure, self.whole = await edition.ouvrir(self.ror.client, self.structure)
        self.nomenclatures = await self.sets(self.whole)
        self.modele = edition.modifiable(self.whole)
        await self.form.load(self.modele, self.structure.valeurs, nomenclatures=self.nomenclatures, locked=self.locked)
        self.name_communes()
        if self.form.place is None:
            self.form.focus_first()
        self.set_banner(self.structure.bandeau)
        self.show_title()
        held = Held(self.structure.nom, self.structure.version, self.modele, self.structure.valeurs, self.nomenclatures)
        await self.draft.offer(held, reason=None)

    def show_title(self) -> None:
        """Say what is modified, what is locked, and whether something typed is not published."""
        modified = f"{MODIFIED} · " if self.form.modified else ""
        title = Content.assemble(
            (modified, "$text-warning bold"),
            (f"Modification de la fiche publiée · {KIND[self.structure.kind]}", "bold"),
            "\n",
            (french(f"{self._type()}{LOCKED}"), "$text-muted"),
        )
        self.query_one("#edition-title", Static).update(title)
        nom = self.form.to_values().get("nom")
        self.set_crumbs(
            "Répertoire", *(up.nom for up in self.structure.chemin), str(nom or self.structure.nom), "Modifier"
        )

    def _type(self) -> str:
        champ = self.whole.champ("type_uo") if self.whole else None
        if champ is None:
            return ""
        said = dire(champ, self.structure.valeurs.get("type_uo"), Libelles(self.nomenclatures))
        return f"⊘ {plain(champ.libelle)}, {TYPE_LOCKED} : {said}\n"

    @on(FormView.Changed)
    def follow(self) -> None:
        """Keep the title true while one types, and what is typed on this machine."""
        self.show_title()
        self.live.soon()
        self.draft.note(self.structure.nom, self.structure.version)

    def hear(self, evenement: Evenement | None) -> None:
        """Say that somebody else has just published the fiche; what is typed stays.

        Args:
            evenement: What was published; None when something was missed.
        """
        if evenement is None or any(one.id == self.structure.id for one in evenement.structures):
            who = evenement.acteur if evenement else "Quelqu'un"
            self.set_status(french(f"{who} vient de publier cette fiche : F2 comparera avant d'enregistrer."))

    # --- Publishing ---

    def action_enregistrer(self) -> None:
        """« Modifier »: publish what is typed; it ends even if this screen closes, one at a time."""
        if self.modele is not None:
            self.run_save(self.save_and_close, f"edition-save-{self.structure.id}")

    async def save_and_close(self) -> None:
        """Publish, and give the fiche back once the server confirmed."""
        if await self.save() and self.is_attached:
            self.dismiss(True)

    async def save(self) -> bool:
        """Publish what is typed, asking what must be asked.

        Returns:
            Whether the server holds all that is typed.
        """
        changes = self.form.changes()
        if not changes:
            self.ror.say("Rien à enregistrer : la fiche n'a pas changé.")
            return True
        return await self._publish(changes, [])

    async def _publish(self, changes: Valeurs, answers: list[ReponseRepercussion]) -> bool:
        self.set_status("Enregistrement…")
        try:
            saved = await edition.modifier(self.ror.client, self.structure, changes, answers)
        except Conflict as error:
            return await self._carry_over(error, changes, answers)
        except Stale as error:
            return await self._settle(error.probleme, changes)
        except Invalid as error:
            return self.refuse(error)
        except RorError as error:
            return self.failed(error, self.action_enregistrer)
        self.structure = saved
        self.draft.confirm(saved.nom, saved.version, changes)
        self.ror.repertoire_moved = True
        self.ror.say("Fiche modifiée : elle est publiée dans le Répertoire.")
        return True

    def pending(self) -> Attente | None:
        """Give what is typed as a save that can wait for the link."""
        changes = self.form.changes()
        envoi = {"valeurs": changes, "version": self.structure.version}
        base = {champ: self.structure.valeurs.get(champ) for champ in changes}
        waiting = Attente(self.draft.ref, self.structure.nom, changes, envoi, datetime.now(UTC), base=base)
        return waiting if changes else None

    def hear_saved(self, envoi: Envoi) -> None:
        """Close once what waited for the link is published, unless more was typed since."""
        if envoi.attente.ref == self.draft.ref and isinstance(envoi.pris, Structure):
            self.structure = envoi.pris
            if self.is_current and self.form.changes() == envoi.attente.valeurs:
                self.draft.confirm(envoi.pris.nom, envoi.pris.version, envoi.attente.valeurs)
                self.dismiss(True)

    async def _carry_over(self, error: Conflict, changes: Valeurs, answers: list[ReponseRepercussion]) -> bool:
        """Ask, field by field, whether the dossiers that touch the same ones follow; then publish."""
        if not error.probleme.questions:
            self.ror.fail(error)
            return False
        given = await repercussion.ask(self.app, error.probleme.questions)
        if given is None:
            self.set_status(KEPT)
            return False
        asked = {(one.dossier_id, one.champ) for one in given}
        kept = [one for one in answers if (one.dossier_id, one.champ) not in asked]
        return await self._publish(changes, [*kept, *given])

    async def _settle(self, probleme: Probleme, changes: Valeurs) -> bool:
        """Ask what to do when somebody else published meanwhile; nothing is lost whatever the answer."""
        if self.modele is None:
            return False
        question = stale_question(probleme, self.modele, self.structure.valeurs, changes, self.nomenclatures)
        answer = await self.app.push_screen_wait(question)
        if answer == "garder":
            version = int((probleme.etag or "0").strip('"'))
            self.structure = self.structure.model_copy(update={"version": version})
            return await self._publish(changes, [])
        if answer == "prendre":
            self.read()
        self.set_status(KEPT if answer != "prendre" else "")
        return False

    async def take_from(self) -> None:
        """Take what another fiche says."""
        await saisie_reprendre.take(self, saisie_reprendre.Filled(self.structure.id, self.structure.kind, None))

    # --- Moving and leaving ---

    def nothing_left(self) -> None:
        """Say that it can be published."""
        self.set_status(french("Aucun champ à remplir ni à corriger : F2 pour publier."))

    @work(group="edition-dossier", exit_on_error=False)
    async def action_dossier(self) -> None:
        """Leave, and open a dossier, where the type d'UO can change."""
        if await self.may_leave():
            structure_id = self.structure.id
            self.dismiss(False)
            self.ror.describe(structure_id)
