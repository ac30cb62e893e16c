"""Answering the conflicts of a dossier: several at once, all or none; resolving moves the base forward."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.domain.conflicts import Conflict
from ror_server.domain.dossier import Published
from ror_server.domain.resolving import CHOICES, PLACES, Answered, Resolving, resolve
from ror_server.domain.tree import placement_fault
from ror_server.domain.valeurs import normalise
from ror_server.problems import ConflictError, InvalidError
from ror_server.services.questions import question
from ror_server.services.workspace import Workspace
from ror_server.services.writing import Pen, deleted, write
from ror_server.store import structures
from ror_tui.api_client.models import Choix, NatureConflit, ReponseConflit, Valeur


async def answer(tx: AsyncConnection, found: Workspace, answers: Sequence[ReponseConflit], pen: Pen) -> Workspace:
    """Take the answers to some conflicts.

    Raises:
        ConflictError: A question changed since it was read; it comes with the refusal, and nothing is written.
        InvalidError: An answer that the question does not take.
    """
    asked = _asked(found, answers)
    answered = [_answered(found, conflict, one) for conflict, one in zip(asked, answers, strict=True)]
    gone = await _gone(tx, answered)
    changed, dropped = resolve(Resolving(found.view, gone, found.seq, found.dossier.eg_id), answered)
    return await write(tx, found, pen, changed, dropped, libelle=_label(found, answered))


def _label(found: Workspace, answered: Sequence[Answered]) -> str:
    """Say what is done, for the list of the gestes."""
    if len(answered) > 1:
        return f"Régler {len(answered)} conflits avec le Répertoire"
    return f"Régler un conflit de « {found.name(answered[0].conflict.structure_id)} » avec le Répertoire"


def _asked(found: Workspace, answers: Sequence[ReponseConflit]) -> list[Conflict]:
    """Find the conflict that each answer is about, as it stands now."""
    asked: list[Conflict] = []
    moved: list[Conflict] = []
    for one in answers:
        now = next((it for it in found.conflicts.get(one.structure_id, []) if _same_question(it, one)), None)
        if now is None:
            raise ConflictError("Un de ces conflits n'existe plus : rechargez la liste.", kind="conflit-regle")
        (asked if now.empreinte == one.empreinte else moved).append(now)
    if moved:
        text = "Le Répertoire vient encore de changer : relisez ces conflits, aucune réponse n'a été enregistrée."
        raise ConflictError(text, kind="conflit-change", conflits=[question(found, one) for one in moved])
    return asked


def _same_question(conflict: Conflict, one: ReponseConflit) -> bool:
    return conflict.nature is one.nature and conflict.champ == one.champ


def _answered(found: Workspace, conflict: Conflict, one: ReponseConflit) -> Answered:
    if one.choix not in CHOICES[conflict.nature]:
        raise InvalidError("Cette réponse ne règle pas ce conflit.", kind="reponse")
    if one.choix is not Choix.AUTRE:
        return Answered(conflict, one.choix)
    if conflict.nature in PLACES:
        return Answered(conflict, one.choix, place=_place(found, conflict, one.valeur))
    return Answered(conflict, one.choix, _value(found, conflict, one.valeur))


def _value(found: Workspace, conflict: Conflict, valeur: Valeur) -> Valeur:
    champ = conflict.champ or ""
    kept, faults = normalise(found.form(conflict.structure_id), {champ: valeur})
    if faults:
        raise InvalidError(faults[0].message, faults)
    if conflict.nature is NatureConflit.NOM and not kept[champ]:
        raise InvalidError("Donnez un nom à cette fiche.")
    return kept[champ]


def _place(found: Workspace, conflict: Conflict, valeur: Valeur) -> UUID:
    parent = next((node for node in found.order if str(node) == valeur), None)
    if parent is None or deleted(found, parent):
        raise InvalidError("Cette place n'existe pas dans ce dossier : choisissez-en une autre.", kind="placement")
    if parent in found.below(conflict.structure_id):
        raise InvalidError("On ne peut pas déplacer une fiche sous elle-même.", kind="placement")
    fault = placement_fault(found.dossier.circuit, found.kind(parent), found.kind(conflict.structure_id))
    if fault:
        raise InvalidError(fault, kind="placement")
    return parent


async def _gone(tx: AsyncConnection, answered: Sequence[Answered]) -> dict[UUID, Published]:
    """Read what the Répertoire held of the structures that are made again."""
    wanted = [one.conflict.structure_id for one in answered if one.conflict.nature is NatureConflit.SUPPRIMEE]
    return await structures.deleted(tx, wanted)
