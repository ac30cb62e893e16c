"""Quality of Ctrl+F: is what a person expects among the first five? Beside fzf on the same structures.

`search_quality.csv` holds what is typed and the FINESS number of the establishment expected. fzf gets one line for each
structure: its name, post code, town and numbers; accents are folded for both sides, which fzf does not do by itself.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa

from benchmarks.national import REAL, names, prepared
from benchmarks.table import header, row
from ror_server.domain.words import fold
from ror_server.search import SearchIndex, default_file
from ror_server.store.database import Database
from ror_server.store.tables import structures

FILE = Path(__file__).with_suffix(".csv")
FIRST = 5
GOAL = 98.0


class Question(NamedTuple):
    what: str
    typed: str
    finess: str


def questions() -> list[Question]:
    """Read the list."""
    with FILE.open(encoding="utf-8", newline="") as stream:
        return [Question(**row) for row in csv.DictReader(stream, delimiter=";")]


async def ours(size: int, asked: list[Question]) -> dict[str, list[str]]:
    """Give, for each text, the FINESS numbers of the first hits."""
    database = Database(str(prepared(size)))
    index = SearchIndex(database, default_file(database.engine.url))
    try:
        await index.build()
        async with database.read() as tx:
            found = {}
            for one in asked:
                ids = (await index.find(one.typed)).ids[:FIRST]
                query = sa.select(structures.c.id, structures.c.finess).where(structures.c.id.in_(ids))
                numbers = {row.id: row.finess or "" for row in (await tx.execute(query)).all()}
                found[one.typed] = [numbers[each] for each in ids]
            return found
    finally:
        await index.close()
        await database.close()


def fzf(size: int, asked: list[Question]) -> dict[str, list[str]]:
    """Give, for each text, the first lines that fzf filters."""
    lines = fold_lines(names(size))
    found = {}
    for one in asked:
        command = ["fzf", "--filter", fold(one.typed)]
        answer = subprocess.run(command, input=lines, capture_output=True, check=False, text=True)
        found[one.typed] = answer.stdout.splitlines()[:FIRST]
    return found


def fold_lines(file: Path) -> str:
    """Give the names folded, one on a line."""
    return "".join(f"{fold(line)}\n" for line in file.read_text(encoding="utf-8").splitlines())


def share(asked: list[Question], found: Mapping[str, list[str]]) -> dict[str, tuple[int, int]]:
    """Count, for each kind of question, how many there are and how many find what is expected."""
    counts: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for one in asked:
        good = any(one.finess.lower() in line.lower().split() for line in found[one.typed])
        for what in (one.what, "all"):
            counts[what] = (counts[what][0] + 1, counts[what][1] + good)
    return counts


def main() -> None:
    """Print the table, then what we miss."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=REAL)
    parser.add_argument("--without-fzf", action="store_true")
    arguments = parser.parse_args()
    asked = questions()
    found = asyncio.run(ours(arguments.size, asked))
    good = share(asked, found)
    compared = shutil.which("fzf") and not arguments.without_fzf
    theirs = share(asked, fzf(arguments.size, asked)) if compared else {}
    header(f"Ctrl+F, the hit that is expected in the first {FIRST}, {arguments.size:,} structures; beside it fzf")
    for what, (count, right) in good.items():
        percent = 100 * right / count
        other = f"{100 * theirs[what][1] / count:.0f} %" if what in theirs else "absent"
        met = percent >= GOAL if what == "all" else None
        row(
            f"{what}, {count} texts",
            f"{percent:.1f} %, fzf {other}",
            f">= {GOAL:.0f} %" if what == "all" else "",
            met=met,
        )
    for one in asked:
        if not any(one.finess == number for number in found[one.typed]):
            print(f"  missed: {one.typed!r}, {one.finess} expected, got {' '.join(found[one.typed])}")


if __name__ == "__main__":
    main()
