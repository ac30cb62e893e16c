"""Running the server: on TCP, or on a private unix socket for one person."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import gc
import logging
import os
import signal
import socket
import stat
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from ror_server.app import create_app, now
from ror_server.routes.context import Ror
from ror_server.settings import ServerSettings
from ror_server.store.database import Database
from ror_server.store.migrate import migrate
from ror_tui.api_client.models import Chargement, CompteDemonstration

VANISHED_MILLISECONDS = 60_000
LONGEST_HEAD = 512 * 1024
"""Bytes of a request before its body: each list of codes may be as long as the contract says."""
COLLECTED_AFTER = (20_000, 20, 20)
"""An answer is some thousands of objects: at Python's own 700, the garbage is looked for several times in each one."""

_log = logging.getLogger(__name__)


class CannotListenError(Exception):
    """The socket cannot be opened; the message is a French sentence."""

    code = "ecoute"


@dataclass(frozen=True, slots=True)
class Listening:
    """Where to listen, and until when."""

    unix: Path | None = None
    host: str = "127.0.0.1"
    port: int = 8000
    until_stdin_closes: bool = False


class _Server(uvicorn.Server):
    """uvicorn without its own signal handlers: ours stop it, and stay in place (libraries §1)."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals alone."""
        yield


async def serve(settings: ServerSettings, listening: Listening) -> None:
    """Serve until SIGTERM, SIGINT, or the end of standard input when it is the leash.

    Raises:
        CannotListenError: The socket is taken, or its directory is open to others.
    """
    with _listen(listening) as sock:
        database = Database(settings.database)
        try:
            app = create_app(database, settings, ready=False)
            server = _Server(
                uvicorn.Config(
                    app,
                    log_config=None,
                    access_log=False,
                    lifespan="off",
                    timeout_graceful_shutdown=5,
                    http="h11",
                    h11_max_incomplete_event_size=LONGEST_HEAD,
                )
            )
            stop = partial(_stop, server, app.state.ror)
            _stop_on_signals(stop)
            async with _preparing(app, database, settings):
                if listening.until_stdin_closes:
                    _stop_with_stdin(stop)
                _spare_the_collector()
                await server.serve(sockets=[sock])
        finally:
            await database.close()


def _spare_the_collector() -> None:
    """Look for garbage less often, and never among what lives as long as the server."""
    gc.freeze()
    gc.set_threshold(*COLLECTED_AFTER)


@contextlib.asynccontextmanager
async def _preparing(app: FastAPI, database: Database, settings: ServerSettings) -> AsyncIterator[None]:
    """Bring the database up to date, and load the demonstration, while the server already tells how far it is."""
    ror: Ror = app.state.ror
    task = asyncio.create_task(_prepare(ror, database, settings))
    task.add_done_callback(lambda done: _tell_failure(ror, done))
    following = asyncio.create_task(_follow(ror, task))
    try:
        yield
    finally:
        task.cancel()
        following.cancel()
        await asyncio.wait([task, following])
        await ror.recherche.close()


async def _follow(ror: Ror, prepared: asyncio.Task[None]) -> None:
    """Build the search index as soon as there is something to find, then keep it up to date."""
    await asyncio.wait([prepared])
    if ror.pret:
        await ror.recherche.follow()


async def _prepare(ror: Ror, database: Database, settings: ServerSettings) -> None:
    await migrate(database)
    if settings.demonstration:
        await _load_demonstration(ror, database)
    ror.chargement = None
    ror.pret = True


def _tell_failure(ror: Ror, done: asyncio.Task[None]) -> None:
    error = None if done.cancelled() else done.exception()
    if error is not None:
        _log.error("the database could not be prepared", exc_info=error)
        name = type(error).__name__
        ror.erreur = f"La base de données n'a pas pu être préparée ({name}) : voyez le journal du serveur."


async def _load_demonstration(ror: Ror, database: Database) -> None:
    from ror_server import demonstration  # noqa: PLC0415  # only a demonstration pays for its generator
    from ror_server.services.sessions import hash_password  # noqa: PLC0415

    ror.demonstration = [
        CompteDemonstration(identifiant=one.identifiant, mot_de_passe=one.mot_de_passe, libelle=one.libelle)
        for one in demonstration.ACCOUNTS
    ]

    def progress(done: int, total: int, message: str) -> None:
        ror.chargement = Chargement(fait=done, total=total, message=message)

    await demonstration.load(database, progress, now, hash_password=hash_password)


def _stop_on_signals(stop: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(number, stop)


def _stop(server: uvicorn.Server, ror: Ror) -> None:
    server.should_exit = True
    ror.feed.close()


def _stop_with_stdin(stop: Callable[[], None]) -> None:
    """Stop when standard input ends: the parent closed it, or died."""
    loop = asyncio.get_running_loop()
    descriptor = sys.stdin.fileno()
    os.set_blocking(descriptor, False)

    def readable() -> None:
        if not os.read(descriptor, 4096):
            loop.remove_reader(descriptor)
            stop()

    loop.add_reader(descriptor, readable)


@contextlib.contextmanager
def _listen(listening: Listening) -> Iterator[socket.socket]:
    if listening.unix:
        with _unix_socket(listening.unix) as sock:
            yield sock
        return
    family = socket.AF_INET6 if ":" in listening.host else socket.AF_INET
    # named in full: asyncio turns Nagle's delay off (40 ms a request) only on sockets that say they are TCP
    sock = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # a reader that vanished without a word is known to be gone in a minute, not in a quarter of an hour
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, VANISHED_MILLISECONDS)
    try:
        sock.bind((listening.host, listening.port))
    except OSError as error:
        sock.close()
        message = f"Impossible d'écouter sur {listening.host}:{listening.port} : {error.strerror}."
        raise CannotListenError(message) from error
    try:
        yield sock
    finally:
        sock.close()


@contextlib.contextmanager
def _unix_socket(path: Path) -> Iterator[socket.socket]:
    """Bind a 0600 socket in a 0700 directory of ours: uvicorn's own would be open to all (libraries §1)."""
    _require_private(path.parent)
    lock = os.open(path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            message = f"Un serveur écoute déjà sur {path}."
            raise CannotListenError(message) from error
        path.unlink(missing_ok=True)
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        old = os.umask(0o177)
        try:
            sock.bind(str(path))
        except OSError as error:
            sock.close()
            message = f"Impossible d'ouvrir {path} : {error.strerror or error}."
            raise CannotListenError(message) from error
        finally:
            os.umask(old)
        try:
            yield sock
        finally:
            sock.close()
            path.unlink(missing_ok=True)
    finally:
        os.close(lock)


def _require_private(directory: Path) -> None:
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = directory.stat()
    if found.st_uid != os.getuid() or stat.S_IMODE(found.st_mode) & 0o077:
        message = (
            f"Le dossier {directory} doit être à vous seul (droits 0700) : d'autres utilisateurs pourraient y entrer."
        )
        raise CannotListenError(message)
