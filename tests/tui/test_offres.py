"""The Recherche tab: criteria, list, detail, export, from the keyboard."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot

from ror_tui.api_client.errors import ServiceUnreachable
from ror_tui.api_client.models import CriteresOffres, Page
from ror_tui.api_client.offres import OffresResource
from ror_tui.screens.offres import OffresScreen
from ror_tui.screens.structure import StructureScreen
from ror_tui.widgets.dialogs import Ask, Confirm, Message
from tests import offers
from tests.tui.conftest import Opener, picture, settled, shown, typed, until
from tests.world import AILLEURS, EHPAD, HOPITAL, World

LYON = "69123"


def left(folder: Path) -> list[str]:
    """Give the names of what an export left in a folder, finished or not."""
    return sorted(one.name for one in folder.rglob("*") if one.suffix in {".csv", ".part"})


@asynccontextmanager
async def recherche(ror: Opener, who: str = "lecteur", **more: tuple[int, int]) -> AsyncIterator[Pilot[int]]:
    """Sign in and go to the Recherche."""
    async with ror(who, **more) as (app, pilot):
        await pilot.press("f9")
        await until(pilot, lambda: isinstance(app.screen, OffresScreen))
        await settled(app, pilot)
        yield pilot


def screen(pilot: Pilot[int]) -> OffresScreen:
    """Give the Recherche, under what may be above it."""
    return next(one for one in pilot.app.screen_stack if isinstance(one, OffresScreen))


def rows(pilot: Pilot[int]) -> list[str]:
    """Give the lines of the list."""
    return screen(pilot).rows.lines()


async def _three(region: World) -> None:
    await offers.publish(region.database, "Unité Alzheimer", publics=["01"], age_min=60, professions=["G15-60"])
    await offers.publish(
        region.database, "Unité de cardiologie", HOPITAL, type_uo="149", discipline="MCO", age_min=16,
        activites=["013"], **offers.contact("2", nom="Alix Abadir", fonction="03"),
    )  # fmt: skip
    await offers.publish(region.database, "Unité des calanques", AILLEURS, age_max=99)


async def test_the_tab_lists_every_offer_with_its_count(region: World, ror: Opener) -> None:
    await _three(region)
    async with recherche(ror) as pilot:
        await shown(pilot, "3 offres", "Aucun critère")
        for part in ("Unité Alzheimer", "EHPAD Les Tilleuls", "60+"):
            assert part in rows(pilot)[0]
        await pilot.press("down")
        await shown(pilot, "Cardiologie générale", "contact : Alix Abadir · Cadre de santé · 0199001234")


async def test_a_text_is_searched_and_the_criteria_say_so(region: World, ror: Opener) -> None:
    await _three(region)
    async with recherche(ror) as pilot:
        await pilot.press("slash", *typed("cardio"), "enter")
        await shown(pilot, "Texte : cardio", "1 offre")
        assert len(rows(pilot)) == 1
        await pilot.press("x")
        await shown(pilot, "3 offres", "Aucun critère")


async def test_a_criterion_is_chosen_in_its_list_and_another_is_added(region: World, ror: Opener) -> None:
    await _three(region)
    async with recherche(ror) as pilot:
        await pilot.press("c", "d")
        await shown(pilot, "Tapez pour chercher")
        await pilot.press(*typed("mco"), "enter")
        await shown(pilot, "Discipline : MCO – Médecine, chirurgie, obstétrique", "1 offre")
        await pilot.press("c", "g")
        await shown(pilot, "Âge en années")
        await pilot.press("1", "0", "enter")
        await shown(pilot, "Âge accepté : 10 ans", "Rien ne répond à tous ces critères")
        await pilot.press("c", "g", "delete", "backspace", "backspace", "enter")
        await shown(pilot, "1 offre")


async def test_a_distance_is_asked_only_around_one_commune(region: World, ror: Opener) -> None:
    await _three(region)
    await offers.move_to_commune(region.database, EHPAD, LYON)
    async with recherche(ror) as pilot:
        await pilot.press("c", "i")
        await shown(pilot, "Choisissez d'abord une commune")
        await pilot.press("escape")
        await pilot.press("c", "v")
        await shown(pilot, "PARIS (75)")
        await pilot.press("space", "enter")
        await shown(pilot, "Commune : PARIS", "1 offre")
        await pilot.press("c", "i")
        await shown(pilot, "Kilomètres")
        await pilot.press("5", "enter")
        await shown(pilot, "Distance : 5 km", "0,0 km", "1 offre")


async def test_professionals_are_the_contacts_and_professions_of_the_units(region: World, ror: Opener) -> None:
    await _three(region)
    async with recherche(ror) as pilot:
        await pilot.press("o")
        await shown(pilot, "Professionnels et contacts", "2 professionnels")
        assert "Infirmier" in rows(pilot)[0]
        await shown(pilot, "profession présente dans l'unité, sans nom")
        await pilot.press("down")
        await shown(pilot, "Alix Abadir, Cadre de santé : contact de l'unité", "0199001234")


async def test_enter_opens_the_fiche_and_coming_back_keeps_criteria_and_place(region: World, ror: Opener) -> None:
    await _three(region)
    async with recherche(ror) as pilot:
        await pilot.press("slash", *typed("unite"), "enter")
        await shown(pilot, "Texte : unite", "3 offres")
        await pilot.press("down", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, StructureScreen))
        await shown(pilot, "Unité de cardiologie")
        await pilot.press("escape", "f6", "f9")
        await shown(pilot, "Texte : unite", "3 offres")
        assert screen(pilot).rows.cursor == 1


async def test_a_unit_is_shown_in_the_repertoire(region: World, ror: Opener) -> None:
    await _three(region)
    async with recherche(ror) as pilot:
        await shown(pilot, "3 offres")
        await pilot.press("down", "v")
        await until(pilot, lambda: pilot.app.current_mode == "repertoire")
        await shown(pilot, "Unité de cardiologie", "Hôpital Saint-Œuvre")


async def test_the_next_page_comes_as_one_goes_down(
    region: World, ror: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(45):
        await offers.publish(region.database, f"Unité {number:02d}")
    monkeypatch.setattr(
        "ror_tui.api_client.offres.OffresResource.chercher.__kwdefaults__", {"curseur": None, "limite": 30}
    )
    async with recherche(ror) as pilot:
        await shown(pilot, "45 offres, 30 lues")
        await pilot.press("end")
        await until(pilot, lambda: len(rows(pilot)) == 45)
        await shown(pilot, "45 offres")
        assert [row[:8] for row in rows(pilot)] == [f"Unité {number:02d}" for number in range(45)]
        assert screen(pilot).rows.cursor == 29


async def test_a_failure_keeps_what_was_read_and_offers_to_try_again(
    region: World, ror: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _three(region)
    async with recherche(ror) as pilot:
        await shown(pilot, "3 offres")

        async def cut(*_: object, **__: object) -> Page[object]:
            raise ServiceUnreachable("Coupé.")

        with monkeypatch.context() as failing:
            failing.setattr(OffresResource, "chercher", cut)
            await pilot.press("f5")
            await shown(pilot, "Coupé.", "Réessayer")
            assert len(rows(pilot)) == 3
        await pilot.press("r")
        await until(pilot, lambda: isinstance(pilot.app.screen, OffresScreen))
        await shown(pilot, "3 offres")


async def test_a_search_that_lasts_is_stopped_by_escape(
    region: World, ror: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _three(region)
    async with recherche(ror) as pilot:
        await shown(pilot, "3 offres")

        async def never(*_: object, **__: object) -> Page[object]:
            await asyncio.Event().wait()
            raise AssertionError

        monkeypatch.setattr(OffresResource, "chercher", never)
        await pilot.press("f5")
        await shown(pilot, "Recherche en cours… Échap : arrêter.")
        await pilot.press("escape")
        await shown(pilot, "3 offres")
        assert len(rows(pilot)) == 3


async def test_a_refused_criterion_says_why(region: World, ror: Opener) -> None:
    await _three(region)
    await offers.move_to_commune(region.database, EHPAD, "99999")
    async with recherche(ror) as pilot:
        screen(pilot).criteres = CriteresOffres(communes=["99999"], distance=10)
        await pilot.press("f5")
        await shown(pilot, "On ne sait pas où est la commune 99999")
        await pilot.press("enter")
        assert len(rows(pilot)) == 3


HOSTILE = ["[/red]", "[bold]x", "\x1b[31mrouge", "\u202erenversé", "名前" * 20, "e\u0301\u0301", "=1+1"]


async def test_hostile_names_are_only_text(region: World, ror: Opener) -> None:
    for nom in HOSTILE:
        await offers.publish(region.database, nom, professions=["G15-60"], **offers.contact("1", nom=nom, valeur=nom))
    async with recherche(ror) as pilot:
        await pilot.press(*["down"] * len(HOSTILE))
        await shown(pilot, "[/red]", "[bold]x", "rouge")
        await pilot.press("o")
        await shown(pilot, "14 professionnels")
        await pilot.press(*["down"] * 14)
        assert not {"\x1b", "\u202e"} & set(picture(pilot))


async def test_the_tab_fits_the_smallest_terminal(region: World, ror: Opener) -> None:
    await _three(region)
    async with recherche(ror, size=(40, 10)) as pilot:
        await shown(pilot, "3 offres", "Unité Alzheimer")
        await pilot.press("c", "t")
        await shown(pilot, "Type d'UO")
        await pilot.press("escape", "o")
        await shown(pilot, "2 professionnels")


# --- Export ---


async def _export(pilot: Pilot[int], fichier: Path) -> None:
    await pilot.press("e")
    await until(pilot, lambda: isinstance(pilot.app.screen, Ask))
    field = pilot.app.screen.query_one("#answer")
    field.value = str(fichier)  # type: ignore[attr-defined]  # the dialog's own field
    await pilot.press("enter")


async def test_the_result_is_written_whole_to_the_file_asked_for(region: World, ror: Opener, tmp_path: Path) -> None:
    await _three(region)
    async with recherche(ror) as pilot:
        await _export(pilot, tmp_path / "offres.csv")
        await shown(pilot, "3 lignes écrites dans")
        text = (tmp_path / "offres.csv").read_text(encoding="utf-8-sig")
        assert len(text.splitlines()) == 4
        assert "Unité de cardiologie;149;" in text
        assert (tmp_path / "offres.csv").stat().st_mode & 0o077 == 0
        assert left(tmp_path) == ["offres.csv"]


async def test_a_file_that_exists_is_not_written_over_without_asking(
    region: World, ror: Opener, tmp_path: Path
) -> None:
    await _three(region)
    fichier = tmp_path / "offres.csv"
    fichier.write_text("ancien")
    async with recherche(ror) as pilot:
        await _export(pilot, fichier)
        await until(pilot, lambda: isinstance(pilot.app.screen, Confirm))
        await pilot.press("enter")
        await shown(pilot, "3 offres")
        assert fichier.read_text() == "ancien"
        await _export(pilot, fichier)
        await until(pilot, lambda: isinstance(pilot.app.screen, Confirm))
        await pilot.press("o")
        await shown(pilot, "3 lignes écrites")
        assert "cardiologie" in fichier.read_text(encoding="utf-8-sig")


def _full(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize(
    ("where", "broken", "said"),
    [
        ("rien/offres.csv", None, "ce dossier n'existe pas"),
        ("data", None, "c'est le nom d'un dossier"),
        ("offres.csv", _full, "le disque est plein"),
    ],
)
async def test_an_export_that_fails_says_why_and_leaves_nothing(
    region: World,
    ror: Opener,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    where: str,
    broken: Callable[..., None] | None,
    said: str,
) -> None:
    await _three(region)
    (tmp_path / "data").mkdir(exist_ok=True)
    if broken is not None:
        monkeypatch.setattr("os.fsync", broken)
    async with recherche(ror) as pilot:
        await _export(pilot, tmp_path / where)
        await until(pilot, lambda: isinstance(pilot.app.screen, Message))
        await shown(pilot, said)
        assert left(tmp_path) == []


async def test_an_export_that_is_stopped_leaves_nothing(
    region: World, ror: Opener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _three(region)

    @asynccontextmanager
    async def slow(*_: object) -> AsyncIterator[AsyncIterator[bytes]]:
        async def chunks() -> AsyncIterator[bytes]:
            yield b"a;b\r\n1;2\r\n"
            await asyncio.Event().wait()

        yield chunks()

    monkeypatch.setattr(OffresResource, "exporter", slow)
    async with recherche(ror) as pilot:
        await _export(pilot, tmp_path / "offres.csv")
        await shown(pilot, "Export en cours : 1 ligne.")
        await pilot.press("e")
        await shown(pilot, "Un export est déjà en cours")
        await pilot.press("escape")
        await shown(pilot, "Export arrêté")
        await until(pilot, lambda: left(tmp_path) == [])
        await shown(pilot, "3 offres")
