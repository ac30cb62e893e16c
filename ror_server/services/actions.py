"""The actions of a dossier on its tree: create, duplicate, move, delete, restore (guide §3c)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server import forms
from ror_server.domain.dossier import Item, Op
from ror_server.domain.tree import placement_fault
from ror_server.domain.words import fold
from ror_server.problems import ConflictError, InvalidError
from ror_server.services.fiches import require_node
from ror_server.services.libelles import counted, these
from ror_server.services.workspace import Workspace
from ror_server.services.writing import Pen, deleted, item_of, next_order, write
from ror_server.store import dossiers, structures
from ror_tui.api_client.models import CreationFiches, Duplication, Kind

LARGEST = 5000
"""Structures in one dossier: more than the largest hospital has."""


async def add(tx: AsyncConnection, found: Workspace, body: CreationFiches, pen: Pen) -> Workspace:
    """Create new structures under a parent (« Nombre de fiches à créer ? »).

    Raises:
        InvalidError: This kind may not stand there, or an id comes twice.
        ConflictError: An id is taken.
    """
    _require_parent(found, body.kind, body.parent_id)
    if len(set(body.ids)) < len(body.ids):
        raise InvalidError("Deux fiches à créer portent le même identifiant.")
    await _require_free(tx, body.ids)
    values = dict(forms.defaults(found.form_of(body.kind)))
    new = [
        Item(
            id=one,
            kind=body.kind,
            op=Op.CREATE,
            parent_next=body.parent_id,
            next=dict(values),
            ordre=next_order(found) + rank,
        )
        for rank, one in enumerate(body.ids)
    ]
    where = found.name(body.parent_id)
    return await write(tx, found, pen, new, libelle=f"Créer {counted(len(new), body.kind)} sous « {where} »")


async def duplicate(tx: AsyncConnection, found: Workspace, node: UUID, body: Duplication, pen: Pen) -> Workspace:
    """Copy a fiche several times beside itself, with or without what stands below.

    Raises:
        InvalidError: The establishment itself, a fiche to delete, or too many copies.
    """
    new = copies(found, node, body, next_order(found))
    return await write(tx, found, pen, new, libelle=duplication_label(found, [node], body))


def copies(found: Workspace, node: UUID, body: Duplication, ordre: int, made: Iterable[Item] = ()) -> list[Item]:
    """Give the copies of a fiche, each with what stands below when that is asked.

    Args:
        found: The dossier.
        node: The fiche.
        body: How many times, and whether with what stands below.
        ordre: Rank of the first copy.
        made: Copies of other fiches that the same action makes, whose names are taken.

    Raises:
        InvalidError: The establishment itself, a fiche to delete, or too many copies.
    """
    _require_unit(found, node, "dupliquer")
    parent = found.parents[node]
    if parent is not None and deleted(found, parent):
        raise ConflictError(f"« {found.name(parent)} » est à supprimer : déplacez d'abord la fiche à dupliquer.")
    kept = [one for one in (found.below(node) if body.avec_enfants else [node]) if not deleted(found, one)]
    require_room(found, len(kept) * body.fois)
    taken = {fold(found.name(one)) for one in found.children.get(found.parents[node] or node, [])}
    taken |= {fold(str(one.next.get("nom") or "")) for one in made if one.parent_next == parent}
    new: list[Item] = []
    for _ in range(body.fois):
        name = _copy_name(found.name(node), taken)
        new.extend(_copy(found, kept, name, ordre + len(new)))
    return new


def duplication_label(found: Workspace, nodes: Sequence[UUID], body: Duplication) -> str:
    """Call a duplication."""
    whole = any(len(found.below(node)) > 1 for node in nodes)
    inside = (" avec leur contenu" if len(nodes) > 1 else " avec son contenu") if whole and body.avec_enfants else ""
    times = f" {body.fois} fois" if body.fois > 1 else ""
    return f"Dupliquer {these(found, nodes)}{inside}{times}"


def _copy(found: Workspace, nodes: Sequence[UUID], name: str, ordre: int) -> Iterable[Item]:
    ids = {node: uuid4() for node in nodes}
    for rank, node in enumerate(nodes):
        item = found.items.get(node)
        parent = found.parents[node]
        values = found.values(node)
        saved = item is None or item.op is not Op.CREATE or item.saved
        if rank == 0 and saved:
            values = values | {"nom": name}
        yield Item(
            id=ids[node],
            kind=found.kind(node),
            op=Op.CREATE,
            parent_next=ids.get(parent, parent) if parent else parent,
            next=values,
            saved=saved,
            ordre=ordre + rank,
        )


def _copy_name(name: str, taken: set[str]) -> str:
    rank, copied = 1, f"{name} (copie)"
    while fold(copied) in taken:
        rank += 1
        copied = f"{name} (copie {rank})"
    taken.add(fold(copied))
    return copied


async def move(tx: AsyncConnection, found: Workspace, node: UUID, parent: UUID, pen: Pen) -> Workspace:
    """Move a fiche, and all below it, under another parent.

    Raises:
        InvalidError: The parent is itself, below itself, deleted, or of the wrong kind.
    """
    item = moved(found, node, parent)
    return await write(tx, found, pen, [item], libelle=move_label(found, [node], parent))


def move_label(found: Workspace, nodes: Sequence[UUID], parent: UUID) -> str:
    """Call a move."""
    origins = {above for node in nodes if (above := found.parents[node])}
    start = f" de « {found.name(origins.pop())} »" if len(origins) == 1 else ""
    return f"Déplacer {these(found, nodes)}{start} vers « {found.name(parent)} »"


def moved(found: Workspace, node: UUID, parent: UUID) -> Item:
    """Give the item of a fiche under another parent.

    Raises:
        InvalidError: The parent is itself, below itself, deleted, or of the wrong kind.
    """
    _require_unit(found, node, "déplacer")
    if parent in found.below(node):
        raise InvalidError("On ne peut pas déplacer une fiche sous elle-même.")
    _require_parent(found, found.kind(node), parent)
    item = item_of(found, node)
    return replace(item, parent_next=parent, version=item.version + 1)


async def delete(tx: AsyncConnection, found: Workspace, node: UUID, pen: Pen) -> Workspace:
    """Delete a fiche and all below: new ones leave the dossier, published ones are marked « à supprimer ».

    Raises:
        InvalidError: The establishment itself.
    """
    return await write(tx, found, pen, *gone(found, node), libelle=deletion_label(found, [node]))


def gone(found: Workspace, node: UUID) -> tuple[list[Item], list[UUID]]:
    """Give what becomes of a fiche to delete and of all below, as `deletion` does.

    Raises:
        InvalidError: The establishment itself.
        ConflictError: It is to be deleted already.
    """
    _require_unit(found, node, "supprimer")
    if deleted(found, node):
        raise ConflictError("Cette fiche est déjà à supprimer.")
    return deletion(found, node)


def deletion_label(found: Workspace, nodes: Sequence[UUID]) -> str:
    """Call a deletion, with how many fiches go below."""
    below = sum(len(found.below(node)) - 1 for node in nodes)
    inside = "" if not below else " et une fiche en dessous" if below == 1 else f" et {below} fiches en dessous"
    return f"Supprimer {these(found, nodes)}{inside}"


def deletion(found: Workspace, node: UUID) -> tuple[list[Item], list[UUID]]:
    """Give what becomes of a deleted fiche and of all below: the items marked, and those that leave the dossier."""
    below = found.below(node)
    dropped = [one for one in below if one in found.items and found.items[one].op is Op.CREATE]
    gone = [one for one in below if one in found.items and one not in found.published and one not in dropped]
    marked = [one for one in below if one in found.published and not deleted(found, one)]
    changed = [
        replace(item, op=Op.DELETE, version=item.version + 1, base_version=found.published[one].version)
        for one in marked
        for item in [item_of(found, one)]
    ]
    return changed, [*dropped, *gone]


async def restore(tx: AsyncConnection, found: Workspace, node: UUID, pen: Pen) -> Workspace:
    """Take back a deletion, with all below; what the dossier had changed in these fiches comes back with them.

    Raises:
        ConflictError: It is not to be deleted, or its parent still is.
    """
    back = restored(found, node)
    return await write(tx, found, pen, back, libelle=f"Rétablir « {found.name(node)} »")


def restored(found: Workspace, node: UUID) -> list[Item]:
    """Give the items that come back with a fiche to be deleted: its own, all below, and what had been moved there.

    Raises:
        ConflictError: It is not to be deleted, or its parent still is.
    """
    require_node(found, node)
    if not deleted(found, node):
        raise ConflictError("Cette fiche n'est pas à supprimer : il n'y a rien à rétablir.")
    back = {one: _home(found, one) for one in _gone_with(found, node)}
    while held := [one for one, home in back.items() if home and home not in back and deleted(found, home)]:
        if (home := back[node]) and node in held:
            raise ConflictError(f"Rétablissez d'abord « {found.name(home)} ».")
        back = {one: home for one, home in back.items() if one not in held}
    return [_back(found.items[one], home) for one, home in back.items()]


def _gone_with(found: Workspace, node: UUID) -> list[UUID]:
    """Give what is to be deleted with a fiche: itself, what stands below, and what the dossier had moved below."""
    moved: dict[UUID | None, list[UUID]] = {}
    for item in found.items.values():
        if item.op is Op.DELETE and item.parent_next != item.parent_base:
            moved.setdefault(item.parent_next, []).append(item.id)
    gone = dict.fromkeys([node])
    waiting = [node]
    while waiting:
        one = waiting.pop()
        below = [*found.children.get(one, ()), *moved.get(one, ())]
        new = [child for child in below if child not in gone]
        gone |= dict.fromkeys(new)
        waiting += new
    return [one for one in gone if deleted(found, one)]


def _home(found: Workspace, node: UUID) -> UUID | None:
    """Give where a fiche comes back: where the dossier had moved it, or where it is published."""
    item = found.items[node]
    moved, place = item.parent_next != item.parent_base, item.parent_next
    return place if moved and place in found.parents and place not in found.below(node) else found.parents[node]


def _back(item: Item, home: UUID | None) -> Item:
    place = home if item.parent_next == home else item.parent_base
    return replace(item, op=Op.UPDATE, parent_next=place, version=item.version + 1)


def _require_unit(found: Workspace, node: UUID, verb: str) -> None:
    require_node(found, node)
    if node == found.dossier.eg_id:
        raise InvalidError(f"On ne peut pas {verb} l'établissement : il vient de FINESS.")
    if verb != "supprimer" and deleted(found, node):
        raise ConflictError(f"Cette fiche est à supprimer : rétablissez-la pour la {verb}.")


def _require_parent(found: Workspace, kind: Kind, parent: UUID) -> None:
    require_node(found, parent)
    if deleted(found, parent):
        raise ConflictError(f"« {found.name(parent)} » est à supprimer : choisissez un autre parent.")
    require_place(found, kind, found.kind(parent))
    require_room(found, 0)


def require_place(found: Workspace, kind: Kind, parent: Kind) -> None:
    """Refuse a kind where it may not stand.

    Raises:
        InvalidError: With the reason.
    """
    fault = placement_fault(found.dossier.circuit, parent, kind)
    if fault:
        raise InvalidError(fault, kind="placement")


def require_room(found: Workspace, count: int) -> None:
    """Refuse to make a dossier larger than any hospital.

    Raises:
        InvalidError: So many more structures do not go in.
    """
    if len(found.order) + count > LARGEST:
        raise InvalidError(f"Un dossier ne peut pas dépasser {LARGEST} structures.")


async def _require_free(tx: AsyncConnection, ids: Sequence[UUID]) -> None:
    if await structures.known_ids(tx, ids) or await dossiers.item_elsewhere(tx, ids):
        raise ConflictError("Un de ces identifiants est déjà pris : recommencez.", kind="identifiant-pris")
