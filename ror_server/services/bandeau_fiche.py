"""The yellow banner of a published fiche (guide, A NOTER 3): which dossiers touch it, what they would replace."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server import forms
from ror_server.domain.dossier import Item, Op, replacing
from ror_server.domain.workflow import awaited, current_level
from ror_server.services.workspace import Workspace
from ror_server.store import dossiers
from ror_server.store.dossiers import DossierRow
from ror_server.store.structures import Row
from ror_tui.api_client.models import Kind

PART = "Cette fiche fait partie d'un dossier collaboratif."
KEPT = "Ce que vous modifiez ici est gardé."
ASKED = "Si vous modifiez ici un de ces champs, il vous sera demandé si le dossier doit suivre."
MOST_FIELDS = 3


async def banner(tx: AsyncConnection, row: Row, opened: Sequence[DossierRow]) -> str | None:
    """Say what the open dossiers of an establishment would do to one of its fiches, or None.

    Args:
        tx: The transaction.
        row: The published structure.
        opened: The open dossiers that the account may read.
    """
    if not opened:
        return None
    held = await dossiers.items_on(tx, row.id, [one.id for one in opened])
    said = [_said(one, row, held[one.id]) for one in opened if one.id in held]
    return " ".join([PART, *(said or [f"{_named(opened[0])} ne la modifie pas. {KEPT}"])])


def _said(dossier: DossierRow, row: Row, item: Item) -> str:
    if item.op is Op.DELETE:
        return f"{_named(dossier)} la supprimera du Répertoire."
    fields = _fields(row, item)
    moves = "la déplacera" if item.parent_next != item.parent_base else ""
    changes = f"y remplacera {', '.join(fields)}" if fields else ""
    does = " et ".join(filter(None, (moves, changes))) or "ne la modifie pas"
    return f"{_named(dossier)} {does}. {ASKED if fields else KEPT}"


def _named(dossier: DossierRow) -> str:
    """Name a dossier, its author, and the level that it waits for."""
    waits = current_level(dossier.circuit, dossier.etat)
    level = f" qui attend {awaited(dossier.circuit, dossier.etat)}," if waits else ""
    return f"« {dossier.titre} », de {dossier.auteur},{level}"


def _fields(row: Row, item: Item) -> list[str]:
    touched = [f"« {one.libelle} »" for one in forms.modele(Kind(row.kind)).champs() if one.id in item.next]
    more = len(touched) - MOST_FIELDS
    return [*touched[:MOST_FIELDS], *([f"{more} autres champs"] if more > 0 else [])]


def replaced(found: Workspace, node: UUID) -> str | None:
    """Say in a fiche of a dossier whose published values the dossier will knowingly replace, or None."""
    item = found.items.get(node)
    kept = replacing(item, found.published.get(node)) if item else {}
    said = [
        f"« {champ.libelle} », publié par {kept[champ.id]['par']}"
        for champ in found.form(node).champs()
        if champ.id in kept
    ]
    return f"Sera remplacé à l'intégration du dossier : {' ; '.join(said)}." if said else None


def counted(found: Workspace) -> str | None:
    """Count in a dossier the published values that it will knowingly replace, or None."""
    count = sum(len(replacing(item, found.published.get(node))) for node, item in found.items.items())
    values = "une valeur publiée depuis" if count == 1 else f"{count} valeurs publiées depuis"
    return f"Ce dossier remplacera {values} : voyez les différences." if count else None
