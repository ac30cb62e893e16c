"""The three-way merge and the states of a fiche, row by row (DESIGN §5)."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ror_server import forms, nomenclatures
from ror_server.domain import dossier as rules
from ror_server.domain.controls import controls, default_name, has_errors
from ror_server.domain.dossier import Item, Op
from ror_server.domain.valeurs import normalise
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


def _update(base: Valeurs, following: Valeurs) -> Item:
    return Item(ID, Kind.UO, Op.UPDATE, 1, PARENT, PARENT, 3, base, following, saved=True)


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
        ({"nom": "Les Mimosas"}, "nom_uo", "nom"),
    ],
)
def test_a_control_speaks_about_its_field(changes: Valeurs, code: str, champ: str) -> None:
    assert (code, champ) in _found(**changes)


def test_a_complete_fiche_has_nothing_to_mend_and_warnings_do_not_block() -> None:
    assert {code for code, _ in _found()} == {"CP4"}  # nobody can be reached yet: a warning
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
