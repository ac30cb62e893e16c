"""Modifying a published fiche by lines: « Modifier » publishes at once, and asks what is carried over (guide §4c)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

from ror_tui.api_client.errors import Conflict, Invalid, RorError, Stale
from ror_tui.api_client.models import (
    Modele,
    Nomenclature,
    QuestionRepercussion,
    ReponseRepercussion,
    Structure,
    Valeurs,
)
from ror_tui.lineaire import brouillon
from ror_tui.lineaire.dialogue import BackError, Option
from ror_tui.lineaire.formulaire import LATER, Formulaire, labels
from ror_tui.services import edition, repertoire
from ror_tui.services.saisie import Saisie

if TYPE_CHECKING:
    from ror_tui.api_client.client import RorClient
    from ror_tui.lineaire.seance import Seance

TYPE_LOCKED = "Le type d'UO ne se change que dans un dossier. Adresse, FINESS, SIRET, raison sociale : support SESAN."
NOTHING = "Rien à enregistrer : la fiche n'a pas changé."
PUBLISHED = "Fiche modifiée : elle est publiée dans le Répertoire."


class Publiee(Formulaire):
    """A published fiche in modification.

    Args:
        seance: Who answers.
        structure: As it was read.
        modele: The part of its form that changes outside a dossier.
        nomenclatures: The value sets that it names.
    """

    def __init__(
        self, seance: Seance, structure: Structure, modele: Modele, nomenclatures: dict[str, Nomenclature]
    ) -> None:
        super().__init__(seance, Saisie(modele, structure.valeurs, nomenclatures), "", str(structure.id))
        self.structure = structure

    @property
    def tenue(self) -> Structure:
        """The fiche, as it was read or published last."""
        return self.structure

    def save(self) -> bool:
        """Publish what is typed; tells whether it is in the Répertoire."""
        changes = self.saisie.differences()
        if not changes:
            self.seance.dialogue.say(NOTHING)
            return True
        return self._publish(changes, [])

    def _publish(self, changes: Valeurs, answers: list[ReponseRepercussion]) -> bool:
        sent = dict(self.saisie.valeurs)
        try:
            saved = self.seance.call("Publication", edition.modifier, self.structure, changes, answers)
        except Conflict as error:
            return self._carry_over(error, changes, answers)
        except Stale as error:
            version = self.overtaken(error)
            if version is None:
                return False
            self.structure = self.structure.model_copy(update={"version": version})
            return self._publish(changes, [])
        except Invalid as error:
            self.refused(error)
            return False
        self.structure = saved
        self.saisie.accepter(saved.valeurs, sent)
        brouillon.confirm(self.seance, self.ref, saved, sent, self.saisie)
        self.seance.dialogue.say(PUBLISHED)
        return True

    def _carry_over(self, error: Conflict, changes: Valeurs, answers: list[ReponseRepercussion]) -> bool:
        """Ask, field by field, whether the dossiers that touch the same ones follow; then publish."""
        if not error.probleme.questions:
            raise error
        try:
            given = [self._asked(question) for question in error.probleme.questions]
        except BackError:
            self.seance.dialogue.say(LATER)
            return False
        asked = {(one.dossier_id, one.champ) for one in given}
        return self._publish(changes, [*(one for one in answers if (one.dossier_id, one.champ) not in asked), *given])

    def _asked(self, question: QuestionRepercussion) -> ReponseRepercussion:
        self.seance.dialogue.say("", f"Répercussion du champ : {question.libelle}", edition.said(question))
        return edition.reponse(question, repercuter=self.seance.dialogue.confirm("Répercuter dans le dossier"))


async def _read(client: RorClient, structure_id: UUID) -> tuple[Structure, Modele, dict[str, Nomenclature]]:
    structure, whole = await edition.ouvrir(client, await repertoire.structure(client, structure_id))
    modele = edition.modifiable(whole)
    return structure, modele, await labels(client, modele)


def menu(seance: Seance, structure_id: UUID) -> None:
    """Modify a published fiche, until the person goes back.

    Args:
        seance: Who answers.
        structure_id: The structure.
    """
    publiee = Publiee(seance, *seance.call("Lecture de la fiche", _read, structure_id))
    refusal = publiee.structure.modification_refus
    if refusal:
        seance.dialogue.refuse(refusal)
        return
    seance.dialogue.say(*filter(None, (publiee.structure.bandeau, TYPE_LOCKED)))
    brouillon.offer(seance, publiee.ref, publiee.structure, publiee.saisie)
    while True:
        try:
            if _step(publiee):
                return
        except BackError:
            if publiee.may_leave():
                return
        except RorError as error:
            seance.fail(error)


def _step(publiee: Publiee) -> bool:
    """Have one thing done; tells whether the fiche is to be left."""
    entries: list[tuple[str, Callable[[], object]]] = [
        ("Corriger un champ", publiee.choose_field),
        ("Remplir tous les champs, un par un", lambda: publiee.fill(unfinished=False)),
        ("Lire la fiche", publiee.read),
        ("Modifier : publier ce qui est saisi", publiee.save),
    ]
    title = f"Modification de la fiche publiée « {publiee.structure.nom} »"
    chosen = publiee.seance.dialogue.choose(title, [Option(label) for label, _ in entries])
    done = entries[chosen][1]()
    return chosen == len(entries) - 1 and done is True
