"""One hospital, the people at work on it, and what must hold after each step."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any, ClassVar, TypeVar
from uuid import NAMESPACE_OID, UUID, uuid5

import httpx
from hypothesis.stateful import RuleBasedStateMachine, invariant

from ror_server.forms import modele
from ror_server.store.database import Database
from ror_tui.api_client.models import Kind
from tests import world
from tests.stateful import checks
from tests.world import COMPLETE, HOPITAL, eg_id

Result = TypeVar("Result")

LOCKED = frozenset(champ.id for champ in modele(Kind.UO).champs() if champ.verrou)
REFUSALS = {403, 404, 409, 410, 412, 422}
EG = eg_id(HOPITAL)


class Place(RuleBasedStateMachine):
    """The running application over one hospital."""

    new_database: ClassVar[Callable[[], str]]
    """Gives the URL of an empty database, for one history."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.numbers = itertools.count(1)
        self.stack = AsyncExitStack()
        self.region = self.run(self._open(type(self).new_database()))
        self.dossiers: list[str] = []
        self.closed: set[str] = set()
        self.waiting: set[str] = set()
        self.cursor: str | None = None
        self.mark = (0, "")
        self.told: dict[UUID, dict[str, Any] | None] = {}
        self.read: dict[tuple[str, str], int] = {}
        self.published: checks.State = self.run(self._published())
        self.log = checks.Log(dict(self.published))
        self.log.states[0] = dict(self.published)

    def run(self, act: Awaitable[Result]) -> Result:
        """Do something of the application's, to its end."""

        async def whole() -> Result:
            return await act

        return self.runner.run(whole())

    async def _open(self, url: str) -> world.World:
        database = Database(url)
        self.stack.push_async_callback(database.close)
        return await self.stack.enter_async_context(world.running(database))

    async def _published(self) -> checks.State:
        async with self.region.database.read() as tx:
            return await checks.state(tx, EG)

    def teardown(self) -> None:
        """Close the application."""
        self.run(self.stack.aclose())
        self.runner.close()

    # --- Requests ---

    def call(self, who: str, method: str, path: str, body: Any = None, version: int | None = None) -> httpx.Response:
        """Send one request: it works, or is refused with a sentence."""
        self.region.clock.forward(minutes=1)
        answer = self.run(self.region.call(who, method, path, body, version=version))
        if answer.status_code >= 300:
            assert answer.status_code in REFUSALS, answer.text
            assert answer.json()["detail"], answer.text
        return answer

    def new_id(self) -> str:
        """Give the next id of this history."""
        return str(uuid5(NAMESPACE_OID, f"stateful {next(self.numbers)}"))

    def dossier(self, pick: int) -> str:
        """Pick an open dossier, or a closed one when there is none."""
        found = self.open or self.dossiers
        dossier = found[pick % len(found)]
        if dossier in self.waiting and pick % 4:
            self._step("referent.hopital", dossier, "retirer")
        return dossier

    @property
    def open(self) -> list[str]:
        """The dossiers that were not integrated yet."""
        return [dossier for dossier in self.dossiers if dossier not in self.closed]

    def nodes(self, dossier: str) -> list[dict[str, Any]]:
        """Read the lines of a dossier."""
        return list(self.run(self.region.nodes("admin", dossier)).values())

    def node(self, dossier: str, pick: int) -> dict[str, Any]:
        """Pick a line of a dossier; the establishment itself once in forty."""
        found = self.nodes(dossier)
        return found[1 + pick % (len(found) - 1)] if len(found) > 1 and pick < 40 else found[0]

    def _create(self, who: str, dossier: str, parent: str, kind: str, count: int) -> list[str]:
        ids = [self.new_id() for _ in range(count)]
        body = {"kind": kind, "parent_id": parent, "ids": ids}
        self.call(who, "POST", f"/dossiers/{dossier}/fiches", body)
        return ids

    def _fill_all(self, who: str, dossier: str) -> None:
        for node in self.nodes(dossier):
            if node["etat"] not in {"inchangee", "a_supprimer", "finalisee"}:
                self._fill(who, dossier, node)

    def _fill(self, who: str, dossier: str, node: dict[str, Any]) -> None:
        path = f"/dossiers/{dossier}/fiches/{node['id']}"
        answer = self.call(who, "GET", path)
        if answer.status_code != 200:
            return
        fiche = answer.json()
        values: dict[str, Any] = {"nom": fiche["valeurs"].get("nom") or f"{node['kind']} {next(self.numbers)}"}
        if node["kind"] == "uo":
            typed = {key: valeur for key, valeur in fiche["valeurs"].items() if key not in LOCKED}
            values = COMPLETE | typed | values | {"age_min": 0, "age_max": 90, "activites": ["293"]}
        saved = self.call(who, "PATCH", path, {"valeurs": values}, fiche["version"])
        if saved.status_code == 200:
            self.call(who, "POST", f"{path}/finaliser", version=saved.json()["version"])

    def _resolve(self, who: str, dossier: str, choices: list[int]) -> None:
        """Answer the conflicts of a dossier one request after the other, as long as an answer brings a new question."""
        for _ in range(4):
            asked = self.call(who, "GET", f"/dossiers/{dossier}/conflits").json()
            answers = [_reply(one, choices, rank) for rank, one in enumerate(asked["conflits"])]
            if not answers:
                return
            body = {"reponses": answers}
            path = f"/dossiers/{dossier}/conflits/resoudre"
            if self.call(who, "POST", path, body, asked["version"]).status_code != 200:
                return

    def _send(self, dossier: str, choices: list[int]) -> None:
        self._resolve("referent.hopital", dossier, choices)
        self._fill_all("referent.hopital", dossier)
        self._step("referent.hopital", dossier, "envoyer")
        self._step("direction", dossier, "envoyer")

    def _follow_up(self, dossier: str, before: set[UUID], refused: set[UUID]) -> None:
        """Hold: every fiche of a dossier that was accepted in part is in it, or in what follows it, and in one only."""
        [suite] = self.run(self._suites(dossier))
        self.dossiers.append(suite)
        kept, back = set(self.content(dossier)), set(self.content(suite))
        assert kept | back == before, "a fiche was lost on the way"
        assert not kept & back, "a fiche is in both dossiers"
        assert refused <= back, "a refused fiche was published"

    def _revert(self, who: str, seq: int) -> str | None:
        dossier = self.new_id()
        answer = self.call(who, "POST", f"/historique/{seq}/annuler", {"id": dossier})
        if answer.status_code != 201:
            return None
        self.dossiers.append(dossier)
        return dossier

    def _read_feed(self) -> None:
        """Read the feed to its end, a few lines at a time."""
        ended = False
        while not ended:
            after = f"&depuis={self.cursor}" if self.cursor else ""
            page = self.call("admin", "GET", f"/flux?limite=3{after}").json()
            for line in page["elements"]:
                mark = (line["seq"], line["structure_id"])
                assert mark > self.mark, f"{mark} comes after {self.mark}"
                self.mark = mark
                self.told[UUID(line["structure_id"])] = line["etat"]
            self.cursor, ended = page["curseur"], page["fin"]

    async def _suites(self, dossier: str) -> list[str]:
        async with self.region.database.read() as tx:
            return await checks.follow_ups(tx, dossier)

    def _step(self, who: str, dossier: str, action: str, body: Any = None) -> httpx.Response:
        version = self.call("admin", "GET", f"/dossiers/{dossier}").json()["version"]
        before, had = self.published, self.run(self._held(dossier))
        body = {"motif": "À revoir."} if action == "refuser" else body
        answer = self.call(who, "POST", f"/dossiers/{dossier}/{action}", body, version)
        if answer.status_code == 200:
            (self.waiting.add if action == "envoyer" else self.waiting.discard)(dossier)
        if action.startswith("valider") and answer.status_code == 200:
            self.closed.add(dossier)
            self.follow()
            checks.check_nothing_erased(before, self.published, had)
        return answer

    async def _held(self, dossier: str) -> dict[UUID, Any]:
        async with self.region.database.read() as tx:
            return await checks.held(tx, dossier)

    def content(self, dossier: str) -> dict[UUID, tuple[Any, ...]]:
        """Give what a dossier says, without versions."""
        said = ("op", "parent_next", "base", "next", "saved", "finalised")
        found = self.run(self._held(dossier)).items()
        kept = {node: tuple(getattr(item, name) for name in said) for node, item in found if not _says_nothing(item)}
        return dict(sorted(kept.items(), key=lambda one: str(one[0])))

    def units(self) -> list[UUID]:
        """Give the published units, by name."""
        found = [node for node, one in self.published.items() if one.kind == "uo" and not one.deleted]
        return sorted(found, key=lambda node: (str(self.published[node].valeurs["nom"]), str(node)))

    # --- What must hold ---

    def follow(self) -> None:
        """Read what was published since the last look."""
        self.run(self._follow())

    async def _follow(self) -> None:
        async with self.region.database.read() as tx:
            await self.log.follow(tx)
            self.published = await checks.state(tx, EG)

    @invariant()
    def everything_holds(self) -> None:
        """Check the tree, the log and the dossiers."""
        if not self.dossiers:
            return
        self.follow()
        checks.check_tree(self.published, EG)
        checks.check_replay(self.log.replayed, self.published)
        self.run(self._check_dossiers())

    async def _check_dossiers(self) -> None:
        async with self.region.database.read() as tx:
            await checks.check_dossiers(tx)


def _reply(asked: dict[str, Any], choices: list[int], rank: int) -> dict[str, Any]:
    """Answer a conflict: with one of the choices that can be given and that need no value."""
    possible = [one["choix"] for one in asked["choix"] if one["raison"] is None and one["choix"] != "autre"]
    choice = possible[(choices[rank % len(choices)] if choices else 0) % len(possible)]
    named = {name: asked[name] for name in ("structure_id", "nature", "champ", "empreinte")}
    return named | {"choix": choice}


def _says_nothing(item: Any) -> bool:
    return item.op == "update" and not item.next and item.parent_next == item.parent_base
