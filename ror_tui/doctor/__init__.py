"""`ror-tui doctor`: what this terminal can do, what was chosen and why, and whether the server answers; no secret."""

from ror_tui.doctor.report import examine

__all__ = ["examine"]
