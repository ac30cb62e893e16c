"""Administering accounts: create, grant, change the password, close, open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.domain.identifiers import finess_fault, structure_id
from ror_server.domain.rights import ROLE_LABELS, Grant
from ror_server.domain.words import clean
from ror_server.nomenclatures import departements
from ror_server.services.sessions import hash_password
from ror_server.store import accounts, structures
from ror_server.store.database import Database
from ror_server.store.migrate import migrate
from ror_tui.api_client.models import Kind, Portee, Role

PASSWORD_MIN = 12


class RefusedError(Exception):
    """The order cannot be carried out; the message is a French sentence, and nothing was changed."""

    code = "compte"


@dataclass(frozen=True, slots=True)
class Order:
    """What an administrator asks. `act` is one of add, grant, password, close, open."""

    act: str
    identifiant: str
    nom: str | None = None
    role: str | None = None
    finess: str | None = None
    departement: str | None = None
    region: bool = False
    mot_de_passe: str | None = None


async def administer(url: str, order: Order, now: datetime) -> str:
    """Carry out an order on the accounts of a database.

    Args:
        url: Of the database; its schema is brought up to date first.
        order: What to do.
        now: The present instant.

    Returns:
        A French sentence that says what was done.

    Raises:
        RefusedError: When it cannot be; nothing is changed then.
    """
    if order.mot_de_passe is not None and len(order.mot_de_passe) < PASSWORD_MIN:
        raise RefusedError(f"Le mot de passe doit avoir au moins {PASSWORD_MIN} caractères.")
    database = Database(url)
    try:
        await migrate(database)
        async with database.write() as tx:
            return await _carry_out(tx, order, now)
    finally:
        await database.close()


async def _carry_out(tx: AsyncConnection, order: Order, now: datetime) -> str:
    name = order.identifiant.strip().casefold()
    if order.act == "add":
        return await _add(tx, order, name, now)
    compte_id = await accounts.compte_id_of(tx, name)
    if compte_id is None:
        raise RefusedError(f"Le compte « {name} » n'existe pas.")
    match order.act:
        case "grant":
            return await _grant(tx, order, name, compte_id)
        case "password":
            await accounts.set_password(tx, compte_id, hash_password(order.mot_de_passe or ""))
            await accounts.revoke_all(tx, compte_id, now)
            return f"Mot de passe de « {name} » changé ; ses sessions sont fermées."
        case _:
            await accounts.set_active(tx, compte_id, active=order.act == "open", at=now)
            return f"Compte « {name} » {'rouvert' if order.act == 'open' else 'fermé, et ses sessions avec'}."


async def _add(tx: AsyncConnection, order: Order, name: str, now: datetime) -> str:
    shown = clean(order.nom or "")
    if not name or not shown:
        raise RefusedError("Donnez un identifiant et un nom.")
    compte_id = uuid4()
    hashed = hash_password(order.mot_de_passe or "")
    if not await accounts.add_account(
        tx, compte_id=compte_id, identifiant=name, nom=shown, mot_de_passe=hashed, at=now
    ):
        raise RefusedError(f"Le compte « {name} » existe déjà.")
    if order.role is None:
        return f"Compte « {name} » créé, sans aucun droit encore : donnez-en avec « ror-server user grant »."
    return f"Compte « {name} » créé. {await _grant(tx, order, name, compte_id)}"


async def _grant(tx: AsyncConnection, order: Order, name: str, compte_id: UUID) -> str:
    if order.role is None:
        raise RefusedError("Donnez le rôle (--role) et où il vaut (--finess, --departement ou --region).")
    role = Role(order.role)
    portee, cible, where = await _where(tx, order)
    await accounts.add_grant(tx, compte_id, Grant(role, portee, cible))
    return f"« {name} » est {ROLE_LABELS[role]} sur {where}."


async def _where(tx: AsyncConnection, order: Order) -> tuple[Portee, str | None, str]:
    if order.region:
        return Portee.REGION, None, "toute la région"
    if order.departement:
        if order.departement not in departements():
            raise RefusedError(f"Le département « {order.departement} » n'existe pas.")
        return Portee.DEPARTEMENT, order.departement, f"le département {order.departement}"
    if order.finess is None:
        raise RefusedError("Dites où vaut ce droit : --finess, --departement ou --region.")
    fault = finess_fault(order.finess)
    if fault:
        raise RefusedError(f"{order.finess} : {fault}.")
    for kind in (Kind.EG, Kind.EJ):
        row = await structures.structure(tx, structure_id(kind, order.finess))
        if row is not None:
            return Portee.STRUCTURE, str(row.id), f"« {row.nom} » ({order.finess})"
    raise RefusedError(f"Aucune structure n'a le FINESS {order.finess} dans cette base : importez-la d'abord.")
