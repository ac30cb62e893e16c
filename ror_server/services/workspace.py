"""A dossier in memory: what is published, what it changes, and what follows for each fiche."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server import forms, nomenclatures
from ror_server.domain import dossier as rules
from ror_server.domain.conflicts import Change, Conflict, View, conflicts
from ror_server.domain.controls import Contexte
from ror_server.domain.controls.completude import completeness, population
from ror_server.domain.dossier import Item, Op, Published
from ror_server.domain.peuplement import of_establishment
from ror_server.domain.rights import Place
from ror_server.domain.tree import descendants
from ror_server.domain.workflow import CLOSED
from ror_server.services import verdicts
from ror_server.store import dossiers, lits, refus, since, structures
from ror_server.store import nomenclatures as imported
from ror_server.store.dossiers import DossierRow, StoredItem
from ror_server.store.refus import Refusal
from ror_tui.api_client.models import (
    Completude,
    Constat,
    EtatFiche,
    Kind,
    Lien,
    Modele,
    NoeudDossier,
    Peuplement,
    Progres,
    Valeurs,
)


@dataclass(frozen=True)
class Workspace:
    """All that decides on a dossier, read in one transaction."""

    dossier: DossierRow
    stored: Mapping[UUID, StoredItem]
    published: Mapping[UUID, Published]
    eg: structures.Row
    place: Place
    ej: Lien | None
    refus: Mapping[UUID, Refusal] = field(default_factory=dict)
    """Refusals by structure, those that were answered by an edit included."""
    since: Mapping[UUID, Sequence[Change]] = field(default_factory=dict)
    """What was published of the structures in question since the dossier read them."""
    seq: int = 0
    """The last publication."""
    places: Mapping[UUID, int] = field(default_factory=dict)
    """Beds and places installed, by unit, where they were typed."""

    @cached_property
    def items(self) -> dict[UUID, Item]:
        """The items by structure, in the order in which they were made; those of a closed dossier as they ended."""
        held = {structure_id: one.item for structure_id, one in self.stored.items()}
        if self.dossier.etat in CLOSED:
            return held
        return {node: rules.as_published(item, self.published.get(node)) for node, item in held.items()}

    @cached_property
    def content(self) -> str:
        """The hash of what it would integrate: an approval is bound to it."""
        return rules.content_hash(one.item for one in self.stored.values())

    def having(self, changed: Iterable[StoredItem], dropped: Collection[UUID] = ()) -> Workspace:
        """Give the dossier as it would be with other items, before anything is written."""
        kept = {node: one for node, one in self.stored.items() if node not in dropped}
        kept |= {one.item.id: one for one in changed}
        ordered = sorted(kept.values(), key=lambda one: (one.item.ordre, one.item.id))
        return replace(self, stored={one.item.id: one for one in ordered})

    @cached_property
    def parents(self) -> dict[UUID, UUID | None]:
        """The parent of each structure of the effective tree; what is lost stands under the establishment."""
        return self._wanted_parents | dict.fromkeys(self.lost, self.dossier.eg_id)

    @cached_property
    def _wanted_parents(self) -> dict[UUID, UUID | None]:
        found: dict[UUID, UUID | None] = {node.id: node.parent_id for node in self.published.values()}
        for item in self.items.values():
            if rules.places(item):
                found[item.id] = item.parent_next
            elif item.op is Op.UPDATE and item.id not in found:
                found[item.id] = None
        found[self.dossier.eg_id] = None
        return found

    @cached_property
    def lost(self) -> frozenset[UUID]:
        """Items that the Répertoire left without a place: parent or structure deleted, or moved in a circle."""
        children: dict[UUID, list[UUID]] = {}
        for node, parent in self._wanted_parents.items():
            if parent is not None:
                children.setdefault(parent, []).append(node)
        placed = set(descendants(self.dossier.eg_id, children))
        return frozenset(node for node in self._wanted_parents if node not in placed and self._misplaced(node))

    def above(self, nodes: Iterable[UUID]) -> set[UUID]:
        """Give what the dossier would have stand above some structures, whether it is there or not."""
        found: set[UUID] = set()
        waiting = [self._wanted_parents.get(node) for node in nodes]
        while waiting:
            node = waiting.pop()
            if node is not None and node not in found:
                found.add(node)
                waiting.append(self._wanted_parents.get(node))
        return found

    def _misplaced(self, node: UUID) -> bool:
        item = self.items.get(node)
        if item is None:
            return False
        parent = self._wanted_parents[node]
        return parent is None or parent not in self._wanted_parents or (rules.places(item) and node in self._circular)

    @cached_property
    def _circular(self) -> frozenset[UUID]:
        circular: set[UUID] = set()
        for start in self._wanted_parents:
            seen = {start}
            parent = self._wanted_parents[start]
            while parent is not None and parent not in seen:
                seen.add(parent)
                parent = self._wanted_parents.get(parent)
            if parent == start:
                circular.add(start)
        return frozenset(circular)

    @cached_property
    def children(self) -> dict[UUID, list[UUID]]:
        """Children by parent: published ones by name, then new ones in the order of their creation."""
        found: dict[UUID, list[UUID]] = {}
        for node, parent in self.parents.items():
            if parent is not None:
                found.setdefault(parent, []).append(node)
        return found

    @cached_property
    def order(self) -> list[UUID]:
        """Every structure of the effective tree, each followed by what stands below it."""
        found: list[UUID] = []
        stack = [self.dossier.eg_id]
        while stack:
            node = stack.pop()
            found.append(node)
            stack.extend(reversed(self.children.get(node, [])))
        return found

    def below(self, node: UUID) -> list[UUID]:
        """Give a structure and all that stands below it in the effective tree."""
        return descendants(node, self.children)

    def kind(self, node: UUID) -> Kind:
        """Give the kind of a structure of the tree."""
        return self.items[node].kind if node in self.items else self.published[node].kind

    def values(self, node: UUID) -> Valeurs:
        """Give the values of a fiche as the dossier shows them."""
        return rules.effective(self.items.get(node), self.published.get(node))

    def name(self, node: UUID) -> str:
        """Give the name of a structure as the dossier shows it."""
        nom = self.values(node).get("nom")
        return nom if isinstance(nom, str) and nom else default_label(self.kind(node))

    def form(self, node: UUID) -> Modele:
        """Give the form of a fiche."""
        return self.form_of(self.kind(node))

    def form_of(self, kind: Kind) -> Modele:
        """Give the form of a kind of structure in this establishment."""
        return forms.modele_de(kind, self.eg)

    def findings(self, node: UUID) -> list[Constat]:
        """Run the controls over a fiche as the dossier shows it."""
        return verdicts.findings(self.form(node), self.values(node), self.around(node))

    def around(self, node: UUID) -> Contexte:
        """Give where a fiche stands, as far as its controls look at it."""
        return self.around_under(self.parents.get(node), self.places.get(node))

    def around_under(self, parent: UUID | None, places: int | None = None) -> Contexte:
        """Give where a fiche would stand under a structure.

        Args:
            parent: The structure.
            places: What is installed in the fiche's unit; None when it is not known.
        """
        units = list[str]()
        while parent is not None:
            if self.kind(parent) is Kind.UF:
                units.insert(0, self.name(parent))
            parent = self.parents.get(parent)
        return verdicts.around(self.eg, units, places)

    def completeness(self, node: UUID) -> Completude:
        """Count what is filled in a fiche out of what must be."""
        return completeness(self.form(node), self.values(node), nomenclatures.all_codes(), self.around(node))

    @cached_property
    def populated(self) -> dict[UUID, Peuplement]:
        """The état de peuplement of each unit, and of the establishment, as they would be published."""
        units = [node for node in self.order if self.kind(node) is Kind.UO and not self._deleted(node)]
        found = {node: self.population(node) for node in units}
        return found | {self.dossier.eg_id: of_establishment(found.values())}

    def population(self, node: UUID) -> Peuplement:
        """Give the état de peuplement of a unit, as it would be published."""
        return population(self.values(node), nomenclatures.all_codes(), self.around(node))

    def _deleted(self, node: UUID) -> bool:
        item = self.items.get(node)
        return item is not None and item.op is Op.DELETE

    @cached_property
    def view(self) -> View:
        """The dossier over the Répertoire, as its conflicts are computed."""
        return View(
            self.items,
            self.published,
            self.parents,
            self.children,
            self.lost,
            self.form_of,
            nomenclatures.all_codes(),
            self.since,
        )

    @cached_property
    def conflicts(self) -> dict[UUID, list[Conflict]]:
        """All that cannot be merged without asking, by structure."""
        return conflicts(self.view)

    def in_conflict(self, node: UUID) -> bool:
        """Tell whether a fiche could not be integrated without asking."""
        return node in self.conflicts

    def state(self, node: UUID) -> EtatFiche:
        """Give the state of a fiche."""
        item, refused = self.items.get(node), self.refusal(node) is not None
        form = self.form(node)
        return state_of(form, item, self.published.get(node), in_conflict=self.in_conflict(node), refused=refused)

    def refusal(self, node: UUID) -> Refusal | None:
        """Give the refusal of a fiche that did not change since."""
        return standing(self.refus.get(node), self.items.get(node))

    @cached_property
    def states(self) -> dict[UUID, EtatFiche]:
        """The state of every fiche of the tree."""
        return {node: self.state(node) for node in self.order}

    def progress(self, node: UUID | None = None) -> Progres:
        """Count the green fiches below a structure, or in the whole dossier."""
        counted = [
            (self.items[one], self.states[one]) for one in self.below(node or self.dossier.eg_id) if one in self.items
        ]
        return rules.progress(counted)

    def path(self, node: UUID) -> list[Lien]:
        """Give the path of a structure, from the EJ down to its parent."""
        found: list[Lien] = []
        parent = self.parents.get(node)
        while parent is not None:
            found.insert(0, Lien(id=parent, kind=self.kind(parent), nom=self.name(parent)))
            parent = self.parents.get(parent)
        return ([self.ej] if self.ej else []) + found

    def node(self, node: UUID) -> NoeudDossier:
        """Give the line of a structure in the dossier's tree."""
        item = self.items.get(node)
        return NoeudDossier(
            id=node,
            parent_id=self.parents[node],
            kind=self.kind(node),
            nom=self.name(node),
            detail=self._detail(node),
            etat=self.states[node],
            changements=rules.changes(item),
            version=item.version if item else 0,
            progres=self.progress(node),
            deplace_de=self._moved_from(item) if item else None,
            completude=self.completeness(node),
            peuplement=self.populated.get(node),
        )

    def _moved_from(self, item: Item) -> str | None:
        if item.op is not Op.UPDATE or item.parent_next == item.parent_base or item.parent_base is None:
            return None
        return self.name(item.parent_base) if item.parent_base in self.parents else "un parent supprimé"

    def _detail(self, node: UUID) -> str:
        code = self.values(node).get("type_uo")
        found = nomenclatures.by_code("JDV_J238").get(code) if isinstance(code, str) else None
        return found.libelle if found else ""


def standing(refusal: Refusal | None, item: Item | None) -> Refusal | None:
    """Give a refusal as long as the fiche is what was refused."""
    return refusal if refusal and item and refusal.contenu == rules.item_hash(item) else None


def state_of(
    form: Modele, item: Item | None, published: Published | None, *, in_conflict: bool, refused: bool = False
) -> EtatFiche:
    """Give the state of a fiche out of its item and its published structure; controls run only where they count."""
    judged = item is not None and item.counts and item.saved and not in_conflict and not refused
    found = verdicts.errors(form, rules.effective(item, published)) if item is not None and judged else ()
    return rules.fiche_state(item, found, in_conflict=in_conflict, refused=refused)


NEW_LABELS: Mapping[Kind, str] = {
    Kind.POLE: "Nouveau pôle",
    Kind.SERVICE: "Nouveau service",
    Kind.UF: "Nouvelle unité fonctionnelle",
    Kind.UO: "Nouvelle unité opérationnelle",
}


def default_label(kind: Kind) -> str:
    """Name a new structure that has no name yet."""
    return NEW_LABELS.get(kind, "Sans nom")


async def load(tx: AsyncConnection, row: DossierRow, eg: structures.Row | None = None) -> Workspace:
    """Read all that a dossier needs.

    Args:
        tx: The transaction.
        row: The dossier.
        eg: Its establishment, when this transaction holds it locked already.
    """
    await imported.install(tx)
    stored = (await dossiers.load_items(tx, [row.id]))[row.id]
    eg = eg or await structures.structure(tx, row.eg_id)
    if eg is None:
        message = f"dossier {row.id} has lost its establishment"
        raise LookupError(message)
    published = await structures.subtree(tx, row.eg_id)
    path = (await structures.ancestors(tx, [eg.id])).get(eg.id, [])
    place = Place(frozenset({eg.id, *(link.id for link in path)}), eg.departement)
    refused = (await refus.load(tx, [row.id]))[row.id]
    link, last = path[-1] if path else None, await since.last(tx)
    seen: dict[UUID, Sequence[Change]] = {}
    places = await lits.installed(tx, row.eg_id)
    found = Workspace(row, stored, published, eg, place, link, refused, seen, last, places)
    seen |= await since.changes(tx, found.view.wanted())  # filled in: the tree that was built to ask serves again
    return found
