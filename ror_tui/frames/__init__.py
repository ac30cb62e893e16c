"""Frames that carry only what changed: for an application over a slow line, a key costs what it changes and no more.

`FrugalApp` stands between Textual's compositor and the terminal; nothing else here is for other modules.
"""

from __future__ import annotations

from ror_tui.frames.app import FrugalApp

__all__ = ["FrugalApp"]
