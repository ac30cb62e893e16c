"""The criteria of the Recherche as a query: one dependency for its four routes."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Annotated

from fastapi import Depends, Query

from ror_server import nomenclatures
from ror_server.problems import InvalidError
from ror_server.services.offres import LISTS
from ror_tui.api_client.models import CriteresOffres, Discipline, ErreurChamp

MOST_CODES = 200
"""Codes in one list: more than anybody ticks, fewer than a query can hold."""

_COMMUNE = re.compile(r"[0-9][0-9AB][0-9]{3}")

_List = Annotated[str, Query(max_length=4000, description="Codes, separated by commas.")]


def criteres(
    *,
    types: _List = "",
    activites: _List = "",
    modes: _List = "",
    disciplines: _List = "",
    publics: _List = "",
    competences: _List = "",
    professions: _List = "",
    departements: _List = "",
    communes: _List = "",
    distance: Annotated[int | None, Query(ge=1, le=200, description="Kilometres around the one commune.")] = None,
    age: Annotated[int | None, Query(ge=0, le=130, description="Years.")] = None,
    texte: Annotated[str, Query(max_length=200)] = "",
) -> CriteresOffres:
    """Read the criteria, as `CriteresOffres.query` writes them.

    Raises:
        InvalidError: An unknown code, too many codes, a distance without its one commune.
    """
    given = {
        "types": types,
        "activites": activites,
        "modes": modes,
        "publics": publics,
        "competences": competences,
        "professions": professions,
    }
    coded = {name: _known(name, text, nomenclatures.by_code(LISTS[name])) for name, text in given.items()}
    places = _split("communes", communes)
    unreadable = next((code for code in places if not _COMMUNE.fullmatch(code)), None)
    if unreadable is not None:
        raise _refused("communes", f"« {unreadable} » n'est pas un code INSEE de commune : cinq caractères.")
    if distance is not None and len(places) != 1:
        raise _refused("distance", "Une distance se compte autour d'une commune : donnez-en une, et une seule.")
    return CriteresOffres(
        **coded,
        disciplines=[Discipline(code) for code in _known("disciplines", disciplines, set(Discipline))],
        departements=_known("departements", departements, nomenclatures.departements()),
        communes=places,
        distance=distance,
        age=age,
        texte=texte,
    )


Asked = Annotated[CriteresOffres, Depends(criteres)]


def _known(name: str, text: str, codes: Collection[str]) -> list[str]:
    found = _split(name, text)
    unknown = next((code for code in found if code not in codes), None)
    if unknown is not None:
        raise _refused(name, f"Critère « {name} » : le code « {unknown[:20]} » n'existe pas.")
    return found


def _split(name: str, text: str) -> list[str]:
    found = list(dict.fromkeys(code.strip() for code in text.split(",") if code.strip()))
    if len(found) > MOST_CODES:
        raise _refused(name, f"Critère « {name} » : {len(found)} codes, c'est trop ; {MOST_CODES} au plus.")
    return found


def _refused(name: str, message: str) -> InvalidError:
    return InvalidError(message, [ErreurChamp(pointer=f"/query/{name}", code="critere", message=message)])
