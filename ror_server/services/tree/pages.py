"""A page of the lines below a line."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.problems import InvalidError, NotFoundError
from ror_server.services.tree.asking import Line, Place, View, read_key
from ror_server.services.tree.nodes import extras, group_nodes, nodes
from ror_server.store import lines, structures
from ror_server.store.accounts import Account
from ror_server.store.lines import At, Lines, Window
from ror_server.store.paging import BadCursorError
from ror_server.store.tables import comptes
from ror_tui.api_client.models import Afficher, Discipline, Filtres, Kind, PageArbre


async def page(tx: AsyncConnection, view: View, sous: str | None, window: Window) -> PageArbre:
    """Give a page of the lines below a line of the tree, or of the roots.

    Groups and départements come in one page: a country has a few hundred of them.

    Raises:
        NotFoundError: The line does not exist.
        InvalidError: The cursor is not one of ours.
    """
    parent = read_key(sous) if sous else Line()
    place = await _place(tx, parent) if sous else Place.ROOTS
    if place is Place.ROOTS and view.roots is None:
        return PageArbre(elements=await group_nodes(tx, view))
    params = {"dessous": parent.above, "compte": view.account.id}
    try:
        found = await lines.page(tx, partial(_statement, view, place), params, window)
    except BadCursorError as error:
        raise unknown_cursor() from error
    return PageArbre(elements=nodes(view, parent, found.rows), precedent=found.previous, suivant=found.next)


_NOBODY = Account(UUID(int=0), "", "", ())
"""For queries that do not depend on who asks: the account is one of their parameters."""


def _statement(view: View, place: Place, at: At) -> sa.Select[*tuple[Any, ...]]:
    """Give the query of a page; that of the usual filters is written once, which takes longer than to run it."""
    ticked = view.filtres.disciplines
    if view.filtres != Filtres(disciplines=ticked):
        return _write(view, place, at)
    return _written(view.par, None if ticked is None else tuple(ticked), place, at)


@lru_cache(maxsize=256)
def _written(par: Afficher, ticked: tuple[Discipline, ...] | None, place: Place, at: At) -> sa.Select[*tuple[Any, ...]]:
    filtres = Filtres(disciplines=None if ticked is None else list(ticked))
    return _write(View(par, filtres, _NOBODY), place, at)


def _write(view: View, place: Place, at: At) -> sa.Select[*tuple[Any, ...]]:
    compte = sa.bindparam("compte", type_=comptes.c.id.type)
    where = view.lines(place, sa.bindparam("dessous"), compte)
    return lines.statement(where or Lines(sa.false()), partial(extras, view, place, compte), at)


async def _place(tx: AsyncConnection, parent: Line) -> Place:
    return parent.place(await _kind(tx, parent.structure) if parent.structure else None)


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
