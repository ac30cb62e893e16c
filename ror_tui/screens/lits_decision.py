"""Cells of the grid of beds that wait for somebody: to decide, to check, to bring up to date."""

from __future__ import annotations

from collections.abc import Sequence

from ror_tui.screens import lits_lines
from ror_tui.screens.lits_lines import Row
from ror_tui.services.lits import STATUTS, Ligne, Lits

TO_SEE = {lits_lines.WARNING, lits_lines.AGED}

Cell = tuple[int, int]
"""Row and column."""


def to_see(lits: Lits, rows: Sequence[Row]) -> list[Cell]:
    """Give the cells to decide; when there is none, the first cell of each unit to check or to bring up to date."""
    lines = [(rank, row) for rank, row in enumerate(rows) if isinstance(row, Ligne)]
    ecarts = [
        (rank, column)
        for rank, row in lines
        for column, statut in enumerate(STATUTS)
        if lits.ecart(row, statut) is not None
    ]
    if ecarts:
        return ecarts
    marked = [(rank, row.unite) for rank, row in lines if lits_lines.mark(lits, row.unite) in TO_SEE]
    first = {unite: rank for rank, unite in reversed(marked)}
    return sorted((rank, 0) for rank in first.values())


def next_to(here: Cell, cells: Sequence[Cell], by: int) -> Cell:
    """Give the next of some cells, or the one before; past the end it begins again."""
    ahead = [cell for cell in cells if cell > here] if by > 0 else [cell for cell in cells[::-1] if cell < here]
    return (ahead or cells[::by])[0]


def decide_all(lits: Lits, rows: Sequence[Row], *, mien: bool) -> None:
    """Keep all that was typed here, or take all that the others wrote."""
    for row in rows:
        for statut in STATUTS:
            if isinstance(row, Ligne) and lits.ecart(row, statut) is not None:
                lits.decider(row, statut, mien=mien)
