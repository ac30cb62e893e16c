"""Command line over environment."""

from __future__ import annotations

import pytest

from ror_tui import cli
from ror_tui.settings import SettingError, Settings, from_environment


def test_nothing_given_is_the_default() -> None:
    assert from_environment({}) == Settings(None, "sombre", souris=False, ascii=False, http_en_clair=False)


def test_the_environment_is_read() -> None:
    environ = {"ROR_TUI_SERVEUR": "https://a", "ROR_TUI_THEME": "clair", "ROR_TUI_SOURIS": "oui", "ROR_TUI_ASCII": "1"}
    assert from_environment(environ) == Settings("https://a", "clair", souris=True, ascii=True)


@pytest.mark.parametrize("value", ["0", "non", "", "False"])
def test_a_flag_can_be_put_off(value: str) -> None:
    assert from_environment({"ROR_TUI_SOURIS": value}).souris is False


@pytest.mark.parametrize(("name", "words"), [("SOURIS", "écrivez oui ou non"), ("THEME", "pas de thème « peut-être »")])
def test_a_value_that_means_nothing_is_refused(name: str, words: str) -> None:
    with pytest.raises(SettingError, match=words):
        from_environment({f"ROR_TUI_{name}": "peut-être"})


def test_the_command_line_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROR_TUI_SERVEUR", "https://environnement")
    monkeypatch.setenv("ROR_TUI_THEME", "clair")
    options = cli.parser().parse_args(["--serveur", "https://ligne", "--souris"])
    assert cli.settings_of(options) == Settings("https://ligne", "clair", souris=True)
