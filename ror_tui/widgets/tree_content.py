"""What a tree is given: pages of rows, whole branches, single rows, errors."""

from __future__ import annotations

from collections.abc import Sequence

from ror_tui.texts import plain
from ror_tui.widgets import tree_filling as filling
from ror_tui.widgets.tree_line import TreeRow
from ror_tui.widgets.tree_store import LOADED, TOP
from ror_tui.widgets.tree_view import TreeView


class TreeContent(TreeView):
    """Takes rows in, and draws what they change."""

    def set_roots(self, rows: Sequence[TreeRow], more: str | None = None, before: str | None = None) -> None:
        """Give the roots; what was open stays open, and its children are asked for again.

        Args:
            rows: The roots, in order.
            more: Cursor of the next page, if any.
            before: Cursor of the page before, if any.
        """
        with self._changing():
            filling.fill(self._model, TOP, rows, more, before)

    def set_children(
        self, key: str, rows: Sequence[TreeRow], more: str | None = None, before: str | None = None
    ) -> None:
        """Give the children of a row, in place of those it had.

        Args:
            key: The row; one that is gone meanwhile is ignored.
            rows: Its children, in order.
            more: Cursor of the next page, if any.
            before: Cursor of the page before, if any.
        """
        with self._changing():
            if slot := self._model.slot(key):
                filling.fill(self._model, slot, rows, more, before)

    def add_page(self, key: str | None, rows: Sequence[TreeRow], more: str | None) -> None:
        """Add a page of children after those that are there.

        Args:
            key: The row, or None for the roots.
            rows: The next children, in order.
            more: Cursor of the page after, if any.
        """
        with self._changing():
            if (slot := self._model.slot(key)) is not None:
                filling.add_page(self._model, slot, rows, more)

    def add_page_before(self, key: str | None, rows: Sequence[TreeRow], before: str | None) -> None:
        """Add a page of children before those that are there.

        Args:
            key: The row, or None for the roots.
            rows: The children that come before, in order.
            before: Cursor of the page before these, if any.
        """
        with self._changing():
            if (slot := self._model.slot(key)) is not None:
                filling.add_page_before(self._model, slot, rows, before)

    def set_branch(self, key: str | None, rows: Sequence[tuple[str | None, TreeRow]], *, done: bool) -> bool:
        """Give a page of all that is below a row, in place of what was there; every row of it is open.

        Args:
            key: The row that `BranchWanted` named, None for the whole tree.
            rows: Key of the parent (None for a root) and row; depth first, after those of the page before.
            done: This is the last page.

        Returns:
            Whether the next page is wanted; False when it was cancelled, or when the row is gone.
        """
        with self._changing():
            return filling.set_branch(self._model, key, rows, done=done)

    def set_tree(self, rows: Sequence[tuple[str | None, TreeRow]]) -> None:
        """Give the whole tree at once; the cursor and what is open are kept by key.

        Args:
            rows: Key of the parent (None for a root) and row, parents before children.
        """
        with self._changing():
            filling.set_tree(self._model, rows)

    def set_error(self, key: str | None, message: str) -> None:
        """Say below a row that its children could not be loaded; Enter on that line asks again.

        Args:
            key: The row, or None for the roots.
            message: One French sentence.
        """
        with self._changing():
            if (slot := self._model.slot(key)) is not None:
                filling.set_error(self._model, slot, plain(message))

    def update_row(self, row: TreeRow) -> None:
        """Say something else on a line; one whose key is not loaded is ignored.

        Args:
            row: Its key, and what it says from now on.
        """
        with self._changing():
            if slot := self._model.slot(row.key):
                self._model.store.write(slot, row)

    def insert_row(self, parent_key: str | None, row: TreeRow, before: str | None = None) -> None:
        """Add a row where it belongs; a parent that is not loaded yet is left to load it.

        Args:
            parent_key: The row above, None for a root.
            row: The new row; one that is there already is only updated.
            before: Key of the brother it comes before; None puts it last.
        """
        with self._changing():
            parent = self._model.slot(parent_key)
            if parent is not None and self._model.store.flags[parent] & LOADED:
                filling.insert(self._model, parent, row, before)

    def remove_row(self, key: str) -> None:
        """Take a row and all that is below it away; the cursor goes to what took its place.

        Args:
            key: The row; one that is not loaded is ignored.
        """
        with self._changing():
            if slot := self._model.slot(key):
                filling.remove(self._model, slot)

    def set_empty(self, text: str) -> None:
        """Say what the tree shows when it has no row.

        Args:
            text: One French sentence.
        """
        if plain(text) != self._empty:
            self._empty = plain(text)
            self._repaint()
