"""One action on several fiches of a dossier: all of them, or none with the reason of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server import nomenclatures
from ror_server.domain.controls import default_name
from ror_server.domain.dossier import Item
from ror_server.domain.words import fold
from ror_server.problems import ConflictError, InvalidError, RefusalError
from ror_server.services import actions, fiches
from ror_server.services.libelles import these
from ror_server.services.workspace import Workspace
from ror_server.services.writing import Pen, deleted, next_order, write
from ror_tui.api_client.models import ActionFiches, ActionGroupee, Duplication, ErreurChamp, Kind, Valeurs

TYPES = "JDV_J238"
NAMED = 3
"""Fiches whose reason is said in the sentence of a refusal; the others are in its `errors`."""

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Change:
    """What an action writes, and how it is called."""

    libelle: str
    changed: Sequence[Item]
    dropped: Sequence[UUID] = ()
    shown: Sequence[UUID] = field(default=())


Plan = Callable[[Workspace, Sequence[UUID], ActionGroupee], Change]


async def act(tx: AsyncConnection, found: Workspace, body: ActionGroupee, pen: Pen) -> tuple[Change, Workspace]:
    """Do an action on all the fiches.

    Raises:
        RefusalError: That of the one fiche, or one that gives the reason of each.
    """
    versions = {one.id: one.version for one in body.fiches}
    for_each(found, list(versions), lambda node: _require(found, node, versions[node]))
    change = PLANS[body.action](found, _in_order(found, versions), body)
    return change, await write(tx, found, pen, change.changed, change.dropped, libelle=change.libelle)


def _require(found: Workspace, node: UUID, version: int) -> None:
    fiches.require_node(found, node)
    fiches.require_version(found, node, version)


def _in_order(found: Workspace, nodes: Iterable[UUID]) -> list[UUID]:
    wanted = set(nodes)
    return [node for node in found.order if node in wanted]


def tops(found: Workspace, nodes: Sequence[UUID]) -> list[UUID]:
    """Leave out the fiches that stand below another one of them: they go with it."""
    below = {one for node in nodes for one in found.below(node)[1:]}
    return [node for node in nodes if node not in below]


def for_each(found: Workspace, nodes: Sequence[UUID], do: Callable[[UUID], Result]) -> list[Result]:
    """Do the same for each fiche.

    Raises:
        RefusalError: As it is when there is one fiche.
        InvalidError: With the reason of each fiche that cannot.
    """
    done: list[Result] = []
    refused: dict[UUID, RefusalError] = {}
    for node in nodes:
        try:
            done.append(do(node))
        except RefusalError as error:
            if len(nodes) == 1:
                raise
            refused[node] = error
    if refused:
        raise _refusal(found, refused, len(nodes))
    return done


def _refusal(found: Workspace, refused: Mapping[UUID, RefusalError], count: int) -> InvalidError:
    errors = [
        ErreurChamp(pointer=f"/fiches/{node}", code=error.kind, message=f"{_called(found, node)} : {error.detail}")
        for node, error in refused.items()
    ]
    said = "\n".join(error.message for error in errors[:NAMED])
    more = f"\nEt {len(errors) - NAMED} autres." if len(errors) > NAMED else ""
    start = f"Rien n'a été fait : {len(refused)} fiches sur {count} s'y opposent."
    return InvalidError(f"{start}\n{said}{more}", errors, kind="groupe")


def _called(found: Workspace, node: UUID) -> str:
    return f"« {found.name(node)} »" if node in found.parents else "Une fiche"


def _duplicate(found: Workspace, nodes: Sequence[UUID], body: ActionGroupee) -> Change:
    wanted = Duplication(fois=body.fois, avec_enfants=body.avec_enfants)
    originals = tops(found, nodes) if body.avec_enfants else list(nodes)
    new: list[Item] = []
    first = next_order(found)
    for_each(found, originals, lambda node: new.extend(actions.copies(found, node, wanted, first + len(new), new)))
    actions.require_room(found, len(new))
    made = {item.id for item in new}
    heads = [item.id for item in new if item.parent_next not in made]
    return Change(actions.duplication_label(found, originals, wanted), new, shown=heads)


def _move(found: Workspace, nodes: Sequence[UUID], body: ActionGroupee) -> Change:
    parent = body.parent_id
    if parent is None:
        raise InvalidError("Dites sous quelle structure déplacer.")
    heads = tops(found, nodes)
    items = for_each(found, heads, lambda node: actions.moved(found, node, parent))
    return Change(actions.move_label(found, heads, parent), items, shown=heads)


def _delete(found: Workspace, nodes: Sequence[UUID], _: ActionGroupee) -> Change:
    heads = tops(found, nodes)
    gone = for_each(found, heads, lambda node: actions.gone(found, node))
    changed = [item for items, _ in gone for item in items]
    dropped = [node for _, ids in gone for node in ids]
    return Change(actions.deletion_label(found, heads), changed, dropped, heads)


def _restore(found: Workspace, nodes: Sequence[UUID], _: ActionGroupee) -> Change:
    heads = tops(found, nodes)
    back = [item for items in for_each(found, heads, lambda node: actions.restored(found, node)) for item in items]
    return Change(f"Rétablir {these(found, heads)}", back, shown=heads)


def _finalise(found: Workspace, nodes: Sequence[UUID], _: ActionGroupee) -> Change:
    left = [node for node in nodes if not (node in found.items and found.items[node].finalised)] or list(nodes)
    items = for_each(found, left, lambda node: fiches.finalised(found, node))
    return Change(f"Finaliser {these(found, left)}", items, shown=left)


def _change_type(found: Workspace, nodes: Sequence[UUID], body: ActionGroupee) -> Change:
    code = nomenclatures.by_code(TYPES).get(body.type_uo or "")
    if code is None or code.retire:
        raise InvalidError("Ce type d'UO n'est pas proposé : choisissez-en un dans la liste.")
    items = for_each(found, nodes, lambda node: _typed(found, node, code.code, renaming=body.renommer))
    return Change(f"Type d'UO de {these(found, nodes)} : {code.libelle}", items, shown=nodes)


def _typed(found: Workspace, node: UUID, code: str, *, renaming: bool) -> Item:
    if found.kind(node) is not Kind.UO:
        raise InvalidError("Seule une unité opérationnelle a un type d'UO.")
    if deleted(found, node):
        raise ConflictError("Cette fiche est à supprimer : rétablissez-la pour la modifier.")
    values: Valeurs = {"type_uo": code}
    if renaming and not typed_name(found.values(node)):
        values["nom"] = default_name(nomenclatures.by_code(TYPES)[code].libelle)
    return fiches.saved(found, node, values)


def typed_name(values: Valeurs) -> bool:
    """Tell whether the name of a unit was typed by hand: neither empty nor the default one of its type."""
    nom = values.get("nom")
    if not isinstance(nom, str) or not nom.strip():
        return False
    known = nomenclatures.by_code(TYPES).get(str(values.get("type_uo")))
    return known is None or fold(nom) != fold(default_name(known.libelle))


PLANS: Mapping[ActionFiches, Plan] = {
    ActionFiches.DUPLIQUER: _duplicate,
    ActionFiches.DEPLACER: _move,
    ActionFiches.SUPPRIMER: _delete,
    ActionFiches.RETABLIR: _restore,
    ActionFiches.FINALISER: _finalise,
    ActionFiches.TYPE_UO: _change_type,
}
"""What each action writes."""
