"""Each operation sends what the contract says, and gives what a screen needs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest

from ror_tui.api_client import errors
from ror_tui.api_client.client import RorClient
from ror_tui.api_client.models import (
    Afficher,
    Commentaires,
    Discipline,
    Dossier,
    DossierResume,
    Entourage,
    Kind,
    Noeud,
    Page,
    PageArbre,
    Resultat,
    VueRepertoire,
)
from ror_tui.services import dossier as dossiers
from ror_tui.services import entourage, repertoire
from ror_tui.services import fiche as fiches
from ror_tui.services import vue as vues

from .wire import ID, OTHER, Answer, Wire, arbre, dossier, fiche, modele, nomenclature, ok, problem, structure

FICHE = f"/v1/dossiers/{ID}/fiches/{OTHER}"


# --- Répertoire ---


def seen(*disciplines: Discipline) -> VueRepertoire:
    return vues.tick(VueRepertoire(), disciplines)


async def test_the_roots_and_the_next_page_of_a_line() -> None:
    wire = Wire(ok(PageArbre(elements=[Noeud(cle="dep:75", kind="departement", nom="Paris")], suivant="abc")))
    async with wire.client() as client:
        page = await repertoire.enfants(client, seen(Discipline.PSY, Discipline.MCO), None)
        await repertoire.enfants(client, VueRepertoire(par=Afficher.ENTITE_JURIDIQUE), "dep:75", page.suivant)
    first, second = (dict(request.url.params) for request in wire.requests)
    assert page.elements[0].nom == "Paris"
    assert first == {"par": "departement", "limite": "50", "disciplines": "MCO,PSY"}
    assert second["par"] == "entite_juridique"
    assert (second["sous"], second["curseur"]) == ("dep:75", "abc")


async def test_all_ticks_filter_nothing_and_no_tick_shows_nothing() -> None:
    wire = Wire(ok(PageArbre(elements=[])))
    async with wire.client() as client:
        await repertoire.enfants(client, seen(*Discipline), None)
        nothing = await repertoire.enfants(client, seen(), None)
    assert nothing == PageArbre(elements=[])
    assert len(wire.requests) == 1
    assert "disciplines" not in wire.last.url.params


async def test_searching_with_and_without_the_ticks() -> None:
    wire = Wire(ok(Page[Resultat](elements=[])))
    async with wire.client() as client:
        await repertoire.chercher(client, "  l'œillet & co\t#1 ", None)
        await repertoire.chercher(client, "x", seen(Discipline.MSS))
        await repertoire.chercher(client, "   ", None)
        await repertoire.chercher(client, "x\udcff", None)
    asked = [dict(request.url.params) for request in wire.requests]
    assert asked[0] == {"q": "l'œillet & co #1", "limite": "50"}
    assert asked[1]["disciplines"] == "MSS"
    assert [params["q"] for params in asked] == ["l'œillet & co #1", "x", "x"]


async def test_a_structure_and_its_form() -> None:
    wire = Wire(ok(structure()), ok(modele()))
    async with wire.client() as client:
        assert (await repertoire.structure(client, ID)).nom == "EHPAD TEST"
        assert (await repertoire.modele_structure(client, ID)).titre == "Unité opérationnelle"
    assert wire.lines() == [f"GET /v1/structures/{ID}", f"GET /v1/structures/{ID}/modele"]


async def test_describing_an_establishment_mints_the_id_of_the_dossier() -> None:
    wire = Wire(ok(dossier(), 201))
    async with wire.client() as client:
        await repertoire.decrire(client, OTHER)
        first = wire.body()
        await repertoire.decrire(client, OTHER, titre="Ouverture", meme_si_ouvert=True)
    assert first | {"id": ""} == {"id": "", "structure_id": str(OTHER), "titre": None, "meme_si_ouvert": False}
    assert UUID(first["id"]).version == 4
    assert wire.body()["titre"] == "Ouverture"
    assert wire.body()["meme_si_ouvert"] is True
    assert wire.body()["id"] != first["id"]


async def test_a_dossier_already_open_is_named() -> None:
    async with Wire(problem(409, dossier_id=str(ID))).client() as client:
        with pytest.raises(errors.Conflict) as caught:
            await repertoire.decrire(client, OTHER)
    assert caught.value.probleme.dossier_id == ID


# --- Dossier ---


async def test_the_lists_of_dossiers() -> None:
    resume = DossierResume.model_validate(dossier().model_dump())
    wire = Wire(ok(Page[DossierResume](elements=[resume])))
    async with wire.client() as client:
        page = await dossiers.lister(client, "a_traiter")
        await dossiers.lister(client, "tous", "suite")
    assert page.elements[0].titre == "Peuplement de EHPAD TEST"
    assert wire.lines()[0] == "GET /v1/dossiers?vue=a_traiter&limite=100"
    assert dict(wire.last.url.params) == {"vue": "tous", "limite": "100", "curseur": "suite"}


async def test_creating_units_mints_their_ids_in_order() -> None:
    wire = Wire(ok(arbre(), 201))
    async with wire.client() as client:
        _, ids = await dossiers.creer(client, ID, Kind.UO, OTHER, 3)
    assert wire.lines() == [f"POST /v1/dossiers/{ID}/fiches"]
    assert wire.body() == {"kind": "uo", "parent_id": str(OTHER), "ids": [str(fiche_id) for fiche_id in ids]}
    assert len(set(ids)) == 3
    assert "If-Match" not in wire.last.headers
    assert "Idempotency-Key" in wire.last.headers


async def test_what_lives_around_a_dossier() -> None:
    around = Entourage(presents=[], commentaires={OTHER: 2}, generaux=0, refus={}, duree=45)
    said = Commentaires(elements=[])
    wire = Wire(ok(around), ok(around), Answer(204), ok(said, 201), ok(said), ok(said))
    async with wire.client() as client:
        assert await entourage.lire(client, ID) == around
        assert await entourage.signaler(client, ID, OTHER, ecrit=True) == around
        assert wire.body() == {"structure_id": str(OTHER), "ecrit": True}
        present = {ID, OTHER}
        await entourage.partir(client, present, [ID])
        assert present == {OTHER}
        await entourage.commenter(client, ID, None, "Bonjour")
        assert (wire.body()["structure_id"], wire.body()["texte"]) == (None, "Bonjour")
        await entourage.regler(client, ID, OTHER, regle=False)
        assert wire.body() == {"regle": False}
        await entourage.commentaires(client, ID)
    base = f"/v1/dossiers/{ID}"
    assert wire.lines() == [
        f"GET {base}/entourage",
        f"PUT {base}/presence",
        f"DELETE {base}/presence",
        f"POST {base}/commentaires",
        f"POST {base}/commentaires/{OTHER}/regler",
        f"GET {base}/commentaires",
    ]


@pytest.mark.parametrize("nombre", [0, 101])
async def test_a_number_out_of_bounds_is_judged_by_the_server(nombre: int) -> None:
    async with Wire(problem(422, "De 1 à 100 fiches.")).client() as client:
        with pytest.raises(errors.Invalid, match="De 1 à 100 fiches"):
            await dossiers.creer(client, ID, Kind.UO, OTHER, nombre)


Operation = Callable[[RorClient], Awaitable[Any]]


@pytest.mark.parametrize(
    ("operation", "answer", "line", "body"),
    [
        (
            lambda c: dossiers.renommer(c, ID, OTHER, 4, "Unité B"),
            fiche(),
            f"PATCH {FICHE}",
            {"valeurs": {"nom": "Unité B"}, "vues": None},
        ),
        (
            lambda c: fiches.enregistrer(c, fiche(4), {"age_max": None}),
            fiche(),
            f"PATCH {FICHE}",
            {"valeurs": {"age_max": None}, "vues": None},
        ),
        (lambda c: fiches.finaliser(c, fiche(4)), fiche(), f"POST {FICHE}/finaliser", None),
        (lambda c: dossiers.envoyer(c, dossier(4)), dossier(), f"POST /v1/dossiers/{ID}/envoyer", None),
        (lambda c: dossiers.valider(c, dossier(4)), dossier(), f"POST /v1/dossiers/{ID}/valider", None),
        (lambda c: dossiers.retirer(c, dossier(4)), dossier(), f"POST /v1/dossiers/{ID}/retirer", None),
        (lambda c: dossiers.reprendre(c, dossier(4)), dossier(), f"POST /v1/dossiers/{ID}/reprendre", None),
        (
            lambda c: dossiers.refuser(c, dossier(4), None, {OTHER: "Doublon."}),
            dossier(),
            f"POST /v1/dossiers/{ID}/refuser",
            {"motif": None, "fiches": [{"structure_id": str(OTHER), "motif": "Doublon."}]},
        ),
        (
            lambda c: dossiers.valider_partie(c, dossier(4), {OTHER: "Doublon."}),
            dossier(),
            f"POST /v1/dossiers/{ID}/valider-partie",
            {"fiches": [{"structure_id": str(OTHER), "motif": "Doublon."}]},
        ),
        (lambda c: dossiers.abandonner(c, dossier(4)), dossier(), f"POST /v1/dossiers/{ID}/abandonner", None),
        (
            lambda c: dossiers.refuser(c, dossier(4), "Il manque une unité."),
            dossier(),
            f"POST /v1/dossiers/{ID}/refuser",
            {"motif": "Il manque une unité.", "fiches": []},
        ),
    ],
)
async def test_every_change_names_its_version(
    operation: Operation, answer: Any, line: str, body: dict[str, Any] | None
) -> None:
    wire = Wire(ok(answer))
    async with wire.client() as client:
        assert await operation(client) == answer
    assert wire.lines() == [line]
    assert wire.last.headers["If-Match"] == '"4"'
    assert ("Idempotency-Key" in wire.last.headers) is line.startswith("POST")
    assert (wire.body() if wire.last.content else None) == body


@pytest.mark.parametrize(
    ("operation", "answer", "line"),
    [
        (lambda c: dossiers.lire(c, ID), dossier(), f"GET /v1/dossiers/{ID}"),
        (lambda c: dossiers.arbre(c, ID), arbre(), f"GET /v1/dossiers/{ID}/arbre"),
    ],
)
async def test_reading_a_dossier(operation: Operation, answer: Any, line: str) -> None:
    wire = Wire(ok(answer))
    async with wire.client() as client:
        assert await operation(client) == answer
    assert wire.lines() == [line]


async def test_the_differences_are_sentences() -> None:
    phrase = {"structure_id": str(OTHER), "changement": "nouveau", "texte": "Une unité est ajoutée."}
    async with Wire(ok({"resume": "1 ajout", "phrases": [phrase]})).client() as client:
        differences = await dossiers.differences(client, ID)
    assert differences.phrases[0].texte == "Une unité est ajoutée."


# --- Fiche ---


async def test_opening_a_fiche_brings_its_form() -> None:
    def answer(path: str) -> Answer:
        return ok(modele()) if path.endswith("/modele") else ok(fiche())

    class ByPath(Wire):
        def __call__(self, request: Any) -> Any:
            self.requests.append(request)
            return answer(request.url.path).response()

    wire = ByPath()
    async with wire.client() as client:
        opened, form = await fiches.ouvrir(client, ID, OTHER)
    assert (opened.id, form.titre) == (OTHER, "Unité opérationnelle")
    assert sorted(wire.lines()) == [f"GET {FICHE}", f"GET {FICHE}/modele"]


async def test_a_form_for_a_discipline() -> None:
    wire = Wire(ok(modele()))
    async with wire.client() as client:
        await client.modeles.lire(Kind.UO, Discipline.MSS)
        await client.modeles.lire(Kind.POLE)
    assert wire.lines() == ["GET /v1/modeles/uo?discipline=MSS", "GET /v1/modeles/pole"]


async def test_a_nomenclature_is_sent_again_only_when_it_changed() -> None:
    wire = Wire(ok(nomenclature("1"), ETag='"a"'), Answer(304), ok(nomenclature("2"), ETag='"b"'), Answer(304))
    async with wire.client() as client:
        versions = [(await fiches.nomenclature(client, "JDV_J19")).version for _ in range(4)]
    assert versions == ["1", "1", "2", "2"]
    assert [request.headers.get("If-None-Match") for request in wire.requests] == [None, '"a"', '"a"', '"b"']


async def test_a_name_cannot_leave_its_path() -> None:
    wire = Wire(ok(nomenclature()))
    async with wire.client() as client:
        await fiches.nomenclature(client, "../etat?x")
    assert wire.lines() == ["GET /v1/nomenclatures/..%2Fetat%3Fx"]


async def test_a_not_modified_that_was_not_asked_for_is_outside_the_contract() -> None:
    async with Wire(Answer(304)).client() as client:
        with pytest.raises(errors.UnexpectedAnswer):
            await fiches.nomenclature(client, "JDV_J19")


def test_what_a_dossier_is_made_of_is_typed() -> None:
    assert Dossier.model_validate_json(dossier().model_dump_json()) == dossier()
