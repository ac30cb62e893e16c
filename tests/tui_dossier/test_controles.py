"""The screen « Contrôles », by keyboard: findings by fiche, the field, the filter, the export, before sending."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from textual.widgets import Input

from ror_tui.screens.controles import ControlesScreen
from ror_tui.screens.differences import DifferencesScreen
from ror_tui.screens.fiche import FicheScreen
from ror_tui.texts import NBSP
from tests import world
from tests.tui_dossier.conftest import Desk, Open

WHO = "referent.ehpad"


def tree(desk: Desk) -> list[str]:
    """Give the lines of the tree without their margins."""
    return [line.replace(NBSP, " ").strip() for line in desk.tree()]


async def test_the_findings_of_a_dossier_lead_to_their_fields(region: world.World, sit: Open, tmp_path: Path) -> None:
    dossier = str((await region.open_dossier(WHO, world.EHPAD))["id"])
    one, two = await region.add(WHO, dossier, world.eg_id(world.EHPAD), count=2)
    await region.fill(WHO, dossier, one, nom="[/b] Les Mimosas")
    path = f"/dossiers/{dossier}/fiches/{two}"
    await region.ok(WHO, "PATCH", path, {"valeurs": world.COMPLETE | {"age_max": 10}}, version=1)
    async with sit(dossier=dossier) as desk:
        await desk.press("Q")
        assert desk.shows(ControlesScreen)
        assert desk.said("#resume").startswith("1 erreur · ")
        assert any("[/b] Les Mimosas" in line and "◐ en cours" in line for line in tree(desk))
        await desk.press("f")
        assert any("L'âge maximum est inférieur" in line for line in tree(desk))
        assert not any("Les Mimosas" in line for line in tree(desk))
        await desk.press("right_square_bracket")
        assert "erreur age_incoherent" in desk.said("#detail").replace(NBSP, " ")

        await desk.press("e", "c")
        file = tmp_path / "controles.csv"
        desk.app.screen.query_one(Input).value = str(file)
        await desk.press("enter")
        rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig")), delimiter=";"))
        assert {"age_incoherent", "nom_uo"} <= {row["Code"] for row in rows}

        await desk.press("enter")
        assert desk.shows(FicheScreen)
        assert "L'âge maximum est inférieur" in desk.words()
        assert "incomplète 8/9" in desk.said("#fiche-title").replace(NBSP, " ")


async def test_warnings_are_shown_before_a_dossier_is_sent_and_do_not_hold_it(region: world.World, sit: Open) -> None:
    dossier = str((await region.open_dossier(WHO, world.EHPAD))["id"])
    [unit] = await region.add(WHO, dossier, world.eg_id(world.EHPAD))
    await region.fill(WHO, dossier, unit)
    async with sit(dossier=dossier) as desk:
        await desk.press("v")
        assert desk.shows(DifferencesScreen)
        assert "avertissement des contrôles" in desk.words().replace("avertissements", "avertissement")
        await desk.press("v")
        assert "a_valider" in (await region.ok(WHO, "GET", f"/dossiers/{dossier}"))["etat"]
