"""The « Actions » menu of a line of a dossier, as data: each entry works or says why it does not (guide §3c, §3e)."""

from __future__ import annotations

from collections.abc import Sequence

from ror_tui.api_client.models import ActionDossier, Dossier, Kind, NoeudDossier
from ror_tui.marks import KIND, KIND_PLURAL
from ror_tui.services.arbre import Arbre
from ror_tui.services.conflits import no_conflict
from ror_tui.services.possible import (
    create_refusal,
    line_refusal,
    parents,
    redo_refusal,
    refusal,
    table_refusal,
    undo_refusal,
    workflow_refusal,
)
from ror_tui.texts import plural
from ror_tui.widgets.dialogs import MenuItem
from ror_tui.widgets.find_menu import FindItem

CREATE_KEYS = {Kind.POLE: "p", Kind.SERVICE: "e", Kind.UF: "f", Kind.UO: "u"}
ON_SELECTION = (
    ("dupliquer", "Dupliquer", "d"),
    ("deplacer", "Déplacer", "m"),
    ("supprimer", "Supprimer", "x"),
    ("retablir", "Rétablir", "z"),
    ("finaliser", "Finaliser", "n"),
    ("type", "Changer le type d'UO", "y"),
)
"""What is done to all the ticked lines: id, label, letter of the menu."""
WORKFLOW = (
    ("envoyer", ActionDossier.ENVOYER, "v"),
    ("retirer", ActionDossier.RETIRER, "t"),
    ("valider", ActionDossier.VALIDER, "l"),
    ("trier", ActionDossier.REFUSER, "D"),
    ("refuser", ActionDossier.REFUSER, "k"),
    ("abandonner", ActionDossier.ABANDONNER, "b"),
    ("reprendre", ActionDossier.REPRENDRE, "R"),
)
SORTING = "Accepter ou refuser fiche par fiche"
WORKFLOW_LABELS = {
    ActionDossier.ENVOYER: "Envoyer en validation",
    ActionDossier.RETIRER: "Retirer de la validation",
    ActionDossier.VALIDER: "Valider et publier dans le Répertoire",
    ActionDossier.REFUSER: "Refuser avec un motif",
    ActionDossier.ABANDONNER: "Abandonner le dossier",
    ActionDossier.REPRENDRE: "Reprendre le dossier abandonné",
}


def create_items(dossier: Dossier, noeud: NoeudDossier) -> list[MenuItem]:
    """Give the entries that create something under a line.

    Args:
        dossier: Its table of parents and its rights decide.
        noeud: The line.
    """
    return [
        MenuItem(f"creer-{kind}", f"Créer des {KIND_PLURAL[kind]}", key, create_refusal(dossier, noeud, kind))
        for kind, key in CREATE_KEYS.items()
    ]


def parent_items(dossier: Dossier, arbre: Arbre, noeuds: Sequence[NoeudDossier]) -> list[FindItem]:
    """Give every line as a place to move to; the impossible ones stay and say why.

    Args:
        dossier: Its table of parents decides.
        arbre: The lines.
        noeuds: What one would move.
    """
    return [
        FindItem(
            str(parent.id),
            f"{parent.nom} ({KIND[parent.kind]})",
            detail=_path(arbre, parent),
            level=arbre.depth(parent),
            refusal=reason,
        )
        for parent, reason in parents(dossier, arbre, noeuds)
    ]


def _path(arbre: Arbre, noeud: NoeudDossier) -> str:
    names: list[str] = []
    above = arbre.by_id.get(noeud.parent_id) if noeud.parent_id else None
    while above is not None:
        names.insert(0, above.nom)
        above = arbre.by_id.get(above.parent_id) if above.parent_id else None
    return " › ".join(names)


def menu_items(
    dossier: Dossier, arbre: Arbre, noeud: NoeudDossier, selected: Sequence[NoeudDossier] = ()
) -> list[MenuItem]:
    """Give the whole « Actions » menu of a line, in the guide's order.

    Args:
        dossier: What the account may do.
        arbre: The lines.
        noeud: The line under the cursor.
        selected: The lines that are ticked: most actions are done to all of them.
    """
    noeuds = selected or [noeud]
    several = f" ({plural(len(noeuds), 'fiche', 'fiches')})" if len(noeuds) > 1 else ""
    return [
        *create_items(dossier, noeud),
        *(
            MenuItem(name, f"{label}{several}", key, refusal(name, dossier, arbre, noeuds))
            for name, label, key in ON_SELECTION
        ),
        MenuItem("renommer", "Renommer", "r", line_refusal("renommer", dossier, arbre, noeud)),
        MenuItem("ouvrir", "Ouvrir", "o"),
        MenuItem("annuler", f"Annuler : {dossier.geste_a_annuler or 'rien'}", "c", undo_refusal(dossier)),
        MenuItem("refaire", f"Refaire : {dossier.geste_a_refaire or 'rien'}", "w", redo_refusal(dossier)),
        MenuItem("gestes", "Gestes du dossier", "j"),
        MenuItem("conflits", "Conflits avec le Répertoire", "!", no_conflict(arbre)),
        MenuItem("modele", "Prendre un modèle : unité ou établissement", "q", table_refusal(dossier, noeud)),
        MenuItem("tableau", "Tableau des unités : coller, lire, exporter", "g"),
        MenuItem("controles", "Contrôles", "Q"),
        MenuItem("differences", "Différences", "i"),
        MenuItem("etat", "Suivi du dossier", "s"),
        MenuItem("commentaires", "Commentaires", "C"),
        *(
            MenuItem(
                name, SORTING if name == "trier" else WORKFLOW_LABELS[action], key, workflow_refusal(dossier, action)
            )
            for name, action, key in WORKFLOW
        ),
    ]
