"""What the form says of a merge: answers that nobody sees any more, codes that are offered no more (DESIGN §5)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ror_server.domain.controls import Codes
from ror_tui.api_client.models import (
    LIGNE_ID,
    Champ,
    Ligne,
    Modele,
    Valeur,
    Valeurs,
    codes_de,
    contexte,
    egales,
    lignes_de,
    vide,
)


@dataclass(frozen=True, slots=True)
class Hidden:
    """A filled field that shows before a merge and no longer after; `because` names the answers that decide on it."""

    champ: str
    because: frozenset[str]


def hidden(form: Modele, before: Valeurs, after: Valeurs) -> Iterator[Hidden]:
    """Give the fields of the fiche that a merge hides with what is answered in them.

    Args:
        form: The form.
        before: The answers on one side.
        after: The answers after the merge.
    """
    for champ in form.champs():
        if not vide(after.get(champ.id)) and champ.visible(before) and not champ.visible(after):
            yield Hidden(champ.id, _deciding(form, champ, before, after))


def _deciding(form: Modele, champ: Champ, before: Valeurs, after: Valeurs) -> frozenset[str]:
    """Give the answers by which a field is shown or not and that differ, down to those that show these answers."""
    found: set[str] = set()
    waiting = [champ]
    while waiting:
        for condition in waiting.pop().visible_si:
            if condition.champ in found or egales(before.get(condition.champ), after.get(condition.champ)):
                continue
            found.add(condition.champ)
            above = form.champ(condition.champ)
            waiting += [above] if above else []
    return frozenset(found)


def hides_cells(champ: Champ, mine: Valeur, after: Valeur, autour: Valeurs) -> bool:
    """Tell whether the merge of the rows of a group hides a cell that is filled on one side.

    Args:
        champ: The group.
        mine: Its rows on that side.
        after: Its rows once merged.
        autour: The answers of the fiche.
    """
    rows = {row.get(LIGNE_ID): row for row in lignes_de(after)}
    return any(
        _hides(champ.champs, row, rows[row_id], autour)
        for row in lignes_de(mine)
        if (row_id := row.get(LIGNE_ID)) in rows
    )


def _hides(champs: Sequence[Champ], mine: Ligne, after: Ligne, autour: Valeurs) -> bool:
    before, merged = contexte(autour, mine), contexte(autour, after)
    for champ in champs:
        cell = after.get(champ.id)
        if vide(cell) or vide(mine.get(champ.id)) or not champ.visible(before):
            continue
        if not champ.visible(merged) or hides_cells(champ, mine.get(champ.id), cell, merged):
            return True
    return False


def retired(champ: Champ, valeur: Valeur, kept: Sequence[Valeur], codes: Codes) -> bool:
    """Tell whether an answer holds a code that is offered no more and that nobody had published there.

    Args:
        champ: The field, the rows of a group included.
        valeur: The answer.
        kept: Answers whose codes may stay, retired or not.
        codes: The nomenclatures.
    """
    gone = {one for one in _coded(champ, valeur) if _is_retired(codes, *one)}
    return bool(gone) and not gone <= {one for side in kept for one in _coded(champ, side)}


def _coded(champ: Champ, valeur: Valeur) -> Iterator[tuple[str, str]]:
    if champ.nomenclature:
        yield from ((champ.nomenclature, code) for code in codes_de(valeur))
    for row in lignes_de(valeur):
        for inner in champ.champs:
            yield from _coded(inner, row.get(inner.id))


def _is_retired(codes: Codes, nomenclature: str, code: str) -> bool:
    found = codes.get(nomenclature, {}).get(code)
    return found is not None and found.retire
