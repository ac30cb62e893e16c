"""Beds typed in a real terminal by the gestionnaire de lits, read by somebody else."""

from __future__ import annotations

from uuid import uuid4

from ror_server.domain.identifiers import structure_id
from ror_tui.api_client.models import Kind
from tests import world
from tests.e2e.place import PASSWORD, Place, add_user, find, terminal
from tests.e2e.test_kept_queue import Person


def person(place: Place, who: str) -> Person:
    """Sign somebody in through the API alone."""
    http = place.server.http()
    session = http.post("/v1/session", json={"identifiant": who, "mot_de_passe": PASSWORD}).json()
    http.headers["Authorization"] = f"Bearer {session['jeton']}"
    return Person(http)


def publish(place: Place, nom: str) -> str:
    """Publish a unit of the EHPAD; give the id of the establishment."""
    referent, sesan = person(place, "ref.ehpad"), person(place, "sesan")
    eg, dossier, unit = str(structure_id(Kind.EG, place.ehpad.finess)), str(uuid4()), str(uuid4())
    path = f"/dossiers/{dossier}"
    referent.ask("POST", "/dossiers", {"id": dossier, "structure_id": eg})
    referent.ask("POST", f"{path}/fiches", {"kind": "uo", "parent_id": eg, "ids": [unit]})
    fiche = referent.ask("GET", f"{path}/fiches/{unit}")
    body = {"valeurs": world.COMPLETE | {"nom": nom}}
    saved = referent.ask("PATCH", f"{path}/fiches/{unit}", body, version=fiche["version"])
    referent.ask("POST", f"{path}/fiches/{unit}/finaliser", version=saved["version"])
    for who, action in ((referent, "envoyer"), (sesan, "valider")):
        who.ask("POST", f"{path}/{action}", version=who.ask("GET", path)["version"])
    for one in (referent, sesan):
        one.http.close()
    return eg


def test_the_beds_of_a_day_are_typed_saved_and_read_by_another(place: Place) -> None:
    add_user(place.server.database, "lits", "--role", "gestionnaire_lits", "--finess", place.ehpad.finess)
    eg = publish(place, "Unité A")
    with terminal(place, "lits") as screen:
        screen.press("t", "Down", "Space", "Enter")
        screen.see("Offres affichées : MCO, MSS")
        find(screen, place.ehpad.nom)
        screen.press("L")
        screen.see("Unité A", "jamais")
        screen.type("20")
        screen.press("Tab")
        screen.type("3")
        screen.see("1 unité à enregistrer (F2)")
        screen.press("F2")
        screen.see("à l'instant", "LITS · saisie manuelle")
    reader = person(place, "ref.hopital")
    [unit] = reader.ask("GET", f"/structures/{eg}/lits")["unites"]
    reader.http.close()
    assert {one["statut"]: one["nombre"] for one in unit["capacites"]} == {"01": 20, "02": 3}
    assert unit["par"] == "LITS"
