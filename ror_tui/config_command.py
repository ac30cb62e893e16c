"""`ror-tui config`: each setting, its value, and where it comes from."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

from ror_tui import settings
from ror_tui.settings import SETTINGS, Chosen
from ror_tui.texts import french


def show(chosen: Chosen, *, as_json: bool, template: bool) -> int:
    """Print the settings.

    Args:
        chosen: The settings, and where each comes from.
        as_json: For a script.
        template: A file of settings instead, to redirect to where it belongs.

    Returns:
        The exit status.
    """
    if template:
        text = settings.template()
    elif as_json:
        text = json.dumps(described(chosen), ensure_ascii=False, indent=1) + "\n"
    else:
        text = "\n".join(_lines(chosen)) + "\n"
    sys.stdout.write(text)
    return 0


def described(chosen: Chosen) -> dict[str, object]:
    """Give the settings as plain data: `fichier`, `present`, and each setting with its value and its origin."""
    values = asdict(chosen.settings)
    told = {one.name: {"valeur": values[one.name], "origine": chosen.origins[one.name]} for one in SETTINGS}
    return {"fichier": str(chosen.file), "present": chosen.file.is_file(), "reglages": told}


def _lines(chosen: Chosen) -> list[str]:
    values = asdict(chosen.settings)
    width = max(len(one.name) for one in SETTINGS)
    there = "" if chosen.file.is_file() else " (absent ; pour le créer : ror-tui config --modele)"
    lines = [french(f"Fichier de réglages : {chosen.file}{there}"), ""]
    told = ((one.name, _word(values[one.name]), chosen.origins[one.name]) for one in SETTINGS)
    return lines + [f"{name:<{width}}  {value:<28}  {origin}" for name, value, origin in told]


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "oui" if value else "non"
    return str(value) if value else "–"
