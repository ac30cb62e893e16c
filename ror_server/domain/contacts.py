"""The contacts of a unit: rows with a level, each with coordinates that have a level of their own (DOMAIN §4.3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ror_tui.api_client.models import LIGNE_ID, Ligne, Valeur, Valeurs, lignes_de, vide

CONTACTS, TELECOMS, BOITES = "contacts", "telecoms", "boites_mss"

STRICTEST = 3
"""« Visible régulation et gestion de crise » (J222)."""

Niveaux = Mapping[str, int]
"""Levels by path: « zone_poser », « contacts/4f1a », « contacts/4f1a/telecoms/09bc »."""

RESERVED: Niveaux = {"niveau_recours_orsan": STRICTEST, "zone_poser": STRICTEST}
"""Fields that have a level themselves, the `niveau` of their form (DOMAIN §4.2)."""


@dataclass(frozen=True, slots=True)
class Contact:
    """What is shown of a contact in a line: who, what for, and the first way to reach them."""

    niveau: int
    nom: str = ""
    fonction: str | None = None
    canal: str | None = None
    coordonnee: str = ""


def level_of(valeur: Valeur) -> int | None:
    """Read a level of J222, None when it is none of the three."""
    return int(valeur) if isinstance(valeur, str) and valeur in {"1", "2", "3"} else None


def levels(valeurs: Valeurs) -> dict[str, int]:
    """Give the level of each field and row that can be reserved; a coordinate is at least as reserved as its contact.

    Args:
        valeurs: The answers of a fiche; a level that is not told is the strictest one.
    """
    own = {champ: level for champ, level in RESERVED.items() if champ in valeurs}
    return {**own, **dict(_rows(valeurs, CONTACTS, TELECOMS)), **dict(_rows(valeurs, BOITES, None))}


def _rows(valeurs: Mapping[str, Valeur], groupe: str, below: str | None) -> Iterable[tuple[str, int]]:
    for row in lignes_de(valeurs.get(groupe)):
        path, own = f"{groupe}/{row.get(LIGNE_ID)}", level_of(row.get("niveau")) or STRICTEST
        yield path, own
        for inner, level in _rows(row, below, None) if below else ():
            yield f"{path}/{inner}", max(own, level)


def strictest(states: Iterable[Valeurs]) -> dict[str, int]:
    """Give the level of each row as strictly as it was in any of some states of a fiche."""
    found: dict[str, int] = {}
    for valeurs in states:
        for path, level in levels(valeurs).items():
            found[path] = max(level, found.get(path, 0))
    return found


def readable_rows(valeurs: Valeurs, niveau: int, known: Niveaux | None = None) -> Valeurs:
    """Keep of a fiche the contacts and coordinates that are seen.

    Args:
        valeurs: The answers.
        niveau: The level that the reader sees.
        known: Levels that count besides those of the rows themselves.
    """
    held = levels(valeurs)
    found = {path: max(level, (known or {}).get(path, 0)) for path, level in held.items()}
    if all(level <= niveau for level in found.values()):
        return dict(valeurs)
    kept = {champ: valeur for champ, valeur in valeurs.items() if found.get(champ, 0) <= niveau}
    for groupe in (CONTACTS, BOITES):
        if groupe in kept:
            kept[groupe] = _seen(lignes_de(kept[groupe]), groupe, niveau, found) or None
    return {champ: valeur for champ, valeur in kept.items() if valeur is not None}


def _seen(rows: Iterable[Ligne], prefix: str, niveau: int, found: Niveaux) -> list[Ligne]:
    kept = []
    for row in rows:
        path = f"{prefix}/{row.get(LIGNE_ID)}"
        if found.get(path, STRICTEST) > niveau:
            continue
        inner = _seen(lignes_de(row.get(TELECOMS)), f"{path}/{TELECOMS}", niveau, found)
        others = {key: valeur for key, valeur in row.items() if key != TELECOMS}
        kept.append(others | ({TELECOMS: inner} if inner else {}))
    return kept


def principal(valeurs: Valeurs, niveau: int = STRICTEST) -> Contact | None:
    """Give the contact that stands for a unit in a list: the first of the most widely visible ones; None for none.

    Args:
        valeurs: The answers of the fiche.
        niveau: The level that the reader sees; what is above is left out.
    """
    seen = valeurs if niveau >= STRICTEST else readable_rows({CONTACTS: valeurs.get(CONTACTS)}, niveau)
    found = [one for row in lignes_de(seen.get(CONTACTS)) if (one := _contact(row)) is not None]
    return min(found, key=lambda one: one.niveau, default=None)


def _contact(row: Ligne) -> Contact | None:
    """Read a contact; one that has neither a name nor a coordinate is none."""
    own = level_of(row.get("niveau")) or STRICTEST
    told = [one for one in lignes_de(row.get(TELECOMS)) if not vide(one.get("valeur"))]
    first = min(told, key=lambda one: max(own, level_of(one.get("niveau")) or STRICTEST), default={})
    nom, coordonnee = _text(row.get("nom")), _text(first.get("valeur"))
    if not (nom or coordonnee):
        return None
    return Contact(own, nom, _text(row.get("fonction")) or None, _text(first.get("canal")) or None, coordonnee)


def _text(valeur: Valeur) -> str:
    return valeur if isinstance(valeur, str) else ""


def reachable(valeurs: Valeurs) -> bool:
    """Tell whether somebody can be reached: a function or a nature, with a channel, an address and its level."""
    return any(
        not (vide(row.get("fonction")) and vide(row.get("nature")))
        and any(_complete(one) for one in lignes_de(row.get(TELECOMS)))
        for row in lignes_de(valeurs.get(CONTACTS))
    )


def _complete(telecom: Ligne) -> bool:
    return not any(vide(telecom.get(champ)) for champ in ("canal", "valeur", "niveau"))
