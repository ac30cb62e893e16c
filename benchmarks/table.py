"""The table that the benchmarks print: what, how much, against which goal, and whether it is met."""

from __future__ import annotations

WIDTHS = (66, 34, 26, 6)
MET, MISSED = "met", "missed"


def header(title: str, goal: str = "goal") -> None:
    """Begin a table."""
    _line(title, "measured", goal, "")
    print("|" + "|".join("-" * (width + 2) for width in WIDTHS) + "|", flush=True)


def row(what: str, measured: str, goal: str = "", *, met: bool | None = None) -> None:
    """Print a row.

    Args:
        what: What is measured.
        measured: The figure, with its unit.
        goal: What it is held against, empty when it is there for comparison.
        met: Whether it holds, None when there is no goal.
    """
    _line(what, measured, goal, "" if met is None else MET if met else MISSED)


def goal_of(line: str) -> tuple[str, str] | None:
    """Read a printed line again.

    Returns:
        What was measured and whether its goal is met, None for a line without a verdict.
    """
    cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
    return (cells[0], cells[-1]) if cells[-1] in {MET, MISSED} else None


def _line(*cells: str) -> None:
    print("| " + " | ".join(f"{cell:<{width}}" for cell, width in zip(cells, WIDTHS, strict=True)) + " |", flush=True)
