"""The lines of a difference: structures with what happens to each, their fields below, and the same in sentences."""

from __future__ import annotations

from collections.abc import Mapping

from textual.content import Content

from ror_tui.api_client.models import Changement, Differences, EcartChamp, NoeudDifference, Phrase, ValeurRemplacee
from ror_tui.marks import CHANGEMENT, FICHE, KIND, KIND_SHORT
from ror_tui.services.differences import SIGNS, UNCHANGED
from ror_tui.texts import NBSP, french, plain
from ror_tui.widgets.tree import TreeRow

COLORS: Mapping[Changement, str] = {
    Changement.NOUVEAU: "success",
    Changement.MODIFIE: "warning",
    Changement.DEPLACE: "primary",
    Changement.SUPPRIME: "error",
}
REPLACED = "!"


def rows(differences: Differences) -> list[tuple[str | None, TreeRow]]:
    """Give the tree: parents before children, the fields of a structure before what stands below it."""
    found: list[tuple[str | None, TreeRow]] = []
    for noeud in differences.noeuds:
        found.append((str(noeud.parent_id) if noeud.parent_id else None, _structure(noeud)))
        found += [(str(noeud.id), _field(noeud, ecart)) for ecart in noeud.ecarts]
        found += [(str(noeud.id), _replaced(noeud, one)) for one in noeud.remplacements]
    return found


def _structure(noeud: NoeudDifference) -> TreeRow:
    first = noeud.changements[0] if noeud.changements else None
    words = [CHANGEMENT[change] for change in noeud.changements]
    moved = french(f"← {noeud.depuis}") if noeud.depuis else KIND_SHORT[noeud.kind]
    return TreeRow(
        key=str(noeud.id),
        label=noeud.nom,
        detail=moved,
        glyph=SIGNS[first] if first else UNCHANGED,
        word=words[0] if words else "",
        color=COLORS[first] if first else "text-muted",
        tags=tuple(words[1:]),
        bold=bool(first),
    )


def _field(noeud: NoeudDifference, ecart: EcartChamp) -> TreeRow:
    return TreeRow(key=f"{noeud.id}#{ecart.champ}", label=french(ecart.phrase), color="text-muted")


def _replaced(noeud: NoeudDifference, one: ValeurRemplacee) -> TreeRow:
    return TreeRow(key=f"{noeud.id}!{one.champ}", label=french(one.phrase), glyph=REPLACED, color="error")


def detail(noeud: NoeudDifference, key: str) -> Content:
    """Say a line whole.

    Args:
        noeud: The structure of the line.
        key: The line.
    """
    told = {f"{noeud.id}#{one.champ}": one.phrase for one in noeud.ecarts}
    told |= {f"{noeud.id}!{one.champ}": one.phrase for one in noeud.remplacements}
    if key in told:
        return Content.assemble((plain(noeud.nom), "bold"), french(f" · {plain(told[key])}"))
    words = [
        f"déplacé de « {noeud.depuis} » vers « {noeud.vers} »" if one is Changement.DEPLACE else CHANGEMENT[one]
        for one in noeud.changements
    ]
    state = [f"fiche {FICHE[noeud.etat].word}"] if noeud.changements else []
    text = " · ".join([KIND[noeud.kind], *words, *state])
    return Content.assemble((plain(noeud.nom), "bold"), french(f" · {plain(text)}"))


def sentences(differences: Differences) -> Content:
    """Write every sentence on its line."""
    return Content("\n").join(map(sentence, differences.phrases))


def sentence(phrase: Phrase) -> Content:
    """Give a sentence with the mark and the word of its change."""
    word = CHANGEMENT[phrase.changement]
    color = f"$text-{COLORS[phrase.changement]}"
    return Content.assemble((f"{SIGNS[phrase.changement]} {word}{NBSP}: ", color), french(plain(phrase.texte)))
