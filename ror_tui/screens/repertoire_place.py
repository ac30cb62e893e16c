"""Where one is in the Répertoire: coming back to a place, keeping it on the server for the next login."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING
from uuid import UUID

from ror_tui.api_client.errors import NotFound, RorError
from ror_tui.api_client.models import Place
from ror_tui.screens.repertoire_reveal import open_path
from ror_tui.services import compte, repertoire

if TYPE_CHECKING:
    from ror_tui.screens.repertoire import RepertoireScreen

OPENED_AT_MOST = 50
"""Lines that are opened again at a login: each one is a request."""
DEEPEST = 12


def here(screen: RepertoireScreen) -> Place:
    """Give the place one is at: the view, the line, and what is open, the lines above the cursor last.

    Args:
        screen: The Répertoire.
    """
    key = screen.tree.cursor_key
    above = screen.above(key)
    opened = islice(screen.tree.walk_opened(), OPENED_AT_MOST)
    others = [one for one in opened if one not in above]
    return Place(vue=screen.vue, ouvertes=[*others, *above], ligne=key)


async def come_back(screen: RepertoireScreen) -> None:
    """Show the Répertoire as the account left it; as at first when it never came, or when that cannot be read.

    Args:
        screen: The Répertoire, with nothing shown yet.
    """
    try:
        place = await compte.place(screen.ror.client)
    except RorError:
        place = None  # the roots, asked for next, say what is wrong
    if screen.asked is not None:  # the person chose a view meanwhile: it stays
        return
    if place is None:
        await screen.switch(screen.vue)
    else:
        await go(screen, place)


async def go(screen: RepertoireScreen, place: Place) -> None:
    """Show a place: its view, what was open, and the cursor where it was, or as near as what is left allows.

    Args:
        screen: The Répertoire.
        place: Where to go.
    """
    screen.to_open = set(place.ouvertes)
    if not screen.shown or place.vue != screen.vue:
        if not await screen.switch(place.vue):
            return
    else:
        screen.open_again(place.ouvertes)
    wanted = [place.ligne] if place.ligne else []
    for key in [*wanted, *reversed(place.ouvertes)][:DEEPEST]:
        if await _shown(screen, key):
            return


async def _shown(screen: RepertoireScreen, key: str) -> bool:
    """Put the cursor on a line, if the view still has it."""
    structure_id = structure_of(key)
    if structure_id is None or screen.holds(key):
        if screen.holds(key):
            screen.tree.reveal(key)
        return screen.holds(key)
    try:
        chemin = await repertoire.chemin(screen.ror.client, screen.vue, structure_id)
        if chemin.cles:
            await open_path(screen, chemin.cles)
    except NotFound:
        return False
    except RorError as error:
        screen.ror.fail(error)
        return True
    return bool(chemin.cles)


def structure_of(key: str) -> UUID | None:
    """Give the structure that the key of a line names, None for a group."""
    try:
        return UUID(key.rpartition("/")[2])
    except ValueError:
        return None


async def keep(screen: RepertoireScreen) -> None:
    """Keep the place on the server, unless it is there already.

    Args:
        screen: The Répertoire.
    """
    place = here(screen)
    if place != screen.kept and await compte.garder_place(screen.ror.client, place):
        screen.kept = place


async def leave(screen: RepertoireScreen) -> None:
    """Keep the place on the way out, without holding the user.

    Args:
        screen: The Répertoire.
    """
    if screen.shown and here(screen) != screen.kept:
        await compte.leave_place(screen.ror.client, here(screen))


async def back(screen: RepertoireScreen) -> None:
    """Go to the place before this one."""
    await _step(screen, screen.history.back(here(screen)), "Il n'y a rien avant.")


async def forward(screen: RepertoireScreen) -> None:
    """Go to the place that going back left."""
    await _step(screen, screen.history.forward(here(screen)), "Il n'y a rien après.")


async def _step(screen: RepertoireScreen, place: Place | None, nothing: str) -> None:
    if place is None:
        screen.set_status(nothing)
    else:
        await go(screen, place)
