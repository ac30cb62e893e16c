"""What an import says at its end, in French."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ror_server.imports.finess import Outcome
from ror_server.imports.plan import Effect
from ror_server.imports.report import Report, Severity
from ror_tui.api_client.models import Kind

_NOUNS: Mapping[Kind, tuple[str, str]] = {
    Kind.EG: ("établissement", "établissements"),
    Kind.EJ: ("entité juridique", "entités juridiques"),
}


def summary(outcome: Outcome, report: Report, path: Path) -> list[str]:
    """Say what an import did, one sentence a line; what is wrong is shown first, a few lines of it.

    Args:
        outcome: What was done.
        report: The remarks.
        path: Where the whole report is.
    """
    kind, header = outcome.header.layout.kind, outcome.header
    counts = [
        _agreed(outcome.lues, kind, "lu"),
        _counted(outcome.rejetees, "ligne rejetée", "lignes rejetées"),
        _counted(report.counts[Severity.AVERTISSEMENT], "avertissement", "avertissements"),
    ]
    lines = [f"{header.layout.fichier} du {header.published:%d/%m/%Y} : {', '.join(counts)}."]
    for severity in (Severity.REJET, Severity.AVERTISSEMENT):
        lines += [f"  ligne {one.ligne}, {one.numero or 'sans numéro'} : {one.texte}" for one in report.first[severity]]
    lines += _effects(outcome)
    return lines + ([f"Le détail est dans « {path} »."] if report.counts else [])


def _effects(outcome: Outcome) -> list[str]:
    if not outcome.changed:
        return ["Rien n'a changé : le Répertoire était déjà au niveau de ce fichier."]
    kind = outcome.header.layout.kind
    added = [_agreed(number, each, "ajouté") for each, number in sorted(outcome.nouveaux.items()) if number]
    changed = [
        _agreed(number, kind, effect.value)
        for effect, number in outcome.effets.items()
        if number and effect is not Effect.AJOUTE
    ]
    return [f"{part}." for part in (*added, *changed)]


def _agreed(number: int, kind: Kind, participle: str) -> str:
    """Count structures, the participle agreeing with them."""
    ending = ("e" if kind is Kind.EJ else "") + ("s" if number > 1 else "")
    return f"{_counted(number, *_NOUNS[kind])} {participle}{ending}"


def _counted(number: int, one: str, many: str) -> str:
    return f"{number:,}".replace(",", "\u202f") + f" {many if number > 1 else one}"
