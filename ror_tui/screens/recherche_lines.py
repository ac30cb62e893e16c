"""How a hit of the search is written on one line."""

from __future__ import annotations

from collections.abc import Iterable

from textual.content import Content

from ror_tui.api_client.models import Kind, Plage, Resultat
from ror_tui.marks import FAVORI, KIND_GLYPH
from ror_tui.texts import plain
from ror_tui.widgets.lines import FOUND


def path(resultat: Resultat) -> str:
    """Say where a structure is: « établissement › pôle » for a unit, its EJ for an establishment.

    Args:
        resultat: A hit.
    """
    below_eg = len(resultat.chemin) > 1
    return " › ".join(lien.nom for lien in resultat.chemin if not (below_eg and lien.kind is Kind.EJ))


def result_line(resultat: Resultat) -> Content:
    """Write a hit on one line: glyph, name, then what tells it from its namesakes; what answers is underlined.

    Args:
        resultat: A hit.
    """
    noeud = resultat.noeud
    glyph = KIND_GLYPH[noeud.kind].glyph if isinstance(noeud.kind, Kind) else " "
    states = (FAVORI.glyph * noeud.favori, "fermé" * noeud.ferme, "dossier ouvert" * noeud.dossier_ouvert)
    inside = noeud.kind not in {"departement", Kind.EJ, Kind.EG}
    places = [path(resultat), resultat.lieu] if inside else [noeud.detail]
    before = "".join(f"{state} · " for state in states if state)
    rest = before + plain(" · ".join(part for part in places if part))
    detail = Content.styled(f"  {rest}", "dim")
    shift = 2 + len(before)
    runs = [] if inside else [(start + shift, end + shift) for start, end in resultat.plages_detail]
    name = Content(plain(noeud.nom))
    return Content.assemble((f"{glyph} ", "$text-accent"), _marked(name, resultat.plages), _marked(detail, runs))


def _marked(content: Content, runs: Iterable[Plage]) -> Content:
    for start, end in runs:
        content = content.stylize(FOUND, start, end)
    return content
