"""The file of a dossier and its server: pull, plan, push."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Iterator
from uuid import UUID

from ror_tui.api_client.client import RorClient
from ror_tui.api_client.errors import Invalid, Stale
from ror_tui.api_client.models import Champ, ContenuDossier, Kind
from ror_tui.services.fichier import comparaison, ecriture, lecture
from ror_tui.services.fichier.entrees import Fichier, FichierError, Formulaires
from ror_tui.services.fichier.plan import Plan
from ror_tui.services.fichier.yaml_lu import load
from ror_tui.texts import french

TRIES = 3
"""Times that a push works its plan out again when somebody writes in the dossier at the same moment."""
SHOWN = 20


class ConflictsError(Exception):
    """Somebody else changed what the file changes: nothing was pushed.

    Args:
        plan: What was asked, with its conflicts.
    """

    def __init__(self, plan: Plan) -> None:
        said = [f"ligne {one.ligne} : {one.texte}" for one in plan.conflits]
        super().__init__(
            french("\n".join([*said, "Rien n'a été poussé : tirez le dossier dans un autre fichier, et comparez."]))
        )
        self.plan = plan


async def formulaires(client: RorClient, contenu: ContenuDossier, more: Collection[Kind] = ()) -> Formulaires:
    """Read the forms of a dossier's structures, and the nomenclatures that they name."""
    kinds = sorted({fiche.kind for fiche in contenu.fiches} | set(more))
    forms = await asyncio.gather(
        *(client.modeles.lire(kind, contenu.discipline, contenu.categorie_eg) for kind in kinds)
    )
    names = sorted({champ.nomenclature for form in forms for champ in _fields(form.champs()) if champ.nomenclature})
    found = await asyncio.gather(*(client.modeles.nomenclature(name) for name in names))
    codes = {one.nom: {code.code: code for code in one.codes} for one in found}
    return Formulaires(dict(zip(kinds, forms, strict=True)), codes)


def _fields(champs: Iterable[Champ]) -> Iterator[Champ]:
    """Give fields, and those of the rows of their groups."""
    for champ in champs:
        yield champ
        yield from _fields(champ.champs)


async def pull(client: RorClient, dossier_id: UUID) -> str:
    """Give the file of a dossier, as YAML."""
    contenu = await client.contenu.lire(dossier_id)
    return ecriture.write(contenu, await formulaires(client, contenu))


async def prepare(client: RorClient, text: str) -> tuple[Plan, Fichier, ContenuDossier, Formulaires]:
    """Read a file and work out what pushing it would do, without asking the server to judge it.

    Raises:
        FichierError: The file says what cannot be read or done.
        RorError: The server refuses, or does not answer.
    """
    root = load(text)
    contenu = await client.contenu.lire(lecture.dossier_id(root))
    forms = await formulaires(client, contenu, lecture.kinds(root))
    fichier = lecture.read(root, forms)
    return comparaison.compare(fichier, contenu, forms), fichier, contenu, forms


async def judge(client: RorClient, text: str) -> Plan:
    """Give what pushing a file would do; the server has judged it, and nothing is written.

    Raises:
        FichierError: The file says what cannot be read or done, or the server would refuse it.
        RorError: The server refuses, or does not answer.
    """
    found, fichier, contenu, _ = await prepare(client, text)
    if not found.empty and not found.conflits:
        await _send(client, found, fichier, contenu, essai=True)
    return found


async def push(client: RorClient, text: str) -> tuple[Plan, str]:
    """Do what a file asks, in one request, all or nothing; done already, nothing is asked.

    Returns:
        What was done, and the file as it is now.

    Raises:
        FichierError: The file says what cannot be read or done.
        ConflictsError: Somebody else changed what the file changes.
        RorError: The server refuses, or does not answer.
    """
    for left in reversed(range(TRIES)):
        found, fichier, contenu, forms = await prepare(client, text)
        if found.conflits:
            raise ConflictsError(found)
        try:
            after = contenu if found.empty else await _send(client, found, fichier, contenu)
        except Stale:
            if not left:
                raise
            continue
        if {fiche.kind for fiche in after.fiches} - forms.modeles.keys():
            forms = await formulaires(client, after)
        return found, ecriture.write(after, forms)
    raise RuntimeError("a push ends before its tries do")


async def _send(
    client: RorClient, found: Plan, fichier: Fichier, contenu: ContenuDossier, *, essai: bool = False
) -> ContenuDossier:
    lot = found.lot.model_copy(update={"essai": essai})
    try:
        return await client.contenu.appliquer(contenu.dossier_id, lot, version=contenu.version)
    except Invalid as error:
        raise _located(error, fichier) from error


def _located(error: Invalid, fichier: Fichier) -> FichierError:
    """Say a refusal of the server with the line of the file that it is about."""
    said: list[tuple[int, str]] = []
    for fault in error.probleme.errors:
        _, what, node, *rest = [*fault.pointer.split("/"), "", ""]
        entry = fichier.entrees.get(UUID(node)) if what == "fiches" and node else None
        if entry:
            champ = rest[1] if len(rest) > 1 and rest[0] == "valeurs" else None
            said.append((entry.line_of(champ), fault.message))
    if not said:
        return FichierError(str(error))
    (line, first), *others = sorted(said)
    more = [french(f"ligne {at} : {text}") for at, text in others[: SHOWN - 1]]
    return FichierError(french("\n".join([first, *more])), line)
