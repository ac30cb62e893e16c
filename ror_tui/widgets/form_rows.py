"""The rows of repeating groups in a form: open, add, duplicate, take away, move."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.dom import DOMNode
from textual.message import Message

from ror_tui.api_client.models import TypeChamp, vide
from ror_tui.services.saisie import Chemin, Genre, Place, Saisie, chemins
from ror_tui.texts import french, plural

if TYPE_CHECKING:
    from collections.abc import Callable

    from ror_tui.api_client.models import Champ

READONLY = french("Cette fiche est en lecture seule : ses lignes ne changent pas.")
NO_ROW = french("Placez-vous sur une ligne d'un groupe : contact, horaire, tarif…")


@dataclass
class Noted(Message):
    """Something is to be said in the status line."""

    text: str


class Rows(DOMNode):
    """What a form does with rows; `FormView` gives the rest."""

    if TYPE_CHECKING:
        saisie: Saisie | None
        readonly: bool
        opened: set[Chemin]
        locked: Callable[[Champ], str | None]

        @property
        def place(self) -> Place | None:
            """See `FormView`."""

        def redraw(self, *, at: Chemin | None = None) -> None:
            """See `FormView`."""

        def changed(self) -> None:
            """See `FormView`."""

        def focus_path(self, chemin: Chemin) -> None:
            """See `FormView`."""

        def post_message(self, message: Message) -> bool:
            """See `FormView`."""

    def note(self, text: str) -> None:
        """Have something said in the status line."""
        self.post_message(Noted(text))

    def press_row(self, ligne: Chemin, key: str) -> None:
        """Open or close a row."""
        if key == "left" or (key in {"enter", "space"} and ligne in self.opened):
            self.opened -= {one for one in self.opened if one[: len(ligne)] == ligne}
            self.redraw()
        else:
            self.open_row(ligne)

    def open_row(self, ligne: Chemin) -> None:
        """Open a row, and go to its first field."""
        saisie = self.saisie
        if saisie is not None:
            self.opened.add(ligne)
            self.redraw()
            around = saisie.autour(ligne)
            first = next((one for one in saisie.champ(ligne).champs if one.visible(around)), None)
            self.focus_path((*ligne, first.id) if first else ligne)

    def press_group(self, groupe: Chemin, key: str) -> None:
        """Add a row, or go into the first one when nothing can be added."""
        if key in {"enter", "space"}:
            self.add_row(groupe)

    def add_row(self, groupe: Chemin) -> None:
        """Add a row to a group, open, the cursor on its first field.

        Args:
            groupe: The group.
        """
        saisie = self.saisie
        if saisie is None or self._refused(groupe):
            return
        ligne = saisie.ajouter(groupe)
        self.opened.add(ligne)
        self.changed()
        self.open_row(ligne)

    def _refused(self, groupe: Chemin, *, adding: bool = True) -> bool:
        saisie = self.saisie
        champ = saisie.champ(groupe) if saisie else None
        if saisie is None or champ is None:
            return True
        reason = READONLY if self.readonly else self.locked(champ)
        if reason is None and adding and saisie.plein(groupe):
            reason = f"« {champ.libelle} » a déjà {plural(champ.lignes_max or 0, 'ligne', 'lignes')}, le plus possible."
        if reason is not None:
            self.note(french(reason))
        return reason is not None

    def _locked_inside(self, ligne: Chemin) -> dict[str, str]:
        """Give the fields of a row that cannot be modified here, and why."""
        inside = self.saisie.champ(ligne).champs if self.saisie else []
        return {one.id: reason for one in inside if (reason := self.locked(one)) is not None}

    def _holds_locked(self, ligne: Chemin) -> bool:
        """Say why a row cannot go, when one of its fields that is filled cannot be modified here."""
        row = (chemins.ligne(self.saisie.valeurs, ligne) if self.saisie else None) or {}
        reasons = [reason for name, reason in self._locked_inside(ligne).items() if not vide(row.get(name))]
        if reasons:
            self.note(french(f"Cette ligne reste. {reasons[0]}"))
        return bool(reasons)

    @property
    def row_here(self) -> Chemin | None:
        """The row that has the cursor, or that holds the field that has it."""
        place = self.place
        if place is None:
            return None
        if place.genre is Genre.LIGNE:
            return place.chemin
        return place.chemin[:-1] or None

    @property
    def group_here(self) -> Chemin | None:
        """The group that has the cursor, or that of the row that has it."""
        place = self.place
        if place is not None and place.genre is Genre.CHAMP and place.champ and place.champ.type is TypeChamp.GROUPE:
            return place.chemin
        return self.row_here[:-1] if self.row_here else None

    def action_ajouter(self) -> None:
        """Add a row to the group of the cursor."""
        if self.group_here is None:
            self.note(NO_ROW)
        else:
            self.add_row(self.group_here)

    def action_dupliquer_ligne(self) -> None:
        """Duplicate the row of the cursor."""
        ligne, saisie = self.row_here, self.saisie
        if ligne is None or saisie is None:
            self.note(NO_ROW)
        elif not self._refused(ligne[:-1]):
            copied = saisie.dupliquer(ligne, sans=self._locked_inside(ligne))
            self.changed()
            if copied is not None:
                self.focus_path(copied)

    def action_enlever_ligne(self) -> None:
        """Take away the row of the cursor; undo brings it back."""
        ligne, saisie = self.row_here, self.saisie
        if ligne is None or saisie is None:
            self.note(NO_ROW)
        elif not self._refused(ligne[:-1], adding=False) and not self._holds_locked(ligne):
            saisie.enlever(ligne)
            self.changed()
            self.focus_path(ligne[:-1])
            self.note(french("Ligne enlevée : u pour la remettre."))

    def _move(self, by: int) -> None:
        ligne, saisie = self.row_here, self.saisie
        if ligne is None or saisie is None:
            self.note(NO_ROW)
        elif not self._refused(ligne[:-1], adding=False):
            if saisie.deplacer(ligne, by):
                self.changed()
                self.focus_path(ligne)
            else:
                self.note("Cette ligne est déjà au bout.")

    def action_monter(self) -> None:
        """Move the row of the cursor up."""
        self._move(-1)

    def action_descendre(self) -> None:
        """Move the row of the cursor down."""
        self._move(1)
