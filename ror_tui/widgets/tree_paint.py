"""How the lines of a tree look: parts with their styles, and which cells of a line are not what they were."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip

from ror_tui.texts import NBSP, plain, plural
from ror_tui.widgets.tree_flat import owner
from ror_tui.widgets.tree_line import Part, TreeRow, lay_out
from ror_tui.widgets.tree_model import TreeModel
from ror_tui.widgets.tree_store import EXPANDED

COLORS = ("success", "warning", "error", "primary", "accent", "text-muted")
LABEL = frozenset({"label", "match"})
"""Parts that show where the cursor is: the fewer cells change, the fewer bytes a key costs over a slow line."""


def parts(model: TreeModel, place: int, width: int, *, ticked: frozenset[str] | set[str], note: str) -> list[Part]:
    """Lay out a line of the tree.

    Args:
        model: The tree.
        place: The line.
        width: Number of cells.
        ticked: Keys of the rows that are ticked; when there are some, every row has a box.
        note: What the line under the cursor says in place of its detail, if anything.
    """
    line, level = model.lines.rows[place], model.lines.levels[place]
    if line < 0:
        tick = " " if ticked else ""
        return lay_out(TreeRow("", plain(model.text(line))), level=level, arrow=" ", width=width, tick=tick)
    row = model.row(line)
    arrow = ("▾" if model.store.flags[line] & EXPANDED else "▸") if model.store.openable(line) else " "
    tick = ("☑" if row.key in ticked else "☐") if ticked else ""
    branch = model.branches.get(row.key) if model.branches else None
    if branch is not None:
        note = f"{plural(branch.count, 'ligne lue', 'lignes lues')}, Échap pour arrêter"
    return lay_out(replace(row, detail=note) if note else row, level=level, arrow=arrow, width=width, tick=tick)


def seeking(typed: str, *, found: bool) -> str:
    """Say where the letters typed lead.

    Args:
        typed: The letters so far.
        found: Whether a line begins so.
    """
    where = "" if found else ", aucune ligne"
    return f"aller à{NBSP}: {typed or '…'}{where}"


def is_cut(row: TreeRow, laid_out: Sequence[Part]) -> bool:
    """Tell whether a line shows less than what its row says.

    Args:
        row: The row.
        laid_out: Its line.
    """
    label = "".join(part.text for part in laid_out if part.role in LABEL)
    detail = "".join(part.text for part in laid_out if part.role == "detail")
    return label.rstrip() != plain(row.label).rstrip() or detail.strip() != plain(row.detail).strip()


def strip(
    model: TreeModel, place: int, laid_out: Sequence[Part], style: Callable[[str], Style], *, at_cursor: bool
) -> Strip:
    """Draw a line.

    Args:
        model: The tree.
        place: The line.
        laid_out: Its parts.
        style: Gives a style by its name; an empty name is that of the tree itself.
        at_cursor: The cursor is on the line.
    """
    line = model.lines.rows[place]
    color, tag, bold = "", "", False
    if line > 0:
        row = model.row(line)
        color, bold = row.color if row.color in COLORS else "", row.bold
        tag = row.tag_color if row.tag_color in COLORS else color
    elif model.store.state(owner(line)) == "error":
        color = "error"
    segments: list[Segment] = []
    for part in laid_out:
        shown = tag if part.role == "tag" else color
        look = style(_name(part.role, shown, is_row=line > 0))
        if part.role in LABEL:
            look = look + style("cursor") if at_cursor else look + Style(bold=bold or None)
        if part.text:
            segments.append(Segment(part.text, look))
    return Strip(segments, sum(segment.cell_length for segment in segments))


def _name(role: str, color: str, *, is_row: bool) -> str:
    if role in LABEL and not is_row:
        return color or "dim"
    if role in {"match", "mark"}:
        return "match" if role == "match" else "accent"
    if role in {"glyph", "state", "tag"} and color:
        return color
    return "" if role in {"label", "glyph", "tick"} else "dim"


def changed(before: Strip, after: Strip, y: int) -> Region:
    """Give the cells of a line that are not what they were.

    Args:
        before: The line as it was drawn.
        after: The line as it must be.
        y: Where it is.
    """
    old, new = list(before), list(after)
    while old and new and old[-1] == new[-1]:
        del old[-1], new[-1]
    start = 0
    for one, other in zip(old, new, strict=False):
        if one != other:
            break
        start += one.cell_length
    end = max(sum(segment.cell_length for segment in old), sum(segment.cell_length for segment in new))
    return Region(start, y, end - start, 1)
