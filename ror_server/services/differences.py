"""What a dossier changes: counted, as a tree, and in French sentences (DESIGN §5: before sending and validating)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import cached_property
from uuid import UUID

from ror_server.domain import dossier as rules
from ror_server.domain.tree import LABELS, PLURALS
from ror_server.services.ecarts import EMPTY, ecarts, said
from ror_server.services.workspace import Workspace
from ror_tui.api_client.models import (
    Champ,
    Changement,
    Differences,
    EcartChamp,
    Kind,
    NoeudDifference,
    Phrase,
    Valeur,
    ValeurRemplacee,
    Valeurs,
)

FEMININE = frozenset({Kind.EJ, Kind.UF, Kind.UO})
VERBS: Mapping[Changement, str] = {
    Changement.NOUVEAU: "créé",
    Changement.DEPLACE: "déplacé",
    Changement.MODIFIE: "modifié",
    Changement.SUPPRIME: "supprimé",
}
LOST_PARENT = "un parent supprimé"
NOTHING = "Ce dossier ne change rien encore."
LARGEST = 5000
"""Structures in one dossier (`actions.LARGEST`)."""


def differences(found: Workspace) -> Differences:
    """Say all that a dossier changes, structure by structure in the order of the tree."""
    return told(found, _Told(found).noeuds)


def told(found: Workspace, noeuds: list[NoeudDifference]) -> Differences:
    """Count and say what is in the tree of a difference.

    Args:
        found: The dossier.
        noeuds: What changes and what leads there, parents before children.
    """
    changed = [one for one in noeuds if one.changements]
    groupes = groups(changed)
    return Differences(
        resume=" ; ".join(groupes) or NOTHING,
        phrases=[phrase for one in changed for phrase in _phrases(one)],
        dossier_id=found.dossier.id,
        titre=found.dossier.titre,
        etablissement=found.eg.nom,
        version=found.dossier.version,
        groupes=groupes,
        noeuds=noeuds,
    )


class _Told:
    """The difference of one dossier, being told."""

    def __init__(self, found: Workspace) -> None:
        self._found = found
        self._forms: dict[Kind, list[Champ]] = {}

    @cached_property
    def noeuds(self) -> list[NoeudDifference]:
        """What changes and what leads there, in the order of the tree."""
        touched = {node for node in self._found.order if rules.changes(self._found.items.get(node))}
        kept = set(touched)
        for node in touched:
            parent = self._found.parents[node]
            while parent is not None and parent not in kept:
                kept.add(parent)
                parent = self._found.parents[parent]
        return [self._noeud(node) for node in self._found.order if node in kept]

    def _noeud(self, node: UUID) -> NoeudDifference:
        found, changements = self._found, rules.changes(self._found.items.get(node))
        moved = Changement.DEPLACE in changements or Changement.NOUVEAU in changements
        return NoeudDifference(
            id=node,
            parent_id=found.parents[node],
            kind=found.kind(node),
            nom=found.name(node),
            etat=found.states[node],
            changements=changements,
            ecarts=self._ecarts(node) if Changement.SUPPRIME not in changements else [],
            depuis=self._old_parent(node) if Changement.DEPLACE in changements else None,
            vers=self._parent(node) if moved else None,
            remplacements=list(self._replaced(node)),
        )

    def _ecarts(self, node: UUID) -> list[EcartChamp]:
        item = self._found.items.get(node)
        return ecarts(self._champs(node), self._before(node), self._after(node), item.next) if item else []

    def _replaced(self, node: UUID) -> Iterator[ValeurRemplacee]:
        """Give the published values that the author chose to replace, as long as they are still published."""
        item, published = self._found.items.get(node), self._found.published.get(node)
        if item is None or published is None:
            return
        replacing = rules.replacing(item, published)
        for champ in self._champs(node):
            if champ.id in replacing:
                values = published.valeurs.get(champ.id), item.next[champ.id]
                yield _replaced(node, published.nom, champ, replacing[champ.id], values)

    def _before(self, node: UUID) -> Valeurs:
        published = self._found.published.get(node)
        return published.valeurs if published else {}

    def _after(self, node: UUID) -> Valeurs:
        item = self._found.items[node]
        if self._found.in_conflict(node):
            return item.next
        return rules.merged(item, self._found.published.get(node))

    def _champs(self, node: UUID) -> list[Champ]:
        kind = self._found.kind(node)
        if kind not in self._forms:
            self._forms[kind] = self._found.form_of(kind).champs()
        return self._forms[kind]

    def _parent(self, node: UUID) -> str:
        parent = self._found.parents[node]
        return self._found.name(parent) if parent else ""

    def _old_parent(self, node: UUID) -> str:
        parent = self._found.items[node].parent_base
        return self._found.name(parent) if parent and parent in self._found.published else LOST_PARENT


def groups(changed: Iterable[NoeudDifference]) -> list[str]:
    """Count what changes: « 3 unités créées », « 1 déplacée de « A » vers « B » »."""
    noeuds = list(changed)
    counted: Counter[tuple[Changement, Kind, str]] = Counter()
    for one in noeuds:
        for change in one.changements:
            where = f" de « {one.depuis} » vers « {one.vers} »" if change is Changement.DEPLACE else ""
            counted[change, one.kind, where] += 1
    rank = list(VERBS)
    ordered = sorted(counted.items(), key=lambda pair: (rank.index(pair[0][0]), list(Kind).index(pair[0][1])))
    replaced = sum(len(one.remplacements) for one in noeuds)
    return [counted_words(count, kind, VERBS[change]) + where for (change, kind, where), count in ordered] + (
        [_replaced_words(replaced)] if replaced else []
    )


def number(count: int) -> str:
    """Write a number as French does: « 94 839 »."""
    return f"{count:,}".replace(",", "\N{NO-BREAK SPACE}")


def counted_words(count: int, kind: Kind, participle: str) -> str:
    """Say « 3 unités opérationnelles créées », « 1 pôle déplacé ».

    Args:
        count: How many.
        kind: Of what.
        participle: The masculine singular: « créé ».
    """
    ending = ("e" if kind in FEMININE else "") + ("s" if count > 1 else "")
    return f"{number(count)} {PLURALS[kind] if count > 1 else LABELS[kind]} {participle}{ending}"


def _replaced(
    node: UUID, nom: str, champ: Champ, kept: Mapping[str, object], values: tuple[Valeur, Valeur]
) -> ValeurRemplacee:
    publie, dossier = (said(champ, one) or EMPTY for one in values)
    par = str(kept["par"])
    return ValeurRemplacee(
        structure_id=node,
        nom=nom,
        champ=champ.id,
        libelle=champ.libelle,
        publie=publie,
        dossier=dossier,
        par=par,
        le=datetime.fromisoformat(str(kept["le"])),
        phrase=f"{champ.libelle} : {publie}, publié par {par}, sera remplacé par {dossier}",
    )


def _replaced_words(count: int) -> str:
    return "1 valeur publiée sera remplacée" if count == 1 else f"{count} valeurs publiées seront remplacées"


def _phrases(one: NoeudDifference) -> Iterable[Phrase]:
    for change in one.changements:
        for texte in _texts(one, change):
            yield Phrase(structure_id=one.id, changement=change, texte=texte)
    for replaced in one.remplacements:
        yield Phrase(structure_id=one.id, changement=Changement.MODIFIE, texte=f"« {one.nom} » : {replaced.phrase}")


def _texts(one: NoeudDifference, change: Changement) -> list[str]:
    match change:
        case Changement.NOUVEAU:
            created = "créée" if one.kind in FEMININE else "créé"
            return [f"{LABELS[one.kind].capitalize()} « {one.nom} » {created} sous « {one.vers} »"]
        case Changement.SUPPRIME:
            return [f"« {one.nom} » : à supprimer du Répertoire"]
        case Changement.DEPLACE:
            return [f"« {one.nom} » : de « {one.depuis} » vers « {one.vers} »"]
        case Changement.MODIFIE:
            return [f"« {one.nom} » : {ecart.phrase}" for ecart in one.ecarts]
