"""`ror-tui --lineaire`: the main job by questions and answers, a line each, for screen readers and bare terminals.

Nothing here moves a cursor, draws a colour or imports Textual; the services are those of the screens.
"""

from ror_tui.lineaire.seance import run

__all__ = ["run"]
