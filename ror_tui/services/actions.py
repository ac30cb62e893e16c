"""What is done to one fiche of a dossier or to several, and how it is undone."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from ror_tui.api_client.client import RorClient
from ror_tui.api_client.models import (
    ActionFaite,
    ActionFiches,
    ActionGroupee,
    Consequences,
    DemandeGabarit,
    Dossier,
    FicheVisee,
    GesteFait,
    Gestes,
    NoeudDossier,
)

Noeuds = Sequence[NoeudDossier]


def _action(action: ActionFiches, noeuds: Noeuds, **more: object) -> ActionGroupee:
    fiches = [FicheVisee(id=noeud.id, version=noeud.version) for noeud in noeuds]
    return ActionGroupee.model_construct(action=action, fiches=fiches).model_copy(update=more)


async def dupliquer(
    client: RorClient, dossier_id: UUID, noeuds: Noeuds, *, fois: int, avec_enfants: bool
) -> ActionFaite:
    """Copy fiches beside themselves, `fois` times each."""
    action = _action(ActionFiches.DUPLIQUER, noeuds, fois=fois, avec_enfants=avec_enfants)
    return await client.actions.agir(dossier_id, action)


async def deplacer(client: RorClient, dossier_id: UUID, noeuds: Noeuds, parent_id: UUID) -> ActionFaite:
    """Move fiches, with what is below, under another parent."""
    return await client.actions.agir(dossier_id, _action(ActionFiches.DEPLACER, noeuds, parent_id=parent_id))


async def consequences(client: RorClient, dossier_id: UUID, noeuds: Noeuds) -> Consequences:
    """Read what deleting fiches would do."""
    return await client.actions.consequences(dossier_id, [noeud.id for noeud in noeuds])


async def supprimer(client: RorClient, dossier_id: UUID, noeuds: Noeuds) -> ActionFaite:
    """Delete fiches with what is below."""
    return await client.actions.agir(dossier_id, _action(ActionFiches.SUPPRIMER, noeuds))


async def retablir(client: RorClient, dossier_id: UUID, noeuds: Noeuds) -> ActionFaite:
    """Take back the deletion of fiches, with what is below and what had been typed in them."""
    return await client.actions.agir(dossier_id, _action(ActionFiches.RETABLIR, noeuds))


async def finaliser(client: RorClient, dossier_id: UUID, noeuds: Noeuds) -> ActionFaite:
    """Finalise fiches that are saved and complete."""
    return await client.actions.agir(dossier_id, _action(ActionFiches.FINALISER, noeuds))


async def changer_type(
    client: RorClient, dossier_id: UUID, noeuds: Noeuds, type_uo: str, *, renommer: bool
) -> ActionFaite:
    """Give units a type d'UO, and where the name was not typed by hand its default name when that is asked."""
    action = _action(ActionFiches.TYPE_UO, noeuds, type_uo=type_uo, renommer=renommer)
    return await client.actions.agir(dossier_id, action)


async def gabarit(
    client: RorClient, dossier_id: UUID, source_id: UUID, parent_id: UUID, *, avec_enfants: bool
) -> ActionFaite:
    """Create fiches after a unit or an establishment, names and what belongs to its place left to fill."""
    demande = DemandeGabarit(source_id=source_id, parent_id=parent_id, avec_enfants=avec_enfants)
    return await client.actions.gabarit(dossier_id, demande)


async def gestes(client: RorClient, dossier_id: UUID, avant: int | None = None) -> Gestes:
    """Read a page of what was done to a dossier, the last first."""
    return await client.actions.gestes(dossier_id, avant=avant)


async def annuler(client: RorClient, dossier: Dossier) -> GesteFait:
    """Undo the last geste of this account in a dossier, as it was read."""
    return await client.actions.annuler(dossier.id, version=dossier.version)


async def refaire(client: RorClient, dossier: Dossier) -> GesteFait:
    """Do again what this account undid last."""
    return await client.actions.refaire(dossier.id, version=dossier.version)
