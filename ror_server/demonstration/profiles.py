"""What the demonstration is made of, as data: words, categories of establishment, types of unit."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import cos, sin, sqrt
from typing import Any

from ror_server.nomenclatures import by_code, categorie_eg
from ror_tui.api_client.models import Circuit, Discipline

_DATA = files(__package__) / "data"

GOLDEN_ANGLE = 2.399963
"""Radians between two turns of the spiral in which the invented towns lie."""

AgeRange = tuple[int, int | None]


@dataclass(frozen=True, slots=True)
class UnitType:
    """A type d'UO with what a unit of that type plausibly answers."""

    code: str
    libelle: str
    disciplines: tuple[str, ...]
    modes: tuple[str, ...]
    activites: tuple[str, ...]
    ages: tuple[AgeRange, ...]
    publics: tuple[str, ...]

    def discipline_in(self, establishment: Discipline) -> str:
        """Give the discipline of a unit of this type: that of its establishment where the type allows it."""
        if not self.disciplines or establishment.value in self.disciplines:
            return establishment.value
        return self.disciplines[0]


@dataclass(frozen=True, slots=True)
class Profile:
    """A category of establishment: how many, who runs it, what it is called, what it holds."""

    code: str
    weight: int
    manager: str
    names: tuple[str, ...]
    described_percent: int
    units: tuple[int, int]
    types: tuple[UnitType, ...]
    poles: tuple[tuple[str, tuple[UnitType, ...]], ...]
    domaine: str
    circuit: Circuit
    discipline: Discipline


@dataclass(frozen=True, slots=True)
class Departement:
    """A département and its towns, each with its post code."""

    code: str
    weight: int
    towns: tuple[tuple[str, str], ...]


def _read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((_DATA / f"{name}.json").read_text(encoding="utf-8"))
    return found


@cache
def words() -> Mapping[str, tuple[str, ...]]:
    """Give the word lists by name."""
    return {name: tuple(entries) for name, entries in _read("mots").items() if name != "departements"}


@cache
def departements() -> tuple[Departement, ...]:
    """Give the eight départements; only Paris has its real name, the other towns are invented."""
    return tuple(
        Departement(row["code"], row["poids"], tuple(_towns(row["code"], row["villes"])))
        for row in _read("mots")["departements"]
    )


def _towns(code: str, names: list[str] | None) -> list[tuple[str, str]]:
    if names is None:
        return [("Paris", f"{code}{district:03d}") for district in range(1, 21)]
    return [(name, f"{code}{10 * place:03d}") for place, name in enumerate(names, 1)]


@cache
def resources() -> Mapping[str, Any]:
    """Give what units have besides their type: publics by age, skills and professions by discipline, who answers."""
    return _read("ressources")


@cache
def unit_types() -> Mapping[str, UnitType]:
    """Give the types of unit by code."""
    raw = _read("types")
    labels = by_code("JDV_J238")
    ages = {name: tuple((low, high) for low, high in ranges) for name, ranges in raw["ages"].items()}
    return {
        code: UnitType(
            code,
            labels[code].libelle,
            tuple(labels[code].filtres.get("discipline", ())),
            tuple(modes),
            tuple(activites),
            ages[age],
            tuple(resources()["publics"][age]),
        )
        for code, (age, modes, activites) in raw["types"].items()
    }


@cache
def profiles() -> tuple[Profile, ...]:
    """Give the categories of establishment of the region."""
    raw = _read("categories")
    return tuple(_profile(row, raw) for row in raw["categories"])


def _profile(row: Mapping[str, Any], raw: Mapping[str, Any]) -> Profile:
    types, category = unit_types(), categorie_eg(row["code"])
    poles = raw[row["poles"]] if "poles" in row else {}
    return Profile(
        code=row["code"],
        weight=row["poids"],
        manager=row["gestionnaire"],
        names=tuple(row["noms"]),
        described_percent=row["decrits"],
        units=(row["unites"][0], row["unites"][1]),
        types=tuple(types[code] for code in row.get("types", ())),
        poles=tuple((name, tuple(types[code] for code in codes)) for name, codes in poles.items()),
        domaine=category.domaine,
        circuit=category.circuit,
        discipline=category.discipline,
    )


def invented_places() -> Iterator[tuple[str, float, float]]:
    """Give post code, latitude and longitude of each invented town: in a spiral around a real centre."""
    for one in departements():
        if one.code in resources()["centres"]:
            latitude, longitude, extent = resources()["centres"][one.code]
            for turn, (_, code_postal) in enumerate(one.towns):
                angle, far = turn * GOLDEN_ANGLE, extent * sqrt(turn / len(one.towns))
                yield code_postal, latitude + far * sin(angle), longitude + 1.5 * far * cos(angle)
