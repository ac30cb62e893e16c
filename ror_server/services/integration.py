"""Publishing a dossier into the Répertoire: one transaction, all or nothing (DESIGN §5)."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.domain import dossier as rules
from ror_server.domain.disciplines import discipline_bit
from ror_server.domain.dossier import Item, Op
from ror_server.services.publishing import columns, follow
from ror_server.services.workspace import Workspace
from ror_server.services.writing import Pen
from ror_server.store import commits, structures
from ror_tui.api_client.models import Kind, Valeurs, egales


async def integrate(tx: AsyncConnection, found: Workspace, pen: Pen) -> int:
    """Write what a dossier changes; rights, state, conflicts and controls were checked in this same transaction.

    Parents are written before children, and deletions come last, leaves first.

    Returns:
        The sequence number of the commit.
    """
    row = found.dossier
    seq = await commits.next_commit(
        tx, at=pen.now, acteur=pen.account.nom, origine="dossier", message=row.titre, dossier_id=row.id
    )
    nodes = [node for node in found.order if node in found.items]
    created = [found.items[node] for node in nodes if found.items[node].op is Op.CREATE]
    updated = [
        found.items[node] for node in nodes if found.items[node].op is Op.UPDATE and rules.changes(found.items[node])
    ]
    deleted = [found.items[node] for node in reversed(nodes) if found.items[node].op is Op.DELETE]
    after = {item.id: rules.merged(item, found.published.get(item.id)) for item in (*created, *updated)}
    bits = _discipline_bits(found, after)
    again = await structures.known_ids(tx, [item.id for item in created])
    rows = {item.id: _new_row(found, item, after[item.id], pen) | {"disciplines": bits[item.id]} for item in created}
    await structures.insert(tx, [row for node, row in rows.items() if node not in again])
    gone = {"supprimee": True, "disciplines": 0}
    await structures.update_all(tx, [(node, _made_again(rows[node])) for node in rows if node in again])
    await structures.update_all(
        tx, [(item.id, _changes(found, item, after[item.id]) | _signed(pen)) for item in updated]
    )
    await structures.update_all(tx, [(item.id, gone | _signed(pen)) for item in deleted])
    await commits.add_revisions(
        tx, [_revision(found, item, after.get(item.id, {}), seq) for item in (*created, *updated, *deleted)]
    )
    await follow(tx, row.eg_id, [item.id for item in (*created, *updated, *deleted) if item.kind is Kind.UO])
    await structures.refresh_disciplines(tx, found.ej.id if found.ej else None, bits.items())
    return seq


def _signed(pen: Pen) -> dict[str, object]:
    return {"maj_le": pen.now, "maj_par": pen.account.nom}


def _new_row(found: Workspace, item: Item, values: Valeurs, pen: Pen) -> dict[str, object]:
    place = {"id": item.id, "kind": item.kind, "parent_id": found.parents[item.id], "eg_id": found.dossier.eg_id}
    return place | {"version": 1} | columns(found.eg, item.kind, values) | _signed(pen)


def _made_again(row: Mapping[str, object]) -> dict[str, object]:
    """Give what brings a deleted structure back, as the dossier describes it."""
    return {name: value for name, value in row.items() if name not in {"id", "kind", "version"}} | {"supprimee": False}


def _changes(found: Workspace, item: Item, values: Valeurs) -> dict[str, object]:
    place: dict[str, object] = {"parent_id": found.parents[item.id]} if item.id != found.dossier.eg_id else {}
    return place | columns(found.eg, item.kind, values) if item.next else place


def _revision(found: Workspace, item: Item, values: Valeurs, seq: int) -> dict[str, object]:
    published = found.published.get(item.id)
    before: dict[str, object] = {}
    after: dict[str, object] = {}
    if item.op is not Op.DELETE:
        was = published.valeurs if published else {}
        moved = [champ for champ in item.next if not egales(was.get(champ), values.get(champ))]
        after = {champ: values.get(champ) for champ in moved}
        before = {champ: was.get(champ) for champ in moved} if published else {}
    if published and published.parent_id != found.parents[item.id] and item.id != found.dossier.eg_id:
        before["parent_id"] = str(published.parent_id)
    if published is None or "parent_id" in before:
        after["parent_id"] = str(found.parents[item.id])
    if item.op is Op.DELETE and published:
        before, after = {**published.valeurs, "parent_id": str(published.parent_id)}, {}
    return {
        "commit_seq": seq,
        "structure_id": item.id,
        "op": item.op,
        "version": (published.version if published else item.base_version) + 1,
        "avant": before or None,
        "apres": after or None,
    }


def _discipline_bits(found: Workspace, after: Mapping[UUID, Valeurs]) -> Mapping[UUID, int]:
    """Compute the bit set of every structure of the tree as it stands after the integration.

    Args:
        found: The dossier.
        after: The values of the structures that it writes.
    """
    bits: dict[UUID, int] = {}
    for node in reversed(found.order):
        item = found.items.get(node)
        if item is not None and item.op is Op.DELETE:
            continue
        values = after[node] if node in after else found.values(node)
        own = found.eg.discipline if node == found.dossier.eg_id else values.get("discipline")
        total = discipline_bit(own if isinstance(own, str) else None)
        for child in found.children.get(node, []):
            total |= bits.get(child, 0)
        bits[node] = total
    return bits
