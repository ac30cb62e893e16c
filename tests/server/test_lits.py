"""Beds and places: typed for a whole establishment at once, kept, told live (DOMAIN §7)."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from ror_server.domain.identifiers import structure_id
from ror_server.domain.rights import Grant
from ror_tui.api_client.models import Kind, Portee, Role
from tests.world import EHPAD, EJ, World, add_account, eg_id

WHO = "lits"
LITS = f"/structures/{eg_id(EHPAD)}/lits"
INSTALLES, DISPONIBLES, OCCUPES = "01", "02", "03"


def beds(**figures: int) -> list[dict[str, Any]]:
    """Give figures by name of status."""
    codes = {"installes": INSTALLES, "disponibles": DISPONIBLES, "occupes": OCCUPES}
    return [{"statut": codes[name], "nombre": count} for name, count in figures.items()]


def one(unit: str, version: int, *capacites: Any) -> dict[str, Any]:
    """Give the figures of a unit as they are typed."""
    return {"unites": [{"id": unit, "version": version, "capacites": list(capacites)}]}


async def units(region: World, who: str = WHO) -> dict[str, dict[str, Any]]:
    """Give the units of the EHPAD with their figures, by id."""
    return {unit["id"]: unit for unit in (await region.ok(who, "GET", LITS))["unites"]}


async def test_a_whole_establishment_is_typed_at_once_and_read_back_with_who_and_when(region: World) -> None:
    first, second = await region.publish("Unité A"), await region.publish("Unité B")
    before = await units(region)
    assert [(unit["nom"], unit["version"], unit["capacites"]) for unit in before.values()] == [
        ("Unité A", 0, []),
        ("Unité B", 0, []),
    ]
    body = {
        "unites": [
            {"id": first, "version": 0, "capacites": beds(installes=20, disponibles=3, occupes=17)},
            {"id": second, "version": 0, "capacites": [{"nature": "02", "statut": INSTALLES, "nombre": 6}]},
        ]
    }
    await region.ok(WHO, "PUT", LITS, body)
    after = await units(region, "lecteur")
    assert [one["nombre"] for one in after[first]["capacites"]] == [20, 3, 17]
    assert (after[first]["version"], after[first]["par"], after[first]["source"]) == (1, "LITS", "01")
    assert after[first]["le"].startswith("2026-11-23T09:00")
    assert after[second]["capacites"][0] | {} == after[second]["capacites"][0] | {"nature": "02", "nombre": 6}
    fiche = await region.ok("lecteur", "GET", f"/structures/{first}")
    assert [(total["statut"], total["nombre"]) for total in fiche["lits"]["totaux"]] == [
        ("01", 20),
        ("02", 3),
        ("03", 17),
    ]
    assert (fiche["lits"]["par"], fiche["lits"]["a_jour"], fiche["version"]) == ("LITS", True, 1)
    assert "il faut un compte" in fiche["lits"]["refus"]
    whole = (await region.ok(WHO, "GET", f"/structures/{eg_id(EHPAD)}"))["lits"]
    assert (whole["unites"], whole["refus"], len(whole["totaux"])) == (2, None, 4)


async def test_what_somebody_else_typed_meanwhile_refuses_all_and_shows_it(region: World) -> None:
    first, second = await region.publish("Unité A"), await region.publish("Unité B")
    await region.ok("referent.ehpad", "PUT", LITS, one(first, 0, *beds(disponibles=5)))
    both = {"unites": [one(second, 0, *beds(disponibles=1))["unites"][0], one(first, 0)["unites"][0]]}
    answer = await region.call(WHO, "PUT", LITS, both)
    problem = answer.json()
    assert (answer.status_code, problem["modifie_par"], problem["etag"]) == (412, "REFERENT.EHPAD", '"1"')
    assert [(unit["id"], unit["capacites"][0]["nombre"], unit["par"]) for unit in problem["lits"]] == [
        (first, 5, "REFERENT.EHPAD")
    ]
    assert "Unité A" in problem["detail"]
    assert (await units(region))[second]["version"] == 0


async def test_the_same_figures_confirm_them_and_the_history_says_what_was_there(region: World) -> None:
    unit = await region.publish("Unité A")
    await region.ok(WHO, "PUT", LITS, one(unit, 0, *beds(installes=20, disponibles=3)))
    region.clock.forward(hours=25)
    region.tokens.clear()
    assert (await region.ok("lecteur", "GET", f"/structures/{unit}"))["lits"]["a_jour"] is False
    await region.ok("referent.ehpad", "PUT", LITS, one(unit, 1, *beds(disponibles=3, installes=20)))
    await region.ok(WHO, "PUT", LITS, one(unit, 2, *beds(installes=20)))
    now = (await units(region))[unit]
    assert (now["version"], now["par"], now["le"][:16]) == (3, "LITS", "2026-11-24T10:00")
    past = (await region.ok("lecteur", "GET", f"{LITS}/historique"))["elements"]
    told = [
        (one["version"], one["par"], len(one["avant"]), len(one["apres"]), one["avant"] == one["apres"]) for one in past
    ]
    assert told == [
        (3, "LITS", 2, 1, False),
        (2, "REFERENT.EHPAD", 2, 2, True),
        (1, "LITS", 0, 2, False),
    ]
    page = await region.ok("lecteur", "GET", f"{LITS}/historique", limite=2)
    rest = await region.ok("lecteur", "GET", f"{LITS}/historique", avant=page["suivant"])
    assert ([one["version"] for one in rest["elements"]], rest["suivant"]) == ([1], None)


async def test_a_save_that_is_sent_again_is_made_once(region: World) -> None:
    unit = await region.publish("Unité A")
    body, key = one(unit, 0, *beds(disponibles=3)), str(uuid4())
    first = await region.call(WHO, "PUT", LITS, body, key=key)
    again = await region.call(WHO, "PUT", LITS, body, key=key)
    assert (again.json(), again.headers["Idempotency-Replayed"]) == (first.json(), "true")
    assert (await units(region))[unit]["version"] == 1


FORBIDDEN = [
    ({"statut": "05", "nombre": 2}, "fermeture", "type de fermeture"),
    ({"statut": "06", "nombre": 2}, "supplementaire", "ont un type"),
    ({"statut": "06", "nature": "02", "supplementaire": "01", "nombre": 2}, "nature", "que de lits"),
    ({"statut": "01", "temporalite": "03", "nombre": 2}, "temporalite", "ne se prévoit pas"),
    ({"statut": "03", "genre": "01", "nombre": 2}, "genre", "genre"),
    ({"statut": "02", "fermeture": "01", "nombre": 2}, "fermeture", "ne se dit pas"),
    ({"statut": "02", "affectation": "99", "nombre": 2}, "affectation", "JDV_J195"),
]


async def test_figures_that_do_not_go_together_are_refused_by_pointer_and_nothing_is_written(region: World) -> None:
    first, second = await region.publish("Unité A"), await region.publish("Unité B")
    good = one(second, 0, *beds(disponibles=1))["unites"][0]
    for figure, part, words in FORBIDDEN:
        body = {"unites": [good, one(first, 0, *beds(installes=4), figure)["unites"][0]]}
        answer = await region.call(WHO, "PUT", LITS, body)
        [fault] = answer.json()["errors"]
        assert (answer.status_code, fault["pointer"]) == (422, f"/unites/1/capacites/1/{part}"), answer.text
        assert words in fault["message"]
    twice = await region.call(WHO, "PUT", LITS, one(first, 0, *beds(installes=4), *beds(installes=5)))
    stranger = await region.call(WHO, "PUT", LITS, one(str(uuid4()), 0))
    assert [error["pointer"] for answer in (twice, stranger) for error in answer.json()["errors"]] == [
        "/unites/0/capacites/1",
        "/unites/0/id",
    ]
    assert all(unit["version"] == 0 for unit in (await units(region)).values())


async def test_closed_and_supplementary_beds_with_their_types_and_forecasts_are_taken(region: World) -> None:
    unit = await region.publish("Unité A")
    figures = [
        *beds(installes=20, disponibles=3),
        {"statut": "05", "fermeture": "01", "nombre": 2},
        {"statut": "05", "fermeture": "02", "nombre": 1},
        {"statut": "06", "supplementaire": "01", "crise": "02", "nombre": 4},
        {"statut": "02", "temporalite": "03", "genre": "01", "nombre": 1},
    ]
    await region.ok(WHO, "PUT", LITS, one(unit, 0, *figures))
    assert len((await units(region))[unit]["capacites"]) == 6
    total = (await region.ok(WHO, "GET", f"/structures/{unit}"))["lits"]["totaux"]
    assert {one["statut"]: one["nombre"] for one in total} == {"01": 20, "02": 3, "05": 3, "06": 4}


async def test_more_beds_than_there_are_is_a_warning_and_no_refusal(region: World) -> None:
    unit = await region.publish("Unité A")
    await region.ok(WHO, "PUT", LITS, one(unit, 0, *beds(installes=20, disponibles=4, occupes=17)))
    [warning] = (await units(region))[unit]["avertissements"]
    assert "21 lits" in warning
    assert "moins les fermés : 20" in warning


async def test_a_manager_of_another_place_reads_and_may_not_type(region: World) -> None:
    unit = await region.publish("Unité A")
    async with region.database.write() as tx:
        await add_account(tx, "lits.sud", Grant(Role.GESTIONNAIRE_LITS, Portee.DEPARTEMENT, "13"))
        await add_account(tx, "lits.unite", Grant(Role.GESTIONNAIRE_LITS, Portee.STRUCTURE, unit))
    read = await region.ok("lits.sud", "GET", LITS)
    assert "hors de votre territoire" in read["refus"]
    refused = await region.call("lits.sud", "PUT", LITS, one(unit, 0))
    assert (refused.status_code, "Unité A" in refused.json()["detail"]) == (403, True)
    other = await region.publish("Unité B")
    told = await units(region, "lits.unite")
    assert (told[unit]["refus"], "hors de votre territoire" in told[other]["refus"]) == (None, True)
    await region.ok("lits.unite", "PUT", LITS, one(unit, 0, *beds(disponibles=1)))
    assert (await region.call("lits.unite", "PUT", LITS, one(other, 0))).status_code == 403


async def test_the_beds_of_a_sensitive_unit_are_for_its_territory(region: World) -> None:
    unit = await region.publish("Unité A", unite_sensible=True)
    await region.ok(WHO, "PUT", LITS, one(unit, 0, *beds(disponibles=3)))
    hidden = (await units(region, "lecteur"))[unit]
    assert (hidden["capacites"], hidden["version"], "sensible" in hidden["reserve"]) == ([], 0, True)
    assert (await region.ok("lecteur", "GET", f"/structures/{eg_id(EHPAD)}"))["lits"]["totaux"] == []
    assert (await region.ok("lecteur", "GET", f"{LITS}/historique"))["elements"] == []
    assert (await units(region))[unit]["capacites"][0]["nombre"] == 3


async def test_a_deleted_unit_is_no_longer_typed_and_a_legal_entity_never_is(region: World) -> None:
    unit = await region.publish("Unité A")
    await region.ok(WHO, "PUT", LITS, one(unit, 0, *beds(disponibles=3)))
    await region.delete(unit)
    assert await units(region) == {}
    assert "décrivez-les" in (await region.ok(WHO, "GET", LITS))["refus"]
    assert (await region.call(WHO, "GET", f"/structures/{unit}/lits")).status_code == 410
    answer = await region.call(WHO, "GET", f"/structures/{structure_id(Kind.EJ, EJ)}/lits")
    assert (answer.status_code, "établissement" in answer.json()["detail"]) == (409, True)


@pytest.mark.parametrize("who", ["lecteur", "referent.ailleurs"])
async def test_those_who_watch_are_told_at_once_without_a_figure(region: World, who: str) -> None:
    unit = await region.publish("Unité A")
    token = await region.login(who)
    headers = {"Authorization": f"Bearer {token}"}
    async with region.http.stream("GET", "/v1/evenements", headers=headers) as stream:
        lines = stream.aiter_lines()
        async for line in lines:
            if line.startswith("data:"):
                break
        await region.ok(WHO, "PUT", LITS, one(unit, 0, *beds(disponibles=3)))
        told = [line async for line in _until_lits(lines)]
    assert str(eg_id(EHPAD)) in told[-1]
    assert '"acteur":"LITS"' in told[-1]
    assert "nombre" not in told[-1]


async def _until_lits(lines: Any) -> Any:
    kind = ""
    async for line in lines:
        kind = line if line.startswith("event:") else kind
        yield line
        if kind == "event: lits" and line.startswith("data:"):
            return
