"""Import of the FINESS extract against a bare `csv` read and `executemany` of the same rows (DESIGN §9).

Each measure is a fresh process, the two interleaved; the table gives medians and the peak memory of the import.
"""

from __future__ import annotations

import argparse
import csv
import lzma
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
DEFAULT = ROOT.parent / "shared" / "data" / "finess" / "etalab-cs1100502-stock-20210108.csv.xz"
GOAL_RATIO = 6.0
GOAL_MIB = 300


def bare(source: Path, folder: Path) -> None:
    """Read the rows with `csv` and write their 32 texts into one table of SQLite, in one commit."""
    connection = sqlite3.connect(folder / "bare.db")
    connection.execute(f"CREATE TABLE bare ({', '.join(f'c{place} TEXT' for place in range(32))})")
    with lzma.open(source, "rt", encoding="utf-8", newline="") as stream:
        next(stream)
        rows = csv.reader(stream, delimiter=";")
        connection.executemany(f"INSERT INTO bare VALUES ({', '.join('?' * 32)})", rows)
    connection.commit()
    connection.close()


def measure(command: list[str]) -> tuple[float, float]:
    """Run a command and give its seconds, from start to exit, and its peak memory in MiB."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} : code {process.returncode}")
    return time.perf_counter() - started, usage.ru_maxrss / 1024


def compare(source: Path, times: int) -> tuple[list[float], list[tuple[float, float]]]:
    """Measure both, one after the other, several times; each on a database of its own."""
    bares, imports = [], []
    for _ in range(times):
        with tempfile.TemporaryDirectory(prefix="ror-bench-") as name:
            itself = [sys.executable, str(Path(__file__).resolve()), "--file", str(source)]
            bares.append(measure([*itself, "--bare", name])[0])
            command = [sys.executable, "-m", "ror_server", "import", "finess", str(source)]
            report = str(Path(name) / "rapport.csv")
            imports.append(measure([*command, "--database", str(Path(name) / "ror.db"), "--rapport", report]))
    return bares, imports


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--file", type=Path, default=DEFAULT, help="etalab-cs1100502, .xz")
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--bare", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if not arguments.file.is_file():
        print(f"import_finess: {arguments.file} is not there, nothing measured")
        return 0
    if arguments.bare:
        bare(arguments.file, arguments.bare)
        return 0
    bares, imports = compare(arguments.file.resolve(), arguments.times)
    baseline, ours = median(bares), median(seconds for seconds, _ in imports)
    print("| import of the FINESS extract        | measured  | goal      |")
    print("|-------------------------------------|-----------|-----------|")
    print(f"| bare csv + executemany              | {baseline:7.2f} s |           |")
    print(f"| ror-server import finess            | {ours:7.2f} s |           |")
    print(f"| ratio                               | {ours / baseline:7.2f} x | <= {GOAL_RATIO:.1f} x  |")
    print(f"| peak memory of the import           | {max(mib for _, mib in imports):5.0f} MiB | <= {GOAL_MIB} MiB |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
