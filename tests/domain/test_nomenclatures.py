"""A newer list over an older one: what is stored stays readable."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ror_server import nomenclatures
from ror_server.domain.nomenclatures import succeed
from ror_tui.api_client.models import Code, Nomenclature
from tests.conftest import SHARED


def named(*codes: Code, version: str = "2") -> Nomenclature:
    return Nomenclature(nom="JDV_J1", titre="Essai", version=version, source="essai", codes=list(codes))


CODES = st.lists(
    st.builds(Code, code=st.sampled_from("ABCDEF"), libelle=st.sampled_from(["un", "deux"]), retire=st.booleans()),
    unique_by=lambda code: code.code,
)


@given(CODES, CODES)
def test_no_code_ever_disappears_and_only_those_of_the_new_list_are_offered(old: list[Code], new: list[Code]) -> None:
    after = succeed(named(*old), named(*new)).nomenclature
    assert {code.code for code in after.codes} == {code.code for code in [*old, *new]}
    assert {code.code for code in after.codes if not code.retire} == {code.code for code in new if not code.retire}


@given(CODES, CODES)
def test_the_same_list_again_changes_nothing(old: list[Code], new: list[Code]) -> None:
    once = succeed(named(*old), named(*new)).nomenclature
    assert succeed(once, named(*new)).changes_nothing


def test_what_changes_is_said_code_by_code() -> None:
    before = named(
        Code(code="A", libelle="un"), Code(code="B", libelle="deux"), Code(code="C", libelle="c", retire=True)
    )
    step = succeed(
        before, named(Code(code="A", libelle="UN"), Code(code="C", libelle="c"), Code(code="D", libelle="d"))
    )
    assert (step.ajoutes, step.renommes, step.retires, step.remis) == (["D"], ["A"], ["B"], ["C"])


def test_filters_stay_with_their_codes() -> None:
    before = named(Code(code="A", libelle="un", filtres={"discipline": ["MCO"]}))
    [code] = succeed(before, named(Code(code="A", libelle="UN"))).nomenclature.codes
    assert (code.libelle, code.filtres) == ("UN", {"discipline": ["MCO"]})


def test_every_list_that_ships_has_a_title_a_version_a_source_and_distinct_codes() -> None:
    for name in nomenclatures.names():
        one = nomenclatures.nomenclature(name)
        assert one.titre, name
        assert one.source, name
        assert len({code.code for code in one.codes}) == len(one.codes) > 0, name
    assert len(nomenclatures.names()) >= 55


def test_every_list_of_the_ans_is_carried_over_code_by_code() -> None:
    folder = SHARED / "data" / "nos"
    if not folder.exists():
        pytest.skip("données partagées absentes")
    for file in sorted(folder.glob("*.json")):
        raw = json.loads(file.read_text(encoding="utf-8"))
        ours = nomenclatures.nomenclature(file.name.partition("-")[0])
        assert ours.version == (raw["version"] or ours.version), file.name
        if "mappings" in raw:
            pairs = {(one.code, activity) for one in ours.codes for activity in one.filtres["activites"]}
            assert pairs == {(one["source"], one["target"]) for one in raw["mappings"]}
            continue
        bare = [(code.code.rpartition("-")[2] if ours.nom in PREFIXED else code.code) for code in ours.codes]
        told = [(code, one.libelle) for code, one in zip(bare, ours.codes, strict=True)]
        assert sorted(told) == sorted((one["code"], one["display"].strip()) for one in raw["concepts"]), file.name
    assert len(list(folder.glob("*.json"))) == 55


PREFIXED = {"JDV_J186"}
"""Lists whose codes stand in several tables: ours name the table before the code."""
