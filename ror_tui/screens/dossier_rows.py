"""What the screen of a dossier says of it, and of each line of its tree: always glyph, word and colour."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from uuid import UUID

from textual.content import Content

from ror_tui.api_client.models import Changement, Completude, Dossier, EtatFiche, Fiche, Kind, NoeudDossier
from ror_tui.marks import CHANGEMENT_MARK, DOSSIER, FICHE, KIND, KIND_SHORT, PEUPLEMENT, awaited
from ror_tui.services.arbre import Arbre
from ror_tui.texts import french, moment, plain, plural
from ror_tui.widgets.tree import TreeRow

SAID: Mapping[Changement, str] = {
    Changement.NOUVEAU: "nouvelle",
    Changement.MODIFIE: "modifiée",
    Changement.DEPLACE: "déplacée",
}
"""What the status line says of a fiche; a deletion is its state."""


def rows(arbre: Arbre, around: Callable[[UUID], tuple[str, ...]]) -> list[tuple[str | None, TreeRow]]:
    """Give the lines of the tree, each with the key of its parent.

    Args:
        arbre: The dossier.
        around: Gives the marks of what lives around a fiche: who is there, comments.
    """
    return [(_parent_key(noeud, arbre), _row(noeud, arbre, around(noeud.id))) for noeud in arbre.reading]


def _parent_key(noeud: NoeudDossier, arbre: Arbre) -> str | None:
    return str(noeud.parent_id) if noeud.parent_id in arbre.by_id else None


def _row(noeud: NoeudDossier, arbre: Arbre, around: tuple[str, ...]) -> TreeRow:
    mark = FICHE[noeud.etat]
    changes = [CHANGEMENT_MARK[one] for one in noeud.changements if one is not Changement.SUPPRIME]
    tags = tuple(f"{change.glyph} {change.word}" for change in changes)
    if arbre.children(noeud.id) and noeud.progres.total:
        tags = (*tags, f"{noeud.progres.finalisees}/{noeud.progres.total}")
    if noeud.kind is Kind.UO and noeud.completude and noeud.etat in _BEING_FILLED:
        tags = (filled(noeud.completude), *tags)
    return TreeRow(
        key=str(noeud.id),
        label=noeud.nom,
        detail=f"← {noeud.deplace_de}" if noeud.deplace_de else noeud.detail or KIND_SHORT[noeud.kind],
        glyph=mark.glyph,
        word=mark.word,
        color=mark.color,
        tags=(*tags, *around),
        tag_color=changes[0].color if changes else "",
        bold=noeud.kind is Kind.EG,
    )


_BEING_FILLED = frozenset({EtatFiche.A_COMPLETER, EtatFiche.INCOMPLETE, EtatFiche.A_FINALISER})


def filled(completude: Completude) -> str:
    """Say how far a fiche is filled: « 6/8 »."""
    return f"{completude.faits}/{completude.total}"


def population(noeud: NoeudDossier | Fiche) -> str:
    """Say how far a fiche is filled, and the état de peuplement of what has one; nothing when it is not known."""
    told = [f"complétude {filled(noeud.completude)}"] if noeud.completude else []
    if noeud.peuplement:
        mark = PEUPLEMENT[noeud.peuplement]
        told.append(f"peuplement {mark.glyph} {mark.word}")
    return " · ".join(told)


def status(noeud: NoeudDossier, below: int) -> str:
    """Say what a line is: its kind, its state, what the dossier does to it, from where it comes.

    Args:
        noeud: The line.
        below: How many fiches stand below it.
    """
    said = [_said(one, noeud.deplace_de) for one in noeud.changements]
    parts = [KIND[noeud.kind], FICHE[noeud.etat].word, *said, noeud.detail, population(noeud)]
    if below:
        parts.append(f"{plural(below, 'fiche', 'fiches')} en dessous")
    return french(" · ".join([*filter(None, parts), "a : Actions"]))


def _said(changement: Changement, moved_from: str | None) -> str:
    if changement is Changement.DEPLACE and moved_from:
        return f"déplacée depuis {moved_from}"
    return SAID.get(changement, "")


def header(dossier: Dossier, conflicts: str = "") -> Content:
    """Say the state of the dossier, who must act, since when, and how much is green.

    Args:
        dossier: As the server gives it.
        conflicts: How many fiches are in conflict, in words.
    """
    mark = DOSSIER[dossier.etat]
    color = f"${mark.color}" if mark.color.startswith("text") else f"$text-{mark.color}"
    progress = f"{dossier.progres.finalisees}/{dossier.progres.total}"
    return Content.assemble(
        (f"{mark.glyph} {plain(dossier.etat_libelle)}", f"{color} bold"),
        (f" · {progress} finalisées", "bold"),
        (french(conflicts), "$text-error bold"),
        french(f" · {awaited(dossier)} depuis le {moment(dossier.depuis)}"),
        french(f" · auteur : {plain(dossier.auteur)}"),
    )
