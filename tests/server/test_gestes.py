"""Undo and redo of what was done to a dossier, on the server: whole, across sessions, never over somebody else."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx
import sqlalchemy as sa

from ror_server.store import accounts
from ror_server.store.tables import droits
from ror_tui.api_client.models import Role
from tests.world import EHPAD, HOPITAL, World, eg_id

WHO = "referent.ehpad"
OTHER = "referent.ej"


async def opened(region: World, who: str = WHO, finess: str = EHPAD) -> str:
    return str((await region.open_dossier(who, finess))["id"])


async def undo(region: World, dossier: str, who: str = WHO, action: str = "annuler") -> httpx.Response:
    version = (await region.ok(who, "GET", f"/dossiers/{dossier}"))["version"]
    return await region.call(who, "POST", f"/dossiers/{dossier}/{action}", version=version)


async def redo(region: World, dossier: str, who: str = WHO) -> httpx.Response:
    return await undo(region, dossier, who, "refaire")


async def said(region: World, dossier: str, who: str = WHO) -> list[str]:
    listed = await region.ok(who, "GET", f"/dossiers/{dossier}/gestes")
    return [f"{'x ' if one['defait'] else ''}{one['libelle']}" for one in listed["gestes"]]


async def content(region: World, dossier: str, who: str = WHO) -> list[tuple[Any, ...]]:
    """Give the tree without its versions: what an undo must bring back."""
    nodes = await region.nodes(who, dossier)
    return [(node["id"], node["parent_id"], node["nom"], node["etat"], node["changements"]) for node in nodes.values()]


async def patch(region: World, dossier: str, fiche: str, who: str = WHO, **values: Any) -> None:
    path = f"/dossiers/{dossier}/fiches/{fiche}"
    version = (await region.ok(who, "GET", path))["version"]
    await region.ok(who, "PATCH", path, {"valeurs": values}, version=version)


async def act(region: World, dossier: str, fiche: str, action: str, body: Any = None, who: str = WHO) -> None:
    path = f"/dossiers/{dossier}/fiches/{fiche}"
    version = (await region.ok(who, "GET", path))["version"]
    if action == "supprimer":
        await region.ok(who, "DELETE", path, version=version)
    else:
        await region.ok(who, "POST", f"{path}/{action}", body, version=version)


async def test_every_action_is_told_in_french_undone_in_reverse_and_done_again(region: World) -> None:
    published = await region.publish("Unité publiée")
    dossier = await opened(region)
    states = [await content(region, dossier)]
    units = await region.add(WHO, dossier, eg_id(EHPAD), count=3)
    states.append(await content(region, dossier))
    await region.fill(WHO, dossier, units[0], nom="Unité A")
    saved = (await content(region, dossier))[:]
    await act(region, dossier, units[0], "dupliquer", {"fois": 2, "avec_enfants": True})
    duplicated = await content(region, dossier)
    await act(region, dossier, units[1], "supprimer")
    deleted = await content(region, dossier)
    await act(region, dossier, published, "supprimer")
    await act(region, dossier, published, "retablir")
    await patch(region, dossier, published, age_max=12)
    assert await said(region, dossier) == [
        "Modifier « Unité publiée » : Âge maximum",
        "Rétablir « Unité publiée »",
        "Supprimer « Unité publiée »",
        "Supprimer « Nouvelle unité opérationnelle »",
        "Dupliquer « Unité A » 2 fois",
        "Finaliser « Unité A »",
        "Modifier « Nouvelle unité opérationnelle » : Nom, Type d'UO, Âge minimum et 2 autres",
        "Créer 3 unités opérationnelles sous « EHPAD Les Tilleuls »",
    ]
    last = await content(region, dossier)
    for _ in range(3):
        assert (await undo(region, dossier)).status_code == 200
    assert await content(region, dossier) == deleted
    assert (await undo(region, dossier)).status_code == 200
    assert await content(region, dossier) == duplicated
    assert (await undo(region, dossier)).status_code == 200
    assert await content(region, dossier) == saved
    await undo(region, dossier)
    await undo(region, dossier)
    assert await content(region, dossier) == states[1]
    assert (await undo(region, dossier)).json()["geste"]["libelle"].startswith("Créer 3 unités")
    assert await content(region, dossier) == states[0]
    refused = await undo(region, dossier)
    assert (refused.status_code, "rien à annuler" in refused.json()["detail"]) == (409, True)

    region.tokens.clear()
    for _ in range(8):
        assert (await redo(region, dossier)).status_code == 200
    assert await content(region, dossier) == last
    assert (await redo(region, dossier)).status_code == 409


async def test_a_version_never_comes_back_with_another_content(region: World) -> None:
    dossier = await opened(region)
    [unit] = await region.add(WHO, dossier, eg_id(EHPAD))
    path = f"/dossiers/{dossier}/fiches/{unit}"
    seen = set()
    for _ in range(3):
        await patch(region, dossier, unit, age_min=3)
        seen.add((await region.ok(WHO, "GET", path))["version"])
        await undo(region, dossier)
        seen.add((await region.ok(WHO, "GET", path))["version"])
        await undo(region, dossier)
        await redo(region, dossier)
    assert len(seen) == 6
    stale = await region.call(WHO, "PATCH", path, {"valeurs": {"age_min": 4}}, version=min(seen))
    assert stale.status_code == 412


async def test_each_one_undoes_only_what_it_did_itself(region: World) -> None:
    dossier = await opened(region)
    [mine] = await region.add(WHO, dossier, eg_id(EHPAD))
    [theirs] = await region.add(OTHER, dossier, eg_id(EHPAD))
    assert (await undo(region, dossier)).status_code == 200
    nodes = await region.nodes(WHO, dossier)
    assert theirs in nodes
    assert mine not in nodes


async def test_an_undo_over_somebody_else_is_refused_with_who_what_and_when(region: World) -> None:
    dossier = await opened(region)
    [unit] = await region.add(WHO, dossier, eg_id(EHPAD))
    await patch(region, dossier, unit, nom="Unité A", age_min=3)
    await patch(region, dossier, unit, OTHER, age_min=5)
    refused = await undo(region, dossier)
    assert refused.status_code == 409
    assert (
        "REFERENT.EJ a fait depuis « Modifier « Unité A » : Âge minimum » (le 23/11/2026 à 10:00)"
        in (refused.json()["detail"])
    )
    assert (await region.ok(WHO, "GET", f"/dossiers/{dossier}/fiches/{unit}"))["valeurs"]["age_min"] == 5
    assert (await undo(region, dossier, OTHER)).status_code == 200
    assert (await undo(region, dossier)).status_code == 200


async def test_a_creation_is_not_undone_under_what_somebody_put_there(region: World) -> None:
    dossier = await opened(region, "referent.hopital", HOPITAL)
    [pole] = await region.add("referent.hopital", dossier, eg_id(HOPITAL), "pole")
    [unit] = await region.add(OTHER, dossier, pole)
    refused = await undo(region, dossier, "referent.hopital")
    assert refused.status_code == 409
    assert "Créer 1 unité opérationnelle sous « Nouveau pôle »" in refused.json()["detail"]
    await undo(region, dossier, OTHER)
    assert (await undo(region, dossier, "referent.hopital")).status_code == 200
    assert unit not in await region.nodes(OTHER, dossier)


async def _publish_for_the_hospital(region: World, dossier: str) -> None:
    for who, action in (("referent.hopital", "envoyer"), ("direction", "envoyer"), ("sesan", "valider")):
        await region.step(who, dossier, action)


async def test_what_lost_its_place_to_the_repertoire_is_deleted_and_comes_back_as_the_conflict_that_it_was(
    region: World,
) -> None:
    who = "referent.hopital"
    first = await opened(region, who, HOPITAL)
    [pole] = await region.add(who, first, eg_id(HOPITAL), "pole")
    [published] = await region.add(who, first, pole)
    for fiche in (pole, published):
        await region.fill(who, first, fiche, nom=f"Unité {fiche[:4]}")
    await _publish_for_the_hospital(region, first)
    mine, ending = await opened(region, who, HOPITAL), str(uuid4())
    [new] = await region.add(who, mine, pole)
    await patch(region, mine, published, who, age_min=7)
    await patch(region, mine, new, OTHER, age_min=8)
    body = {"id": ending, "structure_id": str(eg_id(HOPITAL)), "titre": "Fin du pôle", "meme_si_ouvert": True}
    await region.ok(OTHER, "POST", "/dossiers", body)
    await act(region, ending, pole, "supprimer", who=OTHER)
    await region.step(OTHER, ending, "envoyer")
    await region.step("direction", ending, "envoyer")
    await region.step("sesan", ending, "valider")
    before = await content(region, mine, who)
    for fiche, nature in ((new, "parent"), (published, "supprimee")):
        assert (await region.nodes(who, mine))[fiche]["etat"] == "en_conflit"
        await act(region, mine, fiche, "supprimer", who=who)
        assert fiche not in {one[0] for one in await content(region, mine, who) if one[3] == "en_conflit"}
        assert (await undo(region, mine, who)).status_code == 200
        assert await content(region, mine, who) == before
        asked = (await region.ok(who, "GET", f"/dossiers/{mine}/conflits"))["conflits"]
        assert nature in {one["nature"] for one in asked if one["structure_id"] == fiche}


async def test_a_fiche_does_not_come_back_under_one_whose_creation_was_undone_and_the_reason_is_true(
    region: World,
) -> None:
    who = "referent.hopital"
    dossier = await opened(region, who, HOPITAL)
    [pole] = await region.add(OTHER, dossier, eg_id(HOPITAL), "pole")
    [unit] = await region.add(who, dossier, pole)
    await act(region, dossier, unit, "supprimer", who=who)
    assert (await undo(region, dossier, OTHER)).status_code == 200
    refused = await undo(region, dossier, who)
    assert refused.status_code == 409
    assert "REFERENT.EJ a annulé depuis « Créer 1 pôle" in refused.json()["detail"]


async def test_a_move_does_not_come_back_under_what_was_deleted_meanwhile(region: World) -> None:
    who = "referent.hopital"
    dossier = await opened(region, who, HOPITAL)
    first, second = await region.add(OTHER, dossier, eg_id(HOPITAL), "pole", count=2)
    [unit] = await region.add(OTHER, dossier, first)
    await act(region, dossier, unit, "deplacer", {"parent_id": second}, who)
    assert (await said(region, dossier, who))[0] == (
        "Déplacer « Nouvelle unité opérationnelle » de « Nouveau pôle » vers « Nouveau pôle »"
    )
    await act(region, dossier, first, "supprimer", who=OTHER)
    refused = await undo(region, dossier, who)
    assert (refused.status_code, "Supprimer « Nouveau pôle »" in refused.json()["detail"]) == (409, True)


async def test_a_deletion_taken_back_brings_the_move_that_came_before_with_it(region: World) -> None:
    first = str((await region.open_dossier("referent.hopital", HOPITAL))["id"])
    one, two = await region.add("referent.hopital", first, eg_id(HOPITAL), "pole", count=2)
    [unit] = await region.add("referent.hopital", first, one, "uo")
    for node in (one, two, unit):
        await region.fill("referent.hopital", first, node, nom=f"Fiche {node[:4]}")
    await _publish_for_the_hospital(region, first)
    dossier = await opened(region, "referent.hopital", HOPITAL)

    async def do(fiche: str, action: str, body: Any = None) -> dict[str, tuple[Any, ...]]:
        await act(region, dossier, fiche, action, body, "referent.hopital")
        nodes = await region.nodes("referent.hopital", dossier)
        return {node: (nodes[node]["parent_id"], nodes[node]["changements"]) for node in (one, two, unit)}

    moved = await do(unit, "deplacer", {"parent_id": two})
    assert moved[unit] == (two, ["deplace"])
    assert (await do(unit, "supprimer"))[unit] == (one, ["supprime"])
    assert await do(unit, "retablir") == moved
    gone = await do(two, "supprimer")
    assert (gone[two][1], gone[unit][1]) == (["supprime"], ["supprime"])
    version = (await region.nodes("referent.hopital", dossier))[unit]["version"]
    path = f"/dossiers/{dossier}/fiches/{unit}/retablir"
    refused = await region.call("referent.hopital", "POST", path, version=version)
    assert (refused.status_code, f"Fiche {two[:4]}" in refused.json()["detail"]) == (409, True)
    assert await do(two, "retablir") == moved
    await do(unit, "deplacer", {"parent_id": one})
    new = (await region.add("referent.hopital", dossier, eg_id(HOPITAL), "pole"))[0]
    await do(unit, "deplacer", {"parent_id": new})
    await do(new, "supprimer")
    assert (await do(unit, "retablir"))[unit] == (one, []), "the pôle where it was moved never was"


async def test_a_new_geste_cuts_what_could_be_redone(region: World) -> None:
    dossier = await opened(region)
    await region.add(WHO, dossier, eg_id(EHPAD))
    await undo(region, dossier)
    assert (await region.ok(WHO, "GET", f"/dossiers/{dossier}"))["geste_a_refaire"] is not None
    await region.add(WHO, dossier, eg_id(EHPAD))
    assert (await redo(region, dossier)).status_code == 409
    shown = await region.ok(WHO, "GET", f"/dossiers/{dossier}")
    assert (shown["geste_a_annuler"], shown["geste_a_refaire"]) == (
        "Créer 1 unité opérationnelle sous « EHPAD Les Tilleuls »",
        None,
    )


async def test_an_undo_names_the_version_it_applies_to_and_happens_once(region: World) -> None:
    dossier = await opened(region)
    await region.add(WHO, dossier, eg_id(EHPAD), count=2)
    await region.add(WHO, dossier, eg_id(EHPAD))
    path = f"/dossiers/{dossier}/annuler"
    assert (await region.call(WHO, "POST", path, version=1)).status_code == 412
    assert (await region.call(WHO, "POST", path)).status_code == 428
    key = "4d3b7a54-2b1c-4a58-9a05-6e2f1b6c3a10"
    first = await region.call(WHO, "POST", path, version=3, key=key)
    again = await region.call(WHO, "POST", path, version=3, key=key)
    assert (first.status_code, again.headers["Idempotency-Replayed"]) == (200, "true")
    assert len(await region.nodes(WHO, dossier)) == 3


async def test_a_sent_dossier_undoes_nothing(region: World) -> None:
    dossier = await opened(region)
    [unit] = await region.add(WHO, dossier, eg_id(EHPAD))
    await region.fill(WHO, dossier, unit)
    await region.step(WHO, dossier, "envoyer")
    refused = await undo(region, dossier)
    assert (refused.status_code, "retirez-le" in refused.json()["detail"]) == (409, True)


async def test_the_list_of_gestes_is_read_page_by_page(region: World) -> None:
    dossier = await opened(region)
    for _ in range(103):
        await region.add(WHO, dossier, eg_id(EHPAD))
    first = await region.ok(WHO, "GET", f"/dossiers/{dossier}/gestes")
    rest = await region.ok(WHO, "GET", f"/dossiers/{dossier}/gestes", avant=first["suivant"])
    assert [one["rang"] for one in first["gestes"] + rest["gestes"]] == list(range(103, 0, -1))
    assert rest["suivant"] is None


async def test_nothing_is_copied_under_what_the_dossier_deletes(region: World) -> None:
    who = "referent.hopital"
    first = await opened(region, who, HOPITAL)
    [pole] = await region.add(who, first, eg_id(HOPITAL), "pole")
    await region.fill(who, first, pole, nom="Pôle A")
    for one, action in ((who, "envoyer"), ("direction", "envoyer"), ("sesan", "valider")):
        await region.step(one, first, action)
    mine = str((await region.open_dossier(who, HOPITAL, titre="Le mien"))["id"])
    await act(region, mine, pole, "supprimer", who=who)
    other = str((await region.open_dossier(who, HOPITAL, titre="Autre", meme_si_ouvert=True))["id"])
    [unit] = await region.add(who, other, pole)
    await region.fill(who, other, unit, nom="Unité venue après")
    for one, action in ((who, "envoyer"), ("direction", "envoyer"), ("sesan", "valider")):
        await region.step(one, other, action)
    assert (await region.nodes(who, mine))[unit]["parent_id"] == pole
    refused = await region.call(
        who, "POST", f"/dossiers/{mine}/fiches/{unit}/dupliquer", {"fois": 1, "avec_enfants": True}, version=0
    )
    assert (refused.status_code, "« Pôle A » est à supprimer" in refused.json()["detail"]) == (409, True)


async def test_a_reserved_field_is_neither_undone_nor_redone_by_who_lost_its_role(region: World) -> None:
    dossier = await opened(region, "referent.hopital", HOPITAL)
    fiche = str(eg_id(HOPITAL))
    await patch(region, dossier, fiche, "direction", niveau_recours_orsan="1")
    for action, held in (("annuler", "1"), ("refaire", None)):
        await give(region, "direction", Role.REFERENT)
        refused = await undo(region, dossier, "direction", action)
        assert (refused.status_code, refused.json()["type"]) == (403, "urn:ror:probleme:champ-verrouille")
        assert "« Niveau de recours ORSAN » : votre compte ne peut pas le changer" in refused.json()["detail"]
        shown = await region.ok("direction", "GET", f"/dossiers/{dossier}/fiches/{fiche}")
        assert shown["valeurs"].get("niveau_recours_orsan") == held, "nothing was done"
        await give(region, "direction", Role.DIRECTION)
        assert (await undo(region, dossier, "direction", action)).status_code == 200


async def give(region: World, who: str, role: Role) -> None:
    """Give an account one role in place of those that it has."""
    async with region.database.write() as tx:
        compte_id = await accounts.compte_id_of(tx, who)
        assert compte_id is not None
        await tx.execute(sa.update(droits).where(droits.c.compte_id == compte_id).values(role=role.value))
