"""Who sees what of a unit: role, level of the contact, sensitive or not, inside the territory or outside."""

from __future__ import annotations

from typing import Any

import pytest

from ror_server import forms
from ror_server.domain.confidentialite import readable, visible
from ror_server.domain.contacts import RESERVED, level_of, strictest
from ror_tui.api_client.models import Kind, Role

RESPONSIBLE = ("referent", "direction", "validateur", "tutelle", "administrateur")

# role where the unit stands (None: outside the territory) → levels seen of a common unit, of a sensitive one
TABLE: dict[str | None, tuple[set[int], set[int] | None]] = {
    **dict.fromkeys(RESPONSIBLE, ({0, 1, 2, 3}, {0, 1, 2, 3})),
    "gestionnaire_lits": ({0, 1, 2}, {0, 1, 2}),
    "lecteur": ({0, 1, 2}, None),
    None: ({0, 1, 2}, None),
}


def test_the_table_names_every_role() -> None:
    assert {role for role in TABLE if role} == set(Role)


@pytest.mark.parametrize("role", list(TABLE), ids=str)
@pytest.mark.parametrize("level", range(4))
@pytest.mark.parametrize("sensitive", [False, True])
def test_a_role_sees_what_the_table_says(role: str | None, level: int, sensitive: bool) -> None:
    seen = visible([Role(role)] if role else [], sensitive=sensitive, level=level)
    levels = TABLE[role][sensitive]
    assert seen.fiche == (levels is not None)
    assert seen.contact == (levels is not None and level in levels)
    assert (seen.reserve is None) == (seen.fiche and seen.contact)


def test_the_most_seeing_of_several_roles_counts() -> None:
    assert visible([Role.LECTEUR, Role.REFERENT], sensitive=True, level=3).contact


OPEN: dict[str, Any] = {"id": "t1", "canal": "2", "valeur": "0199001234", "niveau": "1"}
CRISIS: dict[str, Any] = {"id": "t2", "canal": "8", "valeur": "0199005678", "niveau": "3"}
FICHE: dict[str, Any] = {
    "nom": "Unité",
    "type_uo": "56",
    "unite_sensible": True,
    "contacts": [
        {"id": "a", "nom": "Standard", "niveau": "1", "telecoms": [OPEN, CRISIS]},
        {"id": "b", "nom": "Astreinte", "niveau": "3", "telecoms": [OPEN]},
        {"id": "c", "nom": "Sans niveau"},
    ],
    "boites_mss": [{"id": "m", "adresse": "x@y.mssante.fr", "niveau": "3"}],
    "zone_poser": True,
}


def test_each_contact_and_each_coordinate_has_its_own_level() -> None:
    kept = readable(FICHE, visible([], sensitive=False, level=3))
    assert kept == {
        "nom": "Unité",
        "type_uo": "56",
        "unite_sensible": True,
        "contacts": [{"id": "a", "nom": "Standard", "niveau": "1", "telecoms": [OPEN]}],
    }


def test_a_coordinate_that_was_reserved_once_stays_so_in_the_past() -> None:
    then: dict[str, Any] = {"contacts": [{"id": "a", "niveau": "3", "telecoms": [OPEN]}]}
    now: dict[str, Any] = {"contacts": [{"id": "a", "niveau": "1", "telecoms": [OPEN]}]}
    assert readable(now, visible([], sensitive=False, level=1)) == now
    assert readable(now, visible([], sensitive=False, level=3), strictest([then, now])) == {}


def test_the_fields_that_have_a_level_are_those_of_the_forms() -> None:
    champs = [champ for kind in Kind for champ in forms.modele(kind).champs()]
    assert {champ.id: int(champ.niveau) for champ in champs if champ.niveau} == RESERVED


def test_a_sensitive_unit_leaves_its_name_and_that_it_is_sensitive() -> None:
    assert readable(FICHE, visible([], sensitive=True, level=1)) == {"nom": "Unité", "unite_sensible": True}


def test_who_is_responsible_reads_it_all() -> None:
    assert readable(FICHE, visible([Role.DIRECTION], sensitive=True, level=3)) == FICHE


@pytest.mark.parametrize(("valeur", "level"), [("1", 1), ("3", 3), ("4", None), (None, None), (2, None), ("", None)])
def test_only_the_three_levels_of_the_nomenclature_are_levels(valeur: str | int | None, level: int | None) -> None:
    assert level_of(valeur) == level
