"""`ror-tui doctor`: what the terminal answers is told as it is, quickly, and nothing secret with it."""

from __future__ import annotations

import json
import os
import re
import termios
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ror_tui import cli
from ror_tui.doctor import terminal
from ror_tui.doctor.terminal import Terminal, examine

ANSWERS = {
    rb"\x1b\[>0q": b"\x1bP>|essai 1.0\x1b\\",
    rb"\x1b\[\?2026\$p": b"\x1b[?2026;2$y",
    rb"\x1b\[\?u": b"\x1b[?0u",
    "\r★\x1b\\[6n".encode(): b"\x1b[1;3R",
    rb"\r[^\x1b]+\x1b\[6n": b"\x1b[1;2R",
}
"""What a modern terminal says to each question; the star takes two cells."""


@contextmanager
def emulator(answers: dict[bytes, bytes], *, status: bytes = b"\x1b[?62;22c") -> Iterator[int]:
    """Run a terminal that answers, and give the program's side of it."""
    ours, theirs = os.openpty()
    stop = threading.Event()

    def answer() -> None:
        while not stop.is_set():
            try:
                asked = os.read(ours, 4096)
            except OSError:
                return
            said = next((reply for question, reply in answers.items() if re.search(question, asked)), b"")
            os.write(ours, said + (status if b"\x1b[c" in asked else b""))

    thread = threading.Thread(target=answer)
    thread.start()
    try:
        yield theirs
    finally:
        stop.set()
        os.write(theirs, b".")
        thread.join()
        os.close(theirs)
        os.close(ours)


def test_a_terminal_that_answers_is_told_as_it_is() -> None:
    with emulator(ANSWERS) as descriptor:
        before = termios.tcgetattr(descriptor)
        found = examine(descriptor)
        assert termios.tcgetattr(descriptor) == before
    assert found.round_trip is not None
    assert found == Terminal("essai 1.0", True, found.round_trip, True, True, ("★",), found.size)


def test_an_old_terminal_only_says_that_it_is_there() -> None:
    with emulator({}) as descriptor:
        found = examine(descriptor)
    assert (found.answers, found.name, found.synchronised, found.kitty_keys) == (True, None, False, False)


def test_a_mute_terminal_is_not_waited_for_and_is_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal, "PATIENCE", 0.01)
    with emulator({}, status=b"") as descriptor:
        before = termios.tcgetattr(descriptor)
        assert not examine(descriptor).answers
        assert termios.tcgetattr(descriptor) == before


def test_a_hostile_name_is_made_harmless() -> None:
    with emulator({rb"\x1b\[>0q": b"\x1bP>|\x1b[31mrouge" + b"x" * 200 + b"\x1b\\"}) as descriptor:
        name = examine(descriptor).name
    assert name is not None
    assert len(name) <= 60
    assert "\x1b" not in name


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    status = cli.main(["doctor", *words])
    return status, capsys.readouterr().out


def test_the_report_for_a_script_names_everything(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ROR_TUI_MOT_DE_PASSE", "un secret")
    status, said = run(capsys, "--json", "--serveur", "http://127.0.0.1:9")
    found = json.loads(said)
    assert status == 1
    assert found["serveur"]["repond"] is False
    assert found["choix"]["couleurs"] == "256"
    assert found["reglages"]["reglages"]["serveur"]["origine"] == "ligne de commande"
    assert found["fichiers"]["saisies"].startswith(str(tmp_path))
    assert any("Le serveur ne répond pas" in advice for advice in found["conseils"])
    assert "un secret" not in said


def test_the_report_for_a_person_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    status, said = run(capsys)
    assert status == 1
    assert "Aucun serveur n'est réglé" in said
    assert "couleurs\N{NO-BREAK SPACE}: 256" in said


def test_config_shows_where_each_value_comes_from(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROR_TUI_THEME", "clair")
    assert cli.main(["config", "--souris"]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["theme", "clair", "environnement"] in lines
    assert ["souris", "oui", "ligne", "de", "commande"] in lines
    assert cli.main(["config", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["reglages"]["theme"] == {"valeur": "clair", "origine": "environnement"}


def test_json_alone_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--json"]) == 2
    assert "vont avec config et doctor" in capsys.readouterr().err
