"""Command line of the server: serve, user, import, openapi; each command imports what it needs."""

from __future__ import annotations

import argparse
import asyncio
import getpass
import logging
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from ror_server.imports.cli import add_parser as add_import_parser

DEFAULT_DATABASE = "ror.db"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Returns:
        0 when it worked, 2 when it was refused with a French sentence, 130 when it was interrupted.
    """
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s", stream=sys.stderr)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    try:
        code: int = options.run(options)
    except KeyboardInterrupt:
        print("Interrompu.", file=sys.stderr)
        return 130
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="ror-server", description="Serveur du ROR.")
    commands = parser.add_subparsers(title="commandes", required=True, metavar="COMMANDE")
    _add_serve(commands)
    _add_user(commands)
    add_import_parser(commands)
    check = commands.add_parser("verifier", help="dire si l'historique mène à ce qui est publié")
    add_database_option(check)
    check.set_defaults(run=_verify)
    openapi = commands.add_parser("openapi", help="écrire le contrat OpenAPI")
    openapi.add_argument("fichier", type=Path, nargs="?", help="où l'écrire ; sinon sur la sortie")
    openapi.add_argument("--check", type=Path, metavar="FICHIER", help="dire seulement si ce fichier est à jour")
    openapi.set_defaults(run=_openapi)
    return parser


def add_database_option(parser: argparse.ArgumentParser) -> None:
    """Add `--database`, also read from ROR_DATABASE."""
    parser.add_argument(
        "--database",
        default=os.environ.get("ROR_DATABASE", DEFAULT_DATABASE),
        metavar="URL",
        help="postgresql://… ou le chemin d'un fichier SQLite (ROR_DATABASE ; par défaut ror.db)",
    )


def _add_serve(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("serve", help="répondre aux clients")
    add_database_option(parser)
    parser.add_argument("--host", default="127.0.0.1", help="adresse d'écoute (par défaut 127.0.0.1)")
    parser.add_argument("--port", type=int, default=8000, help="port d'écoute (par défaut 8000)")
    parser.add_argument("--unix", type=Path, metavar="CHEMIN", help="écouter sur une socket privée au lieu d'un port")
    parser.add_argument("--demonstration", action="store_true", help="charger la région de démonstration")
    parser.add_argument(
        "--heartbeat",
        type=float,
        default=15.0,
        metavar="SECONDES",
        help="signe de vie du flux en direct (par défaut 15)",
    )
    parser.add_argument("--until-stdin-closes", action="store_true", help="s'arrêter à la fin de l'entrée standard")
    parser.set_defaults(run=_serve)


def _serve(options: argparse.Namespace) -> int:
    from ror_server.serve import CannotListenError, Listening, serve
    from ror_server.settings import ServerSettings
    from ror_server.store.database import BadDatabaseUrlError

    settings = ServerSettings(
        database=options.database, demonstration=options.demonstration, heartbeat=max(options.heartbeat, 0.05)
    )
    where = Listening(options.unix, options.host, options.port, options.until_stdin_closes)
    try:
        asyncio.run(serve(settings, where))
    except (CannotListenError, BadDatabaseUrlError) as error:
        return refuse(str(error))
    return 0


def _add_user(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    user = commands.add_parser("user", help="gérer les comptes")
    actions = user.add_subparsers(title="actions", required=True, metavar="ACTION")
    add = actions.add_parser("add", help="créer un compte ; le mot de passe est demandé")
    add.add_argument("identifiant")
    add.add_argument("--nom", required=True, help="nom affiché")
    _add_grant_options(add)
    add.set_defaults(run=_user, act="add")
    grant = actions.add_parser("grant", help="donner un droit de plus")
    grant.add_argument("identifiant")
    _add_grant_options(grant)
    grant.set_defaults(run=_user, act="grant")
    for name, text in (
        ("password", "changer le mot de passe ; ferme ses sessions"),
        ("close", "fermer un compte et ses sessions"),
        ("open", "rouvrir un compte"),
    ):
        action = actions.add_parser(name, help=text)
        action.add_argument("identifiant")
        add_database_option(action)
        action.set_defaults(run=_user, act=name)


def _add_grant_options(parser: argparse.ArgumentParser) -> None:
    from ror_tui.api_client.models import Role

    add_database_option(parser)
    parser.add_argument("--role", choices=[role.value for role in Role], help="rôle du droit")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--finess", help="sur cet établissement ou cette entité juridique")
    where.add_argument("--departement", help="sur tout un département")
    where.add_argument("--region", action="store_true", help="sur toute la région")


def _user(options: argparse.Namespace) -> int:
    from ror_server.services import accounts
    from ror_server.store.database import BadDatabaseUrlError

    known = {name: value for name, value in vars(options).items() if name in accounts.Order.__slots__}
    try:
        password = _ask_password() if options.act in {"add", "password"} else None
        order = accounts.Order(**known, mot_de_passe=password)
        print(asyncio.run(accounts.administer(options.database, order, datetime.now(UTC))))
    except (accounts.RefusedError, BadDatabaseUrlError) as error:
        return refuse(str(error))
    return 0


def _ask_password() -> str:
    """Ask twice on the terminal; a password never stands on a command line, where others could read it."""
    from ror_server.services.accounts import RefusedError

    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    first = getpass.getpass("Mot de passe : ")
    if first != getpass.getpass("Encore une fois : "):
        raise RefusedError("Les deux saisies diffèrent : rien n'a été changé.")
    return first


def _verify(options: argparse.Namespace) -> int:
    from sqlalchemy.exc import DBAPIError

    from ror_server.services import verification
    from ror_server.store.database import BadDatabaseUrlError

    try:
        report = asyncio.run(verification.report(options.database))
    except BadDatabaseUrlError as error:
        return refuse(str(error))
    except DBAPIError as error:
        return refuse(f"La base n'a pas pu être lue : {str(error.orig).partition(chr(10))[0]}")
    print("\n".join(report.lines()))
    return 1 if report.count else 0


def _openapi(options: argparse.Namespace) -> int:
    from ror_server.app import contract

    text = contract()
    if options.check:
        stale = not options.check.is_file() or options.check.read_text(encoding="utf-8") != text
        return refuse(f"{options.check} n'est plus à jour : lancez « make docs ».") if stale else 0
    if options.fichier:
        options.fichier.write_text(text, encoding="utf-8")
    else:
        print(text, end="")
    return 0


def refuse(sentence: str) -> int:
    """Tell why nothing was done."""
    print(sentence, file=sys.stderr)
    return 2
