"""What a newer file does to a structure that is already published: pure rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from ror_server.domain.words import fold
from ror_server.imports.rows import bare_name
from ror_tui.api_client.models import Kind

Row = Mapping[Any, Any]
"""A row of the database, by column name."""

COMPARED = (
    "parent_id",
    "siren",
    "siret",
    "categorie",
    "domaine",
    "circuit",
    "discipline",
    "departement",
    "commune",
    "code_postal",
    "ville",
    "adresse",
    "telephone",
    "ouverte_le",
)
"""Columns that always follow FINESS; the displayed name has its own rule."""

LABELS: Mapping[str, str] = {
    "siren": "SIREN",
    "siret": "SIRET",
    "categorie": "catégorie",
    "domaine": "domaine",
    "circuit": "circuit de validation",
    "discipline": "groupe de disciplines",
    "departement": "département",
    "commune": "commune",
    "code_postal": "code postal",
    "ville": "ville",
    "adresse": "adresse",
    "telephone": "téléphone",
    "ouverte_le": "date d'ouverture",
}


class Effect(StrEnum):
    """What happened to a structure, as counted at the end."""

    AJOUTE = "ajouté"
    RENOMME = "renommé"
    DEPLACE = "déplacé"
    MODIFIE = "modifié"
    FERME = "fermé"
    ROUVERT = "rouvert"


@dataclass(slots=True)
class Change:
    """New values of one structure, and the sentences that say so."""

    structure_id: UUID
    version: int
    finess: str
    nom: str
    ligne: int | None = None
    columns: dict[str, Any] = field(default_factory=dict)
    avant: dict[str, Any] = field(default_factory=dict)
    effects: list[tuple[Effect, str, str]] = field(default_factory=list)
    """Effect, column, sentence."""

    def kinds(self) -> set[Effect]:
        """Give the kinds of effect, each counted once for a structure."""
        return {effect for effect, _, _ in self.effects}

    def put(self, column: str, before: object, after: object) -> None:
        """Record a column that changes."""
        self.avant[column] = before
        self.columns[column] = after


def change(row: Row) -> Change:
    """Compare a published structure with its line of the file.

    The name is replaced only where nobody renamed the structure in the ROR (guide §4b): that is, where it still is the
    raison sociale of the former file.

    Args:
        row: `avant_…` and `apres_…` columns, `id`, `version`, `kind`, `finess`, `raison_sociale`, `ligne`.
    """
    found = Change(row["id"], row["version"], row["finess"], row["apres_nom"], row["ligne"])
    _names(row, found)
    for name in COMPARED:
        before, after = row[f"avant_{name}"], row[f"apres_{name}"]
        if before != after:
            found.put(name, before, after)
            found.effects.append(_moved(before, after) if name == "parent_id" else _field(name, before, after))
    if row["avant_fermee_le"]:
        found.put("fermee_le", row["avant_fermee_le"], None)
        found.effects.append((Effect.ROUVERT, "fermee_le", "de nouveau présent dans FINESS"))
    _search(row, found)
    return found


def closing(row: Row, published: date) -> Change:
    """Close an establishment that a newer file no longer has; its units stay."""
    found = Change(row["id"], row["version"], row["finess"], row["nom"])
    found.put("fermee_le", None, published.isoformat())
    found.effects.append((Effect.FERME, "fermee_le", "absent du fichier : fermé à la date du fichier"))
    return found


def _names(row: Row, found: Change) -> None:
    former, current, official = row["raison_sociale"], row["avant_nom"], row["apres_nom"]
    if former == official:
        return
    found.put("raison_sociale", former, official)
    given_by_finess = former or (bare_name(row["finess"]) if row["kind"] == Kind.EJ else current)
    if current == given_by_finess and current != official:
        found.put("nom", current, official)
        found.effects.append((Effect.RENOMME, "nom", f"« {current} » devient « {official} »"))
    elif current != official:
        kept = f"raison sociale « {official} » ; le nom choisi dans le ROR, « {current} », est gardé"
        found.effects.append((Effect.MODIFIE, "raison_sociale", kept))


def _search(row: Row, found: Change) -> None:
    if not found.columns.keys() & {"nom", "ville", "code_postal", "siret", "siren"}:
        return
    nom = str(found.columns.get("nom", row["avant_nom"]))
    number = row["apres_siret"] or row["apres_siren"]
    parts = [nom, row["apres_ville"], row["apres_code_postal"], row["finess"], number]
    found.columns["nom_tri"] = fold(nom)
    found.columns["recherche"] = fold(" ".join(str(part) for part in parts if part))


def _moved(before: object, after: object) -> tuple[Effect, str, str]:
    return Effect.DEPLACE, "parent_id", f"change d'entité juridique ({before} → {after})"


def _field(name: str, before: object, after: object) -> tuple[Effect, str, str]:
    return Effect.MODIFIE, name, f"{LABELS[name]} : {_shown(before)} → {_shown(after)}"


def _shown(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value) if value is not None else "rien"
