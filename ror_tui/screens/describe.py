"""Starting a dossier collaboratif on an establishment: what is asked, and when nothing is (guide §3b)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from ror_tui.api_client.errors import Conflict
from ror_tui.api_client.models import Kind, RefDossier, Structure
from ror_tui.services import repertoire
from ror_tui.texts import french
from ror_tui.widgets.dialogs import Ask, Choose, Message

if TYPE_CHECKING:
    from ror_tui.app import RorApp

OPEN, OTHER = "ouvrir", "autre"
CHOICES = ((OPEN, "Ouvrir le dossier en cours"), (OTHER, "Créer un autre dossier"), ("annuler", "Annuler"))
TITLE = "Dossier collaboratif"


async def open_or_create(ror: RorApp, structure_id: UUID) -> UUID | None:
    """Give the dossier to open on a structure: the one that is in progress, or a new one.

    Args:
        ror: The application, to ask.
        structure_id: The establishment, or a structure below it.

    Returns:
        The dossier, None when the user gave up or has no right to one.

    Raises:
        RorError: When the server refuses or does not answer.
    """
    structure = await repertoire.structure(ror.client, structure_id)
    if structure.dossier_refus is not None:
        await ror.push_screen_wait(Message(TITLE, structure.dossier_refus))
        return None
    choice = await _ask_which(ror, structure.nom, structure.dossiers) if structure.dossiers else OTHER
    if choice == OPEN:
        return structure.dossiers[0].id
    if choice != OTHER:
        return None
    return await _create(ror, structure, even_if_open=bool(structure.dossiers))


async def _create(ror: RorApp, structure: Structure, *, even_if_open: bool) -> UUID | None:
    titre: str | None = None
    if structure.kind is not Kind.EG or structure.unites:
        titre = await ror.push_screen_wait(
            Ask(TITLE, "Titre du dossier", value=f"Mise à jour de {structure.nom}"[:200])
        )
        if titre is None:
            return None
    try:
        created = await repertoire.decrire(ror.client, structure.id, titre=titre, meme_si_ouvert=even_if_open)
    except Conflict as error:
        return await _open_meanwhile(ror, structure, titre, error)
    ror.say(french(f"Dossier créé : « {created.titre} »"))
    return created.id


async def _open_meanwhile(ror: RorApp, structure: Structure, titre: str | None, error: Conflict) -> UUID | None:
    """Somebody opened a dossier since the structure was read: ask again which one."""
    if error.probleme.dossier_id is None:
        raise error
    choice = await _ask_which(ror, structure.nom, ())
    if choice == OPEN:
        return error.probleme.dossier_id
    if choice != OTHER:
        return None
    created = await repertoire.decrire(ror.client, structure.id, titre=titre, meme_si_ouvert=True)
    return created.id


async def _ask_which(ror: RorApp, nom: str, dossiers: Sequence[RefDossier]) -> str | None:
    named = "".join(f"\n« {dossier.titre} », de {dossier.auteur}" for dossier in dossiers)
    question = french(f"Un dossier collaboratif est déjà ouvert sur {nom}.{named}")
    return await ror.push_screen_wait(Choose(TITLE, question, CHOICES))
