"""Changing the tree of a dossier by lines: duplicate, move, delete and take back, undo and redo (guide §3c)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ror_tui.api_client.models import ActionFaite, Dossier, NoeudDossier
from ror_tui.lineaire.arbre import among, pick
from ror_tui.lineaire.dialogue import Option
from ror_tui.services import actions
from ror_tui.services.arbre import Arbre
from ror_tui.services.possible import parents, redo_refusal, refusal, undo_refusal
from ror_tui.services.suppression import effects, question
from ror_tui.texts import plural

if TYPE_CHECKING:
    from ror_tui.lineaire.seance import Seance

MOST_COPIES = 50
NOTHING_DELETED = "aucune fiche de ce dossier n'est à supprimer."
UNCHANGED = "Rien n'a été changé."

Act = Callable[["Seance", Dossier, Arbre, NoeudDossier], ActionFaite | None]


def menu(seance: Seance, dossier: Dossier, arbre: Arbre) -> None:
    """Have one thing done to the tree, or undone.

    Args:
        seance: Who answers.
        dossier: As it was read.
        arbre: Its lines.
    """
    options = [Option(f"{label} une fiche", _nowhere(name, dossier, arbre)) for name, label, _ in ACTS]
    options += [
        Option(f"Annuler : {dossier.geste_a_annuler or 'rien'}", undo_refusal(dossier)),
        Option(f"Refaire : {dossier.geste_a_refaire or 'rien'}", redo_refusal(dossier)),
    ]
    chosen = seance.dialogue.choose("Changer l'arbre du dossier", options)
    if chosen < len(ACTS):
        _act(seance, dossier, arbre, ACTS[chosen])
    elif chosen == len(ACTS):
        seance.dialogue.say(f"Annulé : {seance.call('Annulation', actions.annuler, dossier).geste.libelle}")
    else:
        seance.dialogue.say(f"Refait : {seance.call('Rétablissement', actions.refaire, dossier).geste.libelle}")


def _nowhere(action: str, dossier: Dossier, arbre: Arbre) -> str | None:
    """Say why an action can be done to no line, or None."""
    reasons = [refusal(action, dossier, arbre, [noeud]) for noeud in arbre.reading]
    if not all(reasons):
        return None
    return NOTHING_DELETED if action == "retablir" else reasons[-1]


def _act(seance: Seance, dossier: Dossier, arbre: Arbre, entry: tuple[str, str, Act]) -> None:
    name, label, act = entry

    def no(noeud: NoeudDossier) -> str | None:
        return refusal(name, dossier, arbre, [noeud])

    done = act(seance, dossier, arbre, pick(seance, arbre, f"{label} quelle fiche ?", "Numéro de la fiche", no))
    seance.dialogue.say(f"{done.libelle}. « Annuler » le défait." if done else UNCHANGED)


def _duplicate(seance: Seance, dossier: Dossier, arbre: Arbre, noeud: NoeudDossier) -> ActionFaite | None:
    times = seance.dialogue.ask("Nombre de copies", f"De 1 à {MOST_COPIES}. Entrée : une seule.")
    if times.text and not 0 < (times.number or 0) <= MOST_COPIES:
        seance.dialogue.refuse(f"Donnez un nombre de 1 à {MOST_COPIES}.")
        return None
    below = len(arbre.below(noeud.id))
    whole = True
    if below:
        contains = plural(below, "fiche", "fiches")
        whole = seance.dialogue.confirm(f"« {noeud.nom} » contient {contains}. Les dupliquer aussi")
    return seance.call(
        "Duplication", actions.dupliquer, dossier.id, [noeud], fois=times.number or 1, avec_enfants=whole
    )


def _move(seance: Seance, dossier: Dossier, arbre: Arbre, noeud: NoeudDossier) -> ActionFaite:
    title = f"Déplacer « {noeud.nom} » sous…"
    parent = among(seance, arbre, parents(dossier, arbre, [noeud]), title, "Numéro de la structure")
    return seance.call("Déplacement", actions.deplacer, dossier.id, [noeud], parent.id)


def _delete(seance: Seance, dossier: Dossier, _arbre: Arbre, noeud: NoeudDossier) -> ActionFaite | None:
    told = seance.call("Lecture des conséquences", actions.consequences, dossier.id, [noeud])
    seance.dialogue.say("", question([noeud], told), *effects(told))
    if told.confirmer is None:
        sure = seance.dialogue.confirm("Oui, supprimer")
    else:
        sure = seance.dialogue.ask(f"Tapez « {told.confirmer} » pour confirmer").text == told.confirmer
    return seance.call("Suppression", actions.supprimer, dossier.id, [noeud]) if sure else None


def _restore(seance: Seance, dossier: Dossier, _arbre: Arbre, noeud: NoeudDossier) -> ActionFaite:
    return seance.call("Rétablissement", actions.retablir, dossier.id, [noeud])


ACTS: tuple[tuple[str, str, Act], ...] = (
    ("dupliquer", "Dupliquer", _duplicate),
    ("deplacer", "Déplacer", _move),
    ("supprimer", "Supprimer", _delete),
    ("retablir", "Rétablir", _restore),
)
