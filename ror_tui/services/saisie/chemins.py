"""Paths to a field, or to a row of a repeating group: « contacts », « contacts/4f1a », « contacts/4f1a/nom »."""

from __future__ import annotations

from ror_tui.api_client.models import Valeur, Valeurs
from ror_tui.api_client.models.base import LIGNE_ID, Ligne, lignes_de

Chemin = tuple[str, ...]
"""Ids of fields and of rows in turn: an odd length leads to a field, an even one to a row."""


def en_texte(chemin: Chemin) -> str:
    """Write a path as a `Constat` does."""
    return "/".join(chemin)


def depuis(texte: str) -> Chemin:
    """Read a path as a `Constat` writes it."""
    return tuple(texte.split("/"))


def lire(valeurs: Valeurs, chemin: Chemin) -> Valeur:
    """Give the value of a field; None when a row of the path is gone.

    Args:
        valeurs: The answers.
        chemin: Path to a field.
    """
    for champ, ligne_id in zip(chemin[::2], chemin[1::2], strict=False):
        found = _ligne(valeurs.get(champ), ligne_id)
        if found is None:
            return None
        valeurs = found
    return valeurs.get(chemin[-1])


def ligne(valeurs: Valeurs, chemin: Chemin) -> Ligne | None:
    """Give a row, None when it is gone.

    Args:
        valeurs: The answers.
        chemin: Path to a row.
    """
    return _ligne(lire(valeurs, chemin[:-1]), chemin[-1])


def _ligne(valeur: Valeur, ligne_id: str) -> Ligne | None:
    return next((row for row in lignes_de(valeur) if row.get(LIGNE_ID) == ligne_id), None)


def poser(valeurs: Valeurs, chemin: Chemin, valeur: Valeur) -> Valeurs:
    """Give the answers with one value changed; what was given stays as it was.

    Args:
        valeurs: The answers.
        chemin: Path to a field; one through a row that is gone changes nothing.
        valeur: Its value.
    """
    champ, *rest = chemin
    if not rest:
        return {**valeurs, champ: valeur}
    rows: list[Ligne] = [
        poser(row, tuple(rest[1:]), valeur) if row.get(LIGNE_ID) == rest[0] else row
        for row in lignes_de(valeurs.get(champ))
    ]
    return {**valeurs, champ: rows}
