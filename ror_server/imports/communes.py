"""Import of where communes are, out of an official CSV (IGN, INSEE, data.gouv): all of a file or nothing of it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from ror_server.domain.distance import Point, point
from ror_server.domain.words import fold
from ror_server.imports import whole
from ror_server.imports.source import RefusedFileError
from ror_server.store import communes
from ror_server.store.database import Database
from ror_server.store.migrate import migrate

HEADERS = {
    "code": ("code", "code insee", "insee", "insee com", "code commune", "code commune insee", "codgeo", "com"),
    "latitude": ("latitude", "lat", "latitude centre", "latitude mairie", "centroid lat"),
    "longitude": ("longitude", "lon", "lng", "long", "longitude centre", "longitude mairie", "centroid lon"),
}
"""Headers that are understood, folded, the best one first."""

_CODE = re.compile(r"[0-9][0-9AB][0-9]{3}")


def run(path: Path, url: str) -> int:
    """Import a file and say what happened.

    Args:
        path: CSV with a header that names the INSEE code, the latitude and the longitude, in degrees.
        url: The database; its schema is made or brought up to date.

    Returns:
        The exit code of the command (see `whole.run`).
    """
    return whole.run(_import(path, url))


def parse(text: str) -> list[tuple[str, Point]]:
    """Read a file.

    Raises:
        RefusedFileError: A column is missing, or lines are wrong; the text says which.
    """
    head = text.partition("\n")[0]
    separator = max(";,\t", key=head.count)
    reader = csv.reader(io.StringIO(text), delimiter=separator)
    columns = _columns([fold(name) for name in next(reader, [])])
    found: dict[str, Point] = {}
    faults = []
    for number, row in enumerate(reader, 2):
        if not any(row):
            continue
        read = _read(row, columns)
        if isinstance(read, str):
            faults.append(f"ligne {number} : {read}.")
        else:
            found[read[0]] = read[1]
    if faults or not found:
        raise whole.refused("Ce fichier est refusé, rien n'a été importé :", faults or ["aucune commune."])
    return list(found.items())


def _columns(headers: Sequence[str]) -> dict[str, int]:
    places = {name: next(_known(headers, names), None) for name, names in HEADERS.items()}
    missing = [name for name, place in places.items() if place is None]
    if missing:
        raise RefusedFileError(
            f"Ce fichier n'a pas de colonne {', '.join(missing)} : la première ligne doit nommer code, latitude et "
            "longitude. Rien n'a été importé."
        )
    return {name: place for name, place in places.items() if place is not None}


def _known(headers: Sequence[str], names: Sequence[str]) -> Iterator[int]:
    return (headers.index(name) for name in names if name in headers)


def _read(row: Sequence[str], columns: dict[str, int]) -> tuple[str, Point] | str:
    if len(row) <= max(columns.values()):
        return "il manque des colonnes"
    code = row[columns["code"]].strip().upper().zfill(5)
    if not _CODE.fullmatch(code):
        return f"« {code[:20]} » n'est pas un code INSEE de commune"
    try:
        latitude, longitude = (float(row[columns[name]].replace(",", ".")) for name in ("latitude", "longitude"))
    except ValueError:
        return f"les coordonnées de {code} ne sont pas des nombres"
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return f"les coordonnées de {code} ne sont pas en degrés"
    return code, point(latitude, longitude)


async def _import(path: Path, url: str) -> list[str]:
    rows = parse(whole.text(path))
    database = Database(url)
    try:
        await migrate(database)
        async with database.write() as tx:
            await communes.put(tx, rows, path.name[:60])
    finally:
        await database.close()
    return [f"{len(rows)} communes situées : la Recherche sait compter les distances autour d'elles."]
