"""What a deletion would do, said before it is done."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.services import actions, fiches, groupe
from ror_server.services.workspace import Workspace
from ror_server.store import own
from ror_server.store.dossiers import others_touching
from ror_tui.api_client.models import Consequences

MANY = 10
"""Above this number of fiches below, the name must be typed (issue of the guide, §3c)."""


async def of_deletion(tx: AsyncConnection, found: Workspace, nodes: Sequence[UUID]) -> Consequences:
    """Say what deleting these fiches would do.

    Raises:
        RefusalError: One of them cannot be deleted.
    """
    groupe.for_each(found, nodes, lambda node: fiches.require_node(found, node))
    heads = groupe.tops(found, [node for node in found.order if node in set(nodes)])
    gone = groupe.for_each(found, heads, lambda node: actions.gone(found, node))
    marked = [item.id for items, _ in gone for item in items]
    lost = [node for _, dropped in gone for node in dropped if node not in found.published]
    count = len(marked) + len(lost)
    return Consequences(
        fiches=count,
        dessous=count - len(heads),
        perdues=[found.name(node) for node in lost],
        marquees=len(marked),
        favoris=await own.accounts_liking(tx, marked),
        dossiers=await others_touching(tx, found.dossier.id, marked),
        confirmer=_to_type(found, heads) if count - len(heads) > MANY else None,
    )


def _to_type(found: Workspace, heads: Sequence[UUID]) -> str:
    """Give what must be typed: the name, or for several fiches their number."""
    return found.name(heads[0]) if len(heads) == 1 else f"{len(heads)} fiches"
