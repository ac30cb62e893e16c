"""A small region for the tests: an establishment of each circuit, one elsewhere, and accounts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID, uuid4

import httpx
from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.app import create_app
from ror_server.domain.disciplines import discipline_bit
from ror_server.domain.identifiers import finess_key, structure_id
from ror_server.domain.rights import Grant
from ror_server.domain.words import fold
from ror_server.nomenclatures import categorie_eg
from ror_server.routes.context import Ror
from ror_server.services.sessions import hash_password
from ror_server.settings import ServerSettings
from ror_server.store import accounts, structures
from ror_server.store.database import Database
from ror_tui.api_client.models import Kind, Portee, Role
from tests.streaming import StreamingTransport

PASSWORD = "un mot de passe de test"
START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

EJ = finess_key("75000001")
EHPAD = finess_key("75000010")
HOPITAL = finess_key("75000020")
MAS = finess_key("75000030")
AILLEURS = finess_key("13000010")
EJ_AILLEURS = finess_key("13000001")


def eg_id(finess: str) -> UUID:
    """Give the id of an establishment."""
    return structure_id(Kind.EG, finess)


@cache
def _hashed() -> str:
    return hash_password(PASSWORD)


ACCOUNTS: dict[str, tuple[Grant, ...]] = {
    "referent.ehpad": (Grant(Role.REFERENT, Portee.STRUCTURE, str(eg_id(EHPAD))),),
    "referent.ej": (Grant(Role.REFERENT, Portee.STRUCTURE, str(structure_id(Kind.EJ, EJ))),),
    "referent.hopital": (Grant(Role.REFERENT, Portee.STRUCTURE, str(eg_id(HOPITAL))),),
    "referent.mas": (Grant(Role.REFERENT, Portee.STRUCTURE, str(eg_id(MAS))),),
    "referent.ailleurs": (Grant(Role.REFERENT, Portee.DEPARTEMENT, "13"),),
    "direction": (Grant(Role.DIRECTION, Portee.STRUCTURE, str(eg_id(HOPITAL))),),
    "sesan": (Grant(Role.VALIDATEUR, Portee.REGION, None),),
    "tutelle": (Grant(Role.TUTELLE, Portee.REGION, None),),
    "lits": (Grant(Role.GESTIONNAIRE_LITS, Portee.REGION, None),),
    "lecteur": (Grant(Role.LECTEUR, Portee.REGION, None),),
    "admin": (Grant(Role.ADMINISTRATEUR, Portee.REGION, None),),
    "personne": (),
}


@dataclass
class Clock:
    """A clock that tests move."""

    at: datetime = START

    def __call__(self) -> datetime:
        """Give the present instant."""
        return self.at

    def forward(self, **delta: float) -> None:
        """Let time pass."""
        self.at += timedelta(**delta)


def _ej(finess: str, nom: str) -> dict[str, object]:
    return {
        "id": structure_id(Kind.EJ, finess),
        "kind": Kind.EJ,
        "parent_id": None,
        "nom": nom,
        "nom_tri": fold(nom),
        "recherche": fold(f"{nom} {finess}"),
        "finess": finess,
        "disciplines": 127,
        "valeurs": {},
        "version": 1,
        "maj_le": START,
        "maj_par": "FINESS",
    }


def _eg(finess: str, ej: str, nom: str, categorie: str, ville: str) -> dict[str, object]:
    found = categorie_eg(categorie)
    return _ej(finess, nom) | {
        "id": eg_id(finess),
        "kind": Kind.EG,
        "parent_id": structure_id(Kind.EJ, ej),
        "recherche": fold(f"{nom} {ville} {finess}"),
        "categorie": categorie,
        "domaine": found.domaine,
        "circuit": found.circuit,
        "discipline": found.discipline,
        "disciplines": discipline_bit(found.discipline),
        "departement": finess[:2],
        "ville": ville,
        "code_postal": f"{finess[:2]}013",
        "adresse": ["1 rue de l'Essai"],
    }


def establishment(finess: str, nom: str, categorie: str = "355") -> dict[str, object]:
    """Give one more establishment of Paris, as a row to insert."""
    return _eg(finess, EJ, nom, categorie, "PARIS")


async def populate(tx: AsyncConnection) -> None:
    """Write the region and its accounts."""
    await structures.insert(tx, [_ej(EJ, "Association Essai"), _ej(EJ_AILLEURS, "Fondation du Sud")])
    await structures.insert(
        tx,
        [
            _eg(EHPAD, EJ, "EHPAD Les Tilleuls", "500", "PARIS"),
            _eg(HOPITAL, EJ, "Hôpital Saint-Œuvre", "355", "PARIS"),
            _eg(MAS, EJ, "MAS du Parc", "255", "PARIS"),
            _eg(AILLEURS, EJ_AILLEURS, "EHPAD des Calanques", "500", "MARSEILLE"),
        ],
    )
    for identifiant, grants in ACCOUNTS.items():
        await add_account(tx, identifiant, *grants)


async def add_account(tx: AsyncConnection, identifiant: str, *grants: Grant) -> UUID:
    """Write an account whose name is its identifiant in capitals."""
    compte_id = uuid4()
    await accounts.add_account(
        tx, compte_id=compte_id, identifiant=identifiant, nom=identifiant.upper(), mot_de_passe=_hashed(), at=START
    )
    for grant in grants:
        await accounts.add_grant(tx, compte_id, grant)
    return compte_id


@dataclass
class World:
    """The running application over a populated database."""

    database: Database
    clock: Clock
    http: httpx.AsyncClient
    ror: Ror
    tokens: dict[str, str] = field(default_factory=dict)

    async def login(self, who: str) -> str:
        """Sign in once for each account, and give the token."""
        if who not in self.tokens:
            body = {"identifiant": who, "mot_de_passe": PASSWORD}
            answer = await self.http.post("/v1/session", json=body)
            assert answer.status_code == 201, answer.text
            self.tokens[who] = answer.json()["jeton"]
        return self.tokens[who]

    async def call(
        self,
        who: str | None,
        method: str,
        path: str,
        body: Any = None,
        *,
        version: int | None = None,
        key: str | None = None,
        **params: str | int,
    ) -> httpx.Response:
        """Send one request as an account, with a fresh Idempotency-Key unless one is given."""
        headers = {"Authorization": f"Bearer {await self.login(who)}"} if who else {}
        if method == "POST" or path.endswith("/lits"):
            headers["Idempotency-Key"] = key or str(uuid4())
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        request = self.http.build_request(method, f"/v1{path}", json=body, headers=headers, params=params or None)
        answer = await self.http.send(request, stream=True)
        lasting = answer.headers.get("Content-Type", "").startswith("text/event-stream")
        await (answer.aclose() if lasting else answer.aread())
        return answer

    async def ok(self, who: str, method: str, path: str, body: Any = None, **options: Any) -> Any:
        """Send one request that must work, and give what it answers."""
        answer = await self.call(who, method, path, body, **options)
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None

    async def open_dossier(self, who: str, finess: str, **more: Any) -> dict[str, Any]:
        """Open a dossier on an establishment."""
        body = {"id": str(uuid4()), "structure_id": str(eg_id(finess)), **more}
        return dict(await self.ok(who, "POST", "/dossiers", body))

    async def add(self, who: str, dossier: str, parent: str | UUID, kind: str = "uo", count: int = 1) -> list[str]:
        """Create fiches and give their ids."""
        ids = [str(uuid4()) for _ in range(count)]
        body = {"kind": kind, "parent_id": str(parent), "ids": ids}
        await self.ok(who, "POST", f"/dossiers/{dossier}/fiches", body)
        return ids

    async def fill(self, who: str, dossier: str, fiche: str, **values: Any) -> dict[str, Any]:
        """Fill a fiche completely and finalise it."""
        path = f"/dossiers/{dossier}/fiches/{fiche}"
        before = await self.ok(who, "GET", path)
        complete = COMPLETE if before["kind"] == "uo" else {"nom": f"{before['kind']} d'essai"}
        saved = await self.ok(who, "PATCH", path, {"valeurs": complete | values}, version=before["version"])
        return dict(await self.ok(who, "POST", f"{path}/finaliser", version=saved["version"]))

    async def step(self, who: str, dossier: str, action: str, body: Any = None) -> dict[str, Any]:
        """Act on a dossier in its present version."""
        version = (await self.ok(who, "GET", f"/dossiers/{dossier}"))["version"]
        return dict(await self.ok(who, "POST", f"/dossiers/{dossier}/{action}", body, version=version))

    async def publish(self, nom: str, **values: Any) -> str:
        """Create a unit of the EHPAD through a whole dossier, and give its id once it is in the Répertoire."""
        dossier = await self._open_another()
        [unit] = await self.add("referent.ehpad", dossier, eg_id(EHPAD))
        await self.fill("referent.ehpad", dossier, unit, nom=nom, **values)
        await self._pass(dossier)
        return unit

    async def change(self, unit: str, **values: Any) -> None:
        """Publish other values of a unit of the EHPAD, through a whole dossier."""
        dossier = await self._open_another()
        path = f"/dossiers/{dossier}/fiches/{unit}"
        fiche = await self.ok("referent.ehpad", "GET", path)
        saved = await self.ok("referent.ehpad", "PATCH", path, {"valeurs": values}, version=fiche["version"])
        await self.ok("referent.ehpad", "POST", f"{path}/finaliser", version=saved["version"])
        await self._pass(dossier)

    async def delete(self, unit: str) -> None:
        """Take a unit of the EHPAD out of the Répertoire, through a whole dossier."""
        dossier = await self._open_another()
        path = f"/dossiers/{dossier}/fiches/{unit}"
        version = (await self.ok("referent.ehpad", "GET", path))["version"]
        await self.ok("referent.ehpad", "DELETE", path, version=version)
        await self._pass(dossier)

    async def _open_another(self) -> str:
        opened = await self.open_dossier("referent.ehpad", EHPAD, titre="Mise à jour", meme_si_ouvert=True)
        return str(opened["id"])

    async def _pass(self, dossier: str) -> None:
        await self.step("referent.ehpad", dossier, "envoyer")
        await self.step("sesan", dossier, "valider")

    async def nodes(self, who: str, dossier: str) -> dict[str, dict[str, Any]]:
        """Give the lines of a dossier's tree by id."""
        arbre = await self.ok(who, "GET", f"/dossiers/{dossier}/arbre")
        return {node["id"]: node for node in arbre["noeuds"]}


COMPLETE: dict[str, Any] = {
    "nom": "Unité d'hébergement",
    "discipline": "MSS",
    "type_uo": "56",
    "age_min": 60,
    "mode_prise_en_charge": "46",
    "activites": ["293"],
    "unite_sensible": False,
}


@asynccontextmanager
async def running(database: Database, **settings: Any) -> AsyncIterator[World]:
    """Populate a database and run the application over it."""
    async with database.write() as tx:
        await populate(tx)
    clock = Clock()
    app = create_app(database, ServerSettings(database="essai", **settings), clock=clock)
    transport = StreamingTransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://ror") as http:
        yield World(database, clock, http, app.state.ror)
    await transport.finish()
    await app.state.ror.recherche.close()
