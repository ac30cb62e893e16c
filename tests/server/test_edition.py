"""Modifying a published fiche directly, and what becomes of the open dossiers (guide §4c, A NOTER 7)."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from ror_server.domain.identifiers import structure_id
from ror_tui.api_client.models import Kind
from tests.server.test_conflits import asked
from tests.world import EHPAD, EJ, HOPITAL, World, eg_id

WHO = "referent.ehpad"


async def _draft(region: World, unit: str, **values: Any) -> str:
    dossier = str((await region.open_dossier(WHO, EHPAD, titre="Le mien", meme_si_ouvert=True))["id"])
    path = f"/dossiers/{dossier}/fiches/{unit}"
    saved = await region.ok(WHO, "PATCH", path, {"valeurs": values}, version=0)
    await region.ok(WHO, "POST", f"{path}/finaliser", version=saved["version"])
    return dossier


async def _edit(
    region: World, unit: str, *, who: str = WHO, answers: Any = (), status: int = 200, **values: Any
) -> Any:
    version = (await region.ok(WHO, "GET", f"/structures/{unit}"))["version"]
    body = {"valeurs": values, "repercussions": list(answers)}
    answer = await region.call(who, "PATCH", f"/structures/{unit}", body, version=version)
    assert answer.status_code == status, answer.text
    return answer.json()


def _all(problem: dict[str, Any], *, follow: bool) -> list[dict[str, Any]]:
    named = ("dossier_id", "champ", "version")
    return [{key: one[key] for key in named} | {"repercuter": follow} for one in problem["questions"]]


async def _fiche(region: World, dossier: str, unit: str) -> dict[str, Any]:
    return dict(await region.ok(WHO, "GET", f"/dossiers/{dossier}/fiches/{unit}"))


async def _pass(region: World, dossier: str) -> None:
    await region.step(WHO, dossier, "envoyer")
    await region.step("sesan", dossier, "valider")


async def test_an_edit_is_published_at_once_with_its_history_and_all_that_follows(region: World) -> None:
    unit = await region.publish("Unité A")
    after = await _edit(region, unit, nom="Unité Zébulon", age_max=99)
    assert (after["nom"], after["valeurs"]["age_max"], after["version"], after["maj_par"]) == (
        "Unité Zébulon",
        99,
        2,
        "REFERENT.EHPAD",
    )
    found = await region.ok(WHO, "GET", "/recherche", q="zebulon")
    assert [one["noeud"]["id"] for one in found["elements"]] == [unit]
    offers = await region.ok(WHO, "GET", "/offres", texte="zebulon")
    assert [one["id"] for one in offers["elements"]] == [unit]


async def test_the_discipline_of_a_unit_goes_up_the_tree(region: World) -> None:
    unit = await region.publish("Unité A", discipline="MSS")
    await _edit(region, unit, discipline="SSR")
    tree = await region.ok(WHO, "GET", "/repertoire", disciplines="SSR", sous=f"{eg_id(EHPAD)}")
    assert [one["id"] for one in tree["elements"]] == [unit]


@pytest.mark.parametrize("champ", ["adresse", "finess", "siret", "raison_sociale"])
async def test_what_comes_from_the_legal_record_is_locked_and_says_whom_to_ask(region: World, champ: str) -> None:
    unit = await region.publish("Unité A")
    refused = await _edit(region, unit, status=403, **{champ: "x"})
    assert (refused["type"], "01 83 76 30 31" in refused["detail"]) == ("urn:ror:probleme:champ-verrouille", True)


async def test_the_type_of_a_unit_changes_in_a_dossier_only(region: World) -> None:
    unit = await region.publish("Unité A")
    refused = await _edit(region, unit, status=403, type_uo="57")
    assert (refused["type"], "dossier collaboratif" in refused["detail"]) == (
        "urn:ror:probleme:dossier-seulement",
        True,
    )


async def test_a_fiche_keeps_its_rules_and_old_faults_are_no_obstacle(region: World) -> None:
    unit = await region.publish("Unité A", age_max=90)
    refused = await _edit(region, unit, status=422, age_min=95)
    assert [one["pointer"] for one in refused["errors"]] == ["/valeurs/age_max"]
    refused = await _edit(region, unit, status=422, nom="")
    assert [one["pointer"] for one in refused["errors"]] == ["/valeurs/nom"]


async def test_a_stale_edit_shows_what_moved_and_who_moved_it(region: World) -> None:
    unit = await region.publish("Unité A")
    await _edit(region, unit, age_max=99)
    answer = await region.call(WHO, "PATCH", f"/structures/{unit}", {"valeurs": {"age_max": 98}}, version=1)
    assert (answer.status_code, answer.json()["modifie_par"], answer.json()["valeurs"]["age_max"]) == (
        412,
        "REFERENT.EHPAD",
        99,
    )
    assert (await region.call(WHO, "PATCH", f"/structures/{unit}", {"valeurs": {}})).status_code == 428


async def test_legal_entities_are_not_modified_here(region: World) -> None:
    answer = await region.call(
        "referent.ej", "PATCH", f"/structures/{structure_id(Kind.EJ, EJ)}", {"valeurs": {}}, version=1
    )
    assert (answer.status_code, "FINESS" in answer.json()["detail"]) == (409, True)


async def test_nothing_is_asked_of_fields_that_no_dossier_touches_and_nothing_erases_them(region: World) -> None:
    unit = await region.publish("Unité A")
    dossier = await _draft(region, unit, age_min=65)
    await _edit(region, unit, age_max=99)
    await _pass(region, dossier)
    valeurs = (await region.ok(WHO, "GET", f"/structures/{unit}"))["valeurs"]
    assert (valeurs["age_min"], valeurs["age_max"]) == (65, 99)


async def test_a_field_that_a_dossier_touches_is_asked_and_nothing_is_written_before_the_answer(region: World) -> None:
    unit = await region.publish("Unité A")
    dossier = await _draft(region, unit, age_min=65, age_max=99)
    problem = await _edit(region, unit, status=409, age_min=55, nom="Unité B")
    [question] = problem["questions"]
    assert (question["dossier_titre"], question["libelle"], question["directe_texte"], question["dossier_texte"]) == (
        "Le mien",
        "Âge minimum",
        "55 ans",
        "65 ans",
    )
    assert (await region.ok(WHO, "GET", f"/structures/{unit}"))["version"] == 1
    await _edit(region, unit, answers=_all(problem, follow=True), age_min=55, nom="Unité B")
    assert (await _fiche(region, dossier, unit))["valeurs"]["age_min"] == 55
    assert await asked(region, dossier) == []
    await _pass(region, dossier)
    valeurs = (await region.ok(WHO, "GET", f"/structures/{unit}"))["valeurs"]
    assert [valeurs[key] for key in ("nom", "age_min", "age_max")] == ["Unité B", 55, 99]


async def test_no_means_that_the_dossier_wins_says_so_and_is_never_asked_again_for_that_version(region: World) -> None:
    unit = await region.publish("Unité A")
    dossier = await _draft(region, unit, age_min=65)
    problem = await _edit(region, unit, status=409, age_min=55)
    await _edit(region, unit, answers=_all(problem, follow=False), age_min=55)
    assert await asked(region, dossier) == []
    fiche = await _fiche(region, dossier, unit)
    assert (fiche["valeurs"]["age_min"], fiche["etat"]) == (65, "finalisee")
    tree = (await region.ok(WHO, "GET", f"/dossiers/{dossier}/differences"))["noeuds"]
    [replaced] = [one for node in tree for one in node["remplacements"]]
    assert (replaced["publie"], replaced["dossier"], replaced["par"]) == ("55 ans", "65 ans", "REFERENT.EHPAD")
    assert "Sera remplacé à l'intégration du dossier : « Âge minimum », publié par REFERENT.EHPAD" in fiche["bandeau"]
    banner = (await region.ok(WHO, "GET", f"/dossiers/{dossier}"))["bandeau"]
    assert "remplacera une valeur publiée depuis" in banner
    again = await _edit(region, unit, status=409, age_min=50)
    assert [one["champ"] for one in again["questions"]] == ["age_min"]
    await _pass(region, dossier)
    assert (await region.ok(WHO, "GET", f"/structures/{unit}"))["valeurs"]["age_min"] == 65


async def test_a_dossier_that_follows_everything_leaves_the_fiche_as_it_is_published(region: World) -> None:
    unit = await region.publish("Unité A")
    dossier = await _draft(region, unit, age_min=65)
    problem = await _edit(region, unit, status=409, age_min=55)
    await _edit(region, unit, answers=_all(problem, follow=True), age_min=55)
    assert (await region.nodes(WHO, dossier))[unit]["etat"] == "inchangee"
    gestes = (await region.ok(WHO, "GET", f"/dossiers/{dossier}/gestes"))["gestes"]
    assert "Répercussion" in gestes[0]["libelle"]


async def test_an_answer_given_to_another_version_of_the_dossier_is_asked_again(region: World) -> None:
    unit = await region.publish("Unité A")
    dossier = await _draft(region, unit, age_min=65)
    problem = await _edit(region, unit, status=409, age_min=55)
    version = (await _fiche(region, dossier, unit))["version"]
    path = f"/dossiers/{dossier}/fiches/{unit}"
    await region.ok(WHO, "PATCH", path, {"valeurs": {"age_min": 70}}, version=version)
    again = await _edit(region, unit, answers=_all(problem, follow=True), status=409, age_min=55)
    assert [one["dossier_texte"] for one in again["questions"]] == ["70 ans"]


async def test_two_dossiers_are_asked_each_for_its_own(region: World) -> None:
    unit = await region.publish("Unité A")
    one, two = await _draft(region, unit, age_min=65), await _draft(region, unit, age_min=70)
    problem = await _edit(region, unit, status=409, age_min=55)
    answers = _all(problem, follow=True)
    assert {answer["dossier_id"] for answer in answers} == {one, two}
    answers[1]["repercuter"] = False
    await _edit(region, unit, answers=answers, age_min=55)
    kept = {where: (await _fiche(region, where, unit))["valeurs"]["age_min"] for where in (one, two)}
    assert sorted(kept.values()) in ([55, 65], [55, 70])


async def test_a_dossier_that_waits_for_its_level_is_asked_too_and_its_approval_no_longer_holds(region: World) -> None:
    who = "referent.hopital"
    first = str((await region.open_dossier(who, HOPITAL))["id"])
    [unit] = await region.add(who, first, eg_id(HOPITAL))
    await region.fill(who, first, unit, nom="Unité A")
    for actor, action in ((who, "envoyer"), ("direction", "envoyer"), ("sesan", "valider")):
        await region.step(actor, first, action)
    dossier = str((await region.open_dossier(who, HOPITAL, titre="Le mien"))["id"])
    path = f"/dossiers/{dossier}/fiches/{unit}"
    saved = await region.ok(who, "PATCH", path, {"valeurs": {"age_min": 65, "age_max": 99}}, version=0)
    await region.ok(who, "POST", f"{path}/finaliser", version=saved["version"])
    await region.step(who, dossier, "envoyer")
    await region.step("direction", dossier, "envoyer")
    banner = (await region.ok(who, "GET", f"/structures/{unit}"))["bandeau"]
    assert "qui attend SESAN" in banner
    problem = await _edit(region, unit, who=who, status=409, age_min=55)
    await _edit(region, unit, who=who, answers=_all(problem, follow=True), age_min=55)
    version = (await region.ok("sesan", "GET", f"/dossiers/{dossier}"))["version"]
    refused = await region.call("sesan", "POST", f"/dossiers/{dossier}/valider", version=version)
    assert refused.status_code == 409


async def test_the_banner_says_what_would_be_replaced_and_by_whom(region: World) -> None:
    unit, other = await region.publish("Unité A"), await region.publish("Unité B")
    assert (await region.ok(WHO, "GET", f"/structures/{unit}"))["bandeau"] is None
    await _draft(region, unit, age_min=65)
    banner = (await region.ok(WHO, "GET", f"/structures/{unit}"))["bandeau"]
    assert "« Le mien », de REFERENT.EHPAD, y remplacera « Âge minimum »." in banner
    banner = (await region.ok(WHO, "GET", f"/structures/{other}"))["bandeau"]
    assert "ne la modifie pas" in banner
    assert (await region.ok("lecteur", "GET", f"/structures/{unit}"))["bandeau"] is None


async def test_an_edit_and_a_validation_at_once_lose_nothing_whoever_comes_first(region: World) -> None:
    unit = await region.publish("Unité A")
    dossier = await _draft(region, unit, age_min=65)
    sent = await region.step(WHO, dossier, "envoyer")
    body = {"valeurs": {"age_max": 99}}
    edited, validated = await asyncio.gather(
        region.call(WHO, "PATCH", f"/structures/{unit}", body, version=1),
        region.call("sesan", "POST", f"/dossiers/{dossier}/valider", version=sent["version"]),
    )
    assert validated.status_code == 200, validated.text
    valeurs = (await region.ok(WHO, "GET", f"/structures/{unit}"))["valeurs"]
    assert valeurs["age_min"] == 65
    assert (edited.status_code, valeurs.get("age_max")) in ((200, 99), (412, None), (409, None))
