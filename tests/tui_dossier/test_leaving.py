"""Whatever leaves a screen with something typed asks first, and every answer does what it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from ror_tui.screens.connexion import ReconnexionScreen
from ror_tui.screens.fiche import FicheScreen
from ror_tui.screens.lits import LitsScreen
from ror_tui.screens.palette import PaletteScreen
from ror_tui.widgets.dialogs import Choose
from tests import world
from tests.tui_dossier.conftest import Desk, Open
from tests.tui_dossier.test_lits import EG

EXITS = {
    "échap": ["escape"],
    "quitter": ["ctrl+q"],
    "recherche": ["f9"],
    "répertoire": ["f6"],
    "dossiers": ["f7"],
    "validation": ["f8"],
    "palette": ["ctrl+p", *"quitter", "enter"],
}


async def asked_at_each_exit(desk: Desk, screen: type[FicheScreen | LitsScreen]) -> None:
    """Try every exit: each asks, and staying leaves all as it was."""
    for name, keys in EXITS.items():
        await desk.press(*keys)
        await desk.until(lambda: desk.shows(Choose) or desk.shows(PaletteScreen))
        assert desk.shows(Choose), name
        said = desk.words()
        for answer in ("Enregistrer", "Garder le brouillon", "Abandonner la saisie", "Rester"):
            assert answer in said, (name, answer)
        await desk.press("r")
        await desk.until(lambda: desk.shows(screen))


async def test_every_exit_of_a_fiche_asks(region: world.World, sit: Open) -> None:
    dossier = str((await region.open_dossier("referent.ehpad", world.EHPAD))["id"])
    [fiche] = await region.add("referent.ehpad", dossier, EG)
    async with sit(dossier=dossier, fiche=fiche) as desk:
        await desk.write("Unité A")
        await asked_at_each_exit(desk, FicheScreen)
        assert "● modifié" in desk.said("#fiche-title")


async def test_every_exit_of_the_beds_asks(region: world.World, sit: Open) -> None:
    await region.publish("Unité A")
    async with sit("lits") as desk:
        desk.app.open_lits(EG)
        await desk.settle()
        await desk.press(*"20")
        await asked_at_each_exit(desk, LitsScreen)
        assert "20" in desk.words()


def contents(folder: Path) -> dict[str, bytes]:
    return {one.name: one.read_bytes() for one in folder.rglob("*") if one.is_file()}


@pytest.mark.parametrize("journal", [True, False])
async def test_a_password_is_in_no_file_of_the_client(
    region: world.World, sit: Open, tmp_path: Path, journal: bool
) -> None:
    dossier = str((await region.open_dossier("referent.ehpad", world.EHPAD))["id"])
    [fiche] = await region.add("referent.ehpad", dossier, EG)
    async with sit(dossier=dossier, fiche=fiche, journal=journal) as desk:
        await desk.write("Unité A")
        region.clock.forward(days=30)
        await desk.press("f2")  # the session is over: the password is asked again
        assert desk.shows(ReconnexionScreen)
        await desk.write(world.PASSWORD)
        await desk.press("enter")
        await desk.until(lambda: desk.shows(FicheScreen))
        if journal:
            await desk.app.journal.keep_now()
        kept = contents(tmp_path)
        assert not [name for name, content in kept.items() if world.PASSWORD.encode() in content]
        assert ("saisies.db" in kept) is journal
