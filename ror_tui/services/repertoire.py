"""Walking and searching the Répertoire, and starting a dossier from it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from uuid import UUID, uuid4

from ror_tui.api_client.client import RorClient
from ror_tui.api_client.models import (
    Chemin,
    Code,
    CreationDossier,
    Dossier,
    Filtres,
    Modele,
    Page,
    PageArbre,
    Resultat,
    Structure,
    VueRepertoire,
)
from ror_tui.services import vue as vues

SCREENFUL, PAGE = 50, 100
"""Lines of the first page, which somebody waits for: no screen shows more; and of those around it."""
BRANCH = 1000
"""Lines asked for at once when all that is below a line is opened: the screen stays quick between two answers."""


async def enfants(
    client: RorClient,
    vue: VueRepertoire,
    cle: str | None,
    curseur: str | None = None,
    *,
    autour: str | None = None,
    limite: int | None = None,
) -> PageArbre:
    """Read one page of the children of a line; nothing is shown when nothing is ticked.

    Args:
        client: Signed in.
        vue: What is shown.
        cle: Key of the line, None for the roots.
        curseur: Cursor of the page, from the page before or after.
        autour: Key of a line that the page must hold.
        limite: At most how many; a page by default.
    """
    if vues.shows_nothing(vue):
        return PageArbre(elements=[])
    limite = limite or (PAGE if curseur or autour else SCREENFUL)
    return await client.repertoire.enfants(vue, cle, curseur, limite, autour)


async def branche(client: RorClient, vue: VueRepertoire, cle: str | None, curseur: str | None) -> PageArbre:
    """Read one page of all that stands below a line, depth first.

    Args:
        client: Signed in.
        vue: What is shown.
        cle: Key of the line, None for the whole view.
        curseur: Cursor of the page, from the page before.
    """
    return await client.repertoire.branche(vue, cle, curseur, limite=BRANCH)


async def chemin(client: RorClient, vue: VueRepertoire, structure_id: UUID) -> Chemin:
    """Read where a structure stands in a view, or why the view does not show it."""
    if vues.shows_nothing(vue):
        return Chemin(cles=[], raison="Aucune structure n'est cochée.")
    return await client.repertoire.chemin(vue, structure_id)


async def communes(client: RorClient, texte: str) -> list[Code]:
    """Find communes that hold establishments, by name or INSEE code."""
    return (await client.repertoire.communes(" ".join(texte.encode("utf-8", "ignore").decode().split()))).elements


async def noms_des_communes(client: RorClient, codes: Iterable[str]) -> dict[str, str]:
    """Read the names of communes by code; those that hold no establishment have none here.

    Args:
        client: Signed in.
        codes: INSEE codes.
    """
    wanted = set(codes)
    found = [one for code in sorted(wanted) for one in await communes(client, code)]
    return {one.code: one.libelle for one in found if one.code in wanted}


async def categories(client: RorClient) -> list[Code]:
    """Read the categories of establishment that are in use."""
    return await client.repertoire.categories()


async def labels(client: RorClient, vue: VueRepertoire, known: Collection[str]) -> dict[str, str]:
    """Read the labels of the codes that a view filters by.

    Args:
        client: Signed in.
        vue: The view.
        known: Codes whose label is known already.
    """
    named = await noms_des_communes(client, set(vue.filtres.communes) - set(known))
    found = await categories(client) if set(vue.filtres.categories) - set(known) else []
    return named | {code.code: code.libelle for code in found}


async def chercher(client: RorClient, texte: str, vue: VueRepertoire | None) -> Page[Resultat]:
    """Search by name, place or number, within the filters of a view, or everywhere.

    Args:
        client: Signed in.
        texte: What was typed; a blank text finds nothing.
        vue: The filters to keep to, None to search everywhere.
    """
    texte = " ".join(texte.encode("utf-8", "ignore").decode().split())
    if not texte or (vue is not None and vues.shows_nothing(vue)):
        return Page[Resultat](elements=[])
    return await client.repertoire.chercher(texte, Filtres() if vue is None else vue.filtres)


async def structure(client: RorClient, structure_id: UUID) -> Structure:
    """Read a published structure."""
    return await client.structures.lire(structure_id)


async def modele_structure(client: RorClient, structure_id: UUID) -> Modele:
    """Read the form that a published structure is shown with."""
    return await client.structures.modele(structure_id)


async def decrire(
    client: RorClient, structure_id: UUID, *, titre: str | None = None, meme_si_ouvert: bool = False
) -> Dossier:
    """Open a dossier collaboratif on an establishment (guide §3b).

    Args:
        client: Signed in.
        structure_id: The establishment, or any structure below it.
        titre: Title of the dossier; the server gives « Peuplement de … » to a first description.
        meme_si_ouvert: Open another one although one is open.

    Raises:
        Conflict: When one is already open; `probleme.dossier_id` names it.
    """
    creation = CreationDossier.model_construct(
        id=uuid4(), structure_id=structure_id, titre=titre, meme_si_ouvert=meme_si_ouvert
    )
    return await client.dossiers.creer(creation)
