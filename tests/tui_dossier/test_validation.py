"""Deciding fiche by fiche, the follow-up, taking up again, where the dossier is: what each one sees and presses."""

from __future__ import annotations

import pytest

from ror_tui.screens.differences import DifferencesScreen
from ror_tui.screens.dossier import DossierScreen
from ror_tui.screens.suivi import SuiviScreen
from ror_tui.screens.tri import TriScreen
from tests import world
from tests.tui_dossier.conftest import Open

WHO = "referent.ehpad"


async def sent(region: world.World, count: int = 3) -> tuple[str, list[str]]:
    """Send a dossier of new units to SESAN."""
    dossier = (await region.open_dossier(WHO, world.EHPAD))["id"]
    units = await region.add(WHO, dossier, world.eg_id(world.EHPAD), count=count)
    for rank, unit in enumerate(units):
        await region.fill(WHO, dossier, unit, nom=f"Unité {rank}")
    await region.step(WHO, dossier, "envoyer")
    return dossier, units


async def test_a_validator_refuses_one_fiche_and_publishes_the_rest(region: world.World, sit: Open) -> None:
    dossier, (first, _, third) = await sent(region)
    async with sit("sesan", dossier=dossier) as desk:
        await desk.press("D")
        assert desk.shows(TriScreen)
        assert [row[:11].rstrip() for row in desk.rows()] == ["✓ acceptée"] * 3
        await desk.press("down", "space")
        await desk.write("Le type ne va pas.")
        await desk.press("f2")
        assert desk.rows()[1].startswith("⊗ refusée  Unité 1 UO · nouveau – Le type ne va pas.")
        assert "2 fiches acceptées · 1 refusée → « Suite de Peuplement de EHPAD Les Tilleuls »" in desk.words()
        await desk.press("v")
        assert "2 fiches seront publiées dans le Répertoire." in desk.words()
        assert "Unité 1 : Le type ne va pas." in desk.words()
        await desk.press("o")
        assert desk.shows(DossierScreen)
        assert "intégré au Répertoire" in desk.said("#header")
    published = await region.ok("lecteur", "GET", "/repertoire", par="departement", sous=str(world.eg_id(world.EHPAD)))
    assert {line["id"] for line in published["elements"]} == {first, third}


async def test_the_author_reads_why_on_the_fiche_and_in_the_tree(region: world.World, sit: Open) -> None:
    dossier, (_, second, _) = await sent(region)
    refused = {"fiches": [{"structure_id": second, "motif": "Le type [/x] ne va pas."}]}
    await region.step("sesan", dossier, "refuser", refused)
    async with sit(WHO, dossier=dossier) as desk:
        assert "Ce dossier a été refusé : « Unité 1 » : Le type [/x] ne va pas." in desk.words()
        await desk.press("down", "down")
        assert ("⊗ Unité 1" in desk.tree()[2], "refusée" in desk.tree()[2]) == (True, True)
        assert desk.said("#status").replace("\N{NO-BREAK SPACE}", " ").startswith("refusée par SESAN : Le type [/x]")
        await desk.press("enter")
        assert "Fiche refusée par SESAN : « Le type [/x] ne va pas. »" in desk.words()
        assert "⊗ refusée" in desk.said("#fiche-title")


async def test_a_fiche_refused_while_reading_the_differences_is_decided_with_the_rest(
    region: world.World, sit: Open
) -> None:
    dossier, _ = await sent(region, 2)
    async with sit("sesan", dossier=dossier) as desk:
        await desk.press("v")
        assert desk.shows(DifferencesScreen)
        await desk.press("r")
        await desk.write("Doublon.")
        await desk.press("f2")
        assert "1 fiche refusée" in desk.said("#status")
        await desk.press("v")
        assert desk.shows(TriScreen)
        assert sum("Doublon." in row for row in desk.rows()) == 1
        await desk.press("K")
        assert "à corriger" in desk.said("#header")


async def test_what_cannot_be_decided_says_why(region: world.World, sit: Open) -> None:
    dossier, _ = await sent(region, 1)
    async with sit("sesan", dossier=dossier) as desk:
        await desk.press("D", "v")
        assert "Aucune fiche n'est refusée" in desk.said("#status")
        await desk.press("K")
        assert "Refusez d'abord une fiche" in desk.said("#status")
        await desk.press("space")
        await desk.write("Non.")
        await desk.press("f2", "v")
        assert "Rien ne peut être publié sans ce qui est refusé" in desk.said("#status")
        await desk.press("a")
        assert "Accepter le reste et le publier" in desk.words()
    async with sit(WHO, dossier=dossier) as desk:
        await desk.press("D")
        assert "Votre compte ne peut pas le faire" in desk.words()


async def test_an_abandoned_dossier_is_taken_up_again(region: world.World, sit: Open) -> None:
    dossier = (await region.open_dossier(WHO, world.EHPAD))["id"]
    await region.step(WHO, dossier, "abandonner")
    async with sit(WHO, dossier=dossier) as desk:
        await desk.press("R")
        assert "en cours de saisie" in desk.said("#header")
        await desk.press("R")
        assert "Ce dossier n'est pas abandonné" in desk.words()


@pytest.mark.parametrize("size", [(80, 24), (40, 10)])
async def test_where_my_dossier_is_says_the_steps_who_must_act_and_the_last_word(
    region: world.World, sit: Open, size: tuple[int, int]
) -> None:
    dossier, _ = await sent(region, 1)
    await region.step("sesan", dossier, "refuser", {"motif": "Précisez l'âge."})
    await region.step(WHO, dossier, "envoyer")
    async with sit(WHO, size=size, dossier=dossier) as desk:
        await desk.press("s")
        assert desk.shows(SuiviScreen)
        said = desk.said("#text").replace("\N{NO-BREAK SPACE}", " ")
        assert "● Saisie · fait · REFERENT.EHPAD" in said
        assert "▶ SESAN · en cours · SESAN depuis le 23/11 10:00" in said
        assert "○ Publication · à venir" in said
        assert "Dernier mot, SESAN, le 23/11 10:00 :\n  Précisez l'âge." in said
        assert "SESAN : Refus – Précisez l'âge." in said


async def test_the_inbox_says_what_is_to_be_done_and_puts_the_oldest_first(region: world.World, sit: Open) -> None:
    for rank in range(2):
        dossier = (await region.open_dossier(WHO, world.EHPAD, meme_si_ouvert=True, titre=f"Dossier {rank}"))["id"]
        [unit] = await region.add(WHO, dossier, world.eg_id(world.EHPAD))
        await region.fill(WHO, dossier, unit, nom=f"Unité {rank}")
        await region.step(WHO, dossier, "envoyer")
        region.clock.forward(minutes=5)
    async with sit("sesan") as desk:
        await desk.press("f8")
        assert "À valider, ou à refuser avec un motif" in desk.words()
        before = desk.rows()
        await desk.press("o")
        assert desk.rows() == before[::-1]
        assert "le plus ancien d'abord" in desk.said("#status")
