"""`ror-tui lits`: beds and places without a screen, on the same services as the grid (DOMAIN §7)."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Iterator, Sequence

from ror_tui import command
from ror_tui.api_client.client import RorClient
from ror_tui.api_client.errors import RorError, Stale
from ror_tui.api_client.models import UniteLits
from ror_tui.cli import CommandError
from ror_tui.command import say
from ror_tui.services import fiche
from ror_tui.services import lits as service
from ror_tui.services.lits import OLD, Lits, dire, ordre
from ror_tui.services.lits.dire import Labels
from ror_tui.settings import PASSWORD, Settings
from ror_tui.texts import french, moment, plain, plural

HELP = "Aide : ror-tui lits --help"
VERBS = ("montrer", "show", "saisir", "set")
LATE, REFUSED, IN_CONFLICT = 1, 2, 4
"""Exit statuses: figures of more than a day with `--strict`, not done, somebody typed the same cell meanwhile."""


def parser() -> argparse.ArgumentParser:
    """Describe the commands."""
    made = argparse.ArgumentParser(
        prog="ror-tui lits",
        description=f"Lire et saisir les lits et places sans écran. Mot de passe : demandé, ou lu dans {PASSWORD}. "
        f"Code de retour : 0 fait ; {LATE} (montrer --strict) des chiffres manquent ou ont plus de 24 h ; "
        f"{REFUSED} refusé ; {IN_CONFLICT} quelqu'un d'autre a saisi le même chiffre.",
        allow_abbrev=False,
        exit_on_error=False,
    )
    verbs = made.add_subparsers(dest="verbe", metavar="COMMANDE", title="commandes")
    told = "dire les chiffres de chaque unité, leur date, leur source et leur auteur"
    show = verbs.add_parser("montrer", aliases=["show"], help=told, description=told, exit_on_error=False)
    show.add_argument("--strict", action="store_true", help=f"sortir avec {LATE} si un chiffre a plus de 24 h")
    show.set_defaults(act=_show)
    told = "saisir des chiffres : tout est enregistré, ou rien"
    put = verbs.add_parser("saisir", aliases=["set"], help=told, description=told, exit_on_error=False)
    put.set_defaults(act=_type)
    for one in (show, put):
        one.add_argument(
            "cible", nargs="?", default="", metavar="CIBLE", help="identifiant d'une structure, ou numéro FINESS"
        )
        command.add_account(one)
        one.add_argument("--json", action="store_true", help="répondre en JSON")
    put.add_argument("chiffres", nargs="*", metavar="UNITÉ:STATUT=NOMBRE", help=ordre.GRAMMAR)
    put.add_argument("--reconduire", action="store_true", help="confirmer à ce jour les chiffres des autres unités")
    return made


def run(argv: Sequence[str], settings: Settings) -> int:
    """Run a command.

    Args:
        argv: The arguments after `lits`.
        settings: Where the server is, unless the arguments say it.

    Returns:
        The exit status.

    Raises:
        CommandError: What is asked cannot be done; the message is a French sentence.
    """
    options = parse(argv)
    try:
        return asyncio.run(act(command.client_of(options, settings), options))
    except Stale as error:
        raise CommandError(f"Rien n'a été enregistré : {error}", IN_CONFLICT) from error
    except (RorError, ordre.OrdreError) as error:
        raise CommandError(str(error), REFUSED) from error


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Read the arguments.

    Raises:
        CommandError: They mean nothing; the message is a French sentence.
    """
    if not argv or not (argv[0].startswith("-") or argv[0] in VERBS):
        raise CommandError(f"Que faire ? montrer ou saisir. {HELP}")
    options = command.parse(parser(), argv, HELP)
    if not options.cible:
        raise CommandError(f"De quel établissement ? Donnez son numéro FINESS, ou un identifiant. {HELP}")
    return options


async def act(client: RorClient, options: argparse.Namespace) -> int:
    """Sign in, do what is asked, sign out.

    Args:
        client: Not signed in yet; closed at the end.
        options: As they were read.

    Returns:
        The exit status.
    """
    async with command.signed_in(client, options.identifiant, command.password()):
        structure_id = await command.structure_id(client, options.cible)
        if structure_id is None:
            text = f"« {options.cible} » n'est ni une structure, ni le numéro FINESS d'un établissement. {HELP}"
            raise CommandError(text, REFUSED)
        lits = await service.ouvrir(client, structure_id)
        done: int = await options.act(client, options, lits)
        return done


async def _show(client: RorClient, options: argparse.Namespace, lits: Lits) -> int:
    await _tell(client, options, lits)
    ages = [lits.age(one) for one in lits.releve.unites if one.reserve is None]
    return LATE if options.strict and any(age is None or age > OLD for age in ages) else 0


async def _type(client: RorClient, options: argparse.Namespace, lits: Lits) -> int:
    wanted = [ordre.lire(one) for one in options.chiffres]
    if not wanted and not options.reconduire:
        raise CommandError(f"Quel chiffre saisir ? {ordre.GRAMMAR}", REFUSED)
    ordre.taper(lits, wanted)
    if options.reconduire:
        lits.confirmer([one for one, saisi in lits.saisis.items() if not saisi.modifie])
    count = await service.enregistrer_parmi(client, lits.releve.structure.id, lits)
    if not options.json:
        said = plural(count, "unité enregistrée", "unités enregistrées")
        say(french(f"{said}." if count else "Rien à enregistrer : les chiffres sont déjà ceux-là."))
    await _tell(client, options, lits)
    return 0


async def _tell(client: RorClient, options: argparse.Namespace, lits: Lits) -> None:
    if options.json:
        say(json.dumps(lits.releve.model_dump(mode="json"), ensure_ascii=False))
        return
    names = await asyncio.gather(*(fiche.nomenclature(client, name) for name in dire.LISTS))
    known = dire.labels(dict(zip(dire.LISTS, names, strict=True)))
    for one in lits.releve.unites:
        for line in _lines(one, known):
            say(french(plain(line)))


def _lines(one: UniteLits, known: Labels) -> Iterator[str]:
    figures = one.reserve or ", ".join(dire.figures(one, known)) or "aucun chiffre"
    yield f"{str(one.id)[: ordre.SHORTEST + 2]} · {' › '.join([*one.sous, one.nom])} : {figures}"
    if one.le is not None:
        source = dire.label(known, "JDV_J193", one.source or "").lower()
        yield f"  {moment(one.le)} · {one.par or ''} · {source}"
    for warning in one.avertissements:
        yield f"  ! {warning}"
