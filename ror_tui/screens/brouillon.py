"""What was typed in a fiche and never saved, found again at its opening: field by field, to take or to leave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from textual import on
from textual.app import ComposeResult
from textual.widgets import OptionList, Static

from ror_tui.api_client.models import Modele, Nomenclature, Valeurs, egales
from ror_tui.journal import Brouillon, FicheRef, JournalError, Saisie, last
from ror_tui.services.saisie import Libelles
from ror_tui.services.saisie.dire import dire_parmi, mesures
from ror_tui.texts import french, moment
from ror_tui.widgets.dialogs import Choose, Ticks
from ror_tui.widgets.form import FormView

if TYPE_CHECKING:
    from ror_tui.screens.base import RorScreen

CHOICES = (("reprendre", "Reprendre"), ("abandonner", "Abandonner"), ("plus-tard", "Plus tard"))
NOTHING = french("Rien n'est coché : cochez ce que vous reprenez, ou abandonnez le brouillon.")


def unsaved(brouillon: Brouillon, modele: Modele, valeurs: Valeurs) -> list[Saisie]:
    """Give what was typed and is still to be decided: what the server holds by now, or no longer asks, is not.

    Args:
        brouillon: What the journal held.
        modele: The form.
        valeurs: What the server holds.
    """
    known = {saisie.champ: saisie for saisie in brouillon.saisies}
    return [
        known[champ.id]
        for champ in modele.champs()
        if champ.id in known and not egales(known[champ.id].valeur, valeurs.get(champ.id))
    ]


class BrouillonDialog(Ticks):
    """The fields that were typed, all ticked; gives those to take, none to give all up, None to decide later.

    Args:
        saisies: What was typed, in the order of the form; not empty.
        modele: The form.
        valeurs: What the server holds.
        nomenclatures: Value sets by name, for the labels.
    """

    def __init__(
        self, saisies: Sequence[Saisie], modele: Modele, valeurs: Valeurs, nomenclatures: Mapping[str, Nomenclature]
    ) -> None:
        champs, labels = modele.champs(), Libelles(nomenclatures)
        self.units = mesures(champs)
        typed = {**valeurs, **{saisie.champ: saisie.valeur for saisie in saisies}}
        moved = {saisie.champ for saisie in saisies if not egales(saisie.base, valeurs.get(saisie.champ))}
        self.moved = {self._line(champ) for champ in moved}
        lines = {self._line(saisie.champ) for saisie in saisies}
        self.typed = [(champ, dire_parmi(champ, typed, champs, labels)) for champ in champs if champ.id in lines]
        self.held = [dire_parmi(champ, valeurs, champs, labels) for champ, _ in self.typed]
        items = [(champ.id, f"{champ.libelle} : {said}") for champ, said in self.typed]
        super().__init__("Saisie non enregistrée", items, [champ.id for champ, _ in self.typed])
        self.le = last(saisies).le

    def _line(self, champ_id: str) -> str:
        """Give the field on whose line a field stands: a unit is on that of its number."""
        return self.units[champ_id].id if champ_id in self.units else champ_id

    def compose_body(self) -> ComposeResult:
        """Lay out the boxes, both values of the field under the cursor, and the answers."""
        told = french(f"Tapée le {moment(self.le)}, jamais enregistrée. Espace : cocher.")
        yield Static(told, id="brouillon-le", markup=False)
        yield self.boxes()
        yield Static(id="brouillon-detail", markup=False)
        yield Static("", id="dialog-error")
        yield self.buttons(*CHOICES)

    @on(OptionList.OptionHighlighted)
    def show_both(self, event: OptionList.OptionHighlighted) -> None:
        """Show what was typed beside what the server holds."""
        champ, typed = self.typed[event.option_index]
        since = " (a changé depuis)" if champ.id in self.moved else ""
        both = f"votre saisie : {typed}\nsur le serveur{since} : {self.held[event.option_index]}"
        self.query_one("#brouillon-detail", Static).update(french(both))
        self.call_after_refresh(self.fit)

    def action_valider(self) -> None:
        """Give what is ticked."""
        if self.ticked:
            units = {unit for unit, champ in self.units.items() if champ.id in self.ticked}
            self.dismiss(frozenset(self.ticked | units))
        else:
            self.show_error(NOTHING)

    def chosen(self, choice: str) -> None:
        """Take, give up, or decide later."""
        if choice == "reprendre":
            self.action_valider()
        else:
            self.dismiss(frozenset() if choice == "abandonner" else None)


LEAVE = (
    ("enregistrer", "Enregistrer"),
    ("garder", "Garder le brouillon"),
    ("abandonner", "Abandonner la saisie"),
    ("rester", "Rester"),
)
LEAVING = french(
    "Votre saisie n'est pas enregistrée au ROR. Le brouillon gardé sur ce poste vous attend à la prochaine ouverture."
)
LOSING = french(
    "Quitter une fiche sans l'enregistrer entraîne la perte de ses données : rien n'est gardé sur ce poste."
)


async def earlier(screen: RorScreen[Any], ref: FicheRef) -> Brouillon | None:
    """Read what was typed in an earlier opening and never saved; a journal that cannot be read is said."""
    try:
        return await screen.ror.journal.found(ref)
    except JournalError as error:
        screen.ror.journal_said(str(error))
        return None


async def leave(screen: RorScreen[Any], ref: FicheRef, title: str) -> str | None:
    """Ask what becomes of what is typed; keeping the draft waits for the disk: when it refuses, one stays.

    Args:
        screen: What is left.
        ref: What is typed there, for the journal.
        title: Title of the question.

    Returns:
        `enregistrer`, `quitter`, or None to stay.
    """
    journal = screen.ror.journal
    choices = [choice for choice in LEAVE if journal.keeps or choice[0] != "garder"]
    answer = await screen.app.push_screen_wait(Choose(title, LEAVING if journal.keeps else LOSING, choices))
    if answer not in {"abandonner", "garder"}:
        return "enregistrer" if answer == "enregistrer" else None
    try:
        await (journal.forget(ref) if answer == "abandonner" else journal.keep_now())
    except JournalError as error:
        screen.ror.journal_said(str(error))
        return None
    return "quitter"


@dataclass(frozen=True, slots=True)
class Held:
    """What the server holds of the fiche that is open: its name, its version, its form and its answers."""

    titre: str
    version: int
    modele: Modele
    valeurs: Valeurs
    nomenclatures: Mapping[str, Nomenclature]


class Draft:
    """What is typed in the form of a screen and not saved, kept on this machine while it is.

    Args:
        screen: The screen that shows the form.
        dossier: Id of the dossier, empty for a published fiche.
        fiche: Id of the fiche.
    """

    def __init__(self, screen: RorScreen[Any], dossier: str, fiche: str) -> None:
        self.screen = screen
        self._dossier, self._fiche = dossier, fiche
        self._offered = False

    @property
    def ref(self) -> FicheRef:
        """The fiche, for the journal."""
        compte = self.screen.ror.compte
        return FicheRef(self.screen.ror.endpoint, str(compte.id) if compte else "", self._dossier, self._fiche)

    @property
    def form(self) -> FormView:
        """The form."""
        return self.screen.query_one(FormView)

    def note(self, titre: str, version: int) -> None:
        """Keep what is typed by now."""
        self.screen.ror.journal.note(self.ref, titre, version, self.form.typed())

    def confirm(self, titre: str, version: int, sent: Valeurs) -> None:
        """Forget what the server took; what was typed since stays.

        Args:
            titre: Name of the fiche.
            version: Its version now.
            sent: What was sent, by field.
        """
        left = self.form.typed() if self.screen.is_attached else {}
        self.screen.ror.journal.confirm(self.ref, titre, version, sent, left)

    async def offer(self, held: Held, *, reason: str | None) -> None:
        """Offer, at the first opening, what was typed in an earlier one.

        Args:
            held: What the server holds.
            reason: Why the fiche cannot be modified, None when it can.
        """
        if self._offered:
            return
        self._offered = True
        found = await earlier(self.screen, self.ref)
        if found is None:
            return
        if reason is not None:
            self.screen.set_status(french(f"Une saisie du {moment(found.le)} attend sur ce poste. {reason}"))
            return
        saisies = unsaved(found, held.modele, held.valeurs)
        if not saisies:
            self._decide(found, held, frozenset())
            return
        dialog = BrouillonDialog(saisies, held.modele, held.valeurs, held.nomenclatures)
        self.screen.app.push_screen(dialog, partial(self._decide, found, held))

    def _decide(self, found: Brouillon, held: Held, taken: frozenset[str] | None) -> None:
        if taken is None:
            self.screen.set_status(french(f"La saisie du {moment(found.le)} reste gardée sur ce poste."))
            return
        self.screen.ror.journal.adopt(found)
        self.form.fill({champ: valeur for champ, valeur in found.valeurs.items() if champ in taken})
        self.note(held.titre, held.version)

    async def leave(self) -> str | None:
        """Ask what becomes of what is typed: `enregistrer`, `quitter` or None to stay."""
        return await leave(self.screen, self.ref, "Saisie non enregistrée")
