"""Settings of the client: command line over environment. Standard library only: read before anything is drawn."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

THEMES = ("sombre", "clair", "ansi")
PREFIX = "ROR_TUI_"
_YES = frozenset({"1", "oui", "vrai", "true", "yes", "on"})
_NO = frozenset({"", "0", "non", "faux", "false", "no", "off"})


class SettingError(ValueError):
    """A setting has a value that means nothing; the message is a French sentence."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a person may choose: the server, the looks, the mouse."""

    serveur: str | None = None
    theme: str = THEMES[0]
    souris: bool = False
    ascii: bool = False
    http_en_clair: bool = False
    journal: bool = True
    """Whether what is typed and not saved is kept on this machine; to be turned off where it is shared."""


def from_environment(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings of the environment: `ROR_TUI_SERVEUR`, `ROR_TUI_THEME`, `ROR_TUI_SOURIS` and so on.

    Args:
        environ: The variables.

    Raises:
        SettingError: When a value means nothing.
    """
    return Settings(
        serveur=environ.get(f"{PREFIX}SERVEUR") or None,
        theme=theme(environ.get(f"{PREFIX}THEME") or THEMES[0]),
        souris=_flag(environ, "SOURIS"),
        ascii=_flag(environ, "ASCII"),
        http_en_clair=_flag(environ, "HTTP_EN_CLAIR"),
        journal=_flag(environ, "JOURNAL", default=True),
    )


def theme(name: str) -> str:
    """Check the name of a theme.

    Raises:
        SettingError: When there is none of that name.
    """
    if name not in THEMES:
        raise SettingError(f"Il n'y a pas de thème « {name} ». Thèmes possibles : {', '.join(THEMES)}.")
    return name


def _flag(environ: Mapping[str, str], name: str, *, default: bool = False) -> bool:
    value = environ.get(PREFIX + name, "").strip().lower()
    if not value:
        return default
    if value not in _YES | _NO:
        raise SettingError(f"{PREFIX}{name} vaut « {value} » : écrivez oui ou non.")
    return value in _YES
