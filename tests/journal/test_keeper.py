"""The journal while one types: soon on the disk, at once when asked, and never forgotten before the server's word."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ror_tui.api_client.models import Valeurs
from ror_tui.journal import Attente, FicheRef, Journal, JournalError, JournalFile
from ror_tui.journal import keeper as keeping

FICHE = FicheRef("serveur", "compte", "dossier", "fiche")


class Desk:
    """A journal, its file read by a second pair of eyes, and what it said."""

    def __init__(self, path: Path) -> None:
        self.said: list[str | None] = []
        self.heard = asyncio.Event()
        self.file = JournalFile(path)
        self.journal = Journal(self.file, told=self._tell)
        self.eyes = JournalFile(path)
        self.tries: list[str] = []
        self.file._connection.set_trace_callback(
            lambda statement: self.tries.append(statement) if statement.startswith("BEGIN") else None
        )

    def _tell(self, sentence: str | None) -> None:
        self.said.append(sentence)
        self.heard.set()

    def type(self, **values: object) -> None:
        self.journal.note(FICHE, "Unité A", 3, {champ: (str(valeur), None) for champ, valeur in values.items()})

    def kept(self) -> Valeurs:
        found = self.eyes.read(FICHE)
        return found.valeurs if found else {}

    def fill_the_disk(self) -> None:
        pages = self.file._connection.execute("PRAGMA page_count").fetchone()[0]
        self.file._connection.execute(f"PRAGMA max_page_count = {pages}")

    def empty_the_disk(self) -> None:
        self.file._connection.execute("PRAGMA max_page_count = 100000")


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    made = Desk(tmp_path / "saisies.db")
    yield made
    made.empty_the_disk()
    await made.journal.close()
    made.eyes.close()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "RETRY", 0.01)


async def until(true: Callable[[], bool]) -> None:
    """Wait until something is true, turn after turn of the event loop."""
    deadline = time.monotonic() + 20
    for _ in iter(lambda: time.monotonic() < deadline, False):
        if true():
            return
        await asyncio.sleep(0)
    raise AssertionError("never true")


async def test_what_is_typed_reaches_the_disk_by_itself(desk: Desk) -> None:
    desk.type(nom="A")
    desk.type(nom="Au", age_min=60)
    await until(lambda: desk.kept() == {"nom": "Au", "age_min": "60"})


async def test_a_field_put_back_as_it_was_is_forgotten(desk: Desk) -> None:
    desk.type(nom="A", age_min=60)
    desk.journal.flush()
    desk.type(nom="A")
    desk.journal.flush()
    assert desk.kept() == {"nom": "A"}


async def test_ending_writes_at_once(desk: Desk) -> None:
    desk.type(nom="A")
    desk.journal.flush()
    assert desk.kept() == {"nom": "A"}


async def test_only_what_the_server_confirmed_is_forgotten(desk: Desk) -> None:
    desk.type(nom="A", age_min=60)
    desk.journal.flush()
    desk.journal.confirm(FICHE, "Unité A", 4, {"nom": "A", "age_min": "60"}, {"age_min": ("65", "60")})
    desk.journal.flush()
    assert desk.kept() == {"age_min": "65"}


async def test_a_confirmation_is_not_lost_behind_the_next_key(desk: Desk) -> None:
    desk.type(nom="A", age_min=60)
    desk.journal.flush()
    desk.journal.confirm(FICHE, "Unité A", 4, {"nom": "A", "age_min": "60"}, {})
    desk.type(age_max=90)
    desk.journal.flush()
    assert desk.kept() == {"age_max": "90"}


async def test_what_another_program_left_is_adopted_then_confirmed(desk: Desk) -> None:
    desk.type(nom="A")
    desk.journal.flush()
    later = Journal(desk.eyes)
    found = await later.found(FICHE)
    assert found is not None
    later.adopt(found)
    later.confirm(FICHE, "Unité A", 4, found.valeurs, {})
    later.flush()
    assert desk.kept() == {}


async def test_what_is_given_up_is_forgotten_even_before_it_is_written(desk: Desk) -> None:
    desk.type(nom="A")
    await desk.journal.forget(FICHE)
    desk.journal.flush()
    assert desk.kept() == {}


async def test_a_full_disk_is_told_at_once_and_nothing_noted_is_dropped(desk: Desk, impatient: None) -> None:
    desk.fill_the_disk()
    desk.journal.note(FICHE, "Unité A", 3, {"nom": ("B" * 100_000, None)})
    await asyncio.wait_for(desk.heard.wait(), 20)
    assert desk.said[0] == "Votre saisie n'est pas gardée sur ce poste : le disque est plein."
    desk.empty_the_disk()
    await until(lambda: desk.kept() == {"nom": "B" * 100_000})
    await until(lambda: desk.said[-1] is None)


async def test_a_full_disk_is_told_once_and_the_save_that_waits_is_kept_when_there_is_room(
    desk: Desk, impatient: None
) -> None:
    desk.fill_the_disk()
    one = Attente(FICHE, "Unité A", {"nom": "B" * 100_000}, {"version": 3}, datetime.now(UTC))
    desk.journal.wait_for_link(one)
    await until(lambda: len(desk.tries) > 5)
    assert desk.said == ["Votre saisie n'est pas gardée sur ce poste : le disque est plein."]
    desk.empty_the_disk()
    await until(lambda: desk.eyes.waiting("serveur", "compte") == [one])
    await until(lambda: desk.said[-1] is None)


async def test_a_save_that_waits_is_on_the_disk_with_what_was_typed(desk: Desk) -> None:
    desk.type(nom="A")
    desk.journal.wait_for_link(Attente(FICHE, "Unité A", {"nom": "A"}, {"version": 3}, datetime.now(UTC)))
    await until(lambda: len(desk.eyes.waiting("serveur", "compte")) == 1)
    assert desk.kept() == {"nom": "A"}


async def test_a_clock_that_goes_back_while_one_types_changes_nothing(tmp_path: Path) -> None:
    years = iter((2099, 1970, 2026))
    file = JournalFile(tmp_path / "saisies.db")
    journal = Journal(file, clock=lambda: datetime(next(years), 1, 1, tzinfo=UTC))
    for nom in ("un", "deux", "trois"):
        journal.note(FicheRef("serveur", "compte", "dossier", nom), nom, 3, {"nom": (nom, None)})
        journal.flush()
    assert [one.titre for one in await journal.listing("serveur", "compte")] == ["trois", "deux", "un"]
    await journal.close()


async def test_ending_on_a_full_disk_says_why(desk: Desk) -> None:
    desk.fill_the_disk()
    desk.journal.note(FICHE, "Unité A", 3, {"nom": ("B" * 100_000, None)})
    with pytest.raises(JournalError, match="disque est plein"):
        desk.journal.flush()


async def test_without_a_file_nothing_is_kept_and_nothing_fails() -> None:
    journal = Journal(None)
    journal.note(FICHE, "Unité A", 3, {"nom": ("A", None)})
    journal.flush()
    assert not journal.keeps
    assert await journal.found(FICHE) is None
    assert await journal.listing("serveur", "compte") == []
    await journal.close()
