"""Carrying a direct edit over into the open dossiers that touch the same fields (guide, A NOTER 7)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.domain.dossier import Item, Op, settled
from ror_server.domain.merge import merge
from ror_server.domain.resolving import replaced, without
from ror_server.problems import ConflictError
from ror_server.services import workspace
from ror_server.services.pen import Pen
from ror_server.services.questions import said
from ror_server.services.workspace import Workspace
from ror_server.services.writing import write
from ror_server.store import dossiers
from ror_server.store.structures import Row
from ror_tui.api_client.models import QuestionRepercussion, ReponseRepercussion, Valeurs

Answers = Mapping[UUID, Mapping[str, bool]]
"""By dossier, then by field: whether the dossier follows."""


@dataclass(frozen=True, slots=True)
class Touched:
    """An open dossier that changes, in the same fiche, some of the fields of a direct edit."""

    found: Workspace
    item: Item
    changes: Valeurs

    def questions(self) -> Iterator[QuestionRepercussion]:
        """Ask for each field whether the dossier follows."""
        row, form = self.found.dossier, self.found.form(self.item.id)
        for key, valeur in self.changes.items():
            champ = form.champ(key)
            yield QuestionRepercussion(
                dossier_id=row.id,
                dossier_titre=row.titre,
                dossier_auteur=row.auteur,
                champ=key,
                libelle=champ.libelle if champ else key,
                directe_texte=said(champ, valeur),
                dossier_texte=said(champ, self.item.next[key]),
                version=self.item.version,
            )


async def touching(tx: AsyncConnection, row: Row, eg: Row, changes: Valeurs) -> list[Touched]:
    """Find the open dossiers that a direct edit would meet: fields that they do not touch are never asked.

    Args:
        tx: The transaction, which holds these dossiers locked.
        row: The structure.
        eg: Its establishment.
        changes: The fields that change, with what they become.
    """
    touched = []
    opened = {one.id: one for one in await dossiers.open_on(tx, eg.id)}
    held = await dossiers.items_on(tx, row.id, list(opened))
    for dossier_id, dossier in opened.items():
        item = held.get(dossier_id)
        met = _met(item, changes)
        if item is not None and met:
            touched.append(Touched(await workspace.load(tx, dossier), item, met))
    return touched


def _met(item: Item | None, changes: Valeurs) -> Valeurs:
    """Give the fields on which the dossier would have to be asked once the edit is published."""
    if item is None or item.op is not Op.UPDATE:
        return {}
    return {
        champ: valeur
        for champ, valeur in changes.items()
        if champ in item.next and merge(item.base.get(champ), item.next[champ], valeur).asked
    }


def answered(touched: Sequence[Touched], answers: Iterable[ReponseRepercussion]) -> Answers:
    """Take the answers; an answer holds for the dossier as it was shown.

    Raises:
        ConflictError: With the questions that have no answer yet.
    """
    given = {(one.dossier_id, one.champ, one.version): one.repercuter for one in answers}
    asked = [question for one in touched for question in one.questions()]
    open_ones = [one for one in asked if (one.dossier_id, one.champ, one.version) not in given]
    if open_ones:
        text = "Un dossier collaboratif ouvert modifie aussi cette fiche : dites, champ par champ, s'il doit suivre."
        raise ConflictError(text, kind="repercussion", questions=open_ones)
    taken: dict[UUID, dict[str, bool]] = {}
    for one in asked:
        taken.setdefault(one.dossier_id, {})[one.champ] = given[one.dossier_id, one.champ, one.version]
    return taken


async def follow(tx: AsyncConnection, row: Row, answers: Answers, changes: Valeurs, pen: Pen) -> None:
    """Bring the dossiers that were asked about up to date with what has just been published.

    Oui: the dossier leaves the field to what is published. Non: it keeps its own, and says what it will replace.
    """
    for dossier_id, fields in answers.items():
        locked = await dossiers.dossier(tx, dossier_id, lock=True)
        if locked is None:
            continue
        found = await workspace.load(tx, locked)
        item = _followed(found.items[row.id], fields, changes, row.version + 1, pen)
        after = settled(item, found.published.get(row.id))
        libelle = f"Répercussion d'une modification directe de « {row.nom} »"
        await write(tx, found, pen, [after], libelle=libelle)


def _followed(item: Item, fields: Mapping[str, bool], changes: Valeurs, version: int, pen: Pen) -> Item:
    kept = [champ for champ, follows in fields.items() if not follows]
    after = without(item, *(champ for champ, follows in fields.items() if follows))
    notes = {champ: replaced(changes[champ], version, pen.account.nom, pen.now) for champ in kept}
    return replace(
        after,
        base={**after.base, **_only(changes, kept)},
        remplace={**after.remplace, **notes},
        version=item.version + 1,
    )


def _only(values: Valeurs, champs: Collection[str]) -> Valeurs:
    return {champ: values[champ] for champ in champs}
