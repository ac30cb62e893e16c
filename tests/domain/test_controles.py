"""The controls over a form with everything that a field can be: groups in groups, hours, dates, units of age."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ror_server import forms, nomenclatures
from ror_server.domain.controls import Contexte, controls
from ror_server.domain.controls.completude import completeness, population
from ror_server.domain.controls.contexte import Autorisation
from ror_server.domain.controls.etablissement import Identite, Unite, establishment
from ror_server.domain.identifiers import id_nat_struct_fault
from ror_tui.api_client.models import Champ, Code, Condition, Kind, Modele, Peuplement, Restriction, Section, TypeChamp


def _champ(champ_id: str, genre: str = "texte", **more: Any) -> Champ:
    return Champ(id=champ_id, libelle=champ_id, type=TypeChamp(genre), **more)


TELECOM = [
    _champ("canal", "code", nomenclature="CANAL", obligatoire=True),
    _champ("valeur", obligatoire=True),
    _champ("niveau", "code"),
]
CONTACT = [_champ("nom"), _champ("telecoms", "groupe", champs=TELECOM, lignes_max=2)]
HOURS = [
    _champ("jours", "codes"),
    _champ("debut", "heure"),
    _champ("fin", "heure", obligatoire_si=[Condition(champ="debut", est="renseigne")]),
    _champ("type", "code"),
]
FIELDS = [
    _champ("nom", obligatoire=True, longueur_max=20),
    _champ("type_uo", "code", nomenclature="TYPE"),
    _champ("age_min", "entier", minimum=0, champ_unite="age_min_unite"),
    _champ("age_min_unite", "code"),
    _champ("age_max", "entier", maximum=130, unite="Ans", champ_unite="age_max_unite"),
    _champ("age_max_unite", "code"),
    _champ("prix", "montant", maximum=1000),
    _champ("date_ouverture", "date"),
    _champ("date_fermeture", "date"),
    _champ("telephone", "telephone"),
    _champ("courriel", "courriel"),
    _champ("mss", "mss"),
    _champ("commune", "commune"),
    _champ("mode_prise_en_charge", "code", nomenclature="MODE"),
    _champ(
        "activites",
        "codes",
        nomenclature="ACT",
        restrictions=[Restriction(si=[Condition(champ="type_uo", est="parmi", valeurs=["1"])], codes=["a"])],
    ),
    _champ("cache", obligatoire=True, visible_si=[Condition(champ="type_uo", est="parmi", valeurs=["9"])]),
    _champ("siren"),
    _champ("siret"),
    _champ("contacts", "groupe", champs=CONTACT),
    _champ("horaires", "groupe", champs=HOURS),
    _champ("unite_sensible", "booleen"),
    _champ("niveaux_expertise", "codes"),
]
FORM = Modele(kind=Kind.UO, titre="Essai", version="1", sections=[Section(id="s", titre="S", champs=FIELDS)])
CODES = {
    "ACT": {one: Code(code=one, libelle=one.upper()) for one in ("a", "b")}
    | {"vieux": Code(code="vieux", libelle="Vieux", retire=True)},
    "CANAL": {str(one): Code(code=str(one), libelle=str(one)) for one in range(1, 10)},
}
AROUND = Contexte(categorie="355", adresse=True)


def found(**valeurs: Any) -> list[tuple[str, str | None]]:
    """Give what the controls say of a fiche, the criteria of the ANS aside."""
    said = controls(FORM, {"nom": "Unité"} | valeurs, CODES, AROUND)
    assert all(one.message.endswith(".") for one in said)
    return [(one.code, one.champ) for one in said if one.code != "CP4"]


def _row(rank: str, **valeurs: Any) -> dict[str, Any]:
    return {"id": rank, **valeurs}


def _contact(*telecoms: dict[str, Any]) -> dict[str, Any]:
    return {"contacts": [_row("4f1a", telecoms=list(telecoms))]}


def _hours(*rows: dict[str, Any]) -> dict[str, Any]:
    return {"horaires": list(rows)}


MORNING = _row("m", jours=["1", "2"], debut="08:00", fin="12:00", type="01")


@pytest.mark.parametrize(
    ("valeurs", "said"),
    [
        ({}, []),
        ({"nom": None}, [("obligatoire", "nom")]),
        ({"nom": "x" * 21}, [("longueur", "nom")]),
        ({"nom": ["x"]}, [("type", "nom")]),
        ({"age_min": "12"}, [("type", "age_min")]),
        ({"age_min": -1}, [("minimum", "age_min")]),
        ({"age_max": 131}, [("maximum", "age_max")]),
        ({"age_min": 20, "age_max": 10}, [("age_incoherent", "age_max")]),
        ({"age_min": 28, "age_min_unite": "d", "age_max": 1}, []),
        ({"age_min": 2, "age_max": 20, "age_max_unite": "mo"}, [("age_incoherent", "age_max")]),
        ({"age_min": 2, "age_max": 1, "age_max_unite": "?"}, []),
        ({"prix": "12.50"}, []),
        ({"prix": "douze"}, [("montant", "prix")]),
        ({"prix": "1000.01"}, [("maximum", "prix")]),
        ({"date_ouverture": "2026-02-30"}, [("date", "date_ouverture")]),
        ({"date_ouverture": "2026-02-03", "date_fermeture": "2026-02-02"}, [("dates_desordonnees", "date_fermeture")]),
        ({"date_ouverture": "2026-02-02", "date_fermeture": "2026-02-03"}, []),
        ({"telephone": "01 40 00 00 00"}, []),
        ({"telephone": "01 40 00"}, []),
        ({"telephone": "01 40 00 00"}, [("telephone", "telephone")]),
        ({"courriel": "a@b"}, [("courriel", "courriel")]),
        ({"mss": "a@chu.mssante.fr"}, []),
        ({"mss": "a@chu.fr"}, [("mss_domaine", "mss")]),
        ({"mss": "chu.mssante.fr"}, [("mss", "mss")]),
        ({"commune": "2A004"}, []),
        ({"commune": "Paris"}, [("commune", "commune")]),
        ({"type_uo": "1", "activites": ["a"]}, []),
        ({"type_uo": "1", "activites": ["b"]}, [("code_hors_offre", "activites")]),
        ({"type_uo": "2", "activites": ["b"]}, []),
        ({"activites": ["vieux", "zzz"]}, [("code_retire", "activites"), ("code_inconnu", "activites")]),
        ({"type_uo": "9"}, [("obligatoire", "cache")]),
        ({"siren": "732829320", "siret": "73282932000074"}, []),
        ({"siren": "732829321"}, [("siren", "siren")]),
        ({"siren": "732829320", "siret": "35600000000048"}, [("siret_autre_siren", "siret")]),
        ({"siret": "35600000000048"}, []),
        (_contact(_row("09bc", canal="2", valeur="0140000000")), []),
        (_contact(_row("09bc", canal="2", valeur="014000")), []),
        (_contact(_row("09bc", canal="2", valeur="0140")), []),
        (_contact(_row("09bc", canal="2", valeur="01400000")), [("telephone", "contacts/4f1a/telecoms/09bc/valeur")]),
        (_contact(_row("09bc", canal="3", valeur="x@y")), [("courriel", "contacts/4f1a/telecoms/09bc/valeur")]),
        (_contact(_row("09bc", canal="4", valeur="exemple")), [("adresse_web", "contacts/4f1a/telecoms/09bc/valeur")]),
        (_contact(_row("09bc", canal="7", valeur="antenne")), []),
        (_contact(_row("09bc", canal="2")), [("obligatoire", "contacts/4f1a/telecoms/09bc/valeur")]),
        (_contact(_row("09bc", canal="77", valeur="x")), [("code_inconnu", "contacts/4f1a/telecoms/09bc/canal")]),
        (
            _contact(*(_row(one, canal="2", valeur="0140000000") for one in "ab")),
            [("ligne_en_double", "contacts/4f1a/telecoms/b")],
        ),
        (
            _contact(*(_row(one, canal="2", valeur=f"014000000{one}") for one in "123")),
            [("lignes_max", "contacts/4f1a/telecoms")],
        ),
        ({"contacts": "x"}, [("type", "contacts")]),
        ({"contacts": [{"nom": "sans id"}, {"nom": "sans id"}]}, [("ligne_en_double", "contacts/1")]),
        (_hours(MORNING), []),
        (_hours(_row("m", debut="08:00")), [("obligatoire", "horaires/m/fin")]),
        (_hours(_row("m", debut="25:00", fin="26:00")), [("heure", "horaires/m/debut"), ("heure", "horaires/m/fin")]),
        (_hours(_row("n", jours=["1"], debut="20:00", fin="08:00")), [("horaires_inverses", "horaires/n/fin")]),
        (_hours(_row("n", jours=["1"], debut="20:00", fin="24:00")), []),
        (_hours(MORNING, _row("s", jours=["2"], debut="12:00", fin="18:00", type="01")), []),
        (
            _hours(MORNING, _row("s", jours=["2"], debut="11:00", fin="18:00", type="01")),
            [("horaires_chevauchants", "horaires/s/debut")],
        ),
        (_hours(MORNING, _row("s", jours=["2"], debut="11:00", fin="18:00", type="02")), []),
        (_hours(MORNING, _row("s", jours=["3"], debut="11:00", fin="18:00", type="01")), []),
    ],
)
def test_a_control_speaks_of_its_field_or_is_silent(
    valeurs: dict[str, Any], said: list[tuple[str, str | None]]
) -> None:
    assert found(**valeurs) == said


@pytest.mark.parametrize(
    ("number", "right"),
    [
        ("1290004324", True),
        ("2921317258", False),
        ("2732829320", True),
        ("373282932000074", True),
        ("0759999990", True),
        ("5123", False),
        ("", False),
    ],
)
def test_a_national_identifier_is_a_type_and_a_number(number: str, right: bool) -> None:
    assert (id_nat_struct_fault(number) is None) is right


@pytest.mark.parametrize(
    ("latitude", "longitude", "wrong"),
    [
        ("48.8566", "2,3522", []),
        ("-90", "180", []),
        ("91", "2", ["lieux/a/latitude"]),
        ("48°", "-181", ["lieux/a/latitude", "lieux/a/longitude"]),
    ],
)
def test_a_place_stands_in_decimal_degrees(latitude: str, longitude: str, wrong: list[str]) -> None:
    lieu: Any = {"id": "a", "commune": "75113", "latitude": latitude, "longitude": longitude}
    told = controls(forms.modele(Kind.UO), {"type_uo": "56", "lieux": [lieu]}, nomenclatures.all_codes())
    assert [one.champ for one in told if one.code == "position"] == wrong


def test_what_is_required_and_what_populates_is_counted_once() -> None:
    told = completeness(FORM, {"nom": "Unité", **_contact(_row("b", canal="2"))}, CODES, AROUND)
    assert (told.faits, told.total) == (3, 8)  # nom, canal, adresse; not valeur, âge, mode, activité, contact
    assert population({"age_min": 3}, CODES, AROUND) is Peuplement.EN_COURS


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(["1", "46", "08:00", "a@b.fr"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "canal", "valeur", "telecoms", "jours", "debut", "fin", "nom"]), inner, max_size=4
        )
    ),
    max_leaves=8,
)
ANSWERS = st.dictionaries(
    st.sampled_from([*(champ.id for champ in FIELDS), *(champ.id for champ in forms.modele(Kind.UO).champs())]), JSON
)
AROUNDS = st.builds(
    Contexte,
    st.none() | st.sampled_from(["500", "355", "255", "354"]),
    st.none() | st.booleans(),
    st.lists(st.text(max_size=6), max_size=2).map(tuple),
    st.none() | st.integers(),
    st.none() | st.frozensets(st.sampled_from(Autorisation)),
)


@settings(deadline=None)
@given(ANSWERS, AROUNDS)
def test_nothing_that_can_be_kept_makes_a_control_raise(valeurs: dict[str, Any], around: Contexte) -> None:
    for form, codes in ((FORM, CODES), (forms.modele(Kind.UO), nomenclatures.all_codes())):
        once = controls(form, valeurs, codes, around)
        assert once == controls(form, valeurs, codes, around)
        told = completeness(form, valeurs, codes, around)
        assert 0 <= told.faits <= told.total
        errors = [one for one in once if one.gravite == "erreur"]
        assert errors == [one for one in controls(form, valeurs, codes) if one.gravite == "erreur"]
    unit = Unite(UUID(int=1), None, valeurs, population(valeurs, CODES, around), around.places)
    assert all(one.gravite == "avertissement" for one in establishment([unit, unit], Identite(places=0), around))


def test_every_code_is_told_in_the_documentation() -> None:
    folder = Path(controls.__code__.co_filename).parent
    source = "\n".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    named = set(re.findall(r'(?:erreur|avertissement)\(\s*"(\w+)"', source)) | {"telephone", "courriel", "mss", "date"}
    told = Path(__file__).parents[2].joinpath("docs", "CONTROLES.md").read_text(encoding="utf-8")
    assert len(named) > 20
    assert {code for code in named if f"`{code}`" not in told} == set()
