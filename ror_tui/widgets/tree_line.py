"""One line of a tree: what it says, and how it is cut to the width of the screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from rich.cells import cell_len

from ror_tui.texts import NBSP, plain
from ror_tui.widgets.frame import fit

SHORTEST_DETAIL = 4
"""A detail cut to fewer cells says nothing: it is left out."""


@dataclass(frozen=True, slots=True)
class TreeRow:
    """What a line of a tree says; `color` names a variable of the theme, `children` is how many there are below."""

    key: str
    label: str
    detail: str = ""
    glyph: str = ""
    word: str = ""
    color: str = ""
    tags: tuple[str, ...] = ()
    children: int = 0
    bold: bool = False


class Part(NamedTuple):
    """A run of text, and what it is: `margin`, `glyph`, `label`, `detail` or `state`."""

    text: str
    role: str


def lay_out(row: TreeRow, *, level: int, arrow: str, width: int) -> list[Part]:
    """Write a line in exactly `width` cells.

    The label comes first; the state at the right keeps what the label leaves, and at least a third of the line; the
    detail takes what remains.

    Args:
        row: What to write.
        level: Depth in the tree, 0 for a root.
        arrow: « ▸ », « ▾ » or a blank.
        width: Number of cells.
    """
    margin = " " * min(2 * level, width // 3) + f"{arrow} "
    glyph = f"{plain(row.glyph)} " if row.glyph else ""
    room = max(width - cell_len(margin) - cell_len(glyph), 0)
    label = plain(row.label)
    state = _state(row, max(room - cell_len(label) - 1, room // 3 - 1))
    room -= cell_len(state) + 1 if state else 0
    label = fit(label, room)
    room -= cell_len(label)
    detail = fit(plain(row.detail), room - 2) if row.detail and room - 2 >= SHORTEST_DETAIL else ""
    gap = room - (cell_len(detail) + 2 if detail else 0) + (1 if state else 0)
    return [
        Part(margin, "margin"),
        Part(glyph, "glyph"),
        Part(label, "label"),
        Part(f"  {detail}" if detail else "", "detail"),
        Part(" " * gap, "margin"),
        Part(state, "state"),
    ]


def _state(row: TreeRow, room: int) -> str:
    count = f"{row.children:,}".replace(",", NBSP) if row.children else ""
    parts = [plain(part) for part in (row.word, *row.tags, count) if part]
    while len(parts) > 1 and cell_len("  ".join(parts)) > room:
        parts.pop()
    return fit("  ".join(parts), room) if room >= SHORTEST_DETAIL or cell_len("".join(parts)) <= room else ""
