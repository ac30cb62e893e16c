"""The demonstration: the real server as a child process, on a private unix socket. Standard library only.

The server stops by itself when the pipe of its standard input closes, so it never outlives the client that started it.
"""

from __future__ import annotations

import http.client
import importlib.util
import json
import os
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

from ror_tui import paths

LOG_SIZE = 1024 * 1024
LOGS_KEPT = 3
PROBE_SECONDS = 1.0
STOP_SECONDS = 5.0
NEEDED = ("fastapi", "uvicorn", "sqlalchemy", "aiosqlite", "alembic", "pwdlib", "stdnum", "anyascii")


class DemoError(Exception):
    """The demonstration cannot start or be reset; the message is a French sentence."""


def database_path() -> Path:
    """Give the database of the demonstration region.

    Raises:
        UnsafePathError: When its directory is not private.
    """
    return paths.data_dir() / "demonstration.db"


def check_installed() -> None:
    """Check that the server's own dependencies are there, without importing them.

    Raises:
        DemoError: Naming what to install.
    """
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise DemoError(
            "La démonstration a besoin du serveur : installez ror-tui[server] "
            f"(par exemple : pip install 'ror-tui[server]'). Il manque : {', '.join(missing)}."
        )


def reset(database: Path) -> None:
    """Delete the demonstration region and all that was typed in it.

    Args:
        database: The database file.

    Raises:
        DemoError: When a server is running on it.
    """
    if listening(paths.socket_path(database)) or _held(database):
        raise DemoError("Une démonstration est en cours sur cette région : quittez-la avant de l'effacer.")
    for suffix in ("", "-wal", "-shm"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)


class DemoServer:
    """The server of the demonstration; attaches to the one that already runs on the same database, if any.

    Args:
        database: The SQLite file, made by the server the first time.

    Raises:
        UnsafePathError: When a directory it needs is not private.
    """

    def __init__(self, database: Path) -> None:
        self._database = database
        self._socket = paths.socket_path(database)
        self._child: subprocess.Popen[bytes] | None = None
        self.log = paths.state_dir() / "demonstration.log"

    @property
    def endpoint(self) -> str:
        """The address of the server, for `RorClient`."""
        return f"unix:{self._socket}"

    @property
    def attached(self) -> bool:
        """Tell whether the server belongs to somebody else: it will not be stopped."""
        return self._child is None

    def start(self) -> None:
        """Start the server and return at once; do nothing when one is running.

        Raises:
            DemoError: When the process cannot be started.
        """
        if self._running() or listening(self._socket):
            return
        command = [sys.executable, "-P", "-m", "ror_server", "serve", "--demonstration"]
        command += ["--database", str(self._database), "--unix", str(self._socket), "--until-stdin-closes"]
        log = _open_log(self.log)
        try:
            self._child = subprocess.Popen(  # noqa: S603 - our own interpreter and module, no shell
                command, stdin=subprocess.PIPE, stdout=log, stderr=log, start_new_session=True, umask=0o077
            )
        except OSError as error:
            raise DemoError(f"Le serveur de démonstration ne démarre pas : {error.strerror}.") from error
        finally:
            os.close(log)

    def failure(self) -> str | None:
        """Say in French why there is no server any more, or None while there is one (or one on its way)."""
        if self._running() or _accepts(self._socket):
            return None
        if self._child is None:
            return "Le serveur de démonstration s'est arrêté avec la fenêtre qui l'avait lancé : relancez ror-tui demo."
        code = self._child.returncode
        return f"Le serveur de démonstration s'est arrêté (code {code}). Son journal dit pourquoi : {self.log}"

    def stop(self) -> None:
        """Stop the server that this object started, gently, then firmly; leave another's alone."""
        child = self._child
        if child is None:
            return
        if child.stdin is not None:
            child.stdin.close()
        for firmer in (child.terminate, child.kill):
            try:
                child.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                firmer()
            else:
                return
        child.wait()

    def _running(self) -> bool:
        return self._child is not None and self._child.poll() is None


def listening(path: Path) -> bool:
    """Tell whether a live ROR server answers on a unix socket.

    A server that takes the connection and is too busy to answer in time counts as alive.

    Args:
        path: The socket.
    """
    connection = http.client.HTTPConnection("ror", timeout=PROBE_SECONDS)
    connection.sock = socket.socket(socket.AF_UNIX)
    try:
        connection.sock.settimeout(PROBE_SECONDS)
        connection.sock.connect(str(path))
        connection.request("GET", "/v1/etat")
        answer = json.loads(connection.getresponse().read())
    except TimeoutError:
        return True
    except (OSError, http.client.HTTPException, ValueError):
        return False
    finally:
        connection.close()
    return isinstance(answer, dict) and answer.get("service") == "ror"


def _accepts(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(0.1)
        return probe.connect_ex(str(path)) == 0


def _held(database: Path) -> bool:
    """Tell whether a process has the database open, whatever socket it answers on: SQLite's own locks say so."""
    if not database.exists():
        return False
    connection = sqlite3.connect(database, timeout=0, isolation_level=None)
    try:
        connection.execute("PRAGMA locking_mode=EXCLUSIVE")
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("ROLLBACK")
    except sqlite3.OperationalError:
        return True
    except sqlite3.DatabaseError:
        return False
    finally:
        connection.close()
    return False


def _open_log(path: Path) -> int:
    if path.exists() and path.stat().st_size > LOG_SIZE:
        for number in range(LOGS_KEPT - 1, 0, -1):
            older = path.with_suffix(f".log.{number}")
            if older.exists():
                older.replace(path.with_suffix(f".log.{number + 1}"))
        path.replace(path.with_suffix(".log.1"))
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
