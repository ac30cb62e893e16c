"""Saves that meet no server: queued, said as such, sent in order when the link is back, nothing lost."""

from __future__ import annotations

from uuid import UUID

from ror_tui.screens.fiche import FicheScreen
from ror_tui.screens.lits import LitsScreen
from ror_tui.texts import NBSP
from tests import world
from tests.tui_dossier.conftest import Desk, Line, Open
from tests.tui_dossier.test_lits import EG, figures
from tests.tui_dossier.test_lits import put as put_beds

WHO = "referent.ehpad"


async def units(region: world.World) -> tuple[str, list[str]]:
    dossier = str((await region.open_dossier(WHO, world.EHPAD))["id"])
    return dossier, await region.add(WHO, dossier, EG, count=2)


async def stored(region: world.World, dossier: str, fiche: str) -> str | None:
    found = await region.ok(WHO, "GET", f"/dossiers/{dossier}/fiches/{fiche}")
    return str(found["valeurs"].get("nom") or "") or None


async def state(region: world.World, dossier: str, fiche: str) -> str:
    return str((await region.ok(WHO, "GET", f"/dossiers/{dossier}/fiches/{fiche}"))["etat"])


def toasts(desk: Desk) -> list[str]:
    return [one.message.replace(NBSP, " ") for one in desk.app._notifications]


async def back(desk: Desk, line: Line) -> None:
    """Give the link back, as the live feed tells it."""
    line.cut = line.deaf = False
    desk.app.send_waiting()
    await desk.until(lambda: not desk.app.journal.waiting)  # a dialog of the cut may be open: `settle` would not wait
    await desk.settle()


async def test_saves_of_several_fiches_wait_and_go_in_order(region: world.World, sit: Open, line: Line) -> None:
    dossier, (first, second) = await units(region)
    async with sit(WHO, dossier=dossier, fiche=first, line=line) as desk:
        await desk.write("Unité A")
        line.cut = True
        await desk.press("f2")
        assert "Enregistrement en attente (1)" in desk.said("#status")
        assert "modifié" in desk.said("#fiche-title")
        line.cut = False  # the next fiche is read; no word of the live feed yet
        await desk.press("escape")
        assert not desk.shows(FicheScreen)
        desk.app.screen.open_fiche(UUID(second))  # type: ignore[attr-defined]  # the screen of the dossier
        await desk.settle()
        await desk.write("Unité B")
        line.cut = True
        await desk.press("f2")
        assert "Enregistrement en attente (2)" in desk.said("#status")
        line.sent.clear()
        await back(desk, line)
        patched = [one.rsplit("/", 1)[-1] for one in line.sent if one.startswith("PATCH")]
        assert patched == [first, second]
        assert "modifié" not in desk.said("#fiche-title")
        await desk.app.journal.keep_now()
        await desk.press("f12")
        assert "tout ce que vous avez tapé est enregistré" in desk.words()
        await desk.press("enter")
    assert (await stored(region, dossier, first), await stored(region, dossier, second)) == ("Unité A", "Unité B")


async def test_what_waits_outlives_the_client_and_is_sent_from_the_list(
    region: world.World, sit: Open, line: Line
) -> None:
    dossier, (first, _) = await units(region)
    async with sit(WHO, dossier=dossier, fiche=first, line=line) as desk:
        await desk.write("Unité A")
        line.cut = True
        await desk.press("f2")
        await desk.app.journal.keep_now()
    async with sit(WHO) as desk:
        await desk.app.journal.read_waiting(desk.app.endpoint, str(desk.app.compte.id if desk.app.compte else ""))
        await desk.press("f12")
        assert "(en attente) Nouvelle unité" in desk.words()
        await desk.press("a")
        assert "Envoyer maintenant" in desk.words()
        await desk.press("enter")
        await desk.app.journal.keep_now()
        assert (
            await desk.app.journal.listing(desk.app.endpoint, str(desk.app.compte.id if desk.app.compte else "")) == []
        )
    assert await stored(region, dossier, first) == "Unité A"


async def waited(region: world.World, desk: Desk, line: Line, fiche: str, **theirs: object) -> None:
    """Type a name without a link, let somebody else save other answers, and give the link back."""
    await desk.write("La mienne")
    line.cut = True
    await desk.press("f2")
    version = (await region.ok(WHO, "GET", fiche))["version"]
    await region.ok("referent.ej", "PATCH", fiche, {"valeurs": theirs}, version=version)
    await back(desk, line)


async def test_a_save_that_waited_too_long_is_compared_and_nothing_is_lost(
    region: world.World, sit: Open, line: Line
) -> None:
    dossier, (first, _) = await units(region)
    async with sit(WHO, dossier=dossier, fiche=first, line=line) as desk:
        await waited(region, desk, line, f"/dossiers/{dossier}/fiches/{first}", nom="La sienne")
        assert desk.app.journal.waiting == []
        assert await stored(region, dossier, first) == "La sienne"
        assert "modifié" in desk.said("#fiche-title")
        await desk.press("f2")
        assert "La mienne" in desk.words()
        assert "La sienne" in desk.words()
        await desk.press("escape")


async def test_beds_wait_too_and_are_sent_once(region: world.World, sit: Open, line: Line) -> None:
    unit = await region.publish("Unité A")
    await put_beds(region, unit, 0, s01=20)
    async with sit("lits", line=line) as desk:
        desk.app.open_lits(EG)
        await desk.settle()
        await desk.press("right", *"3")
        line.cut = True
        await desk.press("f2")
        assert "en attente (1)" in desk.said("#status")
        await desk.press("escape")
        assert not desk.shows(LitsScreen)
        await back(desk, line)
    assert (await figures(region))["Unité A"] == {"01": 20, "02": 3}


async def test_without_a_journal_the_queue_is_in_memory_and_quitting_asks(
    region: world.World, sit: Open, line: Line
) -> None:
    dossier, (first, _) = await units(region)
    async with sit(WHO, dossier=dossier, fiche=first, line=line, journal=False) as desk:
        await desk.write("Unité A")
        line.cut = True
        await desk.press("f2")
        assert "mémoire seulement" in desk.said("#status")
        await desk.press("ctrl+q")
        assert "Quitter et les perdre" in desk.words()
        await desk.press("n")
        await back(desk, line)
    assert await stored(region, dossier, first) == "Unité A"


async def test_a_fiche_finalised_without_a_link_is_saved_and_finalised_when_it_is_back(
    region: world.World, sit: Open, line: Line
) -> None:
    dossier, (first, second) = await units(region)
    await region.ok(WHO, "PATCH", f"/dossiers/{dossier}/fiches/{first}", {"valeurs": world.COMPLETE}, version=1)
    async with sit(WHO, dossier=dossier, fiche=first, line=line) as desk:
        await desk.write("Unité A")
        line.cut = True
        await desk.press("f3")
        assert "Finalisation en attente (1)" in desk.said("#status")
        await back(desk, line)
        assert "● finalisée" in desk.said("#fiche-title")
        line.sent.clear()
        await desk.press("escape")
        desk.app.screen.open_fiche(UUID(second))  # type: ignore[attr-defined]  # the screen of the dossier
        await desk.settle()
        await desk.write("Unité B")
        line.cut = True
        await desk.press("f3")
        await back(desk, line)
        assert "◐ incomplète" in desk.said("#fiche-title")
        assert "modifié" not in desk.said("#fiche-title")
        assert any(
            "« Nouvelle unité" in said and "est enregistrée, mais pas finalisée" in said for said in toasts(desk)
        )
    assert (await state(region, dossier, first), await state(region, dossier, second)) == ("finalisee", "incomplete")


async def test_only_finalising_waits_too(region: world.World, sit: Open, line: Line) -> None:
    dossier, (first, _) = await units(region)
    await region.ok(WHO, "PATCH", f"/dossiers/{dossier}/fiches/{first}", {"valeurs": world.COMPLETE}, version=1)
    async with sit(WHO, dossier=dossier, fiche=first, line=line) as desk:
        line.cut = True
        await desk.press("f3")
        await desk.press("escape", "f12")
        assert "à finaliser" in desk.words()
        await desk.press("escape")
        await back(desk, line)
    assert await state(region, dossier, first) == "finalisee"


async def test_other_fields_saved_meanwhile_are_kept_beside_those_that_waited(
    region: world.World, sit: Open, line: Line
) -> None:
    dossier, (first, _) = await units(region)
    path = f"/dossiers/{dossier}/fiches/{first}"
    async with sit(WHO, dossier=dossier, fiche=first, line=line) as desk:
        await waited(region, desk, line, path, age_min=60)
        assert "modifié" not in desk.said("#fiche-title")
    found = (await region.ok(WHO, "GET", path))["valeurs"]
    assert (found["nom"], found["age_min"]) == ("La mienne", 60)


async def test_a_save_whose_answer_was_lost_with_the_client_is_not_made_twice(
    region: world.World, sit: Open, line: Line
) -> None:
    dossier, (first, _) = await units(region)
    path = f"/dossiers/{dossier}/fiches/{first}"
    async with sit(WHO, dossier=dossier, fiche=first, line=line) as desk:
        await desk.write("Unité  A ")
        line.deaf = True
        await desk.press("f2")
        assert "Enregistrement en attente (1)" in desk.said("#status")
        await desk.app.journal.keep_now()
        version = (await region.ok(WHO, "GET", path))["version"]
    line.deaf = False
    async with sit(WHO, line=line) as desk:
        await back(desk, line)
        assert not any("pas été enregistrée" in said for said in toasts(desk))
        await desk.app.journal.keep_now()
        await desk.press("f12")
        assert "tout ce que vous avez tapé est enregistré" in desk.words()
        await desk.press("enter")
    after = await region.ok(WHO, "GET", path)
    assert (after["valeurs"]["nom"], after["version"]) == ("Unité A", version)


async def test_beds_of_other_cells_typed_meanwhile_are_kept_beside_those_that_waited(
    region: world.World, sit: Open, line: Line
) -> None:
    unit = await region.publish("Unité A")
    await put_beds(region, unit, 0, s01=20, s02=3)
    async with sit("lits", line=line) as desk:
        desk.app.open_lits(EG)
        await desk.settle()
        await desk.press("right", *"5")
        line.cut = True
        await desk.press("f2")
        await put_beds(region, unit, 1, s01=21, s02=3)
        await back(desk, line)
        assert "21 5" in desk.words()
    assert (await figures(region))["Unité A"] == {"01": 21, "02": 5}
