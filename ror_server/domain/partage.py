"""Accepting a part of a dossier: what can stand alone is published, the rest follows what was refused (DESIGN §5)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from ror_server.domain.dossier import Item, Op, places


class Raison(StrEnum):
    """Why a change cannot be published without another one, which is not."""

    SOUS_NOUVELLE = "sous_nouvelle"
    """It stands under a structure that will not exist."""
    AVEC_SUPPRESSION = "avec_suppression"
    """It was deleted together with a structure that stays."""
    ENCORE_OCCUPEE = "encore_occupee"
    """It would be deleted while a structure stays below it."""
    CERCLE = "cercle"
    """Without the other move it would stand under itself."""


@dataclass(frozen=True, slots=True)
class Suite:
    """Why an item follows another one out of what is published."""

    raison: Raison
    cause: UUID


def share(
    items: Mapping[UUID, Item], published: Mapping[UUID, UUID | None], refused: Collection[UUID]
) -> dict[UUID, Suite]:
    """Tell which items cannot be published without those that are refused, each with the reason.

    Args:
        items: All that the dossier changes, by structure.
        published: The parent of every published structure of the establishment.
        refused: Structures whose change is refused.

    Returns:
        What follows, `refused` not included; what is in neither stands alone.
    """
    found: dict[UUID, Suite] = {}
    while True:
        kept = {node: item for node, item in items.items() if node not in found and node not in refused}
        more = dict(_broken(items, kept, published))
        if not more:
            return found
        found |= more


def _broken(
    items: Mapping[UUID, Item], kept: Mapping[UUID, Item], published: Mapping[UUID, UUID | None]
) -> Iterator[tuple[UUID, Suite]]:
    parents = _parents(kept, published)
    below = _children(parents)
    for node, item in kept.items():
        suite = _deletion(node, items, kept, below) if item.op is Op.DELETE else _place(node, item, parents)
        if suite is not None:
            yield node, suite


def _parents(kept: Mapping[UUID, Item], published: Mapping[UUID, UUID | None]) -> dict[UUID, UUID | None]:
    """Give the parent of every structure as it would be with the kept items only, the deleted ones included."""
    return {**published, **{node: item.parent_next for node, item in kept.items() if places(item)}}


def _children(parents: Mapping[UUID, UUID | None]) -> dict[UUID, list[UUID]]:
    found: dict[UUID, list[UUID]] = {}
    for node, parent in parents.items():
        if parent is not None:
            found.setdefault(parent, []).append(node)
    return found


def _deletion(
    node: UUID, items: Mapping[UUID, Item], kept: Mapping[UUID, Item], below: Mapping[UUID, list[UUID]]
) -> Suite | None:
    """A structure is deleted with all that stands below it, and with what it was deleted with."""
    for child in below.get(node, ()):
        if child not in kept or kept[child].op is not Op.DELETE:
            return Suite(Raison.ENCORE_OCCUPEE, child)
    above = items[node].parent_base
    if above is not None and above in items and above not in kept and items[above].op is Op.DELETE:
        return Suite(Raison.AVEC_SUPPRESSION, above)
    return None


def _place(node: UUID, item: Item, parents: Mapping[UUID, UUID | None]) -> Suite | None:
    parent = item.parent_next
    if parent is None or not places(item):
        return None
    if parent not in parents:
        return Suite(Raison.SOUS_NOUVELLE, parent)
    above: UUID | None = parent
    seen: set[UUID] = set()
    while above is not None and above != node and above not in seen:
        seen.add(above)
        above = parents.get(above)
    return Suite(Raison.CERCLE, parent) if above == node else None
