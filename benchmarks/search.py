"""Speed of Ctrl+F: one key to the ranked fifty with their ranges, from the engine and over HTTP, beside fzf in a pty.

`python -m benchmarks.search [--sizes 95000,500000,1000000] [--fzf-texts 6]`: fzf needs a second and more for each key
at a million names, so it types fewer of the texts.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from uuid import UUID

import httpx
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from benchmarks import fzf
from benchmarks.national import LOGIN, PASSWORD, REAL, SIZES, names, prepared
from benchmarks.search_quality import fold_lines, questions
from benchmarks.table import header, row
from ror_server.domain.words import fold
from ror_server.search import Near, SearchIndex, default_file
from ror_server.store.database import Database
from ror_server.store.tables import structures
from tests.processes import free_port

GOAL_P50, GOAL_P95, GOAL_HTTP, GOAL_MEMORY = 200, 100, 25.0, 6.0
TEXTS = 200
UNITS = (
    "cardiologie bergerac", "unite de dialyse rouen", "pediatrie toulouse", "service de psychiatrie adulte lille",
    "soins de suite marseille", "pole plateaux techniques", "uf consultations niort", "usld gironde",
    "chirurgie viscerale nantes", "urgences chu dijon", "rea polyvalente lyon", "maternite st brieuc", "had landes",
    "hopital st louis",
    "unite protegee ehpad tilleuls", "smr locomoteur", "geriatrie aigue", "oncologie caen baclesse",
)  # fmt: skip
"""Texts that look for units: the list of the quality holds establishments only."""


def texts() -> list[str]:
    """Give what is typed."""
    return [*(one.typed for one in questions()), *UNITS][:TEXTS]


def quantile(times: Sequence[float], share: float) -> float:
    """Give a quantile, in milliseconds."""
    return sorted(times)[min(int(len(times) * share), len(times) - 1)] * 1000


# --- The engine ---


async def engine(size: int, typed: Sequence[str]) -> dict[str, list[float]]:
    """Give the seconds of each key, by text."""
    database = Database(str(prepared(size)))
    index = SearchIndex(database, default_file(database.engine.url))
    near = Near(frozenset({"75"}))
    try:
        started = time.perf_counter()
        await index.build()
        print(f"  {size}: index ready in {time.perf_counter() - started:.0f} s", file=sys.stderr)
        async with database.read() as tx:
            times: dict[str, list[float]] = {text: [] for text in typed}
            for text, keys in times.items():
                for end in range(1, len(text) + 1):
                    started = time.perf_counter()
                    found = await index.find(text[:end], near=near)
                    spent = time.perf_counter() - started
                    shown = await _names(tx, found.ids)
                    started = time.perf_counter()
                    for name in shown:
                        found.marks(name)
                    keys.append(spent + time.perf_counter() - started)
            return times
    finally:
        await index.close()
        await database.close()


async def _names(tx: AsyncConnection, ids: Sequence[UUID]) -> list[str]:
    return list((await tx.execute(sa.select(structures.c.nom).where(structures.c.id.in_(ids)))).scalars())


# --- The server ---


@contextmanager
def serving(url: str) -> Iterator[tuple[httpx.Client, int]]:
    """Run the real server on loopback; give a client that is signed in if the account is there, and the process."""
    port = free_port()
    command = [sys.executable, "-m", "ror_server", "serve", "--database", url, "--port", str(port)]
    with (
        subprocess.Popen(command, stderr=subprocess.DEVNULL) as process,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client,
    ):
        try:
            _wait(client)
            body = {"identifiant": LOGIN, "mot_de_passe": PASSWORD}
            answer = client.post("/v1/session", json=body)
            if answer.status_code == 201:
                client.headers["Authorization"] = f"Bearer {answer.json()['jeton']}"
            yield client, process.pid
        finally:
            process.terminate()


def _wait(client: httpx.Client) -> None:
    """Wait until the server is ready and its index built."""
    while True:
        try:
            state = client.get("/v1/etat").json()
        except httpx.TransportError:
            continue
        if state["pret"] and not state.get("chargement"):
            return


def over_http(size: int, typed: Sequence[str]) -> tuple[list[float], int]:
    """Give the seconds of each key over HTTP, and the bytes of memory of the server at the end."""
    times = []
    with serving(str(prepared(size))) as (client, pid):
        while client.get("/v1/recherche", params={"q": "a"}).status_code == httpx.codes.SERVICE_UNAVAILABLE:
            continue  # the server makes it wait while the index is being built
        for text in typed:
            for end in range(1, len(text) + 1):
                started = time.perf_counter()
                client.get("/v1/recherche", params={"q": text[:end]}).raise_for_status()
                times.append(time.perf_counter() - started)
        return times, resident(pid)


def resident(pid: int) -> int:
    """Give the memory of a process, without the pages of files that it shares with the cache of the machine."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("RssAnon"))


def empty() -> int:
    """Give the memory of a server that holds nothing."""
    with tempfile.TemporaryDirectory() as folder, serving(str(Path(folder) / "ror.db")) as (_, pid):
        return resident(pid)


def names_size(size: int) -> int:
    """Give the bytes of the names alone."""

    async def read() -> int:
        database = Database(str(prepared(size)))
        try:
            async with database.read() as tx:
                query = sa.select(sa.func.sum(sa.func.length(sa.cast(structures.c.nom, sa.LargeBinary))))
                return int((await tx.execute(query)).scalar_one())
        finally:
            await database.close()

    return asyncio.run(read())


# --- The table ---


def fzf_times(size: int, typed: Sequence[str]) -> list[float]:
    """Type into fzf over the folded names: it knows no accents."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folded = folder / "names.txt"
        folded.write_text(fold_lines(names(size)), encoding="ascii")
        return fzf.keys(folded, typed)


def measure(size: int, typed: Sequence[str], fzf_texts: int, base: int) -> None:
    """Print the rows of a size."""
    prepared(size)  # which may have to build it, in an event loop of its own
    ours = asyncio.run(engine(size, typed))
    every = [spent for keys in ours.values() for spent in keys]
    row(f"{size:,}: engine, p50 / p95 of {len(every)} keys", shown(every))
    if fzf_texts and shutil.which("fzf"):
        compare(size, ours, typed[:: max(1, len(typed) // fzf_texts)][:fzf_texts])
    times, memory = over_http(size, typed[:: len(typed) // 40])
    p95 = quantile(times, 0.95)
    row(f"{size:,}: HTTP on loopback, p50 / p95", shown(times), f"p95 < {GOAL_HTTP:.0f} ms", met=p95 < GOAL_HTTP)
    each, own = (memory - base) / size * 1e5 / 2**20, names_size(size) / size * 1e5 / 2**20
    text = f"{each:.1f} MiB, names {own:.1f}: {each / own:.1f} x"
    met = each / own <= GOAL_MEMORY
    row(f"{size:,}: server's memory per 100,000 structures", text, f"<= {GOAL_MEMORY:.0f} x", met=met)


def compare(size: int, ours: Mapping[str, Sequence[float]], chosen: Sequence[str]) -> None:
    """Print the rows of fzf beside those of the engine for the same keys; the goals are those of a million names."""
    theirs = fzf_times(size, [fold(text) for text in chosen])
    row(f"{size:,}: fzf in a pty, p50 / p95 of {len(theirs)} keys", shown(theirs))
    same = [spent for text in chosen for spent in ours[text]]
    row(f"{size:,}: engine, the same {len(chosen)} texts", shown(same))
    for share, goal in ((0.5, GOAL_P50), (0.95, GOAL_P95)):
        ratio = quantile(theirs, share) / quantile(same, share)
        judged = size == SIZES[-1]
        what = f"{size:,}: fzf / engine, p{share * 100:.0f}"
        row(what, f"{ratio:.0f} x", f">= {goal} x" if judged else "", met=ratio >= goal if judged else None)


def shown(times: Sequence[float]) -> str:
    """Write a median and a 95th percentile."""
    return f"{quantile(times, 0.5):.2f} / {quantile(times, 0.95):.1f} ms"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help=f"{REAL}: the real extract alone")
    parser.add_argument("--fzf-texts", type=int, default=6, help="texts that fzf types; 0 for none")
    arguments = parser.parse_args()
    typed = texts()
    base = empty()
    header(f"Ctrl+F, {len(typed)} texts key by key")
    for size in map(int, arguments.sizes.split(",")):
        measure(size, typed, arguments.fzf_texts, base)


if __name__ == "__main__":
    main()
