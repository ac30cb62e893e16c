"""Requests made out of the OpenAPI document: every answer is one that the document names, never a 500."""

from __future__ import annotations

import asyncio
import subprocess
import sys

import pytest

from ror_server.store.database import Database
from tests.conftest import SOAK
from tests.processes import ROOT, free_port, server_process
from tests.world import PASSWORD, populate

pytestmark = [pytest.mark.soak, pytest.mark.timeout(3600 if SOAK else 600)]

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


async def _populate(url: str) -> None:
    database = Database(url)
    async with database.write() as tx:
        await populate(tx)
    await database.close()


def test_any_request_is_answered_as_the_document_says(sqlite_url: str) -> None:
    asyncio.run(_populate(sqlite_url))
    with server_process(sqlite_url) as server:
        server.start(port=free_port())
        with server.http() as http:
            login = http.post("/v1/session", json={"identifiant": "admin", "mot_de_passe": PASSWORD})
            address = f"http://127.0.0.1:{server.port}/v1/openapi.json"
        command = [
            sys.executable,
            "-m",
            "schemathesis.cli",
            "run",
            address,
            "--seed",
            "1",
            "--phases",
            "coverage,fuzzing" if SOAK else "fuzzing",
        ]
        command += ["--header", f"Authorization: Bearer {login.json()['jeton']}", "--exclude-path", "/v1/session"]
        command += ["--exclude-path", "/v1/evenements"]  # it never ends
        command += ["--checks", CHECKS, "--max-examples", str(max(5, SOAK))]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
        assert " passed" in done.stdout
