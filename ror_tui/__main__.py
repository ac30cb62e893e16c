"""`python -m ror_tui`."""

from __future__ import annotations

from ror_tui.start import main

if __name__ == "__main__":
    raise SystemExit(main())
