"""What a dossier changes, as a tree and in sentences, before it is sent and before it is validated."""

from __future__ import annotations

from typing import Any

from tests.world import EHPAD, HOPITAL, World, eg_id

WHO = "referent.ehpad"


async def _differences(region: World, dossier: str, who: str = WHO) -> dict[str, Any]:
    return dict(await region.ok(who, "GET", f"/dossiers/{dossier}/differences"))


async def _save(region: World, dossier: str, unit: str, **values: Any) -> None:
    path = f"/dossiers/{dossier}/fiches/{unit}"
    version = (await region.ok(WHO, "GET", path))["version"]
    await region.ok(WHO, "PATCH", path, {"valeurs": values}, version=version)


async def _reopened(region: World) -> str:
    opened = await region.open_dossier(WHO, EHPAD, titre="Mise à jour", meme_si_ouvert=True)
    return str(opened["id"])


async def test_creations_are_counted_by_kind_and_told_under_their_parent(region: World) -> None:
    dossier = (await region.open_dossier("referent.hopital", HOPITAL))["id"]
    [pole] = await region.add("referent.hopital", dossier, eg_id(HOPITAL), "pole")
    await region.fill("referent.hopital", dossier, pole, nom="Pôle A")
    for unit in await region.add("referent.hopital", dossier, pole, count=3):
        await region.fill("referent.hopital", dossier, unit)
    found = await _differences(region, dossier, "referent.hopital")
    assert found["resume"] == "1 pôle créé ; 3 unités opérationnelles créées"
    assert found["phrases"][1]["texte"] == "Unité opérationnelle « Unité d'hébergement » créée sous « Pôle A »"
    top, first, *units = found["noeuds"]
    assert (top["nom"], top["changements"]) == ("Hôpital Saint-Œuvre", [])
    assert (first["nom"], first["parent_id"], first["vers"]) == ("Pôle A", top["id"], "Hôpital Saint-Œuvre")
    assert {unit["parent_id"] for unit in units} == {first["id"]}
    told = {ecart["champ"]: ecart["apres_texte"] for ecart in units[0]["ecarts"]}
    assert (told["age_min"], told["unite_sensible"]) == ("60 ans", "non")
    assert told["type_uo"].endswith(" (56)")


async def test_only_what_changes_and_the_way_to_it_is_in_the_tree(region: World) -> None:
    changed, left = await region.publish("Unité A"), await region.publish("Unité B")
    dossier = await _reopened(region)
    await _save(region, dossier, changed, age_min=65)
    found = await _differences(region, dossier)
    assert [one["id"] for one in found["noeuds"]] == [str(eg_id(EHPAD)), changed]
    assert left not in str(found)
    assert found["groupes"] == ["1 unité opérationnelle modifiée"]
    assert found["phrases"][0]["texte"] == "« Unité A » : Âge minimum : 60 ans → 65 ans"


async def test_a_list_says_what_comes_in_and_what_goes_out(region: World) -> None:
    unit = await region.publish("Unité A", publics=["01", "02"])
    dossier = await _reopened(region)
    await _save(region, dossier, unit, publics=["02", "03"])
    [ecart] = (await _differences(region, dossier))["noeuds"][1]["ecarts"]
    assert [(one[0], one.rsplit("(", 1)[1]) for one in ecart["phrase"].split(" : ")[1].split(", ")] == [
        ("+", "03)"),
        ("−", "01)"),
    ]
    assert (ecart["avant"], ecart["apres"]) == (["01", "02"], ["02", "03"])


async def test_a_list_is_told_as_it_will_be_published_after_the_merge(region: World) -> None:
    unit = await region.publish("Unité A", publics=["01"])
    dossier = await _reopened(region)
    await _save(region, dossier, unit, publics=["01", "02"])
    await region.change(unit, publics=["01", "03"])
    [ecart] = (await _differences(region, dossier))["noeuds"][1]["ecarts"]
    assert (ecart["avant"], ecart["apres"], len(ecart["retraits"])) == (["01", "03"], ["01", "02", "03"], 0)


async def test_moves_name_both_parents_and_deletions_are_counted(region: World) -> None:
    who = "referent.hopital"
    dossier = (await region.open_dossier(who, HOPITAL))["id"]
    poles = await region.add(who, dossier, eg_id(HOPITAL), "pole", count=2)
    units = await region.add(who, dossier, poles[0], count=2)
    for nom, pole in zip(("Pôle A", "Pôle B"), poles, strict=True):
        await region.fill(who, dossier, pole, nom=nom)
    for unit in units:
        await region.fill(who, dossier, unit)
    await region.step(who, dossier, "envoyer")
    await region.step("direction", dossier, "envoyer")
    await region.step("sesan", dossier, "valider")
    again = (await region.open_dossier(who, HOPITAL, titre="Suite"))["id"]
    path = f"/dossiers/{again}/fiches/{units[0]}"
    await region.ok(who, "POST", f"{path}/deplacer", {"parent_id": poles[1]}, version=0)
    await region.ok(who, "DELETE", f"/dossiers/{again}/fiches/{units[1]}", version=0)
    found = await _differences(region, again, who)
    assert found["groupes"] == [
        "1 unité opérationnelle déplacée de « Pôle A » vers « Pôle B »",
        "1 unité opérationnelle supprimée",
    ]
    moved = next(one for one in found["noeuds"] if one["id"] == units[0])
    assert (moved["depuis"], moved["vers"], moved["parent_id"]) == ("Pôle A", "Pôle B", poles[1])


async def test_a_dossier_that_changes_nothing_says_so(region: World) -> None:
    found = await _differences(region, await _reopened(region))
    assert (found["resume"], found["noeuds"]) == ("Ce dossier ne change rien encore.", [])


async def test_an_integrated_dossier_still_tells_what_it_changed(region: World) -> None:
    unit = await region.publish("Unité A")
    dossier = await _reopened(region)
    await _save(region, dossier, unit, age_min=65)
    fiche = f"/dossiers/{dossier}/fiches/{unit}"
    await region.ok(WHO, "POST", f"{fiche}/finaliser", version=(await region.ok(WHO, "GET", fiche))["version"])
    await region.step(WHO, dossier, "envoyer")
    await region.step("sesan", dossier, "valider")
    found = await _differences(region, dossier)
    assert found["phrases"][0]["texte"] == "« Unité A » : Âge minimum : 60 ans → 65 ans"


async def test_what_a_direct_edit_set_and_the_dossier_will_replace_is_said(region: World) -> None:
    unit = await region.publish("Unité A", age_max=90)
    dossier = await _reopened(region)
    await _save(region, dossier, unit, age_max=70)
    body: dict[str, Any] = {"valeurs": {"age_max": 99, "age_min": 62}, "repercussions": []}
    asked = (await region.call(WHO, "PATCH", f"/structures/{unit}", body, version=1)).json()
    [question] = asked["questions"]
    answer = {key: question[key] for key in ("dossier_id", "champ", "version")} | {"repercuter": False}
    await region.ok(WHO, "PATCH", f"/structures/{unit}", body | {"repercussions": [answer]}, version=1)
    found = await _differences(region, dossier)
    assert found["groupes"] == ["1 unité opérationnelle modifiée", "1 valeur publiée sera remplacée"]
    node = found["noeuds"][1]
    assert [one["phrase"] for one in node["ecarts"]] == ["Âge maximum : 99 ans → 70 ans"]
    [replaced] = node["remplacements"]
    assert replaced["phrase"] == "Âge maximum : 99 ans, publié par REFERENT.EHPAD, sera remplacé par 70 ans"
    assert found["phrases"][-1]["texte"].endswith("sera remplacé par 70 ans")


async def test_an_integrated_dossier_tells_what_it_deleted_and_nothing_of_what_came_after(region: World) -> None:
    unit, other = await region.publish("Unité A"), await region.publish("Unité B")
    dossier = await _reopened(region)
    version = (await region.ok(WHO, "GET", f"/dossiers/{dossier}/fiches/{unit}"))["version"]
    await region.ok(WHO, "DELETE", f"/dossiers/{dossier}/fiches/{unit}", version=version)
    before = await _differences(region, dossier)
    await region.step(WHO, dossier, "envoyer")
    await region.step("sesan", dossier, "valider")
    await region.change(other, age_min=70)
    after = await _differences(region, dossier)
    assert (after["resume"], after["phrases"]) == (before["resume"], before["phrases"])
    assert [(one["nom"], one["changements"]) for one in after["noeuds"]] == [
        ("EHPAD Les Tilleuls", []),
        ("Unité A", ["supprime"]),
    ]
