"""The content of a dossier: sparse patches, what they become over what is published, their state (DESIGN §5)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from uuid import UUID

from ror_server.domain.controls import has_errors
from ror_server.domain.merge import merge
from ror_tui.api_client.models import Changement, Constat, EtatFiche, Kind, Progres, Valeurs, egales, vide

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


def touch(item: Item, published: Valeurs, changes: Valeurs, seen: Valeurs | None = None) -> tuple[Valeurs, Valeurs]:
    """Fold new answers into the sparse patch of an item.

    The base of a field is the published value that its author had before the eyes: whoever answers beside the present
    one settles a conflict, and what was published meanwhile and not seen becomes one. A field brought back to the
    value that was seen leaves the patch.

    Args:
        item: The item before.
        published: Published values now; empty for a new structure.
        changes: Normalised answers by field id.
        seen: Published values that the author saw, of these fields; None when they were the present ones.

    Returns:
        `base` and `next` after.
    """
    base, following = dict(item.base), dict(item.next)
    for champ, valeur in changes.items():
        before = published.get(champ) if seen is None or champ not in seen else seen[champ]
        if egales(valeur, before) and item.op is not Op.CREATE:
            base.pop(champ, None)
            following.pop(champ, None)
        elif champ not in following or not egales(valeur, following[champ]) or not egales(base.get(champ), before):
            base[champ], following[champ] = before, valeur
    return base, following


def settled(item: Item, published: Published | None) -> Item:
    """Take the published version as the one that all bases were read in, once they all are what is published."""
    if published is None or item.parent_base != published.parent_id:
        return item
    known = all(egales(base, published.valeurs.get(champ)) for champ, base in item.base.items())
    return replace(item, base_version=published.version) if known else item


def named_now(before: Item | None, after: Item, seq: int) -> Item:
    """Note the last publication that one could see when a structure was given its name, its type or its place."""
    if before is not None and _name_and_place(before) == _name_and_place(after):
        return after
    return replace(after, seen_seq=max(seq, after.seen_seq))


def _name_and_place(item: Item) -> tuple[object, ...]:
    return item.op, item.parent_next, item.next.get("nom"), item.next.get("type_uo")


def effective(item: Item | None, published: Published | None) -> Valeurs:
    """Give the values that a fiche shows in the dossier: published, and the dossier's own merged into them."""
    valeurs = dict(published.valeurs) if published else {}
    if item is None:
        return valeurs
    own = {
        champ: merge(item.base.get(champ), mine, valeurs.get(champ)).valeur if published else mine
        for champ, mine in item.next.items()
    }
    return valeurs | own


def places(item: Item) -> bool:
    """Tell whether the dossier says where a structure stands; what it deletes stays where it is published.

    The `parent_next` of a deletion is where the dossier had moved the structure before, for when it is taken back.
    """
    return item.op is Op.CREATE or (item.op is Op.UPDATE and item.parent_next != item.parent_base)


def as_published(item: Item, published: Published | None) -> Item:
    """Give what an item does now: a structure to create that somebody published meanwhile is one to change.

    Two dossiers may each bring back a structure that was deleted. Nothing was published of it when this one did, so
    that whatever both say otherwise is a question.
    """
    if item.op is not Op.CREATE or published is None:
        return item
    place = item.parent_next if item.parent_next == published.parent_id else None
    return replace(item, op=Op.UPDATE, parent_base=place, base=dict.fromkeys(item.next))


def replacing(item: Item, published: Published | None) -> dict[str, Mapping[str, object]]:
    """Give, by field, what is kept of the published values that the author chose to replace, while it would."""
    if published is None or item.op is not Op.UPDATE:
        return {}
    return {
        champ: kept
        for champ, kept in item.remplace.items()
        if champ in item.next and not egales(item.next[champ], published.valeurs.get(champ))
    }


def merged(item: Item, published: Published | None) -> Valeurs:
    """Give the values after integration of an item without conflicts: untouched fields keep their published value."""
    return {champ: valeur for champ, valeur in effective(item, published).items() if not vide(valeur)}


def in_question(item: Item, published: Published | None) -> bool:
    """Tell whether the fields, the place or the end of a structure cannot be merged without asking.

    What depends on the rest of the tree (its descendants, its brothers, its parent) is in `conflicts`.
    """
    if item.op is Op.CREATE:
        return False
    if published is None:
        return item.op is Op.UPDATE
    if item.op is Op.DELETE:
        return published.version != item.base_version
    return moved_apart(item, published) or any(
        merge(item.base.get(champ), mine, published.valeurs.get(champ)).asked for champ, mine in item.next.items()
    )


def moved_apart(item: Item, published: Published) -> bool:
    """Tell whether the dossier and the Répertoire moved a structure each to another place."""
    moved = item.parent_next != item.parent_base
    return moved and published.parent_id not in {item.parent_base, item.parent_next}


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
