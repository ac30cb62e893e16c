"""Favourites, saved views and place: each account its own; and the filters as they cross HTTP."""

from __future__ import annotations

from urllib.parse import quote
from uuid import uuid4

import pytest
import sqlalchemy as sa

from ror_server.store.tables import structures
from ror_tui.api_client.models import Filtres, Peuplement
from tests.world import AILLEURS, EHPAD, HOPITAL, MAS, World, eg_id

VIEW = {"par": "departement", "filtres": {"texte": "l'œillet", "a_moi": True, "disciplines": ["MSS"]}}


async def _favourites(region: World, who: str) -> list[str]:
    return [one["nom"] for one in (await region.ok(who, "GET", "/favoris"))["elements"]]


async def test_favourites_are_added_and_removed_once_however_often_it_is_asked(region: World) -> None:
    for finess in (MAS, EHPAD, MAS):
        answer = await region.call("lecteur", "PUT", f"/favoris/{eg_id(finess)}")
        assert (answer.status_code, answer.content) == (204, b"")
    assert await _favourites(region, "lecteur") == ["EHPAD Les Tilleuls", "MAS du Parc"]
    for _ in range(2):
        assert (await region.call("lecteur", "DELETE", f"/favoris/{eg_id(EHPAD)}")).status_code == 204
    assert await _favourites(region, "lecteur") == ["MAS du Parc"]


async def test_the_tree_marks_favourites_and_shows_them_as_a_view(region: World) -> None:
    await region.ok("lecteur", "PUT", f"/favoris/{eg_id(HOPITAL)}")
    lines = await region.ok("lecteur", "GET", "/repertoire", sous="dep:75")
    view = await region.ok("lecteur", "GET", "/repertoire", par="favoris")
    assert [(one["nom"], one["favori"]) for one in lines["elements"]] == [
        ("EHPAD Les Tilleuls", False),
        ("Hôpital Saint-Œuvre", True),
        ("MAS du Parc", False),
    ]
    assert [one["cle"] for one in view["elements"]] == [str(eg_id(HOPITAL))]


async def test_a_favourite_that_is_deleted_vanishes(region: World) -> None:
    await region.ok("lecteur", "PUT", f"/favoris/{eg_id(EHPAD)}")
    async with region.database.write() as tx:
        await tx.execute(sa.update(structures).where(structures.c.finess == EHPAD).values(supprimee=True))
    assert await _favourites(region, "lecteur") == []
    assert (await region.ok("lecteur", "GET", "/repertoire", par="favoris"))["elements"] == []
    assert (await region.call("lecteur", "PUT", f"/favoris/{eg_id(EHPAD)}")).status_code == 410
    assert (await region.call("lecteur", "PUT", f"/favoris/{uuid4()}")).status_code == 404


async def test_two_accounts_never_see_what_the_other_keeps(region: World) -> None:
    await region.ok("lecteur", "PUT", f"/favoris/{eg_id(EHPAD)}")
    await region.ok("lecteur", "PUT", "/vues/La%20mienne", VIEW)
    await region.ok("lecteur", "PUT", "/moi/place", {"vue": VIEW, "ligne": "dep:75"})
    assert await _favourites(region, "sesan") == []
    assert await region.ok("sesan", "GET", "/vues") == []
    assert (await region.call("sesan", "GET", "/moi/place")).status_code == 204
    await region.ok("sesan", "DELETE", f"/favoris/{eg_id(EHPAD)}")
    await region.ok("sesan", "DELETE", "/vues/La%20mienne")
    assert await _favourites(region, "lecteur") == ["EHPAD Les Tilleuls"]
    assert [one["nom"] for one in await region.ok("lecteur", "GET", "/vues")] == ["La mienne"]


@pytest.mark.parametrize(
    "nom", ["[/b] gras", "a/b", "..", "../../etc", "%2F", "été « 100 % »", "'; DROP TABLE vues; --", "名前", "?x=1#y"]
)
async def test_a_view_is_saved_under_any_name(region: World, nom: str) -> None:
    path = f"/vues/{quote(nom, safe='').replace('.', '%2E')}"
    await region.ok("lecteur", "PUT", path, VIEW)
    await region.ok("lecteur", "PUT", path, VIEW | {"par": "filiere"})
    [saved] = await region.ok("lecteur", "GET", "/vues")
    assert (saved["nom"], saved["par"], saved["filtres"]["texte"]) == (nom, "filiere", "l'œillet")
    await region.ok("lecteur", "DELETE", path)
    assert await region.ok("lecteur", "GET", "/vues") == []


async def test_a_view_without_a_name_or_one_too_many_is_refused(region: World) -> None:
    assert (await region.call("lecteur", "PUT", "/vues/%20%09", VIEW)).json()["detail"] == "Donnez un nom à cette vue."
    for rank in range(100):
        await region.ok("lecteur", "PUT", f"/vues/vue {rank}", VIEW)
    refused = await region.call("lecteur", "PUT", "/vues/encore", VIEW)
    assert (refused.status_code, "déjà 100 vues" in refused.json()["detail"]) == (409, True)
    await region.ok("lecteur", "PUT", "/vues/vue 7", VIEW)


async def test_the_place_comes_back_as_it_was_left_and_the_last_one_wins(region: World) -> None:
    place = {"vue": VIEW, "ouvertes": ["dep:75", f"bes:03/{eg_id(EHPAD)}"], "ligne": "dep:75"}
    assert (await region.call("lecteur", "GET", "/moi/place")).status_code == 204
    await region.ok("lecteur", "PUT", "/moi/place", place | {"ligne": None})
    await region.ok("lecteur", "PUT", "/moi/place", place)
    found = await region.ok("lecteur", "GET", "/moi/place")
    assert (found["ouvertes"], found["ligne"]) == (place["ouvertes"], "dep:75")
    assert found["vue"]["filtres"]["disciplines"] == ["MSS"]


async def test_what_no_text_holds_is_refused(region: World) -> None:
    answer = await region.call("lecteur", "PUT", "/moi/place", {"vue": VIEW, "ligne": "a\0b"})
    assert answer.status_code == 422


@pytest.mark.parametrize("sous", ["dep:\0", "ter:\0", "x", f"ter:1/{'z' * 36}", "dep:75/x"])
async def test_a_line_that_nobody_made_is_no_line(region: World, sous: str) -> None:
    answer = await region.call("lecteur", "GET", "/repertoire", sous=sous)
    assert answer.status_code == 404
    assert "n'existe pas" in answer.json()["detail"]


@pytest.mark.parametrize("curseur", ["x", "WyI-IiwiYSIsImIiXQ", "WyI-IiwiYVx1MDAwMCIsImIiXQ", "W10"])
@pytest.mark.parametrize("path", ["/repertoire", "/repertoire/branche", "/favoris"])
async def test_a_cursor_that_nobody_made_is_refused(region: World, path: str, curseur: str) -> None:
    answer = await region.call("lecteur", "GET", path, curseur=curseur, par="entite_juridique")
    assert answer.status_code == 422
    assert "rechargez-la" in answer.json()["detail"]


async def test_the_filters_cross_http_as_the_client_writes_them(region: World) -> None:
    async def shown(filtres: Filtres) -> list[str]:
        found = await region.ok("referent.ej", "GET", "/repertoire/branche", **filtres.query())
        return [one["finess"] for one in found["elements"] if one["finess"]]

    await region.open_dossier("referent.mas", MAS)
    async with region.database.write() as tx:
        await tx.execute(sa.update(structures).where(structures.c.finess == EHPAD).values(commune="75113"))
    assert await shown(Filtres()) == [AILLEURS, EHPAD, HOPITAL, MAS]
    assert await shown(Filtres(categories=["255", "355"])) == [HOPITAL, MAS]
    assert await shown(Filtres(communes=["75113", "75120"])) == [EHPAD]
    assert await shown(Filtres(dossier_ouvert=True)) == [MAS]
    assert await shown(Filtres(a_moi=True)) == [EHPAD, HOPITAL, MAS]
    assert await shown(Filtres(texte="paris ŒUVRE")) == [HOPITAL]
    assert await shown(Filtres(texte="100%_")) == []
    assert await shown(Filtres(peuplement=[Peuplement.FINALISE])) == []
    assert await shown(Filtres(disciplines=[])) == []


async def test_a_filter_that_does_not_exist_is_refused_in_french(region: World) -> None:
    answer = await region.call("lecteur", "GET", "/repertoire", peuplement="fini")
    assert (answer.status_code, "a_faire, en_cours, finalise" in answer.json()["detail"]) == (422, True)


async def test_communes_and_categories_are_those_of_the_establishments(region: World) -> None:
    async with region.database.write() as tx:
        await tx.execute(
            sa.update(structures).where(structures.c.finess.in_([EHPAD, MAS])).values(commune="75113", ville="Évry-Œ")
        )
        recherche = "mas du parc evry oe"
        await tx.execute(sa.update(structures).where(structures.c.finess == MAS).values(recherche=recherche))
    found = await region.ok("lecteur", "GET", "/communes", q="ÉVRY oe")
    assert [(one["code"], one["libelle"]) for one in found["elements"]] == [("75113", "Évry-Œ (75)")]
    assert (await region.ok("lecteur", "GET", "/communes", q="parc"))["elements"] == []
    assert [one["code"] for one in await region.ok("lecteur", "GET", "/categories")] == ["355", "500", "255"]


@pytest.mark.parametrize("typed", ["saint denis", "ST-DENIS", "93200", "93066"])
async def test_a_commune_is_found_as_people_write_it_or_by_its_numbers(region: World, typed: str) -> None:
    town = {"commune": "93066", "ville": "ST DENIS", "code_postal": "93200", "recherche": "mas du parc st denis"}
    async with region.database.write() as tx:
        await tx.execute(sa.update(structures).where(structures.c.finess == MAS).values(town))
    found = await region.ok("lecteur", "GET", "/communes", q=typed)
    assert [one["code"] for one in found["elements"]] == ["93066"]


async def test_a_path_names_the_filter_that_hides(region: World) -> None:
    structure = str(eg_id(EHPAD))
    shown = await region.ok("lecteur", "GET", "/repertoire/chemin", structure=structure)
    hidden = await region.ok("lecteur", "GET", "/repertoire/chemin", structure=structure, disciplines="MCO", texte="x")
    nothing = await region.ok("lecteur", "GET", "/repertoire/chemin", structure=structure, par="filiere")
    assert shown == {"cles": ["dep:75", structure], "raison": None}
    assert hidden["raison"] == "Les filtres « Afficher les structures » et du texte cachent cet établissement."
    assert nothing["raison"] == "Aucune liste de filières n'a été importée sur ce serveur."
