"""Deciding fiche by fiche, by lines: what is refused and why, what follows it, what is published (DESIGN §5)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from ror_tui.api_client.models import ActionDossier, Dossier, NoeudDossier, Partage
from ror_tui.lineaire.dialogue import Option
from ror_tui.lineaire.etapes import SHORTEST_REASON, told
from ror_tui.marks import CHANGEMENT, KIND
from ror_tui.services import dossier as dossiers
from ror_tui.services.arbre import Arbre
from ror_tui.services.possible import workflow_refusal
from ror_tui.texts import plural

if TYPE_CHECKING:
    from ror_tui.lineaire.seance import Seance


def menu(seance: Seance, dossier: Dossier, arbre: Arbre) -> None:
    """Have each fiche accepted or refused, then the rest published, or the whole sent back.

    Args:
        seance: Who answers.
        dossier: As it was read.
        arbre: Its lines.
    """
    noeuds = [noeud for noeud in arbre.reading if noeud.changements]
    refused: dict[UUID, str] = {}
    while True:
        partage = seance.call("Lecture de la décision", dossiers.partage, dossier.id, refused)
        options = [
            *(Option(_line(noeud, partage)) for noeud in noeuds),
            Option("Accepter le reste et le publier", _accept_refusal(dossier, partage)),
            Option("Tout renvoyer à l'auteur, avec les motifs", _return_refusal(refused)),
        ]
        count = plural(partage.retenues, "fiche acceptée", "fiches acceptées")
        title = f"{count}. Une fiche choisie est refusée, ou acceptée de nouveau."
        chosen = seance.dialogue.choose(title, options)
        if chosen < len(noeuds):
            _turn(seance, noeuds[chosen], refused)
        elif chosen > len(noeuds):
            told(seance, seance.call("Refus", dossiers.refuser, dossier, None, refused))
            return
        elif _accept(seance, dossier, partage, refused):
            return


def _line(noeud: NoeudDossier, partage: Partage) -> str:
    back = next((one for one in partage.suite if one.structure_id == noeud.id), None)
    state = "acceptée" if back is None else f"{'refusée' if back.refusee else 'suit'} : {back.raison}"
    changes = ", ".join(CHANGEMENT[one] for one in noeud.changements)
    return f"{KIND[noeud.kind]} « {noeud.nom} », {changes}, {state}"


def _turn(seance: Seance, noeud: NoeudDossier, refused: dict[UUID, str]) -> None:
    if refused.pop(noeud.id, None) is not None:
        return
    motif = seance.dialogue.ask(f"Motif du refus de « {noeud.nom} », que l'auteur lira").text
    if len(motif) < SHORTEST_REASON:
        seance.dialogue.refuse("Un refus dit pourquoi.")
    else:
        refused[noeud.id] = motif


def _accept_refusal(dossier: Dossier, partage: Partage) -> str | None:
    return workflow_refusal(dossier, ActionDossier.VALIDER_PARTIE) or partage.impossible


def _return_refusal(refused: dict[UUID, str]) -> str | None:
    return None if refused else "refusez d'abord une fiche au moins, avec son motif."


def _accept(seance: Seance, dossier: Dossier, partage: Partage, refused: dict[UUID, str]) -> bool:
    seance.dialogue.say(
        "",
        f"{plural(partage.retenues, 'fiche sera publiée', 'fiches seront publiées')} dans le Répertoire.",
        f"Dans « {partage.titre_suite} », à corriger par l'auteur :",
        *(f"{one.nom} : {one.raison}" for one in partage.suite),
    )
    if not seance.dialogue.confirm("Oui, publier"):
        return False
    told(seance, seance.call("Publication", dossiers.valider_partie, dossier, refused))
    return True
