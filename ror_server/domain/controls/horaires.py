"""Hours: an opening comes before its closing, and slots of one day and type do not overlap (DOMAIN §4.3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ror_server.domain.controls.constats import erreur
from ror_server.domain.controls.niveaux import Groupe
from ror_tui.api_client.models import FORMES, Champ, Constat, Ligne, TypeChamp, codes_de

_ENDS = 2
"""A group of hours has two fields of type hour: opening and closing."""

INVERSE = "La fermeture vient avant l'ouverture : corrigez l'une des deux, ou coupez la plage à minuit (24:00)."
OVERLAP = "Cette plage en chevauche une autre du même jour : corrigez l'une des deux."


@dataclass(frozen=True, slots=True)
class Plage:
    """A slot of one day; hours are texts « 08:30 », whose order is that of time."""

    jour: str
    genre: str
    debut: str
    fin: str


def hours(group: Groupe) -> Iterator[Constat]:
    """Give what is wrong with the rows of a group of hours; any other group has nothing wrong."""
    ends = [champ.id for champ in group.champ.champs if champ.type is TypeChamp.HEURE]
    if len(ends) != _ENDS:
        return
    debut, fin = ends
    others = [champ for champ in group.champ.champs if champ.id not in ends]
    seen: list[Plage] = []
    for rank, row in enumerate(group.lignes):
        level = group.niveau(rank)
        opening, closing = (FORMES[TypeChamp.HEURE](level.texte(champ) or "") for champ in (debut, fin))
        if opening is None or closing is None:
            continue
        if opening >= closing:
            yield erreur("horaires_inverses", f"{group.prefixe(rank)}{fin}", INVERSE)
            continue
        slots = _slots(others, row, opening, closing)
        if any(_overlap(one, other) for one in slots for other in seen):
            yield erreur("horaires_chevauchants", f"{group.prefixe(rank)}{debut}", OVERLAP)
        seen.extend(slots)


def _slots(others: Sequence[Champ], row: Ligne, debut: str, fin: str) -> list[Plage]:
    """Give the slots of a row, one for each of its days; what tells them apart are the other codes of the row."""
    days = [day for champ in others if champ.id.startswith("jour") for day in codes_de(row.get(champ.id))]
    kinds = [code for champ in others if not champ.id.startswith("jour") for code in _codes(champ, row)]
    return [Plage(day, "/".join(sorted(kinds)), debut, fin) for day in dict.fromkeys(days or [""])]


def _codes(champ: Champ, row: Ligne) -> list[str]:
    return codes_de(row.get(champ.id)) if champ.type in {TypeChamp.CODE, TypeChamp.CODES} else []


def _overlap(left: Plage, right: Plage) -> bool:
    same = left.jour == right.jour and left.genre == right.genre
    return same and left.debut < right.fin and right.debut < left.fin
