"""Publishing a dossier into the Répertoire: one transaction, all or nothing (DESIGN §5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server import nomenclatures
from ror_server.domain import dossier as rules
from ror_server.domain.disciplines import discipline_bit
from ror_server.domain.dossier import Item, Op
from ror_server.domain.peuplement import of_establishment, of_unit
from ror_server.services.publishing import columns, follow_units
from ror_server.services.workspace import Workspace
from ror_server.services.writing import Pen
from ror_server.store import commits, structures
from ror_server.store.offres import Unit
from ror_server.store.peuplement import of_row
from ror_server.store.structures import Derived
from ror_tui.api_client.models import Kind, Peuplement, Valeurs, egales


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a dossier writes, parents before children."""

    created: Sequence[Item]
    updated: Sequence[Item]
    deleted: Sequence[Item]
    after: Mapping[UUID, Valeurs]
    """The values of what is created or updated."""

    @property
    def touched(self) -> list[Item]:
        """All that is written."""
        return [*self.created, *self.updated, *self.deleted]


async def integrate(tx: AsyncConnection, found: Workspace, pen: Pen) -> int:
    """Write what a dossier changes; rights, state, conflicts and controls were checked in this same transaction.

    Parents are written before children, and deletions come last, leaves first. What follows from the fiches is worked
    out of what the dossier was judged by: nothing that is written is read again.

    Returns:
        The sequence number of the commit.
    """
    row = found.dossier
    seq = await commits.next_commit(
        tx, at=pen.now, acteur=pen.account.nom, origine="dossier", message=row.titre, dossier_id=row.id
    )
    plan = _plan(found)
    before, gone = await structures.derived(tx, row.eg_id)
    derived = _derived(found, plan, before)
    columns = {item.id: _columns(found, item, plan, derived, pen) for item in plan.touched}
    new = [item for item in plan.created if item.id not in gone]
    again = [item for item in plan.created if item.id in gone]
    await structures.insert(tx, [_new_row(found, item) | columns[item.id] for item in new])
    await structures.update_all(tx, [(item.id, columns[item.id] | {"supprimee": False}) for item in again])
    await structures.update_all(tx, [(item.id, columns[item.id]) for item in (*plan.updated, *plan.deleted)])
    await commits.add_revisions(tx, [_revision(found, item, plan.after.get(item.id, {}), seq) for item in plan.touched])
    rest = {node: one for node, one in derived.items() if node not in columns and one != before.get(node)}
    await structures.put_derived(tx, rest)
    await follow_units(tx, found.eg, list(_units(found, plan)))
    if found.ej and derived[row.eg_id].disciplines != before[row.eg_id].disciplines:
        await structures.gather_disciplines(tx, found.ej.id)
    return seq


def _plan(found: Workspace) -> _Plan:
    items = [found.items[node] for node in found.order if node in found.items]
    created = [item for item in items if item.op is Op.CREATE]
    updated = [item for item in items if item.op is Op.UPDATE and rules.changes(item)]
    deleted = [item for item in reversed(items) if item.op is Op.DELETE]
    after = {item.id: rules.merged(item, found.published.get(item.id)) for item in (*created, *updated)}
    return _Plan(created, updated, deleted, after)


def _columns(found: Workspace, item: Item, plan: _Plan, derived: Mapping[UUID, Derived], pen: Pen) -> dict[str, object]:
    """Give the columns of a structure that the dossier writes, all but its version."""
    if item.op is Op.DELETE:
        return {"supprimee": True, "disciplines": 0} | _signed(pen)
    place: dict[str, object] = {"parent_id": found.parents[item.id]} if item.id != found.dossier.eg_id else {}
    own = columns(found.eg, item.kind, plan.after[item.id]) if item.next or item.op is Op.CREATE else {}
    one = derived[item.id]
    return place | own | {"disciplines": one.disciplines, "peuplement": one.peuplement.value} | _signed(pen)


def _units(found: Workspace, plan: _Plan) -> Iterator[tuple[Unit | None, Unit | None]]:
    """Give the units that the dossier writes, before and after, as far as their offers are concerned."""
    eg_id = found.dossier.eg_id
    for item in plan.touched:
        if item.kind is Kind.UO and (item.next or item.op is not Op.UPDATE):
            was, after = found.published.get(item.id), plan.after.get(item.id)
            before = Unit(item.id, eg_id, was.nom, was.valeurs) if was else None
            yield before, None if after is None else Unit(item.id, eg_id, str(after.get("nom") or ""), after)


def _signed(pen: Pen) -> dict[str, object]:
    return {"maj_le": pen.now, "maj_par": pen.account.nom}


def _new_row(found: Workspace, item: Item) -> dict[str, object]:
    return {"id": item.id, "kind": item.kind, "eg_id": found.dossier.eg_id, "version": 1}


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


def _derived(found: Workspace, plan: _Plan, before: Mapping[UUID, Derived]) -> dict[UUID, Derived]:
    """Work out what follows from the fiches, for every structure of the tree as it stands after the integration.

    Args:
        found: The dossier.
        plan: What it writes.
        before: What is written now: it holds for the units that the dossier does not write.
    """
    bits = _discipline_bits(found, plan)
    eg = of_row(found.eg)
    states = {node: before[node].peuplement if node in before else Peuplement.A_FAIRE for node in bits}
    states |= {
        item.id: of_unit(plan.after[item.id], eg, nomenclatures.all_codes())
        for item in (*plan.created, *plan.updated)
        if item.kind is Kind.UO
    }
    states[found.dossier.eg_id] = of_establishment(
        state for node, state in states.items() if found.kind(node) is Kind.UO
    )
    return {node: Derived(bits[node], states[node]) for node in bits}


def _discipline_bits(found: Workspace, plan: _Plan) -> Mapping[UUID, int]:
    """Compute the bit set of every structure of the tree as it stands after the integration."""
    deleted = {item.id for item in plan.deleted}
    bits: dict[UUID, int] = {}
    for node in reversed(found.order):
        if node in deleted:
            continue
        values = plan.after[node] if node in plan.after else found.published[node].valeurs
        own = found.eg.discipline if node == found.dossier.eg_id else values.get("discipline")
        total = discipline_bit(own if isinstance(own, str) else None)
        for child in found.children.get(node, []):
            total |= bits.get(child, 0)
        bits[node] = total
    return bits
