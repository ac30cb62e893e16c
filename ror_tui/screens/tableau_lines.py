"""What the preview of a table says: of the whole, of a row, of a cell."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from textual.content import Content

from ror_tui.api_client.models import Champ, ConstatCellule, EffetLigne, Gravite, Nomenclature
from ror_tui.marks import PEUPLEMENT, Mark
from ror_tui.services.finding import fold
from ror_tui.services.tableau import Tableau
from ror_tui.texts import french, plain, plural

EFFECTS: Mapping[EffetLigne, Mark] = {
    EffetLigne.NOUVELLE: Mark("+", "+", "nouvelle", "success"),
    EffetLigne.MODIFIEE: Mark("~", "~", "modifiée", "warning"),
    EffetLigne.INCHANGEE: Mark("·", ".", "inchangée", "text-muted"),
    EffetLigne.REFUSEE: Mark("×", "x", "à corriger", "error"),
}
COUNTED: Mapping[EffetLigne, tuple[str, str]] = {
    EffetLigne.NOUVELLE: ("unité nouvelle", "unités nouvelles"),
    EffetLigne.MODIFIEE: ("unité modifiée", "unités modifiées"),
    EffetLigne.INCHANGEE: ("inchangée", "inchangées"),
    EffetLigne.REFUSEE: ("ligne à corriger", "lignes à corriger"),
}
LONGEST_SHOWN = 400
"""Characters of a cell that are shown whole under the table."""


def champ(tableau: Tableau, column: int) -> Champ | None:
    """Give the field of a column."""
    name = tableau.controle.colonnes[column].champ
    return tableau.modele.champ(name) if name else None


def title(tableau: Tableau, column: int) -> str:
    """Give the title of a column; one that is not read is between brackets."""
    one = tableau.controle.colonnes[column]
    found = champ(tableau, column)
    return (found.libelle if found else one.entete) if one.champ else f"[{one.entete}]"


def summary(tableau: Tableau) -> Content:
    """Say what the table would do."""
    parts: list[tuple[str, str]] = []
    for effet, (one, many) in COUNTED.items():
        if count := tableau.count(effet):
            mark = EFFECTS[effet]
            color = f"${mark.color}" if mark.color.startswith("text") else f"$text-{mark.color}"
            parts += [(" · ", ""), (f"{mark.glyph} {plural(count, one, many)}", f"{color} bold")]
    unread = [one.entete for one in tableau.controle.colonnes if one.champ is None]
    note = f" · {plural(len(unread), 'colonne non lue', 'colonnes non lues')}" if unread else ""
    return Content.assemble(*parts[1:], (note, "$text-muted"), ("" if parts else "Aucune ligne.", ""))


def cell(tableau: Tableau, row: int, column: int) -> tuple[str, str]:
    """Give the text and the style of a cell; column -1 is the number of the row with what it does."""
    ligne = tableau.lignes[row]
    if column < 0:
        mark = EFFECTS[ligne.effet]
        color = f"${mark.color}" if mark.color.startswith("text") else f"$text-{mark.color}"
        return f"{row + 1:>4} {mark.glyph} {mark.word}", color
    text = ligne.cellules[column][:LONGEST_SHOWN]
    if tableau.controle.colonnes[column].champ is None:
        return text, "dim"
    found = tableau.constats(row, column)
    return (f"{_glyph(found[0])} {text}", _color(found[0])) if found else (text, "")


def _glyph(constat: ConstatCellule) -> str:
    return "×" if constat.bloquant else "!"


def _color(constat: ConstatCellule) -> str:
    return "$text-error" if constat.gravite is Gravite.ERREUR else "$text-warning"


def detail(tableau: Tableau, row: int, column: int) -> Content:
    """Say the whole of a cell, and what was found in it; what no column holds is said with the row."""
    text = tableau.lignes[row].cellules[column]
    shown = plain(text[:LONGEST_SHOWN]) + (f"… ({len(text)} caractères)" if len(text) > LONGEST_SHOWN else "")
    column_reason = tableau.controle.colonnes[column].raison
    found = tableau.constats(row, column)
    lines = [f"{plain(title(tableau, column))} : {shown or '(vide)'}"]
    parts: list[tuple[str, str]] = [(french(lines[0]), "")]
    parts += [(f"\n{_glyph(one)} {plain(one.message)}", _color(one)) for one in found]
    if column_reason:
        parts.append((f"\n{plain(column_reason)}", "$text-warning"))
    return Content.assemble(*parts)


def row_status(tableau: Tableau, row: int) -> str:
    """Say what a row does, how far its unit would be described, and what is missing that no column holds."""
    ligne = tableau.lignes[row]
    missing = tableau.constats(row, None)
    parts = [f"Ligne {row + 1}/{len(tableau.lignes)}", EFFECTS[ligne.effet].word, plain(ligne.nom)]
    if ligne.completude is not None:
        parts.append(f"{ligne.completude.faits}/{ligne.completude.total}")
    if ligne.peuplement is not None:
        parts.append(f"peuplement {PEUPLEMENT[ligne.peuplement].word}")
    return french(" · ".join([*parts, *(plain(one.message) for one in missing[:1])]))


def question(tableau: Tableau, row: int, column: int) -> str:
    """Say what is asked of a cell, with what was wrong."""
    found = champ(tableau, column)
    told = [constat.message for constat in tableau.constats(row, column)]
    return french("\n".join([*([found.aide] if found and found.aide else []), *told]) or "Texte de la cellule :")


def refusal(tableau: Tableau) -> str | None:
    """Say why the table cannot be made yet, or None."""
    refused = tableau.count(EffetLigne.REFUSEE)
    if refused:
        return french(f"{plural(refused, 'ligne est', 'lignes sont')} à corriger : Entrée sur la cellule marquée ×.")
    if tableau.count(EffetLigne.INCHANGEE) == len(tableau.lignes):
        return french("Ce tableau ne change rien.")
    return None


def codes(known: Nomenclature, text: str) -> list[str]:
    """Give the codes that a cell names, those of them that are known."""
    by_label = {fold(code.libelle): code.code for code in known.codes}
    by_code = {code.code: code.code for code in known.codes}
    found = []
    for part in [text, *re.split(r"[|;]", text)]:
        last = re.search(r"\(([^()]*)\)\s*$", part)
        for candidate in (part.strip(), last[1].strip() if last else ""):
            if (code := by_code.get(candidate) or by_label.get(fold(candidate))) and code not in found:
                found.append(code)
    return found


def written(known: Nomenclature, chosen: Sequence[str]) -> str:
    """Write codes as a cell says them."""
    labels = {code.code: code.libelle for code in known.codes}
    return " | ".join(f"{labels[code]} ({code})" if code in labels else code for code in chosen)
