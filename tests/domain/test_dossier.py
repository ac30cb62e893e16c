"""The three-way merge and the states of a fiche, row by row (DESIGN §5)."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ror_server import forms, nomenclatures
from ror_server.domain import dossier as rules
from ror_server.domain.controls import controls, default_name, has_errors, normalise
from ror_server.domain.dossier import Item, Op, Published
from ror_server.domain.workflow import LEVELS, state_after_sending, state_fault
from ror_tui.api_client.models import (
    ActionDossier,
    Changement,
    Circuit,
    Constat,
    EtatDossier,
    EtatFiche,
    Gravite,
    Kind,
    Valeur,
    Valeurs,
)
from tests.world import COMPLETE

pytestmark = pytest.mark.soak

ID = UUID(int=1)
PARENT = UUID(int=2)


def _published(**valeurs: Valeur) -> Published:
    return Published(ID, Kind.UO, PARENT, "Unité", dict(valeurs), 3)


def _update(base: Valeurs, following: Valeurs) -> Item:
    return Item(ID, Kind.UO, Op.UPDATE, 1, PARENT, PARENT, 3, base, following, saved=True)


def test_same_base_applies_the_next_value() -> None:
    item = _update({"age_min": 60}, {"age_min": 65})
    assert rules.conflicts(item, _published(age_min=60)) == []
    assert rules.merged(item, _published(age_min=60)) == {"age_min": 65}


def test_a_field_that_the_dossier_does_not_touch_keeps_its_published_value() -> None:
    item = _update({"age_min": 60}, {"age_min": 65})
    after = rules.merged(item, _published(age_min=60, nom="Renommée entre-temps"))
    assert after == {"age_min": 65, "nom": "Renommée entre-temps"}


def test_the_same_change_made_elsewhere_is_no_conflict() -> None:
    item = _update({"age_min": 60}, {"age_min": 65})
    assert rules.conflicts(item, _published(age_min=65)) == []


def test_another_change_made_elsewhere_is_a_question() -> None:
    item = _update({"age_min": 60}, {"age_min": 65})
    [conflict] = rules.conflicts(item, _published(age_min=55))
    assert (conflict.champ, conflict.base, conflict.mine, conflict.published) == ("age_min", 60, 65, 55)


def test_lists_are_merged_by_element() -> None:
    item = _update({"activites": ["1", "2"]}, {"activites": ["2", "3"]})
    published = _published(activites=["1", "2", "9"])
    assert rules.conflicts(item, published) == []
    assert rules.merged(item, published) == {"activites": ["2", "3", "9"]}


def test_a_structure_deleted_or_changed_meanwhile_is_a_question() -> None:
    edit, delete = _update({"nom": "a"}, {"nom": "b"}), replace(_update({}, {}), op=Op.DELETE)
    assert rules.conflicts(edit, None)
    assert rules.conflicts(delete, replace(_published(), version=4))
    assert rules.conflicts(delete, _published()) == []
    assert rules.conflicts(delete, None) == []


def test_saving_again_settles_a_conflict() -> None:
    item = _update({"age_min": 60}, {"age_min": 65})
    published = _published(age_min=55)
    base, following = rules.touch(item, published.valeurs, {"age_min": 65})
    assert rules.conflicts(replace(item, base=base, next=following), published) == []


def test_a_field_brought_back_to_the_published_value_leaves_the_patch() -> None:
    item = _update({"age_min": 60}, {"age_min": 65})
    assert rules.touch(item, {"age_min": 60}, {"age_min": 60}) == ({}, {})


VALUES = st.dictionaries(st.sampled_from("abc"), st.none() | st.integers(0, 3) | st.text(max_size=2), max_size=3)


@given(VALUES, VALUES)
def test_when_nobody_else_writes_the_merge_gives_what_the_author_saw(published: Valeurs, changes: Valeurs) -> None:
    source = Published(ID, Kind.UO, PARENT, "", published, 1)
    base, following = rules.touch(_update({}, {}), published, changes)
    item = _update(base, following)
    assert rules.conflicts(item, source) == []
    seen = rules.effective(item, source)
    merged = rules.merged(item, source)
    assert all(rules.same(seen.get(key), merged.get(key)) for key in {*seen, *merged})
    assert all(rules.same(merged.get(key), changes.get(key, published.get(key))) for key in "abc")


ERROR = [Constat(code="x", champ=None, gravite=Gravite.ERREUR, message="")]


@pytest.mark.parametrize(
    ("item", "constats", "conflict", "etat"),
    [
        (None, [], False, EtatFiche.INCHANGEE),
        (Item(ID, Kind.UO, Op.CREATE), ERROR, False, EtatFiche.A_COMPLETER),
        (Item(ID, Kind.UO, Op.CREATE, saved=True), ERROR, False, EtatFiche.INCOMPLETE),
        (Item(ID, Kind.UO, Op.CREATE, saved=True), [], False, EtatFiche.A_FINALISER),
        (Item(ID, Kind.UO, Op.CREATE, saved=True, finalised=True), [], False, EtatFiche.FINALISEE),
        (Item(ID, Kind.UO, Op.CREATE, saved=True, finalised=True), ERROR, False, EtatFiche.INCOMPLETE),
        (Item(ID, Kind.UO, Op.DELETE), [], False, EtatFiche.A_SUPPRIMER),
        (Item(ID, Kind.UO, Op.DELETE), [], True, EtatFiche.EN_CONFLIT),
        (_update({}, {"nom": "b"}), [], True, EtatFiche.EN_CONFLIT),
        (_update({}, {}), [], False, EtatFiche.INCHANGEE),
    ],
)
def test_the_state_of_a_fiche(item: Item | None, constats: list[Constat], conflict: bool, etat: EtatFiche) -> None:
    assert rules.fiche_state(item, constats, in_conflict=conflict) is etat


def test_a_moved_fiche_is_said_moved_and_needs_no_form() -> None:
    moved = replace(_update({}, {}), parent_next=UUID(int=3))
    assert rules.changes(moved) == [Changement.DEPLACE]
    assert not moved.counts


def test_the_hash_of_a_content_changes_with_any_value_and_not_with_the_order() -> None:
    one, two = _update({}, {"nom": "a"}), replace(_update({}, {}), id=UUID(int=9))
    assert rules.content_hash([one, two]) == rules.content_hash([two, one])
    assert rules.content_hash([one]) != rules.content_hash([replace(one, next={"nom": "b"})])


UO = forms.modele(Kind.UO)
CODES = nomenclatures.all_codes()


def _found(**changes: Valeur) -> set[tuple[str, str | None]]:
    kept, faults = normalise(UO, COMPLETE | changes)
    assert faults == []
    return {(one.code, one.champ) for one in controls(UO, kept, CODES)}


@pytest.mark.parametrize(
    ("changes", "code", "champ"),
    [
        ({"nom": "  "}, "obligatoire", "nom"),
        ({"activites": []}, "obligatoire", "activites"),
        ({"age_min": 90, "age_max": 80}, "age_incoherent", "age_max"),
        ({"age_min": -1}, "minimum", "age_min"),
        ({"age_max": 131}, "maximum", "age_max"),
        ({"type_uo": "99999"}, "code_inconnu", "type_uo"),
        ({"activites": ["293", "zzz"]}, "code_inconnu", "activites"),
        ({"contact_valeur": "0140000000"}, "obligatoire", "contact_canal"),
        ({"contact_canal": "2", "contact_valeur": "014000"}, "obligatoire", "contact_nature"),
        ({"contact_canal": "2", "contact_valeur": "01 40 00 00"}, "telephone", "contact_valeur"),
        ({"contact_canal": "3", "contact_valeur": "x@y"}, "courriel", "contact_valeur"),
        ({"nom": "Les Mimosas"}, "nom_uo", "nom"),
    ],
)
def test_a_control_speaks_about_its_field(changes: Valeurs, code: str, champ: str) -> None:
    assert (code, champ) in _found(**changes)


def test_a_complete_fiche_has_nothing_to_mend_and_warnings_do_not_block() -> None:
    assert _found() == set()
    assert not has_errors(controls(UO, COMPLETE | {"nom": "Les Mimosas"}, CODES))


def test_fields_that_wait_for_the_type_are_not_asked_before() -> None:
    assert {champ for _, champ in _found(type_uo=None, activites=None, mode_prise_en_charge=None)} == {"type_uo"}


@given(
    st.dictionaries(
        st.sampled_from([champ.id for champ in UO.champs()]),
        st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text()),
    )
)
def test_controls_never_raise(valeurs: Valeurs) -> None:
    kept, _ = normalise(UO, valeurs)
    assert isinstance(controls(UO, kept, CODES), list)
    assert normalise(UO, kept) == (kept, [])


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("Hébergement pour personnes âgées", "Unité hébergement pour personnes âgées"),
        ("Unité de dialyse", "Unité de dialyse"),
        ("EHPAD de jour", "Unité EHPAD de jour"),
    ],
)
def test_the_default_name_is_unite_and_the_type(label: str, name: str) -> None:
    assert default_name(label) == name


def test_levels_are_walked_in_order_and_closed_dossiers_do_not_move() -> None:
    assert [level.etat for level in LEVELS[Circuit.SANITAIRE]] == [
        EtatDossier.A_VALIDER_DIRECTION,
        EtatDossier.A_VALIDER,
    ]
    assert state_after_sending(Circuit.SANITAIRE, EtatDossier.A_CORRIGER) is EtatDossier.A_VALIDER_DIRECTION
    assert state_after_sending(Circuit.SANITAIRE, EtatDossier.A_VALIDER_DIRECTION) is EtatDossier.A_VALIDER
    assert (
        state_after_sending(Circuit.SANITAIRE, EtatDossier.A_CORRIGER, {EtatDossier.A_VALIDER_DIRECTION})
        is EtatDossier.A_VALIDER
    )
    assert state_after_sending(Circuit.HANDICAP, EtatDossier.BROUILLON) is EtatDossier.A_VALIDER
    for action in ActionDossier:
        assert state_fault(action, Circuit.SANITAIRE, EtatDossier.INTEGRE)
    assert state_fault(ActionDossier.VALIDER, Circuit.SANITAIRE, EtatDossier.A_VALIDER_DIRECTION)
    assert state_fault(ActionDossier.ENVOYER, Circuit.SANITAIRE, EtatDossier.A_VALIDER)
    assert state_fault(ActionDossier.ENVOYER, Circuit.SANITAIRE, EtatDossier.A_VALIDER_DIRECTION) is None
