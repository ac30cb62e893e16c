"""What others publish appears in the Répertoire's tree by itself, and moves nothing under the eyes."""

from __future__ import annotations

from contextlib import AsyncExitStack
from uuid import UUID

import pytest
import sqlalchemy as sa
from textual.pilot import Pilot

from ror_server.domain.identifiers import structure_id
from ror_server.domain.words import fold
from ror_server.store.commits import add_revisions, next_commit
from ror_server.store.tables import regroupement_criteres, regroupements, structures
from ror_tui.api_client.models import Afficher, Filtres, Kind, VueRepertoire
from ror_tui.app import RorApp
from ror_tui.screens.repertoire import RepertoireScreen
from ror_tui.screens.repertoire_live import MARK
from ror_tui.widgets.tree import VirtualTree
from tests.streaming import CutTransport
from tests.tui.conftest import settled, shown
from tests.tui.live import becomes, lines, names, seated
from tests.world import AILLEURS, EHPAD, EJ, START, World, eg_id

EVERYTHING = VueRepertoire(par=Afficher.DEPARTEMENT, filtres=Filtres())


def tree(app: RorApp) -> VirtualTree:
    return app.screen.query_one(VirtualTree)


async def show(app: RorApp, pilot: Pilot[int], vue: VueRepertoire = EVERYTHING, *opened: str) -> None:
    """Show a view, with some of its lines open."""
    screen = app.screen
    assert isinstance(screen, RepertoireScreen)
    screen.change_view(vue)
    await becomes(pilot, lambda: screen.vue == vue)
    for key in opened:
        await becomes(pilot, lambda: loaded(app, key))  # noqa: B023  # awaited at once
        tree(app).expand(key)
        empty = not tree(app).row(key).children
        await becomes(pilot, lambda: empty or tree(app).children_keys(key) is not None)  # noqa: B023  # awaited at once
    await settled(app, pilot)


def loaded(app: RorApp, key: str) -> bool:
    """Tell whether a line is there."""
    try:
        return bool(tree(app).row(key))
    except KeyError:
        return False


async def publish_directly(region: World, structure: UUID, op: str, **columns: object) -> None:
    """Publish as an import does, in a transaction of its own."""
    async with region.database.write() as tx:
        if columns:
            await tx.execute(sa.update(structures).where(structures.c.id == structure).values(columns))
        seq = await next_commit(tx, at=START, acteur="FINESS", origine="import", message="Import FINESS")
        await add_revisions(tx, [{"commit_seq": seq, "structure_id": structure, "op": op, "version": 2}])


async def test_a_unit_that_somebody_publishes_appears_with_a_mark_and_the_cursor_stays(
    live_region: World, line: CutTransport
) -> None:
    await live_region.publish("Unité du milieu")
    async with seated(line) as (app, pilot):
        await show(app, pilot, EVERYTHING, "dep:75", str(eg_id(EHPAD)))
        tree(app).reveal(str(eg_id(EHPAD)))
        await pilot.press("down", "down")
        here = tree(app).cursor_key
        await live_region.publish("Accueil de jour")
        await live_region.publish("Unité de la fin")
        await becomes(pilot, lambda: f"Unité de la fin {MARK}" in " ".join(lines(app)))
        assert [name for name in names(app) if name.startswith("•")] == [
            f"• Accueil de jour {MARK}",
            f"• Unité de la fin {MARK}",
            "• Unité du milieu",
        ]
        assert tree(app).cursor_key == here
        assert any(line.startswith("▾ ■ EHPAD Les Tilleuls") and line.endswith("3") for line in lines(app))


async def test_the_mark_goes_once_the_cursor_has_been_there(live_region: World, line: CutTransport) -> None:
    await live_region.publish("Unité A")
    async with seated(line) as (app, pilot):
        await show(app, pilot, EVERYTHING, "dep:75", str(eg_id(EHPAD)))
        unit = await live_region.publish("Unité B")
        await becomes(pilot, lambda: MARK in " ".join(lines(app)))
        tree(app).reveal(unit)
        await becomes(pilot, lambda: MARK not in " ".join(lines(app)))
        await pilot.press("up", "down")
        await settled(app, pilot)
        assert MARK not in " ".join(lines(app))


async def test_a_reload_takes_the_marks_away(live_region: World, line: CutTransport) -> None:
    await live_region.publish("Unité A")
    async with seated(line) as (app, pilot):
        await show(app, pilot, EVERYTHING, "dep:75", str(eg_id(EHPAD)))
        await live_region.publish("Unité B")
        await becomes(pilot, lambda: MARK in " ".join(lines(app)))
        await settled(app, pilot)
        await pilot.press("f5")
        await settled(app, pilot)
        assert "Unité B" in " ".join(lines(app))
        assert MARK not in " ".join(lines(app))


async def test_a_unit_is_renamed_in_place_and_one_that_was_deleted_leaves(
    live_region: World, line: CutTransport
) -> None:
    first, second = await live_region.publish("Unité A"), await live_region.publish("Unité B")
    async with seated(line) as (app, pilot):
        await show(app, pilot, EVERYTHING, "dep:75", str(eg_id(EHPAD)))
        await live_region.change(first, nom="Unité A bis")
        await becomes(pilot, lambda: f"Unité A bis {MARK}" in " ".join(lines(app)))
        await live_region.delete(second)
        await becomes(pilot, lambda: "Unité B" not in " ".join(lines(app)))
        assert any(line.startswith("▾ ■ EHPAD Les Tilleuls") and line.endswith("1") for line in lines(app))


async def test_the_cursor_on_a_line_that_leaves_goes_to_what_took_its_place(
    live_region: World, line: CutTransport
) -> None:
    units = [await live_region.publish(f"Unité {letter}") for letter in "ABC"]
    async with seated(line) as (app, pilot):
        await show(app, pilot, EVERYTHING, "dep:75", str(eg_id(EHPAD)))
        tree(app).reveal(units[1])
        await settled(app, pilot)
        await live_region.delete(units[1])
        await becomes(pilot, lambda: "Unité B" not in " ".join(lines(app)))
        assert tree(app).cursor_key in {units[0], units[2]}


async def test_a_line_that_is_not_open_only_counts_what_comes_below(live_region: World, line: CutTransport) -> None:
    async with seated(line) as (app, pilot):
        await show(app, pilot, EVERYTHING, "dep:75")
        assert not tree(app).row(str(eg_id(EHPAD))).children
        await live_region.publish("Première unité")
        await becomes(pilot, lambda: tree(app).row(str(eg_id(EHPAD))).children == 1)
        assert "Première unité" not in " ".join(lines(app))
        tree(app).reveal(str(eg_id(EHPAD)))
        await pilot.press("right")
        await settled(app, pilot)
        assert "Première unité" in " ".join(lines(app))


async def test_an_establishment_that_comes_by_an_import_takes_its_place(live_region: World, line: CutTransport) -> None:
    await publish_directly(live_region, eg_id(AILLEURS), "delete", supprimee=True)
    async with seated(line) as (app, pilot):
        await show(app, pilot, EVERYTHING, "dep:75")
        assert lines(app)[0].startswith("▾ 75 – Paris 3")
        nom = "Clinique du Nouveau"
        columns = {"supprimee": False, "departement": "75", "nom": nom, "nom_tri": fold(nom)}
        await publish_directly(live_region, eg_id(AILLEURS), "create", **columns)
        await becomes(pilot, lambda: nom in " ".join(lines(app)))
        assert lines(app)[0].startswith("▾ 75 – Paris 4")
        assert f"■ {nom} {MARK}" in lines(app)[1]
        assert "EHPAD Les Tilleuls" in lines(app)[2]


async def test_a_departement_appears_with_its_first_establishment_and_leaves_with_its_last(
    live_region: World, line: CutTransport
) -> None:
    async with seated(line) as (app, pilot):
        await show(app, pilot)
        assert [line.split(" ")[1] for line in lines(app)] == ["13", "75"]
        await publish_directly(live_region, eg_id(AILLEURS), "delete", supprimee=True)
        await becomes(pilot, lambda: [line.split(" ")[1] for line in lines(app)] == ["75"])
        await publish_directly(live_region, eg_id(AILLEURS), "create", supprimee=False)
        await becomes(pilot, lambda: [line.split(" ")[1] for line in lines(app)] == ["13", "75"])


@pytest.mark.parametrize("par", [Afficher.ENTITE_JURIDIQUE, Afficher.FAVORIS])
async def test_other_views_are_live_too(live_region: World, line: CutTransport, par: Afficher) -> None:
    await live_region.ok("lecteur", "PUT", f"/favoris/{eg_id(EHPAD)}")
    await live_region.publish("Unité A")
    async with seated(line) as (app, pilot):
        above = [] if par is Afficher.FAVORIS else [str(structure_id(Kind.EJ, EJ))]
        await show(app, pilot, VueRepertoire(par=par), *above, str(eg_id(EHPAD)))
        assert "Unité A" in " ".join(lines(app))
        await live_region.publish("Unité B")
        await becomes(pilot, lambda: f"Unité B {MARK}" in " ".join(lines(app)))


async def test_a_structure_below_two_groups_is_live_below_both(live_region: World, line: CutTransport) -> None:
    async with live_region.database.write() as tx:
        for rank in (1, 2):
            group = {"cle": f"bes:0{rank}", "genre": "categorie_besoins", "libelle": f"Besoin {rank}", "ordre": rank}
            await tx.execute(sa.insert(regroupements).values(group))
            criterion = {"cle": f"bes:0{rank}", "critere": "categorie", "valeur": "500"}
            await tx.execute(sa.insert(regroupement_criteres).values(criterion))
    await live_region.publish("Unité A")
    async with seated(line) as (app, pilot):
        below = [key for rank in (1, 2) for key in (f"bes:0{rank}", f"bes:0{rank}/{eg_id(EHPAD)}")]
        await show(app, pilot, VueRepertoire(par=Afficher.CATEGORIE_BESOINS), *below)
        unit = await live_region.publish("Unité B")
        await becomes(pilot, lambda: sum(f"Unité B {MARK}" in one for one in lines(app)) == 2)
        await live_region.delete(unit)
        await becomes(pilot, lambda: "Unité B" not in " ".join(lines(app)))


async def test_what_is_published_elsewhere_draws_nothing_and_asks_little(
    live_region: World, line: CutTransport
) -> None:
    async with seated(line) as (app, pilot):
        await show(app, pilot, EVERYTHING, "dep:13")
        before = lines(app)
        asked = len(line.paths)
        drawn: list[object] = []
        tree(app).update_row = drawn.append  # type: ignore[method-assign,assignment]
        heard = app.client.evenements.position
        await live_region.publish("Unité ailleurs")
        await becomes(pilot, lambda: app.client.evenements.position != heard)
        await settled(app, pilot)
        assert lines(app) == before
        assert drawn == []
        assert [path for path in line.paths[asked:] if "limite=500" not in path] == []
        assert len(line.paths[asked:]) == 1


async def test_a_burst_of_publications_asks_as_little_as_one(live_region: World, line: CutTransport) -> None:
    async with seated(line) as (app, pilot):
        await show(app, pilot, EVERYTHING, "dep:75")
        asked = len(line.paths)
        async with live_region.database.write() as tx:
            for _ in range(50):
                seq = await next_commit(tx, at=START, acteur="FINESS", origine="import", message="Import FINESS")
                await add_revisions(
                    tx, [{"commit_seq": seq, "structure_id": eg_id(EHPAD), "op": "update", "version": 2}]
                )
        await becomes(pilot, lambda: MARK in " ".join(lines(app)))
        await settled(app, pilot)
        assert len([path for path in line.paths[asked:] if "/repertoire" in path]) == 2, line.paths[asked:]


async def test_a_publication_of_a_whole_region_reads_the_view_again(live_region: World, line: CutTransport) -> None:
    async with seated(line) as (app, pilot):
        await show(app, pilot, EVERYTHING, "dep:75")
        tree(app).reveal(str(eg_id(EHPAD)))
        await settled(app, pilot)
        screen = app.screen
        assert isinstance(screen, RepertoireScreen)
        async with live_region.database.write() as tx:
            nom = "EHPAD renommé"
            await tx.execute(sa.update(structures).where(structures.c.id == eg_id(EHPAD)).values(nom=nom))
        screen.hear(None)
        await shown(pilot, "EHPAD renommé")
        assert tree(app).cursor_key == str(eg_id(EHPAD))


async def test_what_was_missed_while_the_link_was_lost_comes_once_it_is_back(
    live_region: World, line: CutTransport
) -> None:
    await live_region.publish("Unité A")
    async with seated(line) as (app, pilot):
        await show(app, pilot, EVERYTHING, "dep:75", str(eg_id(EHPAD)))
        line.down = True
        line.cut()
        await shown(pilot, "◌ reconnexion…")
        await live_region.publish("Unité B")
        assert "Unité A" in " ".join(lines(app))
        line.down = False
        await becomes(pilot, lambda: f"Unité B {MARK}" in " ".join(lines(app)))
        await settled(app, pilot)
        assert sum("Unité B" in one for one in lines(app)) == 1


async def test_lines_that_could_not_be_read_are_read_once_the_link_is_back(
    live_region: World, line: CutTransport
) -> None:
    async with seated(line) as (app, pilot):
        await show(app, pilot)
        line.down = True
        line.cut()
        await shown(pilot, "hors ligne")
        await pilot.press("end", "right")
        await becomes(pilot, lambda: "⚠" in " ".join(lines(app)))
        line.down = False
        await becomes(pilot, lambda: "EHPAD Les Tilleuls" in " ".join(lines(app)))
        assert "⚠" not in " ".join(lines(app))


async def test_behind_another_screen_the_tree_waits_and_catches_up_when_it_is_back(
    live_region: World, line: CutTransport
) -> None:
    await live_region.publish("Unité A")
    async with seated(line) as (app, pilot):
        await show(app, pilot, EVERYTHING, "dep:75", str(eg_id(EHPAD)))
        await pilot.press("f1")
        await becomes(pilot, lambda: not isinstance(app.screen, RepertoireScreen))
        await settled(app, pilot)
        heard, asked = app.client.evenements.position, len(line.paths)
        await live_region.publish("Unité B")
        await becomes(pilot, lambda: app.client.evenements.position != heard)
        assert line.paths[asked:] == []
        await pilot.press("escape")
        await becomes(pilot, lambda: f"Unité B {MARK}" in " ".join(lines(app)))


async def test_one_s_own_publication_bears_no_mark(live_region: World, line: CutTransport) -> None:
    await live_region.publish("Unité A")
    async with seated(line, "sesan") as (app, pilot):
        await show(app, pilot, EVERYTHING, "dep:75", str(eg_id(EHPAD)))
        await live_region.publish("Unité B")
        await becomes(pilot, lambda: "Unité B" in " ".join(lines(app)))
        assert MARK not in " ".join(lines(app))


async def test_hostile_names_come_live_as_they_are(live_region: World, line: CutTransport) -> None:
    await live_region.publish("Unité A")
    async with seated(line) as (app, pilot):
        await show(app, pilot, EVERYTHING, "dep:75", str(eg_id(EHPAD)))
        await live_region.publish("[/bold] Unité [red]")
        await becomes(pilot, lambda: f"[/bold] Unité [red] {MARK}" in " ".join(lines(app)))


async def test_two_clients_see_the_same(live_region: World) -> None:
    await live_region.publish("Unité A")
    async with AsyncExitStack() as stack:
        seats = []
        for who in ("lecteur", "admin"):
            own = CutTransport(live_region.http._transport)
            seats.append(await stack.enter_async_context(seated(own, who)))
        for app, pilot in seats:
            await show(app, pilot, EVERYTHING, "dep:75", str(eg_id(EHPAD)))
        await live_region.publish("Unité B")
        for app, pilot in seats:
            await becomes(pilot, lambda: f"Unité B {MARK}" in " ".join(lines(app)))  # noqa: B023  # awaited at once
