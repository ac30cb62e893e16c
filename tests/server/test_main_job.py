"""The main job over HTTP: describe, finalise, send, validate, find in the Répertoire."""

from __future__ import annotations

from tests.world import EHPAD, HOPITAL, MAS, World, eg_id


async def _describe(region: World, who: str, finess: str, units: int = 2) -> str:
    dossier = (await region.open_dossier(who, finess))["id"]
    for fiche in await region.add(who, dossier, eg_id(finess), count=units):
        await region.fill(who, dossier, fiche)
    return str(dossier)


async def _units(region: World, finess: str) -> list[str]:
    page = await region.ok("lecteur", "GET", "/repertoire", sous=str(eg_id(finess)))
    return [node["nom"] for node in page["elements"]]


async def test_an_ehpad_is_described_and_validated_once(region: World) -> None:
    opened = await region.open_dossier("referent.ehpad", EHPAD)
    assert opened["titre"] == "Peuplement de EHPAD Les Tilleuls"
    ids = await region.add("referent.ehpad", opened["id"], eg_id(EHPAD), count=2)
    nodes = await region.nodes("referent.ehpad", opened["id"])
    assert [nodes[one]["etat"] for one in ids] == ["a_completer", "a_completer"]
    for one in ids:
        fiche = await region.fill("referent.ehpad", opened["id"], one)
        assert fiche["etat"] == "finalisee"

    sent = await region.step("referent.ehpad", opened["id"], "envoyer")
    assert (sent["etat"], sent["attend"]) == ("a_valider", "SESAN")
    assert await _units(region, EHPAD) == []

    done = await region.step("sesan", opened["id"], "valider")
    assert done["etat"] == "integre"
    assert await _units(region, EHPAD) == ["Unité d'hébergement", "Unité d'hébergement"]


async def test_a_hospital_needs_its_direction_then_sesan(region: World) -> None:
    dossier = (await region.open_dossier("referent.hopital", HOPITAL))["id"]
    [pole] = await region.add("referent.hopital", dossier, eg_id(HOPITAL), "pole")
    [service] = await region.add("referent.hopital", dossier, pole, "service")
    [unit] = await region.add("referent.hopital", dossier, service)
    for one in (pole, service, unit):
        await region.fill("referent.hopital", dossier, one)

    sent = await region.step("referent.hopital", dossier, "envoyer")
    assert (sent["etat"], sent["attend"]) == ("a_valider_direction", "la Direction")
    refused = await region.call("referent.hopital", "POST", f"/dossiers/{dossier}/envoyer", version=sent["version"])
    assert refused.status_code == 403

    again = await region.step("direction", dossier, "envoyer")
    assert (again["etat"], again["attend"]) == ("a_valider", "SESAN")
    await region.step("sesan", dossier, "valider")

    unit_now = await region.ok("lecteur", "GET", f"/structures/{unit}")
    assert [link["nom"] for link in unit_now["chemin"]] == [
        "Association Essai",
        "Hôpital Saint-Œuvre",
        "pole d'essai",
        "service d'essai",
    ]


async def test_handicap_goes_to_the_tutelle_and_not_to_sesan(region: World) -> None:
    dossier = await _describe(region, "referent.mas", MAS, units=1)
    sent = await region.step("referent.mas", dossier, "envoyer")
    assert sent["attend"] == "l'autorité de tutelle"
    refused = await region.call("sesan", "POST", f"/dossiers/{dossier}/valider", version=sent["version"])
    assert refused.status_code == 403
    await region.step("tutelle", dossier, "valider")
    assert len(await _units(region, MAS)) == 1


async def test_a_refusal_comes_back_to_its_author_with_the_reason(region: World) -> None:
    dossier = await _describe(region, "referent.ehpad", EHPAD)
    await region.step("referent.ehpad", dossier, "envoyer")
    refused = await region.step("sesan", dossier, "refuser", {"motif": "Il manque l'accueil de jour."})
    assert (refused["etat"], refused["motif"]) == ("a_corriger", "Il manque l'accueil de jour.")
    mine = await region.ok("referent.ehpad", "GET", "/dossiers", vue="a_traiter")
    assert [(one["id"], one["attend"]) for one in mine["elements"]] == [(dossier, "vous")]
    assert (await region.step("referent.ehpad", dossier, "envoyer"))["motif"] is None


async def test_only_medico_social_is_told_that_it_has_no_pole(region: World) -> None:
    dossier = (await region.open_dossier("referent.ehpad", EHPAD))["id"]
    body = {"kind": "pole", "parent_id": str(eg_id(EHPAD)), "ids": ["00000000-0000-4000-8000-000000000001"]}
    refused = await region.call("referent.ehpad", "POST", f"/dossiers/{dossier}/fiches", body)
    assert refused.status_code == 422
    assert "Seules les structures sanitaires" in refused.json()["detail"]


async def test_the_tree_of_the_repertoire_follows_the_ticks(region: World) -> None:
    everything = await region.ok("lecteur", "GET", "/repertoire", sous="dep:75")
    without_mss = await region.ok("lecteur", "GET", "/repertoire", sous="dep:75", disciplines="MCO,PSY")
    roots = await region.ok("lecteur", "GET", "/repertoire", disciplines="MSS")
    assert [one["nom"] for one in everything["elements"]] == [
        "EHPAD Les Tilleuls",
        "Hôpital Saint-Œuvre",
        "MAS du Parc",
    ]
    assert [one["nom"] for one in without_mss["elements"]] == ["Hôpital Saint-Œuvre"]
    assert [(one["nom"], one["enfants"]) for one in roots["elements"]] == [
        ("13 – Bouches-du-Rhône", 1),
        ("75 – Paris", 2),
    ]


async def test_search_knows_no_accent_and_no_order(region: World) -> None:
    found = await region.ok("lecteur", "GET", "/recherche", q="oeuvre hopital")
    by_number = await region.ok("lecteur", "GET", "/recherche", q=EHPAD)
    assert [one["noeud"]["nom"] for one in found["elements"]] == ["Hôpital Saint-Œuvre"]
    assert [one["noeud"]["nom"] for one in by_number["elements"]] == ["EHPAD Les Tilleuls"]


async def test_pages_walk_every_line_once(region: World) -> None:
    names: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        params = {"curseur": cursor} if cursor else {}
        page = await region.ok("lecteur", "GET", "/repertoire", sous="dep:75", limite=1, **params)
        names += [one["nom"] for one in page["elements"]]
        cursor = page["suivant"]
    assert names == ["EHPAD Les Tilleuls", "Hôpital Saint-Œuvre", "MAS du Parc"]


async def test_search_gives_names_before_places(region: World) -> None:
    found = await region.ok("lecteur", "GET", "/recherche", q="parc")
    everywhere = await region.ok("lecteur", "GET", "/recherche", q="paris")
    assert [one["noeud"]["nom"] for one in found["elements"]] == ["MAS du Parc"]
    assert len(everywhere["elements"]) == 3
