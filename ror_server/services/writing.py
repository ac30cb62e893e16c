"""Writing in a dossier: who holds the pen, and the one way by which its content changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.domain.dossier import Item, Op, named_now
from ror_server.services import accords, champs_reserves, libelles, signals, workspace
from ror_server.services.pen import Pen
from ror_server.services.workspace import Workspace
from ror_server.store import dossiers, gestes
from ror_server.store.gestes import Geste
from ror_tui.api_client.models import TypeSignal, egales

__all__ = ["Pen", "deleted", "item_of", "next_order", "write"]


def item_of(found: Workspace, node: UUID) -> Item:
    """Give the item of a structure; a published one that the dossier does not touch yet gets a fresh, empty one."""
    return found.items[node] if node in found.items else fresh(found, node)


def fresh(found: Workspace, node: UUID) -> Item:
    """Give an item that says nothing yet of a published structure."""
    one = found.published[node]
    return Item(
        id=node,
        kind=one.kind,
        op=Op.UPDATE,
        version=0,
        parent_base=one.parent_id,
        parent_next=one.parent_id,
        base_version=one.version,
        ordre=next_order(found),
    )


def next_order(found: Workspace) -> int:
    """Give the rank of the next item."""
    return max((item.ordre for item in found.items.values()), default=0) + 1


def deleted(found: Workspace, node: UUID) -> bool:
    """Tell whether the dossier deletes a structure."""
    item = found.items.get(node)
    return item is not None and item.op is Op.DELETE


def _answered(found: Workspace, item: Item) -> Iterator[str]:
    """Give the fields that an item comes to answer otherwise; what is published already is no answer of its own."""
    before, published = found.items.get(item.id), found.published.get(item.id)
    was = before.next if before else {}
    theirs = published.valeurs if published else {}
    for champ in item.next.keys() | was.keys():
        now = item.next.get(champ, theirs.get(champ))
        if not any(egales(now, side) for side in (was.get(champ, theirs.get(champ)), theirs.get(champ))):
            yield champ


async def write(
    tx: AsyncConnection,
    found: Workspace,
    pen: Pen,
    changed: Sequence[Item],
    dropped: Sequence[UUID] = (),
    *,
    libelle: str | None = None,
) -> Workspace:
    """Change the content of a dossier: the only way, whatever the action. It is one geste, undone in one step.

    Args:
        tx: The transaction, which holds the dossier locked.
        found: The dossier before.
        pen: Who writes.
        changed: Items as they become, new or not.
        dropped: Structures that the dossier no longer touches.
        libelle: What is done, in French; out of the items unless it is given.

    Raises:
        ForbiddenError: A field changes that is not for this account.

    Returns:
        The dossier after.
    """
    for item in changed:
        champs_reserves.require(found.form_of(item.kind), _answered(found, item), pen.account, found.place)
    changed = [named_now(found.items.get(item.id), item, found.seq) for item in changed]
    touched = [*(item.id for item in changed), *dropped]
    geste = Geste(
        rang=0,
        compte_id=pen.account.id,
        acteur=pen.account.nom,
        le=pen.now,
        libelle=libelle or libelles.describe(found, changed, dropped),
        avant={node: found.items.get(node) for node in touched},
        apres={item.id: item for item in changed} | dict.fromkeys(dropped),
    )
    await gestes.cut(tx, found.dossier.id, pen.account.id)
    await gestes.add(tx, found.dossier.id, geste)
    return await apply(tx, found, pen, changed, dropped)


async def apply(
    tx: AsyncConnection, found: Workspace, pen: Pen, changed: Sequence[Item], dropped: Sequence[UUID]
) -> Workspace:
    """Write items without a geste of their own: what undoes or redoes one.

    Returns:
        The dossier after.
    """
    if dropped:
        await dossiers.drop_items(tx, found.dossier.id, dropped)
    await dossiers.put_items(tx, found.dossier.id, [pen.sign(item) for item in changed])
    row = await dossiers.touch(tx, found.dossier)
    touched = [*(item.id for item in changed), *dropped]
    await signals.tell(tx, pen, row.id, TypeSignal.CONTENU, touched[0] if len(touched) == 1 else None)
    return await accords.after_edit(tx, found, await workspace.load(tx, row), pen)
