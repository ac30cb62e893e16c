"""Dialogs driven by the keyboard: a question, a text, a number, a menu, a list to tick. Each fits in 40×10."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Input, OptionList, Static, TextArea
from textual.widgets.option_list import Option

from ror_tui.keymap import bindings
from ror_tui.texts import NBSP, bare, plain
from ror_tui.widgets.dialog_frame import Dialog


class Choose(Dialog[str | None]):
    """A question with several answers; gives the id of the answer, None on Escape."""

    def __init__(
        self, title: str, text: str, choices: Sequence[tuple[str, str]], *, focused: str | None = None
    ) -> None:
        super().__init__(title)
        self.question, self.choices = text, choices
        self.focused_choice = focused or choices[0][0]

    def compose_body(self) -> ComposeResult:
        """Lay out the text and its answers."""
        yield self.text(self.question)
        yield self.buttons(*self.choices)

    def on_mount(self) -> None:
        """Put the focus on the answer that Enter gives."""
        self.set_focus(self.query_one(f"#choice-{self.focused_choice}"))

    def chosen(self, choice: str) -> None:
        """Give the id of the answer."""
        self.dismiss(choice)


class Confirm(Dialog[bool]):
    """A yes or no question; Escape is no, and Enter is no when what is asked destroys something (`danger`)."""

    def __init__(self, title: str, text: str, *, yes: str = "Oui", no: str = "Non", danger: bool = False) -> None:
        super().__init__(title)
        self.question, self.yes, self.no, self.danger = text, yes, no, danger

    def compose_body(self) -> ComposeResult:
        """Lay out the text and both answers; « o » and « n » always answer."""
        yield self.text(self.question)
        yield self.buttons(("oui", self.yes), ("non", self.no))
        self.letters |= {"o": "oui", "n": "non"}

    def on_mount(self) -> None:
        """Put the focus on the answer that Enter gives."""
        self.set_focus(self.query_one("#choice-non" if self.danger else "#choice-oui"))

    def chosen(self, choice: str) -> None:
        """Give whether the answer is yes."""
        self.dismiss(choice == "oui")

    def action_annuler(self) -> None:
        """Escape means no."""
        self.dismiss(False)


class Message(Dialog[None]):
    """A text to read, then Enter or Escape."""

    def __init__(self, title: str, text: str) -> None:
        super().__init__(title)
        self.message = text

    def compose_body(self) -> ComposeResult:
        """Lay out the text and its one button."""
        yield self.text(self.message)
        yield self.buttons(("fermer", "Fermer"))

    def on_mount(self) -> None:
        """Let Enter close."""
        self.set_focus(self.query_one("#choice-fermer"))

    def chosen(self, choice: str) -> None:  # noqa: ARG002  # there is one button
        """Close."""
        self.dismiss(None)

    def action_precedent(self) -> None:
        """Scroll up: there is one button only."""
        self.query_one("#dialog-body", VerticalScroll).scroll_up(animate=False)

    def action_suivant(self) -> None:
        """Scroll down."""
        self.query_one("#dialog-body", VerticalScroll).scroll_down(animate=False)


class Ask(Dialog[str | None]):
    """A text to type. Enter validates; in several lines Enter ends a line and F2 validates.

    Args:
        title: Title of the frame.
        label: What is asked.
        value: The text at first.
        password: Hide what is typed.
        required: Refuse an empty text, in the dialog.
        multiline: Give several lines.
        minimum: Shortest text accepted.
        maximum: Longest text accepted, 0 for no limit.
        expected: The only text accepted, accents and capitals aside: to confirm by typing a name.
        ok: Label of the button that validates.
        digits: Take digits only.
    """

    def __init__(
        self,
        title: str,
        label: str,
        *,
        value: str = "",
        password: bool = False,
        required: bool = True,
        multiline: bool = False,
        minimum: int = 0,
        maximum: int = 0,
        expected: str | None = None,
        ok: str = "Enregistrer",
        digits: bool = False,
    ) -> None:
        super().__init__(title)
        self.label, self.value, self.password, self.required, self.multiline = (
            label,
            value,
            password,
            required,
            multiline,
        )
        self.minimum, self.maximum, self.expected, self.ok = minimum, maximum, expected, ok
        self.restrict = r"\d*" if digits else None

    def compose_body(self) -> ComposeResult:
        """Lay out the label, the text field, the fault if any, and the buttons."""
        yield self.text(self.label)
        if self.multiline:
            yield TextArea(self.value, id="answer", tab_behavior="focus", compact=True)
        else:
            yield Input(self.value, id="answer", password=self.password, restrict=self.restrict, compact=True)
        yield Static("", id="dialog-error")
        ok = f"{self.ok} (F2)" if self.multiline else self.ok
        yield self.buttons(("valider", ok), ("annuler", "Annuler"))

    def on_mount(self) -> None:
        """Start typing at once."""
        self.set_focus(self.query_one("#answer"))
        for area in self.query(TextArea):
            area.cursor_blink = False
        for field in self.query(Input):
            field.cursor_blink = False

    @property
    def answer(self) -> str:
        """What is typed, without outer blanks."""
        field = self.query_one("#answer")
        return (field.text if isinstance(field, TextArea) else self.query_one("#answer", Input).value).strip()

    def fault(self, answer: str) -> str:
        """Say in French why a text is refused, or nothing."""
        if self.expected is not None and bare(plain(answer)) != bare(plain(self.expected)).strip():
            return f"Pour confirmer, tapez «{NBSP}{self.expected}{NBSP}»."
        if self.required and not answer:
            return "Ce texte est obligatoire."
        if len(answer) < self.minimum:
            return f"Ce texte est trop court{NBSP}: {self.minimum} caractères au moins."
        if self.maximum and len(answer) > self.maximum:
            return f"Ce texte est trop long{NBSP}: {self.maximum} caractères au plus, il en a {len(answer)}."
        return ""

    @on(Input.Submitted)
    def action_valider(self) -> None:
        """Give the text, or say what is wrong with it."""
        fault = self.fault(self.answer)
        if fault:
            self.show_error(fault)
        else:
            self.dismiss(self.answer)

    def chosen(self, choice: str) -> None:
        """Validate or cancel."""
        if choice == "valider":
            self.action_valider()
        else:
            self.dismiss(None)


class AskNumber(Dialog[int | None]):
    """A whole number between two bounds (guide §3c: « Nombre de fiches à créer ? »)."""

    def __init__(
        self, title: str, label: str, *, value: int = 1, minimum: int = 1, maximum: int = 100, ok: str = "Créer"
    ) -> None:
        super().__init__(title)
        self.label, self.value, self.minimum, self.maximum, self.ok = label, value, minimum, maximum, ok

    def compose_body(self) -> ComposeResult:
        """Lay out the label, the number, the fault if any, and the buttons."""
        yield self.text(self.label)
        yield Input(str(self.value), id="answer", restrict=r"\d*", max_length=6, compact=True)
        yield Static("", id="dialog-error")
        yield self.buttons(("valider", self.ok), ("annuler", "Annuler"))

    def on_mount(self) -> None:
        """Start typing at once, over the number proposed."""
        field = self.query_one("#answer", Input)
        field.cursor_blink = False
        self.set_focus(field)

    @on(Input.Submitted)
    def action_valider(self) -> None:
        """Give the number, or say what is wrong with it."""
        typed = self.query_one("#answer", Input).value
        if typed and self.minimum <= int(typed) <= self.maximum:
            self.dismiss(int(typed))
        else:
            self.show_error(f"Tapez un nombre entre {self.minimum} et {self.maximum}.")

    def chosen(self, choice: str) -> None:
        """Validate or cancel."""
        if choice == "valider":
            self.action_valider()
        else:
            self.dismiss(None)


@dataclass(frozen=True, slots=True)
class MenuItem:
    """A line of a menu; one that cannot be used stays in place and says why."""

    id: str
    label: str
    key: str = ""
    disabled_reason: str | None = None


class ActionMenu(Dialog[str | None]):
    """The « Actions » menu of the guide: arrows and Enter, or the letter of the line.

    Args:
        title: Title of the frame.
        items: Its lines.
        focused: Id of the line that the cursor starts on; the first one that can be used unless it is given.
    """

    def __init__(self, title: str, items: Sequence[MenuItem], *, focused: str | None = None) -> None:
        super().__init__(title)
        self.items = items
        usable = [item.id for item in items if not item.disabled_reason]
        self.focused_item = focused or next(iter(usable), items[0].id)
        self.letters = {item.key: item.id for item in items if len(item.key) == 1}

    def compose_body(self) -> ComposeResult:
        """Lay out the lines, and below them the reason of the line that cannot be used."""
        yield OptionList(*map(self._option, self.items), id="menu", compact=True, markup=False)
        yield Static("", id="dialog-error")

    @staticmethod
    def _option(item: MenuItem) -> Option:
        style = "dim" if item.disabled_reason else ""
        return Option(Content.assemble((f"{item.key:>2} ", "bold"), (plain(item.label), style)), id=item.id)

    def on_mount(self) -> None:
        """Put the cursor on the line to start on."""
        menu = self.query_one("#menu", OptionList)
        menu.highlighted = next(index for index, item in enumerate(self.items) if item.id == self.focused_item)
        self.set_focus(menu)

    @on(OptionList.OptionHighlighted)
    def show_reason(self, event: OptionList.OptionHighlighted) -> None:
        """Say why the line under the cursor cannot be used, if so."""
        self.show_error(self.items[event.option_index].disabled_reason or "")

    @on(OptionList.OptionSelected)
    def choose_line(self, event: OptionList.OptionSelected) -> None:
        """Take the line under the cursor."""
        self.chosen(self.items[event.option_index].id)

    def chosen(self, choice: str) -> None:
        """Give the line's id; a line that cannot be used only says why."""
        index = next(index for index, item in enumerate(self.items) if item.id == choice)
        if self.items[index].disabled_reason:
            self.query_one("#menu", OptionList).highlighted = index
            self.show_error(self.items[index].disabled_reason or "")
        else:
            self.dismiss(choice)


class Ticks(Dialog[frozenset[str] | None]):
    """A short list to tick: Space ticks, Enter validates, Escape changes nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("choix")]

    def __init__(self, title: str, items: Sequence[tuple[str, str]], ticked: Collection[str]) -> None:
        super().__init__(title)
        self.items, self.ticked = items, set(ticked)

    def compose_body(self) -> ComposeResult:
        """Lay out the boxes and how to use them."""
        yield self.boxes()
        yield Static(Content(f"Espace{NBSP}: cocher · Entrée{NBSP}: valider"), id="dialog-hint")

    def boxes(self) -> OptionList:
        """Give the list of boxes."""
        prompts = (
            Option(self._prompt(key, label), id=f"tick-{index}") for index, (key, label) in enumerate(self.items)
        )
        return OptionList(*prompts, id="ticks", compact=True, markup=False)

    def on_mount(self) -> None:
        """Put the cursor on the first box."""
        self.set_focus(self.query_one("#ticks", OptionList))

    def _prompt(self, key: str, label: str) -> Content:
        return Content(f"[{'x' if key in self.ticked else ' '}] {plain(label)}")

    def action_cocher(self) -> None:
        """Tick or untick the box under the cursor."""
        boxes = self.query_one("#ticks", OptionList)
        if boxes.highlighted is not None:
            key, label = self.items[boxes.highlighted]
            self.ticked ^= {key}
            boxes.replace_option_prompt_at_index(boxes.highlighted, self._prompt(key, label))

    @on(OptionList.OptionSelected)
    def validate(self) -> None:
        """Take Enter on a box as the answer."""
        self.action_valider()

    def action_valider(self) -> None:
        """Give what is ticked."""
        self.dismiss(frozenset(self.ticked))

    def action_filtre(self) -> None:
        """There is one list only: nothing to move to."""
