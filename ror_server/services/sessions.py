"""Login: Argon2id, opaque tokens stored hashed, slow-down after failures (DOMAIN §8, libraries §3)."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import cache, partial

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.problems import TooManyRequestsError, UnauthorizedError
from ror_server.store import accounts
from ror_server.store.database import Database

FREE_FAILURES = 4
"""Failures in a row before a login has to wait."""
LONGEST_WAIT = timedelta(minutes=5)
FORGET_AFTER = timedelta(hours=1)

_HASHER = PasswordHash.recommended()
_HASHING = ThreadPoolExecutor(2, thread_name_prefix="hachage")
"""Each hash takes 64 MiB: a flood of logins must not take all the memory."""


@cache
def _nobody() -> str:
    """Give a hash that no password matches, for unknown accounts: the time of the answer then tells nothing."""
    return _HASHER.hash(secrets.token_urlsafe(16))


def hash_password(mot_de_passe: str) -> str:
    """Hash a password with Argon2id."""
    return _HASHER.hash(mot_de_passe)


def token_hash(jeton: str) -> str:
    """Give what is stored of a token."""
    return hashlib.sha256(jeton.encode()).hexdigest()


def wait_after(failures: int) -> timedelta:
    """Give how long to wait after some failures in a row: nothing at first, then twice as long each time."""
    return (
        min(timedelta(seconds=2 ** (failures - FREE_FAILURES)), LONGEST_WAIT)
        if failures > FREE_FAILURES
        else timedelta()
    )


async def login(
    database: Database, identifiant: str, mot_de_passe: SecretStr, *, now: datetime, lasting: timedelta
) -> tuple[str, datetime, accounts.Account]:
    """Open a session.

    Args:
        database: Where accounts are.
        identifiant: As typed; case and outer blanks do not count.
        mot_de_passe: The password.
        now: The present instant.
        lasting: How long the session is good.

    Returns:
        The token in clear (the only time it is known), its end, and the account.

    Raises:
        TooManyRequestsError: After several failures, before the password is even looked at.
        UnauthorizedError: Unknown account or wrong password, told the same way.
    """
    name = identifiant.strip().casefold()
    cle = hashlib.sha256(name.encode()).hexdigest()
    async with database.read() as tx:
        await _refuse_when_too_fast(tx, cle, now)
        known = await accounts.credentials(tx, name)
    good = await _verify(mot_de_passe, known.mot_de_passe if known else _nobody())
    if known is None or not good:
        async with database.write() as tx:
            await accounts.record_failure(tx, cle, now, forget_before=now - FORGET_AFTER)
        raise UnauthorizedError("Identifiant ou mot de passe incorrect.", kind="identification")
    jeton, until = secrets.token_urlsafe(32), now + lasting
    async with database.write() as tx:
        await accounts.forget_failures(tx, cle)
        await accounts.open_session(tx, jeton_hash=token_hash(jeton), compte_id=known.id, at=now, until=until)
        account = await accounts.account(tx, known.id)
    if account is None:
        raise UnauthorizedError("Ce compte vient d'être fermé.", kind="identification")
    return jeton, until, account


async def _refuse_when_too_fast(tx: AsyncConnection, cle: str, now: datetime) -> None:
    found = await accounts.failures(tx, cle)
    if found is None or now - found[1] > FORGET_AFTER:
        return
    left = found[1] + wait_after(found[0]) - now
    if left > timedelta():
        seconds = max(1, round(left.total_seconds()))
        raise TooManyRequestsError(f"Trop d'essais : attendez {seconds} s avant de recommencer.", seconds=seconds)


async def _verify(mot_de_passe: SecretStr, stored: str) -> bool:
    verify = partial(_HASHER.verify, mot_de_passe.get_secret_value(), stored)
    try:
        return await asyncio.get_running_loop().run_in_executor(_HASHING, verify)
    except UnknownHashError:
        return False
