"""The `ror-tui` command line. Imports nothing heavy before it must: `--version` answers at once."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ror_tui import __version__
from ror_tui.settings import THEMES, SettingError, Settings, from_environment, theme
from ror_tui.texts import NBSP, french

if TYPE_CHECKING:
    from ror_tui.demo import DemoServer

USAGE_STATUS = 2
INTERRUPTED_STATUS = 130
QUESTION = "Effacer la région de démonstration et tout ce qui y a été saisi ? [o/N] "
NO_SERVER = (
    "À quel serveur se connecter ? Donnez son adresse : ror-tui --serveur https://ror.exemple.fr, "
    "ou dans la variable ROR_TUI_SERVEUR. Pour essayer sans serveur : ror-tui demo"
)
HELP = "Aide : ror-tui --help"
SEARCH, DOSSIER = "recherche", "dossier"
NO_TERMINAL = "ror-tui a besoin d'un terminal : lancez-le directement, sans redirection."


class CommandError(Exception):
    """The command cannot be run; the message is a French sentence.

    Args:
        message: The sentence.
        status: The exit status.
    """

    def __init__(self, message: str, status: int = USAGE_STATUS) -> None:
        super().__init__(message)
        self.status = status


class _Formatter(argparse.RawDescriptionHelpFormatter):
    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[argparse._MutuallyExclusiveGroup],
        prefix: str | None = None,
    ) -> None:
        super().add_usage(usage, actions, groups, prefix or french("Usage : "))


def main(argv: Sequence[str] | None = None) -> int:
    """Run `ror-tui`.

    Args:
        argv: The arguments, without the name of the program; those of the process by default.

    Returns:
        The exit status: 0, the application's own, 2 when the command cannot be run, or the one it names.
    """
    try:
        return _run(sys.argv[1:] if argv is None else argv)
    except KeyboardInterrupt:
        return INTERRUPTED_STATUS
    except (CommandError, SettingError) as error:
        print(french(f"ror-tui : {error}"), file=sys.stderr)
        return error.status if isinstance(error, CommandError) else USAGE_STATUS


def parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    made = argparse.ArgumentParser(
        prog="ror-tui",
        usage="ror-tui [options]\n        ror-tui demo [--reset] [options]\n        ror-tui recherche [critères]\n"
        "        ror-tui dossier [lister | montrer | tirer | planifier | pousser | envoyer | valider | refuser]",
        description="Décrire les structures de santé dans le ROR, depuis un terminal.",
        formatter_class=_Formatter,
        add_help=False,
        allow_abbrev=False,
        exit_on_error=False,
    )
    commands = made.add_argument_group(f"Commandes{NBSP}")
    commands.add_argument("commande", nargs="?", metavar="demo", help="essayer, avec un serveur et une région fictive")
    commands.add_argument(
        "--reset", action="store_true", help="avec demo : tout effacer et recommencer, après question"
    )
    options = made.add_argument_group(f"Options{NBSP}")
    options.add_argument("--serveur", metavar="URL", help="adresse du serveur du ROR (ROR_TUI_SERVEUR)")
    options.add_argument("--theme", metavar="NOM", type=_theme, help=f"{', '.join(THEMES)} (ROR_TUI_THEME)")
    options.add_argument(
        "--ascii", action="store_true", default=None, help="sans caractères graphiques (ROR_TUI_ASCII)"
    )
    options.add_argument("--souris", action="store_true", default=None, help="accepter la souris (ROR_TUI_SOURIS)")
    options.add_argument(
        "--http-en-clair",
        action="store_true",
        default=None,
        help="accepter http:// vers une autre machine : le mot de passe circule en clair (ROR_TUI_HTTP_EN_CLAIR)",
    )
    options.add_argument(
        "--sans-journal",
        dest="journal",
        action="store_false",
        default=None,
        help="ne rien garder sur ce poste de ce qui est saisi et pas enregistré (ROR_TUI_JOURNAL=non)",
    )
    version = f"ror-tui {__version__}"
    options.add_argument("--version", action="version", version=version, help="donner la version")
    options.add_argument("-h", "--help", action="help", help="montrer cette aide")
    return made


def settings_of(options: argparse.Namespace) -> Settings:
    """Lay the options of the command line over the environment.

    Args:
        options: What `parser` read.

    Raises:
        SettingError: When a variable of the environment means nothing.
    """
    names = ("serveur", "theme", "souris", "ascii", "http_en_clair", "journal")
    given = {name: getattr(options, name) for name in names if getattr(options, name) is not None}
    return replace(from_environment(), **given)


def _run(argv: Sequence[str]) -> int:
    if argv and argv[0] == SEARCH:
        from ror_tui.search_command import run

        return run(argv[1:], from_environment())
    if argv and argv[0] == DOSSIER:
        from ror_tui.dossier_command import run as run_dossier

        return run_dossier(argv[1:], from_environment())
    options = _parse(argv)
    settings = settings_of(options)
    if options.commande == "demo":
        if options.serveur:
            raise CommandError("La démonstration a son propre serveur : ôtez --serveur, ou ôtez demo.")
        return _demonstrate(settings, reset=options.reset)
    if options.reset:
        raise CommandError("--reset n'efface que la région de démonstration : ror-tui demo --reset")
    if not settings.serveur:
        raise CommandError(NO_SERVER)
    _check_address(settings.serveur, settings)
    return _show(settings, settings.serveur, None)


def _parse(argv: Sequence[str]) -> argparse.Namespace:
    try:
        options, unknown = parser().parse_known_args(argv)
    except argparse.ArgumentError as error:
        text = error.message if error.message[:1].isupper() else f"L'option {error.argument_name} n'est pas complète."
        raise CommandError(f"{text} {HELP}") from error
    if unknown:
        raise CommandError(f"Ceci n'est pas compris : {' '.join(unknown)}. {HELP}")
    if options.commande not in {None, "demo"}:
        raise CommandError(
            f"Il n'y a pas de commande « {options.commande} » : il y a demo, recherche et dossier. {HELP}"
        )
    return options


def _demonstrate(settings: Settings, *, reset: bool) -> int:
    from ror_tui import demo
    from ror_tui.paths import UnsafePathError

    try:
        demo.check_installed()
        database = demo.database_path()
        if reset:
            if not _confirmed():
                print("Rien n'a été effacé.")
                return 0
            demo.reset(database)
        _check_terminal()
        server = demo.DemoServer(database)
        server.start()
    except (demo.DemoError, UnsafePathError) as error:
        raise CommandError(str(error)) from error
    try:
        return _show(settings, server.endpoint, server)
    finally:
        server.stop()


def _confirmed() -> bool:
    try:
        return input(french(QUESTION)).strip().lower() in {"o", "oui"}
    except EOFError:
        return False


def _check_address(endpoint: str, settings: Settings) -> None:
    from ror_tui.api_client import address
    from ror_tui.api_client.errors import BadAddress

    try:
        address.parse(endpoint, clear_text=settings.http_en_clair)
    except BadAddress as error:
        raise CommandError(str(error)) from error


def _check_terminal() -> None:
    if not (sys.__stdin__ and sys.__stdin__.isatty() and sys.__stderr__ and sys.__stderr__.isatty()):
        raise CommandError(NO_TERMINAL)


def _show(settings: Settings, endpoint: str, server: DemoServer | None) -> int:
    _check_terminal()
    os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
    os.environ.setdefault("TEXTUAL_SMOOTH_SCROLL", "0")
    from ror_tui import logs, paths

    try:
        log = paths.state_dir() / "ror-tui.log"
    except paths.UnsafePathError as error:
        raise CommandError(str(error)) from error
    with logs.to_file(log):
        from ror_tui.app import RorApp

        app = RorApp(settings, endpoint=endpoint, demo=server)
        app.run(mouse=settings.souris)
        if app.last_word:
            print(french(app.last_word), file=sys.stderr)
    return app.return_code or 0


def _theme(name: str) -> str:
    """Check a theme, in a way that argparse shows the sentence as it is."""
    try:
        return theme(name)
    except SettingError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
