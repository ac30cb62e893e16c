"""Distances on the globe: points on a sphere, so that a database compares them with products only."""

from __future__ import annotations

from dataclasses import dataclass
from math import asin, cos, degrees, radians, sin, sqrt

EARTH_KM = 6371.0088
"""Mean radius."""


@dataclass(frozen=True, slots=True)
class Point:
    """A place, in degrees and on a sphere of radius 1."""

    latitude: float
    longitude: float
    x: float
    y: float
    z: float


def point(latitude: float, longitude: float) -> Point:
    """Put a place on the sphere.

    Args:
        latitude: Degrees, north is positive.
        longitude: Degrees, east is positive.
    """
    north, east = radians(latitude), radians(longitude)
    return Point(latitude, longitude, cos(north) * cos(east), cos(north) * sin(east), sin(north))


def chord_squared(kilometres: float) -> float:
    """Give the square of the straight line, on the sphere of radius 1, under so many kilometres on the ground."""
    return (2 * sin(kilometres / EARTH_KM / 2)) ** 2


def kilometres(squared: float) -> float:
    """Give the kilometres on the ground over a straight line, by its square: the haversine formula."""
    return 2 * EARTH_KM * asin(min(1.0, sqrt(squared) / 2))


def latitudes(centre: Point, distance: float) -> tuple[float, float]:
    """Give the latitudes between which lies everything at less than so many kilometres."""
    spread = degrees(distance / EARTH_KM)
    return centre.latitude - spread, centre.latitude + spread
