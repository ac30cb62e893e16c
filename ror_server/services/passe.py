"""What an account sees of the states of a structure, now and then: the rule of the present holds for the past too."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.domain.confidentialite import Visible, readable, visible
from ror_server.domain.contacts import Niveaux, strictest
from ror_server.domain.passe import State, Step, Values, walk
from ror_server.domain.rights import Place, roles_at
from ror_server.store import historique, structures
from ror_server.store.accounts import Account
from ror_server.store.structures import Row
from ror_tui.api_client.models import Valeurs


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


@dataclass(frozen=True, slots=True)
class Seen:
    """What an account sees of a unit at some moments, as strictly as it was protected then or is now."""

    what: Visible
    niveaux: Niveaux

    @property
    def reserve(self) -> str | None:
        """Why something is hidden, in French."""
        return self.what.reserve


def seen(account: Account, row: Row, place: Place, *states: Values) -> Seen:
    """Tell what an account sees of a structure, as strictly as it was protected then or is now.

    Args:
        account: Who asks.
        row: The unit as it is now.
        place: Where it stands.
        states: Its values at the moments that are told.
    """
    all_values: list[Valeurs] = [row.valeurs, *(_answers(values) for values in states)]
    sensitive = any(values.get("unite_sensible") is True for values in all_values)
    niveaux = strictest(all_values)
    level = max(niveaux.values(), default=0)
    return Seen(visible(roles_at(account.grants, place), sensitive=sensitive, level=level), niveaux)


def shown(state: State, seen_of_it: Seen) -> Valeurs:
    """Give the answers of a fiche in some state, as far as they are seen; its place is not one of them."""
    return answers(state.values, seen_of_it)


def answers(values: Values, seen_of_it: Seen) -> Valeurs:
    """Give some values of a fiche as far as they are seen, without its place."""
    return readable(_answers(values), seen_of_it.what, seen_of_it.niveaux)


def _answers(values: Values) -> Valeurs:
    return {champ: valeur for champ, valeur in values.items() if champ != "parent_id"}  # type: ignore[misc]  # a fiche holds nothing else
