"""Where communes are: those that ship with the server, those that an administrator imported."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.domain.distance import Point, chord_squared, latitudes, point
from ror_server.store.tables import communes

NEAR = 2.0
"""Kilometres of the first ring: some thousand offers in the middle of a big town."""

SHIPPED = "GeoNames, CC BY 4.0"


@dataclass(frozen=True, slots=True)
class Ring:
    """From some kilometres, these left out (None: from the centre on), to some kilometres, these taken in."""

    outer: float
    inner: float | None = None


def rings(distance: float) -> list[Ring]:
    """Cut what lies at less than so many kilometres into rings, from the centre outwards, each twice as wide."""
    bounds: list[float] = []
    while not bounds or bounds[-1] < distance:
        bounds.append(min(distance, bounds[-1] * 2 if bounds else NEAR))
    return [Ring(outer, inner) for outer, inner in zip(bounds, (None, *bounds), strict=False)]


def shipped() -> Iterator[tuple[str, Point]]:
    """Read the communes that ship with the server (`nomenclatures/data/communes.csv`)."""
    text = (files("ror_server.nomenclatures") / "data" / "communes.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines(), delimiter=";"):
        yield row["code"], point(float(row["latitude"]), float(row["longitude"]))


async def put(tx: AsyncConnection, rows: Sequence[tuple[str, Point]], source: str) -> None:
    """Write communes, instead of what was known of them."""
    if not rows:
        return
    await tx.execute(
        sa.delete(communes).where(communes.c.code == sa.bindparam("known")), [{"known": c} for c, _ in rows]
    )
    await tx.execute(sa.insert(communes), [_row(code, where, source) for code, where in rows])


async def load_shipped(tx: AsyncConnection) -> None:
    """Write the communes that ship with the server, but for those that are known already."""
    known = set((await tx.execute(sa.select(communes.c.code))).scalars())
    rows = [_row(code, where, SHIPPED) for code, where in shipped() if code not in known]
    if rows:
        await tx.execute(sa.insert(communes), rows)


def _row(code: str, where: Point, source: str) -> dict[str, object]:
    return {"code": code, "source": source} | {name: getattr(where, name) for name in Point.__slots__}


async def locate(tx: AsyncConnection, code: str) -> Point | None:
    """Give where a commune is, None when it is not known."""
    row = (await tx.execute(sa.select(communes).where(communes.c.code == code))).one_or_none()
    return Point(row.latitude, row.longitude, row.x, row.y, row.z) if row else None


def squared(centre: Point) -> sa.ColumnElement[float]:
    """Give the square of the straight line from a place to a commune, on the sphere of radius 1."""
    gaps = (communes.c.x - centre.x, communes.c.y - centre.y, communes.c.z - centre.z)
    total: sa.ColumnElement[float] = gaps[0] * gaps[0] + gaps[1] * gaps[1] + gaps[2] * gaps[2]
    return total


def around(centre: Point, ring: Ring) -> sa.Select[tuple[str]]:
    """Select the codes of the communes that stand in a ring around a place."""
    south, north = latitudes(centre, ring.outer)
    far = squared(centre)
    inside = [communes.c.latitude.between(south, north), far <= chord_squared(ring.outer)]
    if ring.inner is not None:
        inside.append(far > chord_squared(ring.inner))
    return sa.select(communes.c.code).where(*inside)
