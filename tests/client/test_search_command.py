"""`ror-tui recherche`: the Recherche from a script, over the real server."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from ror_server.store.database import Database
from ror_tui import cli, search_command
from ror_tui.api_client.client import RorClient
from ror_tui.api_client.errors import Invalid, Unauthorized
from ror_tui.services.export import ExportExistsError
from ror_tui.settings import PASSWORD
from tests import offers, world


@pytest.fixture
async def region(sqlite_url: str) -> AsyncIterator[world.World]:
    database = Database(sqlite_url)
    async with world.running(database) as found:
        await offers.publish(database, "Unité A", **offers.contact("1", nom="Alix"))
        await offers.publish(database, "Unité B", world.HOPITAL, age_min=0, professions=["G15-60"])
        yield found
    await database.close()


async def ask(region: world.World, monkeypatch: pytest.MonkeyPatch, *argv: str, password: str = world.PASSWORD) -> None:
    """Run what the command line says over the small region."""
    monkeypatch.setenv(PASSWORD, password)
    options = search_command.parse(["--identifiant", "lecteur", *argv])
    order = search_command.order_of(options)
    client = RorClient("http://127.0.0.1:1", transport=region.http._transport)
    await search_command.search(client, order)


async def test_the_first_lines_and_the_count_are_printed(
    region: world.World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    await ask(region, monkeypatch)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(" · ")[0] for line in lines] == ["Unité A", "Unité B", "2 offres"]
    await ask(region, monkeypatch, "--quoi", "professionnels", "--texte", "infirmier")
    assert "Infirmier · Unité B" in capsys.readouterr().out


async def test_json_gives_one_object_a_line_over_all_pages(
    region: world.World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    defaults: dict[str, Any] = {"curseur": None, "limite": 1}
    monkeypatch.setattr("ror_tui.api_client.offres.OffresResource.chercher.__kwdefaults__", defaults)
    await ask(region, monkeypatch, "--json", "--types", "56, 40", "--age", "61")
    assert [json.loads(line)["nom"] for line in capsys.readouterr().out.splitlines()] == ["Unité A", "Unité B"]


async def test_a_file_is_written_and_never_over_another(
    region: world.World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "offres.csv"
    await ask(region, monkeypatch, "--csv", str(file), "--age", "10")
    assert "1 ligne écrite" in capsys.readouterr().out
    assert "Unité B" in file.read_text(encoding="utf-8-sig")
    with pytest.raises(ExportExistsError, match="existe déjà"):
        await ask(region, monkeypatch, "--csv", str(file))
    await ask(region, monkeypatch, "--csv", str(file), "--remplacer")
    assert len(file.read_text(encoding="utf-8-sig").splitlines()) == 3


async def test_refusals_are_those_of_the_server(region: world.World, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Invalid, match=r"rien.* n'existe pas"):
        await ask(region, monkeypatch, "--types", "rien")
    with pytest.raises(Unauthorized):
        await ask(region, monkeypatch, password="faux")


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["recherche"], "Avec quel compte"),
        (["recherche", "--quoi", "rien"], "--quoi"),
        (["recherche", "--identifiant", "x"], "À quel serveur"),
        (["recherche", "--identifiant", "x", "--serveur", "http://127.0.0.1:1", "--age", "vieux"], "--age"),
        (["recherche", "--identifiant", "x", "--rien"], "--rien"),
        (["recherche", "--identifiant", "x", "--csv", "a", "--json"], "--json"),
    ],
)
def test_a_command_that_means_nothing_is_refused_with_a_sentence(
    argv: list[str], said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(PASSWORD, "x")
    assert cli.main(argv) == 2
    captured = capsys.readouterr()
    assert (captured.out, said in captured.err) == ("", True)


def test_a_server_that_does_not_answer_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(PASSWORD, "x")
    argv = ["recherche", "--identifiant", "x", "--serveur", "http://127.0.0.1:9"]
    assert cli.main(argv) == 2
    assert "ne répond pas" in capsys.readouterr().err
