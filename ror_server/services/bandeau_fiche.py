"""The yellow banner of a published fiche (guide, A NOTER 3): which dossiers touch it, what they would replace."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server import forms
from ror_server.domain.dossier import Item, Op
from ror_server.domain.workflow import awaited, current_level
from ror_server.store import dossiers
from ror_server.store.dossiers import DossierRow
from ror_server.store.structures import Row
from ror_tui.api_client.models import Kind

KEPT = "Toute autre modification faite ici est gardée."
ASKED = "Si vous modifiez un de ces champs ici, il vous sera demandé si le dossier doit suivre."
MOST_FIELDS = 3


async def banner(tx: AsyncConnection, row: Row, opened: Sequence[DossierRow]) -> str | None:
    """Say what the open dossiers of an establishment would do to one of its fiches, or None.

    Args:
        tx: The transaction.
        row: The published structure.
        opened: The open dossiers that the account may read.
    """
    stored = await dossiers.load_items(tx, [one.id for one in opened]) if opened else {}
    said = [_said(one, row, stored[one.id][row.id].item) for one in opened if row.id in stored[one.id]]
    if said:
        return " ".join(said)
    return " ".join(_elsewhere(one) for one in opened[:1]) or None


def _said(dossier: DossierRow, row: Row, item: Item) -> str:
    part = f"Cette fiche fait partie du dossier collaboratif « {dossier.titre} », de {dossier.auteur}{_waits(dossier)}"
    if item.op is Op.DELETE:
        return f"{part}, qui la supprimera du Répertoire."
    fields = _fields(row, item)
    moves = "la déplace" if item.parent_next != item.parent_base else ""
    changes = f"y remplacera {', '.join(fields)}" if fields else ""
    does = " et ".join(filter(None, (moves, changes)))
    return f"{part}{f', qui {does}' if does else ''}. {ASKED if fields else KEPT}"


def _fields(row: Row, item: Item) -> list[str]:
    touched = [f"« {one.libelle} »" for one in forms.modele(Kind(row.kind)).champs() if one.id in item.next]
    more = len(touched) - MOST_FIELDS
    return [*touched[:MOST_FIELDS], *([f"{more} autres champs"] if more > 0 else [])]


def _waits(dossier: DossierRow) -> str:
    waits = current_level(dossier.circuit, dossier.etat)
    return f", qui attend {awaited(dossier.circuit, dossier.etat)}" if waits else ""


def _elsewhere(dossier: DossierRow) -> str:
    return (
        f"Le dossier collaboratif « {dossier.titre} », de {dossier.auteur}{_waits(dossier)}, est ouvert sur cet "
        f"établissement ; il ne touche pas cette fiche. {KEPT}"
    )
