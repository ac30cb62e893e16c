"""A page of the lines below a line."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.problems import InvalidError, NotFoundError
from ror_server.services.tree.asking import Line, View, read_key
from ror_server.services.tree.nodes import extras, group_nodes, nodes
from ror_server.store import lines, structures
from ror_server.store.lines import Lines, Window
from ror_server.store.paging import BadCursorError
from ror_tui.api_client.models import Kind, PageArbre


async def page(tx: AsyncConnection, view: View, sous: str | None, window: Window) -> PageArbre:
    """Give a page of the lines below a line of the tree, or of the roots.

    Groups and départements come in one page: a country has a few hundred of them.

    Raises:
        NotFoundError: The line does not exist.
        InvalidError: The cursor is not one of ours.
    """
    parent = read_key(sous) if sous else Line()
    where = view.roots if sous is None else await lines_below(tx, view, parent)
    if where is None:
        return PageArbre(elements=await group_nodes(tx, view))
    try:
        found = await lines.page(tx, where, window, partial(extras, view, sous))
    except BadCursorError as error:
        raise unknown_cursor() from error
    return PageArbre(elements=nodes(view, parent, found.rows), precedent=found.previous, suivant=found.next)


async def lines_below(tx: AsyncConnection, view: View, parent: Line) -> Lines:
    """Give what stands below a line.

    Raises:
        NotFoundError: Its structure does not exist.
    """
    return view.below(parent, await _kind(tx, parent.structure) if parent.structure else None)


async def _kind(tx: AsyncConnection, structure_id: UUID) -> Kind:
    kind = await structures.kind(tx, structure_id)
    if kind is None:
        raise NotFoundError("Cette ligne du Répertoire n'existe pas.")
    return kind


def unknown_cursor() -> InvalidError:
    """Say that a cursor is not one of ours."""
    return InvalidError("La suite de cette liste n'est plus connue : rechargez-la.", kind="curseur")


def around(key: str | None) -> UUID | None:
    """Give the structure of the line that a page must hold; a group has none and its page is the only one."""
    return read_key(key).structure if key else None
