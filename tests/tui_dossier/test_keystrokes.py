"""How many keys it takes to describe an EHPAD with four units, from the login to « envoyé »."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from ror_tui.api_client.client import RorClient
from ror_tui.app import RorApp
from ror_tui.screens.differences import DifferencesScreen
from ror_tui.screens.dossier import DossierScreen
from ror_tui.screens.fiche import FicheScreen
from ror_tui.screens.recherche import RechercheScreen
from ror_tui.settings import Settings
from ror_tui.widgets.form import FormView
from tests import world
from tests.tui_dossier.conftest import Desk

WHO = "referent.ehpad"
UNITS = 4
VALUES = {
    "discipline": "mss",
    "type_uo": "56",
    "age_min": "60",
    "mode_prise_en_charge": "46",
    "activites": "293",
    "temporalite_accueil": "perm",
}
"""What is typed in each field that must be filled."""
MOST, MOST_PER_UNIT = 260, 15


@dataclass
class Hands:
    """Somebody who types, and counts."""

    desk: Desk
    keys: int = 0
    units: list[int] = field(default_factory=list)

    async def press(self, *keys: str) -> None:
        """Press keys, counted."""
        self.keys += len(keys)
        await self.desk.press(*keys)

    @property
    def form(self) -> FormView:
        """The form in front."""
        return self.desk.app.screen.query_one(FormView)

    async def describe(self) -> None:
        """Fill the fiche in front, one field after the other, and finalise it."""
        before, typed = self.keys, 0
        await self.press("f4")
        while self.form.missing():
            champ = self.form.focused_champ
            assert champ is not None
            typed += len(VALUES[champ.id])
            await self.press(*VALUES[champ.id], "enter")
        await self.press("f3")
        assert "● finalisée" in self.desk.said("#fiche-title")
        self.units.append(self.keys - before - typed)


async def test_an_ehpad_with_four_units_takes_few_keys(region: world.World, capsys: pytest.CaptureFixture[str]) -> None:
    app = RorApp(Settings(), "http://127.0.0.1")
    app.client = RorClient("http://127.0.0.1", transport=region.http._transport)
    async with app.run_test(size=(80, 24)) as pilot:
        hands = Hands(Desk(app, pilot))
        await hands.desk.settle()
        await hands.press(*WHO, "tab", *world.PASSWORD, "enter")
        await hands.press("ctrl+f")
        assert hands.desk.shows(RechercheScreen)
        await hands.press(*"ehpad")
        await hands.press("ctrl+d")
        assert hands.desk.shows(DossierScreen), hands.desk.text()
        await hands.press("n", *str(UNITS), "enter", "enter")
        for unit in range(UNITS):
            assert hands.desk.shows(FicheScreen), hands.desk.text()
            await hands.describe()
            if unit < UNITS - 1:
                await hands.press("f4")
        await hands.press("escape", "v")
        assert hands.desk.shows(DifferencesScreen), hands.desk.text()
        await hands.press("v")
        assert "attend SESAN" in hands.desk.words()
    with capsys.disabled():
        said = f"{hands.keys} touches du login à « envoyé », {max(hands.units)} au plus par unité hors valeurs"
        print(f"\n{said}")  # noqa: T201  # the figure is asked for
    assert hands.keys <= MOST
    assert max(hands.units) <= MOST_PER_UNIT
