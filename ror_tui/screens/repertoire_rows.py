"""What a line of the Répertoire says, in the tree and in the status line."""

from __future__ import annotations

import json
from uuid import UUID

from ror_tui.api_client.models import Kind, Noeud
from ror_tui.marks import FAVORI, KIND, KIND_GLYPH, PEUPLEMENT
from ror_tui.services.finding import matches
from ror_tui.texts import NBSP
from ror_tui.widgets.tree import TreeRow

SAID = {"cle", "nom", "detail", "enfants", "sous", "id"}
"""What the row of a line says by itself, beside its data."""


def tree_row(noeud: Noeud, typed: str = "") -> TreeRow:
    """Write a line of the Répertoire as a row of the tree.

    Args:
        noeud: What the server says of it.
        typed: The text of the filter, whose words are highlighted in the name.
    """
    ranges = matches(noeud.nom, typed)
    data = noeud.model_dump_json(exclude=SAID, exclude_defaults=True)
    if not isinstance(noeud.kind, Kind):
        return TreeRow(noeud.cle, noeud.nom, children=noeud.enfants, bold=True, ranges=ranges, data=data)
    word, color = _state(noeud)
    return TreeRow(
        noeud.cle,
        noeud.nom,
        noeud.detail or KIND[noeud.kind],
        KIND_GLYPH[noeud.kind].glyph,
        word,
        color,
        tuple(_tags(noeud)),
        noeud.enfants,
        ranges=ranges,
        data=data,
    )


def noeud_of(row: TreeRow) -> Noeud:
    """Give what the server said of a line, out of its row: a million lines are not kept twice.

    Args:
        row: As `tree_row` wrote it.
    """
    said = Noeud.model_validate({"cle": row.key, "nom": row.label, "enfants": row.children, **json.loads(row.data)})
    if not isinstance(said.kind, Kind):
        return said
    detail = "" if row.detail == KIND[said.kind] else row.detail
    return said.model_copy(update={"id": UUID(row.key.rpartition("/")[2]), "detail": detail})


def _state(noeud: Noeud) -> tuple[str, str]:
    if noeud.ferme:
        return "fermé", "error"
    if noeud.peuplement is not None:
        mark = PEUPLEMENT[noeud.peuplement]
        return f"{mark.glyph} {mark.word}", mark.color
    return "", KIND_GLYPH[Kind(noeud.kind)].color


def _tags(noeud: Noeud) -> list[str]:
    opened = ["dossier ouvert"] if noeud.dossier_ouvert and not noeud.ferme else []
    favori = [FAVORI.glyph] if noeud.favori else []
    discipline = [noeud.discipline.value] if noeud.discipline and noeud.kind is Kind.EG else []
    return [*opened, *favori, *discipline]


def status(noeud: Noeud) -> str:
    """Say a line in full, for what the tree had to cut.

    Args:
        noeud: What the server says of it.
    """
    if not isinstance(noeud.kind, Kind):
        return noeud.nom
    finess = f"FINESS {noeud.finess}" if noeud.finess else ""
    peuplement = f"peuplement{NBSP}: {PEUPLEMENT[noeud.peuplement].word}" if noeud.peuplement else ""
    favori = FAVORI.word if noeud.favori else ""
    return " · ".join(part for part in (finess, KIND[noeud.kind], noeud.nom, noeud.detail, peuplement, favori) if part)
