"""The colours of ror-tui: dark, light, high contrast; « ansi » takes the 16 colours of the terminal."""

from __future__ import annotations

from textual.theme import Theme

SOMBRE = Theme(
    name="ror-sombre",
    primary="#5aa9e6",
    secondary="#7f9cc0",
    accent="#8fd3ff",
    warning="#ffc857",
    error="#ff7b72",
    success="#5fd38d",
    foreground="#e6e9ef",
    background="#10151c",
    surface="#18202a",
    panel="#222c39",
    dark=True,
)

CLAIR = Theme(
    name="ror-clair",
    primary="#0b5cad",
    secondary="#43607f",
    accent="#00508f",
    warning="#8a5a00",
    error="#b3261e",
    success="#14713d",
    foreground="#1b222b",
    background="#fbfcfe",
    surface="#eef2f7",
    panel="#dde5ee",
    dark=False,
)

CONTRASTE = Theme(
    name="ror-contraste",
    primary="#7fc8ff",
    secondary="#d0d8e4",
    accent="#9fe0ff",
    warning="#ffd75f",
    error="#ffb0a8",
    success="#8df0b0",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#0a0f14",
    dark=True,
)

NAMES = {
    "sombre": SOMBRE.name,
    "clair": CLAIR.name,
    "contraste": CONTRASTE.name,
    "ansi": "ansi-dark",
    "ansi-clair": "ansi-light",
}
"""Names of the settings, to names of Textual's registry."""

ANSI = frozenset({"ansi", "ansi-clair"})
"""Names of the themes whose colours are the terminal's own; Textual must know it from the start."""
