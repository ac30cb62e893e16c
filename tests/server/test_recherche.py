"""Ctrl+F over HTTP: the reader's filters, what stands near, what is highlighted, what is hidden."""

from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from ror_server.store import structures as store
from ror_server.store.commits import add_revisions, next_commit
from ror_server.store.tables import structures
from ror_tui.api_client.models import Kind
from tests.world import AILLEURS, EHPAD, HOPITAL, START, World, eg_id


async def names(region: World, who: str, q: str, **params: str) -> list[str]:
    """Search, and give the names."""
    found = await region.ok(who, "GET", "/recherche", q=q, **params)
    return [one["noeud"]["nom"] for one in found["elements"]]


async def publish(region: World, *rows: dict[str, Any]) -> None:
    """Publish units as an integration does."""
    async with region.database.write() as tx:
        commit = await next_commit(tx, at=START, acteur="essai", origine="dossier", message="essai")
        await store.insert(tx, rows)
        await add_revisions(tx, [
            {"commit_seq": commit, "structure_id": row["id"], "op": "create", "version": 1, "avant": None, "apres": {}}
            for row in rows
        ])  # fmt: skip


def unit(nom: str, eg: UUID, **valeurs: object) -> dict[str, Any]:
    """Give the row of a unit."""
    above = {"id": uuid4(), "kind": Kind.UO, "parent_id": eg, "eg_id": eg}
    return {**above, "nom": nom, "nom_tri": nom.lower(), "valeurs": valeurs, "maj_le": START, "maj_par": "essai"}


async def test_a_hit_says_what_answers_in_its_name_and_in_its_place(region: World) -> None:
    found = await region.ok("lecteur", "GET", "/recherche", q="oeuvre pari")
    [hit] = found["elements"]
    assert hit["plages"] == [[14, 19]]
    assert hit["noeud"]["detail"].startswith("75013 PARIS")
    assert hit["plages_detail"] == [[6, 10]]
    assert [one["nom"] for one in hit["chemin"]] == ["Association Essai"]


async def test_what_a_dossier_publishes_is_found_at_once(region: World) -> None:
    assert await names(region, "lecteur", "musicotherapie") == []
    dossier = (await region.open_dossier("referent.ehpad", EHPAD))["id"]
    [fiche] = await region.add("referent.ehpad", dossier, eg_id(EHPAD))
    await region.fill("referent.ehpad", dossier, fiche, nom="Atelier de musicothérapie")
    await region.step("referent.ehpad", dossier, "envoyer")
    await region.step("sesan", dossier, "valider")
    assert await names(region, "lecteur", "musicotherapie tilleuls") == ["Atelier de musicothérapie"]


async def test_the_own_territory_and_favourites_come_first(region: World) -> None:
    assert (await names(region, "lecteur", "ehpad"))[0] == "EHPAD Les Tilleuls"
    assert (await names(region, "referent.ehpad", "ehpad"))[0] == "EHPAD Les Tilleuls"
    assert (await names(region, "referent.ej", "ehpad"))[0] == "EHPAD Les Tilleuls"
    assert (await names(region, "referent.ailleurs", "ehpad"))[0] == "EHPAD des Calanques"
    await region.ok("lecteur", "PUT", f"/favoris/{eg_id(AILLEURS)}")
    found = await region.ok("lecteur", "GET", "/recherche", q="ehpad")
    assert [(one["noeud"]["nom"], one["noeud"]["favori"]) for one in found["elements"]] == [
        ("EHPAD des Calanques", True),
        ("EHPAD Les Tilleuls", False),
    ]


@pytest.mark.parametrize(
    ("filtres", "expected"),
    [
        ({}, {"EHPAD Les Tilleuls", "EHPAD des Calanques", "Association Essai", "Fondation du Sud"}),
        ({"categories": "355"}, {"Association Essai"}),
        ({"categories": "500"}, {"EHPAD Les Tilleuls", "EHPAD des Calanques", "Association Essai", "Fondation du Sud"}),
        ({"disciplines": "MCO"}, {"Association Essai"}),
        ({"a_moi": "true"}, {"EHPAD Les Tilleuls", "Association Essai"}),
        ({"dossier_ouvert": "true"}, {"EHPAD des Calanques", "Fondation du Sud"}),
        ({"texte": "calanques"}, {"EHPAD des Calanques", "Fondation du Sud"}),
        ({"a_moi": "true", "dossier_ouvert": "true"}, set()),
        ({"peuplement": "finalise"}, set()),
        ({"peuplement": "a_faire", "categories": "500", "a_moi": "true"}, {"EHPAD Les Tilleuls", "Association Essai"}),
    ],
)
async def test_the_filters_of_the_view_hold(region: World, filtres: dict[str, str], expected: set[str]) -> None:
    await region.open_dossier("referent.ailleurs", AILLEURS)
    found = [await names(region, "referent.ehpad", q, **filtres) for q in ("ehpad", "association", "fondation")]
    assert {one for some in found for one in some} - {"Hôpital Saint-Œuvre", "MAS du Parc"} == expected


async def test_the_type_of_a_sensitive_unit_finds_nothing(region: World) -> None:
    dialyse = {"type_uo": "274"}
    await publish(
        region, unit("Une", eg_id(HOPITAL), **dialyse), unit("Deux", eg_id(HOPITAL), **dialyse, unite_sensible=True)
    )
    found = await region.ok("lecteur", "GET", "/recherche", q="une oeuvre")
    label = found["elements"][0]["noeud"]["detail"]
    assert await names(region, "lecteur", f"{label} oeuvre") == ["Une"]
    assert await names(region, "lecteur", "deux oeuvre") == ["Deux"]


async def test_an_index_that_cannot_be_written_is_a_503_in_french(region: World, tmp_path: Path) -> None:
    (tmp_path / "fichier").write_text("", encoding="utf-8")
    region.ror.recherche.file = tmp_path / "fichier" / "recherche"
    answer = await region.call("lecteur", "GET", "/recherche", q="ehpad")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "1"
    assert answer.json()["type"] == "urn:ror:probleme:index"
    assert "ne peut pas être écrit" in answer.json()["detail"]


async def test_a_structure_that_the_index_still_holds_but_the_transaction_does_not_is_left_out(region: World) -> None:
    await names(region, "lecteur", "ehpad")
    async with region.database.write() as tx:
        await tx.execute(sa.update(structures).where(structures.c.id == eg_id(EHPAD)).values(supprimee=True))
    assert await names(region, "lecteur", "ehpad") == ["EHPAD des Calanques"]
