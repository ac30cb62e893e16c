"""Loading the lines of the Répertoire, as the tree asks for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ror_tui.api_client.errors import RorError, Unauthorized
from ror_tui.api_client.models import PageArbre
from ror_tui.services import repertoire
from ror_tui.services.vue import empty_reason
from ror_tui.widgets.tree import TreeRow

if TYPE_CHECKING:
    from ror_tui.screens.repertoire import RepertoireScreen


@dataclass(frozen=True, slots=True)
class Wanted:
    """A page of the children of a line, as `VirtualTree.ChildrenWanted` asks for it; the first page of the roots."""

    key: str | None = None
    cursor: str | None = None
    before: bool = False
    around: str | None = None

    @property
    def continues(self) -> bool:
        """Tell whether the page stands beside children that are there; otherwise it is loaded around the cursor."""
        return self.cursor is not None or self.around is not None


def load(screen: RepertoireScreen, wanted: Wanted) -> None:
    """Load a page of the children of a line.

    Args:
        screen: The Répertoire.
        wanted: Which page.
    """
    screen.run_worker(_load(screen, wanted), group=f"enfants {wanted.key}", exclusive=True, exit_on_error=False)


async def _load(screen: RepertoireScreen, wanted: Wanted) -> None:
    vue = screen.vue
    try:
        around = wanted.around if wanted.continues else screen.on_path(wanted.key)
        page = await repertoire.enfants(screen.ror.client, vue, wanted.key, wanted.cursor, autour=around)
    except RorError as error:
        _not_loaded(screen, error, wanted)
        return
    if vue is screen.vue:
        show(screen, wanted, page)


def show(screen: RepertoireScreen, wanted: Wanted, page: PageArbre) -> None:
    """Show a page that was read.

    Args:
        screen: The Répertoire.
        wanted: What was asked.
        page: The answer.
    """
    rows = screen.rows(page.elements)
    if wanted.key is None and not wanted.continues:
        screen.roots, screen.shown = page.elements, True
        screen.tree.set_empty(empty_reason(screen.vue))
    if wanted.before:
        screen.tree.add_page_before(wanted.key, rows, page.precedent)
    elif wanted.continues:
        screen.tree.add_page(wanted.key, rows, page.suivant)
    elif wanted.key is not None:
        screen.tree.set_children(wanted.key, rows, page.suivant, page.precedent)
    else:
        screen.tree.set_roots(rows, page.suivant, page.precedent)
    screen.open_again(screen.to_open & {noeud.cle for noeud in page.elements})


def _not_loaded(screen: RepertoireScreen, error: RorError, wanted: Wanted) -> None:
    """Say it where the lines would be; when they are there already, or it is a matter of login, say it above."""
    stale = wanted == Wanted() and bool(screen.tree.lines())
    if error.transient:
        screen.live.lost()
    if not stale:
        screen.tree.set_error(wanted.key, str(error))
    if stale or isinstance(error, Unauthorized):
        screen.ror.fail(error, retry=lambda: load(screen, wanted))


def load_branch(screen: RepertoireScreen, key: str | None) -> None:
    """Load all that stands below a line, page after page.

    Args:
        screen: The Répertoire.
        key: The line, None for the whole view.
    """
    screen.run_worker(_load_branch(screen, key), group=f"branche {key}", exclusive=True, exit_on_error=False)


async def _load_branch(screen: RepertoireScreen, key: str | None) -> None:
    vue, cursor, wanted = screen.vue, None, True
    while wanted:
        try:
            page = await repertoire.branche(screen.ror.client, vue, key, cursor)
        except RorError as error:
            screen.tree.cancel_branch(key)
            screen.ror.fail(error, retry=lambda: screen.tree.expand_all(key))
            return
        if vue is not screen.vue:
            screen.tree.cancel_branch(key)
            return
        cursor = page.suivant
        wanted = screen.tree.set_branch(key, _below(screen, page), done=cursor is None)
        del page  # or it would stand beside the next one while that is read: they weigh more than what they bring


def _below(screen: RepertoireScreen, page: PageArbre) -> list[tuple[str | None, TreeRow]]:
    """Give the rows of a page of a branch, each with the key of its parent."""
    return list(zip((noeud.sous for noeud in page.elements), screen.rows(page.elements), strict=True))


def stop_branch(screen: RepertoireScreen, key: str | None) -> None:
    """Ask for no more of a branch; what came stays.

    Args:
        screen: The Répertoire.
        key: Its line, None for the whole view.
    """
    screen.workers.cancel_group(screen, f"branche {key}")
