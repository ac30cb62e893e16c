"""Command line over environment over file, the same names everywhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from ror_tui import cli, settings
from ror_tui.settings import SETTINGS, SettingError, Settings, choose


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Give where the file of settings belongs."""
    folder = tmp_path / "config" / "ror-tui"
    folder.mkdir(parents=True)
    return folder / "config.toml"


def test_nothing_given_is_the_default() -> None:
    assert choose({}, {}).settings == Settings()


def test_the_environment_is_read() -> None:
    environ = {"ROR_TUI_SERVEUR": "https://a", "ROR_TUI_THEME": "clair", "ROR_TUI_SOURIS": "oui", "ROR_TUI_ASCII": "1"}
    assert choose({}, environ).settings == Settings("https://a", "clair", souris=True, ascii=True)


def test_each_setting_says_where_it_comes_from(file: Path) -> None:
    file.write_text('theme = "clair"\nserveur = "https://fichier"\nsouris = true\n')
    chosen = choose({"serveur": "https://ligne", "theme": None}, {"ROR_TUI_THEME": "ansi"})
    assert (chosen.settings.serveur, chosen.settings.theme, chosen.settings.souris) == ("https://ligne", "ansi", True)
    assert chosen.origins == {
        "serveur": "ligne de commande",
        "theme": "environnement",
        "couleurs": "défaut",
        "clavier": "défaut",
        "souris": "fichier",
        "ascii": "défaut",
        "lineaire": "défaut",
        "http_en_clair": "défaut",
        "economie": "défaut",
        "journal": "défaut",
    }
    assert chosen.file == file


@pytest.mark.parametrize("value", ["0", "non", "", "False"])
def test_a_flag_can_be_put_off(value: str) -> None:
    assert choose({}, {"ROR_TUI_SOURIS": value}).settings.souris is False


@pytest.mark.parametrize(
    ("name", "words"), [("SOURIS", "écrivez oui ou non"), ("THEME", "n'accepte pas « peut-être »")]
)
def test_a_value_that_means_nothing_is_refused(name: str, words: str) -> None:
    with pytest.raises(SettingError, match=words):
        choose({}, {f"ROR_TUI_{name}": "peut-être"})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("theme = ", "n'est pas du TOML lisible"),
        ('couleur = "256"', "pas de réglage « couleur »"),
        ("theme = 3", "écrivez un texte entre guillemets"),
        ('souris = "peut-être"', "écrivez oui ou non"),
        ('theme = "rose"', "n'accepte pas « rose »"),
    ],
)
def test_a_file_that_means_nothing_is_refused_and_named(file: Path, text: str, words: str) -> None:
    file.write_text(text)
    with pytest.raises(SettingError, match=words) as refused:
        choose({}, {})
    assert str(file) in str(refused.value)


def test_a_file_that_was_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="n'existe pas"):
        choose({}, {"ROR_TUI_CONFIG": str(tmp_path / "absent.toml")})


def test_the_commented_file_changes_nothing_and_every_line_of_it_can_be_uncommented(file: Path) -> None:
    file.write_text(settings.template())
    assert choose({}, {}).settings == Settings()
    lines = settings.template().splitlines()
    named = {f"#{one.name} =" for one in SETTINGS}
    file.write_text("\n".join(line[1:] if any(line.startswith(name) for name in named) else line for line in lines))
    assert choose({}, {}).settings == Settings("https://ror.exemple.fr")
    assert set(choose({}, {}).origins.values()) == {"fichier"}


def test_the_command_line_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROR_TUI_SERVEUR", "https://environnement")
    monkeypatch.setenv("ROR_TUI_THEME", "clair")
    options = cli.parser().parse_args(["--serveur", "https://ligne", "--souris", "--sans-journal"])
    expected = Settings("https://ligne", "clair", souris=True, journal=False)
    assert cli.chosen_by(options).settings == expected


def other(one: settings.Setting) -> settings.Value:
    """Give a value of a setting that is not its default."""
    if one.flag:
        return not getattr(Settings(), one.name)
    return one.choices[-1] if one.choices else "https://ailleurs.exemple.fr"


@pytest.mark.parametrize("one", SETTINGS, ids=lambda one: one.name)
def test_each_setting_has_the_same_name_in_the_file_in_the_environment_and_on_the_command_line(
    one: settings.Setting, file: Path
) -> None:
    value = other(one)
    written = ("oui" if value else "non") if one.flag else str(value)
    words = [one.option] if one.flag else [one.option, written]
    assert one.name in one.option.replace("-", "_")
    by_line = cli.chosen_by(cli.parser().parse_args(words))
    by_environment = choose({}, {one.variable: written})
    assert f"#{one.name} = " in settings.template()
    file.write_text(f"{one.name} = {str(value).lower() if one.flag else repr(value)}\n")
    by_file = choose({}, {})
    for chosen, origin in ((by_line, "ligne de commande"), (by_environment, "environnement"), (by_file, "fichier")):
        assert getattr(chosen.settings, one.name) == value
        assert chosen.origins[one.name] == origin
