"""The file of the journal: what it keeps, from whom, and what it says when the disk or the file is bad."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ror_tui.api_client.models import Valeur, codes_de
from ror_tui.journal import Attente, FicheRef, JournalError, JournalFile, Saisie

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
FICHE = FicheRef("https://ror.exemple.fr", "compte", "dossier", "fiche")
OTHER = FicheRef("https://ror.exemple.fr", "compte", "dossier", "autre")


def typed(champ: str, valeur: Valeur, *, le: datetime = NOON) -> Saisie:
    return Saisie(champ, valeur, None, 3, le)


def waiting(ref: FicheRef, *, le: datetime) -> Attente:
    return Attente(ref, "Unité", {"nom": "A"}, {"version": 3}, le)


def ref_of(ref: FicheRef) -> tuple[str, str, str, str]:
    return (ref.serveur, ref.compte, ref.dossier, ref.fiche)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "saisies.db"


@pytest.fixture
def file(path: Path) -> Iterator[JournalFile]:
    made = JournalFile(path)
    yield made
    made.close()


def test_nobody_else_can_read_it(file: JournalFile, path: Path) -> None:
    file.write(FICHE, "Unité A", [typed("nom", "Unité A")])
    assert {stat.S_IMODE(one.stat().st_mode) for one in path.parent.glob("saisies.db*")} == {0o600}


def test_a_file_that_was_open_to_others_is_closed(path: Path) -> None:
    path.touch(0o644)
    path.chmod(0o644)
    JournalFile(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_link_is_not_followed(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "cible"
    target.touch()
    path.symlink_to(target)
    with pytest.raises(JournalError, match="ne peut pas être ouvert"):
        JournalFile(path)
    assert target.read_bytes() == b""


@pytest.mark.parametrize("valeur", ["Unité [/b] \x1b[31m œ", "x" * 10_000, 12, True, None, ["50", "293"]])
def test_what_was_typed_comes_back_as_it_was(file: JournalFile, path: Path, valeur: Valeur) -> None:
    file.write(FICHE, "Unité A", [typed("champ", valeur)])
    again = JournalFile(path)
    found = again.read(FICHE)
    again.close()
    assert found is not None
    assert found.titre == "Unité A"
    kept = found.saisies[0]
    assert (kept.valeur, kept.version, kept.le) == (
        sorted(codes_de(valeur)) if isinstance(valeur, list) else valeur,
        3,
        NOON,
    )


def test_fiches_accounts_and_servers_do_not_mix(file: JournalFile) -> None:
    file.write(FICHE, "A", [typed("nom", "A")])
    file.write(OTHER, "B", [typed("nom", "B")])
    file.write(FicheRef("https://autre.fr", "compte", "dossier", "fiche"), "C", [typed("nom", "C")])
    file.forget(OTHER)
    assert [one.titre for one in file.listing("https://ror.exemple.fr", "compte")] == ["A"]
    assert file.listing("https://ror.exemple.fr", "quelqu'un") == []


def test_the_list_begins_with_the_latest(file: JournalFile) -> None:
    file.write(FICHE, "A", [typed("nom", "A")])
    file.write(OTHER, "B", [typed("nom", "B", le=NOON.replace(hour=13))])
    assert [one.titre for one in file.listing(FICHE.serveur, FICHE.compte)] == ["B", "A"]


def test_a_clock_that_goes_back_does_not_change_the_order(file: JournalFile) -> None:
    file.write(FICHE, "A", [typed("nom", "A", le=NOON.replace(year=2099))])
    file.write(OTHER, "B", [typed("nom", "B", le=NOON.replace(year=1970))])
    assert [one.titre for one in file.listing(FICHE.serveur, FICHE.compte)] == ["B", "A"]
    file.set_waiting(FICHE, waiting(FICHE, le=NOON.replace(year=2099)))
    file.set_waiting(OTHER, waiting(OTHER, le=NOON.replace(year=1970)))
    file.set_waiting(FICHE, waiting(FICHE, le=NOON))  # a second save of the first fiche keeps its place
    assert [one.ref for one in file.waiting(FICHE.serveur, FICHE.compte)] == [FICHE, OTHER]


@pytest.mark.parametrize("format_", [1, 2])
def test_the_file_of_an_older_program_is_brought_up_to_date(path: Path, format_: int) -> None:
    with closing(sqlite3.connect(path)) as older, older:
        key = "serveur TEXT, compte TEXT, dossier TEXT, fiche TEXT"
        older.execute(
            f"CREATE TABLE saisies ({key}, champ TEXT, valeur TEXT, base TEXT, version INTEGER, titre TEXT, le TEXT, "
            "PRIMARY KEY (serveur, compte, dossier, fiche, champ)) WITHOUT ROWID"
        )
        row = (*ref_of(FICHE), "nom", '"A"', "null", 3, "Unité A", NOON.isoformat())
        older.execute("INSERT INTO saisies VALUES (?,?,?,?,?,?,?,?,?,?)", row)
        if format_ == 2:
            columns = f"cle TEXT PRIMARY KEY, {key}, titre TEXT, valeurs TEXT, envoi TEXT, le TEXT"
            older.execute(f"CREATE TABLE attente ({columns}) WITHOUT ROWID")
            save = ("cle", *ref_of(FICHE), "Unité A", '{"nom": "A"}', '{"version": 3}', NOON.isoformat())
            older.execute("INSERT INTO attente VALUES (?,?,?,?,?,?,?,?,?)", save)
        older.execute(f"PRAGMA user_version = {format_}")
    file = JournalFile(path)
    found, saves = file.read(FICHE), file.waiting(FICHE.serveur, FICHE.compte)
    file.close()
    assert found is not None
    assert found.valeurs == {"nom": "A"}
    assert [(one.version, one.disputed({"nom": "B"})) for one in saves] == [(3, ["nom"])] * (format_ - 1)


def test_what_the_server_confirmed_goes_and_what_was_typed_since_stays(file: JournalFile) -> None:
    file.write(FICHE, "A", [typed("nom", "A"), typed("age_min", 60), typed("age_max", 90)])
    file.confirm(FICHE, {"nom": "A", "age_min": 18})
    found = file.read(FICHE)
    assert found is not None
    assert found.valeurs == {"age_min": 60, "age_max": 90}


def test_a_full_disk_says_so_and_keeps_what_was_there(file: JournalFile) -> None:
    file.write(FICHE, "A", [typed("nom", "A")])
    pages = file._connection.execute("PRAGMA page_count").fetchone()[0]
    file._connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(JournalError, match="le disque est plein"):
        file.write(FICHE, "A", [typed("nom", "B" * 100_000)])
    found = file.read(FICHE)
    assert found is not None
    assert found.valeurs == {"nom": "A"}


def test_an_unreadable_file_is_set_aside_and_another_begins(path: Path) -> None:
    path.write_bytes(b"ceci n'est pas une base" * 100)
    file = JournalFile(path)
    file.write(FICHE, "A", [typed("nom", "A")])
    file.close()
    assert file.set_aside is not None
    assert file.set_aside.read_bytes().startswith(b"ceci n'est pas")


def test_the_file_of_a_newer_program_is_left_alone(path: Path) -> None:
    file = JournalFile(path)
    file._connection.execute("PRAGMA user_version = 99")
    file.close()
    before = path.read_bytes()
    with pytest.raises(JournalError, match="plus récent"):
        JournalFile(path)
    assert path.read_bytes() == before


def test_two_programs_of_one_person_write_side_by_side(file: JournalFile, path: Path) -> None:
    second = JournalFile(path)
    file.write(FICHE, "A", [typed("nom", "A")])
    second.write(FICHE, "A", [typed("age_min", 60)])
    found = file.read(FICHE)
    second.close()
    assert found is not None
    assert found.valeurs == {"nom": "A", "age_min": 60}
