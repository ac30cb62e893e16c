"""What others publish, as it reaches the Répertoire: what is waited with, what is read again, what is marked."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from ror_tui.api_client.errors import RorError
from ror_tui.api_client.models import Evenement
from ror_tui.screens.repertoire_update import Update, ViewChangedError
from ror_tui.services.lien import EtatLien
from ror_tui.widgets.tree import TreeRow

if TYPE_CHECKING:
    from ror_tui.screens.repertoire import RepertoireScreen

MARK = "◂"
"""After the name of a line that somebody else has just published; until the cursor has been there."""
MOST_ESTABLISHMENTS = 20
"""More of them in one go, and reading the view again asks less of the server."""


class Live:
    """Keeps the tree of a Répertoire up to date while it is in front, and as soon as it is back in front.

    Args:
        screen: The Répertoire.
    """

    def __init__(self, screen: RepertoireScreen) -> None:
        self._screen = screen
        self._missed: list[Evenement] = []
        self._stale = False
        self._at_work = False
        self._here: str | None = None
        self._marked: set[str] = set()

    def hear(self, evenement: Evenement | None) -> None:
        """Take note of a publication.

        Args:
            evenement: What was published, None when something was missed.
        """
        if evenement is None or evenement.tronque:
            self._stale = True
        else:
            self._missed.append(evenement)
        self.catch_up()

    def lost(self) -> None:
        """Take note that some lines could not be read: they are read again once the link is back."""
        self._stale = True

    def mark(self, row: TreeRow, *, fresh: bool) -> TreeRow:
        """Mark a line that somebody else has just published.

        Args:
            row: What the line says.
            fresh: It was published just now; else it keeps the mark it had.
        """
        if fresh:
            self._marked.add(row.key)
        return replace(row, mark=MARK if row.key in self._marked else "")

    def visit(self, key: str) -> None:
        """Take the mark off the line that the cursor comes to, and off the one that it leaves.

        Args:
            key: The line that the cursor comes to.
        """
        for seen in self._marked & {self._here or key, key}:
            self._marked.discard(seen)
            with suppress(KeyError):  # it left the tree meanwhile
                self._screen.tree.update_row(replace(self._screen.tree.row(seen), mark=""))
        self._here = key

    def forget_marks(self) -> None:
        """Take note that every line was written anew."""
        self._marked.clear()

    def catch_up(self) -> None:
        """Bring in what was published, unless the screen is not in front or the link is lost: then, later."""
        waiting = self._stale or bool(self._missed)
        linked = self._screen.ror.lien is EtatLien.CONNECTE
        if waiting and linked and self._screen.in_front and not self._at_work:
            self._at_work = True
            self._screen.run_worker(self._catch_up(), group="publications", exit_on_error=False)

    async def _catch_up(self) -> None:
        try:
            while self._missed and not self._stale:
                missed, self._missed = self._missed, []
                self._stale = not await self._bring_in(missed)
            if self._stale and self._screen.ror.lien is EtatLien.CONNECTE:
                self._stale = False
                self._missed.clear()
                self._screen.action_recharger()
        finally:
            self._at_work = False

    async def _bring_in(self, missed: list[Evenement]) -> bool:
        """Tell whether the tree shows it all; when it does not, the view must be read again."""
        touched = {one.id: one for evenement in missed for one in evenement.structures}
        if len({one.eg_id or one.id for one in touched.values()}) > MOST_ESTABLISHMENTS:
            return False
        me = self._screen.ror.compte
        mine = me.nom if me else ""
        others = {one.id for evenement in missed if evenement.acteur != mine for one in evenement.structures}
        try:
            await Update(self._screen, touched, others).run()
        except ViewChangedError:
            return True  # the other view was read after this publication
        except RorError:
            return False  # the status line says that the link is lost; all is read again once it is back
        return True
