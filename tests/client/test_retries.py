"""What is repeated, and what never is."""

from __future__ import annotations

import logging
from typing import Any
from uuid import UUID

import httpx
import pytest
from pydantic import SecretStr

from ror_tui.api_client import errors
from ror_tui.api_client._http import retry_delay
from ror_tui.api_client.models import ActionDossier, CreationDossier, ModificationFiche, Probleme, Valeurs

from .wire import ID, OTHER, Answer, Wire, arbre, dossier, fiche, ok, problem, session

CUT = httpx.ReadError("cut")
REFUSED = httpx.ConnectError("refused")
CREATION = CreationDossier(id=ID, structure_id=OTHER)


@pytest.mark.parametrize("trouble", [CUT, REFUSED, problem(502), problem(503), problem(504), Answer(502, "<html>")])
async def test_a_read_is_repeated_until_it_works(trouble: Answer | Exception) -> None:
    wire = Wire(trouble, trouble, ok(dossier()))
    async with wire.client() as client:
        assert (await client.dossiers.lire(ID)).id == ID
    assert len(wire.requests) == 3


async def test_a_read_gives_up_after_three_attempts() -> None:
    wire = Wire(REFUSED)
    async with wire.client() as client:
        with pytest.raises(errors.ServiceUnreachable):
            await client.dossiers.lire(ID)
    assert len(wire.requests) == 3


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 410, 412, 422, 428, 500])
async def test_a_refusal_is_not_repeated(status: int) -> None:
    wire = Wire(problem(status))
    async with wire.client() as client:
        with pytest.raises(errors.StatusError):
            await client.dossiers.lire(ID)
    assert len(wire.requests) == 1


async def test_an_act_is_repeated_with_the_same_key() -> None:
    wire = Wire(CUT, problem(503), ok(dossier(), 201))
    async with wire.client() as client:
        await client.dossiers.creer(CREATION)
    keys = [request.headers["Idempotency-Key"] for request in wire.requests]
    assert len(keys) == 3
    assert len(set(keys)) == 1
    assert UUID(keys[0]).version == 4
    assert len({request.content for request in wire.requests}) == 1


async def test_two_acts_have_two_keys_and_each_attempt_its_own_request_id() -> None:
    wire = Wire(CUT, ok(dossier()), ok(dossier()))
    async with wire.client() as client:
        await client.dossiers.agir(ID, ActionDossier.ENVOYER, version=7)
        await client.dossiers.agir(ID, ActionDossier.ENVOYER, version=7)
    assert len({request.headers["Idempotency-Key"] for request in wire.requests}) == 2
    assert len({request.headers["X-Request-ID"] for request in wire.requests}) == 3
    assert {request.headers["If-Match"] for request in wire.requests} == {'"7"'}


async def test_signing_in_is_never_repeated() -> None:
    wire = Wire(CUT, session())
    async with wire.client() as client:
        with pytest.raises(errors.ServiceUnreachable) as caught:
            await client.session.ouvrir("moi", password())
    assert len(wire.requests) == 1
    assert "On ne sait pas" not in str(caught.value)


async def test_a_deletion_is_never_repeated() -> None:
    wire = Wire(problem(503), ok(arbre()))
    async with wire.client() as client:
        with pytest.raises(errors.ServerNotReady):
            await client.dossiers.supprimer(ID, OTHER, version=2)
    assert len(wire.requests) == 1
    assert "Idempotency-Key" not in wire.last.headers


def test_a_short_wait_named_by_the_server_is_kept_and_a_long_one_is_not() -> None:
    def refusal(status: int, after: float | None) -> errors.StatusError:
        probleme = Probleme(type="t", title="t", status=status, detail="d")
        transient = status == 503
        return errors.class_for(status)(probleme, retry_after=after, transient=transient)

    assert retry_delay(refusal(429, 2)) == 2
    assert retry_delay(refusal(429, 5)) == 5
    assert retry_delay(refusal(429, 6)) is False
    assert retry_delay(refusal(429, None)) is False
    assert retry_delay(refusal(503, 1)) == 1
    assert retry_delay(refusal(503, 60)) is False
    assert retry_delay(refusal(503, None)) is True
    assert retry_delay(refusal(409, 1)) is False
    assert retry_delay(ValueError()) is False


async def test_retry_after_is_read_from_the_answer() -> None:
    wire = Wire(problem(429, headers={"Retry-After": "1"}), ok(dossier()))
    async with wire.client() as client:
        await client.dossiers.lire(ID)
    assert len(wire.requests) == 2


@pytest.mark.parametrize("after", ["30", "Wed, 21 Oct 2026 07:28:00 GMT", "-1", "²"])
async def test_a_long_or_odd_retry_after_is_shown_at_once(after: str) -> None:
    wire = Wire(problem(429, headers={"Retry-After": after}, attente=30))
    async with wire.client() as client:
        with pytest.raises(errors.TooManyRequests) as caught:
            await client.dossiers.lire(ID)
    assert caught.value.probleme.attente == 30
    assert len(wire.requests) == 1


async def test_no_attempt_starts_late(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([0.0, 3.1, 6.3])
    monkeypatch.setattr("ror_tui.api_client._http.monotonic", lambda: next(clock))
    wire = Wire(REFUSED)
    async with wire.client() as client:
        with pytest.raises(errors.ServiceUnreachable):
            await client.dossiers.lire(ID)
    assert len(wire.requests) == 2


# --- A PATCH whose answer was lost ---


async def save(wire: Wire, valeurs: Valeurs, version: int = 3) -> int:
    async with wire.client() as client:
        saved = await client.dossiers.modifier(ID, OTHER, ModificationFiche(valeurs=valeurs), version=version)
    return saved.version


@pytest.mark.parametrize("trouble", [CUT, httpx.ReadTimeout("slow"), REFUSED])
async def test_a_lost_save_that_was_not_made_is_made_by_the_second_try(trouble: Exception) -> None:
    wire = Wire(trouble, ok(fiche(4)))
    assert await save(wire, {"nom": "Unité A"}) == 4
    assert [request.headers["If-Match"] for request in wire.requests] == ['"3"', '"3"']


async def test_a_lost_save_that_was_made_is_recognised() -> None:
    current = {"nom": "Unité A", "activites": ["01", "02"], "age_min": 60, "autre": "x"}
    wire = Wire(CUT, problem(412, etag='"4"', valeurs=current), ok(fiche(4, {"nom": "Unité A"})))
    sent: Valeurs = {"nom": "  Unité\tA ", "activites": ["02", "01", "02"], "age_min": 60, "age_max": None, "vide": " "}
    assert await save(wire, sent) == 4
    path = f"/v1/dossiers/{ID}/fiches/{OTHER}"
    assert wire.lines() == [f"PATCH {path}", f"PATCH {path}", f"GET {path}"]


@pytest.mark.parametrize(
    "conflict",
    [
        {"etag": '"5"', "valeurs": {"nom": "Unité A"}},
        {"etag": '"4"', "valeurs": {"nom": "Unité B"}},
        {"etag": '"4"', "valeurs": {}},
        {"etag": '"4"'},
        {"valeurs": {"nom": "Unité A"}},
    ],
)
async def test_somebody_else_s_save_is_never_taken_for_ours(conflict: dict[str, Any]) -> None:
    wire = Wire(CUT, problem(412, **conflict), ok(fiche(4)))
    with pytest.raises(errors.Stale):
        await save(wire, {"nom": "Unité A"})
    assert len(wire.requests) == 2


async def test_a_first_refusal_is_a_conflict_even_when_the_values_agree() -> None:
    wire = Wire(problem(412, etag='"4"', valeurs={"nom": "Unité A"}))
    with pytest.raises(errors.Stale):
        await save(wire, {"nom": "Unité A"})
    assert len(wire.requests) == 1


async def test_a_save_is_tried_twice_at_most() -> None:
    wire = Wire(CUT)
    with pytest.raises(errors.ServiceUnreachable, match="On ne sait pas"):
        await save(wire, {"nom": "Unité A"})
    assert len(wire.requests) == 2


# --- Secrets ---


def password() -> SecretStr:
    return SecretStr("mot-de-passe-secret")


async def test_neither_password_nor_token_is_shown_or_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    wire = Wire(session(), CUT, CUT, ok({"jeton": "jeton-tres-secret"}))
    async with wire.client() as client:
        opened = await client.session.ouvrir("moi", password())
        with pytest.raises(errors.UnexpectedAnswer) as caught:
            await client.dossiers.lire(ID)
        shown = " ".join([repr(client), repr(vars(client)), repr(vars(client._http)), repr(opened), repr(caught.value)])
    assert wire.last.headers["Authorization"] == "Bearer jeton-tres-secret"
    for secret in ("jeton-tres-secret", "mot-de-passe-secret"):
        assert secret not in caplog.text
        assert secret not in shown
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
