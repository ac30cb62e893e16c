"""How long the client takes to end, signed in, when the line drops: from the signal to the end of the process.

A frozen line is one that nobody reads any more: the terminal takes nothing, and the signal comes then.

`python -m benchmarks.ending [--rounds N]`
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median

from benchmarks.national import LOGIN, PASSWORD, prepared
from benchmarks.search import serving
from benchmarks.table import header, row
from tests.e2e.terminal import KEYS, Terminal, environment

SIZE = 95_000
ROUNDS = 5
GOAL = 2.0
FULL = 200
"""Keys that nobody reads the answer of, twice: more than a terminal holds."""
FROZEN = 3.0
"""Seconds in which a client that nobody reads comes to rest."""

Way = Callable[[Terminal], object]


@contextmanager
def signed_in(server: str) -> Iterator[Terminal]:
    """Give a client that shows the Répertoire."""
    with tempfile.TemporaryDirectory() as home:
        command = [sys.executable, "-m", "ror_tui", "--serveur", server]
        with Terminal(command, environment(HOME=home)) as screen:
            screen.see("Bienvenue")
            screen.type(f"{LOGIN}\t{PASSWORD}")
            screen.press("Enter")
            screen.see("Offres affichées", "● connecté")
            yield screen


def by(number: signal.Signals) -> Way:
    """End by a signal."""
    return lambda screen: os.kill(screen.child.pid, number)


def closed(screen: Terminal) -> None:
    """End by closing the terminal, as a line that drops does."""
    screen.child.ptyproc.fileobj.close()


def freeze(screen: Terminal) -> None:
    """Have more drawn than a terminal that nobody reads can hold."""
    screen.type((KEYS["PageDown"] + KEYS["PageUp"]) * FULL)
    time.sleep(FROZEN)


WAYS: dict[str, tuple[Way, Way]] = {
    "SIGTERM": (Terminal.quiet, by(signal.SIGTERM)),
    "SIGHUP": (Terminal.quiet, by(signal.SIGHUP)),
    "closed terminal": (Terminal.quiet, closed),
    "frozen line, SIGTERM": (freeze, by(signal.SIGTERM)),
    "frozen line, SIGHUP": (freeze, by(signal.SIGHUP)),
}
"""What comes before, then what ends the client."""


def seconds(server: str, before: Way, cause: Way) -> float:
    """Give the seconds from the cause to the end of the process."""
    with signed_in(server) as screen:
        before(screen)
        started = time.perf_counter()
        cause(screen)
        os.waitid(os.P_PID, screen.child.pid, os.WEXITED | os.WNOWAIT)
        return time.perf_counter() - started


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    rounds = parser.parse_args().rounds
    header("The end of the client, medians; the longest")
    with serving(str(prepared(SIZE))) as (client, _):
        for name, way in WAYS.items():
            times = [seconds(str(client.base_url), *way) for _ in range(rounds)]
            text = f"{median(times):.2f} s; {max(times):.2f} s"
            row(name, text, f"< {GOAL:.0f} s", met=max(times) < GOAL)


if __name__ == "__main__":
    main()
