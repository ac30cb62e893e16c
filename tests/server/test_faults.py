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

DYING = "tests.server.dying_server"
CUTS = max(4, SOAK)
"""Times that the server is killed in the middle of an integration, on each database."""


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


def _statements(server: ServerProcess) -> int:
    """Give how many statements the validation of such a dossier sends, by validating one."""
    dossier, _ = _ready_to_validate(server)
    answer = Person(server, "sesan").send("POST", f"/dossiers/{dossier}/valider", version=5)
    assert answer.json()["etat"] == "integre", answer.text
    return int(answer.headers["X-Statements"])


def test_an_integration_cut_between_any_two_statements_leaves_nothing_and_a_retry_finishes_it(
    server: ServerProcess,
) -> None:
    total = _statements(server)
    assert total > 20, "the statements are not counted"
    dossier, fiche = _ready_to_validate(server)
    sesan, key, path = Person(server, "sesan"), str(uuid4()), f"/dossiers/{dossier}/valider"
    for cut in range(CUTS):
        last = 1 + cut * (total - 1) // (CUTS - 1) if total > CUTS else 1 + cut % total
        with pytest.raises(httpx.TransportError):
            sesan.send("POST", path, version=5, key=key, die=str(last))
        _restart(server)
        found = sesan.get(f"/dossiers/{dossier}")
        assert (found["etat"], found["version"]) == ("a_valider", 5), f"cut at statement {last} of {total}"
        assert sesan.send("GET", f"/structures/{fiche}").status_code == 404

    with pytest.raises(httpx.TransportError):  # the answer is lost
        sesan.send("POST", path, version=5, key=key, die="answer")
    _restart(server)
    assert sesan.get(f"/dossiers/{dossier}")["etat"] == "integre"
    again = sesan.send("POST", path, version=5, key=key)
    assert (again.status_code, again.json()["etat"]) == (200, "integre")
    assert again.headers["Idempotency-Replayed"] == "true"
    assert sesan.send("GET", f"/structures/{fiche}").status_code == 200
    events = sesan.get(f"/dossiers/{dossier}")["evenements"]
    assert sum("publié" in event["texte"] for event in events) == 1


ACTS = ["creer", "envoyer", "refuser", "retirer", "abandonner", "lot"] if SOAK else ["lot"]
"""One stands for all in `make test`: each costs two starts of the server."""


@pytest.mark.parametrize("act", ACTS)
def test_an_act_whose_answer_was_lost_is_done_once_however_often_it_is_sent_again(
    server: ServerProcess, act: str
) -> None:
    dossier, _ = _ready_to_validate(server)
    who, path, version, body = _acting(server, act, dossier)
    person, key = Person(server, who), str(uuid4())
    for die in ("1", "answer"):  # the request is lost, then the answer
        with pytest.raises(httpx.TransportError):
            person.send("POST", path, body, version=version, key=key, die=die)
        _restart(server)
    first = person.send("POST", path, body, version=version, key=key)
    second = person.send("POST", path, body, version=version, key=key)
    assert first.status_code in {200, 201}, first.text
    assert (first.content, first.headers["Idempotency-Replayed"]) == (second.content, "true")
    other = person.send("POST", path, body, version=version + 1, key=key)
    assert other.status_code == 422, "the key served for another request"


def _acting(server: ServerProcess, act: str, dossier: str) -> tuple[str, str, int, Any]:
    """Bring a dossier that waits for SESAN to where an act can be done: who, where, at which version, with what."""
    author, path = Person(server, "referent.ehpad"), f"/dossiers/{dossier}"
    if act == "refuser":
        return "sesan", f"{path}/refuser", 5, {"motif": "À revoir."}
    if act == "retirer":
        return "referent.ehpad", f"{path}/retirer", 5, None
    if act == "abandonner":
        return "referent.ehpad", f"{path}/abandonner", 5, None
    withdrawn = author.send("POST", f"{path}/retirer", version=5)
    assert withdrawn.status_code == 200, withdrawn.text
    if act == "envoyer":
        return "referent.ehpad", f"{path}/envoyer", 6, None
    new = {"kind": "uo", "parent_id": str(eg_id(EHPAD))}
    if act == "creer":
        return "referent.ehpad", f"{path}/fiches", 6, new | {"ids": [str(uuid4())]}
    empreinte = author.get(f"{path}/contenu")["empreinte"]
    return "referent.ehpad", f"{path}/contenu", 6, {"empreinte": empreinte, "creees": [new | {"id": str(uuid4())}]}


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
