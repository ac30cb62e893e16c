"""A number and its unit are one thing to read: in the published fiche, in the differences, in a question."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from ror_server import forms
from ror_server.nomenclatures import nomenclature
from ror_server.services.ecarts import ecarts
from ror_tui.api_client.models import (
    Circuit,
    Kind,
    Probleme,
    Structure,
    Valeurs,
)
from ror_tui.screens.structure_text import answers
from ror_tui.services.fiche import nomenclatures_de
from ror_tui.widgets.stale import stale_question

UO = forms.modele(Kind.UO)
SETS = {name: nomenclature(name) for name in nomenclatures_de(UO.champs())}


@pytest.mark.parametrize(
    ("avant", "apres", "told"),
    [
        ({}, {"age_min": 6, "age_min_unite": "mo"}, ["Âge minimum : (vide) → 6 mois"]),
        ({"age_min": 6, "age_min_unite": "a"}, {"age_min": 6, "age_min_unite": "mo"}, ["Âge minimum : 6 ans → 6 mois"]),
        ({"age_min": 6, "age_min_unite": "a"}, {"age_min": 7, "age_min_unite": "a"}, ["Âge minimum : 6 ans → 7 ans"]),
        ({"age_min": 6, "age_min_unite": "a"}, {}, ["Âge minimum : 6 ans → (vide)"]),
        ({}, {"age_min_unite": "mo"}, []),
    ],
)
def test_a_difference_tells_a_number_with_its_unit(avant: Valeurs, apres: Valeurs, told: list[str]) -> None:
    found = ecarts(UO.champs(), avant, apres, {*avant, *apres})
    assert [one.phrase.replace("Âge min :", "Âge minimum :") for one in found] == told


def test_a_published_fiche_reads_a_number_with_its_unit() -> None:
    structure = Structure(
        id=uuid4(),
        kind=Kind.UO,
        chemin=[],
        nom="Unité",
        circuit=Circuit.SANITAIRE,
        version=1,
        valeurs={"age_min": 6, "age_min_unite": "mo", "age_max": 18},
        maj_le=datetime(2026, 11, 24, tzinfo=UTC),
        maj_par="x",
    )
    read = {entry.label: entry.value for _, entries in answers(structure, UO, SETS) for entry in entries}
    ages = {label: value for label, value in read.items() if "ge m" in label}
    assert list(ages.values()) == ["6 mois", "18 ans"]


def test_a_question_about_a_unit_is_about_its_number() -> None:
    probleme = Probleme(
        type="perime", title="", status=412, detail="", valeurs={"age_min": 6, "age_min_unite": "d"}, modifie_par="Ana"
    )
    loaded: Valeurs = {"age_min": 6, "age_min_unite": "a"}
    asked = stale_question(probleme, UO, loaded, {"age_min_unite": "mo"}, SETS)
    assert "votre saisie : 6 mois" in asked.question.replace("\N{NO-BREAK SPACE}", " ")
    assert "la sienne : 6 jours" in asked.question.replace("\N{NO-BREAK SPACE}", " ")
