"""The three-way merge of one value: what was read, what the dossier says, what is published now (DESIGN §5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ror_tui.api_client.models import LIGNE_ID, Ligne, Valeur, codes_de, egales, lignes_de, vide

Rows = Mapping[str, Ligne]
"""The rows of a group by their id, in order."""


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
        What the other side did not touch follows the one who did; codes are merged one by one, the rows of a group by
        their id, and a row that both changed field by field, all the way down.
    """
    if egales(base, published) or egales(mine, published):
        return Merged(mine)
    if egales(base, mine):
        return Merged(published)
    if _all_rows(base, mine, published):
        return _by_row(base, mine, published)
    if _lists(base, mine, published):
        return _by_element(_codes(base), _codes(mine), _codes(published))
    return Merged(mine, asked=True)


def _all_rows(*valeurs: Valeur) -> bool:
    filled = [valeur for valeur in valeurs if not vide(valeur)]
    return all(isinstance(valeur, list) and len(lignes_de(valeur)) == len(valeur) for valeur in filled)


def _lists(*valeurs: Valeur) -> bool:
    filled = [valeur for valeur in valeurs if not vide(valeur)]
    return bool(filled) and all(isinstance(valeur, list) and not lignes_de(valeur) for valeur in filled)


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


def _by_row(base: Valeur, mine: Valeur, published: Valeur) -> Merged:
    """Merge a group: asked about as codes are, and for a row that one removed and the other changed."""
    before, own, theirs = (_rows(valeur) for valeur in (base, mine, published))
    found = {row_id: _row(before.get(row_id), own.get(row_id), theirs.get(row_id)) for row_id in [*own, *theirs]}
    emptied = (not own and theirs.keys() - before.keys()) or (not theirs and own.keys() - before.keys())
    kept = {row_id: one.valeur for row_id, one in found.items() if one.valeur is not None}
    if emptied or any(one.asked for one in found.values()) or (not kept and own and theirs):
        return Merged(mine, asked=True)
    order = _order(list(before), list(own), list(theirs))
    return Merged([kept[row_id] for row_id in order if row_id in kept] or None)


@dataclass(frozen=True, slots=True)
class _MergedRow:
    """A row after the merge; None when it goes."""

    valeur: Ligne | None
    asked: bool = False


def _row(base: Ligne | None, mine: Ligne | None, published: Ligne | None) -> _MergedRow:
    if mine is None or published is None:
        left = mine if published is None else published
        if base is None:
            return _MergedRow(left)
        return _MergedRow(None, asked=left is not None and not _same(left, base))
    cells = {key: merge((base or {}).get(key), mine.get(key), published.get(key)) for key in {**published, **mine}}
    told: Ligne = {key: one.valeur for key, one in cells.items() if not vide(one.valeur)}
    return _MergedRow(told, asked=any(one.asked for one in cells.values()))


def _same(left: Ligne, right: Ligne) -> bool:
    return egales([left], [right])


def _rows(valeur: Valeur) -> dict[str, Ligne]:
    return {str(row.get(LIGNE_ID)): row for row in lignes_de(valeur)}


def _order(base: Sequence[str], mine: Sequence[str], published: Sequence[str]) -> list[str]:
    """Order rows as who moved them did, the dossier when both; what the other side adds follows its neighbour."""
    first, second = (mine, published) if _moved(base, mine) else (published, mine)
    order = list(first)
    before: str | None = None
    for row_id in second:
        if row_id not in order:
            order.insert(order.index(before) + 1 if before is not None else 0, row_id)
        before = row_id
    return order


def _moved(base: Iterable[str], mine: Sequence[str]) -> bool:
    held = set(mine)
    kept = [row_id for row_id in base if row_id in held]
    return kept != [row_id for row_id in mine if row_id in set(kept)]
