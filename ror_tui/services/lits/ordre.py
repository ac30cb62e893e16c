"""Figures told in one line of text: « Unité A:disponibles=3 », as the command line takes them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from ror_tui.api_client.models import NatureCapacite, StatutCapacite
from ror_tui.services.lits.chiffres import Chiffre, Sorte
from ror_tui.services.lits.dire import MOTS, NATURES, mot
from ror_tui.services.lits.lits import Ligne, Lits

SHORTEST = 6
"""Characters of an identifier that can stand for the whole of it."""
EMPTY = "-"


class OrdreError(Exception):
    """A figure cannot be understood, or typed; the message is a French sentence."""


@dataclass(frozen=True, slots=True)
class Ordre:
    """A figure to type.

    Args:
        unite: Name, identifier, or the beginning of an identifier.
        nature: Beds or places.
        statut: What is counted.
        type: Code of the type of closing or of supplementary bed; empty for the usual one.
        nombre: How many; None to take the figure away.
    """

    unite: str
    nature: NatureCapacite
    statut: StatutCapacite
    type: str
    nombre: int | None


def _folded(text: str) -> str:
    split = unicodedata.normalize("NFD", text.casefold())
    return " ".join("".join(char for char in split if not unicodedata.combining(char)).split())


_STATUTS: Mapping[str, StatutCapacite] = {
    _folded(mot(statut, nature)): statut for statut in StatutCapacite for nature in NatureCapacite
}
_NATURES: Mapping[str, NatureCapacite] = {_folded(name): NatureCapacite(code) for code, name in NATURES.items()}
GRAMMAR = (
    "Un chiffre s'écrit UNITÉ:STATUT=NOMBRE, par exemple « Unité A:disponibles=3 », « Unité A:places/installés=6 », "
    f"« Unité A:fermés/02=1 » ; « {EMPTY} » ôte le chiffre. Statuts : {', '.join(MOTS.values())}."
)


def lire(text: str) -> Ordre:
    """Read « UNITÉ:STATUT=NOMBRE »; the status may say its nature before (« places/ ») and its type after (« /02 »).

    Raises:
        OrdreError: It is not that.
    """
    where, _, count = text.rpartition("=")
    unite, _, what = where.rpartition(":")
    parts = [_folded(part) for part in what.split("/")]
    nature = _NATURES.get(parts[0])
    rest = parts[1:] if nature else parts
    statut = _STATUTS.get(rest[0]) if rest else None
    nombre = None if count.strip() == EMPTY else count.strip()
    if not unite.strip() or statut is None or len(rest) > 2 or not (nombre is None or _is_number(nombre)):
        raise OrdreError(f"« {text} » n'est pas compris. {GRAMMAR}")
    kind = rest[1] if len(rest) == 2 else ""
    return Ordre(unite.strip(), nature or NatureCapacite.LIT, statut, kind, None if nombre is None else int(nombre))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 4


def taper(lits: Lits, ordres: Iterable[Ordre]) -> None:
    """Type figures.

    Raises:
        OrdreError: One belongs to no unit, or may not be typed; some may have been typed before it.
    """
    for one in ordres:
        unite = _unit(lits, one.unite)
        refus = lits.refus(Ligne(unite, Sorte(one.nature.value)), one.statut)
        if refus is not None:
            raise OrdreError(f"« {lits.saisis[unite].unite.nom} » : {refus}")
        lits.poser(unite, _figure(lits, unite, one), one.nombre)


def _unit(lits: Lits, text: str) -> UUID:
    wanted = _folded(text)
    found = [one for one in lits.saisis if len(text) >= SHORTEST and str(one).startswith(wanted)]
    found = found or [one for one, saisi in lits.saisis.items() if _folded(saisi.unite.nom) == wanted]
    if len(found) != 1:
        many = (
            "désigne plusieurs unités : donnez son identifiant (lits montrer)" if found else "n'est pas une unité ici"
        )
        raise OrdreError(f"« {text} » {many}.")
    return found[0]


def _figure(lits: Lits, unite: UUID, one: Ordre) -> Chiffre:
    """Give the figure that is meant: of the type that is told, else of the only one there is, else of the usual one."""
    sorte = Sorte(one.nature.value)
    if one.type or not lits.asks_type(one.statut):
        return Chiffre(sorte, one.statut, one.type)
    held = lits.saisis[unite].cases(sorte, one.statut)
    usual = lits.usual_type(unite, one.statut)
    if len(held) > 1 or not (held or usual):
        name = lits.saisis[unite].unite.nom
        raise OrdreError(f"« {name} » : dites le type des lits {MOTS[one.statut]}, par son code : /CODE=NOMBRE.")
    return held[0] if held else Chiffre(sorte, one.statut, usual)
