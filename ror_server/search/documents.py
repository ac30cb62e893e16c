"""What the index holds of a structure: read from the Répertoire's own tables."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa

from ror_server import nomenclatures
from ror_server.domain.words import fold
from ror_server.search.bands import KINDS
from ror_server.search.query import tag
from ror_server.search.spelling import LONGEST_CODE, spread
from ror_server.store.tables import structures
from ror_tui.api_client.models import Discipline, Kind

Row = sa.Row[*tuple[Any, ...]]
_CITIES = {"paris": "750", "lyon": "690", "marseille": "130"}
_COLUMNS = ("id", "kind", "parent_id", "eg_id", "nom_tri", "raison_sociale", "finess", "siren", "siret", "categorie",
            "disciplines", "departement", "commune", "code_postal", "ville", "fermee_le", "peuplement")  # fmt: skip


class Document(NamedTuple):
    """A structure as the index holds it."""

    id: str
    kind: int
    closed: bool
    key: str
    n: str
    l: str  # noqa: E741  # the column's name in the index
    f: str
    departement: str | None
    eg: str


class Context(NamedTuple):
    """What a structure gives to those below it: words, and the filters of its establishment."""

    names: str
    places: str
    tags: str
    departement: str | None
    closed: bool


def columns() -> list[sa.ColumnElement[Any]]:
    """Give the columns to read, with the type of a unit: that of a sensitive one finds nothing (DOMAIN §6.3)."""
    type_uo = structures.c.valeurs["type_uo"].as_string().label("type_uo")
    sensible = structures.c.valeurs["unite_sensible"].as_boolean().label("sensible")
    return [*(structures.c[name] for name in _COLUMNS), type_uo, sensible]


def document(row: Row, above: Mapping[UUID, Context]) -> tuple[Document, Context]:
    """Write a structure for the index.

    Args:
        row: With `columns()`.
        above: Contexts of its parent and of its establishment, where it has them.
    """
    kind = KINDS.index(Kind(row.kind))
    parent = above.get(row.parent_id)
    eg = above.get(row.eg_id) if row.eg_id else None
    names = spread(row.nom_tri)
    numbers = " ".join(number.lower() for number in (row.finess, row.siret, row.siren) if number)
    if row.kind in {Kind.EG, Kind.EJ}:
        places = _place(row)
        legal = spread(fold(row.raison_sociale or ""))
        inherited = parent.names if parent else ""
        tags = _own_tags(row)
        context = Context(f"{names} {places}".strip(), places, tags, row.departement, row.fermee_le is not None)
        places = f"{legal} {places} {inherited}"
    else:
        inherited = parent.names if parent and row.parent_id != row.eg_id else ""
        own_type = "" if row.sensible else _type(row.type_uo)
        places = f"{own_type} {inherited} {eg.names if eg else ''}"
        tags = eg.tags if eg else ""
        context = Context(names, "", "", eg.departement if eg else None, eg.closed if eg else False)
    written = Document(
        id=str(row.id),
        kind=kind,
        closed=context.closed,
        key=row.nom_tri,
        n=f"{names} {numbers}".strip(),
        l=_without(places, names),
        f=f"{tag('g', row.kind)} {tags} {_disciplines(row.disciplines)}",
        departement=context.departement,
        eg=str(row.eg_id or row.id),
    )
    return written, context


def _without(places: str, names: str) -> str:
    own = set(names.split())
    return " ".join(word for word in dict.fromkeys(places.split()) if word not in own)


def _place(row: Row) -> str:
    ville = fold(row.ville or "")
    parts = [spread(ville), row.code_postal or "", _departement(row.departement), _category(row.categorie)]
    for city, start in _CITIES.items():
        if ville.startswith(city) and (row.code_postal or "").startswith(start):
            number = int(str(row.code_postal)[-2:])
            parts.append(f"{number} {number}e {number}eme" if number else "")
    return " ".join(part for part in parts if part)


@lru_cache(maxsize=256)
def _departement(code: str | None) -> str:
    return f"{fold(nomenclatures.departements().get(code, ''))} {fold(code)}" if code else ""


@lru_cache(maxsize=1024)
def _category(code: str | None) -> str:
    return spread(fold(nomenclatures.categorie_eg(code).libelle)) if code else ""


@lru_cache(maxsize=1024)
def _type(code: str | None) -> str:
    found = nomenclatures.by_code("JDV_J238").get(code or "")
    return spread(fold(found.libelle)) if found else ""


@lru_cache(maxsize=256)
def _disciplines(bits: int) -> str:
    return " ".join(tag("x", one.value) for index, one in enumerate(Discipline) if bits & 1 << index) or tag(
        "x", "none"
    )


def _own_tags(row: Row) -> str:
    given = {"d": row.departement, "c": row.commune, "k": row.categorie, "p": row.peuplement}
    return " ".join(tag(prefix, value) for prefix, value in given.items() if value)


def vocabulary(written: Collection[Document]) -> set[str]:
    """Give the words of some documents that can be mistyped: not the numbers."""
    return {
        word
        for one in written
        for word in (*one.n.split(), *one.l.split())
        if not (word.isdigit() and len(word) > LONGEST_CODE)
    }
