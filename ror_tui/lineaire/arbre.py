"""The tree of a dossier by lines: how a line of it is said, and one is chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ror_tui.api_client.models import NoeudDossier
from ror_tui.lineaire.dialogue import Option
from ror_tui.marks import FICHE, KIND
from ror_tui.services.arbre import Arbre

if TYPE_CHECKING:
    from ror_tui.lineaire.seance import Seance


def line(arbre: Arbre, noeud: NoeudDossier) -> str:
    """Say a line: its level, what it is, its state, and how much of what is below is green."""
    level = f"niveau {arbre.depth(noeud) + 1}, "
    below = (
        f", {noeud.progres.finalisees}/{noeud.progres.total}"
        if noeud.progres.total and arbre.children(noeud.id)
        else ""
    )
    return f"{level}{KIND[noeud.kind]} : {noeud.nom}, {FICHE[noeud.etat].word}{below}"


def pick(
    seance: Seance,
    arbre: Arbre,
    title: str,
    question: str,
    refusal: Callable[[NoeudDossier], str | None] = lambda _: None,
) -> NoeudDossier:
    """Have a line chosen; those that cannot be say why.

    Args:
        seance: Who answers.
        arbre: The lines.
        title: Said before them.
        question: Asked after them.
        refusal: Why a line cannot be chosen, or None.
    """
    return among(seance, arbre, [(noeud, refusal(noeud)) for noeud in arbre.reading], title, question)


def among(
    seance: Seance, arbre: Arbre, lines: Sequence[tuple[NoeudDossier, str | None]], title: str, question: str
) -> NoeudDossier:
    """Have one of some lines chosen.

    Args:
        seance: Who answers.
        arbre: Where they stand.
        lines: Each with the reason why it cannot be chosen, or None.
        title: Said before them.
        question: Asked after them.
    """
    options = [Option(line(arbre, noeud), reason) for noeud, reason in lines]
    return lines[seance.dialogue.choose(title, options, question)][0]
