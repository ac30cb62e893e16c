"""The content of a dossier: create, duplicate, move, delete, restore, save and finalise fiches."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server import forms
from ror_server.domain import dossier as rules
from ror_server.domain.controls import normalise
from ror_server.domain.dossier import FICHE_LABELS, Item, Op
from ror_server.domain.tree import placement_fault
from ror_server.domain.words import fold
from ror_server.domain.workflow import state_fault
from ror_server.problems import ConflictError, GoneError, InvalidError, NotFoundError, StaleError
from ror_server.services import access, workspace
from ror_server.services.workspace import Workspace
from ror_server.store import dossiers, structures
from ror_server.store.accounts import Account
from ror_server.store.dossiers import StoredItem
from ror_tui.api_client.models import (
    ActionDossier,
    CreationFiches,
    Duplication,
    ErreurChamp,
    EtatFiche,
    Fiche,
    Gravite,
    Kind,
    Valeurs,
)

LARGEST = 5000
"""Structures in one dossier: more than the largest hospital has."""


@dataclass(frozen=True, slots=True)
class Pen:
    """Who writes, and when."""

    account: Account
    now: datetime

    def sign(self, item: Item) -> StoredItem:
        """Make an item ready to store."""
        return StoredItem(item, self.now, self.account.nom)


def require_node(found: Workspace, node: UUID) -> None:
    """Refuse a structure that is not in the dossier's tree.

    Raises:
        GoneError: It was in the dossier's establishment, and is not any more.
        NotFoundError: It never was.
    """
    if node not in found.parents:
        if node in found.items:
            raise GoneError("Cette fiche a été supprimée du Répertoire depuis.")
        raise NotFoundError(
            "Cette fiche n'est pas dans ce dossier : elle a peut-être été supprimée par un autre utilisateur."
        )


def require_version(found: Workspace, node: UUID, expected: int) -> None:
    """Refuse to write over what somebody else wrote.

    Raises:
        StaleError: With the present values, and who wrote them.
    """
    stored = found.stored.get(node)
    version = stored.item.version if stored else 0
    if version == expected:
        return
    if stored is None:
        raise StaleError("Cette fiche n'est plus modifiée dans ce dossier : rechargez-la.", version=0)
    text = f"{stored.modifie_par} a modifié cette fiche entre-temps : comparez avant d'enregistrer."
    values = found.values(node)
    raise StaleError(text, version=version, by=stored.modifie_par, at=stored.modifie_le, valeurs=values)


def show(found: Workspace, account: Account, node: UUID) -> Fiche:
    """Give a fiche as the dossier shows it."""
    require_node(found, node)
    stored, published = found.stored.get(node), found.published.get(node)
    etat = found.states[node]
    reason = _read_only_reason(found, account, node)
    return Fiche(
        id=node,
        dossier_id=found.dossier.id,
        kind=found.kind(node),
        nom=found.name(node),
        version=stored.item.version if stored else 0,
        etat=etat,
        etat_libelle=FICHE_LABELS[etat],
        chemin=found.path(node),
        categorie_eg=found.eg.categorie,
        valeurs=found.values(node),
        publiees=published.valeurs if published else None,
        constats=found.findings(node),
        modifiable=reason is None,
        raison=reason,
        modifiee_le=stored.modifie_le if stored else None,
        modifiee_par=stored.modifie_par if stored else None,
        bandeau=_banner(found, node, reason),
    )


def _read_only_reason(found: Workspace, account: Account, node: UUID) -> str | None:
    refused = access.role_fault(found, account, ActionDossier.MODIFIER)
    refused = refused or state_fault(ActionDossier.MODIFIER, found.dossier.circuit, found.dossier.etat)
    if refused is None and found.states[node] is EtatFiche.A_SUPPRIMER:
        return "Cette fiche est à supprimer : rétablissez-la pour la modifier."
    return refused


def _banner(found: Workspace, node: UUID, reason: str | None) -> str | None:
    if node in found.lost:
        return "Sa place a disparu du Répertoire : déplacez cette fiche sous un autre parent, ou supprimez-la."
    if found.in_conflict(node):
        item, published = found.items[node], found.published.get(node)
        form = found.form(node)
        fields = {conflict.champ for conflict in rules.conflicts(item, published)}
        names = ", ".join(f"« {champ.libelle} »" for champ in form.champs() if champ.id in fields) or "cette fiche"
        return (
            f"Le Répertoire a changé depuis : {names}. Comparez avec la valeur publiée, puis enregistrez votre choix."
        )
    return reason


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
            ordre=_next_order(found) + rank,
        )
        for rank, one in enumerate(body.ids)
    ]
    return await _write(tx, found, new, pen)


async def duplicate(tx: AsyncConnection, found: Workspace, node: UUID, body: Duplication, pen: Pen) -> Workspace:
    """Copy a fiche several times beside itself, with or without what stands below.

    Raises:
        InvalidError: The establishment itself, a fiche to delete, or too many copies.
    """
    _require_unit(found, node, "dupliquer")
    kept = [one for one in (found.below(node) if body.avec_enfants else [node]) if not _deleted(found, one)]
    if len(found.order) + len(kept) * body.fois > LARGEST:
        raise InvalidError(f"Un dossier ne peut pas dépasser {LARGEST} structures.")
    taken = {fold(found.name(one)) for one in found.children.get(found.parents[node] or node, [])}
    new: list[Item] = []
    for _ in range(body.fois):
        name = _copy_name(found.name(node), taken)
        new.extend(_copy(found, kept, name, _next_order(found) + len(new)))
    return await _write(tx, found, new, pen)


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
    _require_unit(found, node, "déplacer")
    if parent in found.below(node):
        raise InvalidError("On ne peut pas déplacer une fiche sous elle-même.")
    _require_parent(found, found.kind(node), parent)
    item = _item(found, node)
    return await _write(tx, found, [replace(item, parent_next=parent, version=item.version + 1)], pen)


async def delete(tx: AsyncConnection, found: Workspace, node: UUID, pen: Pen) -> Workspace:
    """Delete a fiche and all below: new ones leave the dossier, published ones are marked « à supprimer ».

    Raises:
        InvalidError: The establishment itself.
    """
    _require_unit(found, node, "supprimer")
    below = found.below(node)
    dropped = [one for one in below if one in found.items and found.items[one].op is Op.CREATE]
    gone = [one for one in below if one in found.items and one not in found.published and one not in dropped]
    marked = [one for one in below if one in found.published and not _deleted(found, one)]
    await dossiers.drop_items(tx, found.dossier.id, [*dropped, *gone])
    changed = [
        replace(
            item,
            op=Op.DELETE,
            version=item.version + 1,
            base_version=found.published[one].version,
            parent_next=item.parent_base,
        )
        for one in marked
        for item in [_item(found, one)]
    ]
    return await _write(tx, found, changed, pen)


async def restore(tx: AsyncConnection, found: Workspace, node: UUID, pen: Pen) -> Workspace:
    """Take back a deletion, with all below; what had been typed in these fiches comes back with them.

    Raises:
        ConflictError: It is not to be deleted, or its parent still is.
    """
    require_node(found, node)
    if not _deleted(found, node):
        raise ConflictError("Cette fiche n'est pas à supprimer.")
    parent = found.parents[node]
    if parent is not None and _deleted(found, parent):
        raise ConflictError(f"Rétablissez d'abord « {found.name(parent)} ».")
    back = [found.items[one] for one in found.below(node) if _deleted(found, one)]
    return await _write(tx, found, [replace(item, op=Op.UPDATE, version=item.version + 1) for item in back], pen)


async def save(tx: AsyncConnection, found: Workspace, node: UUID, values: Valeurs, pen: Pen) -> Workspace:
    """Save answers; what is missing is no obstacle (it is told by the controls).

    Raises:
        InvalidError: A value of the wrong type, or a field that the form does not have.
        ConflictError: The fiche is to be deleted.
    """
    require_node(found, node)
    if _deleted(found, node):
        raise ConflictError("Cette fiche est à supprimer : rétablissez-la pour la modifier.")
    kept, faults = normalise(found.form(node), values)
    if faults:
        raise InvalidError(faults[0].message, faults)
    item, published = _item(found, node), found.published.get(node)
    base, following = rules.touch(item, published.valeurs if published else {}, kept)
    same = item.saved and following == item.next and base == item.base
    changed = replace(
        item,
        base=base,
        next=following,
        saved=True,
        finalised=item.finalised and same,
        base_version=published.version if published else 0,
        version=item.version + 1,
    )
    return await _write(tx, found, [changed], pen)


async def finalise(tx: AsyncConnection, found: Workspace, node: UUID, pen: Pen) -> Workspace:
    """Mark a saved fiche green.

    Raises:
        ConflictError: Never saved, untouched, to be deleted, or in conflict.
        InvalidError: The controls find errors, each by its field.
    """
    require_node(found, node)
    item = found.items.get(node)
    if item is None or not item.counts:
        raise ConflictError("Cette fiche n'est pas modifiée dans ce dossier : il n'y a rien à finaliser.")
    if not item.saved:
        raise ConflictError("Enregistrez la fiche avant de la finaliser.")
    if found.in_conflict(node):
        raise ConflictError(_banner(found, node, None) or "Cette fiche est en conflit avec le Répertoire.")
    errors = [constat for constat in found.findings(node) if constat.gravite is Gravite.ERREUR]
    if errors:
        faults = [ErreurChamp(pointer=f"/valeurs/{one.champ}", code=one.code, message=one.message) for one in errors]
        count = "un champ est à corriger" if len(errors) == 1 else f"{len(errors)} champs sont à corriger"
        raise InvalidError(f"La fiche n'est pas complète : {count}.", faults, kind="incomplete")
    return await _write(tx, found, [replace(item, finalised=True, version=item.version + 1)], pen)


def _item(found: Workspace, node: UUID) -> Item:
    """Give the item of a structure; a published one that the dossier does not touch yet gets a fresh, empty one."""
    if node in found.items:
        return found.items[node]
    one = found.published[node]
    return Item(
        id=node,
        kind=one.kind,
        op=Op.UPDATE,
        version=0,
        parent_base=one.parent_id,
        parent_next=one.parent_id,
        base_version=one.version,
        ordre=_next_order(found),
    )


def _next_order(found: Workspace) -> int:
    return max((item.ordre for item in found.items.values()), default=0) + 1


def _deleted(found: Workspace, node: UUID) -> bool:
    item = found.items.get(node)
    return item is not None and item.op is Op.DELETE


def _require_unit(found: Workspace, node: UUID, verb: str) -> None:
    require_node(found, node)
    if node == found.dossier.eg_id:
        raise InvalidError(f"On ne peut pas {verb} l'établissement : il vient de FINESS.")
    if verb != "supprimer" and _deleted(found, node):
        raise ConflictError(f"Cette fiche est à supprimer : rétablissez-la pour la {verb}.")


def _require_parent(found: Workspace, kind: Kind, parent: UUID) -> None:
    require_node(found, parent)
    if _deleted(found, parent):
        raise ConflictError(f"« {found.name(parent)} » est à supprimer : choisissez un autre parent.")
    fault = placement_fault(found.dossier.circuit, found.kind(parent), kind)
    if fault:
        raise InvalidError(fault, kind="placement")
    if len(found.order) >= LARGEST:
        raise InvalidError(f"Un dossier ne peut pas dépasser {LARGEST} structures.")


async def _require_free(tx: AsyncConnection, ids: Sequence[UUID]) -> None:
    if await structures.known_ids(tx, ids) or await dossiers.item_elsewhere(tx, ids):
        raise ConflictError("Un de ces identifiants est déjà pris : recommencez.", kind="identifiant-pris")


async def _write(tx: AsyncConnection, found: Workspace, changed: Sequence[Item], pen: Pen) -> Workspace:
    await dossiers.put_items(tx, found.dossier.id, [pen.sign(item) for item in changed])
    row = await dossiers.touch(tx, found.dossier)
    return await workspace.load(tx, row)
