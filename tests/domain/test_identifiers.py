"""FINESS, SIREN, SIRET keys, and texts."""

from __future__ import annotations

import csv
import lzma
import re

import pytest
from anyascii import anyascii
from hypothesis import given
from hypothesis import strategies as st

from ror_server.domain.identifiers import finess_fault, finess_key, siren_fault, siret_fault, structure_id
from ror_server.domain.words import clean, fold
from tests.conftest import SHARED

pytestmark = pytest.mark.soak

STOCK = SHARED / "data" / "finess" / "etalab-cs1100502-stock-20210108.csv.xz"


@pytest.mark.parametrize("number", ["010000024", "2A0000014", "2B0000020", "970100228"])
def test_a_real_finess_number_is_accepted_corsica_included(number: str) -> None:
    assert finess_fault(number[:8] + finess_key(number[:8])[-1]) is None


@pytest.mark.parametrize(
    ("number", "word"),
    [
        ("010000025", "clé"),
        ("01000002", "9 caractères"),
        ("", "9 caractères"),
        ("2C0000014", "lettre"),
        ("01000002A", "9"),
    ],
)
def test_a_wrong_finess_number_says_what_is_wrong(number: str, word: str) -> None:
    assert word in (finess_fault(number) or "")


def test_siren_and_siret_keys_are_checked_la_poste_included() -> None:
    assert siren_fault("356000000") is None
    assert siret_fault("35600000000048") is None
    assert siret_fault("35600000049837") is None
    assert "clé" in (siret_fault("26010004500013") or "")
    assert "14 chiffres" in (siret_fault("2601000450001") or "")
    assert "14 chiffres" in (siret_fault("२६०१०००४५०००१२") or "")


@given(st.from_regex(r"[0-9][0-9AB][0-9]{6}", fullmatch=True))
def test_a_computed_key_is_a_right_one_and_any_other_is_wrong(eight: str) -> None:
    number = finess_key(eight)
    assert finess_fault(number) is None
    other = str((int(number[-1]) + 1) % 10)
    assert finess_fault(eight + other) is not None


@pytest.mark.skipif(not STOCK.is_file(), reason=f"{STOCK.name} is read in ../shared, which is absent")
def test_every_number_of_the_real_extract_has_a_right_key() -> None:
    with lzma.open(STOCK, "rt", encoding="utf-8") as lines:
        rows = list(csv.reader(lines, delimiter=";"))[1:]
    assert len(rows) == 94_839
    assert [row[1] for row in rows if finess_fault(row[1])] == []
    assert sum(1 for row in rows if row[22] and siret_fault(row[22])) == 2


def test_the_same_number_gives_the_same_id_and_kinds_differ() -> None:
    assert structure_id("eg", "010000024") == structure_id("eg", "010000024")
    assert structure_id("eg", "010000024") != structure_id("ej", "010000024")


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Hôpital Saint-Œuvre", "hopital saint oeuvre"),
        ("L’EHPAD  d'Aÿ", "l ehpad d ay"),
        ("ÇA VA", "ca va"),
        ("--", ""),
    ],
)
def test_texts_are_folded_for_search(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_any_text_folds_as_its_ascii_spelling(text: str) -> None:
    assert fold(text) == re.sub(r"[^0-9a-z]+", " ", anyascii(text).casefold()).strip()


@given(st.text())
def test_a_clean_text_has_no_control_character_and_cleaning_again_changes_nothing(text: str) -> None:
    once = clean(text)
    assert once.isprintable()
    assert clean(once) == once
