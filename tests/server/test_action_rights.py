"""Every action on a dossier × every role × every territory × every state, against one table (DESIGN §4 and §5).

`test_rights.py` proves that each route asks; this proves what it is told, by the very function that they all ask.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.domain.identifiers import structure_id
from ror_server.domain.rights import Grant
from ror_server.problems import ConflictError, ForbiddenError
from ror_server.services import access, workspace
from ror_server.services.workspace import Workspace
from ror_server.store import accounts, dossiers
from ror_server.store.accounts import Account
from ror_server.store.database import Database
from ror_tui.api_client.models import ActionDossier, EtatDossier, Kind, Portee, Role
from tests.world import EHPAD, EJ, HOPITAL, MAS, World, add_account, eg_id, running

WRITE = frozenset({Role.REFERENT, Role.DIRECTION, Role.ADMINISTRATEUR})
DIRECTION = frozenset({Role.DIRECTION})
LAST = {HOPITAL: frozenset({Role.VALIDATEUR}), EHPAD: frozenset({Role.VALIDATEUR}), MAS: frozenset({Role.TUTELLE})}

E, A = EtatDossier, ActionDossier
TABLE: Mapping[EtatDossier, Mapping[ActionDossier, str]] = {
    E.BROUILLON: {A.MODIFIER: "write", A.ENVOYER: "write", A.ABANDONNER: "write"},
    E.A_CORRIGER: {A.MODIFIER: "write", A.ENVOYER: "write", A.ABANDONNER: "write"},
    E.A_VALIDER_DIRECTION: {
        A.ENVOYER: "direction", A.REFUSER: "direction", A.RETIRER: "write", A.ABANDONNER: "write",
    },
    E.A_VALIDER: {
        A.VALIDER: "last", A.VALIDER_PARTIE: "last", A.REFUSER: "level", A.RETIRER: "write", A.ABANDONNER: "write",
    },
    E.INTEGRE: {},
    E.ABANDONNE: {A.REPRENDRE: "author"},
}  # fmt: skip
"""Who may do what in each state; what is not named, nobody may."""

TERRITORIES: Mapping[str, bool] = {
    "here": True,
    "entity": True,
    "departement": True,
    "region": True,
    "elsewhere": False,
}
"""Where a role is held, and whether that covers the establishment."""

AUTHORS = {HOPITAL: "referent.hopital", EHPAD: "referent.ehpad", MAS: "referent.mas"}
CASES = [
    (finess, etat)
    for finess in (HOPITAL, EHPAD, MAS)
    for etat in EtatDossier
    if finess == HOPITAL or etat is not E.A_VALIDER_DIRECTION
]


@pytest.fixture
async def region(sqlite_url: str) -> AsyncIterator[World]:
    database = Database(sqlite_url)
    async with running(database) as found:
        yield found
    await database.close()


@dataclass(frozen=True)
class Person:
    """An account with one role in one territory."""

    account: Account
    role: Role | None
    covers: bool
    author: bool = False


def _grant(role: Role, territory: str, finess: str) -> Grant:
    match territory:
        case "here":
            return Grant(role, Portee.STRUCTURE, str(eg_id(finess)))
        case "entity":
            return Grant(role, Portee.STRUCTURE, str(structure_id(Kind.EJ, EJ)))
        case "departement":
            return Grant(role, Portee.DEPARTEMENT, "75")
        case "elsewhere":
            return Grant(role, Portee.DEPARTEMENT, "13")
        case _:
            return Grant(role, Portee.REGION, None)


async def _everybody(region: World, finess: str) -> list[Person]:
    async with region.database.write() as tx:
        found: list[tuple[UUID, Role | None, bool]] = [(await add_account(tx, "sans.droit"), None, False)]
        for role in Role:
            for territory, covers in TERRITORIES.items():
                grant = _grant(role, territory, finess)
                found.append((await add_account(tx, f"{role}.{territory}", grant), role, covers))
        people = [Person(await _account(tx, one), role, covers) for one, role, covers in found]
        author = await accounts.compte_id_of(tx, AUTHORS[finess])
        assert author is not None
        # who writes a dossier may hold every role there is: it is still not for him to give the last approval
        for role in Role:
            await accounts.add_grant(tx, author, Grant(role, Portee.REGION, None))
        return [*people, Person(await _account(tx, author), None, covers=True, author=True)]


async def _account(tx: AsyncConnection, compte_id: UUID) -> Account:
    found = await accounts.account(tx, compte_id)
    assert found is not None
    return found


async def _in_state(region: World, finess: str, etat: EtatDossier) -> Workspace:
    author = AUTHORS[finess]
    dossier = (await region.open_dossier(author, finess))["id"]
    [fiche] = await region.add(author, dossier, eg_id(finess))
    await region.fill(author, dossier, fiche)
    last = "tutelle" if finess == MAS else "sesan"
    to_last = [(author, "envoyer"), *([("direction", "envoyer")] if finess == HOPITAL else [])]
    way: Mapping[EtatDossier, list[tuple[str, str]]] = {
        E.BROUILLON: [],
        E.A_VALIDER_DIRECTION: to_last[:1],
        E.A_VALIDER: to_last,
        E.A_CORRIGER: [*to_last, (last, "refuser")],
        E.INTEGRE: [*to_last, (last, "valider")],
        E.ABANDONNE: [(author, "abandonner")],
    }
    for who, action in way[etat]:
        await region.step(who, dossier, action, {"motif": "À revoir."} if action == "refuser" else None)
    if etat is E.A_CORRIGER:
        await region.fill(author, dossier, fiche, nom="Unité corrigée")
    async with region.database.read() as tx:
        row = await dossiers.dossier(tx, UUID(dossier))
        assert row is not None
        assert row.etat is etat
        return await workspace.load(tx, row)


def _expected(person: Person, rule: str | None, finess: str) -> bool:
    if rule is None or not person.covers:
        return False
    if person.author:
        return rule != "last"
    roles = {
        "write": WRITE,
        "direction": DIRECTION,
        "last": LAST[finess],
        "level": LAST[finess],
        "author": frozenset[Role](),
    }[rule]
    return person.role in roles


@pytest.mark.parametrize(("finess", "etat"), CASES, ids=[f"{finess} {etat}" for finess, etat in CASES])
async def test_an_action_is_open_to_those_of_the_table_and_to_nobody_else(
    region: World, finess: str, etat: EtatDossier
) -> None:
    found = await _in_state(region, finess, etat)
    people = await _everybody(region, finess)
    wrong: list[tuple[str, ActionDossier, str | None]] = []
    said: set[str | None] = set()
    for person in people:
        for action in ActionDossier:
            refused = _refused(found, person.account, action)
            if (refused is None) != _expected(person, TABLE[etat].get(action), finess):
                wrong.append((person.account.identifiant, action, refused))
            said.add(refused)
    assert wrong == []
    assert all(one.endswith(".") for one in said if one)


def _refused(found: Workspace, account: Account, action: ActionDossier) -> str | None:
    try:
        access.require_action(found, account, action, expected=found.dossier.version)
    except (ForbiddenError, ConflictError) as error:
        return error.detail
    return None
