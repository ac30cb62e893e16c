"""The form of a fiche, built from the model that the server sends (DESIGN §6).

One widget draws every line; one text field stands over the line that is typed. What is typed lives in a `Saisie`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.events import Key
from textual.message import Message
from textual.widgets import Input

from ror_tui.api_client.models import (
    Champ,
    Constat,
    Gravite,
    Modele,
    Nomenclature,
    Section,
    TypeChamp,
    Valeur,
    Valeurs,
    codes_de,
    egales,
    vide,
)
from ror_tui.keymap import bindings
from ror_tui.services.naming import proposed_name
from ror_tui.services.saisie import Chemin, Genre, Place, Saisie, chemins, en_texte
from ror_tui.services.saisie.chemins import depuis
from ror_tui.services.saisie.dire import CODED
from ror_tui.services.saisie.frappe import ecrire, lire, lire_mesure
from ror_tui.services.saisie.places import places
from ror_tui.services.saisie.semaine import DAYS_FIELD
from ror_tui.services.saisie.semaine import FIELDS as HOURS
from ror_tui.widgets.form_input import TextField, width_of
from ror_tui.widgets.form_lines import MARGIN, FormLines
from ror_tui.widgets.form_paint import INDENT, LABEL, NARROW, Drawn, Look, Painter
from ror_tui.widgets.form_rows import Rows
from ror_tui.widgets.picker import Picker

if TYPE_CHECKING:
    from ror_tui.journal import Changes

CHOSEN = CODED | {TypeChamp.COMMUNE}
NO_DAY = "Placez-vous sur une ligne d'horaires dont un jour est coché."
NO_HOURS = "Placez-vous sur les horaires pour taper une semaine."
ANSWERS = {"o": True, "n": False, "left": True, "right": False}


def _free(_champ: Champ) -> str | None:
    return None


class FormView(Rows, Container):
    """A form. Values come in by `load` and go out by `to_values`."""

    DEFAULT_CSS = """
    FormView { height: 1fr; layers: base over; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("formulaire")]

    @dataclass
    class Changed(Message):
        """A value of the form was changed."""

        form: FormView

    @dataclass
    class Judged(Message):
        """Other findings are shown."""

        form: FormView

    @dataclass
    class FieldFocused(Message):
        """Another field has the cursor: its help is to be shown."""

        form: FormView
        champ: Champ
        locked: str | None

    @dataclass
    class CommuneWanted(Message):
        """A commune is to be chosen."""

        form: FormView
        chemin: Chemin

    @dataclass
    class TextWanted(Message):
        """A long text is to be opened in a larger place."""

        form: FormView
        chemin: Chemin

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self.saisie: Saisie | None = None
        self.modele: Modele | None = None
        self.nomenclatures: Mapping[str, Nomenclature] = {}
        self.publiees: Valeurs | None = None
        self.readonly = False
        self.locked: Callable[[Champ], str | None] = _free
        self.places: list[Place] = []
        self.cursor = -1
        self.opened: set[Chemin] = set()
        self._laid: tuple[int, int, int] | None = None
        self._drawn: Drawn = {}

    def compose(self) -> ComposeResult:
        """Lay the text field over the lines."""
        yield FormLines(self._takes)
        yield TextField()

    @property
    def lines(self) -> FormLines:
        """What is drawn."""
        return self.query_one(FormLines)

    @property
    def field(self) -> TextField:
        """The text field."""
        return self.query_one(TextField)

    # --- Values ---

    async def load(
        self,
        modele: Modele,
        valeurs: Valeurs,
        constats: Sequence[Constat] = (),
        *,
        nomenclatures: Mapping[str, Nomenclature],
        publiees: Valeurs | None = None,
        readonly: bool = False,
        locked: Callable[[Champ], str | None] = _free,
    ) -> None:
        """Show values in a form.

        Args:
            modele: The form.
            valeurs: Answers by field id.
            constats: What the controls found on them.
            nomenclatures: The value sets that the form names.
            publiees: Published answers, to show where they differ; None when there are none.
            readonly: Whether the fields can only be read.
            locked: Gives why a field cannot be modified, None when it can.
        """
        here = self.chemin
        self.modele, self.nomenclatures, self.publiees, self.readonly = modele, nomenclatures, publiees, readonly
        self.locked = locked
        self.saisie, self._drawn = Saisie(modele, valeurs, nomenclatures), {}
        self.saisie.constats = list(constats)
        self.places = places(self.saisie, self.opened)
        self.cursor = self._nearest(here)
        if self.place is None:
            self.redraw()
        else:
            self._edit()

    def accept(self, valeurs: Valeurs, sent: Valeurs, constats: Sequence[Constat], publiees: Valeurs | None) -> None:
        """Take what the server kept; a field typed in since it was sent keeps what was typed.

        Args:
            valeurs: What the server holds now.
            sent: What `to_values` gave when the request left.
            constats: What the controls found.
            publiees: Published answers.
        """
        if self.saisie is not None:
            self.publiees = publiees
            self.saisie.accepter(valeurs, sent)
            self.show(constats)
            self._edit(moved=False)

    def to_values(self) -> Valeurs:
        """Give every answer, those of hidden fields too: what was typed is never lost."""
        return dict(self.saisie.valeurs) if self.saisie else {}

    def changes(self) -> Valeurs:
        """Give what differs from what was loaded; a default of a field that is shown counts, None means emptied."""
        return self.saisie.differences() if self.saisie else {}

    def typed(self) -> Changes:
        """Give what was typed and is not saved: by field, its value and what the server held."""
        return self.saisie.tapees() if self.saisie else {}

    def fill(self, valeurs: Valeurs) -> None:
        """Put answers in the form as if they were typed; fields that it does not have, or are locked, are left out.

        Args:
            valeurs: Answers by field id.
        """
        if self.saisie is not None:
            fixed = self._fixed()
            self.saisie.remplir({key: valeur for key, valeur in valeurs.items() if key not in fixed})
            self.changed()
            self._edit()

    @property
    def modified(self) -> bool:
        """Tell whether something was typed and not saved; a default that nobody touched is nothing typed."""
        return self.saisie is not None and self.saisie.modifiee

    def show(self, constats: Sequence[Constat]) -> None:
        """Show findings beside their fields, those of no visible field at the top.

        Args:
            constats: What the controls found.
        """
        if self.saisie is not None:
            self.saisie.constats = list(constats)
            self.redraw()

    def judge(self, constats: Sequence[Constat]) -> None:
        """Show what the controls find while one types; the field that is typed stays where one sees it.

        Args:
            constats: What they found.
        """
        if self.saisie is not None and list(self.saisie.constats) != list(constats):
            self.show(constats)
            self.lines.bring(self.cursor)
            self._lay()
            self.post_message(self.Judged(self))

    def communes(self) -> set[str]:
        """Give the communes whose name is not known."""
        saisie = self.saisie
        shown = saisie.occurrences() if saisie else ()
        held = {one.valeur for one in shown if one.champ.type is TypeChamp.COMMUNE and isinstance(one.valeur, str)}
        return held - set(saisie.libelles.communes) if saisie else set()

    def name_communes(self, noms: Mapping[str, str]) -> None:
        """Say communes by their names.

        Args:
            noms: Names by code.
        """
        if self.saisie is not None and noms:
            self.saisie.libelles.communes.update(noms)
            self.forget_drawn()
            self.redraw()

    # --- Drawing ---

    def forget_drawn(self) -> None:
        """Have each line drawn anew at the next drawing."""
        self._drawn.clear()

    def redraw(self, *, at: Chemin | None = None) -> None:
        """Draw what is there now, with the cursor where it was.

        Args:
            at: Where to put the cursor, where it is unless it is given.
        """
        saisie = self.saisie
        if saisie is None:
            return
        wanted = at or self.chemin
        self.places = places(saisie, self.opened)
        self.cursor = self._nearest(wanted)
        look = Look(self.readonly, self.publiees, self.locked, self.opened, self._width())
        here = self.cursor if self.field.display else None
        self.lines.show(Painter(saisie, look, self._drawn).lines(self.places, here), self.cursor)
        self._lay()

    def _width(self) -> int:
        return self.size.width - 1 if self.size.width else self.app.size.width - 1

    def _nearest(self, chemin: Chemin | None) -> int:
        """Give the place of a path, or that of what holds it: a field that vanished leaves the cursor near."""
        if chemin is None:
            return -1
        found = {place.chemin: index for index, place in enumerate(self.places) if place.genre is not Genre.SECTION}
        for end in range(len(chemin), 0, -1):
            if chemin[:end] in found:
                return found[chemin[:end]]
        stops = self.stops()
        return min(stops, key=lambda index: abs(index - self.cursor), default=-1)

    def on_resize(self) -> None:
        """Draw for another width."""
        self.redraw()
        self.lines.bring(self.cursor)
        self._lay()

    def _lay(self) -> None:
        """Put the text field over its line."""
        field, champ = self.field, self.focused_champ
        rows = self.lines.rows_of(self.cursor)
        if not field.display or champ is None or not rows:
            return
        indent = INDENT * self.places[self.cursor].niveau
        width = self._width()
        narrow = width < NARROW
        left = MARGIN + indent + (INDENT if narrow else max(LABEL - indent, 12))
        top = rows.start + (1 if narrow else 0) - self.lines.scroll_offset.y
        room = width - left
        where = (left, top, min(width_of(champ) or room, room))
        if where != self._laid:  # each change of a style lays the whole screen out again
            self._laid = where
            field.styles.offset = (left, top)
            field.styles.width = where[2]
        field.visible = not self.size.height or 0 <= top < self.size.height

    # --- The cursor ---

    @property
    def place(self) -> Place | None:
        """Where the cursor is."""
        return self.places[self.cursor] if 0 <= self.cursor < len(self.places) else None

    @property
    def chemin(self) -> Chemin | None:
        """Path of where the cursor is."""
        return self.place.chemin if self.place else None

    @property
    def focused_champ(self) -> Champ | None:
        """The field that has the cursor."""
        return self.place.champ if self.place else None

    def stops(self) -> list[int]:
        """Give the places where the cursor goes."""
        return [index for index, place in enumerate(self.places) if place.genre is not Genre.SECTION]

    def go_to(self, index: int) -> None:
        """Put the cursor on a place, and type there when it is a text.

        Args:
            index: The place.
        """
        if self.saisie is None or not 0 <= index < len(self.places):
            return
        self.saisie.pause()
        self.cursor = index
        self._edit()

    def _edit(self, *, moved: bool = True) -> None:
        """Give the keys to the text field, or to the lines; say which field it is when the cursor `moved` to it."""
        place, saisie = self.place, self.saisie
        if place is None or place.champ is None or saisie is None:
            return
        typed = place.genre is Genre.CHAMP and self.is_text(place.champ)
        self.field.display = typed
        if typed:
            self.field.show(place.champ, self._text(saisie, place.chemin, place.champ))
        self.redraw()
        self.lines.bring(self.cursor)
        self._lay()
        if self.screen.focused in {None, self.field, self.lines}:
            self.screen.set_focus(self.field if typed else self.lines, scroll_visible=False)
        if moved:
            self.post_message(self.FieldFocused(self, place.champ, self.locked(place.champ)))

    def is_text(self, champ: Champ) -> bool:
        """Tell whether a field is typed as a text now."""
        fixed = self.readonly or self.locked(champ) is not None
        return not fixed and champ.type not in CHOSEN | {TypeChamp.BOOLEEN, TypeChamp.GROUPE}

    @staticmethod
    def _text(saisie: Saisie, chemin: Chemin, champ: Champ) -> str:
        return ecrire(champ, saisie.valeur(chemin))

    def focus_field(self, champ_id: str) -> None:
        """Put the cursor on a field; the rows that hold it are opened.

        Args:
            champ_id: Its id, or its path.
        """
        self.focus_path(depuis(champ_id))

    def focus_path(self, chemin: Chemin) -> None:
        """Put the cursor on a field or a row; the rows that hold it are opened.

        Args:
            chemin: Its path.
        """
        saisie = self.saisie
        if saisie is None:
            return
        self.opened |= {chemin[:end] for end in range(2, len(chemin), 2)}
        self.places = places(saisie, self.opened)
        owner = self._owner(chemin)
        index = next((index for index in self.stops() if self.places[index].chemin == owner), None)
        if index is not None:
            self.go_to(index)
            if self.screen.focused is None:
                self.focus_here()

    def focus_here(self) -> None:
        """Give the keys to the form."""
        self.screen.set_focus(self.field if self.field.display else self.lines, scroll_visible=False)

    def _owner(self, chemin: Chemin) -> Chemin:
        """Give the field on whose line a unit stands."""
        if len(chemin) % 2 == 0:
            return chemin
        champ = self.saisie.champ(chemin[:-2]) if self.saisie and len(chemin) > 1 else None
        around = champ.champs if champ else self._champs()
        owner = next((one.id for one in around if one.champ_unite == chemin[-1]), chemin[-1])
        return (*chemin[:-1], owner)

    def focus_first(self) -> None:
        """Put the cursor on the first field."""
        for index in self.stops()[:1]:
            self.go_to(index)
            self.focus_here()

    def focus_unfinished(self, by: int = 1) -> Champ | None:
        """Put the cursor on the next field that is wrong, or required and empty; None when there is none.

        Args:
            by: 1 for the next one, -1 for the one before.
        """
        saisie = self.saisie
        left = [self._owner(chemin) for chemin in saisie.a_faire()] if saisie else []
        if saisie is None or not left:
            return None
        order = [one.chemin for one in saisie.occurrences()]
        here = self.chemin
        rank = order.index(here) if here in order else self._rank_of_row(order, here)
        ranks = sorted({order.index(chemin) for chemin in left})
        turned = [one for one in ranks if one * by > rank * by] or ranks
        found = order[turned[0] if by > 0 else turned[-1]]
        self.focus_path(found)
        return saisie.champ(found)

    @staticmethod
    def _rank_of_row(order: Sequence[Chemin], here: Chemin | None) -> int:
        inside = [index for index, chemin in enumerate(order) if here and chemin[: len(here)] == here]
        return inside[0] - 1 if inside else -1

    def focus_first_error(self) -> None:
        """Put the cursor on the first field that is wrong."""
        saisie = self.saisie
        wrong = saisie.constats_de() if saisie else {}
        for one in saisie.occurrences() if saisie else ():
            if en_texte(one.chemin) in wrong:
                self.focus_path(one.chemin)
                return

    def missing(self) -> int:
        """Count the visible fields that are wrong, or required and empty."""
        return len(self.saisie.a_faire()) if self.saisie else 0

    def _champs(self) -> list[Champ]:
        return self.modele.champs() if self.modele else []

    def _step(self, by: int) -> None:
        stops = self.stops()
        if not stops:
            return
        here = stops.index(self.cursor) if self.cursor in stops else (-1 if by > 0 else 0)
        self.go_to(stops[(here + by) % len(stops)])

    def action_champ_suivant(self) -> None:
        """Go to the next field."""
        self._step(1)

    def action_champ_precedent(self) -> None:
        """Go to the field before."""
        self._step(-1)

    def _page(self, by: int) -> None:
        stops = self.stops()
        here = stops.index(self.cursor) if self.cursor in stops else 0
        self.go_to(stops[max(0, min(len(stops) - 1, here + by * max(1, self.size.height - 2)))]) if stops else None

    def action_page_bas(self) -> None:
        """Go one page down."""
        self._page(1)

    def action_page_haut(self) -> None:
        """Go one page up."""
        self._page(-1)

    def action_manquant_suivant(self) -> None:
        """Ask for the next field to fill or to mend."""
        self.post_message(self.UnfinishedWanted(self, 1))

    def action_manquant_precedent(self) -> None:
        """Ask for the field to fill or to mend before."""
        self.post_message(self.UnfinishedWanted(self, -1))

    def action_sections(self) -> None:
        """Ask for the list of sections."""
        self.post_message(self.Wanted("sections"))

    def action_actions(self) -> None:
        """Ask for the Actions menu."""
        self.post_message(self.Wanted("actions"))

    def action_reprendre(self) -> None:
        """Ask for another fiche to take from."""
        self.post_message(self.Wanted("reprendre"))

    def action_semaine(self) -> None:
        """Ask for the hours of a week on one line."""
        if self.hours_here is None:
            self.note(NO_HOURS)
        else:
            self.post_message(self.Wanted("semaine"))

    def action_copier_jour(self) -> None:
        """Ask for the days that are to be open as the day of the cursor is."""
        if self.day_here is None:
            self.note(NO_DAY)
        else:
            self.post_message(self.Wanted("copier_jour"))

    def action_recopier(self) -> None:
        """Ask for the fiches in which the field of the cursor is to be put."""
        self.post_message(self.Wanted("recopier"))

    @property
    def top_champ(self) -> Champ | None:
        """The field of the fiche that has the cursor, or the group that holds it."""
        return self.saisie.champ(self.chemin[:1]) if self.saisie and self.chemin else None

    @property
    def day_here(self) -> str | None:
        """The first day of the opening hours that have the cursor."""
        ligne, saisie = self.row_here, self.saisie
        if self.hours_here is None or ligne is None or saisie is None:
            return None
        days = codes_de((chemins.ligne(saisie.valeurs, ligne) or {}).get(DAYS_FIELD))
        return days[0] if days and self.locked(saisie.champ(ligne)) is None else None

    @property
    def hours_here(self) -> Chemin | None:
        """The group of opening hours that has the cursor, or holds it."""
        groupe, saisie = self.group_here, self.saisie
        if groupe is None or saisie is None or self.readonly:
            return None
        return groupe if {champ.id for champ in saisie.champ(groupe).champs} >= HOURS else None

    @dataclass
    class Wanted(Message):
        """An overlay of the screen is wanted, by its name."""

        name: str

    @dataclass
    class UnfinishedWanted(Message):
        """The next thing to fill is wanted, or the one before."""

        form: FormView
        by: int

    def sections(self) -> list[tuple[Section, int, bool]]:
        """Give the sections that are shown: how many fields are left in each, and whether one has an error."""
        saisie = self.saisie
        if saisie is None:
            return []
        left = [chemin[0] for chemin in saisie.a_faire()]
        found = saisie.constats_de().items()
        wrong = {path.split("/")[0] for path, ones in found if any(one.gravite is Gravite.ERREUR for one in ones)}
        shown = {place.chemin[0] for place in self.places if place.genre is Genre.SECTION}
        return [
            (one, sum(champ.id in left for champ in one.champs), any(champ.id in wrong for champ in one.champs))
            for one in saisie.modele.sections
            if one.id in shown
        ]

    def focus_section(self, section_id: str) -> None:
        """Put the cursor on the first field of a section."""
        titles = [
            index
            for index, place in enumerate(self.places)
            if place.genre is Genre.SECTION and place.chemin == (section_id,)
        ]
        for index in titles:
            self.go_to(index + 1)

    # --- Typing ---

    @on(TextField.Typed)
    def take_text(self, event: TextField.Typed) -> None:
        """Keep what is typed."""
        event.stop()
        place, saisie = self.place, self.saisie
        if place is None or place.champ is None or saisie is None or place.genre is not Genre.CHAMP:
            return
        champ, text = place.champ, event.text
        if champ.champ_unite:
            text = self._measure(champ, place.chemin, text)
        self.write(place.chemin, lire(champ, text, datetime.now().astimezone().date()))

    def _measure(self, champ: Champ, chemin: Chemin, text: str) -> str:
        saisie = self.saisie
        if saisie is None or champ.champ_unite is None:
            return text
        path = (*chemin[:-1], champ.champ_unite)
        units = [code for code in saisie.libelles.codes(saisie.champ(path)).values() if not code.retire]
        number, unit = lire_mesure(text, units)
        if unit is not None and saisie.valeur(path) != unit:
            saisie.ecrire(path, unit)
            self.changed()
        return number

    def write(self, chemin: Chemin, valeur: Valeur) -> None:
        """Take the value of a field, and show what depends on it.

        Args:
            chemin: The field.
            valeur: Its value.
        """
        saisie = self.saisie
        if saisie is None:
            return
        former = saisie.valeur(chemin)
        if egales(former, valeur) and former == valeur:
            return
        saisie.ecrire(chemin, valeur)
        if chemin == ("type_uo",):
            self._propose_name(saisie, former, valeur)
        self.changed()

    def changed(self) -> None:
        """Show what changed, and say it."""
        self.redraw()
        self.post_message(self.Changed(self))

    def _propose_name(self, saisie: Saisie, former: Valeur, chosen: Valeur) -> None:
        champ = saisie.modele.champ("type_uo")
        if champ is None or saisie.modele.champ("nom") is None or vide(chosen):
            return
        labels = {code: one.libelle for code, one in saisie.libelles.codes(champ).items()}
        nom = saisie.valeurs.get("nom")
        new = labels.get(str(chosen))
        name = proposed_name(nom if isinstance(nom, str) else None, labels.get(str(former)), new) if new else None
        if name is not None:
            saisie.proposer("nom", name)

    @on(Input.Submitted)
    def go_on(self, event: Input.Submitted) -> None:
        """Go on after Enter."""
        event.stop()
        self.advance()

    def advance(self) -> None:
        """Go from a field that is filled to the next one to fill; from any other, or when none is left, to the next."""
        saisie, here = self.saisie, self.chemin
        if saisie is None or here is None:
            return
        left = saisie.a_faire()
        if self.readonly or here in left or vide(saisie.valeur(here)) or self.focus_unfinished() is None:
            self._step(1)

    def _takes(self, event: Key) -> bool:
        champ = self.focused_champ
        place = self.place
        if champ is None or place is None or (self.readonly and champ.type is not TypeChamp.GROUPE):
            return False
        if place.genre is Genre.LIGNE or champ.type is TypeChamp.GROUPE:
            return event.key in {"enter", "space", "left", "right"}
        if event.key in {"enter", "space", "delete", "backspace"}:
            return True
        if champ.type is TypeChamp.BOOLEEN:
            return event.key in ANSWERS
        return champ.type in CHOSEN and (event.character or "").isalnum()

    @on(FormLines.Clicked)
    def go_to_clicked(self, event: FormLines.Clicked) -> None:
        """Go where one clicked."""
        if event.place in self.stops():
            self.go_to(event.place)

    @on(FormLines.Pressed)
    def take_key(self, event: FormLines.Pressed) -> None:
        """Answer, open a list, open a row, for the place that has the cursor."""
        event.stop()
        place = self.place
        if place is None or place.champ is None:
            return
        if place.genre is Genre.LIGNE:
            self.press_row(place.chemin, event.key)
        elif place.champ.type is TypeChamp.GROUPE:
            self.press_group(place.chemin, event.key)
        elif (reason := self.locked(place.champ)) is not None:
            self.note(reason)
            self.advance() if event.key == "enter" else None
        elif place.champ.type is TypeChamp.BOOLEEN:
            self._answer(place.chemin, event.key)
        else:
            self._choice_key(place.chemin, place.champ, event)

    def _answer(self, chemin: Chemin, key: str) -> None:
        if key == "enter":
            self.advance()
        elif key in {"delete", "backspace"}:
            self.write(chemin, None)
        else:
            now = self.saisie.valeur(chemin) if self.saisie else None
            self.write(chemin, ANSWERS.get(key, now is not True))

    def _choice_key(self, chemin: Chemin, champ: Champ, event: FormLines.Pressed) -> None:
        if event.key in {"delete", "backspace"}:
            self.write(chemin, None)
        elif champ.type is TypeChamp.COMMUNE:
            self.post_message(self.CommuneWanted(self, chemin))
        else:
            typed = event.character if event.character and event.character.isalnum() else ""
            self.open_list(chemin, champ, typed or "")

    def open_list(self, chemin: Chemin, champ: Champ, typed: str = "") -> None:
        """Open the list of a field of codes.

        Args:
            chemin: The field.
            champ: What it is.
            typed: What is already typed to find a code.
        """
        saisie = self.saisie
        nomenclature = self.nomenclatures.get(champ.nomenclature or "")
        if saisie is None or nomenclature is None or self.readonly:
            return
        picker = Picker(champ, nomenclature, codes_de(saisie.valeur(chemin)), saisie.autour(chemin[:-1]), typed)
        self.app.push_screen(picker, lambda codes: None if codes is None else self.choose(chemin, codes))

    def choose(self, chemin: Chemin, codes: list[str]) -> None:
        """Take what was chosen in a list, and go on."""
        saisie = self.saisie
        if saisie is None:
            return
        saisie.pause()
        several = saisie.champ(chemin).type is TypeChamp.CODES
        self.write(chemin, (codes or None) if several else (codes[0] if codes else None))
        if codes:
            self.advance()

    # --- Undo ---

    def action_annuler_saisie(self) -> None:
        """Undo the last gesture."""
        self._undone(self.saisie.annuler(self._fixed()) if self.saisie else None, "Rien à annuler dans cette fiche.")

    def action_refaire_saisie(self) -> None:
        """Do again what was undone."""
        self._undone(self.saisie.refaire(self._fixed()) if self.saisie else None, "Rien à refaire dans cette fiche.")

    def _fixed(self) -> set[str]:
        return {champ.id for champ in self._champs() if self.locked(champ) is not None}

    def _undone(self, chemin: Chemin | None, nothing: str) -> None:
        if chemin is None:
            self.note(nothing)
            return
        self.changed()
        self.focus_path(chemin)

    def action_texte(self) -> None:
        """Open a long text in a larger place."""
        if self.chemin is not None and self.takes_text():
            self.post_message(self.TextWanted(self, self.chemin))

    def takes_text(self) -> bool:
        """Tell whether the cursor is on a long text that can be typed."""
        champ = self.focused_champ
        return champ is not None and champ.type is TypeChamp.TEXTE_LONG and self.is_text(champ)
