"""Asking and answering, a line at a time: what every question understands, and how a list is chosen from."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TextIO

from ror_tui.services.finding import fold
from ror_tui.texts import french, plain

QUIT, BACK, HELP, EMPTY, STOP, LITERAL = "q", "!", "?", "-", ".", "="
PAGE = 20
"""Lines said at once: a screen reader reads them all."""
EVERYWHERE = (
    "q : quitter sans rien perdre. ! : revenir. ? : cette aide. = devant une réponse : la prendre telle quelle."
)
NO_ANSWER = "Cette réponse ne convient pas."


class QuitError(Exception):
    """The person leaves, or there is nothing more to read."""


class BackError(Exception):
    """The person goes back to the question before."""


class AnswerError(Exception):
    """A script answered something that does not fit; the message is a French sentence."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered.

    Args:
        text: Without the blanks around it.
        literal: It is to be taken as it is, not as a command.
    """

    text: str
    literal: bool = False

    def means(self, command: str) -> bool:
        """Tell whether it is a command."""
        return not self.literal and self.text == command

    @property
    def number(self) -> int | None:
        """The number that it is, if it is one and not to be taken as it is."""
        return int(self.text) if self.text.isdecimal() and not self.literal and len(self.text) < 6 else None


@dataclass(frozen=True, slots=True)
class Option:
    """One line of a list; `refusal` says why it cannot be chosen."""

    label: str
    refusal: str | None = None

    def line(self, number: int) -> str:
        """Say it with its number."""
        return f"{number}. {self.label}" + (f" (impossible : {self.refusal})" if self.refusal else "")


@dataclass(slots=True)
class Dialogue:
    """A person, or a script, at the other end of two streams."""

    source: TextIO = field(default_factory=lambda: sys.stdin)
    target: TextIO = field(default_factory=lambda: sys.stdout)

    @property
    def interactive(self) -> bool:
        """Tell whether a person answers."""
        return self.source.isatty()

    def say(self, *lines: str) -> None:
        """Say lines; what comes from elsewhere cannot act on the terminal."""
        for line in lines:
            for part in line.split("\n"):
                self.target.write(french(plain(part)).rstrip() + "\n")
        self.target.flush()

    def ask(self, question: str, help_: str = "") -> Answer:
        """Ask a question.

        Args:
            question: Without its colon.
            help_: What « ? » says besides what every question understands.

        Raises:
            QuitError: « q », or the end of the input.
            BackError: « ! ».
        """
        while True:
            answer = self._read(question)
            if answer.means(QUIT):
                raise QuitError
            if answer.means(BACK):
                raise BackError
            if not answer.means(HELP):
                return answer
            self.say(*filter(None, (help_, EVERYWHERE)))

    def _read(self, question: str) -> Answer:
        self.target.write(french(plain(f"{question} : ")))
        self.target.flush()
        line = self.source.readline()
        if not line:
            self.target.write("\n")
            raise QuitError
        if not self.interactive:
            self.target.write(line if line.endswith("\n") else f"{line}\n")
        text = line.strip()
        return Answer(text[1:], literal=True) if text.startswith(LITERAL) else Answer(text)

    def refuse(self, why: str = NO_ANSWER) -> None:
        """Say that an answer does not fit; a script stops there, for its next lines answer other questions.

        Raises:
            AnswerError: A script answers.
        """
        if not self.interactive:
            raise AnswerError(french(why))
        self.say(why)

    def confirm(self, question: str) -> bool:
        """Ask yes or no."""
        while True:
            word = fold(self.ask(f"{question} (o pour oui, n pour non)").text)
            if word in {"o", "oui", "n", "non"}:
                return word.startswith("o")
            self.refuse("Répondez par o ou par n.")

    def choose(self, title: str, options: Sequence[Option], question: str = "Votre choix") -> int:
        """Have one line of a list chosen, by its number or by the beginning of its words.

        Args:
            title: Said before the list.
            options: In order; those that cannot be chosen say why.
            question: Asked after it.

        Returns:
            Its place in the list.
        """
        self.say("", title)
        shown = self._list(options, 0)
        help_ = "Tapez le numéro d'une ligne, ou quelques lettres de son texte. Entrée : la suite de la liste."
        while True:
            answer = self.ask(question, help_)
            if not answer.text:
                shown = self._list(options, shown % len(options) if options else 0)
                continue
            found = self._found(answer, options)
            if found is None:
                self.refuse(f"Aucune ligne, ou plusieurs, pour « {answer.text} » : donnez son numéro.")
            elif refusal := options[found].refusal:
                self.refuse(refusal)
            else:
                return found

    def _list(self, options: Sequence[Option], start: int) -> int:
        end = min(start + PAGE, len(options))
        self.say(*(option.line(number) for number, option in enumerate(options[start:end], start + 1)))
        if end < len(options):
            self.say(f"Lignes {start + 1} à {end} sur {len(options)}. Entrée : la suite.")
        return end

    def _found(self, answer: Answer, options: Sequence[Option]) -> int | None:
        if answer.number is not None:
            return answer.number - 1 if 0 < answer.number <= len(options) else None
        words = fold(answer.text).split()
        found = [
            index
            for index, option in enumerate(options)
            if words and all(f" {word}" in f" {fold(option.label)}" for word in words)
        ]
        starting = [index for index in found if fold(options[index].label).startswith(" ".join(words))]
        return next((those[0] for those in (found, starting) if len(those) == 1), None)
