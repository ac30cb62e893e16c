"""The log of publications leads to what is published, imports included; the past of an import is shown and told."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa

from ror_server.domain.identifiers import structure_id
from ror_server.domain.rights import Grant
from ror_server.services import au, historique, verification
from ror_server.store.accounts import Account
from ror_server.store.tables import commits, revisions, structures
from ror_tui.api_client.models import Kind, Portee, Role
from tests.imports import files
from tests.imports.conftest import AT, Bench
from tests.imports.files import CH, EHPAD, EJ_A, EJ_B

LATER = "2026-03-05"
READER = Account(uuid4(), "lecteur", "LECTEUR", (Grant(Role.LECTEUR, Portee.REGION, None),))


@pytest.fixture
async def twice(bench: Bench) -> Bench:
    """Import a file, then a newer one that renames, moves, changes and closes."""
    await bench.load()
    await bench.load(
        [
            files.eg(rs="EHPAD LES CHÊNES"),
            files.eg(nofinesset=CH, nofinessej=EJ_B, rs="CENTRE HOSPITALIER DE L'ŒUVRE", categetab="355", siret=""),
        ],
        LATER,
    )
    return bench


async def _faults(bench: Bench) -> list[str]:
    return [str(fault) async for fault in verification.faults(bench.database)]


async def test_two_imports_lead_to_what_is_published(twice: Bench) -> None:
    assert await _faults(twice) == []


async def test_a_revision_that_is_lost_is_found(twice: Bench) -> None:
    eg = structure_id(Kind.EG, EHPAD)
    lost = sa.and_(revisions.c.structure_id == eg, revisions.c.commit_seq == 2)
    await twice.execute(sa.delete(revisions).where(lost))
    found = await _faults(twice)
    assert all(str(eg) in fault for fault in found)
    assert any("version 1 leads to version 2" in fault for fault in found)


async def test_a_value_written_beside_the_log_is_found(twice: Bench) -> None:
    eg = structure_id(Kind.EG, CH)
    await twice.execute(
        sa.update(structures)
        .where(structures.c.id == eg)
        .values(raison_sociale="AUTRE", parent_id=structure_id(Kind.EJ, EJ_A))
    )
    assert all(str(eg) in fault and "parent_id" in fault for fault in await _faults(twice))
    assert len(await _faults(twice)) == 1


async def test_the_history_of_an_import_names_the_official_fields_and_cannot_be_taken_back(twice: Bench) -> None:
    async with twice.database.read() as tx:
        page = await historique.listing(tx, READER, structure_id(Kind.EG, EHPAD), None, 10)
    last, first = page.elements
    assert "EHPAD LES CHÊNES" in last.resume
    assert last.par == "Import etalab-cs1100502 du 2026-03-05"
    assert last.annulation_refus is not None
    assert "FINESS fait foi" in last.annulation_refus
    assert first.revisions[0].op == "create"


async def test_an_establishment_is_shown_as_the_first_file_had_it(twice: Bench) -> None:
    first = AT - timedelta(days=60)
    await twice.execute(sa.update(commits).where(commits.c.seq == 1).values(le=first))
    async with twice.database.read() as tx:
        then = await au.structure(tx, READER, structure_id(Kind.EG, CH), first, AT)
        now = await au.structure(tx, READER, structure_id(Kind.EG, CH), AT, AT)
    assert then.structure.chemin[0].id != now.structure.chemin[0].id == structure_id(Kind.EJ, EJ_B)
    assert (then.depuis, now.depuis) == ("deplace", "identique")
