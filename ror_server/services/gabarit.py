"""A unit or an establishment as a template: its values in new fiches, its names and its place left to fill."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server import forms
from ror_server.domain.confidentialite import readable
from ror_server.domain.dossier import Item, Op
from ror_server.domain.rights import Place
from ror_server.domain.tree import descendants
from ror_server.domain.valeurs import copied
from ror_server.problems import ConflictError, InvalidError
from ror_server.services import access, actions, fiches, offres
from ror_server.services.groupe import Change
from ror_server.services.libelles import counted
from ror_server.services.workspace import Workspace
from ror_server.services.writing import Pen, deleted, next_order, write
from ror_server.store import structures
from ror_tui.api_client.models import DemandeGabarit, Kind, Valeurs


@dataclass(frozen=True, slots=True)
class Source:
    """A structure of the template, as the account sees it; the first one has no parent."""

    id: UUID
    parent: UUID | None
    kind: Kind
    values: Valeurs


async def take(tx: AsyncConnection, found: Workspace, body: DemandeGabarit, pen: Pen) -> tuple[Change, Workspace]:
    """Create fiches after a template.

    Raises:
        NotFoundError: The template does not exist.
        InvalidError: Something of it may not stand there, or it is too large.
        ConflictError: There is nothing in it to copy.
    """
    fiches.require_node(found, body.parent_id)
    name, sources = await _sources(tx, found, body.source_id, pen)
    if not body.avec_enfants:
        sources = sources[:1]
    taken = [one for one in sources if one.kind not in {Kind.EG, Kind.EJ}]
    if not taken:
        raise ConflictError(f"« {name} » n'a aucune structure à copier : choisissez un autre modèle.")
    actions.require_room(found, len(taken))
    items = _items(found, taken, body.parent_id)
    for kind, parent in _places(found, taken, body.parent_id):
        actions.require_place(found, kind, parent)
    label = f"Prendre « {name} » pour modèle : {counted(len(items), None)} sous « {found.name(body.parent_id)} »"
    change = Change(label, items, shown=[item.id for item in items if item.parent_next == body.parent_id])
    return change, await write(tx, found, pen, items, libelle=label)


def _items(found: Workspace, taken: Sequence[Source], parent: UUID) -> list[Item]:
    ids = {one.id: uuid4() for one in taken}
    first = next_order(found)
    return [
        _item(found, one, ids[one.id], ids.get(one.parent, parent) if one.parent else parent, first + rank)
        for rank, one in enumerate(taken)
    ]


def _item(found: Workspace, one: Source, new: UUID, parent: UUID, ordre: int) -> Item:
    form = found.form_of(one.kind)
    kept = copied(form.champs(), {champ: valeur for champ, valeur in one.values.items() if champ != "nom"})
    values = dict(forms.defaults(form)) | kept
    return Item(id=new, kind=one.kind, op=Op.CREATE, parent_next=parent, next=values, saved=bool(kept), ordre=ordre)


def _places(found: Workspace, taken: Sequence[Source], parent: UUID) -> list[tuple[Kind, Kind]]:
    """Give each kind with the kind of parent that it would stand under."""
    kinds = {one.id: one.kind for one in taken}
    top = found.kind(parent)
    return [(one.kind, kinds.get(one.parent, top) if one.parent else top) for one in taken]


async def _sources(tx: AsyncConnection, found: Workspace, source_id: UUID, pen: Pen) -> tuple[str, list[Source]]:
    """Give the name of the template and its structures, parents first."""
    if source_id in found.parents:
        nodes = [node for node in found.below(source_id) if not deleted(found, node)]
        return found.name(source_id), [
            Source(node, found.parents[node] if node != source_id else None, found.kind(node), found.values(node))
            for node in nodes
        ]
    row = await access.structure(tx, pen.account, source_id)
    if row.kind == Kind.EJ:
        raise InvalidError("Une entité juridique n'est pas un modèle : choisissez l'un de ses établissements.")
    return row.nom, await _published(tx, row, pen)


async def _published(tx: AsyncConnection, row: structures.Row, pen: Pen) -> list[Source]:
    """Read a published template; what the account may not see of it is left out."""
    tree = await structures.subtree(tx, row.eg_id or row.id)
    rows = await structures.several(tx, tree)
    top = await structures.place(tx, row)
    children: dict[UUID, list[UUID]] = {}
    for one in tree.values():
        if one.parent_id is not None:
            children.setdefault(one.parent_id, []).append(one.id)
    inside = descendants(row.id, children)
    parents = {node: tree[node].parent_id if node != row.id else None for node in inside}
    found: list[Source] = []
    for node in inside:
        seen = offres.seen(pen.account, rows[node], _place(top, node, parents))
        if seen.fiche:
            values = readable(tree[node].valeurs, seen)
            found.append(Source(node, parents[node], tree[node].kind, values))
    return found


def _place(top: Place, node: UUID, parents: Mapping[UUID, UUID | None]) -> Place:
    above: set[UUID] = {node}
    parent = parents[node]
    while parent is not None:
        above.add(parent)
        parent = parents.get(parent)
    return Place(top.structures | above, top.departement)
