"""Many units as a table: read from a file, checked cell by cell, then made in one action."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from pydantic import Field

from ror_tui.api_client.models.base import Contrat, Demande
from ror_tui.api_client.models.controles import Completude
from ror_tui.api_client.models.words import Discipline, Gravite, Peuplement

LARGEST_FILE = 3_000_000
"""Bytes of a file that can be read."""


class FichierTableau(Demande):
    """Body of `…/tableau/lecture`: a CSV, TSV or XLSX file, or what was pasted from a spreadsheet."""

    nom: str = Field(max_length=300)
    contenu: str = Field(max_length=2 * LARGEST_FILE, description="Base 64.")


class Grille(Contrat):
    """A table as texts."""

    entetes: list[str]
    lignes: list[list[str]]


class SaisieTableau(Demande):
    """Body of `…/tableau` and `…/tableau/controle`: rows with an identifier update, those without create."""

    parent_id: UUID = Field(description="Where to create the units that do not say it themselves.")
    entetes: list[str]
    lignes: list[list[str]]


class ColonneTableau(Contrat):
    """A column: the field that its header names, by label or by id."""

    entete: str
    champ: str | None
    raison: str | None = Field(default=None, description="Why the column is not read.")


class ConstatCellule(Contrat):
    """What a control found in a row; `bloquant` must be mended before anything is made."""

    colonne: int | None = Field(description="None when no column holds the field.")
    gravite: Gravite
    bloquant: bool
    message: str


class EffetLigne(StrEnum):
    """What a row does."""

    NOUVELLE = "nouvelle"
    MODIFIEE = "modifiee"
    INCHANGEE = "inchangee"
    REFUSEE = "refusee"


class LigneTableau(Contrat):
    """A row, as it would be made."""

    effet: EffetLigne
    nom: str
    cellules: list[str]
    constats: list[ConstatCellule]
    completude: Completude | None = Field(default=None, description="How far the unit would be filled.")
    peuplement: Peuplement | None = Field(default=None, description="Its état de peuplement, as it would be published.")


class TableauControle(Contrat):
    """A table with all that the controls found; `version` is that of the dossier."""

    version: int
    discipline: Discipline | None = Field(default=None, description="Of the establishment: the form depends on it.")
    categorie_eg: str | None = Field(default=None, description="Category of the establishment: so does the form.")
    colonnes: list[ColonneTableau]
    lignes: list[LigneTableau]
