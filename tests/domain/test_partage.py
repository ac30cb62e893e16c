"""Accepting a part of a dossier: what follows what is refused, and that the rest always stands."""

from __future__ import annotations

from uuid import UUID, uuid5

from hypothesis import given
from hypothesis import strategies as st

from ror_server.domain.dossier import Item, Op
from ror_server.domain.partage import Raison, share
from ror_tui.api_client.models import Kind

EG, A, B, C, D = (uuid5(UUID(int=0), name) for name in "EABCD")
PUBLISHED: dict[UUID, UUID | None] = {EG: None, A: EG, B: A, C: B, D: EG}


def _create(node: UUID, parent: UUID) -> Item:
    return Item(id=node, kind=Kind.UF, op=Op.CREATE, parent_next=parent)


def _move(node: UUID, base: UUID, parent: UUID) -> Item:
    return Item(id=node, kind=Kind.UF, op=Op.UPDATE, parent_base=base, parent_next=parent)


def _edit(node: UUID, parent: UUID) -> Item:
    return Item(id=node, kind=Kind.UF, op=Op.UPDATE, parent_base=parent, parent_next=parent, next={"nom": "x"})


def _delete(node: UUID, parent: UUID) -> Item:
    return Item(id=node, kind=Kind.UF, op=Op.DELETE, parent_base=parent, parent_next=parent)


NEW, BELOW = uuid5(UUID(int=0), "new"), uuid5(UUID(int=0), "below")


def _shared(*items: Item, refused: UUID) -> dict[UUID, tuple[Raison, UUID]]:
    found = share({item.id: item for item in items}, PUBLISHED, {refused})
    return {node: (suite.raison, suite.cause) for node, suite in found.items()}


def test_a_refused_creation_takes_along_what_stands_below_it() -> None:
    items = (_create(NEW, EG), _create(BELOW, NEW), _move(D, EG, NEW), _edit(A, EG))
    assert _shared(*items, refused=NEW) == {
        BELOW: (Raison.SOUS_NOUVELLE, NEW),
        D: (Raison.SOUS_NOUVELLE, NEW),
    }


def test_a_refused_deletion_takes_along_those_above_and_those_that_went_with_it() -> None:
    items = (_delete(A, EG), _delete(B, A), _delete(C, B), _delete(D, EG))
    assert _shared(*items, refused=B) == {A: (Raison.ENCORE_OCCUPEE, B), C: (Raison.AVEC_SUPPRESSION, B)}


def test_a_refused_move_out_of_a_deleted_structure_keeps_that_structure() -> None:
    assert _shared(_move(B, A, D), _delete(A, EG), refused=B) == {A: (Raison.ENCORE_OCCUPEE, B)}


def test_a_refused_move_takes_along_the_one_that_would_make_a_circle() -> None:
    assert _shared(_move(B, A, D), _move(A, EG, B), refused=B) == {A: (Raison.CERCLE, B)}


def test_an_edit_always_stands_alone() -> None:
    assert _shared(_edit(A, EG), _edit(B, A), _create(NEW, B), refused=A) == {}


NODES = [uuid5(UUID(int=1), str(number)) for number in range(8)]
FRESH = [uuid5(UUID(int=2), str(number)) for number in range(3)]


@st.composite
def _dossiers(draw: st.DrawFn) -> tuple[dict[UUID, UUID | None], dict[UUID, Item]]:
    """Give a published tree, and a dossier on it that holds together: the tree stays one, deletions go downwards."""
    published: dict[UUID, UUID | None] = {EG: None}
    for node in NODES:
        published[node] = draw(st.sampled_from(list(published)))
    items: dict[UUID, Item] = {}
    for _ in range(draw(st.integers(1, 12))):
        parents = _final(published, items)
        alive = [node for node in parents if node not in items or items[node].op is not Op.DELETE]
        node = draw(st.sampled_from([*NODES, *FRESH]))
        match draw(st.sampled_from(["create", "move", "delete", "edit"])):
            case "create" if node in FRESH and node not in items:
                items[node] = _create(node, draw(st.sampled_from(alive)))
            case "move" if node in alive and node in NODES:
                targets = [one for one in alive if node not in _above(one, parents)]
                base = published[node]
                assert base is not None
                items[node] = _move(node, base, draw(st.sampled_from(targets)))
            case "delete" if node in alive:
                for one in [one for one in parents if node in _above(one, parents)]:
                    base = published.get(one)
                    if one in FRESH:
                        items.pop(one, None)
                    elif base is not None:
                        items[one] = _delete(one, base)
            case "edit" if node in alive and node in NODES and node not in items:
                items[node] = _edit(node, published[node] or EG)
    return published, items


def _final(published: dict[UUID, UUID | None], items: dict[UUID, Item]) -> dict[UUID, UUID | None]:
    placed = {one: item.parent_next for one, item in items.items() if item.op is not Op.DELETE}
    return published | placed


def _above(node: UUID, parents: dict[UUID, UUID | None]) -> list[UUID]:
    found, here = [node], parents[node]
    while here is not None:
        assert here not in found, "a circle"
        found.append(here)
        here = parents[here]
    return found


@given(_dossiers(), st.data())
def test_whatever_is_refused_the_rest_is_a_tree_and_nothing_follows_without_a_cause_that_goes_too(
    made: tuple[dict[UUID, UUID | None], dict[UUID, Item]], data: st.DataObject
) -> None:
    published, items = made
    refused = data.draw(st.sets(st.sampled_from(sorted(items, key=str)) if items else st.nothing()))
    followed = share(items, published, refused)
    kept = {node: item for node, item in items.items() if node not in refused and node not in followed}
    parents = _final(published, kept)
    deleted = {node for node, item in kept.items() if item.op is Op.DELETE}
    for node in parents:
        line = _above(node, parents)
        assert line[-1] == EG
        if node not in deleted:
            assert deleted.isdisjoint(line)
    assert not refused & followed.keys()
    if not refused:
        assert not followed
