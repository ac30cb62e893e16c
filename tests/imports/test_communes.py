"""Importing where communes are: several official headers, nothing of a file that is wrong."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
import sqlalchemy as sa

from ror_server.cli import main
from ror_server.imports.communes import parse
from ror_server.imports.source import RefusedFileError
from ror_server.store import communes
from ror_server.store.database import Database
from ror_server.store.tables import communes as table


@pytest.mark.parametrize(
    "text",
    [
        "code;latitude;longitude\n01001;46.15;4.92\n",
        "code_commune_INSEE,nom,latitude,longitude\n1001,Abergement,46.15,4.92\n",
        '"Code INSEE"\tLat\tLng\n01001\t46,15\t4,92\n\n',
    ],
)
def test_several_official_headers_are_understood(text: str) -> None:
    [(code, where)] = parse(text)
    assert (code, where.latitude, where.longitude) == ("01001", 46.15, 4.92)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "n'a pas de colonne code, latitude, longitude"),
        ("code;lat\n01001;46\n", "n'a pas de colonne longitude"),
        ("code;lat;lon\n", "aucune commune"),
        ("code;lat;lon\nParis;48;2\n", "ligne 2 : « PARIS » n'est pas un code INSEE"),
        ("code;lat;lon\n01001;x;2\n", "ne sont pas des nombres"),
        ("code;lat;lon\n01001;657000;2\n", "ne sont pas en degrés"),
        ("code;lat;lon\n01001;46\n", "il manque des colonnes"),
        ("code;lat;lon\n" + "01001;x;2\n" * 30, "et 10 de plus"),
    ],
)
def test_a_file_that_is_wrong_is_refused_whole(text: str, said: str) -> None:
    with pytest.raises(RefusedFileError, match=said):
        parse(text)


async def _stored(url: str, code: str) -> tuple[float, str]:
    database = Database(url)
    async with database.read() as tx:
        row = (await tx.execute(sa.select(table).where(table.c.code == code))).one()
    await database.close()
    return row.latitude, row.source


def test_the_command_completes_and_replaces(
    sqlite_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "communes.csv"
    file.write_text("code;latitude;longitude\n01001;46.15;4.92\n01004;45.5;5.5\n")
    assert main(["import", "communes", str(file), "--database", sqlite_url]) == 0
    assert "2 communes situées" in capsys.readouterr().out
    assert asyncio.run(_stored(sqlite_url, "01004")) == (45.5, "communes.csv")
    file.write_text("rien")
    assert main(["import", "communes", str(file), "--database", sqlite_url]) == 2
    assert "rien n'a été importé" in capsys.readouterr().err.lower()
    assert main(["import", "communes", str(tmp_path / "absent"), "--database", sqlite_url]) == 2


async def test_a_commune_is_found_where_it_was_put(database: Database) -> None:
    async with database.write() as tx:
        await communes.put(tx, parse("code;lat;lon\n75056;1;2\n"), "essai")
    async with database.read() as tx:
        found = await communes.locate(tx, "75056")
        assert found is not None
        assert (found.latitude, found.longitude) == (1, 2)
        assert await communes.locate(tx, "99999") is None
