"""What a dossier changes, in French sentences (DESIGN §5: read before sending and before validating)."""

from __future__ import annotations

from uuid import UUID

from ror_server import nomenclatures
from ror_server.domain import dossier as rules
from ror_server.domain.tree import LABELS, PLURALS
from ror_server.services.workspace import Workspace
from ror_tui.api_client.models import Champ, Changement, Differences, Kind, Phrase, Valeur, vide

_FEMININE = frozenset({Kind.UF, Kind.UO})
_VERBS = {
    Changement.NOUVEAU: "créé",
    Changement.MODIFIE: "modifié",
    Changement.DEPLACE: "déplacé",
    Changement.SUPPRIME: "supprimé",
}


def differences(found: Workspace) -> Differences:
    """Say all that a dossier changes, structure by structure in the order of the tree."""
    nodes = [node for node in found.order if node in found.items]
    return Differences(
        resume=_summary(found, nodes), phrases=[phrase for node in nodes for phrase in _phrases(found, node)]
    )


def _summary(found: Workspace, nodes: list[UUID]) -> str:
    counts: dict[tuple[Changement, Kind], int] = {}
    for node in nodes:
        for change in rules.changes(found.items[node]):
            key = (change, found.kind(node))
            counts[key] = counts.get(key, 0) + 1
    parts = [_counted(change, kind, count) for (change, kind), count in sorted(counts.items())]
    return " ; ".join(parts) or "Ce dossier ne change rien encore."


def _counted(change: Changement, kind: Kind, count: int) -> str:
    noun = PLURALS[kind] if count > 1 else LABELS[kind]
    ending = ("e" if kind in _FEMININE else "") + ("s" if count > 1 else "")
    return f"{count} {noun} {_VERBS[change]}{ending}"


def _phrases(found: Workspace, node: UUID) -> list[Phrase]:
    changes = rules.changes(found.items[node])
    return [
        Phrase(structure_id=node, changement=one, texte=text) for one in changes for text in _texts(found, node, one)
    ]


def _texts(found: Workspace, node: UUID, change: Changement) -> list[str]:
    name, kind = found.name(node), found.kind(node)
    match change:
        case Changement.NOUVEAU:
            created = "créée" if kind in _FEMININE else "créé"
            return [f"{LABELS[kind].capitalize()} « {name} » {created} sous « {_parent(found, node)} »"]
        case Changement.SUPPRIME:
            return [f"« {name} » : à supprimer du Répertoire"]
        case Changement.DEPLACE:
            return [f"« {name} » : de « {_old_parent(found, node)} » vers « {_parent(found, node)} »"]
        case Changement.MODIFIE:
            touched = found.items[node].next
            return [_field(found, node, champ) for champ in found.form(node).champs() if champ.id in touched]


def _parent(found: Workspace, node: UUID) -> str:
    parent = found.parents[node]
    return found.name(parent) if parent else ""


def _old_parent(found: Workspace, node: UUID) -> str:
    parent = found.items[node].parent_base
    return found.name(parent) if parent and parent in found.published else "un parent supprimé"


def _field(found: Workspace, node: UUID, champ: Champ) -> str:
    item = found.items[node]
    published = found.published.get(node)
    before = published.valeurs.get(champ.id) if published else None
    return f"« {found.name(node)} » : {champ.libelle} : {_said(champ, before)} → {_said(champ, item.next[champ.id])}"


def _said(champ: Champ, valeur: Valeur) -> str:
    if vide(valeur):
        return "(vide)"
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    codes = valeur if isinstance(valeur, list) else [str(valeur)]
    if champ.nomenclature is None:
        return ", ".join(codes)
    known = nomenclatures.by_code(champ.nomenclature)
    return ", ".join(f"{known[code].libelle} ({code})" if code in known else code for code in codes)
