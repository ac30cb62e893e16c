"""`ror-tui controler`: what the controls find in a dossier or an establishment, without a screen."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Sequence
from uuid import UUID

from ror_tui import command
from ror_tui.api_client.client import RorClient
from ror_tui.api_client.errors import NotFound, RorError
from ror_tui.api_client.models import Controles, Gravite
from ror_tui.cli import CommandError
from ror_tui.command import say
from ror_tui.services import controles
from ror_tui.settings import PASSWORD, Settings
from ror_tui.texts import plain

HELP = "Aide : ror-tui controler --help"
WARNED, FAULTY, REFUSED = 1, 2, 3
"""Exit statuses: warnings with `--strict`, errors, nothing could be controlled."""


def parser() -> argparse.ArgumentParser:
    """Describe the command."""
    made = argparse.ArgumentParser(
        prog="ror-tui controler",
        description="Dire ce que les contrôles trouvent dans un dossier collaboratif, ou dans un établissement publié. "
        f"Le mot de passe est demandé, ou lu dans {PASSWORD}. Code de retour : 0 rien à corriger ; "
        f"{WARNED} des avertissements, avec --strict ; {FAULTY} des erreurs ; {REFUSED} rien n'a pu être contrôlé.",
        allow_abbrev=False,
        exit_on_error=False,
    )
    made.add_argument(
        "cible", nargs="?", default="", metavar="CIBLE", help="identifiant d'un dossier ou d'une structure, ou FINESS"
    )
    command.add_account(made)
    made.add_argument("--json", action="store_true", help="répondre en JSON")
    made.add_argument("--erreurs", action="store_true", help="ne dire que les erreurs")
    made.add_argument("--strict", action="store_true", help=f"sortir avec {WARNED} s'il y a des avertissements")
    return made


def run(argv: Sequence[str], settings: Settings) -> int:
    """Run the command.

    Args:
        argv: The arguments after `controler`.
        settings: Where the server is, unless the arguments say it.

    Returns:
        The exit status.

    Raises:
        CommandError: Nothing can be controlled; the message is a French sentence.
    """
    options = parse(argv)
    try:
        return asyncio.run(act(command.client_of(options, settings), options))
    except RorError as error:
        raise CommandError(str(error), REFUSED) from error


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Read the arguments.

    Raises:
        CommandError: They mean nothing; the message is a French sentence.
    """
    try:
        options = command.parse(parser(), argv, HELP)
    except CommandError as error:
        raise CommandError(str(error), REFUSED) from error
    if not options.cible:
        raise CommandError(f"Que contrôler ? Un dossier, une structure ou un numéro FINESS. {HELP}", REFUSED)
    return options


async def act(client: RorClient, options: argparse.Namespace) -> int:
    """Sign in, control, say what was found, sign out.

    Args:
        client: Not signed in yet; closed at the end.
        options: As they were read.

    Returns:
        The exit status.
    """
    async with command.signed_in(client, options.identifiant, command.password()):
        found = await _found(client, options.cible, Gravite.ERREUR if options.erreurs else None)
    for line in [found.model_dump_json()] if options.json else map(plain, controles.lines(found)):
        say(line)
    if found.erreurs:
        return FAULTY
    return WARNED if options.strict and found.avertissements else 0


async def _found(client: RorClient, cible: str, gravite: Gravite | None) -> Controles:
    try:
        known = UUID(cible)
    except ValueError:
        structure_id = await _establishment(client, cible)
        return await controles.de_l_etablissement(client, structure_id, gravite=gravite)
    try:
        return await controles.du_dossier(client, known, gravite=gravite)
    except NotFound:
        return await controles.de_l_etablissement(client, known, gravite=gravite)


async def _establishment(client: RorClient, finess: str) -> UUID:
    """Find an establishment by its FINESS number.

    Raises:
        CommandError: None has it.
    """
    found = await command.establishment(client, finess)
    if found is None:
        text = f"« {finess} » n'est ni un dossier, ni une structure, ni le numéro FINESS d'un établissement. {HELP}"
        raise CommandError(text, REFUSED)
    return found
