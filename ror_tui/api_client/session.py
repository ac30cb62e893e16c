"""Signing in and out, and the state of the service."""

from __future__ import annotations

import json

from pydantic import SecretStr

from ror_tui.api_client._http import Call, Http
from ror_tui.api_client.errors import NotAServer, UnexpectedAnswer
from ror_tui.api_client.models import Compte, EtatService, Session

API = 1
SIGN_OUT_SECONDS = 3.0
"""Quitting never waits long for a server that is gone."""


class SessionResource:
    """`/v1/etat`, `/v1/session` and `/v1/moi`."""

    def __init__(self, http: Http) -> None:
        self._http = http

    async def etat(self) -> EtatService:
        """Ask what the server is, without being signed in.

        Raises:
            NotAServer: When something else answers.
            UnexpectedAnswer: When the server speaks another version of the contract.
        """
        reply = await self._http.send(Call("GET", "/v1/etat", open_to_all=True))
        shown = self._http.address.shown
        stranger = NotAServer(
            f"{shown} répond, mais ce n'est pas un serveur ROR. Vérifiez l'adresse.", reply.request_id
        )
        try:
            etat = reply.read(EtatService)
        except UnexpectedAnswer as error:
            raise stranger from error
        if "service" not in etat.model_fields_set:
            raise stranger
        if etat.api != API:
            raise UnexpectedAnswer(
                f"Ce serveur du ROR ({etat.version}) parle une autre version du contrat que ce client : "
                "mettez ror-tui à jour, ou contactez le support.",
                reply.request_id,
            )
        return etat

    async def ouvrir(self, identifiant: str, mot_de_passe: SecretStr) -> Session:
        """Sign in; the token is kept for the later requests.

        Args:
            identifiant: As given by GIP SESAN.
            mot_de_passe: Leaves its wrapper only to be sent.

        Raises:
            Unauthorized: Wrong identifiant or password.
            TooManyRequests: After too many failures; `probleme.attente` says how long to wait.
        """
        body = json.dumps({"identifiant": identifiant, "mot_de_passe": mot_de_passe.get_secret_value()}).encode()
        reply = await self._http.send(Call("POST", "/v1/session", body=body, open_to_all=True))
        session = reply.read(Session)
        token = session.jeton.get_secret_value()
        if not token or not token.isascii() or not token.isprintable() or " " in token:
            raise UnexpectedAnswer(
                "Le serveur du ROR a répondu par un jeton de session inutilisable : contactez le support.",
                reply.request_id,
            )
        self._http.keep_token(session.jeton)
        return session

    async def fermer(self) -> None:
        """Sign out. The token is forgotten even when the server cannot be told."""
        try:
            if self._http.authenticated:
                await self._http.send(Call("DELETE", "/v1/session", timeout=SIGN_OUT_SECONDS))
        finally:
            self._http.forget_token()

    async def moi(self) -> Compte:
        """Read the account that is signed in."""
        return await self._http.get(Compte, "/v1/moi")
