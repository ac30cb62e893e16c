"""Every failure is one exception with a sentence that a référent can read."""

from __future__ import annotations

import ssl

import httpx
import pytest

from ror_tui.api_client import errors
from ror_tui.api_client.client import RorClient
from ror_tui.api_client.errors import RorError

from .wire import ID, Answer, Wire, dossier, fiche, ok, problem

HTML = Answer(200, "<html><title>Bienvenue</title></html>", {"Content-Type": "text/html; charset=utf-8"})


async def failure(wire: Wire) -> RorError:
    async with wire.client() as client:
        with pytest.raises(RorError) as caught:
            await client.dossiers.lire(ID)
    return caught.value


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (400, errors.StatusError),
        (401, errors.Unauthorized),
        (403, errors.Forbidden),
        (404, errors.NotFound),
        (405, errors.StatusError),
        (409, errors.Conflict),
        (410, errors.Gone),
        (412, errors.Stale),
        (422, errors.Invalid),
        (428, errors.PreconditionRequired),
        (429, errors.TooManyRequests),
        (500, errors.ServerError),
        (503, errors.ServerNotReady),
    ],
)
async def test_each_status_has_its_exception(status: int, expected: type[errors.StatusError]) -> None:
    error = await failure(Wire(problem(status, "Ce dossier attend SESAN : patientez.", {"X-Request-ID": "req-7"})))
    assert type(error) is expected
    assert isinstance(error, errors.StatusError)
    assert str(error) == "Ce dossier attend SESAN\N{NO-BREAK SPACE}: patientez."
    assert error.probleme.status == status
    assert error.request_id == "req-7"
    assert error.reference == "Référence pour le support\N{NO-BREAK SPACE}: req-7"


async def test_the_details_of_a_refusal_are_kept() -> None:
    faults = [{"pointer": "/valeurs/nom", "code": "obligatoire", "message": "Renseignez le nom."}]
    error = await failure(Wire(problem(422, errors=faults)))
    assert isinstance(error, errors.Invalid)
    assert error.probleme.errors[0].pointer == "/valeurs/nom"


def test_a_problem_with_no_request_id_of_the_server_keeps_ours() -> None:
    assert errors.RorError("Phrase.").reference == ""


async def test_our_own_request_id_is_quoted_when_the_server_never_answered() -> None:
    wire = Wire(httpx.ConnectError("refused"))
    error = await failure(wire)
    assert error.request_id == wire.last.headers["X-Request-ID"]
    assert error.request_id in error.reference


@pytest.mark.parametrize(
    ("raised", "expected", "words"),
    [
        (httpx.ConnectError("refused"), errors.ServiceUnreachable, "ne répond pas à cette adresse"),
        (httpx.ConnectTimeout("slow"), errors.ServiceUnreachable, "ne répond pas à cette adresse"),
        (httpx.ReadTimeout("slow"), errors.ServiceSlow, "met trop de temps à répondre"),
        (httpx.WriteTimeout("slow"), errors.ServiceSlow, "met trop de temps à répondre"),
        (httpx.ReadError("cut"), errors.ServiceUnreachable, "a été coupée"),
        (
            httpx.RemoteProtocolError("Server disconnected without sending a response."),
            errors.ServiceUnreachable,
            "coupée",
        ),
        (httpx.RemoteProtocolError("illegal status line: b'SSH-2.0'"), errors.NotAServer, "pas un serveur ROR"),
        (httpx.DecodingError("bad gzip"), errors.UnexpectedAnswer, "abîmée"),
    ],
)
async def test_each_network_failure_has_its_sentence(raised: Exception, expected: type[RorError], words: str) -> None:
    error = await failure(Wire(raised))
    assert type(error) is expected
    assert words in str(error)


async def test_an_unknown_certificate_is_said_and_not_retried() -> None:
    refused = httpx.ConnectError("certificate verify failed")
    refused.__cause__ = ssl.SSLCertVerificationError("self signed")
    wire = Wire(refused)
    error = await failure(wire)
    assert isinstance(error, errors.ServiceUnreachable)
    assert "certificat" in str(error)
    assert len(wire.requests) == 1


@pytest.mark.parametrize(
    ("answer", "expected", "words"),
    [
        (HTML, errors.NotAServer, "répond, mais ce n'est pas un serveur ROR"),
        (Answer(404, "<html>", {"Content-Type": "text/html"}), errors.NotAServer, "pas un serveur ROR"),
        (Answer(404, '{"detail":"Not Found"}', {"Content-Type": "application/json"}), errors.NotAServer, "pas un"),
        (Answer(301, "", {"Location": "https://ailleurs"}), errors.NotAServer, "renvoie vers une autre adresse"),
        (Answer(502, "<html>Bad gateway", {"Content-Type": "text/html"}), errors.ServiceUnreachable, "indisponible"),
        (Answer(500, "Internal Server Error"), errors.ServerError, "a rencontré une erreur"),
        (
            Answer(200, '{"id": "1111', {"Content-Type": "application/json"}),
            errors.UnexpectedAnswer,
            "pas celle attendue",
        ),
        (Answer(200, "\xff\xfe", {"Content-Type": "application/json"}), errors.UnexpectedAnswer, "pas celle attendue"),
        (ok({"id": str(ID)}), errors.UnexpectedAnswer, "Mettez ror-tui à jour"),
        (Answer(204), errors.UnexpectedAnswer, "pas celle attendue"),
        (ok({"a": [[[]]]}), errors.UnexpectedAnswer, "pas celle attendue"),
    ],
)
async def test_each_strange_answer_has_its_sentence(answer: Answer, expected: type[RorError], words: str) -> None:
    error = await failure(Wire(answer))
    assert type(error) is expected
    assert words in str(error)


async def test_a_newer_server_with_more_fields_is_understood() -> None:
    more = dossier().model_dump(mode="json") | {"couleur": "bleu"}
    async with Wire(ok(more)).client() as client:
        assert (await client.dossiers.lire(ID)).titre == "Peuplement de EHPAD TEST"


async def test_what_a_server_says_cannot_act_on_the_terminal() -> None:
    error = await failure(Wire(problem(409, "Rouge \x1b[31m\u202ebidi\x07 [/b] fin")))
    assert str(error) == "Rouge [31mbidi [/b] fin"


async def test_a_very_long_sentence_is_cut() -> None:
    error = await failure(Wire(problem(409, "x" * 50_000)))
    assert len(str(error)) == errors.SENTENCE_MAX


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"version": "1", "pret": True},
        {"service": "autre", "version": "1", "pret": True},
        {"service": "ror", "version": "1"},
        {"status": "UP"},
    ],
)
async def test_json_that_is_not_the_state_of_a_ror_is_not_a_ror(body: dict[str, object]) -> None:
    async with Wire(ok(body)).client() as client:
        with pytest.raises(errors.NotAServer, match="ce n'est pas un serveur ROR"):
            await client.session.etat()


async def test_a_server_of_another_contract_says_to_update() -> None:
    async with Wire(ok({"service": "ror", "version": "9", "api": 2, "pret": True})).client() as client:
        with pytest.raises(errors.UnexpectedAnswer, match="mettez ror-tui à jour"):
            await client.session.etat()


async def test_a_lost_deletion_says_that_it_is_not_known() -> None:
    wire = Wire(httpx.ReadError("cut"))
    async with wire.client() as client:
        with pytest.raises(errors.ServiceUnreachable, match="On ne sait pas si votre demande a été faite"):
            await client.dossiers.supprimer(ID, ID, version=1)
    assert len(wire.requests) == 1


@pytest.mark.parametrize(
    ("endpoint", "words"),
    [
        ("", "n'est pas utilisable"),
        ("ror.exemple.fr", "n'est pas utilisable"),
        ("ftp://ror.exemple.fr", "n'est pas utilisable"),
        ("https://", "n'est pas utilisable"),
        ("https://ror.exemple.fr:99999", "n'est pas utilisable"),
        ("https://[::1", "n'est pas utilisable"),
        ("https://" + "a" * 70 + ".fr", "n'est pas utilisable"),
        ("https://ror.exemple.fr/?q=1", "n'est pas utilisable"),
        ("https://moi:secret@ror.exemple.fr", "ni identifiant ni mot de passe"),
        ("unix:relatif.sock", "le chemin entier"),
        ("http://ror.exemple.fr", "circulerait en clair"),
        ("http://127.0.0.1.exemple.fr", "circulerait en clair"),
        ("http://localhost.exemple.fr", "circulerait en clair"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused_before_anything_is_sent(endpoint: str, words: str) -> None:
    with pytest.raises(errors.BadAddress, match=words):
        RorClient(endpoint)


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://127.0.0.1:8000",
        "http://localhost:8000",
        "http://[::1]:8000",
        "https://ror.exemple.fr/ror/",
        "unix:/x.sock",
    ],
)
async def test_addresses_that_are_accepted(endpoint: str) -> None:
    async with RorClient(endpoint) as client:
        assert client.endpoint == endpoint


async def test_clear_text_to_another_machine_only_when_asked_for() -> None:
    async with RorClient("http://ror.exemple.fr", clear_text=True) as client:
        assert client.endpoint == "http://ror.exemple.fr"


async def test_a_proxy_that_cannot_be_used_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "socks5://127.0.0.1:1")
    with pytest.raises(errors.BadAddress, match="proxy SOCKS"):
        RorClient("https://ror.exemple.fr")


async def test_the_prefix_of_an_address_is_kept() -> None:
    wire = Wire(ok(fiche()))
    async with RorClient("https://ror.exemple.fr/ror/", transport=httpx.MockTransport(wire)) as client:
        await client.dossiers.fiche(ID, ID)
    assert str(wire.last.url) == f"https://ror.exemple.fr/ror/v1/dossiers/{ID}/fiches/{ID}"


async def test_nothing_listens_on_the_socket(xdg: object) -> None:
    async with RorClient(f"unix:{xdg}/absent.sock") as client:
        with pytest.raises(errors.ServiceUnreachable, match="ne répond pas à cette adresse"):
            await client.session.etat()
