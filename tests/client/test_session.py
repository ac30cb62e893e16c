"""Signing in and out."""

from __future__ import annotations

import httpx
import pytest
from pydantic import SecretStr

from ror_tui.api_client import errors
from ror_tui.services import session as service

from .wire import NOW, TOKEN, Answer, Wire, compte, ok, problem, session

PASSWORD = SecretStr("Sésame, ouvre-toi")


async def test_the_token_signs_what_needs_it_and_nothing_else() -> None:
    etat = ok({"service": "ror", "version": "1", "pret": True})
    wire = Wire(etat, session(), ok(compte()), etat)
    async with wire.client() as client:
        assert (await service.etat(client)).pret
        assert (await service.connecter(client, "  moi ", PASSWORD)).nom == "Camille Martin"
        assert client.authenticated
        await client.session.moi()
        await service.etat(client)
    assert wire.lines() == ["GET /v1/etat", "POST /v1/session", "GET /v1/moi", "GET /v1/etat"]
    assert [request.headers.get("Authorization") for request in wire.requests] == [None, None, f"Bearer {TOKEN}", None]


async def test_the_password_is_sent_as_it_was_typed() -> None:
    wire = Wire(session())
    async with wire.client() as client:
        await service.connecter(client, " moi ", SecretStr(" espace é "))
    assert wire.body() == {"identifiant": "moi", "mot_de_passe": " espace é "}


@pytest.mark.parametrize(("status", "expected"), [(401, errors.Unauthorized), (429, errors.TooManyRequests)])
async def test_a_refused_login_keeps_no_token(status: int, expected: type[errors.StatusError]) -> None:
    async with Wire(problem(status)).client() as client:
        with pytest.raises(expected):
            await service.connecter(client, "moi", PASSWORD)
        assert not client.authenticated


@pytest.mark.parametrize("token", ["", "avec espace", "a\r\nX-Vol: 1", "é"])
async def test_a_token_that_is_no_header_is_refused(token: str) -> None:
    answer = {"jeton": token, "expire_le": NOW.isoformat(), "compte": compte().model_dump(mode="json")}
    async with Wire(ok(answer, 201)).client() as client:
        with pytest.raises(errors.UnexpectedAnswer, match="jeton"):
            await service.connecter(client, "moi", PASSWORD)
        assert not client.authenticated


@pytest.mark.parametrize("answer", [Answer(204), problem(401), problem(500), httpx.ConnectError("down")])
async def test_signing_out_forgets_the_session_whatever_happens(answer: Answer | Exception) -> None:
    wire = Wire(session(), answer)
    async with wire.client() as client:
        await service.connecter(client, "moi", PASSWORD)
        await service.deconnecter(client)
        assert not client.authenticated
    assert wire.lines()[-1] == "DELETE /v1/session"
    assert wire.last.headers["Authorization"] == f"Bearer {TOKEN}"


async def test_signing_out_without_a_session_asks_nothing() -> None:
    wire = Wire(Answer(204))
    async with wire.client() as client:
        await service.deconnecter(client)
    assert wire.requests == []


async def test_the_client_itself_tells_that_the_server_was_not_told() -> None:
    wire = Wire(session(), httpx.ConnectError("down"))
    async with wire.client() as client:
        await service.connecter(client, "moi", PASSWORD)
        with pytest.raises(errors.ServiceUnreachable):
            await client.session.fermer()
        assert not client.authenticated


async def test_closing_the_client_forgets_the_session() -> None:
    client = Wire(session()).client()
    await service.connecter(client, "moi", PASSWORD)
    await client.close()
    assert not client.authenticated
