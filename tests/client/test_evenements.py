"""Following publications over the real server, through every kind of cut."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, asynccontextmanager
from itertools import repeat

import httpx
import pytest
from pydantic import SecretStr

from ror_server.store.commits import next_commit
from ror_server.store.database import Database
from ror_tui.api_client import evenements as resource
from ror_tui.api_client.client import RorClient
from ror_tui.api_client.errors import RorError, ServiceSlow, UnexpectedAnswer
from ror_tui.api_client.models import DebutFlux, Evenement, Recharger
from ror_tui.services import session
from ror_tui.services.evenements import Nouvelle, Suivi, pauses
from ror_tui.services.lien import EtatLien
from tests import world
from tests.streaming import CutTransport
from tests.world import START, World

PATIENCE = 20.0


@pytest.fixture
async def region(sqlite_url: str) -> AsyncIterator[World]:
    database = Database(sqlite_url)
    async with world.running(database, heartbeat=0.05, poll=0.02) as found:
        yield found
    await database.close()


@pytest.fixture
def line(region: World) -> CutTransport:
    return CutTransport(region.http._transport)


@pytest.fixture
async def client(line: CutTransport) -> AsyncIterator[RorClient]:
    async with RorClient("http://127.0.0.1:1", transport=line) as opened:
        await session.connecter(opened, "lecteur", SecretStr(world.PASSWORD))
        yield opened


def no_pause() -> Iterator[float]:
    return repeat(0.001)


@asynccontextmanager
async def following(client: RorClient) -> AsyncIterator[AsyncIterator[Nouvelle]]:
    suivi = Suivi(client, no_pause)
    client.on_contact(suivi.contact)
    async with asyncio.timeout(PATIENCE), aclosing(suivi.nouvelles()) as news:
        yield news


async def publish(region: World, *messages: str) -> None:
    async with region.database.write() as tx:
        for message in messages:
            await next_commit(tx, at=START, acteur="FINESS", origine="import", message=message)


async def publication(news: AsyncIterator[Nouvelle]) -> str:
    """Give the message of the next publication, whatever the link does meanwhile."""
    while not isinstance(one := await anext(news), Evenement):
        assert one is not EtatLien.SESSION_EXPIREE
    return one.message


async def test_publications_come_in_order_while_the_link_is_up(region: World, client: RorClient) -> None:
    async with following(client) as news:
        assert await anext(news) is EtatLien.CONNECTE
        await publish(region, "un", "deux")
        assert [await publication(news), await publication(news)] == ["un", "deux"]


async def test_what_was_published_between_login_and_first_stream_is_told(region: World, client: RorClient) -> None:
    await publish(region, "entre les deux")
    async with following(client) as news:
        assert [await anext(news), await publication(news)] == [EtatLien.CONNECTE, "entre les deux"]


async def test_a_cut_is_said_and_mended_and_nothing_is_lost_or_told_twice(
    region: World, client: RorClient, line: CutTransport
) -> None:
    told: list[str] = []
    async with following(client) as news:
        assert await anext(news) is EtatLien.CONNECTE
        for number in range(10):
            await publish(region, f"{number} avant", f"{number} avant encore")
            told.append(await publication(news))
            line.cut()
            await publish(region, f"{number} pendant")
            while len(told) < 3 * (number + 1):
                told.append(await publication(news))
    expected = [f"{number} {when}" for number in range(10) for when in ("avant", "avant encore", "pendant")]
    assert told == expected


async def test_the_state_goes_from_connected_to_reconnecting_to_offline_and_back(
    region: World, client: RorClient, line: CutTransport
) -> None:
    async with following(client) as news:
        assert await anext(news) is EtatLien.CONNECTE
        line.down = True
        line.cut()
        assert await anext(news) is EtatLien.RECONNEXION
        assert await anext(news) is EtatLien.HORS_LIGNE
        await publish(region, "manqué")
        line.down = False
        assert [await anext(news), await publication(news)] == [EtatLien.CONNECTE, "manqué"]


async def test_a_link_that_died_without_a_word_is_known_by_its_silence(
    region: World, client: RorClient, line: CutTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resource, "SHORTEST_SILENCE", 0.2)
    async with following(client) as news:
        assert await anext(news) is EtatLien.CONNECTE
        line.mute()
        assert await anext(news) is EtatLien.RECONNEXION
        await publish(region, "de retour")
        assert [await anext(news), await publication(news)] == [EtatLien.CONNECTE, "de retour"]


async def test_an_ordinary_request_that_fails_puts_a_silent_stream_to_the_test(
    region: World, client: RorClient, line: CutTransport
) -> None:
    async with following(client) as news:
        assert await anext(news) is EtatLien.CONNECTE
        line.down = True
        reading = asyncio.ensure_future(anext(news))
        with pytest.raises(RorError):
            await client.session.moi()
        assert await reading is EtatLien.RECONNEXION


async def test_an_ordinary_request_that_works_ends_the_pause(
    region: World, client: RorClient, line: CutTransport
) -> None:
    suivi = Suivi(client, lambda: repeat(3600.0))
    client.on_contact(suivi.contact)
    async with asyncio.timeout(PATIENCE), aclosing(suivi.nouvelles()) as news:
        assert await anext(news) is EtatLien.CONNECTE
        line.cut()
        assert await anext(news) is EtatLien.RECONNEXION
        back = asyncio.ensure_future(anext(news))
        while not back.done():
            await client.session.moi()
        assert back.result() is EtatLien.CONNECTE


async def test_the_end_of_the_session_ends_the_feed_and_signing_in_again_goes_on(
    region: World, client: RorClient
) -> None:
    async with following(client) as news:
        assert await anext(news) is EtatLien.CONNECTE
        region.clock.forward(hours=11)
        assert [one async for one in news] == [EtatLien.SESSION_EXPIREE]
    await publish(region, "pendant ce temps")
    async with following(client) as news:
        assert [one async for one in news] == [EtatLien.SESSION_EXPIREE]
    await session.connecter(client, "lecteur", SecretStr(world.PASSWORD))
    async with following(client) as news:
        assert [await anext(news), await publication(news)] == [EtatLien.CONNECTE, "pendant ce temps"]


async def test_signing_out_forgets_the_position(region: World, client: RorClient) -> None:
    await session.deconnecter(client)
    assert client.evenements.position is None


async def test_a_position_of_another_database_says_to_read_again(region: World, client: RorClient) -> None:
    client.evenements.position = "12-abcdefabcdef"
    async with following(client) as news:
        assert [await anext(news), await anext(news)] == [EtatLien.CONNECTE, Recharger()]
        await publish(region, "la suite")
        assert await publication(news) == "la suite"


async def test_an_older_server_without_a_feed_ends_it_quietly(region: World, client: RorClient) -> None:
    client.evenements._http._client.base_url = httpx.URL("http://127.0.0.1:1/ailleurs/")
    async with following(client) as news:
        assert [one async for one in news] == []


def _scripted(*chunks: bytes) -> RorClient:
    class Body(httpx.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            for chunk in chunks:
                yield chunk

    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers={"Content-Type": "text/event-stream; charset=utf-8"}, stream=Body())

    return RorClient("http://127.0.0.1:1", transport=httpx.MockTransport(answer))


@pytest.mark.parametrize(
    "chunks",
    [
        (b"event: publication\ndata: {}\n\n",),
        (b"event: debut\ndata: {\n\n",),
        (b"data: " + b"x" * 100_000,) * 20,
    ],
    ids=["another contract", "no JSON", "a line without end"],
)
async def test_a_stream_outside_the_contract_is_refused_not_believed(chunks: tuple[bytes, ...]) -> None:
    async with _scripted(*chunks) as client:
        with pytest.raises(UnexpectedAnswer):
            _ = [one async for one in client.evenements.suivre()]


async def test_events_of_a_newer_server_are_left_out() -> None:
    async with _scripted(b'event: meteo\ndata: ?\n\nevent: debut\nid: 4-ab\ndata: {"battement": 5}\n\n') as client:
        assert [one async for one in client.evenements.suivre()] == [DebutFlux(battement=5)]
        assert client.evenements.position == "4-ab"


async def test_a_server_that_never_begins_is_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "READ_SECONDS", 0.05)

    class Body(httpx.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            await asyncio.Event().wait()
            yield b""

    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers={"Content-Type": "text/event-stream"}, stream=Body())

    async with RorClient("http://127.0.0.1:1", transport=httpx.MockTransport(answer)) as client:
        with pytest.raises(ServiceSlow):
            _ = [one async for one in client.evenements.suivre()]


def test_pauses_grow_and_never_go_in_step() -> None:
    given = [next(one) for one in [pauses(1, 8)] for _ in range(6)]
    assert all(most / 2 <= pause <= most for pause, most in zip(given, (1, 2, 4, 8, 8, 8), strict=True))
    assert len({next(pauses()) for _ in range(20)}) > 1
