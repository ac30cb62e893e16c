"""The virtual tree, seen as lines of text."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from unicodedata import category

import pytest
from rich.cells import cell_len
from textual import on
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.strip import Strip

from ror_tui.widgets.tree import TreeRow, VirtualTree
from ror_tui.widgets.tree_line import lay_out

Asked = tuple[str | None, str | None]
Branch = tuple[str | None, TreeRow]


class Bench(App[None]):
    """One tree alone, and what it asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[Asked] = []
        self.opened: list[str] = []
        self.moved: list[str] = []
        self.branches: list[str | None] = []
        self.cancelled: list[str | None] = []
        self.ticked: list[frozenset[str]] = []

    def compose(self) -> ComposeResult:
        yield VirtualTree(id="arbre", empty="Rien à montrer.")

    @property
    def arbre(self) -> VirtualTree:
        return self.query_one(VirtualTree)

    @on(VirtualTree.ChildrenWanted)
    def note_wanted(self, event: VirtualTree.ChildrenWanted) -> None:
        where = f"autour {event.around}" if event.around else event.cursor
        self.asked.append((event.key, f"avant {event.cursor}" if event.before else where))

    @on(VirtualTree.BranchWanted)
    def note_branch(self, event: VirtualTree.BranchWanted) -> None:
        self.branches.append(event.key)

    @on(VirtualTree.BranchCancelled)
    def note_cancelled(self, event: VirtualTree.BranchCancelled) -> None:
        self.cancelled.append(event.key)

    @on(VirtualTree.Ticked)
    def note_ticked(self, event: VirtualTree.Ticked) -> None:
        self.ticked.append(event.tree.ticked)

    @on(VirtualTree.Opened)
    def note_opened(self, event: VirtualTree.Opened) -> None:
        self.opened.append(event.key)

    @on(VirtualTree.Moved)
    def note_moved(self, event: VirtualTree.Moved) -> None:
        self.moved.append(event.key)


@asynccontextmanager
async def bench(size: tuple[int, int] = (60, 12)) -> AsyncIterator[tuple[Bench, Pilot[None]]]:
    app = Bench()
    async with app.run_test(size=size) as pilot:
        yield app, pilot


def rows(*names: str, children: int = 0) -> list[TreeRow]:
    return [TreeRow(name, name.capitalize(), children=children) for name in names]


async def test_children_are_asked_for_when_a_row_is_opened_and_shown_when_they_come() -> None:
    async with bench() as (app, pilot):
        app.arbre.set_roots(rows("paris", "lyon", children=2))
        await pilot.press("right")
        assert app.asked == [("paris", None)]
        assert app.arbre.lines()[1].strip() == "chargement…"
        app.arbre.set_children("paris", rows("hôpital", "ehpad"))
        await pilot.pause()
        assert [line.split()[:2] for line in app.arbre.lines()] == [
            ["▾", "Paris"],
            ["Hôpital"],
            ["Ehpad"],
            ["▸", "Lyon"],
        ]


async def test_arrows_letters_and_signs_open_close_and_walk() -> None:
    async with bench() as (app, pilot):
        app.arbre.set_tree([(None, rows("eg")[0]), ("eg", rows("pôle")[0]), ("pôle", rows("uo")[0])])
        await pilot.press("l", "l", "plus", "j")
        assert app.arbre.cursor_key == "uo"
        await pilot.press("left")
        assert app.arbre.cursor_key == "pôle"
        await pilot.press("h", "h", "minus")
        assert [line.strip() for line in app.arbre.lines()] == ["▸ Eg"]
        await pilot.press("enter")
        assert app.opened == ["eg"]


async def test_the_next_page_is_asked_once_when_its_line_comes_in_sight() -> None:
    async with bench(size=(60, 8)) as (app, pilot):
        app.arbre.set_roots(rows(*(f"e{number}" for number in range(20))), more="suite-2")
        await pilot.pause()
        assert app.asked == []
        await pilot.press("end")
        await pilot.pause()
        assert app.asked == [(None, "suite-2")]
        assert app.arbre.lines()[-1].strip() == "chargement…"
        app.arbre.add_page(None, rows("dernier"), None)
        await pilot.pause()
        assert app.arbre.cursor_key == "dernier"
        assert app.asked == [(None, "suite-2")]


async def test_an_error_stays_on_its_line_and_enter_asks_again() -> None:
    async with bench() as (app, pilot):
        app.arbre.set_roots(rows("paris", children=1))
        await pilot.press("right")
        app.arbre.set_error("paris", "Le ROR ne répond pas.")
        await pilot.press("down")
        assert app.arbre.lines()[1].strip() == "⚠ Le ROR ne répond pas. Entrée pour réessayer"
        await pilot.press("enter")
        assert app.asked == [("paris", None), ("paris", None)]
        assert app.arbre.lines()[1].strip() == "chargement…"


async def test_a_page_that_failed_is_asked_again_from_the_same_cursor() -> None:
    async with bench() as (app, pilot):
        app.arbre.set_roots(rows("a", "b"), more="suite-2")
        await pilot.pause()
        app.arbre.set_error(None, "Coupé.")
        await pilot.press("end", "enter")
        assert app.asked == [(None, "suite-2"), (None, "suite-2")]


async def test_loading_again_keeps_the_cursor_and_what_is_open() -> None:
    async with bench() as (app, pilot):
        app.arbre.set_roots(rows("paris", "lyon", children=2))
        app.arbre.expand("paris")
        app.arbre.set_children("paris", rows("hôpital", "ehpad"))
        app.arbre.reveal("ehpad")
        await pilot.pause()
        app.asked.clear()
        app.arbre.set_roots(rows("nouveau", "paris", "lyon", children=2))
        assert app.arbre.cursor_key == "ehpad"
        await pilot.pause()
        assert app.asked == [("paris", None)]
        app.arbre.set_children("paris", rows("avant", "ehpad"))
        assert app.arbre.cursor_key == "ehpad"
        assert [line.split()[-2 if line[0] in "▸▾" else -1] for line in app.arbre.lines()] == [
            "Nouveau",
            "Paris",
            "Avant",
            "Ehpad",
            "Lyon",
        ]


async def test_loading_again_asks_for_as_many_pages_as_were_there() -> None:
    async with bench() as (app, pilot):
        app.arbre.set_roots(rows("paris", children=4))
        app.arbre.expand("paris")
        app.arbre.set_children("paris", rows("a", "b"), more="p2")
        app.arbre.add_page("paris", rows("c", "d"), None)
        app.arbre.reveal("d")
        await pilot.pause()
        app.asked.clear()
        app.arbre.set_children("paris", rows("a", "b"), more="p2")
        await pilot.pause()
        assert app.asked == [("paris", "p2")]
        app.arbre.add_page("paris", rows("c", "d"), None)
        assert app.arbre.cursor_key == "d"


async def test_a_row_that_lost_its_children_closes_when_loaded_again() -> None:
    async with bench() as (app, pilot):
        app.arbre.set_roots(rows("paris", children=1))
        app.arbre.expand("paris")
        app.arbre.set_children("paris", rows("ehpad"))
        app.arbre.reveal("ehpad")
        app.arbre.set_roots(rows("paris", "lyon"))
        await pilot.pause()
        assert [line.strip() for line in app.arbre.lines()] == ["Paris", "Lyon"]
        with pytest.raises(KeyError):
            app.arbre.row("ehpad")


async def test_a_tree_given_again_keeps_the_cursor_on_its_row_or_on_the_next_one() -> None:
    whole: list[tuple[str | None, TreeRow]] = [(None, rows("eg")[0]), *(("eg", row) for row in rows("a", "b", "c"))]
    async with bench() as (app, pilot):
        app.arbre.set_tree(whole)
        app.arbre.expand_all()
        app.arbre.reveal("b")
        app.arbre.set_tree([whole[0], ("eg", rows("z")[0]), *whole[1:]])
        assert app.arbre.cursor_key == "b"
        app.arbre.set_tree([line for line in whole if line[1].key != "b"])
        await pilot.pause()
        assert app.arbre.cursor_key == "c"


async def test_closing_a_row_brings_the_cursor_back_to_it() -> None:
    async with bench() as (app, pilot):
        app.arbre.set_tree([(None, rows("eg")[0]), ("eg", rows("pôle")[0]), ("pôle", rows("uo")[0])])
        app.arbre.reveal("uo")
        app.arbre.collapse("eg")
        await pilot.pause()
        assert app.arbre.cursor_key == "eg"


async def test_revealing_a_row_opens_what_hides_it() -> None:
    async with bench() as (app, pilot):
        app.arbre.set_tree([(None, rows("eg")[0]), ("eg", rows("pôle")[0]), ("pôle", rows("uo")[0])])
        assert len(app.arbre.lines()) == 1
        app.arbre.reveal("uo")
        await pilot.pause()
        assert len(app.arbre.lines()) == 3
        assert app.arbre.cursor_key == "uo"
        assert app.moved[-1] == "uo"


async def test_an_empty_tree_says_so() -> None:
    async with bench() as (app, pilot):
        app.arbre.set_roots([])
        await pilot.pause()
        assert app.arbre.render_line(0).text.strip() == "Rien à montrer."
        await pilot.press("down", "up", "enter", "right", "left", "end", "home")
        assert app.arbre.cursor_key is None


@pytest.mark.parametrize(
    "name",
    [
        "[/",
        "[red]rouge[/red]",
        "ESC \x1b[31m\x1b]0;titre\x07 fin",
        "a\tb\r\nc",
        "é" * 300,
        "日本" * 60,
        "e\u0301" * 90,
        "\u202egauche",
    ],
)
async def test_a_hostile_name_is_drawn_as_text_on_one_line(name: str) -> None:
    async with bench(size=(40, 6)) as (app, pilot):
        app.arbre.set_roots([TreeRow("x", name, detail=name, glyph="●", word="finalisée", color="success", children=3)])
        await pilot.pause()
        strip = app.arbre.render_line(0)
        assert cell_len(strip.text) == 40
        assert not [char for char in strip.text if category(char)[0] == "C"]
        assert strip.text.startswith("▸ ● ")


@pytest.mark.parametrize("width", [20, 40, 80, 200])
@pytest.mark.parametrize("level", [0, 5, 40])
@pytest.mark.parametrize("label", ["Court", "x" * 300, "日本語の名前" * 9])
def test_a_line_is_exactly_as_wide_as_the_screen(width: int, level: int, label: str) -> None:
    row = TreeRow("k", label, "75013 PARIS", "●", "finalisée", "success", ("MSS", "nouveau"), 1234)
    parts = lay_out(row, level=level, arrow="▸", width=width)
    assert cell_len("".join(part.text for part in parts)) == width


def texts(row: TreeRow, width: int) -> Sequence[str]:
    return "".join(part.text for part in lay_out(row, level=0, arrow=" ", width=width)).split()


def test_the_label_comes_first_then_the_state_then_the_detail() -> None:
    row = TreeRow("k", "EHPAD Les Tilleuls", "75013 PARIS", "■", "dossier", tags=("MSS",), children=12)
    assert texts(row, 80) == ["■", "EHPAD", "Les", "Tilleuls", "75013", "PARIS", "dossier", "MSS", "12"]
    assert texts(row, 36) == ["■", "EHPAD", "Les", "Tilleuls", "dossier", "MSS"]
    assert texts(row, 30) == ["■", "EHPAD", "Les", "Tilleuls", "dossier"]


async def test_a_key_costs_the_same_in_a_tree_of_any_size(monkeypatch: pytest.MonkeyPatch) -> None:
    async with bench(size=(60, 20)) as (app, pilot):
        app.arbre.set_roots(rows(*(f"e{number}" for number in range(50_000))))
        await pilot.press("down")
        await pilot.pause()
        drawn: list[int] = []
        render = VirtualTree.render_line

        def draw(tree: VirtualTree, y: int) -> Strip:
            drawn.append(y)
            return render(tree, y)

        monkeypatch.setattr(VirtualTree, "render_line", draw)
        await pilot.press("down")
        await pilot.pause()
        assert sorted(set(drawn)) == [1, 2]
        assert app.arbre.cursor_key == "e2"


async def test_a_smaller_screen_keeps_the_cursor_in_sight() -> None:
    async with bench(size=(80, 24)) as (app, pilot):
        app.arbre.set_roots(rows(*(f"e{number}" for number in range(100))))
        app.arbre.reveal("e20")
        await pilot.resize_terminal(40, 10)
        await pilot.pause()
        assert "  E20" in app.arbre.lines()
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert app.arbre.cursor_key == "e20"
        assert "  E20" in app.arbre.lines()


async def test_a_page_before_is_asked_in_sight_and_comes_above_without_moving_the_cursor_on_the_screen() -> None:
    async with bench(size=(60, 8)) as (app, pilot):
        app.arbre.set_roots(rows(*(f"e{number}" for number in range(50, 70))), more="p70", before="p50")
        app.arbre.reveal("e52")
        await pilot.pause()
        assert app.asked == [(None, "avant p50")]
        at = app.arbre.lines().index("  E52")
        app.arbre.add_page_before(None, rows(*(f"e{number}" for number in range(30, 50))), None)
        await pilot.pause()
        assert app.arbre.cursor_key == "e52"
        assert app.arbre.lines().index("  E52") == at
        await pilot.press("home")
        assert app.arbre.lines()[0] == "  E30"


async def test_opening_all_below_asks_for_the_branch_and_shows_it_as_it_comes() -> None:
    async with bench() as (app, pilot):
        app.arbre.set_roots(rows("paris", "lyon", children=2))
        await pilot.press("asterisk")
        assert app.branches == ["paris"]
        assert "Échap" in app.arbre.lines()[0]
        assert app.arbre.set_branch("paris", [("paris", rows("hôpital", children=1)[0])], done=False)
        assert not app.arbre.set_branch("paris", [("hôpital", rows("pôle")[0]), ("paris", rows("ehpad")[0])], done=True)
        await pilot.pause()
        names = [line.strip(" ▾▸").split()[0] for line in app.arbre.lines()]
        assert names == ["Paris", "Hôpital", "Pôle", "Ehpad", "Lyon"]
        assert app.arbre.cursor_key == "paris"
        assert app.asked == []


async def test_escape_stops_opening_all_and_what_came_stays() -> None:
    async with bench() as (app, pilot):
        app.arbre.set_roots(rows("paris", children=2))
        await pilot.press("asterisk")
        app.arbre.set_branch("paris", [("paris", rows("hôpital")[0])], done=False)
        await pilot.press("escape")
        assert app.cancelled == ["paris"]
        assert not app.arbre.set_branch("paris", [("paris", rows("ehpad")[0])], done=True)
        assert app.arbre.lines()[1].strip() == "Hôpital"
        with pytest.raises(KeyError):
            app.arbre.row("ehpad")


async def test_a_row_changes_comes_and_goes_in_place() -> None:
    async with bench() as (app, pilot):
        app.arbre.set_roots(rows("a", "b", "c"))
        app.arbre.reveal("b")
        app.arbre.update_row(TreeRow("a", "Autre", mark="•"))
        app.arbre.insert_row(None, TreeRow("z", "Zoé"), before="a")
        assert [line.strip() for line in app.arbre.lines()] == ["Zoé", "Autre •", "B", "C"]
        assert app.arbre.cursor_key == "b"
        app.arbre.remove_row("b")
        assert app.arbre.cursor_key == "c"
        app.arbre.remove_row("c")
        await pilot.pause()
        assert [line.strip() for line in app.arbre.lines()] == ["Zoé", "Autre •"]
        assert app.arbre.cursor_key == "a"


async def test_space_ticks_and_goes_on() -> None:
    async with bench() as (app, pilot):
        app.arbre.set_roots(rows("a", "b", "c"))
        await pilot.press("space", "space", "up", "space")
        assert app.ticked[-1] == app.arbre.ticked == {"a"}
        assert [line.split() for line in app.arbre.lines()] == [["☑", "A"], ["☐", "B"], ["☐", "C"]]


async def test_letters_after_an_apostrophe_go_to_the_next_label_that_begins_so() -> None:
    async with bench() as (app, pilot):
        app.arbre.set_roots(rows("lyon", "hôpital nord", "halte", "hôpital sud"))
        await pilot.press("apostrophe", "h", "o", "p")
        assert app.arbre.cursor_key == "hôpital nord"
        await pilot.press("down", "down", "apostrophe", "h", "a", "escape", "j")
        assert app.arbre.cursor_key == "hôpital sud"


async def test_brothers_and_parent_have_their_keys() -> None:
    whole = [(None, row) for row in rows("a", "b")] + [("a", row) for row in rows("a1", "a2")]
    async with bench() as (app, pilot):
        app.arbre.set_tree(whole)
        app.arbre.expand_all()
        await pilot.press("right_parenthesis")
        assert app.arbre.cursor_key == "b"
        await pilot.press("left_parenthesis", "down", "right_parenthesis")
        assert app.arbre.cursor_key == "a2"
        await pilot.press("right_parenthesis")
        assert app.arbre.cursor_key == "a2"
        await pilot.press("backspace")
        assert app.arbre.cursor_key == "a"
        assert app.arbre.opened_keys() == {"a"}
        await pilot.press("down", "underscore")
        assert app.arbre.cursor_key == "a"
        assert len(app.arbre.lines()) == 2


def test_the_runs_that_match_are_parts_of_their_own() -> None:
    row = TreeRow("k", "Hôpital Saint-Louis", ranges=((0, 3), (8, 13)))
    parts = lay_out(row, level=0, arrow=" ", width=40)
    assert [part.text for part in parts if part.role == "match"] == ["Hôp", "Saint"]
    cut = lay_out(row, level=0, arrow=" ", width=12)
    assert [part.text for part in cut if part.role == "match"] == ["Hôp", "S…"]


def million() -> Iterator[list[Branch]]:
    """Give 100 départements of 100 establishments of 99 units, depth first, a département at a time."""
    page: list[Branch] = []
    for dep in range(100):
        page.append((None, TreeRow(f"d{dep}", f"Département {dep}", children=100)))
        for eg in range(100):
            key = f"d{dep}/{eg}"
            page.append((f"d{dep}", TreeRow(key, f"Établissement {dep}-{eg}", "75013 PARIS", "■", children=99)))
            page += [(key, TreeRow(f"{key}/{uo}", f"Unité {dep}-{eg}-{uo}", glyph="•")) for uo in range(99)]
        yield page
        page = []


async def test_a_million_rows_open_close_and_are_walked_through() -> None:
    async with bench(size=(60, 12)) as (app, pilot):
        app.arbre.set_roots([TreeRow(f"d{dep}", f"Département {dep}", children=100) for dep in range(100)])
        await pilot.press("down")
        app.arbre.expand_all()
        await pilot.pause()
        assert app.branches == [None]
        for page in million():
            app.arbre.set_branch(None, page, done=page[0][1].key == "d99")
        assert app.arbre.virtual_size.height == 100 + 100 * 100 + 100 * 100 * 99
        assert app.arbre.cursor_key == "d1"
        await pilot.press("end")
        assert app.arbre.cursor_key == "d99/99/98"
        assert app.arbre.lines()[-1].split() == ["•", "Unité", "99-99-98"]
        await pilot.press("home")
        assert [line.split()[-2] for line in app.arbre.lines()[:3]] == ["0", "PARIS", "Unité"]
        app.arbre.reveal("d50/50/50")
        await pilot.press("right_parenthesis")
        assert app.arbre.cursor_key == "d50/50/51"
        await pilot.press("backspace", "left_parenthesis")
        assert app.arbre.cursor_key == "d50/49"
        app.arbre.remove_row("d50/48")
        app.arbre.insert_row("d50", TreeRow("neuf", "Établissement neuf"), before="d50/49")
        await pilot.press("up")
        assert app.arbre.cursor_key == "neuf"
        await pilot.press("underscore")
        assert app.arbre.virtual_size.height == 100
        assert app.arbre.cursor_key == "d50"
        await pilot.press("asterisk")
        assert app.branches == [None]
        assert app.arbre.virtual_size.height == 100 + 100 + 99 * 99


async def test_a_branch_that_was_stopped_goes_on_after_its_last_row() -> None:
    async with bench() as (app, pilot):
        app.arbre.set_roots(rows("paris", children=2))
        await pilot.press("asterisk")
        app.arbre.set_branch("paris", [("paris", rows("hôpital")[0])], done=False)
        await pilot.press("escape", "end")
        assert app.asked == []
        await pilot.press("enter")
        assert app.asked == [("paris", "autour hôpital")]
        app.arbre.add_page("paris", rows("hôpital", "ehpad"), None)
        assert [line.strip(" ▾▸").split()[0] for line in app.arbre.lines()] == ["Paris", "Hôpital", "Ehpad"]


async def test_branches_come_one_after_the_other() -> None:
    async with bench() as (app, pilot):
        app.arbre.set_roots(rows("paris", "lyon", children=1))
        await pilot.press("asterisk", "down", "asterisk")
        assert app.branches == ["paris"]
        app.arbre.set_branch("paris", [("paris", rows("ehpad")[0])], done=True)
        await pilot.pause()
        assert app.branches == ["paris", "lyon"]
        await pilot.press("escape")
        assert app.cancelled == ["lyon"]


async def test_a_branch_opened_whole_is_read_again_whole() -> None:
    async with bench() as (app, pilot):
        app.arbre.set_roots(rows("paris", children=1))
        await pilot.press("asterisk")
        branch = [("paris", rows("hôpital", children=1)[0]), ("hôpital", rows("pôle")[0])]
        app.arbre.set_branch("paris", branch, done=True)
        app.arbre.reveal("pôle")
        app.arbre.set_roots(rows("paris", children=1))
        await pilot.pause()
        assert app.branches == ["paris", "paris"]
        assert app.asked == []
        app.arbre.set_branch("paris", branch, done=True)
        assert app.arbre.cursor_key == "pôle"


async def test_what_others_change_out_of_sight_draws_nothing() -> None:
    async with bench(size=(60, 8)) as (app, pilot):
        app.arbre.set_roots(rows(*(f"e{number}" for number in range(100))))
        app.arbre.reveal("e50")
        await pilot.pause()
        seen = app.arbre.lines()
        app.arbre.insert_row(None, TreeRow("neuf", "Neuf"), before="e3")
        app.arbre.remove_row("e90")
        await pilot.pause()
        assert app.arbre.lines() == seen
        assert app.arbre.cursor_key == "e50"


async def test_the_counts_stay_left_of_the_scrollbar_that_appears() -> None:
    async with bench(size=(40, 6)) as (app, pilot):
        app.arbre.set_roots(rows(*(f"e{number}" for number in range(20)), children=345))
        await pilot.pause()
        await pilot.pause()
        widths = {cell_len("".join(segment.text for segment in strip)) for strip in app.arbre._drawn.values()}
        assert widths == {39}
        assert [line[-3:] for line in app.arbre.lines()] == ["345"] * 6


async def test_a_forty_column_terminal_shows_names_marks_and_boxes() -> None:
    async with bench(size=(40, 10)) as (app, pilot):
        row = TreeRow("k", "EHPAD Les Tilleuls", "75013 PARIS", "■", "dossier ouvert", "warning", ("MSS",), 3, mark="•")
        app.arbre.set_tree([(None, row), ("k", TreeRow("l", "日本語の名前" * 9, glyph="•"))])
        app.arbre.expand_all()
        app.arbre.tick(["l"])
        await pilot.pause()
        first, second = app.arbre.lines()
        assert first.split() == ["☐", "▾", "■", "EHPAD", "Les", "Tilleuls", "•", "dossier", "ouve…"]
        assert second.startswith("☑     • 日本語の名前")
        assert cell_len(second) <= 40


async def test_letters_that_lead_nowhere_are_said_and_backspace_takes_one_back() -> None:
    async with bench() as (app, pilot):
        app.arbre.set_roots(rows("lyon", "halte", "hôpital"))
        await pilot.press("apostrophe", "h", "o", "z")
        await pilot.pause()
        assert "aucune ligne" in app.arbre.lines()[2]
        await pilot.press("backspace", "backspace", "a")
        assert app.arbre.cursor_key == "halte"
        assert app.arbre.lines()[1].split()[0] == "Halte"
        await pilot.press("escape")
        assert "aller" not in "".join(app.arbre.lines())
