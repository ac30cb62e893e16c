"""Accounts, grants, sessions, failed logins."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.domain.rights import Grant
from ror_server.store.tables import comptes, droits, echecs, sessions
from ror_tui.api_client.models import Portee, Role


@dataclass(frozen=True, slots=True)
class Account:
    """An account with all that it holds."""

    id: UUID
    identifiant: str
    nom: str
    grants: tuple[Grant, ...]


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a login is checked against."""

    id: UUID
    mot_de_passe: str


async def credentials(tx: AsyncConnection, identifiant: str) -> Credentials | None:
    """Give the hash of an active account."""
    query = sa.select(comptes.c.id, comptes.c.mot_de_passe).where(
        comptes.c.identifiant == identifiant, comptes.c.actif.is_(True)
    )
    row = (await tx.execute(query)).one_or_none()
    return Credentials(*row) if row else None


async def account(tx: AsyncConnection, compte_id: UUID) -> Account | None:
    """Load an active account with its grants."""
    query = sa.select(comptes.c.identifiant, comptes.c.nom).where(comptes.c.id == compte_id, comptes.c.actif.is_(True))
    row = (await tx.execute(query)).one_or_none()
    return Account(compte_id, row.identifiant, row.nom, await grants(tx, compte_id)) if row else None


async def grants(tx: AsyncConnection, compte_id: UUID) -> tuple[Grant, ...]:
    """Load the grants of an account."""
    query = sa.select(droits.c.role, droits.c.portee, droits.c.cible).where(droits.c.compte_id == compte_id)
    rows = (await tx.execute(query.order_by(droits.c.role, droits.c.portee, droits.c.cible))).all()
    return tuple(Grant(Role(row.role), Portee(row.portee), row.cible or None) for row in rows)


async def holders(tx: AsyncConnection, roles: Collection[Role]) -> list[tuple[str, Grant]]:
    """Give the active accounts that hold one of these roles somewhere, by name, with the grant."""
    query = (
        sa.select(comptes.c.nom, droits.c.role, droits.c.portee, droits.c.cible)
        .join(droits, droits.c.compte_id == comptes.c.id)
        .where(droits.c.role.in_(roles), comptes.c.actif.is_(True))
        .order_by(comptes.c.nom, comptes.c.id)
    )
    rows = (await tx.execute(query)).all()
    return [(row.nom, Grant(Role(row.role), Portee(row.portee), row.cible or None)) for row in rows]


async def add_account(
    tx: AsyncConnection, *, compte_id: UUID, identifiant: str, nom: str, mot_de_passe: str, at: datetime
) -> bool:
    """Write a new account.

    Returns:
        False when the identifiant is taken; nothing is written then.
    """
    taken = await tx.execute(sa.select(comptes.c.id).where(comptes.c.identifiant == identifiant))
    if taken.first():
        return False
    row = {"id": compte_id, "identifiant": identifiant, "nom": nom, "mot_de_passe": mot_de_passe, "cree_le": at}
    await tx.execute(sa.insert(comptes).values(row))
    return True


async def add_grant(tx: AsyncConnection, compte_id: UUID, grant: Grant) -> None:
    """Give a right; one that is held already stays as it is."""
    held = await grants(tx, compte_id)
    if grant not in held:
        row = {"compte_id": compte_id, "role": grant.role, "portee": grant.portee, "cible": grant.cible or ""}
        await tx.execute(sa.insert(droits).values(row))


async def set_password(tx: AsyncConnection, compte_id: UUID, mot_de_passe: str) -> None:
    """Write a new hash."""
    await tx.execute(sa.update(comptes).where(comptes.c.id == compte_id).values(mot_de_passe=mot_de_passe))


async def compte_id_of(tx: AsyncConnection, identifiant: str) -> UUID | None:
    """Give the id of an account by its name, active or not."""
    return (await tx.execute(sa.select(comptes.c.id).where(comptes.c.identifiant == identifiant))).scalar_one_or_none()


async def set_active(tx: AsyncConnection, compte_id: UUID, *, active: bool, at: datetime) -> None:
    """Open or close an account; closing it ends its sessions at once."""
    await tx.execute(sa.update(comptes).where(comptes.c.id == compte_id).values(actif=active))
    if not active:
        await revoke_all(tx, compte_id, at)


async def open_session(tx: AsyncConnection, *, jeton_hash: str, compte_id: UUID, at: datetime, until: datetime) -> None:
    """Write a session, and forget those of everybody that ended before."""
    await tx.execute(sa.delete(sessions).where(sessions.c.expire_le < at))
    row = {"jeton_hash": jeton_hash, "compte_id": compte_id, "creee_le": at, "expire_le": until}
    await tx.execute(sa.insert(sessions).values(row))


def _session_accounts() -> sa.Select[*tuple[Any, ...]]:
    """Look for the account of a session (`jeton_hash`) that is good at an instant (`maintenant`), with its grants."""
    columns = (comptes.c.id, comptes.c.identifiant, comptes.c.nom, droits.c.role, droits.c.portee, droits.c.cible)
    query: sa.Select[*tuple[Any, ...]] = sa.select(*columns).join(sessions, sessions.c.compte_id == comptes.c.id)
    return (
        query.outerjoin(droits, droits.c.compte_id == comptes.c.id)
        .where(
            sessions.c.jeton_hash == sa.bindparam("jeton_hash"),
            sessions.c.expire_le > sa.bindparam("maintenant"),
            sessions.c.revoquee_le.is_(None),
            comptes.c.actif.is_(True),
        )
        .order_by(droits.c.role, droits.c.portee, droits.c.cible)
    )


_SESSION_ACCOUNTS = _session_accounts()


async def session_account(tx: AsyncConnection, jeton_hash: str, at: datetime) -> Account | None:
    """Give the account of a session that is still good, in one query: every request begins with it."""
    rows = (await tx.execute(_SESSION_ACCOUNTS, {"jeton_hash": jeton_hash, "maintenant": at})).all()
    if not rows:
        return None
    held = tuple(Grant(Role(row.role), Portee(row.portee), row.cible or None) for row in rows if row.role)
    return Account(rows[0].id, rows[0].identifiant, rows[0].nom, held)


async def revoke(tx: AsyncConnection, jeton_hash: str, at: datetime) -> None:
    """End a session."""
    await tx.execute(sa.update(sessions).where(sessions.c.jeton_hash == jeton_hash).values(revoquee_le=at))


async def revoke_all(tx: AsyncConnection, compte_id: UUID, at: datetime) -> None:
    """End every session of an account."""
    await tx.execute(sa.update(sessions).where(sessions.c.compte_id == compte_id).values(revoquee_le=at))


async def failures(tx: AsyncConnection, cle: str) -> tuple[int, datetime] | None:
    """Give how many logins failed in a row for a key, and when the last one did."""
    row = (await tx.execute(sa.select(echecs.c.nombre, echecs.c.dernier_le).where(echecs.c.cle == cle))).one_or_none()
    return (row.nombre, row.dernier_le) if row else None


async def record_failure(tx: AsyncConnection, cle: str, at: datetime, *, forget_before: datetime) -> None:
    """Count one more failed login; older ones than `forget_before` no longer count."""
    await tx.execute(sa.delete(echecs).where(echecs.c.dernier_le < forget_before))
    updated = await tx.execute(
        sa.update(echecs).where(echecs.c.cle == cle).values(nombre=echecs.c.nombre + 1, dernier_le=at)
    )
    if updated.rowcount == 0:
        await tx.execute(sa.insert(echecs).values(cle=cle, nombre=1, dernier_le=at))


async def forget_failures(tx: AsyncConnection, cle: str) -> None:
    """Start counting again."""
    await tx.execute(sa.delete(echecs).where(echecs.c.cle == cle))
