"""The form by itself: rows of groups, the pickers of what is offered, what is typed fast, at every size."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from ror_tui.api_client.models import (
    Champ,
    Code,
    Condition,
    Constat,
    Gravite,
    Kind,
    Modele,
    Nomenclature,
    Restriction,
    Section,
    TypeChamp,
    Valeurs,
    lignes_de,
)
from ror_tui.widgets.form import FormView
from ror_tui.widgets.picker import Picker
from tests.client.test_saisie import CONTACTS, row

SET = Nomenclature(
    nom="N",
    titre="N",
    version="1",
    source="x",
    codes=[Code(code=str(number), libelle=f"Mode {number}") for number in range(1, 6)],
)
UNITS = Nomenclature(
    nom="U", titre="U", version="1", source="x", codes=[Code(code="a", libelle="Ans"), Code(code="mo", libelle="Mois")]
)


def form() -> Modele:
    """Give a form with a field of most types."""
    offered = Restriction(si=[Condition(champ="nom", est="renseigne")], codes=["1", "2"])
    champs = [
        Champ(id="nom", libelle="Nom", type=TypeChamp.TEXTE, obligatoire=True, aide="Son nom."),
        Champ(id="age", libelle="Âge", type=TypeChamp.ENTIER, champ_unite="age_unite", unite="Ans"),
        Champ(id="age_unite", libelle="Unité", type=TypeChamp.CODE, nomenclature="U"),
        Champ(id="mode", libelle="Mode", type=TypeChamp.CODE, nomenclature="N", restrictions=[offered]),
        Champ(id="fin", libelle="Fin", type=TypeChamp.DATE),
        Champ(id="finess", libelle="FINESS", type=TypeChamp.TEXTE, verrou="Vient de FINESS."),
    ]
    sections = [Section(id="g", titre="Générales", champs=champs), Section(id="c", titre="Contacts", champs=[CONTACTS])]
    return Modele(kind=Kind.UO, titre="Unité", version="1", sections=sections)


class Bench(App[None]):
    """A form alone."""

    def compose(self) -> ComposeResult:
        """Show it."""
        yield FormView(id="form")

    @property
    def form(self) -> FormView:
        """The form."""
        return self.query_one(FormView)

    def text(self) -> str:
        """Give what the form says, line by line."""
        return "\n".join(self.form.lines.text()).replace("\N{NO-BREAK SPACE}", " ")


@asynccontextmanager
async def opened(
    valeurs: Valeurs | None = None, *, size: tuple[int, int] = (80, 24), readonly: bool = False
) -> AsyncIterator[tuple[Bench, Pilot[None]]]:
    """Open the form."""
    app = Bench()
    async with app.run_test(size=size) as pilot:
        await app.form.load(
            form(),
            valeurs or {},
            nomenclatures={"N": SET, "U": UNITS},
            readonly=readonly,
            locked=lambda one: one.verrou,
        )
        app.form.focus_first()
        await pilot.pause()
        yield app, pilot


@pytest.mark.parametrize("size", [(80, 24), (40, 10), (160, 45)])
async def test_a_contact_with_two_numbers_is_typed_by_keyboard_alone(size: tuple[int, int]) -> None:
    async with opened(size=size) as (app, pilot):
        app.form.focus_field("contacts")
        await pilot.press("enter", *"Accueil", "down", "enter", *"0199001234", "ctrl+n", *"0199001235")
        rows = lignes_de(app.form.to_values()["contacts"])
        assert [one["nom"] for one in rows] == ["Accueil"]
        assert [one["valeur"] for one in lignes_de(rows[0]["telecoms"])] == ["0199001234", "0199001235"]
        assert "01 99 00 12 34" in app.text()


async def test_rows_are_duplicated_moved_taken_away_and_brought_back() -> None:
    rows: Valeurs = {"contacts": [row(id="1", nom="A"), row(id="2", nom="B")]}
    async with opened(rows) as (app, pilot):
        app.form.focus_path(("contacts", "2"))
        await pilot.press("minus")
        assert [one["nom"] for one in lignes_de(app.form.to_values()["contacts"])] == ["B", "A"]
        await pilot.press("d")
        assert [one["nom"] for one in lignes_de(app.form.to_values()["contacts"])] == ["B", "B", "A"]
        await pilot.press("n")
        assert len(lignes_de(app.form.to_values()["contacts"])) == 3
        await pilot.press("x")
        assert [one["nom"] for one in lignes_de(app.form.to_values()["contacts"])] == ["B", "A"]
        await pilot.press("u", "u", "u")
        assert [one["nom"] for one in lignes_de(app.form.to_values()["contacts"])] == ["A", "B"]
        assert not app.form.modified


async def test_what_is_kept_of_a_drawing_is_what_a_fresh_one_shows() -> None:
    contacts = [row(id="1", nom="Accueil"), row(id="2", nom="Nuit", telecoms=[row(id="3", valeur="0199001234")])]
    async with opened({"mode": "5", "contacts": contacts}) as (app, pilot):
        for keys in ("Bloc", ["down", *"18m"], ["end"], ["enter"], ["up"], ["ctrl+z"], ["enter"], ["down", *"Soir"]):
            await pilot.press(*keys)
            kept = app.text()
            app.form.forget_drawn()
            app.form.redraw()
            assert app.text() == kept


async def test_an_age_in_months_says_its_unit_on_its_line() -> None:
    async with opened() as (app, pilot):
        app.form.focus_field("age")
        await pilot.press(*"18m")
        assert (app.form.to_values()["age"], app.form.to_values()["age_unite"]) == (18, "mo")
        assert "Mois" in app.text()
        assert "Unité" not in app.text()


async def test_a_date_is_said_as_it_is_typed_and_a_wrong_one_says_why_below() -> None:
    async with opened() as (app, pilot):
        app.form.focus_field("fin")
        await pilot.press(*"24112026")
        assert app.form.to_values()["fin"] == "2026-11-24"
        assert "mardi 24 novembre 2026" in app.text()
        await pilot.press(*["backspace"] * 8, *"3213")
        assert "Cette date n'existe pas" in app.text()
        assert app.form.to_values()["fin"] == "3213"


async def test_codes_that_are_not_offered_are_hidden_until_one_asks() -> None:
    async with opened({"nom": "Unité", "mode": "5"}) as (app, pilot):
        assert "Mode 5 (5) – n'est pas proposé ici" in app.text()
        app.form.focus_field("mode")
        await pilot.press("enter")
        picker = app.screen
        assert isinstance(picker, Picker)
        assert [code.code for code in picker.shown] == ["5", "1", "2"]
        await pilot.press("f3")
        assert len(picker.shown) == 5
        await pilot.press(*"2", "enter")
        assert app.form.to_values()["mode"] == "2"


async def test_a_letter_opens_the_list_on_what_it_finds() -> None:
    async with opened({"nom": "Unité"}) as (app, pilot):
        app.form.focus_field("mode")
        await pilot.press("2")
        await pilot.press("enter")
        assert app.form.to_values()["mode"] == "2"


async def test_a_locked_field_shows_its_lock_and_cannot_be_typed() -> None:
    async with opened({"finess": "010000099"}) as (app, pilot):
        app.form.focus_field("finess")
        await pilot.press(*"12", "enter")
        assert "⊘ FINESS" in app.text()
        assert app.form.changes() == {}


async def test_a_finding_in_a_row_opens_the_row_and_stands_below_its_field() -> None:
    rows: Valeurs = {"nom": "U", "contacts": [row(id="1", nom="A", telecoms=[row(id="9", valeur="01")])]}
    async with opened(rows) as (app, pilot):
        path = "contacts/1/telecoms/9/valeur"
        app.form.show([Constat(code="x", champ=path, gravite=Gravite.ERREUR, message="Ce numéro ne répond pas.")])
        assert "× A" in app.text()
        app.form.focus_first_error()
        await pilot.pause()
        assert app.form.chemin == tuple(path.split("/"))
        assert "× Ce numéro ne répond pas." in app.text()
        await pilot.press("1")
        assert "ne répond pas" not in app.text()


async def test_what_is_typed_is_undone_and_done_again() -> None:
    async with opened() as (app, pilot):
        await pilot.press(*"Unité", "down", *"60")
        await pilot.press("alt+u")
        assert "age" not in {key for key, value in app.form.to_values().items() if value is not None}
        await pilot.press("alt+u")
        assert app.form.to_values().get("nom") is None
        await pilot.press("ctrl+r", "ctrl+r")
        assert (app.form.to_values()["nom"], app.form.to_values()["age"]) == ("Unité", 60)


async def test_sections_say_what_is_left() -> None:
    async with opened() as (app, pilot):
        assert [(one.id, left, wrong) for one, left, wrong in app.form.sections()] == [("g", 1, False), ("c", 0, False)]
        app.form.focus_section("c")
        await pilot.pause()
        assert app.form.chemin == ("contacts",)


async def test_a_fiche_that_is_read_opens_its_rows_and_changes_nothing() -> None:
    async with opened({"contacts": [row(id="1", nom="A")]}, readonly=True) as (app, pilot):
        app.form.focus_path(("contacts", "1"))
        await pilot.press("enter", *"Z", "x", "d")
        assert "▾ A" in app.text()
        assert app.form.changes() == {}


async def test_the_arrows_go_from_field_to_field_in_a_form_longer_than_the_screen() -> None:
    async with opened({"nom": "A"}, size=(80, 5)) as (app, pilot):
        app.form.focus_field("mode")
        await pilot.press("down", "up", "up")
        assert app.form.chemin == ("age",)
        app.form.focus_field("mode")
        await pilot.press("up", "down", "down")
        assert app.form.chemin == ("fin",)


async def test_a_line_that_changes_its_colour_alone_is_drawn_again() -> None:
    champ = Champ(id="accord", libelle="Accord", type=TypeChamp.BOOLEEN)
    modele = Modele(kind=Kind.UO, titre="U", version="1", sections=[Section(id="s", titre="S", champs=[champ])])
    app = Bench()
    async with app.run_test(size=(80, 24)) as pilot:
        drawn = []
        for readonly in (False, True):
            await app.form.load(modele, {"accord": True}, nomenclatures={}, readonly=readonly)
            await pilot.pause()
            drawn.append(app.form.lines.render_line(1))
        assert drawn[0].text == drawn[1].text
        assert drawn[0] != drawn[1]


async def test_a_commune_is_said_by_its_name_once_it_is_known() -> None:
    lieu = Champ(id="commune", libelle="Commune", type=TypeChamp.COMMUNE)
    lieux = Champ(id="lieux", libelle="Lieux", type=TypeChamp.GROUPE, champs=[lieu])
    modele = Modele(kind=Kind.UO, titre="U", version="1", sections=[Section(id="s", titre="S", champs=[lieu, lieux])])
    app = Bench()
    async with app.run_test(size=(80, 24)):
        rows = [row(id="1", commune="01004"), row(id="2", commune="99999")]
        await app.form.load(modele, {"commune": "01004", "lieux": rows}, nomenclatures={})
        assert app.form.communes() == {"01004", "99999"}
        app.form.name_communes({"01004": "Ambérieu-en-Bugey"})
        assert app.text().count("Ambérieu-en-Bugey (01004)") == 2
        assert "▸ 99999" in app.text()
        assert app.form.communes() == {"99999"}
