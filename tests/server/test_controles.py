"""What the controls find is the same for what is typed, saved, listed, sent and published."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from uuid import UUID

import ror_server
from ror_server.domain.identifiers import structure_id
from ror_server.store import structures
from tests.world import COMPLETE, EHPAD, EJ, World, eg_id

WHO = "referent.ehpad"


def said(found: dict[str, Any]) -> set[tuple[str, str | None]]:
    """Give code and field of each finding."""
    return {(one["code"], one["champ"]) for one in found["constats"]}


async def test_what_is_typed_is_judged_as_what_is_saved_and_nothing_is_written(region: World) -> None:
    dossier = (await region.open_dossier(WHO, EHPAD))["id"]
    [unit] = await region.add(WHO, dossier, eg_id(EHPAD))
    path = f"/dossiers/{dossier}/fiches/{unit}"
    typed = COMPLETE | {"age_max": 10, "nom": None}
    live = await region.ok(WHO, "POST", f"{path}/controles", {"valeurs": typed})
    assert {("obligatoire", "nom"), ("age_incoherent", "age_max")} <= said(live)
    untouched = await region.ok(WHO, "GET", path)
    assert (untouched["version"], untouched["valeurs"].get("age_min")) == (1, None)

    saved = await region.ok(WHO, "PATCH", path, {"valeurs": typed}, version=1)
    listed = await region.ok(WHO, "GET", f"/dossiers/{dossier}/controles")
    [fiche] = [one for one in listed["elements"] if one["id"] == unit]
    assert said(saved) == said(live) == said(fiche)
    assert saved["completude"] == live["completude"] == fiche["completude"]
    assert (saved["peuplement"], live["peuplement"]) == ("en_cours", "en_cours")
    wrong = await region.ok(WHO, "POST", f"{path}/controles", {"valeurs": {"age_min": "douze"}})
    assert ("type", "age_min") in said(wrong)


async def test_the_verdict_is_the_same_live_saved_finalised_sent_and_integrated(region: World) -> None:
    unit = await region.publish("Unité de l'an dernier")
    lits = {"unites": [{"id": unit, "version": 0, "capacites": [{"nature": "02", "statut": "01", "nombre": 0}]}]}
    eg = str(eg_id(EHPAD))
    await region.ok(WHO, "PUT", f"/structures/{eg}/lits", lits, key="7b0c5b9e-6a55-4d57-8a64-0c9d6a8f2c12")
    dossier = (await region.open_dossier(WHO, EHPAD, meme_si_ouvert=True))["id"]
    path = f"/dossiers/{dossier}/fiches/{unit}"

    async def told(where: str) -> dict[str, Any]:
        """Give what the controls of the whole, as they are listed, say of the unit and of the establishment."""
        whole = await region.ok(WHO, "GET", f"{where}/controles")
        fiches = {one["id"]: one for one in whole["elements"]}
        return {"unite": verdict(fiches[unit]), "eg": verdict(fiches[eg]), "whole": whole["peuplement"]}

    wrong = {"nom": "Les Mimosas", "age_max": 1}
    live = await region.ok(WHO, "POST", f"{path}/controles", {"valeurs": wrong})
    version = (await region.ok(WHO, "GET", path))["version"]
    saved = await region.ok(WHO, "PATCH", path, {"valeurs": wrong}, version=version)
    assert verdict(saved) == verdict(live) == (await told(f"/dossiers/{dossier}"))["unite"]
    assert {("age_incoherent", "age_max"), ("nom_uo", "nom"), ("CP6", None), ("CP5", "temporalite_accueil")} <= said(
        saved
    )
    errors = [f"/valeurs/{one['champ']}" for one in saved["constats"] if one["gravite"] == "erreur"]
    refused = await region.call(WHO, "POST", f"{path}/finaliser", version=saved["version"])
    assert [one["pointer"] for one in refused.json()["errors"]] == errors == ["/valeurs/age_max"]
    whole = (await region.ok(WHO, "GET", f"/dossiers/{dossier}"))["version"]
    assert (await region.call(WHO, "POST", f"/dossiers/{dossier}/envoyer", version=whole)).status_code == 409

    live = await region.ok(WHO, "POST", f"{path}/controles", {"valeurs": {"age_max": 110}})
    saved = await region.ok(WHO, "PATCH", path, {"valeurs": {"age_max": 110}}, version=saved["version"])
    green = await region.ok(WHO, "POST", f"{path}/finaliser", version=saved["version"])
    before = await told(f"/dossiers/{dossier}")
    assert verdict(live) == verdict(saved) == verdict(green) == before["unite"]
    node = (await region.nodes(WHO, dossier))[unit]
    assert (node["completude"], node["peuplement"]) == (live["completude"], live["peuplement"])
    asked = {"parent_id": eg, "entetes": ["identifiant", "nom"], "lignes": [[unit, "Les Mimosas"]]}
    [row] = (await region.ok(WHO, "POST", f"/dossiers/{dossier}/tableau/controle", asked))["lignes"]
    assert (row["completude"], row["peuplement"]) == (live["completude"], live["peuplement"])
    assert sorted(one["message"] for one in row["constats"]) == sorted(one["message"] for one in live["constats"])

    await region.step(WHO, dossier, "envoyer")
    assert await told(f"/dossiers/{dossier}") == before
    await region.step("sesan", dossier, "valider")
    assert await told(f"/structures/{eg}") == before
    direct = await region.ok(WHO, "POST", f"/structures/{unit}/controles", {"valeurs": {}})
    assert verdict(direct) == verdict(live)
    async with region.database.read() as tx:
        published = {one: await structures.structure(tx, UUID(one)) for one in (unit, eg)}
    assert [row and row.peuplement for row in published.values()] == [live["peuplement"], before["whole"]]


def verdict(found: dict[str, Any]) -> tuple[Any, ...]:
    """Give all that is thought of a fiche."""
    return found["constats"], found["completude"], found["peuplement"]


def test_the_controls_are_run_in_one_place_and_by_the_merge() -> None:
    root = Path(ror_server.__file__).parent
    callers = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        if re.search(r"(?<!def )\bcontrols\(", path.read_text(encoding="utf-8"))
    }
    assert callers == {"services/verdicts.py", "domain/conflicts.py", "domain/resolving.py"}


async def test_a_dossier_is_controlled_as_a_whole_filtered_and_page_by_page(region: World) -> None:
    dossier = (await region.open_dossier(WHO, EHPAD))["id"]
    one, two, three = await region.add(WHO, dossier, eg_id(EHPAD), count=3)
    await region.fill(WHO, dossier, one, nom="Unité A")
    path = f"/dossiers/{dossier}/controles"
    whole = await region.ok(WHO, "GET", path)
    assert [fiche["id"] for fiche in whole["elements"]] == [str(eg_id(EHPAD)), one, two, three]
    assert (whole["unites"], whole["finalisees"], whole["peuplement"], whole["fiches"]) == (3, 0, "en_cours", 4)
    assert whole["erreurs"] == sum(
        finding["gravite"] == "erreur" for fiche in whole["elements"] for finding in fiche["constats"]
    )
    errors = await region.ok(WHO, "GET", path, gravite="erreur", limite=1)
    assert [fiche["id"] for fiche in errors["elements"]] == [two]
    assert errors["erreurs"] == whole["erreurs"]
    rest = await region.ok(WHO, "GET", path, gravite="erreur", limite=1, curseur=errors["suivant"])
    assert ([fiche["id"] for fiche in rest["elements"]], rest["suivant"]) == ([three], None)
    assert (await region.call(WHO, "GET", path, curseur="x")).status_code == 422
    nodes = await region.nodes(WHO, dossier)
    assert (nodes[one]["peuplement"], nodes[str(eg_id(EHPAD))]["peuplement"]) == ("en_cours", "en_cours")
    assert nodes[one]["completude"]["faits"] < nodes[one]["completude"]["total"]


async def test_a_published_establishment_is_controlled_and_its_beds_count(region: World) -> None:
    unit = await region.publish("Les Mimosas")
    path = f"/structures/{eg_id(EHPAD)}/controles"
    found = {one["id"]: one for one in (await region.ok(WHO, "GET", path))["elements"]}
    assert {("nom_uo", "nom")} <= said(found[unit])
    assert ("CP6", None) not in said(found[unit])
    lits = {"nature": "02", "statut": "01", "nombre": 0}
    body = {"unites": [{"id": unit, "version": 0, "capacites": [lits]}]}
    await region.ok(WHO, "PUT", f"/structures/{eg_id(EHPAD)}/lits", body, key="7b0c5b9e-6a55-4d57-8a64-0c9d6a8f2c11")
    found = {one["id"]: one for one in (await region.ok(WHO, "GET", path))["elements"]}
    assert ("CP6", None) in said(found[unit])
    live = await region.ok(WHO, "POST", f"/structures/{unit}/controles", {"valeurs": {"nom": "Unité des Mimosas"}})
    assert ("nom_uo", "nom") not in said(live)
    assert ("CP6", None) in said(live)
    answer = await region.call(WHO, "GET", f"/structures/{structure_id('ej', EJ)}/controles")
    assert (answer.status_code, "établissement" in answer.json()["detail"]) == (409, True)
