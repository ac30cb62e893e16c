"""The way in: something on the screen first, the rest afterwards."""
# ruff: noqa: PLC0415 - that is the point

from __future__ import annotations

import sys


def main() -> int:
    """Run `ror-tui`, and give its exit status."""
    from ror_tui import splash

    splash.show(sys.argv[1:])
    try:
        from ror_tui.cli import main as run

        return run()
    finally:
        splash.clear()
