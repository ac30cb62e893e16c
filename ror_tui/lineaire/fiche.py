"""A fiche of a dossier by lines: read, fill field by field, save, finalise (guide §3d)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

from ror_tui.api_client.errors import Invalid, RorError, Stale
from ror_tui.api_client.models import Constat, EtatFiche, Fiche, Gravite, Modele, Nomenclature, Valeurs
from ror_tui.lineaire import brouillon
from ror_tui.lineaire.dialogue import BackError, Option
from ror_tui.lineaire.formulaire import Formulaire, labels
from ror_tui.marks import FICHE, KIND
from ror_tui.services import fiche as fiches
from ror_tui.services.saisie import Saisie
from ror_tui.texts import plural

if TYPE_CHECKING:
    from ror_tui.api_client.client import RorClient
    from ror_tui.lineaire.seance import Seance

SAVED = "Fiche enregistrée."


class Feuille(Formulaire):
    """A fiche that is open.

    Args:
        seance: Who answers.
        fiche: As it was read.
        modele: Its form.
        nomenclatures: The value sets that it names.
    """

    def __init__(self, seance: Seance, fiche: Fiche, modele: Modele, nomenclatures: dict[str, Nomenclature]) -> None:
        super().__init__(seance, Saisie(modele, fiche.valeurs, nomenclatures), str(fiche.dossier_id), str(fiche.id))
        self.fiche = fiche
        self._take_findings(fiche.constats)

    @property
    def tenue(self) -> Fiche:
        """The fiche, as it was read or saved last."""
        return self.fiche

    def _take_findings(self, constats: list[Constat]) -> None:
        first = self.fiche.etat is EtatFiche.A_COMPLETER
        self.saisie.constats = [one for one in constats if not first or one.code != "obligatoire"]

    # --- Saying ---

    def say_state(self) -> None:
        """Say what the fiche is, its state, what is left to do."""
        fiche, say = self.fiche, self.seance.dialogue.say
        left = len(self.saisie.a_faire())
        say("", f"{KIND[fiche.kind]} : {self.saisie.valeurs.get('nom') or fiche.nom}. {FICHE[fiche.etat].word}.")
        say(*filter(None, (fiche.bandeau, None if fiche.modifiable else fiche.raison)))
        if fiche.refus is not None:
            say(f"Refusée par {fiche.refus.par} : {fiche.refus.motif}")
        if fiche.modifiable:
            say(f"{plural(left, 'champ à compléter', 'champs à compléter')}.")
        say(*(f"À corriger : {one.message}" for one in self.saisie.constats if one.gravite is Gravite.ERREUR))
        say(*(f"À vérifier : {one.message}" for one in self.saisie.constats if one.gravite is not Gravite.ERREUR))

    # --- Saving ---

    def save(self) -> bool:
        """Save what is typed; tells whether the server has it."""
        sent = dict(self.saisie.valeurs)
        try:
            saved = self.seance.call("Enregistrement", fiches.enregistrer, self.fiche, self.saisie.differences())
        except Stale as error:
            return self._overtaken(error)
        except Invalid as error:
            self.refused(error)
            return False
        self._take(saved, sent)
        self.seance.dialogue.say(SAVED)
        return True

    def _take(self, fiche: Fiche, sent: Valeurs) -> None:
        self.fiche = fiche
        self.saisie.accepter(fiche.valeurs, sent)
        self._take_findings(fiche.constats)
        brouillon.confirm(self.seance, self.ref, fiche, sent, self.saisie)

    def _overtaken(self, error: Stale) -> bool:
        version = self.overtaken(error)
        if version is None:
            return False
        self.fiche = self.fiche.model_copy(update={"version": version})
        return self.save()

    def finalise(self) -> bool:
        """Save if needed, then finalise; tells whether the fiche is green."""
        if (self.saisie.differences() or self.fiche.etat is EtatFiche.A_COMPLETER) and not self.save():
            return False
        try:
            final = self.seance.call("Finalisation", fiches.finaliser, self.fiche)
        except Invalid as error:
            self.refused(error)
            return False
        self._take(final, dict(self.saisie.valeurs))
        self.seance.dialogue.say("Fiche finalisée.")
        return True


async def read(client: RorClient, dossier_id: UUID, fiche_id: UUID) -> tuple[Fiche, Modele, dict[str, Nomenclature]]:
    """Read a fiche of a dossier, its form, and the value sets that it names."""
    fiche, modele = await fiches.ouvrir(client, dossier_id, fiche_id)
    return fiche, modele, await labels(client, modele)


def menu(seance: Seance, dossier_id: UUID, fiche_id: UUID) -> None:
    """Open a fiche, until the person goes back.

    Args:
        seance: Who answers.
        dossier_id: The dossier.
        fiche_id: The fiche.
    """
    feuille = Feuille(seance, *seance.call("Lecture de la fiche", read, dossier_id, fiche_id))
    feuille.say_state()
    if feuille.fiche.modifiable:
        brouillon.offer(seance, feuille.ref, feuille.fiche, feuille.saisie)
    while True:
        try:
            if _step(feuille):
                return
        except BackError:
            if feuille.may_leave():
                return
        except RorError as error:
            seance.fail(error)


def _step(feuille: Feuille) -> bool:
    """Have one thing done; tells whether the fiche is to be left."""
    locked = None if feuille.fiche.modifiable else feuille.fiche.raison or "Cette fiche ne peut pas être modifiée."
    left = len(feuille.saisie.a_faire())
    entries: list[tuple[Option, Callable[[], object]]] = [
        (Option(f"Remplir ce qui manque ({left})", locked), lambda: feuille.fill(unfinished=True)),
        (Option("Remplir tous les champs, un par un", locked), lambda: feuille.fill(unfinished=False)),
        (Option("Corriger un champ", locked), feuille.choose_field),
        (Option("Lire la fiche"), feuille.read),
        (Option("Enregistrer", locked), feuille.save),
        (Option("Finaliser", locked), feuille.finalise),
    ]
    chosen = feuille.seance.dialogue.choose("Fiche", [option for option, _ in entries])
    entries[chosen][1]()
    if chosen == len(entries) - 1 and feuille.fiche.etat is EtatFiche.FINALISEE:
        return True
    feuille.say_state()
    return False
