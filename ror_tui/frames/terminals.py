"""What each kind of terminal understands, by its TERM; of one that is not here nothing is assumed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Terminal:
    """The sequences that a terminal understands, beside those of a VT100."""

    fills: bool = True
    """What is erased takes the current background (terminfo: bce)."""
    erases: bool = True
    """Characters can be erased in the middle of a line (ECH)."""
    columns: bool = True
    """A column and a line can be given alone (CHA, VPA)."""
    pans: bool = True
    """A region can be moved without going to its edge (SU, SD)."""
    undresses: bool = True
    """One attribute can be taken away, and the others kept."""


MODERN = Terminal()
SCREEN = Terminal(fills=False, erases=False, pans=False)
VT100 = Terminal(fills=False, erases=False, columns=False, pans=False, undresses=False)
FAMILIES = (
    ("xterm-kitty", Terminal(fills=False)),
    *((name, MODERN) for name in ("xterm", "rxvt", "tmux", "putty", "alacritty", "foot", "konsole", "gnome", "vte")),
    *((name, MODERN) for name in ("kitty", "wezterm", "ghostty", "contour", "mintty", "st-")),
    ("screen", SCREEN),
    ("linux", Terminal(pans=False)),
    *((name, VT100) for name in ("vt100", "vt102", "vt220")),
)
"""The first whose name begins the TERM; the version of a family is never newer than ten years ago."""


def of(environ: Mapping[str, str]) -> Terminal | None:
    """Give what the terminal understands, None when its TERM says nothing known.

    Args:
        environ: The environment of the process.
    """
    term = environ.get("TERM", "").lower()
    found = next((terminal for name, terminal in FAMILIES if term.startswith(name)), None)
    if found is None or found == VT100:
        return found
    if environ.get("STY"):  # inside GNU screen, whatever TERM was made to say
        return SCREEN
    return MODERN if environ.get("TMUX") else found
