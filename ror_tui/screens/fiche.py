"""A fiche of a dossier: type, save, finalise (guide §3d)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import ClassVar
from uuid import UUID

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.events import ScreenResume
from textual.widgets import Static

from ror_tui.api_client.errors import Invalid, RorError, Stale
from ror_tui.api_client.models import (
    Constat,
    EtatFiche,
    Evenement,
    Fiche,
    Kind,
    Probleme,
    SignalDossier,
    Valeurs,
)
from ror_tui.journal import Attente
from ror_tui.keymap import bindings
from ror_tui.marks import FICHE, KIND
from ror_tui.screens import attente, dossier_rows, fiche_suivante, saisie_recopier, saisie_reprendre
from ror_tui.screens.brouillon import Draft, Held
from ror_tui.screens.commentaires import CommentairesScreen
from ror_tui.screens.conflits import ConflitsScreen
from ror_tui.screens.controles_vifs import LiveControls
from ror_tui.screens.dossier_vie import Vie
from ror_tui.screens.saisie import KEPT, MODIFIED, FormScreen
from ror_tui.services import fiche as fiches
from ror_tui.services.attente import Envoi
from ror_tui.services.lien import EtatLien
from ror_tui.texts import clock, french, plural
from ror_tui.widgets.form import FormView
from ror_tui.widgets.stale import both_changed, others_change, stale_question

WIDE = 110
"""From this width on, the title says when the fiche was saved."""


class FicheScreen(FormScreen[UUID | None]):
    """One fiche of a dossier; gives the one to open next, if any.

    What is typed leaves the screen by a save that the server confirmed, or by choice.
    """

    TITLE_FR = "Fiche"
    TAB = "dossiers"
    CONTEXTS: ClassVar[tuple[str, ...]] = ("fiche", "formulaire", "choix")
    CSS_PATH = "fiche.tcss"
    KEYS_WAIT = frozenset({"fiche-read"})
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("fiche")]

    def __init__(self, dossier_id: UUID, fiche_id: UUID, *, champ: str | None = None) -> None:
        super().__init__()
        self.champ = champ
        self.dossier_id, self.fiche_id = dossier_id, fiche_id
        self.fiche: Fiche | None = None
        self.offered: UUID | None = None
        self.draft = Draft(self, str(dossier_id), str(fiche_id))
        self.live = LiveControls(self, lambda: self.fiche)
        self.vie = Vie(self, dossier_id, shown=self.show_title, changed=self.take_others, fiche_id=fiche_id)

    def compose_body(self) -> ComposeResult:
        """Lay out the title line and the form."""
        yield Static(id="fiche-title")
        yield FormView(id="form")

    def on_mount(self) -> None:
        """Read the fiche, and be seen on it."""
        self.read()
        self.vie.start()

    @on(ScreenResume)
    def come_back(self) -> None:
        """Say that one is here again, and read what others saved meanwhile."""
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

    async def take_others(self, signal: SignalDossier | None) -> None:
        """Take in what somebody else saved in this fiche, field by field; what is typed here stays.

        Args:
            signal: Who, and what; None when that was not heard.
        """
        before, modele = self.fiche, self.modele
        elsewhere = signal is not None and signal.structure_id not in {None, self.fiche_id}
        if before is None or modele is None or elsewhere:
            return
        if self.is_writing():
            return  # what it sends is judged by the server, which tells what moved
        fresh = await fiches.lire(self.ror.client, before)
        if self.fiche is not before:
            return  # it was saved or read again meanwhile
        told = others_change(modele, before, fresh, self.form.changes())
        if told.clash:
            self.set_status(told.text)
        elif fresh.modifiable != before.modifiable and not self.form.modified:
            await self._read()
        elif fresh != before:
            self.take(fresh, before.valeurs)
            self.set_status(told.text if fresh.modifiable else fresh.raison or "")

    # --- Reading ---

    @work(exclusive=True, group="fiche-read", exit_on_error=False)
    async def read(self) -> None:
        """Read the fiche, its form and the value sets the form names; show them."""
        self.set_status("Lecture de la fiche…")
        try:
            await self._read()
        except RorError as error:
            self.ror.fail(error, retry=self.read_again)

    def read_again(self) -> None:
        """Read once more, after a failure."""
        self.read()

    async def _read(self) -> None:
        fiche, modele = await fiches.ouvrir(self.ror.client, self.dossier_id, self.fiche_id)
        self.nomenclatures = await self.sets(modele)
        self.fiche, self.modele = fiche, modele
        await self.form.load(
            modele,
            fiche.valeurs,
            _worth_showing(fiche),
            nomenclatures=self.nomenclatures,
            publiees=fiche.publiees,
            readonly=not fiche.modifiable,
            locked=self.locked,
        )
        self.name_communes()
        if self.form.place is None:
            self.form.focus_first()
        if self.champ:
            self.form.focus_field(self.champ)
            self.champ = None
        self.show_title()
        held = Held(fiche.nom, fiche.version, modele, fiche.valeurs, self.nomenclatures)
        await self.draft.offer(held, reason=None if fiche.modifiable else fiche.raison or "")

    def show_title(self) -> None:
        """Say what the fiche is, its state, what is left to do, and whether something typed is not saved."""
        fiche = self.fiche
        if fiche is None:
            return
        modified = self.form.modified
        mark = FICHE[fiche.etat]
        left = self.form.missing() if fiche.modifiable else 0
        created = " en création" if fiche.publiees is None else ""
        todo = f" · {plural(left, 'champ à compléter', 'champs à compléter')}" if left else ""
        saved = f" · enregistrée à {clock(fiche.modifiee_le)}" if fiche.modifiee_le and self.size.width >= WIDE else ""
        title = Content.assemble(
            (f"{MODIFIED} · " if modified else "", "$text-warning bold"),
            (f"{mark.glyph} {mark.word}", f"${mark.color}" if mark.color.startswith("text") else f"$text-{mark.color}"),
            f" {dossier_rows.filled(fiche.completude)}" if fiche.completude else "",
            f"{todo} · {KIND[fiche.kind]}{created}",
            (
                f" · {said}" if (said := dossier_rows.population(fiche)) and self.size.width >= WIDE else "",
                "$text-muted",
            ),
            (saved, "$text-muted"),
            (self.vie.said(self.fiche_id), "$text-accent"),
        )
        self.query_one("#fiche-title", Static).update(title)
        nom = self.form.to_values().get("nom")
        self.set_crumbs(
            "Dossiers", *(lien.nom for lien in fiche.chemin if lien.kind is not Kind.EJ), str(nom or fiche.nom)
        )
        self.set_banner(fiche.bandeau or (None if fiche.modifiable else fiche.raison))

    @on(FormView.Judged)
    def count_again(self) -> None:
        """Say what is left to do by what the controls found."""
        self.show_title()

    @on(FormView.Changed)
    def follow(self) -> None:
        """Keep the title true while one types, keep what is typed on this machine, and let the others know."""
        self.show_title()
        self.live.soon()
        self.vie.write(self.form.modified)
        if self.fiche is not None:
            self.draft.note(self.fiche.nom, self.fiche.version)

    # --- Writing ---

    def write(self, job: Callable[[], Awaitable[bool]]) -> None:
        """Run a save on the application, so that it ends even if this screen closes; one at a time.

        Args:
            job: What to do; it gives whether the server confirmed.
        """
        if self.fiche is None or not self.fiche.modifiable:
            self.ror.say("Cette fiche est en lecture seule.")
        else:
            self.run_save(job, f"fiche-save-{self.fiche_id}")

    def action_enregistrer(self) -> None:
        """Save the fiche."""
        self.write(self.save)

    def action_finaliser(self) -> None:
        """Save the fiche and finalise it."""
        self.write(self.finalise)

    async def save(self, *, quietly: bool = False, then_finalise: bool = False) -> bool:
        """Save what is typed.

        Args:
            quietly: Say nothing when it worked.
            then_finalise: What waits for the link is finalised too.

        Returns:
            Whether the server holds all that is typed.
        """
        fiche = self.fiche
        if fiche is None:
            return False
        changes, sent = self.form.changes(), self.form.to_values()
        if not changes and fiche.etat is not EtatFiche.A_COMPLETER:
            self.ror.say("Rien à enregistrer : la fiche n'a pas changé.")
            return True
        self.set_status("Enregistrement…")
        try:
            saved = await fiches.enregistrer(self.ror.client, fiche, changes)
        except Stale as error:
            return await self.settle(error.probleme, changes)
        except Invalid as error:
            return self.refuse(error)
        except RorError as error:
            return self.unsaved(error, then_finalise=then_finalise)
        self.take(saved, sent)
        if not quietly:
            self.ror.say("Fiche enregistrée.")
        return True

    def unsaved(self, error: RorError, *, then_finalise: bool) -> bool:
        """Say that a save waits for the link, what is to be finalised too, or that it failed."""
        queued = then_finalise and attente.queue(self, error, self.to_finalise())
        return False if queued else self.failed(error, self.action_enregistrer)

    def pending(self) -> Attente | None:
        """Give what is typed as a save that can wait for the link."""
        fiche, changes = self.fiche, self.form.changes()
        if fiche is None or not (changes or fiche.etat is EtatFiche.A_COMPLETER):
            return None
        envoi = fiches.demande(fiche, changes).model_dump(mode="json") | {"version": fiche.version}
        base = {champ: fiche.valeurs.get(champ) for champ in changes}
        return Attente(self.draft.ref, fiche.nom, changes, envoi, datetime.now(UTC), base=base)

    def to_finalise(self) -> Attente | None:
        """Give what is typed, to be saved and finalised once the link is back."""
        one = self.pending()
        if one is None and self.fiche is not None:
            one = Attente(self.draft.ref, self.fiche.nom, {}, {"version": self.fiche.version}, datetime.now(UTC))
        return one and replace(one, envoi={**one.envoi, "finaliser": True})

    def hear_saved(self, envoi: Envoi) -> None:
        """Show what was saved once the link was back."""
        if envoi.attente.ref == self.draft.ref and isinstance(envoi.pris, Fiche) and self.fiche is not None:
            self.take(envoi.pris, self.fiche.valeurs | envoi.attente.valeurs)

    def take(self, fiche: Fiche, sent: Valeurs) -> None:
        """Show what the server kept; what was typed since stays."""
        self.fiche = fiche
        if self.is_attached:
            self.form.accept(fiche.valeurs, sent, fiche.constats, fiche.publiees)
            self.show_title()
            self.set_status("")
        self.draft.confirm(fiche.nom, fiche.version, sent)

    async def settle(self, probleme: Probleme, changes: Valeurs) -> bool:
        """Ask what to do when somebody else saved the fiche meanwhile; nothing is lost whatever the answer."""
        fiche, modele = self.fiche, self.modele
        if fiche is None or modele is None:
            return False
        version = int((probleme.etag or "0").strip('"'))
        theirs = probleme.valeurs
        if changes and theirs is not None and not both_changed(modele, fiche.valeurs, changes, theirs):
            self.fiche = fiche.model_copy(update={"version": version})
            self.ror.say(french(f"{probleme.modifie_par} a enregistré d'autres champs : les vôtres s'y ajoutent."))
            return await self.save()
        question = stale_question(probleme, modele, fiche.valeurs, changes, self.nomenclatures)
        answer = await self.app.push_screen_wait(question)
        if answer == "garder":
            self.fiche = fiche.model_copy(update={"version": version})
            return await self.save()
        if answer == "prendre":
            try:
                await self._read()
            except RorError as error:
                self.ror.fail(error, retry=self.read_again)
                return False
            return True
        self.set_status(KEPT)
        return False

    async def finalise(self) -> bool:
        """Save if needed, then finalise; errors show beside their fields.

        Returns:
            Whether the fiche is green.
        """
        fiche = self.fiche
        if fiche is None:
            return False
        if (fiche.etat is EtatFiche.A_COMPLETER or self.form.changes()) and not await self.save(
            quietly=True, then_finalise=True
        ):
            return False
        fiche, sent = self.fiche or fiche, self.form.to_values()
        try:
            final = await fiches.finaliser(self.ror.client, fiche)
        except Stale as error:
            return await self.settle(error.probleme, {})
        except Invalid as error:
            return self.refuse(error)
        except RorError as error:
            if not attente.queue(self, error, self.to_finalise()):
                self.ror.fail(error, retry=self.action_finaliser)
            return False
        self.take(final, sent)
        self.ror.say("Fiche finalisée.")
        if self.is_attached:
            self.go_on()
        return True

    # --- Moving and leaving ---

    def nothing_left(self) -> None:
        """Offer the next fiche of the dossier that is not green; asked once more, open it."""
        self.go_on()

    @work(exclusive=True, group="fiche-suivante-read", exit_on_error=False)
    async def go_on(self) -> None:
        """Open the fiche that was offered, or offer one."""
        try:
            await fiche_suivante.go_on(self)
        except RorError as error:
            self.ror.fail(error)

    def action_commentaires(self) -> None:
        """Show the comments of the fiche."""
        nom = self.fiche.nom if self.fiche else ""
        self.app.push_screen(CommentairesScreen(self.dossier_id, self.fiche_id, nom))

    def action_conflits(self) -> None:
        """Show the conflicts of the fiche, and read it again afterwards."""
        if self.fiche is None or self.fiche.etat is not EtatFiche.EN_CONFLIT:
            self.set_status("Aucun conflit avec le Répertoire dans cette fiche.")
        elif self.form.modified:
            self.set_status("Enregistrez d'abord votre saisie (F2), puis ouvrez les conflits.")
        else:
            self.app.push_screen(ConflitsScreen(self.dossier_id, self.fiche_id), self._settled)

    def _settled(self, _answer: None = None) -> None:
        self.read()

    def hear(self, evenement: Evenement | None) -> None:
        """Say that what is published of this fiche has just changed; what is typed stays.

        Args:
            evenement: What was published; None when something was missed.
        """
        touched = evenement is None or any(one.id == self.fiche_id for one in evenement.structures)
        if touched and not self.form.modified and self.in_front:
            self.read()
        elif touched and evenement is not None:
            text = f"{evenement.acteur} vient de publier cette fiche : enregistrez (F2) pour comparer."
            self.set_status(french(text))

    async def take_from(self) -> None:
        """Take what another fiche says."""
        if self.fiche is not None:
            filled = saisie_reprendre.Filled(self.fiche_id, self.fiche.kind, self.dossier_id)
            await saisie_reprendre.take(self, filled)

    async def copy_down(self) -> None:
        """Put the field of the cursor in other fiches of the dossier."""
        await saisie_recopier.copy_down(self)

    def no_copy_down(self) -> str | None:
        """Say why the field of the cursor cannot be put in other fiches, None when it can."""
        return saisie_recopier.refusal(self)

    def put_away(self) -> Awaitable[bool]:
        """Save what is typed, before another fiche opens; gives whether it is safe."""
        return self.save(quietly=True) if self.form.modified else _safe()

    def follow_with(self, fiche_id: UUID) -> None:
        """Close, and give the fiche of the dossier to open in the place of this one."""
        self.dismiss(fiche_id)


async def _safe() -> bool:
    return True


def _worth_showing(fiche: Fiche) -> list[Constat]:
    """Before the first save the stars say what is required; the errors come after."""
    if fiche.etat is not EtatFiche.A_COMPLETER:
        return fiche.constats
    return [constat for constat in fiche.constats if constat.code != "obligatoire"]
