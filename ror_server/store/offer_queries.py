"""What finds offers and professionals: conditions over `offres`.

Each condition is written in two ways. To *gather*, it can be looked up in an index: good when it keeps few offers,
which are then sorted. To *walk*, it only looks at an offer that is at hand: good when it keeps many, as the offers are
then followed in the order of the list and the first page comes at once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from ror_server.domain.confidentialite import PROFESSIONAL, RESPONSIBLE, SEES_SENSITIVE
from ror_server.domain.distance import Point
from ror_server.domain.rights import Grant
from ror_server.store import communes
from ror_server.store.kept import published
from ror_server.store.tables import offre_codes, offres, structures
from ror_tui.api_client.models import CriteresOffres, Kind, Portee, Role

Condition = sa.ColumnElement[bool]

SEVERAL = ("activites", "publics", "competences", "professions")
"""Criteria that bear the name of a field with several codes."""

_OF_UNIT = SEVERAL[:-1]
"""Those that say nothing of one professional more than of another."""

_INSIDE = (Kind.POLE, Kind.SERVICE, Kind.UF, Kind.UO)


@dataclass(frozen=True)
class Word:
    """A word of the full text, with the codes whose label has a word that begins with it, by criterion."""

    text: str
    codes: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    """What is looked for, and by whom.

    Args:
        criteres: Every criterion must hold.
        grants: What the account that asks holds.
        words: The full text, word by word.
        centre: Where the commune of the criteria is, when a distance is asked.
        ring: What lies at that distance, or a part of it.
    """

    criteres: CriteresOffres
    grants: tuple[Grant, ...]
    words: tuple[Word, ...] = ()
    centre: Point | None = None
    ring: communes.Ring | None = None

    @cached_property
    def visible(self) -> Condition:
        """What keeps the offers that the account may know of: a sensitive one is not even counted elsewhere."""
        return sa.or_(offres.c.sensible.is_(False), holds(self.grants, SEES_SENSITIVE))

    @cached_property
    def contact_visible(self) -> Condition:
        """What keeps the offers whose contact the account sees."""
        common = offres.c.contact_niveau <= PROFESSIONAL
        return sa.and_(offres.c.contact_niveau > 0, sa.or_(common, holds(self.grants, RESPONSIBLE)))

    def conditions(self, *, walk: bool) -> list[Condition]:
        """What keeps an offer, but for the full text and what is hidden."""
        asked = self.criteres
        single = (
            (offres.c.type_uo, asked.types),
            (offres.c.mode, asked.modes),
            (offres.c.discipline, asked.disciplines),
        )
        found: list[Condition] = [_among(column, codes, walk=walk) for column, codes in single if codes]
        found += [_has(champ, getattr(asked, champ), walk=walk) for champ in SEVERAL if getattr(asked, champ)]
        if asked.age is not None:
            found += [offres.c.age_min <= asked.age, offres.c.age_max >= asked.age]
        where = self._where
        return [*found, _stands(where, walk=walk)] if where else found

    @property
    def _where(self) -> list[Condition]:
        asked = self.criteres
        found: list[Condition] = []
        if asked.departements:
            found.append(structures.c.departement.in_(asked.departements))
        if self.centre is not None and asked.distance is not None:
            ring = self.ring or communes.Ring(asked.distance)
            found.append(structures.c.commune.in_(communes.around(self.centre, ring)))
        elif asked.communes:
            found.append(structures.c.commune.in_(asked.communes))
        return found

    def offers(self, *, walk: bool = False) -> list[Condition]:
        """What keeps an offer."""
        return [
            *self.conditions(walk=walk),
            *(_says(word, _labels(word, SEVERAL, walk=walk), walk=walk) for word in self.words),
        ]

    def contacts(self, *, walk: bool = False) -> list[Condition]:
        """What keeps the contact of an offer as a professional: its name and function answer to the words too."""
        own = [
            [
                *_labels(word, _OF_UNIT, walk=walk),
                _begins(offres.c.contact_tri, word.text),
                *_in(offres.c.contact_fonction, word),
            ]
            for word in self.words
        ]
        texts = [_says(word, more, walk=walk) for word, more in zip(self.words, own, strict=True)]
        return [*self.conditions(walk=walk), self.contact_visible, *texts]

    def professions(self, *, walk: bool = False) -> list[Condition]:
        """What keeps a profession of an offer: the line of that very profession answers to the words."""
        own = [
            [*_labels(word, _OF_UNIT, walk=walk), *_in(offre_codes.c.code, word, "professions")] for word in self.words
        ]
        texts = [_says(word, more, walk=walk) for word, more in zip(self.words, own, strict=True)]
        asked = self.criteres.professions
        which = [_among(offre_codes.c.code, asked, walk=walk)] if asked else []
        champ = _among(offre_codes.c.champ, ["professions"], walk=walk or not asked)
        return [*self.conditions(walk=walk), champ, *which, *texts]


def holds(grants: Iterable[Grant], roles: Collection[Role]) -> Condition:
    """Keep the offers that stand where one of these roles is held: `rights.roles_at` in SQL, over `offres`."""
    good = [grant for grant in grants if grant.role in roles]
    if any(grant.portee is Portee.REGION for grant in good):
        return sa.true()
    ids = [UUID(grant.cible) for grant in good if grant.portee is Portee.STRUCTURE and grant.cible]
    departements = [grant.cible for grant in good if grant.portee is Portee.DEPARTEMENT]
    if not ids and not departements:
        return sa.false()
    above = (structures.c.id.in_(ids), structures.c.parent_id.in_(ids), structures.c.departement.in_(departements))
    return sa.or_(_stands([sa.or_(*above)], walk=False), offres.c.structure_id.in_(_below(ids)))


def _below(ids: Sequence[UUID]) -> sa.Select[Any]:
    """Select what stands inside an establishment, at or below these structures."""
    top = sa.select(structures.c.id).where(structures.c.id.in_(ids), structures.c.kind.in_(_INSIDE)).cte(recursive=True)
    children = structures.alias()
    tree = top.union(sa.select(children.c.id).join(top, children.c.parent_id == top.c.id))
    return sa.select(tree.c.id)


def _among(column: sa.ColumnElement[Any], codes: Sequence[str], *, walk: bool) -> Condition:
    """A column holds one of these codes; nothing added to it keeps a database from looking it up."""
    return column.concat("").in_(codes) if walk else column.in_(codes)


def _has(champ: str, codes: Sequence[str], *, walk: bool) -> Condition:
    one = offre_codes.alias()
    found = sa.select(one.c.structure_id).where(one.c.champ == champ, one.c.code.in_(codes))
    if walk:
        return sa.exists(found.where(one.c.structure_id == offres.c.structure_id).correlate(offres))
    return offres.c.structure_id.in_(found)


def _stands(where: Sequence[Condition], *, walk: bool) -> Condition:
    """The establishment of an offer is one of those."""
    found = sa.select(structures.c.id).where(published(structures, Kind.EG), *where)
    if walk:
        return sa.exists(found.where(structures.c.id == offres.c.eg_id).correlate(offres))
    return offres.c.eg_id.in_(found)


def _says(word: Word, more: Iterable[Condition], *, walk: bool) -> Condition:
    """A word is in the name of the unit, of its establishment, in its place or number, or in a label."""
    eg = _stands([_begins(structures.c.recherche, word.text)], walk=walk)
    return sa.or_(_begins(offres.c.nom_tri, word.text), eg, *more)


def _labels(word: Word, several: Iterable[str], *, walk: bool) -> list[Condition]:
    of_lists = [_has(champ, word.codes[champ], walk=walk) for champ in several if word.codes.get(champ)]
    return [*_in(offres.c.type_uo, word, "types"), *_in(offres.c.mode, word, "modes"), *of_lists]


def _in(column: sa.ColumnElement[Any], word: Word, name: str = "fonctions") -> list[Condition]:
    return [column.in_(word.codes[name])] if word.codes.get(name) else []


def _begins(column: sa.ColumnElement[str], text: str) -> Condition:
    """A word of a folded text begins so; the text typed is folded too, and holds no wildcard."""
    return (sa.literal(" ") + column).like(f"% {text}%")
