"""The link with the server, and what others publish, as the screens show them."""

from __future__ import annotations

from uuid import UUID

import pytest

from ror_tui.widgets.frame import StatusLine
from ror_tui.widgets.lines import LineList
from tests.streaming import CutTransport
from tests.tui.conftest import Opener, picture, settled, shown, until
from tests.tui.live import becomes, seated, status
from tests.world import EHPAD, World, eg_id


@pytest.mark.parametrize("size", [(80, 24), (160, 45), (40, 15)])
async def test_the_link_stands_at_the_right_end_of_the_status_line(line: CutTransport, size: tuple[int, int]) -> None:
    async with seated(line, size=size) as (app, pilot):
        await settled(app, pilot)
        drawn = [row for row in picture(pilot).splitlines() if "● connecté" in row]
        assert [len(row) for row in drawn] == [size[0] - 1]
        await becomes(pilot, lambda: "75 – Paris" in status(app))  # the cursor rests: nothing else is said
        app.screen.query_one(StatusLine).say("Une phrase bien plus longue que tout ce que l'écran peut montrer " * 4)
        await pilot.pause()
        [row] = [row for row in picture(pilot).splitlines() if "● connecté" in row]
        assert row.endswith("…  ● connecté")


async def test_a_lost_link_is_said_leaves_what_was_read_and_comes_back_alone(line: CutTransport) -> None:
    async with seated(line) as (_, pilot):
        await shown(pilot, "● connecté")
        before = [row for row in picture(pilot).splitlines() if "▸ 75" in row]
        line.down = True
        line.cut()
        await shown(pilot, "◌ reconnexion…")
        await shown(pilot, "○ hors ligne")
        assert before
        assert [row for row in picture(pilot).splitlines() if "▸ 75" in row] == before
        line.down = False
        await shown(pilot, "● connecté")


async def test_every_screen_shows_the_link(line: CutTransport) -> None:
    async with seated(line, "referent.ehpad") as (app, pilot):
        for key in ("f7", "f8", "f6"):
            await pilot.press(key)
            await settled(app, pilot)
            await shown(pilot, "● connecté")


async def test_nothing_is_drawn_while_only_signs_of_life_come(live_region: World, line: CutTransport) -> None:
    async with seated(line) as (app, pilot):
        await becomes(pilot, lambda: status(app).startswith("75"))  # once the cursor rests, the last thing is said
        await settled(app, pilot)
        drawn = []
        app.screen.query_one(StatusLine).render_lines = lambda crop: drawn.append(crop) or []  # type: ignore[method-assign,func-returns-value]
        await line.beats(10)
        await pilot.pause()
        assert drawn == []


async def test_the_end_of_the_session_asks_to_sign_in_again_then_follows_again(
    live_region: World, line: CutTransport
) -> None:
    async with seated(line) as (_, pilot):
        await shown(pilot, "● connecté")
        live_region.clock.forward(hours=11)
        await shown(pilot, "Session expirée", "Reconnectez-vous")
        await pilot.press(*"un", "space", *"mot", "space", *"de", "space", *"passe", "space", *"de", "space", *"test")
        await pilot.press("enter")
        await shown(pilot, "● connecté")


async def test_an_open_fiche_says_that_it_was_changed_and_does_not_change(
    live_region: World, line: CutTransport
) -> None:
    unit = await live_region.publish("Unité du matin")
    async with seated(line, "referent.ehpad") as (app, pilot):
        app.open_structure(UUID(unit))
        await shown(pilot, "Nom", "Unité du matin")
        await live_region.change(unit, nom="Unité du soir")
        await shown(pilot, "Modifiée à l'instant par SESAN : F5 pour relire.")
        assert "Unité du soir" not in picture(pilot)
        await pilot.press("f5")
        await shown(pilot, "Unité du soir", "mise à jour le")


async def test_an_open_fiche_says_nothing_of_the_others(live_region: World, line: CutTransport) -> None:
    unit = await live_region.publish("Unité du matin")
    async with seated(line, "referent.ehpad") as (app, pilot):
        app.open_structure(UUID(unit))
        await shown(pilot, "mise à jour le")
        heard = app.client.evenements.position
        await live_region.publish("Une autre")
        await becomes(pilot, lambda: app.client.evenements.position != heard)
        assert "mise à jour le" in status(app)


async def test_a_dossier_that_was_published_leaves_the_list_that_is_open(
    live_region: World, line: CutTransport
) -> None:
    who = "referent.ehpad"
    first = (await live_region.open_dossier(who, EHPAD))["id"]
    await live_region.open_dossier(who, EHPAD, titre="Le second", meme_si_ouvert=True)
    [unit] = await live_region.add(who, first, eg_id(EHPAD))
    await live_region.fill(who, first, unit)
    await live_region.step(who, first, "envoyer")
    async with seated(line, who) as (app, pilot):
        await pilot.press("f7")
        await shown(pilot, "Peuplement", "Le second")
        lines = app.screen.query_one(LineList)
        await pilot.press("home", *(["down"] if "Peuplement" in lines.lines()[0] else []))
        await live_region.step("sesan", first, "valider")
        await becomes(pilot, lambda: len(lines.lines()) == 1)
        assert "Le second" in lines.lines()[lines.cursor]


async def test_quitting_does_not_wait_for_the_feed(line: CutTransport) -> None:
    async with seated(line) as (app, pilot):
        line.mute()
        await pilot.press("ctrl+q")
        await until(pilot, lambda: not app.is_running or app._exit)
    assert app.return_code == 0


async def test_the_login_screen_says_nothing_of_a_link(ror: Opener) -> None:
    async with ror() as (app, _):
        assert app.lien is None
        assert "connecté" not in status(app)
