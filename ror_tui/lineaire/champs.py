"""Asking one field, by its type: one function a type, in a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from ror_tui.api_client.models import Champ, Code, TypeChamp, Valeur, codes_de, vide
from ror_tui.api_client.models.base import lignes_de
from ror_tui.lineaire.dialogue import EMPTY, STOP, Answer, Option
from ror_tui.services import repertoire
from ror_tui.services.finding import Finder, fold, offered
from ror_tui.services.saisie import Chemin, Saisie, dire, frappe
from ror_tui.services.saisie.dire import resumer
from ror_tui.texts import plural

if TYPE_CHECKING:
    from ror_tui.lineaire.seance import Seance

AT_ONCE = 12
"""A list no longer than this is said whole; in a longer one some letters are asked first."""
SHOWN = 15
ADD = "+"
EXAMPLES = {
    TypeChamp.DATE: "Par exemple 24/11/2026, ou +3 pour dans trois jours.",
    TypeChamp.HEURE: "Par exemple 8h30.",
    TypeChamp.MONTANT: "Par exemple 12,50.",
    TypeChamp.COURRIEL: "Par exemple accueil@exemple.fr.",
    TypeChamp.MSS: "Par exemple service@etablissement.mssante.fr.",
}
"""What « ? » says of how a value is typed."""
KEEP_OR_EMPTY = "Entrée : garder. - : laisser vide. . : arrêter ici."


class StopError(Exception):
    """The person stops filling the form field by field."""


@dataclass(slots=True)
class Question:
    """A field where it stands, and who answers."""

    seance: Seance
    saisie: Saisie
    chemin: Chemin

    @property
    def champ(self) -> Champ:
        """The field."""
        return self.saisie.champ(self.chemin)

    @property
    def valeur(self) -> Valeur:
        """What it holds."""
        return self.saisie.valeur(self.chemin)

    def ask(self, question: str, more: str = "") -> Answer:
        """Ask, with the help of the field.

        Raises:
            StopError: « . ».
        """
        help_ = " ".join(filter(None, (self.champ.aide, more, KEEP_OR_EMPTY)))
        answer = self.seance.dialogue.ask(question, help_)
        if answer.means(STOP):
            raise StopError
        return answer


def ask(seance: Seance, saisie: Saisie, chemin: Chemin) -> bool:
    """Say a field and what it holds, ask it, and take the answer; tells whether it changed.

    Args:
        seance: Who answers.
        saisie: The form.
        chemin: Path to the field.

    Raises:
        StopError: The person stops there.
        BackError: The person goes back.
        QuitError: The person leaves.
    """
    question = Question(seance, saisie, chemin)
    champ, before = question.champ, question.valeur
    seance.dialogue.say("", _title(question), *_findings(question))
    after = ASKERS[champ.type](question)
    if champ.type is not TypeChamp.GROUPE:
        saisie.ecrire(chemin, after)
    seance.dialogue.say(f"{champ.libelle} : {dire(champ, question.valeur, saisie.libelles)}.")
    return question.valeur != before


def _title(question: Question) -> str:
    champ = question.champ
    needed = ", obligatoire" if champ.exige(question.saisie.autour(question.chemin)) else ""
    unit = f", en {champ.unite}" if champ.unite else ""
    return f"{champ.libelle}{needed}{unit}. Actuellement : {dire(champ, question.valeur, question.saisie.libelles)}."


def _findings(question: Question) -> list[str]:
    found = question.saisie.constats_de().get("/".join(question.chemin), [])
    return [f"À corriger : {one.message}" for one in found]


def _text(question: Question) -> Valeur:
    champ = question.champ
    while True:
        answer = question.ask("Valeur", EXAMPLES.get(champ.type, ""))
        if not answer.text and not answer.literal:
            return question.valeur
        if answer.means(EMPTY):
            return None
        valeur = frappe.lire(champ, answer.text, date.today())  # noqa: DTZ011 - the day where the person is
        fault = frappe.faute(champ, valeur)
        if fault is None:
            return valeur
        question.seance.dialogue.refuse(fault)


def _long_text(question: Question) -> Valeur:
    lines: list[str] = []
    while True:
        answer = question.ask("Ligne" if lines else "Texte, ligne par ligne ; une ligne vide pour finir")
        if not lines and answer.means(EMPTY):
            return None
        if not answer.text:
            return "\n".join(lines) if lines else question.valeur
        lines.append(answer.text)


def _yes_no(question: Question) -> Valeur:
    while True:
        answer = question.ask("o pour oui, n pour non")
        word = fold(answer.text)
        if not answer.text:
            return question.valeur
        if answer.means(EMPTY):
            return None
        if word in {"o", "oui", "n", "non"}:
            return word.startswith("o")
        question.seance.dialogue.refuse("Répondez par o ou par n.")


def _codes_offered(question: Question) -> list[Code]:
    champ, autour = question.champ, question.saisie.autour(question.chemin)
    keep = champ.offerts(autour)
    filters = {
        one.cle: str(autour[one.champ]) for one in champ.filtres if one.champ and not vide(autour.get(one.champ))
    }
    return [
        code
        for code in question.saisie.libelles.codes(champ).values()
        if not code.retire and (keep is None or code.code in keep) and offered(code, filters)
    ]


def _find_offered(question: Question) -> Callable[[str], Sequence[Code]]:
    codes = _codes_offered(question)
    finder = Finder(codes)
    return lambda typed: finder.find(typed) if typed or len(codes) <= AT_ONCE else []


def _find_commune(question: Question) -> Callable[[str], Sequence[Code]]:
    seance = question.seance
    return lambda typed: seance.call("Recherche de la commune", repertoire.communes, typed) if typed else []


FINDERS = {TypeChamp.COMMUNE: _find_commune}


def _code(question: Question) -> Valeur:
    chosen = _search(question, "Tapez quelques lettres, ou le numéro d'une ligne")
    if isinstance(chosen, Code):
        return chosen.code
    return None if chosen else question.valeur


def _codes(question: Question) -> Valeur:
    held = codes_de(question.valeur)
    while True:
        chosen = _search(question, "Lettres ou numéro pour ajouter ou ôter ; Entrée pour finir")
        if not isinstance(chosen, Code):
            return None if chosen else held or None
        held = [code for code in held if code != chosen.code] if chosen.code in held else [*held, chosen.code]
        done = "Ajouté" if chosen.code in held else "Ôté"
        question.seance.dialogue.say(f"{done} : {chosen.libelle} ({chosen.code}). Choisis : {len(held)}.")


def _search(question: Question, asked: str) -> Code | bool:
    """Have a code found; True empties the field, False leaves it."""
    dialogue = question.seance.dialogue
    find = FINDERS.get(question.champ.type, _find_offered)(question)
    shown = _say_codes(question, find(""))
    while True:
        answer = question.ask(asked, "Les mots viennent dans n'importe quel ordre, sans accents ; un code aussi.")
        if not answer.text:
            return False
        if answer.means(EMPTY):
            return True
        if answer.number is not None and 0 < answer.number <= len(shown):
            return shown[answer.number - 1]
        found = find(answer.text)
        exact = [code for code in found if fold(code.code) == fold(answer.text)]
        if len(exact or found) == 1:
            return (exact or found)[0]
        if not found:
            dialogue.refuse(f"Aucune réponse pour « {answer.text} ». Essayez d'autres lettres.")
        shown = _say_codes(question, found)


def _say_codes(question: Question, found: Sequence[Code]) -> Sequence[Code]:
    shown = found[:SHOWN]
    lines = [Option(f"{code.libelle} ({code.code})").line(number) for number, code in enumerate(shown, 1)]
    question.seance.dialogue.say(*lines)
    if len(found) > len(shown):
        question.seance.dialogue.say(f"{len(shown)} lignes sur {len(found)} : tapez d'autres lettres pour préciser.")
    return shown


def _group(question: Question) -> Valeur:
    saisie, chemin, dialogue = question.saisie, question.chemin, question.seance.dialogue
    while True:
        rows = lignes_de(question.valeur)
        lines = [f"{number}. {resumer(question.champ, row, saisie.libelles)}" for number, row in enumerate(rows, 1)]
        dialogue.say(plural(len(rows), "ligne", "lignes") + ".", *lines)
        answer = question.ask("+ pour ajouter, un numéro pour corriger, - et un numéro pour ôter, Entrée pour finir")
        removed = Answer(answer.text[1:].strip()).number if answer.text.startswith(EMPTY) else None
        if not answer.text:
            return question.valeur
        if answer.means(ADD) and saisie.plein(chemin):
            dialogue.refuse(f"{question.champ.lignes_max} lignes au plus.")
        elif answer.means(ADD):
            _row(question, saisie.ajouter(chemin))
        elif removed is not None and 0 < removed <= len(rows):
            saisie.enlever((*chemin, str(rows[removed - 1]["id"])))
        elif answer.number is not None and 0 < answer.number <= len(rows):
            _row(question, (*chemin, str(rows[answer.number - 1]["id"])))
        else:
            dialogue.refuse()


def _row(question: Question, ligne: Chemin) -> None:
    done: set[str] = set()
    while True:
        autour = question.saisie.autour((*ligne, ""))
        left = (one for one in question.champ.champs if one.id not in done and one.visible(autour))
        champ = next(left, None)
        if champ is None:
            return
        ask(question.seance, question.saisie, (*ligne, champ.id))
        done.add(champ.id)


ASKERS: dict[TypeChamp, Callable[[Question], Valeur]] = {
    TypeChamp.TEXTE: _text,
    TypeChamp.TEXTE_LONG: _long_text,
    TypeChamp.ENTIER: _text,
    TypeChamp.MONTANT: _text,
    TypeChamp.BOOLEEN: _yes_no,
    TypeChamp.CODE: _code,
    TypeChamp.CODES: _codes,
    TypeChamp.DATE: _text,
    TypeChamp.HEURE: _text,
    TypeChamp.TELEPHONE: _text,
    TypeChamp.COURRIEL: _text,
    TypeChamp.MSS: _text,
    TypeChamp.COMMUNE: _code,
    TypeChamp.GROUPE: _group,
}
