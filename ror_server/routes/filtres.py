"""The filters of the Répertoire as a query: one dependency for the tree and for the search."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated, TypeVar

from fastapi import Depends, Query

from ror_server.problems import InvalidError
from ror_tui.api_client.models import Discipline, Filtres, Peuplement

Word = TypeVar("Word", bound=StrEnum)

MOST_CODES = 200
"""Codes in one list: more than anybody ticks, fewer than a query can hold."""

_List = Annotated[str | None, Query(max_length=2000, description="Separated by commas.")]


async def filtres(
    *,
    disciplines: Annotated[
        str | None, Query(max_length=100, description="Ticked disciplines, separated by commas; all when absent.")
    ] = None,
    communes: _List = None,
    categories: _List = None,
    peuplement: _List = None,
    dossier_ouvert: bool = False,
    a_moi: bool = False,
    texte: Annotated[str, Query(max_length=200)] = "",
) -> Filtres:
    """Read the filters, as `Filtres.query` writes them.

    Raises:
        InvalidError: An unknown word, or too many codes.
    """
    return Filtres(
        disciplines=None if disciplines is None else _words(Discipline, disciplines, "Discipline inconnue"),
        communes=_codes(communes),
        categories=_codes(categories),
        peuplement=_words(Peuplement, peuplement, "État de peuplement inconnu"),
        dossier_ouvert=dossier_ouvert,
        a_moi=a_moi,
        texte=texte,
    )


Filtered = Annotated[Filtres, Depends(filtres)]


def _codes(given: str | None) -> list[str]:
    found = [one for one in _split(given) if one.isalnum()]
    if len(found) > MOST_CODES:
        raise InvalidError(f"Trop de valeurs dans un même filtre : {MOST_CODES} au plus.")
    return found


def _words(words: type[Word], given: str | None, fault: str) -> list[Word]:
    try:
        return [words(one) for one in _split(given)]
    except ValueError as error:
        raise InvalidError(f"{fault} : choisissez parmi {', '.join(words)}.") from error


def _split(given: str | None) -> Iterable[str]:
    return (one.strip() for one in (given or "").split(",") if one.strip())
