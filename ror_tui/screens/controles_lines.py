"""The lines of the controls: the fiches in which something was found, each with its findings below."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from ror_tui.api_client.models import Constat, Controles, ControlesFiche, Gravite
from ror_tui.marks import GRAVITE, KIND_SHORT, PEUPLEMENT
from ror_tui.texts import french, plain, plural
from ror_tui.widgets.tree import TreeRow


def kept(fiche: ControlesFiche, gravite: Gravite | None) -> list[tuple[int, Constat]]:
    """Give the findings of a fiche of one kind, or all, each with its rank."""
    return [(rank, one) for rank, one in enumerate(fiche.constats) if gravite in {None, one.gravite}]


def rows(controles: Controles, gravite: Gravite | None) -> list[tuple[str | None, TreeRow]]:
    """Give the tree: each fiche that has findings of this kind, then its findings.

    Args:
        controles: What was found.
        gravite: Only findings of this kind; None for all.
    """
    found: list[tuple[str | None, TreeRow]] = []
    for fiche in controles.elements:
        if findings := kept(fiche, gravite):
            found.append((None, _fiche(fiche, [one for _, one in findings])))
            found += [(str(fiche.id), _finding(fiche, rank, one)) for rank, one in findings]
    return found


def _fiche(fiche: ControlesFiche, findings: Sequence[Constat]) -> TreeRow:
    worst = Gravite.ERREUR if any(one.gravite is Gravite.ERREUR for one in findings) else Gravite.AVERTISSEMENT
    mark, state = GRAVITE[worst], PEUPLEMENT[fiche.peuplement] if fiche.peuplement else None
    tags = (f"{fiche.completude.faits}/{fiche.completude.total}",)
    return TreeRow(
        key=str(fiche.id),
        label=fiche.nom,
        detail=fiche.chemin or KIND_SHORT[fiche.kind],
        glyph=mark.glyph,
        word=f"{state.glyph} {state.word}" if state else "",
        color=state.color if state else mark.color,
        tags=tags,
        bold=True,
    )


def _finding(fiche: ControlesFiche, rank: int, one: Constat) -> TreeRow:
    mark = GRAVITE[one.gravite]
    return TreeRow(f"{fiche.id}#{rank}", french(one.message), "", mark.glyph, mark.word, mark.color)


def at(controles: Controles, key: str | None) -> tuple[ControlesFiche, Constat | None] | None:
    """Give what a line is: a fiche, and one of its findings when it is one."""
    name, _, rank = (key or "").partition("#")
    fiche = next((one for one in controles.elements if str(one.id) == name), None)
    if fiche is None:
        return None
    return fiche, fiche.constats[int(rank)] if rank else None


def detail(fiche: ControlesFiche, one: Constat | None) -> Content:
    """Say a line whole: a finding with its code, or how far the fiche is filled."""
    if one is not None:
        mark = GRAVITE[one.gravite]
        return Content.assemble(
            (f"{mark.glyph} {mark.word} {plain(one.code)} ", f"$text-{mark.color} bold"), french(plain(one.message))
        )
    state = f" · peuplement {PEUPLEMENT[fiche.peuplement].word}" if fiche.peuplement else ""
    errors = sum(constat.gravite is Gravite.ERREUR for constat in fiche.constats)
    warnings = plural(len(fiche.constats) - errors, "avertissement", "avertissements")
    count = f"{plural(errors, 'erreur', 'erreurs')}, {warnings}"
    told = f"{plain(fiche.nom)} : {count} · complétude {fiche.completude.faits}/{fiche.completude.total}{state}"
    return Content(french(told))
