"""What an account sees of the states of a structure, now and then: the rule of the present holds for the past too."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.domain.confidentialite import Visible, level_of, readable, visible
from ror_server.domain.passe import State, Step, Values, walk
from ror_server.domain.rights import Place, roles_at
from ror_server.store import historique, structures
from ror_server.store.accounts import Account
from ror_server.store.structures import Row
from ror_tui.api_client.models import Kind, Valeurs


@dataclass(frozen=True, slots=True)
class Known:
    """Some structures: their rows, where each stands, and their revisions since a publication."""

    rows: Mapping[UUID, Row]
    places: Mapping[UUID, Place]
    steps: Mapping[UUID, list[Step]]


async def known(tx: AsyncConnection, ids: Collection[UUID], since: int) -> Known:
    """Read structures and walk each back to a publication.

    Args:
        tx: A snapshot.
        ids: The structures.
        since: The first publication that counts.
    """
    rows = await historique.rows(tx, ids)
    later = await historique.later(tx, rows.keys(), since)
    steps = {one: list(walk(historique.state(row), later[one])) for one, row in rows.items()}
    return Known(rows, await places(tx, rows), steps)


async def places(tx: AsyncConnection, rows: Mapping[UUID, Row]) -> dict[UUID, Place]:
    """Tell where structures stand, deleted ones too."""
    egs = await historique.rows(tx, {row.eg_id for row in rows.values() if row.eg_id is not None} - rows.keys())
    above = await structures.ancestors(tx, list(rows))
    return {
        one: Place(frozenset({one, *(link.id for link in above.get(one, []))}), _departement(row, {**egs, **rows}))
        for one, row in rows.items()
    }


def _departement(row: Row, rows: Mapping[UUID, Row]) -> str | None:
    eg = rows.get(row.eg_id) if row.eg_id is not None else None
    found: str | None = row.departement or (eg.departement if eg is not None else None)
    return found


def seen(account: Account, row: Row, place: Place, *states: Values) -> Visible:
    """Tell what an account sees of a unit, as strictly as it was protected then or is now.

    Args:
        account: Who asks.
        row: The unit as it is now.
        place: Where it stands.
        states: Its values at the moments that are told.
    """
    if row.kind != Kind.UO:
        return visible((), sensitive=False, level=0)
    all_values: list[Values] = [row.valeurs, *states]
    sensitive = any(values.get("unite_sensible") is True for values in all_values)
    level = max(_level(values) for values in all_values)
    return visible(roles_at(account.grants, place), sensitive=sensitive, level=level)


def _level(values: Values) -> int:
    found = values.get("contact_confidentialite")
    return level_of(found if isinstance(found, str) else None) or 0


def shown(state: State, visible_of_it: Visible) -> Valeurs:
    """Give the answers of a fiche in some state, as far as they are seen; its place is not one of them."""
    answers: Valeurs = {champ: valeur for champ, valeur in state.values.items() if champ != "parent_id"}  # type: ignore[misc]  # a fiche holds nothing else
    return readable(answers, visible_of_it)
