"""`ror-tui flux`: the change feed as JSON lines, over the real server."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from ror_server.store import paging
from ror_server.store.database import Database
from ror_tui import flux_command
from ror_tui.api_client.client import RorClient
from ror_tui.api_client.errors import Gone
from ror_tui.cli import CommandError, main
from ror_tui.services import session
from tests import world


@pytest.fixture
async def region(sqlite_url: str) -> AsyncIterator[world.World]:
    """Run the server over the small region."""
    database = Database(sqlite_url)
    async with world.running(database) as found:
        yield found
    await database.close()


async def _run(region: world.World, capsys: pytest.CaptureFixture[str], file: Path) -> list[dict[str, Any]]:
    client = RorClient("http://127.0.0.1:1", transport=region.http._transport)
    await session.connecter(client, "lecteur", SecretStr(world.PASSWORD))
    assert await flux_command.follow(client, flux_command.kept(file), file) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


async def test_what_was_published_is_written_once_and_resumed(
    region: world.World, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "curseur.txt"
    unit = await region.publish("Unité A")
    [line] = await _run(region, capsys, file)
    assert (line["structure_id"], line["op"], line["etat"]["nom"]) == (unit, "create", "Unité A")
    assert await _run(region, capsys, file) == []
    await region.delete(unit)
    [gone] = await _run(region, capsys, file)
    assert (gone["op"], gone["etat"]) == ("delete", None)


async def test_a_cursor_of_another_database_is_refused(
    region: world.World, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "curseur.txt"
    await region.publish("Unité A")
    await _run(region, capsys, file)
    await region.publish("Unité B")
    text = file.read_text()
    where, structure = paging.decode(text.strip())
    file.write_text(paging.encode(f"{where[:-4]}0000", structure))
    with pytest.raises(Gone):
        await _run(region, capsys, file)


def test_it_needs_an_account_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["flux"]) == 2
    assert "Avec quel compte" in capsys.readouterr().err


def test_a_cursor_file_that_cannot_be_read_is_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "curseur.txt"
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(CommandError, match="curseur"):
        flux_command.kept(file)
