"""What comes into a tree: pages of children, whole branches, single rows; what was there keeps its place by key."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ror_tui.widgets.tree_flat import Lines
from ror_tui.widgets.tree_line import TreeRow
from ror_tui.widgets.tree_model import TreeModel
from ror_tui.widgets.tree_store import EXPANDED, LOADED, TOP, WHOLE


def fill(model: TreeModel, owner: int, rows: Sequence[TreeRow], more: str | None, before: str | None) -> None:
    """Give the children of a row, in place of those it had; those that were open are asked for again.

    Args:
        model: The tree.
        owner: The row, 0 for the roots.
        rows: Its children.
        more: Cursor of the page after.
        before: Cursor of the page before.
    """
    store = model.store
    with model.keeping_cursor():
        gone = set(store.children(owner))
        pending = store.note(owner)
        pending.keep = max(pending.keep, len(gone))
        whole = store.whole(owner)
        by_key = {row.key: row for row in rows}
        children = [slot for row in by_key.values() if (slot := _read_again(model, owner, row, whole=whole))]
        gone.difference_update(children)
        store.order(owner, children)
        _forget(model, gone)
        store.flags[owner] = store.flags[owner] & ~WHOLE | LOADED
        pending.more, pending.before, pending.asked, pending.error = more, before, "no", None
        _ask_up_to_kept(model, owner, len(children))
        store.settle(owner)
        model.splice(owner)


def add_page(model: TreeModel, owner: int, rows: Sequence[TreeRow], more: str | None) -> None:
    """Add children after those that are there.

    Args:
        model: The tree.
        owner: The row, 0 for the roots.
        rows: The next children; those that are there already are only written again.
        more: Cursor of the page after.
    """
    store = model.store
    with model.keeping_cursor():
        fresh = _linked(model, owner, rows, store.last[owner])
        store.flags[owner] |= LOADED
        pending = store.note(owner)
        pending.more, pending.asked, pending.error = more, "no", None
        if pending.keep:
            _ask_up_to_kept(model, owner, sum(1 for _ in store.children(owner)))
        store.settle(owner)
        model.put_tail(owner, fresh)


def add_page_before(model: TreeModel, owner: int, rows: Sequence[TreeRow], before: str | None) -> None:
    """Add children before those that are there.

    Args:
        model: The tree.
        owner: The row, 0 for the roots.
        rows: The children that come before; those that are there already are only written again.
        before: Cursor of the page before these.
    """
    store = model.store
    with model.keeping_cursor():
        fresh = _linked(model, owner, rows, TOP)
        store.flags[owner] |= LOADED
        pending = store.note(owner)
        pending.before, pending.asked, pending.error = before, "no", None
        store.settle(owner)
        model.put_head(owner, fresh)
        model.put_tail(owner)


def set_tree(model: TreeModel, rows: Sequence[tuple[str | None, TreeRow]]) -> None:
    """Give the whole tree at once.

    Args:
        model: The tree.
        rows: Key of the parent (None for a root) and row, parents before children.
    """
    store = model.store
    with model.keeping_cursor():
        model.cancel_all()
        opened = {store.pages.key(slot) for slot in store.expanded()}
        store.empty(TOP)
        store.flags[TOP] |= EXPANDED | LOADED
        for parent_key, row in rows:
            parent = model.slot(parent_key) or TOP
            if not store.find(row.key):
                slot = store.new(row, parent)
                store.link(slot, store.last[parent])
                store.flags[slot] |= LOADED | (EXPANDED if row.key in opened else 0)
        model.splice(TOP)


def set_branch(model: TreeModel, key: str | None, rows: Sequence[tuple[str | None, TreeRow]], *, done: bool) -> bool:
    """Give a page of all that is below a row.

    Args:
        model: The tree.
        key: The row that was asked for.
        rows: Key of the parent and row, depth first, after those of the page before.
        done: This is the last page.

    Returns:
        Whether the next page is wanted.
    """
    owner, branch = model.slot(key), model.branches.get(key)
    if owner is None or branch is None:
        model.cancel(key)
        return False
    with model.keeping_cursor():
        if not branch.spine:
            _begin_branch(model, owner, key)
            branch.spine = [(key, owner)]
        branch.count += len(rows)
        fresh = _grown(model, model.spine(branch), rows)
        shown = owner == TOP or not model.store.hidden(owner)
        if shown and model.store.flags[owner] & EXPANDED:
            end = model.lines.end(model.place(owner, model.at))
            model.put(end, end, fresh)
        if done:
            model.store.flags[owner] |= WHOLE
            model.finish(key)
    return not done


def insert(model: TreeModel, parent: int, row: TreeRow, before: str | None) -> None:
    """Add a row among the children of another, which are loaded.

    Args:
        model: The tree.
        parent: The row above.
        row: The new row; one that is loaded under the same parent is only written again.
        before: Key of the brother it comes before; None, or one that is not there, puts it last.
    """
    store = model.store
    known = store.find(row.key)
    if known and store.parent[known] == parent:
        store.write(known, row)
        return
    with model.keeping_cursor():
        slot = _taken_in(model, parent, row)
        if slot == TOP:
            return
        brother = store.find(before) if before is not None else TOP
        brother = brother if brother != slot and store.parent[brother] == parent else TOP
        store.link(slot, store.previous(brother) if brother else store.last[parent])
        if store.flags[parent] & EXPANDED and not (parent and store.hidden(parent)):
            fresh = Lines()
            fresh.append(slot, store.level(slot))
            if brother:
                start = model.lines.place(brother, model.at)
                model.put(start, start, fresh)
            else:
                model.put_tail(parent, fresh)


def remove(model: TreeModel, slot: int) -> None:
    """Take a row away, with all that is below it.

    Args:
        model: The tree.
        slot: The row.
    """
    key = model.key(slot)
    with model.keeping_cursor():
        _remove(model, slot)
    model.wanted = None if model.wanted == key else model.wanted


def _remove(model: TreeModel, slot: int) -> None:
    place, lines = model.place(slot, model.at), model.lines
    if place >= 0:
        level, end = lines.levels[place], lines.end(place)
        inside = place <= model.at < end
        model.put(place, end, Lines())
        if inside and place < len(lines) and lines.levels[place] == level:
            model.at = place
    model.store.unlink(slot)
    _forget(model, [slot])


def _forget(model: TreeModel, slots: Iterable[int]) -> None:
    for slot in slots:
        model.cancel_within(slot)
        model.store.forget([slot])


def _taken_in(model: TreeModel, owner: int, row: TreeRow) -> int:
    """Give a new child, linked nowhere yet; what had its key elsewhere goes away, unless the owner is below it."""
    slot = model.store.find(row.key)
    if slot and model.store.within(owner, slot):
        return TOP
    if slot:
        _remove(model, slot)
    return model.store.new(row, owner)


def _read_again(model: TreeModel, owner: int, row: TreeRow, *, whole: bool) -> int:
    """Give the number of a child: the one it has, or a new one."""
    store = model.store
    slot = store.find(row.key)
    if not slot or store.parent[slot] != owner:
        return _taken_in(model, owner, row)
    store.write(slot, row)
    if store.flags[slot] & EXPANDED and row.children:
        store.flags[slot] |= WHOLE if whole else 0
        model.stale(slot)
    else:
        model.cancel_within(slot)
        store.empty(slot)
    return slot


def _linked(model: TreeModel, owner: int, rows: Sequence[TreeRow], after: int) -> Lines:
    """Put the new ones of these rows among the children of a row, and give their lines."""
    store, fresh = model.store, Lines()
    level = store.level(owner) + 1
    for row in rows:
        slot = store.find(row.key)
        if slot and store.parent[slot] == owner:
            store.write(slot, row)
            continue
        slot = _taken_in(model, owner, row)
        if slot != TOP:
            after = after if after == TOP or store.parent[after] == owner else store.last[owner]
            store.link(slot, after)
            after = slot
            fresh.append(slot, level)
    return fresh


def _ask_up_to_kept(model: TreeModel, owner: int, count: int) -> None:
    """After a reload, ask for as many pages as were there."""
    pending = model.store.note(owner)
    if pending.more is not None and count < pending.keep:
        model.ask(owner, "page")
    else:
        pending.keep = 0


def _begin_branch(model: TreeModel, owner: int, key: str | None) -> None:
    model.cancel_within(owner, but=key)
    model.store.empty(owner)
    model.store.flags[owner] |= EXPANDED | LOADED
    model.splice(owner)


def _grown(model: TreeModel, spine: list[tuple[str | None, int]], rows: Sequence[tuple[str | None, TreeRow]]) -> Lines:
    """Add the rows of a page of a branch, and give the lines of those that are shown.

    Args:
        model: The tree.
        spine: The rows from the root of the branch down to the last one that came; changed.
        rows: Key of the parent and row.
    """
    store, fresh = model.store, Lines()
    base = store.level(spine[0][1]) + 1
    closed = next((place for place, (_, slot) in enumerate(spine) if not store.flags[slot] & EXPANDED), len(spine))
    for parent_key, row in rows:
        depth = len(spine) - 1
        while depth >= 0 and spine[depth][0] != parent_key:
            depth -= 1
        if depth < 0 or store.find(row.key):
            continue
        del spine[depth + 1 :]
        parent = spine[depth][1]
        slot = store.new(row, parent)
        store.link(slot, store.last[parent])
        if row.children > 0:
            store.flags[slot] |= EXPANDED | LOADED
            spine.append((row.key, slot))
        if depth < closed:
            closed = len(spine)
            fresh.append(slot, base + depth)
    return fresh


def set_error(model: TreeModel, owner: int, message: str) -> None:
    """Say below a row that its children could not be loaded.

    Args:
        model: The tree.
        owner: The row, 0 for the roots.
        message: One sentence.
    """
    model.cancel(model.key(owner))
    pending = model.store.note(owner)
    pending.error, pending.asked = message, "no"
    with model.keeping_cursor():
        model.put_tail(owner)
