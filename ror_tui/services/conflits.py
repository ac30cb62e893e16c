"""What is done with the conflicts of a dossier, callable without a screen."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from ror_tui.api_client.client import RorClient
from ror_tui.api_client.models import (
    Choix,
    Conflit,
    Conflits,
    EtatFiche,
    ReponseConflit,
    Resolution,
    Valeur,
    lignes_de,
)
from ror_tui.services.arbre import Arbre

NONE = "Aucun conflit avec le Répertoire dans ce dossier."
IN_THE_FICHE = "Ces lignes se composent dans la fiche : Entrée l'ouvre."

Key = tuple[UUID, str, str | None]
"""What names a conflict: the fiche, the nature, the field."""


def key(conflit: Conflit) -> Key:
    """Name a conflict, whatever its values."""
    return conflit.structure_id, conflit.nature, conflit.champ


async def lire(client: RorClient, dossier_id: UUID) -> Conflits:
    """Read the conflicts of a dossier."""
    return await client.conflits.lire(dossier_id)


def reponse(conflit: Conflit, choix: Choix, valeur: Valeur = None) -> ReponseConflit:
    """Make the answer to a conflict as it was read.

    Args:
        conflit: The question.
        choix: Mine, published, or another.
        valeur: The other value; the id of the parent for a question of place.
    """
    return ReponseConflit(
        structure_id=conflit.structure_id,
        nature=conflit.nature,
        champ=conflit.champ,
        empreinte=conflit.empreinte,
        choix=choix,
        valeur=valeur,
    )


async def repondre(client: RorClient, conflits: Conflits, reponses: Sequence[ReponseConflit]) -> Conflits:
    """Answer some conflicts of a dossier as it was read; gives those that are left."""
    resolution = Resolution(reponses=list(reponses))
    return await client.conflits.resoudre(conflits.dossier_id, resolution, version=conflits.version)


def sures(conflits: Conflits) -> list[ReponseConflit]:
    """Give the answers by which nobody's work is lost."""
    return [reponse(one, one.sur) for one in conflits.conflits if one.sur is not None]


def nouveaux(avant: Collection[Key], conflits: Conflits) -> list[Conflit]:
    """Give the conflicts that were not there before.

    Args:
        avant: The keys of those that were.
        conflits: Those that are.
    """
    return [one for one in conflits.conflits if key(one) not in avant]


def possible(conflit: Conflit, choix: Choix) -> str | None:
    """Say why an answer cannot be given to a conflict, or None."""
    found = next((one for one in conflit.choix if one.choix is choix), None)
    if found is None:
        return "Cette réponse n'existe pas."
    return found.raison or (IN_THE_FICHE if choix is Choix.AUTRE and _has_rows(conflit) else None)


def _has_rows(conflit: Conflit) -> bool:
    return any(lignes_de(valeur) for valeur in (conflit.base, conflit.mienne, conflit.publiee))


def libelle(conflit: Conflit, choix: Choix) -> str:
    """Give the words of an answer."""
    return next((one.libelle for one in conflit.choix if one.choix is choix), "")


def in_conflict(arbre: Arbre | None) -> int:
    """Count the fiches in conflict."""
    return sum(noeud.etat is EtatFiche.EN_CONFLIT for noeud in arbre.reading) if arbre else 0


def no_conflict(arbre: Arbre) -> str | None:
    """Say why there are no conflicts to show, or None."""
    return None if in_conflict(arbre) else NONE
