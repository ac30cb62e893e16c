"""What shows at once, while what draws the screens is being loaded: a line, taken away before anything else is shown.

It is written before anything is imported, and needs nothing of the terminal but to go back to the start of a line.
"""

from __future__ import annotations

import sys

TEXT = " ROR : ouverture..."
SILENT = frozenset({"-h", "--help", "--version", "--json", "--modele", "--reset", "--lineaire"})
_on: list[bool] = []


def show(argv: list[str]) -> None:
    """Show the line, when what is asked for ends in a screen.

    Args:
        argv: The arguments, without the name of the program.
    """
    screen = not argv or argv[0].startswith("--")
    if screen and SILENT.isdisjoint(argv) and sys.stderr.isatty() and sys.stdin.isatty():
        sys.stderr.write(TEXT)
        sys.stderr.flush()
        _on.append(True)


def clear() -> None:
    """Take the line away, if it is there."""
    if _on:
        _on.clear()
        sys.stderr.write("\r" + " " * len(TEXT) + "\r")
        sys.stderr.flush()
