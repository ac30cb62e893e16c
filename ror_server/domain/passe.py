"""Walking back in time: the state of a structure before each of its revisions, and whether they agree (pure rules)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

Values = Mapping[str, object]

EMPTY: tuple[object, ...] = (None, "", [])


@dataclass(frozen=True, slots=True)
class Revision:
    """What one publication did to one structure; `avant` and `apres` hold only the fields that changed."""

    seq: int
    structure_id: UUID
    op: str
    version: int
    avant: Values
    apres: Values


@dataclass(frozen=True, slots=True)
class State:
    """A structure at some moment: whether it was published, its version, its fields and its place."""

    present: bool
    version: int
    values: Values


ABSENT = State(present=False, version=0, values={})


@dataclass(frozen=True, slots=True)
class Step:
    """A revision with the states on both sides of it."""

    revision: Revision
    before: State
    after: State


def before(state: State, revision: Revision) -> State:
    """Give the state before a revision, out of the state after it."""
    if revision.op == "create":
        return State(present=False, version=revision.version - 1, values={})
    values = dict(state.values) | dict(revision.avant)
    return State(present=True, version=revision.version - 1, values=values)


def walk(now: State, revisions: Iterable[Revision]) -> Iterator[Step]:
    """Walk back from the present.

    Args:
        now: What is published now.
        revisions: Those of one structure, newest first.
    """
    state = now
    for revision in revisions:
        earlier = before(state, revision)
        yield Step(revision, earlier, state)
        state = earlier


def faults(now: State, revisions: Iterable[Revision]) -> Iterator[str]:
    """Say where the revisions of a structure do not lead to what is published.

    What an import or the demonstration loaded is the baseline: version 1, of which no revision repeats every field.
    Everything since is checked, and a creation by a dossier is checked whole.
    """
    state, complete = now, False
    for step in walk(now, revisions):
        revision, state = step.revision, step.before
        yield from _wrong(step)
        complete = revision.op == "create" and revision.version == 1
    if not complete and state.version != 1:
        yield f"version {state.version} is reached by no revision"


def _wrong(step: Step) -> Iterator[str]:
    revision, after = step.revision, step.after
    if after.version != revision.version:
        yield f"n° {revision.seq}: version {revision.version} leads to version {after.version}"
    if after.present != (revision.op != "delete"):
        yield f"n° {revision.seq}: {revision.op} leads to a structure that is {'there' if after.present else 'gone'}"
    for key, value in revision.apres.items():
        if not equal(after.values.get(key), value):
            yield f"n° {revision.seq}: {key} {value!r} leads to {after.values.get(key)!r}"
    if revision.op == "create" and "parent_id" in revision.apres:
        for key, value in after.values.items():
            if key not in revision.apres and value not in EMPTY:
                yield f"n° {revision.seq}: nothing says where {key} {value!r} comes from"


def _key(element: object) -> str:
    return json.dumps(element, sort_keys=True)


def equal(left: object, right: object) -> bool:
    """Tell whether two values are the same: empty is null, the order of a list says nothing."""
    if left in EMPTY or right in EMPTY:
        return left in EMPTY and right in EMPTY
    if isinstance(left, list) and isinstance(right, list):
        return left == right or sorted(map(_key, left)) == sorted(map(_key, right))
    return type(left) is type(right) and left == right
