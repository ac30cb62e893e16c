"""The place where the main job is done, end to end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.place import Establishment, Place, add_user, command, finess_rows
from tests.processes import server_process


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """Import rows of FINESS, make the accounts, start the server."""
    rows = finess_rows()
    stock = tmp_path / "etalab-cs1100502-stock.csv"
    stock.write_text("\n".join(["finess;etalab;111;2021-01-08", *(";".join(row) for row in rows)]) + "\n")
    database = str(tmp_path / "ror.db")
    command("import", "finess", str(stock), "--database", database, "--rapport", str(tmp_path / "rapport.csv"))
    ehpad, hospital = (
        next(Establishment(row[1], row[3]) for row in rows if row[18] == category) for category in ("500", "355")
    )
    add_user(database, "ref.ehpad", "--role", "referent", "--finess", ehpad.finess)
    add_user(database, "ref.hopital", "--role", "referent", "--finess", hospital.finess)
    add_user(database, "direction", "--role", "direction", "--finess", hospital.finess)
    add_user(database, "sesan", "--role", "validateur", "--region")
    with server_process(database) as server:
        server.start()
        yield Place(server, ehpad, hospital)
