"""One editor per type of field: text, whole number, yes or no, code or codes; each says `Edited` when it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from textual.app import RenderResult
from textual.content import Content
from textual.events import Key
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from ror_tui.api_client.models import Champ, Code, Nomenclature, TypeChamp, Valeur, codes_de
from ror_tui.texts import plain

NUMBER_WIDTH = 7


@dataclass
class Edited(Message):
    """The value of a field was changed by a key."""

    champ_id: str
    valeur: Valeur


@dataclass
class ChoiceWanted(Message):
    """The list of a field of codes is wanted."""

    champ_id: str


@dataclass
class NextWanted(Message):
    """Enter was pressed in a field that has nothing to open: the next one is wanted."""


class TextField(Input):
    """A text, or a whole number. What cannot be drawn is hidden, never lost."""

    def __init__(self, champ: Champ, *, disabled: bool) -> None:
        number = champ.type is TypeChamp.ENTIER
        super().__init__(
            id=f"field-{champ.id}",
            compact=True,
            disabled=disabled,
            placeholder="–" if disabled else "…",
            restrict=r"\d*" if number else None,
            max_length=NUMBER_WIDTH if number else (champ.longueur_max or 0),
            select_on_focus=False,
        )
        self.champ = champ
        self.cursor_blink = False
        self._given: Valeur = None
        self.set_class(number, "-number")

    def show(self, valeur: Valeur) -> None:
        """Show a value without saying that it was edited."""
        self._given = valeur
        with self.prevent(Input.Changed):
            self.value = _as_text(valeur)

    @property
    def valeur(self) -> Valeur:
        """The value as typed; None when empty."""
        if self.value == _as_text(self._given):
            return self._given
        if not self.value.strip():
            return None
        return int(self.value) if self.champ.type is TypeChamp.ENTIER else self.value

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say that the value moved."""
        event.stop()
        self.post_message(Edited(self.champ.id, self.valeur))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go on to the next field."""
        event.stop()
        self.post_message(NextWanted())


class YesNoField(Widget, can_focus=True):
    """Yes or no: Space turns it, « o » and « n » answer."""

    DEFAULT_CSS = """
    YesNoField { height: 1; }
    """

    def __init__(self, champ: Champ, *, disabled: bool) -> None:
        super().__init__(id=f"field-{champ.id}", disabled=disabled)
        self.champ = champ
        self.valeur: Valeur = None

    def show(self, valeur: Valeur) -> None:
        """Show a value without saying that it was edited."""
        self.valeur = valeur
        self.refresh()

    def render(self) -> RenderResult:
        """Draw both answers and which one is taken."""
        yes, no = ("•" if self.valeur is True else " "), ("•" if self.valeur is False else " ")
        return Content(f"({yes}) Oui  ({no}) Non")

    def on_key(self, event: Key) -> None:
        """Answer."""
        answers = {"space": self.valeur is not True, "o": True, "n": False, "left": True, "right": False}
        if event.key in answers:
            event.stop()
            self.show(answers[event.key])
            self.post_message(Edited(self.champ.id, self.valeur))
        elif event.key == "enter":
            event.stop()
            self.post_message(NextWanted())


class CodeField(Widget, can_focus=True):
    """One code or several, by their labels; Enter or Space opens the list, Delete empties the field."""

    DEFAULT_CSS = """
    CodeField { height: auto; max-height: 6; }
    """

    def __init__(self, champ: Champ, nomenclature: Nomenclature | None, *, disabled: bool) -> None:
        super().__init__(id=f"field-{champ.id}", disabled=disabled)
        self.champ = champ
        self.codes: Mapping[str, Code] = {code.code: code for code in nomenclature.codes} if nomenclature else {}
        self.valeur: Valeur = None

    def show(self, valeur: Valeur) -> None:
        """Show a value without saying that it was edited."""
        self.valeur = valeur
        self.refresh(layout=True)

    @property
    def chosen(self) -> list[str]:
        """The codes of the field."""
        return codes_de(self.valeur)

    def render(self) -> RenderResult:
        """Draw one label a line, and how to choose when there is none."""
        if not self.chosen:
            return Content.styled("Entrée pour choisir…" if not self.disabled else "–", "dim")
        return Content("\n").join(Content(plain(self.label(code))) for code in self.chosen)

    def label(self, code: str) -> str:
        """Give a code with its label; an unknown or retired one is flagged, never hidden."""
        known = self.codes.get(code)
        if known is None:
            return f"{code} (code inconnu)"
        return f"{known.libelle} ({code})" + (" – n'est plus proposé" if known.retire else "")

    def choose(self, codes: list[str]) -> None:
        """Take what was chosen in the list."""
        several = self.champ.type is TypeChamp.CODES
        self.show((codes or None) if several else (codes[0] if codes else None))
        self.post_message(Edited(self.champ.id, self.valeur))

    def on_key(self, event: Key) -> None:
        """Open the list, or empty the field."""
        if event.key in {"enter", "space"}:
            event.stop()
            self.post_message(ChoiceWanted(self.champ.id))
        elif event.key in {"delete", "backspace"} and self.chosen:
            event.stop()
            self.choose([])


Editor = TextField | YesNoField | CodeField


def editor(champ: Champ, nomenclatures: Mapping[str, Nomenclature], *, disabled: bool) -> Editor:
    """Give the editor of a field.

    Args:
        champ: The field.
        nomenclatures: Value sets by name.
        disabled: Whether the fiche is read only.
    """
    if champ.type in {TypeChamp.CODE, TypeChamp.CODES}:
        return CodeField(champ, nomenclatures.get(champ.nomenclature or ""), disabled=disabled)
    if champ.type is TypeChamp.BOOLEEN:
        return YesNoField(champ, disabled=disabled)
    return TextField(champ, disabled=disabled)


def _as_text(valeur: Valeur) -> str:
    return "" if valeur is None else plain(str(valeur))


def say(champ: Champ, valeur: Valeur, nomenclatures: Mapping[str, Nomenclature]) -> str:
    """Say a value in French, as it stands beside another one.

    Args:
        champ: The field.
        valeur: A value of that field.
        nomenclatures: Value sets by name.
    """
    if valeur is None or valeur in ("", []):
        return "vide"
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    nomenclature = nomenclatures.get(champ.nomenclature or "")
    labels = {code.code: code.libelle for code in nomenclature.codes} if nomenclature else {}
    each = codes_de(valeur) or [str(valeur)]
    return plain(", ".join(f"{labels[code]} ({code})" if code in labels else code for code in each))
