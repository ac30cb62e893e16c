"""What is done with a fiche of a dossier (guide §3d)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from uuid import UUID

from ror_tui.api_client.client import RorClient
from ror_tui.api_client.models import Champ, Fiche, Modele, ModificationFiche, NoeudDossier, Nomenclature, Valeurs
from ror_tui.services.arbre import A_FAIRE, Arbre

__all__ = ["A_FAIRE", "enregistrer", "finaliser", "lire", "nomenclature", "nomenclatures_de", "ouvrir", "suivante"]


async def ouvrir(client: RorClient, dossier_id: UUID, fiche_id: UUID) -> tuple[Fiche, Modele]:
    """Read a fiche and its form, at the same time."""
    fiche, modele = await asyncio.gather(
        client.dossiers.fiche(dossier_id, fiche_id), client.dossiers.modele(dossier_id, fiche_id)
    )
    return fiche, modele


async def lire(client: RorClient, fiche: Fiche) -> Fiche:
    """Read a fiche again, without its form."""
    return await client.dossiers.fiche(fiche.dossier_id, fiche.id)


async def enregistrer(client: RorClient, fiche: Fiche, changements: Valeurs) -> Fiche:
    """Save answers.

    Args:
        client: Signed in.
        fiche: As it was read: the answers apply to that version only.
        changements: The fields that changed; None erases.

    Returns:
        The fiche after.

    Raises:
        Stale: Somebody else saved it since; `probleme` holds the present values and who wrote them.
        Invalid: `probleme.errors` points to `/valeurs/<champ>`.
    """
    modification = demande(fiche, changements)
    return await client.dossiers.modifier(fiche.dossier_id, fiche.id, modification, version=fiche.version)


def demande(fiche: Fiche, changements: Valeurs) -> ModificationFiche:
    """Give the request that saves answers, with the published values as their author saw them."""
    seen = None if fiche.publiees is None else {champ: fiche.publiees.get(champ) for champ in changements}
    return ModificationFiche(valeurs=changements, vues=seen)


async def finaliser(client: RorClient, fiche: Fiche) -> Fiche:
    """Finalise a saved fiche: it goes green (guide, A NOTER 4).

    Raises:
        Invalid: The controls found errors.
    """
    return await client.dossiers.finaliser(fiche.dossier_id, fiche.id, version=fiche.version)


async def nomenclature(client: RorClient, nom: str) -> Nomenclature:
    """Read a value set; it is kept in memory and asked again only to know whether it changed."""
    return await client.modeles.nomenclature(nom)


def nomenclatures_de(champs: Iterable[Champ]) -> set[str]:
    """Give the names of the value sets that fields need, those of the rows of groups too."""
    found: set[str] = set()
    for champ in champs:
        found |= {champ.nomenclature} if champ.nomenclature else set()
        found |= nomenclatures_de(champ.champs)
    return found


async def suivante(client: RorClient, dossier_id: UUID, fiche_id: UUID) -> NoeudDossier | None:
    """Give the next fiche of a dossier that is not green, None when all are.

    Args:
        client: Signed in.
        dossier_id: The dossier.
        fiche_id: The fiche one comes from.
    """
    return Arbre(await client.dossiers.arbre(dossier_id)).next_to_do(fiche_id)
