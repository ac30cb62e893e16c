"""The one text field of a form: it stands over the line of the field that has the cursor."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message
from textual.widgets import Input

from ror_tui.api_client.models import Champ, TypeChamp
from ror_tui.texts import plain
from ror_tui.widgets.steady import SteadyInput

SHOWN = {
    TypeChamp.ENTIER: 9,
    TypeChamp.MONTANT: 14,
    TypeChamp.DATE: 12,
    TypeChamp.HEURE: 8,
    TypeChamp.TELEPHONE: 20,
}
"""Cells of the fields that hold a short thing; the others take the line."""
RESTRICT = {
    TypeChamp.ENTIER: r"\d*",
    TypeChamp.MONTANT: r"[\d\s,.€]*",
    TypeChamp.DATE: r"[\d/. +-]*",
    TypeChamp.HEURE: r"[\dhH:. ]*",
    TypeChamp.TELEPHONE: r"[\d\s+./()-]*",
}
MEASURE = r"\d*\s*[^\W\d]*"
NUMBER_LENGTH = 7


def width_of(champ: Champ) -> int:
    """Give the cells of a field, 0 when it takes the line."""
    return SHOWN.get(champ.type, 0)


class TextField(SteadyInput):
    """A text that is typed. What cannot be drawn is hidden, never lost."""

    DEFAULT_CSS = """
    TextField { display: none; position: absolute; layer: over; background: $panel; }
    TextField:focus { background: $block-cursor-blurred-background; }
    """

    @dataclass
    class Typed(Message):
        """The text was changed by a key."""

        text: str

    def __init__(self) -> None:
        super().__init__(id="field", compact=True, placeholder="…", select_on_focus=False)
        self.cursor_blink = False
        self.champ: Champ | None = None
        self._given, self._shown = "", ""

    def show(self, champ: Champ, text: str) -> None:
        """Show a text to change, without saying that it was.

        Args:
            champ: The field.
            text: What it holds.
        """
        number = champ.type is TypeChamp.ENTIER
        self.champ, self._given, self._shown = champ, text, plain(text)
        with self.prevent(Input.Changed):
            self.restrict = None
            self.max_length = 0
            self.value = self._shown
            self.restrict = MEASURE if champ.champ_unite else RESTRICT.get(champ.type)
            self.max_length = (NUMBER_LENGTH if number and not champ.champ_unite else champ.longueur_max) or 0
        self.cursor_position = len(self.value)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say what is typed; a text with what cannot be drawn is given back as it was while nobody changes it."""
        event.stop()
        self.post_message(self.Typed(self._given if self.value == self._shown else self.value))
