"""What happens in the dossiers, live: told to those who may read them, once, whatever process wrote it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.services.dossier_signals import GAP_SECONDS, RECENT, DossierSignals
from ror_server.services.feed import Feed
from ror_server.store import signaux
from ror_server.store.commits import next_commit
from ror_server.store.database import Database
from ror_server.store.tables import comptes, droits
from ror_server.store.tables import signaux as table
from ror_tui.api_client.models import SignalDossier, TypeSignal
from tests import world
from tests.server.live import Reader, stream
from tests.world import EHPAD, START, World, eg_id

WHO = "referent.ehpad"


@pytest.fixture
async def region(database: Database) -> AsyncIterator[World]:
    async with world.running(database, heartbeat=0.05, poll=0.02) as found:
        yield found


async def _heard(reader: Reader) -> tuple[str, str, str | None]:
    told, position = await reader.expect("dossier")
    assert position == "0"  # that of the last publication: nothing resumes after a signal
    return told["type"], told["acteur"], told["structure_id"]


async def test_those_who_may_read_a_dossier_hear_what_happens_in_it_and_nobody_else_does(region: World) -> None:
    dossier = (await region.open_dossier(WHO, EHPAD))["id"]
    async with AsyncExitStack() as stack:
        readers = {who: await stack.enter_async_context(stream(region, who)) for who in ("sesan", WHO, "lecteur")}
        for reader in readers.values():
            await reader.expect("debut")
        [fiche] = await region.add(WHO, dossier, eg_id(EHPAD))
        await region.ok("sesan", "PUT", f"/dossiers/{dossier}/presence", {"structure_id": fiche})
        await region.ok("sesan", "PUT", f"/dossiers/{dossier}/presence", {"structure_id": fiche})
        said = {"id": str(uuid4()), "texte": "Bonjour", "structure_id": fiche}
        await region.ok("sesan", "POST", f"/dossiers/{dossier}/commentaires", said)
        await region.fill(WHO, dossier, fiche)
        await region.step(WHO, dossier, "envoyer")
        me = WHO.upper()
        for who in ("sesan", WHO):
            assert [await _heard(readers[who]) for _ in range(6)] == [
                ("contenu", me, fiche),
                ("presence", "SESAN", fiche),  # once: staying there is no news
                ("commentaire", "SESAN", fiche),
                ("contenu", me, fiche),
                ("contenu", me, fiche),
                ("etape", me, None),
            ]
        await region.step("sesan", dossier, "valider")
        await readers["lecteur"].expect("publication")  # the first that it hears of


async def test_what_was_refused_leaves_no_signal(region: World) -> None:
    dossier = (await region.open_dossier(WHO, EHPAD))["id"]
    async with stream(region, WHO) as reader:
        await reader.expect("debut")
        assert (await region.call(WHO, "POST", f"/dossiers/{dossier}/envoyer", version=1)).status_code == 409
        await region.add(WHO, dossier, eg_id(EHPAD))
        assert (await _heard(reader))[0] == "contenu"


async def test_an_account_that_loses_its_right_hears_nothing_more_of_the_dossier(region: World) -> None:
    dossier = (await region.open_dossier(WHO, EHPAD))["id"]
    async with stream(region, "sesan") as reader:
        await reader.expect("debut")
        async with region.database.write() as tx:
            await tx.execute(sa.update(droits).where(droits.c.role == "validateur").values(role="lecteur"))
        for _ in range(2):  # the first beat may have been on its way
            while (chunk := await reader.chunk()) != b":\n\n":
                assert chunk is not None
        await region.add(WHO, dossier, eg_id(EHPAD))
        async with region.database.write() as tx:
            await next_commit(tx, at=START, acteur="FINESS", origine="import", message="Import")
        await reader.expect("publication")


async def _signal(tx: AsyncConnection, dossier: str) -> None:
    compte = (await tx.execute(sa.select(comptes.c.id).limit(1))).scalar_one()
    await signaux.add(
        tx,
        SignalDossier(dossier_id=UUID(dossier), type=TypeSignal.CONTENU, compte_id=compte, acteur="A", le=START),
    )


async def test_a_number_taken_early_and_committed_late_is_told_all_the_same(region: World) -> None:
    """On PostgreSQL two transactions take their numbers in one order and commit in the other; here by hand on both."""
    dossier = (await region.open_dossier(WHO, EHPAD))["id"]
    signals = DossierSignals()
    async with region.database.write() as tx:
        await _signal(tx, dossier)
    async with region.database.read() as tx:
        await signals.begin(tx)
        first = await signaux.last(tx)
    async with region.database.write() as tx:
        await _signal(tx, dossier)
        await _signal(tx, dossier)
        late = (await tx.execute(sa.select(table).where(table.c.id == first + 1))).one()._asdict()
        await tx.execute(sa.delete(table).where(table.c.id == first + 1))
    async with region.database.read() as tx:
        assert await signals.read(tx, 0.0) == 1
    async with region.database.write() as tx:
        await tx.execute(sa.insert(table).values(late))
    async with region.database.read() as tx:
        assert await signals.read(tx, 1.0) == 1
        assert await signals.read(tx, 2.0) == 0
        told = signals.after(0)
        assert told is not None
        assert [one.numero for one in told] == [first + 2, first + 1]


async def test_a_number_that_never_comes_is_given_up(region: World) -> None:
    dossier = (await region.open_dossier(WHO, EHPAD))["id"]
    signals = DossierSignals()
    async with region.database.read() as tx:
        await signals.begin(tx)
    async with region.database.write() as tx:
        for _ in range(2):
            await _signal(tx, dossier)
        await tx.execute(sa.delete(table).where(table.c.id == (await signaux.last(tx)) - 1))
    async with region.database.read() as tx:
        await signals.read(tx, 0.0)
        assert len(signals._gaps) == 1
        await signals.read(tx, GAP_SECONDS + 1)
        assert signals._gaps == {}


async def test_a_stream_too_far_behind_is_told_to_read_again(region: World) -> None:
    dossier = (await region.open_dossier(WHO, EHPAD))["id"]
    signals = DossierSignals()
    async with region.database.read() as tx:
        await signals.begin(tx)
    async with region.database.write() as tx:
        for _ in range(RECENT + 1):
            await _signal(tx, dossier)
    async with region.database.read() as tx:
        while await signals.read(tx, 0.0):
            pass
    assert signals.after(0) is None
    assert len(signals.after(1) or []) == RECENT


async def test_another_process_hears_it_too(region: World) -> None:
    dossier = (await region.open_dossier(WHO, EHPAD))["id"]
    elsewhere = Database(region.database.engine.url.render_as_string(hide_password=False))
    other = Feed(elsewhere, period=0.02, most=3)
    async with other.follow(eg_id(EHPAD)):
        async with elsewhere.read() as tx:
            await other.dossiers.begin(tx)
        await region.add(WHO, dossier, eg_id(EHPAD))
        async with asyncio.timeout(20):
            while other.dossiers.count == 0:
                news = other.news
                await other.wait(news, 1)
    await elsewhere.close()
