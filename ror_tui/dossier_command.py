"""`ror-tui dossier …`: the dossiers collaboratifs without a screen, on the same services as the screens."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from ror_tui import command
from ror_tui.api_client.client import RorClient
from ror_tui.api_client.dossiers import VueDossiers
from ror_tui.api_client.errors import RorError
from ror_tui.api_client.models import Conflit, Dossier, DossierResume
from ror_tui.cli import CommandError
from ror_tui.command import say
from ror_tui.services import conflits, export
from ror_tui.services import dossier as services
from ror_tui.services.fichier import disque, echange
from ror_tui.services.fichier.echange import ConflictsError
from ror_tui.services.fichier.entrees import FichierError
from ror_tui.services.fichier.plan import Plan
from ror_tui.settings import PASSWORD, Settings
from ror_tui.texts import french, moment, plain, plural

HELP = "Aide : ror-tui dossier --help"
SHORTEST = 6
"""Characters of an identifier that can stand for the whole of it."""
TO_PUSH = 3
"""Exit status of `planifier` when there is something to push."""
IN_CONFLICT = 4
"""Exit status when somebody else changed what the file changes."""
VUES: dict[str, VueDossiers] = {"ouverts": "ouverts", "tous": "tous", "a-traiter": "a_traiter"}

Act = Callable[[RorClient, argparse.Namespace], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Verb:
    """One command: its names, what it takes, what it does."""

    noms: tuple[str, ...]
    aide: str
    act: Act
    cible: str
    options: tuple[str, ...] = ()


def parser() -> argparse.ArgumentParser:
    """Describe the commands."""
    made = argparse.ArgumentParser(
        prog="ror-tui dossier",
        description="Travailler sur un dossier collaboratif sans écran. Le mot de passe est demandé, ou lu dans "
        f"{PASSWORD}. Code de retour : 0 fait, ou rien à faire ; 2 refusé ; 3 (planifier) il y a quelque chose "
        "à pousser ; 4 quelqu'un d'autre a changé ce que le fichier change.",
        allow_abbrev=False,
        exit_on_error=False,
    )
    verbs = made.add_subparsers(dest="verbe", metavar="COMMANDE", title="commandes")
    for verb in VERBS:
        one = verbs.add_parser(
            verb.noms[0], aliases=verb.noms[1:], help=verb.aide, description=verb.aide, exit_on_error=False
        )
        if verb.cible:
            one.add_argument("cible", nargs="?", default="", metavar=verb.cible)
        command.add_account(one)
        one.add_argument("--json", action="store_true", help="répondre en JSON")
        for name in verb.options:
            OPTIONS[name](one)
        one.set_defaults(act=verb.act, attend=verb.cible)
    return made


OPTIONS: dict[str, Callable[[argparse.ArgumentParser], Any]] = {
    "vue": lambda one: one.add_argument("--vue", choices=list(VUES), default="ouverts", help="lesquels"),
    "fichier": lambda one: one.add_argument(
        "--fichier", default="", metavar="FICHIER", help="où écrire ; « - » : sur la sortie (dossier-….yaml)"
    ),
    "remplacer": lambda one: one.add_argument("--remplacer", action="store_true", help="écraser un fichier de ce nom"),
    "garder": lambda one: one.add_argument(
        "--garder", action="store_true", help="ne pas mettre le fichier à jour après avoir poussé"
    ),
    "motif": lambda one: one.add_argument("--motif", default="", help="pourquoi ; obligatoire"),
    "fiche": lambda one: one.add_argument(
        "--fiche", action="append", default=[], metavar="ID=MOTIF", help="refuser cette fiche ; peut se répéter"
    ),
    "sauf": lambda one: one.add_argument(
        "--sauf", action="append", default=[], metavar="ID=MOTIF", help="publier le reste, renvoyer cette fiche"
    ),
    "version": lambda one: one.add_argument(
        "--version", type=int, metavar="N", help="n'agir que si le dossier est encore à cette version"
    ),
}


def run(argv: Sequence[str], settings: Settings) -> int:
    """Run a command.

    Args:
        argv: The arguments after `dossier`.
        settings: From the environment.

    Returns:
        The exit status.

    Raises:
        CommandError: What is asked cannot be done; the message is a French sentence.
    """
    options = parse(argv)
    try:
        return asyncio.run(act(command.client_of(options, settings), options))
    except ConflictsError as error:
        raise CommandError(str(error), IN_CONFLICT) from error
    except FichierError as error:
        raise CommandError(f"{options.cible}, {error}" if error.ligne else f"{options.cible} : {error}") from error
    except (RorError, export.ExportError) as error:
        raise CommandError(str(error)) from error


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Read the arguments.

    Raises:
        CommandError: They mean nothing; the message is a French sentence.
    """
    if argv and not argv[0].startswith("-") and argv[0] not in {name for verb in VERBS for name in verb.noms}:
        names = ", ".join(verb.noms[0] for verb in VERBS)
        raise CommandError(f"Il n'y a pas de commande « dossier {argv[0]} » : il y a {names}. {HELP}")
    if not argv:
        raise CommandError(f"Que faire ? {HELP}")
    options = command.parse(parser(), argv, HELP)
    if options.attend and not options.cible:
        raise CommandError(f"Il manque : {options.attend}. {HELP}")
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
        done: int = await options.act(client, options)
        return done


async def _lister(client: RorClient, options: argparse.Namespace) -> int:
    found, curseur = await services.lister_au_moins(client, VUES[options.vue], 1)
    while curseur is not None:
        page = await services.lister(client, VUES[options.vue], curseur)
        found, curseur = found + page.elements, page.suivant
    for one in found:
        say(_json(one) if options.json else _line(one))
    if not options.json:
        say(plural(len(found), "dossier", "dossiers"))
    return 0


def _line(one: DossierResume) -> str:
    green = f"{one.progres.finalisees}/{one.progres.total}"
    parts = [str(one.id), one.titre, one.etat_libelle, green, f"attend {one.attend} depuis le {moment(one.depuis)}"]
    return plain(" · ".join(parts))


async def _montrer(client: RorClient, options: argparse.Namespace) -> int:
    dossier = await services.lire(client, await _dossier_id(client, options.cible))
    differences, questions = await asyncio.gather(
        services.differences(client, dossier.id), conflits.lire(client, dossier.id)
    )
    if options.json:
        said: dict[str, BaseModel] = {"dossier": dossier, "differences": differences, "conflits": questions}
        whole = {name: model.model_dump(mode="json") for name, model in said.items()}
        say(json.dumps(whole, ensure_ascii=False))
        return 0
    say(_line(dossier))
    say(f"version {dossier.version}")
    asked = [french(_question(one)) for one in questions.conflits]
    for line in (dossier.bandeau, differences.resume, *(phrase.texte for phrase in differences.phrases), *asked):
        if line:
            say(plain(line))
    return 0


def _question(one: Conflit) -> str:
    sides = f"dossier : {one.mienne_texte} ; publié : {one.publiee_texte}"
    return f"! « {one.nom} », {one.libelle} : {one.question} ({sides})"


async def _tirer(client: RorClient, options: argparse.Namespace) -> int:
    dossier_id = await _dossier_id(client, options.cible)
    text = await echange.pull(client, dossier_id)
    if options.fichier == "-":
        sys.stdout.write(text)
        return 0
    file = export.place(options.fichier or f"dossier-{str(dossier_id)[:8]}.yaml")
    changed = disque.write(file, text, remplacer=options.remplacer)
    said = "Dossier écrit dans" if changed else "Rien n'a changé dans"
    say(json.dumps({"fichier": str(file), "ecrit": changed}) if options.json else french(f"{said} {file}"))
    return 0


async def _planifier(client: RorClient, options: argparse.Namespace) -> int:
    plan = await echange.judge(client, disque.read(export.place(options.cible)))
    _tell(plan, options, done=False)
    if plan.conflits:
        raise ConflictsError(plan)
    return 0 if plan.empty else TO_PUSH


async def _pousser(client: RorClient, options: argparse.Namespace) -> int:
    file = export.place(options.cible)
    plan, after = await echange.push(client, disque.read(file))
    _tell(plan, options, done=True)
    try:
        if not options.garder:
            disque.write(file, after, remplacer=True)
    except export.ExportError as error:
        raise CommandError(f"Le dossier est à jour, le fichier ne l'est pas : tirez-le de nouveau. {error}") from error
    return 0


def _tell(plan: Plan, options: argparse.Namespace, *, done: bool) -> None:
    if options.json:
        say(json.dumps({"fait": done, "rien": plan.empty} | _as_json(plan), ensure_ascii=False))
        return
    for line in (text for one in plan.lignes for text in one.lines()):
        say(line)
    for late in plan.retards:
        say(plain(f"! {late}"))
    verb = "Fait" if done else "À pousser"
    count = plural(len(plan.lignes), "changement", "changements")
    say(french("Rien à faire : le dossier est déjà comme le fichier." if plan.empty else f"{verb} : {count}."))


def _as_json(plan: Plan) -> dict[str, Any]:
    lines = [
        {"geste": one.geste, "id": str(one.id), "texte": one.texte, "details": list(one.details)} for one in plan.lignes
    ]
    conflicts = [{"id": str(one.id), "ligne": one.ligne, "texte": one.texte} for one in plan.conflits]
    return {"gestes": lines, "conflits": conflicts, "retards": list(plan.retards)}


async def _envoyer(client: RorClient, options: argparse.Namespace) -> int:
    return _told(await services.envoyer(client, await _read(client, options)), options)


async def _valider(client: RorClient, options: argparse.Namespace) -> int:
    dossier, sauf = await _read(client, options), _reasons(options.sauf)
    if sauf:
        return _told(await services.valider_partie(client, dossier, sauf), options)
    return _told(await services.valider(client, dossier), options)


async def _refuser(client: RorClient, options: argparse.Namespace) -> int:
    fiches = _reasons(options.fiche)
    if not options.motif.strip() and not fiches:
        raise CommandError(f"Un refus dit pourquoi : --motif « … », ou --fiche ID=MOTIF. {HELP}")
    dossier = await _read(client, options)
    return _told(await services.refuser(client, dossier, options.motif.strip() or None, fiches), options)


def _reasons(said: Sequence[str]) -> dict[UUID, str]:
    """Read « fiche=motif », several times.

    Raises:
        CommandError: It is not that.
    """
    found: dict[UUID, str] = {}
    for one in said:
        fiche, _, motif = one.partition("=")
        try:
            found[UUID(fiche)] = motif.strip()
        except ValueError as error:
            raise CommandError(f"« {one} » : donnez l'identifiant d'une fiche, « = », et le motif. {HELP}") from error
    return found


async def _retirer(client: RorClient, options: argparse.Namespace) -> int:
    return _told(await services.retirer(client, await _read(client, options)), options)


async def _abandonner(client: RorClient, options: argparse.Namespace) -> int:
    return _told(await services.abandonner(client, await _read(client, options)), options)


async def _reprendre(client: RorClient, options: argparse.Namespace) -> int:
    return _told(await services.reprendre(client, await _read(client, options)), options)


async def _read(client: RorClient, options: argparse.Namespace) -> Dossier:
    dossier = await services.lire(client, await _dossier_id(client, options.cible))
    if options.version is not None and options.version != dossier.version:
        text = f"Le dossier est à la version {dossier.version} et non {options.version} : relisez-le avant d'agir."
        raise CommandError(text, IN_CONFLICT)
    return dossier


def _told(dossier: Dossier, options: argparse.Namespace) -> int:
    say(_json(dossier) if options.json else _line(dossier))
    return 0


def _json(model: BaseModel) -> str:
    return json.dumps(model.model_dump(mode="json"), ensure_ascii=False)


async def _dossier_id(client: RorClient, text: str) -> UUID:
    """Give the dossier that is meant: a whole identifier, or the beginning of one."""
    try:
        return UUID(text)
    except ValueError:
        pass
    if len(text) < SHORTEST:
        raise CommandError(f"« {text} » ne désigne pas un dossier : donnez son identifiant (lister).")
    found, _ = await services.lister_au_moins(client, "tous", 1_000_000)
    ids = [one.id for one in found if str(one.id).startswith(text.casefold())]
    if len(ids) != 1:
        many = "désigne plusieurs dossiers" if ids else "ne désigne aucun dossier"
        raise CommandError(f"« {text} » {many} : donnez l'identifiant entier (lister).")
    return ids[0]


VERBS = (
    Verb(("lister", "list"), "lister les dossiers", _lister, "", ("vue",)),
    Verb(("montrer", "show"), "dire où en est un dossier et ce qu'il change", _montrer, "DOSSIER"),
    Verb(("tirer", "pull"), "écrire un dossier dans un fichier YAML", _tirer, "DOSSIER", ("fichier", "remplacer")),
    Verb(("planifier", "plan"), "dire ce que pousser ferait, sans rien changer", _planifier, "FICHIER"),
    Verb(("pousser", "push"), "faire ce que le fichier demande", _pousser, "FICHIER", ("garder",)),
    Verb(("envoyer", "send"), "envoyer un dossier en validation", _envoyer, "DOSSIER", ("version",)),
    Verb(("valider", "validate"), "valider et publier un dossier", _valider, "DOSSIER", ("sauf", "version")),
    Verb(("refuser", "refuse"), "refuser un dossier", _refuser, "DOSSIER", ("motif", "fiche", "version")),
    Verb(("retirer", "withdraw"), "retirer un dossier de la validation", _retirer, "DOSSIER", ("version",)),
    Verb(("abandonner", "abandon"), "abandonner un dossier", _abandonner, "DOSSIER", ("version",)),
    Verb(("reprendre", "resume"), "reprendre un dossier abandonné", _reprendre, "DOSSIER", ("version",)),
)
