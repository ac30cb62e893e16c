"""The history in plain French: who published what, when, through what; of one structure, below one, or of all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.domain.passe import Step
from ror_server.domain.rights import Action, Place, allowed, roles_at
from ror_server.problems import NotFoundError
from ror_server.services import access, annulation, revisions
from ror_server.services.differences import counted_words, number
from ror_server.services.passe import Known, known
from ror_server.store import historique, paging
from ror_server.store.accounts import Account
from ror_server.store.historique import Commit, Scope
from ror_tui.api_client.models import Kind, Page, PublicationLue, RevisionLue

SHOWN = 30
"""Structures told of one publication in a list; the whole of one publication tells more."""
SHOWN_ALONE = 500
COUNTED = 5000
"""More structures than this in one publication, which only an import has, are not counted by what became of them."""

PARTICIPLES: Mapping[str, str] = {"create": "créé", "move": "déplacé", "update": "modifié", "delete": "supprimé"}


@dataclass(frozen=True, slots=True)
class _Touched:
    commit: Commit
    ids: Sequence[UUID]
    total: int
    counts: Sequence[tuple[str, Kind, int]] = ()
    """Operation, kind, how many: when there are more structures than are told one by one."""


async def listing(
    tx: AsyncConnection,
    account: Account,
    structure_id: UUID | None,
    cursor: str | None,
    limit: int,
    *,
    dessous: bool = True,
) -> Page[PublicationLue]:
    """Give a page of publications, the newest first.

    Args:
        tx: A snapshot.
        account: Who asks.
        structure_id: Only what touched it, or anything below; None for the whole Répertoire.
        cursor: `suivant` of the page before.
        limit: At most how many.
        dessous: Whether what stands below it counts.

    Raises:
        BadCursorError: The cursor is not one of ours.
        NotFoundError: There never was such a structure.
    """
    access.require(account, Action.LIRE_REPERTOIRE)
    scope = None
    if structure_id is not None:
        row = (await historique.rows(tx, [structure_id])).get(structure_id)
        if row is None:
            raise NotFoundError("Cette structure n'existe pas dans le Répertoire.")
        scope = Scope(row, dessous)
    commits = await historique.page(tx, scope, _under(cursor), limit + 1)
    touched = [await _touched(tx, one, scope, SHOWN) for one in commits[:limit]]
    more = paging.encode(str(commits[limit - 1].seq)) if len(commits) > limit else None
    return Page(elements=await _told(tx, account, touched), suivant=more)


def _under(cursor: str | None) -> int | None:
    if cursor is None:
        return None
    [text] = paging.decode(cursor, 1)
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise paging.BadCursorError(cursor)
    return int(text)


async def one(tx: AsyncConnection, account: Account, seq: int, *, most: int = SHOWN_ALONE) -> PublicationLue:
    """Give one publication, with at most so many structures.

    Raises:
        NotFoundError: There is none of that number.
    """
    access.require(account, Action.LIRE_REPERTOIRE)
    commit = await historique.commit(tx, seq)
    if commit is None:
        raise NotFoundError(f"Il n'y a pas de publication n° {seq}.")
    [told] = await _told(tx, account, [await _touched(tx, commit, None, most)])
    return told


async def _touched(tx: AsyncConnection, commit: Commit, scope: Scope | None, limit: int) -> _Touched:
    ids, total = await historique.touched(tx, commit.seq, scope, limit)
    counts = await historique.counts(tx, commit.seq, scope) if len(ids) < total <= COUNTED else []
    return _Touched(commit, ids, total, counts)


async def _told(tx: AsyncConnection, account: Account, touched: Sequence[_Touched]) -> list[PublicationLue]:
    if not touched:
        return []
    since = min(entry.commit.seq for entry in touched)
    found = await known(tx, {one for entry in touched for one in entry.ids}, since)
    steps = {(step.revision.structure_id, step.revision.seq): step for one in found.steps.values() for step in one}
    names = await revisions.parent_names(tx, steps.values())
    gone = await historique.reverted(tx, [entry.commit.seq for entry in touched])
    return [
        _publication(account, entry, found, [steps[one, entry.commit.seq] for one in entry.ids], names, gone)
        for entry in touched
    ]


def _publication(  # noqa: PLR0917 - what a publication is told from
    account: Account,
    entry: _Touched,
    found: Known,
    steps: Sequence[Step],
    names: Mapping[UUID, str],
    gone: Mapping[int, UUID],
) -> PublicationLue:
    commit = entry.commit
    told = [_revision(account, found, step, names) for step in steps]
    may_read = any(_reads_dossier(account, found.places[one]) for one in entry.ids)
    return PublicationLue(
        seq=commit.seq,
        le=commit.le,
        acteur=commit.acteur,
        origine=commit.origine,
        par=_through(commit, may_read=may_read),
        dossier_id=commit.dossier_id if may_read else None,
        resume=_summary(told, entry),
        revisions=told,
        total=entry.total,
        annulee=commit.seq in gone,
        annulation_refus=annulation.refusal(account, commit, [found.rows[one] for one in entry.ids], found.places),
    )


def _revision(account: Account, found: Known, step: Step, names: Mapping[UUID, str]) -> RevisionLue:
    structure_id = step.revision.structure_id
    return revisions.told(account, found.rows[structure_id], found.places[structure_id], step, names)


def _reads_dossier(account: Account, place: Place) -> bool:
    return allowed(Action.LIRE_DOSSIER, roles_at(account.grants, place))


def _through(commit: Commit, *, may_read: bool) -> str:
    if commit.origine == "dossier":
        return f"dossier « {commit.message} »" if may_read else "dossier collaboratif"
    return "modification directe" if commit.origine == "direct" else commit.message


def _summary(told: Sequence[RevisionLue], entry: _Touched) -> str:
    if len(told) == 1 == entry.total:
        return told[0].phrase
    if entry.total > COUNTED:
        return f"{number(entry.total)} structures"
    counted = Counter((one.op, one.kind) for one in told)
    groups = entry.counts or [(op, kind, count) for (op, kind), count in counted.items()]
    ranked = sorted(groups, key=lambda group: ([*PARTICIPLES].index(group[0]), [*Kind].index(group[1])))
    parts = [counted_words(count, kind, PARTICIPLES[op]) for op, kind, count in ranked]
    return " ; ".join(parts) or entry.commit.message
