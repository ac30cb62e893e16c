"""Refusing fiche by fiche, accepting a part, taking up again; approvals bound to the content."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from ror_server.services import workspace
from ror_server.services.writing import Pen, write
from ror_server.store import accounts, dossiers
from tests.world import EHPAD, HOPITAL, World, eg_id

WHO = "referent.ehpad"


async def _sent(region: World, count: int = 3) -> tuple[str, list[str]]:
    """Send a dossier of new units of the EHPAD to SESAN."""
    dossier = (await region.open_dossier(WHO, EHPAD))["id"]
    units = await region.add(WHO, dossier, eg_id(EHPAD), count=count)
    for rank, unit in enumerate(units):
        await region.fill(WHO, dossier, unit, nom=f"Unité {rank}")
    await region.step(WHO, dossier, "envoyer")
    return dossier, units


def _refused(*units: str, motif: str = "Le type ne va pas.") -> dict[str, Any]:
    return {"fiches": [{"structure_id": unit, "motif": motif} for unit in units]}


async def test_a_refused_fiche_says_why_until_its_content_changes(region: World) -> None:
    dossier, (first, second, _) = await _sent(region)
    back = await region.step("sesan", dossier, "refuser", _refused(second))
    assert back["etat"] == "a_corriger"
    assert back["motif"] == "« Unité 1 » : Le type ne va pas."
    nodes = await region.nodes(WHO, dossier)
    assert [nodes[one]["etat"] for one in (first, second)] == ["finalisee", "refusee"]
    path = f"/dossiers/{dossier}/fiches/{second}"
    fiche = await region.ok(WHO, "GET", path)
    assert (fiche["refus"]["motif"], fiche["refus"]["par"]) == ("Le type ne va pas.", "SESAN")
    assert "Le type ne va pas." in fiche["bandeau"]
    mine = await region.ok(WHO, "GET", f"/dossiers/{dossier}")
    assert "Une fiche est refusée" in _reason(mine, "envoyer")

    saved = await region.ok(WHO, "PATCH", path, {"valeurs": {"nom": "Unité 1"}}, version=fiche["version"])
    assert saved["etat"] == "refusee"  # saving the same again answers nothing
    saved = await region.ok(WHO, "PATCH", path, {"valeurs": {"age_min": 61}}, version=saved["version"])
    assert (saved["etat"], saved["refus"]) == ("a_finaliser", None)
    await region.ok(WHO, "POST", f"{path}/finaliser", version=saved["version"])
    await region.step(WHO, dossier, "envoyer")
    await region.step("sesan", dossier, "valider")


def _reason(dossier: dict[str, Any], action: str) -> str:
    return str(next(one["raison"] for one in dossier["possibilites"] if one["action"] == action))


@pytest.mark.parametrize("body", [{}, {"motif": "   "}, {"fiches": [{"structure_id": str(uuid4()), "motif": "abc"}]}])
async def test_a_refusal_without_a_reason_or_of_something_else_is_not_taken(
    region: World, body: dict[str, Any]
) -> None:
    dossier, _ = await _sent(region, 1)
    version = (await region.ok("sesan", "GET", f"/dossiers/{dossier}"))["version"]
    answer = await region.call("sesan", "POST", f"/dossiers/{dossier}/refuser", body, version=version)
    assert answer.status_code == 422
    assert (await region.ok("sesan", "GET", f"/dossiers/{dossier}"))["etat"] == "a_valider"


async def test_what_stands_alone_is_published_and_the_rest_follows_up(region: World) -> None:
    dossier, (first, second, third) = await _sent(region)
    shown = await region.ok("sesan", "POST", f"/dossiers/{dossier}/partage", _refused(second))
    assert (shown["retenues"], shown["titre_suite"]) == (2, "Suite de Peuplement de EHPAD Les Tilleuls")
    assert [(one["structure_id"], one["refusee"]) for one in shown["suite"]] == [(second, True)]

    done = await region.step("sesan", dossier, "valider-partie", _refused(second))
    assert done["etat"] == "integre"
    published = await region.ok("lecteur", "GET", "/repertoire", par="departement", sous=str(eg_id(EHPAD)))
    assert {line["id"] for line in published["elements"]} == {first, third}
    [suite] = done["suites"]
    follow = await region.ok(WHO, "GET", f"/dossiers/{suite['id']}")
    assert (follow["titre"], follow["etat"], follow["auteur"]) == (shown["titre_suite"], "a_corriger", WHO.upper())
    assert follow["suite_de"] == {"id": dossier, "titre": "Peuplement de EHPAD Les Tilleuls"}
    assert follow["motif"] == "« Unité 1 » : Le type ne va pas."
    nodes = await region.nodes(WHO, suite["id"])
    assert {one: nodes[one]["etat"] for one in (first, second, third)} == {
        first: "inchangee", second: "refusee", third: "inchangee",
    }  # fmt: skip
    assert "1 renvoyée dans « Suite de Peuplement" in done["evenements"][0]["texte"]

    path = f"/dossiers/{suite['id']}/fiches/{second}"
    version = (await region.ok(WHO, "GET", path))["version"]
    saved = await region.ok(WHO, "PATCH", path, {"valeurs": {"age_min": 62}}, version=version)
    await region.ok(WHO, "POST", f"{path}/finaliser", version=saved["version"])
    await region.step(WHO, suite["id"], "envoyer")
    assert (await region.step("sesan", suite["id"], "valider"))["etat"] == "integre"


async def test_a_refused_pole_takes_along_what_it_holds_and_says_why(region: World) -> None:
    dossier = (await region.open_dossier("referent.hopital", HOPITAL))["id"]
    [pole] = await region.add("referent.hopital", dossier, eg_id(HOPITAL), "pole")
    [below] = await region.add("referent.hopital", dossier, pole)
    [apart] = await region.add("referent.hopital", dossier, eg_id(HOPITAL))
    for fiche in (pole, below, apart):
        await region.fill("referent.hopital", dossier, fiche, nom=f"Fiche {fiche[:4]}")
    await region.step("referent.hopital", dossier, "envoyer")
    await region.step("direction", dossier, "envoyer")
    shown = await region.ok("sesan", "POST", f"/dossiers/{dossier}/partage", _refused(pole))
    follows = {one["structure_id"]: one["raison"] for one in shown["suite"] if not one["refusee"]}
    assert follows == {below: f"placée sous « Fiche {pole[:4]} », qui n'est pas acceptée"}
    done = await region.step("sesan", dossier, "valider-partie", _refused(pole))
    follow = await region.ok("referent.hopital", "GET", f"/dossiers/{done['suites'][0]['id']}/arbre")
    states = {node["id"]: node["etat"] for node in follow["noeuds"]}
    assert (states[pole], states[below], states[apart]) == ("refusee", "finalisee", "inchangee")


@pytest.mark.parametrize(("which", "said"), [(0, "Aucune fiche n'est refusée"), (2, "Rien ne peut être publié")])
async def test_all_or_nothing_is_not_a_part(region: World, which: int, said: str) -> None:
    dossier, units = await _sent(region, 2)
    shown = await region.ok("sesan", "POST", f"/dossiers/{dossier}/partage", _refused(*units[:which]))
    assert said in shown["impossible"]
    version = (await region.ok("sesan", "GET", f"/dossiers/{dossier}"))["version"]
    path = f"/dossiers/{dossier}/valider-partie"
    answer = await region.call("sesan", "POST", path, _refused(*units[:which]), version=version)
    assert (answer.status_code, said in answer.json()["detail"]) == (409, True)


async def test_the_same_key_accepts_a_part_once(region: World) -> None:
    dossier, (_, second, _) = await _sent(region)
    version = (await region.ok("sesan", "GET", f"/dossiers/{dossier}"))["version"]
    key, path = str(uuid4()), f"/dossiers/{dossier}/valider-partie"
    answers = [await region.call("sesan", "POST", path, _refused(second), version=version, key=key) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert len((await region.ok(WHO, "GET", f"/dossiers/{dossier}"))["suites"]) == 1


async def test_an_abandoned_dossier_is_taken_up_again_with_all_that_was_typed(region: World) -> None:
    dossier = (await region.open_dossier(WHO, EHPAD))["id"]
    [unit] = await region.add(WHO, dossier, eg_id(EHPAD))
    await region.step(WHO, dossier, "abandonner")
    back = await region.step(WHO, dossier, "reprendre")
    assert back["etat"] == "brouillon"
    assert unit in await region.nodes(WHO, dossier)
    assert _reason(back, "reprendre") == "Ce dossier n'est pas abandonné : il n'y a rien à reprendre."


async def _approved(region: World) -> tuple[str, str]:
    """Bring a dossier of the hospital to SESAN, with the approval of its Direction."""
    dossier = (await region.open_dossier("referent.hopital", HOPITAL))["id"]
    [fiche] = await region.add("referent.hopital", dossier, eg_id(HOPITAL))
    await region.fill("referent.hopital", dossier, fiche)
    await region.step("referent.hopital", dossier, "envoyer")
    assert (await region.step("direction", dossier, "envoyer"))["etat"] == "a_valider"
    return dossier, fiche


async def test_an_approval_holds_as_long_as_the_content_does(region: World) -> None:
    dossier, _ = await _approved(region)
    await region.step("sesan", dossier, "refuser", {"motif": "Attendez lundi."})
    back = await region.step("referent.hopital", dossier, "envoyer")
    assert back["etat"] == "a_valider"  # the Direction approved this very content: it is not asked again


async def test_an_edit_voids_the_approval_and_says_so(region: World) -> None:
    dossier, fiche = await _approved(region)
    await region.step("referent.hopital", dossier, "retirer")
    await region.fill("referent.hopital", dossier, fiche, age_min=64)
    shown = await region.ok("referent.hopital", "GET", f"/dossiers/{dossier}")
    assert "L'accord de la Direction du 23/11 ne vaut plus" in shown["bandeau"]
    said = [one["texte"] for one in shown["evenements"] if "ne vaut plus" in one["texte"]]
    assert said == ["Modification du contenu : l'accord de la Direction ne vaut plus"]
    assert (await region.step("referent.hopital", dossier, "envoyer"))["etat"] == "a_valider_direction"


async def test_an_edit_carried_in_while_it_waits_sends_it_back_to_the_level_that_had_approved(region: World) -> None:
    """A direct edit that its author carries over reaches a dossier that waits: its content is another one then."""
    dossier, fiche = await _approved(region)
    async with region.database.write() as tx:
        row = await dossiers.dossier(tx, UUID(dossier), lock=True)
        compte_id = await accounts.compte_id_of(tx, "admin")
        assert row is not None
        assert compte_id is not None
        account = await accounts.account(tx, compte_id)
        assert account is not None
        found = await workspace.load(tx, row)
        item = found.items[UUID(fiche)]
        changed = replace(item, next=item.next | {"age_min": 63}, version=item.version + 1)
        after = await write(tx, found, Pen(account, region.clock()), [changed])
        assert after.dossier.etat == "a_valider_direction"
    shown = await region.ok("direction", "GET", f"/dossiers/{dossier}")
    assert shown["a_traiter"] is True
    assert [one["texte"] for one in shown["evenements"][:2]] == [
        "Le dossier attend de nouveau la Direction",
        "Modification du contenu : l'accord de la Direction ne vaut plus",
    ]


async def test_the_list_says_what_is_to_be_done_the_oldest_first_and_how_many_there_are(region: World) -> None:
    for finess, who in ((EHPAD, WHO), (HOPITAL, "referent.hopital")):
        dossier = (await region.open_dossier(who, finess))["id"]
        [fiche] = await region.add(who, dossier, eg_id(finess))
        await region.fill(who, dossier, fiche)
        await region.step(who, dossier, "envoyer")
        region.clock.forward(hours=1)
    waiting = await region.ok("sesan", "GET", "/dossiers", vue="a_traiter", total="true")
    assert [line["raison"] for line in waiting["elements"]] == ["À valider, ou à refuser avec un motif"]
    assert waiting["total"] == 1
    direction = await region.ok("direction", "GET", "/dossiers", vue="a_traiter", total="true")
    assert [line["raison"] for line in direction["elements"]] == ["À relire, puis à envoyer à SESAN"]
    lists = [
        [line["titre"] for line in (await region.ok("sesan", "GET", "/dossiers", ordre=ordre))["elements"]]
        for ordre in ("recent", "ancien")
    ]
    assert lists[0] == lists[1][::-1]
    assert len(lists[0]) == 2


async def test_what_came_in_conflict_meanwhile_goes_back_and_the_rest_is_published(region: World) -> None:
    unit = await region.publish("Unité du matin", age_min=60)
    dossier = (await region.open_dossier(WHO, EHPAD, titre="Mise à jour", meme_si_ouvert=True))["id"]
    [new] = await region.add(WHO, dossier, eg_id(EHPAD))
    await region.fill(WHO, dossier, new, nom="Unité du soir")
    await region.fill(WHO, dossier, unit, nom="Unité du matin", age_min=61)
    await region.step(WHO, dossier, "envoyer")
    await region.change(unit, age_min=62)
    shown = await region.ok("sesan", "POST", f"/dossiers/{dossier}/partage", {"fiches": []})
    assert [(one["structure_id"], one["raison"]) for one in shown["suite"]] == [(unit, "en conflit avec le Répertoire")]
    done = await region.step("sesan", dossier, "valider-partie", {"fiches": []})
    nodes = await region.nodes(WHO, done["suites"][0]["id"])
    assert (nodes[unit]["etat"], nodes[new]["etat"]) == ("en_conflit", "inchangee")
    published = await region.ok("lecteur", "GET", f"/structures/{unit}")
    assert published["valeurs"]["age_min"] == 62
