"""The ordered change feed while others write, over a load, and on the command line."""

from __future__ import annotations

import asyncio
from typing import Any

import sqlalchemy as sa

from ror_server.store.tables import commits
from tests.world import START, World

WRITERS = 4


async def _all(region: World, limit: int, cursor: str | None = None) -> tuple[list[dict[str, Any]], str]:
    """Read the feed to its end for now, page by page."""
    seen: list[dict[str, Any]] = []
    while True:
        page = await region.ok("lecteur", "GET", "/flux", limite=limit, **({"depuis": cursor} if cursor else {}))
        seen += page["elements"]
        cursor = page["curseur"]
        if page["fin"]:
            return seen, str(cursor)


def _places(lines: list[dict[str, Any]]) -> list[tuple[int, str]]:
    return [(line["seq"], line["structure_id"]) for line in lines]


async def test_nobody_skips_or_sees_a_row_twice_while_writers_are_at_work(region: World) -> None:
    async def write(number: int) -> None:
        unit = await region.publish(f"Unité {number}")
        await region.change(unit, age_min=61 + number)
        await region.delete(unit)

    async def follow(done: asyncio.Event) -> list[dict[str, Any]]:
        seen: list[dict[str, Any]] = []
        cursor: str | None = None
        while True:
            last = done.is_set()
            more, cursor = await _all(region, 2, cursor)
            seen += more
            if last:
                return seen

    await region.login("lecteur")
    done = asyncio.Event()
    reader = asyncio.create_task(follow(done))
    await asyncio.gather(*(write(number) for number in range(WRITERS)))
    done.set()
    seen = await reader
    whole, _ = await _all(region, 500)
    assert _places(seen) == _places(whole)
    assert len(set(_places(seen))) == len(seen) == 3 * WRITERS
    assert [line["seq"] for line in seen] == list(range(1, 3 * WRITERS + 1))


async def test_each_line_holds_what_was_published_then_even_when_read_much_later(region: World) -> None:
    unit = await region.publish("Unité A")
    for age in (61, 62, 63):
        await region.change(unit, age_min=age)
    lines, _ = await _all(region, 1)
    assert [line["etat"]["age_min"] for line in lines] == [60, 61, 62, 63]


async def test_a_load_without_revisions_comes_first_with_all_its_structures(region: World) -> None:
    load = {"seq": 1, "le": START, "acteur": "Démonstration", "origine": "demonstration", "message": "Région"}
    async with region.database.write() as tx:
        await tx.execute(sa.insert(commits).values(load))
    unit = await region.publish("Unité A")
    lines, _ = await _all(region, 2)
    assert [line["seq"] for line in lines] == [1] * 6 + [2]
    assert lines[-1]["structure_id"] == unit
    assert {line["op"] for line in lines} == {"create"}
    assert len(set(_places(lines))) == 7
    assert {line["etat"]["nom"] for line in lines} >= {"Association Essai", "EHPAD Les Tilleuls", "Unité A"}
