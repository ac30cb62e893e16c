"""What can be done to the lines of a dossier, and why not: the same sentences on a screen and line by line."""

from __future__ import annotations

from collections.abc import Sequence

from ror_tui.api_client.models import ActionDossier, Changement, Dossier, EtatFiche, Kind, NoeudDossier
from ror_tui.marks import KIND
from ror_tui.services.arbre import Arbre, placement_refusal, possibility
from ror_tui.texts import french, plural


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
    if action == "deplacer" and all(reason for _, reason in parents(dossier, arbre, [noeud])):
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


def parents(dossier: Dossier, arbre: Arbre, noeuds: Sequence[NoeudDossier]) -> list[tuple[NoeudDossier, str | None]]:
    """Give every line as a place to move to, with the reason why it cannot be, or None.

    Args:
        dossier: Its table of parents decides.
        arbre: The lines.
        noeuds: What one would move.
    """
    inside = {noeud.id for noeud in noeuds} | {below.id for noeud in noeuds for below in arbre.below(noeud.id)}
    return [(one, _move_refusal(dossier, noeuds, one, inside=one.id in inside)) for one in arbre.reading]


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


def _unwritable(dossier: Dossier) -> str | None:
    modify = possibility(dossier, ActionDossier.MODIFIER)
    return None if modify.possible else modify.raison or "Ce dossier ne peut pas être modifié."


def _locked(dossier: Dossier, noeud: NoeudDossier) -> str | None:
    if reason := _unwritable(dossier):
        return reason
    if noeud.etat is EtatFiche.A_SUPPRIMER:
        return french("Cette fiche est à supprimer : rétablissez-la d'abord (Z).")
    return None
