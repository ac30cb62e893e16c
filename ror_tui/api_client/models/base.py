"""What every model of the contract stands on: answers, requests, pages, and the values of a fiche."""

from __future__ import annotations

from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict

Element = TypeVar("Element")


Valeur = bool | int | str | list[str] | None
"""The value of one field of a fiche; codes are strings, never numbers (DOMAIN §9)."""


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
