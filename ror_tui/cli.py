"""The `ror-tui` command line. Imports nothing heavy before it must: `--version` answers at once."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ror_tui import __version__, appearance, splash
from ror_tui.settings import SETTINGS, Chosen, SettingError, Settings, choose
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
SEARCH, DOSSIER, FEED, CONTROL, BEDS = "recherche", "dossier", "flux", "controler", "lits"
COMMANDS = ("demo", "config", "doctor")
NO_TERMINAL = "ror-tui a besoin d'un terminal : lancez-le directement, ou ror-tui --lineaire avec une redirection."


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
        _complain(french(f"ror-tui : {error}"))
        return error.status if isinstance(error, CommandError) else USAGE_STATUS
    except Exception as error:  # noqa: BLE001 - a fault of ours is said in French, and kept without what was typed
        from ror_tui import crash

        _complain(crash.told(error))
        return crash.STATUS


def _complain(sentence: str) -> None:
    splash.clear()
    print(sentence, file=sys.stderr)


def parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    made = argparse.ArgumentParser(
        prog="ror-tui",
        usage="ror-tui [options]\n        ror-tui demo [--reset] [options]\n        ror-tui recherche [critères]\n"
        "        ror-tui dossier [lister | montrer | tirer | planifier | pousser | envoyer | valider | refuser]\n"
        "        ror-tui flux [--reprise FICHIER]\n"
        "        ror-tui controler [DOSSIER | STRUCTURE | FINESS] [--strict]\n"
        "        ror-tui lits [montrer | saisir] [STRUCTURE | FINESS]",
        description="Décrire les structures de santé dans le ROR, depuis un terminal.",
        formatter_class=_Formatter,
        add_help=False,
        allow_abbrev=False,
        exit_on_error=False,
    )
    commands = made.add_argument_group(f"Commandes{NBSP}")
    commands.add_argument(
        "commande",
        nargs="?",
        metavar="commande",
        help="demo : essayer, avec un serveur et une région fictive ; config : chaque réglage, et d'où il vient ; "
        "doctor : ce que ce terminal sait faire, et si le serveur répond",
    )
    commands.add_argument(
        "--reset", action="store_true", help="avec demo : tout effacer et recommencer, après question"
    )
    commands.add_argument("--json", action="store_true", help="avec config ou doctor : pour un script")
    commands.add_argument(
        "--modele", action="store_true", help="avec config : écrire un fichier de réglages commenté sur la sortie"
    )
    options = made.add_argument_group(f"Options{NBSP}")
    for one in SETTINGS:
        told = f"{one.help} ({one.variable})"
        if not one.flag:
            options.add_argument(one.option, dest=one.name, metavar=(one.choices and "NOM") or "URL", help=told)
        elif one.option.startswith("--sans-"):
            told = f"ne pas {one.help} ({one.variable}=non)"
            options.add_argument(one.option, dest=one.name, action="store_false", default=None, help=told)
        else:
            options.add_argument(one.option, dest=one.name, action="store_true", default=None, help=told)
    version = f"ror-tui {__version__}"
    options.add_argument("--version", action="version", version=version, help="donner la version")
    options.add_argument("-h", "--help", action="help", help="montrer cette aide")
    return made


def chosen_by(options: argparse.Namespace) -> Chosen:
    """Lay the options of the command line over the environment and the file.

    Args:
        options: What `parser` read.

    Raises:
        SettingError: When one of them means nothing.
    """
    given = {one.name: getattr(options, one.name) for one in SETTINGS}
    read = {one.name: one.read(given[one.name], one.option) for one in SETTINGS if given[one.name] is not None}
    return choose(read)


def _run(argv: Sequence[str]) -> int:
    if argv and argv[0] in {SEARCH, DOSSIER, FEED, CONTROL, BEDS}:
        return _run_without_screen(argv[0], argv[1:])
    options = _parse(argv)
    chosen = chosen_by(options)
    settings = chosen.settings
    if options.commande == "config":
        from ror_tui.config_command import show

        return show(chosen, as_json=options.json, template=options.modele)
    if options.commande == "doctor":
        from ror_tui.doctor import examine

        return examine(chosen, as_json=options.json)
    if options.json or options.modele:
        raise CommandError(f"--json et --modele vont avec config et doctor. {HELP}")
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


def _run_without_screen(name: str, argv: Sequence[str]) -> int:
    settings = choose({}).settings
    if name == SEARCH:
        from ror_tui.search_command import run

        return run(argv, settings)
    if name == DOSSIER:
        from ror_tui.dossier_command import run as run_dossier

        return run_dossier(argv, settings)
    if name == CONTROL:
        from ror_tui.controler_command import run as run_controls

        return run_controls(argv, settings)
    if name == BEDS:
        from ror_tui.lits_command import run as run_beds

        return run_beds(argv, settings)
    from ror_tui.flux_command import run as run_feed

    return run_feed(argv, settings)


def _parse(argv: Sequence[str]) -> argparse.Namespace:
    try:
        options, unknown = parser().parse_known_args(argv)
    except argparse.ArgumentError as error:
        text = error.message if error.message[:1].isupper() else f"L'option {error.argument_name} n'est pas complète."
        raise CommandError(f"{text} {HELP}") from error
    if unknown:
        raise CommandError(f"Ceci n'est pas compris : {' '.join(unknown)}. {HELP}")
    if options.commande not in {None, *COMMANDS}:
        known = ", ".join([*COMMANDS, SEARCH, DOSSIER, FEED, CONTROL, BEDS])
        raise CommandError(f"Il n'y a pas de commande « {options.commande} » : il y a {known}. {HELP}")
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
        if not settings.lineaire:
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
    if settings.lineaire:
        return _converse(settings, endpoint, server)
    _check_terminal()
    drawn = appearance.choose(settings, os.environ)
    appearance.apply(drawn, os.environ)
    settings = replace(settings, theme=drawn.theme, couleurs=drawn.couleurs)
    os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
    os.environ.setdefault("TEXTUAL_SMOOTH_SCROLL", "0")
    from ror_tui import lifecycle, logs, paths

    try:
        log = paths.state_dir() / "ror-tui.log"
    except paths.UnsafePathError as error:
        raise CommandError(str(error)) from error
    gc.disable()  # until the login screen takes keys, nothing is garbage
    with logs.to_file(log):
        from ror_tui.app import RorApp

        app = RorApp(settings, endpoint=endpoint, demo=server)
        splash.clear()
        with lifecycle.guarded(app):
            app.run(mouse=settings.souris)
        if app.last_word:
            print(french(app.last_word), file=sys.stderr)
    return app.return_code or 0


def _converse(settings: Settings, endpoint: str, server: DemoServer | None) -> int:
    from ror_tui import logs, paths
    from ror_tui.lineaire import run

    try:
        log = paths.state_dir() / "ror-tui.log"
    except paths.UnsafePathError as error:
        raise CommandError(str(error)) from error
    with logs.to_file(log):
        return run(settings, endpoint, server)
