"""A unit while its beds are typed, and what others type of it meanwhile."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from ror_tui.api_client.models import StatutCapacite, UniteLits, avertissements
from ror_tui.services.lits.chiffres import STATUTS, Chiffre, Chiffres, Ecart, Sorte, chiffres


@dataclass(slots=True)
class Saisi:
    """A unit while it is typed."""

    unite: UniteLits
    base: Chiffres
    chiffres: Chiffres
    confirmee: bool = False
    ajoutees: Counter[Sorte] = field(default_factory=Counter)
    ecarts: dict[Chiffre, Ecart] = field(default_factory=dict)

    @property
    def modifie(self) -> bool:
        """Tell whether something of it is to be saved."""
        return self.confirmee or self.chiffres != self.base

    @property
    def avertissements(self) -> list[str]:
        """Say what does not add up in what is typed."""
        return avertissements(one.capacite(nombre) for one, nombre in self.chiffres.items())

    def sortes(self) -> Iterator[tuple[Sorte, int]]:
        """Give the sorts of its lines, in order, each with how many lines it takes."""
        counts = Counter(self.ajoutees)
        for sorte in {one.sorte for one in self._known()} or ({Sorte()} if not counts else set()):
            counts[sorte] = max(1, counts[sorte], *(len(self.cases(sorte, statut)) for statut in STATUTS))
        yield from sorted(counts.items())

    def keep_lines(self) -> None:
        """Keep the lines that are shown, whatever is typed or emptied in them."""
        self.ajoutees.update({sorte: count - self.ajoutees[sorte] for sorte, count in self.sortes()})

    def _known(self) -> set[Chiffre]:
        return {*self.base, *self.chiffres, *self.ecarts}

    def cases(self, sorte: Sorte, statut: StatutCapacite) -> list[Chiffre]:
        """Give the figures of a sort and status, one for each type that there is."""
        return sorted(one for one in self._known() if (one.sorte, one.statut) == (sorte, statut))


def fresh(unite: UniteLits) -> Saisi:
    """Give a unit as the server holds it."""
    held = chiffres(unite.capacites)
    return Saisi(unite, held, dict(held))


def merged(saisi: Saisi, unite: UniteLits) -> Saisi:
    """Lay what is typed over what the server holds by now, figure by figure."""
    held, mine, base = chiffres(unite.capacites), saisi.chiffres, saisi.base
    merged, ecarts = dict(held), dict[Chiffre, Ecart]()
    for one in {*mine, *base}:
        typed, before, other = mine.get(one), base.get(one), held.get(one)
        if typed == before:
            continue
        if other not in {before, typed}:
            ecarts[one] = Ecart(before, other, unite.par or "", unite.le)
        _put(merged, one, typed)
    kept = {one: ecart for one, ecart in saisi.ecarts.items() if one not in ecarts and held.get(one) == ecart.autre}
    still = {one: ecart for one, ecart in kept.items() if merged.get(one) != ecart.autre}
    return Saisi(unite, held, merged, saisi.confirmee, saisi.ajoutees, still | ecarts)


def _put(where: Chiffres, one: Chiffre, nombre: int | None) -> None:
    if nombre is None:
        where.pop(one, None)
    else:
        where[one] = nombre


def typed_again(saisi: Saisi, one: Chiffre, typed: int | None, base: int | None) -> None:
    """Type a figure that was typed over a base earlier; when the server holds another one it is to be decided."""
    held = saisi.base.get(one)
    if held not in {base, typed}:
        saisi.ecarts[one] = Ecart(base, held, saisi.unite.par or "", saisi.unite.le)
    _put(saisi.chiffres, one, typed)
