"""The live feed, on SQLite and PostgreSQL: order, resuming, rights, sessions, slow readers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
import sqlalchemy as sa

from ror_server.domain.identifiers import structure_id
from ror_server.services.feed import Feed
from ror_server.services.stream import FURTHEST_BEHIND
from ror_server.store import accounts, feed
from ror_server.store.commits import add_revisions, next_commit
from ror_server.store.database import Database
from ror_server.store.feed import MOST_STRUCTURES, Position
from ror_server.store.tables import commits, droits, structures
from ror_tui.api_client.models import Kind
from tests import world
from tests.server.live import Reader, stream
from tests.world import EHPAD, START, World, eg_id

BEAT = 0.05


@pytest.fixture
async def region(database: Database) -> AsyncIterator[World]:
    async with world.running(database, heartbeat=BEAT, poll=0.02, streams=3) as found:
        yield found


async def _commit(database: Database, message: str = "Import", touched: list[str] | None = None) -> int:
    """Publish as another process would: straight into the database."""
    async with database.write() as tx:
        seq = await next_commit(tx, at=START, acteur="FINESS", origine="import", message=message)
        rows = [{"commit_seq": seq, "structure_id": one, "op": "update", "version": 2} for one in touched or []]
        await add_revisions(tx, rows)
    return seq


async def _beat(reader: Reader) -> None:
    while (chunk := await reader.chunk()) != b":\n\n":
        assert chunk is not None, "the stream ended"


async def test_a_publication_reaches_those_who_read_with_what_it_changed(region: World) -> None:
    async with stream(region, "lecteur") as reader:
        start, _ = await reader.expect("debut")
        assert start == {"battement": BEAT}
        unit = await region.publish("Unité du matin")
        event, position = await reader.expect("publication")
    assert (event["seq"], event["acteur"], event["message"]) == (1, "SESAN", "Dossier collaboratif intégré")
    assert position.startswith("1-")
    assert event["structures"] == [
        {
            "id": unit,
            "kind": "uo",
            "nom": "Unité du matin",
            "op": "create",
            "parent_id": str(eg_id(EHPAD)),
            "eg_id": str(eg_id(EHPAD)),
            "departement": "75",
        }
    ]
    assert event["tronque"] is False


async def test_what_was_published_before_is_not_told_to_who_starts_now(region: World) -> None:
    await _commit(region.database, "avant")
    async with stream(region, "lecteur") as reader:
        await reader.expect("debut")
        await _commit(region.database, "après")
        event, _ = await reader.expect("publication")
    assert event["message"] == "après"


async def test_a_reader_that_comes_back_gets_what_it_missed_once_and_in_order(region: World) -> None:
    async with stream(region, "lecteur") as reader:
        await reader.expect("debut")
        await _commit(region.database, "1")
        _, read = await reader.expect("publication")
    for number in range(2, 100):
        await _commit(region.database, str(number))
    async with stream(region, "lecteur", since=read) as reader:
        assert (await reader.expect("debut"))[1] == read
        told = [(await reader.expect("publication"))[0] for _ in range(98)]
        await _commit(region.database, "100")
        told.append((await reader.expect("publication"))[0])
    assert [event["message"] for event in told] == [str(number) for number in range(2, 101)]
    assert [event["seq"] for event in told] == list(range(2, 101))


async def test_a_session_says_where_the_feed_stood_so_that_nothing_is_lost_before_the_first_stream(
    region: World,
) -> None:
    await _commit(region.database, "avant")
    body = {"identifiant": "lecteur", "mot_de_passe": world.PASSWORD}
    session = (await region.http.post("/v1/session", json=body)).json()
    await _commit(region.database, "entre les deux")
    headers = {"Authorization": f"Bearer {session['jeton']}"}
    params = {"depuis": session["position"]}
    async with region.http.stream("GET", "/v1/evenements", headers=headers, params=params) as response:
        reader = Reader(response)
        await reader.expect("debut")
        assert (await reader.expect("publication"))[0]["message"] == "entre les deux"


@pytest.mark.parametrize("since", ["1-d0d0d0d0d0d0", "99-aaaaaaaaaaaa", "1", "n'importe quoi", "-1"])
async def test_a_position_of_another_log_says_to_reload_then_goes_on(region: World, since: str) -> None:
    await _commit(region.database, "le premier")
    async with stream(region, "lecteur", since=since) as reader:
        _, start = await reader.expect("debut")
        _, position = await reader.expect("recharger")
        assert position == start
        assert position.startswith("1-")
        await _commit(region.database, "le deuxième")
        assert (await reader.expect("publication"))[0]["message"] == "le deuxième"


async def test_a_reader_too_far_behind_is_told_to_reload(region: World) -> None:
    async with region.database.write() as tx:
        for _ in range(FURTHEST_BEHIND + 1):
            await next_commit(tx, at=START, acteur="FINESS", origine="import", message="Import")
    async with stream(region, "lecteur", since="0") as reader:
        await reader.expect("debut")
        await reader.expect("recharger")


async def test_a_publication_of_many_structures_is_cut_and_says_so(region: World) -> None:
    async with region.database.read() as tx:
        model = (await tx.execute(sa.select(structures).where(structures.c.id == eg_id(EHPAD)))).one()._asdict()
    units = [structure_id(Kind.UO, f"essai:{number}") for number in range(MOST_STRUCTURES + 1)]
    async with region.database.write() as tx:
        same = model | {"kind": "uo", "parent_id": eg_id(EHPAD), "eg_id": eg_id(EHPAD), "finess": None}
        await tx.execute(sa.insert(structures), [same | {"id": unit} for unit in units])
    async with stream(region, "lecteur") as reader:
        await reader.expect("debut")
        await _commit(region.database, touched=[str(unit) for unit in units])
        event, _ = await reader.expect("publication")
    assert (len(event["structures"]), event["tronque"]) == (MOST_STRUCTURES, True)


async def test_of_a_sensitive_unit_no_more_is_told_than_the_tree_shows(region: World) -> None:
    async with stream(region, "lecteur") as reader:
        await reader.expect("debut")
        unit = await region.publish("Unité protégée", unite_sensible=True)
        event, _ = await reader.expect("publication")
    [line] = (await region.ok("lecteur", "GET", "/repertoire", par="departement", sous=str(eg_id(EHPAD))))["elements"]
    [told] = event["structures"]
    assert (told["id"], told["nom"]) == (unit, line["nom"])
    assert told.keys() == {"id", "kind", "nom", "op", "parent_id", "eg_id", "departement"}


async def test_a_move_is_told_as_a_move(region: World) -> None:
    async with stream(region, "lecteur") as reader:
        await reader.expect("debut")
        async with region.database.write() as tx:
            seq = await next_commit(tx, at=START, acteur="A", origine="import", message="m")
            row = {"commit_seq": seq, "structure_id": eg_id(EHPAD), "op": "update", "version": 2}
            await add_revisions(tx, [row | {"avant": {"parent_id": "x"}, "apres": {"parent_id": "y"}}])
        event, _ = await reader.expect("publication")
    assert [one["op"] for one in event["structures"]] == ["move"]


async def test_a_session_that_was_revoked_ends_its_stream(region: World) -> None:
    async with stream(region, "lecteur") as reader:
        await reader.expect("debut")
        await _beat(reader)
        await region.ok("lecteur", "DELETE", "/session")
        assert await reader.expect("fin") == ({"motif": "session"}, "0")
        assert await reader.next() is None


async def test_a_session_that_is_over_ends_its_stream(region: World) -> None:
    async with stream(region, "lecteur") as reader:
        await reader.expect("debut")
        region.clock.forward(hours=11)
        assert (await reader.expect("fin"))[0] == {"motif": "session"}


async def test_an_account_that_loses_its_last_right_is_told_no_more(region: World) -> None:
    async with stream(region, "lecteur") as reader:
        await reader.expect("debut")
        async with region.database.write() as tx:
            compte_id = await accounts.compte_id_of(tx, "lecteur")
            await tx.execute(sa.delete(droits).where(droits.c.compte_id == compte_id))
        assert (await reader.expect("fin"))[0] == {"motif": "session"}


async def test_one_stream_too_many_ends_the_account_s_oldest_and_nobody_else_s(region: World) -> None:
    async with AsyncExitStack() as stack:
        other = await stack.enter_async_context(stream(region, "admin"))
        held = [await stack.enter_async_context(stream(region, "lecteur")) for _ in range(4)]
        for reader in (*held, other):
            await reader.expect("debut")
        assert (await held[0].expect("fin"))[0] == {"motif": "remplace"}
        await _commit(region.database)
        for reader in (*held[1:], other):
            await reader.expect("publication")


async def test_the_log_is_read_only_while_somebody_follows(region: World) -> None:
    def reading() -> tuple[int, bool]:
        return region.ror.feed.followers, region.ror.feed._reader is not None

    assert reading() == (0, False)
    async with stream(region, "lecteur") as reader:
        await reader.expect("debut")
        assert reading() == (1, True)
    assert reading() == (0, False)


async def test_streams_hold_no_connection_to_the_database(region: World) -> None:
    async with AsyncExitStack() as stack:
        for who in ("lecteur", "admin", "sesan", "tutelle", "lits", "direction", "referent.ehpad", "referent.ej"):
            for _ in range(3):
                await (await stack.enter_async_context(stream(region, who))).expect("debut")
        assert region.ror.feed.followers == 24  # more than the pool has connections
        await region.ok("lecteur", "GET", "/repertoire")


async def test_a_reader_that_takes_nothing_costs_no_memory_and_catches_up(region: World) -> None:
    """It waits with one event in hand; what comes meanwhile stays in the database until it reads again."""
    async with stream(region, "lecteur") as slow, stream(region, "admin") as quick:
        await slow.expect("debut")
        await quick.expect("debut")
        async with region.database.write() as tx:
            for number in range(300):
                await next_commit(tx, at=START, acteur="A", origine="import", message=str(number))
        for number in range(300):
            assert (await quick.expect("publication"))[0]["message"] == str(number)
        assert len(region.ror.feed._recent) < 300
        for number in range(300):
            assert (await slow.expect("publication"))[0]["message"] == str(number)


async def test_the_feed_goes_on_after_the_database_was_away(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    followed = Feed(database, period=0.01, most=1)
    real, failed = feed.after, asyncio.Event()

    async def failing(*_: object) -> list[feed.Publication]:
        failed.set()
        raise sa.exc.OperationalError("select", None, OSError("cut"))

    async with followed.follow(world.eg_id(EHPAD)):
        monkeypatch.setattr(feed, "after", failing)
        await failed.wait()
        news = followed.news
        monkeypatch.setattr(feed, "after", real)
        await _commit(database)
        while followed.after(0) == []:
            news = followed.news
            await followed.wait(news, 5)
        found = followed.after(0)
        assert found is None or [one.position.seq for one in found] == [1]


async def test_the_same_number_in_another_log_has_another_fingerprint(database: Database) -> None:
    await _commit(database, "ici")
    async with database.read() as tx:
        here = await feed.last(tx)
    async with database.write() as tx:
        await tx.execute(sa.update(commits).values(message="ailleurs"))
        assert not await feed.holds(tx, here)
        assert await feed.holds(tx, await feed.last(tx))
        assert await feed.holds(tx, Position())
