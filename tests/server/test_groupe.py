"""One action on several fiches: all or none with the reason of each, one geste; what a deletion would do."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from ror_server.domain.controls import default_name
from ror_server.nomenclatures import by_code
from tests.world import EHPAD, HOPITAL, World, eg_id

WHO = "referent.hopital"


async def hospital(region: World) -> str:
    return str((await region.open_dossier(WHO, HOPITAL))["id"])


async def act(region: World, dossier: str, action: str, fiches: list[str], who: str = WHO, **more: Any) -> Any:
    answer = await ask(region, dossier, action, fiches, who, **more)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def ask(
    region: World, dossier: str, action: str, fiches: list[str], who: str = WHO, **more: Any
) -> httpx.Response:
    nodes = await region.nodes(who, dossier)
    aimed = [{"id": one, "version": nodes[one]["version"] if one in nodes else 0} for one in fiches]
    return await region.call(who, "POST", f"/dossiers/{dossier}/actions", {"action": action, "fiches": aimed, **more})


async def undo(region: World, dossier: str, who: str = WHO) -> str:
    version = (await region.ok(who, "GET", f"/dossiers/{dossier}"))["version"]
    return str((await region.ok(who, "POST", f"/dossiers/{dossier}/annuler", version=version))["geste"]["libelle"])


async def test_several_fiches_move_at_once_and_come_back_at_once(region: World) -> None:
    dossier = await hospital(region)
    first, second = await region.add(WHO, dossier, eg_id(HOPITAL), "pole", count=2)
    units = await region.add(WHO, dossier, first, count=3)
    [service] = await region.add(WHO, dossier, first, "service")
    [inside] = await region.add(WHO, dossier, service)
    done = await act(region, dossier, "deplacer", [*units[:2], service, inside], parent_id=second)
    assert done["libelle"] == "Déplacer 3 fiches de « Nouveau pôle » vers « Nouveau pôle »"
    parents = {one["id"]: one["parent_id"] for one in done["arbre"]["noeuds"]}
    assert [parents[one] for one in (*units, service, inside)] == [second, second, first, second, service]
    await undo(region, dossier)
    after = await region.nodes(WHO, dossier)
    assert [after[one]["parent_id"] for one in (*units, service)] == [first] * 4


async def test_one_fiche_that_cannot_stops_all_and_each_says_why(region: World) -> None:
    dossier = await hospital(region)
    pole, other = await region.add(WHO, dossier, eg_id(HOPITAL), "pole", count=2)
    [unit] = await region.add(WHO, dossier, eg_id(HOPITAL))
    refused = await ask(region, dossier, "deplacer", [unit, pole, other], parent_id=pole)
    problem = refused.json()
    assert refused.status_code == 422
    assert problem["detail"].startswith("Rien n'a été fait : 2 fiches sur 3 s'y opposent.\n« Nouveau pôle » : On ne")
    assert [one["pointer"] for one in problem["errors"]] == [f"/fiches/{pole}", f"/fiches/{other}"]
    assert (await region.nodes(WHO, dossier))[unit]["parent_id"] == str(eg_id(HOPITAL))


async def test_a_fiche_changed_meanwhile_stops_all(region: World) -> None:
    dossier = await hospital(region)
    units = await region.add(WHO, dossier, eg_id(HOPITAL), count=2)
    aimed = [{"id": units[0], "version": 1}, {"id": units[1], "version": 7}]
    answer = await region.call(WHO, "POST", f"/dossiers/{dossier}/actions", {"action": "supprimer", "fiches": aimed})
    assert answer.status_code == 422
    assert [one["code"] for one in answer.json()["errors"]] == ["version"]
    assert set(units) <= set(await region.nodes(WHO, dossier))


async def test_deleted_fiches_come_back_together(region: World) -> None:
    published = await region.publish("Unité publiée")
    dossier = (await region.open_dossier("referent.ehpad", EHPAD))["id"]
    [new] = await region.add("referent.ehpad", dossier, eg_id(EHPAD))
    done = await act(region, dossier, "supprimer", [published, new], "referent.ehpad")
    assert done["libelle"] == "Supprimer 2 unités opérationnelles"
    nodes = {one["id"]: one["etat"] for one in done["arbre"]["noeuds"]}
    assert (nodes[published], new in nodes) == ("a_supprimer", False)
    again = await ask(region, dossier, "supprimer", [published], "referent.ehpad")
    assert (again.status_code, again.json()["detail"]) == (409, "Cette fiche est déjà à supprimer.")
    back = await act(region, dossier, "retablir", [published], "referent.ehpad")
    assert {one["id"]: one["etat"] for one in back["arbre"]["noeuds"]}[published] == "inchangee"
    await undo(region, dossier, "referent.ehpad")
    await undo(region, dossier, "referent.ehpad")
    assert {published, new} <= set(await region.nodes("referent.ehpad", dossier))


@pytest.mark.parametrize(("children", "made"), [(True, 6), (False, 4)])
async def test_several_fiches_are_duplicated_with_or_without_their_content(
    region: World, children: bool, made: int
) -> None:
    dossier = await hospital(region)
    [pole] = await region.add(WHO, dossier, eg_id(HOPITAL), "pole")
    [inside] = await region.add(WHO, dossier, pole)
    [unit] = await region.add(WHO, dossier, eg_id(HOPITAL))
    before = len(await region.nodes(WHO, dossier))
    done = await act(region, dossier, "dupliquer", [pole, unit], fois=2, avec_enfants=children)
    assert len(done["arbre"]["noeuds"]) - before == made
    assert len(done["fiches"]) == 4
    assert inside in await region.nodes(WHO, dossier)
    assert (await undo(region, dossier)).startswith("Dupliquer 2 fiches")
    assert len(await region.nodes(WHO, dossier)) == before


async def test_two_namesakes_are_duplicated_under_two_names(region: World) -> None:
    dossier = await hospital(region)
    units = await region.add(WHO, dossier, eg_id(HOPITAL), count=2)
    for unit in units:
        await region.fill(WHO, dossier, unit, nom="Unité")
    await act(region, dossier, "dupliquer", units, fois=1, avec_enfants=False)
    named = sorted(node["nom"] for node in (await region.nodes(WHO, dossier)).values())
    assert [nom for nom in named if nom.startswith("Unité")] == ["Unité", "Unité", "Unité (copie 2)", "Unité (copie)"]


async def test_finalising_several_says_what_each_lacks_and_greens_none(region: World) -> None:
    dossier = await hospital(region)
    done, left = await region.add(WHO, dossier, eg_id(HOPITAL), count=2)
    await region.fill(WHO, dossier, done)
    path = f"/dossiers/{dossier}/fiches/{done}"
    fiche = await region.ok(WHO, "GET", path)
    await region.ok(WHO, "PATCH", path, {"valeurs": {"age_max": 80}}, version=fiche["version"])
    refused = await ask(region, dossier, "finaliser", [done, left])
    assert "Enregistrez la fiche avant de la finaliser." in refused.json()["detail"]
    assert (await region.nodes(WHO, dossier))[done]["etat"] == "a_finaliser"
    await region.fill(WHO, dossier, left)
    finished = await act(region, dossier, "finaliser", [done, left])
    assert finished["libelle"] == "Finaliser « Unité d'hébergement »"
    assert {one["etat"] for one in finished["arbre"]["noeuds"][1:]} == {"finalisee"}


async def test_the_type_of_several_changes_and_a_typed_name_is_never_forced(region: World) -> None:
    dossier = await hospital(region)
    named, plain, empty = await region.add(WHO, dossier, eg_id(HOPITAL), count=3)
    await region.fill(WHO, dossier, named, nom="Unité des Lilas", type_uo="56")
    types = by_code("JDV_J238")
    await region.fill(WHO, dossier, plain, nom=default_name(types["56"].libelle), type_uo="56")
    done = await act(region, dossier, "type_uo", [named, plain, empty], type_uo="57", renommer=True)
    names = {one["id"]: one["nom"] for one in done["arbre"]["noeuds"]}
    default = default_name(types["57"].libelle)
    assert [names[one] for one in (named, plain, empty)] == ["Unité des Lilas", default, default]
    unknown = await ask(region, dossier, "type_uo", [named], type_uo="999999")
    assert unknown.status_code == 422
    pole = await region.add(WHO, dossier, eg_id(HOPITAL), "pole")
    wrong = await ask(region, dossier, "type_uo", pole, type_uo="57")
    assert wrong.json()["detail"] == "Seule une unité opérationnelle a un type d'UO."


async def test_a_deletion_says_beforehand_all_that_it_touches(region: World) -> None:
    published = await region.publish("Unité publiée")
    who = "referent.ehpad"
    await region.ok("lecteur", "PUT", f"/favoris/{published}")
    other = (await region.open_dossier(who, EHPAD, titre="L'autre", meme_si_ouvert=True))["id"]
    path = f"/dossiers/{other}/fiches/{published}"
    await region.ok(who, "PATCH", path, {"valeurs": {"age_max": 3}}, version=0)
    dossier = (await region.open_dossier(who, EHPAD, titre="Le mien", meme_si_ouvert=True))["id"]
    [new] = await region.add(who, dossier, eg_id(EHPAD))
    told = await region.ok(who, "POST", f"/dossiers/{dossier}/consequences", {"fiches": [published, new]})
    assert told == {
        "fiches": 2,
        "dessous": 0,
        "perdues": ["Nouvelle unité opérationnelle"],
        "marquees": 1,
        "favoris": 1,
        "dossiers": ["L'autre"],
        "confirmer": None,
    }
    assert {published, new} <= set(await region.nodes(who, dossier))


async def test_above_ten_fiches_below_a_name_must_be_typed(region: World) -> None:
    dossier = await hospital(region)
    [pole] = await region.add(WHO, dossier, eg_id(HOPITAL), "pole")
    await region.add(WHO, dossier, pole, count=10)
    told = await region.ok(WHO, "POST", f"/dossiers/{dossier}/consequences", {"fiches": [pole]})
    assert (told["dessous"], told["confirmer"]) == (10, None)
    await region.add(WHO, dossier, pole)
    told = await region.ok(WHO, "POST", f"/dossiers/{dossier}/consequences", {"fiches": [pole]})
    assert (told["dessous"], told["confirmer"]) == (11, "Nouveau pôle")
