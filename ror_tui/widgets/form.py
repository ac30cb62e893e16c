"""The form of a fiche, built from the model that the server sends (DESIGN §6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.events import DescendantFocus
from textual.message import Message
from textual.widgets import Static

from ror_tui.api_client.models import (
    Champ,
    Constat,
    Gravite,
    Modele,
    Nomenclature,
    Section,
    Valeur,
    Valeurs,
    egales,
    vide,
)
from ror_tui.keymap import bindings
from ror_tui.services.naming import proposed_name
from ror_tui.texts import plain
from ror_tui.widgets.fields import ChoiceWanted, CodeField, Edited, NextWanted, editor, say
from ror_tui.widgets.form_row import FieldRow, finding
from ror_tui.widgets.picker import Picker

if TYPE_CHECKING:
    from ror_tui.journal import Changes

NARROW = 60
"""Below this width a label stands above its field."""


class FormView(VerticalScroll):
    """A form. Values come in by `load` and go out by `to_values`; in between the widgets hold them."""

    DEFAULT_CSS = """
    FormView {
        height: 1fr; padding: 0 1;
        .section { color: $accent; text-style: bold; height: 1; margin: 1 0 0 0; }
        .section.-first { margin: 0; }
        .field-row, .field-line { height: auto; }
        .field-label { width: 30; height: auto; }
        .field-line > Input, .field-line > YesNoField, .field-line > CodeField { width: 1fr; }
        .field-line > Input { background: $panel; }
        .field-line > Input.-number { width: 9; }
        .field-line > Input:disabled { background: $background; color: $text-muted; opacity: 100%; }
        .field-line > *:focus { background: $block-cursor-blurred-background; text-style: bold; }
        .field-line > Input:focus { text-style: none; }
        .field-unit { width: auto; padding: 0 1; color: $text-muted; }
        .field-published, .field-errors { margin: 0 0 0 2; height: auto; display: none; }
        .field-published { color: $text-muted; }
        #general { height: auto; display: none; }
    }
    FormView:ansi CodeField:focus, FormView:ansi YesNoField:focus { text-style: reverse; }
    FormView.-narrow .field-line { layout: vertical; }
    FormView.-narrow .field-label { width: 1fr; color: $text-muted; }
    FormView.-narrow .field-line > Input, FormView.-narrow .field-line > YesNoField,
    FormView.-narrow .field-line > CodeField { margin: 0 0 0 2; }
    FormView.-narrow .field-unit { display: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("formulaire")]

    @dataclass
    class Changed(Message):
        """A value of the form was changed."""

        form: FormView

    @dataclass
    class FieldFocused(Message):
        """Another field has the focus: its help is to be shown."""

        form: FormView
        champ: Champ

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id, can_focus=False)
        self.modele: Modele | None = None
        self.nomenclatures: Mapping[str, Nomenclature] = {}
        self.publiees: Valeurs | None = None
        self.readonly = False
        self._loaded: Valeurs = {}
        self._values: Valeurs = {}
        self._constats: list[Constat] = []

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
    ) -> None:
        """Show values in a form; the widgets are kept when the form is the same.

        Args:
            modele: The form.
            valeurs: Answers by field id.
            constats: What the controls found on them.
            nomenclatures: The value sets that the form names.
            publiees: Published answers, to show where they differ; None when there are none.
            readonly: Whether the fields can only be read.
        """
        rebuild = modele != self.modele or readonly != self.readonly
        self.modele, self.nomenclatures, self.publiees, self.readonly = modele, nomenclatures, publiees, readonly
        self._loaded, self._values = dict(valeurs), {**_defaults(modele), **_filled(valeurs)}
        if rebuild:
            await self._build(modele)
        for row in self.rows():
            row.editor.show(self._values.get(row.champ.id))
        self.show(constats)

    def accept(self, valeurs: Valeurs, sent: Valeurs, constats: Sequence[Constat], publiees: Valeurs | None) -> None:
        """Take what the server kept; a field typed in since it was sent keeps what was typed.

        Args:
            valeurs: What the server holds now.
            sent: What `to_values` gave when the request left.
            constats: What the controls found.
            publiees: Published answers.
        """
        typed_since = {
            key: self._values.get(key) for key in self._values if not egales(self._values[key], sent.get(key))
        }
        self._loaded, self.publiees = dict(valeurs), publiees
        self._values = {**_defaults(self.modele), **_filled(valeurs), **typed_since}
        for row in self.rows():
            if row.champ.id not in typed_since:
                row.editor.show(self._values.get(row.champ.id))
        self.show(constats)

    def to_values(self) -> Valeurs:
        """Give every answer, those of hidden fields too: what was typed is never lost."""
        return dict(self._values)

    def changes(self) -> Valeurs:
        """Give what differs from what was loaded; a default of a field that is shown counts, None means emptied."""
        return {
            champ.id: self._values.get(champ.id)
            for champ in self._champs()
            if not egales(self._values.get(champ.id), self._loaded.get(champ.id))
            and (champ.visible(self._values) or not egales(self._values.get(champ.id), champ.defaut))
        }

    def typed(self) -> Changes:
        """Give what was typed and is not saved: by field, its value and what the server held."""
        return {
            champ.id: (valeur, self._loaded.get(champ.id))
            for champ in self._champs()
            for valeur in [self._values.get(champ.id)]
            if not egales(valeur, self._loaded.get(champ.id)) and not self._untouched_default(champ)
        }

    def fill(self, valeurs: Valeurs) -> None:
        """Put answers in the form as if they were typed; those of fields that it does not have are left out.

        Args:
            valeurs: Answers by field id.
        """
        for champ_id, valeur in valeurs.items():
            if row := self.row(champ_id):
                row.editor.show(valeur)
                self._values[champ_id] = valeur
        self._constats = [constat for constat in self._constats if constat.champ not in valeurs]
        self._refresh_rows()
        self.post_message(self.Changed(self))

    @property
    def modified(self) -> bool:
        """Tell whether something was typed and not saved; a default that nobody touched is nothing typed."""
        changes = self.changes()
        return any(champ.id in changes and not self._untouched_default(champ) for champ in self._champs())

    def _untouched_default(self, champ: Champ) -> bool:
        default = egales(self._values.get(champ.id), champ.defaut) and not vide(champ.defaut)
        return default and vide(self._loaded.get(champ.id))

    # --- Layout ---

    async def _build(self, modele: Modele) -> None:
        await self.remove_children()
        parts = [part for index, section in enumerate(modele.sections) for part in self._section(index, section)]
        await self.mount(Static(id="general"), *parts)

    def _section(self, index: int, section: Section) -> Iterable[Static | FieldRow]:
        classes = "section -first" if index == 0 else "section"
        yield Static(Content(plain(section.titre)), id=f"section-{section.id}", classes=classes)
        for champ in section.champs:
            yield FieldRow(champ, editor(champ, self.nomenclatures, disabled=self.readonly))

    def rows(self) -> list[FieldRow]:
        """Give the rows, in the order of the form."""
        return list(self.query(FieldRow))

    def _champs(self) -> list[Champ]:
        return self.modele.champs() if self.modele else []

    def on_resize(self) -> None:
        """Put labels above fields where the screen is narrow."""
        self.set_class(self.size.width < NARROW, "-narrow")

    def show(self, constats: Sequence[Constat]) -> None:
        """Show findings beside their fields, those of no visible field at the top.

        Args:
            constats: What the controls found.
        """
        self._constats = list(constats)
        self._refresh_rows()

    def _refresh_rows(self) -> None:
        visible = set()
        for row in self.rows():
            champ = row.champ
            row.display = champ.visible(self._values)
            if row.display:
                visible.add(champ.id)
            row.label(required=champ.exige(self._values))
            row.findings([constat for constat in self._constats if constat.champ == champ.id])
            row.published(self._published(champ))
        for section in self.modele.sections if self.modele else []:
            self.query_one(f"#section-{section.id}").display = any(champ.id in visible for champ in section.champs)
        general = self.query_one("#general", Static)
        loose = [constat for constat in self._constats if constat.champ not in visible]
        general.display = bool(loose)
        general.update(Content("\n").join(map(finding, loose)))

    def _published(self, champ: Champ) -> str | None:
        if self.publiees is None or egales(self.publiees.get(champ.id), self._values.get(champ.id)):
            return None
        if self._untouched_default(champ):
            return None
        return say(champ, self.publiees.get(champ.id), self.nomenclatures)

    # --- Typing ---

    @on(Edited)
    def keep(self, event: Edited) -> None:
        """Keep what was typed, and show what depends on it."""
        event.stop()
        self._set(event.champ_id, event.valeur)

    def _set(self, champ_id: str, valeur: Valeur) -> None:
        former = self._values.get(champ_id)
        if former is valeur or (former == valeur and type(former) is type(valeur)):
            return
        self._values[champ_id] = valeur
        if champ_id == "type_uo":
            self._propose_name(former, valeur)
        self._constats = [constat for constat in self._constats if constat.champ != champ_id]
        self._refresh_rows()
        self.post_message(self.Changed(self))

    def _propose_name(self, former: Valeur, chosen: Valeur) -> None:
        row = self.row("nom")
        labels = self._type_labels()
        new = labels.get(str(chosen))
        nom = self._values.get("nom")
        if row is None or new is None:
            return
        name = proposed_name(nom if isinstance(nom, str) else None, labels.get(str(former)), new)
        if name is not None:
            self._values["nom"] = name
            self._constats = [constat for constat in self._constats if constat.champ != "nom"]
            row.editor.show(name)

    def _type_labels(self) -> dict[str, str]:
        champ = self.modele.champ("type_uo") if self.modele else None
        nomenclature = self.nomenclatures.get(champ.nomenclature or "") if champ else None
        return {code.code: code.libelle for code in nomenclature.codes} if nomenclature else {}

    @on(ChoiceWanted)
    def open_list(self, event: ChoiceWanted) -> None:
        """Open the list of choice of a field."""
        event.stop()
        row = self.row(event.champ_id)
        field = row.editor if row else None
        if not isinstance(field, CodeField) or self.readonly:
            return
        nomenclature = self.nomenclatures.get(field.champ.nomenclature or "")
        if nomenclature is not None:
            picker = Picker(field.champ, nomenclature, field.chosen, self.to_values())
            self.app.push_screen(picker, lambda codes: None if codes is None else field.choose(codes))

    # --- Moving ---

    def row(self, champ_id: str) -> FieldRow | None:
        """Give the row of a field."""
        return next((row for row in self.rows() if row.champ.id == champ_id), None)

    @property
    def focused_row(self) -> FieldRow | None:
        """The row that has the focus."""
        return next((row for row in self.rows() if row.editor is self.screen.focused), None)

    def focus_field(self, champ_id: str) -> None:
        """Give the focus to a field.

        Args:
            champ_id: Its id.
        """
        row = self.row(champ_id)
        if row is not None and row.display:
            self.screen.set_focus(row.editor)

    def focus_first(self) -> None:
        """Give the focus to the first field."""
        for row in self.rows()[:1]:
            self.screen.set_focus(row.editor)

    def focus_unfinished(self) -> Champ | None:
        """Give the focus to the next field that is wrong, or required and empty; gives it, None when there is none."""
        shown = [row for row in self.rows() if row.display]
        here = shown.index(self.focused_row) if self.focused_row in shown else -1
        for row in (*shown[here + 1 :], *shown[: here + 1]):
            if self._unfinished(row.champ):
                self.screen.set_focus(row.editor)
                return row.champ
        return None

    def focus_first_error(self) -> None:
        """Give the focus to the first field that is wrong."""
        for row in [row for row in self.rows() if row.display and self._wrong(row.champ)][:1]:
            self.screen.set_focus(row.editor)

    def _wrong(self, champ: Champ) -> bool:
        return any(constat.champ == champ.id and constat.gravite is Gravite.ERREUR for constat in self._constats)

    def _unfinished(self, champ: Champ) -> bool:
        return self._wrong(champ) or (champ.exige(self._values) and vide(self._values.get(champ.id)))

    def missing(self) -> int:
        """Count the visible fields that are wrong, or required and empty."""
        return sum(self._unfinished(champ) for champ in self._champs() if champ.visible(self._values))

    def _step(self, by: int) -> None:
        shown = [row for row in self.rows() if row.display]
        if self.readonly or not shown:
            self.scroll_relative(y=by, animate=False)
            return
        here = shown.index(self.focused_row) if self.focused_row in shown else 0
        self.screen.set_focus(shown[(here + by) % len(shown)].editor)

    def action_champ_suivant(self) -> None:
        """Go to the next field."""
        self._step(1)

    def action_champ_precedent(self) -> None:
        """Go to the field before."""
        self._step(-1)

    @on(NextWanted)
    def go_on(self, event: NextWanted) -> None:
        """Go to the next field, after Enter."""
        event.stop()
        self._step(1)

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Say which field has the focus."""
        row = next((row for row in self.rows() if row.editor is event.widget), None)
        if row is not None:
            self.post_message(self.FieldFocused(self, row.champ))


def _filled(valeurs: Valeurs) -> Valeurs:
    return {key: valeur for key, valeur in valeurs.items() if not vide(valeur)}


def _defaults(modele: Modele | None) -> Valeurs:
    return {champ.id: champ.defaut for champ in modele.champs() if champ.defaut is not None} if modele else {}
