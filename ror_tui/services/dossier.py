"""What is done with a dossier collaboratif: its tree, its workflow (guide §3c to §3e).

Limits (number of fiches, length of a reason…) are judged by the server, whose refusal is a French sentence.
"""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID, uuid4

from ror_tui.api_client.client import RorClient
from ror_tui.api_client.dossiers import OrdreDossiers, VueDossiers
from ror_tui.api_client.models import (
    ActionDossier,
    ArbreDossier,
    CreationFiches,
    Differences,
    Dossier,
    DossierResume,
    Fiche,
    Kind,
    ModificationFiche,
    Page,
    Partage,
    Refus,
    RefusFiche,
    Tri,
)


async def lister(
    client: RorClient, vue: VueDossiers, curseur: str | None = None, ordre: OrdreDossiers = "recent"
) -> Page[DossierResume]:
    """Read one page of dossiers: the open ones, all of them, or those that wait for this account."""
    return await client.dossiers.lister(vue, curseur=curseur, ordre=ordre)


async def compter_a_traiter(client: RorClient) -> int:
    """Count the dossiers that wait for this account."""
    page = await client.dossiers.lister("a_traiter", limite=1, total=True)
    return page.total if page.total is not None else len(page.elements)


async def lister_au_moins(
    client: RorClient, vue: VueDossiers, combien: int, ordre: OrdreDossiers = "recent"
) -> tuple[list[DossierResume], str | None]:
    """Read whole pages until at least so many dossiers are read, and give the cursor of the next page."""
    read: list[DossierResume] = []
    curseur: str | None = None
    while not read or (curseur is not None and len(read) < combien):
        page = await lister(client, vue, curseur, ordre)
        read += page.elements
        curseur = page.suivant
        if not page.elements:
            break
    return read, curseur


async def lire(client: RorClient, dossier_id: UUID) -> Dossier:
    """Read a dossier with what can be done with it."""
    return await client.dossiers.lire(dossier_id)


async def arbre(client: RorClient, dossier_id: UUID) -> ArbreDossier:
    """Read the whole tree of a dossier."""
    return await client.dossiers.arbre(dossier_id)


async def differences(client: RorClient, dossier_id: UUID) -> Differences:
    """Read what a dossier changes, in French sentences."""
    return await client.dossiers.differences(dossier_id)


async def creer(
    client: RorClient, dossier_id: UUID, kind: Kind, parent_id: UUID, nombre: int
) -> tuple[ArbreDossier, list[UUID]]:
    """Create structures under a line (« Nombre de fiches à créer ? »).

    Args:
        client: Signed in.
        dossier_id: The dossier.
        kind: What to create.
        parent_id: Under which structure.
        nombre: How many.

    Returns:
        The tree after, and the ids of what was created, in order.
    """
    ids = [uuid4() for _ in range(nombre)]
    creation = CreationFiches.model_construct(kind=kind, parent_id=parent_id, ids=ids)
    return await client.dossiers.creer_fiches(dossier_id, creation), ids


async def renommer(client: RorClient, dossier_id: UUID, fiche_id: UUID, version: int, nom: str) -> Fiche:
    """Rename the structure of a fiche (guide §4b)."""
    modification = ModificationFiche(valeurs={"nom": nom})
    return await client.dossiers.modifier(dossier_id, fiche_id, modification, version=version)


async def envoyer(client: RorClient, dossier: Dossier) -> Dossier:
    """Send a dossier to validation, or on to the next level (guide §3e)."""
    return await client.dossiers.agir(dossier.id, ActionDossier.ENVOYER, version=dossier.version)


async def valider(client: RorClient, dossier: Dossier) -> Dossier:
    """Validate a dossier: it is integrated into the Répertoire."""
    return await client.dossiers.agir(dossier.id, ActionDossier.VALIDER, version=dossier.version)


async def retirer(client: RorClient, dossier: Dossier) -> Dossier:
    """Take a dossier back from validation."""
    return await client.dossiers.agir(dossier.id, ActionDossier.RETIRER, version=dossier.version)


async def abandonner(client: RorClient, dossier: Dossier) -> Dossier:
    """Give a dossier up: nothing of it reaches the Répertoire."""
    return await client.dossiers.agir(dossier.id, ActionDossier.ABANDONNER, version=dossier.version)


async def reprendre(client: RorClient, dossier: Dossier) -> Dossier:
    """Take up a dossier that was abandoned."""
    return await client.dossiers.agir(dossier.id, ActionDossier.REPRENDRE, version=dossier.version)


async def refuser(
    client: RorClient, dossier: Dossier, motif: str | None, fiches: Mapping[UUID, str] | None = None
) -> Dossier:
    """Send a dossier back to its author.

    Args:
        client: Signed in.
        dossier: As it was read: the refusal applies to that version only.
        motif: Why the whole is refused; None when `fiches` say it.
        fiches: Why each of these fiches is refused, if some are.
    """
    refus = Refus.model_construct(motif=motif, fiches=_refused(fiches or {}))
    return await client.dossiers.refuser(dossier.id, refus, version=dossier.version)


async def partage(client: RorClient, dossier_id: UUID, fiches: Mapping[UUID, str]) -> Partage:
    """Read what would be published if these fiches were refused, and what would follow them."""
    return await client.dossiers.partage(dossier_id, Tri.model_construct(fiches=_refused(fiches)))


async def valider_partie(client: RorClient, dossier: Dossier, fiches: Mapping[UUID, str]) -> Dossier:
    """Publish what can stand without these fiches; they go back to the author in a follow-up dossier."""
    tri = Tri.model_construct(fiches=_refused(fiches))
    return await client.dossiers.valider_partie(dossier.id, tri, version=dossier.version)


def _refused(fiches: Mapping[UUID, str]) -> list[RefusFiche]:
    return [RefusFiche.model_construct(structure_id=one, motif=motif) for one, motif in fiches.items()]
