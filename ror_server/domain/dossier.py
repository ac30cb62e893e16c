"""The content of a dossier: sparse patches, their state, and the three-way merge (DESIGN §5)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from ror_server.domain.controls import has_errors
from ror_tui.api_client.models import Changement, Constat, EtatFiche, Kind, Progres, Valeur, Valeurs, vide

FICHE_LABELS: Mapping[EtatFiche, str] = {
    EtatFiche.A_COMPLETER: "à compléter",
    EtatFiche.INCOMPLETE: "incomplète",
    EtatFiche.A_FINALISER: "à finaliser",
    EtatFiche.FINALISEE: "finalisée",
    EtatFiche.EN_CONFLIT: "en conflit",
    EtatFiche.REFUSEE: "refusée",
    EtatFiche.A_SUPPRIMER: "à supprimer",
    EtatFiche.INCHANGEE: "inchangée",
}


class Op(StrEnum):
    """What an item does to its structure; a move is a `parent_next` on a create or an update."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Published:
    """A published structure, as far as a dossier is concerned."""

    id: UUID
    kind: Kind
    parent_id: UUID | None
    nom: str
    valeurs: Valeurs
    version: int


@dataclass(frozen=True, slots=True)
class Item:
    """What a dossier holds on one structure: only the fields it touches, each with its value when first touched.

    `base_version` is the published version that all bases were read in; `remplace` says, by field, which published
    value the author chose to replace; `seen_seq` is the last publication when its name or place was chosen.
    """

    id: UUID
    kind: Kind
    op: Op
    version: int = 1
    parent_base: UUID | None = None
    parent_next: UUID | None = None
    base_version: int = 0
    base: Valeurs = field(default_factory=dict)
    next: Valeurs = field(default_factory=dict)
    saved: bool = False
    finalised: bool = False
    ordre: int = 0
    remplace: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    seen_seq: int = 0

    @property
    def counts(self) -> bool:
        """Tell whether this fiche must be green before sending: moves and deletions have no form to fill."""
        return self.op is Op.CREATE or (self.op is Op.UPDATE and bool(self.next))


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field (or the structure itself, `champ` None) that moved in the Répertoire since the dossier touched it."""

    structure_id: UUID
    champ: str | None
    base: Valeur
    mine: Valeur
    published: Valeur


def same(left: Valeur, right: Valeur) -> bool:
    """Tell whether two values are equal: empty is null, lists have no order."""
    if vide(left) or vide(right):
        return vide(left) and vide(right)
    if isinstance(left, list) and isinstance(right, list):
        return set(left) == set(right)
    return type(left) is type(right) and left == right


def touch(item: Item, published: Valeurs, changes: Valeurs) -> tuple[Valeurs, Valeurs]:
    """Fold new answers into the sparse patch of an item.

    Saving a field takes the published value of that moment as its base: what the author sees beside it is what the
    author answers to, and this is how a conflict is settled. A field brought back to the published value leaves
    the patch.

    Args:
        item: The item before.
        published: Published values now; empty for a new structure.
        changes: Normalised answers by field id.

    Returns:
        `base` and `next` after.
    """
    base, following = dict(item.base), dict(item.next)
    for champ, valeur in changes.items():
        current = published.get(champ)
        if same(valeur, current) and item.op is not Op.CREATE:
            base.pop(champ, None)
            following.pop(champ, None)
        elif champ not in following or not same(valeur, following[champ]) or not same(base.get(champ), current):
            base[champ], following[champ] = current, valeur
    return base, following


def effective(item: Item | None, published: Published | None) -> Valeurs:
    """Give the values that a fiche shows in the dossier: published, then the dossier's own."""
    valeurs = dict(published.valeurs) if published else {}
    return valeurs | dict(item.next) if item else valeurs


def conflicts(item: Item, published: Published | None) -> list[Conflict]:
    """Compute what cannot be merged without asking (table of DESIGN §5). Never stored."""
    if item.op is Op.CREATE:
        return []
    if published is None:
        return [] if item.op is Op.DELETE else [Conflict(item.id, None, None, None, None)]
    if item.op is Op.DELETE:
        return [] if published.version == item.base_version else [Conflict(item.id, None, None, None, None)]
    return [
        Conflict(item.id, champ, item.base.get(champ), mine, published.valeurs.get(champ))
        for champ, mine in item.next.items()
        if not _mergeable(item.base.get(champ), mine, published.valeurs.get(champ))
    ]


def merged(item: Item, published: Published | None) -> Valeurs:
    """Give the values after integration of an item without conflicts: untouched fields keep their published value."""
    valeurs = dict(published.valeurs) if published else {}
    for champ, mine in item.next.items():
        current, base = valeurs.get(champ), item.base.get(champ)
        if isinstance(mine, list) and isinstance(current, list) and not same(base, current):
            before = set(base) if isinstance(base, list) else set()
            valeurs[champ] = sorted((set(current) | (set(mine) - before)) - (before - set(mine)))
        else:
            valeurs[champ] = mine
    return {champ: valeur for champ, valeur in valeurs.items() if not vide(valeur)}


def _mergeable(base: Valeur, mine: Valeur, current: Valeur) -> bool:
    both_lists = isinstance(mine, list) and isinstance(current, list)
    return same(base, current) or same(mine, current) or both_lists


def fiche_state(
    item: Item | None, constats: Sequence[Constat], *, in_conflict: bool = False, refused: bool = False
) -> EtatFiche:
    """Give the state of a fiche in the dossier.

    Args:
        item: What the dossier holds on it, None when untouched.
        constats: Findings of the controls over its effective values.
        in_conflict: Whether the merge would have to ask.
        refused: Whether a level refused it as it stands.
    """
    if item is None:
        return EtatFiche.INCHANGEE
    rules = (
        (in_conflict, EtatFiche.EN_CONFLIT),
        (refused, EtatFiche.REFUSEE),
        (item.op is Op.DELETE, EtatFiche.A_SUPPRIMER),
        (not item.counts, EtatFiche.INCHANGEE),
        (not item.saved, EtatFiche.A_COMPLETER),
        (has_errors(list(constats)), EtatFiche.INCOMPLETE),
        (item.finalised, EtatFiche.FINALISEE),
    )
    return next((etat for holds, etat in rules if holds), EtatFiche.A_FINALISER)


def changes(item: Item | None) -> list[Changement]:
    """Say what the dossier does to a structure."""
    if item is None:
        return []
    if item.op is Op.DELETE:
        return [Changement.SUPPRIME]
    if item.op is Op.CREATE:
        return [Changement.NOUVEAU]
    moved = [Changement.DEPLACE] if item.parent_next != item.parent_base else []
    return ([Changement.MODIFIE] if item.next else []) + moved


def progress(states: Iterable[tuple[Item, EtatFiche]]) -> Progres:
    """Count green fiches out of those that must be."""
    counted = [etat for item, etat in states if item.counts]
    return Progres(finalisees=sum(etat is EtatFiche.FINALISEE for etat in counted), total=len(counted))


def content_hash(items: Iterable[Item]) -> str:
    """Give the SHA-256 of what a dossier would integrate: an approval is bound to it (DESIGN §5)."""
    content = [
        [str(item.id), item.kind, item.op, str(item.parent_next), str(item.parent_base), item.base, item.next]
        for item in sorted(items, key=lambda item: str(item.id))
    ]
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def item_hash(item: Item) -> str:
    """Give the SHA-256 of what an item does, wherever it starts from: a refusal holds as long as that stays."""
    content = [item.op, str(item.parent_next), item.next]
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
