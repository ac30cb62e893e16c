"""Several people in one dossier: they see each other, talk, and what one saves reaches the other at once."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from uuid import UUID, uuid4

import pytest

from ror_server.store.database import Database
from ror_tui.screens.commentaires import CommentairesScreen
from ror_tui.screens.fiche import FicheScreen
from ror_tui.texts import duration, initials
from ror_tui.widgets.frame import Banner
from tests import world
from tests.tui_dossier.conftest import Desk, Line, Open

WHO, OTHER = "referent.ehpad", "admin"


@pytest.fixture
async def region(sqlite_url: str) -> AsyncIterator[world.World]:
    database = Database(sqlite_url)
    async with world.running(database, poll=0.02) as found:
        yield found
    await database.close()


@pytest.fixture
async def opened(region: world.World) -> tuple[str, str]:
    """Open a dossier with one fiche, saved once."""
    dossier = (await region.open_dossier(WHO, world.EHPAD))["id"]
    [fiche] = await region.add(WHO, dossier, world.eg_id(world.EHPAD))
    path = f"/dossiers/{dossier}/fiches/{fiche}"
    values = {"nom": "Unité A", "discipline": "MSS", "type_uo": "56", "age_min": 60}
    version = (await region.ok(WHO, "GET", path))["version"]
    await region.ok(WHO, "PATCH", path, {"valeurs": values}, version=version)
    return dossier, fiche


async def until(desk: Desk, holds: Callable[[], bool]) -> None:
    """Wait for something that comes from elsewhere."""
    while not holds():
        await desk.pilot.pause(0.01)


async def follow(desk: Desk) -> None:
    """Follow the live feed, once it is there."""
    desk.app.follow()
    await until(desk, lambda: desk.app.lien is not None)


async def _sign(region: world.World, dossier: str, **where: object) -> None:
    await region.ok(OTHER, "PUT", f"/dossiers/{dossier}/presence", where)


async def _save(region: world.World, dossier: str, fiche: str, **values: object) -> None:
    path = f"/dossiers/{dossier}/fiches/{fiche}"
    version = (await region.ok(OTHER, "GET", path))["version"]
    await region.ok(OTHER, "PATCH", path, {"valeurs": values}, version=version)


async def test_the_tree_says_who_is_on_which_fiche_and_when_they_leave(
    region: world.World, sit: Open, opened: tuple[str, str]
) -> None:
    dossier, fiche = opened
    async with sit(WHO, dossier=dossier) as desk:
        await follow(desk)
        assert "@" not in desk.tree()[1]
        await _sign(region, dossier, structure_id=fiche, ecrit=True)
        await until(desk, lambda: "@A+" in desk.tree()[1])
        await desk.press("down")
        assert desk.said("#status").startswith("ADMIN écrit ici")
        await _sign(region, dossier)
        await until(desk, lambda: "@A" in desk.tree()[0] and "@" not in desk.tree()[1])
        await region.ok(OTHER, "DELETE", f"/dossiers/{dossier}/presence")
        await until(desk, lambda: "@" not in desk.tree()[0])


async def test_the_others_see_on_which_fiche_one_is_and_that_one_types(
    region: world.World, sit: Open, opened: tuple[str, str]
) -> None:
    dossier, fiche = opened

    async def seen() -> list[tuple[str | None, bool]]:
        around = await region.ok(OTHER, "GET", f"/dossiers/{dossier}/entourage")
        return [(one["structure_id"], one["ecrit"]) for one in around["presents"]]

    async with sit(WHO, dossier=dossier) as desk:
        assert await seen() == [(None, False)]
        await desk.press("down", "enter")
        assert await seen() == [(fiche, False)]
        await desk.press("end", "b")
        assert await seen() == [(fiche, True)]
        await desk.press("f2", "escape")
        assert await seen() == [(None, False)]
        await desk.press("escape")
        assert await seen() == []


async def test_what_another_saves_in_the_fiche_appears_beside_what_is_typed(
    region: world.World, sit: Open, opened: tuple[str, str]
) -> None:
    dossier, fiche = opened
    async with sit(WHO, dossier=dossier, fiche=fiche) as desk:
        await follow(desk)
        await desk.press("end", "b")
        await _save(region, dossier, fiche, age_min=65)
        await until(desk, lambda: "ADMIN vient d'enregistrer" in desk.said("#status"))
        screen = desk.app.screen
        assert isinstance(screen, FicheScreen)
        assert (screen.form.to_values()["nom"], screen.form.to_values()["age_min"]) == ("Unité Ab", 65)
        await desk.press("f2")
    saved = (await region.ok(WHO, "GET", f"/dossiers/{dossier}/fiches/{fiche}"))["valeurs"]
    assert (saved["nom"], saved["age_min"]) == ("Unité Ab", 65)


async def test_a_save_that_crosses_another_s_is_merged_by_field_without_a_question(
    region: world.World, sit: Open, opened: tuple[str, str]
) -> None:
    dossier, fiche = opened
    async with sit(WHO, dossier=dossier, fiche=fiche) as desk:  # nobody tells it: the line is slow
        await desk.press("end", "b")
        await _save(region, dossier, fiche, age_min=66)
        await desk.press("f2")
        assert desk.shows(FicheScreen)
    saved = (await region.ok(WHO, "GET", f"/dossiers/{dossier}/fiches/{fiche}"))["valeurs"]
    assert (saved["nom"], saved["age_min"]) == ("Unité Ab", 66)


async def test_what_the_same_person_does_in_another_terminal_is_followed_too(
    region: world.World, sit: Open, opened: tuple[str, str]
) -> None:
    dossier, fiche = opened
    path = f"/dossiers/{dossier}/fiches/{fiche}"
    async with sit(WHO, dossier=dossier) as desk:
        await follow(desk)
        version = (await region.ok(WHO, "GET", path))["version"]
        await region.ok(WHO, "PATCH", path, {"valeurs": {"nom": "Unité Z"}}, version=version)
        await until(desk, lambda: "Unité Z" in desk.tree()[1])


async def test_the_same_field_typed_by_two_is_told_at_once_and_asked_at_the_save(
    region: world.World, sit: Open, opened: tuple[str, str]
) -> None:
    dossier, fiche = opened
    async with sit(WHO, dossier=dossier, fiche=fiche) as desk:
        await follow(desk)
        await desk.press("end", "b")
        await _save(region, dossier, fiche, nom="Unité Z")
        await until(
            desk,
            lambda: (
                "ADMIN vient d'enregistrer aussi « Nom »" in desk.said("#status").replace("\N{NO-BREAK SPACE}", " ")
            ),
        )
        await desk.pilot.press("f2")
        await until(desk, lambda: "Fiche modifiée entre-temps" in desk.words())
        await desk.press("g")
        await until(desk, lambda: desk.shows(FicheScreen))
        await desk.settle()
    saved = (await region.ok(WHO, "GET", f"/dossiers/{dossier}/fiches/{fiche}"))["valeurs"]
    assert saved["nom"] == "Unité Ab"


async def test_a_dossier_that_is_open_follows_what_others_do_with_the_cursor_kept(
    region: world.World, sit: Open, opened: tuple[str, str]
) -> None:
    dossier, fiche = opened
    async with sit(WHO, dossier=dossier) as desk:
        await follow(desk)
        await desk.press("down")
        await region.add(OTHER, dossier, world.eg_id(world.EHPAD))
        await until(desk, lambda: len(desk.tree()) == 3)
        await desk.settle()
        assert desk.app.screen.query_one("VirtualTree").cursor_key == fiche  # type: ignore[attr-defined]


async def test_comments_are_written_read_and_settled_and_counted_in_the_tree(
    region: world.World, sit: Open, opened: tuple[str, str]
) -> None:
    dossier, fiche = opened
    async with sit(WHO, dossier=dossier) as desk:
        await follow(desk)
        said = {"id": str(uuid4()), "structure_id": fiche, "texte": "Quel [/x] type ?"}
        await region.ok("sesan", "POST", f"/dossiers/{dossier}/commentaires", said)
        await until(desk, lambda: "1 com." in desk.tree()[1])
        await desk.press("down", "c")
        assert desk.shows(CommentairesScreen)
        assert "SESAN : Quel [/x] type ?" in desk.words()
        await desk.press("n")
        await desk.write("Hébergement.")
        await desk.press("f2")
        assert [row[0] for row in desk.rows()] == ["○", "○"]
        await desk.press("up", "r")
        assert [row[0] for row in desk.rows()] == ["●", "○"]
        assert "réglé par REFERENT.EHPAD" in desk.words()
        await desk.press("escape")
        await until(desk, lambda: "1 com." in desk.tree()[1])
    around = await region.ok("sesan", "GET", f"/dossiers/{dossier}/entourage")
    assert around["commentaires"] == {fiche: 1}


async def test_from_the_comments_of_the_whole_dossier_one_goes_to_the_fiche(
    region: world.World, sit: Open, opened: tuple[str, str]
) -> None:
    dossier, fiche = opened
    for where in ({}, {"structure_id": fiche}):
        body = {"id": str(uuid4()), "texte": "Bonjour"} | where
        await region.ok("sesan", "POST", f"/dossiers/{dossier}/commentaires", body)
        region.clock.forward(minutes=1)
    async with sit(WHO, dossier=dossier, size=(40, 10)) as desk:
        assert "1 commentaire" in desk.said("#status")
        await desk.press("c")
        assert len(desk.rows()) == 2
        await desk.press("enter")
        assert desk.app.screen.query_one("VirtualTree").cursor_key == fiche  # type: ignore[attr-defined]


async def test_the_inbox_and_its_count_follow_what_others_send(region: world.World, sit: Open) -> None:
    async with sit("sesan") as desk:
        await follow(desk)
        await desk.press("f8")
        assert "Aucun dossier n'attend votre action." in desk.words()
        dossier = (await region.open_dossier(WHO, world.EHPAD))["id"]
        [unit] = await region.add(WHO, dossier, world.eg_id(world.EHPAD))
        await region.fill(WHO, dossier, unit)
        await region.step(WHO, dossier, "envoyer")
        await until(desk, lambda: len(desk.rows()) == 1)
        await until(desk, lambda: desk.app.a_traiter == 1)
        await desk.pilot.pause()
        assert "Validation (1)" in str(desk.app.screen.query_one(Banner).render())
        await region.step(WHO, dossier, "retirer")
        await until(desk, lambda: desk.rows() == [] and desk.app.a_traiter == 0)


def test_durations_and_initials_are_short() -> None:
    assert [duration(seconds) for seconds in (5, 90, 7200, 86400 * 3)] == [
        "moins d'une minute", "2 minutes", "2 heures", "3 jours",
    ]  # fmt: skip
    assert [initials(name) for name in ("Référent Hôpital Nord", "ADMIN", "[/x]", "…")] == ["RH", "A", "X", "?"]


async def test_who_quits_from_a_fiche_is_gone_at_once_for_the_others(
    region: world.World, sit: Open, opened: tuple[str, str]
) -> None:
    dossier, fiche = opened

    async def others() -> list[str | None]:
        around = await region.ok(OTHER, "GET", f"/dossiers/{dossier}/entourage")
        return [one["structure_id"] for one in around["presents"]]

    async with sit(WHO, dossier=dossier, fiche=fiche) as desk:
        assert await others() == [fiche]
        await desk.pilot.press("ctrl+q")
        await until(desk, lambda: not desk.app.is_running)
    assert await others() == []


@pytest.mark.parametrize("lost", [False, True], ids=["the line holds", "the line is lost"])
async def test_a_fiche_opened_by_itself_is_left_too_and_a_lost_line_is_no_fault(
    region: world.World, sit: Open, opened: tuple[str, str], line: Line, *, lost: bool
) -> None:
    dossier, fiche = opened
    async with sit(WHO, line=line) as desk:
        desk.app.push_screen(FicheScreen(UUID(dossier), UUID(fiche)))
        await desk.settle()
        line.cut = lost
        await desk.press("escape")
        assert not desk.shows(FicheScreen)
    around = await region.ok(OTHER, "GET", f"/dossiers/{dossier}/entourage")
    assert len(around["presents"]) == int(lost)
