"""The rows and lines of a virtual tree, without a screen: the same as a naive tree, whatever is done to both."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from rich.cells import cell_len

from ror_tui.widgets import tree_filling as filling
from ror_tui.widgets.tree_flat import Lines
from ror_tui.widgets.tree_index import KeyIndex
from ror_tui.widgets.tree_line import TreeRow, lay_out
from ror_tui.widgets.tree_model import TreeModel
from ror_tui.widgets.tree_pages import ROWS_PER_PAGE, Pages, pack_key, unpack_key
from tests.tui.naive_tree import Line, NaiveTree

KEYS = [*"abcdefghij", "3f2504e0-4f89-41d3-9a0c-0305e82c3301", "3F2504E0-4F89-41D3-9A0C-0305E82C3301", "é\udcff\0"]

keys = st.sampled_from(KEYS)
owners = st.none() | keys
rows = st.builds(TreeRow, keys, st.sampled_from(["un", "deux", "trois"]), children=st.integers(0, 2))
pages = st.lists(rows, max_size=6)
cursors = st.none() | st.just("suite")


def shown(model: TreeModel) -> list[Line]:
    """Give every line of a tree: its level, and its row or what it says."""
    lines: list[Line] = []
    for line, level in zip(model.lines.rows, model.lines.levels, strict=True):
        row = model.row(line) if line > 0 else None
        lines.append((level, f"{row.key} {row.label}" if row else model.text(line)))
    return lines


class TwoTrees(RuleBasedStateMachine):
    """Does the same things to a tree and to a naive one."""

    @initialize(page=pages, more=cursors)
    def begin(self, page: list[TreeRow], more: str | None) -> None:
        self.model, self.naive = TreeModel(), NaiveTree()
        self.kept: str | None = None
        filling.fill(self.model, 0, page, more, None)
        self.naive.fill(None, page, more, None)

    def _slot(self, key: str | None) -> int | None:
        self.kept = self.model.cursor_key if self.model.wanted is None else None
        return self.model.slot(key)

    @rule(owner=owners, page=pages, more=cursors, before=cursors)
    def fill(self, owner: str | None, page: list[TreeRow], more: str | None, before: str | None) -> None:
        if (slot := self._slot(owner)) is not None:
            filling.fill(self.model, slot, page, more, before)
            self.naive.fill(owner, page, more, before)

    @rule(owner=owners, page=pages, more=cursors)
    def add_page(self, owner: str | None, page: list[TreeRow], more: str | None) -> None:
        if (slot := self._slot(owner)) is not None:
            filling.add_page(self.model, slot, page, more)
            self.naive.add_page(owner, page, more)

    @rule(owner=owners, page=pages, before=cursors)
    def add_page_before(self, owner: str | None, page: list[TreeRow], before: str | None) -> None:
        if (slot := self._slot(owner)) is not None:
            filling.add_page_before(self.model, slot, page, before)
            self.naive.add_page_before(owner, page, before)

    @rule(row=rows)
    def update(self, row: TreeRow) -> None:
        if slot := self._slot(row.key):
            self.model.store.write(slot, row)
            self.naive.update(row)

    @rule(parent=owners, row=rows, before=owners)
    def insert(self, parent: str | None, row: TreeRow, before: str | None) -> None:
        slot, node = self._slot(parent), self.naive.find(parent)
        if slot is not None and node is not None and node.loaded:
            filling.insert(self.model, slot, row, before)
            self.naive.insert(parent, row, before)

    @rule(key=keys)
    def remove(self, key: str) -> None:
        if slot := self._slot(key):
            filling.remove(self.model, slot)
            self.naive.remove(key)

    @rule(owner=owners)
    def fail(self, owner: str | None) -> None:
        if (slot := self._slot(owner)) is not None:
            filling.set_error(self.model, slot, "Coupé.")
            self.naive.fail(owner, "Coupé.")

    @rule(key=keys)
    def expand(self, key: str) -> None:
        if slot := self._slot(key):
            self.model.expand(slot)
            self.naive.expand(key)

    @rule(key=keys)
    def collapse(self, key: str) -> None:
        if slot := self._slot(key):
            self.model.collapse(slot)
            self.naive.collapse(key)

    @rule()
    def collapse_all(self) -> None:
        self._slot(None)
        self.model.collapse_all()
        self.naive.collapse_all()

    @rule(key=keys)
    def reveal(self, key: str) -> None:
        if self._slot(key):
            self.model.reveal(key)
            self.naive.reveal(key)
            self.kept = key

    @rule(owner=owners, page=pages, cut=st.integers(0, 6))
    def open_all_below(self, owner: str | None, page: list[TreeRow], cut: int) -> None:
        slot = self._slot(owner)
        if slot is None:
            return
        whole = self.naive.expand_all(owner)
        self.model.expand_all(slot)
        assert whole or owner in self.model.branches
        if not whole:
            branch = self._branch(owner, page)
            assert filling.set_branch(self.model, owner, branch[:cut], done=False)
            assert not filling.set_branch(self.model, owner, branch[cut:], done=True)

    def _branch(self, owner: str | None, page: list[TreeRow]) -> list[tuple[str | None, TreeRow]]:
        """Hang each row below the last one that can hold it, and give them to the naive tree."""
        self.naive.begin_branch(owner)
        above, branch = [owner], []
        for row in page:
            if self.naive.find(row.key) is None:
                branch.append((above[-1], row))
                self.naive.add_to_branch(above[-1], row)
                above = [*above, row.key] if row.children else above[: max(1, len(above) - 1)]
        return branch

    @rule(place=st.integers(0, 30))
    def move(self, place: int) -> None:
        self.model.at, self.model.wanted = max(0, min(place, len(self.model.lines) - 1)), None
        self.kept = None

    @invariant()
    def the_same_lines_are_shown(self) -> None:
        assert shown(self.model) == self.naive.lines()

    @invariant()
    def the_cursor_is_on_its_row_or_on_what_hides_it(self) -> None:
        assert 0 <= self.model.at < max(len(self.model.lines), 1)
        if self.kept is not None and self.naive.find(self.kept) is not None:
            assert self.model.cursor_key == self.naive.nearest_shown(self.kept)

    @invariant()
    def keys_are_found(self) -> None:
        for key in KEYS:
            node, slot = self.naive.find(key), self.model.store.find(key)
            assert bool(slot) is (node is not None)
            if node is not None:
                assert self.model.row(slot) == node.row


TestTwoTrees = TwoTrees.TestCase
TestTwoTrees.settings = settings(stateful_step_count=25)


@given(st.lists(st.builds(TreeRow, st.text(), st.text(), st.text(), mark=st.sampled_from(["", "•"])), min_size=1))
def test_rows_are_read_as_they_were_written_whatever_they_say(written: list[TreeRow]) -> None:
    pages = Pages()
    count = 12 * ROWS_PER_PAGE
    for slot in range(1, count):
        pages[slot] = written[slot % len(written)]
    assert all(pages[slot] == written[slot % len(written)] for slot in range(1, count, 7))


@pytest.mark.parametrize("key", KEYS)
def test_a_key_is_packed_and_read_again(key: str) -> None:
    assert unpack_key(pack_key(key)) == key


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 300)), max_size=400))
def test_an_index_finds_what_was_added_and_not_what_was_removed(steps: list[tuple[bool, int]]) -> None:
    names = [""]
    index, expected = KeyIndex(names.__getitem__), dict[str, int]()
    for added, number in steps:
        name = f"clé {number}"
        if added and name not in expected:
            expected[name] = len(names)
            names.append(name)
            index.add(name, expected[name])
        elif not added and name in expected:
            index.remove(expected.pop(name))
    assert all(index.find(f"clé {number}") == expected.get(f"clé {number}", 0) for number in range(301))


def test_lines_are_found_by_their_row_wherever_they_are() -> None:
    lines = Lines()
    for number in range(1, 3000):
        lines.append(number * 256, number % 3)
    assert all(lines.place(number * 256, near) == number - 1 for number in (1, 2, 700, 2999) for near in (-1, 0, 5))
    assert lines.place(1, 0) == -1
    assert lines.place(-256, 0) == -1


@given(st.text(), st.integers(0, 300), st.integers(1, 60), st.sampled_from(["", "☑"]), st.sampled_from(["", "•"]))
def test_a_line_fills_its_width_whatever_it_says(label: str, level: int, width: int, tick: str, mark: str) -> None:
    row = TreeRow("k", label, label, "●", "finalisée", "success", ("MSS",), 12, mark=mark, ranges=((1, 3), (2, 9)))
    parts = lay_out(row, level=level, arrow="▸", width=width, tick=tick)
    assert cell_len("".join(part.text for part in parts)) == width
