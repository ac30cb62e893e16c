"""`ror-tui lits`, over the real server: what it says, what it writes, and how it ends."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from uuid import UUID

import pytest

from ror_server.store.database import Database
from ror_tui import lits_command
from ror_tui.api_client.client import RorClient
from ror_tui.api_client.errors import Stale
from ror_tui.cli import CommandError
from ror_tui.services import lits as services
from ror_tui.services.lits import Lits
from ror_tui.services.lits.ordre import OrdreError, lire
from ror_tui.settings import PASSWORD
from tests import world
from tests.world import EHPAD, eg_id

PATH = f"/structures/{eg_id(EHPAD)}/lits"


@pytest.fixture
async def region(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[world.World]:
    """Run the application over the small region, the password given."""
    monkeypatch.setenv(PASSWORD, world.PASSWORD)
    database = Database(sqlite_url)
    async with world.running(database) as found:
        yield found
    await database.close()


async def lits(region: world.World, *argv: str, who: str = "lits") -> int:
    """Run the command as the command line does."""
    client = RorClient("http://127.0.0.1:1", transport=region.http._transport)
    return await lits_command.act(client, lits_command.parse([*argv, "--identifiant", who]))


def said(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out.replace("\N{NO-BREAK SPACE}", " ")


async def test_the_figures_of_a_day_are_typed_read_and_confirmed(
    region: world.World, capsys: pytest.CaptureFixture[str]
) -> None:
    unit = await region.publish("Unité d'Été")
    other = await region.publish("Unité B")
    assert await lits(region, "montrer", EHPAD, "--strict") == 1
    assert "Unité d'Été : aucun chiffre" in said(capsys)

    figures = (
        "unite d'ete:installés=20",
        "unite d'ete:disponibles=25",
        "unite d'ete:fermés/02=2",
        f"{other[:8]}:places/installes=6",
    )
    assert await lits(region, "saisir", EHPAD, *figures) == 0
    told = said(capsys)
    assert "2 unités enregistrées." in told
    assert f"{unit[:8]} · Unité d'Été : 20 lits installés, 25 lits disponibles, 2 lits fermés (" in told
    assert "! Disponibles et occupés : 25 lits" in told
    assert "6 places installées" in told
    assert "LITS · saisie manuelle" in told

    region.clock.forward(hours=25)
    region.tokens.clear()
    assert await lits(region, "montrer", str(eg_id(EHPAD)), "--strict") == 1
    assert await lits(region, "saisir", EHPAD, "Unité d'Été:fermés=-", "Unité d'Été:disponibles=3", "--reconduire") == 0
    said(capsys)
    assert await lits(region, "montrer", EHPAD, "--strict", "--json") == 0
    units = {one["nom"]: one for one in json.loads(said(capsys))["unites"]}
    counts = {one["statut"]: one["nombre"] for one in units["Unité d'Été"]["capacites"]}
    assert (counts, units["Unité B"]["version"]) == ({"01": 20, "02": 3}, 2)


async def test_what_another_one_types_at_the_same_time_is_never_written_over(
    region: world.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    unit = await region.publish("Unité A")
    await lits(region, "saisir", EHPAD, "Unité A:installés=20", "Unité A:disponibles=3")
    opened = services.ouvrir

    def other_types(**numbers: int) -> None:
        """Let somebody else type between the reading and the writing of the command."""

        async def ouvrir(client: RorClient, structure_id: UUID) -> Lits:
            found = await opened(client, structure_id)
            version = found.releve.unites[0].version
            figures = [{"statut": statut[1:], "nombre": nombre} for statut, nombre in numbers.items()]
            body = {"unites": [{"id": unit, "version": version, "capacites": figures}]}
            await region.ok("referent.ehpad", "PUT", PATH, body)
            return found

        monkeypatch.setattr(services, "ouvrir", ouvrir)

    other_types(s01=21, s02=3)
    assert await lits(region, "saisir", EHPAD, "Unité A:disponibles=5") == 0
    other_types(s01=21, s02=9)
    with pytest.raises(Stale):
        await lits(region, "saisir", EHPAD, "Unité A:disponibles=7")
    [left] = (await region.ok("lits", "GET", PATH))["unites"]
    assert {one["statut"]: one["nombre"] for one in left["capacites"]} == {"01": 21, "02": 9}


async def test_what_cannot_be_typed_says_why_and_writes_nothing(region: world.World) -> None:
    await region.publish("Unité A")
    for argv, why in (
        (["Unité Z:installés=3"], "n'est pas une unité ici"),
        (["Unité A:ouverts=3"], "Un chiffre s'écrit"),
        (["Unité A:installés=beaucoup"], "Un chiffre s'écrit"),
        (["Unité A:installés=3", "Unité A:fermés=3"], "dites le type"),
        (["Unité A:places/supplémentaires=3"], "ne se dit que de lits"),
    ):
        with pytest.raises(OrdreError, match=why):
            await lits(region, "saisir", EHPAD, *argv)
    with pytest.raises(OrdreError, match="il faut un compte"):
        await lits(region, "saisir", EHPAD, "Unité A:installés=3", who="lecteur")
    with pytest.raises(CommandError, match="Quel chiffre saisir") as refused:
        await lits(region, "saisir", EHPAD)
    assert refused.value.status == 2
    with pytest.raises(CommandError, match="ni le numéro FINESS"):
        await lits(region, "montrer", "EHPAD")
    for argv in ([], ["peser", EHPAD], ["montrer"]):
        with pytest.raises(CommandError, match="lits --help"):
            lits_command.parse(argv)
    assert [one["capacites"] for one in (await region.ok("lits", "GET", PATH))["unites"]] == [[]]


def test_a_figure_is_read_whatever_its_accents_and_spaces() -> None:
    one = lire(" Unité : du soir:Places / INSTALLES = 12")
    assert (one.unite, one.nature, one.statut, one.type, one.nombre) == ("Unité : du soir", "02", "01", "", 12)
