"""Value sets of the ROR, as data: codes and labels carried over in our own compact format."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from ror_tui.api_client.models import Circuit, Code, Discipline, Nomenclature

_DATA = files(__package__) / "data"
_CATEGORIES = "categories-eg"
_DEPARTEMENTS = "departements"

_imported: dict[str, Nomenclature] = {}
_stamp: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CategorieEg:
    """A category of establishment, with what follows from it."""

    code: str
    libelle: str
    domaine: str
    circuit: Circuit
    discipline: Discipline


@cache
def _shipped() -> frozenset[str]:
    found = (entry.name.removesuffix(".json") for entry in _DATA.iterdir() if entry.name.endswith(".json"))
    return frozenset(name for name in found if name not in {_CATEGORIES, _DEPARTEMENTS})


def names() -> list[str]:
    """Give the names of the value sets, in order."""
    return sorted(_shipped() | _imported.keys())


def install(imported: Mapping[str, Nomenclature], *, stamp: tuple[str, ...]) -> None:
    """Use the lists that an administrator imported, over those that ship with the server, in this whole process.

    Args:
        imported: By name; what was installed before is forgotten.
        stamp: What tells these lists from others.
    """
    global _stamp  # noqa: PLW0603  # the lists of a server are those of its process
    _imported.clear()
    _imported.update(imported)
    _stamp = stamp
    by_code.cache_clear()
    all_codes.cache_clear()


def installed() -> tuple[str, ...]:
    """Give the stamp of the lists that are installed."""
    return _stamp


def find(name: str) -> Nomenclature | None:
    """Give a value set, or None when there is none of that name."""
    return nomenclature(name) if name in names() else None


def nomenclature(name: str) -> Nomenclature:
    """Give a value set: as it was imported, or as it ships with the server.

    Args:
        name: One of `names()`, for example `JDV_J238`.

    Raises:
        KeyError: When there is no such value set.
    """
    return _imported[name] if name in _imported else _load(name)


@cache
def _load(name: str) -> Nomenclature:
    if name not in _shipped():
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
