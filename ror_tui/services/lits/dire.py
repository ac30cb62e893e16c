"""What is said of beds and places in words, on the screen and without one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta

from ror_tui.api_client.models import AUCUNE, COURANT, NatureCapacite, Nomenclature, StatutCapacite, UniteLits
from ror_tui.services.lits.chiffres import Chiffre, Sorte, chiffres
from ror_tui.texts import plain

NATURES: Mapping[str, str] = {NatureCapacite.LIT: "Lits", NatureCapacite.PLACE: "Places"}
MOTS: Mapping[StatutCapacite, str] = {
    StatutCapacite.INSTALLE: "installés",
    StatutCapacite.DISPONIBLE: "disponibles",
    StatutCapacite.OCCUPE: "occupés",
    StatutCapacite.RESERVE: "réservés",
    StatutCapacite.FERME: "fermés",
    StatutCapacite.SUPPLEMENTAIRE: "supplémentaires",
}
LISTS = ("JDV_J189", "JDV_J190", "JDV_J191", "JDV_J192", "JDV_J193", "JDV_J194", "JDV_J195")
"""Value sets whose labels are shown."""

Labels = Mapping[str, Mapping[str, str]]
"""Labels of each value set, by code."""


def labels(nomenclatures: Mapping[str, Nomenclature]) -> Labels:
    """Give the labels of the codes, by value set."""
    return {name: {code.code: code.libelle for code in one.codes} for name, one in nomenclatures.items()}


def label(known: Labels, name: str, code: str) -> str:
    """Give the label of a code; a code that nobody knows stays readable."""
    return plain(known.get(name, {}).get(code, f"code {code}"))


def sort_text(sorte: Sorte, known: Labels) -> str:
    """Say what a line counts: « Lits », « Places · Covid+ », « Lits · prév. 24 h · femme »."""
    parts = [NATURES.get(sorte.nature, sorte.nature)]
    if sorte.temporalite != COURANT:
        parts.append(_short(label(known, "JDV_J189", sorte.temporalite)))
    if sorte.genre:
        parts.append(label(known, "JDV_J190", sorte.genre).lower())
    if sorte.affectation != AUCUNE:
        parts.append(label(known, "JDV_J195", sorte.affectation))
    if sorte.crise:
        parts.append(label(known, "JDV_J194", sorte.crise))
    return " · ".join(parts)


def _short(text: str) -> str:
    """Shorten « Prévisionnel 24 heures » to « prév. 24 h »."""
    return re.sub(r" (h|j)(eures?|ours?)$", r" \1", text.lower().replace("prévisionnel", "prév."))


def type_list(statut: StatutCapacite) -> str:
    """Give the value set of the types of a status."""
    return "JDV_J191" if statut is StatutCapacite.FERME else "JDV_J192"


def age_text(age: timedelta | None) -> str:
    """Say an age in the fewest words: « il y a 3 j »."""
    if age is None:
        return "jamais"
    if age >= timedelta(days=1):
        return f"il y a {age.days} j"
    hours, minutes = age.seconds // 3600, age.seconds // 60
    if hours:
        return f"il y a {hours} h"
    return f"il y a {minutes} min" if minutes else "à l'instant"


def mot(statut: StatutCapacite, nature: str) -> str:
    """Say a status of beds, or of places: « installés », « installées »."""
    return MOTS[statut].replace("és", "ées") if nature == NatureCapacite.PLACE else MOTS[statut]


def words(one: Chiffre, known: Labels) -> str:
    """Say what a figure counts: « lits disponibles »."""
    return f"{sort_text(one.sorte, known)} {mot(one.statut, one.sorte.nature)}".lower()


def figures(unite: UniteLits, known: Labels) -> Iterator[str]:
    """Say each figure of a unit: « 12 lits installés », « 2 lits fermés (temporaire) »."""
    for one, nombre in sorted(chiffres(unite.capacites).items()):
        kind = f" ({label(known, type_list(one.statut), one.type).lower()})" if one.type else ""
        yield f"{nombre} {words(one, known)}{kind}"
