"""A fiche of a dossier by lines: read, fill field by field, save, finalise (guide §3d)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

from ror_tui.api_client.errors import Invalid, RorError, Stale
from ror_tui.api_client.models import (
    Champ,
    Constat,
    EtatFiche,
    Fiche,
    Gravite,
    Modele,
    Nomenclature,
    TypeChamp,
    Valeurs,
)
from ror_tui.journal import FicheRef
from ror_tui.lineaire import brouillon, champs
from ror_tui.lineaire.champs import StopError
from ror_tui.lineaire.dialogue import BackError, Option
from ror_tui.marks import FICHE, KIND
from ror_tui.services import fiche as fiches
from ror_tui.services.naming import proposed_name
from ror_tui.services.saisie import Libelles, Saisie, dire
from ror_tui.texts import plural

if TYPE_CHECKING:
    from ror_tui.api_client.client import RorClient
    from ror_tui.lineaire.seance import Seance

NAMING = "type_uo"
"""Asked first: the name that is proposed follows from it."""
SAVED = "Fiche enregistrée."
LATER = "Non enregistré : votre saisie est gardée sur ce poste et vous sera proposée."


class Feuille:
    """A fiche that is open.

    Args:
        seance: Who answers.
        fiche: As it was read.
        modele: Its form.
        nomenclatures: The value sets that it names.
    """

    def __init__(self, seance: Seance, fiche: Fiche, modele: Modele, nomenclatures: dict[str, Nomenclature]) -> None:
        self.seance, self.fiche = seance, fiche
        self.saisie = Saisie(modele, fiche.valeurs, nomenclatures)
        self._take_findings(fiche.constats)
        compte = str(seance.compte.id) if seance.compte else ""
        self.ref = FicheRef(seance.serveur, compte, str(fiche.dossier_id), str(fiche.id))

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

    def read(self) -> None:
        """Say every field that is shown, section by section."""
        saisie, say = self.saisie, self.seance.dialogue.say
        for section in saisie.modele.sections:
            shown = [champ for champ in section.champs if champ.visible(saisie.valeurs)]
            say(*(["", section.titre] if shown else []))
            for champ in shown:
                lock = f" ({champ.verrou})" if champ.verrou else ""
                say(f"{champ.libelle} : {dire(champ, saisie.valeurs.get(champ.id), saisie.libelles)}{lock}")

    # --- Filling ---

    def fill(self, *, unfinished: bool) -> None:
        """Ask field after field; « ! » goes back to the one before.

        Args:
            unfinished: Only those that are wrong, or required and empty.
        """
        done: list[str] = []
        back: set[str] = set()
        while (champ := self._next(done, back, unfinished=unfinished)) is not None:
            try:
                self.ask(champ)
            except StopError:
                return
            except BackError:
                if not done:
                    return
                back.add(done.pop())
            else:
                done.append(champ.id)

    def _next(self, done: list[str], back: set[str], *, unfinished: bool) -> Champ | None:
        wanted = {chemin[0] for chemin in self.saisie.a_faire()} | back
        shown = [one for one in self.saisie.modele.champs() if one.visible(self.saisie.valeurs) and not one.verrou]
        left = [one for one in shown if one.id not in done and (not unfinished or one.id in wanted)]
        return min(left, key=lambda one: one.id != NAMING, default=None)

    def ask(self, champ: Champ) -> None:
        """Ask one field, propose the name that follows from a type, and keep what is typed on this machine."""
        former = self.saisie.valeurs.get(champ.id)
        try:
            champs.ask(self.seance, self.saisie, (champ.id,))
            if champ.id == NAMING:
                self._propose_name(champ, former)
        finally:
            self.keep()

    def _propose_name(self, champ: Champ, former: object) -> None:
        labels = self.saisie.libelles.codes(champ)
        new, old = labels.get(str(self.saisie.valeurs.get(champ.id))), labels.get(str(former))
        nom = self.saisie.valeurs.get("nom")
        name = (
            proposed_name(nom if isinstance(nom, str) else None, old.libelle if old else None, new.libelle)
            if new
            else None
        )
        if name is not None:
            self.saisie.proposer("nom", name)
            self.seance.dialogue.say(f"Nom proposé : {name}.")

    def choose_field(self) -> None:
        """Ask one field, found by its name."""
        saisie = self.saisie
        shown = [one for one in saisie.modele.champs() if one.visible(saisie.valeurs)]
        options = [
            Option(f"{one.libelle} : {dire(one, saisie.valeurs.get(one.id), saisie.libelles)}", one.verrou)
            for one in shown
        ]
        self.ask(shown[self.seance.dialogue.choose("Champs de la fiche", options, "Quel champ")])

    def keep(self) -> None:
        """Keep what is typed on this machine now."""
        brouillon.keep(self.seance, self.ref, self.fiche, self.saisie)

    # --- Saving ---

    def save(self) -> bool:
        """Save what is typed; tells whether the server has it."""
        sent = dict(self.saisie.valeurs)
        try:
            saved = self.seance.call("Enregistrement", fiches.enregistrer, self.fiche, self.saisie.differences())
        except Stale as error:
            return self._overtaken(error)
        except Invalid as error:
            self._refused(error)
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
        """Somebody else saved the fiche: say both values of what differs, and ask which ones stay."""
        say, probleme = self.seance.dialogue.say, error.probleme
        say(str(error))
        theirs = probleme.valeurs or {}
        for champ_id in self.saisie.differences():
            champ = self.saisie.modele.champ(champ_id)
            if champ is not None and theirs.get(champ_id) != self.saisie.lues.get(champ_id):
                mine = dire(champ, self.saisie.valeurs.get(champ_id), self.saisie.libelles)
                said = dire(champ, theirs.get(champ_id), self.saisie.libelles)
                say(f"{champ.libelle} : la vôtre, {mine} ; celle de {probleme.modifie_par}, {said}.")
        if not self.seance.dialogue.confirm("Garder la vôtre"):
            say(LATER)
            return False
        self.fiche = self.fiche.model_copy(update={"version": int((probleme.etag or "0").strip('"'))})
        return self.save()

    def _refused(self, error: Invalid) -> None:
        say = self.seance.dialogue.say
        say(str(error))
        for fault in error.probleme.errors:
            champ = self.saisie.modele.champ(fault.pointer.removeprefix("/valeurs/").split("/")[0])
            say(f"{champ.libelle if champ else 'Fiche'} : {fault.message}")

    def finalise(self) -> bool:
        """Save if needed, then finalise; tells whether the fiche is green."""
        if (self.saisie.differences() or self.fiche.etat is EtatFiche.A_COMPLETER) and not self.save():
            return False
        try:
            final = self.seance.call("Finalisation", fiches.finaliser, self.fiche)
        except Invalid as error:
            self._refused(error)
            return False
        self._take(final, dict(self.saisie.valeurs))
        self.seance.dialogue.say("Fiche finalisée.")
        return True


async def _labels(client: RorClient, modele: Modele) -> dict[str, Nomenclature]:
    names = sorted(set(_nomenclatures(modele.champs())))
    sets = await asyncio.gather(*(fiches.nomenclature(client, name) for name in names))
    return dict(zip(names, sets, strict=True))


def labels_of(seance: Seance, modele: Modele) -> Libelles:
    """Read the labels of the codes of a form."""
    return Libelles(seance.call("Lecture des libellés", _labels, modele))


async def _read(client: RorClient, dossier_id: UUID, fiche_id: UUID) -> tuple[Fiche, Modele, dict[str, Nomenclature]]:
    fiche, modele = await fiches.ouvrir(client, dossier_id, fiche_id)
    return fiche, modele, await _labels(client, modele)


def _nomenclatures(found: list[Champ]) -> list[str]:
    below = [name for champ in found if champ.type is TypeChamp.GROUPE for name in _nomenclatures(champ.champs)]
    return [*(champ.nomenclature for champ in found if champ.nomenclature), *below]


def menu(seance: Seance, dossier_id: UUID, fiche_id: UUID) -> None:
    """Open a fiche, until the person goes back.

    Args:
        seance: Who answers.
        dossier_id: The dossier.
        fiche_id: The fiche.
    """
    feuille = Feuille(seance, *seance.call("Lecture de la fiche", _read, dossier_id, fiche_id))
    feuille.say_state()
    if feuille.fiche.modifiable:
        brouillon.offer(seance, feuille.ref, feuille.fiche, feuille.saisie)
    while True:
        try:
            if _step(feuille):
                return
        except BackError:
            if _may_leave(feuille):
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


def _may_leave(feuille: Feuille) -> bool:
    if not feuille.saisie.modifiee:
        return True
    dialogue = feuille.seance.dialogue
    options = [Option("Enregistrer"), Option("Garder le brouillon sur ce poste"), Option("Abandonner la saisie")]
    try:
        chosen = dialogue.choose("Votre saisie n'est pas enregistrée.", options)
    except BackError:
        return False
    if chosen == 0:
        return feuille.save()
    if chosen == 2:
        brouillon.forget(feuille.seance, feuille.ref)
    return True
