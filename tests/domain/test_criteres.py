"""The criteria of the ANS, each over cases worked out by hand from the published requests, both ways (DOMAIN §5.2).

A case is what differs from a unit that keeps every rule; « oui » when the rule must speak, « non » when it must not.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from ror_server import forms, nomenclatures
from ror_server.domain.controls import Contexte, controls
from ror_server.domain.controls.contexte import Autorisation
from ror_server.domain.controls.etablissement import Identite, Unite, establishment
from ror_tui.api_client.models import Champ, Gravite, Kind, Modele, Peuplement, TypeChamp, Valeurs

UO = forms.modele(Kind.UO)
CODES = nomenclatures.all_codes()


def _with_temporality(modele: Modele) -> Modele:
    """Give the form with a field of temporalité d'accueil, if it has none."""
    if any(champ.nomenclature == "JDV_J30" for champ in modele.champs()):
        return modele
    champ = Champ(
        id="temporalite_accueil", libelle="Temporalité d'accueil", type=TypeChamp.CODE, nomenclature="JDV_J30"
    )
    first, *rest = modele.sections
    return modele.model_copy(update={"sections": [first.model_copy(update={"champs": [*first.champs, champ]}), *rest]})


FORM = _with_temporality(UO)
RECEPTION = next(champ.id for champ in FORM.champs() if champ.nomenclature == "JDV_J30")
REACHABLE = {"canal": "2", "valeur": "0199000001", "niveau": "1"}
CONTACTS = [{"id": "a", "nature": "01", "niveau": "1", "telecoms": [{"id": "b", **REACHABLE}]}]
UNIT: Valeurs = {
    "nom": "Unité d'hébergement",
    "discipline": "MSS",
    "type_uo": "56",
    "age_min": 60,
    "mode_prise_en_charge": "46",
    "activites": ["293"],
    "unite_sensible": False,
    "contacts": CONTACTS,  # type: ignore[dict-item]  # rows of a group
    RECEPTION: "02",
}


def said(code: str, unit: dict[str, Any], **contexte: Any) -> list[str | None]:
    """Give the fields of which a rule speaks; it never blocks."""
    around: dict[str, Any] = {"categorie": "500", "adresse": True} | contexte
    found = [one for one in controls(FORM, UNIT | unit, CODES, Contexte(**around)) if one.code == code]
    assert all(one.gravite is Gravite.AVERTISSEMENT and one.message.endswith(".") for one in found)
    return [one.champ for one in found]


URGENCES = {"mode_prise_en_charge": "33", "activites": ["157"], "nom": "Unité d'accueil des urgences"}
BOTH = frozenset({Autorisation.URGENCES, Autorisation.URGENCES_PEDIATRIQUES})
GENERAL = frozenset({Autorisation.URGENCES})

CASES: list[tuple[str, bool, dict[str, Any], dict[str, Any]]] = [
    # CP4: what a unit says to be « finalisée »; empty required fields are said as required, not twice
    ("CP4", True, {"contacts": None}, {}),
    ("CP4", True, {"contacts": [{"id": "a", "nature": "01"}]}, {}),
    ("CP4", True, {"contacts": [{"id": "a", "telecoms": [{"id": "b", **REACHABLE}]}]}, {}),
    ("CP4", True, {"contacts": [{"id": "a", "nature": "01", "telecoms": [{"id": "b", "canal": "2"}]}]}, {}),
    ("CP4", True, {}, {"adresse": False}),
    ("CP4", True, {"contacts": None}, {"categorie": None, "adresse": None}),
    ("CP4", False, {}, {}),
    ("CP4", False, {}, {"adresse": None}),
    ("CP4", False, {"contacts": [{"id": "a", "fonction": "03", "telecoms": [{"id": "b", **REACHABLE}]}]}, {}),
    ("CP4", False, {"age_min": None}, {}),
    ("CP4", False, {"activites": None}, {}),
    ("CP4", False, {}, {"categorie": "354"}),
    # CP5: temporalité d'accueil (and type) where people are received
    ("CP5", True, {RECEPTION: None}, {}),
    ("CP5", True, {RECEPTION: None}, {"categorie": "202"}),
    ("CP5", True, {RECEPTION: None}, {"categorie": "255"}),
    ("CP5", True, {RECEPTION: None, "mode_prise_en_charge": "47"}, {"categorie": "183"}),
    ("CP5", True, {RECEPTION: None, "mode_prise_en_charge": "48"}, {"categorie": "437"}),
    ("CP5", True, {RECEPTION: None, "type_uo": "25"}, {}),
    ("CP5", False, {}, {}),
    ("CP5", False, {RECEPTION: None, "mode_prise_en_charge": "47"}, {"categorie": "500"}),
    ("CP5", False, {RECEPTION: None, "mode_prise_en_charge": "48"}, {"categorie": "207"}),
    ("CP5", False, {RECEPTION: None, "type_uo": "38"}, {}),
    ("CP5", False, {RECEPTION: None}, {"categorie": "355"}),
    ("CP5", False, {RECEPTION: None}, {"categorie": None}),
    ("CP5", False, {RECEPTION: None, "mode_prise_en_charge": "28"}, {"categorie": "255"}),
    # CP6: places installed
    ("CP6", True, {}, {"places": 0}),
    ("CP6", True, {}, {"places": 0, "categorie": "255"}),
    ("CP6", True, {"mode_prise_en_charge": "47"}, {"places": 0}),
    ("CP6", True, {"mode_prise_en_charge": "48"}, {"places": 0, "categorie": "354"}),
    ("CP6", True, {"type_uo": "56"}, {"places": -1, "categorie": "178"}),
    ("CP6", False, {}, {"places": 1}),
    ("CP6", False, {}, {"places": None}),
    ("CP6", False, {"type_uo": "25"}, {"places": 0}),
    ("CP6", False, {"type_uo": "38"}, {"places": 0}),
    ("CP6", False, {"mode_prise_en_charge": "28"}, {"places": 0}),
    ("CP6", False, {}, {"places": 0, "categorie": "355"}),
    # CO1: emergencies say so, and are authorised when that is known
    ("CO1", True, URGENCES | {"nom": "Unité d'accueil"}, {}),
    ("CO1", True, URGENCES | {"nom": "Unité d'accueil", "activites": ["249"]}, {}),
    ("CO1", True, URGENCES, {"autorisations": frozenset()}),
    ("CO1", True, URGENCES | {"activites": ["157", "249"]}, {"autorisations": GENERAL}),
    ("CO1", True, URGENCES | {"activites": ["249"]}, {"autorisations": GENERAL}),
    ("CO1", False, URGENCES, {}),
    ("CO1", False, URGENCES | {"nom": "Unité ÜRGENCES pédiatriques"}, {}),
    ("CO1", False, URGENCES, {"autorisations": GENERAL}),
    ("CO1", False, URGENCES | {"activites": ["157", "249"]}, {"autorisations": BOTH}),
    ("CO1", False, URGENCES | {"nom": "Unité d'accueil", "mode_prise_en_charge": "28"}, {"autorisations": frozenset()}),
    ("CO1", False, URGENCES | {"nom": "Unité d'accueil", "activites": ["293"]}, {"autorisations": frozenset()}),
    # CO3: sensitive units, and only they, say « unité sensible »
    ("CO3", True, {"nom": "UHSI de Paris"}, {"categorie": "355"}),
    ("CO3", True, {"nom": "Unité hospitalière sécurisée interrégionale"}, {"categorie": "355"}),
    ("CO3", True, {"nom": "SMPR de Fresnes"}, {"categorie": "355"}),
    ("CO3", True, {"nom": "Unité de décontamination NRBC"}, {"categorie": "101"}),
    ("CO3", True, {"activites": ["089"]}, {"categorie": "355"}),
    ("CO3", True, {}, {"categorie": "355", "au_dessus": ("UF USMP",)}),
    ("CO3", True, {"unite_sensible": True}, {"categorie": "355"}),
    ("CO3", True, {"unite_sensible": True, "nom": "Unité Alzheimer sécurisée"}, {"categorie": "500"}),
    ("CO3", False, {}, {"categorie": "355"}),
    ("CO3", False, {"nom": "UHSA", "unite_sensible": True}, {"categorie": "355"}),
    ("CO3", False, {"activites": ["089"], "unite_sensible": True}, {"categorie": "355"}),
    ("CO3", False, {"nom": "Unité Alzheimer sécurisée"}, {"categorie": "500"}),
    ("CO3", False, {"nom": "Unité SMPR de réadaptation"}, {"categorie": "355"}),
    ("CO3", False, {"nom": "UHSI de Paris"}, {"categorie": None}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "speaks", "unit", "around"),
    CASES,
    ids=[f"{code} {'speaks' if speaks else 'is silent'} {rank}" for rank, (code, speaks, *_) in enumerate(CASES)],
)
def test_a_criterion_of_a_unit(code: str, speaks: bool, unit: dict[str, Any], around: dict[str, Any]) -> None:
    assert bool(said(code, unit, **around)) is speaks


def test_each_criterion_speaks_of_its_field() -> None:
    assert said("CP5", {RECEPTION: None}) == [RECEPTION]
    assert said("CO1", URGENCES | {"nom": "Unité"}, autorisations=frozenset()) == ["nom", "activites"]
    assert said("CO3", {"nom": "UHSA"}, categorie="355") == ["unite_sensible"]
    assert said("CP6", {}, places=0) == [None]


def test_a_code_that_is_retired_does_not_populate_a_unit() -> None:
    activities = {code: one.model_copy(update={"retire": True}) for code, one in CODES["JDV_J17"].items()}
    around = Contexte(categorie="500", adresse=True)
    found = controls(FORM, UNIT, CODES | {"JDV_J17": activities}, around)
    assert {(one.code, one.champ) for one in found} == {("CP4", "activites"), ("code_retire", "activites")}


def _maternity(*activities: str, level: str | None = None, nom: str = "Maternité") -> Valeurs:
    return {
        "nom": nom,
        "mode_prise_en_charge": "28",
        "activites": list(activities),
        "niveaux_expertise": [level] if level else None,
    }


LEVEL_1 = [_maternity("100", level="01")]
LEVEL_2A = [_maternity("260", level="02"), _maternity("094")]
LEVEL_2B = [*LEVEL_2A, _maternity("369", level="03")]
LEVEL_3 = [*LEVEL_2B, _maternity("128", level="04")]
OBSTETRIQUE = frozenset({Autorisation.OBSTETRIQUE})
UP_TO_2A = OBSTETRIQUE | {Autorisation.NEONATOLOGIE}

MATERNITIES: list[tuple[bool, list[Valeurs], frozenset[Autorisation] | None]] = [
    (False, LEVEL_1, None),
    (False, LEVEL_2A, None),
    (False, LEVEL_2B, None),
    (False, LEVEL_3, None),
    (False, LEVEL_1, OBSTETRIQUE),
    (False, LEVEL_2A, UP_TO_2A),
    (False, [UNIT], frozenset()),
    (False, [_maternity("100") | {"mode_prise_en_charge": "32"}], None),
    (False, [], None),
    (True, [_maternity("100")], None),
    (True, [_maternity("100", level="02")], None),
    (True, [_maternity("100", "094", level="01")], None),
    (True, [_maternity("094", level="02")], None),
    (True, [_maternity("100", level="01", nom="Obstétrique")], None),
    (True, LEVEL_1, frozenset()),
    (True, LEVEL_1, UP_TO_2A),
    (True, LEVEL_2A, OBSTETRIQUE),
    (True, [_maternity(level="04")], None),
]


@pytest.mark.parametrize(("speaks", "units", "authorised"), MATERNITIES)
def test_co2_looks_at_the_maternity_of_an_establishment(
    speaks: bool, units: list[Valeurs], authorised: frozenset[Autorisation] | None
) -> None:
    found = establishment(_units(*units), Identite(), Contexte(categorie="355", autorisations=authorised))
    assert any(one.code == "CO2" for one in found) is speaks


def _units(*valeurs: Valeurs, state: Peuplement = Peuplement.FINALISE, places: int | None = None) -> list[Unite]:
    return [Unite(UUID(int=rank), None, one, state, places) for rank, one in enumerate(valeurs)]


@pytest.mark.parametrize(
    ("states", "sentence"),
    [
        ([], "Peuplement à faire : décrivez au moins une unité opérationnelle."),
        (["a_faire"], "Peuplement à faire : une unité n'est pas finalisée sur 1, complétez leurs fiches."),
        (
            ["a_faire", "finalise"],
            "Peuplement en cours : une unité n'est pas finalisée sur 2, complétez leurs fiches.",
        ),
        (
            ["en_cours", "a_faire", "finalise"],
            "Peuplement en cours : 2 unités ne sont pas finalisées sur 3, complétez leurs fiches.",
        ),
        (["finalise"], None),
        (["finalise", "finalise"], None),
    ],
)
def test_cp4_of_an_establishment_counts_its_units(states: list[str], sentence: str | None) -> None:
    units = [Unite(UUID(int=rank), None, {"nom": f"U{rank}"}, Peuplement(one)) for rank, one in enumerate(states)]
    found = [one.message for one in establishment(units, Identite(), Contexte()) if one.code == "CP4"]
    assert found == ([sentence] if sentence else [])


def test_an_establishment_tells_of_doubles_of_places_and_of_its_identifiers() -> None:
    units = _units({"nom": "Unité A"}, {"nom": "unite a"}, {"nom": "Unité B"}, places=10)
    found = establishment(units, Identite(finess="750000001", siret="1", places=25), Contexte())
    assert [one.code for one in found] == ["unite_en_double", "places_etablissement", "finess", "siret"]
    apart = [*_units({"nom": "Unité A"}), Unite(UUID(int=9), UUID(int=1), {"nom": "Unité A"}, Peuplement.FINALISE)]
    assert establishment(apart, Identite(), Contexte()) == []
