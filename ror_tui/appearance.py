"""What the terminal can draw, decided before Textual is imported: colours, theme, keyboard; and why, for `doctor`."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass

from ror_tui.settings import Settings

SYSTEMS = {"16": "standard", "256": "256", "vraies": "truecolor"}
"""Our words, to those of rich."""
NO_COLOURS = frozenset({"dumb", "vt100", "vt102", "vt220", "unknown", ""})
"""Values of TERM that promise no colour."""
ANSI = {"sombre": "ansi", "clair": "ansi-clair", "contraste": "ansi", "ansi": "ansi"}
"""With 16 colours or none, a theme made of exact colours would be crushed: those of the terminal are used."""


@dataclass(frozen=True, slots=True)
class Appearance:
    """What was chosen, what to put in the environment (None: take away) before Textual reads it, and why, in French."""

    theme: str
    couleurs: str
    environ: Mapping[str, str | None]
    reasons: tuple[str, ...]


def choose(settings: Settings, environ: Mapping[str, str]) -> Appearance:
    """Decide how to draw.

    Args:
        settings: What the person chose.
        environ: The environment of the process.
    """
    couleurs, why = _colours(settings, environ)
    few = couleurs in {"non", "16"}
    theme = ANSI[settings.theme] if few else settings.theme
    reasons = [f"couleurs : {couleurs} ({why})"]
    if theme != settings.theme:
        reasons.append(f"thème : {theme}, les couleurs du terminal, au lieu de {settings.theme} qui serait écrasé")
    variables = {
        "TEXTUAL_COLOR_SYSTEM": SYSTEMS.get(couleurs, SYSTEMS["16"]),
        "NO_COLOR": "1" if couleurs == "non" else None,  # to Textual, an empty one is one
    }
    if settings.clavier == "simple":
        variables["TEXTUAL_DISABLE_KITTY_KEY"] = "1"
        reasons.append("clavier : simple, le protocole étendu du terminal n'est pas demandé")
    return Appearance(theme, couleurs, variables, tuple(reasons))


def apply(drawn: Appearance, environ: MutableMapping[str, str]) -> None:
    """Put in the environment what Textual is to read there."""
    for name, value in drawn.environ.items():
        if value is None:
            environ.pop(name, None)
        else:
            environ[name] = value


def _colours(settings: Settings, environ: Mapping[str, str]) -> tuple[str, str]:
    term = environ.get("TERM", "").lower()
    if settings.couleurs != "auto":
        return settings.couleurs, "réglage couleurs"
    if environ.get("NO_COLOR"):
        return "non", "NO_COLOR"
    if term in NO_COLOURS:
        return "non", f"TERM={term or 'vide'}"
    if environ.get("COLORTERM", "").lower() in {"truecolor", "24bit"}:
        return "vraies", f"COLORTERM={environ['COLORTERM']}"
    if term.endswith(("256color", "direct")):
        return "256", f"TERM={term}"
    return "16", f"TERM={term}"
