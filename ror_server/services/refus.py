"""Refusing fiches one by one, each with its reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.domain import dossier as rules
from ror_server.domain.words import clean
from ror_server.problems import InvalidError
from ror_server.services.pen import Pen
from ror_server.services.workspace import Workspace
from ror_server.store import dossiers
from ror_server.store import refus as kept
from ror_server.store.refus import Refusal
from ror_tui.api_client.models import FicheRefusee, RefusFiche

NAMED = 3
"""Fiches that a summary names; more are counted."""


def read(found: Workspace, fiches: Iterable[RefusFiche]) -> dict[UUID, str]:
    """Give the reason of each refused fiche.

    Raises:
        InvalidError: A blank reason, or a fiche that the dossier does not change.
    """
    refused: dict[UUID, str] = {}
    for one in fiches:
        reason = clean(one.motif)
        if not reason:
            raise InvalidError("Donnez un motif pour chaque fiche refusée : l'auteur doit savoir quoi corriger.")
        if not rules.changes(found.items.get(one.structure_id)):
            raise InvalidError("Une des fiches refusées n'est pas modifiée par ce dossier : relisez-le.")
        refused[one.structure_id] = reason
    return refused


def summary(found: Workspace, refused: Mapping[UUID, str]) -> str:
    """Say in one line which fiches are refused; the reason too when there is one fiche only."""
    names = [f"« {found.name(node)} »" for node in found.order if node in refused]
    if len(names) == 1:
        return f"{names[0]} : {next(iter(refused.values()))}"
    more = f" et {len(names) - NAMED} autres" if len(names) > NAMED else ""
    return f"{len(names)} fiches refusées : {', '.join(names[:NAMED])}{more}" if names else ""


def refusal(found: Workspace, node: UUID, motif: str, pen: Pen) -> Refusal:
    """Make the refusal of a fiche as it stands."""
    account = pen.account
    return Refusal(node, account.id, account.nom, pen.now, motif, rules.item_hash(found.items[node]))


async def write(tx: AsyncConnection, found: Workspace, pen: Pen, refused: Mapping[UUID, str]) -> None:
    """Write refusals, each with its line of history."""
    await kept.put(tx, found.dossier.id, [refusal(found, node, motif, pen) for node, motif in refused.items()])
    for node, motif in refused.items():
        text = f"Fiche « {found.name(node)} » refusée"
        await dossiers.add_event(tx, found.dossier.id, at=pen.now, acteur=pen.account.nom, texte=text, motif=motif)


def shown(one: Refusal | None) -> FicheRefusee | None:
    """Give a refusal as the author reads it."""
    return FicheRefusee(motif=one.motif, par=one.par, le=one.le) if one else None


def banner(found: Workspace, node: UUID) -> str | None:
    """Say on a fiche that it is refused, why, and what to do."""
    one = found.refusal(node)
    if one is None:
        return None
    return f"Fiche refusée par {one.par} : « {one.motif} ». Elle le reste tant qu'elle n'est pas modifiée."
