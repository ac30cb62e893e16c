"""What the commands without a screen share: reading arguments, the password, signing in, answering."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from uuid import UUID

from pydantic import SecretStr

from ror_tui.api_client.client import RorClient
from ror_tui.api_client.models import Kind
from ror_tui.cli import NO_SERVER, CommandError
from ror_tui.services import repertoire, session
from ror_tui.settings import PASSWORD, Settings

FINESS_LENGTH = 9


def add_account(parser: argparse.ArgumentParser) -> None:
    """Add the options that say where and as whom."""
    parser.add_argument("--serveur", metavar="URL", help="adresse du serveur du ROR (ROR_TUI_SERVEUR)")
    parser.add_argument("--http-en-clair", action="store_true", help="accepter http:// vers une autre machine")
    parser.add_argument("--identifiant", default="", help="compte du ROR")


def parse(parser: argparse.ArgumentParser, argv: Sequence[str], help_: str) -> argparse.Namespace:
    """Read the arguments.

    Raises:
        CommandError: They mean nothing, or name no account; the message is a French sentence.
    """
    try:
        options, unknown = parser.parse_known_args(argv)
    except argparse.ArgumentError as error:
        raise CommandError(f"L'option {error.argument_name} n'est pas acceptée ainsi. {help_}") from error
    if unknown:
        raise CommandError(f"Ceci n'est pas compris : {' '.join(unknown)}. {help_}")
    if not options.identifiant:
        raise CommandError(f"Avec quel compte ? Donnez --identifiant. {help_}")
    return options


def client_of(options: argparse.Namespace, settings: Settings) -> RorClient:
    """Give a client of the server that is asked for, not signed in.

    Raises:
        CommandError: No server is named.
        BadAddress: It cannot be used.
    """
    endpoint = options.serveur or settings.serveur
    if not endpoint:
        raise CommandError(NO_SERVER)
    return RorClient(endpoint, clear_text=options.http_en_clair or settings.http_en_clair)


def password() -> SecretStr:
    """Take the password from its variable, the terminal, or the input: it never stands on a command line."""
    given = os.environ.get(PASSWORD)
    if given is not None:
        return SecretStr(given)
    if sys.stdin.isatty():
        return SecretStr(getpass.getpass("Mot de passe : "))
    return SecretStr(sys.stdin.readline().rstrip("\n"))


@asynccontextmanager
async def signed_in(client: RorClient, identifiant: str, mot_de_passe: SecretStr) -> AsyncIterator[RorClient]:
    """Sign in, and out at the end; the client is closed.

    Raises:
        RorError: The server refuses or does not answer.
    """
    async with client:
        await session.connecter(client, identifiant, mot_de_passe)
        try:
            yield client
        finally:
            await session.deconnecter(client)


def say(text: str) -> None:
    """Write a line of the answer."""
    sys.stdout.write(f"{text}\n")


async def structure_id(client: RorClient, cible: str) -> UUID | None:
    """Give the structure that an identifier or the FINESS number of an establishment names, None when none does."""
    try:
        return UUID(cible)
    except ValueError:
        return await establishment(client, cible)


async def establishment(client: RorClient, finess: str) -> UUID | None:
    """Find an establishment by its FINESS number, blanks or not; None when none has it."""
    number = finess.replace(" ", "").upper()
    hits = await repertoire.chercher(client, number, None) if len(number) == FINESS_LENGTH else None
    for hit in hits.elements if hits else []:
        if hit.noeud.kind is Kind.EG and hit.noeud.finess == number and hit.noeud.id is not None:
            return hit.noeud.id
    return None
