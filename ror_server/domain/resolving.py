"""The answers to conflicts: what each does to the items of a dossier. Resolving moves the base forward (DESIGN §5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from ror_server.domain.conflicts import Conflict, View, before
from ror_server.domain.controls import controls
from ror_server.domain.dossier import Item, Op, Published, merged, settled
from ror_server.domain.merge import merge
from ror_tui.api_client.models import Choix, NatureConflit, Valeur, Valeurs, egales

CHOICES: Mapping[NatureConflit, tuple[Choix, ...]] = {
    NatureConflit.VALEUR: (Choix.MIENNE, Choix.PUBLIEE, Choix.AUTRE),
    NatureConflit.ELEMENTS: (Choix.MIENNE, Choix.PUBLIEE, Choix.AUTRE),
    NatureConflit.CODE: (Choix.PUBLIEE, Choix.AUTRE),
    NatureConflit.COHERENCE: (Choix.PUBLIEE, Choix.AUTRE),
    NatureConflit.MASQUE: (Choix.MIENNE, Choix.PUBLIEE),
    NatureConflit.NOM: (Choix.MIENNE, Choix.PUBLIEE, Choix.AUTRE),
    NatureConflit.PARENT: (Choix.PUBLIEE, Choix.AUTRE),
    NatureConflit.DEPLACEMENT: (Choix.MIENNE, Choix.PUBLIEE, Choix.AUTRE),
    NatureConflit.SUPPRIMEE: (Choix.MIENNE, Choix.PUBLIEE),
    NatureConflit.SUPPRESSION: (Choix.MIENNE, Choix.PUBLIEE),
}
"""What can be answered to each question."""

PLACES = frozenset({NatureConflit.PARENT, NatureConflit.DEPLACEMENT})
"""Questions whose « autre » is a parent."""


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer to a conflict, its value normalised; `place` goes with a question of place."""

    conflict: Conflict
    choix: Choix
    valeur: Valeur = None
    place: UUID | None = None


@dataclass
class Resolving:
    """The items of a dossier while its conflicts are answered one after the other.

    Args:
        view: The dossier over the Répertoire, before.
        gone: What the Répertoire held of structures that were deleted, to make them again.
        seq: The last publication.
        eg_id: The establishment, where what has lost its place is made again.
    """

    view: View
    gone: Mapping[UUID, Published]
    seq: int
    eg_id: UUID
    changed: dict[UUID, Item] = field(default_factory=dict)
    dropped: set[UUID] = field(default_factory=set)

    def item(self, node: UUID) -> Item:
        """Give an item as it stands after the answers so far."""
        return self.changed.get(node) or self.view.items[node]

    def put(self, item: Item) -> None:
        """Change an item; one that has nothing left to do stays, so that its versions only grow."""
        if idle(item) and item.id not in self.view.items:
            return
        self.dropped.discard(item.id)
        self.changed[item.id] = replace(item, version=_version(self.view, item.id) + 1)

    def drop(self, node: UUID) -> None:
        """Forget an item."""
        self.changed.pop(node, None)
        if node in self.view.items:
            self.dropped.add(node)

    def answer(self, answered: Answered) -> None:
        """Take one answer."""
        _ACTS[answered.conflict.nature](self, answered)


def _version(view: View, node: UUID) -> int:
    item = view.items.get(node)
    return item.version if item else 0


def idle(item: Item) -> bool:
    """Tell whether an item has nothing left to do."""
    return item.op is Op.UPDATE and not item.next and item.parent_next == item.parent_base


def _at_rest(resolving: Resolving, item: Item) -> Item:
    return settled(item, resolving.view.published.get(item.id))


def without(item: Item, *champs: str) -> Item:
    """Take fields out of the patch of an item."""
    keep = {champ: valeur for champ, valeur in item.next.items() if champ not in champs}
    return replace(
        item,
        next=keep,
        base={champ: valeur for champ, valeur in item.base.items() if champ in keep},
        remplace={champ: valeur for champ, valeur in item.remplace.items() if champ in keep},
    )


def _with(item: Item, champ: str, base: Valeur, valeur: Valeur) -> Item:
    """Put a field into the patch of an item: in an `update`, what is published already has no place there."""
    if item.op is not Op.CREATE and egales(base, valeur):
        return without(item, champ)
    return replace(item, base={**item.base, champ: base}, next={**item.next, champ: valeur}, finalised=False)


def _field(resolving: Resolving, answered: Answered) -> None:
    conflict, champ = answered.conflict, answered.conflict.champ or ""
    item = resolving.item(conflict.structure_id)
    if answered.choix is Choix.PUBLIEE:
        after = without(item, champ)
    else:
        after = _with(item, champ, conflict.published, _wanted(answered))
        after = replaces(after, champ, conflict)
    resolving.put(_at_rest(resolving, replace(after, finalised=item.finalised and answered.choix is not Choix.AUTRE)))


def _wanted(answered: Answered) -> Valeur:
    return answered.conflict.mine if answered.choix is Choix.MIENNE else answered.valeur


def replaces(item: Item, champ: str, conflict: Conflict) -> Item:
    """Note that the dossier knowingly replaces what was published last in a field, and whose it was."""
    if champ not in item.next or not conflict.changes:
        return item
    last = conflict.changes[-1]
    return replace(
        item, remplace={**item.remplace, champ: replaced(conflict.published, last.version, last.acteur, last.le)}
    )


def replaced(valeur: Valeur, version: int, par: str, le: datetime) -> dict[str, object]:
    """Give what is kept of a published value that a dossier will replace."""
    return {"valeur": valeur, "version": version, "par": par, "le": le.isoformat()}


def _coherence(resolving: Resolving, answered: Answered) -> None:
    conflict = answered.conflict
    item = resolving.item(conflict.structure_id)
    published = resolving.view.published[item.id]
    if answered.choix is Choix.AUTRE and conflict.champ:
        after = _with(item, conflict.champ, published.valeurs.get(conflict.champ), answered.valeur)
    else:
        after = without(item, *_breaking(resolving.view, item, published, conflict))
    resolving.put(_at_rest(resolving, replace(after, finalised=False)))


def _hidden(resolving: Resolving, answered: Answered) -> None:
    """Keep what shows on one of the sides: with the dossier's own, the answers that show it; or give it up."""
    conflict, champ = answered.conflict, answered.conflict.champ or ""
    item = resolving.item(conflict.structure_id)
    published = resolving.view.published[item.id]
    own = conflict.champ in resolving.view.items[item.id].next
    if answered.choix is Choix.PUBLIEE:
        after = without(item, *([champ] if own else conflict.because))
    else:
        after = _shown_again(resolving.view, item, conflict) if own else item
    as_it_was = own is (answered.choix is Choix.PUBLIEE)
    after = replace(_rebased(after, published), finalised=item.finalised and as_it_was)
    resolving.put(_at_rest(resolving, after))


def _shown_again(view: View, item: Item, conflict: Conflict) -> Item:
    """Have the dossier give again the answers that showed a field of its own."""
    published = view.published[item.id]
    was = before(published, view.since.get(item.id, ()))
    for champ in sorted(conflict.because):
        now = published.valeurs.get(champ)
        item = _with(item, champ, now, item.next.get(champ, was.valeurs.get(champ)))
        item = replaces(item, champ, replace(conflict, published=now))
    return item


def _rebased(item: Item, published: Published) -> Item:
    """Take what is published as the base of all that merges without asking: the person has it before the eyes."""
    for champ in tuple(item.next):
        now = published.valeurs.get(champ)
        found = merge(item.base.get(champ), item.next[champ], now)
        if not found.asked:
            item = _with(item, champ, now, found.valeur)
    still = item.parent_next == item.parent_base
    return replace(item, parent_base=published.parent_id, parent_next=published.parent_id) if still else item


def _breaking(view: View, item: Item, published: Published, conflict: Conflict) -> list[str]:
    """Give the fields of the dossier without any of which the rule would hold; all of them when it takes several."""
    form = view.form(item.kind)
    rule = conflict.constat.code if conflict.constat else ""

    def broken(left: Item) -> bool:
        found = controls(form, merged(left, published), view.codes)
        return any(one.code == rule and one.champ == conflict.champ for one in found)

    alone = [champ for champ in item.next if not broken(without(item, champ))]
    return alone[:1] or list(item.next)


def _name(resolving: Resolving, answered: Answered) -> None:
    item = resolving.item(answered.conflict.structure_id)
    published = resolving.view.published.get(item.id)
    if answered.choix is Choix.AUTRE:
        base = published.valeurs.get("nom") if published else None
        after = replace(_with(item, "nom", base, answered.valeur), finalised=False)
    elif answered.choix is Choix.MIENNE:
        after = item
    elif item.op is Op.CREATE:
        _attach(resolving, item, UUID(str(answered.conflict.published)))
        return
    else:
        after = without(item, "nom")
    resolving.put(_at_rest(resolving, replace(after, seen_seq=resolving.seq)))


def _attach(resolving: Resolving, item: Item, other: UUID) -> None:
    """Say of the structure that somebody else published what was said of the new one, which leaves the dossier."""
    published = resolving.view.published[other]
    current = resolving.changed.get(other) or resolving.view.items.get(other) or _fresh(published, item.ordre)
    following = {**current.next, **{champ: valeur for champ, valeur in item.next.items() if champ != "nom"}}
    base = {champ: current.base.get(champ, published.valeurs.get(champ)) for champ in following}
    own = {champ: valeur for champ, valeur in following.items() if not egales(valeur, published.valeurs.get(champ))}
    kept: Valeurs = {champ: base[champ] for champ in own}
    resolving.put(replace(current, base=kept, next=own, saved=True, finalised=False))
    resolving.drop(item.id)
    for child in resolving.view.children.get(item.id, ()):
        if child in resolving.view.items:
            resolving.put(replace(resolving.item(child), parent_next=other))


def _fresh(published: Published, ordre: int) -> Item:
    place = published.parent_id
    return Item(published.id, published.kind, Op.UPDATE, 0, place, place, base_version=published.version, ordre=ordre)


def _place(resolving: Resolving, answered: Answered) -> None:
    item = resolving.item(answered.conflict.structure_id)
    published = resolving.view.published.get(item.id)
    now = published.parent_id if published else None
    if answered.choix is Choix.PUBLIEE and item.op is Op.CREATE:
        _drop_branch(resolving, item.id)
        return
    choices = {Choix.MIENNE: item.parent_next, Choix.PUBLIEE: now, Choix.AUTRE: answered.place}
    after = replace(item, parent_base=now, parent_next=choices[answered.choix], seen_seq=resolving.seq)
    resolving.put(_at_rest(resolving, after))


def _drop_branch(resolving: Resolving, node: UUID) -> None:
    """Take a structure that cannot stay out of the dossier, with what the dossier puts below it."""
    for one in resolving.view.ends(node):
        published, item = resolving.view.published.get(one), resolving.view.items.get(one)
        if item is None:
            continue
        if published is None:
            resolving.drop(one)
        elif item.parent_next != item.parent_base:
            place = published.parent_id
            resolving.put(replace(resolving.item(one), parent_base=place, parent_next=place))


def _made_again(resolving: Resolving, answered: Answered) -> None:
    node = answered.conflict.structure_id
    if answered.choix is Choix.PUBLIEE:
        _drop_branch(resolving, node)
        return
    item, was = resolving.item(node), resolving.gone[node]
    place = item.parent_next
    alive = place in resolving.view.published or place in resolving.view.items
    resolving.put(
        replace(
            item,
            op=Op.CREATE,
            base={},
            next={**was.valeurs, **item.next},
            parent_base=None,
            parent_next=place if alive else resolving.eg_id,
            base_version=was.version,
            saved=True,
            remplace={},
            seen_seq=resolving.seq,
        )
    )


def _deletion(resolving: Resolving, answered: Answered) -> None:
    view = resolving.view
    for node in view.ends(answered.conflict.structure_id):
        published = view.published.get(node)
        if published is None:
            if answered.choix is Choix.MIENNE:
                resolving.drop(node)
            continue
        item = resolving.changed.get(node) or view.items.get(node) or _fresh(published, 0)
        if answered.choix is Choix.MIENNE:
            place = published.parent_id
            kept = item.parent_next if item.parent_next != item.parent_base else place
            gone = replace(item, op=Op.DELETE, base_version=published.version, parent_base=place, parent_next=kept)
            resolving.put(gone)
        elif item.op is Op.DELETE:
            resolving.put(replace(item, op=Op.UPDATE))


_ACTS: Mapping[NatureConflit, Callable[[Resolving, Answered], None]] = {
    NatureConflit.VALEUR: _field,
    NatureConflit.ELEMENTS: _field,
    NatureConflit.CODE: _field,
    NatureConflit.COHERENCE: _coherence,
    NatureConflit.MASQUE: _hidden,
    NatureConflit.NOM: _name,
    NatureConflit.PARENT: _place,
    NatureConflit.DEPLACEMENT: _place,
    NatureConflit.SUPPRIMEE: _made_again,
    NatureConflit.SUPPRESSION: _deletion,
}


def resolve(resolving: Resolving, answers: Sequence[Answered]) -> tuple[list[Item], list[UUID]]:
    """Take several answers, in order.

    Returns:
        The items as they become, and the structures that the dossier no longer touches.
    """
    for one in answers:
        if one.conflict.structure_id not in resolving.dropped:
            resolving.answer(one)
    changed = [item for node, item in resolving.changed.items() if node not in resolving.dropped]
    return changed, sorted(resolving.dropped)
