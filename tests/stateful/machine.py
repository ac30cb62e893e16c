"""Several people at work on one hospital, in any order: edits, dossiers, moves, deletions, validations."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any, ClassVar, TypeVar
from uuid import NAMESPACE_OID, UUID, uuid5

import httpx
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from ror_server.store.database import Database
from tests import world
from tests.stateful import checks
from tests.world import COMPLETE, HOPITAL, eg_id

Result = TypeVar("Result")

WRITERS = ("referent.hopital", "referent.ej", "admin", "direction")
REFUSALS = {403, 404, 409, 410, 412, 422}
EG = eg_id(HOPITAL)
ANY = st.integers(min_value=0, max_value=40)
WRITER = st.sampled_from(WRITERS)
CODES = st.lists(st.sampled_from(["293", "208", "227", "001"]), max_size=3, unique=True)
VALUES = st.one_of(
    st.fixed_dictionaries({"age_min": st.integers(0, 3)}),
    st.fixed_dictionaries({"age_max": st.integers(0, 3)}),
    st.fixed_dictionaries({"activites": CODES}),
    st.fixed_dictionaries({"contact_nom": st.sampled_from(["Alix", "Noé", None])}),
)


class Hospital(RuleBasedStateMachine):
    """The machine: each rule is one request, or one habit of a few; any refusal is fine, a failure is not."""

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
        return found[pick % len(found)]

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

    # --- What people do ---

    @initialize()
    def open_the_first(self) -> None:
        """Begin with one pôle, one service and two units in the Répertoire."""
        self.open_dossier("referent.hopital")
        [pole] = self._create("referent.hopital", self.dossiers[0], str(EG), "pole", 1)
        [service] = self._create("referent.hopital", self.dossiers[0], pole, "service", 1)
        self._create("referent.hopital", self.dossiers[0], pole, "uo", 1)
        self._create("referent.hopital", self.dossiers[0], service, "uo", 1)
        self._fill_all("referent.hopital", self.dossiers[0])
        self.publish(0)
        assert len(checks.visible(self.published)) == 5, "the beginning was not published"
        self.open_dossier("referent.hopital")

    @rule(who=WRITER)
    @precondition(lambda self: len(self.open) < 3)
    def open_dossier(self, who: str) -> None:
        """Open one more dossier on the hospital."""
        dossier = self.new_id()
        body = {
            "id": dossier,
            "structure_id": str(EG),
            "titre": f"Dossier {len(self.dossiers)}",
            "meme_si_ouvert": True,
        }
        if self.call(who, "POST", "/dossiers", body).status_code == 201:
            self.dossiers.append(dossier)

    @rule(
        who=WRITER,
        pick=ANY,
        where=ANY,
        kind=st.sampled_from(["pole", "service", "uf", "uo", "uo"]),
        count=st.integers(1, 2),
    )
    def create(self, who: str, pick: int, where: int, kind: str, count: int) -> None:
        """Create structures somewhere."""
        dossier = self.dossier(pick)
        self._create(who, dossier, self.nodes(dossier)[where % len(self.nodes(dossier))]["id"], kind, count)

    def _create(self, who: str, dossier: str, parent: str, kind: str, count: int) -> list[str]:
        ids = [self.new_id() for _ in range(count)]
        body = {"kind": kind, "parent_id": parent, "ids": ids}
        self.call(who, "POST", f"/dossiers/{dossier}/fiches", body)
        return ids

    @rule(who=WRITER, pick=ANY, line=ANY)
    def look(self, who: str, pick: int, line: int) -> None:
        """Open a fiche: what is saved later applies to what was seen now."""
        dossier = self.dossier(pick)
        node = self.node(dossier, line)
        self.read[who, node["id"]] = node["version"]

    @rule(who=WRITER, pick=ANY, line=ANY, values=VALUES, fresh=st.booleans())
    def edit(self, who: str, pick: int, line: int, values: dict[str, Any], fresh: bool) -> None:
        """Save answers, over what was seen last."""
        dossier = self.dossier(pick)
        node = self.node(dossier, line)
        version = node["version"] if fresh else self.read.get((who, node["id"]), node["version"])
        body = {"valeurs": values if node["kind"] == "uo" else {"nom": f"{node['kind']} {next(self.numbers)}"}}
        answer = self.call(who, "PATCH", f"/dossiers/{dossier}/fiches/{node['id']}", body, version)
        assert answer.status_code < 300 or version == node["version"] or answer.status_code != 200

    @rule(who=WRITER, pick=ANY)
    def fill_all(self, who: str, pick: int) -> None:
        """Make every fiche of a dossier green."""
        self._fill_all(who, self.dossier(pick))

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
            values = COMPLETE | fiche["valeurs"] | values | {"age_min": 0, "age_max": 90, "activites": ["293"]}
        saved = self.call(who, "PATCH", path, {"valeurs": values}, fiche["version"])
        if saved.status_code == 200:
            self.call(who, "POST", f"{path}/finaliser", version=saved.json()["version"])

    @rule(who=WRITER, pick=ANY, line=ANY, to=ANY)
    def move(self, who: str, pick: int, line: int, to: int) -> None:
        """Move a structure somewhere."""
        dossier = self.dossier(pick)
        node, found = self.node(dossier, line), self.nodes(dossier)
        parent = found[to % len(found)]
        path = f"/dossiers/{dossier}/fiches/{node['id']}/deplacer"
        self.call(who, "POST", path, {"parent_id": parent["id"]}, node["version"])

    @rule(who=WRITER, pick=ANY, line=ANY)
    def delete(self, who: str, pick: int, line: int) -> None:
        """Delete a structure."""
        dossier = self.dossier(pick)
        node = self.node(dossier, line)
        self.call(who, "DELETE", f"/dossiers/{dossier}/fiches/{node['id']}", version=node["version"])

    @rule(who=WRITER, pick=ANY)
    def restore(self, who: str, pick: int) -> None:
        """Take back the first deletion of a dossier."""
        dossier = self.dossier(pick)
        gone = [node for node in self.nodes(dossier) if node["etat"] == "a_supprimer"]
        if gone:
            path = f"/dossiers/{dossier}/fiches/{gone[0]['id']}/retablir"
            self.call(who, "POST", path, version=gone[0]["version"])

    @rule(who=WRITER, pick=ANY, line=ANY, children=st.booleans())
    def duplicate(self, who: str, pick: int, line: int, children: bool) -> None:
        """Copy a structure."""
        dossier = self.dossier(pick)
        if len(self.nodes(dossier)) > 25:
            return
        node = self.node(dossier, line)
        path = f"/dossiers/{dossier}/fiches/{node['id']}/dupliquer"
        self.call(who, "POST", path, {"fois": 1, "avec_enfants": children}, node["version"])

    @rule(
        pick=ANY,
        who=st.sampled_from([*WRITERS, "sesan"]),
        action=st.sampled_from(["envoyer", "envoyer", "retirer", "refuser", "valider"]),
    )
    def step(self, pick: int, who: str, action: str) -> None:
        """Take a dossier a step further, or back."""
        self._step(who, self.dossier(pick), action)

    def _step(self, who: str, dossier: str, action: str) -> httpx.Response:
        version = self.call("admin", "GET", f"/dossiers/{dossier}").json()["version"]
        before, had = self.published, self.run(self._held(dossier))
        body = {"motif": "À revoir."} if action == "refuser" else None
        answer = self.call(who, "POST", f"/dossiers/{dossier}/{action}", body, version)
        if action == "valider" and answer.status_code == 200:
            self.closed.add(dossier)
            self.follow()
            checks.check_nothing_erased(before, self.published, had)
        return answer

    async def _held(self, dossier: str) -> dict[UUID, Any]:
        async with self.region.database.read() as tx:
            return await checks.held(tx, dossier)

    @rule(pick=ANY)
    def publish(self, pick: int) -> None:
        """Take a dossier all the way, as far as it goes."""
        full = [dossier for dossier in self.open if self.content(dossier)]
        if not full:
            return
        dossier = full[pick % len(full)]
        self._fill_all("referent.hopital", dossier)
        for who, action in (("referent.hopital", "envoyer"), ("direction", "envoyer"), ("sesan", "valider")):
            self._step(who, dossier, action)

    @rule(line=ANY, mine=VALUES, theirs=VALUES)
    @precondition(lambda self: len(self.open) > 1)
    def race(self, line: int, mine: dict[str, Any], theirs: dict[str, Any]) -> None:
        """Describe one unit in two dossiers, and publish the second."""
        first, second = self.open[:2]
        units = [node for node, one in self.published.items() if one.kind == "uo" and not one.deleted]
        if not units:
            return
        unit = sorted(units, key=lambda node: str(self.published[node].valeurs["nom"]))[line % len(units)]
        for dossier, values in ((first, mine), (second, theirs)):
            fiche = self.call("admin", "GET", f"/dossiers/{dossier}/fiches/{unit}")
            if fiche.status_code == 200:
                path = f"/dossiers/{dossier}/fiches/{unit}"
                self.call("referent.ej", "PATCH", path, {"valeurs": values}, fiche.json()["version"])
        self.publish(1)

    @rule(
        who=WRITER, pick=ANY, line=ANY, to=ANY, what=st.sampled_from(["edit", "move", "delete", "create", "duplicate"])
    )
    def do_undo_redo(self, who: str, pick: int, line: int, to: int, what: str) -> None:
        """Do something, undo it, do it again: undone it is as before, redone as it was."""
        dossier = self.dossier(pick)
        before = self.content(dossier)
        acts: dict[str, Callable[[], object]] = {
            "edit": lambda: self.edit(who, pick, line, {"age_max": 77}, True),
            "move": lambda: self.move(who, pick, line, to),
            "delete": lambda: self.delete(who, pick, line),
            "create": lambda: self.create(who, pick, to, "uo", 2),
            "duplicate": lambda: self.duplicate(who, pick, line, True),
        }
        acts[what]()
        after = self.content(dossier)
        if after == before:
            return
        for action, wanted in (("annuler", before), ("refaire", after)):
            version = self.call("admin", "GET", f"/dossiers/{dossier}").json()["version"]
            answer = self.call(who, "POST", f"/dossiers/{dossier}/{action}", version=version)
            assert answer.status_code == 200, answer.text
            assert self.content(dossier) == wanted, (what, action)

    def content(self, dossier: str) -> dict[UUID, tuple[Any, ...]]:
        """Give what a dossier says, without versions."""
        said = ("op", "parent_next", "base", "next", "saved", "finalised")
        found = self.run(self._held(dossier)).items()
        kept = {node: tuple(getattr(item, name) for name in said) for node, item in found if not _says_nothing(item)}
        return dict(sorted(kept.items(), key=lambda one: str(one[0])))

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


def _says_nothing(item: Any) -> bool:
    return item.op == "update" and not item.next and item.parent_next == item.parent_base
