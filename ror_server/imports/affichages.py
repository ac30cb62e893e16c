"""The `enableWhen` of a Questionnaire as the conditions of our form: what is taken over, and why the rest is not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ror_server.imports.questionnaire import EnableWhen, Item
from ror_tui.api_client.models import Affichage, Champ, Clause, TypeChamp


class NotTakenOverError(Exception):
    """A condition that our form cannot hold; the message is the reason, in French."""


@dataclass
class Conditions:
    """Reads the conditions of one questionnaire.

    Attributes:
        champs: Our field of each item, by `linkId`; None for an item that our form has no field for.
        taken: How many conditions were taken over.
        left: Those that were not, as sentences.
    """

    champs: Mapping[str, Champ | None]
    taken: int = 0
    left: list[str] = field(default_factory=list)
    _looks: dict[str, set[str]] = field(default_factory=dict)

    def of(self, champ: Champ, label: str, held: Sequence[Item]) -> list[Affichage] | None:
        """Give when a field is shown.

        Args:
            champ: The field.
            label: Its name in the questionnaire.
            held: The items whose conditions bear on it.

        Returns:
            What its conditions become; None when one of them is not taken over: the field is then always shown.
        """
        try:
            found = [self._one(item) for item in held]
            self._require_no_circle(champ.id, {clause.champ for one in found for clause in one.clauses})
        except NotTakenOverError as error:
            self.left.append(f"« {label} » reste toujours montré : {error}")
            return None
        self.taken += len(found)
        return found

    def _one(self, item: Item) -> Affichage:
        if len(item.enableWhen) > 1 and item.enableBehavior is None:
            raise NotTakenOverError("enableBehavior ne dit pas s'il les faut toutes.")
        clauses = [self._clause(one) for one in item.enableWhen]
        return Affichage(clauses=clauses, une_suffit=item.enableBehavior == "any")

    def _clause(self, when: EnableWhen) -> Clause:
        champ = self.champs.get(when.question)
        if champ is None:
            raise NotTakenOverError(f"la question {when.question[:40]} n'est pas un champ de notre formulaire.")
        if when.operator == "exists":
            return Clause(champ=champ.id, est="renseigne", non=when.answerBoolean is False)
        if when.operator not in {"=", "!="}:
            raise NotTakenOverError(f"la comparaison « {when.operator} » n'existe pas dans nos conditions.")
        if when.answer is None or champ.type is TypeChamp.GROUPE:
            raise NotTakenOverError(
                f"la réponse attendue à {when.question[:40]} ne se compare pas à « {champ.libelle} »."
            )
        return Clause(champ=champ.id, est="parmi", valeurs=[when.answer], non=when.operator == "!=")

    def _require_no_circle(self, champ_id: str, looked_at: Iterable[str]) -> None:
        """Refuse what would have two empty fields wait for each other: neither could ever be filled."""
        waiting, seen = list(looked_at), set[str]()
        while waiting:
            one = waiting.pop()
            if one == champ_id:
                raise NotTakenOverError("sa condition dépend de lui-même : il ne se montrerait jamais.")
            if one not in seen:
                seen.add(one)
                waiting += self._looks.get(one, ())
        self._looks.setdefault(champ_id, set()).update(looked_at)
