"""Signing in, as a user sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import httpx
import pytest
from textual.widgets import Input, Static

from ror_tui.api_client.client import RorClient
from ror_tui.api_client.models import Chargement, CompteDemonstration, EtatService
from ror_tui.app import RorApp
from ror_tui.screens.connexion import ConnexionScreen, ReconnexionScreen
from ror_tui.settings import Settings
from tests import world
from tests.tui.conftest import ENDPOINT, Opener, picture, settled, sign_in, typed, until

if TYPE_CHECKING:
    from ror_tui.demo import DemoServer


async def test_the_login_screen_says_all_that_the_guide_shows(ror: Opener) -> None:
    async with ror() as (app, pilot):
        await settled(app, pilot)
        shown = " ".join(picture(pilot).split())
        for words in (
            "Bienvenue sur l'application ROR",
            "Identifiant",
            "Mot de passe",
            "V.(",
            "conditions générales d'utilisation",
            "En cas de perte d'identifiant ou de mot de passe",
            "01 83 76 30 31",
            "https://formulaire-support.sante-idf.fr",
            "ror.support@sesan.fr",
        ):
            assert words in shown


async def test_signing_in_opens_the_repertoire(ror: Opener) -> None:
    async with ror("referent.ehpad") as (_, pilot):
        assert "REFERENT.EHPAD" in picture(pilot)
        assert "Offres affichées" in picture(pilot)


async def test_a_wrong_password_keeps_the_identifiant_and_empties_the_password(ror: Opener) -> None:
    async with ror() as (app, pilot):
        await settled(app, pilot)
        await pilot.press(*typed("sesan"), "enter", *typed("faux"), "enter")
        await settled(app, pilot)
        assert app.compte is None
        assert app.screen.query_one("#identifiant", Input).value == "sesan"
        assert app.screen.query_one("#mot-de-passe", Input).value == ""
        assert app.focused is app.screen.query_one("#mot-de-passe")
        assert "mot de passe" in message(app)


async def test_an_account_without_any_right_is_told_so_and_not_let_in(ror: Opener) -> None:
    async with ror() as (app, pilot):
        await settled(app, pilot)
        await pilot.press(*typed("personne"), "enter", *typed(world.PASSWORD), "enter")
        await settled(app, pilot)
        assert app.compte is None
        assert "aucun droit" in message(app)


async def test_the_password_is_never_on_the_screen(ror: Opener) -> None:
    async with ror() as (app, pilot):
        await settled(app, pilot)
        await pilot.press(*typed("sesan"), "enter", *typed("hunter2"))
        assert "hunter2" not in picture(pilot)


def message(app: RorApp) -> str:
    """Give the sentence below the fields."""
    return str(app.screen.query_one("#connexion-message", Static).content)


def refusing(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("refused", request=request)


def slow(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadTimeout("slow", request=request)


def not_a_ror(request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, text="<html>nginx</html>", headers={"Content-Type": "text/html"}, request=request)


async def test_each_fault_of_the_server_has_its_own_sentence() -> None:
    sentences = set()
    for fault in (refusing, slow, not_a_ror):
        app = RorApp(Settings(), ENDPOINT)
        app.client = RorClient(ENDPOINT, transport=httpx.MockTransport(fault))
        async with app.run_test(size=(80, 24)) as pilot:
            await until(pilot, lambda: "Connexion au ROR" not in message(app))  # noqa: B023  # used in this turn only
            sentences.add(message(app))
            assert isinstance(app.screen, ConnexionScreen)
    assert len(sentences) == 3


class Demo:
    """A demonstration server that starts, loads its region, and is ready, one look after the other."""

    def __init__(self, *looks: EtatService | str | None) -> None:
        self.looks = list(looks)
        self.failed: str | None = None

    def failure(self) -> str | None:
        return self.failed

    def answer(self, request: httpx.Request) -> httpx.Response:
        look = self.looks.pop(0) if len(self.looks) > 1 else self.looks[0]
        if isinstance(look, EtatService):
            return httpx.Response(200, json=look.model_dump(mode="json"), request=request)
        self.failed = look
        raise httpx.ConnectError("refused", request=request)


def demonstration(*looks: EtatService | str | None) -> RorApp:
    demo = Demo(*looks)
    app = RorApp(Settings(), ENDPOINT, cast("DemoServer", demo))
    app.client = RorClient(ENDPOINT, transport=httpx.MockTransport(demo.answer))
    return app


ACCOUNTS = [
    CompteDemonstration(identifiant="ehpad", mot_de_passe="demo1", libelle="Référent d'un EHPAD"),
    CompteDemonstration(identifiant="sesan", mot_de_passe="demo2", libelle="SESAN [/]"),
]
LOADING = EtatService(version="1", pret=False, chargement=Chargement(fait=21, total=50, message="Unités"))
READY = EtatService(version="1", pret=True, demonstration=ACCOUNTS)


async def test_the_first_load_shows_its_progress() -> None:
    app = demonstration(LOADING)
    async with app.run_test() as pilot:
        await until(pilot, lambda: "42" in message(app))
        assert message(app).split() == ["Unités", "█" * 10 + "░" * 14, "42", "%"]


async def test_the_demonstration_accounts_are_shown_once_ready_and_one_fills_the_fields() -> None:
    app = demonstration(READY)
    async with app.run_test() as pilot:
        await until(pilot, lambda: "Comptes de démonstration" in picture(pilot))
        assert "SESAN [/]" in picture(pilot)
        assert "demo2" not in picture(pilot)
        await pilot.press("f9", "2")
        await until(pilot, lambda: isinstance(app.screen, ConnexionScreen))
        assert app.screen.query_one("#identifiant", Input).value == "sesan"
        assert app.screen.query_one("#mot-de-passe", Input).value == "demo2"
        assert app.focused is app.screen.query_one("#connecter")


async def test_a_demonstration_server_that_stops_says_why() -> None:
    app = demonstration("Le serveur de démonstration s'est arrêté (code 1).")
    async with app.run_test() as pilot:
        await until(pilot, lambda: "s'est arrêté (code 1)" in message(app))


async def test_a_server_that_cannot_prepare_says_why() -> None:
    app = demonstration(EtatService(version="1", pret=False, erreur="La base de données n'a pas pu être préparée."))
    async with app.run_test() as pilot:
        await until(pilot, lambda: "n'a pas pu être préparée" in message(app))


async def test_a_session_that_ended_asks_the_password_above_the_screen_and_goes_on(
    ror: Opener, region: world.World
) -> None:
    async with ror("referent.ehpad") as (app, pilot):
        below = app.screen
        region.clock.forward(days=30)
        await pilot.press("f5")
        await settled(app, pilot)
        assert isinstance(app.screen, ReconnexionScreen)
        assert app.screen.query_one("#identifiant", Input).value == "referent.ehpad"
        await pilot.press(*typed(world.PASSWORD), "enter")
        await until(pilot, lambda: app.screen is below)
        await settled(app, pilot)
        assert "Paris" in picture(pilot)


async def test_escape_keeps_the_screen_and_says_that_the_session_is_over(ror: Opener, region: world.World) -> None:
    async with ror("referent.ehpad") as (app, pilot):
        below = app.screen
        region.clock.forward(days=30)
        await pilot.press("f5")
        await settled(app, pilot)
        await pilot.press("escape")
        assert app.screen is below
        assert "Session expirée" in picture(pilot)


@pytest.mark.parametrize("size", [(80, 24), (40, 10), (160, 45)])
async def test_one_can_sign_in_at_any_size(ror: Opener, size: tuple[int, int]) -> None:
    async with ror(size=size) as (app, pilot):
        await sign_in(app, pilot, "sesan")
        assert app.current_mode == "repertoire"
