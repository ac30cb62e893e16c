"""Who sees what of a unit: role, level of the contact, sensitive or not, inside the territory or outside."""

from __future__ import annotations

import pytest

from ror_server.domain.confidentialite import CONTACT_FIELDS, level_of, readable, visible
from ror_tui.api_client.models import Role, Valeurs

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


FICHE: Valeurs = {"nom": "Unité", "type_uo": "56", "unite_sensible": True, **dict.fromkeys(CONTACT_FIELDS, "x")}


def test_a_reserved_contact_leaves_the_rest_of_the_fiche() -> None:
    kept = readable(FICHE, visible([], sensitive=False, level=3))
    assert kept == {"nom": "Unité", "type_uo": "56", "unite_sensible": True}


def test_a_sensitive_unit_leaves_its_name_and_that_it_is_sensitive() -> None:
    assert readable(FICHE, visible([], sensitive=True, level=1)) == {"nom": "Unité", "unite_sensible": True}


def test_who_is_responsible_reads_it_all() -> None:
    assert readable(FICHE, visible([Role.DIRECTION], sensitive=True, level=3)) == FICHE


@pytest.mark.parametrize(("valeur", "level"), [("1", 1), ("3", 3), ("4", None), (None, None), (2, None), ("", None)])
def test_only_the_three_levels_of_the_nomenclature_are_levels(valeur: str | int | None, level: int | None) -> None:
    assert level_of(valeur) == level
