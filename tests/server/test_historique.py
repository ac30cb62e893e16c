"""The history: who published what and through what, the past at a date, taking a publication back, the ordered feed."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from ror_server import cli
from ror_server.domain.identifiers import structure_id
from ror_server.services import verification
from ror_server.store import paging
from ror_server.store.tables import structures
from ror_tui.api_client.models import Kind
from tests.offers import contact
from tests.world import EHPAD, EJ, HOPITAL, World, eg_id

WHO = "referent.ehpad"


async def _history(region: World, who: str = WHO, **params: Any) -> list[dict[str, Any]]:
    page = await region.ok(who, "GET", "/historique", **params)
    return list(page["elements"])


def _wait(region: World, **delta: float) -> None:
    """Let days pass: sessions end meanwhile."""
    region.clock.forward(**delta)
    region.tokens.clear()


async def _faults(region: World) -> list[str]:
    return [str(fault) async for fault in verification.faults(region.database)]


async def _passed(region: World, who: str, dossier: str) -> None:
    """Finalise what a dossier holds, send it, and have it published."""
    await region.step(who, dossier, "envoyer")
    await region.step("sesan", dossier, "valider")


async def _revert(region: World, seq: int, who: str = WHO) -> dict[str, Any]:
    return dict(await region.ok(who, "POST", f"/historique/{seq}/annuler", {"id": str(uuid4())}))


# --- What is told ---


async def test_a_unit_tells_who_changed_which_field_through_what(region: World) -> None:
    unit = await region.publish("Unité A")
    _wait(region, days=1)
    await region.change(unit, age_min=65, publics=["01"])
    last, first = await _history(region, structure=unit)
    assert (last["acteur"], last["par"], last["seq"]) == ("SESAN", "dossier « Mise à jour »", 2)
    assert last["resume"] == (
        "« Unité A » : Âge minimum : 60 ans → 65 ans ; Publics pris en charge : "
        "+ Personnes âgées en perte d'autonomie (PA) et aidants (01)"
    )
    assert first["resume"] == "Unité opérationnelle « Unité A » créée sous « EHPAD Les Tilleuls »"
    assert last["le"] > first["le"]


async def test_an_establishment_tells_all_that_is_below_and_the_repertoire_everything(region: World) -> None:
    unit = await region.publish("Unité A")
    other = await region.publish("Unité B")
    assert [one["revisions"][0]["structure_id"] for one in await _history(region, structure=str(eg_id(EHPAD)))] == [
        other,
        unit,
    ]
    assert await _history(region, structure=str(eg_id(HOPITAL))) == []
    assert [one["seq"] for one in await _history(region)] == [2, 1]


async def test_a_history_is_that_of_all_below_or_of_the_structure_alone(region: World) -> None:
    who, dossier = "referent.hopital", (await region.open_dossier("referent.hopital", HOPITAL))["id"]
    [pole] = await region.add(who, dossier, eg_id(HOPITAL), "pole")
    [unit] = await region.add(who, dossier, pole)
    for fiche in (pole, unit):
        await region.fill(who, dossier, fiche)
    await region.step(who, dossier, "envoyer")
    await region.step("direction", dossier, "envoyer")
    await region.step("sesan", dossier, "valider")
    version = (await region.ok(who, "GET", f"/structures/{unit}"))["version"]
    await region.ok(who, "PATCH", f"/structures/{unit}", {"valeurs": {"age_min": 65}}, version=version)
    await region.publish("Unité d'ailleurs")

    async def told(structure: object, **how: str) -> list[tuple[int, int]]:
        found = await _history(region, structure=str(structure), **how)
        return [(one["seq"], len(one["revisions"])) for one in found]

    ej = structure_id(Kind.EJ, EJ)
    assert await told(ej) == [(3, 1), (2, 1), (1, 2)]
    assert await told(eg_id(HOPITAL)) == [(2, 1), (1, 2)]
    assert await told(pole) == [(2, 1), (1, 2)]
    assert await told(pole, dessous="false") == [(1, 1)]
    assert [await told(one, dessous="false") for one in (ej, eg_id(HOPITAL))] == [[], []]


async def test_the_history_is_read_page_by_page(region: World) -> None:
    for _ in range(3):
        await region.publish("Unité A")
    page = await region.ok(WHO, "GET", "/historique", limite=2)
    rest = await region.ok(WHO, "GET", "/historique", limite=2, curseur=page["suivant"])
    assert [one["seq"] for one in (*page["elements"], *rest["elements"])] == [3, 2, 1]
    assert rest["suivant"] is None
    assert (await region.call(WHO, "GET", "/historique", curseur="n'importe quoi")).status_code == 422


async def test_a_deletion_is_told_with_the_name_it_had(region: World) -> None:
    unit = await region.publish("Unité A")
    await region.delete(unit)
    last, _ = await _history(region, structure=unit)
    assert (last["resume"], last["revisions"][0]["op"]) == (
        "Unité opérationnelle « Unité A » supprimée du Répertoire",
        "delete",
    )


async def test_the_title_of_a_dossier_is_only_for_those_who_may_read_it(region: World) -> None:
    await region.publish("Unité A")
    [line] = await _history(region, "lecteur")
    assert (line["par"], line["dossier_id"]) == ("dossier collaboratif", None)


async def test_what_was_a_reserved_contact_stays_so_in_the_history(region: World) -> None:
    unit = await region.publish("Unité A", **contact("3", valeur="01 02 03 04 05"))
    await region.change(unit, **contact("3", valeur="06 07 08 09 10"))
    then = region.clock().isoformat()
    _wait(region, days=1)
    await region.change(unit, **contact("1", valeur="07 11 12 13 14"))
    for who, seen in ((WHO, True), ("lecteur", False)):
        found = await region.ok(who, "GET", "/historique", structure=unit)
        assert ("0102030405" in str(found)) is seen
        assert ("0607080910" in str(found)) is seen
        past = await region.ok(who, "GET", f"/structures/{unit}/au", le=then)
        assert ("0607080910" in str(past)) is seen
        feed = await region.ok(who, "GET", "/flux")
        assert ("0102030405" in str(feed)) is seen


async def test_a_unit_that_became_sensitive_hides_its_past_too(region: World) -> None:
    unit = await region.publish("Unité A", age_min=61)
    await region.change(unit, unite_sensible=True)
    told = await _history(region, "lecteur", structure=unit)
    assert "61 ans" not in str(told)
    assert "Unité sensible" in str(told)
    assert "61 ans" in str(await _history(region, structure=unit))


# --- The past ---


async def test_a_unit_and_its_establishment_are_shown_as_they_were(region: World) -> None:
    unit = await region.publish("Unité A")
    before = region.clock().isoformat()
    _wait(region, days=2)
    await region.change(unit, nom="Unité B", age_min=65)
    _wait(region, days=2)
    await region.delete(unit)
    then = await region.ok("lecteur", "GET", f"/structures/{unit}/au", le=before)
    assert (then["structure"]["nom"], then["structure"]["valeurs"]["age_min"]) == ("Unité A", 60)
    assert (then["seq"], then["depuis"], then["structure"]["version"]) == (1, "supprime", 1)
    assert [link["nom"] for link in then["structure"]["chemin"]] == ["Association Essai", "EHPAD Les Tilleuls"]
    tree = await region.ok("lecteur", "GET", f"/structures/{eg_id(EHPAD)}/arbre-au", le=before)
    assert [(node["nom"], node["depuis"]) for node in tree["noeuds"]] == [
        ("EHPAD Les Tilleuls", "identique"),
        ("Unité A", "supprime"),
    ]
    _wait(region, days=1)
    after = await region.call("lecteur", "GET", f"/structures/{unit}/au", le=region.clock().isoformat())
    assert (after.status_code, "n'était plus dans le Répertoire" in after.json()["detail"]) == (404, True)


async def test_a_date_to_come_or_before_everything_is_refused_in_words(region: World) -> None:
    unit = await region.publish("Unité A")
    path = f"/structures/{unit}/au"
    coming = await region.call(WHO, "GET", path, le="2099-01-01T00:00:00+00:00")
    assert (coming.status_code, "à venir" in coming.json()["detail"]) == (422, True)
    early = await region.call(WHO, "GET", path, le="2001-01-01T00:00:00+00:00")
    assert (early.status_code, "n'existait pas encore" in early.json()["detail"]) == (404, True)
    assert (await region.call(WHO, "GET", path, le="hier")).status_code == 422
    assert (await region.call(WHO, "GET", path, le="2026-11-24T10:00:00")).status_code == 422


async def test_a_unit_was_not_there_before_its_creation(region: World) -> None:
    await region.publish("Unité A")
    early = region.clock().isoformat()
    _wait(region, days=1)
    unit = await region.publish("Unité B")
    answer = await region.call(WHO, "GET", f"/structures/{unit}/au", le=early)
    assert "publiée pour la première fois le 24/11/2026" in answer.json()["detail"]


# --- Taking back ---


async def test_taking_the_last_publication_back_leaves_what_was_published_before(region: World) -> None:
    unit = await region.publish("Unité A")
    other = await region.publish("Unité B")
    before = {one: (await region.ok(WHO, "GET", f"/structures/{one}"))["valeurs"] for one in (unit, other)}
    await region.change(unit, age_min=65, publics=["01"], commentaire="Mme Y")
    dossier = await _revert(region, 3)
    assert dossier["titre"] == "Annulation de la publication n° 3 du 23/11/2026"
    told = await region.ok(WHO, "GET", f"/dossiers/{dossier['id']}/differences")
    assert "Âge minimum : 65 ans → 60 ans" in str(told["phrases"])
    await _passed(region, WHO, dossier["id"])
    for one, valeurs in before.items():
        assert (await region.ok(WHO, "GET", f"/structures/{one}"))["valeurs"] == valeurs
    assert [one["annulee"] for one in await _history(region)] == [False, True, False, False]
    assert await _faults(region) == []


async def test_a_direct_edit_is_told_and_taken_back_through_a_dossier(region: World) -> None:
    unit = await region.publish("Unité A")
    body = {"valeurs": {"age_min": 64, "nom": "Unité B"}, "repercussions": []}
    await region.ok(WHO, "PATCH", f"/structures/{unit}", body, version=1)
    last, _ = await _history(region, structure=unit)
    assert (last["par"], last["acteur"], last["origine"]) == ("modification directe", "REFERENT.EHPAD", "direct")
    assert last["resume"] == "« Unité B » : Nom : Unité A → Unité B ; Âge minimum : 60 ans → 64 ans"
    await _passed(region, WHO, (await _revert(region, 2))["id"])
    now = await region.ok(WHO, "GET", f"/structures/{unit}")
    assert (now["nom"], now["valeurs"]["age_min"]) == ("Unité A", 60)
    assert await _faults(region) == []


async def test_a_large_publication_is_counted_by_what_it_did(region: World) -> None:
    dossier = (await region.open_dossier(WHO, EHPAD))["id"]
    for unit in await region.add(WHO, dossier, eg_id(EHPAD), count=31):
        await region.fill(WHO, dossier, unit)
    await _passed(region, WHO, dossier)
    [line] = await _history(region)
    assert (line["resume"], line["total"], len(line["revisions"])) == ("31 unités opérationnelles créées", 31, 30)
    assert len((await region.ok(WHO, "GET", "/historique/1"))["revisions"]) == 31


async def test_a_creation_taken_back_is_a_deletion_and_a_deletion_a_return_under_the_same_id(region: World) -> None:
    unit = await region.publish("Unité A")
    before = await region.ok(WHO, "GET", f"/structures/{unit}")
    await region.delete(unit)
    await _passed(region, WHO, (await _revert(region, 2))["id"])
    back = await region.ok(WHO, "GET", f"/structures/{unit}")
    assert (back["valeurs"], back["chemin"], back["version"]) == (before["valeurs"], before["chemin"], 3)
    await _passed(region, WHO, (await _revert(region, 1))["id"])
    assert (await region.call(WHO, "GET", f"/structures/{unit}")).status_code == 410
    assert await _faults(region) == []


async def test_a_move_taken_back_brings_the_unit_home(region: World) -> None:
    who = "referent.hopital"

    async def publish(dossier: str) -> None:
        await region.step(who, dossier, "envoyer")
        await region.step("direction", dossier, "envoyer")
        await region.step("sesan", dossier, "valider")

    dossier = (await region.open_dossier(who, HOPITAL))["id"]
    poles = await region.add(who, dossier, eg_id(HOPITAL), "pole", count=2)
    [unit] = await region.add(who, dossier, poles[0])
    for nom, one in zip(("Pôle A", "Pôle B", "Unité"), (*poles, unit), strict=True):
        await region.fill(who, dossier, one, nom=nom)
    await publish(dossier)
    again = (await region.open_dossier(who, HOPITAL, titre="Suite"))["id"]
    await region.ok(who, "POST", f"/dossiers/{again}/fiches/{unit}/deplacer", {"parent_id": poles[1]}, version=0)
    await publish(again)
    [moved] = (await _history(region, who, structure=unit))[0]["revisions"]
    assert (moved["op"], moved["depuis"], moved["vers"]) == ("move", "Pôle A", "Pôle B")
    await publish((await _revert(region, 2, who))["id"])
    assert (await region.ok(who, "GET", f"/structures/{unit}"))["chemin"][-1]["nom"] == "Pôle A"
    assert await _faults(region) == []


async def test_what_moved_since_is_a_conflict_not_an_overwriting(region: World) -> None:
    unit = await region.publish("Unité A")
    await region.change(unit, age_min=65)
    await region.change(unit, age_min=70)
    dossier = await _revert(region, 2)
    nodes = await region.nodes(WHO, dossier["id"])
    assert nodes[unit]["etat"] == "en_conflit"
    sent = await region.call(WHO, "POST", f"/dossiers/{dossier['id']}/envoyer", version=dossier["version"])
    assert sent.status_code == 409
    assert (await region.ok(WHO, "GET", f"/structures/{unit}"))["valeurs"]["age_min"] == 70


async def test_one_dossier_at_a_time_takes_a_publication_back(region: World) -> None:
    await region.publish("Unité A")
    dossier = await _revert(region, 1)
    again = await region.call(WHO, "POST", "/historique/1/annuler", {"id": str(uuid4())})
    assert (again.status_code, again.json()["dossier_id"]) == (409, dossier["id"])
    await region.step(WHO, dossier["id"], "abandonner")
    assert (await _revert(region, 1))["id"] != dossier["id"]


async def test_taking_back_needs_the_right_and_something_to_take_back(region: World) -> None:
    await region.publish("Unité A")
    body = {"id": str(uuid4())}
    refused = await region.call("referent.hopital", "POST", "/historique/1/annuler", body)
    assert (refused.status_code, "hors de votre territoire" in refused.json()["detail"]) == (403, True)
    assert (await region.call(WHO, "POST", "/historique/99/annuler", body)).status_code == 404
    [line] = await _history(region, "lecteur")
    assert "Votre compte ne peut pas le faire" in line["annulation_refus"]
    await _passed(region, WHO, (await _revert(region, 1))["id"])
    nothing = await region.call(WHO, "POST", "/historique/1/annuler", {"id": str(uuid4())})
    assert (nothing.status_code, "plus rien à annuler" in nothing.json()["detail"]) == (409, True)


# --- The feed ---


async def test_the_feed_gives_each_publication_once_in_order_and_whole(region: World) -> None:
    unit = await region.publish("Unité A")
    await region.change(unit, age_min=65)
    await region.delete(unit)
    seen: list[dict[str, Any]] = []
    cursor: str | None = None
    while True:
        page = await region.ok("lecteur", "GET", "/flux", limite=1, **({"depuis": cursor} if cursor else {}))
        seen += page["elements"]
        cursor = page["curseur"]
        if page["fin"]:
            break
    assert [(one["seq"], one["op"], one["version"]) for one in seen] == [
        (1, "create", 1),
        (2, "update", 2),
        (3, "delete", 3),
    ]
    assert [one["etat"] and one["etat"]["age_min"] for one in seen] == [60, 65, None]
    assert seen[1]["etat"]["parent_id"] == str(eg_id(EHPAD))
    assert UUID(seen[2]["structure_id"]) == UUID(unit)
    later = await region.publish("Unité B")
    after = await region.ok("lecteur", "GET", "/flux", depuis=cursor)
    assert [one["structure_id"] for one in after["elements"]] == [later]


async def test_a_cursor_of_another_database_is_gone_and_a_false_one_refused(region: World) -> None:
    await region.publish("Unité A")
    gone = await region.call(WHO, "GET", "/flux", depuis=paging.encode("1-000000000000", ""))
    assert (gone.status_code, "depuis le début" in gone.json()["detail"]) == (410, True)
    for bad in ("n'importe quoi", paging.encode("1", "x"), paging.encode("abc", "")):
        assert (await region.call(WHO, "GET", "/flux", depuis=bad)).status_code == 422


# --- The log and what is published ---


async def test_the_revisions_lead_to_what_is_published_and_a_forged_value_is_found(region: World) -> None:
    unit = await region.publish("Unité A")
    await region.change(unit, age_min=65, nom="Unité B")
    await region.delete(await region.publish("Unité C"))
    assert await _faults(region) == []
    async with region.database.write() as tx:
        await tx.execute(sa.update(structures).where(structures.c.id == UUID(unit)).values(nom="Autre"))
    [fault] = await _faults(region)
    assert (unit in fault, "nom" in fault) == (True, True)


async def test_the_command_line_says_whether_the_log_agrees(
    region: World, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    unit = await region.publish("Unité A")
    assert await asyncio.to_thread(cli.main, ["verifier", "--database", database_url]) == 0
    assert "l'historique mène exactement à ce qui est publié" in capsys.readouterr().out
    async with region.database.write() as tx:
        await tx.execute(sa.update(structures).where(structures.c.id == UUID(unit)).values(version=9))
    assert await asyncio.to_thread(cli.main, ["verifier", "--database", database_url]) == 1
    assert "Unité A" in capsys.readouterr().out


async def test_a_creation_under_which_something_came_since_is_asked_before_it_is_taken_back(region: World) -> None:
    who = "referent.hopital"

    async def publish(dossier: str) -> None:
        await region.step(who, dossier, "envoyer")
        await region.step("direction", dossier, "envoyer")
        await region.step("sesan", dossier, "valider")

    first = (await region.open_dossier(who, HOPITAL))["id"]
    [pole] = await region.add(who, first, eg_id(HOPITAL), "pole")
    await region.fill(who, first, pole, nom="Pôle A")
    await publish(first)
    then = (await region.open_dossier(who, HOPITAL, titre="Suite"))["id"]
    [unit] = await region.add(who, then, pole)
    await region.fill(who, then, unit)
    await publish(then)
    dossier = await _revert(region, 1, who)
    nodes = await region.nodes(who, dossier["id"])
    assert nodes[pole]["etat"] == "en_conflit"
    sent = await region.call(who, "POST", f"/dossiers/{dossier['id']}/envoyer", version=dossier["version"])
    assert sent.status_code == 409
