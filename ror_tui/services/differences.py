"""The difference of a dossier, written for reading elsewhere: text, JSON, CSV for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from uuid import UUID

from ror_tui.api_client.models import Changement, Differences, EcartChamp, NoeudDifference, ValeurRemplacee
from ror_tui.texts import french, plain

SIGNS: Mapping[Changement, str] = {
    Changement.NOUVEAU: "+",
    Changement.MODIFIE: "~",
    Changement.DEPLACE: "→",
    Changement.SUPPRIME: "×",
}
WORDS: Mapping[Changement, str] = {
    Changement.NOUVEAU: "nouveau",
    Changement.MODIFIE: "modifié",
    Changement.DEPLACE: "déplacé",
    Changement.SUPPRIME: "supprimé",
}
UNCHANGED = "·"
HEADERS = (
    "Établissement", "Structure", "Identifiant", "Changement", "Champ", "Code du champ", "Avant", "Après",
    "Ajouts", "Retraits", "Sera remplacé",
)  # fmt: skip
BOM = "\ufeff"
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")
FORMATS = ("txt", "json", "csv")


def write(differences: Differences, how: str) -> str:
    """Write a difference whole.

    Args:
        differences: As the server gives it.
        how: `txt`, `json` or `csv`.
    """
    return _WRITERS[how](differences)


def text(differences: Differences) -> str:
    """Write the counts, then the tree with every field below its structure."""
    depths = _depths(differences)
    title = [differences.titre, differences.etablissement, "", *(differences.groupes or [differences.resume]), ""]
    lines = [line for noeud in differences.noeuds for line in _node_lines(noeud, depths[noeud.id])]
    return "\n".join(french(plain(line)) for line in [*title, *lines]).rstrip() + "\n"


def _depths(differences: Differences) -> dict[UUID, int]:
    depths: dict[UUID, int] = {}
    for noeud in differences.noeuds:
        depths[noeud.id] = depths.get(noeud.parent_id, -1) + 1 if noeud.parent_id else 0
    return depths


def _node_lines(noeud: NoeudDifference, depth: int) -> Iterator[str]:
    margin = "  " * depth
    yield f"{margin}{signs(noeud)} {noeud.nom}{said(noeud)}"
    for line in [*(one.phrase for one in noeud.ecarts), *(f"! {one.phrase}" for one in noeud.remplacements)]:
        yield f"{margin}    {line}"


def signs(noeud: NoeudDifference) -> str:
    """Give the sign of what happens to a structure."""
    return "".join(SIGNS[change] for change in noeud.changements) or UNCHANGED


def said(noeud: NoeudDifference) -> str:
    """Say in words what happens to a structure: « – déplacé de « A » vers « B » »."""
    words = [
        f"déplacé de « {noeud.depuis} » vers « {noeud.vers} »" if change is Changement.DEPLACE else WORDS[change]
        for change in noeud.changements
    ]
    return f" – {', '.join(words)}" if words else ""


def table(differences: Differences) -> str:
    """Write one line for each field that changes, and one for each structure that moves, comes or goes."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEADERS)
    for noeud in differences.noeuds:
        for row in _rows(noeud):
            writer.writerow([cell(value) for value in (differences.etablissement, noeud.nom, noeud.id, *row)])
    return BOM + out.getvalue()


def _rows(noeud: NoeudDifference) -> Iterator[tuple[object, ...]]:
    replaced = {one.champ: one for one in noeud.remplacements}
    for change in noeud.changements:
        word = WORDS[change]
        if change is not Changement.MODIFIE:
            yield (word, "Place", "parent_id", noeud.depuis, noeud.vers, "", "", "")
        if change in {Changement.NOUVEAU, Changement.MODIFIE}:
            for ecart in noeud.ecarts:
                yield (word, *_field(ecart, replaced.get(ecart.champ)))


def _field(ecart: EcartChamp, replaced: ValeurRemplacee | None) -> tuple[object, ...]:
    lists = (" | ".join(ecart.ajouts), " | ".join(ecart.retraits))
    values = (ecart.avant_texte, ecart.apres_texte)
    return (ecart.libelle, ecart.champ, *values, *lists, replaced.phrase if replaced else "")


def cell(value: object) -> str:
    """Write a value as a cell that no spreadsheet takes for a formula."""
    shown = "" if value is None else str(value)
    return f"'{shown}" if shown.startswith(_DANGEROUS) else shown


def _json(differences: Differences) -> str:
    return differences.model_dump_json(indent=2) + "\n"


_WRITERS: Mapping[str, Callable[[Differences], str]] = {"txt": text, "json": _json, "csv": table}
