"""`ror-tui recherche …`: the Recherche without a screen, for scripts; the same services as the tab."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from pydantic import SecretStr, ValidationError

from ror_tui import command
from ror_tui.api_client.client import RorClient
from ror_tui.api_client.errors import RorError
from ror_tui.api_client.models import CriteresOffres, Offre, Professionnel
from ror_tui.cli import CommandError
from ror_tui.command import say
from ror_tui.services import export, offres
from ror_tui.services.offres import Quoi
from ror_tui.settings import PASSWORD, Settings
from ror_tui.texts import french, plain, plural

HELP = "Aide : ror-tui recherche --help"
SHOWN = 50
"""Lines printed when neither a file nor JSON is asked for."""


@dataclass(frozen=True, slots=True)
class Order:
    """What the command line asks."""

    identifiant: str
    mot_de_passe: SecretStr
    quoi: Quoi
    criteres: CriteresOffres
    csv: Path | None
    remplacer: bool
    json: bool


def parser() -> argparse.ArgumentParser:
    """Describe the command."""
    made = argparse.ArgumentParser(
        prog="ror-tui recherche",
        usage="ror-tui recherche [critères] [--csv FICHIER | --json]",
        description="Chercher des offres ou des professionnels. Les codes d'une liste se séparent par des virgules ; "
        f"le mot de passe est demandé, ou lu dans {PASSWORD}.",
        allow_abbrev=False,
        exit_on_error=False,
    )
    for critere in offres.CRITERES:
        made.add_argument(f"--{critere.nom}", default="", metavar="VALEUR", help=_help(critere))
    made.add_argument("--quoi", choices=get_args(Quoi), default="offres", help="ce qui est listé")
    command.add_account(made)
    out = made.add_mutually_exclusive_group()
    out.add_argument("--csv", type=Path, metavar="FICHIER", help="tout écrire dans un fichier pour tableur")
    out.add_argument("--json", action="store_true", help="tout écrire sur la sortie, un objet JSON par ligne")
    made.add_argument("--remplacer", action="store_true", help="avec --csv : écraser un fichier de ce nom")
    return made


def _help(critere: offres.Critere) -> str:
    return f"{critere.libelle} (codes {critere.nomenclature})" if critere.nomenclature else critere.libelle


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Read the arguments.

    Raises:
        CommandError: They mean nothing; the message is a French sentence.
    """
    return command.parse(parser(), argv, HELP)


def run(argv: Sequence[str], settings: Settings) -> int:
    """Run the command.

    Args:
        argv: The arguments after `recherche`.
        settings: From the environment.

    Returns:
        0 when it worked.

    Raises:
        CommandError: What is asked cannot be done; the message is a French sentence.
    """
    options = parse(argv)
    try:
        client = command.client_of(options, settings)
        asyncio.run(search(client, order_of(options)))
    except (RorError, export.ExportError) as error:
        raise CommandError(str(error)) from error
    return 0


def order_of(options: argparse.Namespace) -> Order:
    """Read what is asked; the password never stands on a command line, where others could read it.

    Raises:
        CommandError: A value that the contract does not take.
    """
    return Order(
        identifiant=options.identifiant,
        mot_de_passe=command.password(),
        quoi=options.quoi,
        criteres=_criteria(options),
        csv=options.csv,
        remplacer=options.remplacer,
        json=options.json,
    )


def _criteria(options: argparse.Namespace) -> CriteresOffres:
    told: dict[str, object] = {}
    for critere in offres.CRITERES:
        text = str(getattr(options, critere.nom)).strip()
        several = isinstance(getattr(CriteresOffres(), critere.nom), list)
        if text:
            told[critere.nom] = [code.strip() for code in text.split(",") if code.strip()] if several else text
    try:
        return CriteresOffres.model_validate(told)
    except ValidationError as error:
        wrong = ", ".join(f"--{fault['loc'][0]}" for fault in error.errors())
        raise CommandError(f"Cette valeur n'est pas acceptée : {wrong}. {HELP}") from error


async def search(client: RorClient, order: Order) -> None:
    """Sign in, write what is found, sign out.

    Args:
        client: Not signed in yet; closed at the end.
        order: What is asked.

    Raises:
        RorError: The server refuses or does not answer.
        ExportError: The file cannot be written.
    """
    async with command.signed_in(client, order.identifiant, order.mot_de_passe):
        await _answer(client, order)


async def _answer(client: RorClient, order: Order) -> None:
    if order.csv is not None:
        quoi, criteres, fichier = order.quoi, order.criteres, order.csv
        lines = await export.exporter(client, quoi, criteres, fichier, _quiet, remplacer=order.remplacer)
        say(french(f"{plural(lines, 'ligne écrite', 'lignes écrites')} dans {fichier}"))
    else:
        await _pages(client, order)


def _quiet(_lines: int) -> None:
    """Say nothing while a file is written: the output of a command is its answer."""


async def _pages(client: RorClient, order: Order) -> None:
    curseur: str | None = None
    while True:
        page = await offres.chercher(client, order.quoi, order.criteres, curseur)
        for one in page.elements if order.json else page.elements[:SHOWN]:
            say(json.dumps(one.model_dump(mode="json"), ensure_ascii=False) if order.json else _line(one))
        curseur = page.suivant
        if not order.json:
            more = french(f" ; les {SHOWN} premières lignes sont montrées") if (page.total or 0) > SHOWN else ""
            say(f"{plural(page.total or 0, order.quoi[:-1], order.quoi)}{more}")
        if curseur is None or not order.json:
            return


def _line(one: Offre | Professionnel) -> str:
    if isinstance(one, Offre):
        parts = [one.nom, one.type_uo.libelle if one.type_uo else "", one.etablissement.nom, one.commune, one.contact]
    else:
        who = one.profession.libelle if one.profession else one.nom
        parts = [who, one.coordonnee, one.unite.nom, one.etablissement.nom, one.commune]
    return plain(" · ".join(part for part in parts if part))
