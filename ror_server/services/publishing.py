"""What follows from the values of a published fiche, whoever publishes it: a dossier or a direct edit."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.domain.disciplines import discipline_bit
from ror_server.domain.dossier import Published
from ror_server.domain.words import fold
from ror_server.store import members, offres, peuplement, structures
from ror_server.store.offres import Unit
from ror_server.store.structures import Row
from ror_tui.api_client.models import Kind, Valeurs


def columns(eg: Row, kind: Kind, values: Valeurs) -> dict[str, object]:
    """Give the columns that follow from the values of a fiche.

    Args:
        eg: Its establishment, or itself.
        kind: What it describes; the discipline of an establishment comes from its category.
        values: All its values, after.
    """
    nom = str(values.get("nom") or "")
    place = [eg.ville or "", eg.code_postal or ""]
    words = filter(None, (*place, eg.finess, eg.siret)) if kind is Kind.EG else place
    own = {} if kind is Kind.EG else {"discipline": values.get("discipline")}
    return {
        "nom": nom,
        "nom_tri": fold(nom),
        "valeurs": {champ: valeur for champ, valeur in values.items() if champ != "nom"},
        "recherche": fold(" ".join([nom, *words])),
        **own,
    }


async def follow(tx: AsyncConnection, eg_id: UUID, units: Collection[UUID]) -> None:
    """Bring up to date what is worked out of an establishment and some of its units.

    Args:
        tx: The transaction that changed them.
        eg_id: The establishment.
        units: Units that changed, deleted ones too.
    """
    await offres.follow(tx, units)
    await peuplement.follow(tx, [eg_id])
    await members.follow(tx, [eg_id])


async def follow_units(tx: AsyncConnection, eg: Row, units: Sequence[tuple[Unit | None, Unit | None]]) -> None:
    """Bring up to date what is worked out of some units of an establishment, each known before and after.

    Args:
        tx: The transaction that changed them.
        eg: The establishment; when it is closed its units have no offers.
        units: Units that changed; None where one was, or is, not published.
    """
    if eg.fermee_le is None:
        await offres.change(tx, units)
    await members.follow(tx, [eg.id])


async def follow_disciplines(tx: AsyncConnection, eg: Row) -> None:
    """Bring the bit sets of an establishment and all above and below up to date, once a discipline changed."""
    published = await structures.subtree(tx, eg.id)
    await structures.refresh_disciplines(tx, eg.parent_id, bits(published, eg).items())


def bits(published: Mapping[UUID, Published], eg: Row) -> dict[UUID, int]:
    """Compute the bit set of every structure of a published tree.

    Args:
        published: Parents before children.
        eg: Its root.
    """
    found = dict.fromkeys(published, 0)
    for one in reversed(list(published.values())):
        own = eg.discipline if one.id == eg.id else one.valeurs.get("discipline")
        found[one.id] |= discipline_bit(own if isinstance(own, str) else None)
        if one.parent_id in found:
            found[one.parent_id] |= found[one.id]
    return found
