"""The dossier collaboratif by keyboard: its tree, its menu, its way to the Répertoire."""

from __future__ import annotations

import pytest
from textual.widgets import Input

from ror_tui.screens.differences import DifferencesScreen
from ror_tui.screens.dossier import DossierScreen
from ror_tui.screens.fiche import FicheScreen
from ror_tui.widgets.dialogs import ActionMenu, Ask, Choose, Confirm, Message
from ror_tui.widgets.tree import VirtualTree
from tests import world
from tests.tui_dossier.conftest import Desk, Line, Open

WHO = "referent.ehpad"
HOSPITAL = "referent.hopital"


async def ehpad(region: world.World) -> str:
    return str((await region.open_dossier(WHO, world.EHPAD))["id"])


async def hospital(region: world.World) -> str:
    return str((await region.open_dossier(HOSPITAL, world.HOPITAL))["id"])


def names(desk: Desk) -> list[str]:
    """Give the lines of the tree: depth and name."""
    return [line[: line.index("  ", 12)].rstrip() if "  " in line[12:] else line for line in desk.tree()]


async def test_units_are_created_by_number_and_the_cursor_goes_to_the_first(region: world.World, sit: Open) -> None:
    async with sit(dossier=await ehpad(region)) as desk:
        await desk.press("n")
        assert "Création d'unités élémentaires d'accueil" in desk.words()
        assert "Nombre de fiches à créer ?" in desk.words()
        await desk.press("3", "enter")
        assert [line.split("○")[-1].split("  ")[0] for line in desk.tree()[1:]] == [
            " Nouvelle unité opérationnelle"
        ] * 3
        assert "à compléter" in desk.said("#status")
        assert "0/3" in desk.said("#header")
        await desk.press("enter")
        assert desk.shows(FicheScreen)


async def test_the_menu_says_why_an_ehpad_has_no_pole(region: world.World, sit: Open) -> None:
    async with sit(dossier=await ehpad(region)) as desk:
        await desk.press("a", "p")
        assert desk.shows(ActionMenu)
        assert "Seules les structures sanitaires" in desk.words()


async def test_a_hospital_chooses_what_to_create(region: world.World, sit: Open) -> None:
    async with sit(HOSPITAL, dossier=await hospital(region)) as desk:
        await desk.press("n", "p", "enter")
        await desk.press("n", "e", "enter")
        await desk.press("n", "u", "enter")
        kinds = [line for line in desk.tree() if "nouveau" in line]
        assert [line.split("○ ")[1].split("  ")[0] for line in kinds] == [
            "Nouveau pôle",
            "Nouveau service",
            "Nouvelle unité opérationnelle",
        ]
        assert [line.index("○") for line in kinds] == sorted({line.index("○") for line in kinds})


async def test_a_unit_takes_nothing_below(region: world.World, sit: Open) -> None:
    dossier = await ehpad(region)
    await region.add(WHO, dossier, world.eg_id(world.EHPAD))
    async with sit(dossier=dossier) as desk:
        await desk.press("right", "down", "n")
        assert desk.shows(Message)
        assert "On ne place pas « Unité opérationnelle » sous « Unité opérationnelle »." in desk.words()


async def test_a_fiche_is_duplicated_with_or_without_its_content(region: world.World, sit: Open) -> None:
    dossier = await hospital(region)
    pole = (await region.add(HOSPITAL, dossier, world.eg_id(world.HOPITAL), "pole"))[0]
    await region.add(HOSPITAL, dossier, pole)
    async with sit(HOSPITAL, dossier=dossier) as desk:
        await desk.press("right", "down", "d", "2", "enter")
        assert desk.shows(Choose)
        await desk.press("l")
    kinds = [node["kind"] for node in (await region.nodes(HOSPITAL, dossier)).values()]
    assert sorted(kinds) == ["eg", "pole", "pole", "pole", "uo"]


async def test_a_fiche_is_moved_to_a_valid_parent_only(region: world.World, sit: Open) -> None:
    dossier = await hospital(region)
    eg = world.eg_id(world.HOPITAL)
    pole = (await region.add(HOSPITAL, dossier, eg, "pole"))[0]
    unit = (await region.add(HOSPITAL, dossier, eg))[0]
    async with sit(HOSPITAL, dossier=dossier) as desk:
        await desk.press("right", "down", "down", "m")
        await desk.press("up")
        assert "La fiche est déjà ici." in desk.words()
        await desk.press("down", "enter")
        assert (await region.nodes(HOSPITAL, dossier))[unit]["parent_id"] == pole
        assert desk.app.screen.query_one(VirtualTree).cursor_key == unit


async def test_a_fiche_is_renamed(region: world.World, sit: Open) -> None:
    dossier = await ehpad(region)
    unit = (await region.add(WHO, dossier, world.eg_id(world.EHPAD)))[0]
    async with sit(dossier=dossier) as desk:
        await desk.press("right", "down", "r")
        desk.app.screen.query_one(Input).value = ""
        await desk.write("Unité des Lilas")
        await desk.press("enter")
        assert any("Unité des Lilas" in line for line in desk.tree())
    assert (await region.nodes(WHO, dossier))[unit]["nom"] == "Unité des Lilas"


@pytest.mark.parametrize(("key", "left"), [("o", 1), ("n", 2), ("enter", 2), ("escape", 2)])
async def test_a_deletion_asks_and_enter_is_no(region: world.World, sit: Open, key: str, left: int) -> None:
    dossier = await ehpad(region)
    await region.add(WHO, dossier, world.eg_id(world.EHPAD))
    async with sit(dossier=dossier) as desk:
        await desk.press("right", "down", "x")
        assert desk.shows(Confirm)
        assert "disparaît du dossier, avec ce qui y est saisi." in desk.words()
        await desk.press(key)
        assert len(desk.tree()) == left


async def test_a_large_deletion_asks_to_type_the_name(region: world.World, sit: Open) -> None:
    dossier = await hospital(region)
    pole = (await region.add(HOSPITAL, dossier, world.eg_id(world.HOPITAL), "pole"))[0]
    await region.add(HOSPITAL, dossier, pole, count=11)
    async with sit(HOSPITAL, dossier=dossier) as desk:
        await desk.press("right", "down", "x")
        assert desk.shows(Ask)
        assert "et 11 fiches qu’elle contient" in desk.words()
        await desk.press("enter")
        assert "tapez « " in desk.words()
        await desk.write("Nouveau pôle")
        await desk.press("enter")
        assert len(desk.tree()) == 1


async def test_the_next_fiche_that_is_not_green_is_one_key_away(region: world.World, sit: Open) -> None:
    dossier = await ehpad(region)
    done, left = await region.add(WHO, dossier, world.eg_id(world.EHPAD), count=2)
    await region.fill(WHO, dossier, done)
    async with sit(dossier=dossier) as desk:
        await desk.press("right_square_bracket")
        assert desk.app.screen.query_one(VirtualTree).cursor_key == left


async def test_sending_is_refused_with_the_number_of_fiches_left(region: world.World, sit: Open) -> None:
    dossier = await ehpad(region)
    done, _ = await region.add(WHO, dossier, world.eg_id(world.EHPAD), count=2)
    await region.fill(WHO, dossier, done)
    async with sit(dossier=dossier) as desk:
        await desk.press("v")
        assert desk.shows(Message)
        assert "1 fiche n'est pas finalisée sur 2" in desk.words()


async def test_an_ehpad_is_sent_once_and_validated_by_sesan(region: world.World, sit: Open) -> None:
    dossier = await ehpad(region)
    unit = (await region.add(WHO, dossier, world.eg_id(world.EHPAD)))[0]
    await region.fill(WHO, dossier, unit)
    async with sit(dossier=dossier) as desk:
        await desk.press("v")
        assert desk.shows(DifferencesScreen)
        assert "1 unité opérationnelle créée" in desk.words()
        assert "+ Unité d'hébergement" in desk.words()
        await desk.press("v")
        assert desk.shows(DossierScreen)
        assert "attend SESAN" in desk.said("#header")
        await desk.press("n")
        assert "retirez-le de la validation" in desk.words()
        await desk.press("enter", "s")
        assert "Envoi en validation" in desk.words()
    async with sit("sesan") as desk:
        await desk.press("f8")
        assert "vous" in desk.rows()[0]
        await desk.press("enter", "v")
        assert "Valider et publier" in desk.said("#status")
        await desk.press("v")
        assert "intégré au Répertoire" in desk.said("#header")
    published = await region.ok(WHO, "GET", f"/structures/{unit}")
    assert published["nom"] == "Unité d'hébergement"


async def test_a_hospital_is_sent_a_second_time_by_the_direction(region: world.World, sit: Open) -> None:
    dossier = await hospital(region)
    await region.fill(HOSPITAL, dossier, (await region.add(HOSPITAL, dossier, world.eg_id(world.HOPITAL)))[0])
    async with sit(HOSPITAL, dossier=dossier) as desk:
        await desk.press("v", "v")
        assert "attend la Direction" in desk.words()
    async with sit("direction", dossier=dossier) as desk:
        await desk.press("v", "v")
        assert "attend SESAN" in desk.said("#header")


async def test_a_refusal_always_says_why_and_the_author_reads_it(region: world.World, sit: Open) -> None:
    dossier = await ehpad(region)
    await region.fill(WHO, dossier, (await region.add(WHO, dossier, world.eg_id(world.EHPAD)))[0])
    await region.step(WHO, dossier, "envoyer")
    async with sit("sesan", dossier=dossier) as desk:
        await desk.press("v", "K", "f2")
        assert "Ce texte est obligatoire." in desk.words()
        await desk.write("Il manque le contact.")
        await desk.press("f2")
        assert "à corriger" in desk.said("#header")
    async with sit() as desk:
        assert "Il manque le contact." in desk.said("#detail")
        await desk.press("enter")
        assert "Il manque le contact." in desk.words()
        await desk.press("s")
        assert "Il manque le contact." in desk.words()


async def test_a_sent_dossier_can_be_withdrawn_and_given_up(region: world.World, sit: Open) -> None:
    dossier = await ehpad(region)
    await region.fill(WHO, dossier, (await region.add(WHO, dossier, world.eg_id(world.EHPAD)))[0])
    await region.step(WHO, dossier, "envoyer")
    async with sit(dossier=dossier) as desk:
        await desk.press("a", "t", "o")
        assert "en cours de saisie" in desk.said("#header")
        await desk.press("a", "b", "o")
        assert "abandonné" in desk.said("#header")


async def test_a_dossier_changed_by_somebody_else_is_read_again(region: world.World, sit: Open) -> None:
    dossier = await ehpad(region)
    await region.fill(WHO, dossier, (await region.add(WHO, dossier, world.eg_id(world.EHPAD)))[0])
    async with sit(dossier=dossier) as desk:
        await desk.press("v")
        await region.fill(
            "referent.ej", dossier, (await region.add("referent.ej", dossier, world.eg_id(world.EHPAD)))[0]
        )
        await desk.press("v")
        assert desk.shows(Message)
        assert "vient d'être relu" in desk.words()
        await desk.press("enter")
        assert "2/2" in desk.said("#header")
        assert "en cours de saisie" in desk.said("#header")


async def test_a_cut_line_says_so_and_reads_again_on_one_key(region: world.World, sit: Open, line: Line) -> None:
    dossier = await ehpad(region)
    async with sit(dossier=dossier, line=line) as desk:
        line.cut = True
        await desk.press("n", "enter")
        assert desk.shows(Confirm)
        line.cut = False
        await desk.press("r")
        assert desk.shows(DossierScreen)
        assert len(desk.tree()) == 1


async def test_a_reader_can_only_look(region: world.World, sit: Open) -> None:
    dossier = await ehpad(region)
    await region.add(WHO, dossier, world.eg_id(world.EHPAD))
    async with sit("sesan", dossier=dossier) as desk:
        await desk.press("right", "down", "x")
        assert desk.shows(Message)
        assert "Votre compte ne peut pas le faire" in desk.words()


HOSTILE = "[/x] [red]rouge \x1b[31m\t " + "é" * 230


@pytest.mark.parametrize("size", [(40, 10), (80, 24), (160, 45)])
async def test_hostile_names_are_drawn_as_they_are(region: world.World, sit: Open, size: tuple[int, int]) -> None:
    dossier = await ehpad(region)
    unit = (await region.add(WHO, dossier, world.eg_id(world.EHPAD)))[0]
    await region.fill(WHO, dossier, unit, nom=HOSTILE)
    async with sit(dossier=dossier, size=size) as desk:
        await desk.press("right", "down")
        assert "[/x] [red]" in desk.text()
        for keys in (["a"], ["x"], ["d"], ["r"], ["i"], ["s"]):
            await desk.press(*keys)
            assert "\x1b" not in desk.text()
            await desk.press("escape")
            assert desk.shows(DossierScreen)


async def test_the_screen_survives_every_size(region: world.World, sit: Open) -> None:
    dossier = await ehpad(region)
    await region.add(WHO, dossier, world.eg_id(world.EHPAD), count=3)
    async with sit(dossier=dossier) as desk:
        await desk.press("right")
        for width, height in ((40, 10), (160, 45), (40, 10), (80, 24)):
            await desk.pilot.resize_terminal(width, height)
            await desk.settle()
            assert any("EHPAD Les Tilleuls" in line for line in desk.tree())
