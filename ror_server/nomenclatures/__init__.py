"""Value sets of the ROR, as data: codes and labels carried over in our own compact format."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from ror_tui.api_client.models import Circuit, Code, Discipline, Nomenclature

_DATA = files(__package__) / "data"
_CATEGORIES = "categories-eg"
_DEPARTEMENTS = "departements"


@dataclass(frozen=True, slots=True)
class CategorieEg:
    """A category of establishment, with what follows from it."""

    code: str
    libelle: str
    domaine: str
    circuit: Circuit
    discipline: Discipline


def names() -> list[str]:
    """Give the names of the value sets, in order."""
    found = (entry.name.removesuffix(".json") for entry in _DATA.iterdir() if entry.name.endswith(".json"))
    return sorted(name for name in found if name not in {_CATEGORIES, _DEPARTEMENTS})


@cache
def nomenclature(name: str) -> Nomenclature:
    """Load a value set.

    Args:
        name: One of `names()`, for example `JDV_J238`.

    Raises:
        KeyError: When there is no such value set.
    """
    if name not in names():
        raise KeyError(name)
    raw = json.loads((_DATA / f"{name}.json").read_text(encoding="utf-8"))
    filters = {
        key: [Code(code=code, libelle=libelle) for code, libelle in pairs]
        for key, pairs in raw.get("filtres", {}).items()
    }
    codes = [Code(code=row[0], libelle=row[1], filtres=row[2] if len(row) > 2 else {}) for row in raw["codes"]]
    return Nomenclature(
        nom=raw["nom"], titre=raw["titre"], version=raw["version"], source=raw["source"], filtres=filters, codes=codes
    )


@cache
def by_code(name: str) -> dict[str, Code]:
    """Give the codes of a value set by code."""
    return {code.code: code for code in nomenclature(name).codes}


@cache
def all_codes() -> dict[str, dict[str, Code]]:
    """Give every value set, by name then by code: what the controls read."""
    return {name: by_code(name) for name in names()}


@cache
def categories_eg() -> dict[str, CategorieEg]:
    """Give the categories of establishment by code; discipline and circuit are our reading (docs/decisions/0005)."""
    raw = json.loads((_DATA / f"{_CATEGORIES}.json").read_text(encoding="utf-8"))
    return {
        code: CategorieEg(code, row["libelle"], row["domaine"], Circuit(row["circuit"]), Discipline(row["discipline"]))
        for code, row in raw["categories"].items()
    }


def categorie_eg(code: str, libelle: str = "") -> CategorieEg:
    """Give a category, also one that we do not know: it stays readable, under « Médico-Social et Social »."""
    unknown = CategorieEg(code, libelle or f"Catégorie {code}", "Non défini", Circuit.MEDICO_SOCIAL, Discipline.MSS)
    return categories_eg().get(code, unknown)


@cache
def departements() -> dict[str, str]:
    """Give the names of the départements by code (INSEE)."""
    raw = json.loads((_DATA / f"{_DEPARTEMENTS}.json").read_text(encoding="utf-8"))
    return dict(raw["departements"])
