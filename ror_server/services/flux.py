"""The ordered change feed: every publication in the order of its commit, each structure whole and once (DESIGN §7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.domain.passe import State, Step
from ror_server.domain.rights import Action
from ror_server.problems import GoneError, InvalidError
from ror_server.services import access, passe
from ror_server.services.passe import Known
from ror_server.store import feed, flux, historique, paging
from ror_server.store.accounts import Account
from ror_server.store.feed import Position
from ror_server.store.flux import Mark
from ror_server.store.historique import Commit
from ror_server.store.structures import Row
from ror_tui.api_client.models import Kind, LigneFlux, Operation, PageFlux, Valeur

LOST = (
    "Ce curseur vient d'une autre base, ou d'une base remise à un état plus ancien : "
    "relisez le flux depuis le début, sans « depuis »."
)


async def page(tx: AsyncConnection, account: Account, cursor: str | None, limit: int) -> PageFlux:
    """Give what was published after a cursor.

    Args:
        tx: A snapshot.
        account: Who reads.
        cursor: `curseur` of the page before; None starts at the first publication.
        limit: At most how many structures.

    Raises:
        InvalidError: The cursor is not one of ours.
        GoneError: It belongs to another log.
    """
    access.require(account, Action.LIRE_REPERTOIRE)
    mark = await _start(tx, cursor)
    marks = await flux.after(tx, mark, limit + 1)
    kept = marks[:limit]
    elements = await _lines(tx, account, kept)
    end = kept[-1] if kept else mark
    return PageFlux(elements=elements, curseur=await _cursor(tx, end), fin=len(marks) <= limit)


async def _start(tx: AsyncConnection, cursor: str | None) -> Mark:
    if cursor is None:
        return Mark(0, None)
    try:
        where, structure = paging.decode(cursor, 2)
        position, structure_id = Position.read(where), UUID(structure) if structure else None
    except ValueError as error:
        raise InvalidError("Ce curseur n'a pas été donné par le flux.", kind="curseur") from error
    if position is None:
        raise InvalidError("Ce curseur n'a pas été donné par le flux.", kind="curseur")
    if not await feed.holds(tx, position):
        raise GoneError(LOST, kind="curseur")
    return Mark(position.seq, structure_id)


async def _cursor(tx: AsyncConnection, mark: Mark) -> str:
    position = await feed.position(tx, mark.seq)
    return paging.encode(str(position), str(mark.structure_id) if mark.structure_id else "")


async def _lines(tx: AsyncConnection, account: Account, marks: Sequence[Mark]) -> list[LigneFlux]:
    if not marks:
        return []
    seqs = {mark.seq for mark in marks}
    commits = await historique.commits_by_seq(tx, seqs)
    found = await passe.known(tx, {mark.structure_id for mark in marks if mark.structure_id}, min(seqs))
    return [_line(account, commits[mark.seq], found, mark.structure_id) for mark in marks if mark.structure_id]


def _line(account: Account, commit: Commit, found: Known, structure_id: UUID) -> LigneFlux:
    row, steps = found.rows[structure_id], found.steps[structure_id]
    step = next((one for one in steps if one.revision.seq == commit.seq), None)
    state = step.after if step else (steps[-1].before if steps else historique.state(row))
    seen = passe.seen(account, row, found.places[structure_id], state.values)
    return LigneFlux(
        seq=commit.seq,
        le=commit.le,
        acteur=commit.acteur,
        origine=commit.origine,
        structure_id=structure_id,
        kind=Kind(row.kind),
        op=_operation(step),
        version=state.version,
        eg_id=row.eg_id,
        etat=_whole(row, state, passe.shown(state, seen)) if state.present else None,
        reserve=seen.reserve if state.present else None,
    )


def _operation(step: Step | None) -> Operation:
    """Name what happened; what the log only names as a load came then."""
    if step is None or step.revision.op == "create":
        return "create"
    if step.revision.op == "delete":
        return "delete"
    return "move" if "parent_id" in step.revision.avant else "update"


def _whole(row: Row, state: State, answers: Mapping[str, Valeur]) -> dict[str, Valeur]:
    """Give all that is published, with the place, and the FINESS number that never changes."""
    place = state.values.get("parent_id")
    return dict(answers) | {"parent_id": str(place) if place else None} | ({"finess": row.finess} if row.finess else {})
