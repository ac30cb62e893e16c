"""One form for a fiche: the same fields for who types it, what is checked, sent, read in a file and in the past."""

from __future__ import annotations

from typing import Any

import pytest

from ror_server.domain.identifiers import structure_id
from ror_tui.api_client.models import Kind
from tests.world import EHPAD, HOPITAL, World

FORMS = {
    EHPAD: ("referent.ehpad", "500", "nb_places_aide_permanent", "niveau_recours_orsan"),
    HOPITAL: ("referent.hopital", "355", "zone_poser", "nb_places_aide_permanent"),
}


def _ids(form: dict[str, Any]) -> list[str]:
    return [champ["id"] for section in form["sections"] for champ in section["champs"]]


@pytest.mark.parametrize("finess", FORMS)
async def test_client_and_server_see_the_fields_of_the_category_of_the_establishment(
    region: World, finess: str
) -> None:
    who, categorie, own, foreign = FORMS[finess]
    eg = str(structure_id(Kind.EG, finess))
    dossier = str((await region.open_dossier(who, finess, titre="Formulaires"))["id"])
    contenu = await region.ok(who, "GET", f"/dossiers/{dossier}/contenu")
    fiche = await region.ok(who, "GET", f"/dossiers/{dossier}/fiches/{eg}")
    structure = await region.ok(who, "GET", f"/structures/{eg}")
    assert {contenu["categorie_eg"], fiche["categorie_eg"], structure["categorie_eg"]} == {categorie}

    asked = await region.ok(who, "GET", "/modeles/eg", categorie_eg=contenu["categorie_eg"])
    in_dossier = await region.ok(who, "GET", f"/dossiers/{dossier}/fiches/{eg}/modele")
    published = await region.ok(who, "GET", f"/structures/{eg}/modele")
    assert _ids(asked) == _ids(in_dossier) == _ids(published)
    assert own in _ids(asked)
    assert foreign not in _ids(asked)

    for path in (f"/dossiers/{dossier}/fiches/{eg}", f"/structures/{eg}"):
        body = {"valeurs": {foreign: 12}}
        refused = await region.call(who, "PATCH", path, body, version=0 if "dossiers" in path else 1)
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, f"/valeurs/{foreign}")
        judged = await region.ok(who, "POST", f"{path}/controles", body)
        assert [one["champ"] for one in judged["constats"] if one["message"].startswith("Ce champ n'existe pas")] == [
            foreign
        ]


@pytest.mark.parametrize("where", ["dossier", "structure"])
async def test_a_field_of_some_roles_is_locked_with_the_reason_and_refused_to_the_others(
    region: World, where: str
) -> None:
    eg, champ = str(structure_id(Kind.EG, HOPITAL)), "niveau_recours_orsan"
    path, version = f"/structures/{eg}", 1
    if where == "dossier":
        dossier = await region.open_dossier("referent.hopital", HOPITAL, titre="Réservé")
        path, version = f"/dossiers/{dossier['id']}/fiches/{eg}", 0
    locks = {}
    for who in ("referent.hopital", "direction"):
        form = await region.ok(who, "GET", f"{path}/modele")
        [locks[who]] = [one["verrou"] for part in form["sections"] for one in part["champs"] if one["id"] == champ]
    assert locks["direction"] is None
    assert "il faut un compte Direction" in locks["referent.hopital"]

    body = {"valeurs": {champ: "1"}}
    refused = await region.call("referent.hopital", "PATCH", path, body, version=version)
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:ror:probleme:champ-verrouille")
    assert "il faut un compte Direction" in refused.json()["detail"]
    saved = await region.ok("direction", "PATCH", path, body, version=version)
    assert saved["valeurs"][champ] == "1"
    same = await region.ok("referent.hopital", "PATCH", path, body, version=saved["version"])
    assert same["valeurs"][champ] == "1"
