"""The Recherche: criteria one by one and together, pages, counts, what is refused, the table."""

from __future__ import annotations

import csv
import io
from random import Random
from typing import Any

import httpx
import pytest

from ror_server.domain.distance import kilometres, point
from ror_server.domain.rights import Grant
from ror_tui.api_client.models import CriteresOffres, Discipline, Portee, Role
from tests.offers import contact, move_to_commune, publish, publish_pole
from tests.world import AILLEURS, EHPAD, HOPITAL, MAS, World, add_account, eg_id

LYON, VILLEURBANNE, MARSEILLE = "69123", "69266", "13055"


async def found(region: World, who: str = "lecteur", what: str = "offres", **criteres: Any) -> list[str]:
    """Give the names of what is found, after checking that the count agrees."""
    page = await region.ok(who, "GET", f"/{what}", **CriteresOffres(**criteres).query())
    assert page["total"] == len(page["elements"])
    return [element["nom"] for element in page["elements"]]


async def get(region: World, path: str, query: dict[str, str]) -> httpx.Response:
    """Read a resource as a reader."""
    params: dict[str, Any] = dict(query)
    return await region.call("lecteur", "GET", path, **params)


async def _five(region: World) -> None:
    database = region.database
    await publish(database, "Alzheimer", publics=["01"], competences=["42"], professions=["G15-60"], age_min=60)
    await publish(database, "Bricolage", MAS, type_uo="40", discipline="MSS", age_min=18, age_max=60, publics=["02"])
    await publish(
        database, "Cardiologie", HOPITAL, type_uo="149", discipline="MCO", age_min=16,
        mode_prise_en_charge="28", activites=["013", "344"], competences=["01", "06"],
    )  # fmt: skip
    await publish(database, "Calanques", AILLEURS, age_min=60, mode_prise_en_charge="47")
    await publish(database, "Échographie", HOPITAL, type_uo="164", discipline="MCO", age_min=0, activites=["070"])


@pytest.mark.parametrize(
    ("criteres", "names"),
    [
        ({}, ["Alzheimer", "Bricolage", "Calanques", "Cardiologie", "Échographie"]),
        ({"types": ["149"]}, ["Cardiologie"]),
        ({"types": ["149", "40"]}, ["Bricolage", "Cardiologie"]),
        ({"activites": ["344"]}, ["Cardiologie"]),
        ({"modes": ["47"]}, ["Calanques"]),
        ({"disciplines": [Discipline.MCO]}, ["Cardiologie", "Échographie"]),
        ({"publics": ["01", "02"]}, ["Alzheimer", "Bricolage"]),
        ({"competences": ["06"]}, ["Cardiologie"]),
        ({"professions": ["G15-60"]}, ["Alzheimer"]),
        ({"departements": ["13"]}, ["Calanques"]),
        ({"age": 10}, ["Échographie"]),
        ({"age": 61}, ["Alzheimer", "Calanques", "Cardiologie", "Échographie"]),
        ({"age": 60, "disciplines": [Discipline.MSS], "publics": ["02"]}, ["Bricolage"]),
        ({"disciplines": [Discipline.MCO], "modes": ["28"], "activites": ["013"], "age": 40}, ["Cardiologie"]),
        ({"disciplines": [Discipline.PSY]}, []),
        ({"texte": "echo"}, ["Échographie"]),
        ({"texte": "CŒUR"}, []),
        ({"texte": "calanques"}, ["Calanques"]),
        ({"texte": "paris œuvre"}, ["Cardiologie", "Échographie"]),
        ({"texte": "gériatre"}, ["Alzheimer"]),
        ({"texte": "cardio hôpital"}, ["Cardiologie"]),
        ({"texte": "infirm tilleuls"}, ["Alzheimer"]),
        ({"texte": "marseille", "age": 50}, []),
        ({"texte": "%"}, ["Alzheimer", "Bricolage", "Calanques", "Cardiologie", "Échographie"]),
    ],
)
async def test_criteria_keep_what_they_say(region: World, criteres: dict[str, Any], names: list[str]) -> None:
    await _five(region)
    assert await found(region, **criteres) == names


async def test_an_offer_says_all_that_it_is(region: World) -> None:
    await publish(
        region.database, "Unité", publics=["01"], competences=["42"], professions=["G15-60"], age_max=99,
        **contact("2", nom="Alix Abadir", fonction="03"),
    )  # fmt: skip
    [offre] = (await region.ok("lecteur", "GET", "/offres"))["elements"]
    assert offre["type_uo"]["libelle"] == "Unité d'enseignement externalisée"
    assert [code["libelle"] for code in offre["professions"]] == ["Infirmier"]
    assert (offre["age_min"], offre["age_max"], offre["discipline"]) == (60, 99, "MSS")
    assert (offre["etablissement"]["nom"], offre["finess"]) == ("EHPAD Les Tilleuls", EHPAD)
    assert (offre["commune"], offre["departement"]) == ("75013 PARIS", "75")
    assert offre["contact"] == "Alix Abadir · Cadre de santé · 0199001234"
    assert (offre["reserve"], offre["distance"]) == (None, None)


async def test_the_nearest_offers_come_first_and_none_is_further_than_asked(region: World) -> None:
    for nom, finess, commune in (
        ("À Marseille", AILLEURS, MARSEILLE), ("À Lyon", HOPITAL, LYON), ("À Villeurbanne", EHPAD, VILLEURBANNE),
    ):  # fmt: skip
        await publish(region.database, nom, finess)
        await move_to_commune(region.database, finess, commune)
    near = await region.ok("lecteur", "GET", "/offres", communes=VILLEURBANNE, distance=20)
    assert [(one["nom"], one["distance"] < 8) for one in near["elements"]] == [
        ("À Villeurbanne", True),
        ("À Lyon", True),
    ]
    assert near["elements"][0]["distance"] == 0
    assert near["total"] == 2
    assert await found(region, communes=[LYON], distance=1) == ["À Lyon"]
    assert await found(region, communes=[LYON]) == ["À Lyon"]
    assert (await region.ok("lecteur", "GET", "/professionnels", communes=LYON, distance=20))["total"] == 0


def test_the_distance_between_two_towns_is_that_of_the_maps() -> None:
    paris, lyon = point(48.8566, 2.3522), point(45.764, 4.8357)
    square = sum((getattr(paris, axis) - getattr(lyon, axis)) ** 2 for axis in "xyz")
    assert kilometres(square) == pytest.approx(391.5, abs=1)


@pytest.mark.parametrize("limite", [1, 2, 3])
@pytest.mark.parametrize("query", [{}, {"communes": LYON, "distance": "100"}, {"texte": "unite"}])
async def test_pages_give_everything_once_in_one_order(region: World, limite: int, query: dict[str, str]) -> None:
    random = Random(limite)
    for finess, commune in ((EHPAD, LYON), (HOPITAL, VILLEURBANNE), (MAS, LYON)):
        await move_to_commune(region.database, finess, commune)
        for _ in range(3):
            nom = f"Unité {random.choice('aàbé')}"
            await publish(region.database, nom, finess, professions=["G15-60"], **contact("1"))
    for what, total in (("offres", 9), ("professionnels", 18)):
        whole = await region.ok("lecteur", "GET", f"/{what}", **query)
        assert whole["total"] == total
        walked, curseur = [], None
        while True:
            more: dict[str, str] = {"curseur": curseur} if curseur else {}
            page = await region.ok("lecteur", "GET", f"/{what}", limite=limite, **query, **more)
            assert page["total"] == (None if curseur else total)
            walked += page["elements"]
            curseur = page["suivant"]
            if curseur is None:
                break
        assert walked == whole["elements"]


# --- People ---


async def test_professionals_are_the_contacts_of_units_and_the_professions_they_have(region: World) -> None:
    await publish(
        region.database, "Unité", professions=["G15-60", "R356-108"],
        **contact("2", nom="Alix Abadir", fonction="03"),
    )  # fmt: skip
    page = await region.ok("lecteur", "GET", "/professionnels")
    lines = [
        (
            one["nom"],
            (one["fonction"] or {}).get("libelle"),
            (one["profession"] or {}).get("libelle"),
            one["coordonnee"],
        )
        for one in page["elements"]
    ]
    assert lines == [
        ("Alix Abadir", "Cadre de santé", None, "0199001234"),
        ("", None, "Infirmier", "0199001234"),
        ("", None, "Psychiatre", "0199001234"),
    ]
    assert page["total"] == 3


@pytest.mark.parametrize(
    ("criteres", "lines"),
    [
        ({"texte": "abadir"}, ["Alix Abadir"]),
        ({"texte": "cadre sante alix"}, ["Alix Abadir"]),
        ({"texte": "psychiatre"}, ["Psychiatre"]),
        ({"texte": "psychiatre tilleuls"}, ["Psychiatre"]),
        ({"texte": "zebre"}, []),
        ({"professions": ["G15-60"]}, ["Infirmier"]),
        ({"professions": ["G15-10"]}, []),
        ({"publics": ["01"]}, ["Alix Abadir", "Infirmier", "Psychiatre"]),
    ],
)
async def test_professionals_are_found_by_name_function_profession_and_unit(
    region: World, criteres: dict[str, Any], lines: list[str]
) -> None:
    await publish(
        region.database, "Unité", professions=["G15-60", "R356-108"], publics=["01"],
        **contact("1", nom="Alix Abadir", fonction="03"),
    )  # fmt: skip
    page = await region.ok("lecteur", "GET", "/professionnels", **CriteresOffres(**criteres).query())
    assert [one["nom"] or one["profession"]["libelle"] for one in page["elements"]] == lines
    assert page["total"] == len(lines)


# --- What is hidden ---

SEES_ALL_OF_HOSPITAL = ("referent.hopital", "referent.ej", "direction", "sesan", "tutelle", "admin")


@pytest.mark.parametrize("who", ["lecteur", "referent.ehpad", "referent.ailleurs"])
async def test_a_sensitive_unit_is_not_even_counted_elsewhere(region: World, who: str) -> None:
    unit = await publish(
        region.database, "Secrète", HOPITAL, unite_sensible=True, professions=["G15-60"], **contact("1")
    )
    for what in ("offres", "professionnels"):
        for criteres in ({}, {"types": "56"}, {"activites": "293"}, {"texte": "secrete"}, {"texte": "infirmier"}):
            page = await region.ok(who, "GET", f"/{what}", **criteres)
            assert (page["elements"], page["total"]) == ([], 0)
        table = (await region.call(who, "GET", f"/{what}.csv")).text
        assert len(table.splitlines()) == 1
    fiche = await region.ok(who, "GET", f"/structures/{unit}")
    assert fiche["valeurs"] == {"nom": "Secrète", "unite_sensible": True}
    assert (fiche["discipline"], "sensible" in fiche["reserve"]) == (None, True)


async def test_the_tree_does_not_tell_the_type_of_a_sensitive_unit(region: World) -> None:
    await publish(region.database, "Secrète", HOPITAL, unite_sensible=True)
    await publish(region.database, "Unité", HOPITAL)
    lines = (await region.ok("lecteur", "GET", "/repertoire", sous=str(eg_id(HOPITAL))))["elements"]
    assert [(one["nom"], one["detail"], one["discipline"]) for one in lines] == [
        ("Secrète", "Unité sensible", None),
        ("Unité", "Unité d'enseignement externalisée", "MSS"),
    ]


@pytest.mark.parametrize("who", SEES_ALL_OF_HOSPITAL)
async def test_who_is_responsible_of_the_territory_sees_all_of_it(region: World, who: str) -> None:
    unit = await publish(region.database, "Secrète", HOPITAL, unite_sensible=True, **contact("3", nom="Zoé"))
    assert await found(region, who, types=["56"]) == ["Secrète"]
    assert await found(region, who, "professionnels", texte="zoe") == ["Zoé"]
    fiche = await region.ok(who, "GET", f"/structures/{unit}")
    assert (fiche["valeurs"]["contacts"][0]["telecoms"][0]["valeur"], fiche["reserve"]) == ("0199001234", None)


async def test_a_contact_of_level_three_is_hidden_and_cannot_be_guessed(region: World) -> None:
    unit = await publish(
        region.database,
        "Unité",
        HOPITAL,
        professions=["G15-60"],
        **contact("3", nom="Zoé", fonction="03"),
    )
    [offre] = (await region.ok("lecteur", "GET", "/offres"))["elements"]
    assert (offre["contact"], "niveau 3" in offre["reserve"]) == ("", True)
    people = await region.ok("lecteur", "GET", "/professionnels")
    assert [(one["profession"]["libelle"], one["coordonnee"]) for one in people["elements"]] == [("Infirmier", "")]
    for texte in ("zoe", "cadre", "0199001234"):
        for what in ("offres", "professionnels"):
            assert (await region.ok("lecteur", "GET", f"/{what}", texte=texte))["total"] == 0
            assert "Zoé" not in (await region.call("lecteur", "GET", f"/{what}.csv")).text
    fiche = await region.ok("lecteur", "GET", f"/structures/{unit}")
    assert not [champ for champ in fiche["valeurs"] if champ.startswith("contact")]
    assert fiche["reserve"] == offre["reserve"]


async def test_a_right_on_a_pole_shows_what_stands_below_it_and_no_more(region: World) -> None:
    pole = await publish_pole(region.database, "Pôle", HOPITAL)
    await publish(region.database, "Dedans", HOPITAL, under=pole, unite_sensible=True)
    await publish(region.database, "À côté", HOPITAL, unite_sensible=True)
    async with region.database.write() as tx:
        await add_account(tx, "du.pole", Grant(Role.REFERENT, Portee.STRUCTURE, str(pole)))
    assert await found(region, "du.pole") == ["Dedans"]


GRANTS = [
    Grant(role, portee, cible)
    for role in (Role.REFERENT, Role.LECTEUR, Role.GESTIONNAIRE_LITS)
    for portee, cible in (
        (Portee.REGION, None),
        (Portee.DEPARTEMENT, "75"),
        (Portee.DEPARTEMENT, "13"),
        (Portee.STRUCTURE, str(eg_id(EHPAD))),
        (Portee.STRUCTURE, str(eg_id(AILLEURS))),
    )
]


@pytest.mark.parametrize("grant", GRANTS, ids=[f"{one.role} {one.portee} {one.cible}" for one in GRANTS])
async def test_the_list_and_each_fiche_obey_the_same_rule(region: World, grant: Grant) -> None:
    units = {}
    for finess in (EHPAD, HOPITAL, AILLEURS):
        for sensitive in (False, True):
            for level in "123":
                nom = f"{finess} {sensitive} {level}"
                units[nom] = await publish(
                    region.database, nom, finess, unite_sensible=sensitive, **contact(level, nom=nom)
                )
    async with region.database.write() as tx:
        await add_account(tx, "quelqu.un", grant)
    listed = {one["nom"]: one["contact"] for one in (await region.ok("quelqu.un", "GET", "/offres"))["elements"]}
    people = {one["nom"] for one in (await region.ok("quelqu.un", "GET", "/professionnels"))["elements"]}
    for nom, unit in units.items():
        fiche = (await region.ok("quelqu.un", "GET", f"/structures/{unit}"))["valeurs"]
        assert (nom in listed) == ("type_uo" in fiche)
        assert (nom in people) == bool(listed.get(nom)) == ("contacts" in fiche)


# --- What is refused ---


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"types": "rien"}, "le code « rien » n'existe pas"),
        ({"professions": "10"}, "le code « 10 » n'existe pas"),
        ({"disciplines": "XXX"}, "n'existe pas"),
        ({"departements": "99"}, "n'existe pas"),
        ({"communes": "Lyon"}, "code INSEE"),
        ({"distance": "10"}, "autour d'une commune"),
        ({"distance": "10", "communes": f"{LYON},{MARSEILLE}"}, "une seule"),
        ({"distance": "10", "communes": "99999"}, "On ne sait pas où est la commune 99999"),
        ({"distance": "0", "communes": LYON}, "distance"),
        ({"age": "200"}, "age"),
        ({"age": "trois"}, "age"),
        ({"activites": ",".join(f"{number:03d}" for number in range(700))}, "c'est trop"),
        ({"texte": "x" * 201}, "trop long"),
        ({"curseur": "rien"}, "relancez"),
        ({"curseur": "WyJhIiwiYiJd"}, "relancez"),
    ],
)
async def test_what_cannot_be_understood_is_refused_with_a_sentence(
    region: World, query: dict[str, str], said: str
) -> None:
    for what in ("offres", "professionnels", "offres.csv", "professionnels.csv"):
        if "curseur" in query and what.endswith("csv"):
            continue
        answer = await get(region, f"/{what}", query)
        assert (answer.status_code, said in answer.json()["detail"]) == (422, True), answer.text


# --- The table ---


def _table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))


async def test_the_table_holds_codes_and_labels_and_no_formula(region: World) -> None:
    names = ["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", 'Unité ; « é" »', "Unité\tx"]
    for nom in names:
        await publish(region.database, nom, publics=["01", "03"], **contact("1", nom=nom))
    answer = await region.call("lecteur", "GET", "/offres.csv")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert 'filename="offres.csv"' in answer.headers["content-disposition"]
    rows = _table(answer.text)
    assert {row["Nom de l'unité"] for row in rows} == {"'=HYPERLINK(1)", "'+1", "'-1", "'@SUM(A1)", *names[4:]}
    assert {row["Codes des publics"] for row in rows} == {"01 | 03"}
    assert all(row["Publics"].startswith("Personnes âgées") for row in rows)
    assert {row["Contact"][:2] for row in rows} == {"'=", "'+", "'-", "'@", "Un"}
    people = _table((await region.call("lecteur", "GET", "/professionnels.csv")).text)
    assert {row["Nom"][:2] for row in people} == {"'=", "'+", "'-", "'@", "Un"}


async def test_the_table_has_every_line_whatever_its_length(region: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ror_server.services.offres.EXPORT_STEP", 2)
    monkeypatch.setattr("ror_server.exports.table.CHUNK", 3)
    await move_to_commune(region.database, EHPAD, LYON)
    for number in range(7):
        await publish(region.database, f"Unité {number}", professions=["G15-60"])
    for query in ({}, {"communes": LYON, "distance": "10"}):
        rows = _table((await get(region, "/offres.csv", query)).text)
        assert [row["Nom de l'unité"] for row in rows] == [f"Unité {number}" for number in range(7)]
        assert {row["Distance (km)"] for row in rows} == ({"0,0"} if query else {""})
        assert len(_table((await get(region, "/professionnels.csv", query)).text)) == 7
