"""What the grid of beds says: of the whole, of a line, of a cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from rich.cells import set_cell_size
from textual.content import Content

from ror_tui.api_client.models import (
    DisponibiliteLits,
    NatureCapacite,
    StatutCapacite,
    UniteLits,
)
from ror_tui.marks import Mark
from ror_tui.services.lits import OLD, STATUTS, Ecart, Ligne, Lits, Sorte
from ror_tui.services.lits.dire import NATURES, Labels, age_text, label, mot, sort_text, type_list
from ror_tui.texts import french, moment, plain, plural
from ror_tui.widgets.frame import fit

NARROW = 60
WIDE = 104
NEVER = "Jamais saisies."
AGE = 13
MARGIN = 2

HEADS: Mapping[StatutCapacite, tuple[str, str]] = {
    StatutCapacite.INSTALLE: ("Inst.", "Ins"),
    StatutCapacite.DISPONIBLE: ("Disp.", "Dis"),
    StatutCapacite.OCCUPE: ("Occ.", "Occ"),
    StatutCapacite.RESERVE: ("Rés.", "Rés"),
    StatutCapacite.FERME: ("Ferm.", "Fer"),
    StatutCapacite.SUPPLEMENTAIRE: ("Supp.", "Sup"),
}
"""Heads of the columns, wide and narrow."""

CONFLICT = Mark("≠", "#", "saisi aussi par un autre", "error")
WARNING = Mark("!", "!", "à vérifier", "warning")
MODIFIED = Mark("●", "*", "à enregistrer", "primary")
AGED = Mark("○", "o", "ancien", "warning")
FRESH = Mark(" ", " ", "du jour", "success")


@dataclass(frozen=True, slots=True)
class Layout:
    """How many cells each part of a line takes."""

    name: int
    cell: int
    age: int
    who: int

    @classmethod
    def of(cls, width: int) -> Layout:
        """Give the layout for a width."""
        cell = 4 if width < NARROW else 6
        age = 0 if width < NARROW else AGE
        who = 24 if width >= WIDE else 0
        return cls(max(8, width - MARGIN - cell * len(STATUTS) - age - who), cell, age, who)


def cut(text: str, width: int) -> str:
    """Give a text in exactly so many cells."""
    return set_cell_size(fit(plain(text), width), width)


def heads(width: int, column: int) -> Content:
    """Give the line of the heads, that of the cursor in bold."""
    layout = Layout.of(width)
    rank = 1 if layout.cell == 4 else 0  # the narrow cells
    titles = [(f"{HEADS[one][rank]:>{layout.cell}}", "bold" if STATUTS[column] is one else "") for one in STATUTS]
    rest = f"{'Mis à jour':>{layout.age}}" if layout.age else ""
    return Content.assemble(" " * MARGIN + cut("Unité", layout.name), *titles, rest, "  Par" if layout.who else "")


def mark(lits: Lits, unite: UUID) -> Mark:
    """Give the one mark that says most of a unit."""
    saisi = lits.saisis[unite]
    if saisi.ecarts:
        return CONFLICT
    if saisi.avertissements:
        return WARNING
    if saisi.modifie:
        return MODIFIED
    age = lits.age(saisi.unite)
    return AGED if age is None or age > OLD else FRESH


Row = Ligne | tuple[str, ...]
"""A line of the grid, or the path of the units below it."""


def rows(lits: Lits) -> list[Row]:
    """Give the rows of the grid: the lines under the pôles and services that they belong to."""
    found: list[Row] = []
    path: tuple[str, ...] = ()
    for ligne in lits.lignes():
        sous = tuple(lits.saisis[ligne.unite].unite.sous)
        if sous != path:
            path = sous
            found.append(path)
        found.append(ligne)
    return found


def heading(path: tuple[str, ...]) -> Content:
    """Say which pôle and service the units below belong to."""
    return Content.assemble((" › ".join(map(plain, path)) or "Directement sous l'établissement", "bold $text-accent"))


def line(lits: Lits, ligne: Ligne, known: Labels, width: int, at: tuple[bool, int]) -> Content:
    """Draw a line.

    Args:
        lits: The beds.
        ligne: The line.
        known: Labels of the codes.
        width: Cells there are.
        at: Whether the cursor is on the line, and its column.
    """
    layout, unite = Layout.of(width), lits.saisis[ligne.unite].unite
    here, column = at
    one = mark(lits, ligne.unite)
    parts: list[tuple[str, str]] = [
        (f"{one.glyph} ", color(one)),
        (cut(_name(lits, ligne, known, layout.name), layout.name), ""),
    ]
    for rank, statut in enumerate(STATUTS):
        text, style = cell(lits, ligne, statut)
        parts.append((f"{text:>{layout.cell}}"[-layout.cell :], "reverse bold" if here and rank == column else style))
    if layout.age:
        old = color(AGED) if one is AGED or _old(lits, unite) else "$text-muted"
        parts.append((f"{age_text(lits.age(unite)):>{layout.age}}", old))
    if layout.who:
        parts.append((f"  {cut(unite.par or '', layout.who - 2)}", "$text-muted"))
    return Content.assemble(*parts).stylize("bold") if here else Content.assemble(*parts)


def _old(lits: Lits, unite: UniteLits) -> bool:
    age = lits.age(unite)
    return age is None or age > OLD


def color(one: Mark) -> str:
    """Give the style of a mark."""
    return f"$text-{one.color}"


def _name(lits: Lits, ligne: Ligne, known: Labels, width: int) -> str:
    saisi = lits.saisis[ligne.unite]
    if saisi.unite.reserve:
        return f"{saisi.unite.nom} (réservé)"
    several = list(saisi.sortes())
    if (ligne.sorte, ligne.rang) == (several[0][0], 0):
        sort = "" if several == [(Sorte(), 1)] else f" · {sort_text(ligne.sorte, known)}"
        return fit(plain(saisi.unite.nom), max(4, width - len(sort))) + sort
    more = " (autre type)" if ligne.rang else ""
    return f"  {sort_text(ligne.sorte, known)}{more}"


def cell(lits: Lits, ligne: Ligne, statut: StatutCapacite) -> tuple[str, str]:
    """Give the text and the style of a cell."""
    nombre, chiffre = lits.nombre(ligne, statut), lits.chiffre(ligne, statut)
    text = "" if nombre is None else str(nombre)
    if lits.ecart(ligne, statut) is not None:
        return f"≠{text or '–'}", color(CONFLICT)
    if lits.refus(ligne, statut) is not None:
        return text or "·", "$text-muted"
    base = None if chiffre is None else lits.saisis[ligne.unite].base.get(chiffre)
    if nombre != base:
        return text or "–", f"{color(MODIFIED)} bold"
    return text or "_", "" if text else "$text-muted"


def totals(lits: Lits, width: int) -> Content:
    """Add up each column, one line for the beds and one for the places, if any."""
    layout, found = Layout.of(width), lits.totaux()
    natures = [one for one in NatureCapacite if any(nature is one for nature, _ in found)] or [NatureCapacite.LIT]
    lines = [
        " " * MARGIN
        + cut(f"Total {NATURES[nature].lower()}", layout.name)
        + "".join(f"{found.get((nature, statut), ''):>{layout.cell}}" for statut in STATUTS)
        for nature in natures
    ]
    return Content("\n".join(lines))


def summary(lits: DisponibiliteLits) -> Iterator[tuple[str, str]]:
    """Say the totals of a structure in words, the beds then the places."""
    for nature, label_fr in NATURES.items():
        found = {one.statut: one.nombre for one in lits.totaux if one.nature == nature}
        if found:
            yield label_fr, ", ".join(f"{found[statut]} {mot(statut, nature)}" for statut in STATUTS if statut in found)


def number(value: int | None, word: str = "aucun chiffre") -> str:
    """Say a number, or that there is none."""
    return word if value is None else str(value)


def detail(lits: Lits, ligne: Ligne, statut: StatutCapacite, known: Labels) -> Content:
    """Say the whole of a cell: its unit, what it counts, its type, what another one wrote, what does not add up."""
    saisi, chiffre = lits.saisis[ligne.unite], lits.chiffre(ligne, statut)
    base = None if chiffre is None else saisi.base.get(chiffre)
    nombre = lits.nombre(ligne, statut)
    moved = f" (enregistré : {number(base)})" if nombre != base else ""
    what = f"{sort_text(ligne.sorte, known)} {mot(statut, ligne.sorte.nature)} : {number(nombre)}{moved}"
    kind = _type(lits, ligne, statut, known)
    parts = [(french(f"{plain(saisi.unite.nom)} · {what}{kind}"), "")]
    for text, one in _remarks(lits, ligne, statut):
        parts.append((french(f"\n{one.glyph} {text}"), color(one)))
    return Content.assemble(*parts)


def _type(lits: Lits, ligne: Ligne, statut: StatutCapacite, known: Labels) -> str:
    chiffre = lits.chiffre(ligne, statut)
    if not lits.asks_type(statut) or lits.refus(ligne, statut):
        return ""
    if chiffre is None or not chiffre.type:
        return " · type à choisir (t)"
    return f" · {label(known, type_list(statut), chiffre.type).lower()} (t)"


def _remarks(lits: Lits, ligne: Ligne, statut: StatutCapacite) -> Iterator[tuple[str, Mark]]:
    ecart, refus = lits.ecart(ligne, statut), lits.refus(ligne, statut)
    if ecart is not None:
        yield conflict(ecart, lits.nombre(ligne, statut)), CONFLICT
    elif refus is not None:
        yield plain(refus), AGED
    for text in lits.saisis[ligne.unite].avertissements:
        yield text, WARNING


def conflict(ecart: Ecart, mine: int | None) -> str:
    """Say both figures of a cell that two people typed."""
    who = plain(ecart.par) or "Quelqu'un"
    when = f", {moment(ecart.le)}" if ecart.le else ""
    return f"vous : {number(mine)} · {who}{when} : {number(ecart.autre)} · m : le mien, s : le sien"


def unit_status(lits: Lits, unite: UUID, known: Labels) -> str:
    """Say when, by whom and from where the figures of a unit come, and what waits in the whole."""
    one = lits.saisis[unite].unite
    told = mark(lits, unite)
    waiting = len(lits.modifies())
    count = f"{plural(waiting, 'unité', 'unités')} à enregistrer (F2) · " if waiting else ""
    if one.le is None:
        return french(f"{count}Jamais saisi")
    source = label(known, "JDV_J193", one.source or "").lower()
    old = " · plus de 24 h" if _old(lits, one) else ""
    return french(f"{count}{moment(one.le)}{old} · {plain(one.par or '')} · {source} · {told.word}")
