"""The tree of a dossier, indexed: who stands under whom, what may be moved where, what is left to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from ror_tui.api_client.models import ActionDossier, ArbreDossier, Dossier, EtatFiche, Kind, NoeudDossier, Possibilite

A_FAIRE = frozenset(
    {EtatFiche.A_COMPLETER, EtatFiche.INCOMPLETE, EtatFiche.A_FINALISER, EtatFiche.EN_CONFLIT, EtatFiche.REFUSEE}
)
"""States of a fiche that is not green yet, and must be before sending (guide §3e)."""


class Arbre:
    """The lines of a dossier, by id and in the order in which they are read.

    Args:
        arbre: As the server gives it, parents before children.
    """

    def __init__(self, arbre: ArbreDossier) -> None:
        self.by_id: Mapping[UUID, NoeudDossier] = {noeud.id: noeud for noeud in arbre.noeuds}
        self._below: dict[UUID | None, list[NoeudDossier]] = {}
        for noeud in arbre.noeuds:
            parent = noeud.parent_id if noeud.parent_id in self.by_id else None
            self._below.setdefault(parent, []).append(noeud)
        self.reading: Sequence[NoeudDossier] = self._read(None)

    def _read(self, parent: UUID | None) -> list[NoeudDossier]:
        found = []
        waiting = list(reversed(self._below.get(parent, [])))
        while waiting:
            noeud = waiting.pop()
            found.append(noeud)
            waiting.extend(reversed(self._below.get(noeud.id, [])))
        return found

    def children(self, noeud_id: UUID) -> list[NoeudDossier]:
        """Give the lines just below one."""
        return self._below.get(noeud_id, [])

    def below(self, noeud_id: UUID) -> list[NoeudDossier]:
        """Give every line below one, at any depth."""
        return self._read(noeud_id)

    def depth(self, noeud: NoeudDossier) -> int:
        """Give how many lines stand above one."""
        depth, parent = 0, noeud.parent_id
        while parent is not None and parent in self.by_id:
            depth, parent = depth + 1, self.by_id[parent].parent_id
        return depth

    def next_to_do(self, after: UUID | None) -> NoeudDossier | None:
        """Give the next fiche that is not green, after a line and then from the top."""
        here = next((index for index, noeud in enumerate(self.reading) if noeud.id == after), -1)
        turned = (*self.reading[here + 1 :], *self.reading[: here + 1])
        return next((noeud for noeud in turned if noeud.etat in A_FAIRE), None)

    def to_do(self) -> int:
        """Count the fiches that are not green."""
        return sum(noeud.etat in A_FAIRE for noeud in self.reading)


def possibility(dossier: Dossier, action: ActionDossier) -> Possibilite:
    """Give what the server says of an action; one it says nothing of cannot be done.

    Args:
        dossier: As the server gives it.
        action: What one would do.
    """
    found = next((possible for possible in dossier.possibilites if possible.action is action), None)
    reason = "Le serveur ne propose pas cette action."
    return found or Possibilite(action=action, possible=False, raison=reason, libelle=action.value)


def placement_refusal(dossier: Dossier, parent: Kind, child: Kind, names: Mapping[Kind, str]) -> str | None:
    """Say in French why a kind may not stand under another, or None.

    Args:
        dossier: Its `parents` table decides.
        parent: Kind of the line above.
        child: Kind of what one would put there.
        names: French names of the kinds.
    """
    if child in dossier.parents.get(parent, []):
        return None
    nowhere = not any(child in below for below in dossier.parents.values())
    if nowhere and dossier.parents_raison:
        return dossier.parents_raison
    return f"On ne place pas « {names[child]} » sous « {names[parent]} »."
