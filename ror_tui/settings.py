"""Settings of the client: command line over environment over file. Read first of all: nothing heavy here."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

THEMES = ("sombre", "clair", "contraste", "ansi")
COLOURS = ("auto", "non", "16", "256", "vraies")
KEYBOARDS = ("auto", "simple")
PREFIX = "ROR_TUI_"
FILE = f"{PREFIX}CONFIG"
"""Variable that names another file of settings; the usual one is `config.toml` in the directory of configuration."""
PASSWORD = f"{PREFIX}MOT_DE_PASSE"
"""Variable that holds the password for what has no screen: it never stands on a command line."""

Value = str | bool | None

_YES = frozenset({"1", "oui", "vrai", "true", "yes", "on"})
_NO = frozenset({"0", "non", "faux", "false", "no", "off"})


class SettingError(ValueError):
    """A setting has a value that means nothing; the message is a French sentence."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a person may choose."""

    serveur: str | None = None
    theme: str = THEMES[0]
    couleurs: str = COLOURS[0]
    clavier: str = KEYBOARDS[0]
    souris: bool = False
    ascii: bool = False
    lineaire: bool = False
    http_en_clair: bool = False
    economie: bool = True
    """Whether only the cells that change are written to the terminal."""
    journal: bool = True
    """Whether what is typed and not saved is kept on this machine; to be turned off where it is shared."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One of them, as data: the same name in the file, in the environment (`ROR_TUI_…`) and on the command line."""

    name: str
    help: str
    choices: tuple[str, ...] = ()
    flag: bool = False

    @property
    def variable(self) -> str:
        """Its variable of the environment."""
        return PREFIX + self.name.upper()

    @property
    def option(self) -> str:
        """Its option of the command line; one that is on by default is turned off by `--sans-…`."""
        word = self.name.replace("_", "-")
        return f"--sans-{word}" if self.flag and getattr(DEFAULTS, self.name) else f"--{word}"

    def read(self, value: object, where: str) -> Value:
        """Check a value.

        Args:
            value: What was written.
            where: Where it was written, for the sentence.

        Raises:
            SettingError: When it means nothing.
        """
        if self.flag:
            return _flag(value, where)
        if not isinstance(value, str):
            raise SettingError(f"{where} vaut « {value} » : écrivez un texte entre guillemets.")
        if self.choices and value not in self.choices:
            raise SettingError(f"{where} n'accepte pas « {value} » : {', '.join(self.choices)}.")
        return value


DEFAULTS = Settings()

SETTINGS = (
    Setting("serveur", "adresse du serveur du ROR"),
    Setting("theme", ", ".join(THEMES), THEMES),
    Setting("couleurs", "auto (d'après le terminal), non, 16, 256, vraies", COLOURS),
    Setting("clavier", "simple : si des touches AltGr, accents ou majuscules se perdent", KEYBOARDS),
    Setting("souris", "accepter la souris", flag=True),
    Setting("ascii", "sans caractères graphiques", flag=True),
    Setting("lineaire", "questions et réponses ligne à ligne : lecteur d'écran, terminal sans curseur", flag=True),
    Setting("http_en_clair", "accepter http:// vers une autre machine : le mot de passe circule en clair", flag=True),
    Setting("economie", "ménager la ligne : écrire à l'écran les seules cases qui changent", flag=True),
    Setting("journal", "garder sur ce poste ce qui est saisi et pas enregistré", flag=True),
)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The settings, and where each comes from: `défaut`, `fichier`, `environnement` or `ligne de commande`."""

    settings: Settings
    origins: Mapping[str, str]
    file: Path


def choose(given: Mapping[str, Value], environ: Mapping[str, str] = os.environ) -> Chosen:
    """Lay the command line over the environment, over the file, over the defaults.

    Args:
        given: What the command line gives, by name; None for what it does not.
        environ: The variables; an empty one is as if it were not there.

    Raises:
        SettingError: When a value or a name means nothing, or the file cannot be read.
    """
    file = path(environ)
    values: dict[str, Value] = {}
    origins = {one.name: "défaut" for one in SETTINGS}
    for origin, source in (
        ("fichier", _from_file(file, named=bool(environ.get(FILE)))),
        ("environnement", _from_environment(environ)),
        ("ligne de commande", {name: value for name, value in given.items() if value is not None}),
    ):
        values |= source
        origins |= dict.fromkeys(source, origin)
    return Chosen(Settings(**values), origins, file)  # type: ignore[arg-type]  # each was read as its own type


def path(environ: Mapping[str, str] = os.environ) -> Path:
    """Give the file of settings, whether or not it is there."""
    if named := environ.get(FILE):
        return Path(named).expanduser()
    import platformdirs  # noqa: PLC0415 - imported only when a path is asked for

    return platformdirs.user_config_path("ror-tui", appauthor=False) / "config.toml"


def _from_environment(environ: Mapping[str, str]) -> dict[str, Value]:
    return {one.name: one.read(environ[one.variable], one.variable) for one in SETTINGS if environ.get(one.variable)}


def _from_file(file: Path, *, named: bool) -> dict[str, Value]:
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        if named:
            raise SettingError(f"Le fichier de réglages {file} n'existe pas ({FILE}).") from error
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise SettingError(f"Le fichier de réglages {file} ne se lit pas : {type(error).__name__}.") from error
    import tomllib  # noqa: PLC0415 - most people have no such file

    try:
        written = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingError(f"Le fichier de réglages {file} n'est pas du TOML lisible : {error}.") from error
    known = {one.name: one for one in SETTINGS}
    for name in written:
        if name not in known:
            raise SettingError(f"Il n'y a pas de réglage « {name} » ({file}) : {', '.join(known)}.")
    return {name: known[name].read(value, f"Le réglage {name} de {file}") for name, value in written.items()}


def template() -> str:
    """Write a file of settings, each with what it does, all commented: nothing changes until a line is uncommented."""
    lines = ["# Réglages de ror-tui. Ôtez le # devant une ligne pour changer le réglage."]
    lines.append("# La ligne de commande passe avant l'environnement, qui passe avant ce fichier.")
    for one in SETTINGS:
        default = getattr(DEFAULTS, one.name)
        shown = ("true" if default else "false") if one.flag else f'"{default or "https://ror.exemple.fr"}"'
        lines += ["", f"# {one.help} ({one.variable}, {one.option})", f"#{one.name} = {shown}"]
    return "\n".join(lines) + "\n"


def _flag(value: object, where: str) -> bool:
    word = str(value).strip().lower()
    if word not in _YES | _NO:
        raise SettingError(f"{where} vaut « {value} » : écrivez oui ou non.")
    return word in _YES
