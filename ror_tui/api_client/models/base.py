"""What every model of the contract stands on: answers, requests, pages, and the values of a fiche."""

from __future__ import annotations

from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict
from typing_extensions import TypeAliasType

Element = TypeVar("Element")

LIGNE_ID = "id"
"""The key that names a row of a repeating group: minted by who adds it, the same for ever, never shown."""

Valeur = TypeAliasType("Valeur", "bool | int | str | list[str] | list[dict[str, Valeur]] | None")
"""The value of one field of a fiche; codes, dates, hours and amounts are strings, never numbers (DOMAIN §9).

A repeating group is a list of rows; a row is the values of its own fields by id, and its `LIGNE_ID`.
"""

Ligne = dict[str, Valeur]

Valeurs = dict[str, Valeur]


class Contrat(BaseModel):
    """Base of every answer: unknown fields are ignored, so that an older client survives a newer server."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Demande(BaseModel):
    """Base of every request body: unknown fields are refused, so that a typing mistake is never lost in silence."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Page(Contrat, Generic[Element]):
    """One page of a keyset walk; `suivant` is the opaque cursor of the next one."""

    elements: list[Element]
    suivant: str | None = None
    total: int | None = None


def vide(valeur: Valeur) -> bool:
    """Tell whether a field counts as not filled: null, blank text, or an empty list (registries §4.1)."""
    if valeur is None:
        return True
    if isinstance(valeur, str):
        return not valeur.strip()
    return isinstance(valeur, list) and not valeur


def egales(left: Valeur, right: Valeur) -> bool:
    """Tell whether two values are equal for the ROR: empty is null, codes have no order, the rows of a group have one.

    Args:
        left: A value of a field, or of a field of a row.
        right: Another one.
    """
    if left is right:
        return True
    if vide(left) or vide(right):
        return vide(left) and vide(right)
    if isinstance(left, list) and isinstance(right, list):
        rows, others = lignes_de(left), lignes_de(right)
        if rows or others:
            same_length = len(left) == len(right) == len(rows) == len(others)
            return same_length and all(map(_same_row, rows, others))
        return set(codes_de(left)) == set(codes_de(right))
    return type(left) is type(right) and left == right


def _same_row(left: Ligne, right: Ligne) -> bool:
    return all(egales(left.get(key), right.get(key)) for key in left.keys() | right.keys())


def codes_de(valeur: Valeur) -> list[str]:
    """Give the codes of a field that holds one or several; a repeating group has none."""
    given = valeur if isinstance(valeur, list) else [valeur]
    return [code for code in given if isinstance(code, str) and code]


def lignes_de(valeur: Valeur) -> list[Ligne]:
    """Give the rows of a repeating group; any other value has none."""
    return [ligne for ligne in valeur if isinstance(ligne, dict)] if isinstance(valeur, list) else []
