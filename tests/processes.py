"""Real server processes for the tests, on a private unix socket."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

PATIENCE = 60.0
ROOT = Path(__file__).parent.parent


@dataclass
class ServerProcess:
    """A server that can be killed and started again on the same database and the same socket."""

    database: str
    socket: Path
    port: int | None = None
    options: tuple[str, ...] = ()
    child: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def endpoint(self) -> str:
        """The address as `ror-tui --serveur` takes it."""
        return f"unix:{self.socket}"

    def start(self, *, module: str = "ror_server", port: int | None = None) -> None:
        """Start, and wait until it answers, on its socket or on a port of loopback."""
        self.port = port
        where = ["--port", str(port)] if port else ["--unix", str(self.socket)]
        command = [sys.executable, "-m", module, "serve", "--database", self.database, *where, *self.options]
        self.child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        deadline = time.monotonic() + PATIENCE
        while not (self._listens() and self._is_ready()):
            if self._ended_within(0.02) or time.monotonic() > deadline:
                message = f"the server did not start: {self.child.communicate()[1].decode()}"
                raise RuntimeError(message)

    def _ended_within(self, seconds: float) -> bool:
        try:
            return self.child is None or self.child.wait(timeout=seconds) is not None
        except subprocess.TimeoutExpired:
            return False

    def _listens(self) -> bool:
        with socket.socket(socket.AF_INET if self.port else socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            return probe.connect_ex(("127.0.0.1", self.port) if self.port else str(self.socket)) == 0

    def _is_ready(self) -> bool:
        with self.http() as http:
            return bool(http.get("/v1/etat").json()["pret"])

    def http(self) -> httpx.Client:
        """Give a bare client of this server."""
        if self.port:
            return httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=20)
        return httpx.Client(transport=httpx.HTTPTransport(uds=str(self.socket)), base_url="http://ror", timeout=20)

    def kill(self) -> None:
        """Kill it at once, as `kill -9` does."""
        if self.child:
            self.child.kill()
        self.wait()

    def wait(self) -> int:
        """Wait for its end and give its status."""
        if self.child is None:
            return 0
        self.child.communicate(timeout=PATIENCE)
        return self.child.returncode

    def stop(self) -> int:
        """Ask it to end, and give its status."""
        if self.child and self.child.poll() is None:
            self.child.terminate()
        return self.wait()


def free_port() -> int:
    """Find a port of loopback that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def server_process(database: str) -> Iterator[ServerProcess]:
    """Prepare a server, and end it whatever happens."""
    folder = Path(tempfile.mkdtemp(prefix="ror-"))
    process = ServerProcess(database, folder / "ror.sock")
    try:
        yield process
    finally:
        process.kill()
        shutil.rmtree(folder, ignore_errors=True)
