"""The service itself, and the session."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from ror_server.domain.rights import ROLE_LABELS, Grant
from ror_server.routes.context import Running, Server, Signed
from ror_server.services import sessions
from ror_server.store import accounts, feed, structures
from ror_tui.api_client.models import Compte, DemandeSession, Droit, EtatService, Portee, SessionEcrite

router = APIRouter(prefix="/v1", tags=["session"])


@router.get("/etat")
async def read_state(running: Running) -> EtatService:
    """Tell what this server is, and whether it is ready; open to all."""
    return EtatService(
        version=running.version,
        pret=running.pret,
        chargement=running.chargement or running.recherche.progress,
        demonstration=running.demonstration,
        erreur=running.erreur,
    )


@router.post("/session", status_code=201)
async def open_session(body: DemandeSession, server: Server) -> SessionEcrite:
    """Sign in."""
    jeton, until, account = await sessions.login(
        server.database, body.identifiant, body.mot_de_passe, now=server.clock(), lasting=server.settings.session
    )
    async with server.database.read() as tx:
        position = await feed.last(tx)
    compte = await _compte(server, account)
    return SessionEcrite(jeton=jeton, expire_le=until, compte=compte, position=str(position))


@router.delete("/session", status_code=204)
async def close_session(server: Server, signed: Signed) -> Response:
    """Sign out: the token is worth nothing from now on."""
    async with server.database.write() as tx:
        await accounts.revoke(tx, signed.jeton_hash, server.clock())
    return Response(status_code=204)


@router.get("/moi")
async def read_account(server: Server, signed: Signed) -> Compte:
    """Tell who is signed in, with what rights."""
    return await _compte(server, signed.account)


async def _compte(server: Server, account: accounts.Account) -> Compte:
    async with server.database.read() as tx:
        droits = [await _droit(tx, grant) for grant in account.grants]
    return Compte(id=account.id, identifiant=account.identifiant, nom=account.nom, droits=droits)


async def _droit(tx: AsyncConnection, grant: Grant) -> Droit:
    role = ROLE_LABELS[grant.role]
    where = "toute la région"
    if grant.portee is Portee.DEPARTEMENT:
        where = f"le département {grant.cible}"
    if grant.portee is Portee.STRUCTURE and grant.cible:
        row = await structures.structure(tx, UUID(grant.cible))
        where = f"« {row.nom} »" if row else "une structure supprimée"
    return Droit(role=grant.role, portee=grant.portee, cible=grant.cible, libelle=f"{role} sur {where}")
