"""`ror-server import finess`: sentences, exit codes, report, Ctrl+C."""

from __future__ import annotations

import asyncio
import csv
import io
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from ror_server.cli import main
from ror_server.domain.identifiers import finess_key
from ror_server.imports.progress import ProgressLine
from ror_server.imports.report import ReportNotWrittenError, report_file
from ror_server.store.database import Database
from ror_server.store.tables import structures
from tests.imports import files
from tests.imports.files import EHPAD, REGION

Captured = pytest.CaptureFixture[str]


def run(*arguments: str | Path) -> int:
    """Run the command."""
    return main(["import", "finess", *map(str, arguments)])


@pytest.fixture
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder of its own, on a database that does not exist yet."""
    monkeypatch.chdir(tmp_path)
    return tmp_path / "neuve.db"


def count(url: Path) -> int:
    """Count the establishments of a database."""

    async def ask() -> int:
        database = Database(str(url))
        async with database.read() as connection:
            query = sa.select(sa.func.count()).where(structures.c.kind == "eg")
            found = (await connection.execute(query)).scalar_one()
        await database.close()
        return int(found)

    return asyncio.run(ask())


def test_an_import_says_in_french_what_it_did(base: Path, tmp_path: Path, capsys: Captured) -> None:
    path = files.write(tmp_path / "stock.csv", [*REGION, files.eg(rs="")])

    assert run(path, "--database", base) == 0
    assert capsys.readouterr().out.splitlines() == [
        "etalab-cs1100502 du 05/01/2026 : 3 établissements lus, 1 ligne rejetée, 0 avertissement.",
        f"  ligne 5, {EHPAD} : ce numéro est déjà à la ligne 2",
        "3 établissements ajoutés.",
        "2 entités juridiques ajoutées.",
        "Le détail est dans « rapport-etalab-cs1100502-2026-01-05.csv ».",
    ]
    assert count(base) == 3


def test_the_same_file_again_says_that_nothing_changed(base: Path, tmp_path: Path, capsys: Captured) -> None:
    path = files.write(tmp_path / "stock.csv.xz", pack="xz")
    run(path, "--database", base)
    capsys.readouterr()

    assert run(path, "--database", base) == 0
    assert capsys.readouterr().out.splitlines()[-1] == (
        "Rien n'a changé : le Répertoire était déjà au niveau de ce fichier."
    )
    assert not list(tmp_path.glob("rapport-*"))


def test_a_newer_file_says_what_it_changed(base: Path, tmp_path: Path, capsys: Captured) -> None:
    run(files.write(tmp_path / "stock.csv"), "--database", base)
    capsys.readouterr()
    run(files.write(tmp_path / "stock.csv", [files.eg(rs="EHPAD NEUF"), REGION[1]], "2026-02-05"), "--database", base)

    assert capsys.readouterr().out.splitlines()[1:3] == ["1 établissement renommé.", "1 établissement fermé."]


def test_the_database_comes_from_the_environment(base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROR_DATABASE", str(base))

    assert run(files.write(tmp_path / "stock.csv")) == 0
    assert count(base) == 3


def test_a_refused_file_gives_a_sentence_and_code_2(base: Path, tmp_path: Path, capsys: Captured) -> None:
    path = files.write(tmp_path / "stock.csv")
    path.write_bytes(path.read_bytes()[:-30])

    assert run(path, "--database", base) == 2
    assert "Ce fichier est incomplet" in capsys.readouterr().err
    assert count(base) == 0
    assert [found.name for found in tmp_path.glob("*.csv")] == ["stock.csv"]


def test_a_wrong_database_gives_a_sentence(tmp_path: Path, capsys: Captured) -> None:
    path = files.write(tmp_path / "stock.csv")

    assert run(path, "--database", "mysql://ici/ror") == 2
    assert "Base « mysql » inconnue" in capsys.readouterr().err
    assert run(path, "--database", tmp_path / "absent" / "ror.db") == 2
    assert "n'existe pas" in capsys.readouterr().err


def test_a_report_that_cannot_be_written_stops_everything_first(base: Path, tmp_path: Path, capsys: Captured) -> None:
    path = files.write(tmp_path / "stock.csv")

    assert run(path, "--database", base, "--rapport", tmp_path / "absent" / "rapport.csv") == 1
    assert "L'import a échoué" in capsys.readouterr().err
    assert not base.exists()


def test_the_report_opens_in_a_spreadsheet_and_holds_no_formula(base: Path, tmp_path: Path) -> None:
    bad = [
        files.eg(nofinesset=finess_key(f"0100010{place}"), rs="EHPAD", dateouv=value)
        for place, value in enumerate(('=CMD("x")', "+33", "-1", "@A1", "\t=1", "\x1b[31m=2", 'a"b'))
    ]
    report = tmp_path / "r.csv"
    run(
        files.write(tmp_path / "stock.csv", [*REGION, *REGION[:0], *bad, *_many(10)]),
        "--database",
        base,
        "--rapport",
        report,
    )

    content = report.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    assert rows[0] == ["gravité", "ligne", "numéro", "champ", "valeur", "explication"]
    assert [row[4] for row in rows[1:]] == ['\'=CMD("x")', "'+33", "'-1", "'@A1", "'=1", "[31m=2", 'a"b']
    assert {(row[0], row[3]) for row in rows[1:]} == {("rejet", "dateouv")}
    assert rows[1][1] == "5"


def test_a_report_that_could_not_take_its_place_does_not_deny_the_import(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"

    with pytest.raises(ReportNotWrittenError, match="L'import est fait"), report_file(path, keep_empty=True):
        path.mkdir()
    assert [found.name for found in tmp_path.iterdir() if found.name.startswith(".")] == []


def test_a_pipe_given_as_report_is_written_into_and_stays_a_pipe(base: Path, tmp_path: Path) -> None:
    pipe = tmp_path / "tuyau"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDWR)

    assert run(files.write(tmp_path / "stock.csv"), "--database", base, "--rapport", pipe) == 0
    assert os.read(reader, 100).decode("utf-8-sig").startswith("gravité;ligne")
    os.close(reader)
    assert pipe.is_fifo()


def test_a_folder_given_as_report_stops_everything_first(base: Path, tmp_path: Path, capsys: Captured) -> None:
    path = files.write(tmp_path / "stock.csv")

    assert run(path, "--database", base, "--rapport", tmp_path) == 1
    assert "est un dossier" in capsys.readouterr().err
    assert not base.exists()


def _many(number: int) -> list[str]:
    return [
        files.eg(nofinesset=finess_key(f"01{place:06d}"), rs=f"EHPAD {place}") for place in range(1000, 1000 + number)
    ]


def test_an_asked_report_is_written_even_when_there_is_nothing_to_say(base: Path, tmp_path: Path) -> None:
    report = tmp_path / "r.csv"
    run(files.write(tmp_path / "stock.csv"), "--database", base, "--rapport", report)

    assert report.read_text("utf-8-sig").splitlines() == ["gravité;ligne;numéro;champ;valeur;explication"]


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Say so."""
        return True


def test_the_progress_is_one_line_on_a_terminal_and_whole_lines_elsewhere() -> None:
    terminal, file = Terminal(), io.StringIO()
    for stream in (terminal, file):
        line = ProgressLine(stream)
        line.show("Lecture", 1, 2)
        line.show("Écriture", 1, 4)
        line.clear()

    assert terminal.getvalue() == (
        f"\r\x1b[KLecture [{'#' * 12}{'.' * 12}]  50%\r\x1b[KÉcriture [{'#' * 6}{'.' * 18}]  25%\r\x1b[K"
    )
    assert file.getvalue() == "Lecture : 50%\nÉcriture : 25%\n"


def test_ctrl_c_in_the_middle_leaves_the_database_as_it_was(base: Path, tmp_path: Path) -> None:
    run(files.write(tmp_path / "stock.csv"), "--database", base)
    newer = files.write(tmp_path / "stock.csv", [*REGION, *_many(30_000)], "2026-02-05")
    command = [sys.executable, "-m", "ror_server", "import", "finess", str(newer), "--database", str(base)]
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=_environment()
    ) as child:
        assert child.stderr is not None
        assert "Lecture du fichier" in child.stderr.readline()
        child.send_signal(signal.SIGINT)
        _, told = child.communicate(timeout=60)

    assert child.returncode == 130
    assert told.splitlines()[-1] == "Import interrompu : la base est restée comme avant."
    assert count(base) == 3
    assert not list(tmp_path.glob(".rapport*"))


def _environment() -> dict[str, str]:
    root = str(Path(__file__).parent.parent.parent)
    return {**os.environ, "PYTHONPATH": os.pathsep.join([root, os.environ.get("PYTHONPATH", "")])}
