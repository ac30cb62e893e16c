"""The server killed before its answer, or between two statements: all or nothing, and a retry finishes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from ror_server.store.database import Database
from tests.conftest import SOAK
from tests.processes import ServerProcess, server_process
from tests.world import COMPLETE, EHPAD, PASSWORD, eg_id, populate

pytestmark = pytest.mark.soak

ROUNDS = max(1, SOAK // 20)

DYING = "tests.server.dying_server"
INTEGRATION_POINTS = [
    "ror_server.store.idempotency:claim",
    "ror_server.store.dossiers:approve",
    "ror_server.store.commits:next_commit",
    "ror_server.store.structures:insert",
    "ror_server.store.commits:add_revisions",
    "ror_server.store.structures:refresh_disciplines",
    "ror_server.store.dossiers:touch",
    "ror_server.store.dossiers:add_event",
    "ror_server.store.idempotency:keep",
]


@pytest.fixture
async def server(database_url: str) -> AsyncIterator[ServerProcess]:
    database = Database(database_url)
    async with database.write() as tx:
        await populate(tx)
    await database.close()
    with server_process(database_url) as process:
        process.start(module=DYING)
        yield process


class Person:
    """One account over plain HTTP."""

    def __init__(self, server: ServerProcess, name: str) -> None:
        self.server = server
        with server.http() as http:
            answer = http.post("/v1/session", json={"identifiant": name, "mot_de_passe": PASSWORD})
        self.headers = {"Authorization": f"Bearer {answer.json()['jeton']}"}

    def send(
        self, method: str, path: str, body: Any = None, *, version: int = 1, key: str | None = None, die: str = ""
    ) -> httpx.Response:
        more = {"If-Match": f'"{version}"', "Idempotency-Key": key or str(uuid4())} | ({"X-Die": die} if die else {})
        with self.server.http() as http:
            return http.request(method, f"/v1{path}", json=body, headers=self.headers | more)

    def get(self, path: str) -> Any:
        return self.send("GET", path).json()


def _restart(server: ServerProcess) -> None:
    assert server.wait() == 9
    server.start(module=DYING)


def _ready_to_validate(server: ServerProcess) -> tuple[str, str]:
    referent = Person(server, "referent.ehpad")
    dossier, fiche = str(uuid4()), str(uuid4())
    referent.send("POST", "/dossiers", {"id": dossier, "structure_id": str(eg_id(EHPAD))})
    body = {"kind": "uo", "parent_id": str(eg_id(EHPAD)), "ids": [fiche]}
    referent.send("POST", f"/dossiers/{dossier}/fiches", body)
    path = f"/dossiers/{dossier}/fiches/{fiche}"
    assert referent.send("PATCH", path, {"valeurs": COMPLETE}).status_code == 200
    assert referent.send("POST", f"{path}/finaliser", version=2).status_code == 200
    sent = referent.send("POST", f"/dossiers/{dossier}/envoyer", version=4)
    assert sent.json()["etat"] == "a_valider", sent.text
    return dossier, fiche


@pytest.mark.parametrize("_round", range(ROUNDS))
@pytest.mark.parametrize("place", ["answer", *INTEGRATION_POINTS])
def test_an_integration_cut_anywhere_is_whole_or_absent_and_a_retry_finishes_it(
    server: ServerProcess, place: str, _round: int
) -> None:
    dossier, fiche = _ready_to_validate(server)
    sesan, key = Person(server, "sesan"), str(uuid4())
    path = f"/dossiers/{dossier}/valider"
    with pytest.raises(httpx.TransportError):
        sesan.send("POST", path, version=5, key=key, die=place)
    _restart(server)

    published = sesan.send("GET", f"/structures/{fiche}").status_code == 200
    etat = sesan.get(f"/dossiers/{dossier}")["etat"]
    assert (published, etat) == ((True, "integre") if place == "answer" else (False, "a_valider"))

    again = sesan.send("POST", path, version=5, key=key)
    assert (again.status_code, again.json()["etat"]) == (200, "integre")
    assert again.headers.get("idempotency-replayed", "false") == ("true" if place == "answer" else "false")
    assert sesan.send("GET", f"/structures/{fiche}").status_code == 200
    events = sesan.get(f"/dossiers/{dossier}")["evenements"]
    assert sum("publié" in event["texte"] for event in events) == 1


def test_a_save_whose_answer_was_lost_is_there_after_the_restart(server: ServerProcess) -> None:
    referent = Person(server, "referent.ehpad")
    dossier, fiche = str(uuid4()), str(uuid4())
    referent.send("POST", "/dossiers", {"id": dossier, "structure_id": str(eg_id(EHPAD))})
    body = {"kind": "uo", "parent_id": str(eg_id(EHPAD)), "ids": [fiche]}
    referent.send("POST", f"/dossiers/{dossier}/fiches", body)
    path = f"/dossiers/{dossier}/fiches/{fiche}"
    with pytest.raises(httpx.TransportError):
        referent.send("PATCH", path, {"valeurs": {"nom": "Unité gardée"}}, die="answer")
    _restart(server)
    assert referent.get(path)["valeurs"]["nom"] == "Unité gardée"
    stale = referent.send("PATCH", path, {"valeurs": {"nom": "Unité gardée"}})
    assert (stale.status_code, stale.json()["valeurs"]["nom"]) == (412, "Unité gardée")


def test_the_socket_is_private_and_only_one_server_listens_on_it(server: ServerProcess) -> None:
    assert oct(server.socket.stat().st_mode & 0o777) == "0o600"
    assert oct(server.socket.parent.stat().st_mode & 0o777) == "0o700"
    second = ServerProcess(server.database, server.socket)
    assert _refused(second) == "Un serveur écoute déjà sur"
    assert server.stop() == 0
    assert not server.socket.exists()


def _refused(server: ServerProcess) -> str:
    command = [sys.executable, "-m", "ror_server", "serve", "--database", server.database, "--unix", str(server.socket)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2
    return done.stderr.strip().rpartition(" ")[0]


def test_a_directory_open_to_others_is_refused(server: ServerProcess) -> None:
    server.stop()
    server.socket.parent.chmod(0o755)
    assert "doit être à vous seul" in _refused(server)
