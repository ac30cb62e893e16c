"""The demonstration's server: a child process on a private socket, that never outlives its client."""

from __future__ import annotations

import os
import select
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from ror_tui import demo, paths
from ror_tui.demo import DemoError, DemoServer, database_path, listening


@pytest.fixture(autouse=True)
def _short_runtime_dir(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with tempfile.TemporaryDirectory(dir="/tmp") as short:
        monkeypatch.setenv("XDG_RUNTIME_DIR", short)
        yield


@contextmanager
def answering(path: Path, answer: bytes | None) -> Iterator[None]:
    """Listen on a socket and answer one request with these bytes, or never."""
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        server.listen()

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(answer or b"")

        thread = threading.Thread(target=serve, daemon=True)
        if answer is not None:
            thread.start()
        yield
    if answer is not None:
        thread.join(5)


def http(body: str, status: str = "200 OK") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand a shell script in the interpreter's place, to make children that a real server never is."""
    script = tmp_path / "serveur"
    script.write_text("#!/bin/sh\nexit 3\n")
    script.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(script))
    return script


# --- Is there a server? ---


def test_only_a_live_ror_server_counts(tmp_path: Path) -> None:
    path = paths.runtime_dir() / "s.sock"
    assert not listening(path)
    with answering(path, http('{"service": "ror", "version": "1", "pret": false}')):
        assert listening(path)
    assert not listening(path), "a stale socket file is not a server"


@pytest.mark.parametrize("said", [http("<html>"), http("[]"), http('{"service": "autre"}'), b"SSH-2.0\r\n", b""])
def test_something_else_on_the_socket_is_not_a_server(said: bytes) -> None:
    path = paths.runtime_dir() / "s.sock"
    with answering(path, said):
        assert not listening(path)


def test_a_server_too_busy_to_answer_is_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "PROBE_SECONDS", 0.05)
    path = paths.runtime_dir() / "s.sock"
    with answering(path, None):
        assert listening(path)


# --- What the child is started with, and what becomes of it ---


def test_the_server_gets_its_database_its_socket_and_a_leash(program: Path, tmp_path: Path) -> None:
    program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {tmp_path}/args\ncat\n')
    server = DemoServer(database_path())
    server.start()
    server.stop()
    args = (tmp_path / "args").read_text().split("\n")
    sock = server.endpoint.removeprefix("unix:")
    wanted = ["-P", "-m", "ror_server", "serve", "--demonstration", "--database", str(database_path()), "--unix", sock]
    assert args[:-1] == [*wanted, "--until-stdin-closes"]


def test_a_server_that_failed_is_explained_with_its_log(program: Path) -> None:
    program.write_text("#!/bin/sh\necho 'base illisible' >&2\nexit 3\n")
    server = DemoServer(database_path())
    server.start()
    server.stop()
    failure = server.failure()
    assert failure is not None
    assert "(code 3)" in failure
    assert failure.endswith(str(server.log))
    assert server.log.read_text() == "base illisible\n"
    assert stat.S_IMODE(server.log.stat().st_mode) == 0o600


def test_an_interpreter_that_is_missing_is_explained(program: Path) -> None:
    program.unlink()
    with pytest.raises(DemoError, match="ne démarre pas"):
        DemoServer(database_path()).start()


def test_starting_twice_starts_once(program: Path, tmp_path: Path) -> None:
    program.write_text(f"#!/bin/sh\necho x >> {tmp_path}/starts\ncat\n")
    server = DemoServer(database_path())
    server.start()
    server.start()
    assert server.failure() is None
    server.stop()
    assert (tmp_path / "starts").read_text() == "x\n"


@pytest.mark.parametrize("trap", ["", "trap '' TERM\n"])
def test_a_server_that_does_not_let_go_is_ended(trap: str, program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "STOP_SECONDS", 0.3)
    program.write_text(f"#!/bin/sh\n{trap}while :; do sleep 0.05; done\n")
    server = DemoServer(database_path())
    server.start()
    server.stop()
    assert server._child is not None
    assert server._child.returncode in {-signal.SIGTERM, -signal.SIGKILL}


def test_a_server_that_already_runs_is_joined_and_left_alone(program: Path) -> None:
    server = DemoServer(database_path())
    with answering(Path(server.endpoint.removeprefix("unix:")), http('{"service": "ror"}')):
        server.start()
    assert server.attached
    server.stop()
    failure = server.failure()
    assert failure is not None
    assert "relancez ror-tui demo" in failure


def test_old_logs_are_turned_over(program: Path) -> None:
    program.write_text("#!/bin/sh\necho nouveau\n")
    server = DemoServer(database_path())
    for number in range(1, 6):
        server.log.write_text(f"{number}" + "x" * demo.LOG_SIZE)
        server.start()
        server.stop()
    logs = sorted(server.log.parent.iterdir())
    assert [log.name for log in logs] == ["demonstration.log", *(f"demonstration.log.{n}" for n in (1, 2, 3))]
    assert [log.read_text()[0] for log in logs] == ["n", "5", "4", "3"]


# --- Reset ---


def test_reset_refuses_while_somebody_has_the_database_open() -> None:
    database = database_path()
    with closing(sqlite3.connect(database)) as held:
        held.execute("PRAGMA journal_mode=WAL")
        held.execute("CREATE TABLE t(x)")
        held.commit()
        held.execute("SELECT * FROM t").fetchall()
        with pytest.raises(DemoError, match="quittez-la avant de l'effacer"):
            demo.reset(database)
        assert database.exists()
    demo.reset(database)
    assert not database.exists()


def test_reset_refuses_while_a_server_answers() -> None:
    database = database_path()
    database.touch()
    with (
        answering(paths.socket_path(database), http('{"service": "ror"}')),
        pytest.raises(DemoError, match="quittez-la avant de l'effacer"),
    ):
        demo.reset(database)
    assert database.exists()


@pytest.mark.parametrize("content", [b"", b"ceci n'est pas une base " * 100])
def test_a_database_that_is_broken_can_be_reset(content: bytes) -> None:
    database = database_path()
    files = [database.with_name(database.name + suffix) for suffix in ("", "-wal", "-shm")]
    for file in files:
        file.write_bytes(content)
    demo.reset(database)
    assert not any(file.exists() for file in files)


def test_resetting_nothing_is_no_fault() -> None:
    demo.reset(database_path())
    assert not database_path().exists()


# --- The real server ---


@contextmanager
def watched(pid: int) -> Iterator[int]:
    """Give a descriptor that becomes readable when a process ends."""
    descriptor = os.pidfd_open(pid)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def ended(descriptor: int, seconds: float) -> bool:
    return bool(select.select([descriptor], [], [], seconds)[0])


def wait_until_it_answers(pid: int, log: Path) -> None:
    with watched(pid) as end:
        while not listening(paths.socket_path(database_path())):
            assert not ended(end, 0.05), log.read_text()


def test_the_real_server_is_private_shared_and_stopped() -> None:
    server = DemoServer(database_path())
    server.start()
    assert server._child is not None
    wait_until_it_answers(server._child.pid, server.log)
    path = Path(server.endpoint.removeprefix("unix:"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in database_path().parent.iterdir()} == {0o600}
    second = DemoServer(database_path())
    second.start()
    assert second.attached
    second.stop()
    assert listening(path)
    with pytest.raises(DemoError, match="quittez-la"):
        demo.reset(database_path())
    server.stop()
    assert not listening(path)
    assert second.failure() is not None


def test_the_real_server_ends_with_its_client_even_killed() -> None:
    code = (
        "import sys\nfrom ror_tui.demo import DemoServer, database_path\nserver = DemoServer(database_path())\n"
        "server.start()\nprint(server._child.pid, server.log, flush=True)\nsys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as client:
        assert client.stdout is not None
        pid, log = client.stdout.readline().split()
        with watched(int(pid)) as end:
            wait_until_it_answers(int(pid), Path(log))
            client.kill()
            assert ended(end, 20), "the server outlived its client"
    assert not listening(paths.socket_path(database_path()))
