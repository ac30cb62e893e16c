"""The merge of the rows of a group: by their ids, field by field, all the way down."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ror_server.domain.merge import merge
from ror_tui.api_client.models import Valeur, egales, lignes_de


def row(row_id: str, **told: Any) -> dict[str, Any]:
    return {"id": row_id, **told}


A, B, C, D = row("a", nom="Alix"), row("b", nom="Bao"), row("c", nom="Chloé"), row("d", nom="Dia")


@pytest.mark.parametrize(
    ("base", "mine", "published", "merged"),
    [
        ([A], [A, B], [A, C], [A, B, C]),
        ([A, B], [A], [A, B, C], [A, C]),
        ([A, B], [B, A], [A, B, C], [B, C, A]),
        ([A, B], [row("a", nom="Alix", nature="01"), B], [A, row("b", nom="B.")], None),
        ([row("a", nom="x", nature="01")], [row("a", nom="y", nature="01")], [row("a", nom="x", nature="02")], None),
        (
            [row("a", telecoms=[row("t", valeur="1")])],
            [row("a", telecoms=[row("t", valeur="1"), row("u", valeur="2")])],
            [row("a", telecoms=[row("t", valeur="3")])],
            [row("a", telecoms=[row("t", valeur="3"), row("u", valeur="2")])],
        ),
        (None, [A], [B], [B, A]),
    ],
)
def test_what_each_did_apart_comes_together(base: Any, mine: Any, published: Any, merged: Any) -> None:
    found = merge(base, mine, published)
    assert not found.asked
    if merged is None:
        merged = [_apart(one, other, was) for one, other, was in zip(mine, published, base, strict=True)]
    assert sorted(lignes_de(found.valeur), key=_id) == sorted(merged, key=_id)


def _id(one: dict[str, Any]) -> str:
    return str(one["id"])


def _apart(mine: dict[str, Any], published: dict[str, Any], base: dict[str, Any]) -> dict[str, Any]:
    return published | {key: value for key, value in mine.items() if value != base.get(key)}


@pytest.mark.parametrize(
    ("base", "mine", "published"),
    [
        ([A], [row("a", nom="x")], [row("a", nom="y")]),
        ([A, B], [A], [A, row("b", nom="y")]),
        ([A, B], [A, row("b", nom="y")], [A]),
        ([A], None, [A, B]),
        ([A, B], [A], [B]),
        (None, [row("a", nom="x")], [row("a", nom="y")]),
        ([A], ["un code"], [A, B]),
    ],
)
def test_a_cell_that_both_touched_or_a_row_that_one_removed_is_asked_about(
    base: Any, mine: Any, published: Any
) -> None:
    found = merge(base, mine, published)
    assert found.asked
    assert found.valeur == mine


_CELLS = st.dictionaries(st.sampled_from(["nom", "nature", "niveau"]), st.sampled_from(["1", "2", "3"]), min_size=1)
_INNER = st.lists(st.tuples(st.sampled_from("tuv"), _CELLS), max_size=3, unique_by=lambda one: one[0])
_ROWS = st.lists(st.tuples(st.sampled_from("abcd"), _CELLS, _INNER), max_size=4, unique_by=lambda one: one[0])


def _group(drawn: Any) -> Valeur:
    rows = [
        row(row_id, **cells, **({"telecoms": [row(one, **told) for one, told in inner]} if inner else {}))
        for row_id, cells, inner in drawn
    ]
    return list(rows) or None


GROUPS = _ROWS.map(_group)


@given(GROUPS, GROUPS)
def test_who_alone_changed_something_is_followed(base: Valeur, changed: Valeur) -> None:
    for found in (merge(base, changed, base), merge(base, base, changed), merge(base, changed, changed)):
        assert (found.asked, egales(found.valeur, changed)) == (False, True)


@given(GROUPS, GROUPS, GROUPS)
def test_both_sides_are_asked_alike_and_agree_but_for_the_order(base: Valeur, mine: Valeur, published: Valeur) -> None:
    one, other = merge(base, mine, published), merge(base, published, mine)
    assert one.asked == other.asked
    if not one.asked:
        assert _unordered(one.valeur) == _unordered(other.valeur)


@given(GROUPS, GROUPS, GROUPS)
def test_nothing_that_somebody_added_is_lost_unless_asked(base: Valeur, mine: Valeur, published: Valeur) -> None:
    found = merge(base, mine, published)
    ids = {one["id"] for one in lignes_de(found.valeur)}
    before, own, theirs = ({str(one["id"]): one for one in lignes_de(side)} for side in (base, mine, published))
    if not found.asked:
        assert (own.keys() | theirs.keys()) - before.keys() <= ids
        assert ids == (own.keys() & theirs.keys()) | ((own.keys() ^ theirs.keys()) - before.keys())
        assert egales(merge(base, found.valeur, published).valeur, found.valeur)


def _unordered(valeur: Valeur) -> list[Any]:
    return sorted(
        [{**one, "telecoms": sorted(lignes_de(one.get("telecoms")), key=_id)} for one in lignes_de(valeur)], key=_id
    )
