"""A form, a picker or one bare field in a terminal, for the benchmarks: `form_app.py ours|bare|picker`.

F5 opens the screen, F6 closes it. The form is that of a unit, every field and group
of it filled: the largest fiche.
"""

from __future__ import annotations

import sys
from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import Input, Static

from ror_server import forms, nomenclatures
from ror_tui.api_client.models import Champ, Kind, Ligne, TypeChamp, Valeur, Valeurs
from ror_tui.frames import FrugalApp
from ror_tui.services.fiche import nomenclatures_de
from ror_tui.widgets.form import FormView
from ror_tui.widgets.picker import Picker

ROWS = 10
MODELE = forms.modele(Kind.UO)
SETS = {name: nomenclatures.nomenclature(name) for name in nomenclatures_de(MODELE.champs())}
ACTS = "JDV_J16"
KEYS: list[BindingType] = [Binding("f5", "open", priority=True), Binding("f6", "close", priority=True)]


def answer(champ: Champ) -> Valeur:
    """Give a value of a field."""
    if champ.type is TypeChamp.GROUPE:
        return [filled(champ, str(rank)) for rank in range(min(ROWS, champ.lignes_max or ROWS))]
    if champ.nomenclature in SETS:
        codes = [code.code for code in SETS[champ.nomenclature].codes[:3]]
        return list(codes) if champ.type is TypeChamp.CODES else codes[0]
    plain: dict[TypeChamp, Valeur] = {
        TypeChamp.ENTIER: 60,
        TypeChamp.BOOLEEN: False,
        TypeChamp.DATE: "2026-11-24",
        TypeChamp.HEURE: "08:30",
    }
    return plain.get(champ.type, "Un texte")


def filled(champ: Champ, row_id: str) -> Ligne:
    """Give a row of a group."""
    return {"id": row_id, **{one.id: answer(one) for one in champ.champs}}


VALUES: Valeurs = {champ.id: answer(champ) for champ in MODELE.champs()}


class FormScreen(Screen[None]):
    """A form."""

    def compose(self) -> ComposeResult:
        """Show it."""
        yield Static("Fiche ouverte", markup=False)
        yield FormView()

    async def on_mount(self) -> None:
        """Fill it."""
        view = self.query_one(FormView)
        await view.load(MODELE, VALUES, nomenclatures=SETS)
        view.focus_first()


class BareScreen(Screen[None]):
    """One field."""

    def compose(self) -> ComposeResult:
        """Show it."""
        yield Static("Fiche ouverte", markup=False)
        yield Input()


class Ours(FrugalApp[None]):
    """The form, or the picker."""

    BINDINGS: ClassVar[list[BindingType]] = KEYS

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind

    def compose(self) -> ComposeResult:
        """Wait for F5."""
        yield Static("prêt", markup=False)

    def action_open(self) -> None:
        """Open the screen."""
        if self.kind == "picker":
            champ = Champ(id="actes", libelle="Fiche ouverte", type=TypeChamp.CODES, nomenclature=ACTS)
            self.push_screen(Picker(champ, nomenclatures.nomenclature(ACTS), [], {}))
        else:
            self.push_screen(FormScreen())

    def action_close(self) -> None:
        """Close it."""
        self.pop_screen()


class Bare(App[None]):
    """The bare field."""

    BINDINGS: ClassVar[list[BindingType]] = KEYS

    def compose(self) -> ComposeResult:
        """Wait for F5."""
        yield Static("prêt", markup=False)

    def action_open(self) -> None:
        """Open the screen."""
        self.push_screen(BareScreen())

    def action_close(self) -> None:
        """Close it."""
        self.pop_screen()


if __name__ == "__main__":
    app: App[None] = Bare() if sys.argv[1] == "bare" else Ours(sys.argv[1])
    app.run(mouse=False)
