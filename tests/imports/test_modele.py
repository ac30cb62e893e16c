"""`ror-server import modele`: a modèle de saisie says which codes are offered (DOMAIN §5.1)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ror_server import forms, nomenclatures
from ror_server.cli import main
from ror_server.domain.controls import controls
from ror_server.store import nomenclatures as stored
from ror_server.store.database import Database
from ror_tui.api_client.models import Discipline, Gravite, Kind, Valeurs
from tests import world

CONDENSED: dict[str, Any] = {
    "resourceType": "Questionnaire (condensed, not FHIR)",
    "name": "MS-141",
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


def _import(tmp_path: Path, url: str, content: dict[str, Any] | str) -> int:
    file = tmp_path / "modele.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return main(["import", "modele", str(file), "--database", url])


def _offered(champ: str, valeurs: Valeurs, categorie: str | None = "355") -> frozenset[str] | None:
    found = forms.modele(Kind.UO, Discipline.MCO, categorie).champ(champ)
    assert found is not None
    return found.offerts(valeurs)


def test_a_condensed_model_offers_its_codes_for_its_type_and_its_categories(
    tmp_path: Path, sqlite_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _import(tmp_path, sqlite_url, CONDENSED) == 0
    told = capsys.readouterr().out
    assert "MS-141 « Unité hospitalière de gynécologie »" in told
    assert "gardés lisibles, jamais proposés : actes 0887" in told
    assert "non repris : autreChose" in told
    assert _import(tmp_path, sqlite_url, CONDENSED) == 0
    assert "rien n'a changé" in capsys.readouterr().out
    assert main(["import", "modele", "--lister", "--database", sqlite_url]) == 0
    assert "MS-141" in capsys.readouterr().out


def test_a_condition_is_told_and_never_makes_its_field_required(
    tmp_path: Path, sqlite_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    when = [{"question": "type", "operator": "exists", "answerBoolean": True}]
    item = _item("Publics", "supportedPatientInfo", required=True, enableWhen=when)
    content = {**QUESTIONNAIRE, "subjectType": ["HealthcareService"], "item": [_item("type", "category", "157"), item]}
    assert _import(tmp_path, sqlite_url, content) == 0
    assert "Publics (condition enableWhen" in capsys.readouterr().out
    _load(sqlite_url)
    publics = forms.modele(Kind.UO, None, "355").champ("publics")
    assert publics is not None
    assert not publics.exige({"type_uo": "157"})


def test_the_served_form_follows_the_imported_models(tmp_path: Path, sqlite_url: str) -> None:
    assert _import(tmp_path, sqlite_url, QUESTIONNAIRE) == 0
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
        ({"resourceType": "Questionnaire", "name": "MS-1", "item": []}, "ne dit pas quels types d'UO"),
    ],
)
def test_what_is_no_model_is_refused_and_changes_nothing(
    tmp_path: Path, sqlite_url: str, capsys: pytest.CaptureFixture[str], content: Any, said: str
) -> None:
    assert _import(tmp_path, sqlite_url, content) == 2
    assert said in capsys.readouterr().err
