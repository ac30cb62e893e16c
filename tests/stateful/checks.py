"""What must hold after every step, read straight from the database: published structures, log, dossiers, approvals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.domain.dossier import content_hash
from ror_server.domain.tree import placement_fault
from ror_server.domain.workflow import LEVELS
from ror_server.store import dossiers as dossiers_store
from ror_server.store.historique import OFFICIAL
from ror_server.store.tables import approbations, commits, dossiers, items, revisions, structures
from ror_tui.api_client.models import Circuit, EtatDossier, Kind, egales, vide


@dataclass(frozen=True)
class Shown:
    """A structure as it is published."""

    kind: str
    parent: UUID | None
    valeurs: Mapping[str, Any]
    deleted: bool
    version: int


State = dict[UUID, Shown]


async def state(tx: AsyncConnection, eg: UUID) -> State:
    """Read what is published of an establishment, deleted structures included."""
    query = sa.select(structures).where(sa.or_(structures.c.id == eg, structures.c.eg_id == eg))
    return {row.id: _shown(row) for row in (await tx.execute(query)).all()}


def _shown(row: sa.Row[Any]) -> Shown:
    valeurs = {key: value for key, value in row.valeurs.items() if not vide(value)} | {"nom": row.nom}
    return Shown(row.kind, row.parent_id, valeurs, row.supprimee, row.version)


def visible(published: State) -> dict[UUID, tuple[str, UUID | None, Mapping[str, Any]]]:
    """Give what a reader sees: no version, nothing that is deleted."""
    return {node: (one.kind, one.parent, one.valeurs) for node, one in published.items() if not one.deleted}


def check_tree(published: State, eg: UUID) -> None:
    """Hold: every structure stands under one that may hold it, up to the establishment."""
    alive = {node: one for node, one in published.items() if not one.deleted}
    for node, one in alive.items():
        if node == eg:
            continue
        assert one.parent in alive, f"{node} hangs under {one.parent}, which is not published"
        fault = placement_fault(Circuit.SANITAIRE, Kind(alive[one.parent].kind), Kind(one.kind))
        assert fault is None, fault
        seen: set[UUID | None] = {node}
        above: UUID | None = one.parent
        while above != eg:
            assert above is not None
            assert above in alive, f"{node} does not reach the establishment"
            assert above not in seen, f"{node} stands in a circle"
            seen.add(above)
            above = alive[above].parent


@dataclass
class Log:
    """The log of publications, replayed as it grows from what was published at the beginning."""

    replayed: State
    seq: int = 0
    states: dict[int, State] = field(default_factory=dict)

    async def follow(self, tx: AsyncConnection) -> list[int]:
        """Replay the new publications; each must say truly what stood there before.

        Returns:
            Their numbers, in order, without a gap.
        """
        rows = (await tx.execute(sa.select(commits).where(commits.c.seq > self.seq).order_by(commits.c.seq))).all()
        for row in rows:
            assert row.seq == self.seq + 1, f"publication {row.seq} follows {self.seq}"
            assert row.acteur
            assert row.message
            query = sa.select(revisions).where(revisions.c.commit_seq == row.seq)
            for revision in (await tx.execute(query)).all():
                self._apply(revision)
            self.seq = row.seq
            self.states[row.seq] = dict(self.replayed)
        return [row.seq for row in rows]

    def _apply(self, revision: sa.Row[Any]) -> None:
        node, before, after = revision.structure_id, dict(revision.avant or {}), dict(revision.apres or {})
        one = self.replayed.get(node)
        if one is None:
            assert revision.op == "create", f"{node} is {revision.op}d before it exists"
            one = Shown(self._kind(revision), None, {}, deleted=False, version=0)
        for champ, value in before.items():
            had = str(one.parent) if champ == "parent_id" else one.valeurs.get(champ)
            assert egales(had, value), f"revision {revision.commit_seq} of {node}: {champ} was {had!r}, not {value!r}"
        assert revision.version == one.version + 1, f"{node}: version {revision.version} follows {one.version}"
        known = {} if revision.op == "create" else dict(one.valeurs)
        valeurs = known | {champ: value for champ, value in after.items() if champ not in _PLACE}
        self.replayed[node] = replace(
            one,
            parent=UUID(after["parent_id"]) if "parent_id" in after else one.parent,
            valeurs={champ: value for champ, value in valeurs.items() if not vide(value)},
            deleted=revision.op == "delete",
            version=revision.version,
        )

    def _kind(self, revision: sa.Row[Any]) -> str:
        return str((revision.apres or {}).get("kind", ""))


_PLACE = {"parent_id", "kind"}


def check_replay(replayed: State, published: State) -> None:
    """Hold: the log says all that is published, and nothing else."""
    assert replayed.keys() == published.keys()
    for node, one in published.items():
        told = replayed[node]
        assert (told.parent, told.deleted, told.version) == (one.parent, one.deleted, one.version), node
        assert told.valeurs.keys() == one.valeurs.keys(), (node, told.valeurs, one.valeurs)
        assert all(egales(told.valeurs[champ], value) for champ, value in one.valeurs.items()), (node, told, one)


async def check_dossiers(tx: AsyncConnection) -> None:
    """Hold: a dossier is integrated as a whole or not at all, and only with the approval of its very content."""
    for row in (await tx.execute(sa.select(dossiers))).all():
        query = sa.select(commits.c.seq).where(commits.c.dossier_id == row.id)
        published = list((await tx.execute(query)).scalars())
        stored = (await dossiers_store.load_items(tx, [row.id]))[row.id]
        held = [one.item for one in stored.values()]
        if row.etat != EtatDossier.INTEGRE:
            assert not published, f"dossier {row.id} is {row.etat} and published"
            continue
        assert len(published) == 1, f"dossier {row.id} was published {len(published)} times"
        touched = set(
            (
                await tx.execute(sa.select(revisions.c.structure_id).where(revisions.c.commit_seq == published[0]))
            ).scalars()
        )
        assert touched <= {item.id for item in held}, "a publication touches what its dossier does not hold"
        await _check_approvals(tx, row, content_hash(held))


async def _check_approvals(tx: AsyncConnection, row: sa.Row[Any], content: str) -> None:
    words = [await _last_word(tx, row.id, level.etat) for level in LEVELS[Circuit(row.circuit)]]
    assert None not in words, f"a level never answered to dossier {row.id}"
    *earlier, final = [word for word in words if word is not None]
    assert final.compte_id != row.auteur_id, "the author gave the last approval"
    assert final.verdict in {"accord", "partiel"}
    # what was accepted in part was approved as the whole that it was then
    approved = content if final.verdict == "accord" else final.contenu
    assert final.contenu == approved, "something else was approved than what was published"
    for word in earlier:
        assert (word.verdict, word.contenu) == ("accord", approved), f"{word.etat} approved something else"


async def _last_word(tx: AsyncConnection, dossier_id: UUID, etat: str) -> sa.Row[Any] | None:
    query = sa.select(approbations).where(approbations.c.dossier_id == dossier_id, approbations.c.etat == etat)
    return (await tx.execute(query.order_by(approbations.c.id.desc()).limit(1))).one_or_none()


async def follow_ups(tx: AsyncConnection, dossier: str) -> list[str]:
    """Give the dossiers that take up what was refused of one."""
    query = sa.select(dossiers.c.id).where(dossiers.c.suite_de == UUID(dossier))
    return [str(one) for one in (await tx.execute(query)).scalars()]


async def held(tx: AsyncConnection, dossier: str) -> dict[UUID, Any]:
    """Read the items of a dossier, as they are stored."""
    rows = (await tx.execute(sa.select(items).where(items.c.dossier_id == UUID(dossier)))).all()
    return {row.structure_id: row for row in rows}


def check_nothing_erased(before: State, after: State, had: Mapping[UUID, Any]) -> None:
    """Hold: what a dossier replaced is what its author had in front of him, or had been asked about.

    Args:
        before: What was published just before the integration.
        after: Just after it.
        had: The items of the dossier.
    """
    for node, one in before.items():
        if one.deleted or node not in after:
            continue
        item = had.get(node)
        for champ, value in one.valeurs.items():
            if after[node].deleted or egales(after[node].valeurs.get(champ), value):
                continue
            assert item is not None, f"{node} lost {champ} to a dossier that does not hold it"
            assert champ in item.next, f"{node} lost {champ} = {value!r} to a dossier that does not touch it"
            seen = _was_seen(item.base.get(champ), value, after[node].valeurs.get(champ))
            assert seen or _answered(item, champ), (
                f"{node}: {champ} = {value!r} was replaced unseen (base {item.base.get(champ)!r})"
            )


def _was_seen(base: Any, value: Any, after: Any) -> bool:
    """Tell whether the author had before the eyes all that is gone: the value, or the elements that are no longer."""
    if not isinstance(value, list):
        return egales(base, value)
    return set(value) - set(after or []) <= set(base or [])


def _answered(item: Any, champ: str) -> list[Any]:
    """Give the direct edits that the author was told the dossier would replace."""
    return [item.remplace[champ]] if champ in (item.remplace or {}) else []


def check_feed(told: Mapping[UUID, Mapping[str, Any] | None], published: State) -> None:
    """Hold: who has read the whole feed knows all that was published since its beginning, tombstones included."""
    for node, said in told.items():
        one = published[node]
        assert (said is None) == one.deleted, f"the feed and the Répertoire disagree on the end of {node}"
        if said is not None:
            known = {"parent_id", *(OFFICIAL if one.kind == Kind.EG else ())}
            answers = {key: value for key, value in said.items() if key not in known and not vide(value)}
            assert said["parent_id"] == (str(one.parent) if one.parent else None), node
            own = {key: value for key, value in one.valeurs.items() if key not in known}
            assert answers.keys() == own.keys(), (node, answers, own)
            assert all(egales(answers[champ], value) for champ, value in own.items()), (node, answers, own)


def check_repercussion(before: Any, after: Any, values: Mapping[str, Any], told: Mapping[str, bool | None]) -> None:
    """Hold: a direct edit changes in a dossier only the fields that its author was asked about and said yes to.

    Args:
        before: What the dossier held on the structure.
        after: What it holds now; None when nothing is left.
        values: What was published directly.
        told: What was answered, by field; None where nothing was asked.
    """
    kept = after.next if after is not None else {}
    for champ, mine in before.next.items():
        if champ not in values or not told.get(champ):
            assert champ in kept, f"{champ} of the dossier was erased by a direct edit"
            assert egales(kept[champ], mine), f"{champ} of the dossier was changed by a direct edit"
        else:
            assert champ not in kept or egales(kept[champ], values[champ]), f"{champ} did not follow"
        if told.get(champ) is False:
            assert champ in (after.remplace or {}), f"nobody will be told that {champ} is replaced"
