"""What the controls find: of a dossier, of an establishment, of what is being typed."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from ror_server.routes.context import Server, Signed
from ror_server.routes.repertoire import Cursor, Limit
from ror_server.services import access, controles
from ror_server.store.paging import BadCursorError
from ror_tui.api_client.models import Controles, ControlesSaisie, DemandeControles, Gravite

router = APIRouter(prefix="/v1", tags=["controles"])

Kept = Annotated[Gravite | None, Query(description="Only findings of this kind; the sums count all of them.")]


@router.get("/dossiers/{dossier_id}/controles")
async def read_dossier_controls(
    dossier_id: UUID,
    server: Server,
    signed: Signed,
    *,
    curseur: Cursor = None,
    limite: Limit = 100,
    gravite: Kept = None,
) -> Controles:
    """Give what the controls find in a dossier, over the whole establishment as it would be published."""
    async with server.database.read() as tx:
        found = await access.dossier(tx, signed.account, dossier_id)
        etat = controles.of_dossier(found)
    try:
        return controles.page(etat, dossier_id, found.dossier.titre, cursor=curseur, limit=limite, gravite=gravite)
    except BadCursorError as error:
        raise controles.bad_cursor() from error


@router.get("/structures/{structure_id}/controles")
async def read_structure_controls(
    structure_id: UUID,
    server: Server,
    signed: Signed,
    *,
    curseur: Cursor = None,
    limite: Limit = 100,
    gravite: Kept = None,
) -> Controles:
    """Give what the controls find in the published establishment of a structure."""
    async with server.database.read() as tx:
        etat = await controles.of_structure(tx, signed.account, structure_id)
    try:
        return controles.page(etat, etat.eg.id, etat.eg.nom, cursor=curseur, limit=limite, gravite=gravite)
    except BadCursorError as error:
        raise controles.bad_cursor() from error


@router.post("/dossiers/{dossier_id}/fiches/{fiche_id}/controles")
async def control_typed_fiche(
    dossier_id: UUID, fiche_id: UUID, body: DemandeControles, server: Server, signed: Signed
) -> ControlesSaisie:
    """Judge answers that are not saved, over a fiche as the dossier shows it. Writes nothing."""
    async with server.database.read() as tx:
        found = await access.dossier(tx, signed.account, dossier_id)
        return controles.typed_in_dossier(found, fiche_id, body.valeurs)


@router.post("/structures/{structure_id}/controles")
async def control_typed_structure(
    structure_id: UUID, body: DemandeControles, server: Server, signed: Signed
) -> ControlesSaisie:
    """Judge answers that are not saved, over a published fiche. Writes nothing."""
    async with server.database.read() as tx:
        return await controles.typed_in_structure(tx, signed.account, structure_id, body.valeurs)
