"""Every route × role × inside and outside the territory, in one table (DESIGN §4)."""

from __future__ import annotations

import base64
import re
from typing import Any
from uuid import uuid4

import pytest
from fastapi.routing import APIRoute

from ror_server.app import create_app
from ror_server.domain.rights import Action, Grant, Place, refusal
from ror_server.settings import ServerSettings
from ror_server.store import dossiers
from ror_server.store.database import Database
from ror_tui.api_client.models import Portee, Role
from tests.world import AILLEURS, EHPAD, HOPITAL, MAS, World, add_account, eg_id

READERS = {
    "referent.ehpad", "referent.ej", "referent.hopital", "referent.mas", "referent.ailleurs",
    "direction", "sesan", "tutelle", "lits", "lecteur", "admin",
}  # fmt: skip
EVERYBODY = READERS | {"personne"}

INSIDE_HOPITAL = {"referent.ej", "referent.hopital", "direction", "admin"}
SEES_HOPITAL = INSIDE_HOPITAL | {"sesan", "tutelle"}

# route → who may, on the hospital's dossier; everybody else is refused with 403. The dossier is a draft of
# « referent.hopital » but for the last rows, which say in what state it is.
TABLE: list[tuple[str, str, str, set[str]]] = [
    ("GET", "/moi", "brouillon", EVERYBODY),
    ("GET", "/repertoire", "brouillon", READERS),
    ("GET", "/repertoire/branche", "brouillon", READERS),
    ("GET", "/repertoire/chemin", "brouillon", READERS),
    ("GET", "/communes", "brouillon", READERS),
    ("GET", "/categories", "brouillon", READERS),
    ("GET", "/favoris", "brouillon", READERS),
    ("PUT", "/favoris/{structure_id}", "brouillon", READERS),
    ("DELETE", "/favoris/{structure_id}", "brouillon", READERS),
    ("GET", "/vues", "brouillon", READERS),
    ("PUT", "/vues/{nom}", "brouillon", READERS),
    ("DELETE", "/vues/{nom}", "brouillon", READERS),
    ("GET", "/moi/place", "brouillon", READERS),
    ("PUT", "/moi/place", "brouillon", READERS),
    ("GET", "/offres", "brouillon", READERS),
    ("GET", "/offres.csv", "brouillon", READERS),
    ("GET", "/professionnels", "brouillon", READERS),
    ("GET", "/professionnels.csv", "brouillon", READERS),
    ("GET", "/recherche", "brouillon", READERS),
    ("GET", "/evenements", "brouillon", READERS),
    ("GET", "/structures/{structure_id}", "brouillon", READERS),
    ("PATCH", "/structures/{structure_id}", "brouillon", INSIDE_HOPITAL),
    ("GET", "/structures/{structure_id}/modele", "brouillon", READERS),
    ("GET", "/structures/{structure_id}/au", "brouillon", READERS),
    ("GET", "/structures/{structure_id}/arbre-au", "brouillon", READERS),
    ("GET", "/structures/{structure_id}/lits", "brouillon", READERS),
    ("PUT", "/structures/{structure_id}/lits", "brouillon", INSIDE_HOPITAL | {"lits"}),
    ("GET", "/structures/{structure_id}/lits/historique", "brouillon", READERS),
    ("GET", "/structures/{structure_id}/controles", "brouillon", SEES_HOPITAL),
    ("POST", "/structures/{structure_id}/controles", "brouillon", INSIDE_HOPITAL),
    ("GET", "/historique", "brouillon", READERS),
    ("GET", "/historique/{seq}", "integre", READERS),
    ("POST", "/historique/{seq}/annuler", "integre", INSIDE_HOPITAL),
    ("GET", "/flux", "brouillon", READERS),
    ("GET", "/modeles/{kind}", "brouillon", EVERYBODY),
    ("GET", "/nomenclatures/{nom}", "brouillon", EVERYBODY),
    ("GET", "/dossiers", "brouillon", READERS),
    ("POST", "/dossiers", "brouillon", INSIDE_HOPITAL),
    ("GET", "/dossiers/{dossier_id}", "brouillon", SEES_HOPITAL),
    ("GET", "/dossiers/{dossier_id}/arbre", "brouillon", SEES_HOPITAL),
    ("GET", "/dossiers/{dossier_id}/differences", "brouillon", SEES_HOPITAL),
    ("GET", "/dossiers/{dossier_id}/contenu", "brouillon", SEES_HOPITAL),
    ("POST", "/dossiers/{dossier_id}/contenu", "brouillon", INSIDE_HOPITAL),
    ("GET", "/dossiers/{dossier_id}/conflits", "brouillon", SEES_HOPITAL),
    ("POST", "/dossiers/{dossier_id}/conflits/resoudre", "brouillon", INSIDE_HOPITAL),
    ("POST", "/dossiers/{dossier_id}/fiches", "brouillon", INSIDE_HOPITAL),
    ("GET", "/dossiers/{dossier_id}/fiches/{fiche_id}", "brouillon", SEES_HOPITAL),
    ("GET", "/dossiers/{dossier_id}/fiches/{fiche_id}/modele", "brouillon", SEES_HOPITAL),
    ("GET", "/dossiers/{dossier_id}/controles", "brouillon", SEES_HOPITAL),
    ("POST", "/dossiers/{dossier_id}/fiches/{fiche_id}/controles", "brouillon", SEES_HOPITAL),
    ("PATCH", "/dossiers/{dossier_id}/fiches/{fiche_id}", "brouillon", INSIDE_HOPITAL),
    ("DELETE", "/dossiers/{dossier_id}/fiches/{fiche_id}", "brouillon", INSIDE_HOPITAL),
    ("POST", "/dossiers/{dossier_id}/fiches/{fiche_id}/retablir", "brouillon", INSIDE_HOPITAL),
    ("POST", "/dossiers/{dossier_id}/fiches/{fiche_id}/dupliquer", "brouillon", INSIDE_HOPITAL),
    ("POST", "/dossiers/{dossier_id}/fiches/{fiche_id}/deplacer", "brouillon", INSIDE_HOPITAL),
    ("POST", "/dossiers/{dossier_id}/fiches/{fiche_id}/finaliser", "brouillon", INSIDE_HOPITAL),
    ("POST", "/dossiers/{dossier_id}/actions", "brouillon", INSIDE_HOPITAL),
    ("POST", "/dossiers/{dossier_id}/gabarit", "brouillon", INSIDE_HOPITAL),
    ("POST", "/dossiers/{dossier_id}/consequences", "brouillon", SEES_HOPITAL),
    ("GET", "/dossiers/{dossier_id}/tableau.csv", "brouillon", SEES_HOPITAL),
    ("GET", "/dossiers/{dossier_id}/tableau.xlsx", "brouillon", SEES_HOPITAL),
    ("POST", "/dossiers/{dossier_id}/tableau/lecture", "brouillon", SEES_HOPITAL),
    ("POST", "/dossiers/{dossier_id}/tableau/controle", "brouillon", SEES_HOPITAL),
    ("POST", "/dossiers/{dossier_id}/tableau", "brouillon", INSIDE_HOPITAL),
    ("GET", "/dossiers/{dossier_id}/gestes", "brouillon", SEES_HOPITAL),
    ("POST", "/dossiers/{dossier_id}/annuler", "brouillon", INSIDE_HOPITAL),
    ("POST", "/dossiers/{dossier_id}/refaire", "brouillon", INSIDE_HOPITAL),
    ("POST", "/dossiers/{dossier_id}/envoyer", "brouillon", INSIDE_HOPITAL),
    ("POST", "/dossiers/{dossier_id}/abandonner", "brouillon", INSIDE_HOPITAL),
    ("POST", "/dossiers/{dossier_id}/retirer", "a_valider_direction", INSIDE_HOPITAL),
    ("POST", "/dossiers/{dossier_id}/envoyer", "a_valider_direction", {"direction"}),
    ("POST", "/dossiers/{dossier_id}/refuser", "a_valider_direction", {"direction"}),
    ("POST", "/dossiers/{dossier_id}/valider", "a_valider", {"sesan"}),
    ("POST", "/dossiers/{dossier_id}/refuser", "a_valider", {"sesan"}),
    ("POST", "/dossiers/{dossier_id}/partage", "a_valider", SEES_HOPITAL),
    ("POST", "/dossiers/{dossier_id}/valider-partie", "a_valider", {"sesan"}),
    ("GET", "/dossiers/{dossier_id}/entourage", "brouillon", SEES_HOPITAL),
    ("PUT", "/dossiers/{dossier_id}/presence", "brouillon", SEES_HOPITAL),
    ("DELETE", "/dossiers/{dossier_id}/presence", "brouillon", SEES_HOPITAL),
    ("GET", "/dossiers/{dossier_id}/suivi", "brouillon", SEES_HOPITAL),
    ("GET", "/dossiers/{dossier_id}/commentaires", "brouillon", SEES_HOPITAL),
    ("POST", "/dossiers/{dossier_id}/commentaires", "a_valider", SEES_HOPITAL),
    ("POST", "/dossiers/{dossier_id}/commentaires/{commentaire_id}/regler", "a_valider", SEES_HOPITAL),
    ("POST", "/dossiers/{dossier_id}/reprendre", "abandonne", {"referent.hopital"}),
]

ANSWER = {"structure_id": str(eg_id(HOPITAL)), "nature": "valeur", "champ": "nom", "empreinte": "x", "choix": "mienne"}

OPEN_TO_ALL = {("GET", "/v1/etat"), ("POST", "/v1/session")}
OWN_SESSION = {("DELETE", "/v1/session")}


def test_the_table_names_every_route() -> None:
    app = create_app(Database("sqlite://"), ServerSettings(database="sqlite://"))
    known = {(method, f"/v1{path}") for method, path, _, _ in TABLE} | OPEN_TO_ALL | OWN_SESSION
    spec = app.openapi()["paths"]
    found = {(method.upper(), path) for path, methods in spec.items() for method in methods}
    assert found == known
    assert not [route for route in app.routes if isinstance(route, APIRoute) and not route.include_in_schema]


async def _prepared(region: World, state: str) -> dict[str, str]:
    dossier = (await region.open_dossier("referent.hopital", HOPITAL))["id"]
    [fiche] = await region.add("referent.hopital", dossier, eg_id(HOPITAL))
    await region.fill("referent.hopital", dossier, fiche)
    if state == "abandonne":
        await region.step("referent.hopital", dossier, "abandonner")
    elif state != "brouillon":
        await region.step("referent.hopital", dossier, "envoyer")
    if state in {"a_valider", "integre"}:
        await region.step("direction", dossier, "envoyer")
    comment = str(uuid4())
    if state == "a_valider":
        said = {"id": comment, "texte": "Bonjour"}
        await region.ok("sesan", "POST", f"/dossiers/{dossier}/commentaires", said)
    if state == "integre":
        await region.step("sesan", dossier, "valider")
    return {
        "commentaire_id": comment,
        "seq": "1",
        "dossier_id": dossier,
        "fiche_id": fiche,
        "structure_id": str(eg_id(HOPITAL)),
        "kind": "uo",
        "nom": "JDV_J19",
    }


def _body(method: str, path: str, fiche: str) -> Any:
    if path == "/dossiers" and method == "POST":
        return {"id": str(uuid4()), "structure_id": str(eg_id(HOPITAL)), "meme_si_ouvert": True}
    bodies: dict[str, Any] = {
        "/fiches": {"kind": "uo", "parent_id": str(eg_id(HOPITAL)), "ids": [str(uuid4())]},
        "/dupliquer": {"fois": 1},
        "/deplacer": {"parent_id": str(eg_id(HOPITAL))},
        "/refuser": {"motif": "Parce que."},
        "/contenu": {"empreinte": "celle d'avant"},
        "/commentaires": {"id": str(uuid4()), "texte": "Quel type ?"},
        "/regler": {"regle": True},
        "{seq}/annuler": {"id": str(uuid4())},
        "/partage": {"fiches": []},
        "/valider-partie": {"fiches": []},
        "/actions": {"action": "supprimer", "fiches": [{"id": fiche, "version": 999}]},
        "/consequences": {"fiches": [fiche]},
        "/gabarit": {"source_id": fiche, "parent_id": str(eg_id(HOPITAL))},
        "/tableau/lecture": {"nom": "collé", "contenu": base64.b64encode(b"Nom\nUnit\xc3\xa9 A").decode()},
        "/tableau/controle": {"parent_id": str(eg_id(HOPITAL)), "entetes": ["Nom"], "lignes": [["Unité A"]]},
        "/tableau": {"parent_id": str(eg_id(HOPITAL)), "entetes": ["Nom"], "lignes": [["Unité A"]]},
        "/controles": {"valeurs": {}},
        "/resoudre": {"reponses": [ANSWER]},
    }
    if method == "PATCH":
        return {"valeurs": {"age_max": 99}}
    if method == "PUT":
        vue = {"par": "departement", "filtres": {}}
        own = {"/vues/{nom}": vue, "/moi/place": {"vue": vue}, "/dossiers/{dossier_id}/presence": {}}
        return (own | {"/structures/{structure_id}/lits": {"unites": []}}).get(path)
    return next((body for end, body in bodies.items() if method == "POST" and path.endswith(end)), None)


@pytest.mark.parametrize(
    ("method", "path", "state", "allowed"), TABLE, ids=[f"{row[0]} {row[1]} {row[2]}" for row in TABLE]
)
async def test_a_route_lets_through_those_of_the_table_and_nobody_else(
    region: World, method: str, path: str, state: str, allowed: set[str]
) -> None:
    names = await _prepared(region, state)
    filled = re.sub(r"\{(\w+)\}", lambda found: names[found[1]], path)
    params = {"/recherche": {"q": "ehpad"}, "/repertoire/chemin": {"structure": names["structure_id"]}}.get(path, {})
    params |= {"le": region.clock().isoformat()} if path.endswith("au") else {}
    # a version that cannot be the right one: whoever may act is told so, and nothing changes for the next one
    changes = method in {"POST", "PATCH", "DELETE"} and "{dossier_id}/" in path
    version = 999 if changes or method == "PATCH" else None
    refused = set()
    for who in EVERYBODY:
        body = _body(method, path, names["fiche_id"])  # with ids of its own each time
        answer = await region.call(who, method, filled, body, version=version, **params)
        if answer.status_code == 403:
            assert answer.json()["detail"]
            refused.add(who)
        else:
            taken = answer.status_code == 409 and "dossier_id" in answer.json()  # somebody before did the same
            assert taken or answer.status_code in {200, 201, 204, 412}, answer.text
    assert EVERYBODY - refused == allowed
    body = _body(method, path, names["fiche_id"])
    assert (await region.call(None, method, filled, body, version=version, **params)).status_code == 401


async def test_the_last_approval_is_never_the_author_s(region: World) -> None:
    async with region.database.write() as tx:
        grants = (Grant(Role.REFERENT, Portee.REGION, None), Grant(Role.VALIDATEUR, Portee.REGION, None))
        await add_account(tx, "les.deux", *grants)
    dossier = (await region.open_dossier("les.deux", EHPAD))["id"]
    [fiche] = await region.add("les.deux", dossier, eg_id(EHPAD))
    await region.fill("les.deux", dossier, fiche)
    sent = await region.step("les.deux", dossier, "envoyer")
    answer = await region.call("les.deux", "POST", f"/dossiers/{dossier}/valider", version=sent["version"])
    assert (answer.status_code, "auteur" in answer.json()["detail"]) == (403, True)


async def test_an_account_without_any_right_signs_in_and_is_told_what_to_do(region: World) -> None:
    assert (await region.ok("personne", "GET", "/moi"))["droits"] == []
    answer = await region.call("personne", "GET", "/repertoire")
    assert answer.status_code == 403
    assert "demandez-les au support" in answer.json()["detail"]


GRANTS = [
    Grant(role, portee, cible)
    for role in (Role.REFERENT, Role.LECTEUR, Role.VALIDATEUR)
    for portee, cible in (
        (Portee.REGION, None),
        (Portee.DEPARTEMENT, "75"),
        (Portee.DEPARTEMENT, "13"),
        (Portee.STRUCTURE, str(eg_id(EHPAD))),
        (Portee.STRUCTURE, str(eg_id(AILLEURS))),
    )
]


@pytest.mark.parametrize("grant", GRANTS, ids=[f"{one.role} {one.portee} {one.cible}" for one in GRANTS])
async def test_lists_and_single_dossiers_obey_the_same_rule(region: World, grant: Grant) -> None:
    opened = {finess: (await region.open_dossier("admin", finess))["id"] for finess in (EHPAD, MAS, AILLEURS)}
    expected = set()
    for finess, dossier in opened.items():
        place = Place(frozenset({eg_id(finess)}), finess[:2])
        if refusal(Action.LIRE_DOSSIER, [grant], place) is None:
            expected.add(dossier)
    async with region.database.read() as tx:
        rows, _ = await dossiers.page(tx, [dossiers.within([grant], Action.LIRE_DOSSIER)], None, 100)
    assert {str(row.id) for row in rows} == expected
