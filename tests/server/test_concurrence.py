"""Many people at the same moment, over two servers on one database: nobody's work is lost, whoever comes first."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
import pytest

from ror_server.app import create_app
from ror_server.settings import ServerSettings
from ror_server.store.database import Database
from tests.conftest import SOAK
from tests.server.live import stream
from tests.stateful import checks
from tests.streaming import StreamingTransport
from tests.world import COMPLETE, EHPAD, World, eg_id

pytestmark = pytest.mark.soak

WRITERS = 16
ROUNDS = max(1, SOAK // 10)
EG = eg_id(EHPAD)


@dataclass
class Two:
    """Two servers on one database: what goes through either is the same."""

    servers: Sequence[World]

    @property
    def one(self) -> World:
        """The first of them."""
        return self.servers[0]

    def of(self, rank: int) -> World:
        """Give one of them, in turn."""
        return self.servers[rank % len(self.servers)]

    async def check(self, start: checks.State) -> checks.State:
        """Hold: the tree is a tree, and the log tells all that is published."""
        log = checks.Log(dict(start))
        async with self.one.database.read() as tx:
            await log.follow(tx)
            found = await checks.state(tx, EG)
            await checks.check_dossiers(tx)
        checks.check_replay(log.replayed, found)
        return found


@pytest.fixture
async def two(region: World, database_url: str) -> AsyncIterator[Two]:
    database = Database(database_url)
    app = create_app(database, ServerSettings(database="essai"), clock=region.clock)
    transport = StreamingTransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://ror") as http:
        yield Two([region, World(database, region.clock, http, app.state.ror)])
    await transport.finish()
    await app.state.ror.recherche.close()
    await database.close()


async def _state(two: Two) -> checks.State:
    async with two.one.database.read() as tx:
        return await checks.state(tx, EG)


async def _ready(region: World, unit: str, **values: Any) -> str:
    """Make a dossier that changes a published unit and waits for SESAN."""
    dossier = (await region.open_dossier("referent.ehpad", EHPAD, titre="Essai", meme_si_ouvert=True))["id"]
    path = f"/dossiers/{dossier}/fiches/{unit}"
    fiche = await region.ok("referent.ehpad", "GET", path)
    saved = await region.ok("referent.ehpad", "PATCH", path, {"valeurs": values}, version=fiche["version"])
    await region.ok("referent.ehpad", "POST", f"{path}/finaliser", version=saved["version"])
    await region.step("referent.ehpad", dossier, "envoyer")
    return str(dossier)


async def _validate_all(two: Two, dossiers: Sequence[str]) -> list[httpx.Response]:
    """Validate several dossiers at the same moment, each through one of the servers."""
    versions = [(await two.one.ok("sesan", "GET", f"/dossiers/{one}"))["version"] for one in dossiers]
    for server in two.servers:
        await server.login("sesan")
    acts = [
        two.of(rank).call("sesan", "POST", f"/dossiers/{dossier}/valider", version=versions[rank])
        for rank, dossier in enumerate(dossiers)
    ]
    return list(await asyncio.gather(*acts))


async def test_sixteen_writers_on_one_dossier_lose_nothing(two: Two) -> None:
    dossier = (await two.one.open_dossier("referent.ehpad", EHPAD))["id"]
    fiches = await two.one.add("referent.ehpad", dossier, EG, count=WRITERS + 1)
    shared, path = fiches.pop(), f"/dossiers/{dossier}/fiches"
    before = (await two.one.ok("admin", "GET", f"/dossiers/{dossier}"))["version"]
    for server in two.servers:
        await server.login("referent.ehpad")

    async def write(rank: int) -> int:
        """Save one's own fiche, create another one, then try the one that all want."""
        server, own = two.of(rank), f"{path}/{fiches[rank]}"
        await server.ok("referent.ehpad", "PATCH", own, {"valeurs": {"nom": f"Unité {rank}"}}, version=1)
        await server.add("referent.ehpad", dossier, EG)
        answer = await server.call(
            "referent.ehpad", "PATCH", f"{path}/{shared}", {"valeurs": {"age_max": rank}}, version=1
        )
        if answer.status_code == 412:
            assert answer.json()["valeurs"]["age_max"] in range(WRITERS)
        return answer.status_code

    statuses = await asyncio.gather(*(write(rank) for rank in range(WRITERS)))
    assert sorted(statuses) == [200] + [412] * (WRITERS - 1)
    nodes = await two.one.nodes("admin", dossier)
    assert [nodes[fiche]["nom"] for fiche in fiches] == [f"Unité {rank}" for rank in range(WRITERS)]
    assert len(nodes) == 1 + WRITERS + 1 + WRITERS
    after = (await two.one.ok("admin", "GET", f"/dossiers/{dossier}"))["version"]
    assert after - before == 2 * WRITERS + 1
    gestes = (await two.one.ok("referent.ehpad", "GET", f"/dossiers/{dossier}/gestes"))["gestes"]
    assert [one["rang"] for one in gestes] == list(range(len(gestes), 0, -1))
    assert len(gestes) == 2 * WRITERS + 2


@pytest.mark.parametrize("_round", range(ROUNDS))
async def test_two_integrations_of_one_field_publish_the_first_and_ask_the_second(two: Two, _round: int) -> None:
    start = await _state(two)
    unit = await two.one.publish("Unité disputée")
    wanted = {await _ready(two.one, unit, age_min=age): age for age in (10, 20)}
    answers = await _validate_all(two, list(wanted))
    assert sorted(answer.status_code for answer in answers) == [200, 409], [answer.text for answer in answers]
    [winner] = [dossier for dossier, answer in zip(wanted, answers, strict=True) if answer.status_code == 200]
    found = await two.check(start)
    assert {str(node): one.valeurs.get("age_min") for node, one in found.items()}[unit] == wanted[winner]
    [loser] = wanted.keys() - {winner}
    [conflict] = (await two.one.ok("referent.ehpad", "GET", f"/dossiers/{loser}/conflits"))["conflits"]
    assert (conflict["champ"], conflict["publiee"]) == ("age_min", wanted[winner])


@pytest.mark.parametrize("_round", range(ROUNDS))
async def test_two_integrations_of_two_fields_of_one_unit_keep_both(two: Two, _round: int) -> None:
    start = await _state(two)
    unit = await two.one.publish("Unité partagée", activites=["293"])
    changes: list[dict[str, Any]] = [
        {"age_max": 90, "activites": ["293", "208"]},
        {"commentaire": "Alix", "activites": ["293", "227"]},
    ]
    dossiers = [await _ready(two.one, unit, **values) for values in changes]
    answers = await _validate_all(two, dossiers)
    assert [answer.status_code for answer in answers] == [200, 200], [answer.text for answer in answers]
    found = {str(node): one.valeurs for node, one in (await two.check(start)).items()}[unit]
    assert (found["age_max"], found["commentaire"], found["activites"]) == (90, "Alix", ["208", "227", "293"])


async def _edit(region: World, unit: str, answers: Sequence[dict[str, Any]], **values: Any) -> httpx.Response:
    """Publish a direct edit over the first version of a unit."""
    body = {"valeurs": values, "repercussions": list(answers)}
    return await region.call("referent.ej", "PATCH", f"/structures/{unit}", body, version=1)


ORDERS = ("integration", "edit", "both")


async def _in_order(two: Two, order: str, dossier: str, unit: str, answers: Any, **values: Any) -> tuple[int, int]:
    """Integrate a dossier and edit its unit directly, one before the other or at once; gives both statuses."""
    await two.of(1).login("referent.ej")

    async def validate() -> int:
        [answer] = await _validate_all(two, [dossier])
        return answer.status_code

    async def edit() -> int:
        return (await _edit(two.of(1), unit, answers, **values)).status_code

    if order == "both":
        validated, edited = await asyncio.gather(validate(), edit())
        return validated, edited
    if order == "integration":
        return await validate(), await edit()
    edited = await edit()
    return await validate(), edited


@pytest.mark.parametrize("order", ORDERS)
async def test_an_integration_and_a_direct_edit_of_another_field_both_stay(two: Two, order: str) -> None:
    start = await _state(two)
    unit = await two.one.publish("Unité à deux")
    dossier = await _ready(two.one, unit, age_min=10)
    validated, edited = await _in_order(two, order, dossier, unit, [], age_max=90)
    assert validated == 200
    assert edited in {200, 412}  # over a version that the integration replaced
    found = {str(node): one.valeurs for node, one in (await two.check(start)).items()}[unit]
    assert (found["age_min"], found.get("age_max")) == (10, 90 if edited == 200 else None)


@pytest.mark.parametrize("follow", [True, False])
@pytest.mark.parametrize("order", ORDERS)
async def test_an_integration_and_a_direct_edit_of_one_field_end_as_was_answered(
    two: Two, order: str, follow: bool
) -> None:
    start = await _state(two)
    unit = await two.one.publish("Unité à deux")
    dossier = await _ready(two.one, unit, age_min=10)
    asked = (await _edit(two.one, unit, [], age_min=20)).json()["questions"]
    answers = [
        {name: one[name] for name in ("dossier_id", "champ", "version")} | {"repercuter": follow} for one in asked
    ]
    validated, edited = await _in_order(two, order, dossier, unit, answers, age_min=20)
    found = {str(node): one for node, one in (await two.check(start)).items()}[unit]
    outcome = (validated, edited, found.valeurs["age_min"], found.version)
    first_integrated = (200, 412, 10, 2)  # the edit was typed over what is published no longer
    first_edited = (409, 200, 20, 2) if follow else (200, 200, 10, 3)  # nothing is left to publish; or it is replaced
    overtaken = (412, 200, 20, 2)  # the validator has not read that the dossier replaces the edit, or follows it
    possible = {"integration": {first_integrated}, "edit": {first_edited}, "both": {first_integrated, overtaken}}
    assert outcome in possible[order]


async def test_the_same_validation_sent_sixteen_times_at_once_publishes_once(two: Two) -> None:
    start = await _state(two)
    unit = await two.one.publish("Unité une fois")
    dossier = await _ready(two.one, unit, age_max=80)
    version = (await two.one.ok("sesan", "GET", f"/dossiers/{dossier}"))["version"]
    key = str(uuid4())
    for server in two.servers:
        await server.login("sesan")

    async def send(rank: int) -> httpx.Response:
        path = f"/dossiers/{dossier}/valider"
        return await two.of(rank).call("sesan", "POST", path, version=version, key=key)

    answers = await asyncio.gather(*(send(rank) for rank in range(WRITERS)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert sum(answer.headers.get("Idempotency-Replayed") == "true" for answer in answers) == WRITERS - 1
    await two.check(start)


async def test_who_reads_the_feed_meanwhile_sees_every_publication_once_and_in_order(two: Two) -> None:
    units = [await two.one.publish(f"Unité {rank}") for rank in range(4)]
    dossiers = [await _ready(two.one, unit, age_max=70 + rank) for rank, unit in enumerate(units)]
    async with stream(two.of(1), "lecteur") as live, stream(two.one, "lecteur", since="0") as late:
        await live.expect("debut")
        await late.expect("debut")
        answers = await _validate_all(two, dossiers)
        assert [answer.status_code for answer in answers] == [200] * 4
        seen = [(await live.expect("publication"))[0]["seq"] for _ in dossiers]
        told = [(await late.expect("publication"))[0] for _ in (*units, *dossiers)]
    assert seen == [5, 6, 7, 8]
    assert [one["seq"] for one in told] == list(range(1, 9))
    assert [one["structures"][0]["id"] for one in told][:4] == units
    assert {one["structures"][0]["id"] for one in told[4:]} == set(units)


async def test_one_person_may_not_lock_another_out_by_being_slow(two: Two) -> None:
    """A dossier is held only as long as one request: whoever stops between two requests holds nothing."""
    dossier = (await two.one.open_dossier("referent.ehpad", EHPAD))["id"]
    [fiche] = await two.one.add("referent.ehpad", dossier, EG)
    path = f"/dossiers/{dossier}/fiches/{fiche}"
    slow = await two.one.ok("referent.ehpad", "GET", path)
    quick = await two.of(1).ok("referent.ej", "PATCH", path, {"valeurs": COMPLETE}, version=slow["version"])
    refused = await two.one.call("referent.ehpad", "PATCH", path, {"valeurs": {"nom": "Autre"}}, version=1)
    assert (refused.status_code, refused.json()["modifie_par"]) == (412, "REFERENT.EJ")
    assert refused.headers["ETag"] == f'"{quick["version"]}"'
