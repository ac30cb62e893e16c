"""Pictures of the main screens at 80×24, in three themes: compared with the committed ones, which the README shows.

`make pictures` draws them anew; look at the difference before committing it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from ror_tui.api_client.client import RorClient
from ror_tui.app import RorApp
from ror_tui.screens.recherche import RechercheScreen
from ror_tui.settings import Settings
from ror_tui.widgets.frame import StatusLine
from tests import offers, world
from tests.tui.conftest import ENDPOINT, settled, shown, sign_in, typed, until

FOLDER = Path(__file__).parent.parent.parent / "docs" / "images"
WRITE = os.environ.get("ROR_PICTURES") == "write"
THEMES = ("sombre", "clair", "ansi")

_FONTS = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)
"""The exported file asks a public site for its fonts: ours shows with those of the reader."""

Walk = Callable[[RorApp, Pilot[int], world.World], Awaitable[None]]


async def connexion(app: RorApp, pilot: Pilot[int], region: world.World) -> None:
    """The login screen, connected to a server."""
    await shown(pilot, "Bienvenue", "serveur")


async def repertoire(app: RorApp, pilot: Pilot[int], region: world.World) -> None:
    """The Répertoire, MSS ticked, a département unfolded."""
    await sign_in(app, pilot, "referent.hopital")
    await pilot.press("t", "down", "space", "enter")
    await shown(pilot, "MCO, MSS")
    await pilot.press("down", "right")
    await shown(pilot, "EHPAD Les Tilleuls")
    await pilot.press("down")
    await shown(pilot, f"FINESS {world.EHPAD}")


async def offres(app: RorApp, pilot: Pilot[int], region: world.World) -> None:
    """The Recherche: a criterion, what answers to it, the first one in words."""
    contact = offers.contact("2", nom="Alix Abadir", fonction="03")
    cardio: dict[str, Any] = {
        "type_uo": "149",
        "discipline": "MCO",
        "mode_prise_en_charge": "32",
        "age_min": 16,
        "activites": ["013"],
    }
    await offers.publish(region.database, "Unité de cardiologie", world.HOPITAL, publics=["09"], **cardio, **contact)
    await offers.publish(region.database, "Unité d'hébergement Alzheimer", age_min=60)
    await offers.publish(region.database, "Unité de rythmologie", world.HOPITAL, **cardio)
    await sign_in(app, pilot, "lecteur")
    await pilot.press("f9")
    await shown(pilot, "3 offres")
    await pilot.press("slash", *typed("cardiologie paris"), "enter")
    await shown(pilot, "2 offres")


async def dossier(app: RorApp, pilot: Pilot[int], region: world.World) -> None:
    """A hospital's dossier, half green."""
    who = "referent.hopital"
    opened = (await region.open_dossier(who, world.HOPITAL))["id"]
    [pole] = await region.add(who, opened, world.eg_id(world.HOPITAL), "pole")
    await region.fill(who, opened, pole, nom="Pôle Gériatrie")
    [service] = await region.add(who, opened, pole, "service")
    await region.fill(who, opened, service, nom="Service de médecine gériatrique")
    units = await region.add(who, opened, service, count=3)
    await region.fill(who, opened, units[0], nom="Unité d'hospitalisation gériatrique")
    version = (await region.ok(who, "GET", f"/dossiers/{opened}/fiches/{units[1]}"))["version"]
    values = {"valeurs": {"nom": "Unité de consultation", "discipline": "MCO", "type_uo": "69"}}
    await region.ok(who, "PATCH", f"/dossiers/{opened}/fiches/{units[1]}", values, version=version)
    await sign_in(app, pilot, who)
    await pilot.press("f7")
    await shown(pilot, "Peuplement de")
    await pilot.press("enter")
    await shown(pilot, "Pôle Gériatrie")
    await pilot.press("down", "right", "down", "right", "down")
    await shown(pilot, "Unité de consultation")


async def fiche(app: RorApp, pilot: Pilot[int], region: world.World) -> None:
    """The fiche of a unit, with an error under its field."""
    await dossier(app, pilot, region)
    await pilot.press("down", "enter")
    await shown(pilot, "Type d'UO")
    await pilot.press("f3")
    await shown(pilot, "est obligatoire")


async def validation(app: RorApp, pilot: Pilot[int], region: world.World) -> None:
    """What waits for SESAN."""
    who = "referent.ehpad"
    opened = (await region.open_dossier(who, world.EHPAD))["id"]
    [unit] = await region.add(who, opened, world.eg_id(world.EHPAD))
    await region.fill(who, opened, unit)
    await region.step(who, opened, "envoyer")
    await sign_in(app, pilot, "sesan")
    await pilot.press("f8")
    await shown(pilot, "Peuplement de", "Validation (1)")


async def aide(app: RorApp, pilot: Pilot[int], region: world.World) -> None:
    """The help of the Répertoire."""
    await sign_in(app, pilot, "lecteur")
    await until(pilot, lambda: "75" in app.screen.query_one(StatusLine).text)
    await pilot.press("f1")
    await shown(pilot, "Échap : fermer")


async def filtres(app: RorApp, pilot: Pilot[int], region: world.World) -> None:
    """The filters of the Répertoire, one of them on."""
    await repertoire(app, pilot, region)
    await pilot.press("f4")
    await shown(pilot, "Filtres du Répertoire")
    await pilot.press("down", "down", "space")
    await shown(pilot, "[x] Peuplement")


async def recherche(app: RorApp, pilot: Pilot[int], region: world.World) -> None:
    """The search above the Répertoire: a word typed with a mistake."""
    await repertoire(app, pilot, region)
    await pilot.press("ctrl+f", *"ehpd")
    screen = app.screen
    assert isinstance(screen, RechercheScreen)
    await until(pilot, lambda: bool(screen.results) and screen.results[0].plages == [(0, len("EHPAD"))])
    await shown(pilot, "2 résultats")


WALKS: dict[str, Walk] = {
    walk.__name__: walk
    for walk in (connexion, repertoire, recherche, filtres, offres, dossier, fiche, validation, aide)
}


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", list(WALKS))
async def test_a_screen_looks_as_in_its_committed_picture(region: world.World, name: str, theme: str) -> None:
    app = RorApp(Settings(theme=theme), ENDPOINT)
    app.client = RorClient(ENDPOINT, transport=region.http._transport)
    async with app.run_test(size=(80, 24), notifications=False) as pilot:
        await WALKS[name](app, pilot, region)
        await (pilot.pause() if app.screen.is_modal else settled(app, pilot))  # the question holds its worker
        drawn = _FONTS.sub("", app.export_screenshot(title="ror-tui"))
    file = FOLDER / (f"{name}.svg" if theme == "sombre" else f"{name}-{theme}.svg")
    if WRITE:
        file.write_text(drawn, encoding="utf-8")
    assert file.read_text(encoding="utf-8") == drawn, f"{file.name} differs: `make pictures`, then look at it"
