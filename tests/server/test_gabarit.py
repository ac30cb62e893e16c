"""A unit or an establishment as a template: what it says is copied, its names and its place are left to fill."""

from __future__ import annotations

from typing import Any

import httpx

from tests.offers import contact
from tests.world import EHPAD, HOPITAL, MAS, World, eg_id

WHO = "referent.mas"


async def opened(region: World, who: str = WHO, finess: str = MAS) -> str:
    return str((await region.open_dossier(who, finess))["id"])


async def take(region: World, dossier: str, source: Any, parent: Any, who: str = WHO, **more: Any) -> httpx.Response:
    body = {"source_id": str(source), "parent_id": str(parent), **more}
    return await region.call(who, "POST", f"/dossiers/{dossier}/gabarit", body)


CONTACT = contact("1", canal="1", nom="Mme Martin")


async def test_another_establishment_is_a_template_without_its_names_and_contacts(region: World) -> None:
    await region.publish("Unité des Tilleuls", publics=["01"], **CONTACT)
    await region.publish("Unité secrète", unite_sensible=True)
    dossier = await opened(region)
    done = await take(region, dossier, eg_id(EHPAD), eg_id(MAS))
    assert done.status_code == 201, done.text
    assert done.json()["libelle"] == "Prendre « EHPAD Les Tilleuls » pour modèle : une fiche sous « MAS du Parc »"
    [new] = done.json()["fiches"]
    fiche = await region.ok(WHO, "GET", f"/dossiers/{dossier}/fiches/{new}")
    assert (fiche["valeurs"]["type_uo"], fiche["valeurs"]["publics"]) == ("56", ["01"])
    assert "nom" not in fiche["valeurs"]
    [copied] = fiche["valeurs"]["contacts"]
    assert copied["id"] != "1"
    assert {key: value for key, value in copied.items() if key != "id"} == {
        "nature": "01",
        "niveau": "1",
        "telecoms": [{"id": copied["telecoms"][0]["id"], "canal": "1", "niveau": "1"}],
    }
    assert (fiche["nom"], fiche["etat"]) == ("Nouvelle unité opérationnelle", "incomplete")
    version = (await region.ok(WHO, "GET", f"/dossiers/{dossier}"))["version"]
    await region.ok(WHO, "POST", f"/dossiers/{dossier}/annuler", version=version)
    assert len(await region.nodes(WHO, dossier)) == 1


async def test_a_unit_of_the_dossier_is_a_template_for_a_whole_branch(region: World) -> None:
    who = "referent.hopital"
    dossier = await opened(region, who, HOPITAL)
    first, second = await region.add(who, dossier, eg_id(HOPITAL), "pole", count=2)
    [service] = await region.add(who, dossier, first, "service")
    [unit] = await region.add(who, dossier, service)
    await region.fill(who, dossier, unit, nom="Unité de pédiatrie")
    done = (await take(region, dossier, service, second, who)).json()
    below = {one["id"]: one for one in done["arbre"]["noeuds"]}
    [copy] = done["fiches"]
    assert below[copy]["parent_id"] == second
    [inside] = [one for one in below.values() if one["parent_id"] == copy]
    assert (inside["nom"], inside["detail"] != "") == ("Nouvelle unité opérationnelle", True)
    alone = (await take(region, dossier, service, second, who, avec_enfants=False)).json()
    assert len(alone["arbre"]["noeuds"]) == len(below) + 1


async def test_a_template_that_may_not_stand_there_says_why(region: World) -> None:
    hospital = "referent.hopital"
    source = await opened(region, hospital, HOPITAL)
    [pole] = await region.add(hospital, source, eg_id(HOPITAL), "pole")
    await region.fill(hospital, source, pole)
    await region.step(hospital, source, "envoyer")
    await region.step("direction", source, "envoyer")
    await region.step("sesan", source, "valider")
    dossier = await opened(region)
    refused = await take(region, dossier, eg_id(HOPITAL), eg_id(MAS))
    assert (refused.status_code, "Seules les structures sanitaires" in refused.json()["detail"]) == (422, True)
    empty = await take(region, dossier, eg_id(EHPAD), eg_id(MAS))
    assert (empty.status_code, "aucune structure à copier" in empty.json()["detail"]) == (409, True)
    missing = await take(region, dossier, "00000000-0000-4000-8000-000000000001", eg_id(MAS))
    assert missing.status_code == 404
