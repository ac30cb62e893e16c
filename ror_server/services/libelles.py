"""How a change of a dossier's content is called, in French: read in the list of gestes and before undoing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from ror_server.domain.dossier import Item, Op
from ror_server.domain.tree import LABELS, PLURALS
from ror_server.services.workspace import Workspace, default_label
from ror_tui.api_client.models import Kind, egales

MOST_FIELDS = 3
"""Fields named in a label; the others are counted."""


def describe(found: Workspace, changed: Sequence[Item], dropped: Sequence[UUID]) -> str:
    """Say what a change does, out of what it writes.

    Args:
        found: The dossier before.
        changed: Items as they become.
        dropped: Structures that the dossier no longer touches.
    """
    if len(changed) == 1 and not dropped:
        return _one(found, changed[0])
    if dropped and not changed:
        return f"Supprimer {these(found, dropped)}"
    return f"Modifier {these(found, [*(item.id for item in changed), *dropped])}"


def _one(found: Workspace, item: Item) -> str:
    before, name = found.items.get(item.id), quoted(found, item)
    if before is None and item.op is Op.CREATE:
        return f"Créer {name}"
    if item.op is Op.DELETE:
        return f"Supprimer {name}"
    if before is not None and before.op is Op.DELETE:
        return f"Rétablir {name}"
    fields = _changed_fields(found, before, item)
    if not fields and item.finalised and not (before and before.finalised):
        return f"Finaliser {name}"
    if not fields and item.parent_next != (before.parent_next if before else item.parent_base):
        return f"Déplacer {name}"
    return _fields(found, item, fields)


def _fields(found: Workspace, item: Item, fields: Sequence[str]) -> str:
    if not fields:
        return f"Enregistrer {quoted(found, item)}"
    if fields == ["nom"] and item.id in found.parents and item.next.get("nom"):
        return f"Renommer {quoted(found, item)} en « {item.next['nom']} »"
    form = found.form_of(item.kind)
    labels = [champ.libelle for champ in form.champs() if champ.id in fields]
    more = f" et {len(labels) - MOST_FIELDS} autres" if len(labels) > MOST_FIELDS else ""
    return f"Modifier {quoted(found, item)} : {', '.join(labels[:MOST_FIELDS])}{more}"


def _changed_fields(found: Workspace, before: Item | None, item: Item) -> list[str]:
    old = before.next if before else {}
    touched = {*old, *item.next}
    return [
        champ.id
        for champ in found.form_of(item.kind).champs()
        if champ.id in touched
        and ((champ.id in old) != (champ.id in item.next) or not egales(old.get(champ.id), item.next.get(champ.id)))
    ]


def quoted(found: Workspace, item: Item) -> str:
    """Name a structure as the dossier showed it before the change."""
    if item.id in found.parents:
        return f"« {found.name(item.id)} »"
    nom = item.next.get("nom")
    return f"« {nom if isinstance(nom, str) and nom else default_label(item.kind)} »"


def these(found: Workspace, nodes: Sequence[UUID]) -> str:
    """Name one structure, or count several: « Pôle A », 3 unités opérationnelles, 12 fiches."""
    known = [node for node in nodes if node in found.parents]
    if len(nodes) == 1 and known:
        return f"« {found.name(nodes[0])} »"
    kinds = {found.kind(node) for node in known}
    return counted(len(nodes), kinds.pop() if len(kinds) == 1 and len(known) == len(nodes) else None)


def counted(count: int, kind: Kind | None) -> str:
    """Count structures of one kind, or of several (None)."""
    if kind is None:
        return f"{count} fiches" if count > 1 else "une fiche"
    return f"{count} {PLURALS[kind]}" if count > 1 else f"{count} {LABELS[kind]}"


def names(found: Workspace, nodes: Iterable[UUID]) -> str:
    """Name structures one after the other."""
    return ", ".join(f"« {found.name(node)} »" for node in nodes)
