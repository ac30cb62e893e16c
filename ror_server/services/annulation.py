"""Taking a publication back: a new dossier with its inverse, under the same rules as any other (registries §4.1)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.domain.dossier import Item, Op
from ror_server.domain.passe import Step, equal
from ror_server.domain.rights import Action, Place
from ror_server.domain.rights import refusal as rights_refusal
from ror_server.problems import ConflictError, ForbiddenError, NotFoundError
from ror_server.services import access, dossiers, passe, workspace, writing
from ror_server.services.pen import Pen
from ror_server.services.workspace import Workspace
from ror_server.store import dossiers as stored
from ror_server.store import historique
from ror_server.store.accounts import Account
from ror_server.store.historique import Commit
from ror_server.store.structures import Row
from ror_tui.api_client.models import CreationDossier, Kind, Valeurs

MOST = 5000
"""Structures in one dossier (`actions.LARGEST`)."""

FROM_OUTSIDE = (
    "Un import de FINESS ne s'annule pas ici : FINESS fait foi, et le prochain fichier referait ce qui serait défait. "
    "Faites corriger l'erreur dans FINESS (votre ARS, ou le support SESAN au 01 83 76 30 31) ; ce que l'import "
    "n'écrit pas, les unités et leurs fiches, se corrige par un dossier."
)
DEMONSTRATION = "Le chargement de la démonstration ne s'annule pas."
NOTHING_LEFT = "Il n'y a plus rien à annuler : tout ce que cette publication a changé est déjà revenu, ou a disparu."


def refusal(account: Account, commit: Commit, rows: Sequence[Row], places: Mapping[UUID, Place]) -> str | None:
    """Say why an account cannot take a publication back, or None.

    Args:
        account: Who asks.
        commit: The publication.
        rows: Structures that it touched.
        places: Where they stand.
    """
    if commit.origine not in {"dossier", "direct"}:
        return DEMONSTRATION if commit.origine == "demonstration" else FROM_OUTSIDE
    if not rows:
        return "Cette publication n'a rien changé."
    return rights_refusal(Action.ECRIRE_DOSSIER, account.grants, places[rows[0].id])


async def revert(tx: AsyncConnection, pen: Pen, seq: int, dossier_id: UUID) -> Workspace:
    """Open the dossier that takes a publication back.

    Raises:
        NotFoundError: There is no such publication.
        ForbiddenError: No right to write there.
        ConflictError: It came from outside, or nothing of it is left to take back.
    """
    commit = await historique.commit(tx, seq)
    if commit is None:
        raise NotFoundError(f"Il n'y a pas de publication n° {seq}.")
    access.require(pen.account, Action.LIRE_REPERTOIRE)
    ids, _ = await historique.touched(tx, seq, None, MOST)
    found = await passe.known(tx, ids, seq)
    refused = rights_refusal(Action.ECRIRE_DOSSIER, pen.account.grants, next(iter(found.places.values()), None))
    if refused:
        raise ForbiddenError(refused)
    reason = refusal(pen.account, commit, list(found.rows.values()), found.places)
    if reason:
        raise ConflictError(reason)
    await _require_none_open(tx, seq)
    opened = await _open(tx, pen, commit, found.rows.values(), dossier_id)
    steps = [step for all_steps in found.steps.values() for step in all_steps if step.revision.seq == seq]
    items = list(_inverse(opened, steps, found.rows))
    if not items:
        raise ConflictError(NOTHING_LEFT)
    ordered = [_ranked(item, rank) for rank, item in enumerate(items, 1)]
    return await writing.write(tx, opened, pen, ordered, libelle=f"Annuler la publication n° {seq}")


async def _require_none_open(tx: AsyncConnection, seq: int) -> None:
    """Refuse a second dossier for the same publication while one is open.

    Raises:
        ConflictError: Naming the one that is open.
    """
    opened = await historique.reverting(tx, seq)
    if opened is not None:
        raise ConflictError(
            "Un dossier ouvert annule déjà cette publication.", kind="dossier-ouvert", dossier_id=opened
        )


async def _open(tx: AsyncConnection, pen: Pen, commit: Commit, rows: Collection[Row], dossier_id: UUID) -> Workspace:
    row = next(iter(rows))
    title = f"Annulation de la publication n° {commit.seq} du {_day(commit.le)}"
    body = CreationDossier(id=dossier_id, structure_id=row.eg_id or row.id, titre=title, meme_si_ouvert=True)
    opened = await dossiers.create(tx, pen.account, body, pen.now)
    touched = await stored.touch(tx, opened.dossier, titre=title, annule_seq=commit.seq)
    return await workspace.load(tx, touched)


def _day(moment: datetime) -> str:
    return f"{moment:%d/%m/%Y}"


def _inverse(found: Workspace, steps: Iterable[Step], rows: Mapping[UUID, Row]) -> Iterable[Item]:
    """Give the items that undo a publication: what it created last goes first."""
    for step in steps:
        row = rows[step.revision.structure_id]
        item = _undo(found, step, row)
        if item is not None:
            yield item


def _undo(found: Workspace, step: Step, row: Row) -> Item | None:
    published = found.published.get(row.id)
    seen = _seen_version(row, step)
    match step.revision.op:
        case "create":
            return _deletion(row, step, seen) if published else None
        case "delete":
            return None if published else _creation(row, step)
        case _:
            return _edition(row, step, seen) if published else _creation(row, step)


def _seen_version(row: Row, step: Step) -> int:
    """Give the version that the inverse starts from: today's when nothing differs from what the publication wrote."""
    now, then = historique.state(row).values, step.after.values
    untouched = all(equal(now.get(key), then.get(key)) for key in {*now, *then})
    return int(row.version) if untouched else step.revision.version


def _deletion(row: Row, step: Step, seen: int) -> Item:
    place = _parent(step.after.values)
    return Item(
        id=row.id,
        kind=Kind(row.kind),
        op=Op.DELETE,
        parent_base=place,
        parent_next=place,
        base_version=seen,
        seen_seq=step.revision.seq,
    )


def _creation(row: Row, step: Step) -> Item:
    return Item(
        id=row.id,
        kind=Kind(row.kind),
        op=Op.CREATE,
        parent_next=_parent(step.before.values),
        base_version=row.version,
        next=_answers(step.before.values),
        saved=True,
        finalised=True,
        seen_seq=step.revision.seq,
    )


def _edition(row: Row, step: Step, seen: int) -> Item:
    """Put back what the publication replaced; its base is what it wrote, so that what moved since is a question."""
    revision = step.revision
    fields = {*revision.avant, *revision.apres} - {"parent_id"}
    after, before = step.after.values, step.before.values
    base, following = ({champ: side.get(champ) for champ in fields} for side in (after, before))
    return Item(
        id=row.id,
        kind=Kind(row.kind),
        op=Op.UPDATE,
        parent_base=_parent(after),
        parent_next=_parent(before),
        base_version=seen,
        base=_answers(base),
        next=_answers(following),
        saved=True,
        finalised=True,
        seen_seq=revision.seq,
    )


def _parent(values: Mapping[str, object]) -> UUID | None:
    found = values.get("parent_id")
    return UUID(str(found)) if found else None


def _answers(values: Mapping[str, object]) -> Valeurs:
    return {key: value for key, value in values.items() if key != "parent_id"}  # type: ignore[misc]  # a fiche holds nothing else


def _ranked(item: Item, ordre: int) -> Item:
    return replace(item, ordre=ordre)
