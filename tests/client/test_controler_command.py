"""`ror-tui controler`, over the real server: what it says, and how it ends."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest

from ror_server.store.database import Database
from ror_tui import controler_command
from ror_tui.api_client.client import RorClient
from ror_tui.api_client.errors import RorError
from ror_tui.cli import CommandError
from ror_tui.settings import PASSWORD
from tests import world
from tests.world import EHPAD, HOPITAL, eg_id

WHO = "referent.ehpad"


@pytest.fixture
async def region(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[world.World]:
    """Run the application over the small region, the password given."""
    monkeypatch.setenv(PASSWORD, world.PASSWORD)
    database = Database(sqlite_url)
    async with world.running(database) as found:
        yield found
    await database.close()


async def control(region: world.World, *argv: str) -> int:
    """Run the command as the command line does."""
    client = RorClient("http://127.0.0.1:1", transport=region.http._transport)
    return await controler_command.act(client, controler_command.parse([*argv, "--identifiant", WHO]))


async def test_a_dossier_then_the_establishment_by_id_and_by_finess(
    region: world.World, capsys: pytest.CaptureFixture[str]
) -> None:
    dossier = str((await region.open_dossier(WHO, EHPAD))["id"])
    [unit] = await region.add(WHO, dossier, eg_id(EHPAD))
    assert await control(region, dossier) == 2
    said = capsys.readouterr().out.replace("\N{NO-BREAK SPACE}", " ")
    assert said.startswith("Peuplement de EHPAD Les Tilleuls\n")
    assert "  erreur : « Nom » est obligatoire : renseignez ce champ. (obligatoire) [nom]" in said.splitlines()

    await region.fill(WHO, dossier, unit)
    assert (await control(region, dossier), await control(region, dossier, "--strict")) == (0, 1)
    assert "(CP4)" in capsys.readouterr().out

    await region.step(WHO, dossier, "envoyer")
    await region.step("sesan", dossier, "valider")
    for cible in (str(eg_id(EHPAD)), EHPAD):
        assert await control(region, cible, "--json", "--erreurs") == 0
        told = json.loads(capsys.readouterr().out)
        assert (told["nom"], told["erreurs"], told["elements"]) == ("EHPAD Les Tilleuls", 0, [])
        assert told["avertissements"] > 0


async def test_what_cannot_be_controlled_is_said(region: world.World) -> None:
    with pytest.raises(CommandError, match="ni le numéro FINESS") as refused:
        await control(region, "EHPAD")
    assert refused.value.status == 3
    with pytest.raises(CommandError, match="Que contrôler") as refused:
        controler_command.parse(["--identifiant", WHO])
    assert refused.value.status == 3
    with pytest.raises(RorError):
        await control(region, str(eg_id(HOPITAL)))
