"""Small files in the official FINESS layouts, made by the tests: no real establishment."""

from __future__ import annotations

import gzip
import lzma
from collections.abc import Iterable
from pathlib import Path

from ror_server.domain.identifiers import finess_key
from ror_server.imports.layout import EG_LAYOUT, EJ_LAYOUT

EJ_A, EJ_B = finess_key("01078001"), finess_key("01078002")
EHPAD, CH, MAS, CORSE, REUNION = (
    finess_key(eight) for eight in ("01000001", "01000002", "01000003", "2A000001", "97040001")
)
GOOD_SIRET = "26010004500012"

_EG = {
    "section": "structureet",
    "nofinesset": EHPAD,
    "nofinessej": EJ_A,
    "rs": "EHPAD LES TILLEULS",
    "numvoie": "12",
    "typvoie": "R",
    "voie": "DE L'ÉGLISE",
    "compvoie": "B",
    "lieuditbp": "BP 15",
    "commune": "004",
    "departement": "01",
    "libdepartement": "AIN",
    "ligneacheminement": "01500 AMBÉRIEU EN BUGEY",
    "telephone": "0474000000",
    "categetab": "500",
    "libcategetab": "EHPAD",
    "categagretab": "4401",
    "siret": GOOD_SIRET,
    "dateouv": "1990-05-17",
    "datemaj": "2025-11-30",
}

_EJ = {
    "section": "structureej",
    "nofiness": EJ_A,
    "rs": "ASSOCIATION DU BOIS",
    "numvoie": "1",
    "typvoie": "PL",
    "voie": "DU MARCHÉ",
    "commune": "004",
    "ligneacheminement": "01500 AMBÉRIEU EN BUGEY",
    "departement": "01",
    "libdepartement": "AIN",
    "telephone": "0474000001",
    "statutjuridique": "60",
    "siren": "260100045",
    "datecrea": "1980-01-01",
}


def eg(**fields: str) -> str:
    """Give a line of etalab-cs1100502; a field that is not given has a right value."""
    values = _EG | fields
    return ";".join(values.get(name, "") for name in EG_LAYOUT.columns)


def ej(**fields: str) -> str:
    """Give a line of etalab-cs1100501."""
    values = _EJ | fields
    return ";".join(values.get(name, "") for name in EJ_LAYOUT.columns)


REGION = (
    eg(),
    eg(nofinesset=CH, rs="CENTRE HOSPITALIER DE L'ŒUVRE", categetab="355", siret=""),
    eg(nofinesset=MAS, nofinessej=EJ_B, rs="MAS DU PARC", categetab="255", siret="", dateouv=""),
)


def stock(lines: Iterable[str], published: str = "2026-01-05") -> str:
    """Give the text of a file: header, then lines."""
    return "\n".join([f"finess;etalab;111;{published}", *lines, ""])


def write(
    path: Path, lines: Iterable[str] = REGION, published: str = "2026-01-05", encoding: str = "utf-8", pack: str = ""
) -> Path:
    """Write a file.

    Args:
        path: Where.
        lines: Lines after the header.
        published: Date of the header.
        encoding: A Python codec.
        pack: `xz`, `gz`, or nothing.
    """
    content = stock(lines, published).encode(encoding)
    match pack:
        case "xz":
            content = lzma.compress(content)
        case "gz":
            content = gzip.compress(content)
    path.write_bytes(content)
    return path
