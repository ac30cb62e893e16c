"""The application around the screens: tabs, help, palette, quitting, signals, crashes."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest
from textual.screen import Screen
from textual.widgets import Input

from ror_tui import crash, keymap, marks, paths, shortcuts, slow_line
from ror_tui.api_client import errors
from ror_tui.api_client.models import Probleme
from ror_tui.app import RorApp
from ror_tui.ascii_filter import TWINS
from ror_tui.failures import TABLE, presentation
from ror_tui.screens.aide import AideScreen
from ror_tui.screens.base import RorScreen
from ror_tui.screens.dossiers import DossiersScreen
from ror_tui.screens.palette import PaletteScreen
from ror_tui.screens.repertoire import RepertoireScreen
from ror_tui.settings import Settings
from ror_tui.widgets.dialogs import Confirm, Message
from ror_tui.widgets.frame import KeyBar
from ror_tui.widgets.lines import LineList
from tests import world
from tests.tui.conftest import ENDPOINT, Opener, picture, settled, typed, until


async def test_the_tabs_keep_their_screens(ror: Opener) -> None:
    async with ror("referent.ehpad") as (app, pilot):
        repertoire = app.screen
        await pilot.press("f7")
        await until(pilot, lambda: isinstance(app.screen, DossiersScreen))
        await pilot.press("f8")
        await until(pilot, lambda: app.current_mode == "validation")
        await pilot.press("f6")
        await until(pilot, lambda: app.screen is repertoire)


async def test_a_tab_closes_what_is_open_above_the_other(ror: Opener) -> None:
    async with ror("referent.ehpad") as (app, pilot):
        app.open_structure(world.eg_id(world.EHPAD))
        await settled(app, pilot)
        await pilot.press("f7")
        await until(pilot, lambda: app.current_mode == "dossiers")
        await pilot.press("f6")
        await until(pilot, lambda: isinstance(app.screen, RepertoireScreen))


class Unsaved(RorScreen[None]):
    """A screen that refuses to close until it is told to agree."""

    agrees = False
    asked = 0

    async def may_leave(self) -> bool:
        self.asked += 1
        return self.agrees


@pytest.mark.parametrize("key", ["escape", "f7", "f6", "ctrl+q"])
async def test_no_key_leaves_a_screen_that_does_not_agree(ror: Opener, key: str) -> None:
    async with ror("referent.ehpad") as (app, pilot):
        unsaved = Unsaved()
        await app.push_screen(unsaved)
        await pilot.press(key)
        await settled(app, pilot)
        assert unsaved.asked == 1
        assert app.screen is unsaved
        assert app.is_running
        unsaved.agrees = True
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is not unsaved)


class Asking(RorScreen[None]):
    """A screen that asks before it closes."""

    async def may_leave(self) -> bool:
        return await self.ror.push_screen_wait(Confirm("Quitter", "Abandonner la saisie ?"))


async def test_quitting_twice_asks_once(ror: Opener) -> None:
    async with ror("referent.ehpad") as (app, pilot):
        await app.push_screen(Asking())
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        await pilot.press("ctrl+q", "ctrl+q")
        await pilot.pause()
        assert [type(screen) for screen in app.screen_stack] == [RepertoireScreen, Asking, Confirm]
        await pilot.press("n")
        await settled(app, pilot)
        assert isinstance(app.screen, Asking)
        await pilot.press("ctrl+q")
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        await pilot.press("o")
        await until(pilot, lambda: app.return_value == 0)


async def test_help_shows_the_keys_of_the_screen_and_the_support(ror: Opener) -> None:
    async with ror("referent.ehpad", size=(80, 50)) as (app, pilot):
        await pilot.press("f1")
        await pilot.pause()
        assert isinstance(app.screen, AideScreen)
        shown = picture(pilot)
        for words in ("Cocher les structures à afficher", "Enlever tous les filtres", "Déplier"):
            assert words in shown
        await pilot.press("end")
        await pilot.pause()
        assert "01 83 76 30 31" in picture(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, RepertoireScreen))


async def test_the_palette_lists_the_commands_of_the_screen_in_french_and_runs_one(ror: Opener) -> None:
    async with ror("referent.ehpad") as (app, pilot):
        await pilot.press("ctrl+p")
        await pilot.pause()
        assert isinstance(app.screen, PaletteScreen)
        offered = {action.id for action, _ in app.screen.commands}
        assert {one.id for one in keymap.of("repertoire", "arbre")} <= offered
        assert {"app.aide", "app.dossiers", "app.quitter"} <= offered
        await pilot.press(*typed("cocher structures"))
        await pilot.pause()
        assert app.screen.query_one(LineList).lines() == [" t        Cocher les structures à afficher"]
        assert "repertoire.structures" in picture(pilot)
        await pilot.press("enter")
        await pilot.pause()
        await until(pilot, lambda: "Afficher les structures" in picture(pilot))


async def test_the_palette_offers_what_the_field_with_the_focus_hides(ror: Opener) -> None:
    async with ror() as (app, pilot):
        await settled(app, pilot)
        await pilot.press("ctrl+p", *typed("se connecter"))
        await pilot.pause()
        assert isinstance(app.screen, PaletteScreen)
        assert [command.action.id for command in app.screen.found] == ["connexion.valider"]


async def test_the_palette_says_when_nothing_has_that_name(ror: Opener) -> None:
    async with ror("referent.ehpad") as (_, pilot):
        await pilot.press("ctrl+p", *typed("zzz"), "enter")
        await pilot.pause()
        assert "Aucune commande de ce nom ici." in picture(pilot)


async def test_the_key_bar_fits_and_speaks_french(ror: Opener) -> None:
    async with ror("referent.ehpad") as (app, pilot):
        last = picture(pilot).splitlines()[-1]
        assert last.startswith(" F1 Aide")
        assert len(last) <= 80
        app.open_structure(world.eg_id(world.EHPAD))
        await settled(app, pilot)
        bar = picture(pilot).splitlines()[-1]
        assert "Échap Retour" in bar
        assert "Ctrl+Q Quitter" in bar
        assert app.screen.query_one(KeyBar).keys[0][0] == "F1"


async def test_no_key_of_the_login_screen_leads_inside(ror: Opener) -> None:
    async with ror() as (app, pilot):
        await settled(app, pilot)
        await pilot.press("f6", "f7", "ctrl+f", "escape")
        await settled(app, pilot)
        assert app.current_mode == "connexion"
        assert len(app.screen_stack) == 1


async def test_ctrl_q_quits_with_zero(ror: Opener) -> None:
    async with ror() as (app, pilot):
        await pilot.press("ctrl+q")
        await until(pilot, lambda: app.return_value == 0)
    assert app.return_code == 0


async def test_a_fault_of_ours_leaves_a_private_report_without_locals(monkeypatch: pytest.MonkeyPatch) -> None:
    app = RorApp(Settings(), ENDPOINT)

    def explode(_screen: Screen[None]) -> None:
        secret = "hunter2"
        raise LookupError(f"mot_de_passe={secret} jeton: abcdef Bearer 12345")

    monkeypatch.setattr("ror_tui.screens.connexion.ConnexionScreen.on_mount", explode)
    with pytest.raises(LookupError):
        async with app.run_test():
            pass
    assert app.return_code == 1
    (report,) = paths.state_dir().glob("plantage-*.txt")
    assert stat.S_IMODE(report.stat().st_mode) == 0o600
    text = report.read_text()
    assert "LookupError" in text
    assert "in explode" in text
    for secret in ("hunter2", "abcdef", "12345"):
        assert secret not in text


def test_a_report_that_cannot_be_written_is_said_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "fichier").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "fichier"))
    assert "n'a pas pu être écrit" in crash.told(ValueError("x"))


PROBLEM = Probleme(type="urn:x", title="Titre", status=500, detail="Le serveur a échoué [/].")


async def test_an_error_that_may_pass_offers_to_try_again(ror: Opener) -> None:
    async with ror("referent.ehpad") as (app, pilot):
        tries: list[int] = []
        app.fail(errors.ServiceUnreachable("Le ROR ne répond pas."), retry=lambda: tries.append(1))
        await pilot.pause()
        assert isinstance(app.screen, Confirm)
        await pilot.press("enter")
        await pilot.pause()
        assert tries == [1]


async def test_an_error_is_a_sentence_with_its_reference_and_never_markup(ror: Opener) -> None:
    async with ror("referent.ehpad") as (app, pilot):
        app.fail(errors.ServerError(PROBLEM, "req-42"))
        await pilot.pause()
        assert isinstance(app.screen, Message)
        assert "Le serveur a échoué [/]." in picture(pilot)
        assert "req-42" in picture(pilot)


async def test_what_is_said_is_never_markup(ror: Opener) -> None:
    async with ror("referent.ehpad") as (app, pilot):
        app.say("Dossier [/ créé \x1b[31m")
        await pilot.pause()
        assert "Dossier [/ créé" in picture(pilot)


def test_every_error_of_the_client_has_its_presentation() -> None:
    named = [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, errors.RorError)]
    leaves = [one for one in named if not one.__subclasses__()]
    assert set(leaves) <= set(TABLE)
    assert presentation(errors.ServerNotReady(PROBLEM)) is TABLE[errors.ServerNotReady]


def test_every_mark_has_the_ascii_twin_it_says() -> None:
    for table in (marks.FICHE, marks.DOSSIER, marks.KIND_GLYPH, marks.PEUPLEMENT, {None: marks.FAVORI}):
        for mark in table.values():
            assert mark.glyph.translate(TWINS) == mark.ascii


async def test_ascii_draws_no_graphic_character() -> None:
    app = RorApp(Settings(ascii=True), ENDPOINT)
    async with app.run_test() as pilot:
        await pilot.press("f1")
        await pilot.pause()
        drawn = picture(pilot)
    assert "Aide" in drawn
    assert not [
        char for char in drawn if not char.isascii() and not char.isalnum() and char not in "«»\N{NO-BREAK SPACE}"
    ]


@pytest.mark.parametrize("theme", ["sombre", "clair", "ansi"])
async def test_each_theme_of_the_settings_draws(theme: str) -> None:
    app = RorApp(Settings(theme=theme), ENDPOINT)
    async with app.run_test() as pilot:
        await pilot.pause()
        assert app.current_theme.name in {"ror-sombre", "ror-clair", "ansi-dark"}
        assert app.screen.query_one("#identifiant", Input).has_focus


def test_the_page_of_shortcuts_names_every_action() -> None:
    page = shortcuts.page()
    assert all(f"`{action.id}`" in page for action in keymap.ACTIONS)


def test_a_stale_page_of_shortcuts_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert shortcuts.main(["--check"]) == 1
    assert shortcuts.main([]) == 0
    assert shortcuts.main(["--check"]) == 0
    shortcuts.PAGE.write_text("vieux", encoding="utf-8")
    assert shortcuts.main(["--check"]) == 1


def test_the_first_screen_needs_neither_pydantic_nor_httpx() -> None:
    heavy = "{'pydantic', 'httpx'} & {*sys.modules}"
    code = f"import sys, ror_tui.app, ror_tui.screens.connexion as first; print(first.__name__, {heavy})"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.split() == ["ror_tui.screens.connexion", "set()"]


async def test_escape_at_the_root_of_a_tab_does_nothing(ror: Opener) -> None:
    async with ror("referent.ehpad") as (app, pilot):
        await pilot.press("escape")
        await settled(app, pilot)
        assert type(app.screen) is RepertoireScreen
        app.open_structure(world.eg_id(world.EHPAD))
        await settled(app, pilot)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, RepertoireScreen))


FIELDS = {"fiche", "edition", "formulaire"}
"""Contexts where letters are typed; the palette, which has a plain key, names all that they do."""


def test_every_ctrl_key_has_a_plain_twin() -> None:
    palette = next(one for one in keymap.ACTIONS if one.id == "app.palette")
    assert "f11" in palette.keys.split(",")
    for one in keymap.ACTIONS:
        keys = one.keys.split(",")
        plain = [key for key in keys if not key.startswith(("ctrl+", "alt+"))]
        assert plain or one.context in FIELDS | {"app"}, one.id


async def test_a_slow_line_is_advised_once(ror: Opener) -> None:
    async with ror() as (app, pilot):
        slow_line.advise(app, 0.02)
        slow_line.advise(app, 0.31)
        await until(pilot, lambda: "310" in picture(pilot))
        assert "ssh -C" in picture(pilot)
        assert len(app._notifications) == 1
        slow_line.advise(app, 0.31)
        assert len(app._notifications) == 1
