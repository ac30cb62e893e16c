"""Whatever is done to a dossier, undoing it all step by step shows each state again, and doing it again too."""

from __future__ import annotations

import random
from typing import Any

import pytest

from tests.conftest import SOAK
from tests.server.test_gestes import WHO, content, redo, undo
from tests.server.test_groupe import ask
from tests.world import COMPLETE, EHPAD, World, eg_id

STEPS = 20
ACTIONS = (
    *("creer", "saisir", "saisir", "tableau", "modele"),
    *("supprimer", "retablir", "dupliquer", "finaliser", "type_uo"),
)
HEADERS = ["Identifiant", "Nom", "Âge minimum"]


class Hand:
    """Somebody who does anything that can be done to a dossier, at random."""

    def __init__(self, region: World, dossier: str, seed: int) -> None:
        self.region, self.dossier, self.chance = region, dossier, random.Random(seed)

    async def act(self) -> int:
        """Do one thing, and give the status of the answer."""
        nodes = await self.region.nodes(WHO, self.dossier)
        fiches = self.chance.sample(sorted(nodes), min(len(nodes), self.chance.choice((1, 1, 2, 3))))
        action = self.chance.choice(
            (
                "creer",
                "saisir",
                "saisir",
                "tableau",
                "supprimer",
                "retablir",
                "dupliquer",
                "finaliser",
                "type_uo",
                "modele",
            )
        )
        match action:
            case "creer":
                ids = [f"{self.chance.getrandbits(32):08x}-0000-4000-8000-{self.chance.getrandbits(48):012x}"]
                return await self._post("/fiches", {"kind": "uo", "parent_id": str(eg_id(EHPAD)), "ids": ids})
            case "saisir":
                return await self._save(fiches[0])
            case "modele":
                return await self._post("/gabarit", {"source_id": fiches[0], "parent_id": str(eg_id(EHPAD))})
            case "tableau":
                rows = [["", f"Unité {self.chance.randrange(99)}", str(self.chance.randrange(120))] for _ in range(3)]
                table = {
                    "parent_id": str(eg_id(EHPAD)),
                    "entetes": ["Identifiant", "Nom", "Âge minimum"],
                    "lignes": rows,
                }
                return await self._post("/tableau", table, versioned=True)
            case _:
                more: dict[str, Any] = {"type_uo": "57", "renommer": True} if action == "type_uo" else {}
                return (await ask(self.region, self.dossier, action, fiches, WHO, **more)).status_code

    async def _post(self, path: str, body: Any, *, versioned: bool = False) -> int:
        version = (await self.region.ok(WHO, "GET", f"/dossiers/{self.dossier}"))["version"] if versioned else None
        path = f"/dossiers/{self.dossier}{path}"
        return (await self.region.call(WHO, "POST", path, body, version=version)).status_code

    async def _save(self, fiche: str) -> int:
        path = f"/dossiers/{self.dossier}/fiches/{fiche}"
        version = (await self.region.ok(WHO, "GET", path))["version"]
        values = COMPLETE | {"age_max": self.chance.choice((70, 80, None))}
        if fiche == str(eg_id(EHPAD)):
            values = {"nom": f"EHPAD {self.chance.randrange(9)}"}
        return (await self.region.call(WHO, "PATCH", path, {"valeurs": values}, version=version)).status_code


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(max(1, SOAK)))
async def test_all_that_is_done_is_undone_and_done_again(region: World, seed: int) -> None:
    for number in range(2):
        await region.publish(f"Unité publiée {number}")
    opened = await region.open_dossier(WHO, EHPAD, titre="Au hasard", meme_si_ouvert=True)
    hand = Hand(region, str(opened["id"]), seed)
    states = [await content(region, hand.dossier)]
    while len(states) < STEPS:
        status = await hand.act()
        assert status in {200, 201, 404, 409, 422}
        if status < 300:
            states.append(await content(region, hand.dossier))
    for state in reversed(states[:-1]):
        assert (await undo(region, hand.dossier)).status_code == 200
        assert await content(region, hand.dossier) == state
    assert (await undo(region, hand.dossier)).status_code == 409
    for state in states[1:]:
        assert (await redo(region, hand.dossier)).status_code == 200
        assert await content(region, hand.dossier) == state
