"""Lists of groups that a region keeps: territoires de santé, catégories de besoins, filières (docs/decisions/0009)."""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from ror_server.domain.identifiers import finess_fault
from ror_server.domain.words import NAME_MAX, clean
from ror_tui.api_client.models import Afficher

COLUMNS = ("genre", "code", "libelle", "critere", "valeur")

PREFIXES: Mapping[Afficher, str] = {
    Afficher.CATEGORIE_BESOINS: "bes",
    Afficher.TERRITOIRE: "ter",
    Afficher.FILIERE: "fil",
}
"""First part of the key of a group, by genre; the genre is also the view that shows it."""

FREE_CRITERIA = ("commune", "finess")
"""Criteria whose values are numbers with a form of their own; all others are codes of a known list."""

_CODE = re.compile(r"[0-9A-Za-z._-]{1,40}")
_COMMUNE = re.compile(r"\d[0-9AB]\d{3}")


@dataclass(slots=True)
class Group:
    """A group: an establishment belongs to it when one of its criteria holds."""

    key: str
    genre: Afficher
    libelle: str
    criteria: set[tuple[str, str]] = field(default_factory=set)
    """Name of the criterion, value."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a line."""

    ligne: int
    champ: str
    raison: str


Codes = Mapping[str, Collection[str]]
"""Codes that each criterion may take."""


def read(lines: Iterable[str], codes: Codes) -> tuple[list[Group], list[Fault]]:
    """Read a file of groups.

    Args:
        lines: Its lines, the header first: `genre;code;libelle;critere;valeur`.
        codes: Codes that each criterion may take, but for those of `FREE_CRITERIA`.

    Returns:
        The groups in the order of the file, and what is wrong; groups are worth nothing when something is.
    """
    reader = csv.reader(lines, delimiter=";")
    header = [name.strip().lower() for name in next(reader, [])]
    if tuple(header) != COLUMNS:
        return [], [Fault(1, "en-tête", f"la première ligne doit être « {';'.join(COLUMNS)} »")]
    groups: dict[str, Group] = {}
    faults: list[Fault] = []
    for cells in reader:
        line = reader.line_num
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(COLUMNS):
            faults.append(Fault(line, "ligne", f"{len(COLUMNS)} colonnes sont attendues, celle-ci en a {len(cells)}"))
            continue
        found = _line(dict(zip(COLUMNS, map(clean, cells), strict=True)), groups, codes)
        faults += [Fault(line, champ, raison) for champ, raison in found]
    if not groups and not faults:
        faults.append(Fault(1, "fichier", "il n'y a aucun groupe"))
    return list(groups.values()), faults


def _line(row: Mapping[str, str], groups: dict[str, Group], codes: Codes) -> list[tuple[str, str]]:
    """Take a line into its group, or say what is wrong with it."""
    if row["genre"] not in PREFIXES:
        return [("genre", f"« {row['genre']} » est inconnu : {', '.join(PREFIXES)}")]
    if not _CODE.fullmatch(row["code"]):
        return [("code", "un code est fait de 1 à 40 lettres, chiffres, points ou tirets, sans accent")]
    genre = Afficher(row["genre"])
    key = f"{PREFIXES[genre]}:{row['code']}"
    group = groups.get(key) or Group(key, genre, row["libelle"])
    fault = _label_fault(group, row["libelle"]) or _criterion_fault(row["critere"], row["valeur"], codes)
    if fault:
        return [fault]
    groups[key] = group
    if row["critere"]:
        group.criteria.add((row["critere"], row["valeur"]))
    return []


def _label_fault(group: Group, libelle: str) -> tuple[str, str] | None:
    if not group.libelle or len(libelle) > NAME_MAX:
        return "libelle", f"le libellé manque, ou dépasse {NAME_MAX} caractères"
    if libelle and libelle != group.libelle:
        return "libelle", f"ce code s'appelle déjà « {group.libelle} » plus haut"
    return None


def _criterion_fault(critere: str, valeur: str, codes: Codes) -> tuple[str, str] | None:
    if not critere and not valeur:
        return None
    if critere == "commune":
        fits = _COMMUNE.fullmatch(valeur) is not None
        return None if fits else ("valeur", f"« {valeur} » n'est pas un code de commune (INSEE, 5 caractères)")
    if critere == "finess":
        fault = finess_fault(valeur)
        return ("valeur", fault) if fault else None
    if critere not in codes:
        return "critere", f"« {critere} » est inconnu : {', '.join((*codes, *FREE_CRITERIA))}"
    if valeur not in codes[critere]:
        return "valeur", f"« {valeur} » n'est pas un code connu de « {critere} »"
    return None
