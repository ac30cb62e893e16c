"""The « Actions » menu of a line of a dossier, as data: each entry works or says why it does not (guide §3c, §3e)."""

from __future__ import annotations

from ror_tui.api_client.models import ActionDossier, Changement, Dossier, EtatFiche, Kind, NoeudDossier
from ror_tui.marks import KIND, KIND_PLURAL
from ror_tui.services.arbre import Arbre, placement_refusal, possibility
from ror_tui.texts import french, plural
from ror_tui.widgets.dialogs import MenuItem

CREATE_KEYS = {Kind.POLE: "p", Kind.SERVICE: "e", Kind.UF: "f", Kind.UO: "u"}
WORKFLOW = (
    ("envoyer", ActionDossier.ENVOYER, "v"),
    ("retirer", ActionDossier.RETIRER, "t"),
    ("valider", ActionDossier.VALIDER, "l"),
    ("refuser", ActionDossier.REFUSER, "k"),
    ("abandonner", ActionDossier.ABANDONNER, "b"),
)
WORKFLOW_LABELS = {
    ActionDossier.ENVOYER: "Envoyer en validation",
    ActionDossier.RETIRER: "Retirer de la validation",
    ActionDossier.VALIDER: "Valider et publier dans le Répertoire",
    ActionDossier.REFUSER: "Refuser avec un motif",
    ActionDossier.ABANDONNER: "Abandonner le dossier",
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
        action: `dupliquer`, `deplacer`, `renommer` or `supprimer`.
        dossier: Its rights decide.
        arbre: Where the line stands.
        noeud: The line.
    """
    locked = _locked(dossier, noeud)
    if locked:
        return locked
    if noeud.kind in {Kind.EG, Kind.EJ} and action != "renommer":
        return french("L'établissement du dossier ne peut être ni dupliqué, ni déplacé, ni supprimé.")
    if action == "deplacer" and all(item.disabled_reason for item in parent_items(dossier, arbre, noeud)):
        return french(
            "Il n'y a pas d'autre endroit où placer cette fiche : créez d'abord un pôle, un service ou une UF."
        )
    return None


def restore_refusal(dossier: Dossier, arbre: Arbre, noeud: NoeudDossier) -> str | None:
    """Say why a deletion cannot be taken back, or None."""
    modify = possibility(dossier, ActionDossier.MODIFIER)
    if not modify.possible:
        return modify.raison or "Ce dossier ne peut pas être modifié."
    if noeud.etat is not EtatFiche.A_SUPPRIMER and Changement.SUPPRIME not in noeud.changements:
        return "Cette fiche n'est pas à supprimer."
    parent = arbre.by_id.get(noeud.parent_id) if noeud.parent_id else None
    if parent and parent.etat is EtatFiche.A_SUPPRIMER:
        return french(f"Rétablissez d'abord « {parent.nom} ».")
    return None


def parent_items(dossier: Dossier, arbre: Arbre, noeud: NoeudDossier) -> list[MenuItem]:
    """Give every line as a place to move to; the impossible ones stay and say why.

    Args:
        dossier: Its table of parents decides.
        arbre: The lines.
        noeud: What one would move.
    """
    inside = {noeud.id} | {below.id for below in arbre.below(noeud.id)}
    return [
        MenuItem(
            str(parent.id),
            f"{'  ' * arbre.depth(parent)}{parent.nom} ({KIND[parent.kind]})",
            disabled_reason=_move_refusal(dossier, noeud, parent, inside=parent.id in inside),
        )
        for parent in arbre.reading
        if parent.kind is not Kind.UO
    ]


def _move_refusal(dossier: Dossier, noeud: NoeudDossier, parent: NoeudDossier, *, inside: bool) -> str | None:
    if inside:
        return french("Une fiche ne se place pas sous elle-même.")
    if parent.id == noeud.parent_id:
        return french("La fiche est déjà ici.")
    if parent.etat is EtatFiche.A_SUPPRIMER:
        return french(f"« {parent.nom} » est à supprimer.")
    return placement_refusal(dossier, parent.kind, noeud.kind, KIND)


def workflow_refusal(dossier: Dossier, action: ActionDossier) -> str | None:
    """Say why an action on the whole dossier cannot be done, or None; counts the fiches that are not green."""
    possible = possibility(dossier, action)
    left = dossier.progres.total - dossier.progres.finalisees
    if action is ActionDossier.ENVOYER and left > 0 and possibility(dossier, ActionDossier.MODIFIER).possible:
        fiches = plural(left, "fiche n'est pas finalisée", "fiches ne sont pas finalisées")
        count = f"{fiches} sur {dossier.progres.total}"
        return french(f"{count} : la touche ] mène à la prochaine. Toutes doivent être vertes pour l'envoi.")
    return None if possible.possible else possible.raison or "Cette action n'est pas possible."


def menu_items(dossier: Dossier, arbre: Arbre, noeud: NoeudDossier) -> list[MenuItem]:
    """Give the whole « Actions » menu of a line, in the guide's order.

    Args:
        dossier: What the account may do.
        arbre: The lines.
        noeud: The line under the cursor.
    """
    return [
        *create_items(dossier, noeud),
        MenuItem("dupliquer", "Dupliquer", "d", line_refusal("dupliquer", dossier, arbre, noeud)),
        MenuItem("deplacer", "Déplacer", "m", line_refusal("deplacer", dossier, arbre, noeud)),
        MenuItem("renommer", "Renommer", "r", line_refusal("renommer", dossier, arbre, noeud)),
        MenuItem("ouvrir", "Ouvrir", "o"),
        MenuItem("supprimer", "Supprimer", "x", line_refusal("supprimer", dossier, arbre, noeud)),
        MenuItem("retablir", "Rétablir", "z", restore_refusal(dossier, arbre, noeud)),
        MenuItem("differences", "Différences", "i"),
        MenuItem("etat", "Suivi du dossier", "s"),
        *(
            MenuItem(name, WORKFLOW_LABELS[action], key, workflow_refusal(dossier, action))
            for name, action, key in WORKFLOW
        ),
    ]


def _locked(dossier: Dossier, noeud: NoeudDossier) -> str | None:
    modify = possibility(dossier, ActionDossier.MODIFIER)
    if not modify.possible:
        return modify.raison or "Ce dossier ne peut pas être modifié."
    if noeud.etat is EtatFiche.A_SUPPRIMER:
        return french("Cette fiche est à supprimer : rétablissez-la d'abord (Z).")
    return None
