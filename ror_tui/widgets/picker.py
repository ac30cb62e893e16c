"""The choice of one code, or several, in a long list: found as one types, filtered, painted only where it is seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult, RenderResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.events import Key
from textual.geometry import Region
from textual.message import Message
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Input, Static

from ror_tui.api_client.models import Champ, Code, Filtre, Nomenclature, TypeChamp, Valeurs
from ror_tui.keymap import bindings
from ror_tui.services.finding import Finder, offered
from ror_tui.texts import NBSP, plain
from ror_tui.widgets.dialogs import ActionMenu, Choose, MenuItem
from ror_tui.widgets.lines import LineList, ListKeys
from ror_tui.widgets.steady import SteadyInput

ALL = "toutes"


class FilterLine(Widget, can_focus=True):
    """One filter before the list: its label and its value; Enter, Space or an arrow changes it."""

    DEFAULT_CSS = """
    FilterLine { height: 1; color: $text; }
    FilterLine:ansi:focus { text-style: reverse; }
    FilterLine:focus { background: $block-cursor-background; color: $block-cursor-foreground; }
    """

    @dataclass
    class Wanted(Message):
        """Another value is wanted for this filter."""

        line: FilterLine

    def __init__(self, filtre: Filtre, values: Sequence[Code], value: str | None, *, id: str) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self.filtre, self.values, self.value = filtre, values, value

    @property
    def value_label(self) -> str:
        """Label of the value that is on."""
        return next((code.libelle for code in self.values if code.code == self.value), ALL)

    def render(self) -> RenderResult:
        """Draw the label, cut before its value is."""
        value = f"{NBSP}: {plain(self.value_label)} ▾"
        room = max(8, self.size.width - Content(value).cell_length)
        label = Content(plain(self.filtre.libelle))
        cut = label.truncate(room, ellipsis=True) if label.cell_length > room else label
        return Content.assemble(cut, (value, "bold"))

    def on_key(self, event: Key) -> None:
        """Ask for another value."""
        if event.key in {"enter", "space", "right"}:
            event.stop()
            self.post_message(self.Wanted(self))


class FindInput(SteadyInput):
    """The search field: Space ticks while one moves in the list, and types a blank while one types."""

    @dataclass
    class Ticked(Message):
        """Space was pressed where a blank would mean nothing."""

    browsing = False

    def on_key(self, event: Key) -> None:
        """Turn Space into a tick after a move in the list, or where nothing is typed yet."""
        if event.key == "space" and (self.browsing or not self.value.strip()):
            event.stop()
            event.prevent_default()
            self.post_message(self.Ticked())
        elif event.is_printable or event.key == "backspace":
            self.browsing = False


class PickerFrame(Vertical):
    """The frame of the list; what it says below is said without drawing again all that it holds."""

    _saying = False

    def say(self, text: str) -> None:
        """Say something on the line below.

        Args:
            text: What to say.
        """
        self._saying = True
        self.border_subtitle = Content(text)
        self._saying = False

    def refresh(
        self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False
    ) -> PickerFrame:
        """Draw again, only the line below while it is what changes."""
        if self._saying:
            left, top = self.content_offset
            regions = (Region(-left, self.outer_size.height - 1 - top, self.outer_size.width, 1),)
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)


class Picker(ListKeys, ModalScreen[list[str] | None]):
    """Choose in a nomenclature; gives the codes kept, None when nothing changes.

    Args:
        champ: The field to fill: one code or several, with which filters.
        nomenclature: Where to choose.
        current: The codes of the field now; retired or unknown ones stay visible, and are never offered otherwise.
        valeurs: The answers of the fiche: a filter that follows a field starts from its value.
        typed: What is already typed to find a code.
    """

    DEFAULT_CSS = """
    Picker {
        align: center middle; background: $background 60%;
        #picker {
            width: 100; max-width: 100%; height: 100%; max-height: 40; padding: 0 1; background: $surface;
            border: round $primary; border-title-color: $text; border-title-style: bold; border-subtitle-color: $text;
        }
        #find { background: $boost; }
        #hint { height: 1; color: $text-muted; text-wrap: nowrap; text-overflow: ellipsis; }
        #whole { height: auto; max-height: 2; color: $text; }
    }
    Picker.-short #hint, Picker.-short #whole { display: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("choix", "liste")]
    AUTO_FOCUS = "#find"

    def __init__(
        self, champ: Champ, nomenclature: Nomenclature, current: Sequence[str], valeurs: Valeurs, typed: str = ""
    ) -> None:
        super().__init__()
        self.typed = typed
        self.champ, self.nomenclature, self.valeurs = champ, nomenclature, valeurs
        self.several = champ.type is TypeChamp.CODES
        self.current = list(current)
        self.ticked = set(current)
        self.offerts = champ.offerts(valeurs)
        """Codes offered for these answers; None when all are."""
        self.flags = _flags(nomenclature, current, self.offerts)
        self.whole = False
        offers = [code for code in nomenclature.codes if not code.retire]
        self.total = len(offers)
        self.finder = Finder([*self._first(), *(code for code in offers if code.code not in self.ticked)])
        self.shown: list[Code] = []
        self.said = ""

    def _first(self) -> list[Code]:
        known = {code.code: code for code in self.nomenclature.codes}
        return [known.get(code) or Code(code=code, libelle="code inconnu", retire=True) for code in self.current]

    def compose(self) -> ComposeResult:
        """Lay out the filters, the search field, the list, the whole label of the line, the keys."""
        with PickerFrame(id="picker") as frame:
            frame.border_title = Content(plain(self.champ.libelle))
            for index, filtre in enumerate(self.champ.filtres):
                values = self.nomenclature.filtres.get(filtre.cle, [])
                yield FilterLine(filtre, values, self._start(filtre, values), id=f"filter-{index}")
            yield FindInput(
                self.typed, placeholder="Tapez pour chercher", id="find", compact=True, select_on_focus=False
            )
            codes = LineList(self._paint, id="codes")
            codes.can_focus = False
            codes.add_class("-lit")
            yield codes
            yield Static("", id="whole")
            yield Static(Content(self._keys()), id="hint")

    def _start(self, filtre: Filtre, values: Sequence[Code]) -> str | None:
        value = self.valeurs.get(filtre.champ) if filtre.champ else None
        return value if isinstance(value, str) and any(code.code == value for code in values) else None

    def _keys(self) -> str:
        tick = f"Espace ou F4{NBSP}: cocher · " if self.several else ""
        filters = f" · Tab{NBSP}: filtres" if self.champ.filtres else ""
        whole = "" if self.offerts is None else f" · F3{NBSP}: voir tout"
        return f"↑↓ · {tick}Entrée{NBSP}: valider · Échap{NBSP}: annuler{filters}{whole}"

    def on_mount(self) -> None:
        """Show the list, with the cursor on the code the field holds."""
        self.query_one("#find", Input).cursor_blink = False
        self.search()
        here = [index for index, code in enumerate(self.shown) if code.code in self.ticked]
        self.rows.move_to(here[0] if here else 0)

    def on_resize(self) -> None:
        """Give the lines of help to the list when the screen is low."""
        self.set_class(self.size.height < 16, "-short")

    def filters(self) -> Mapping[str, str]:
        """Give the filters that are on, by their key."""
        lines = self.query(FilterLine)
        return {line.filtre.cle: line.value for line in lines if line.value is not None}

    @on(Input.Changed, "#find")
    def search(self) -> None:
        """Show what answers to the text typed and to the filters."""
        filters, found = self.filters(), self.finder.find(self.query_one("#find", Input).value)
        if filters or not (self.whole or self.offerts is None):
            found = [one for one in found if one.code in self.ticked or self._is_offered(one, filters)]
        self.shown = found
        self.rows.show(len(self.shown))
        self._say_whole(0)
        self._count()

    def _is_offered(self, code: Code, filters: Mapping[str, str]) -> bool:
        here = self.whole or self.offerts is None or code.code in self.offerts
        return here and offered(code, filters)

    def action_tout(self) -> None:
        """Show also the codes that are not offered for these answers, or hide them again."""
        self.whole = not self.whole
        self.search()

    def _count(self) -> None:
        offers = sum(not code.retire for code in self.shown)
        ticks = f" · {len(self.ticked)} {'cochés' if len(self.ticked) > 1 else 'coché'}" if self.several else ""
        none = "" if self.shown else " · effacez du texte ou changez les filtres"
        self.query_one(PickerFrame).say(f"{offers} sur {self.total}{ticks}{none}")

    def _paint(self, index: int, width: int) -> Content:  # noqa: ARG002  # the list cuts
        code = self.shown[index]
        box = ("[x] " if code.code in self.ticked else "[ ] ") if self.several else ""
        chosen = "" if self.several or code.code not in self.ticked else "● "
        flag = self.flags.get(code.code, "")
        return Content.assemble(
            box, chosen, plain(code.libelle), (f" ({plain(code.code)})", "dim"), (flag, "$text-warning")
        )

    @on(LineList.Moved)
    def show_whole(self, event: LineList.Moved) -> None:
        """Show under the list the whole label of the line under the cursor."""
        self._say_whole(event.index)

    def _say_whole(self, index: int) -> None:
        if index < len(self.shown):
            code = self.shown[index]
            whole = plain(f"{code.libelle} ({code.code}){self.flags.get(code.code, '')}")
            if whole != self.said:
                label, room = self.query_one("#whole", Static), self.query_one("#find").size.width
                taller = len(whole) > room or len(self.said) > room or not self.said
                self.said = whole
                label.update(Content(whole), layout=taller)

    @property
    def rows(self) -> LineList:
        """The codes that are found."""
        return self.query_one("#codes", LineList)

    def _move(self, action: str) -> None:
        self.query_one(FindInput).browsing = True
        super()._move(action)

    def action_filtre(self) -> None:
        """Go from the search to the filters, one after the other, and back."""
        self.focus_next()

    @on(FindInput.Ticked)
    def action_cocher(self) -> None:
        """Tick or untick the line under the cursor."""
        code = self.cursor_code
        if self.several and code is not None:
            self.ticked ^= {code.code}
            self.rows.refresh()
            self._count()

    @property
    def cursor_code(self) -> Code | None:
        """The code under the cursor."""
        index = self.rows.cursor
        return self.shown[index] if index < len(self.shown) else None

    @on(Input.Submitted, "#find")
    def action_valider(self) -> None:
        """Keep the ticks, or the line under the cursor when one code is wanted or nothing is ticked."""
        code = self.cursor_code
        if self.several and self.ticked:
            self.dismiss(self._kept())
        elif code is not None:
            self.dismiss([code.code] if not self.several or not self.current else [])
        elif self.several:
            self.dismiss([])

    def _kept(self) -> list[str]:
        return [code.code for code in self.finder.codes if code.code in self.ticked]

    def action_annuler(self) -> None:
        """Close without changing anything; ticks just made are not thrown away without asking."""
        if not self.several or self.ticked == set(self.current):
            self.dismiss(None)
            return
        choices = [("garder", "Garder"), ("abandonner", "Abandonner"), ("rester", "Rester")]
        self.app.push_screen(Choose(self.champ.libelle, "Vous avez changé des coches.", choices), self._leave)

    def _leave(self, choice: str | None) -> None:
        if choice == "garder":
            self.dismiss(self._kept())
        elif choice == "abandonner":
            self.dismiss(None)

    @on(FilterLine.Wanted)
    def choose_filter(self, event: FilterLine.Wanted) -> None:
        """Choose the value of a filter in a menu; « toutes » takes the filter off."""
        line = event.line
        items = [MenuItem("", ALL), *(MenuItem(code.code, code.libelle) for code in line.values)]

        def take(value: str | None) -> None:
            if value is not None:
                line.value = value or None
                line.refresh()
                self.search()
                self.set_focus(self.query_one("#find"))

        menu = ActionMenu(line.filtre.libelle, items)
        self.app.push_screen(menu, take)


def _flags(nomenclature: Nomenclature, current: Sequence[str], offerts: frozenset[str] | None) -> dict[str, str]:
    known = {code.code: code for code in nomenclature.codes}
    flags = {}
    for code in current:
        if code not in known:
            flags[code] = " inconnu de la nomenclature"
        elif known[code].retire:
            flags[code] = " n'est plus proposé"
    if offerts is not None:
        return {code: " n'est pas proposé ici" for code in known if code not in offerts} | flags
    return flags
