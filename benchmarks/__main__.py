"""`make bench`: every table, one after the other; `make bench ARGS=repertoire`, or the names of some of them.

The databases of 95,000, 500,000 and 1,000,000 structures are made at the first run, which takes an hour, and kept in
ROR_BENCH_CACHE (`ror-bench` in the folder of temporary files): files of SQLite, and a cluster of PostgreSQL.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Sequence

from benchmarks.table import MET, MISSED, goal_of

REPERTOIRE = ("search_quality", "search", "tree", "children")
MODULES = ("startup", "import_finess", *REPERTOIRE, "dossier", "form", "terminal_line", "ending")
GROUPS = {"repertoire": REPERTOIRE}


def chosen(names: Sequence[str]) -> list[str]:
    """Give the benchmarks of a choice: all of them when there is none."""
    return [one for name in names or MODULES for one in GROUPS.get(name, (name,))]


def run(module: str) -> tuple[int, list[tuple[str, str]]]:
    """Run a benchmark in a process of its own, let its lines through, and give its status and its verdicts."""
    command = [sys.executable, "-m", f"benchmarks.{module}"]
    verdicts = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout or ():
            print(line, end="", flush=True)
            verdicts += [found for found in [goal_of(line)] if found]
    return process.returncode, verdicts


def main() -> int:
    """Run the benchmarks, then say which goals are missed.

    Returns:
        The number of benchmarks that failed.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join((*MODULES, *GROUPS)))
    names = parser.parse_args().names
    unknown = [name for name in names if name not in {*MODULES, *GROUPS}]
    if unknown:
        parser.error(f"no benchmark of this name: {', '.join(unknown)}")
    done = {module: run(module) for module in chosen(names)}
    verdicts = [(module, *verdict) for module, (_, found) in done.items() for verdict in found]
    print(f"\nGoals met: {sum(verdict == MET for _, _, verdict in verdicts)} of {len(verdicts)}")
    for module, what, verdict in verdicts:
        if verdict == MISSED:
            print(f"  missed: {module}: {what}")
    failed = [module for module, (status, _) in done.items() if status]
    for module in failed:
        print(f"  failed: {module}")
    return len(failed)


if __name__ == "__main__":
    sys.exit(main())
