"""Every view under every filter, compared with a naive recomputation, on both databases."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.services.tree.asking import View, read_key
from ror_server.services.tree.branch import branch
from ror_server.services.tree.pages import page
from ror_server.services.tree.path import path
from ror_server.store import structures
from ror_server.store.database import Database
from ror_server.store.lines import Window
from ror_tui.api_client.models import Afficher, Discipline, Filtres, Kind, Noeud, PageArbre, Peuplement
from tests.conftest import new_postgres, new_sqlite
from tests.server.forest import CATEGORIES, PLACES, Expected, Forest, grow

Result = TypeVar("Result")


@dataclass(repr=False)
class Grown:
    """A forest in a database, and the loop that reads it."""

    forest: Forest
    database: Database
    runner: asyncio.Runner

    def read(self, act: Callable[[AsyncConnection], Awaitable[Result]]) -> Result:
        async def run() -> Result:
            async with self.database.read() as tx:
                return await act(tx)

        return self.runner.run(run())

    def view(self, par: Afficher, filtres: Filtres, who: str) -> View:
        return View(par, filtres, self.forest.accounts[who])


def _grown(url: str) -> Iterator[Grown]:
    with asyncio.Runner() as runner:
        database = Database(url)
        forest = grow()

        async def write() -> None:
            async with database.write() as tx:
                await forest.write(tx)

        runner.run(write())
        yield Grown(forest, database, runner)
        runner.run(database.close())


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def grown(
    request: pytest.FixtureRequest, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Grown]:
    """Write the forest once of each kind."""
    if request.param == "sqlite":
        yield from _grown(new_sqlite(sqlite_template, tmp_path_factory.mktemp("foret")))
        return
    with new_postgres(request.getfixturevalue("postgres_cluster")) as url:
        yield from _grown(url)


COMMUNES = [code for places in PLACES.values() for code, _ in places]

some_filters = st.builds(
    Filtres,
    disciplines=st.none() | st.lists(st.sampled_from(Discipline), unique=True),
    communes=st.just([]) | st.lists(st.sampled_from([*COMMUNES, "99999"]), max_size=3),
    categories=st.just([]) | st.lists(st.sampled_from(CATEGORIES), max_size=2),
    peuplement=st.just([]) | st.lists(st.sampled_from(Peuplement), max_size=2),
    dossier_ouvert=st.sampled_from([False, False, True]),
    a_moi=st.sampled_from([False, False, True]),
    texte=st.sampled_from(["", "", "", "oeillet EHPAD", "paris", "%", "_", "100 %", "été", "1", "  "]),
)
views = st.sampled_from(Afficher)
people = st.sampled_from(["referent.ailleurs", "lecteur", "admin"])


async def _pages(tx: AsyncConnection, view: View, sous: str | None, limit: int) -> list[Noeud]:
    """Read all pages below a line, forwards."""
    found: list[Noeud] = []
    cursor = None
    while True:
        read = await page(tx, view, sous, Window(cursor, limit))
        found += read.elements
        assert len(read.elements) <= limit or read.suivant is None
        if read.suivant is None:
            return found
        cursor = read.suivant


async def _walk(tx: AsyncConnection, view: View, limit: int, sous: str | None = None) -> list[tuple[str | None, Noeud]]:
    found: list[tuple[str | None, Noeud]] = []
    for noeud in await _pages(tx, view, sous, limit):
        found.append((sous, noeud))
        if noeud.enfants:
            found += await _walk(tx, view, limit, noeud.cle)
    return found


def _facts(forest: Forest, who: str, line: Expected) -> tuple[Any, ...]:
    node = line.node
    if node is None:
        return line.key, line.above, line.children, None
    described = node.peuplement if node.kind in {Kind.EG, Kind.UO} else None
    mine = node.id in forest.favourites.get(who, set())
    return (
        line.key,
        line.above,
        line.children,
        (node.id, node.kind, node.nom, node.id in forest.opened, mine, described),
    )


def _told(above: str | None, noeud: Noeud) -> tuple[Any, ...]:
    if noeud.id is None:
        return noeud.cle, above, noeud.enfants, None
    facts = noeud.id, noeud.kind, noeud.nom, noeud.dossier_ouvert, noeud.favori, noeud.peuplement
    return noeud.cle, above, noeud.enfants, facts


@given(par=views, filtres=some_filters, who=people, limit=st.sampled_from([1, 2, 3, 50]))
def test_every_view_shows_what_the_filters_keep_line_by_line(
    grown: Grown, par: Afficher, filtres: Filtres, who: str, limit: int
) -> None:
    expected = [_facts(grown.forest, who, line) for line in grown.forest.lines(par, filtres, who)]
    view = grown.view(par, filtres, who)
    shown = [_told(above, noeud) for above, noeud in grown.read(lambda tx: _walk(tx, view, limit))]
    assert shown == expected


@given(par=views, filtres=some_filters, who=people, limit=st.sampled_from([1, 4, 7, 5000]))
def test_a_branch_is_what_the_recursive_walk_gives(
    grown: Grown, par: Afficher, filtres: Filtres, who: str, limit: int
) -> None:
    view = grown.view(par, filtres, who)

    async def all_pages(tx: AsyncConnection) -> list[Noeud]:
        found: list[Noeud] = []
        read = await branch(tx, view, None, None, limit)
        while True:
            found += read.elements
            if read.suivant is None:
                return found
            assert len(read.elements) == limit
            read = await branch(tx, view, None, read.suivant, limit)

    walked = grown.read(lambda tx: _walk(tx, view, 50))
    assert [_told(noeud.sous, noeud) for noeud in grown.read(all_pages)] == [_told(*line) for line in walked]


@given(par=views, filtres=some_filters, who=people, data=st.data())
def test_a_branch_below_one_line_is_that_part_of_the_view(
    grown: Grown, par: Afficher, filtres: Filtres, who: str, data: st.DataObject
) -> None:
    view = grown.view(par, filtres, who)
    expected = grown.forest.lines(par, filtres, who)
    if not expected:
        return
    top = data.draw(st.sampled_from(expected))
    found = grown.read(lambda tx: branch(tx, view, top.key, None, 5000))
    walked = grown.read(lambda tx: _walk(tx, view, 50, top.key))
    assert [(one.sous, one.cle) for one in found.elements] == [(above, one.cle) for above, one in walked]


@given(par=views, filtres=some_filters, who=people)
def test_a_path_leads_to_every_structure_that_is_shown_and_says_why_another_is_not(
    grown: Grown, par: Afficher, filtres: Filtres, who: str
) -> None:
    view = grown.view(par, filtres, who)
    lines = {line.key: line for line in grown.forest.lines(par, filtres, who)}
    shown = {line.node.id for line in lines.values() if line.node}

    async def check(tx: AsyncConnection) -> None:
        for node in grown.forest.nodes:
            row = await structures.structure(tx, node.id)
            if node.supprimee or row is None:
                continue
            found = await path(tx, view, row)
            assert bool(found.cles) == (node.id in shown), (node, found)
            if not found.cles:
                assert found.raison
                continue
            assert found.raison is None
            chain = [lines[key] for key in found.cles]
            assert [line.above for line in chain] == [None, *found.cles[:-1]]
            assert chain[-1].node is node

    grown.read(check)


@given(par=views, filtres=some_filters, who=people, limit=st.sampled_from([1, 2, 3, 4]), data=st.data())
def test_the_page_around_a_line_holds_it_and_leads_to_all_others_both_ways(
    grown: Grown, par: Afficher, filtres: Filtres, who: str, limit: int, data: st.DataObject
) -> None:
    view = grown.view(par, filtres, who)
    lines = [line for line in grown.forest.lines(par, filtres, who) if line.node]
    if not lines:
        return
    sought = data.draw(st.sampled_from(lines))
    brothers = [line.key for line in grown.forest.lines(par, filtres, who) if line.above == sought.above]

    async def both_ways(tx: AsyncConnection) -> list[str]:
        async def read(cursor: str | None, around: bool = False) -> PageArbre:
            structure = read_key(sought.key).structure if around else None
            return await page(tx, view, sought.above, Window(cursor, limit, structure))

        middle = await read(None, around=True)
        keys = [one.cle for one in middle.elements]
        assert sought.key in keys
        before, after = middle.precedent, middle.suivant
        while before:
            earlier = await read(before)
            keys = [one.cle for one in earlier.elements] + keys
            before = earlier.precedent
        while after:
            later = await read(after)
            keys += [one.cle for one in later.elements]
            after = later.suivant
        return keys

    assert grown.read(both_ways) == brothers
