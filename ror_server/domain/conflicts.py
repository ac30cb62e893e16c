"""What a dossier and the Répertoire disagree on, over the whole tree; computed, never stored (DESIGN §5)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from uuid import UUID

from ror_server.domain.controls import Codes, controls
from ror_server.domain.dossier import Item, Op, Published, merged, moved_apart
from ror_server.domain.form_rules import hidden, hides_cells, retired
from ror_server.domain.merge import merge
from ror_server.domain.words import fold
from ror_tui.api_client.models import Champ, Constat, Gravite, Kind, Modele, NatureConflit, Valeur, Valeurs, egales


@dataclass(frozen=True, slots=True)
class Change:
    """One publication of one structure: only what it changed, and by whom."""

    structure_id: UUID
    seq: int
    version: int
    op: str
    before: Mapping[str, Valeur]
    after: Mapping[str, Valeur]
    le: datetime
    acteur: str
    origine: str
    titre: str | None = None

    @property
    def names_or_places(self) -> bool:
        """Tell whether it gave the structure its name, its type or its place."""
        return self.op == Op.CREATE or not self.before.keys().isdisjoint(("nom", "type_uo", "parent_id"))


@dataclass(frozen=True, slots=True)
class Conflict:
    """A question that only a person can answer; places and structures are named by their ids, as text."""

    structure_id: UUID
    nature: NatureConflit
    champ: str | None = None
    base: Valeur = None
    mine: Valeur = None
    published: Valeur = None
    changes: tuple[Change, ...] = ()
    constat: Constat | None = None
    because: frozenset[str] = frozenset()
    """The fields whose answers, on both sides together, hide the one in question."""

    @property
    def empreinte(self) -> str:
        """Give what changes whenever the question does: an answer names the question it answers."""
        said = [self.nature, self.champ, self.base, self.mine, self.published, [one.seq for one in self.changes]]
        return hashlib.sha256(json.dumps([str(self.structure_id), *said], sort_keys=True).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class View:
    """A dossier over the Répertoire, as far as its conflicts are concerned."""

    items: Mapping[UUID, Item]
    published: Mapping[UUID, Published]
    parents: Mapping[UUID, UUID | None]
    children: Mapping[UUID, Sequence[UUID]]
    lost: Collection[UUID]
    form: Callable[[Kind], Modele]
    codes: Codes
    since: Mapping[UUID, Sequence[Change]] = field(default_factory=dict)

    @cached_property
    def fields(self) -> dict[Kind, list[Champ]]:
        """The fields of the form of each kind that the dossier touches, in the order of the form."""
        return {kind: self.form(kind).champs() for kind in {item.kind for item in self.items.values()}}

    def deleted(self, node: UUID) -> bool:
        """Tell whether the dossier deletes a structure."""
        item = self.items.get(node)
        return item is not None and item.op is Op.DELETE

    def ends(self, node: UUID) -> list[UUID]:
        """Give what a deletion takes along: the structure and all that stands below it."""
        found = [node]
        for one in found:
            found.extend(self.children.get(one, ()))
        return found

    @cached_property
    def roots(self) -> list[UUID]:
        """The deletions that no other deletion takes along."""
        gone = [node for node in self.items if self.deleted(node) and node in self.published]
        return [node for node in gone if (parent := self.parents.get(node)) is None or not self.deleted(parent)]

    @cached_property
    def namesakes(self) -> dict[UUID, list[UUID]]:
        """Published brothers that bear the name and type that the dossier gives to a structure."""
        by_parent: dict[UUID, dict[tuple[str, ...], list[UUID]]] = {}
        found: dict[UUID, list[UUID]] = {}
        for node, item in self.items.items():
            parent = self.parents.get(node)
            if parent is None or item.op is Op.DELETE or not _names(item) or node in self.lost:
                continue
            if parent not in by_parent:
                by_parent[parent] = self._published_names(parent)
            others = [one for one in by_parent[parent].get(self._name(node), []) if one != node]
            if others:
                found[node] = others
        return found

    def _published_names(self, parent: UUID) -> dict[tuple[str, ...], list[UUID]]:
        names: dict[tuple[str, ...], list[UUID]] = {}
        for one in self.children.get(parent, ()):
            if one in self.published and not self.deleted(one):
                names.setdefault(self._name(one), []).append(one)
        return names

    def _name(self, node: UUID) -> tuple[str, ...]:
        item, published = self.items.get(node), self.published.get(node)
        own, theirs = item.next if item else {}, published.valeurs if published else {}
        kind = item.kind if item else published.kind if published else Kind.UO
        nom, type_uo = (own.get(champ, theirs.get(champ)) for champ in ("nom", "type_uo"))
        return (kind, fold(str(nom or "")), str(type_uo or ""))

    def wanted(self) -> dict[UUID, int]:
        """Give the structures whose publications must be read to judge, each with the version after which."""
        found: dict[UUID, int] = {}
        for node, item in self.items.items():
            published = self.published.get(node)
            if item.op is Op.UPDATE and (published is None or published.version != item.base_version):
                found[node] = item.base_version
            if item.parent_next is not None and node in self.lost:
                found.setdefault(item.parent_next, 0)
        for root in self.roots:
            for node in self.ends(root):
                if (version := self.unseen(node)) is not None:
                    found[node] = version
        for others in self.namesakes.values():
            found |= dict.fromkeys(others, 0)
        return found

    def unseen(self, node: UUID) -> int | None:
        """Give the version in which the dossier deletes a structure, None when nothing was published since."""
        item, published = self.items.get(node), self.published.get(node)
        if published is None or (item and item.op is Op.DELETE and item.base_version == published.version):
            return None
        return item.base_version if item and item.op is Op.DELETE else 0


def conflicts(view: View) -> dict[UUID, list[Conflict]]:
    """Compute all that cannot be merged without asking, by structure; work grows with the dossier.

    Args:
        view: With `since` read for all that `wanted` names.
    """
    found: dict[UUID, list[Conflict]] = {}
    for one in _all(view):
        found.setdefault(one.structure_id, []).append(one)
    return found


def _all(view: View) -> Iterator[Conflict]:
    for node, item in view.items.items():
        if item.op is not Op.DELETE:
            yield from _of_item(view, node, item)
    for root in view.roots:
        yield from _deletion(view, root)


def _of_item(view: View, node: UUID, item: Item) -> Iterator[Conflict]:
    published = view.published.get(node)
    changes = tuple(view.since.get(node, ()))
    if item.op is Op.UPDATE and published is None:
        yield Conflict(node, NatureConflit.SUPPRIMEE, changes=changes[-1:])
        return
    if node in view.lost:
        yield _lost(view, node, item, published)
    elif published is not None and moved_apart(item, published):
        yield _moved(item, published, changes)
    if item.op is Op.CREATE:
        yield from _retired(view, item, None)
    elif published is not None:
        fields = [*_fields(view, item, published, changes), *_retired(view, item, published)]
        yield from fields or [*_incoherent(view, item, published, changes), *_hidden(view, item, published, changes)]
    yield from _namesake(view, node, item)


def _fields(view: View, item: Item, published: Published, changes: Sequence[Change]) -> Iterator[Conflict]:
    form = {champ.id: champ for champ in view.fields[item.kind]}
    for champ in _ordered(view, item):
        base, mine, now = item.base.get(champ), item.next[champ], published.valeurs.get(champ)
        found = merge(base, mine, now)
        if found.asked or _hides_cells(form.get(champ), mine, now, found.valeur, published):
            several = isinstance(mine, list) or isinstance(now, list)
            nature = NatureConflit.ELEMENTS if several else NatureConflit.VALEUR
            yield Conflict(item.id, nature, champ, base, mine, now, _touching(changes, champ))


def _hides_cells(champ: Champ | None, mine: Valeur, now: Valeur, after: Valeur, published: Published) -> bool:
    """Tell whether the rows of both sides, put together, hide what one of them has filled."""
    if champ is None or not champ.champs:
        return False
    return any(hides_cells(champ, side, after, published.valeurs) for side in (mine, now))


def _ordered(view: View, item: Item) -> list[str]:
    """Give the fields of an item in the order of its form; one that the form lost comes last, and is seen too."""
    known = [champ.id for champ in view.fields[item.kind] if champ.id in item.next]
    return known + [champ for champ in item.next if champ not in known]


def _touching(changes: Sequence[Change], champ: str) -> tuple[Change, ...]:
    return tuple(one for one in changes if champ in one.after or champ in one.before)


def _moved(item: Item, published: Published, changes: Sequence[Change]) -> Conflict:
    places = (_text(place) for place in (item.parent_base, item.parent_next, published.parent_id))
    base, mine, now = places
    return Conflict(item.id, NatureConflit.DEPLACEMENT, None, base, mine, now, _touching(changes, "parent_id"))


def _lost(view: View, node: UUID, item: Item, published: Published | None) -> Conflict:
    wanted = item.parent_next
    changes = tuple(view.since.get(wanted, ())) if wanted else ()
    place = published.parent_id if published else None
    return Conflict(
        node, NatureConflit.PARENT, None, _text(item.parent_base), _text(wanted), _text(place), changes[-1:]
    )


def _retired(view: View, item: Item, published: Published | None) -> Iterator[Conflict]:
    """Ask again for a code that the dossier chose and that is offered no more; what was published has its own."""
    if published is None and item.base_version:
        return
    for champ in view.fields[item.kind]:
        if champ.id not in item.next:
            continue
        base, mine = item.base.get(champ.id), item.next[champ.id]
        now = published.valeurs.get(champ.id) if published else None
        if retired(champ, mine, [base, now], view.codes):
            yield Conflict(item.id, NatureConflit.CODE, champ.id, base, mine, now)


def _hidden(view: View, item: Item, published: Published, changes: Sequence[Change]) -> Iterator[Conflict]:
    """Find what somebody filled and that the merge hides: the dossier's own answer, or one that was published since.

    What is hidden on its own side already was so knowingly.
    """
    if not item.next or not changes:
        return
    form, now, after = view.form(item.kind), published.valeurs, merged(item, published)
    for one in hidden(form, merged(item, before(published, changes)), after):
        mine = item.next.get(one.champ)
        if one.champ in item.next and not egales(mine, now.get(one.champ)):
            since = tuple(it for it in changes if any(_touching([it], champ) for champ in one.because))
            base = item.base.get(one.champ)
            yield Conflict(
                item.id, NatureConflit.MASQUE, one.champ, base, mine, now.get(one.champ), since, because=one.because
            )
    for one in hidden(form, now, after):
        since = _touching(changes, one.champ)
        if since and one.champ not in item.next:
            was = since[0].before.get(one.champ)
            valeur = now.get(one.champ)
            yield Conflict(item.id, NatureConflit.MASQUE, one.champ, was, None, valeur, since, because=one.because)


def _incoherent(view: View, item: Item, published: Published, changes: Sequence[Change]) -> Iterator[Conflict]:
    """Find the rules that the fiche keeps on either side, and that both together break."""
    if not item.counts or not changes:
        return
    form = view.form(item.kind)
    after = _errors(form, merged(item, published), view.codes)
    if not after:
        return
    own = _errors(form, merged(item, before(published, changes)), view.codes)
    theirs = _errors(form, published.valeurs, view.codes)
    for rule, constat in after.items():
        if rule not in own and rule not in theirs and constat.champ:
            mine, now = item.next.get(constat.champ), published.valeurs.get(constat.champ)
            base = item.base.get(constat.champ, now)
            yield Conflict(
                item.id, NatureConflit.COHERENCE, constat.champ, base, mine, now, tuple(changes), constat=constat
            )


def _errors(form: Modele, values: Valeurs, codes: Codes) -> dict[tuple[str, str | None], Constat]:
    found = controls(form, values, codes)
    return {(one.code, one.champ): one for one in found if one.gravite is Gravite.ERREUR}


def before(published: Published, changes: Sequence[Change]) -> Published:
    """Give a structure as it was before some publications, the last ones that changed it.

    Args:
        published: As it is now.
        changes: In the order in which they were published.
    """
    valeurs = dict(published.valeurs)
    for change in reversed(changes):
        valeurs |= {champ: valeur for champ, valeur in change.before.items() if champ != "parent_id"}
    return Published(published.id, published.kind, published.parent_id, published.nom, valeurs, published.version)


def _names(item: Item) -> bool:
    """Tell whether the dossier gives a structure its name, its type or its place."""
    if item.op is Op.CREATE:
        return item.saved
    return item.parent_next != item.parent_base or not item.next.keys().isdisjoint(("nom", "type_uo"))


def _namesake(view: View, node: UUID, item: Item) -> Iterator[Conflict]:
    for other in view.namesakes.get(node, ()):
        changes = [one for one in view.since.get(other, ()) if one.seq > item.seen_seq and one.names_or_places]
        if changes:
            name = merged(item, view.published.get(node)).get("nom")
            base = item.base.get("nom")
            yield Conflict(node, NatureConflit.NOM, "nom", base, name, str(other), tuple(changes[-1:]))
            return


def _deletion(view: View, root: UUID) -> Iterator[Conflict]:
    """Ask again before a deletion that would take along what was published since."""
    ends = view.ends(root)
    changed = [node for node in ends if view.unseen(node) is not None]
    if changed:
        changes = sorted((one for node in changed for one in view.since.get(node, ())), key=lambda one: one.seq)
        yield Conflict(root, NatureConflit.SUPPRESSION, changes=tuple(changes))


def _text(place: UUID | None) -> str | None:
    return str(place) if place else None
