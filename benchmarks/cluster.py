"""The PostgreSQL of the benchmarks: a cluster in their cache, whose databases are kept from one run to the next.

`python -m benchmarks.cluster [start|stop]` starts it, and prints how to reach it. A benchmark that finds it stopped
starts it, and stops it again.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import national
from ror_server.store.database import Database
from tests import postgres
from tests.processes import free_port

FOLDER = national.CACHE / "postgresql"
PID = FOLDER / postgres.DATA / "postmaster.pid"
SETTINGS = ("max_connections=100",)


@contextmanager
def running(bin_folder: Path) -> Iterator[postgres.Cluster]:
    """Give the cluster; one that was running goes on."""
    found = alive(bin_folder)
    if found:
        yield found
        return
    started = start(bin_folder)
    try:
        yield started
    finally:
        postgres.stop(bin_folder, FOLDER, "fast")


def start(bin_folder: Path) -> postgres.Cluster:
    """Start the cluster, made when the cache does not have it."""
    if not (FOLDER / postgres.DATA).is_dir():
        FOLDER.mkdir(parents=True, exist_ok=True)
        postgres.create(bin_folder, FOLDER)
    return postgres.start(bin_folder, FOLDER, free_port(), *SETTINGS)


def alive(bin_folder: Path) -> postgres.Cluster | None:
    """Give the cluster if it runs: its file says the process, on its first line, and the port, on its fourth."""
    if not PID.is_file():
        return None
    lines = PID.read_text(encoding="ascii").splitlines()
    if not Path("/proc", lines[0].strip()).is_dir():
        return None
    return postgres.Cluster(bin_folder, int(lines[3]), postgres.owner())


def prepared(cluster: postgres.Cluster, size: int) -> str:
    """Give the URL of the database of a size, made when the cluster does not have it."""
    name = f"national_{national.VERSION}_{size}"
    if name not in cluster.databases():
        part = f"{name}_part"
        cluster.sql(f"DROP DATABASE IF EXISTS {part}")
        cluster.sql(f"CREATE DATABASE {part}")
        asyncio.run(national.build(cluster.url(part), size))
        asyncio.run(_vacuum(cluster.url(part)))
        cluster.sql(f"ALTER DATABASE {part} RENAME TO {name}")
    return cluster.url(name)


async def _vacuum(url: str) -> None:
    """Do at once what PostgreSQL does by itself a few minutes after so much was written."""
    database = Database(url)
    async with database.engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.exec_driver_sql("VACUUM ANALYZE")
    await database.close()


def main() -> None:
    """Start or stop the cluster, and say where its databases are."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("do", nargs="?", choices=["start", "stop"], default="start")
    parser.add_argument("--size", type=int, help="also make the database of this size, if it is not there")
    arguments = parser.parse_args()
    found = postgres.binaries()
    if found is None:
        raise SystemExit(postgres.WHY_ABSENT)
    if arguments.do == "stop":
        postgres.stop(found, FOLDER, "fast")
        return
    cluster = alive(found) or start(found)
    if arguments.size:
        prepared(cluster, arguments.size)
    for name in cluster.databases():
        print(cluster.url(name))


if __name__ == "__main__":
    main()
