"""The content of a dossier as a whole: read at once, changed at once, all or nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server import forms
from ror_server.domain import dossier as rules
from ror_server.domain.dossier import Item, Op
from ror_server.domain.tree import placement_fault
from ror_server.domain.valeurs import normalise
from ror_server.domain.workflow import ETAT_LABELS
from ror_server.problems import ConflictError, InvalidError, RefusalError, StaleError
from ror_server.services import actions, fiches
from ror_server.services.actions import LARGEST
from ror_server.services.workspace import Workspace
from ror_server.services.writing import Pen, deleted, item_of, next_order, write
from ror_server.store import dossiers, structures
from ror_tui.api_client.models import (
    ContenuDossier,
    Discipline,
    ErreurChamp,
    FicheChangee,
    FicheContenu,
    Kind,
    Lien,
    LotDossier,
    NouvelleFiche,
    Valeurs,
)


def show(found: Workspace) -> ContenuDossier:
    """Give every fiche of a dossier."""
    row = found.dossier
    return ContenuDossier(
        dossier_id=row.id,
        titre=row.titre,
        etablissement=Lien(id=row.eg_id, kind=Kind.EG, nom=row.eg_nom),
        discipline=Discipline(found.eg.discipline) if found.eg.discipline else None,
        categorie_eg=found.eg.categorie,
        etat=row.etat,
        etat_libelle=ETAT_LABELS[row.etat],
        version=row.version,
        empreinte=fingerprint(found),
        fiches=[_fiche(found, node) for node in found.order],
    )


def _fiche(found: Workspace, node: UUID) -> FicheContenu:
    stored = found.stored.get(node)
    return FicheContenu(
        id=node,
        parent_id=found.parents[node],
        kind=found.kind(node),
        nom=found.name(node),
        version=stored.item.version if stored else 0,
        etat=found.states[node],
        changements=rules.changes(stored.item if stored else None),
        finalisee=stored is not None and stored.item.counts and stored.item.finalised,
        valeurs=found.values(node),
        modifiee_le=stored.modifie_le if stored else None,
        modifiee_par=stored.modifie_par if stored else None,
    )


def fingerprint(found: Workspace) -> str:
    """Give what changes as soon as the dossier, or anything published below its establishment, does."""
    parts = [f"{found.dossier.id} {found.dossier.version}"]
    parts += sorted(f"{one.id} {one.version}" for one in found.published.values())
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


async def apply(tx: AsyncConnection, found: Workspace, lot: LotDossier, pen: Pen) -> Workspace:
    """Make a set of changes, as one action.

    Raises:
        StaleError: It was worked out from another content than the present one.
        InvalidError: A value, a place or a fiche to finalise that does not hold, each by its pointer.
        ConflictError: An id is taken, or something to change is to be deleted.
    """
    if lot.empreinte != fingerprint(found):
        text = "Le dossier ou le Répertoire ont changé entre-temps : relisez le dossier avant de pousser."
        raise StaleError(text, version=found.dossier.version)
    await _require_free(tx, lot.creees)
    changed, dropped = outcome(found, lot, pen)
    if lot.essai:
        return _having(found, pen, changed, dropped)
    return await write(tx, found, pen, changed, dropped) if changed or dropped else found


def outcome(found: Workspace, lot: LotDossier, pen: Pen) -> tuple[list[Item], list[UUID]]:
    """Work out what a set of changes makes of the items, without writing anything.

    Returns:
        The items as they become, and the structures that the dossier no longer touches.

    Raises:
        RefusalError: As `apply`.
    """
    _require_once(lot)
    after = found
    for stage in (_restored, _created, _changed, _moved, _deleted):
        after = stage(after, lot, pen)
    _require_places(found, after, lot)
    after = _finalised(after, lot, pen)
    changed = [_numbered(found, item) for item in after.items.values() if found.items.get(item.id) != item]
    return changed, [node for node in found.items if node not in after.items]


def _require_once(lot: LotDossier) -> None:
    ids = [one.id for one in lot.changees]
    if len(set(ids)) < len(ids):
        raise InvalidError("Une même fiche est changée deux fois.")


def _numbered(found: Workspace, item: Item) -> Item:
    """Count one change for each item, however many stages it went through; no version ever comes back."""
    before = found.items.get(item.id)
    return replace(item, version=(before.version if before else found.dossier.version) + 1)


def _having(found: Workspace, pen: Pen, changed: Iterable[Item], dropped: Sequence[UUID] = ()) -> Workspace:
    return found.having([pen.sign(item) for item in changed], dropped)


def _restored(found: Workspace, lot: LotDossier, pen: Pen) -> Workspace:
    for node in lot.retablies:
        if not deleted(found, node):  # with the parent that was restored before it
            fiches.require_node(found, node)
            continue
        found = _having(found, pen, actions.restored(found, node))
    return found


def _created(found: Workspace, lot: LotDossier, pen: Pen) -> Workspace:
    first = next_order(found)
    return _having(found, pen, [_new(found, one, first + rank) for rank, one in enumerate(lot.creees)])


def _new(found: Workspace, one: NouvelleFiche, ordre: int) -> Item:
    form = found.form_of(one.kind)
    kept, faults = normalise(form, one.valeurs)
    _raise(_pointed(one.id, faults))
    return Item(
        id=one.id,
        kind=one.kind,
        op=Op.CREATE,
        parent_next=one.parent_id,
        next=dict(forms.defaults(form)) | kept,
        saved=bool(one.valeurs),
        ordre=ordre,
    )


def _changed(found: Workspace, lot: LotDossier, pen: Pen) -> Workspace:
    items: list[Item] = []
    faults: list[ErreurChamp] = []
    for one in lot.changees:
        _require_alive(found, one)
        if one.valeurs:
            kept, wrong = normalise(found.form(one.id), one.valeurs)
            faults += _pointed(one.id, wrong)
            items.append(fiches.saved(found, one.id, kept))
    _raise(faults)
    return _having(found, pen, items)


def _moved(found: Workspace, lot: LotDossier, pen: Pen) -> Workspace:
    items = [replace(item_of(found, one.id), parent_next=one.parent_id) for one in lot.changees if one.parent_id]
    return _having(found, pen, items)


def _require_alive(found: Workspace, one: FicheChangee) -> None:
    fiches.require_node(found, one.id)
    if deleted(found, one.id):
        raise ConflictError(f"« {found.name(one.id)} » est à supprimer : rétablissez-la pour la modifier.")


def _deleted(found: Workspace, lot: LotDossier, pen: Pen) -> Workspace:
    for node in lot.supprimees:
        if node == found.dossier.eg_id:
            raise _at(node, "On ne peut pas supprimer l'établissement : il vient de FINESS.")
        if node in found.parents and not deleted(found, node):  # else with the parent that was deleted before it
            found = _having(found, pen, *actions.deletion(found, node))
    return found


def _require_places(before: Workspace, after: Workspace, lot: LotDossier) -> None:
    """Judge the tree that results: the order in which it is reached does not matter.

    Raises:
        InvalidError: Too many structures, or one where it may not stand.
    """
    if len(after.order) > max(LARGEST, len(before.order)):
        raise InvalidError(f"Un dossier ne peut pas dépasser {LARGEST} structures.")
    placed = [one.id for one in lot.creees] + [one.id for one in lot.changees if one.parent_id]
    for node in placed:
        if node in after.items and not deleted(after, node):
            _require_place(after, node)


def _require_place(after: Workspace, node: UUID) -> None:
    parent = after.items[node].parent_next
    if node == after.dossier.eg_id:
        raise _at(node, "On ne peut pas déplacer l'établissement : il vient de FINESS.")
    if parent is None or parent not in after.parents:
        raise _at(node, f"Le parent de « {after.name(node)} » n'est pas dans ce dossier.")
    if deleted(after, parent):
        raise _at(node, f"« {after.name(parent)} » est à supprimer : choisissez un autre parent.")
    if node in after.lost:
        raise _at(node, f"« {after.name(node)} » : on ne peut pas déplacer une fiche sous elle-même.")
    fault = placement_fault(after.dossier.circuit, after.kind(parent), after.kind(node))
    if fault:
        raise _at(node, fault)


def _finalised(found: Workspace, lot: LotDossier, pen: Pen) -> Workspace:
    items: list[Item] = []
    faults: list[ErreurChamp] = []
    for node in lot.finalisees:
        try:
            items.append(fiches.finalised(found, node))
        except InvalidError as error:
            faults += _pointed(node, error.errors)
        except RefusalError as error:
            faults.append(ErreurChamp(pointer=f"/fiches/{node}", code=error.kind, message=error.detail))
    _raise(faults)
    return _having(found, pen, items)


def _pointed(node: UUID, faults: Iterable[ErreurChamp]) -> list[ErreurChamp]:
    return [fault.model_copy(update={"pointer": f"/fiches/{node}{fault.pointer}"}) for fault in faults]


def _raise(faults: list[ErreurChamp]) -> None:
    if faults:
        raise InvalidError(faults[0].message, faults)


def _at(node: UUID, message: str) -> InvalidError:
    return InvalidError(message, [ErreurChamp(pointer=f"/fiches/{node}", code="placement", message=message)])


async def _require_free(tx: AsyncConnection, created: Sequence[NouvelleFiche]) -> None:
    ids = [one.id for one in created]
    if len(set(ids)) < len(ids):
        raise InvalidError("Deux fiches à créer portent le même identifiant.")
    taken = await structures.known_ids(tx, ids) | await dossiers.item_elsewhere(tx, ids) if ids else set()
    if taken:
        rank = next(rank for rank, one in enumerate(ids) if one in taken)
        raise _at(ids[rank], f"« {_named(created[rank].valeurs)} » : son identifiant est déjà pris.")


def _named(values: Valeurs) -> str:
    return str(values.get("nom") or "sans nom")
