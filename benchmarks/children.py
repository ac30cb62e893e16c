"""Children of a node over a million structures, on SQLite and on PostgreSQL, asked by eight clients at once.

The server is a real process. Each client unfolds two lines a second, whatever came before, as eight people in a hurry
would; then all eight ask with no pause, which tells how many answers a second one process gives. « At the server » is
the `Server-Timing` of each answer: from the first look at the session to the written page, waiting included, also for a
core: the clients have theirs on the same machine. « CPU » is what the process spent for one answer, all of HTTP
included: it does not depend on who else uses the machine. A page is what the client asks for first, fifty lines.

`python -m benchmarks.children [--size N] [--requests N] [--only sqlite|postgresql] [--database URL]`
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from statistics import quantiles
from urllib.parse import urlencode

import sqlalchemy as sa

from benchmarks import cluster, national
from benchmarks.table import header, row
from ror_server.store.database import Database
from ror_server.store.tables import regroupements, structures
from ror_tui.api_client.models import Discipline
from tests import postgres
from tests.processes import ServerProcess, server_process

SIZE = 1_000_000
CLIENTS = 8
REQUESTS = 60
"""Of each client."""
PACE = 0.5
"""Seconds between two questions of a client; the clients ask in turn."""
PATIENCE = 1800.0
"""Seconds that the search index may take to be made."""
GOAL = 10.0
"""Milliseconds, p95, at the server."""
GOAL_COUNTS = 100.0
"""Milliseconds, median, of the counts of the départements under any filters."""
TICKED = ",".join(one for one in Discipline if one is not Discipline.MSS)
"""The ticks of the guide: all but MSS."""

Query = dict[str, str]


@dataclass
class Measure:
    """Times of one kind of question, in milliseconds."""

    server: list[float] = field(default_factory=list)
    http: list[float] = field(default_factory=list)


def questions(nodes: dict[str, list[str]]) -> dict[str, list[Query]]:
    """Give what is asked, by kind of line that is unfolded."""
    ticks: list[Query] = [{}, {"disciplines": TICKED}]
    found = {
        f"{kind}": [{"sous": key, **tick} for key in keys for tick in ticks]
        for kind, keys in nodes.items()
        if kind not in {"group", "ej_root"}
    }
    found["group"] = [
        {"par": par, "sous": key, **tick} for par, key in map(_with_view, nodes["group"]) for tick in ticks
    ]
    found["entities"] = [
        {"par": "entite_juridique", "autour": key, **tick} for key in nodes["ej"][:50] for tick in ticks
    ]
    return {kind: asked for kind, asked in found.items() if asked}


def _with_view(key: str) -> tuple[str, str]:
    return {"ter": "territoire", "bes": "categorie_besoins", "fil": "filiere"}[key[:3]], key


COUNTS: list[Query] = [
    {},
    {"disciplines": TICKED},
    {"categories": "500,355"},
    {"peuplement": "a_faire"},
    {"peuplement": "finalise", "disciplines": TICKED},
    {"communes": "75113,69123"},
    {"a_moi": "true"},
    {"dossier_ouvert": "true"},
    {"texte": "saint joseph"},
    {"texte": "ehpad", "disciplines": TICKED, "peuplement": "en_cours", "a_moi": "true"},
]
"""Filters under which the roots of the département view are counted."""


async def sample(url: str, each: int = 400) -> dict[str, list[str]]:
    """Draw lines that have children, by kind."""
    database = Database(url)
    random = Random(3)
    found: dict[str, list[str]] = {}
    async with database.read() as tx:
        for kind in ("ej", "eg", "pole", "service"):
            low = f"{random.randrange(14):x}0000000-0000-4000-8000-000000000000"
            query = sa.select(structures.c.id).where(structures.c.kind == kind, structures.c.id > low)
            found[kind] = [
                str(one) for one in (await tx.execute(query.order_by(structures.c.id).limit(each))).scalars()
            ]
        codes = sa.select(structures.c.departement).where(structures.c.kind == "eg").distinct()
        found["departement"] = [f"dep:{code}" for code in (await tx.execute(codes)).scalars() if code]
        found["group"] = list((await tx.execute(sa.select(regroupements.c.cle))).scalars())
    await database.close()
    return found


Mix = Sequence[tuple[str, Query]]


async def ask(
    server: ServerProcess, token: str, mix: Mix, found: dict[str, Measure], *, pace: float = 0.0, start: float = 0.0
) -> None:
    """Send requests on one connection, one every `pace` seconds, or each as soon as the one before is answered."""
    reader, writer = await asyncio.open_unix_connection(str(server.socket))
    due = time.perf_counter() + pace * start
    for kind, query in mix:
        due += pace
        await asyncio.sleep(max(0.0, due - time.perf_counter()) if pace else 0)
        target = f"/v1/repertoire?{urlencode(query)}"
        started = time.perf_counter()
        lines = (
            f"GET {target} HTTP/1.1",
            "Host: ror",
            f"Authorization: Bearer {token}",
            "Accept-Encoding: gzip",
            "",
            "",
        )
        writer.write("\r\n".join(lines).encode())
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        headers = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if line)
        await reader.readexactly(int(headers["content-length"]))
        if not head.startswith("http/1.1 200"):
            raise SystemExit(f"{target}: {head}")
        found[kind].http.append((time.perf_counter() - started) * 1000)
        found[kind].server.append(float(headers["server-timing"].partition("dur=")[2]))
    writer.close()
    await writer.wait_closed()


async def load(
    server: ServerProcess, token: str, asked: dict[str, list[Query]], requests: int, pace: float = 0.0
) -> dict[str, Measure]:
    """Let the clients ask, all at once, each its own mix."""
    found = {kind: Measure() for kind in asked}
    kinds = list(asked)
    mixes = []
    for client in range(CLIENTS):
        random = Random(client)
        mixes.append([(kind, random.choice(asked[kind])) for kind in random.choices(kinds, k=requests)])
    await asyncio.gather(
        *(ask(server, token, mix, found, pace=pace, start=rank / CLIENTS) for rank, mix in enumerate(mixes))
    )
    return found


def spent(server: ServerProcess) -> float:
    """Give the seconds of CPU that the server has used."""
    if server.child is None:
        raise RuntimeError("the server is not there")
    fields = Path(f"/proc/{server.child.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def settle(server: ServerProcess, token: str) -> None:
    """Wait until the search index stands: its making is not what is measured here."""
    deadline = time.monotonic() + PATIENCE
    with server.http() as http:
        headers = {"Authorization": f"Bearer {token}"}
        while http.get("/v1/recherche", params={"q": "paris"}, headers=headers).status_code == 503:
            if time.monotonic() > deadline:
                raise SystemExit("the search index is still not there: nothing is measured beside its making")
            time.sleep(1)


def p(values: Sequence[float], percent: int) -> float:
    """Give a percentile."""
    return quantiles(values, n=100, method="inclusive")[percent - 1] if len(values) > 1 else values[0]


def report(name: str, found: dict[str, Measure]) -> None:
    """Print the rows of a database."""
    for kind, measure in [*found.items(), ("all", _together(found))]:
        server, p95 = times(measure.server), p(measure.server, 95)
        goal = f"p95 <= {GOAL:.0f} ms" if kind == "all" else ""
        what = f"{name}, children of {kind}, {len(measure.server)} pages, at the server"
        row(what, server, goal, met=p95 <= GOAL if goal else None)
    row(f"{name}, the same, through HTTP", times(_together(found).http))


def times(values: Sequence[float]) -> str:
    """Write a median and a 95th percentile."""
    return f"{p(values, 50):.1f} / {p(values, 95):.1f} ms"


def _together(found: dict[str, Measure]) -> Measure:
    server = [one for measure in found.values() for one in measure.server]
    return Measure(server, [one for measure in found.values() for one in measure.http])


def measure(name: str, url: str, requests: int) -> None:
    """Measure one database."""
    asked = questions(asyncio.run(sample(url)))
    with server_process(url) as server:
        server.start()
        with server.http() as http:
            body = {"identifiant": national.LOGIN, "mot_de_passe": national.PASSWORD}
            token = http.post("/v1/session", json=body).json()["jeton"]
        settle(server, token)
        asyncio.run(load(server, token, asked, 20))
        report(name, asyncio.run(load(server, token, asked, requests, PACE)))
        before, started = spent(server), time.perf_counter()
        flat_out = _together(asyncio.run(load(server, token, asked, requests)))
        seconds, answers = time.perf_counter() - started, len(flat_out.http)
        cpu = (spent(server) - before) / answers * 1000
        row(f"{name}, with no pause", f"{answers / seconds:.0f} answers/s, {cpu:.1f} ms of CPU each")
        for query in COUNTS:
            one = {"counts": Measure()}
            asyncio.run(ask(server, token, [("counts", query)] * 12, one))
            told = " ".join(f"{key}={value}" for key, value in query.items()) or "no filter"
            p50 = p(one["counts"].server, 50)
            goal = f"p50 <= {GOAL_COUNTS:.0f} ms"
            row(f"{name}, counts, {told}", times(one["counts"].server), goal, met=p50 <= GOAL_COUNTS)


@contextmanager
def databases(size: int, only: str | None) -> Iterator[Iterator[tuple[str, str]]]:
    """Give the databases to measure, each made when it is asked for."""
    found = postgres.binaries() if only != "sqlite" else None

    def made() -> Iterator[tuple[str, str]]:
        if only != "postgresql":
            yield "SQLite", str(national.prepared(size))
        if found is None:
            return
        with cluster.running(found) as kept:
            yield "PostgreSQL", cluster.prepared(kept, size)

    yield made()


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=SIZE)
    parser.add_argument("--requests", type=int, default=REQUESTS)
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    parser.add_argument("--database", metavar="URL", help="a database that is ready, instead")
    arguments = parser.parse_args()
    if not national.FINESS.is_file():
        print(f"children: {national.FINESS} is not there, nothing measured")
        return 0
    header(f"Pages of the tree, {CLIENTS} clients, {arguments.size:,} structures, p50 / p95")
    if arguments.database:
        measure("given", arguments.database, arguments.requests)
        return 0
    with databases(arguments.size, arguments.only) as made:
        for name, url in made:
            measure(name, url, arguments.requests)
    return 0


if __name__ == "__main__":
    sys.exit(main())
