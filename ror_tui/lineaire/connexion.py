"""Signing in by lines: the password is never shown, nor taken from the command line."""

from __future__ import annotations

import asyncio
import getpass
import os
import termios
from typing import TYPE_CHECKING

from pydantic import SecretStr

from ror_tui.api_client.client import RorClient
from ror_tui.api_client.errors import (
    RorError,
    ServerNotReady,
    ServiceSlow,
    ServiceUnreachable,
    TooManyRequests,
    Unauthorized,
)
from ror_tui.api_client.models import EtatService
from ror_tui.lineaire.dialogue import QuitError
from ror_tui.services import session
from ror_tui.settings import PASSWORD
from ror_tui.texts import CONDITIONS, SUPPORT, french

if TYPE_CHECKING:
    from ror_tui.lineaire.seance import Seance

TITLE = "Bienvenue sur l'application ROR, mode ligne à ligne."
HOW = "Une question à la fois. q : quitter. ! : revenir. ? : aide."
NO_RIGHT = "Votre compte n'a aucun droit dans le ROR : demandez au support SESAN de lui en ouvrir."
LOOK_EVERY = 0.3
"""Seconds between two looks at a server that is starting."""


def sign_in(seance: Seance) -> None:
    """Wait for the server, then sign in; a refusal is said, and asked again.

    Raises:
        QuitError: The person leaves.
        RorError: The server does not answer, or refuses a script.
    """
    say = seance.dialogue.say
    say(TITLE, HOW)
    etat = seance.wait("Attente du serveur", _ready(seance))
    say(CONDITIONS, "Identifiant ou mot de passe perdu ? Support SESAN :", *(f"{way} : {one}" for way, one in SUPPORT))
    for one in etat.demonstration:
        say(f"Compte de démonstration : {one.identifiant}, mot de passe {one.mot_de_passe}. {one.libelle}")
    while seance.compte is None:
        identifiant = seance.dialogue.ask("Identifiant", "Celui que le GIP SESAN vous a donné par courriel.").text
        if identifiant:
            _try(seance, identifiant)
    say(f"Connecté : {seance.compte.nom}.")


def again(seance: Seance) -> None:
    """Sign in again after a session that is over; what was typed stays.

    Raises:
        RorError: The server refuses.
    """
    if seance.compte is not None:
        identifiant = seance.compte.identifiant
        seance.dialogue.say(f"Reconnectez-vous pour continuer, {identifiant}. Votre saisie est conservée.")
        seance.wait("Connexion", session.connecter(seance.client, identifiant, _password(seance)))


def _try(seance: Seance, identifiant: str) -> None:
    try:
        compte = seance.wait("Connexion", session.connecter(seance.client, identifiant, _password(seance)))
    except (Unauthorized, TooManyRequests) as error:
        seance.fail(error)
        return
    if compte.droits:
        seance.compte = compte
        return
    seance.wait("Connexion", session.deconnecter(seance.client))
    seance.dialogue.refuse(NO_RIGHT)


def _password(seance: Seance) -> SecretStr:
    if (given := os.environ.get(PASSWORD)) is not None:
        return SecretStr(given)
    if not seance.dialogue.interactive:
        return SecretStr(seance.dialogue.source.readline().rstrip("\n"))
    try:
        return SecretStr(getpass.getpass(french("Mot de passe (il ne s'affiche pas) : "), seance.dialogue.target))
    except (EOFError, termios.error) as error:
        raise QuitError from error


async def _ready(seance: Seance) -> EtatService:
    """Wait until the server is ready, and say what it is doing meanwhile."""
    said = ""
    while True:
        etat = await _look(seance)
        if etat is not None and (etat.pret or etat.erreur):
            if etat.erreur:
                raise RorError(etat.erreur)
            return etat
        doing = etat.chargement.message if etat and etat.chargement else "Le serveur démarre."
        if doing != said:
            seance.dialogue.say(doing)
            said = doing
        await asyncio.sleep(LOOK_EVERY)


async def _look(seance: Seance) -> EtatService | None:
    client: RorClient = seance.client
    try:
        return await session.etat(client)
    except (ServiceUnreachable, ServiceSlow, ServerNotReady):
        failure = seance.demo.failure() if seance.demo else None
        if failure is not None:
            raise RorError(failure) from None
        if seance.demo is None:
            raise
        return None
