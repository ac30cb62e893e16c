"""The live feed of real server processes: several on one database, stopping, killing, readers that are stuck."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from uuid import uuid4

import httpx
import pytest

from ror_server.store.commits import next_commit
from ror_server.store.database import Database
from ror_tui.api_client.sse import Message, Parser
from tests import conftest, postgres
from tests.processes import ServerProcess, free_port, server_process
from tests.world import EHPAD, PASSWORD, START, eg_id, populate

FAST = ("--heartbeat", "0.1")


async def _with_database(url: str, *messages: str) -> None:
    database = Database(url)
    async with database.write() as tx:
        if not messages:
            await populate(tx)
        for message in messages:
            await next_commit(tx, at=START, acteur="FINESS", origine="import", message=message)
    await database.close()


@pytest.fixture
def populated(database_url: str) -> str:
    asyncio.run(_with_database(database_url))
    return database_url


def _token(server: ServerProcess, who: str = "lecteur") -> str:
    with server.http() as http:
        body = {"identifiant": who, "mot_de_passe": PASSWORD}
        return str(http.post("/v1/session", json=body).json()["jeton"])


class _Stream:
    def __init__(self, response: httpx.Response) -> None:
        self._chunks = response.iter_raw()
        self._parser = Parser()
        self._ready: list[Message] = []

    def next(self) -> Message | None:
        while not self._ready:
            chunk = next(self._chunks, None)
            if chunk is None:
                return None
            self._ready = self._parser.feed(chunk)
        return self._ready.pop(0)

    def told(self) -> str:
        message = self.next()
        assert message is not None
        return str(json.loads(message.data)["message"]) if message.event == "publication" else message.event


@contextmanager
def _stream(server: ServerProcess, token: str, since: str | None = None) -> Iterator[_Stream]:
    headers = {"Authorization": f"Bearer {token}", "Accept-Encoding": "gzip"}
    if since:
        headers["Last-Event-ID"] = since
    with server.http() as http, http.stream("GET", "/v1/evenements", headers=headers) as response:
        assert response.status_code == 200
        assert response.headers["Content-Type"] == "text/event-stream; charset=utf-8"
        assert "Content-Encoding" not in response.headers
        assert response.headers["X-Request-ID"]
        yield _Stream(response)


def test_events_leave_at_once_one_by_one_through_every_layer(populated: str) -> None:
    """A layer that gathers pieces would hold the first event back: nothing comes after it here."""
    with server_process(populated) as server:
        server.options = ("--heartbeat", "3600")
        server.start(port=free_port())
        with _stream(server, _token(server)) as stream:
            assert stream.told() == "debut"
            for message in ("un", "deux"):
                asyncio.run(_with_database(populated, message))
                assert stream.told() == message


@pytest.fixture
def shared_postgres(postgres_cluster: postgres.Cluster | None) -> Iterator[str]:
    with conftest.new_postgres(postgres_cluster) as url:
        asyncio.run(_with_database(url))
        yield url


def test_workers_on_one_database_tell_what_the_others_publish(shared_postgres: str) -> None:
    with ExitStack() as stack:
        workers = [stack.enter_context(server_process(shared_postgres)) for _ in range(2)]
        for worker in workers:
            worker.start()
        token = _token(workers[0])
        streams = [stack.enter_context(_stream(worker, token)) for worker in workers]
        assert [stream.told() for stream in streams] == ["debut", "debut"]
        asyncio.run(_with_database(shared_postgres, "un", "deux"))
        assert [(stream.told(), stream.told()) for stream in streams] == [("un", "deux")] * 2


def test_workers_on_one_database_tell_what_happens_in_the_dossiers_of_the_others(shared_postgres: str) -> None:
    with server_process(shared_postgres) as first, server_process(shared_postgres) as second:
        first.start()
        second.start()
        with _stream(second, _token(second, "sesan")) as stream, first.http() as http:
            assert stream.told() == "debut"
            headers = {"Authorization": f"Bearer {_token(first, 'referent.ehpad')}"}
            opened = {"id": str(uuid4()), "structure_id": str(eg_id(EHPAD))}
            created = {"kind": "uo", "parent_id": str(eg_id(EHPAD)), "ids": [str(uuid4()) for _ in range(3)]}
            for path, body in (("", opened), (f"/{opened['id']}/fiches", created)):
                key = {"Idempotency-Key": str(uuid4())}
                assert http.post(f"/v1/dossiers{path}", json=body, headers=headers | key).status_code == 201
            for expected in ("etape", "contenu"):
                message = stream.next()
                assert message is not None
                told = json.loads(message.data)
                assert (message.event, told["dossier_id"], told["type"]) == ("dossier", opened["id"], expected)


def test_a_reader_resumes_on_another_worker(shared_postgres: str) -> None:
    with server_process(shared_postgres) as first, server_process(shared_postgres) as second:
        first.start()
        second.start()
        token = _token(first)
        with _stream(first, token) as stream:
            start = stream.next()
        assert start is not None
        asyncio.run(_with_database(shared_postgres, "manqué"))
        with _stream(second, token, start.id) as stream:
            assert [stream.told(), stream.told()] == ["debut", "manqué"]


def test_a_server_stops_at_once_and_says_goodbye_to_its_streams(populated: str) -> None:
    """Streams that held it up would cost the five seconds that it grants to answers that are being sent."""
    with server_process(populated) as server, ExitStack() as stack:
        server.start()
        token = _token(server)
        streams = [stack.enter_context(_stream(server, token)) for _ in range(5)]
        assert [stream.told() for stream in streams] == ["debut"] * 5
        started = time.monotonic()
        assert server.stop() == 0
        assert time.monotonic() - started < 4
        assert [stream.told() for stream in streams] == ["fin"] * 5
        assert [stream.next() for stream in streams] == [None] * 5


def test_a_server_stops_with_a_reader_that_takes_nothing(sqlite_url: str) -> None:
    asyncio.run(_with_database(sqlite_url))
    with server_process(sqlite_url) as server:
        server.options = FAST
        server.start(port=free_port())
        request = f"GET /v1/evenements HTTP/1.1\r\nHost: ror\r\nAuthorization: Bearer {_token(server)}\r\n\r\n"
        with socket.create_connection(("127.0.0.1", server.port or 0)) as stuck:
            stuck.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
            stuck.sendall(request.encode())
            assert stuck.recv(15) == b"HTTP/1.1 200 OK"
            asyncio.run(_with_database(sqlite_url, *(["x" * 20_000] * 400)))
            with _stream(server, _token(server), "0") as other:
                assert other.told() == "debut"
                assert [len(other.told()) for _ in range(400)] == [20_000] * 400
            assert server.stop() == 0


def test_readers_that_vanish_leave_nothing_behind(sqlite_url: str) -> None:
    """An account may hold ten streams: forty that were left without a word do not keep the last one out."""
    asyncio.run(_with_database(sqlite_url))
    with server_process(sqlite_url) as server:
        server.options = FAST
        server.start()
        token = _token(server)
        for _ in range(40):
            with _stream(server, token) as stream:
                assert stream.told() == "debut"
        with _stream(server, token) as stream:
            assert stream.told() == "debut"
            asyncio.run(_with_database(sqlite_url, "encore là"))
            assert stream.told() == "encore là"
