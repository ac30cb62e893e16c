"""The form of a fiche and the picker of 1,305 acts, beside a bare Textual screen with one field, in real terminals.

`python -m benchmarks.form [--rounds 3]`: the three take turns, key by key.
"""

from __future__ import annotations

import argparse
import sys
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from benchmarks.table import header, row
from benchmarks.terminal import Terminal, environment

APP = str(Path(__file__).with_name("form_app.py"))
KINDS = ("bare", "ours", "picker")
OPEN, CLOSE, BACKSPACE = "\x1b[15~", "\x1b[17~", "\x7f"
LETTERS = "echographie"
OPENINGS = 5


def started(stack: ExitStack, kind: str) -> Terminal:
    """Start a program, ready to open its screen."""
    terminal = stack.enter_context(Terminal([sys.executable, APP, kind], environment(TEXTUAL_ANIMATIONS="none")))
    terminal.until("prêt")
    terminal.settle(0.5)
    return terminal


def openings(rounds: int) -> dict[str, float]:
    """Measure how long each screen takes from the key to its last byte, once it was opened before."""
    times: dict[str, list[float]] = {kind: [] for kind in KINDS}
    with ExitStack() as stack:
        terminals = {kind: started(stack, kind) for kind in KINDS}
        for turn in range(1 + OPENINGS * rounds):
            for kind, terminal in terminals.items():
                seconds = terminal.press(OPEN, 0.4).seconds
                times[kind] += [seconds] if turn else []
                terminal.press(CLOSE, 0.3)
    return {kind: median(seen) for kind, seen in times.items()}


def keys(rounds: int) -> dict[str, float]:
    """Measure how long a letter takes from the key to its last byte."""
    times: dict[str, list[float]] = {kind: [] for kind in KINDS}
    with ExitStack() as stack:
        terminals = {kind: started(stack, kind) for kind in KINDS}
        for terminal in terminals.values():
            terminal.press(OPEN, 0.6)
        for letter in (*LETTERS, *[BACKSPACE] * len(LETTERS)) * rounds:
            for kind, terminal in terminals.items():
                times[kind].append(terminal.press(letter, 0.1).seconds)
    return {kind: median(seen) for kind, seen in times.items()}


def judged(ratio: float, goal: int) -> None:
    """Print a ratio beside its goal."""
    row("ratio", f"{ratio:.2f} x", f"≤ {goal} x", met=ratio <= goal)


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    header("The form, real pty 80×24, truecolor, medians; the bare screen holds one Input")
    opened, typed = openings(arguments.rounds), keys(arguments.rounds)
    row("open a bare screen with one field", f"{opened['bare'] * 1000:.1f} ms")
    row("open the largest fiche", f"{opened['ours'] * 1000:.1f} ms")
    judged(opened["ours"] / opened["bare"], 3)
    row("a letter in the bare field", f"{typed['bare'] * 1000:.1f} ms")
    row("a letter in the largest fiche", f"{typed['ours'] * 1000:.1f} ms")
    judged(typed["ours"] / typed["bare"], 2)
    row("a letter in the picker of 1,305 acts", f"{typed['picker'] * 1000:.1f} ms")
    judged(typed["picker"] / typed["bare"], 3)
    return 0


if __name__ == "__main__":
    sys.exit(main())
