"""The three-way merge of one value: what was read, what the dossier says, what is published now (DESIGN §5)."""

from __future__ import annotations

from dataclasses import dataclass

from ror_tui.api_client.models import Valeur, codes_de, egales, vide


@dataclass(frozen=True, slots=True)
class Merged:
    """The value after the merge; `asked` when nobody but a person can tell, and then it is the dossier's own."""

    valeur: Valeur
    asked: bool = False


def merge(base: Valeur, mine: Valeur, published: Valeur) -> Merged:
    """Merge one field.

    Args:
        base: The published value that the author of the dossier had read.
        mine: What the dossier says.
        published: The published value now.

    Returns:
        What the other side did not touch follows the one who did; lists are merged element by element.
    """
    if egales(base, published) or egales(mine, published):
        return Merged(mine)
    if egales(base, mine):
        return Merged(published)
    if _lists(base, mine, published):
        return _by_element(_codes(base), _codes(mine), _codes(published))
    return Merged(mine, asked=True)


def _lists(*valeurs: Valeur) -> bool:
    filled = [valeur for valeur in valeurs if not vide(valeur)]
    return bool(filled) and all(isinstance(valeur, list) for valeur in filled)


def _codes(valeur: Valeur) -> frozenset[str]:
    return frozenset(codes_de(valeur)) if isinstance(valeur, list) else frozenset()


def _by_element(base: frozenset[str], mine: frozenset[str], published: frozenset[str]) -> Merged:
    """Keep what both added and nothing that one of them removed.

    Two people who touch one element agree on it, but who empties a field touches every element of it, also those that
    the other one adds; and nobody asked for the emptiness that two removals together would give.
    """
    both = (published | (mine - base)) - (base - mine)
    emptied = (not mine and published - base) or (not published and mine - base)
    if emptied or (not both and mine and published):
        return Merged(sorted(mine) or None, asked=True)
    return Merged(sorted(both))
