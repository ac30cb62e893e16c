"""The tree beside Textual's own and fzf: alone in a pty, then in the real Répertoire over the real server.

`python -m benchmarks.tree [--size 1000000] [--stock 100000] [--rounds 3]`: the size is that of the Répertoire and of
our tree alone; `--stock` is how many rows Textual's tree must open, which takes a minute for a hundred thousand.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import NamedTuple

import httpx

from benchmarks.national import LOGIN, PASSWORD, SIZES, names, prepared
from benchmarks.search import serving
from benchmarks.table import header, row
from benchmarks.terminal import DOWN, RIGHT, UP, Burst, Terminal, environment
from ror_tui.api_client.models import Afficher, Discipline, EnregistrementPlace, Filtres, VueRepertoire

APP = str(Path(__file__).with_name("tree_app.py"))
STEPS = [*[DOWN] * 12, *[UP] * 12]
UPWARDS = [*[UP] * 12, *[DOWN] * 12]
"""Keys that move the cursor inside the window, from its top or from its bottom."""
FIRST, SECOND = "Établissement d'essai 0", "Unité de médecine 1"
BRANCHES = ("59", "13", "69", "33", "62", "44", "31", "34")
ENOUGH = 100_000
GOAL_RATIO, GOAL_KEY, GOAL_BYTES, GOAL_OPEN, GOAL_MEMORY = 1.2, 16.0, 300, 30, 3.0
DOSSIERS, REPERTOIRE = "\x1b[18~", "\x1b[17~"
FIRST_VIEW = VueRepertoire(
    par=Afficher.DEPARTEMENT, filtres=Filtres(disciplines=[one for one in Discipline if one is not Discipline.MSS])
)
"""What an account sees at its first login; a client that was killed may have left another place on the server."""
REST = 0.6
"""Seconds after which the Répertoire has said in full where the cursor is."""


def share(times: Sequence[float], part: float) -> float:
    """Give a quantile."""
    return sorted(times)[min(int(len(times) * part), len(times) - 1)]


@contextmanager
def tree(kind: str, rows: int) -> Iterator[Terminal]:
    """Run a tree alone, ready to be built."""
    with Terminal([sys.executable, APP, kind, str(rows)], environment(TEXTUAL_ANIMATIONS="none")) as terminal:
        terminal.until("prêt")
        terminal.settle()
        yield terminal


def walked(terminal: Terminal, quiet: float = 0.08, steps: Sequence[str] = STEPS) -> list[Burst]:
    """Move the cursor inside the window, and give what each key cost."""
    return [terminal.press(step, quiet) for step in steps]


def alone(size: int, stock: int, rounds: int) -> float:
    """Measure both trees alone, and give the seconds that Textual's takes to show ten thousand rows."""
    with ExitStack() as stack:
        small, large = stack.enter_context(tree("ours", 1_000)), stack.enter_context(tree("ours", size))
        theirs = stack.enter_context(tree("stock", 10_000))
        for ours in (small, large):
            ours.press_until("\x1b[15~", FIRST)
            ours.settle()
        opened = large.press_until("*", SECOND)
        small.press_until("*", SECOND)
        built = theirs.press_until("\x1b[15~", FIRST)
        for each in (small, large, theirs):
            each.settle(0.5)
        keys: dict[str, list[Burst]] = {"small": [], "large": [], "theirs": []}
        for step in STEPS * rounds:
            keys["small"].append(small.press(step))
            keys["large"].append(large.press(step))
            keys["theirs"].append(theirs.press(step))
    keys_rows(size, keys)
    with tree("stock", stock) as theirs:
        theirs.press_until("\x1b[15~", FIRST)
        theirs.settle(1.0)
        slow = theirs.press_until("*", SECOND)
    row(f"open all, {size:,} rows", f"{opened:.2f} s, {opened / size * 1e6:.2f} µs/row")
    row(f"open all, Textual's tree, {stock:,} rows", f"{slow:.2f} s, {slow / stock * 1e6:.2f} µs/row")
    ratio = slow / stock / (opened / size)
    row("ratio, per row", f"{ratio:.0f} x", f">= {GOAL_OPEN} x", met=ratio >= GOAL_OPEN)
    return built


def keys_rows(size: int, keys: dict[str, list[Burst]]) -> None:
    """Print what the cursor keys cost in each tree."""
    few, many = ([burst.seconds for burst in keys[name]] for name in ("small", "large"))
    ours, theirs = (median(burst.written for burst in keys[name]) for name in ("large", "theirs"))
    ratio, p95 = median(many) / median(few), share(many, 0.95) * 1000
    row(f"cursor key to painted frame, {size:,} rows open", f"{median(many) * 1000:.1f} ms")
    row("the same, 1,000 rows open", f"{median(few) * 1000:.1f} ms")
    row("ratio", f"{ratio:.2f} x", f"<= {GOAL_RATIO} x", met=ratio <= GOAL_RATIO)
    row("p95 of the key", f"{p95:.1f} ms", f"< {GOAL_KEY:.0f} ms", met=p95 < GOAL_KEY)
    row("bytes per cursor key, our tree alone", f"{ours:.0f}", f"<= {GOAL_BYTES}", met=ours <= GOAL_BYTES)
    row("bytes per cursor key, Textual's tree alone", f"{theirs:.0f}")


def fzf(size: int) -> None:
    """Count the bytes of a cursor key in fzf, over the same names."""
    if shutil.which("fzf") is None:
        row("bytes per cursor key, fzf", "not installed")
        return
    with Terminal(["sh", "-c", f"exec fzf --layout=reverse < '{names(size)}'"], environment()) as terminal:
        terminal.settle(2.0)
        row("bytes per cursor key, fzf", f"{median(burst.written for burst in walked(terminal, 0.15)):.0f}")


class Branch(NamedTuple):
    """All that is below a département: how many rows, and the bytes of their names."""

    rows: int
    names: int


def branch(client: httpx.Client, departement: str) -> Branch:
    """Ask the server what the client shows below a département, MSS left out as at first."""
    rows = size = 0
    query = FIRST_VIEW.filtres.query() | {"par": "departement", "sous": f"dep:{departement}", "limite": "5000"}
    while True:
        page = client.get("/v1/repertoire/branche", params=query).raise_for_status().json()
        rows += len(page["elements"])
        size += sum(len(one["nom"].encode()) for one in page["elements"])
        if page["suivant"] is None:
            return Branch(rows, size)
        query["curseur"] = page["suivant"]


def open_branch(terminal: Terminal, departement: str) -> float:
    """Go to a département and open all that is below it; give the seconds until it is there."""
    terminal.press("\x1b[H")
    terminal.press(f"'{departement}", 0.3)
    terminal.press("\x1b", 0.3)
    return terminal.press("*", 3.0).seconds


def real(size: int, built: float) -> None:
    """Measure the real client over the real server."""
    with tempfile.TemporaryDirectory() as home, serving(str(prepared(size))) as (client, _):
        place = EnregistrementPlace(vue=FIRST_VIEW)
        client.put("/v1/moi/place", json=place.model_dump(mode="json")).raise_for_status()
        command = [sys.executable, "-m", "ror_tui", "--serveur", str(client.base_url)]
        with Terminal(command, environment(HOME=home)) as terminal:
            terminal.until("Bienvenue")
            terminal.settle(1.0)
            terminal.press(f"{LOGIN}\r{PASSWORD}")
            opened = terminal.press_until("\r", "01 – Ain")
            hashed = signed_in(client)
            row(f"sign in and open the Répertoire of {size:,}, to its first tree", f"{opened:.2f} s")
            row("of which the server's answer to the password, slow on purpose", f"{hashed:.2f} s")
            first_tree("the first tree once signed in", opened - hashed, built)
            terminal.settle(1.0)
            terminal.press(DOSSIERS, 1.0)
            again = terminal.press_until(REPERTOIRE, "01 – Ain")
            first_tree("open the Répertoire from another tab, to its tree", again, built)
            row("Textual's tree with 10,000 rows, to its first frame", f"{built:.2f} s")
            terminal.settle(1.0)
            terminal.press(f"'75{RIGHT}", 1.0)
            in_window(terminal)
            memory(terminal, client)


def signed_in(client: httpx.Client) -> float:
    """Give the median seconds in which the server answers to a password."""

    def once() -> float:
        started = time.perf_counter()
        client.post("/v1/session", json={"identifiant": LOGIN, "mot_de_passe": PASSWORD}).raise_for_status()
        return time.perf_counter() - started

    return median(once() for _ in range(5))


def first_tree(what: str, seconds: float, built: float) -> None:
    """Print a time beside that of Textual's tree."""
    row(what, f"{seconds:.2f} s", f"< {built:.2f} s", met=seconds < built)


def in_window(terminal: Terminal) -> None:
    """Count what keys and rest cost in the Répertoire."""
    terminal.press(DOWN * 30, REST)
    keys = walked(terminal, steps=UPWARDS)
    written = median(burst.written for burst in keys)
    row("bytes per cursor key in the Répertoire", f"{written:.0f}", f"<= {GOAL_BYTES}", met=written <= GOAL_BYTES)
    terminal.settle(REST)
    rested = walked(terminal, REST, UPWARDS[:8])
    terminal.settle(REST)
    row("the same, path and status line at rest included", f"{median(burst.written for burst in rested):.0f}")
    idle = terminal.written_within(10)
    row("bytes written in 10 s without a key", f"{idle}", "0", met=idle == 0)


def memory(terminal: Terminal, client: httpx.Client) -> None:
    """Open whole départements, until a hundred thousand rows are there beside the first one's."""
    seconds = open_branch(terminal, "75")
    first = branch(client, "75")
    row(f"open a whole département, {first.rows:,} rows, from the server", f"{seconds / first.rows * 1e6:.0f} µs/row")
    before, loaded = terminal.memory(), Branch(0, 0)
    for departement in BRANCHES:
        if loaded.rows < ENOUGH:
            open_branch(terminal, departement)
            more = branch(client, departement)
            loaded = Branch(loaded.rows + more.rows, loaded.names + more.names)
    if loaded.rows < ENOUGH / 2:
        row("memory of the client, per 100,000 rows", f"{loaded.rows:,} rows are too few to tell")
        return
    grown = terminal.memory() - before
    each = ENOUGH / loaded.rows / 2**20
    row(f"memory of the client, per 100,000 rows (of {loaded.rows:,} loaded)", f"{grown * each:.1f} MiB")
    row("names of 100,000 rows", f"{loaded.names * each:.1f} MiB")
    ratio = grown / loaded.names
    row("ratio, memory of the client / names", f"{ratio:.2f} x", f"<= {GOAL_MEMORY:.0f} x", met=ratio <= GOAL_MEMORY)


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=SIZES[-1], choices=SIZES)
    parser.add_argument("--stock", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    header(f"The tree, {arguments.size:,} structures, real pty 80×24, truecolor, medians")
    built = alone(arguments.size, arguments.stock, arguments.rounds)
    fzf(arguments.size)
    real(arguments.size, built)
    return 0


if __name__ == "__main__":
    sys.exit(main())
