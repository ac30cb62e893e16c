"""Around a dossier, on SQLite and PostgreSQL: who is there, comments, where it stands."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from tests.world import EHPAD, HOPITAL, World, eg_id

WHO = "referent.hopital"


async def _opened(region: World) -> tuple[str, str]:
    dossier = (await region.open_dossier(WHO, HOPITAL))["id"]
    [fiche] = await region.add(WHO, dossier, eg_id(HOPITAL))
    return dossier, fiche


async def _sign(region: World, who: str, dossier: str, **where: Any) -> list[tuple[str, str | None, bool]]:
    around = await region.ok(who, "PUT", f"/dossiers/{dossier}/presence", where)
    return [(one["nom"], one["structure_id"], one["ecrit"]) for one in around["presents"]]


async def test_people_in_one_dossier_see_each_other_and_on_which_fiche(region: World) -> None:
    dossier, fiche = await _opened(region)
    assert await _sign(region, WHO, dossier) == []
    assert await _sign(region, "direction", dossier, structure_id=fiche, ecrit=True) == [(WHO.upper(), None, False)]
    assert await _sign(region, WHO, dossier, structure_id=fiche) == [("DIRECTION", fiche, True)]
    await region.ok("direction", "DELETE", f"/dossiers/{dossier}/presence")
    assert await _sign(region, WHO, dossier) == []


async def test_one_who_says_nothing_for_long_is_no_longer_there(region: World) -> None:
    dossier, _ = await _opened(region)
    await _sign(region, "direction", dossier)
    region.clock.forward(seconds=44)
    assert await _sign(region, WHO, dossier) == [("DIRECTION", None, False)]
    region.clock.forward(seconds=2)
    assert await _sign(region, WHO, dossier) == []


async def test_two_people_fill_two_fiches_at_once(region: World) -> None:
    dossier, first = await _opened(region)
    [second] = await region.add("direction", dossier, eg_id(HOPITAL))
    read = {one: await region.ok(WHO, "GET", f"/dossiers/{dossier}/fiches/{one}") for one in (first, second)}
    for who, fiche in ((WHO, first), ("direction", second)):
        path, values = f"/dossiers/{dossier}/fiches/{fiche}", {"valeurs": {"nom": f"De {who}"}}
        await region.ok(who, "PATCH", path, values, version=read[fiche]["version"])
    nodes = await region.nodes(WHO, dossier)
    assert [nodes[one]["nom"] for one in (first, second)] == [f"De {WHO}", "De direction"]


async def _say(region: World, who: str, dossier: str, texte: str, fiche: str | None = None) -> list[dict[str, Any]]:
    body = {"id": str(uuid4()), "texte": texte} | ({"structure_id": fiche} if fiche else {})
    said = await region.ok(who, "POST", f"/dossiers/{dossier}/commentaires", body)
    return list(said["elements"])


async def test_author_and_validator_talk_on_a_fiche_and_settle_it(region: World) -> None:
    dossier, fiche = await _opened(region)
    region.clock.forward(minutes=1)
    [question] = await _say(region, "sesan", dossier, "Quel type\x1b[31m ?", fiche)
    assert (question["fiche"], question["auteur"]) == ("Nouvelle unité opérationnelle", "SESAN")
    assert question["texte"] == "Quel type [31m ?"
    region.clock.forward(minutes=1)
    assert [one["texte"] for one in await _say(region, WHO, dossier, "Général.")][1:] == ["Général."]
    around = await region.ok(WHO, "GET", f"/dossiers/{dossier}/entourage")
    assert (around["commentaires"], around["generaux"]) == ({fiche: 1}, 1)

    path = f"/dossiers/{dossier}/commentaires/{question['id']}/regler"
    settled = (await region.ok(WHO, "POST", path, {"regle": True}))["elements"][0]
    assert (settled["regle_par"], settled["regle_le"] is None) == (WHO.upper(), False)
    assert (await region.ok(WHO, "GET", f"/dossiers/{dossier}/entourage"))["commentaires"] == {}
    again = (await region.ok("sesan", "POST", path, {"regle": False}))["elements"][0]
    assert again["regle_le"] is None


async def test_a_comment_elsewhere_blank_or_on_a_closed_dossier_is_refused(region: World) -> None:
    dossier, fiche = await _opened(region)
    path = f"/dossiers/{dossier}/commentaires"
    for body, status in (
        ({"id": str(uuid4()), "texte": " \x1b "}, 422),
        ({"id": str(uuid4()), "texte": "Ici ?", "structure_id": str(uuid4())}, 404),
    ):
        assert (await region.call(WHO, "POST", path, body)).status_code == status
    [said] = await _say(region, WHO, dossier, "Bonjour", fiche)
    other = (await region.open_dossier("referent.ehpad", EHPAD))["id"]
    lost = f"/dossiers/{other}/commentaires/{said['id']}/regler"
    assert (await region.call("admin", "POST", lost, {"regle": True})).status_code == 404
    await region.step(WHO, dossier, "abandonner")
    answer = await region.call(WHO, "POST", path, {"id": str(uuid4()), "texte": "Trop tard"})
    assert (answer.status_code, "abandonné" in answer.json()["detail"]) == (409, True)


async def test_comments_follow_the_fiches_that_go_back(region: World) -> None:
    dossier = (await region.open_dossier("referent.ehpad", EHPAD))["id"]
    kept, refused = await region.add("referent.ehpad", dossier, eg_id(EHPAD), count=2)
    for fiche in (kept, refused):
        await region.fill("referent.ehpad", dossier, fiche, nom=fiche[:6])
    await region.step("referent.ehpad", dossier, "envoyer")
    await _say(region, "sesan", dossier, "Pourquoi 60 ans ?", refused)
    body = {"fiches": [{"structure_id": refused, "motif": "Voir le commentaire."}]}
    done = await region.step("sesan", dossier, "valider-partie", body)
    said = await region.ok("referent.ehpad", "GET", f"/dossiers/{done['suites'][0]['id']}/commentaires")
    assert [one["texte"] for one in said["elements"]] == ["Pourquoi 60 ans ?"]
    assert (await region.ok("sesan", "GET", f"/dossiers/{dossier}/commentaires"))["elements"] == []


async def _way(region: World, dossier: str) -> list[tuple[str, str]]:
    suivi = await region.ok(WHO, "GET", f"/dossiers/{dossier}/suivi")
    return [(one["libelle"], one["etat"]) for one in suivi["etapes"]]


async def test_where_is_my_dossier_says_each_step_who_must_act_and_since_when(region: World) -> None:
    dossier, fiche = await _opened(region)
    await region.fill(WHO, dossier, fiche)
    assert await _way(region, dossier) == [
        ("Saisie", "ici"), ("Direction", "a_venir"), ("SESAN", "a_venir"), ("Publication", "a_venir"),
    ]  # fmt: skip
    region.clock.forward(hours=2)
    await region.step(WHO, dossier, "envoyer")
    suivi = await region.ok(WHO, "GET", f"/dossiers/{dossier}/suivi")
    direction = suivi["etapes"][1]
    assert (direction["etat"], direction["qui"], direction["le"]) == ("ici", ["DIRECTION"], "2026-11-23T11:00:00Z")
    region.clock.forward(hours=1)
    await region.step("direction", dossier, "envoyer")
    direction, sesan = (await region.ok(WHO, "GET", f"/dossiers/{dossier}/suivi"))["etapes"][1:3]
    assert (direction["etat"], direction["par"]) == ("faite", "DIRECTION")
    assert (sesan["etat"], sesan["qui"]) == ("ici", ["SESAN"])
    await region.step("sesan", dossier, "refuser", {"motif": "Précisez l'âge."})
    suivi = await region.ok(WHO, "GET", f"/dossiers/{dossier}/suivi")
    assert [one["etat"] for one in suivi["etapes"]] == ["ici", "faite", "a_venir", "a_venir"]
    assert suivi["etapes"][0]["libelle"] == "Correction"
    assert (suivi["dernier_mot"]["auteur"], suivi["dernier_mot"]["texte"]) == ("SESAN", "Précisez l'âge.")
    await region.fill(WHO, dossier, fiche, age_min=65)
    assert dict(await _way(region, dossier))["Direction"] == "a_venir"


async def test_the_usual_delay_is_the_median_of_past_answers_and_says_nothing_before_three(region: World) -> None:
    for rank, hours in enumerate((1, 50, 3)):
        dossier = (await region.open_dossier("referent.ehpad", EHPAD, meme_si_ouvert=True, titre=f"n° {rank}"))["id"]
        [fiche] = await region.add("referent.ehpad", dossier, eg_id(EHPAD))
        await region.fill("referent.ehpad", dossier, fiche, nom=f"Unité {rank}")
        await region.step("referent.ehpad", dossier, "envoyer")
        region.clock.forward(hours=hours)
        region.tokens.clear()
        sesan = (await region.ok("sesan", "GET", f"/dossiers/{dossier}/suivi"))["etapes"][1]
        assert (sesan["delai"], sesan["delai_sur"]) == (None, 0)
        await region.step("sesan", dossier, "valider" if rank else "refuser", None if rank else {"motif": "Non."})
    other = (await region.open_dossier("referent.ehpad", EHPAD, meme_si_ouvert=True))["id"]
    sesan = (await region.ok("sesan", "GET", f"/dossiers/{other}/suivi"))["etapes"][1]
    assert (sesan["delai"], sesan["delai_sur"]) == (3 * 3600.0, 3)
