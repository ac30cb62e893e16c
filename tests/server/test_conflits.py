"""Conflicts over HTTP: what is asked, with who and when; what each answer does, up to the Répertoire."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from ror_server import nomenclatures
from ror_server.store import nomenclatures as imported
from tests.world import COMPLETE, EHPAD, HOPITAL, World, eg_id

WHO = "referent.ehpad"


async def _draft(region: World, unit: str, **values: Any) -> str:
    """Open a dossier that changes a unit, and give its id."""
    dossier = str((await region.open_dossier(WHO, EHPAD, titre="Le mien", meme_si_ouvert=True))["id"])
    await _save(region, dossier, unit, **values)
    return dossier


async def _save(region: World, dossier: str, unit: str, **values: Any) -> dict[str, Any]:
    path = f"/dossiers/{dossier}/fiches/{unit}"
    fiche = await region.ok(WHO, "GET", path)
    saved = await region.ok(WHO, "PATCH", path, {"valeurs": values}, version=fiche["version"])
    return dict(await region.ok(WHO, "POST", f"{path}/finaliser", version=saved["version"]))


async def asked(region: World, dossier: str, who: str = WHO) -> list[dict[str, Any]]:
    return list((await region.ok(who, "GET", f"/dossiers/{dossier}/conflits"))["conflits"])


def _answer(conflict: dict[str, Any], choix: str, valeur: Any = None) -> dict[str, Any]:
    named = {key: conflict[key] for key in ("structure_id", "nature", "champ", "empreinte")}
    return named | {"choix": choix, "valeur": valeur}


async def _resolve(region: World, dossier: str, *answers: dict[str, Any], status: int = 200) -> dict[str, Any]:
    version = (await region.ok(WHO, "GET", f"/dossiers/{dossier}"))["version"]
    path = f"/dossiers/{dossier}/conflits/resoudre"
    answer = await region.call(WHO, "POST", path, {"reponses": list(answers)}, version=version)
    assert answer.status_code == status, answer.text
    return dict(answer.json())


async def _values(region: World, unit: str) -> dict[str, Any]:
    return dict((await region.ok(WHO, "GET", f"/structures/{unit}"))["valeurs"])


async def _publish(region: World, dossier: str) -> None:
    await region.step(WHO, dossier, "envoyer")
    await region.step("sesan", dossier, "valider")


async def test_a_conflict_says_what_who_when_and_from_where(region: World) -> None:
    unit = await region.publish("Unité A")
    dossier = await _draft(region, unit, age_min=65)
    region.clock.forward(minutes=5)
    await region.change(unit, age_min=55)
    [conflict] = await asked(region, dossier)
    assert (conflict["nature"], conflict["champ"], conflict["libelle"]) == ("valeur", "age_min", "Âge minimum")
    assert [conflict[key] for key in ("base", "mienne", "publiee")] == [60, 65, 55]
    assert [conflict[f"{key}_texte"] for key in ("base", "mienne", "publiee")] == ["60 ans", "65 ans", "55 ans"]
    [change] = conflict["changements"]
    assert (change["par"], change["origine"]) == ("SESAN", "par le dossier « Mise à jour »")
    assert change["le"].startswith("2026-11-23T09:05")
    assert "Âge minimum : 60 ans → 55 ans" in change["texte"]
    assert (await region.nodes(WHO, dossier))[unit]["etat"] == "en_conflit"


async def test_each_age_of_a_conflict_is_said_in_its_own_unit(region: World) -> None:
    unit = await region.publish("Unité A")
    dossier = await _draft(region, unit, age_min=18, age_min_unite="mo")
    await region.change(unit, age_min=55)
    [conflict] = [one for one in await asked(region, dossier) if one["champ"] == "age_min"]
    assert [conflict[f"{key}_texte"] for key in ("base", "mienne", "publiee")] == ["60 ans", "18 mois", "55 ans"]
    assert "Âge minimum : 60 ans → 55 ans" in conflict["changements"][0]["texte"]


@pytest.mark.parametrize(("choix", "valeur", "after"), [("mienne", None, 65), ("publiee", None, 55), ("autre", 62, 62)])
async def test_each_answer_settles_and_goes_to_the_repertoire(
    region: World, choix: str, valeur: int | None, after: int
) -> None:
    unit = await region.publish("Unité A")
    dossier = await _draft(region, unit, age_min=65, age_max=99)
    await region.change(unit, age_min=55)
    refused = await region.call(WHO, "POST", f"/dossiers/{dossier}/envoyer", version=await _version(region, dossier))
    assert refused.status_code == 409
    assert [one["champ"] for one in refused.json()["conflits"]] == ["age_min"]
    [conflict] = await asked(region, dossier)
    assert (await _resolve(region, dossier, _answer(conflict, choix, valeur)))["conflits"] == []
    fiche = await region.ok(WHO, "GET", f"/dossiers/{dossier}/fiches/{unit}")
    if fiche["etat"] != "finalisee":
        path = f"/dossiers/{dossier}/fiches/{unit}/finaliser"
        await region.ok(WHO, "POST", path, version=fiche["version"])
    await _publish(region, dossier)
    published = await _values(region, unit)
    assert (published["age_min"], published["age_max"]) == (after, 99)


async def _version(region: World, dossier: str) -> int:
    return int((await region.ok(WHO, "GET", f"/dossiers/{dossier}"))["version"])


async def test_an_answer_to_what_has_moved_again_is_refused_and_nothing_is_written(region: World) -> None:
    unit = await region.publish("Unité A")
    dossier = await _draft(region, unit, age_min=65, nom="Unité B")
    await region.change(unit, age_min=55, nom="Unité C")
    before = {one["champ"]: one for one in await asked(region, dossier)}
    await region.change(unit, age_min=50)
    refused = await _resolve(region, dossier, *(_answer(one, "mienne") for one in before.values()), status=409)
    assert [one["champ"] for one in refused["conflits"]] == ["age_min"]
    assert {one["champ"] for one in await asked(region, dossier)} == {"nom", "age_min"}
    after = await _resolve(region, dossier, _answer(before["nom"], "mienne"))
    assert [one["champ"] for one in after["conflits"]] == ["age_min"]


async def test_a_field_resolved_is_asked_again_only_when_it_moves_again(region: World) -> None:
    unit = await region.publish("Unité A")
    dossier = await _draft(region, unit, age_min=65, nom="Unité B")
    await region.change(unit, age_min=55, nom="Unité C")
    after = await _resolve(region, dossier, *(_answer(one, "mienne") for one in await asked(region, dossier)))
    assert after["conflits"] == []
    tree = (await region.ok(WHO, "GET", f"/dossiers/{dossier}/differences"))["noeuds"]
    replaced = [one for node in tree for one in node["remplacements"]]
    assert [(one["libelle"], one["publie"], one["dossier"], one["par"]) for one in replaced] == [
        ("Nom", "Unité C", "Unité B", "SESAN"),
        ("Âge minimum", "55 ans", "65 ans", "SESAN"),
    ]
    await region.change(unit, age_min=50, age_max=99)
    assert [one["champ"] for one in await asked(region, dossier)] == ["age_min"]


async def test_what_the_author_did_not_see_is_never_overwritten_in_silence(region: World) -> None:
    unit = await region.publish("Unité A")
    dossier = str((await region.open_dossier(WHO, EHPAD, meme_si_ouvert=True))["id"])
    path = f"/dossiers/{dossier}/fiches/{unit}"
    seen = await region.ok(WHO, "GET", path)
    await region.change(unit, age_min=55)
    body = {"valeurs": {"age_min": 65}, "vues": {"age_min": seen["publiees"]["age_min"]}}
    await region.ok(WHO, "PATCH", path, body, version=seen["version"])
    [conflict] = await asked(region, dossier)
    assert [conflict[key] for key in ("base", "mienne", "publiee")] == [60, 65, 55]


async def test_lists_are_merged_by_element_up_to_the_repertoire(region: World) -> None:
    unit = await region.publish("Unité A", activites=["293", "292"])
    dossier = await _draft(region, unit, activites=["293", "291"])
    await region.change(unit, activites=["293", "292", "290"])
    assert await asked(region, dossier) == []
    fiche = await region.ok(WHO, "GET", f"/dossiers/{dossier}/fiches/{unit}")
    assert fiche["valeurs"]["activites"] == ["290", "291", "293"]
    await _publish(region, dossier)
    assert (await _values(region, unit))["activites"] == ["290", "291", "293"]


async def test_a_unit_deleted_elsewhere_is_made_again_with_its_own_id(region: World) -> None:
    unit = await region.publish("Unité A")
    dossier = await _draft(region, unit, age_min=65)
    await region.delete(unit)
    [conflict] = await asked(region, dossier)
    assert (conflict["nature"], conflict["changements"][0]["par"]) == ("supprimee", "SESAN")
    await _resolve(region, dossier, _answer(conflict, "mienne"))
    fiche = await region.ok(WHO, "GET", f"/dossiers/{dossier}/fiches/{unit}")
    await region.ok(WHO, "POST", f"/dossiers/{dossier}/fiches/{unit}/finaliser", version=fiche["version"])
    await _publish(region, dossier)
    structure = await region.ok(WHO, "GET", f"/structures/{unit}")
    assert (structure["nom"], structure["valeurs"]["age_min"], structure["version"]) == ("Unité A", 65, 3)
    offers = await region.ok(WHO, "GET", "/offres", q="Unité A")
    assert [one["id"] for one in offers["elements"]] == [unit]


async def test_a_unit_that_two_dossiers_bring_back_is_published_once_and_what_differs_is_asked(region: World) -> None:
    unit = await region.publish("Unité A")
    dossier = await _draft(region, unit, age_min=65)
    await region.delete(unit)
    [conflict] = await asked(region, dossier)
    await _resolve(region, dossier, _answer(conflict, "mienne"))
    back = (await region.ok(WHO, "POST", "/historique/2/annuler", {"id": str(uuid4())}))["id"]
    await _publish(region, back)
    [conflict] = await asked(region, dossier)
    told = [conflict[key] for key in ("champ", "base_texte", "mienne_texte", "publiee_texte")]
    assert told == ["age_min", "(vide)", "65 ans", "60 ans"]
    await _resolve(region, dossier, _answer(conflict, "mienne"))
    version = await _fiche(region, dossier, unit)
    await region.ok(WHO, "POST", f"/dossiers/{dossier}/fiches/{unit}/finaliser", version=version)
    await _publish(region, dossier)
    wanted = COMPLETE | {"nom": "Unité A", "age_min": 65}
    values = await _values(region, unit)
    assert {champ: values[champ] for champ in wanted} == wanted
    assert (await region.nodes(WHO, back))[unit]["changements"] == ["nouveau"], "a closed dossier tells what it did"


async def test_a_unit_deleted_elsewhere_can_be_dropped(region: World) -> None:
    unit = await region.publish("Unité A")
    dossier = await _draft(region, unit, age_min=65)
    await region.delete(unit)
    [conflict] = await asked(region, dossier)
    assert (await _resolve(region, dossier, _answer(conflict, "publiee")))["conflits"] == []
    assert unit not in await region.nodes(WHO, dossier)


@pytest.mark.parametrize("choix", ["mienne", "publiee"])
async def test_a_deletion_of_what_changed_since_is_confirmed_or_given_up(region: World, choix: str) -> None:
    unit = await region.publish("Unité A")
    dossier = str((await region.open_dossier(WHO, EHPAD, meme_si_ouvert=True))["id"])
    version = (await region.ok(WHO, "GET", f"/dossiers/{dossier}/fiches/{unit}"))["version"]
    await region.ok(WHO, "DELETE", f"/dossiers/{dossier}/fiches/{unit}", version=version)
    await region.change(unit, age_min=55)
    [conflict] = await asked(region, dossier)
    assert (conflict["nature"], "Âge minimum" in conflict["changements"][0]["texte"]) == ("suppression", True)
    assert (await _resolve(region, dossier, _answer(conflict, choix)))["conflits"] == []
    kept = (await region.nodes(WHO, dossier))[unit]["etat"]
    assert kept == ("a_supprimer" if choix == "mienne" else "inchangee")


async def test_two_moves_of_one_service_are_a_question_of_place(region: World) -> None:
    who = "referent.hopital"
    first = (await region.open_dossier(who, HOPITAL))["id"]
    poles = await region.add(who, first, eg_id(HOPITAL), "pole", 3)
    [service] = await region.add(who, first, poles[0], "service")
    for node, nom in zip([*poles, service], ["Pôle A", "Pôle B", "Pôle C", "Service"], strict=True):
        await region.fill(who, first, node, nom=nom)
    await _through(region, first)
    mine, theirs = [
        (await region.open_dossier(who, HOPITAL, titre=titre, meme_si_ouvert=True))["id"] for titre in ("a", "b")
    ]
    for dossier, pole in ((mine, poles[1]), (theirs, poles[2])):
        path = f"/dossiers/{dossier}/fiches/{service}/deplacer"
        await region.ok(who, "POST", path, {"parent_id": pole}, version=0)
    await _through(region, theirs)
    [conflict] = (await region.ok(who, "GET", f"/dossiers/{mine}/conflits"))["conflits"]
    texts = [conflict[f"{key}_texte"] for key in ("base", "mienne", "publiee")]
    assert texts == ["sous « Pôle A »", "sous « Pôle B »", "sous « Pôle C »"]
    version = (await region.ok(who, "GET", f"/dossiers/{mine}"))["version"]
    body = {"reponses": [_answer(conflict, "autre", str(eg_id(HOPITAL)))]}
    after = await region.ok(who, "POST", f"/dossiers/{mine}/conflits/resoudre", body, version=version)
    assert after["conflits"] == []
    assert (await region.nodes(who, mine))[service]["parent_id"] == str(eg_id(HOPITAL))


async def _through(region: World, dossier: str) -> None:
    await region.step("referent.hopital", dossier, "envoyer")
    await region.step("direction", dossier, "envoyer")
    await region.step("sesan", dossier, "valider")


async def test_a_namesake_published_meanwhile_is_asked_once(region: World) -> None:
    dossier = str((await region.open_dossier(WHO, EHPAD, titre="Le mien"))["id"])
    [unit] = await region.add(WHO, dossier, eg_id(EHPAD))
    await region.fill(WHO, dossier, unit, nom="Unité A")
    await region.publish("unité a")
    [conflict] = await asked(region, dossier)
    assert (conflict["nature"], conflict["structure_id"]) == ("nom", unit)
    after = await _resolve(region, dossier, _answer(conflict, "mienne"))
    assert after["conflits"] == []
    await _publish(region, dossier)


async def test_the_same_key_gives_the_same_answer_and_resolves_once(region: World) -> None:
    unit = await region.publish("Unité A")
    dossier = await _draft(region, unit, age_min=65)
    await region.change(unit, age_min=55)
    [conflict] = await asked(region, dossier)
    version, key = await _version(region, dossier), str(uuid4())
    body = {"reponses": [_answer(conflict, "publiee")]}
    path = f"/dossiers/{dossier}/conflits/resoudre"
    first, second = [await region.call(WHO, "POST", path, body, version=version, key=key) for _ in range(2)]
    assert (first.status_code, second.headers["Idempotency-Replayed"]) == (200, "true")
    assert first.json() == second.json()


async def test_the_safe_answer_is_the_author_s_own_newer_change_or_a_mere_writing(region: World) -> None:
    unit = await region.publish("Unité A", commentaire="Durand")
    dossier = await _draft(region, unit, commentaire="DURAND  Élodie", age_min=65)
    await region.change(unit, commentaire="Durand Elodie", age_min=55)
    safe = {one["champ"]: one["sur"] for one in await asked(region, dossier)}
    assert safe == {"commentaire": "publiee", "age_min": None}


async def test_what_a_publication_hides_is_asked_in_words_and_settled_for_good(region: World) -> None:
    unit = await region.publish("Unité A", date_fermeture="2026-12-24", type_fermeture="PRO")
    dossier = await _draft(region, unit, date_reouverture="2027-01-02")
    await region.change(unit, type_fermeture="DEF")
    [conflict] = await asked(region, dossier)
    assert (conflict["nature"], conflict["champ"]) == ("masque", "date_reouverture")
    assert "ne s'affiche plus : « Type de fermeture »" in conflict["question"]
    assert conflict["changements"][0]["par"] == "SESAN"
    assert [one["raison"] is None for one in conflict["choix"]] == [True, True, False]
    await _resolve(region, dossier, _answer(conflict, "mienne"))
    assert await asked(region, dossier) == []
    await region.ok(
        WHO, "POST", f"/dossiers/{dossier}/fiches/{unit}/finaliser", version=await _fiche(region, dossier, unit)
    )
    await _publish(region, dossier)
    values = await _values(region, unit)
    assert (values["type_fermeture"], values["date_reouverture"]) == ("PRO", "2027-01-02")


async def _fiche(region: World, dossier: str, unit: str) -> int:
    return int((await region.ok(WHO, "GET", f"/dossiers/{dossier}/fiches/{unit}"))["version"])


async def test_what_the_dossier_would_hide_is_asked_once(region: World) -> None:
    unit = await region.publish("Unité A", date_fermeture="2026-12-24", type_fermeture="PRO")
    dossier = await _draft(region, unit, type_fermeture="DEF")
    await region.change(unit, date_reouverture="2027-01-02")
    [conflict] = await asked(region, dossier)
    assert (conflict["nature"], conflict["publiee"]) == ("masque", "2027-01-02")
    assert "votre modification de « Type de fermeture » le masquera" in conflict["question"]
    await _resolve(region, dossier, _answer(conflict, "mienne"))
    assert await asked(region, dossier) == []
    await _publish(region, dossier)
    assert (await _values(region, unit))["date_reouverture"] == "2027-01-02", "hidden, and not erased"


@pytest.fixture
def own_codes() -> Iterator[None]:
    """Put the lists that ship with the server back: they are the process's."""
    yield
    nomenclatures.install({}, stamp=())


@pytest.mark.usefixtures("own_codes")
async def test_a_new_unit_says_that_its_code_was_retired_while_it_waited(region: World) -> None:
    dossier = str((await region.open_dossier(WHO, EHPAD))["id"])
    [unit] = await region.add(WHO, dossier, eg_id(EHPAD))
    await region.fill(WHO, dossier, unit)
    assert await asked(region, dossier) == []
    name = "JDV_J238"
    known = nomenclatures.nomenclature(name)
    kept = [one.model_copy(update={"retire": one.code == "56"}) for one in known.codes]
    async with region.database.write() as tx:
        await imported.put(tx, known.model_copy(update={"codes": kept}), at=region.clock())
    [conflict] = await asked(region, dossier)
    assert (conflict["nature"], conflict["champ"], conflict["choix"][1]["libelle"]) == (
        "code",
        "type_uo",
        "Vider le champ",
    )
    fiche = await region.ok(WHO, "GET", f"/dossiers/{dossier}/fiches/{unit}")
    assert (fiche["etat"], "n'est plus proposé" in fiche["bandeau"]) == ("en_conflit", True)
    await _resolve(region, dossier, _answer(conflict, "autre", "57"))
    assert await asked(region, dossier) == []
