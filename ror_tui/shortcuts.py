"""`docs/RACCOURCIS.md`, made from the key registry: `python -m ror_tui.shortcuts [--check]`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from ror_tui import keymap

PAGE = Path("docs/RACCOURCIS.md")
HEAD = """# Raccourcis clavier

Cette page est écrite par `python -m ror_tui.shortcuts`, à partir de `ror_tui/keymap.py`. Ne pas la modifier à la main.
"""


def page() -> str:
    """Write the page: one table per context of the registry."""
    parts = [HEAD]
    for context, title in keymap.CONTEXTS.items():
        if rows := [_row(action) for action in keymap.of(context)]:
            parts.append(
                f"## {title}\n\n| Touches | Action | Identifiant |\n| --- | --- | --- |\n" + "\n".join(rows) + "\n"
            )
    return "\n".join(parts)


def _row(action: keymap.Action) -> str:
    keys = ", ".join(f"`{keymap.key_name(key)}`" for key in action.keys.split(","))
    return f"| {keys} | {action.tooltip} | `{action.id}` |"


def main(argv: Sequence[str]) -> int:
    """Write the page, or with `--check` only say whether it is up to date.

    Args:
        argv: The arguments, without the name of the program.

    Returns:
        0, or 1 when `--check` finds a stale page.
    """
    keymap.check()
    if "--check" in argv:
        fresh = PAGE.is_file() and PAGE.read_text(encoding="utf-8") == page()
        if not fresh:
            print(f"{PAGE} is stale: run python -m ror_tui.shortcuts", file=sys.stderr)  # noqa: T201 - a command
        return 0 if fresh else 1
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
