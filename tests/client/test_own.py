"""Favourites, views, place and the tree's requests, as they leave the client."""

from __future__ import annotations

from ror_tui.api_client.models import (
    Afficher,
    Chemin,
    Code,
    Discipline,
    Filtres,
    Noeud,
    Page,
    PageArbre,
    Peuplement,
    Place,
    VueRepertoire,
)

from .wire import ID, Answer, Wire, ok, problem

FILTRES = Filtres(disciplines=[Discipline.PSY], communes=["75113"], peuplement=[Peuplement.A_FAIRE], texte="été & co")
VUE = VueRepertoire(par=Afficher.FILIERE, filtres=FILTRES)
FILTERED = {"disciplines": "PSY", "communes": "75113", "peuplement": "a_faire", "texte": "été & co"}


async def test_the_tree_is_asked_for_a_view_with_all_its_filters() -> None:
    wire = Wire(ok(PageArbre(elements=[])), ok(PageArbre(elements=[])), ok(Chemin(cles=["dep:75"])))
    async with wire.client() as client:
        await client.repertoire.enfants(VUE, "fil:02", limite=7, autour=f"fil:02/{ID}")
        await client.repertoire.branche(VUE, curseur="suite")
        assert (await client.repertoire.chemin(VueRepertoire(), ID)).cles == ["dep:75"]
    first, second, third = (dict(request.url.params) for request in wire.requests)
    assert first == {"par": "filiere", "sous": "fil:02", "limite": "7", "autour": f"fil:02/{ID}", **FILTERED}
    assert second == {"par": "filiere", "curseur": "suite", "limite": "1000", **FILTERED}
    assert third == {"par": "departement", "structure": str(ID)}
    paths = [request.url.path for request in wire.requests]
    assert paths == ["/v1/repertoire", "/v1/repertoire/branche", "/v1/repertoire/chemin"]


async def test_communes_and_categories() -> None:
    code = Code(code="75113", libelle="Paris 13 (75)")
    wire = Wire(
        ok(Page[Code](elements=[code])),
        Answer(200, f"[{code.model_dump_json()}]", {"Content-Type": "application/json"}),
    )
    async with wire.client() as client:
        assert (await client.repertoire.communes("l'été")).elements == [code]
        assert await client.repertoire.categories() == [code]


async def test_favourites() -> None:
    wire = Wire(ok(Page[Noeud](elements=[])), Answer(204), Answer(204))
    async with wire.client() as client:
        assert (await client.favoris.lire()).elements == []
        await client.favoris.ajouter(ID)
        await client.favoris.retirer(ID)
    assert wire.lines() == ["GET /v1/favoris", f"PUT /v1/favoris/{ID}", f"DELETE /v1/favoris/{ID}"]


async def test_saved_views_and_names_that_are_no_steps_up() -> None:
    saved = VUE.model_dump_json()[:-1] + ',"nom":".."}'
    wire = Wire(Answer(200, f"[{saved}]", {"Content-Type": "application/json"}), Answer(204), Answer(204))
    async with wire.client() as client:
        [vue] = await client.vues.lire()
        assert (vue.nom, vue.filtres) == ("..", FILTRES)
        await client.vues.enregistrer("../a", VUE)
        assert wire.body() == VUE.model_dump(mode="json")
        await client.vues.supprimer("..")
    assert wire.lines() == ["GET /v1/vues", "PUT /v1/vues/%2E%2E%2Fa", "DELETE /v1/vues/%2E%2E"]


async def test_the_place_and_that_there_is_none() -> None:
    place = Place(vue=VUE, ouvertes=["fil:02"], ligne=f"fil:02/{ID}")
    wire = Wire(Answer(204), Answer(204), ok(place))
    async with wire.client() as client:
        assert await client.place.lire() is None
        await client.place.enregistrer(place)
        assert wire.body() == place.model_dump(mode="json")
        assert await client.place.lire() == place


async def test_what_replaces_or_removes_is_sent_again_when_the_server_falters() -> None:
    wire = Wire(problem(503), problem(503), Answer(204))
    async with wire.client() as client:
        await client.favoris.ajouter(ID)
    assert wire.lines() == [f"PUT /v1/favoris/{ID}"] * 3
