"""Finding as one types, and the default name."""

from __future__ import annotations

import pytest

from ror_server.domain import controls
from ror_server.nomenclatures import by_code
from ror_tui.api_client.models import Code
from ror_tui.services.finding import Finder, fold, offered
from ror_tui.services.naming import default_name, proposed_name

CODES = [
    Code(code="10", libelle="Cœur et vaisseaux"),
    Code(code="21", libelle="Hébergement pour personnes âgées", filtres={"discipline": ["MSS"]}),
    Code(code="22", libelle="Personnes handicapées : hébergement", filtres={"discipline": ["MSS", "PSY"]}),
    Code(code="1", libelle="Accueil 21"),
]
STAYS = [
    Code(code="3", libelle="Équipe mobile extra-hospitalière"),
    Code(code="7", libelle="Accueil de jour hospitalier"),
    Code(code="5", libelle="Hospitalisation complète"),
    Code(code="4", libelle="Hospitalisation"),
    Code(code="6", libelle="Inhospitalier"),
]


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("", ["10", "21", "22", "1"]),
        ("COEUR", ["10"]),
        ("agees heber", ["21"]),
        ("heber pers", ["21", "22"]),
        ("21", ["21", "1"]),
        ("bergement", ["21", "22"]),
        ("rien de tel", []),
        ("[/", ["10", "21", "22", "1"]),
    ],
)
def test_words_are_found_without_accents_in_any_order_and_by_code(typed: str, codes: list[str]) -> None:
    assert [code.code for code in Finder(CODES).find(typed)] == codes


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("hospitali", ["4", "5", "7", "3", "6"]),
        ("hospitalisation", ["4", "5"]),
        ("complete hospi", ["5"]),
        ("5", ["5"]),
        ("", ["3", "7", "5", "4", "6"]),
    ],
)
def test_what_begins_the_label_comes_before_what_begins_a_word_and_the_shorter_before_the_longer(
    typed: str, codes: list[str]
) -> None:
    assert [code.code for code in Finder(STAYS).find(typed)] == codes


def test_a_code_that_says_nothing_of_a_filter_passes_it() -> None:
    kept = [code.code for code in CODES if offered(code, {"discipline": "PSY"})]
    assert kept == ["10", "22", "1"]


def test_folding_is_the_servers_own_for_french() -> None:
    assert fold("  L'Œuvre : ÉTÉ–Ça ») ") == "l oeuvre ete ca"


def test_the_default_name_is_the_one_the_server_expects_for_every_type() -> None:
    labels = [code.libelle for code in by_code("JDV_J238").values()]
    assert len(labels) == 307
    assert [default_name(label) for label in labels] == [controls.default_name(label) for label in labels]


@pytest.mark.parametrize(
    ("name", "former", "proposed"),
    [
        (None, None, "Unité soins palliatifs"),
        ("  ", None, "Unité soins palliatifs"),
        ("Unité chirurgie", "Chirurgie", "Unité soins palliatifs"),
        ("Unité chirurgie 2", "Chirurgie", None),
        ("Mon unité", None, None),
    ],
)
def test_a_default_name_never_replaces_a_typed_one(name: str | None, former: str | None, proposed: str | None) -> None:
    assert proposed_name(name, former, "Soins palliatifs") == proposed
