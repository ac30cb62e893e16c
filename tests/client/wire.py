"""The one fake (STYLE 25): a transport that answers from a script and remembers what it was asked."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
from pydantic import BaseModel

from ror_tui.api_client.client import RorClient
from ror_tui.api_client.models import (
    ArbreDossier,
    Circuit,
    Compte,
    Dossier,
    EtatDossier,
    EtatFiche,
    Fiche,
    Kind,
    Lien,
    Modele,
    Nomenclature,
    Progres,
    Session,
    Structure,
    Valeurs,
)

ID = UUID("11111111-1111-4111-8111-111111111111")
OTHER = UUID("22222222-2222-4222-8222-222222222222")
NOW = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
TOKEN = "jeton-tres-secret"


@dataclass(frozen=True)
class Answer:
    """What the server would say."""

    status: int = 200
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def response(self) -> httpx.Response:
        headers = [(name.encode(), value.encode()) for name, value in self.headers.items()]
        return httpx.Response(self.status, content=self.body.encode(), headers=headers)


def ok(body: BaseModel | dict[str, Any], status: int = 200, **headers: str) -> Answer:
    text = body.model_dump_json() if isinstance(body, BaseModel) else json.dumps(body)
    return Answer(status, text, {"Content-Type": "application/json", **headers})


def problem(
    status: int, detail: str = "Phrase du serveur.", headers: dict[str, str] | None = None, **more: Any
) -> Answer:
    body = {"type": "urn:ror:probleme:test", "title": "Refus", "status": status, "detail": detail, **more}
    return Answer(status, json.dumps(body), {"Content-Type": "application/problem+json", **(headers or {})})


class Wire:
    """Plays the answers in turn, the last one for ever."""

    def __init__(self, *answers: Answer | Exception) -> None:
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer.response()

    @property
    def last(self) -> httpx.Request:
        return self.requests[-1]

    def body(self) -> Any:
        return json.loads(self.last.content)

    def lines(self) -> list[str]:
        return [f"{request.method} {request.url.raw_path.decode()}" for request in self.requests]

    def client(self) -> RorClient:
        return RorClient("http://127.0.0.1:8000", transport=httpx.MockTransport(self))


def compte() -> Compte:
    return Compte(id=ID, identifiant="referent", nom="Camille Martin", droits=[])


def session() -> Answer:
    body = {"jeton": TOKEN, "expire_le": NOW.isoformat(), "compte": compte().model_dump(mode="json")}
    return ok(body, 201)


def fiche(version: int = 3, valeurs: Valeurs | None = None) -> Fiche:
    return Fiche(
        id=OTHER,
        dossier_id=ID,
        kind=Kind.UO,
        nom="Unité",
        version=version,
        etat=EtatFiche.INCOMPLETE,
        etat_libelle="incomplète",
        chemin=[],
        categorie_eg=None,
        valeurs=valeurs or {},
        publiees=None,
        constats=[],
        modifiable=True,
    )


def dossier(version: int = 7) -> Dossier:
    return Dossier(
        id=ID,
        titre="Peuplement de EHPAD TEST",
        etablissement=Lien(id=OTHER, kind=Kind.EG, nom="EHPAD TEST"),
        circuit=Circuit.MEDICO_SOCIAL,
        etat=EtatDossier.BROUILLON,
        etat_libelle="en cours de saisie",
        attend="vous",
        depuis=NOW,
        auteur="Camille Martin",
        version=version,
        progres=Progres(finalisees=0, total=2),
        a_traiter=True,
        possibilites=[],
        parents={},
        parents_raison=None,
        evenements=[],
    )


def arbre() -> ArbreDossier:
    return ArbreDossier(dossier_id=ID, version=8, noeuds=[])


def modele() -> Modele:
    return Modele(kind=Kind.UO, titre="Unité opérationnelle", version="1", sections=[])


def structure() -> Structure:
    return Structure(
        id=ID,
        kind=Kind.EG,
        nom="EHPAD TEST",
        version=2,
        chemin=[],
        valeurs={},
        circuit=Circuit.MEDICO_SOCIAL,
        maj_le=NOW,
        maj_par="FINESS",
    )


def nomenclature(version: str = "1") -> Nomenclature:
    return Nomenclature(nom="JDV_J19", titre="Mode", version=version, source="ANS", codes=[])


def opened(answer: Session) -> str:
    return answer.jeton.get_secret_value()
