"""Every action × role × territory × state × circuit, in one table written by hand: the workflow as the guide says it.

The table is not computed out of the rules that it judges. It holds twice: against the pure rules for every combination,
and against the running server for what it answers.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from itertools import product
from uuid import UUID, uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.domain.rights import Grant, Place, action_refusal
from ror_server.domain.workflow import state_fault
from ror_server.store.database import Database
from ror_tui.api_client.models import ActionDossier as Do
from ror_tui.api_client.models import Circuit, EtatDossier, Portee, Role
from tests.world import EHPAD, HOPITAL, MAS, World, add_account, eg_id, running

WRITERS = frozenset({Role.REFERENT, Role.DIRECTION, Role.ADMINISTRATEUR})
SESAN, TUTELLE, DIRECTION = frozenset({Role.VALIDATEUR}), frozenset({Role.TUTELLE}), frozenset({Role.DIRECTION})
NOBODY: frozenset[Role] = frozenset()

DRAFT, TO_DIRECTION, TO_LAST = EtatDossier.BROUILLON, EtatDossier.A_VALIDER_DIRECTION, EtatDossier.A_VALIDER
REFUSED, DONE, GIVEN_UP = EtatDossier.A_CORRIGER, EtatDossier.INTEGRE, EtatDossier.ABANDONNE

LAST: Mapping[Circuit, frozenset[Role]] = {
    Circuit.SANITAIRE: SESAN,
    Circuit.MEDICO_SOCIAL: SESAN,
    Circuit.HANDICAP: TUTELLE,
}
"""Who gives the last approval (guide, A NOTER 5)."""


def _may(circuit: Circuit) -> dict[Do, dict[EtatDossier, frozenset[Role]]]:
    """Give who may do what in which state; what is not named, nobody may."""
    last = LAST[circuit]
    return {
        Do.MODIFIER: {DRAFT: WRITERS, REFUSED: WRITERS},
        Do.ENVOYER: {DRAFT: WRITERS, REFUSED: WRITERS, TO_DIRECTION: DIRECTION},
        Do.VALIDER: {TO_LAST: last},
        Do.VALIDER_PARTIE: {TO_LAST: last},
        Do.REFUSER: {TO_DIRECTION: DIRECTION, TO_LAST: last},
        Do.RETIRER: {TO_DIRECTION: WRITERS, TO_LAST: WRITERS},
        Do.ABANDONNER: {DRAFT: WRITERS, REFUSED: WRITERS, TO_DIRECTION: WRITERS, TO_LAST: WRITERS},
        Do.REPRENDRE: {GIVEN_UP: WRITERS},
    }


NOT_THE_AUTHOR = {Do.VALIDER, Do.VALIDER_PARTIE}
ONLY_THE_AUTHOR = {Do.REPRENDRE}
STATES = {
    Circuit.SANITAIRE: [DRAFT, TO_DIRECTION, TO_LAST, REFUSED, DONE, GIVEN_UP],
    Circuit.MEDICO_SOCIAL: [DRAFT, TO_LAST, REFUSED, DONE, GIVEN_UP],
    Circuit.HANDICAP: [DRAFT, TO_LAST, REFUSED, DONE, GIVEN_UP],
}
HERE, EJ, ELSEWHERE = (UUID(int=number) for number in (1, 2, 3))
PLACE = Place(frozenset({HERE, EJ}), "75")
TERRITORIES = {
    (Portee.STRUCTURE, str(HERE)): True,
    (Portee.STRUCTURE, str(EJ)): True,
    (Portee.STRUCTURE, str(ELSEWHERE)): False,
    (Portee.DEPARTEMENT, "75"): True,
    (Portee.DEPARTEMENT, "13"): False,
    (Portee.REGION, None): True,
}


def _expected(action: Do, role: Role, inside: bool, circuit: Circuit, etat: EtatDossier, *, author: bool) -> bool:
    if not inside or role not in _may(circuit)[action].get(etat, NOBODY):
        return False
    if action in NOT_THE_AUTHOR:
        return not author
    return author or action not in ONLY_THE_AUTHOR


def test_the_table_names_every_action_and_every_state() -> None:
    assert set(_may(Circuit.SANITAIRE)) == set(Do)
    assert set(STATES[Circuit.SANITAIRE]) == set(EtatDossier)


@pytest.mark.parametrize("circuit", Circuit)
@pytest.mark.parametrize("action", Do)
def test_the_rules_say_what_the_table_says(circuit: Circuit, action: Do) -> None:
    tried = 0
    for role, (territory, inside), etat, author in product(Role, TERRITORIES.items(), STATES[circuit], (True, False)):
        grants = [Grant(role, *territory)]
        reason = action_refusal(action, grants, PLACE, circuit, etat, is_author=author)
        reason = reason or state_fault(action, circuit, etat)
        expected = _expected(action, role, inside, circuit, etat, author=author)
        assert (reason is None) is expected, (role, territory, etat, author, reason)
        assert reason is None or reason.endswith(".")
        tried += 1
    assert tried == len(Role) * 6 * len(STATES[circuit]) * 2


@pytest.mark.parametrize("action", Do)
def test_an_account_without_any_grant_may_nothing(action: Do) -> None:
    for circuit in Circuit:
        for etat in STATES[circuit]:
            assert action_refusal(action, [], PLACE, circuit, etat, is_author=True)


AUTHOR = "auteur"
WHERE = {Circuit.SANITAIRE: HOPITAL, Circuit.MEDICO_SOCIAL: EHPAD, Circuit.HANDICAP: MAS}
PATHS = {
    Do.ENVOYER: "envoyer",
    Do.VALIDER: "valider",
    Do.VALIDER_PARTIE: "valider-partie",
    Do.REFUSER: "refuser",
    Do.RETIRER: "retirer",
    Do.ABANDONNER: "abandonner",
    Do.REPRENDRE: "reprendre",
}
WAY: Mapping[EtatDossier, list[str]] = {
    DRAFT: [],
    TO_DIRECTION: ["envoyer"],
    TO_LAST: ["envoyer", "envoyer"],
    REFUSED: ["envoyer", "envoyer", "refuser"],
    DONE: ["envoyer", "envoyer", "valider"],
    GIVEN_UP: ["abandonner"],
}
"""How a dossier of the sanitary circuit comes to a state; the others leave the second sending out."""


@pytest.fixture
async def region(sqlite_url: str) -> AsyncIterator[World]:
    """Run the application on SQLite: rights are judged in Python, `test_rights.py` holds the SQL to them on both."""
    database = Database(sqlite_url)
    async with running(database) as found:
        yield found
    await database.close()


async def _accounts(tx: AsyncConnection, finess: str) -> None:
    for role in Role:
        await add_account(tx, f"ici.{role}", Grant(role, Portee.STRUCTURE, str(eg_id(finess))))
        await add_account(tx, f"ailleurs.{role}", Grant(role, Portee.DEPARTEMENT, "13"))
    await add_account(tx, AUTHOR, Grant(Role.REFERENT, Portee.STRUCTURE, str(eg_id(finess))))


async def _brought_to(region: World, circuit: Circuit, etat: EtatDossier) -> tuple[str, list[str]]:
    """Open a dossier of two fiches as its author, and bring it to a state."""
    opened = await region.open_dossier(AUTHOR, WHERE[circuit], meme_si_ouvert=True, titre=str(uuid4()))
    units = await region.add(AUTHOR, opened["id"], eg_id(WHERE[circuit]), count=2)
    for unit in units:
        await region.fill(AUTHOR, opened["id"], unit, nom=f"Unité {unit[:8]}")
    last = f"ici.{next(iter(LAST[circuit]))}"
    senders = iter([AUTHOR, "ici.direction"])
    for step in WAY[etat]:
        if step == "envoyer":
            sender = next(senders)
            if sender == AUTHOR or circuit is Circuit.SANITAIRE:
                await region.step(sender, opened["id"], step)
        else:
            who = {"abandonner": AUTHOR}.get(step, last)
            await region.step(who, opened["id"], step, {"motif": "Parce que."} if step == "refuser" else None)
    return opened["id"], units


@pytest.mark.parametrize(
    ("circuit", "etat"), [(circuit, etat) for circuit in Circuit for etat in STATES[circuit]], ids=lambda one: one.value
)
async def test_the_server_answers_what_the_table_says(region: World, circuit: Circuit, etat: EtatDossier) -> None:
    async with region.database.write() as tx:
        await _accounts(tx, WHERE[circuit])
    dossier, units = await _brought_to(region, circuit, etat)
    shown = await region.ok("admin", "GET", f"/dossiers/{dossier}")
    assert shown["etat"] == etat
    bodies = {
        Do.REFUSER: {"motif": "Parce que."},
        Do.VALIDER_PARTIE: {"fiches": [{"structure_id": units[0], "motif": "Doublon."}]},
    }
    people = [(AUTHOR, Role.REFERENT, True, True)]
    people += [(f"{where}.{role}", role, where == "ici", False) for role in Role for where in ("ici", "ailleurs")]
    for action, path in PATHS.items():
        for who, role, inside, author in people:
            may = _expected(action, role, inside, circuit, etat, author=author)
            # a version that is not the dossier's: whoever may act is told so, and nothing changes for the next one
            answer = await region.call(
                who, "POST", f"/dossiers/{dossier}/{path}", bodies.get(action), version=shown["version"] + 100
            )
            right = role in _roles(circuit, action, etat) and inside
            right = right and (author or action not in ONLY_THE_AUTHOR) and not (author and action in NOT_THE_AUTHOR)
            assert (answer.status_code == 412) is right, (action, who, answer.text)
            assert right or answer.status_code == 403
            assert right or not may
    for action, path in PATHS.items():
        allowed = [one for one in people if _expected(action, one[1], one[2], circuit, etat, author=one[3])]
        if not allowed:
            continue
        again, parts = await _brought_to(region, circuit, etat)
        version = (await region.ok("admin", "GET", f"/dossiers/{again}"))["version"]
        body = bodies.get(action)
        if action is Do.VALIDER_PARTIE:
            body = {"fiches": [{"structure_id": parts[0], "motif": "Doublon."}]}
        await region.ok(allowed[0][0], "POST", f"/dossiers/{again}/{path}", body, version=version)


def _roles(circuit: Circuit, action: Do, etat: EtatDossier) -> frozenset[Role]:
    """Give who holds the right, in a state where the action makes no sense too: rights are judged first."""
    named = _may(circuit)[action].get(etat)
    if named is not None:
        return named
    if action in NOT_THE_AUTHOR or action is Do.REFUSER:
        return LAST[circuit]
    return WRITERS
