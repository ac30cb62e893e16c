"""Actions on ticked lines, undo and redo, the picker of a new place, and what the tree says of each change."""

from __future__ import annotations

from ror_tui.screens.dossier import DossierScreen
from ror_tui.screens.recherche import RechercheScreen
from ror_tui.widgets.dialogs import Ask, Choose, Confirm, Message
from ror_tui.widgets.find_menu import FindMenu
from ror_tui.widgets.lines import LineList
from ror_tui.widgets.picker import Picker
from ror_tui.widgets.tree import VirtualTree
from tests import world
from tests.tui_dossier.conftest import Desk, Open

WHO = "referent.ehpad"
HOSPITAL = "referent.hopital"


async def hospital(region: world.World) -> str:
    return str((await region.open_dossier(HOSPITAL, world.HOPITAL))["id"])


async def ehpad(region: world.World) -> str:
    opened = await region.open_dossier(WHO, world.EHPAD, titre="Mise à jour", meme_si_ouvert=True)
    return str(opened["id"])


def toasts(desk: Desk) -> str:
    return " ".join(str(one.message) for one in desk.app._notifications)


async def test_what_was_done_is_undone_and_done_again_by_two_keys(region: world.World, sit: Open) -> None:
    dossier = await hospital(region)
    async with sit(HOSPITAL, dossier=dossier) as desk:
        await desk.press("n", "p", "2", "enter")
        assert len(desk.tree()) == 3
        await desk.press("u")
        assert len(desk.tree()) == 1
        assert "Annulé : Créer 2 pôles sous « Hôpital Saint-Œuvre »" in toasts(desk).replace("\xa0", " ")
        await desk.press("U")
        assert len(desk.tree()) == 3
    async with sit(HOSPITAL, dossier=dossier) as desk:
        await desk.press("u")
        assert len(desk.tree()) == 1
        await desk.press("u")
        assert "rien à annuler" in desk.words()


async def test_the_menu_says_what_it_will_undo_and_the_list_who_did_what(region: world.World, sit: Open) -> None:
    dossier = await hospital(region)
    await region.add(HOSPITAL, dossier, world.eg_id(world.HOPITAL), "pole")
    await region.add("referent.ej", dossier, world.eg_id(world.HOPITAL), "service")
    async with sit(HOSPITAL, dossier=dossier, size=(100, 40)) as desk:
        await desk.press("a")
        assert "Annuler : Créer 1 pôle sous « Hôpital Saint-Œuvre »" in desk.words()
        await desk.press("escape", "J")
        assert "vous : Créer 1 pôle" in desk.words()
        assert "REFERENT.EJ : Créer 1 service" in desk.words()


async def test_an_undo_over_somebody_else_says_who_and_changes_nothing(region: world.World, sit: Open) -> None:
    dossier = await ehpad(region)
    [unit] = await region.add(WHO, dossier, world.eg_id(world.EHPAD))
    await region.fill("referent.ej", dossier, unit)
    async with sit(dossier=dossier) as desk:
        await desk.press("u")
        assert desk.shows(Message)
        assert "REFERENT.EJ a fait depuis" in desk.words()
    assert unit in await region.nodes(WHO, dossier)


async def test_ticked_lines_move_together_and_come_back_together(region: world.World, sit: Open) -> None:
    dossier = await hospital(region)
    eg = world.eg_id(world.HOPITAL)
    [pole] = await region.add(HOSPITAL, dossier, eg, "pole")
    units = await region.add(HOSPITAL, dossier, eg, count=2)
    await region.fill(HOSPITAL, dossier, pole, nom="Pôle A")
    async with sit(HOSPITAL, dossier=dossier) as desk:
        await desk.press("right", "down", "space", "space", "m")
        assert desk.shows(FindMenu)
        assert "Déplacer 2 fiches sous" in desk.words()
        await desk.press(*"pole", "enter")
        assert desk.shows(DossierScreen)
        nodes = await region.nodes(HOSPITAL, dossier)
        assert [nodes[one]["parent_id"] for one in units] == [pole, pole]
        assert desk.app.screen.query_one(VirtualTree).ticked == frozenset()
        await desk.press("u")
        nodes = await region.nodes(HOSPITAL, dossier)
        assert [nodes[one]["parent_id"] for one in units] == [str(eg), str(eg)]


async def test_the_picker_keeps_the_impossible_places_and_says_why(region: world.World, sit: Open) -> None:
    dossier = await hospital(region)
    eg = world.eg_id(world.HOPITAL)
    [pole] = await region.add(HOSPITAL, dossier, eg, "pole")
    await region.fill(HOSPITAL, dossier, pole, nom="Pôle A")
    [inside] = await region.add(HOSPITAL, dossier, pole)
    async with sit(HOSPITAL, dossier=dossier) as desk:
        await desk.press("right", "down", "right", "down", "m")
        assert desk.shows(FindMenu)
        assert "1 sur 3" in desk.words()
        await desk.press("down")
        assert "La fiche est déjà ici." in desk.words()
        await desk.press("down")
        assert "Une fiche ne se place pas sous elle-même." in desk.words()
        await desk.press("enter")
        assert desk.shows(FindMenu)
        await desk.press("escape")
    assert (await region.nodes(HOSPITAL, dossier))[inside]["parent_id"] == pole


async def test_one_fiche_that_cannot_be_finalised_stops_all_and_says_why(region: world.World, sit: Open) -> None:
    dossier = await ehpad(region)
    done, _ = await region.add(WHO, dossier, world.eg_id(world.EHPAD), count=2)
    await region.fill(WHO, dossier, done)
    path = f"/dossiers/{dossier}/fiches/{done}"
    fiche = await region.ok(WHO, "GET", path)
    await region.ok(WHO, "PATCH", path, {"valeurs": {"age_max": 90}}, version=fiche["version"])
    async with sit(dossier=dossier) as desk:
        await desk.press("right", "space", "space", "F")
        assert desk.shows(Message)
        assert "Enregistrez la fiche avant de la finaliser." in desk.words()
        await desk.press("enter", "space", "F")
        assert "2/2" not in desk.said("#header")
    assert (await region.nodes(WHO, dossier))[done]["etat"] == "finalisee"


async def test_a_deletion_says_what_else_it_touches(region: world.World, sit: Open) -> None:
    published = await region.publish("Unité publiée")
    await region.ok("lecteur", "PUT", f"/favoris/{published}")
    other = str((await region.open_dossier(WHO, world.EHPAD, titre="L'autre", meme_si_ouvert=True))["id"])
    await region.ok(WHO, "PATCH", f"/dossiers/{other}/fiches/{published}", {"valeurs": {"age_max": 3}}, version=0)
    dossier = await ehpad(region)
    async with sit(dossier=dossier) as desk:
        await desk.press("right", "down", "x")
        assert desk.shows(Confirm)
        said = desk.words()
        assert "1 fiche publiée : reste dans le Répertoire jusqu'à la validation du dossier." in said
        assert "1 compte l'ont en favori." in said
        assert "Aussi modifié par : « L'autre »." in said
        await desk.press("o")
        assert any("à supprimer" in line for line in desk.tree())
        await desk.press("z")
        assert any("inchangée" in line for line in desk.tree())


async def test_many_fiches_are_deleted_once_their_number_is_typed(region: world.World, sit: Open) -> None:
    dossier = await hospital(region)
    for _ in range(2):
        [pole] = await region.add(HOSPITAL, dossier, world.eg_id(world.HOPITAL), "pole")
        await region.add(HOSPITAL, dossier, pole, count=6)
    async with sit(HOSPITAL, dossier=dossier) as desk:
        await desk.press("right", "space", "space", "x")
        assert desk.shows(Ask)
        assert "12 fiches en dessous" in desk.words()
        await desk.write("2 fiches")
        await desk.press("enter")
        assert len(desk.tree()) == 1
        await desk.press("u")
    assert len(await region.nodes(HOSPITAL, dossier)) == 15


async def test_the_type_of_several_units_is_changed_and_the_default_name_offered(
    region: world.World, sit: Open
) -> None:
    dossier = await ehpad(region)
    named, empty = await region.add(WHO, dossier, world.eg_id(world.EHPAD), count=2)
    await region.fill(WHO, dossier, named, nom="Unité des Lilas")
    async with sit(dossier=dossier) as desk:
        await desk.press("right", "space", "space", "t")
        assert desk.shows(Picker)
        await desk.press(*"57", "enter")
        assert desk.shows(Choose)
        assert "Le donner aux fiches dont le nom n'a pas été saisi à la main ?" in desk.words()
        await desk.press("enter")
    nodes = await region.nodes(WHO, dossier)
    assert nodes[named]["nom"] == "Unité des Lilas"
    assert nodes[empty]["nom"].startswith("Unité")
    assert nodes[empty]["detail"] == nodes[named]["detail"] != ""


def colour_of(desk: Desk, words: str) -> object:
    """Give the colour in which words are drawn in the tree."""
    tree = desk.app.screen.query_one(VirtualTree)
    segments = [segment for y in range(len(tree.lines())) for segment in tree.render_line(y)]
    return next(one.style.color for one in segments if words in one.text and one.style)


async def test_the_tree_says_what_is_new_changed_moved_and_from_where(region: world.World, sit: Open) -> None:
    dossier = await hospital(region)
    eg = world.eg_id(world.HOPITAL)
    poles = await region.add(HOSPITAL, dossier, eg, "pole", count=2)
    for pole, nom in zip(poles, ("Pôle A", "Pôle B"), strict=True):
        await region.fill(HOSPITAL, dossier, pole, nom=nom)
    [unit] = await region.add(HOSPITAL, dossier, poles[0])
    await region.fill(HOSPITAL, dossier, unit)
    await region.step(HOSPITAL, dossier, "envoyer")
    await region.step("direction", dossier, "envoyer")
    await region.step("sesan", dossier, "valider")
    dossier = str((await region.open_dossier(HOSPITAL, world.HOPITAL, titre="Suite"))["id"])
    path = f"/dossiers/{dossier}/fiches/{unit}"
    await region.ok(HOSPITAL, "POST", f"{path}/deplacer", {"parent_id": poles[1]}, version=0)
    await region.ok(HOSPITAL, "PATCH", path, {"valeurs": {"age_max": 90}}, version=1)
    await region.add(HOSPITAL, dossier, poles[0], "service")
    async with sit(HOSPITAL, dossier=dossier, size=(120, 30)) as desk:
        await desk.press("asterisk")
        text = "\n".join(desk.tree())
        assert "← Pôle A" in text
        assert "~ modifié  → déplacé" in text
        assert "+ nouveau" in text
        assert "· Pôle A" in text
        assert colour_of(desk, "+ nouveau") not in {colour_of(desk, "à compléter"), colour_of(desk, "déplacé")}
        await desk.press("end")
        assert "modifiée · déplacée depuis Pôle A" in desk.said("#status")


async def test_an_establishment_found_elsewhere_is_a_template(region: world.World, sit: Open) -> None:
    await region.publish("Unité des Tilleuls")
    dossier = str((await region.open_dossier("referent.mas", world.MAS))["id"])
    async with sit("referent.mas", dossier=dossier) as desk:
        await desk.press("M")
        assert "Quel modèle pour les nouvelles fiches sous « MAS du Parc » ?" in desk.words()
        await desk.press("a")
        assert desk.shows(RechercheScreen)
        await desk.write("tilleuls")
        while not desk.app.screen.query_one(LineList).count:
            await desk.settle()
        await desk.press("enter")
        assert desk.shows(Choose)
        await desk.press("enter")
        assert desk.shows(DossierScreen)
        assert len(desk.tree()) >= 2
        assert "à compléter" in desk.said("#status") or "incomplète" in desk.said("#status")
        await desk.press("u")
        assert len(desk.tree()) == 1
