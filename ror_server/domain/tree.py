"""The tree of structures: which kind may stand under which (DOMAIN §2.1, DESIGN §4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from ror_tui.api_client.models import Circuit, Kind

SANITAIRE_ONLY = "Seules les structures sanitaires peuvent créer des pôles, des services et des unités fonctionnelles."

LABELS: Mapping[Kind, str] = {
    Kind.EJ: "entité juridique",
    Kind.EG: "établissement",
    Kind.POLE: "pôle",
    Kind.SERVICE: "service",
    Kind.UF: "unité fonctionnelle",
    Kind.UO: "unité opérationnelle",
}

PLURALS: Mapping[Kind, str] = {
    Kind.EJ: "entités juridiques",
    Kind.EG: "établissements",
    Kind.POLE: "pôles",
    Kind.SERVICE: "services",
    Kind.UF: "unités fonctionnelles",
    Kind.UO: "unités opérationnelles",
}

_BELOW: Mapping[Kind, tuple[Kind, ...]] = {
    Kind.EG: (Kind.POLE, Kind.SERVICE, Kind.UF, Kind.UO),
    Kind.POLE: (Kind.SERVICE, Kind.UF, Kind.UO),
    Kind.SERVICE: (Kind.UF, Kind.UO),
    Kind.UF: (Kind.UO,),
    Kind.UO: (),
}

Id = TypeVar("Id")


def parents_table(circuit: Circuit) -> dict[Kind, list[Kind]]:
    """Give, for each kind of parent, the kinds that may be created under it.

    Args:
        circuit: The establishment's circuit; only `sanitaire` has pôles, services and UF. Levels may be skipped.
    """
    if circuit is Circuit.SANITAIRE:
        return {parent: list(below) for parent, below in _BELOW.items()}
    return {parent: [Kind.UO] if parent is Kind.EG else [] for parent in _BELOW}


def placement_fault(circuit: Circuit, parent: Kind, child: Kind) -> str | None:
    """Say in French why `child` may not stand under `parent`, or None."""
    if child in parents_table(circuit).get(parent, []):
        return None
    if circuit is not Circuit.SANITAIRE and child in {Kind.POLE, Kind.SERVICE, Kind.UF}:
        return SANITAIRE_ONLY
    return f"On ne peut pas placer « {LABELS[child]} » sous « {LABELS[parent]} »."


def descendants(root: Id, children: Mapping[Id, Iterable[Id]]) -> list[Id]:
    """Give `root` and all below it, parents before children.

    Args:
        root: Where to start.
        children: Children by parent.
    """
    found = [root]
    for node in found:
        found.extend(children.get(node, ()))
    return found
