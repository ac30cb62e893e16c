"""A newer list over an older one: what is stored stays readable."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ror_server import nomenclatures
from ror_server.domain.nomenclatures import succeed
from ror_tui.api_client.models import Code, Nomenclature


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
    assert len(nomenclatures.names()) >= 54
