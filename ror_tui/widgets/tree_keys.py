"""The keys of a tree: going from line to line, opening and closing, going to what is typed."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType
from textual.events import Key

from ror_tui.keymap import bindings
from ror_tui.texts import bare
from ror_tui.widgets.tree_store import EXPANDED
from ror_tui.widgets.tree_view import TreeView

ROWS_READ_AT_A_TIME = 2000
"""How many labels are compared with what is typed before other keys have their turn."""


class TreeKeys(TreeView):
    """Moves the cursor, opens and closes rows."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("arbre", "branches")]

    # --- Going ---

    def action_bas(self) -> None:
        """Go to the next line."""
        self._go_to(self._model.at + 1)

    def action_haut(self) -> None:
        """Go to the previous line."""
        self._go_to(self._model.at - 1)

    def action_page_bas(self) -> None:
        """Go one page down."""
        self._go_to(self._model.at + max(self.size.height - 1, 1))

    def action_page_haut(self) -> None:
        """Go one page up."""
        self._go_to(self._model.at - max(self.size.height - 1, 1))

    def action_debut(self) -> None:
        """Go to the first line."""
        self._go_to(0)

    def action_fin(self) -> None:
        """Go to the last line."""
        self._go_to(len(self._model.lines) - 1)

    def action_parent(self) -> None:
        """Go to the row above this one."""
        place = self._model.lines.above(self._model.at) if self._model.lines else -1
        if place >= 0:
            self._go_to(place)

    def action_voisin_suivant(self) -> None:
        """Go to the next row of this level, under the same parent."""
        self._go_to_brother(1)

    def action_voisin_precedent(self) -> None:
        """Go to the previous row of this level, under the same parent."""
        self._go_to_brother(-1)

    def _go_to_brother(self, step: int) -> None:
        place = self._model.lines.brother(self._model.at, step) if self._model.lines else -1
        if place >= 0:
            self._go_to(place)

    # --- Opening and closing ---

    def action_deplier(self) -> None:
        """Open the row, or go to its first child."""
        line = self._model.line
        if line > 0 and self._model.store.openable(line):
            if self._model.store.flags[line] & EXPANDED:
                self._go_to(self._model.at + 1)
            else:
                with self._changing():
                    self._model.expand(line)

    def action_replier(self) -> None:
        """Close the row, or go to its parent."""
        line = self._model.line
        if line > 0 and self._model.store.flags[line] & EXPANDED and self._model.store.openable(line):
            with self._changing():
                self._model.collapse(line)
        else:
            self.action_parent()

    def action_tout_deplier(self) -> None:
        """Open all that is below the row."""
        line = self._model.line
        if line > 0 and self._model.store.openable(line):
            with self._changing():
                self._model.expand_all(line)

    def action_tout_replier(self) -> None:
        """Close every row."""
        with self._changing():
            self._model.collapse_all()

    # --- Going to what is typed ---

    def action_sauter(self) -> None:
        """Take the letters that follow as the beginning of the label to go to."""
        self._type("")

    def action_arreter(self) -> None:
        """Stop going to what is typed, else stop opening all."""
        if self._typed is not None:
            self._type(None)
        else:
            with self._changing():
                self._model.cancel_all()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002  # Textual's signature
        """Leave Escape to the screen when there is nothing to stop."""
        return action != "arreter" or self._typed is not None or bool(self._model.branches)

    def on_key(self, event: Key) -> None:
        """Take the letters typed after « ' »; any other key ends them and has its own effect."""
        if self._typed is None or event.key == "escape":
            return
        if event.key == "backspace" and self._typed:
            self._type(self._typed[:-1])
        elif event.is_printable and event.character is not None:
            self._type(self._typed + event.character)
        else:
            self._type(None)
            return
        event.stop()
        event.prevent_default()

    def on_blur(self) -> None:
        """Forget what was typed."""
        self._type(None)

    def _type(self, text: str | None) -> None:
        if text != self._typed:
            self._typed, self._found = text, True
            self._strips.clear()
            self._repaint()
            self._seek(text, 0)

    def _seek(self, typed: str | None, seen: int) -> None:
        """Compare some labels with what is typed, from the cursor on and round; the rest after other keys."""
        if not typed or typed != self._typed or not self._model.lines:
            return
        rows, at, start = self._model.lines.rows, self._model.at, bare(typed)
        for step in range(seen, min(seen + ROWS_READ_AT_A_TIME, len(rows))):
            line = rows[(at + step) % len(rows)]
            if line > 0 and bare(self._model.store.pages.label(line)[: 2 * len(start)]).startswith(start):
                self._strips.clear()
                self._repaint()
                self._go_to((at + step) % len(rows))
                return
        if seen + ROWS_READ_AT_A_TIME < len(rows):
            self.call_later(self._seek, typed, seen + ROWS_READ_AT_A_TIME)
        else:
            self._found = False
            self._strips.clear()
            self._repaint()
