"""The fast keys say what the domain says."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ror_server.domain import identifiers
from ror_server.imports import keys

digits = st.text("0123456789", min_size=8, max_size=15)
anything = st.one_of(st.text(max_size=16), digits, st.text("0123456789AB", min_size=9, max_size=9))


@given(anything)
def test_finess_siren_and_siret_are_judged_as_by_the_domain(number: str) -> None:
    assert keys.finess(number) == identifiers.finess_fault(number)
    assert keys.siren(number) == identifiers.siren_fault(number)
    assert keys.siret(number) == identifiers.siret_fault(number)


@given(st.text("0123456789", min_size=13, max_size=13), st.sampled_from(["", "35600000"]))
def test_siret_with_every_last_digit_are_judged_as_by_the_domain(body: str, head: str) -> None:
    for last in "0123456789":
        number = (head + body)[:13] + last
        assert keys.siret(number) == identifiers.siret_fault(number)
        assert keys.finess(number[5:]) == identifiers.finess_fault(number[5:])


@given(st.sampled_from(["ej", "eg", "uo"]), st.text("0123456789AB", min_size=9, max_size=9))
def test_ids_are_those_of_the_domain(kind: str, finess: str) -> None:
    assert keys.structure_id(kind, finess) == str(identifiers.structure_id(kind, finess))
