"""The command line, as a person sees it."""

from __future__ import annotations

import os
import subprocess
import sys
import types

import pytest

from ror_tui import __version__, cli, demo, paths
from ror_tui.settings import Settings
from ror_tui.texts import NBSP

HEAVY = ("textual", "rich", "httpx", "pydantic", "stamina", "yaml")


def python(code: str, **environ: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code]
    return subprocess.run(command, capture_output=True, text=True, env=os.environ | environ, check=False)


def loaded_by(code: str) -> set[str]:
    report = f"print(','.join(name for name in {HEAVY!r} if name in sys.modules))"
    run = python(f"import sys\n{code}\n{report}")
    assert run.returncode == 0, run.stderr
    return set(run.stdout.splitlines()[-1].split(",")) - {""}


def sentence(capsys: pytest.CaptureFixture[str]) -> str:
    captured = capsys.readouterr()
    assert captured.out == ""
    return captured.err.replace(NBSP, " ")


def test_the_version_is_given_without_importing_anything_heavy() -> None:
    run = "try:\n    main(['--version'])\nexcept SystemExit as end:\n    assert end.code == 0"
    assert loaded_by(f"from ror_tui.cli import main\n{run}") == set()


def test_the_version_is_that_of_the_package() -> None:
    run = subprocess.run([sys.executable, "-m", "ror_tui", "--version"], capture_output=True, text=True, check=True)
    assert run.stdout == f"ror-tui {__version__}\n"


def test_settings_paths_errors_and_the_demonstration_are_light_to_import() -> None:
    modules = "ror_tui.settings, ror_tui.paths, ror_tui.demo, ror_tui.logs, ror_tui.api_client.errors"
    assert loaded_by(f"import {modules}, ror_tui.api_client.address") == set()


@pytest.mark.parametrize("module", ["ror_tui.api_client.client", "ror_tui.services.fiche", "ror_tui.services.dossier"])
def test_the_client_and_its_services_need_no_terminal_library(module: str) -> None:
    assert "textual" not in loaded_by(f"import {module}")
    assert "httpx" in loaded_by(f"import {module}")


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        ([], "Donnez son adresse : ror-tui --serveur https://ror.exemple.fr"),
        (["--inconnue"], "Ceci n'est pas compris : --inconnue."),
        (["--serv", "https://a"], "Ceci n'est pas compris"),
        (["demo", "--serveur"], "L'option --serveur n'est pas complète."),
        (["--theme", "rose"], "--theme n'accepte pas « rose » : sombre, clair, contraste, ansi."),
        (["essai"], "Il n'y a pas de commande « essai »"),
        (["--serveur", "http://ror.exemple.fr"], "circulerait en clair"),
        (["--serveur", "n'importe quoi"], "L'adresse du serveur n'est pas utilisable"),
        (["--reset"], "ror-tui demo --reset"),
        (["demo", "--serveur", "https://a"], "La démonstration a son propre serveur"),
    ],
)
def test_a_command_that_cannot_be_run_is_explained(
    argv: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(argv) == 2
    said = sentence(capsys)
    assert words in said
    assert said.count("\n") == 1


def test_a_bad_variable_of_the_environment_is_explained(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ROR_TUI_SOURIS", "peut-être")
    assert cli.main(["--serveur", "https://a"]) == 2
    assert "ROR_TUI_SOURIS vaut « peut-être » : écrivez oui ou non." in sentence(capsys)


def test_without_a_terminal_nothing_is_drawn() -> None:
    command = [sys.executable, "-m", "ror_tui", "--serveur", "https://ror.exemple.fr"]
    run = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert run.returncode == 2
    assert run.stderr.startswith("ror-tui")
    assert "a besoin d'un terminal" in run.stderr
    assert "\x1b" not in run.stderr + run.stdout


def test_the_help_is_french(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        cli.main(["--help"])
    assert end.value.code == 0
    text = capsys.readouterr().out.replace(NBSP, " ")
    assert text.startswith("Usage : ror-tui")
    assert "demo" in text
    assert not {"usage:", "options:", "optional", "show", "exit", "arguments"} & set(text.split())


def test_the_demonstration_without_the_server_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(demo, "NEEDED", ("paquet_qui_n_existe_pas",))
    assert cli.main(["demo"]) == 2
    assert "installez ror-tui[server]" in sentence(capsys)


@pytest.mark.parametrize("answer", ["n", "", "non", "O K"])
def test_resetting_asks_first(answer: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    database = demo.database_path()
    database.write_bytes(b"saisie")
    asked: list[str] = []

    def reply(question: str) -> str:
        asked.append(question)
        return answer

    monkeypatch.setattr("builtins.input", reply)
    assert cli.main(["demo", "--reset"]) == 0
    assert capsys.readouterr().out == "Rien n'a été effacé.\n"
    assert [question.replace(NBSP, " ") for question in asked] == [cli.QUESTION]
    assert database.read_bytes() == b"saisie"


def test_resetting_without_anybody_to_answer_erases_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    database = demo.database_path()
    database.touch()

    def nobody(_: str) -> str:
        raise EOFError

    monkeypatch.setattr("builtins.input", nobody)
    assert cli.main(["demo", "--reset"]) == 0
    assert database.exists()


@pytest.mark.parametrize("answer", ["o", "O", " oui "])
def test_resetting_erases_the_database_before_anything_starts(
    answer: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    database = demo.database_path()
    files = [database.with_name(database.name + suffix) for suffix in ("", "-wal", "-shm")]
    for file in files:
        file.touch()
    monkeypatch.setattr("builtins.input", lambda _: answer)
    assert cli.main(["demo", "--reset"]) == 2
    assert "a besoin d'un terminal" in sentence(capsys)
    assert not any(file.exists() for file in files)


def test_ctrl_c_ends_without_a_traceback(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(_: str) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("builtins.input", interrupted)
    assert cli.main(["demo", "--reset"]) == 130
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("status", [0, 1, 143])
def test_the_application_gets_its_settings_and_gives_its_status(
    status: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seen: list[object] = []

    class App:
        return_code = status
        last_word = "Votre saisie n'est pas gardée : le disque est plein." if status else None

        def __init__(self, settings: Settings, endpoint: str, demo: object) -> None:
            seen.extend([settings, endpoint, demo])

        def run(self, *, mouse: bool) -> None:
            seen.extend([mouse, os.environ["TEXTUAL_ANIMATIONS"]])

    module = types.ModuleType("ror_tui.app")
    monkeypatch.setattr(module, "RorApp", App, raising=False)
    monkeypatch.setitem(sys.modules, "ror_tui.app", module)
    monkeypatch.setattr(cli, "_check_terminal", lambda: None)
    for name in ("TEXTUAL_ANIMATIONS", "TEXTUAL_SMOOTH_SCROLL", "TEXTUAL_COLOR_SYSTEM", "NO_COLOR"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    assert cli.main(["--serveur", "https://ror.exemple.fr", "--souris", "--theme", "clair"]) == status
    wanted = Settings("https://ror.exemple.fr", "clair", couleurs="256", souris=True)
    assert seen == [wanted, "https://ror.exemple.fr", None, True, "none"]
    said = "Votre saisie n'est pas gardée\N{NO-BREAK SPACE}: le disque est plein.\n" if status else ""
    assert capsys.readouterr() == ("", said)


def test_a_state_directory_open_to_others_is_explained(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    paths.state_dir().chmod(0o755)
    monkeypatch.setattr(cli, "_check_terminal", lambda: None)
    assert cli.main(["--serveur", "https://ror.exemple.fr"]) == 2
    assert "chmod 700" in sentence(capsys)
