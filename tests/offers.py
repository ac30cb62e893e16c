"""Units published straight into the small region, for what searches them."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa

from ror_server.domain.words import fold
from ror_server.store import offres, structures
from ror_server.store.database import Database
from ror_server.store.tables import structures as table
from ror_tui.api_client.models import Kind
from tests.world import COMPLETE, EHPAD, START, eg_id


def contact(
    level: str | None, *, canal: str | None = "2", valeur: str | None = "0199001234", **more: str | None
) -> dict[str, Any]:
    """Give the answers of one contact of a level, with one coordinate of that level."""
    telecom = {"id": "1", "canal": canal, "valeur": valeur, "niveau": level}
    told = {key: value for key, value in ({"nature": "01"} | more | {"niveau": level}).items() if value}
    telecoms = [{key: value for key, value in telecom.items() if value}]
    return {"contacts": [{"id": "1", **told, **({"telecoms": telecoms} if valeur else {})}]}


async def publish(
    database: Database, nom: str, finess: str = EHPAD, *, under: UUID | None = None, **valeurs: Any
) -> UUID:
    """Publish a unit below an establishment, or below a structure of it."""
    unit = uuid4()
    answers = {name: value for name, value in (COMPLETE | valeurs).items() if name != "nom"}
    await put(database, unit, Kind.UO, nom, finess, under, answers)
    return unit


async def publish_pole(database: Database, nom: str, finess: str) -> UUID:
    """Publish a pôle of a hospital."""
    pole = uuid4()
    await put(database, pole, Kind.POLE, nom, finess, None, {})
    return pole


async def put(
    database: Database, id_: UUID, kind: Kind, nom: str, finess: str, under: UUID | None, valeurs: dict[str, Any]
) -> None:
    """Write a structure and the offer that follows from it."""
    row = {
        "id": id_,
        "kind": kind,
        "parent_id": under or eg_id(finess),
        "eg_id": eg_id(finess),
        "nom": nom,
        "nom_tri": fold(nom),
        "discipline": valeurs.get("discipline"),
        "valeurs": valeurs,
        "version": 1,
        "maj_le": START,
        "maj_par": "essai",
    }
    async with database.write() as tx:
        await structures.insert(tx, [row])
        await offres.follow(tx, [id_])


async def move_to_commune(database: Database, finess: str, commune: str) -> None:
    """Say in which commune an establishment stands."""
    async with database.write() as tx:
        await tx.execute(sa.update(table).where(table.c.id == eg_id(finess)).values(commune=commune))
