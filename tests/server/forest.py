"""A small region with everything a tree can hold, and its tree recomputed naively, in Python."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any
from uuid import UUID, uuid5

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.domain.disciplines import ALL, discipline_bit, mask
from ror_server.domain.rights import Action, Place, allowed, roles_at
from ror_server.domain.words import fold
from ror_server.store import tables
from ror_server.store.accounts import Account, account
from ror_tui.api_client.models import Afficher, Discipline, Filtres, Kind, Peuplement
from tests.world import ACCOUNTS, START, add_account

SPACE = UUID("00000000-0000-4000-8000-00000000cafe")
PLACES = {
    "75": (("75113", "PARIS 13"), ("75120", "PARIS 20")),
    "2A": (("2A004", "AJACCIO"),),
    "974": (("97411", "SAINT-DENIS"),),
}
CATEGORIES = ("500", "355", "255")
NAMES = (
    "EHPAD L'Œillet",
    "[/b] 100 % _santé_",
    "Ñandú « été »",
    "EHPAD L'Œillet",
    "'; DROP TABLE favoris; --",
    "名前 \u202e",
)
GENRES = (Afficher.CATEGORIE_BESOINS, Afficher.TERRITOIRE)
"""Filières are on purpose those of nobody: no list was imported."""


@dataclass
class Node:
    """A structure."""

    id: UUID
    kind: Kind
    nom: str
    parent: Node | None = None
    discipline: Discipline | None = None
    categorie: str | None = None
    departement: str | None = None
    commune: str | None = None
    ville: str = ""
    peuplement: Peuplement = Peuplement.A_FAIRE
    supprimee: bool = False
    below: list[Node] = field(default_factory=list)

    @property
    def eg(self) -> Node | None:
        """The establishment above, or itself."""
        return self if self.kind is Kind.EG else self.parent.eg if self.parent else None

    @property
    def bits(self) -> int:
        if self.supprimee:
            return 0
        own = discipline_bit(self.discipline)
        for child in self.below:
            own |= child.bits
        return own

    @property
    def order(self) -> tuple[str, str]:
        return fold(self.nom), str(self.id)

    @property
    def recherche(self) -> str:
        return fold(f"{self.nom} {self.ville}")

    def all(self) -> Iterator[Node]:
        """Itself and all below."""
        yield self
        for child in self.below:
            yield from child.all()

    def row(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "kind": self.kind,
            "parent_id": self.parent.id if self.parent else None,
            "eg_id": self.eg.id if self.eg and self.eg is not self else None,
            "nom": self.nom,
            "nom_tri": fold(self.nom),
            "recherche": self.recherche,
            "discipline": self.discipline,
            "disciplines": self.bits,
            "categorie": self.categorie,
            "departement": self.departement,
            "commune": self.commune,
            "ville": self.ville,
            "valeurs": {"type_uo": "56"} if self.kind is Kind.UO else {},
            "peuplement": self.peuplement,
            "supprimee": self.supprimee,
            "version": 1,
            "maj_le": START,
            "maj_par": "ESSAI",
        }


@dataclass(frozen=True)
class Expected:
    """A line as it must be."""

    key: str
    above: str | None
    node: Node | None
    nom: str
    children: int


@dataclass
class Forest:
    """The region and what its accounts made of it."""

    entities: list[Node] = field(default_factory=list)
    groups: dict[str, list[Node]] = field(default_factory=dict)
    opened: set[UUID] = field(default_factory=set)
    favourites: dict[str, set[UUID]] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)

    @property
    def nodes(self) -> list[Node]:
        return [node for entity in self.entities for node in entity.all()]

    @property
    def establishments(self) -> list[Node]:
        return [node for node in self.nodes if node.kind is Kind.EG]

    # --- What is kept ---

    def keeps(self, eg: Node, filtres: Filtres, who: str) -> bool:
        """Tell whether every filter keeps an establishment."""
        bits = ALL if filtres.disciplines is None else mask(filtres.disciplines)
        words = fold(filtres.texte).split()
        place = Place(frozenset({eg.id, *([eg.parent.id] if eg.parent else [])}), eg.departement)
        checks = [
            not eg.supprimee,
            bits == ALL or bool(eg.bits & bits),
            not filtres.communes or eg.commune in filtres.communes,
            not filtres.categories or eg.categorie in filtres.categories,
            not filtres.peuplement or eg.peuplement in filtres.peuplement,
            not filtres.dossier_ouvert or eg.id in self.opened,
            not filtres.a_moi or allowed(Action.ECRIRE_DOSSIER, roles_at(self.accounts[who].grants, place)),
            not filtres.texte.strip() or (bool(words) and all(word in eg.recherche for word in words)),
        ]
        return all(checks)

    def shows_unit(self, unit: Node, filtres: Filtres) -> bool:
        bits = ALL if filtres.disciplines is None else mask(filtres.disciplines)
        return not unit.supprimee and (bits == ALL or unit.bits == 0 or bool(unit.bits & bits))

    def shown_below(self, node: Node, filtres: Filtres, who: str) -> list[Node]:
        keep = (
            [one for one in node.below if self.keeps(one, filtres, who)]
            if node.kind is Kind.EJ
            else [one for one in node.below if self.shows_unit(one, filtres)]
        )
        return sorted(keep, key=lambda one: one.order)

    def shows_entity(self, entity: Node, filtres: Filtres, who: str) -> bool:
        filtered = bool(set(filtres.query()) - {"disciplines"}) or (
            filtres.disciplines is not None and mask(filtres.disciplines) != ALL
        )
        blank = bool(filtres.texte) and not filtres.texte.strip() and set(filtres.query()) == {"texte"}
        return not filtered or blank or bool(self.shown_below(entity, filtres, who))

    def shows_favourite(self, node: Node, filtres: Filtres, who: str) -> bool:
        if node.supprimee:
            return False
        if node.kind is Kind.EJ:
            return self.shows_entity(node, filtres, who)
        if node.kind is Kind.EG:
            return self.keeps(node, filtres, who)
        return node.eg is not None and self.keeps(node.eg, filtres, who) and self.shows_unit(node, filtres)

    # --- The tree ---

    def lines(self, par: Afficher, filtres: Filtres, who: str) -> list[Expected]:
        """Give the whole view, depth first."""
        kept = [eg for eg in self.establishments if self.keeps(eg, filtres, who)]
        kept.sort(key=lambda eg: eg.order)
        found: list[Expected] = []
        if par is Afficher.ENTITE_JURIDIQUE:
            tops = [one for one in self.entities if self.shows_entity(one, filtres, who)]
            for top in sorted(tops, key=lambda one: one.order):
                self._down(found, top, "", None, filtres, who)
        elif par is Afficher.FAVORIS:
            mine = [one for one in self.nodes if one.id in self.favourites.get(who, set())]
            for top in sorted(mine, key=lambda one: one.order):
                if self.shows_favourite(top, filtres, who):
                    self._down(found, top, "", None, filtres, who, own_group=True)
        else:
            for key, nom, members in self._groups(par, kept):
                found.append(Expected(key, None, None, nom, len(members)))
                prefix = "" if par is Afficher.DEPARTEMENT else f"{key}/"
                for eg in members:
                    self._down(found, eg, prefix, key, filtres, who)
        return found

    def _groups(self, par: Afficher, kept: Sequence[Node]) -> Iterator[tuple[str, str, list[Node]]]:
        if par is Afficher.DEPARTEMENT:
            for code in sorted({eg.departement for eg in kept if eg.departement}):
                yield f"dep:{code}", code, [eg for eg in kept if eg.departement == code]
            return
        prefix = {Afficher.CATEGORIE_BESOINS: "bes", Afficher.TERRITOIRE: "ter", Afficher.FILIERE: "fil"}[par]
        for key, all_members in self.groups.items():
            members = [eg for eg in kept if eg in all_members]
            if key.startswith(prefix) and members:
                yield key, key, members

    def _down(
        self,
        found: list[Expected],
        node: Node,
        prefix: str,
        above: str | None,
        filtres: Filtres,
        who: str,
        *,
        own_group: bool = False,
    ) -> None:
        children = self.shown_below(node, filtres, who)
        key = f"{prefix}{node.id}"
        found.append(Expected(key, above, node, node.nom, len(children)))
        for child in children:
            self._down(found, child, f"{node.id}/" if own_group else prefix, key, filtres, who)

    # --- Writing it ---

    async def write(self, tx: AsyncConnection) -> None:
        """Write the region, the accounts and what they keep."""
        for who, grants in ACCOUNTS.items():
            self.accounts[who] = await _account(tx, who, grants)
        await tx.execute(sa.insert(tables.structures), [node.row() for node in self.nodes])
        for genre in GENRES:
            keys = [
                key for key in self.groups if key.startswith("bes" if genre is Afficher.CATEGORIE_BESOINS else "ter")
            ]
            rows = [{"cle": key, "genre": genre, "libelle": key, "ordre": rank} for rank, key in enumerate(keys)]
            await tx.execute(sa.insert(tables.regroupements), rows)
        members = [
            {"cle": key, "nom_tri": fold(eg.nom), "eg_id": eg.id} for key, egs in self.groups.items() for eg in egs
        ]
        await tx.execute(sa.insert(tables.membres), members)
        favourites = [
            {"compte_id": self.accounts[who].id, "structure_id": one, "ajoute_le": START}
            for who, ids in self.favourites.items()
            for one in ids
        ]
        await tx.execute(sa.insert(tables.favoris), favourites)
        for rank, eg_id in enumerate(sorted(self.opened)):
            await tx.execute(sa.insert(tables.dossiers).values(self._dossier(rank, eg_id, "brouillon")))
        closed = next(eg.id for eg in self.establishments if eg.id not in self.opened)
        await tx.execute(sa.insert(tables.dossiers).values(self._dossier(99, closed, "integre")))

    def _dossier(self, rank: int, eg_id: UUID, etat: str) -> dict[str, Any]:
        return {
            "id": uuid5(SPACE, f"dossier {rank}"),
            "eg_id": eg_id,
            "titre": "Essai",
            "circuit": "sanitaire",
            "etat": etat,
            "depuis": START,
            "auteur_id": self.accounts["admin"].id,
            "cree_le": START,
        }


async def _account(tx: AsyncConnection, who: str, grants: Any) -> Account:
    found = await account(tx, await add_account(tx, who, *grants))
    assert found
    return found


def grow(seed: int = 7, egs: int = 16) -> Forest:
    """Draw a region."""
    random = Random(seed)
    count = iter(range(10_000))

    def node(kind: Kind, parent: Node | None = None, **more: Any) -> Node:
        rank = next(count)
        found = Node(uuid5(SPACE, str(rank)), kind, f"{random.choice(NAMES)} {rank % 5}", parent, **more)
        if parent:
            parent.below.append(found)
        return found

    def units(parent: Node, depth: int) -> None:
        for _ in range(random.randint(0, 3)):
            kind = random.choice(
                [Kind.POLE, Kind.UO, Kind.UO] if depth == 0 else [Kind.SERVICE, Kind.UO] if depth == 1 else [Kind.UO]
            )
            discipline = random.choice(list(Discipline)) if kind is Kind.UO else None
            child = node(kind, parent, discipline=discipline, peuplement=random.choice(list(Peuplement)))
            if kind is not Kind.UO:
                units(child, depth + 1)
            if random.random() < 0.12:
                for gone in child.all():
                    gone.supprimee = True

    forest = Forest([node(Kind.EJ) for _ in range(5)])
    for _ in range(egs):
        departement = random.choice([*PLACES, None])
        commune, ville = random.choice(PLACES[departement]) if departement else (None, "")
        eg = node(
            Kind.EG,
            random.choice(forest.entities[:4]),
            categorie=random.choice(CATEGORIES),
            discipline=random.choice([Discipline.MSS, Discipline.MCO, Discipline.PSY]),
            departement=departement,
            commune=commune,
            ville=ville,
            peuplement=random.choice(list(Peuplement)),
        )
        units(eg, 0)
    gone = forest.establishments[3]
    for one in gone.all():
        one.supprimee = True
    alive = [eg for eg in forest.establishments if not eg.supprimee]
    forest.groups = {key: random.sample(alive, 6) for key in ("bes:03", "bes:01", "ter:113", "ter:2A-é")}
    forest.opened = {eg.id for eg in random.sample(alive, 4)}
    some = random.sample([one for one in forest.nodes if one.kind not in {Kind.EJ, Kind.EG}], 6)
    forest.favourites = {
        "referent.ailleurs": {one.id for one in (*some, forest.entities[0], alive[0], alive[1], gone)},
        "lecteur": {alive[2].id},
    }
    return forest
