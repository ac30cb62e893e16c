"""The « Actions » menu of a line of a dossier, as data: each entry works or says why it does not (guide §3c, §3e)."""

from __future__ import annotations

from collections.abc import Sequence

from ror_tui.api_client.models import ActionDossier, Changement, Dossier, EtatFiche, Kind, NoeudDossier
from ror_tui.marks import KIND, KIND_PLURAL
from ror_tui.services.arbre import Arbre, placement_refusal, possibility
from ror_tui.services.conflits import no_conflict
from ror_tui.texts import french, plural
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


def create_refusal(dossier: Dossier, noeud: NoeudDossier, kind: Kind) -> str | None:
    """Say why one may not create a kind under a line, or None."""
    return _locked(dossier, noeud) or placement_refusal(dossier, noeud.kind, kind, KIND)


def line_refusal(action: str, dossier: Dossier, arbre: Arbre, noeud: NoeudDossier) -> str | None:
    """Say why an action on a line cannot be done, or None.

    Args:
        action: `dupliquer`, `deplacer`, `renommer`, `supprimer`, `finaliser` or `type`.
        dossier: Its rights decide.
        arbre: Where the line stands.
        noeud: The line.
    """
    locked = _locked(dossier, noeud)
    if locked:
        return locked
    if noeud.kind in {Kind.EG, Kind.EJ} and action in {"dupliquer", "deplacer", "supprimer"}:
        return french("L'établissement du dossier ne peut être ni dupliqué, ni déplacé, ni supprimé.")
    if action == "type" and noeud.kind is not Kind.UO:
        return french("Seule une unité opérationnelle a un type d'UO.")
    if action == "deplacer" and all(item.refusal for item in parent_items(dossier, arbre, [noeud])):
        return french(
            "Il n'y a pas d'autre endroit où placer cette fiche : créez d'abord un pôle, un service ou une UF."
        )
    return None


def refusal(action: str, dossier: Dossier, arbre: Arbre, noeuds: Sequence[NoeudDossier]) -> str | None:
    """Say why an action on several lines cannot be done, naming the line that cannot, or None.

    Args:
        action: As `line_refusal`, or `retablir`.
        dossier: Its rights decide.
        arbre: Where the lines stand.
        noeuds: The lines.
    """
    for noeud in noeuds:
        one = (
            restore_refusal(dossier, arbre, noeud, besides=noeuds)
            if action == "retablir"
            else line_refusal(action, dossier, arbre, noeud)
        )
        if one:
            return one if len(noeuds) == 1 else french(f"« {noeud.nom} » : {one}")
    return None


def table_refusal(dossier: Dossier, noeud: NoeudDossier) -> str | None:
    """Say why a table of units cannot be read into a dossier, below a line or beside it, or None."""
    if reason := _unwritable(dossier):
        return reason
    above = noeud.kind is Kind.UO
    return None if above else placement_refusal(dossier, noeud.kind, Kind.UO, KIND)


def undo_refusal(dossier: Dossier) -> str | None:
    """Say why nothing can be undone, or None."""
    return _unwritable(dossier) or (
        None if dossier.geste_a_annuler else french("Il n'y a rien à annuler : vous n'avez rien changé ici.")
    )


def redo_refusal(dossier: Dossier) -> str | None:
    """Say why nothing can be redone, or None."""
    return _unwritable(dossier) or (
        None if dossier.geste_a_refaire else french("Il n'y a rien à refaire : vous n'avez rien annulé.")
    )


def restore_refusal(
    dossier: Dossier, arbre: Arbre, noeud: NoeudDossier, *, besides: Sequence[NoeudDossier] = ()
) -> str | None:
    """Say why a deletion cannot be taken back, or None; what is taken back with it (`besides`) does not hinder."""
    if reason := _unwritable(dossier):
        return reason
    if noeud.etat is not EtatFiche.A_SUPPRIMER and Changement.SUPPRIME not in noeud.changements:
        return "Cette fiche n'est pas à supprimer : il n'y a rien à rétablir."
    parent = arbre.by_id.get(noeud.parent_id) if noeud.parent_id else None
    if parent and parent.etat is EtatFiche.A_SUPPRIMER and parent not in besides:
        return french(f"Rétablissez d'abord « {parent.nom} ».")
    return None


def parent_items(dossier: Dossier, arbre: Arbre, noeuds: Sequence[NoeudDossier]) -> list[FindItem]:
    """Give every line as a place to move to; the impossible ones stay and say why.

    Args:
        dossier: Its table of parents decides.
        arbre: The lines.
        noeuds: What one would move.
    """
    inside = {noeud.id for noeud in noeuds} | {below.id for noeud in noeuds for below in arbre.below(noeud.id)}
    return [
        FindItem(
            str(parent.id),
            f"{parent.nom} ({KIND[parent.kind]})",
            detail=_path(arbre, parent),
            level=arbre.depth(parent),
            refusal=_move_refusal(dossier, noeuds, parent, inside=parent.id in inside),
        )
        for parent in arbre.reading
    ]


def _path(arbre: Arbre, noeud: NoeudDossier) -> str:
    names: list[str] = []
    above = arbre.by_id.get(noeud.parent_id) if noeud.parent_id else None
    while above is not None:
        names.insert(0, above.nom)
        above = arbre.by_id.get(above.parent_id) if above.parent_id else None
    return " › ".join(names)


def _move_refusal(
    dossier: Dossier, noeuds: Sequence[NoeudDossier], parent: NoeudDossier, *, inside: bool
) -> str | None:
    if inside:
        return french("Une fiche ne se place pas sous elle-même.")
    if all(noeud.parent_id == parent.id for noeud in noeuds):
        return french("La fiche est déjà ici." if len(noeuds) == 1 else "Les fiches sont déjà ici.")
    if parent.etat is EtatFiche.A_SUPPRIMER:
        return french(f"« {parent.nom} » est à supprimer.")
    kinds = {noeud.kind for noeud in noeuds}
    return next(filter(None, (placement_refusal(dossier, parent.kind, kind, KIND) for kind in sorted(kinds))), None)


def workflow_refusal(dossier: Dossier, action: ActionDossier) -> str | None:
    """Say why an action on the whole dossier cannot be done, or None; counts the fiches that are not green."""
    possible = possibility(dossier, action)
    left = dossier.progres.total - dossier.progres.finalisees
    if action is ActionDossier.ENVOYER and left > 0 and possibility(dossier, ActionDossier.MODIFIER).possible:
        fiches = plural(left, "fiche n'est pas finalisée", "fiches ne sont pas finalisées")
        count = f"{fiches} sur {dossier.progres.total}"
        return french(f"{count} : la touche ] mène à la prochaine. Toutes doivent être vertes pour l'envoi.")
    return None if possible.possible else possible.raison or "Cette action n'est pas possible."


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


def _unwritable(dossier: Dossier) -> str | None:
    modify = possibility(dossier, ActionDossier.MODIFIER)
    return None if modify.possible else modify.raison or "Ce dossier ne peut pas être modifié."


def _locked(dossier: Dossier, noeud: NoeudDossier) -> str | None:
    if reason := _unwritable(dossier):
        return reason
    if noeud.etat is EtatFiche.A_SUPPRIMER:
        return french("Cette fiche est à supprimer : rétablissez-la d'abord (Z).")
    return None
