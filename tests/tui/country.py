"""More than the small region holds, for the tests of the Répertoire: long lists, communes, groups, awkward names."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from ror_server.domain.identifiers import structure_id
from ror_server.domain.words import fold
from ror_server.store import structures
from ror_server.store.tables import membres, regroupements
from ror_server.store.tables import structures as table
from ror_tui.api_client.models import Kind
from tests import world


def clinic_id(number: int) -> UUID:
    """Give the id of a clinic of the long list."""
    return world.eg_id(_finess(number))


def _finess(number: int) -> str:
    return f"7599{number:05d}"


async def add_clinics(region: world.World, count: int) -> None:
    """Add hospitals of Paris in a long list, « Clinique 0000 » and on."""
    rows = [world.establishment(_finess(number), f"Clinique {number:04d}") for number in range(count)]
    async with region.database.write() as tx:
        await structures.insert(tx, rows)


async def change(region: world.World, eg: UUID, **values: object) -> None:
    """Change columns of a structure, as an import would."""
    if "nom" in values:
        values |= {"nom_tri": fold(str(values["nom"]))}
    async with region.database.write() as tx:
        await tx.execute(sa.update(table).where(table.c.id == eg).values(values))


async def add_group(region: world.World, genre: str, cle: str, nom: str, *members: UUID) -> None:
    """Add a group of establishments, as an administrator's list does."""
    async with region.database.write() as tx:
        await tx.execute(regroupements.insert().values(cle=cle, genre=genre, libelle=nom, ordre=1))
        for member in members:
            await tx.execute(membres.insert().values(cle=cle, nom_tri=str(member), eg_id=member))


def entity_id() -> UUID:
    """Give the id of the EJ of Paris."""
    return structure_id(Kind.EJ, world.EJ)
