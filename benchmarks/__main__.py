"""`make bench`: every table, one after the other."""

from __future__ import annotations

import subprocess
import sys

MODULES = (
    "startup",
    "import_finess",
    "search_quality",
    "search",
    "tree",
    "children",
    "dossier",
    "form",
    "terminal_line",
)


def main() -> int:
    """Run each benchmark in a process of its own.

    Returns:
        The number of those that failed.
    """
    chosen = [name for name in sys.argv[1:] if name in MODULES] or list(MODULES)
    return sum(
        subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False).returncode != 0 for name in chosen
    )


if __name__ == "__main__":
    sys.exit(main())
