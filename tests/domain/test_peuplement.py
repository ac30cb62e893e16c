"""The criteria of the état de peuplement, one by one (DOMAIN §5.2)."""

from __future__ import annotations

from typing import Any

import pytest

from ror_server.domain.peuplement import Etablissement, addressed, of_establishment, of_unit
from ror_tui.api_client.models import Code, Peuplement
from tests.offers import contact

CODES = {
    "JDV_J19": {"46": Code(code="46", libelle="Hébergement")},
    "JDV_J17": {"293": Code(code="293", libelle="A"), "001": Code(code="001", libelle="B", retire=True)},
    "JDV_J238": {"56": Code(code="56", libelle="EHPAD")},
}
EHPAD = Etablissement("500", adresse=True)
SSIAD = Etablissement("354", adresse=True)
WHOLE: dict[str, Any] = {
    "age_min": 0,
    "mode_prise_en_charge": "46",
    "activites": ["001", "293"],
    **contact("1"),
}
A_FAIRE, EN_COURS, FINALISE = Peuplement.A_FAIRE, Peuplement.EN_COURS, Peuplement.FINALISE


def test_a_unit_that_meets_every_criterion_is_finished() -> None:
    assert of_unit(WHOLE, EHPAD, CODES) is FINALISE


@pytest.mark.parametrize(
    "missing",
    [
        {"age_min": None},
        {"mode_prise_en_charge": None},
        {"mode_prise_en_charge": "inconnu"},
        {"activites": None},
        {"activites": []},
        {"activites": ["001"]},
        contact("1", nature=None),
        contact("1", canal=None),
        contact("1", valeur=" "),
        contact(None),
        {"contacts": None},
    ],
)
def test_a_unit_that_misses_one_criterion_is_begun(missing: dict[str, Any]) -> None:
    assert of_unit(WHOLE | missing, EHPAD, CODES) is EN_COURS


def test_the_function_of_the_contact_does_as_well_as_its_nature() -> None:
    assert of_unit(WHOLE | contact("1", nature=None, fonction="03"), EHPAD, CODES) is FINALISE


def test_a_unit_without_the_address_of_its_establishment_is_begun() -> None:
    assert of_unit(WHOLE, Etablissement("500", adresse=False), CODES) is EN_COURS


def test_nothing_answered_is_to_be_done_even_at_a_good_address() -> None:
    assert of_unit({}, EHPAD, CODES) is A_FAIRE
    assert of_unit({"nom": "Unité", "unite_sensible": False}, EHPAD, CODES) is A_FAIRE


@pytest.mark.parametrize("categorie", ["209", "354", "460"])
def test_the_type_counts_only_in_three_categories(categorie: str) -> None:
    assert of_unit(WHOLE, Etablissement(categorie, adresse=True), CODES) is EN_COURS
    assert of_unit(WHOLE | {"type_uo": "56"}, Etablissement(categorie, adresse=True), CODES) is FINALISE
    assert of_unit({"type_uo": "56"}, SSIAD, CODES) is EN_COURS
    assert of_unit({"type_uo": "56"}, EHPAD, CODES) is A_FAIRE


@pytest.mark.parametrize(
    ("lines", "ville", "code_postal", "complete"),
    [
        (["1 rue A"], "PARIS", "75013", True),
        ([" "], "PARIS", "75013", False),
        ([], "PARIS", "75013", False),
        (None, "PARIS", "75013", False),
        (["1 rue A"], None, "75013", False),
        (["1 rue A"], "PARIS", "", False),
    ],
)
def test_an_address_is_a_street_a_town_and_a_postcode(
    lines: list[str] | None, ville: str | None, code_postal: str | None, complete: bool
) -> None:
    assert addressed(lines, ville, code_postal) is complete


@pytest.mark.parametrize(
    ("units", "whole"),
    [
        ([], A_FAIRE),
        ([A_FAIRE, A_FAIRE], A_FAIRE),
        ([A_FAIRE, EN_COURS], EN_COURS),
        ([A_FAIRE, FINALISE], EN_COURS),
        ([EN_COURS, FINALISE], EN_COURS),
        ([FINALISE, FINALISE], FINALISE),
    ],
)
def test_an_establishment_is_what_its_units_are(units: list[Peuplement], whole: Peuplement) -> None:
    assert of_establishment(units) is whole
