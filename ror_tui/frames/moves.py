"""The shortest way for the cursor to go from a cell to another."""

from __future__ import annotations

from functools import lru_cache

from ror_tui.frames.terminals import Terminal


@lru_cache(maxsize=1 << 14)
def move(terminal: Terminal, start: tuple[int | None, int | None], x: int, y: int) -> str:
    """Give the shortest sequence.

    Args:
        terminal: What it understands.
        start: The column and the line of the cursor, from 0; None for what is not known.
        x: Column to go to.
        y: Line to go to.
    """
    ways = [_absolute(x, y)]
    if start[1] is not None:
        ways += [down + along for down in _vertical(terminal, start[1], y) for along in _along(terminal, start[0], x)]
    return min(ways, key=len)


def _absolute(x: int, y: int) -> str:
    if x:
        return f"\x1b[{y + 1 if y else ''};{x + 1}H"
    return f"\x1b[{y + 1}H" if y else "\x1b[H"


def _vertical(terminal: Terminal, start: int, y: int) -> list[str]:
    if y == start:
        return [""]
    steps, letter, one = (y - start, "B", "\x1bD") if y > start else (start - y, "A", "\x1bM")
    ways = [f"\x1b[{steps}{letter}", one * steps]
    return [*ways, f"\x1b[{y + 1}d"] if terminal.columns else ways


def _along(terminal: Terminal, start: int | None, x: int) -> list[str]:
    if x == start:
        return [""]
    ways = ["\r" + _right(x)]
    if terminal.columns:
        ways.append(f"\x1b[{x + 1}G")
    if start is not None and x > start:
        ways.append(_right(x - start))
    elif start is not None:
        ways += ["\b" * (start - x), f"\x1b[{start - x}D"]
    return ways


def _right(steps: int) -> str:
    if steps < 2:
        return "\x1b[C" * steps
    return f"\x1b[{steps}C"
