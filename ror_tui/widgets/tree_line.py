"""One line of a tree: what it says, and how it is cut to the width of the screen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size

from ror_tui.texts import NBSP, plain
from ror_tui.widgets.frame import fit

SHORTEST_DETAIL = 4
"""A detail cut to fewer cells says nothing: it is left out."""
CHARACTERS_PER_CELL = 4
"""A text is read no further than so many characters for each cell there is: a name may be very long."""


@dataclass(frozen=True, slots=True)
class TreeRow:
    """What a line of a tree says.

    Args:
        key: Names the row; unique in the tree.
        label: What it is called, any text.
        detail: What comes after the label, where room is left.
        glyph: One character before the label.
        word: The state, at the right.
        color: Colour of the glyph and of the state, one of `tree.COLORS`.
        tags: Short words after the state.
        children: How many rows there are below, loaded or not.
        bold: Draw the label bold.
        ranges: Runs of characters of the label to highlight, from and to, in order.
        mark: One discreet glyph after the label.
        data: Anything the owner wants back with the row; never drawn.
        tag_color: Colour of the tags, that of the state unless it is given.
    """

    key: str
    label: str
    detail: str = ""
    glyph: str = ""
    word: str = ""
    color: str = ""
    tags: tuple[str, ...] = ()
    children: int = 0
    bold: bool = False
    ranges: tuple[tuple[int, int], ...] = ()
    mark: str = ""
    data: str = ""
    tag_color: str = ""


class Part(NamedTuple):
    """A run of text, and what it is: `margin`, `tick`, `glyph`, `label`, `match`, `mark`, `detail`, `state`, `tag`."""

    text: str
    role: str


def lay_out(row: TreeRow, *, level: int, arrow: str, width: int, tick: str = "") -> list[Part]:
    """Write a line in exactly `width` cells.

    The label comes first; the state at the right keeps what the label leaves, and at least a third of the line; the
    detail takes what remains.

    Args:
        row: What to write.
        level: Depth in the tree, 0 for a root.
        arrow: « ▸ », « ▾ » or a blank.
        width: Number of cells.
        tick: What the column of the ticks shows, empty when there is none.
    """
    tick = f"{tick} " if tick else ""
    indent = min(2 * level, width // 3)
    glyph = f"{_text(row.glyph, 4)} " if row.glyph else ""
    mark = f" {_text(row.mark, 2)}" if row.mark else ""
    room = width - cell_len(tick) - indent - cell_len(arrow) - 1 - cell_len(glyph)
    label = _text(row.label, width) or " "
    state = _state(row, max(room - cell_len(label) - cell_len(mark) - 1, room // 3 - 1))
    room -= cell_len(state) + 1 if state else 0
    label = fit(label, max(room - cell_len(mark), 0))
    room -= cell_len(label) + cell_len(mark)
    detail = fit(_text(row.detail, width), room - 2) if row.detail and room - 2 >= SHORTEST_DETAIL else ""
    gap = room - (cell_len(detail) + 2 if detail else 0) + (1 if state else 0)
    parts = [
        Part(tick, "tick"),
        Part(" " * indent, "margin"),
        Part(f"{arrow} ", "margin"),
        Part(glyph, "glyph"),
        *_highlighted(label, row.ranges),
        Part(mark[:1], "margin"),
        Part(mark[1:], "mark"),
        Part("  " if detail else "", "margin"),
        Part(detail, "detail"),
        Part(" " * gap, "margin"),
        *_state_parts(state, row),
    ]
    return parts if room >= 0 else _cropped(parts, width)


def _state_parts(state: str, row: TreeRow) -> Iterator[Part]:
    """Give the state and the tags apart, when they have not the same colour."""
    word = plain(row.word)
    if row.tag_color and state.startswith(f"{word}  "):
        yield Part(word, "state")
        yield Part(state[len(word) :], "tag")
    else:
        yield Part(state, "state")


def _cropped(parts: list[Part], width: int) -> list[Part]:
    """Keep what fits a line too narrow for even its marks."""
    kept = []
    for part in parts:
        kept.append(Part(set_cell_size(part.text, min(cell_len(part.text), width)), part.role))
        width -= cell_len(kept[-1].text)
    return [*kept, Part(" " * width, "margin")]


def _text(text: str, width: int) -> str:
    """Make a text safe to draw, without reading what no line could show."""
    longest = CHARACTERS_PER_CELL * width
    return plain(text) if len(text) <= longest else f"{plain(text[:longest])}…"


def _highlighted(label: str, ranges: tuple[tuple[int, int], ...]) -> Iterator[Part]:
    edges = [0]
    for start, end in ranges:
        first = max(edges[-1], min(start, len(label)))
        edges += [first, max(first, min(end, len(label)))]
    for place, (start, end) in enumerate(pairwise([*edges, len(label)])):
        yield Part(label[start:end], "match" if place % 2 else "label")


def _state(row: TreeRow, room: int) -> str:
    if room <= 0:
        return ""
    count = f"{row.children:,}".replace(",", NBSP) if row.children else ""
    parts = [plain(part) for part in (row.word, *row.tags, count) if part]
    while len(parts) > 1 and cell_len("  ".join(parts)) > room:
        parts.pop()
    return fit("  ".join(parts), room) if room >= SHORTEST_DETAIL or cell_len("".join(parts)) <= room else ""
