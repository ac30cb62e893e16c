"""Several people at work on one hospital, in any order: edits, dossiers, moves, deletions, validations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from tests.stateful import checks
from tests.stateful.place import EG, Place

WRITERS = ("referent.hopital", "referent.ej", "admin", "direction")
ANY = st.integers(min_value=0, max_value=40)
WRITER = st.sampled_from(WRITERS)
CHOICES = st.lists(st.integers(0, 2), max_size=4)
"""Answers to conflicts: the rank of each among those that can be given."""
CODES = st.lists(st.sampled_from(["293", "208", "227", "001"]), max_size=3, unique=True)
VALUES = st.one_of(
    st.fixed_dictionaries({"age_min": st.integers(0, 3)}),
    st.fixed_dictionaries({"age_max": st.integers(0, 3)}),
    st.fixed_dictionaries({"activites": CODES}),
    st.fixed_dictionaries({"commentaire": st.sampled_from(["Alix", "Noé", None])}),
    st.fixed_dictionaries({"date_fermeture": st.just("2027-01-04"), "type_fermeture": st.sampled_from(["PRO", "DEF"])}),
    st.fixed_dictionaries({"date_reouverture": st.sampled_from(["2027-02-01", None])}),
)


class Hospital(Place):
    """The machine: each rule is one request, or one habit of a few; any refusal is fine, a failure is not."""

    @initialize()
    def open_the_first(self) -> None:
        """Begin with one pôle, one service and two units in the Répertoire."""
        self.open_dossier("referent.hopital")
        [pole] = self._create("referent.hopital", self.dossiers[0], str(EG), "pole", 1)
        [service] = self._create("referent.hopital", self.dossiers[0], pole, "service", 1)
        self._create("referent.hopital", self.dossiers[0], pole, "uo", 1)
        self._create("referent.hopital", self.dossiers[0], service, "uo", 1)
        self._fill_all("referent.hopital", self.dossiers[0])
        self.publish(0, [])
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

    @rule(pick=ANY, choices=CHOICES)
    def resolve(self, pick: int, choices: list[int]) -> None:
        """Answer every conflict of a dossier, each as it pleases."""
        self._resolve("referent.ej", self.dossier(pick), choices)

    @rule(who=WRITER, pick=ANY)
    def give_up_and_take_up_again(self, who: str, pick: int) -> None:
        """Abandon a dossier, then think better of it."""
        dossier = self.dossier(pick)
        before = self.content(dossier)
        for action in ("abandonner", "reprendre"):
            self._step(who, dossier, action)
        assert self.content(dossier) == before

    @rule(who=WRITER, pick=ANY, line=ANY, to=ANY)
    def push(self, who: str, pick: int, line: int, to: int) -> None:
        """Do several things at once, as the command line does."""
        dossier = self.dossier(pick)
        read = self.call("admin", "GET", f"/dossiers/{dossier}/contenu").json()
        node, parent = read["fiches"][line % len(read["fiches"])], read["fiches"][to % len(read["fiches"])]
        body = {
            "empreinte": read["empreinte"],
            "creees": [{"id": self.new_id(), "kind": "uo", "parent_id": parent["id"]}],
            "changees": [{"id": node["id"], "valeurs": {"nom": f"poussée {next(self.numbers)}"}}],
            "supprimees": [node["id"]] if line % 5 == 0 else [],
        }
        answer = self.call(who, "POST", f"/dossiers/{dossier}/contenu", body, read["version"])
        if answer.status_code >= 300:
            after = self.call("admin", "GET", f"/dossiers/{dossier}/contenu").json()
            assert after == read, "a refused push left something"

    @rule(pick=ANY, lines=st.lists(ANY, max_size=2), choices=CHOICES)
    def publish_a_part(self, pick: int, lines: list[int], choices: list[int]) -> None:
        """Create two units, refuse one with some others, publish the rest: what is refused goes on elsewhere."""
        dossier = self.dossier(pick | 1)
        new = self._create("referent.hopital", dossier, str(EG), "uo", 2)
        self._send(dossier, choices)
        changed = [node["id"] for node in self.nodes(dossier) if node["changements"]]
        if new[0] not in changed:
            return
        refused = {new[0], *(changed[line % len(changed)] for line in lines)} - {new[1]}
        body = {"fiches": [{"structure_id": node, "motif": "À revoir."} for node in sorted(refused)]}
        before = set(self.content(dossier))
        answer = self._step("sesan", dossier, "valider-partie", body)
        if answer.status_code == 200:
            self._follow_up(dossier, before, {UUID(node) for node in refused})

    @rule(who=WRITER, line=ANY, values=VALUES, follow=st.lists(st.booleans(), min_size=1, max_size=3))
    def edit_directly(self, who: str, line: int, values: dict[str, Any], follow: list[bool]) -> None:
        """Change a published unit at once; the dossiers that touch the same fields follow, or win."""
        units = self.units()
        if not units:
            return
        unit = units[line % len(units)]
        path, version = f"/structures/{unit}", self.published[unit].version
        before = {dossier: self.run(self._held(dossier)).get(unit) for dossier in self.open}
        answer = self.call(who, "PATCH", path, {"valeurs": values}, version)
        answers: list[dict[str, Any]] = []
        if answer.status_code == 409 and answer.json().get("questions"):
            asked = answer.json()["questions"]
            answers = [
                {name: one[name] for name in ("dossier_id", "champ", "version")}
                | {"repercuter": follow[rank % len(follow)]}
                for rank, one in enumerate(asked)
            ]
            answer = self.call(who, "PATCH", path, {"valeurs": values, "repercussions": answers}, version)
        if answer.status_code != 200:
            return
        told = {(one["dossier_id"], one["champ"]): one["repercuter"] for one in answers}
        for dossier, item in before.items():
            if item is not None and item.op != "delete":
                after = self.run(self._held(dossier)).get(unit)
                checks.check_repercussion(item, after, values, {champ: told.get((dossier, champ)) for champ in values})

    @rule(pick=ANY, choices=CHOICES)
    def publish(self, pick: int, choices: list[int]) -> None:
        """Take a dossier all the way, as far as it goes."""
        full = [dossier for dossier in self.open if self.content(dossier)]
        if not full:
            return
        dossier = full[pick % len(full)]
        self._send(dossier, choices)
        self._step("sesan", dossier, "valider")

    @rule(pick=ANY)
    def take_back(self, pick: int) -> None:
        """Open the dossier that takes some publication back."""
        self._revert("referent.ej", 1 + pick % self.log.seq)

    @rule(choices=CHOICES, dossier=ANY)
    def publish_and_take_back(self, choices: list[int], dossier: int) -> None:
        """Publish something and take it back at once: the Répertoire is as it was."""
        before = checks.visible(self.published)
        last = self.log.seq
        self.publish(dossier, choices)
        if self.log.seq == last:
            return
        inverse = self._revert("referent.ej", self.log.seq)
        if inverse is None:
            assert checks.visible(self.published) == before
            return
        for who, action in (("referent.ej", "envoyer"), ("direction", "envoyer"), ("sesan", "valider")):
            answer = self._step(who, inverse, action)
            assert answer.status_code == 200, answer.text
        assert checks.visible(self.published) == before

    @rule()
    def read_the_feed(self) -> None:
        """Read the change feed from where it was left: it tells all that is published now."""
        self.follow()
        self._read_feed()
        checks.check_feed(self.told, self.published)

    @rule(line=ANY, mine=VALUES, theirs=VALUES)
    @precondition(lambda self: len(self.open) > 1)
    def race(self, line: int, mine: dict[str, Any], theirs: dict[str, Any]) -> None:
        """Describe one unit in two dossiers, and publish the second."""
        first, second = self.open[:2]
        units = self.units()
        if not units:
            return
        unit = units[line % len(units)]
        for dossier, values in ((first, mine), (second, theirs)):
            fiche = self.call("admin", "GET", f"/dossiers/{dossier}/fiches/{unit}")
            if fiche.status_code == 200:
                path = f"/dossiers/{dossier}/fiches/{unit}"
                self.call("referent.ej", "PATCH", path, {"valeurs": values}, fiche.json()["version"])
        self.publish(1, [line])

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
