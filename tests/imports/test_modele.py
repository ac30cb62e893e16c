"""`ror-server import modele`: a modèle de saisie says which codes are offered (DOMAIN §5.1)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ror_server import forms, nomenclatures
from ror_server.cli import main
from ror_server.domain.controls import controls
from ror_server.forms.regles import Regle
from ror_server.imports.modele import parse
from ror_server.store import nomenclatures as stored
from ror_server.store.database import Database
from ror_tui.api_client.models import Discipline, Gravite, Kind, Modele, Valeurs
from tests import world
from tests.conftest import SHARED

CONDENSED: dict[str, Any] = {
    "resourceType": "Questionnaire (condensed, not FHIR)",
    "name": "MS-142",
    "title": "Unité hospitalière de gynécologie",
    "useContext": {"catEG": ["101", "355"], "champAct": ["01"]},
    "fixed": {"typeOffre": ["157"]},
    "allowed": {
        "modePriseEnCharge (single, required)": ["09", "28"],
        "acteSpecifique": ["0013", "0887"],
        "niveauExpertise": ["26"],
        "autreChose": ["1"],
    },
}
SYSTEM = "https://mos.esante.gouv.fr/NOS/"


def _options(*codes: str) -> list[dict[str, Any]]:
    return [{"valueCoding": {"system": SYSTEM, "code": code}} for code in codes]


def _item(link: str, definition: str, *codes: str, **more: Any) -> dict[str, Any]:
    path = f"http://hl7.org/fhir/StructureDefinition/HealthcareService#HealthcareService.{definition}"
    return {"linkId": link, "text": link, "definition": path, "answerOption": _options(*codes), **more}


QUESTIONNAIRE: dict[str, Any] = {
    "resourceType": "Questionnaire",
    "name": "MS-200",
    "title": "Gynécologie, essai",
    "version": "3",
    "useContext": [
        {"code": {"code": "catEG"}, "valueCodeableConcept": {"coding": [{"code": "355"}]}},
        {"code": {"code": "champAct"}, "valueCodeableConcept": {"coding": [{"code": "01"}]}},
    ],
    "item": [
        {
            "linkId": "1",
            "text": "Accueil",
            "item": [
                _item("type", "category", "157", required=True),
                _item("mode", "characteristic:careMode", "28", required=True),
                _item("publics", "extension:patient-type.extension:supportedPatientInfo", required=True),
                {"linkId": "id", "text": "ID FHIR", "readOnly": True, "definition": "x#HealthcareService.identifier"},
            ],
        },
        _item("activites", "specialty:operationalActivity", "022", "053", repeats=True),
    ],
}


@pytest.fixture(autouse=True)
def nothing_installed() -> Iterator[None]:
    yield
    forms.install({})
    nomenclatures.install({}, stamp=())


def _import(tmp_path: Path, url: str, content: dict[str, Any] | str, *more: str) -> int:
    file = tmp_path / "modele.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return main(["import", "modele", str(file), "--database", url, *more])


def _offered(champ: str, valeurs: Valeurs, categorie: str | None = "355") -> frozenset[str] | None:
    found = forms.modele(Kind.UO, Discipline.MCO, categorie).champ(champ)
    assert found is not None
    return found.offerts(valeurs)


def test_a_condensed_model_offers_its_codes_for_its_type_and_its_categories(
    tmp_path: Path, sqlite_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _import(tmp_path, sqlite_url, CONDENSED) == 0
    told = capsys.readouterr().out
    assert "MS-142 « Unité hospitalière de gynécologie »" in told
    assert "gardés lisibles, jamais proposés : actes 0887" in told
    assert "éléments non repris : 1 (autreChose)" in told
    assert _import(tmp_path, sqlite_url, CONDENSED) == 0
    assert "rien n'a changé" in capsys.readouterr().out
    assert main(["import", "modele", "--lister", "--database", sqlite_url]) == 0
    told = capsys.readouterr().out
    assert "MS-142" in told
    assert "MS-141 « Unité hospitalière de gynécologie », version 1" in told
    assert "livré avec le serveur ; ANS" in told


def _when(question: str, operator: str, **answer: Any) -> dict[str, Any]:
    return {"question": question, "operator": operator, **answer}


CONDITIONS: dict[str, Any] = {
    **QUESTIONNAIRE,
    "name": "MS-300",
    "subjectType": ["HealthcareService"],
    "item": [
        _item("type", "category", "56"),
        _item("mode", "characteristic:careMode", required=True),
        _item("sensible", "extension:sensitive-unit"),
        {
            "linkId": "g",
            "text": "Accompagnement",
            "enableWhen": [_when("mode", "=", answerCoding={"code": "46"})],
            "item": [
                _item("publics", "extension:supportedPatientInfo", required=True),
                _item(
                    "actes",
                    "characteristic:specificAct",
                    enableWhen=[
                        _when("publics", "exists", answerBoolean=True),
                        _when("sensible", "!=", answerBoolean=True),
                    ],
                    enableBehavior="any",
                ),
            ],
        },
        _item(
            "competences",
            "characteristic:specificCompetence",
            enableWhen=[_when("mode", "exists", answerBoolean=False)],
        ),
        _item("professions", "characteristic:ressourceProfession", enableWhen=[_when("age", ">", answerInteger=3)]),
        _item(
            "niveaux", "characteristic:expertiseLevel", required=True, enableWhen=[_when("mode", ">", answerInteger=3)]
        ),
        _item(
            "famille",
            "specialty:operationalActivityFamily",
            enableWhen=[_when("famille", "exists", answerBoolean=True)],
        ),
        _item(
            "specialites",
            "characteristic:takingCareSpeciality",
            enableWhen=[_when("mode", "exists", answerBoolean=True), _when("publics", "exists", answerBoolean=True)],
        ),
        {"linkId": "id", "text": "ID FHIR", "readOnly": True},
    ],
}


def test_the_conditions_of_a_questionnaire_are_those_of_the_form_for_its_types(
    tmp_path: Path, sqlite_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _import(tmp_path, sqlite_url, CONDITIONS) == 0
    _load(sqlite_url)
    lodging: Valeurs = {"type_uo": "56", "discipline": "MSS", "mode_prise_en_charge": "46"}
    assert _shown("publics", lodging) == (True, True)
    assert _shown("publics", {**lodging, "mode_prise_en_charge": "47"}) == (False, False)
    assert _shown("publics", {**lodging, "type_uo": "57", "mode_prise_en_charge": "47"}) == (True, False)
    assert _shown("actes", {**lodging, "unite_sensible": True}) == (False, False)
    assert _shown("actes", {**lodging, "unite_sensible": True, "publics": ["1"]}) == (True, False)
    assert _shown("actes", {**lodging, "unite_sensible": False}) == (True, False)
    assert _shown("actes", {**lodging, "publics": ["1"], "mode_prise_en_charge": "47"}) == (False, False)
    assert _shown("competences", lodging) == (False, False)
    assert _shown("competences", {"type_uo": "56"}) == (True, False)
    assert _shown("niveaux_expertise", {"type_uo": "56"}) == (True, False), "required only when its condition is kept"
    assert _shown("publics", lodging, "500") == (True, False), "another category of establishment"


def test_what_of_a_questionnaire_is_not_taken_over_is_counted_with_the_reason(
    tmp_path: Path, sqlite_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _import(tmp_path, sqlite_url, CONDITIONS) == 0
    assert capsys.readouterr().out.splitlines()[1:] == [
        "  conditions enableWhen reprises : 4.",
        "  conditions non reprises : 4.",
        "    « professions » reste toujours montré : la question age n'est pas un champ de notre formulaire.",
        "    « niveaux » reste toujours montré : la comparaison « > » n'existe pas dans nos conditions.",
        "    « famille » reste toujours montré : sa condition dépend de lui-même : il ne se montrerait jamais.",
        "    « specialites » reste toujours montré : enableBehavior ne dit pas s'il les faut toutes.",
        "  éléments non repris : 1 (ID FHIR).",
    ]


def _shown(champ: str, valeurs: Valeurs, categorie: str = "355") -> tuple[bool, bool]:
    """Tell whether a field is shown, and required, to the client that reads the form over the wire."""
    served = forms.modele(Kind.UO, Discipline.MCO, categorie)
    found = Modele.model_validate_json(served.model_dump_json()).champ(champ)
    assert found is not None
    return found.visible(valeurs), found.exige(valeurs)


def test_two_fields_that_wait_for_each_other_are_both_shown(
    tmp_path: Path, sqlite_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    actes = _item("actes", "characteristic:specificAct", enableWhen=[_when("publics", "exists", answerBoolean=True)])
    publics = _item(
        "publics", "extension:supportedPatientInfo", enableWhen=[_when("actes", "exists", answerBoolean=True)]
    )
    content = {**QUESTIONNAIRE, "item": [_item("type", "category", "56"), actes, publics]}
    assert _import(tmp_path, sqlite_url, content) == 0
    assert "« publics » reste toujours montré : sa condition dépend de lui-même" in capsys.readouterr().out
    _load(sqlite_url)
    assert _shown("publics", {"type_uo": "56"}) == (True, False)


def _of_structure(definition: str, link: str, *codes: str, **more: Any) -> dict[str, Any]:
    return {**_item(link, "", *codes, **more), "definition": f"x#Organization.{definition}"}


ESTABLISHMENT: dict[str, Any] = {
    **QUESTIONNAIRE,
    "name": "MS-EG",
    "subjectType": ["Organization"],
    "item": [
        _of_structure("type:categorieEtablissement", "categorie", "355"),
        _of_structure("name", "nom", required=True),
        _of_structure("extension:drop-zone", "zone", required=True),
        _of_structure(
            "extension:level-recourse-orsan", "orsan", "1", enableWhen=[_when("zone", "=", answerBoolean=True)]
        ),
        _of_structure("contact.name", "Contact"),
    ],
}


def test_a_questionnaire_about_an_establishment_changes_the_form_of_establishments(
    tmp_path: Path, sqlite_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _import(tmp_path, sqlite_url, ESTABLISHMENT) == 0
    assert "éléments non repris : 2 (categorie (champ verrouillé), Contact)" in capsys.readouterr().out
    _load(sqlite_url)
    form = forms.modele(Kind.EG, None, "355")
    zone, orsan = form.champ("zone_poser"), form.champ("niveau_recours_orsan")
    assert zone is not None
    assert orsan is not None
    assert zone.exige({})
    assert [orsan.visible({"zone_poser": told}) for told in (True, False, None)] == [True, False, False]
    assert orsan.offerts({}) == frozenset({"1"})
    assert form.version != forms.modele(Kind.EG).version
    elsewhere = forms.modele(Kind.EG, None, "500").champ("zone_poser")
    assert elsewhere is None or not elsewhere.exige({})


@pytest.mark.parametrize(
    ("item", "genre", "kinds"),
    [
        (_of_structure("type:OIType", "type", "1", "3"), (), ["pole", "uf"]),
        (_of_structure("type:statutJuridiqueINSEE", "statut"), (), ["ej"]),
        (_of_structure("name", "nom"), ("--genre", "service"), ["service"]),
    ],
)
def test_a_questionnaire_about_a_structure_says_which_one_or_is_told(
    tmp_path: Path, sqlite_url: str, item: dict[str, Any], genre: tuple[str, ...], kinds: list[str]
) -> None:
    items = [item, _of_structure("extension:additional-name", "complement", required=True)]
    assert _import(tmp_path, sqlite_url, {**ESTABLISHMENT, "item": items}, *genre) == 0
    _load(sqlite_url)
    fields = {kind.value: forms.modele(kind, None, "355").champ("complement_nom") for kind in Kind}
    asked = [kind for kind, champ in fields.items() if champ is not None and champ.exige({})]
    assert asked == [kind for kind in kinds if kind != "ej"], "the form of a legal entity is locked whole"


def test_the_published_model_that_ships_says_what_the_shared_file_says() -> None:
    file = SHARED / "data" / "ror" / "modele-MS-141.json"
    if not file.exists():
        pytest.skip("données partagées absentes")
    read = parse(file.read_text(encoding="utf-8"), file.name, at=datetime(2026, 11, 24, tzinfo=UTC)).regle
    ours = forms.shipped()["MS-141"]
    assert (read.categories, read.types) == (ours.categories, ours.types)
    told = _by_field(read)
    assert told.pop("age_max") == ([], True), "120 years when it is not told (DOMAIN §4.3), which the guide allows"
    assert _by_field(ours) == told


def _by_field(regle: Regle) -> dict[str, tuple[list[str], bool]]:
    return {one.champ: (one.codes, one.obligatoire) for one in regle.champs}


def test_the_published_model_holds_from_the_first_start() -> None:
    gynecology: Valeurs = {"type_uo": "157", "discipline": "MCO"}
    assert _offered("mode_prise_en_charge", gynecology) == frozenset({"09", "28", "29", "32", "34"})
    assert _shown("publics", gynecology) == (True, True)
    assert _shown("publics", gynecology, "500") == (True, False)
    assert _shown("publics", {"type_uo": "56"}) == (True, False)


def test_the_served_form_follows_the_imported_models(tmp_path: Path, sqlite_url: str) -> None:
    assert _import(tmp_path, sqlite_url, {**QUESTIONNAIRE, "name": "MS-141"}) == 0, "in place of the one that ships"
    _load(sqlite_url)
    gynecology: Valeurs = {"type_uo": "157", "discipline": "MCO"}
    assert _offered("mode_prise_en_charge", gynecology) == frozenset({"28"})
    assert _offered("activites", gynecology) == frozenset({"022", "053"})
    assert _offered("mode_prise_en_charge", {"type_uo": "56"}) is None
    assert _offered("mode_prise_en_charge", gynecology, "500") is None
    publics = forms.modele(Kind.UO, None, "355").champ("publics")
    assert publics is not None
    assert (publics.exige(gynecology), publics.exige({"type_uo": "56"})) == (True, False)
    assert forms.modele(Kind.UO, None, "355").version != forms.modele(Kind.UO).version


def test_a_code_that_is_not_offered_is_a_warning_and_no_error(tmp_path: Path, sqlite_url: str) -> None:
    assert _import(tmp_path, sqlite_url, QUESTIONNAIRE) == 0
    _load(sqlite_url)
    values: Valeurs = {**world.COMPLETE, "discipline": "MCO", "type_uo": "157", "mode_prise_en_charge": "46"}
    found = controls(forms.modele(Kind.UO, None, "355"), values, nomenclatures.all_codes())
    of_mode = [one for one in found if one.champ == "mode_prise_en_charge"]
    assert of_mode
    assert all(one.gravite is Gravite.AVERTISSEMENT for one in of_mode)


def test_a_type_whose_label_tells_another_champ_is_not_offered_in_a_discipline() -> None:
    offered = _offered("type_uo", {"discipline": "PSY"}, None)
    assert offered is not None
    assert "01" in offered
    assert "157" not in offered
    assert _offered("type_uo", {"discipline": "SLD"}, None) is None


def _load(url: str) -> None:
    async def load() -> None:
        database = Database(url)
        async with database.read() as tx:
            await stored.install(tx)
        await database.close()

    asyncio.run(load())


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "n'est pas du JSON"),
        ({"resourceType": "ValueSet"}, "Il faut un Questionnaire FHIR"),
        ({"resourceType": "Questionnaire", "item": [{"text": "sans linkId"}]}, "ne se lit pas (voir item/0/linkId)"),
        ({"resourceType": "Questionnaire", "item": []}, "n'a pas de nom"),
        ({**QUESTIONNAIRE, "subjectType": ["Patient"]}, "Ce Questionnaire décrit Patient"),
        ({**QUESTIONNAIRE, "subjectType": ["Organization"], "item": []}, "donnez --genre ej, eg"),
        ({"resourceType": "Questionnaire", "name": "MS-1", "item": []}, "ne dit pas quels types d'UO"),
    ],
)
def test_what_is_no_model_is_refused_and_changes_nothing(
    tmp_path: Path, sqlite_url: str, capsys: pytest.CaptureFixture[str], content: Any, said: str
) -> None:
    assert _import(tmp_path, sqlite_url, content) == 2
    assert said in capsys.readouterr().err
