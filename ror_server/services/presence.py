"""Who is in a dossier, and what lives around its fiches: comments, refusals. No lock: people see each other."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.services import access, refus, signals, workspace
from ror_server.services.pen import Pen
from ror_server.store import commentaires, dossiers, presences
from ror_server.store import refus as refusals
from ror_server.store.accounts import Account
from ror_server.store.presences import Place, Present
from ror_tui.api_client.models import Entourage, FicheRefusee, Presence, Signe, TypeSignal

LASTS = timedelta(seconds=45)
"""One who says nothing for so long is no longer there: three signs may be lost."""


async def sign(tx: AsyncConnection, dossier_id: UUID, body: Signe, pen: Pen) -> Entourage:
    """Take note of where the account is in a dossier, tell the others when it moved, and give who is there.

    Raises:
        NotFoundError: The dossier does not exist.
        ForbiddenError: It lies outside the account's territory.
    """
    await access.readable(tx, pen.account, dossier_id)
    present = await presences.present(tx, dossier_id, pen.now - LASTS)
    place = Place(body.structure_id, body.ecrit)
    before = next((one.place for one in present if one.compte_id == pen.account.id), None)
    if before is None:
        await presences.forget(tx, pen.now - LASTS)
    await presences.put(tx, dossier_id, pen.account.id, place, at=pen.now)
    if before != place:
        await signals.tell(tx, pen, dossier_id, TypeSignal.PRESENCE, body.structure_id)
    return await _around(tx, dossier_id, pen.account, present)


async def leave(tx: AsyncConnection, dossier_id: UUID, pen: Pen) -> None:
    """Take note that the account left a dossier, and tell the others."""
    await access.readable(tx, pen.account, dossier_id)
    if await presences.leave(tx, dossier_id, pen.account.id):
        await signals.tell(tx, pen, dossier_id, TypeSignal.PRESENCE)


async def around(tx: AsyncConnection, dossier_id: UUID, account: Account, now: datetime) -> Entourage:
    """Give who is in a dossier, and the comments and refusals on its fiches."""
    await access.readable(tx, account, dossier_id)
    return await _around(tx, dossier_id, account, await presences.present(tx, dossier_id, now - LASTS))


async def _around(tx: AsyncConnection, dossier_id: UUID, account: Account, present: list[Present]) -> Entourage:
    counts = await commentaires.open_counts(tx, dossier_id)
    return Entourage(
        presents=[
            Presence(compte_id=one.compte_id, nom=one.nom, structure_id=one.place.structure_id, ecrit=one.place.ecrit)
            for one in present
            if one.compte_id != account.id
        ],
        commentaires={node: count for node, count in counts.items() if node is not None},
        generaux=counts.get(None, 0),
        refus=await _refusals(tx, dossier_id),
        duree=LASTS.total_seconds(),
    )


async def _refusals(tx: AsyncConnection, dossier_id: UUID) -> dict[UUID, FicheRefusee]:
    """Give the refusals that stand; the items are read only when there are some."""
    refused = (await refusals.load(tx, [dossier_id]))[dossier_id]
    stored = (await dossiers.load_items(tx, [dossier_id]))[dossier_id] if refused else {}
    items = {node: one.item for node, one in stored.items()}
    standing = {node: refus.shown(workspace.standing(one, items.get(node))) for node, one in refused.items()}
    return {node: one for node, one in standing.items() if one is not None}
