"""Modifying a published fiche from the Répertoire (guide §4c), callable without a screen."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from ror_tui.api_client.client import RorClient
from ror_tui.api_client.models import (
    Modele,
    ModificationStructure,
    QuestionRepercussion,
    ReponseRepercussion,
    Structure,
    Valeurs,
)
from ror_tui.texts import french

ONLY_IN_A_DOSSIER = frozenset({"type_uo"})
"""Fields that change only inside a dossier (guide, A NOTER 7)."""


async def ouvrir(client: RorClient, structure: Structure) -> tuple[Structure, Modele]:
    """Read a published fiche again, with its form, at the same time."""
    fresh, modele = await asyncio.gather(client.structures.lire(structure.id), client.structures.modele(structure.id))
    return fresh, modele


def modifiable(modele: Modele) -> Modele:
    """Give the part of a form that can be modified outside a dossier."""
    sections = [
        section.model_copy(update={"champs": [champ for champ in section.champs if champ.id not in ONLY_IN_A_DOSSIER]})
        for section in modele.sections
    ]
    return modele.model_copy(update={"sections": [section for section in sections if section.champs]})


async def modifier(
    client: RorClient, structure: Structure, changements: Valeurs, reponses: Sequence[ReponseRepercussion] = ()
) -> Structure:
    """Publish new values.

    Args:
        client: Signed in.
        structure: As it was read: the values apply to that version only.
        changements: The fields that changed; None erases.
        reponses: The answers to the questions of répercussion.

    Raises:
        Conflict: `probleme.questions` are to be answered first.
        Stale: Somebody else published it since.
        Invalid: `probleme.errors` points to `/valeurs/<champ>`.
    """
    modification = ModificationStructure(valeurs=changements, repercussions=list(reponses))
    return await client.structures.modifier(structure.id, modification, version=structure.version)


def reponse(question: QuestionRepercussion, *, repercuter: bool) -> ReponseRepercussion:
    """Answer a question, for the version of the dossier that was shown.

    Args:
        question: The question.
        repercuter: Whether the dossier follows.
    """
    return ReponseRepercussion(
        dossier_id=question.dossier_id, champ=question.champ, version=question.version, repercuter=repercuter
    )


def said(question: QuestionRepercussion) -> str:
    """Say a question: the guide's own words, both values, and what each answer does."""
    lines = [
        "Voulez-vous répercuter votre modification dans le dossier collaboratif ?",
        "",
        f"Dossier : « {question.dossier_titre} », de {question.dossier_auteur}",
        f"  votre modification : {question.directe_texte}",
        f"  dans le dossier : {question.dossier_texte}",
        "",
        "Oui : le dossier prend votre valeur.",
        "Non : le dossier garde la sienne, et remplacera la vôtre quand il sera intégré ; il le dira avant l'envoi.",
    ]
    return french("\n".join(lines))
