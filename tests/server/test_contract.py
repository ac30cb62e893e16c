"""ETag and If-Match, Idempotency-Key, problem+json, OpenAPI."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from uuid import uuid4

import pytest

from ror_server.app import contract
from ror_tui.api_client.models import Probleme
from tests.world import EHPAD, HOPITAL, PASSWORD, World, eg_id

ROOT = Path(__file__).parent.parent.parent


async def _draft(region: World) -> tuple[str, str]:
    dossier = (await region.open_dossier("referent.ehpad", EHPAD))["id"]
    [fiche] = await region.add("referent.ehpad", dossier, eg_id(EHPAD))
    return dossier, fiche


async def test_a_fiche_saved_from_two_clients_keeps_both_and_says_who_moved(region: World) -> None:
    dossier, fiche = await _draft(region)
    path = f"/dossiers/{dossier}/fiches/{fiche}"
    first = await region.call("referent.ehpad", "PATCH", path, {"valeurs": {"nom": "Unité A"}}, version=1)
    second = await region.call("referent.ej", "PATCH", path, {"valeurs": {"nom": "Unité B"}}, version=1)
    assert (first.status_code, first.headers["etag"]) == (200, '"2"')
    assert second.status_code == 412
    problem = Probleme.model_validate(second.json())
    assert (problem.etag, problem.modifie_par) == ('"2"', "REFERENT.EHPAD")
    assert problem.valeurs is not None
    assert problem.valeurs["nom"] == "Unité A"
    assert (await region.ok("referent.ehpad", "GET", path))["valeurs"]["nom"] == "Unité A"


async def test_two_writers_at_the_same_instant_never_both_win(region: World) -> None:
    dossier, fiche = await _draft(region)
    path = f"/dossiers/{dossier}/fiches/{fiche}"
    bodies = [{"valeurs": {"nom": f"Unité {rank}"}} for rank in range(8)]
    await region.login("referent.ehpad")
    answers = await asyncio.gather(*(region.call("referent.ehpad", "PATCH", path, body, version=1) for body in bodies))
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 7
    winner = next(answer.json() for answer in answers if answer.status_code == 200)
    assert (await region.ok("referent.ehpad", "GET", path))["valeurs"]["nom"] == winner["valeurs"]["nom"]


async def test_two_people_fill_two_fiches_of_one_dossier_at_once(region: World) -> None:
    dossier = (await region.open_dossier("referent.ehpad", EHPAD))["id"]
    fiches = await region.add("referent.ehpad", dossier, eg_id(EHPAD), count=6)
    await region.login("referent.ehpad")
    await region.login("referent.ej")
    who = ["referent.ehpad", "referent.ej"] * 3
    done = await asyncio.gather(*(region.fill(one, dossier, fiche) for one, fiche in zip(who, fiches, strict=True)))
    assert {fiche["etat"] for fiche in done} == {"finalisee"}
    assert (await region.ok("referent.ehpad", "GET", f"/dossiers/{dossier}"))["progres"] == {
        "finalisees": 6,
        "total": 6,
    }


async def test_a_change_without_a_version_is_refused(region: World) -> None:
    dossier, fiche = await _draft(region)
    answer = await region.call("referent.ehpad", "PATCH", f"/dossiers/{dossier}/fiches/{fiche}", {"valeurs": {}})
    assert (answer.status_code, answer.headers["content-type"]) == (428, "application/problem+json")


async def test_the_same_post_sent_twice_acts_once_and_answers_the_same(region: World) -> None:
    body = {"id": str(uuid4()), "structure_id": str(eg_id(EHPAD))}
    key = str(uuid4())
    first = await region.call("referent.ehpad", "POST", "/dossiers", body, key=key)
    again = await region.call("referent.ehpad", "POST", "/dossiers", body, key=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.headers["idempotency-replayed"] == "true"
    assert (first.text, first.headers["etag"]) == (again.text, again.headers["etag"])
    assert len((await region.ok("referent.ehpad", "GET", "/dossiers"))["elements"]) == 1


async def test_the_same_post_sent_at_the_same_instant_acts_once(region: World) -> None:
    dossier, _ = await _draft(region)
    body = {"kind": "uo", "parent_id": str(eg_id(EHPAD)), "ids": [str(uuid4())]}
    key = str(uuid4())
    answers = await asyncio.gather(
        *(region.call("referent.ehpad", "POST", f"/dossiers/{dossier}/fiches", body, key=key) for _ in range(5))
    )
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert len(await region.nodes("referent.ehpad", dossier)) == 3


async def test_a_key_used_for_another_request_is_refused(region: World) -> None:
    dossier, _ = await _draft(region)
    key = str(uuid4())
    path = f"/dossiers/{dossier}/fiches"
    bodies = [{"kind": "uo", "parent_id": str(eg_id(EHPAD)), "ids": [str(uuid4())]} for _ in range(2)]
    assert (await region.call("referent.ehpad", "POST", path, bodies[0], key=key)).status_code == 201
    refused = await region.call("referent.ehpad", "POST", path, bodies[1], key=key)
    assert refused.status_code == 422
    assert refused.json()["type"] == "urn:ror:probleme:idempotence"


async def test_a_refused_post_leaves_no_answer_behind(region: World) -> None:
    dossier, fiche = await _draft(region)
    key = str(uuid4())
    path = f"/dossiers/{dossier}/fiches/{fiche}"
    refused = await region.call("referent.ehpad", "POST", f"{path}/finaliser", key=key, version=1)
    assert refused.status_code == 409
    await region.call("referent.ehpad", "PATCH", path, {"valeurs": {"nom": "Unité"}}, version=1)
    again = await region.call("referent.ehpad", "POST", f"{path}/finaliser", key=key, version=2)
    assert (again.status_code, "obligatoire" in again.text) == (422, True)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/rien", 404),
        ("PUT", "/dossiers", 405),
        ("GET", "/dossiers/pas-un-uuid", 422),
        ("GET", "/repertoire?limite=501", 422),
        ("GET", "/repertoire?sous=dep:75&curseur=faux", 422),
        ("GET", "/dossiers?curseur=WyJhIiwiYiJd", 422),
        ("GET", "/repertoire?disciplines=XYZ", 422),
        ("GET", "/repertoire?sous=nimporte", 404),
        ("GET", "/structures/00000000-0000-4000-8000-000000000000", 404),
        ("GET", "/nomenclatures/..%2Fsecret", 404),
        ("GET", "/nomenclatures/departements", 404),
        ("GET", "/nomenclatures/JDV_J0", 404),
    ],
)
async def test_every_refusal_is_a_french_problem_with_the_request_id(
    region: World, method: str, path: str, status: int
) -> None:
    answer = await region.call("lecteur", method, path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    problem = Probleme.model_validate(answer.json())
    assert problem.requete == answer.headers["x-request-id"]
    assert problem.detail.endswith(".") or "–" in problem.detail
    if status == 405:
        assert answer.headers["allow"]


async def test_nomenclatures_are_read_once_thanks_to_their_etag(region: World) -> None:
    first = await region.call("lecteur", "GET", "/nomenclatures/JDV_J238")
    token = await region.login("lecteur")
    headers = {"Authorization": f"Bearer {token}", "If-None-Match": first.headers["etag"]}
    again = await region.http.get("/v1/nomenclatures/JDV_J238", headers=headers)
    assert len(first.json()["codes"]) == 307
    assert (again.status_code, again.content) == (304, b"")


async def test_a_session_ends_when_it_is_closed_and_when_it_expires(region: World) -> None:
    await region.ok("lecteur", "DELETE", "/session")
    assert (await region.call("lecteur", "GET", "/moi")).status_code == 401
    await region.login("sesan")
    region.clock.forward(hours=11)
    expired = await region.call("sesan", "GET", "/moi")
    assert (expired.status_code, expired.headers["www-authenticate"]) == (401, "Bearer")


async def test_failed_logins_slow_down_then_are_forgotten(region: World) -> None:
    wrong = {"identifiant": "sesan", "mot_de_passe": "faux"}
    statuses = [(await region.http.post("/v1/session", json=wrong)).status_code for _ in range(6)]
    assert statuses == [401, 401, 401, 401, 401, 429]
    right = {"identifiant": "Sesan ", "mot_de_passe": PASSWORD}
    waiting = await region.http.post("/v1/session", json=right)
    assert (waiting.status_code, waiting.headers["retry-after"]) == (429, "2")
    region.clock.forward(seconds=3)
    assert (await region.http.post("/v1/session", json=right)).status_code == 201
    assert (await region.http.post("/v1/session", json=wrong)).status_code == 401


async def test_an_unknown_account_is_told_the_same_as_a_wrong_password(region: World) -> None:
    answers = [
        await region.http.post("/v1/session", json={"identifiant": who, "mot_de_passe": "faux"})
        for who in ("sesan", "inconnu")
    ]
    assert len({answer.json()["detail"] for answer in answers}) == 1
    assert "faux" not in answers[0].text


HOSTILE = [
    "[/",
    "[red]rouge[/red]",
    "\x1b[31mrouge\x1b[0m",
    "a\tb\nc",
    "é" * 255,
    "\u202egauche",
    "💊🏥",
    "' OR 1=1 --",
]


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
async def test_a_hostile_name_is_kept_without_its_control_characters(region: World, name: str) -> None:
    dossier, fiche = await _draft(region)
    path = f"/dossiers/{dossier}/fiches/{fiche}"
    saved = await region.ok("referent.ehpad", "PATCH", path, {"valeurs": {"nom": name}}, version=1)
    kept = saved["valeurs"]["nom"]
    assert kept
    assert not any(ord(char) < 32 or char in "\x7f\u202e" for char in kept)


async def test_a_name_too_long_or_of_the_wrong_type_is_refused_by_its_field(region: World) -> None:
    dossier, fiche = await _draft(region)
    path = f"/dossiers/{dossier}/fiches/{fiche}"
    values = {"nom": "x" * 300, "age_min": "douze", "activites": "293", "unite_sensible": "oui", "rien": 1}
    refused = await region.call("referent.ehpad", "PATCH", path, {"valeurs": values}, version=1)
    assert refused.status_code == 422
    assert {error["pointer"] for error in refused.json()["errors"]} == {f"/valeurs/{name}" for name in values}
    assert (await region.ok("referent.ehpad", "GET", path))["version"] == 1


async def test_a_dossier_cannot_be_sent_before_every_fiche_is_green(region: World) -> None:
    dossier = (await region.open_dossier("referent.hopital", HOPITAL))["id"]
    empty = await region.call("referent.hopital", "POST", f"/dossiers/{dossier}/envoyer", version=1)
    await region.add("referent.hopital", dossier, eg_id(HOPITAL), count=2)
    missing = await region.call("referent.hopital", "POST", f"/dossiers/{dossier}/envoyer", version=2)
    assert (empty.status_code, missing.status_code) == (409, 409)
    assert "2 fiches ne sont pas finalisées" in missing.json()["detail"]


async def test_a_sent_dossier_cannot_be_changed_until_it_is_withdrawn(region: World) -> None:
    dossier, fiche = await _draft(region)
    await region.fill("referent.ehpad", dossier, fiche)
    await region.step("referent.ehpad", dossier, "envoyer")
    path = f"/dossiers/{dossier}/fiches/{fiche}"
    locked = await region.call("referent.ehpad", "PATCH", path, {"valeurs": {"nom": "Autre"}}, version=3)
    assert (locked.status_code, "retirez-le" in locked.json()["detail"]) == (409, True)
    await region.step("referent.ehpad", dossier, "retirer")
    assert (
        await region.call("referent.ehpad", "PATCH", path, {"valeurs": {"nom": "Autre"}}, version=3)
    ).status_code == 200


async def test_one_open_dossier_is_proposed_before_a_second_one(region: World) -> None:
    dossier, _ = await _draft(region)
    body = {"id": str(uuid4()), "structure_id": str(eg_id(EHPAD)), "titre": "Deuxième"}
    refused = await region.call("referent.ej", "POST", "/dossiers", body)
    assert (refused.status_code, refused.json()["dossier_id"]) == (409, dossier)
    second = await region.ok("referent.ej", "POST", "/dossiers", body | {"meme_si_ouvert": True})
    assert second["titre"] == "Deuxième"


def test_the_committed_openapi_document_is_the_server_s_own() -> None:
    committed = (ROOT / "docs" / "openapi.json").read_text()
    assert json.loads(committed)["openapi"] == "3.1.0"
    assert committed == contract()
