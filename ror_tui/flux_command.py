"""`ror-tui flux`: the ordered change feed as JSON lines, to be resumed where it was left."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from ror_tui import command
from ror_tui.api_client.client import RorClient
from ror_tui.api_client.errors import Gone, RorError
from ror_tui.cli import CommandError
from ror_tui.command import say
from ror_tui.services import export
from ror_tui.settings import PASSWORD, Settings

HELP = "Aide : ror-tui flux --help"
PAGE = 500
LOST = 5
"""Exit status when the cursor belongs to another database: the feed is to be read again from the start."""


def parser() -> argparse.ArgumentParser:
    """Describe the command."""
    made = argparse.ArgumentParser(
        prog="ror-tui flux",
        description="Écrire ce qui a été publié, une structure par ligne en JSON, dans l'ordre des publications. Le "
        f"mot de passe est demandé, ou lu dans {PASSWORD}. Code de retour : 0 tout est lu ; 2 refusé ; "
        f"{LOST} le curseur vient d'une autre base.",
        allow_abbrev=False,
        exit_on_error=False,
    )
    command.add_account(made)
    made.add_argument("--depuis", default="", metavar="CURSEUR", help="reprendre après ce curseur")
    made.add_argument(
        "--reprise",
        type=Path,
        metavar="FICHIER",
        help="y lire le curseur s'il existe, et l'y garder après chaque page écrite",
    )
    return made


def run(argv: Sequence[str], settings: Settings) -> int:
    """Run the command.

    Args:
        argv: The arguments after `flux`.
        settings: Where the server is, unless the arguments say it.

    Returns:
        The exit status.

    Raises:
        CommandError: It cannot be run, or the server refuses; the message is a French sentence.
    """
    options = command.parse(parser(), argv, HELP)
    try:
        return asyncio.run(_run(options, settings))
    except Gone as error:
        raise CommandError(str(error), LOST) from error
    except (RorError, export.ExportError) as error:
        raise CommandError(str(error)) from error


async def _run(options: argparse.Namespace, settings: Settings) -> int:
    client = command.client_of(options, settings)
    async with command.signed_in(client, options.identifiant, command.password()) as signed:
        return await follow(signed, options.depuis or kept(options.reprise), options.reprise)


def kept(fichier: Path | None) -> str | None:
    """Give the cursor that a file keeps, None when there is none yet.

    Raises:
        CommandError: The file is there and cannot be read.
    """
    if fichier is None or not fichier.exists():
        return None
    try:
        return fichier.read_text(encoding="utf-8").strip() or None
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"Le curseur n'a pas pu être lu dans « {fichier} ».") from error


async def follow(client: RorClient, cursor: str | None, fichier: Path | None) -> int:
    """Write everything after a cursor; the cursor moves on once its lines are written.

    Args:
        client: Signed in.
        cursor: Where to start, None for the first publication.
        fichier: Where the cursor is kept.
    """
    while True:
        page = await client.historique.flux(cursor, PAGE)
        for line in page.elements:
            say(line.model_dump_json())
        sys.stdout.flush()
        cursor = page.curseur
        if fichier is not None:
            export.ecrire(fichier, f"{cursor}\n", remplacer=True)
        if page.fin:
            break
    if fichier is None:
        sys.stderr.write(f"{cursor}\n")
    return 0
