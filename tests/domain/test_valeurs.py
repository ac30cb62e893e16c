"""Typed values and the one form in which they are kept (DESIGN §6)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ror_server.domain.valeurs import normalise
from ror_tui.api_client.models import LIGNE_ID, Champ, Kind, Modele, Section, TypeChamp, Valeur

TELECOMS = Champ(
    id="telecoms",
    libelle="Coordonnées",
    type=TypeChamp.GROUPE,
    champs=[
        Champ(id="canal", libelle="Canal", type=TypeChamp.CODE, nomenclature="JDV_J225"),
        Champ(id="valeur", libelle="Coordonnée", type=TypeChamp.TEXTE, longueur_max=200),
    ],
)
CHAMPS = [
    Champ(id="nom", libelle="Nom", type=TypeChamp.TEXTE, longueur_max=20),
    Champ(id="finess", libelle="FINESS", type=TypeChamp.TEXTE, verrou="Il vient de FINESS."),
    *(Champ(id=one.value, libelle=one.value, type=one) for one in TypeChamp if one is not TypeChamp.GROUPE),
    Champ(
        id="contacts",
        libelle="Contacts",
        type=TypeChamp.GROUPE,
        lignes_max=3,
        champs=[Champ(id="nom", libelle="Nom", type=TypeChamp.TEXTE), TELECOMS],
    ),
]
FORM = Modele(kind=Kind.UO, titre="", version="", sections=[Section(id="s", titre="", champs=CHAMPS)])


def _kept(champ: str, valeur: Valeur) -> Valeur:
    kept, faults = normalise(FORM, {champ: valeur})
    assert not faults
    return kept[champ]


@pytest.mark.parametrize(
    ("champ", "typed", "kept"),
    [
        ("date", "24/11/2026", "2026-11-24"),
        ("date", "1-2-2026", "2026-02-01"),
        ("heure", "8h30", "08:30"),
        ("heure", "18 h", "18:00"),
        ("heure", "0830", "08:30"),
        ("heure", "24:00", "24:00"),
        ("montant", "1 234,5 €", "1234.50"),
        ("montant", "62", "62.00"),
        ("telephone", "01 99 00 12 34", "0199001234"),
        ("telephone", "+33 (0)1.99.00.12.34", "0199001234"),
        ("telephone", "0032 2 123 45 67", "+3221234567"),
        ("telephone", "01 99", "0199"),
        ("telephone", "le standard", "le standard"),
        ("courriel", " Alix@HOPITAL.fr ", "Alix@hopital.fr"),
        ("courriel", "alix@", "alix@"),
        ("mss", "alix@hopital.MSSante.fr", "alix@hopital.mssante.fr"),
        ("commune", "2a004", "2A004"),
        ("texte_long", "un\r\n\n  deux \x1b[1m\n", "un\n\ndeux [1m"),
        ("codes", ["b", " a", "b"], ["a", "b"]),
        ("texte", "  ", None),
    ],
)
def test_what_is_typed_is_kept_in_one_form(champ: str, typed: Valeur, kept: Valeur) -> None:
    assert _kept(champ, typed) == kept
    assert _kept(champ, kept) == kept


@pytest.mark.parametrize(
    ("champ", "typed", "said"),
    [
        ("date", "31/02/2026", "Cette date n'existe pas"),
        ("heure", "25:00", "Cette heure n'existe pas"),
        ("montant", "-1", "Ce montant n'est pas complet"),
        ("commune", "Paris", "choisissez-la par son nom"),
        ("nom", "x" * 21, "dépasse 20 caractères"),
        ("finess", "750000001", "ne se modifie pas ici"),
        ("contacts", [{"id": str(one), "nom": "x"} for one in range(4)], "dépasser 3 lignes"),
        ("contacts", ["x"], "attend des lignes"),
        ("inconnu", 1, "n'existe pas dans ce formulaire"),
    ],
)
def test_what_a_field_cannot_hold_is_said(champ: str, typed: Valeur, said: str) -> None:
    kept, faults = normalise(FORM, {champ: typed})
    assert champ not in kept
    assert said in faults[0].message


def test_a_row_keeps_its_id_and_its_place_and_one_that_says_nothing_is_none() -> None:
    telecoms: list[dict[str, Valeur]] = [
        {"id": "t1", "canal": "2", "valeur": "01 99 00 12 34"},
        {"id": "t2", "valeur": " "},
    ]
    rows: list[dict[str, Valeur]] = [
        {"id": "b", "nom": " Zoé ", "telecoms": telecoms},
        {"id": "vide", "nom": ""},
        {"id": "a", "nom": "Alix"},
    ]
    assert _kept("contacts", rows) == [
        {"id": "b", "nom": "Zoé", "telecoms": [{"id": "t1", "canal": "2", "valeur": "0199001234"}]},
        {"id": "a", "nom": "Alix"},
    ]


@pytest.mark.parametrize(
    ("rows", "pointer"),
    [
        ([{"nom": "Alix"}], "/valeurs/contacts/0"),
        ([{"id": "a/b", "nom": "Alix"}], "/valeurs/contacts/0"),
        ([{"id": "a", "nom": "Alix"}, {"id": "a", "nom": "Zoé"}], "/valeurs/contacts/a"),
        ([{"id": "a", "nom": 3}], "/valeurs/contacts/a/nom"),
        ([{"id": "a", "telecoms": [{"id": "t", "fax": "1"}]}], "/valeurs/contacts/a/telecoms/t/fax"),
        ([{"id": "a", "telecoms": [{"valeur": "1"}]}], "/valeurs/contacts/a/telecoms/0"),
    ],
)
def test_the_fault_of_a_row_names_the_row(rows: list[dict[str, Valeur]], pointer: str) -> None:
    kept, faults = normalise(FORM, {"contacts": list(rows)})
    assert [fault.pointer for fault in faults] == [pointer]
    assert not kept


_SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=12) | st.lists(st.text(max_size=4), max_size=3)
_NAMES = st.sampled_from([one.id for one in CHAMPS] + [LIGNE_ID, "telecoms", "canal", "valeur", "x"])
_ANY = st.recursive(_SCALARS, lambda inner: st.lists(st.dictionaries(_NAMES, inner, max_size=4), max_size=3))


@given(st.dictionaries(_NAMES, _ANY, max_size=6))
def test_any_values_are_read_and_reading_them_again_changes_nothing(valeurs: dict[str, Valeur]) -> None:
    kept, faults = normalise(FORM, valeurs)
    assert normalise(FORM, kept) == (kept, [])
    assert set(kept) | {fault.pointer.split("/")[2] for fault in faults} == set(valeurs)
