"""Filling a form without a screen: what is typed becomes values, rows come and go, everything can be undone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from ror_tui.api_client.models import (
    Champ,
    Code,
    Condition,
    Kind,
    Ligne,
    Modele,
    Nomenclature,
    Section,
    TypeChamp,
    Valeur,
    lignes_de,
)
from ror_tui.services.finding import Finder
from ror_tui.services.saisie import Chemin, Libelles, Saisie, dire
from ror_tui.services.saisie.frappe import dire_jour, dire_telephone, ecrire, faute, lire, lire_mesure
from ror_tui.services.saisie.semaine import SemaineError, lire_semaine

TODAY = date(2026, 11, 24)

TELECOMS = Champ(
    id="telecoms",
    libelle="Coordonnées",
    type=TypeChamp.GROUPE,
    resume=["valeur"],
    champs=[Champ(id="valeur", libelle="Coordonnée", type=TypeChamp.TELEPHONE, obligatoire=True)],
)
CONTACTS = Champ(
    id="contacts",
    libelle="Contacts",
    type=TypeChamp.GROUPE,
    resume=["nom", "telecoms"],
    lignes_max=3,
    champs=[Champ(id="nom", libelle="Nom", type=TypeChamp.TEXTE, obligatoire=True), TELECOMS],
)


def row(**fields: Valeur) -> Ligne:
    """Give a row of a group."""
    return fields


def form() -> Modele:
    """Give a form with a condition and nested groups."""
    champs = [
        Champ(id="nom", libelle="Nom", type=TypeChamp.TEXTE, obligatoire=True),
        Champ(id="fin", libelle="Fin", type=TypeChamp.DATE, visible_si=[Condition(champ="nom", est="renseigne")]),
        CONTACTS,
    ]
    return Modele(kind=Kind.UO, titre="Unité", version="1", sections=[Section(id="s", titre="S", champs=champs)])


@pytest.fixture
def filled() -> Saisie:
    """Open an empty fiche."""
    return Saisie(form(), {}, {})


@pytest.mark.parametrize(
    ("kind", "typed", "value", "again"),
    [
        (TypeChamp.DATE, "24112026", "2026-11-24", "24/11/2026"),
        (TypeChamp.DATE, "24/11/26", "2026-11-24", "24/11/2026"),
        (TypeChamp.DATE, "1/2", "2026-02-01", "01/02/2026"),
        (TypeChamp.DATE, "+3", "2026-11-27", "27/11/2026"),
        (TypeChamp.HEURE, "830", "08:30", "08:30"),
        (TypeChamp.HEURE, "8h", "08:00", "08:00"),
        (TypeChamp.MONTANT, "1 234,5 €", "1234.50", "1234,50"),
        (TypeChamp.TELEPHONE, "0199001234", "0199001234", "01 99 00 12 34"),
        (TypeChamp.ENTIER, "60", 60, "60"),
        (TypeChamp.ENTIER, "-1", -1, "-1"),
    ],
)
def test_what_is_typed_fast_is_kept_in_its_written_form(
    kind: TypeChamp, typed: str, value: str | int, again: str
) -> None:
    champ = Champ(id="x", libelle="X", type=kind)
    assert lire(champ, typed, TODAY) == value
    assert ecrire(champ, value) == again
    assert lire(champ, again, TODAY) == value
    assert faute(champ, value) is None


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        (TypeChamp.DATE, "32/13"),
        (TypeChamp.HEURE, "2575"),
        (TypeChamp.COURRIEL, "a@"),
        (TypeChamp.TELEPHONE, "01 99"),
        (TypeChamp.ENTIER, "9" * 5000),
    ],
)
def test_what_is_not_understood_stays_as_typed_and_says_what_is_awaited(kind: TypeChamp, typed: str) -> None:
    champ = Champ(id="x", libelle="X", type=kind)
    kept = lire(champ, typed, TODAY)
    assert kept in {typed, typed.replace(" ", "")}
    assert kind is TypeChamp.TELEPHONE or faute(champ, kept)


def test_a_day_and_a_number_are_said_in_french() -> None:
    assert dire_jour("2026-11-24") == "mardi 24 novembre 2026"
    assert dire_telephone("0199001234") == "01 99 00 12 34"


def test_an_age_takes_its_unit_with_it() -> None:
    units = [Code(code="a", libelle="Ans"), Code(code="mo", libelle="Mois"), Code(code="d", libelle="Jours")]
    assert [lire_mesure(typed, units) for typed in ("18m", "28 j", "60", "3x", "ans")] == [
        ("18", "mo"),
        ("28", "d"),
        ("60", None),
        ("3x", None),
        ("ans", None),
    ]


def test_rows_are_added_copied_moved_and_taken_away_and_each_gesture_is_undone(filled: Saisie) -> None:
    first = filled.ajouter(("contacts",))
    filled.ecrire((*first, "nom"), "Accueil")
    phone = filled.ajouter((*first, "telecoms"))
    filled.ecrire((*phone, "valeur"), "0199001234")
    copied = filled.dupliquer(first)
    assert copied is not None
    rows = lignes_de(filled.valeur(("contacts",)))
    assert [row["nom"] for row in rows] == ["Accueil", "Accueil"]
    ids = {row["id"] for row in rows} | {one["id"] for row in rows for one in lignes_de(row["telecoms"])}
    assert len(ids) == 4
    assert filled.deplacer(copied, -1)
    assert not filled.deplacer(copied, -1)
    filled.enlever(first)
    assert [row["id"] for row in lignes_de(filled.valeur(("contacts",)))] == [copied[-1]]
    while filled.annuler():
        pass
    assert filled.valeurs.get("contacts") is None
    while filled.refaire():
        pass
    assert [row["id"] for row in lignes_de(filled.valeur(("contacts",)))] == [copied[-1]]


def test_keys_in_one_field_are_undone_together(filled: Saisie) -> None:
    for text in ("U", "Un", "Uni"):
        filled.ecrire(("nom",), text)
    filled.annuler()
    assert filled.valeur(("nom",)) is None


def test_what_is_missing_in_a_row_is_to_do_with_its_path(filled: Saisie) -> None:
    contact = filled.ajouter(("contacts",))
    phone = filled.ajouter((*contact, "telecoms"))
    assert filled.a_faire() == [("nom",), (*contact, "nom"), (*phone, "valeur")]
    filled.ecrire((*phone, "valeur"), "01")
    filled.ecrire((*contact, "nom"), "Accueil")
    filled.ecrire(("nom",), "Unité")
    assert filled.a_faire() == []
    filled.ecrire((*phone, "valeur"), "0")
    assert filled.a_faire() == [(*phone, "valeur")]


def test_what_was_judged_before_is_judged_again_where_a_gesture_matters() -> None:
    asked = Champ(
        id="badge",
        libelle="Badge",
        type=TypeChamp.ENTIER,
        maximum=9,
        visible_si=[Condition(champ="nom", est="renseigne")],
        obligatoire_si=[Condition(champ="nom", est="parmi", valeurs=["Bloc"])],
    )
    inner = TELECOMS.model_copy(update={"champs": [*TELECOMS.champs, asked]})
    group = CONTACTS.model_copy(update={"champs": [asked, inner]})
    nom = Champ(id="nom", libelle="Nom", type=TypeChamp.TEXTE)
    modele = Modele(
        kind=Kind.UO, titre="Unité", version="1", sections=[Section(id="s", titre="S", champs=[nom, group])]
    )
    saisie = Saisie(modele, {}, {})
    contact = saisie.ajouter(("contacts",))
    phone = saisie.ajouter((*contact, "telecoms"))
    gestures: list[tuple[Callable[[], object], set[Chemin]]] = [
        (lambda: saisie.ecrire((*phone, "valeur"), "0"), {(*phone, "valeur")}),
        (lambda: saisie.ecrire(("nom",), "Bloc"), {(*contact, "badge"), (*phone, "valeur"), (*phone, "badge")}),
        (lambda: saisie.ecrire((*phone, "badge"), 10), {(*contact, "badge"), (*phone, "valeur"), (*phone, "badge")}),
        (lambda: saisie.ecrire((*contact, "badge"), 3), {(*phone, "valeur"), (*phone, "badge")}),
        (lambda: saisie.ecrire(("nom",), None), {(*phone, "valeur")}),
        (saisie.annuler, {(*phone, "valeur"), (*phone, "badge")}),
        (lambda: saisie.enlever(phone), set()),
        (saisie.annuler, {(*phone, "valeur"), (*phone, "badge")}),
    ]
    for gesture, left in gestures:
        gesture()
        fresh = Saisie(modele, saisie.valeurs, {})
        assert set(saisie.a_faire()) == left
        assert (saisie.a_faire(), saisie.constats_de()) == (fresh.a_faire(), fresh.constats_de())


def test_a_field_that_vanishes_keeps_what_was_typed(filled: Saisie) -> None:
    filled.ecrire(("nom",), "Unité")
    filled.ecrire(("fin",), "2026-11-24")
    filled.ecrire(("nom",), None)
    assert ("fin",) not in [one.chemin for one in filled.occurrences()]
    filled.ecrire(("nom",), "Unité")
    assert filled.valeur(("fin",)) == "2026-11-24"


def test_the_rows_of_a_group_are_said_in_one_line() -> None:
    rows = [row(id="1", nom="Accueil", telecoms=[row(id="2", valeur="0199001234")])]
    assert dire(CONTACTS, rows, Libelles({})) == "1 ligne : Accueil · 01 99 00 12 34"


def test_a_week_is_typed_on_one_line() -> None:
    rows = [
        ("".join(map(str, one["jours"])), one.get("ouverture"), one.get("fermeture"), one["toute_la_journee"])
        for one in lire_semaine("lun-ven 8-12 14h-18h30, sam 9-12, dim 24h")
        if isinstance(one["jours"], list)
    ]
    assert rows == [
        ("12345", "08:00", "12:00", False),
        ("12345", "14:00", "18:30", False),
        ("6", "09:00", "12:00", False),
        ("7", None, None, True),
    ]


@pytest.mark.parametrize("typed", ["lun", "lundu 8-12", "lun 8-99", "m 8-12"])
def test_a_week_that_is_not_understood_says_which_part(typed: str) -> None:
    with pytest.raises(SemaineError, match=r"lun|lundu|8-99|« m »"):
        lire_semaine(typed.replace("« ", ""))


def test_what_was_found_for_a_beginning_does_not_change_what_is_found_after_it() -> None:
    codes = [
        Code(code=str(number), libelle=one) for number, one in enumerate(("Gériatrie", "Pédiatrie", "Âge et soin"))
    ]
    kept, typed = Finder(codes), ""
    for key in ("g", "e", "r", "<", " ", "s", "<", "<", "<", "<", "pediatrei", "<", "<", "ie", "<<<<<<<<<", "1"):
        typed = typed[: -len(key)] if key.startswith("<") else typed + key
        assert kept.find(typed) == Finder(codes).find(typed)


def test_a_mistyped_word_still_finds() -> None:
    codes = [Code(code="1", libelle="Hébergement de nuit"), Code(code="2", libelle="Chirurgie cardiaque")]
    finder = Finder(codes)
    assert [code.code for code in finder.find("hebergemnt nuit")] == ["1"]
    assert [code.code for code in finder.find("cardiaque chirugie")] == ["2"]
    assert finder.find("zzzz") == []


def test_a_label_is_not_the_code_that_it_names() -> None:
    nomenclature = Nomenclature(nom="N", titre="N", version="1", source="x", codes=[Code(code="a", libelle="Ans")])
    champ = Champ(id="x", libelle="X", type=TypeChamp.CODES, nomenclature="N")
    assert dire(champ, ["a", "z"], Libelles({"N": nomenclature})) == "Ans (a), z (z)"
