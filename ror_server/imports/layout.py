"""The official layouts of the FINESS stocks, as data (DREES, notices of etalab-cs1100501 and etalab-cs1100502)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ror_tui.api_client.models import Kind


@dataclass(frozen=True, slots=True)
class Layout:
    """One official file: how its lines begin, what its columns are."""

    fichier: str
    tag: str
    kind: Kind
    columns: tuple[str, ...]
    noun: str


EG_LAYOUT = Layout(
    "etalab-cs1100502",
    "structureet",
    Kind.EG,
    (
        "section",
        "nofinesset",
        "nofinessej",
        "rs",
        "rslongue",
        "complrs",
        "compldistrib",
        "numvoie",
        "typvoie",
        "voie",
        "compvoie",
        "lieuditbp",
        "commune",
        "departement",
        "libdepartement",
        "ligneacheminement",
        "telephone",
        "telecopie",
        "categetab",
        "libcategetab",
        "categagretab",
        "libcategagretab",
        "siret",
        "codeape",
        "codemft",
        "libmft",
        "codesph",
        "libsph",
        "dateouv",
        "dateautor",
        "datemaj",
        "numuai",
    ),
    "établissement",
)

EJ_LAYOUT = Layout(
    "etalab-cs1100501",
    "structureej",
    Kind.EJ,
    (
        "section",
        "nofiness",
        "rs",
        "rslongue",
        "complrs",
        "numvoie",
        "typvoie",
        "voie",
        "compvoie",
        "compldistrib",
        "lieuditbp",
        "commune",
        "ligneacheminement",
        "departement",
        "libdepartement",
        "telephone",
        "statutjuridique",
        "libstatutjuridique",
        "categetab",
        "libcategetab",
        "siren",
        "codeape",
        "datecrea",
    ),
    "entité juridique",
)

LAYOUTS: Mapping[str, Layout] = {layout.tag: layout for layout in (EG_LAYOUT, EJ_LAYOUT)}

OVERSEAS: Mapping[str, str] = {"9A": "971", "9B": "972", "9C": "973", "9D": "974", "9E": "975", "9F": "976"}
"""FINESS writes the overseas départements on two characters."""

DEPARTEMENTS: Mapping[str, str] = {
    **{code: code for code in (f"{number:02d}" for number in range(1, 96)) if code != "20"},
    "2A": "2A",
    "2B": "2B",
    **OVERSEAS,
}
"""Département of the file → INSEE code."""

COMPLEMENTS: Mapping[str, str] = {"B": "BIS", "T": "TER", "Q": "QUATER", "C": "C"}
"""Complément de voie, spelt out."""


def commune_insee(departement: str, commune: str) -> str:
    """Give the INSEE code of a commune.

    Args:
        departement: As in the file; overseas ones count for « 97 », the commune then has the third digit of its own.
        commune: Three digits.
    """
    return ("97" if departement in OVERSEAS else departement) + commune
