"""What a deletion does, in the French sentences that are said before it is done."""

from __future__ import annotations

from collections.abc import Sequence

from ror_tui.api_client.models import Consequences, NoeudDossier
from ror_tui.texts import plural

Chosen = Sequence[NoeudDossier]
MOST_NAMED = 4
"""New fiches named before a deletion; the others are counted."""


def name(noeuds: Chosen) -> str:
    """Name what one acts on: « X », or « 3 fiches »."""
    return f"« {noeuds[0].nom} »" if len(noeuds) == 1 else plural(len(noeuds), "fiche", "fiches")


def question(noeuds: Chosen, told: Consequences) -> str:
    """Ask whether these are deleted, with what is below."""
    where = "qu’elle contient" if len(noeuds) == 1 else "en dessous"
    below = f" et {plural(told.dessous, f'fiche {where}', f'fiches {where}')}" if told.dessous else ""
    return f"Supprimer {name(noeuds)}{below} ?"


def effects(told: Consequences) -> list[str]:
    """Say in French what a deletion does.

    Args:
        told: As the server says it.
    """
    said = []
    if told.perdues:
        lost = ", ".join(f"« {one} »" for one in told.perdues[:MOST_NAMED])
        more = f" et {len(told.perdues) - MOST_NAMED} autres" if len(told.perdues) > MOST_NAMED else ""
        verb = "disparaît" if len(told.perdues) == 1 else "disparaissent"
        said.append(f"{lost}{more} : {verb} du dossier, avec ce qui y est saisi.")
    if told.marquees:
        stay = "reste" if told.marquees == 1 else "restent"
        count = plural(told.marquees, "fiche publiée", "fiches publiées")
        said.append(f"{count} : {stay} dans le Répertoire jusqu'à la validation du dossier.")
    if told.favoris:
        said.append(f"{plural(told.favoris, 'compte', 'comptes')} l'ont en favori.")
    if told.dossiers:
        titles = ", ".join(f"« {titre} »" for titre in told.dossiers)
        said.append(f"Aussi modifié par : {titles}.")
    return said
