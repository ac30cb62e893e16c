"""Ctrl+F on screen: answers as one types, on any link, and what one can do with a hit."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from pydantic import SecretStr
from textual.pilot import Pilot
from textual.widgets import Input

from ror_server.domain.words import fold
from ror_server.store import structures
from ror_server.store.commits import add_revisions, next_commit
from ror_tui.api_client.client import RorClient
from ror_tui.api_client.models import Filtres, Kind, VueRepertoire
from ror_tui.app import RorApp
from ror_tui.screens.recherche import LONGEST_PAUSE, RechercheScreen, pause
from ror_tui.screens.structure import StructureScreen
from ror_tui.services.lien import EtatLien
from ror_tui.widgets.frame import Line
from ror_tui.widgets.lines import FOUND, LineList
from tests.tui.conftest import ENDPOINT, Opener, picture, typed, until
from tests.world import EHPAD, World, eg_id

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class Link(httpx.AsyncBaseTransport):
    """The network: it holds back or breaks the answers to some searches; the server behind is the real one."""

    def __init__(self, server: httpx.AsyncBaseTransport) -> None:
        self.server = server
        self.held: dict[str, asyncio.Event] = {}
        self.broken: set[str] = set()
        self.asked: list[str] = []
        self.given_up: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        typed = request.url.params.get("q", "")
        if request.url.path == "/v1/recherche":
            self.asked.append(typed)
        if typed in self.broken:
            raise httpx.ConnectError("coupé", request=request)
        if typed in self.held:
            await self._wait(typed)
        return await self.server.handle_async_request(request)

    async def _wait(self, typed: str) -> None:
        try:
            await self.held[typed].wait()
        except asyncio.CancelledError:
            self.given_up.append(typed)
            raise

    def hold(self, typed: str) -> asyncio.Event:
        """Keep the answer to a text until the event is set."""
        self.held[typed] = asyncio.Event()
        return self.held[typed]


@asynccontextmanager
async def searching(region: World, ror: Opener, *, size: tuple[int, int] = (80, 24)) -> AsyncIterator[tuple[Any, ...]]:
    """Open the search as a référent, over a link that can be held back."""
    async with ror("referent.ehpad", size=size) as (app, pilot):
        link = Link(region.http._transport)
        client = RorClient(ENDPOINT, transport=link)
        client._http.keep_token(SecretStr(await region.login("referent.ehpad")))
        app.client = client
        await pilot.press("ctrl+f")
        await until(pilot, lambda: isinstance(app.screen, RechercheScreen))
        yield app, pilot, link


def hits(app: RorApp) -> list[str]:
    """Give the lines of the hits."""
    return app.screen.query_one(LineList).lines() if isinstance(app.screen, RechercheScreen) else []


def said(app: RorApp, line: str) -> str:
    """Give what a line of the overlay says."""
    return app.screen.query_one(f"#recherche-{line}", Line).text


async def finds(app: RorApp, pilot: Pilot[int], *starts: str) -> None:
    """Wait for hits that begin so, in this order."""
    await until(pilot, lambda: len(hits(app)) == len(starts) and all(
        hit[2:].startswith(start) for hit, start in zip(hits(app), starts, strict=True)
    ))  # fmt: skip


async def test_an_older_answer_never_overwrites_a_newer_one(region: World, ror: Opener) -> None:
    async with searching(region, ror) as (app, pilot, link):
        late = link.hold("mas")
        await pilot.press(*typed("mas"))
        await until(pilot, lambda: link.asked[-1:] == ["mas"])
        await pilot.press(*["backspace"] * 3, *typed("tilleuls"))
        await finds(app, pilot, "EHPAD Les Tilleuls")
        late.set()
        await pilot.pause()
        await finds(app, pilot, "EHPAD Les Tilleuls")
        assert "mas" in link.given_up


async def test_what_was_found_stays_while_an_answer_is_awaited(
    region: World, ror: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ror_tui.screens.recherche.LATE", 0.01)
    async with searching(region, ror) as (app, pilot, link):
        await pilot.press(*typed("ehpad"))
        await finds(app, pilot, "EHPAD Les Tilleuls", "EHPAD des Calanques")
        late = link.hold("ehpad c")
        await pilot.press(*typed(" c"))
        await until(pilot, lambda: said(app, "filtre").startswith("recherche…"))
        assert len(hits(app)) == 2
        assert isinstance(app.focused, Input)
        late.set()
        await finds(app, pilot, "EHPAD des Calanques")
        assert said(app, "filtre") == "Recherche dans tout le Répertoire"


async def test_an_error_is_said_under_what_was_found(region: World, ror: Opener) -> None:
    async with searching(region, ror) as (app, pilot, link):
        await pilot.press(*typed("tilleuls"))
        await finds(app, pilot, "EHPAD Les Tilleuls")
        link.broken.add("tilleuls p")
        await pilot.press(*typed(" p"))
        await until(pilot, lambda: "répond" in said(app, "chemin") or "joindre" in said(app, "chemin"))
        assert len(hits(app)) == 1
        await pilot.press("backspace", "backspace")
        await until(pilot, lambda: said(app, "chemin").startswith("1 résultat"))


async def test_what_was_typed_without_a_link_is_looked_for_once_it_is_back(region: World, ror: Opener) -> None:
    async with searching(region, ror) as (app, pilot, link):
        link.broken.add("calanques")
        await pilot.press(*typed("calanques"))
        await until(pilot, lambda: "répond" in said(app, "chemin") or "joindre" in said(app, "chemin"))
        link.broken.clear()
        app.lien = EtatLien.HORS_LIGNE
        app.lien = EtatLien.CONNECTE
        await finds(app, pilot, "EHPAD des Calanques")


async def test_the_text_and_the_hits_come_back_when_the_search_is_opened_again(region: World, ror: Opener) -> None:
    async with searching(region, ror) as (app, pilot, link):
        await pilot.press(*typed("ehpad"))
        await finds(app, pilot, "EHPAD Les Tilleuls", "EHPAD des Calanques")
        await pilot.press("down", "escape")
        await until(pilot, lambda: not isinstance(app.screen, RechercheScreen))
        link.hold("ehpad")
        await pilot.press("ctrl+f")
        await finds(app, pilot, "EHPAD Les Tilleuls", "EHPAD des Calanques")
        assert app.screen.query_one(Input).value == "ehpad"
        assert app.screen.query_one(LineList).cursor == 1
        await pilot.press(*typed("parc"))
        await finds(app, pilot, "MAS du Parc")


async def test_what_answers_is_underlined_also_under_the_cursor(region: World, ror: Opener) -> None:
    async with searching(region, ror) as (app, pilot, _):
        await pilot.press(*typed("oeuv pari"))
        await until(pilot, lambda: underlined(app) == ["Œuv", "PARI"])
        strip = app.screen.query_one(LineList).render_line(0)
        assert "".join(one.text for one in strip if one.style and one.style.underline) == "ŒuvPARI"


def underlined(app: RorApp) -> list[str]:
    """Give the parts of the first hit that are underlined."""
    if not hits(app):
        return []
    content = app.screen.query_one(LineList).paint(0, 78)
    return [content.plain[span.start : span.end] for span in content.spans if span.style == FOUND]


async def test_a_unit_says_its_establishment_and_its_town(region: World, ror: Opener) -> None:
    await publish(region, "Atelier mémoire", Kind.UO, parent_id=eg_id(EHPAD), eg_id=eg_id(EHPAD))
    async with searching(region, ror) as (app, pilot, _):
        await pilot.press(*typed("memoire"))
        await finds(app, pilot, "Atelier mémoire  EHPAD Les Tilleuls · 75013 PARIS")
        assert said(app, "chemin").startswith("1 résultat · Unité opérationnelle · 75013 PARIS · EHPAD Les Tilleuls")


async def test_ctrl_t_makes_a_favourite_in_place_and_takes_it_back(region: World, ror: Opener) -> None:
    async with searching(region, ror) as (app, pilot, _):
        await pilot.press(*typed("tilleuls"))
        await finds(app, pilot, "EHPAD Les Tilleuls  75013")
        await pilot.press("ctrl+t")
        await finds(app, pilot, "EHPAD Les Tilleuls  ★ · 75013")
        kept = await region.ok("referent.ehpad", "GET", "/favoris")
        assert [one["nom"] for one in kept["elements"]] == ["EHPAD Les Tilleuls"]
        await pilot.press("ctrl+t")
        await finds(app, pilot, "EHPAD Les Tilleuls  75013")
        assert (await region.ok("referent.ehpad", "GET", "/favoris"))["elements"] == []
        assert isinstance(app.focused, Input)


async def test_ctrl_o_opens_the_fiche(region: World, ror: Opener) -> None:
    async with searching(region, ror) as (app, pilot, _):
        await pilot.press(*typed("tilleuls"))
        await finds(app, pilot, "EHPAD Les Tilleuls")
        await pilot.press("ctrl+o")
        await until(pilot, lambda: isinstance(app.screen, StructureScreen))


async def test_f4_keeps_to_all_the_filters_of_the_view(region: World, ror: Opener) -> None:
    async with searching(region, ror) as (app, pilot, _):
        app.vue = VueRepertoire(filtres=Filtres(a_moi=True))
        await pilot.press(*typed("ehpad"))
        await finds(app, pilot, "EHPAD Les Tilleuls", "EHPAD des Calanques")
        await pilot.press("f4")
        await finds(app, pilot, "EHPAD Les Tilleuls")
        assert "les miens seulement" in said(app, "filtre")


@pytest.mark.parametrize("size", [(80, 24), (40, 10), (160, 45)])
async def test_hostile_names_and_small_terminals_hold(region: World, ror: Opener, size: tuple[int, int]) -> None:
    nom = "Foyer [/red] \x1b[31m 日本日本 " + "très long " * 20
    await publish(region, nom, Kind.EG, ville="[bold]", code_postal="75013")
    async with searching(region, ror, size=size) as (app, pilot, _):
        await pilot.press(*typed("foyer tres"))
        await finds(app, pilot, "Foyer [/red]")
        shown = picture(pilot)
        assert "\x1b" not in shown
        assert "Foyer [/red]" in shown
        assert all(len(line) <= size[0] for line in shown.splitlines())


@pytest.mark.parametrize(("answered_in", "expected"), [(0.0, 0.0), (0.02, 0.0), (0.2, 0.1), (3.0, LONGEST_PAUSE)])
def test_a_slow_link_is_asked_less_often(answered_in: float, expected: float) -> None:
    assert pause(answered_in) == expected


async def test_a_slow_link_is_asked_once_for_a_word_typed_fast(region: World, ror: Opener) -> None:
    async with searching(region, ror) as (app, pilot, link):
        app.screen.memory.answered_in = 0.4
        await pilot.press(*typed("tilleuls"))
        await finds(app, pilot, "EHPAD Les Tilleuls")
        assert link.asked == ["tilleuls"]


async def publish(region: World, nom: str, kind: Kind, **more: Any) -> UUID:
    """Publish a structure."""
    row = {"id": uuid4(), "kind": kind, "nom": nom, "nom_tri": fold(nom), "valeurs": {}, "disciplines": 0, **more}
    async with region.database.write() as tx:
        commit = await next_commit(tx, at=AT, acteur="essai", origine="dossier", message="essai")
        await structures.insert(tx, [row | {"maj_le": AT, "maj_par": "essai"}])
        revision = {"commit_seq": commit, "structure_id": row["id"], "op": "create", "version": 1}
        await add_revisions(tx, [revision | {"avant": None, "apres": None}])
    return UUID(str(row["id"]))
