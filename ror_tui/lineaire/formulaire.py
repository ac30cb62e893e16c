"""A form by lines, of a fiche of a dossier or of a published one: read, fill field by field, keep what is typed."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from ror_tui.api_client.errors import Invalid, Stale
from ror_tui.api_client.models import Champ, Modele, Nomenclature, TypeChamp, egales
from ror_tui.journal import FicheRef
from ror_tui.lineaire import brouillon, champs
from ror_tui.lineaire.champs import StopError
from ror_tui.lineaire.dialogue import BackError, Option
from ror_tui.services import fiche as fiches
from ror_tui.services.naming import proposed_name
from ror_tui.services.saisie import Libelles, Saisie, dire

if TYPE_CHECKING:
    from ror_tui.api_client.client import RorClient
    from ror_tui.lineaire.brouillon import Tenue
    from ror_tui.lineaire.seance import Seance

NAMING = "type_uo"
"""Asked first: the name that is proposed follows from it."""
LATER = "Non enregistré : votre saisie est gardée sur ce poste et vous sera proposée."


class Formulaire(ABC):
    """A form that is open.

    Args:
        seance: Who answers.
        saisie: What is typed.
        dossier: Id of the dossier, empty for a published fiche.
        fiche: Id of the fiche.
    """

    def __init__(self, seance: Seance, saisie: Saisie, dossier: str, fiche: str) -> None:
        self.seance, self.saisie = seance, saisie
        compte = str(seance.compte.id) if seance.compte else ""
        self.ref = FicheRef(seance.serveur, compte, dossier, fiche)

    @property
    @abstractmethod
    def tenue(self) -> Tenue:
        """What the server holds, as it was read or saved last."""

    @abstractmethod
    def save(self) -> bool:
        """Save what is typed; tells whether the server has it."""

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
        brouillon.keep(self.seance, self.ref, self.tenue, self.saisie)

    # --- What a save meets ---

    def overtaken(self, error: Stale) -> int | None:
        """Say both values of what somebody else saved too; gives the version to write over, None to leave it so."""
        say, probleme = self.seance.dialogue.say, error.probleme
        say(str(error))
        theirs = probleme.valeurs or {}
        for champ_id in self.saisie.differences():
            champ = self.saisie.modele.champ(champ_id)
            if champ is not None and not egales(theirs.get(champ_id), self.saisie.lues.get(champ_id)):
                mine = dire(champ, self.saisie.valeurs.get(champ_id), self.saisie.libelles)
                said = dire(champ, theirs.get(champ_id), self.saisie.libelles)
                say(f"{champ.libelle} : la vôtre, {mine} ; celle de {probleme.modifie_par}, {said}.")
        if self.seance.dialogue.confirm("Garder la vôtre"):
            return int((probleme.etag or "0").strip('"'))
        say(LATER)
        return None

    def refused(self, error: Invalid) -> None:
        """Say each fault beside the name of its field."""
        say = self.seance.dialogue.say
        say(str(error))
        for fault in error.probleme.errors:
            champ = self.saisie.modele.champ(fault.pointer.removeprefix("/valeurs/").split("/")[0])
            say(f"{champ.libelle if champ else 'Fiche'} : {fault.message}")

    def may_leave(self) -> bool:
        """Ask what becomes of what is not saved; tells whether the form may close."""
        if not self.saisie.modifiee:
            return True
        options = [Option("Enregistrer"), Option("Garder le brouillon sur ce poste"), Option("Abandonner la saisie")]
        try:
            chosen = self.seance.dialogue.choose("Votre saisie n'est pas enregistrée.", options)
        except BackError:
            return False
        if chosen == 0:
            return self.save()
        if chosen == 2:
            brouillon.forget(self.seance, self.ref)
        return True


async def labels(client: RorClient, modele: Modele) -> dict[str, Nomenclature]:
    """Read the value sets that a form names."""
    names = sorted(set(_nomenclatures(modele.champs())))
    sets = await asyncio.gather(*(fiches.nomenclature(client, name) for name in names))
    return dict(zip(names, sets, strict=True))


def labels_of(seance: Seance, modele: Modele) -> Libelles:
    """Read the labels of the codes of a form."""
    return Libelles(seance.call("Lecture des libellés", labels, modele))


def _nomenclatures(found: list[Champ]) -> list[str]:
    below = [name for champ in found if champ.type is TypeChamp.GROUPE for name in _nomenclatures(champ.champs)]
    return [*(champ.nomenclature for champ in found if champ.nomenclature), *below]
